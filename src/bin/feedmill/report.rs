//! All printing: diagnostics on stderr, the summary or the JSON report on stdout.
//!
//! A stream that is full, closed or broken costs what it would have shown, and nothing else. What
//! comes from articles or file names never reaches a terminal raw.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use feedmill::{
    Change, Counts, Diagnostic, Findings, Format, Outline, Publication, Reason, Refusal, Report,
    Settings, Severity,
};
use serde::Serialize;

use crate::args::{Color, OutputArgs};

/// Prints as the command line asks for.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(crate) struct Printer {
    color: bool,
    json: bool,
    summary: bool,
    warnings: bool,
}

impl Printer {
    /// `json` asks for a report in place of the summary.
    pub(crate) fn new(arguments: &OutputArgs, json: bool) -> Printer {
        #[expect(clippy::disallowed_methods, reason = "only the program reads the environment")]
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Printer {
            color: match arguments.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => !no_color && io::stderr().is_terminal(),
            },
            json,
            summary: !arguments.quiet && !json && (arguments.verbose || io::stdout().is_terminal()),
            warnings: arguments.verbose,
        }
    }

    /// For what is no run.
    pub(crate) fn plain() -> Printer {
        Printer { color: false, json: false, summary: false, warnings: false }
    }

    /// What stopped the run.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        let label = self.label(Severity::Error);
        let message = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        to_stderr(&format!("feedmill: {label}: {}\n", Escaped(&message)));
    }

    /// What a run did.
    pub(crate) fn report(&self, settings: &Settings, report: &Report) {
        self.diagnostics(&report.findings.diagnostics);
        let files = &report.publication.files;
        for (file, change) in files {
            let name = settings.output.join(file);
            match change {
                Change::Foreign if !Format::is_feed(file) => {
                    let words = "is not of feedmill's making and was left alone; --index=false does without it";
                    self.remark_on(&name, words);
                }
                Change::Foreign => self.about_file(
                    Severity::Error,
                    &name,
                    "is not of feedmill's making and was left alone; move it away or give another --out",
                ),
                Change::Held => self.about_file(
                    Severity::Warning,
                    &name,
                    "has no articles any more, but was kept since some files could not be read",
                ),
                _ => {}
            }
        }
        for warning in &report.publication.warnings {
            self.about_file(Severity::Warning, &settings.output, warning);
        }
        if self.json {
            let publication = &report.publication;
            to_stdout(&Document::new(&report.findings, &report.feeds, publication, None).to_text());
        }
        if self.summary {
            to_stdout(&summary(settings, report));
        }
    }

    /// What was found on the way to a run that was refused.
    pub(crate) fn refusal(&self, settings: &Settings, refusal: &Refusal, findings: &Findings) {
        self.diagnostics(&findings.diagnostics);
        if self.json {
            let nothing = Publication::default();
            let refused = Some(refusal.to_string());
            to_stdout(&Document::new(findings, &[], &nothing, refused).to_text());
        }
        if self.summary {
            to_stdout(&articles(settings, &findings.counts));
        }
    }

    fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        let mut lines = String::new();
        for diagnostic in diagnostics {
            let severity = diagnostic.finding.problem.severity();
            if severity == Severity::Error || self.warnings {
                lines.push_str(&self.line(diagnostic));
            }
        }
        to_stderr(&lines);
    }

    /// The line about a problem: place, severity, words.
    pub(crate) fn line(&self, diagnostic: &Diagnostic) -> String {
        let problem = &diagnostic.finding.problem;
        let label = self.label(problem.severity());
        format!("{}: {label}: {}\n", Place(diagnostic), Escaped(&problem.to_string()))
    }

    /// Says what who does not ask need not hear every time.
    fn remark_on(&self, path: &Path, message: &str) {
        if self.warnings || self.summary {
            self.about_file(Severity::Warning, path, message);
        }
    }

    fn about_file(&self, severity: Severity, path: &Path, message: &str) {
        let path = path.to_string_lossy();
        to_stderr(&format!("{}: {}: {message}\n", Escaped(&path), self.label(severity)));
    }

    fn label(&self, severity: Severity) -> &'static str {
        match (severity, self.color) {
            (Severity::Error, false) => "error",
            (Severity::Error, true) => "\x1b[1;31merror\x1b[0m",
            (Severity::Warning, false) => "warning",
            (Severity::Warning, true) => "\x1b[1;33mwarning\x1b[0m",
        }
    }
}

/// Says what was asked for, terminal or not.
pub(crate) fn say(text: &str) {
    to_stdout(text);
}

fn to_stdout(text: &str) {
    let mut stream = io::stdout().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

fn to_stderr(text: &str) {
    let mut stream = io::stderr().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// `path:line:column`, without what is not known.
pub(crate) struct Place<'a>(pub(crate) &'a Diagnostic);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = (self.0.finding.line, self.0.finding.column);
        write!(f, "{}", Escaped(&self.0.path.to_string_lossy()))?;
        match (line, column) {
            (0, _) => Ok(()),
            (_, 0) => write!(f, ":{line}"),
            (_, _) => write!(f, ":{line}:{column}"),
        }
    }
}

