//! Renaming: front matter with keys of its own, read as if it had the standard ones.
//!
//! It is read twice: first to see which keys there are and which of them stands for what, then with
//! the keys renamed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{
    BorrowedStrDeserializer, MapAccessDeserializer, SeqDeserializer, UnitDeserializer,
};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer,
    MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::fields::{Field, Fields};
use super::lenient::{Name, Scalar, boolean};
use crate::limits;
use crate::syntax;

/// What stands for what in one file.
#[derive(Default)]
pub(super) struct Roles {
    /// The standard name of each key that stands for a field.
    names: BTreeMap<String, &'static str>,
    /// Keys whose values have been read already.
    said: BTreeSet<String>,
    /// What is said in another way than by a key of its own, by standard names.
    added: Vec<(&'static str, Value)>,
    /// A key that stands there twice.
    twice: Option<String>,
}

/// A value that has been read already.
#[derive(Clone)]
enum Value {
    Nothing,
    Text(String),
    Names(Vec<String>),
    /// What is in a mapping.
    Mapping(BTreeMap<String, Value>),
    /// Something else, such as a list of mappings.
    Other,
}

/// Finds out what stands for what.
#[derive(Clone, Copy)]
pub(super) struct Look<'f>(pub(super) &'f Fields);

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = Roles;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Roles, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = Roles;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEYS_AND_VALUES)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Roles, A::Error> {
        let Look(fields) = self;
        let mut seen: BTreeMap<String, (String, Value)> = BTreeMap::new();
        let mut twice = None;
        let mut kept = 0;
        while let Some(Name(key)) = mapping.next_key::<Name<'de>>()? {
            let normal = fields.normal(Cow::Borrowed(&*key));
            if !fields.all_keys().any(|known| known == normal) {
                mapping.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = mapping.next_value::<Value>()?;
            kept += value.bytes();
            refuse_more(kept)?;
            if seen.contains_key(&*normal) {
                twice.get_or_insert(normal.into_owned());
            } else {
                seen.insert(normal.into_owned(), (key.into_owned(), value));
            }
        }
        Ok(Roles { twice, ..roles(fields, &seen) })
    }
}

pub(super) const KEYS_AND_VALUES: &str = "a list of keys and values";

/// `seen` holds what stands at the top: by key, the key as written and its value.
fn roles(fields: &Fields, seen: &BTreeMap<String, (String, Value)>) -> Roles {
    let mut roles = Roles::default();
    let value = |key: &str| match key.split_once('.') {
        None => seen.get(key).map(|(_, value)| value),
        Some((outer, inner)) => match seen.get(outer) {
            Some((_, Value::Mapping(mapping))) => mapping.get(inner),
            _ => None,
        },
    };
    let flags = Field::ALL.into_iter().filter_map(|field| Some((field, field.private_if()?)));
    for (field, private_if) in flags {
        let says = |key: &&str| value(key).and_then(|value| value.flag(private_if));
        let keys = || fields.keys(field).iter().map(AsRef::as_ref);
        let private = keys().find(|key| says(key) == Some(private_if));
        // What is no flag may be something else, unless nothing else has this name.
        let others = |key: &&str| {
            Field::ALL
                .into_iter()
                .any(|other| other != field && fields.keys(other).iter().any(|k| k == key))
        };
        let written = |key: &&str| says(key).is_some() || value(key).is_some() && !others(key);
        let Some(key) = private.or_else(|| keys().find(written)) else { continue };
        match (says(&key), seen.get(key)) {
            // It may be said in a word that only we know.
            (Some(flag), Some((written, _))) => {
                roles.added.push((field.standard_key(), Value::Text(flag.to_string())));
                roles.said.insert(written.clone());
            }
            _ => roles.give(fields, field, key, value(key), seen),
        }
    }
    for field in Field::ALL.into_iter().filter(|field| field.private_if().is_none()) {
        let mut keys = fields.keys(field).iter().map(AsRef::as_ref);
        let free = |key: &&str| {
            let taken = seen.get(*key).is_some_and(|(written, _)| {
                roles.names.contains_key(written) || roles.said.contains(written)
            });
            !taken && value(key).is_some_and(Value::is_something)
        };
        if let Some(key) = keys.find(free) {
            roles.give(fields, field, key, value(key), seen);
        }
    }
    roles
}

impl Roles {
    fn give(
        &mut self,
        fields: &Fields,
        field: Field,
        key: &str,
        value: Option<&Value>,
        seen: &BTreeMap<String, (String, Value)>,
    ) {
        let name = field.standard_key();
        match (seen.get(key), value) {
            (Some((_, Value::Text(text))), _) if fields.is_words(key) => {
                let words = text.split_whitespace().map(str::to_owned).collect();
                self.added.push((name, Value::Names(words)));
            }
            (Some((written, _)), _) => {
                self.names.insert(written.clone(), name);
            }
            (None, Some(inner)) => self.added.push((name, inner.clone())),
            (None, None) => {}
        }
    }

