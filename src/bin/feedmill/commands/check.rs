//! `feedmill check`: reports errors and warnings, for people and for other programs.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};

use anyhow::anyhow;
use feedmill::{Diagnostic, Problem, Settings, Severity, Stats, holds_records};

use crate::args::{CheckArgs, ReportFormat};
use crate::output::json_report::{self, severity_name};
use crate::output::printer::{Printer, print};
use crate::output::sarif::sarif;
use crate::output::summary::{articles, plural, site_hint};
use crate::output::terminal::escaped;
use crate::{Exit, command};

pub(crate) fn check(arguments: &CheckArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.format != ReportFormat::Human);
    command(&printer, &arguments.feeds, |settings, bar| {
        let findings = feedmill::check(settings, bar)?;
        print(&match arguments.format {
            ReportFormat::Human => human(settings, &printer, &findings, arguments.output.quiet),
            ReportFormat::Json => json_report::check(&findings),
            ReportFormat::Github => findings.diagnostics.iter().map(annotation).collect(),
            ReportFormat::Sarif => sarif(&findings.diagnostics),
        });
        let failed = findings.has_errors()
            || arguments.strict && !findings.diagnostics.iter().all(Diagnostic::is_note);
        let hint = site_hint(settings);
        if let (Some(hint), 0) = (hint.strip_prefix("; "), findings.counts.articles) {
            printer.error(&anyhow!("{hint}"));
        }
        if !failed && !findings.counts.has_articles() {
            return Ok(printer.fail(&anyhow!("no article found"), Exit::Refused));
        }
        Ok(if failed { Exit::Incomplete } else { Exit::UpToDate })
    })
}

/// Lines like those of a compiler, and unless `quiet` the counts.
fn human(settings: &Settings, printer: &Printer, findings: &Stats, quiet: bool) -> String {
    let mut text = String::new();
    for diagnostic in &findings.diagnostics {
        text.push_str(&printer.line(diagnostic));
        if let Some(line) = source_line(diagnostic) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{:>6} | {}", diagnostic.finding.line, escaped(&line));
        }
    }
    if !quiet {
        let errors = findings.diagnostics.iter().filter(|found| found.is_error()).count();
        let notes = findings.diagnostics.iter().filter(|found| found.is_note()).count();
        let warnings = findings.diagnostics.len() - errors - notes;
        text.push_str(&articles(settings, &findings.counts));
        let [errors, warnings] = [plural(errors, "error"), plural(warnings, "warning")];
        let _ = writeln!(text, "{errors}, {warnings}");
    }
    text
}

/// The line that a warning is about. No line of an article with an error is shown: the article may be
/// private, and the error may hide that.
fn source_line(diagnostic: &Diagnostic) -> Option<String> {
    let index = diagnostic.finding.line.checked_sub(1)?;
    // A record is a whole article in one line.
    if diagnostic.is_error() || holds_records(&diagnostic.path) {
        return None;
    }
    let file = BufReader::new(std::fs::File::open(&diagnostic.path).ok()?);
    let line = file.lines().nth(index)?.ok()?;
    // The value of an unknown key may be private.
    if let Problem::KeyUnknown(_) = diagnostic.finding.problem {
        return Some(format!("{}: …", line.split_once(':')?.0));
    }
    let end = line.char_indices().nth(MAX_CHARS).map_or(line.len(), |(end, _)| end);
    line.get(..end).map(|line| line.trim_end().to_owned())
}

/// Longer source lines are cut.
const MAX_CHARS: usize = 90;

/// A workflow command of GitHub Actions, which annotates the line of the file.
fn annotation(diagnostic: &Diagnostic) -> String {
    let finding = &diagnostic.finding;
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let mut location = format!("file={}", property(&diagnostic.path.to_string_lossy()));
    for (name, number) in [("line", finding.line), ("col", finding.column)] {
        if number > 0 {
            let _ = write!(location, ",{name}={number}");
        }
    }
    let severity = match finding.problem.severity() {
        Severity::Note => "notice",
        severity => severity_name(severity),
    };
    let message = escaped(&finding.problem.to_string());
    format!("::{severity} {location},title=feedmill {}::{message}\n", finding.problem.name())
}
