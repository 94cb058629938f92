//! The README says what is so.

use std::fs::read_to_string;

#[test]
fn every_flag_is_in_the_readme() {
    let readme = read_to_string("README.md").unwrap();
    let help = ["build", "check", "explain", "list", "serve"]
        .map(|command| read_to_string(format!("tests/cmd/help-of-{command}.toml")).unwrap());
    let help = help.concat();
    let words = help.split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | '=' | '.' | ')'));
    let flags: Vec<&str> = words.filter(|word| word.starts_with("--")).collect();
    assert!(flags.len() > 25, "{flags:?}");
    for flag in flags.into_iter().filter(|flag| *flag != "--help") {
        assert!(readme.contains(&format!("`{flag}`")), "{flag}");
    }
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

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    let readme = read_to_string("README.md").unwrap();
    let mut shown = 0;
    for command in ["explain https://gazette.example", "list providers tests/corpus"] {
        let (_, rest) = readme.split_once(&format!("$ feedmill {command}")).unwrap();
        let (arguments, rest) = rest.split_once('\n').unwrap();
        let (block, _) = rest.split_once("\n```").unwrap();
        let expected = block.split("\n$ ").next().unwrap();
        let line = format!("{command}{arguments}");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_feedmill"))
            .args(line.split(' '))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), expected);
        shown += 1;
    }
    assert_eq!(shown, 2);
}
