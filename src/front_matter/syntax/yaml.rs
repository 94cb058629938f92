//! YAML: the only module that uses the YAML crate.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

use super::SyntaxError;

/// Reads a text; `Ok(None)` if it is empty or holds nothing but comments.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<Option<S::Value>, SyntaxError> {
    let document = serde_yaml::Deserializer::from_str(text);
    OptionalDocument(seed).deserialize(document).map_err(|error| {
        let message = error.to_string();
        // libyaml adds the context, with a second position.
        let reason = match message.split_once("invalid type") {
            Some(_) => message.rsplit_once(" at line ").map_or(&*message, |(reason, _)| reason),
            None => message.split(" at line ").next().unwrap_or_default(),
        };
        // For a character that YAML does not allow it has only the offset.
        let (reason, offset) = match reason.split_once(" at position ") {
            Some((reason, offset)) => (reason, offset.parse().ok()),
            None => (reason, None),
        };
        let (line, column) = match offset.and_then(|offset| text.get(..offset)) {
            Some(before) => {
                let line = before.rsplit('\n').next().unwrap_or_default();
                (1 + before.matches('\n').count(), 1 + line.chars().count())
            }
            None => error.location().map_or((1, 1), |at| (at.line(), at.column())),
        };
        SyntaxError { line, column, reason: reason.to_owned() }
    })
}

/// Reads a document, if there is one.
struct OptionalDocument<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for OptionalDocument<S> {
    type Value = Option<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for OptionalDocument<S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }
    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}
