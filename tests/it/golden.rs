//! The sample articles make exactly the files in `out/`.
//!
//! To change them, run the first command of the README and read `git diff out`.

use std::path::{Path, PathBuf};

use feedmill::{Build, Config, Publishing, Reason, Settings, Timestamp};

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
    feedmill::build(&settings(PathBuf::from("out"), 0)).unwrap()
}

#[test]
fn the_sample_articles_make_the_files_in_out() {
    for jobs in [1, 2, 7] {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path().join("some/where"), jobs);
        feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
        let mut made = tree(&settings.output);
        made.remove(".feedmill.lock");
        let mut committed = tree(Path::new("out"));
        committed.remove(".feedmill.lock");
        let names = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
            files.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(&made), names(&committed));
        for (name, bytes) in made {
            assert!(bytes == committed[&name], "{name} differs with {jobs} threads");
        }
    }
}

#[test]
fn nobody_hears_of_private_articles() {
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
fn every_reason_to_leave_an_article_out_is_counted() {
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
