//! All printing: diagnostics on stderr, the summary or the JSON report on stdout.
//!
//! A stream that is full, closed or broken costs what it would have shown, and nothing else. What
//! comes from articles or file names never reaches a terminal raw.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use feedmill::{Change, Diagnostic, Format, Refusal, Report, Settings, Severity, Stats};

use crate::args::{Color, OutputArgs};
use crate::output::json_report::JsonReport;
use crate::output::summary::{articles, summary};
use crate::output::terminal::Escaped;

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

    /// Whether somebody may wait for what a run says, and see how far it is.
    pub(crate) fn shows_progress(&self) -> bool {
        self.summary && io::stderr().is_terminal()
    }

    /// What stopped the run.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        let label = self.label(Severity::Error);
        let message = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        to_stderr(&format!("feedmill: {label}: {}\n", Escaped(&message)));
    }

    /// What a run did.
    pub(crate) fn report(&self, settings: &Settings, report: &Report) {
        self.diagnostics(&report.stats.diagnostics);
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
            to_stdout(&JsonReport::of(report).to_text());
        }
        if self.summary {
            to_stdout(&summary(settings, report));
        }
    }

    /// What was found on the way to a run that was refused.
    pub(crate) fn refusal(&self, settings: &Settings, refusal: &Refusal, findings: &Stats) {
        self.diagnostics(&findings.diagnostics);
        if self.json {
            to_stdout(&JsonReport::of_refusal(findings, refusal).to_text());
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
pub(crate) fn print(text: &str) {
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
