//! TOML: the only module that uses the TOML crate.

use serde::de::DeserializeSeed;

use super::SyntaxError;

/// Reads a document.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<S::Value, SyntaxError> {
    let document = ::toml::de::Deserializer::parse(text);
    document.and_then(|document| seed.deserialize(document)).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        SyntaxError {
            line: 1 + before.matches('\n').count(),
            column: 1 + line.chars().count(),
            reason: error.message().replace('\n', ", "),
        }
    })
}

/// The only key of a mapping by which the crate hands over a date.
pub(super) const DATE: &str = "$__toml_private_datetime";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::marker::PhantomData;

    use super::*;

    #[test]
    fn a_date_is_handed_over_under_its_key() {
        type Table = BTreeMap<String, BTreeMap<String, String>>;
        let table = read("at = 2024-05-01T10:00:00Z", PhantomData::<Table>).unwrap();
        assert_eq!(table["at"][DATE], "2024-05-01T10:00:00Z");
    }

    #[test]
    fn mistakes_have_a_position() {
        let error = read("a = 1\nb = x\n", PhantomData::<BTreeMap<String, i64>>).unwrap_err();
        assert_eq!((error.line, error.column), (2, 5));
    }
}
