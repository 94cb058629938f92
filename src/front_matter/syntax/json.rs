//! JSON: the only module of front matter that uses the JSON crate.

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
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Err(error)) => Err(syntax_error(&error)),
        _ => Ok(values.byte_offset()),
    }
}

fn syntax_error(error: &serde_json::Error) -> SyntaxError {
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or_default().to_owned();
    SyntaxError { line: error.line().max(1), column: error.column().max(1), reason }
}
