//! Reports in the Static Analysis Results Interchange Format (SARIF 2.1.0), for code scanning.

use std::path::Path;

use feedmill::Diagnostic;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::{Value, json};

use crate::output::json_report::severity_name;

pub(crate) fn sarif(diagnostics: &[Diagnostic]) -> String {
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "feedmill", "version": env!("CARGO_PKG_VERSION") } },
            "results": diagnostics.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    format!("{document:#}\n")
}

fn result(diagnostic: &Diagnostic) -> Value {
    let finding = &diagnostic.finding;
    let file = json!({ "uri": relative_uri(&diagnostic.path) });
    let location = match finding.line {
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
        "locations": [{ "physicalLocation": location }],
    })
}

/// A path as a relative reference (RFC 3986, section 4.2).
fn relative_uri(path: &Path) -> String {
    const ENCODED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    percent_encode(path.as_os_str().as_encoded_bytes(), ENCODED).to_string()
}
