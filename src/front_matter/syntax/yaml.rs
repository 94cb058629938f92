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
    Perhaps(seed).deserialize(document).map_err(|error| {
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
        SyntaxError { line, column, reason: reason.to_owned() }
    })
}

/// What a seed makes of a document, if there is one.
struct Perhaps<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Perhaps<S> {
    type Value = Option<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Perhaps<S> {
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
