//! Values of any shape: front matter whose keys still have to be mapped, and site configurations.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{self, MapDeserializer, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess as _, Visitor,
};
use serde::forward_to_deserialize_any;

use super::de::{Scalar, ScalarText};
use super::syntax;
use crate::types::limits;

/// A value of any shape; text that needs no unescaping is borrowed from the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`, or no value at all.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as text.
    Number(String),
    /// A text; also a date of TOML.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Value<'a>>),
    /// Keys and values in the order of the file, which may repeat a key.
    Mapping(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The keys and values of a mapping; nothing for any other value.
    pub(crate) fn entries(&self) -> &[(Cow<'a, str>, Value<'a>)] {
        if let Value::Mapping(entries) = self { entries } else { &[] }
    }

    /// The value of a key of a mapping, or null. A key that differs only in case counts if no other
    /// does, and of several equal ones the last, as for Ruby.
    pub(crate) fn at(&self, key: &str) -> &Value<'a> {
        let find = |is_key: &dyn Fn(&str) -> bool| {
            self.entries().iter().rev().find(|(other, _)| is_key(other))
        };
        let entry = find(&|other| other == key);
        let entry = entry.or_else(|| find(&|other| other.eq_ignore_ascii_case(key)));
        entry.map_or(&Value::Null, |(_, value)| value)
    }

    /// The text of a key, without the spaces around it; nothing if it is blank or no text.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let text = self.at(key).as_text()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The texts of a key that has one text or a list.
    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        self.at(key).items().iter().filter_map(Value::as_text).map(str::to_owned).collect()
    }

    /// The mappings of a key that has one mapping or a list.
    pub(crate) fn mappings(&self, key: &str) -> impl Iterator<Item = &Value<'a>> {
        let items = self.at(key).items().iter();
        items.filter(|item| matches!(item, Value::Mapping(_)))
    }

    /// The items of a list; a value that is none is its own only item.
    pub(crate) fn items(&self) -> &[Value<'a>] {
        if let Value::List(items) = self { items } else { std::slice::from_ref(self) }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// The text of a scalar.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match self {
            Value::Bool(value) => Some(if *value { "true" } else { "false" }),
            Value::Number(text) => Some(text),
            Value::Text(text) => Some(text),
            Value::Null | Value::List(_) | Value::Mapping(_) => None,
        }
    }

    /// Whether it is neither null nor blank nor an empty list.
    pub(crate) fn is_something(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Text(text) => !text.trim().is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Mapping(_) => true,
        }
    }

    /// The value without mappings and inner lists: a scalar, or the scalars of a list.
    pub(crate) fn scalars(&self) -> Value<'a> {
        let is_kept = |value: &Value<'_>| {
            value.scalar().is_some_and(|text| text.len() <= limits::SCALAR_BYTES)
        };
        match self {
            Value::List(items) => {
                Value::List(items.iter().filter(|item| is_kept(item)).cloned().collect())
            }
            scalar if is_kept(scalar) => scalar.clone(),
            _ => Value::Null,
        }
    }

    /// The value without a key, however deep it is.
    pub(crate) fn without(self, key: &str) -> Value<'a> {
        match self {
            Value::List(items) => {
                Value::List(items.into_iter().map(|item| item.without(key)).collect())
            }
            Value::Mapping(entries) => {
                let kept = entries.into_iter().filter(|(own, _)| !own.eq_ignore_ascii_case(key));
                Value::Mapping(kept.map(|(own, value)| (own, value.without(key))).collect())
            }
            scalar => scalar,
        }
    }

    /// Takes in the values of another mapping, which count more. Keys may differ in case.
    pub(crate) fn merge(&mut self, stronger: Value<'a>) {
        match (self, stronger) {
            (Value::Mapping(entries), Value::Mapping(others)) => {
                for (key, value) in others {
                    match entries.iter_mut().rfind(|(own, _)| own.eq_ignore_ascii_case(&key)) {
                        Some((_, own)) => own.merge(value),
                        None => entries.push((key, value)),
                    }
                }
            }
            (_, Value::Null) => {}
            (own, stronger) => *own = stronger,
        }
    }

    pub(crate) fn into_owned(self) -> Value<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Number(text) => Value::Number(text),
            Value::Text(text) => Value::Text(owned(text)),
            Value::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Value::Mapping(entries) => {
                let entries = entries.into_iter();
                Value::Mapping(
                    entries.map(|(key, value)| (owned(key), value.into_owned())).collect(),
                )
            }
        }
    }
}

