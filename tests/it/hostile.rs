//! Hostile and odd articles have the outcomes that `tests/hostile.yaml` lists.

use std::collections::BTreeSet;
use std::path::Path;

use feedmill::{Build, Config, Feed, Finding, Format, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::support::Workspace;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    article: Option<String>,
    bytes: Option<String>,
    repeat: Option<Repeat>,
    #[serde(default = "ordinary_name")]
    file: String,
    error: Option<String>,
    out: Option<String>,
    entry: Option<Expected>,
    warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    before: String,
    text: String,
    times: usize,
    after: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    title: Option<String>,
    summary: Option<String>,
    content: Option<String>,
    #[serde(default)]
    content_has: Vec<String>,
    #[serde(default)]
    content_lacks: Vec<String>,
    link: Option<String>,
    id: Option<String>,
    published: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[expect(clippy::option_option, reason = "a missing key is not compared, null is compared")]
    updated: Option<Option<String>>,
    authors: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    images: Option<Vec<String>>,
    files: Option<Vec<String>>,
    related: Option<Vec<String>>,
    feeds: Option<Vec<String>>,
}

fn ordinary_name() -> String {
    "x.md".to_owned()
}

/// The value of a key, which may be null.
#[expect(clippy::option_option, reason = "a missing key is not compared, null is compared")]
fn given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        match (&self.article, &self.bytes, &self.repeat) {
            (Some(text), None, None) => text.clone().into_bytes(),
            (None, Some(text), None) => text.chars().map(|c| u8::try_from(c).unwrap()).collect(),
            (None, None, Some(repeat)) => {
                [repeat.before.as_str(), &repeat.text.repeat(repeat.times), &repeat.after]
                    .concat()
                    .into_bytes()
            }
            _ => panic!("{}: expected one of article, bytes, repeat", self.name),
        }
    }

    fn build(&self) -> Build {
        let workspace = Workspace::new();
        workspace.write(&format!("in/{}", self.file), self.bytes());
        let config = Config {
            source: Some(vec![workspace.path("in")]),
            jobs: Some(1),
            ..Config::parse("by: all, topic\nformat: rss, atom, json", Path::new("")).unwrap()
        };
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        feedmill::build(&config.into_settings(now).unwrap(), &|| false).unwrap()
    }

    /// The differences from what the case expects.
    fn differences(&self) -> Vec<String> {
        let build = self.build();
        let mut differences = Vec::new();
        let mut compare = |what: &str, got: String, expected: String| {
            if got != expected {
                differences.push(format!("{}: {what}\n   is {got}\n  not {expected}", self.name));
            }
        };
        let diagnostics = &build.stats.diagnostics;
        let messages = |severity: Severity| -> Vec<String> {
            let findings = diagnostics.iter().map(|diagnostic| &diagnostic.finding);
            findings.filter(|f| f.problem.severity() == severity).map(message).collect()
        };
        compare(
            "errors",
            format!("{:?}", messages(Severity::Error)),
            format!("{:?}", Vec::from_iter(&self.error)),
        );
        let left_out = build.stats.counts.left_out.keys().map(|reason| reason.name());
        compare(
            "left out",
            format!("{:?}", left_out.collect::<Vec<_>>()),
            format!("{:?}", Vec::from_iter(&self.out)),
        );
        if let Some(warnings) = &self.warnings {
            compare(
                "warnings",
                format!("{:?}", messages(Severity::Warning)),
                format!("{warnings:?}"),
            );
        }
        let has_entry = build.feeds.iter().any(|feed| feed.location == "all");
        compare("entry", has_entry.to_string(), self.entry.is_some().to_string());
        if let (Some(expected), true) = (&self.entry, has_entry) {
            expected.compare(&build.feeds, &mut compare);
        }
        for feed in &build.feeds {
            for format in Format::ALL {
                let bytes = format.render(feed).unwrap();
                let read = feed_rs::parser::parse(bytes.as_slice());
                let count = read
                    .map_or_else(|error| error.to_string(), |read| read.entries.len().to_string());
                compare(&format.file(feed), count, feed.entries.len().to_string());
                let text = String::from_utf8(bytes).unwrap();
                compare("secret", text.contains("SECRETCANARY").to_string(), "false".to_owned());
            }
        }
        let all = format!("{:?}", build.stats);
        compare("secret in messages", all.contains("SECRETCANARY").to_string(), "false".to_owned());
        differences
    }
}