    /// The key that stands for a field in the file.
    pub(super) fn key(&self, field: Field) -> Option<&str> {
        let named = self.names.iter().find(|(_, name)| **name == field.standard_key());
        named.map(|(key, _)| key.as_str())
    }

    /// A key that stands there twice.
    pub(super) fn twice(&self) -> Option<&str> {
        self.twice.as_deref()
    }
}

impl Value {
    fn is_something(&self) -> bool {
        match self {
            Value::Nothing => false,
            Value::Text(text) => !text.trim().is_empty(),
            Value::Names(names) => !names.is_empty(),
            Value::Mapping(_) | Value::Other => true,
        }
    }

    /// What it says as a flag, or as the state of an article where `private_if` means that nobody
    /// may hear of it.
    fn flag(&self, private_if: bool) -> Option<bool> {
        let Value::Text(text) = self else { return None };
        boolean(text).or_else(|| match text.trim().to_ascii_lowercase().as_str() {
            "draft" | "hidden" | "pending" | "private" | "unpublished" => Some(private_if),
            "public" | "publish" | "published" => Some(!private_if),
            _ => None,
        })
    }

    fn refuse_too_much<E: serde::de::Error>(&self) -> Result<(), E> {
        refuse_more(self.bytes())
    }

    /// How much of it there is.
    fn bytes(&self) -> usize {
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

/// An alias can repeat a value more often than there is room for.
fn refuse_more<E: serde::de::Error>(bytes: usize) -> Result<(), E> {
    let all_right = bytes <= limits::FRONT_MATTER_BYTES;
    all_right.then_some(()).ok_or_else(|| E::custom("more values than front matter can hold"))
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
        let mut names = Value::Names(Vec::new());
        let mut other = false;
        while let Some(Scalar(name)) = list.next_element::<Scalar<'de>>()? {
            match (name, &mut names) {
                (Some(name), Value::Names(names)) if names.len() <= limits::NAMES => {
                    names.push(name.into_owned());
                }
                _ => other = true,
            }
            names.refuse_too_much()?;
        }
        Ok(if other && !names.is_something() { Value::Other } else { names })
    }
    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Value, A::Error> {
        let mut values = Value::Mapping(BTreeMap::new());
        while let Some(Name(key)) = mapping.next_key::<Name<'de>>()? {
            if syntax::is_text_key(&key) {
                values = Value::Text(mapping.next_value()?);
            } else if self.inside {
                mapping.next_value::<IgnoredAny>()?;
            } else {
                let value = mapping.next_value_seed(AnyValue { inside: true })?;
                if let Value::Mapping(values) = &mut values
                    && values.len() < limits::NAMES
                {
                    values.entry(key.into_owned()).or_insert(value);
                }
            }
            values.refuse_too_much()?;
        }
        Ok(values)
    }
    /// As for a [`Scalar`]: nothing is done for a tag.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        use serde::de::VariantAccess as _;
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}

/// Reads front matter with its keys renamed.
pub(super) struct Renamed<'r, T>(pub(super) &'r Roles, pub(super) PhantomData<T>);

impl<T> Clone for Renamed<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Renamed<'_, T> {}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Renamed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Renamed<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEYS_AND_VALUES)
    }
    fn visit_map<A: MapAccess<'de>>(self, mapping: A) -> Result<T, A::Error> {
        let added = self.0.added.iter();
        let renamed = Entries { mapping, names: &self.0.names, added, value: None };
        T::deserialize(MapAccessDeserializer::new(renamed))
    }
}

/// The entries of front matter that stand for something.
struct Entries<'r, A> {
    mapping: A,
    names: &'r BTreeMap<String, &'static str>,
    added: std::slice::Iter<'r, (&'static str, Value)>,
    /// The value of the key that was asked for last, unless it is that of the mapping.
    value: Option<&'r Value>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(Name(key)) = self.mapping.next_key::<Name<'de>>()? {
            if let Some(name) = self.names.get(&*key) {
                return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
            }
            self.mapping.next_value::<IgnoredAny>()?;
        }
        let Some((name, value)) = self.added.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value {
            None => self.mapping.next_value_seed(seed),
            Some(Value::Text(text)) => seed.deserialize(Added::Text(text, PhantomData)),
            Some(Value::Names(names)) => seed.deserialize(Added::Names(names)),
            Some(_) => seed.deserialize(UnitDeserializer::new()),
        }
    }
}

/// A value that has been read already, to be read again.
enum Added<'r, E> {
    Text(&'r str, PhantomData<E>),
    Names(&'r [String]),
}

impl<'de, E: serde::de::Error> Deserializer<'de> for Added<'_, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self {
            Added::Text(text, _) => visitor.visit_str(text),
            Added::Names(names) => {
                let names = names.iter().map(|name| Added::Text(name, PhantomData));
                visitor.visit_seq(SeqDeserializer::new(names))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<E: serde::de::Error> IntoDeserializer<'_, E> for Added<'_, E> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
