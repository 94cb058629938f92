//! The README shows a real feed, names the commands that CI runs, and stays short.

use std::fs::read_to_string;

use crate::support::{Workspace, text};

#[test]
fn the_readme_stays_short() {
    let bytes = read_to_string("README.md").unwrap().len();
    assert!(bytes <= 9_000, "{bytes} bytes; the details belong in docs/");
}

#[test]
fn the_feed_of_the_readme_is_real() {
    let readme = read_to_string("README.md").unwrap();
    let feed = read_to_string("out/topic/bridges.rss.xml").unwrap();
    let (_, from_feed) = readme.split_once("```xml\n").unwrap();
    let (shown, _) = from_feed.split_once("```").unwrap();
    let mut rest = feed.as_str();
    for line in shown.lines() {
        let (_, after) = rest.split_once(line).unwrap_or_else(|| panic!("{line}"));
        rest = after;
    }
}

/// The first line of the block of shell commands behind a sentence.
fn command<'a>(readme: &'a str, sentence: &str) -> &'a str {
    let (_, rest) = readme.split_once(sentence).unwrap();
    let (_, block) = rest.split_once("```sh\n").unwrap();
    block.lines().next().unwrap()
}

#[test]
fn ci_runs_the_two_commands_of_the_readme() {
    let readme = read_to_string("README.md").unwrap();
    let build = command(&readme, "This command builds feedmill");
    let test = command(&readme, "This command runs all tests");
    assert!(build.starts_with("cargo run --release -- build tests/corpus"), "{build}");
    assert_eq!(test, "cargo test");
    for (script, line) in [(".ci/run", build), (".ci/check", test), (".ci/run", ".ci/check")] {
        let script_text = read_to_string(script).unwrap();
        assert!(script_text.lines().any(|it| it == line), "{script}: {line}");
    }
}

#[test]
fn the_readme_requires_the_version_of_rust_that_the_package_requires() {
    let package = read_to_string("Cargo.toml").unwrap();
    let (_, rest) = package.split_once("rust-version = \"").unwrap();
    let version = rest.split('"').next().unwrap();
    let readme = read_to_string("README.md").unwrap();
    assert!(readme.contains(&format!("Rust {version} or later")), "{version}");
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = text(&Workspace::new().command(&["build", "--help"]).stdout);
    let (_, rest) = help.split_once("Exit codes:").unwrap();
    let words = rest.split("\n\n").next().unwrap().split([' ', '\n', ';']);
    let documented: Vec<u8> = words.filter_map(|word| word.parse().ok()).collect();
    for page in ["README.md", "docs/operations.md"] {
        let page = read_to_string(page).unwrap();
        let (_, section) = page.split_once("## Exit codes\n").unwrap();
        let section = section.split("\n## ").next().unwrap();
        let cells = section.lines().filter_map(|line| line.split('|').nth(1));
        let codes: Vec<u8> = cells.filter_map(|cell| cell.trim().parse().ok()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
        assert!(codes.iter().all(|code| documented.contains(code)), "{documented:?}");
    }
}
