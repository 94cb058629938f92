//! The report of a run, for programs.

use std::collections::BTreeMap;

use feedmill::{Change, Diagnostic, EntryDelta, Outline, Refusal, Report, Severity, Stats};
use serde::Serialize;

/// The report of `--json`. A key may be added; one is never removed or changed without a new
/// version.
#[derive(Serialize)]
pub(crate) struct JsonReport<'a> {
    version: u32,
    /// Why nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    files: usize,
    articles: usize,
    errors: usize,
    duplicates: usize,
    left_out: BTreeMap<String, usize>,
    ungrouped: BTreeMap<String, usize>,
    feeds: Vec<JsonFeed<'a>>,
    changes: BTreeMap<&'static str, Vec<&'a str>>,
    diagnostics: Vec<JsonDiagnostic>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    feed: &'a str,
    title: &'a str,
    items: usize,
    newest: String,
    /// Items that were not there before.
    added: usize,
    /// Items that are not there any more.
    removed: usize,
    /// Of all its files together.
    bytes: usize,
    changed: bool,
    files: &'a [String],
}

#[derive(Serialize)]
pub(crate) struct JsonDiagnostic {
    path: String,
    line: usize,
    column: usize,
    severity: &'static str,
    rule: &'static str,
    message: String,
}

impl<'a> JsonReport<'a> {
    /// What a run did.
    pub(crate) fn of(report: &'a Report) -> JsonReport<'a> {
        let publication = &report.publication;
        let mut changes: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for (name, change) in &publication.files {
            changes.entry(change_name(*change)).or_default().push(name);
        }
        let feed = |feed: &'a Outline| {
            let EntryDelta { added, removed } = report.entry_delta(feed);
            JsonFeed {
                feed: feed.location(),
                title: &feed.title,
                items: feed.entries,
                newest: feed.newest.to_string(),
                added,
                removed,
                bytes: report.bytes(feed),
                changed: report.has_changed(feed),
                files: &feed.files,
            }
        };
        JsonReport {
            feeds: report.feeds.iter().map(feed).collect(),
            changes,
            warnings: &publication.warnings,
            ..JsonReport::of_findings(&report.stats)
        }
    }

    /// What was found on the way to a run that was refused.
    pub(crate) fn of_refusal(findings: &'a Stats, refusal: &Refusal) -> JsonReport<'a> {
        JsonReport { refused: Some(refusal.to_string()), ..JsonReport::of_findings(findings) }
    }

    fn of_findings(findings: &'a Stats) -> JsonReport<'a> {
        let counts = &findings.counts;
        let left_out = counts.left_out.iter();
        JsonReport {
            version: 1,
            refused: None,
            files: counts.files,
            articles: counts.articles,
            errors: counts.faulty,
            duplicates: counts.duplicates,
            left_out: left_out.map(|(reason, count)| (reason.name().to_owned(), *count)).collect(),
            ungrouped: counts.ungrouped.iter().map(|(by, count)| (by.name(), *count)).collect(),
            feeds: Vec::new(),
            changes: BTreeMap::new(),
            diagnostics: findings.diagnostics.iter().map(JsonDiagnostic::new).collect(),
            warnings: &[],
        }
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl JsonDiagnostic {
    pub(crate) fn new(diagnostic: &Diagnostic) -> JsonDiagnostic {
        let finding = &diagnostic.finding;
        JsonDiagnostic {
            path: diagnostic.path.to_string_lossy().into_owned(),
            line: finding.line,
            column: finding.column,
            severity: severity_name(finding.problem.severity()),
            rule: finding.problem.name(),
            message: finding.problem.to_string(),
        }
    }
}

/// The name in reports for programs; also what GitHub and SARIF call it.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
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
