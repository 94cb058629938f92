//! A scanner for the YAML that front matter is mostly written in, much faster than the YAML crate:
//! keys and values on lines of their own, lists, plain and quoted scalars.
//!
//! It reads only YAML of which it is sure. It declines everything else (flow collections, block
//! scalars, values over several lines, anchors, tags, tabs, comments behind a value, unusual numbers
//! and escapes, mistakes), and the crate decides. Wherever it reads a text, it reads the same as the
//! crate; fuzzing holds the two together.

mod lines;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use self::lines::{Lines, Shape, unescaped};

/// Reads a text, if it is simple and of the shape asked for.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Option<S::Value> {
    let mut lines = Lines::new(text)?;
    let document = Value { shape: Shape::Mapping { indent: 0, level: 0 }, lines: &mut lines };
    let read = seed.deserialize(document).ok()?;
    lines.is_at_end().then_some(read)
}

/// The text is not simple, or not of the shape asked for; the crate will find the reason.
#[derive(Debug)]
struct Declined;

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("declined")
    }
}

impl std::error::Error for Declined {}

impl Error for Declined {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Declined
    }
}

/// A value that is about to be read.
struct Value<'l, 'a> {
    shape: Shape<'a>,
    /// The lines after the value; those of its items or entries come first.
    lines: &'l mut Lines<'a>,
}

impl<'de> Deserializer<'de> for Value<'_, 'de> {
    type Error = Declined;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        let lines = self.lines;
        match self.shape {
            Shape::Null => visitor.visit_unit(),
            Shape::Bool(value) => visitor.visit_bool(value),
            Shape::Integer(text) => match text.parse::<i64>().map_err(|_| Declined)? {
                negative @ ..0 => visitor.visit_i64(negative),
                value => visitor.visit_u64(value.unsigned_abs()),
            },
            Shape::Text(text) => visitor.visit_borrowed_str(text),
            Shape::Escaped(inside) => visitor.visit_string(unescaped(inside)),
            Shape::Doubled(inside) => visitor.visit_string(inside.replace("''", "'")),
            Shape::List { indent, level } => {
                let read = visitor.visit_seq(Nested { lines, indent, level, value: 0 })?;
                let ended = lines.item(indent, level)?.is_none();
                ended.then_some(read).ok_or(Declined)
            }
            Shape::Mapping { indent, level } => {
                let read = visitor.visit_map(Nested { lines, indent, level, value: 0 })?;
                let ended = lines.entry(indent)?.is_none();
                ended.then_some(read).ok_or(Declined)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self.shape {
            Shape::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    /// A scalar as it is written.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self.shape {
            Shape::Bool(value) => visitor.visit_borrowed_str(if value { "true" } else { "false" }),
            Shape::Integer(text) | Shape::Text(text) => visitor.visit_borrowed_str(text),
            Shape::Null | Shape::List { .. } | Shape::Mapping { .. } => Err(Declined),
            Shape::Escaped(_) | Shape::Doubled(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.deserialize_str(visitor)
    }

    /// Skips a value by the same rules as one that is kept.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self.shape {
            Shape::List { .. } | Shape::Mapping { .. } => self.deserialize_any(visitor),
            _ => visitor.visit_unit(),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

/// The items of a list, or the entries of a mapping.
struct Nested<'l, 'a> {
    lines: &'l mut Lines<'a>,
    indent: usize,
    level: usize,
    /// Where the value of the last key begins.
    value: usize,
}

impl<'de> SeqAccess<'de> for Nested<'_, 'de> {
    type Error = Declined;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Declined> {
        let Some(shape) = self.lines.item(self.indent, self.level)? else { return Ok(None) };
        seed.deserialize(Value { shape, lines: self.lines }).map(Some)
    }
}

impl<'de> MapAccess<'de> for Nested<'_, 'de> {
    type Error = Declined;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Declined> {
        let Some((key, value)) = self.lines.entry(self.indent)? else { return Ok(None) };
        self.value = value;
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Declined> {
        let shape = self.lines.value(self.value, self.indent, self.level)?;
        seed.deserialize(Value { shape, lines: self.lines })
    }
}