impl Expected {
    fn compare(&self, feeds: &[Feed], compare: &mut impl FnMut(&str, String, String)) {
        let all = feeds.iter().find(|feed| feed.location == "all").unwrap();
        let entry = &all.entries[0];
        let json: Value = serde_json::from_slice(&Format::Json.render(all).unwrap()).unwrap();
        let item = &json["items"][0];
        let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let mut equal = |key: &str, got: &str, expected: &Option<String>| {
            if let Some(expected) = expected {
                compare(key, got.to_owned(), expected.clone());
            }
        };
        equal("title", &text("title"), &self.title);
        equal("summary", &text("summary"), &self.summary);
        equal("content", &text("content_html"), &self.content);
        equal("link", &text("url"), &self.link);
        equal("id", &text("id"), &self.id);
        equal("published", &text("date_published"), &self.published);
        if let Some(expected) = &self.updated {
            compare("updated", text("date_modified"), expected.clone().unwrap_or_default());
        }
        let content = text("content_html");
        let has = self.content_has.iter().map(|part| (part, true));
        for (part, wanted) in has.chain(self.content_lacks.iter().map(|part| (part, false))) {
            compare(
                &format!("content with {part:?}: {content}"),
                content.contains(part).to_string(),
                wanted.to_string(),
            );
        }
        let mut list = |key: &str, got: Vec<String>, expected: &Option<Vec<String>>| {
            if let Some(expected) = expected {
                compare(key, format!("{got:?}"), format!("{expected:?}"));
            }
        };
        list(
            "authors",
            entry.authors.iter().map(|author| author.name.clone()).collect(),
            &self.authors,
        );
        list("tags", entry.categories.clone(), &self.tags);
        list(
            "images",
            entry.images.iter().map(|image| image.url.to_string()).collect(),
            &self.images,
        );
        let files = entry.files.iter().map(|file| {
            let known = [file.bytes, file.seconds.map(u64::from)].map(|n| n.unwrap_or(0));
            format!("{} {} {} {}", file.url, file.media_type, known[0], known[1])
        });
        list("files", files.collect(), &self.files);
        list(
            "related",
            entry.related.iter().map(|link| link.title.clone()).collect(),
            &self.related,
        );
        let mut locations: Vec<String> = feeds.iter().map(|feed| feed.location.clone()).collect();
        locations.retain(|location| location != "all");
        locations.sort();
        list("feeds", locations, &self.feeds);
    }
}

fn message(finding: &Finding) -> String {
    match (finding.line, finding.column) {
        (0, _) => finding.problem.to_string(),
        (line, 0) => format!("{line}: {}", finding.problem),
        (line, column) => format!("{line}:{column}: {}", finding.problem),
    }
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string("tests/hostile.yaml").unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// The files of the table: their names and their bytes.
pub(crate) fn files() -> impl Iterator<Item = (String, Vec<u8>)> {
    cases().into_iter().map(|case| (case.file.clone(), case.bytes()))
}

#[test]
fn each_article_has_the_outcome_in_the_table() {
    let cases = cases();
    assert!(cases.len() > 150, "{}", cases.len());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "the names differ");
    let (first, second) = cases.split_at(cases.len() / 2);
    let compare = |cases: &[Case]| cases.iter().flat_map(Case::differences).collect::<Vec<_>>();
    let differences = std::thread::scope(|scope| {
        let second = scope.spawn(|| compare(second));
        [compare(first), second.join().unwrap()].concat()
    });
    let count = differences.len();
    assert!(count == 0, "{count} differences\n{}", differences.join("\n"));
}