/// Text with its control characters, and those that turn text around, as escapes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                    write!(f, "{}", c.escape_unicode())?;
                }
                c if c.is_control() => write!(f, "{}", c.escape_default())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

fn summary(settings: &Settings, report: &Report) -> String {
    let mut text = articles(settings, &report.findings.counts);
    let publication = &report.publication;
    let tense = if publication.preview { "would be " } else { "" };
    let changes: Vec<String> = [
        (Change::Added, tense, "added"),
        (Change::Replaced, tense, "changed"),
        (Change::Unchanged, "", "unchanged"),
        (Change::Removed, tense, "removed"),
        (Change::Held, tense, "kept"),
        (Change::Foreign, tense, "left alone"),
    ]
    .into_iter()
    .filter(|&(change, ..)| publication.count(change) > 0)
    .map(|(change, tense, words)| format!("{} {tense}{words}", publication.count(change)))
    .collect();
    if !changes.is_empty() {
        let feeds = plural(report.feeds.len(), "feed");
        let out = settings.output.to_string_lossy();
        let _ = writeln!(text, "{feeds} in {}: files {}", Escaped(&out), changes.join(", "));
    }
    if let Some(newest) = report.feeds.iter().map(|feed| feed.newest).max() {
        let _ = writeln!(text, "newest article: {newest}");
    }
    if settings.site.base_url.is_none() && !report.feeds.is_empty() {
        text.push_str("give --base-url so that feeds say where they are\n");
    }
    text
}

/// `674 files: 425 articles, 246 unpublished`, and what would let more in if none is.
pub(crate) fn articles(settings: &Settings, counts: &Counts) -> String {
    let mut parts = Vec::new();
    if counts.articles > 0 {
        parts.push(plural(counts.articles, "article"));
    }
    let left_out = counts.left_out.iter();
    parts.extend(left_out.map(|(reason, count)| format!("{count} {}", in_words(*reason))));
    if counts.faulty > 0 {
        parts.push(format!("{} with errors", counts.faulty));
    }
    let files = plural(counts.files, "file");
    let mut text = if parts.is_empty() { files } else { format!("{files}: {}", parts.join(", ")) };
    text.push_str(".\n");
    for (by, count) in counts.ungrouped.iter().filter(|(_, count)| **count > 0) {
        let articles = plural(*count, "article");
        let _ = writeln!(text, "{articles} without a {}, in no feed of that kind", by.name());
    }
    if counts.duplicates > 0 {
        let articles = plural(counts.duplicates, "article");
        let _ = writeln!(
            text,
            "{articles} with the originalUrl of a newer one, which stands for it (-v names them)"
        );
    }
    let out = |reason| counts.left_out.contains_key(&reason);
    if counts.articles == 0 && out(Reason::Unpublished) && !settings.selection.unpublished {
        text.push_str("Use --unpublished to include what is unpublished.\n");
    }
    if counts.articles == 0 && out(Reason::Future) && !settings.selection.future {
        text.push_str("Use --future to include what is in the future.\n");
    }
    text
}

fn in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::Unpublished => "unpublished (published: false)",
        reason => reason.as_str(),
    }
}

pub(crate) fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// The report of `--json`. A key may be added; one is never removed or changed without a new
/// version.
#[derive(Serialize)]
struct Document<'a> {
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
    title: &'a str,
    items: usize,
    newest: String,
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

impl Document<'_> {
    fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    fn new<'a>(
        findings: &'a Findings,
        feeds: &'a [Outline],
        publication: &'a Publication,
        refused: Option<String>,
    ) -> Document<'a> {
        let counts = &findings.counts;
        let mut changes: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for (name, change) in &publication.files {
            changes.entry(change_name(*change)).or_default().push(name);
        }
        let left_out = counts.left_out.iter();
        let feed = |feed: &'a Outline| FeedDocument {
            title: &feed.title,
            items: feed.entries,
            newest: feed.newest.to_string(),
            files: &feed.files,
        };
        Document {
            version: 1,
            refused,
            files: counts.files,
            articles: counts.articles,
            errors: counts.faulty,
            duplicates: counts.duplicates,
            left_out: left_out.map(|(reason, count)| (reason.name().to_owned(), *count)).collect(),
            ungrouped: counts.ungrouped.iter().map(|(by, count)| (by.name(), *count)).collect(),
            feeds: feeds.iter().map(feed).collect(),
            changes,
            diagnostics: findings.diagnostics.iter().map(DiagnosticDocument::new).collect(),
            warnings: &publication.warnings,
        }
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

fn change_name(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Foreign => "foreign",
        Change::Held => "held",
        Change::Removed => "removed",
        Change::Replaced => "replaced",
        Change::Unchanged => "unchanged",
    }
}
