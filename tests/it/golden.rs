//! The sample articles in `tests/corpus` result in exactly the files in `out/`.
//!
//! To update them, run the first command of the README and read `git diff out`.

use std::path::{Path, PathBuf};

use feedmill::{Build, Change, Config, Format, Publishing, Reason, Settings, Timestamp};

use crate::support::tree;

/// The settings of the README's first command.
pub(crate) fn settings(output: PathBuf, jobs: usize) -> Settings {
    let config = "by: topic, provider, all\nformat: rss, atom, json\ntitle: River News\n\
                  base-url: https://feeds.example.org/\n";
    let config = Config {
        source: Some(vec![PathBuf::from("tests/corpus")]),
        out: Some(output),
        jobs: Some(jobs),
        ..Config::parse(config, Path::new("")).unwrap()
    };
    config.into_settings(Timestamp::parse("2026-01-01").unwrap()).unwrap()
}

pub(crate) fn build() -> Build {
    feedmill::build(&settings(PathBuf::from("out"), 0), &|| false).unwrap()
}

#[test]
fn the_sample_articles_result_in_the_files_in_out() {
    for jobs in [1, 2, 7] {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path().join("some/where"), jobs);
        feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
        let mut written = tree(&settings.output);
        written.remove(".feedmill.lock");
        let mut committed = tree(Path::new("out"));
        committed.remove(".feedmill.lock");
        let names = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
            files.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(&written), names(&committed));
        for (name, bytes) in written {
            assert!(bytes == committed[&name], "{name} differs with {jobs} threads");
        }
    }
}

#[test]
fn every_file_is_recognized_by_its_mark() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path().join("out"), 1);
    settings.formats = Format::ALL.to_vec();
    feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
    let mut files = tree(&settings.output);
    files.retain(|name, _| !name.starts_with('.'));
    for (name, bytes) in &files {
        std::fs::write(settings.output.join(name), [bytes, "\n".as_bytes()].concat()).unwrap();
    }
    std::fs::remove_file(settings.output.join(".feedmill.json")).unwrap();
    let report = feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
    assert_eq!(report.publication.count(Change::Replaced), files.len());
}

#[test]
fn no_file_mentions_a_private_article() {
    for (name, bytes) in tree(Path::new("out")) {
        let text = String::from_utf8(bytes).unwrap();
        for private in
            ["nobody may read", "never read", "Secret Topic", "says itself that it is gone"]
        {
            assert!(!text.to_lowercase().contains(&private.to_lowercase()), "{private} in {name}");
        }
    }
}

#[test]
fn articles_are_counted_by_the_reason_that_leaves_them_out() {
    let counts = build().stats.counts;
    assert_eq!(counts.files, 43);
    assert_eq!(counts.articles, 36);
    assert_eq!(counts.duplicates, 1);
    assert_eq!(counts.faulty, 0);
    let expected = [
        (Reason::Unpublished, 2),
        (Reason::Removed, 1),
        (Reason::Future, 1),
        (Reason::Undated, 1),
        (Reason::NotAnArticle, 1),
        (Reason::NoFrontMatter, 1),
    ];
    assert_eq!(counts.left_out, expected.into());
}
