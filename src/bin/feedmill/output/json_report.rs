//! The report of a run, for programs.

use std::collections::BTreeMap;

use feedmill::{Change, Diagnostic, Findings, Outline, Refusal, Report, Severity};
use serde::Serialize;

/// The report of `--json`. A key may be added; one is never removed or changed without a new
/// version.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
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
    feeds: Vec<FeedDocument<'a>>,
    changes: BTreeMap<&'static str, Vec<&'a str>>,
    diagnostics: Vec<DiagnosticDocument>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct FeedDocument<'a> {
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
pub(crate) struct DiagnosticDocument {
    path: String,
    line: usize,
    column: usize,
    severity: &'static str,
    rule: &'static str,
    message: String,
}

impl<'a> Document<'a> {
    /// What a run did.
    pub(crate) fn of(report: &'a Report) -> Document<'a> {
        let publication = &report.publication;
        let mut changes: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for (name, change) in &publication.files {
            changes.entry(change_name(*change)).or_default().push(name);
        }
        let feed = |feed: &'a Outline| {
            let (added, removed) = report.turnover(feed);
            FeedDocument {
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
        Document {
            feeds: report.feeds.iter().map(feed).collect(),
            changes,
            warnings: &publication.warnings,
            ..Document::of_findings(&report.findings)
        }
    }

    /// What was found on the way to a run that was refused.
    pub(crate) fn of_refusal(findings: &'a Findings, refusal: &Refusal) -> Document<'a> {
        Document { refused: Some(refusal.to_string()), ..Document::of_findings(findings) }
    }

    fn of_findings(findings: &'a Findings) -> Document<'a> {
        let counts = &findings.counts;
        let left_out = counts.left_out.iter();
        Document {
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
            diagnostics: findings.diagnostics.iter().map(DiagnosticDocument::new).collect(),
            warnings: &[],
        }
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl DiagnosticDocument {
    pub(crate) fn new(diagnostic: &Diagnostic) -> DiagnosticDocument {
        let finding = &diagnostic.finding;
        DiagnosticDocument {
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
