//! The output folder: what is written, replaced, removed, and what is never touched.

use std::os::unix::fs::MetadataExt as _;

use feedmill::{Change, Mode, Publishing};

use crate::support::Workspace;

#[test]
fn a_second_run_touches_nothing() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "AI");
    workspace.run();
    let stamp = |name: &str| {
        let metadata = std::fs::metadata(workspace.path(name)).unwrap();
        (metadata.ino(), metadata.modified().unwrap())
    };
    let before = ["out/topic/ai.rss.xml", "out/.feedmill.json"].map(stamp);
    let report = workspace.run();
    assert_eq!(report.publication.count(Change::Unchanged), 3);
    assert!(!report.publication.is_change());
    assert_eq!(before, ["out/topic/ai.rss.xml", "out/.feedmill.json"].map(stamp));
}

#[test]
fn a_preview_writes_nothing() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let preview = Publishing { mode: Mode::Preview, ..Publishing::default() };
    let report = workspace.try_run(preview).unwrap();
    assert_eq!(report.publication.count(Change::Added), 3);
    assert!(!workspace.path("out").exists());
}
