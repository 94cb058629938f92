//! The report of a run: JSON, metrics, summary and progress.

use std::collections::BTreeSet;

use std::sync::Mutex;

use feedmill::{Monitor, Progress, Publishing};
use serde_json::Value;

use crate::support::{Workspace, article};

/// Validates a document by the part of JSON Schema (2020-12) that our schema uses. Every key of the
/// document must be in the schema.
fn assert_valid(schema: &Value, document: &Value, at: &str) {
    if let Some(constant) = schema.get("const") {
        assert_eq!(document, constant, "{at}");
    }
    if let Some(values) = schema.get("enum") {
        assert!(values.as_array().unwrap().contains(document), "{at}");
    }
    let is = match schema.get("type").and_then(Value::as_str) {
        Some("object") => document.is_object(),
        Some("array") => document.is_array(),
        Some("string") => document.is_string(),
        Some("integer") => document.is_u64(),
        Some("boolean") => document.is_boolean(),
        Some(other) => panic!("{other}"),
        None => true,
    };
    assert!(is, "{at}: {document}");
    for required in schema.get("required").into_iter().flat_map(|keys| keys.as_array().unwrap()) {
        assert!(document.get(required.as_str().unwrap()).is_some(), "{at}: {required}");
    }
    for (key, value) in document.as_object().into_iter().flatten() {
        let known = schema.get("properties").and_then(|known| known.get(key));
        let known = known.or(schema.get("additionalProperties"));
        assert_valid(known.unwrap_or_else(|| panic!("{at}/{key}")), value, &format!("{at}/{key}"));
    }
    for item in document.as_array().into_iter().flatten() {
        assert_valid(&schema["items"], item, &format!("{at}/"));
    }
}

