//! Records: an article in one line of JSON, made into the bytes of a file.
//!
//! A record is `{"path": …, "text": …}` with the text of a whole file, or an object with the keys of
//! front matter and a `body`. `path` says how the body is written.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::front_matter::syntax;
use crate::types::{Finding, Problem, limits};

/// The file that a record stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RecordedFile {
    /// `path`; empty if there is none.
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// What is needed of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// The front matter. A body that cannot have a fault is left out.
    FrontMatter,
}

/// The file that a line of JSON stands for.
///
/// # Errors
///
/// With the column, and without what the line holds.
pub(crate) fn read(line: &[u8], extent: Extent) -> Result<RecordedFile, Finding> {
    let invalid = |column, reason| Finding::new(0, column, Problem::Record(reason));
    let members = syntax::json_members(line)
        .map_err(|error| invalid(error.column, error.reason_without_content()))?;
    let [mut path, mut text, mut body] = [None, None, None];
    for [key, value] in members {
        match key {
            b"\"path\"" => path = Some(value),
            b"\"text\"" => text = Some(value),
            b"\"body\"" => body = Some(value),
            _ => {}
        }
    }
    let start = |value: &[u8]| value.as_ptr().addr() - line.as_ptr().addr();
    let string = |value| {
        let wrong = || invalid(start(value) + 1, "`text` or `body` is not a text".to_owned());
        syntax::json_string(value).ok_or_else(wrong)
    };
    let path = path.and_then(syntax::json_string).unwrap_or_default();
    let path = PathBuf::from(&*path);
    if let Some(text) = text {
        return Ok(RecordedFile { path, bytes: string(text)?.into_owned().into_bytes() });
    }
    let Some(body) = body.filter(|body| *body != b"null") else {
        return Ok(RecordedFile { path, bytes: line.to_vec() });
    };
    let (before, rest) = line.split_at_checked(start(body)).unwrap_or((line, b""));
    let after = rest.get(body.len()..).unwrap_or_default();
    // Most articles are in no feed, and their bodies are most of what there is to read.
    let is_left_out = extent == Extent::FrontMatter && is_faultless(body);
    let body = if is_left_out { Cow::Borrowed("") } else { string(body)? };
    // The line is front matter in JSON once the body is behind it.
    let bytes = [before, b"\"\"", after, b"\n", body.as_bytes()].concat();
    Ok(RecordedFile { path, bytes })
}

/// Whether the value of a member is certainly a text that an article may have as its body.
fn is_faultless(body: &[u8]) -> bool {
    let is_plain = || memchr::memmem::find(body, b"\\u").is_none() && str::from_utf8(body).is_ok();
    body.starts_with(b"\"") && body.len() <= limits::BODY_BYTES && is_plain()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(line: &str) -> String {
        String::from_utf8(read(line.as_bytes(), Extent::Whole).unwrap().bytes).unwrap()
    }

    #[test]
    fn a_record_may_hold_a_whole_file() {
        let line = br#"{"text":"---\ntitle: A\n---\n\u00e9","path":"news/a.html"}"#;
        let file = read(line, Extent::FrontMatter).unwrap();
        assert_eq!(file.path, PathBuf::from("news/a.html"));
        assert_eq!(file.bytes, "---\ntitle: A\n---\né".as_bytes());
    }

    #[test]
    fn a_record_may_have_keys_and_a_body() {
        assert_eq!(
            bytes(r#" { "title" : "A", "body" : "x\n\"y\"" , "topics":["}",{"body":1}]} "#),
            " { \"title\" : \"A\", \"body\" : \"\" , \"topics\":[\"}\",{\"body\":1}]} \nx\n\"y\""
        );
        for line in ["{}", r#"{"title": "A"}"#, r#"{"title": "A", "body": null}"#] {
            assert_eq!(bytes(line), line);
        }
    }

    #[test]
    fn what_is_no_record_is_named_by_its_column() {
        for (line, column) in [
            ("", 1),
            ("x", 1),
            ("[1]", 1),
            ("{\"secret\"", 10),
            ("{\"a\": secret}", 7),
            ("{\"a\": 1 \"b\": 2}", 9),
            ("{\"a\": 1} x", 8),
            ("{\"a\": \"secret", 13),
            ("{a: 1}", 2),
            ("{\"body\": 1}", 10),
        ] {
            for extent in [Extent::Whole, Extent::FrontMatter] {
                let finding = read(line.as_bytes(), extent).unwrap_err();
                assert_eq!(finding.column, column, "{line}: {finding:?}");
                assert!(!finding.problem.to_string().contains("secret"), "{finding:?}");
            }
        }
    }

    #[test]
    fn a_body_that_is_not_needed_is_left_out_unless_it_may_be_wrong() {
        let skim = |line: &str| read(line.as_bytes(), Extent::FrontMatter);
        assert_eq!(
            skim(r#"{"title":"A","body":"x\ny"}"#).unwrap().bytes,
            b"{\"title\":\"A\",\"body\":\"\"}\n"
        );
        let escaped = skim(r#"{"body":"\u00e9"}"#).unwrap();
        assert_eq!(escaped.bytes, "{\"body\":\"\"}\né".as_bytes());
        assert_eq!(skim(r#"{"body":"\ud800"}"#).unwrap_err().column, 9);
        assert!(read(b"{\"body\":\"\xff\"}", Extent::FrontMatter).is_err());
        let long = "x".repeat(limits::BODY_BYTES + 1);
        let skimmed = skim(&format!("{{\"body\":\"{long}\"}}")).unwrap();
        assert!(skimmed.bytes.len() > limits::BODY_BYTES);
    }
}
