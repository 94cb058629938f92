//! Files of records: NDJSON, one article in each line.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Workspace, article, text, tree};

/// A record with the keys of an ordinary article.
fn record(n: u32, topic: &str, body: &str) -> Value {
    json!({
        "title": format!("Article {n}"),
        "excerpt": format!("About {n}."),
        "publishedDateTime": format!("2024-01-01T00:{n:02}:00Z"),
        "originalUrl": format!("https://example.org/{n}"),
        "topics": [topic],
        "body": body,
    })
}

fn lines(records: impl IntoIterator<Item = Value>) -> String {
    records.into_iter().flat_map(|record| [record.to_string(), "\n".to_owned()]).collect()
}

fn with_records(records: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("all.ndjson", records);
    let source = format!("source: {}", workspace.path("all.ndjson").display());
    workspace.with(&source).with("by: [topic, all]")
}

/// What a command prints about the records, errors and all.
fn said(workspace: &Workspace, arguments: &[&str]) -> String {
    let output = workspace.command(arguments);
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn records_make_the_feeds_that_files_make() {
    let workspace = Workspace::new();
    let mut files = Vec::new();
    for n in 0..20 {
        let name = format!("in/{n:02}.md");
        let text = article(n, ["Rivers", "Locks"][n as usize % 2], "") + "Some *text*.\n";
        workspace.write(&name, &text);
        files.push(json!({"path": name, "text": text}));
    }
    let keys = (0..20).map(|n| record(n, ["Rivers", "Locks"][n as usize % 2], "Some *text*.\n"));
    workspace.write("files.ndjson", lines(files)).write("keys.jsonl", lines(keys));
    workspace.command(&["build", "in", "--by", "topic,all"]);
    let expected = tree(&workspace.path("out"));
    assert_eq!(expected.keys().filter(|name| name.ends_with(".rss.xml")).count(), 3);
    for source in ["files.ndjson", "keys.jsonl"] {
        let output = workspace.command(&["build", source, "--by", "topic,all", "--out", "other"]);
        assert!(output.status.success());
        assert!(tree(&workspace.path("other")) == expected, "{source}");
        std::fs::remove_dir_all(workspace.path("other")).unwrap();
    }
}

#[test]
fn the_path_of_a_record_says_how_its_body_is_written() {
    let mut html = record(1, "Rivers", "<p>1 * 2 * 3</p>");
    html["path"] = "a.html".into();
    let workspace = with_records(&lines([html, record(2, "Rivers", "A *word*.")]));
    workspace.command(&["build", "all.ndjson", "--by", "all", "--format", "json"]);
    let feed = workspace.read("out/all.json");
    assert!(feed.contains("<p>1 * 2 * 3</p>") && feed.contains("<em>word</em>"), "{feed}");
}

#[test]
fn a_bad_record_costs_itself_and_is_named_by_its_line() {
    let good = [record(1, "Rivers", ""), record(2, "Rivers", "")].map(|record| record.to_string());
    let undated = json!({"title": "T", "originalUrl": "https://example.org/9"});
    let misspelt = json!({"path": "x.md", "text": "---\ntitel: secret\nsecured: secret\noriginalUrl: https://example.org/8\n---\n"});
    let all = format!(
        "\u{feff}{}\n\n{{\"title\": secret}}\n[\"secret\"]\r\n{}\n{undated}\n{misspelt}\n{{\"text\": 1}}",
        good[0], good[1]
    );
    let workspace = with_records(&all);
    let output = workspace.command(&["build", "all.ndjson", "--by", "all", "-v"]);
    assert_eq!(output.status.code(), Some(1));
    let messages = text(&output.stderr);
    for message in [
        "all.ndjson:3:11: error: not a record: expected value\n",
        "all.ndjson:4:1: error: not a record: no object\n",
        "all.ndjson:6: warning: no `publishedDateTime`",
        "all.ndjson:8:10: error: not a record: `text` or `body` is not a text\n",
    ] {
        assert!(messages.contains(message), "{message}\n{messages}");
    }
    assert!(text(&output.stdout).contains("7 files: 2 articles"), "{}", text(&output.stdout));
    let checked = said(&workspace, &["check", "all.ndjson"]);
    assert!(checked.contains("all.ndjson:7: warning: unknown key; did you mean `title`?"));
    assert!(!checked.contains("secret") && !messages.contains("secret"), "{checked}");
}

#[test]
fn a_private_record_is_read_by_nobody() {
    let mut private = record(1, "Rivers", "Hidden.");
    private["published"] = false.into();
    let mut public = record(2, "Rivers", "");
    public["related"] = json!([{"title": "Hidden", "webUrl": "https://example.org/1"}]);
    let workspace = with_records(&lines([private, public])).remembering();
    workspace.run();
    for (name, bytes) in tree(&workspace.path("")) {
        let is_source = name.ends_with(".ndjson");
        assert!(is_source || !text(&bytes).contains("Hidden"), "{name}");
    }
    assert!(!said(&workspace, &["explain", "all.ndjson:1", "all.ndjson"]).contains("Article"));
}

#[test]
fn records_are_found_by_name_alone() {
    let workspace = Workspace::new();
    workspace.write("in/all.ndjson", lines([record(1, "Rivers", "")]));
    workspace.article(2, "Locks");
    let feeds = |source: &[&str]| said(&workspace, &[&["list", "feeds"], source].concat());
    assert!(!feeds(&["in"]).contains("rivers"));
    let both = feeds(&["in", "in/all.ndjson"]);
    assert!(both.contains("rivers") && both.contains("locks"), "{both}");
}

#[test]
fn a_record_has_the_name_of_its_file_and_its_line() {
    let records =
        lines([record(1, "Rivers", ""), record(2, "Rivers", ""), record(2, "Rivers", "")]);
    let workspace = with_records(&records);
    workspace.article(0, "Rivers");
    let sources = ["in", "all.ndjson"];
    let explained = said(&workspace, &[&["explain", "all.ndjson:2"][..], &sources].concat());
    assert!(explained.contains("Article 2") && explained.contains("number 1 of 3"), "{explained}");
    let explained = said(&workspace, &[&["explain", "all.ndjson:3"][..], &sources].concat());
    assert!(explained.contains("all.ndjson:2 is newer and has the same address"), "{explained}");
    let listed = said(&workspace, &[&["list", "articles"][..], &sources].concat());
    assert!(listed.contains("all.ndjson:1\n") && listed.contains("in/0.md\n"), "{listed}");
    let built = said(&workspace, &[&["build", "-v"][..], &sources].concat());
    assert!(
        built.contains("all.ndjson:3: warning: duplicate: all.ndjson:2 has the same"),
        "{built}"
    );
}

#[test]
fn untouched_records_are_not_read_again() {
    let workspace = with_records(&lines((0..9).map(|n| record(n, "Rivers", "")))).remembering();
    assert_eq!(workspace.run().cached, 0);
    assert_eq!(workspace.run().cached, 9);
    let feeds = workspace.feeds();
    std::thread::sleep(Duration::from_millis(10));
    workspace.write("all.ndjson", lines((0..10).map(|n| record(n, "Rivers", ""))));
    let report = workspace.run();
    assert_eq!((report.cached, report.feeds[0].entries), (0, 10));
    assert!(workspace.feeds() != feeds);
}

#[test]
fn a_file_of_records_may_be_missing_odd_or_empty() {
    let workspace = with_records(&lines([record(1, "Rivers", "")]));
    workspace.article(2, "Locks");
    workspace.command(&["build", "in", "all.ndjson"]);
    let feeds = workspace.feeds();
    workspace.remove("all.ndjson");
    let status = || workspace.command(&["build", "in", "all.ndjson"]).status.code();
    assert_eq!(status(), Some(3), "no such file");
    let fifo = std::process::Command::new("mkfifo").arg(workspace.path("all.ndjson")).status();
    assert!(fifo.unwrap().success());
    assert_eq!(status(), Some(1), "a pipe is not read");
    workspace.remove("all.ndjson").write("all.ndjson", "\n\n");
    assert_eq!(status(), Some(0), "an empty file is a file without articles");
    assert_ne!(workspace.feeds(), feeds);
}
