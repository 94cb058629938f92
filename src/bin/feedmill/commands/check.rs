//! `feedmill check`: what is wrong or odd, for people and for the programs that show it to them.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::anyhow;
use feedmill::{Diagnostic, Problem, Settings, Stats};
use serde_json::{Value, json};

use crate::args::{CheckArgs, CheckFormat};
use crate::output::json_report::{JsonDiagnostic, severity_name};
use crate::output::printer::{Printer, print};
use crate::output::summary::{articles, plural};
use crate::output::terminal::Escaped;
use crate::{Exit, command};

pub(crate) fn check(arguments: &CheckArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.format != CheckFormat::Human);
    command(&printer, &arguments.feeds, None, |settings, watch| {
        let findings = feedmill::check(settings, watch)?;
        print(&match arguments.format {
            CheckFormat::Human => human(settings, &printer, &findings, arguments.output.quiet),
            CheckFormat::Json => json(&findings),
            CheckFormat::Github => findings.diagnostics.iter().map(annotation).collect(),
            CheckFormat::Sarif => sarif(&findings),
        });
        let failed = findings.has_errors() || arguments.strict && !findings.diagnostics.is_empty();
        if !failed && !findings.counts.has_articles() {
            printer.error(&anyhow!("no article found"));
            return Ok(Exit::Refused);
        }
        Ok(if failed { Exit::Incomplete } else { Exit::UpToDate })
    })
}

/// As a compiler says it, and how many there are.
fn human(settings: &Settings, printer: &Printer, findings: &Stats, quiet: bool) -> String {
    let mut text = String::new();
    let mut errors = 0;
    for diagnostic in &findings.diagnostics {
        errors += usize::from(diagnostic.is_error());
        text.push_str(&printer.line(diagnostic));
        if let Some(line) = shown_line(diagnostic) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{:>6} | {}", diagnostic.finding.line, Escaped(&line));
        }
    }
    if !quiet {
        let warnings = findings.diagnostics.len() - errors;
        text.push_str(&articles(settings, &findings.counts));
        let [errors, warnings] = [plural(errors, "error"), plural(warnings, "warning")];
        let _ = writeln!(text, "{errors}, {warnings}");
    }
    text
}

/// The line that a warning is about. An article with an error may be private for all we know, and
/// its lines are not shown.
fn shown_line(diagnostic: &Diagnostic) -> Option<String> {
    let wanted = diagnostic.finding.line.checked_sub(1)?;
    if diagnostic.is_error() {
        return None;
    }
    let file = BufReader::new(std::fs::File::open(&diagnostic.path).ok()?);
    let line = file.lines().nth(wanted)?.ok()?;
    // Nobody knows what a key is for that is not read.
    if let Problem::KeyUnknown(_) = diagnostic.finding.problem {
        return Some(format!("{}: …", line.split_once(':')?.0));
    }
    let end = line.char_indices().nth(SHOWN_CHARS).map_or(line.len(), |(end, _)| end);
    line.get(..end).map(|line| line.trim_end().to_owned())
}

/// More of a line says no more.
const SHOWN_CHARS: usize = 90;

fn json(findings: &Stats) -> String {
    let diagnostics: Vec<JsonDiagnostic> =
        findings.diagnostics.iter().map(JsonDiagnostic::new).collect();
    to_text(&json!({
        "version": 1,
        "files": findings.counts.files,
        "articles": findings.counts.articles,
        "diagnostics": diagnostics,
    }))
}

/// A command of a GitHub workflow, which shows it at the line.
fn annotation(diagnostic: &Diagnostic) -> String {
    let finding = &diagnostic.finding;
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let mut place = format!("file={}", property(&diagnostic.path.to_string_lossy()));
    for (name, number) in [("line", finding.line), ("col", finding.column)] {
        if number > 0 {
            let _ = write!(place, ",{name}={number}");
        }
    }
    let severity = severity_name(finding.problem.severity());
    let message = escaped(&finding.problem.to_string());
    format!("::{severity} {place},title=feedmill {}::{message}\n", finding.problem.name())
}

/// The Static Analysis Results Interchange Format (SARIF 2.1.0), with what code scanning shows.
fn sarif(findings: &Stats) -> String {
    let results: Vec<Value> = findings.diagnostics.iter().map(result).collect();
    to_text(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "feedmill", "version": env!("CARGO_PKG_VERSION") } },
            "results": results,
        }],
    }))
}

fn result(diagnostic: &Diagnostic) -> Value {
    let finding = &diagnostic.finding;
    let file = json!({ "uri": uri(&diagnostic.path) });
    let place = match finding.line {
        0 => json!({ "artifactLocation": file }),
        line => {
            let region = json!({ "startLine": line, "startColumn": finding.column.max(1) });
            json!({ "artifactLocation": file, "region": region })
        }
    };
    json!({
        "ruleId": finding.problem.name(),
        "level": severity_name(finding.problem.severity()),
        "message": { "text": finding.problem.to_string() },
        "locations": [{ "physicalLocation": place }],
    })
}

/// A path as a relative reference (RFC 3986, section 4.2).
fn uri(path: &Path) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes
        .map(
            |byte| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") },
        )
        .collect()
}

fn to_text(document: &Value) -> String {
    format!("{document:#}\n")
}
