//! The report of a run as JSON. Keys may be added; removing or changing one needs a new version.

use std::collections::BTreeMap;

use feedmill::{Change, Diagnostic, EntryDelta, Outline, Refusal, Report, Severity, Stats};
use serde_json::{Value, json};

/// The report of a complete run.
pub(crate) fn report(report: &Report) -> String {
    let publication = &report.publication;
    let mut changes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (file, change) in &publication.files {
        changes.entry(change_name(*change)).or_default().push(file);
    }
    let feed = |feed: &Outline| {
        let EntryDelta { added, removed } = report.entry_delta(feed);
        json!({
            "feed": feed.location(),
            "title": feed.title,
            "items": feed.entries,
            "newest": feed.newest.to_string(),
            "added": added,
            "removed": removed,
            "bytes": report.bytes(feed),
            "changed": report.has_changed(feed),
            "files": feed.files,
        })
    };
    let feeds: Vec<Value> = report.feeds.iter().map(feed).collect();
    let mut document = document(&report.stats);
    document.insert("feeds", json!(feeds));
    document.insert("changes", json!(changes));
    document.insert("warnings", json!(publication.warnings));
    format!("{:#}\n", json!(document))
}

/// The report of a run that was refused.
pub(crate) fn refusal(refusal: &Refusal, findings: &Stats) -> String {
    let mut document = document(findings);
    document.insert("refused", json!(refusal.to_string()));
    format!("{:#}\n", json!(document))
}

/// The report of a check.
pub(crate) fn check(findings: &Stats) -> String {
    let counts = &findings.counts;
    let document = json!({
        "version": 1,
        "files": counts.files,
        "articles": counts.articles,
        "diagnostics": diagnostics(findings),
    });
    format!("{document:#}\n")
}

fn document(findings: &Stats) -> BTreeMap<&'static str, Value> {
    let counts = &findings.counts;
    let left_out = counts.left_out.iter().map(|(reason, count)| (reason.name(), count));
    let ungrouped = counts.ungrouped.iter().map(|(by, count)| (by.name(), count));
    BTreeMap::from([
        ("version", json!(1)),
        ("files", json!(counts.files)),
        ("articles", json!(counts.articles)),
        ("errors", json!(counts.faulty)),
        ("duplicates", json!(counts.duplicates)),
        ("left_out", json!(left_out.collect::<BTreeMap<_, _>>())),
        ("ungrouped", json!(ungrouped.collect::<BTreeMap<_, _>>())),
        ("feeds", json!([])),
        ("changes", json!({})),
        ("diagnostics", json!(diagnostics(findings))),
        ("warnings", json!([])),
    ])
}

fn diagnostics(findings: &Stats) -> Vec<Value> {
    let diagnostic = |Diagnostic { path, finding }: &Diagnostic| {
        json!({
            "path": path.to_string_lossy(),
            "line": finding.line,
            "column": finding.column,
            "severity": severity_name(finding.problem.severity()),
            "rule": finding.problem.name(),
            "message": finding.problem.to_string(),
        })
    };
    findings.diagnostics.iter().map(diagnostic).collect()
}

/// The name of a severity in JSON and in SARIF.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

pub(crate) fn change_name(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Foreign => "foreign",
        Change::Held => "held",
        Change::Removed => "removed",
        Change::Replaced => "replaced",
        Change::Unchanged => "unchanged",
    }
}