/// Bytes of a configuration or a section file, which is far more than any has.
const MAX_BYTES: usize = 1024 * 1024;

/// What a value is expected to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Anything. YAML takes `1.50` without quotes for the number 1.5.
    Anything,
    /// Anything inside of another value, where an entry whose key is no text is dropped.
    Inner,
    /// A text, which is read as written.
    Text,
    /// A text or a list of texts, which are read as written.
    Texts,
}

/// Reads a value. Takes the bytes it needs from a budget, since an alias of YAML can repeat a value
/// more often than there is memory.
pub(crate) struct ValueSeed<'b> {
    pub(crate) expected: Expected,
    pub(crate) budget: &'b mut usize,
}

impl ValueSeed<'_> {
    fn spend<E: Error>(&mut self, bytes: usize) -> Result<(), E> {
        let left = self.budget.checked_sub(bytes);
        *self.budget = left.ok_or_else(|| E::custom("more values than front matter can hold"))?;
        Ok(())
    }

    fn number<'de, E: Error>(mut self, number: &impl ToString) -> Result<Value<'de>, E> {
        let text = number.to_string();
        self.spend(text.len())?;
        Ok(Value::Number(text))
    }

    fn text<E: Error>(mut self, text: Cow<'_, str>) -> Result<Value<'_>, E> {
        self.spend(text.len())?;
        Ok(Value::Text(text))
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (expected, mut budget) = (Expected::Anything, MAX_BYTES);
        ValueSeed { expected, budget: &mut budget }.deserialize(deserializer)
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        if self.expected != Expected::Text {
            return deserializer.deserialize_any(self);
        }
        match Option::<ScalarText<'de>>::deserialize(deserializer)? {
            Some(ScalarText(text)) => self.text(text),
            None => Ok(Value::Null),
        }
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_unit<E: Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        self.text(Cow::Borrowed(text))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'de>, E> {
        self.text(Cow::Owned(text.to_owned()))
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Value<'de>, E> {
        self.number(&number)
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Value<'de>, E> {
        self.number(&number)
    }
    fn visit_i128<E: Error>(self, number: i128) -> Result<Value<'de>, E> {
        self.number(&number)
    }
    fn visit_u128<E: Error>(self, number: u128) -> Result<Value<'de>, E> {
        self.number(&number)
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Value<'de>, E> {
        self.number(&number)
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Value<'de>, A::Error> {
        let texts = self.expected == Expected::Texts;
        let expected = if texts { Expected::Text } else { Expected::Inner };
        let mut items = Vec::new();
        while let Some(item) =
            list.next_element_seed(ValueSeed { expected, budget: &mut *self.budget })?
        {
            self.spend(1)?;
            items.push(item);
        }
        Ok(Value::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut mapping: A) -> Result<Value<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(Scalar(key)) = mapping.next_key()? {
            match key {
                Some(key) if syntax::is_text_key(&key) => {
                    return mapping.next_value().map(|text: String| Value::Text(text.into()));
                }
                Some(key) => {
                    self.spend(key.len() + 1)?;
                    let seed = ValueSeed { expected: Expected::Inner, budget: &mut *self.budget };
                    entries.push((key, mapping.next_value_seed(seed)?));
                }
                None if self.expected == Expected::Inner => {
                    mapping.next_value::<IgnoredAny>()?;
                }
                None => return Err(A::Error::custom("a key is not a text")),
            }
        }
        Ok(Value::Mapping(entries))
    }
    /// Reads the value behind a tag such as `!include`; the tag itself means nothing.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value<'de>, A::Error> {
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}

impl<'de> Deserializer<'de> for &Value<'de> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            // Whole numbers are written without a fraction.
            Value::Number(text) => match text.parse() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_str(text),
            },
            Value::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Value::Text(Cow::Owned(text)) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter())),
            Value::Mapping(entries) => {
                let entries = entries.iter().map(|(key, value)| (&**key, value));
                visitor.visit_map(MapDeserializer::new(entries))
            }
        }
    }

    /// A scalar as text.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        match (self, self.scalar()) {
            (Value::Bool(_) | Value::Number(_), Some(text)) => visitor.visit_str(text),
            (Value::Null, _) => Err(Error::invalid_type(Unexpected::Unit, &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        match self {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, value::Error> for &Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
