//! Prints diagnostics to stderr, and the summary or the JSON report to stdout.
//!
//! Errors of the streams are ignored: a run does its work even if nobody can read its output. Text of
//! articles and file names is escaped for the terminal.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use feedmill::{
    Change, Diagnostic, Faults, Finding, Format, Refusal, Report, Settings, Severity, Stats,
};

use crate::Exit;
use crate::args::{Color, OutputArgs};
use crate::output::json_report::{self, severity_name};
use crate::output::summary::{articles, summary};
use crate::output::terminal::escaped;

/// Prints what the command line asks for.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Printer {
    color: bool,
    json: bool,
    summary: bool,
    warnings: bool,
}

impl Printer {
    /// With `json`, a report is printed instead of the summary.
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

    /// Whether a person may be watching the run.
    pub(crate) fn shows_progress(&self) -> bool {
        self.summary && io::stderr().is_terminal()
    }

    /// Which faults of articles to report: all of them to a person.
    pub(crate) fn faults(&self) -> Faults {
        let is_watched = io::stdout().is_terminal() || io::stderr().is_terminal();
        if self.warnings || is_watched { Faults::All } else { Faults::New }
    }

    /// Prints an error and its causes.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        let label = self.label(Severity::Error);
        write_to(io::stderr(), &format!("feedmill: {label}: {}\n", escaped(format!("{error:#}"))));
    }

    /// Prints the error that stopped a command, and returns its exit code.
    pub(crate) fn fail(&self, error: &anyhow::Error, exit: Exit) -> Exit {
        self.error(error);
        exit
    }

    /// Prints the result of a run.
    pub(crate) fn report(&self, settings: &Settings, report: &Report) {
        self.diagnostics(report.diagnostics());
        for (file, change) in &report.publication.files {
            let (severity, message) = match change {
                Change::Foreign if Format::is_feed(file) => (
                    Severity::Error,
                    "not written by feedmill, so it was left alone; move it away or set another --out",
                ),
                // A page of the operator's own is no mistake, so it is mentioned only on request.
                Change::Foreign if self.warnings || self.summary => (
                    Severity::Warning,
                    "not written by feedmill, so it was left alone; --index=false does without it",
                ),
                Change::Held => (
                    Severity::Warning,
                    "has no articles any more, but was kept because some files could not be read",
                ),
                _ => continue,
            };
            self.about_file(severity, &settings.output.join(file), message);
        }
        for warning in &report.publication.warnings {
            self.about_file(Severity::Warning, &settings.output, warning);
        }
        if self.json {
            print(&json_report::report(report));
        }
        if self.summary {
            print(&summary(settings, report));
        }
    }

    /// Prints the warnings and errors of one mapper, if they are asked for: the last stage reports all.
    pub(crate) fn found(&self, findings: &Stats) {
        if self.warnings {
            self.diagnostics(findings.diagnostics.iter());
        }
    }

    /// Prints what was found before a run was refused.
    pub(crate) fn refusal(&self, settings: &Settings, refusal: &Refusal, findings: &Stats) {
        self.diagnostics(findings.diagnostics.iter());
        if self.json {
            print(&json_report::refusal(refusal, findings));
        }
        if self.summary {
            print(&articles(settings, &findings.counts));
        }
    }

    fn diagnostics<'d>(&self, diagnostics: impl Iterator<Item = &'d Diagnostic>) {
        let shown = diagnostics.filter(|found| self.warnings || found.is_error());
        write_to(io::stderr(), &shown.map(|found| self.line(found)).collect::<String>());
    }

    /// The line about a problem: location, severity, message.
    pub(crate) fn line(&self, Diagnostic { path, finding }: &Diagnostic) -> String {
        let label = self.label(finding.problem.severity());
        let problem = escaped(finding.problem.to_string());
        format!("{}: {label}: {problem}\n", location(path, finding))
    }

    fn about_file(&self, severity: Severity, path: &Path, message: &str) {
        let (path, label) = (escaped(path), self.label(severity));
        write_to(io::stderr(), &format!("{path}: {label}: {message}\n"));
    }

    fn label(&self, severity: Severity) -> String {
        let name = severity_name(severity);
        match (severity, self.color) {
            (_, false) | (Severity::Note, _) => name.to_owned(),
            (Severity::Error, true) => format!("\x1b[1;31m{name}\x1b[0m"),
            (Severity::Warning, true) => format!("\x1b[1;33m{name}\x1b[0m"),
        }
    }
}

/// Where a command writes lines for another command: stdout. Its errors are errors of the command.
pub(crate) fn lines() -> io::BufWriter<io::Stdout> {
    io::BufWriter::with_capacity(256 * 1024, io::stdout())
}

/// Prints to stdout.
pub(crate) fn print(text: &str) {
    write_to(io::stdout(), text);
}

fn write_to(mut stream: impl io::Write, text: &str) {
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// `path:line:column`; unknown numbers are left out.
pub(crate) fn location(path: &Path, finding: &Finding) -> String {
    let path = escaped(path);
    match (finding.line, finding.column) {
        (0, _) => path,
        (line, 0) => format!("{path}:{line}"),
        (line, column) => format!("{path}:{line}:{column}"),
    }
}