fn build(place: &Workspace, arguments: &[&str]) -> Value {
    let output =
        place.command(&[&["build", "in", "--json", "--now", "2026-01-01"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_report_matches_its_schema() {
    let schema = std::fs::read_to_string("docs/report.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let place = Workspace::new();
    place.article(1, "Boats").write("in/bad.md", "---\ntitle: x\ntitle: y\n---\n");
    place
        .write("in/undated.md", "---\ntitle: x\n---\n")
        .write("in/draft.md", article(2, "Boats", "draft: true"));
    assert_valid(&schema, &build(&place, &[]), "");
    let refused = build(&place, &["--max-feeds", "0"]);
    assert_valid(&schema, &refused, "");
    assert!(refused["refused"].is_string());
    let all: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert!(refused.as_object().unwrap().keys().collect::<BTreeSet<_>>().is_subset(&all));
}

#[test]
fn the_report_counts_added_and_removed_items() {
    let place = Workspace::new();
    for n in 1..=3 {
        place.article(n, "Boats");
    }
    place.article(4, "Locks");
    let feed = |report: &Value, name: &str| -> Value {
        let feeds = report["feeds"].as_array().unwrap();
        feeds.iter().find(|feed| feed["feed"] == name).unwrap().clone()
    };
    let first = build(&place, &["--limit", "3", "--format", "rss,json"]);
    let boats = feed(&first, "topic/boats");
    assert_eq!((&boats["added"], &boats["removed"]), (&3.into(), &0.into()));
    let files = ["out/topic/boats.rss.xml", "out/topic/boats.json"];
    let bytes: usize = files.iter().map(|file| place.read(file).len()).sum();
    assert_eq!(boats["bytes"], bytes);

    place.article(5, "Boats").article(6, "Boats");
    let second = build(&place, &["--limit", "3", "--format", "rss,json"]);
    let boats = feed(&second, "topic/boats");
    assert_eq!((&boats["added"], &boats["removed"]), (&2.into(), &2.into()));
    assert_eq!(boats["changed"], true);
    let locks = feed(&second, "topic/locks");
    assert_eq!((&locks["added"], &locks["changed"]), (&0.into(), &false.into()));
    assert_eq!(locks["bytes"], feed(&first, "topic/locks")["bytes"]);
}

/// The value of a line of metrics.
fn sample(metrics: &str, name: &str) -> Option<f64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.map(|value| value.parse().unwrap())
}

#[test]
fn metrics_describe_the_last_run() {
    let place = Workspace::new();
    place
        .article(1, "Boats")
        .article(2, "Boats")
        .write("in/d.md", article(3, "Boats", "draft: true"));
    let run = |more: &[&str]| {
        let arguments = ["build", "in", "--metrics", "feedmill.prom", "--no-cache"];
        place.command(&[&arguments, more].concat())
    };
    assert!(run(&[]).status.success());
    let metrics = place.read("feedmill.prom");
    for (name, value) in [
        ("feedmill_exit_code", 0.0),
        ("feedmill_files{became=\"article\"}", 2.0),
        ("feedmill_files{became=\"unpublished\"}", 1.0),
        ("feedmill_feed_items{feed=\"topic/boats\"}", 2.0),
        ("feedmill_feed_added_items{feed=\"topic/boats\"}", 2.0),
        ("feedmill_feed_newest_timestamp_seconds{feed=\"topic/boats\"}", 1_704_067_320.0),
    ] {
        assert_eq!(sample(&metrics, name), Some(value), "{name}: {metrics}");
    }
    for family in metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = family.strip_suffix(" gauge").unwrap();
        assert!(
            metrics.contains(&format!("\n{name}"))
                || metrics.starts_with(&format!("# HELP {name}"))
        );
    }

    let refused = run(&["--max-feeds", "0"]);
    assert_eq!(refused.status.code(), Some(4));
    let metrics = place.read("feedmill.prom");
    assert_eq!(sample(&metrics, "feedmill_exit_code"), Some(4.0));
    assert_eq!(sample(&metrics, "feedmill_feed_items{feed=\"topic/boats\"}"), None);
}

#[test]
fn metrics_never_replace_another_file() {
    let place = Workspace::new();
    place.article(1, "Boats").write("notes.txt", "mine");
    let output = place.command(&["build", "in", "--metrics", "notes.txt"]);
    assert!(output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("cannot write notes.txt: another file is there"), "{words}");
    assert_eq!(place.read("notes.txt"), "mine");
}

#[test]
fn the_summary_lists_feeds_with_new_articles() {
    let place = Workspace::new();
    place.article(1, "Boats").article(2, "Boats").article(3, "Locks");
    let summary = || {
        let output = place.command(&["build", "in", "-v"]);
        String::from_utf8(output.stdout).unwrap()
    };
    let first = summary();
    assert!(
        first.contains("new  items  newest      feed\n  2      2  2024-01-01  topic/boats\n"),
        "{first}"
    );
    assert!(!summary().contains("topic/"));
    place.article(4, "Locks");
    assert!(summary().contains("feed\n  1      2  2024-01-01  topic/locks\nnewest"));
}

/// Records the steps of a run.
struct Recorder(Mutex<Vec<Progress>>);

impl Monitor for Recorder {
    fn stop(&self) -> bool {
        false
    }
    fn progress(&self, step: Progress) {
        self.0.lock().unwrap().push(step);
    }
}

#[test]
fn progress_counts_every_file_and_every_rendered_feed() {
    let place = Workspace::new().remembering();
    for n in 1..=7 {
        place.article(n, if n < 4 { "Boats" } else { "Locks" });
    }
    let steps = || {
        let recorder = Recorder(Mutex::default());
        feedmill::run(&place.settings(), Publishing::default(), &recorder).unwrap();
        let steps = recorder.0.into_inner().unwrap();
        let count = |wanted: Progress| steps.iter().filter(|step| **step == wanted).count();
        let (files, feeds) = (count(Progress::File), count(Progress::Feed));
        assert_eq!((count(Progress::Files(files)), count(Progress::Feeds(feeds))), (1, 1));
        (files, feeds)
    };
    assert_eq!(steps(), (7, 2));
    place.article(8, "Locks");
    assert_eq!(steps(), (8, 1));
}
