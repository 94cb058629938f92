//! `feedmill init`: the configuration that it writes.

use std::path::Path;

use feedmill::Config;

use crate::support::{Workspace, article, text};

#[test]
fn init_writes_a_configuration_that_build_reads() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("in/2.md", article(2, "Web", "provider: P"));
    let output = workspace.command(&["init", "in"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("2 articles; feeds: 2 by topic, 1 by all"));
    assert!(workspace.command(&["build"]).status.success());
    assert_eq!(workspace.feeds().len(), 3);
}

#[test]
fn the_file_lists_every_setting() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    assert!(workspace.command(&["init", "in"]).status.success());
    let shown = workspace.read("feedmill.yaml");
    let is_setting = |line: &&str| {
        let name = line.trim_start_matches('#').split(':').next().unwrap_or_default();
        line.contains(':') && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let settings: Vec<&str> = shown.lines().filter(is_setting).collect();
    let names = |line: &&str| line.trim_start_matches('#').split(':').next().unwrap().to_owned();
    let mut names: Vec<String> = settings.iter().map(names).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != "kinds").collect();
    let all = all.join(":\n") + ":\n";
    Config::parse(&all, Path::new("")).unwrap();
    names.sort();
    let help = text(&workspace.command(&["build", "--help"]).stdout);
    for key in ["by", "cache-dir", "hub", "jobs", "limit", "now", "since", "title", "type"] {
        assert!(
            help.contains(&format!("--{key}")) && names.iter().any(|name| name == key),
            "{key}"
        );
    }
    // `source`, `fields` and `kinds` have no flag; the others have one.
    assert!(names.len() > 25, "{names:?}");
}

#[test]
fn init_overwrites_nothing_and_needs_an_article() {
    let workspace = Workspace::new();
    let output = workspace.command(&["init", "in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no article found"));
    assert!(!workspace.path("feedmill.yaml").exists());
    workspace.article(1, "AI").write("feedmill.yaml", "title: Mine\n");
    assert_eq!(workspace.command(&["init", "in"]).status.code(), Some(2));
    assert_eq!(workspace.read("feedmill.yaml"), "title: Mine\n");
}
