//! Values of front matter that are read before anybody knows what they stand for.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess,
    Visitor,
};

use super::de::{Name, Scalar, boolean};
use crate::front_matter::syntax;
use crate::types::limits;

/// A value that has been read already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Nothing,
    /// A scalar, as text.
    Text(String),
    /// A list of scalars.
    Names(Vec<String>),
    /// What is in a mapping, without mappings inside of it.
    Mapping(BTreeMap<String, Value>),
    /// Something else, such as a list of mappings.
    Other,
}

impl Value {
    /// The value that a site says in its configuration.
    pub(crate) fn of_json(value: &serde_json::Value) -> Value {
        use serde_json::Value as Json;
        let text = |value: &Json| match value {
            Json::String(text) => Some(text.clone()),
            Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
            _ => None,
        };
        match value {
            Json::Null => Value::Nothing,
            Json::Array(values) => Value::Names(values.iter().filter_map(text).collect()),
            Json::Object(entries) => {
                // The dates of TOML come so.
                let date = entries.iter().find(|(key, _)| syntax::is_text_key(key));
                if let Some((_, Json::String(date))) = date {
                    return Value::Text(date.clone());
                }
                let entries = entries.iter();
                Value::Mapping(
                    entries.map(|(key, value)| (key.clone(), Value::of_json(value))).collect(),
                )
            }
            other => text(other).map_or(Value::Other, Value::Text),
        }
    }

    /// The value with the keys of its mapping in lower case.
    pub(crate) fn in_lower_case(self) -> Value {
        match self {
            Value::Mapping(entries) => Value::Mapping(
                entries.into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect(),
            ),
            other => other,
        }
    }

    pub(crate) fn is_something(&self) -> bool {
        match self {
            Value::Nothing => false,
            Value::Text(text) => !text.trim().is_empty(),
            Value::Names(names) => !names.is_empty(),
            Value::Mapping(_) | Value::Other => true,
        }
    }

    /// What it says as a flag, or as the state of an article where `private_if` means that nobody
    /// may hear of it.
    pub(crate) fn flag(&self, private_if: bool) -> Option<bool> {
        let Value::Text(text) = self else { return None };
        boolean(text).or_else(|| match text.trim().to_ascii_lowercase().as_str() {
            // The last three are Hugo's words for a page that is not rendered or not listed.
            "draft" | "hidden" | "pending" | "private" | "unpublished" | "never" | "local"
            | "link" => Some(private_if),
            "public" | "publish" | "published" | "always" => Some(!private_if),
            _ => None,
        })
    }

    /// How much of it there is.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Value::Nothing | Value::Other => 1,
            Value::Text(text) => text.len(),
            Value::Names(names) => names.iter().map(|name| name.len() + 1).sum(),
            Value::Mapping(mapping) => {
                mapping.iter().map(|(key, value)| key.len() + value.bytes()).sum()
            }
        }
    }
}

/// How much may be kept of a file: an alias can repeat a value more often than there is room for.
pub(crate) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Budget(limits::FRONT_MATTER_BYTES)
    }
}

impl Budget {
    pub(crate) fn spend<E: serde::de::Error>(&mut self, bytes: usize) -> Result<(), E> {
        let left = self.0.checked_sub(bytes);
        self.0 = left.ok_or_else(|| E::custom("more values than front matter can hold"))?;
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(AnyValue { inside: false })
    }
}

/// Reads any value; mappings inside of others are passed over.
struct AnyValue {
    inside: bool,
}

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        let short = text.len() <= limits::SCALAR_BYTES;
        Ok(if short { Value::Text(text.to_owned()) } else { Value::Other })
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }
    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }
    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut names = Vec::new();
        let mut other = false;
        let mut budget = Budget::default();
        while let Some(Scalar(name)) = list.next_element::<Scalar<'de>>()? {
            match name {
                Some(name) if names.len() <= limits::NAMES => {
                    budget.spend(name.len())?;
                    names.push(name.into_owned());
                }
                _ => other = true,
            }
        }
        Ok(if other && names.is_empty() { Value::Other } else { Value::Names(names) })
    }
    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Value, A::Error> {
        let mut values = BTreeMap::new();
        let mut budget = Budget::default();
        while let Some(Name(key)) = mapping.next_key::<Name<'de>>()? {
            if syntax::is_text_key(&key) {
                return mapping.next_value().map(Value::Text);
            }
            if self.inside {
                mapping.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = mapping.next_value_seed(AnyValue { inside: true })?;
            budget.spend(key.len() + value.bytes())?;
            values.entry(key.into_owned()).or_insert(value);
        }
        Ok(if self.inside { Value::Other } else { Value::Mapping(values) })
    }
    /// As for a [`Scalar`]: nothing is done for a tag.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        use serde::de::VariantAccess as _;
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}
