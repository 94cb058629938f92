//! YAML: the only module that uses the YAML crate.

mod simple;

use serde::Deserialize;

/// Text that is not YAML, or not of the shape asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// Counted from 1; 1 if unknown.
    pub(crate) line: usize,
    /// Counted from 1; 1 if unknown.
    pub(crate) column: usize,
    /// What is wrong, without a place.
    pub(crate) reason: String,
}

impl YamlError {
    /// The reason without what the text holds, which may be private: of a value in the wrong place
    /// only its kind is said.
    pub(crate) fn reason_without_content(&self) -> String {
        for wrong in ["invalid type: ", "invalid value: "] {
            if let Some((place, rest)) = self.reason.split_once(wrong) {
                let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, ""));
                let kind = found.split(['"', '`']).next().unwrap_or_default().trim();
                return format!("{place}{wrong}{kind}, expected {expected}");
            }
        }
        self.reason.clone()
    }
}

/// Reads a text without the crate, if it is simple enough to be sure that the crate would say the
/// same.
pub(crate) fn read_simple<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    simple::read(text)
}

/// Reads a text; `Ok(None)` if it is empty or holds nothing but comments.
pub(crate) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<Option<T>, YamlError> {
    serde_yaml::from_str(text).map_err(|error| {
        let message = error.to_string();
        // libyaml says the context with another place behind the first one.
        let reason = match message.split_once("invalid type") {
            Some(_) => message.rsplit_once(" at line ").map_or(&*message, |(reason, _)| reason),
            None => message.split(" at line ").next().unwrap_or_default(),
        };
        // Of a character that YAML does not allow it only says the offset.
        let (reason, offset) = match reason.split_once(" at position ") {
            Some((reason, offset)) => (reason, offset.parse().ok()),
            None => (reason, None),
        };
        let place = error.location();
        let (line, column) = match offset.and_then(|offset| text.get(..offset)) {
            Some(before) => {
                let line = before.rsplit('\n').next().unwrap_or_default();
                (1 + before.matches('\n').count(), 1 + line.chars().count())
            }
            None => place.map_or((1, 1), |place| (place.line(), place.column())),
        };
        YamlError { line, column, reason: reason.to_owned() }
    })
}
