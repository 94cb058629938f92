//! JSON: the only module of front matter that uses the JSON crate.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, IgnoredAny, value};

use super::SyntaxError;
use crate::front_matter::Value;

/// Reads a document. Only text that is no JSON has a place.
///
/// It is read into a [`Value`] first, since the crate refuses to give a number or a boolean as text,
/// which front matter means by it.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<S::Value, SyntaxError> {
    let value: Value<'de> = serde_json::from_str(text).map_err(|error| syntax_error(&error))?;
    seed.deserialize(&value).map_err(|error: value::Error| {
        let reason = error.to_string();
        SyntaxError { line: 1, column: 1, reason }
    })
}

/// The number of bytes of the value that a text begins with.
pub(super) fn length(text: &[u8]) -> Result<usize, SyntaxError> {
    // Records consist of strings, most of all of a long one. The crate looks at each byte of them.
    if let Some(length) = string_length(text) {
        return Ok(length);
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Err(error)) => Err(syntax_error(&error)),
        _ => Ok(values.byte_offset()),
    }
}

/// The keys and values of the object that is the whole text, each as it is written.
pub(super) fn members(text: &[u8]) -> Result<Vec<[&[u8]; 2]>, SyntaxError> {
    let at = |rest: &[u8], reason: &str| {
        let column = text.len() - rest.len() + 1;
        SyntaxError { line: 1, column, reason: reason.to_owned() }
    };
    let value = |rest: &'_ [u8]| {
        length(rest).map_err(|error| {
            let before = text.len() - rest.len();
            SyntaxError { column: before + error.column, line: 1, ..error }
        })
    };
    let is_blank = |rest: &[u8]| rest.trim_ascii_start().is_empty();
    let mut members = Vec::new();
    let mut rest =
        text.trim_ascii_start().strip_prefix(b"{").ok_or_else(|| at(text, "no object"))?;
    if rest.trim_ascii_start().strip_prefix(b"}").is_some_and(is_blank) {
        return Ok(members);
    }
    loop {
        rest = rest.trim_ascii_start();
        if !rest.starts_with(b"\"") {
            return Err(at(rest, "key must be a string"));
        }
        let (key, after) = rest.split_at_checked(value(rest)?).unwrap_or((rest, b""));
        rest = after.trim_ascii_start();
        rest = rest.strip_prefix(b":").ok_or_else(|| at(rest, "expected `:`"))?;
        rest = rest.trim_ascii_start();
        let (value, after) = rest.split_at_checked(value(rest)?).unwrap_or((rest, b""));
        members.push([key, value]);
        rest = after.trim_ascii_start();
        if let Some(after) = rest.strip_prefix(b",") {
            rest = after;
        } else if rest.strip_prefix(b"}").is_some_and(is_blank) {
            return Ok(members);
        } else {
            return Err(at(rest, "expected `,` or the end of the object"));
        }
    }
}

/// The number of bytes of the string that a text begins with; `None` if there is none without a fault
/// (RFC 8259, section 7).
fn string_length(text: &[u8]) -> Option<usize> {
    let mut rest = text.strip_prefix(b"\"")?;
    loop {
        let (plain, end) = rest.split_at_checked(memchr::memchr2(b'"', b'\\', rest)?)?;
        // Without an early end, the compiler makes this look at many bytes at once.
        if plain.iter().fold(0, |found, byte| found | u8::from(*byte < b' ')) != 0 {
            return None;
        }
        rest = match end {
            [b'"', rest @ ..] => return Some(text.len() - rest.len()),
            [_, b'u', a, b, c, d, rest @ ..]
                if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) =>
            {
                rest
            }
            [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => rest,
            _ => return None,
        };
    }
}

/// The text of a string, as it is written.
pub(super) fn string(text: &[u8]) -> Option<Cow<'_, str>> {
    serde_json::from_slice::<&str>(text).map(Cow::Borrowed).ok().or_else(|| {
        // Only a string without escapes can be borrowed.
        serde_json::from_slice::<String>(text).map(Cow::Owned).ok()
    })
}

fn syntax_error(error: &serde_json::Error) -> SyntaxError {
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or_default().to_owned();
    SyntaxError { line: error.line().max(1), column: error.column().max(1), reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A string is found as the JSON crate finds it, or not at all.
        #[test]
        fn the_end_of_a_string_is_where_the_crate_sees_it(
            inside in r#"("|\\["\\/bfnrtux]|[a-f0-9]{1,4}|[\x00-\x20]|é|,){0,12}"#,
        ) {
            let text = format!("\"{inside}");
            let mut crates = serde_json::Deserializer::from_slice(text.as_bytes()).into_iter::<IgnoredAny>();
            let expected = crates.next().is_some_and(|value| value.is_ok()).then(|| crates.byte_offset());
            prop_assert_eq!(string_length(text.as_bytes()), expected);
        }
    }
}
