//! Renaming: front matter with keys of its own, read as if it had the standard ones.
//!
//! It is read twice: first to see which keys there are and which of them stands for what, then with
//! the keys renamed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{
    BorrowedStrDeserializer, MapAccessDeserializer, MapDeserializer, SeqDeserializer,
    UnitDeserializer,
};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::de::Name;
use super::fields::{Field, Fields, Key};
use super::value::{Budget, Value};

/// What stands for what in one file.
#[derive(Default)]
pub(crate) struct KeyMapping {
    /// The standard name of each key that stands for a field.
    names: BTreeMap<String, &'static str>,
    /// Keys whose values have been read already.
    said: BTreeSet<String>,
    /// What is said in another way than by a key of its own, by standard names.
    added: Vec<(&'static str, Value)>,
    /// A key that stands there twice.
    twice: Option<String>,
}

/// Finds out what stands for what.
#[derive(Clone, Copy)]
pub(crate) struct Resolver<'f> {
    pub(crate) fields: &'f Fields,
    /// What is said by something else than the file, where the file does not say it.
    pub(crate) defaults: &'f BTreeMap<String, Value>,
}

impl<'de> DeserializeSeed<'de> for Resolver<'_> {
    type Value = KeyMapping;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<KeyMapping, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Resolver<'_> {
    type Value = KeyMapping;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEYS_AND_VALUES)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<KeyMapping, A::Error> {
        let mut seen: BTreeMap<String, (String, Value)> = BTreeMap::new();
        let mut twice = None;
        let mut budget = Budget::default();
        while let Some(Name(key)) = mapping.next_key::<Name<'de>>()? {
            let normal = self.fields.normal(Cow::Borrowed(&*key));
            if !self.fields.all_keys().any(|known| known == normal) {
                mapping.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = mapping.next_value::<Value>()?;
            budget.spend(value.bytes())?;
            if seen.contains_key(&*normal) {
                twice.get_or_insert(normal.into_owned());
            } else {
                let value = if self.fields.is_any_case() { value.in_lower_case() } else { value };
                seen.insert(normal.into_owned(), (key.into_owned(), value));
            }
        }
        Ok(KeyMapping { twice, ..self.roles(&seen) })
    }
}

pub(crate) const KEYS_AND_VALUES: &str = "a list of keys and values";

/// What stands at the top of a file: by key, the key as written and its value.
type Seen = BTreeMap<String, (String, Value)>;

impl Resolver<'_> {
    /// The roles of a file without keys.
    pub(crate) fn of_nothing(self) -> KeyMapping {
        self.roles(&Seen::new())
    }

    fn roles(self, seen: &Seen) -> KeyMapping {
        let mut roles = KeyMapping::default();
        for field in Field::ALL {
            if let Some(private_if) = field.private_if() {
                self.flag(seen, &mut roles, field, private_if);
            }
        }
        for field in Field::ALL.into_iter().filter(|field| field.private_if().is_none()) {
            let keys = self.fields.keys(field);
            if keys.iter().any(|key| self.fields.is_words(key)) {
                self.words(seen, &mut roles, field);
                continue;
            }
            let free = |key: &&Key| {
                let written = seen.get(&***key).map(|(written, _)| written);
                let taken = written.is_some_and(|key| roles.is_taken(key));
                !taken && self.value(seen, key).is_some_and(|value| value.is_something())
            };
            let Some(key) = keys.iter().find(free) else { continue };
            if let Some((written, _)) = seen.get(&**key) {
                roles.names.insert(written.clone(), field.standard_key());
            } else if let Some(value) = self.value(seen, key) {
                let odd = field == Field::Expires && !matches!(*value, Value::Text(_));
                roles.added.push((
                    field.standard_key(),
                    if odd { not_understood() } else { value.into_owned() },
                ));
            }
        }
        roles
    }

    /// What stands for a field that says whether anybody may hear of the article: of several keys
    /// the one that says that nobody may.
    fn flag(self, seen: &Seen, roles: &mut KeyMapping, field: Field, private_if: bool) {
        let says = |key: &&Key| self.value(seen, key).and_then(|value| value.flag(private_if));
        // What is no flag may be something else, unless nothing else has this name.
        let is_other = |key: &Key| {
            let mut others = Field::ALL.into_iter().filter(|other| *other != field);
            others.any(|other| self.fields.keys(other).contains(key))
        };
        let is_odd = |key: &&Key| {
            let something = self.value(seen, key).is_some_and(|value| value.is_something());
            something && says(key).is_none() && !is_other(key)
        };
        let keys = || self.fields.keys(field).iter();
        let private = keys().find(|key| says(key) == Some(private_if));
        let Some(key) = private
            .or_else(|| keys().find(is_odd))
            .or_else(|| keys().find(|key| says(key).is_some()))
        else {
            return;
        };
        match says(&key) {
            // It may be said in a word that only we know.
            Some(flag) => {
                roles.added.push((field.standard_key(), Value::Text(flag.to_string())));
                roles.said.extend(seen.get(&**key).map(|(written, _)| written.clone()));
            }
            None => match seen.get(&**key) {
                Some((written, _)) => {
                    let _ = roles.names.insert(written.clone(), field.standard_key());
                }
                None => roles.added.push((field.standard_key(), not_understood())),
            },
        }
    }

    /// What stands for a field whose texts may be lists of words, as Jekyll has it: both keys of a
    /// category, but of topics the one in the singular alone if it is there.
    fn words(self, seen: &Seen, roles: &mut KeyMapping, field: Field) {
        let mut names: Vec<String> = Vec::new();
        let said = |key: &&Key| self.value(seen, key).is_some_and(|value| value.is_something());
        let mut keys: Vec<&Key> = self.fields.keys(field).iter().filter(said).collect();
        if field == Field::Topics {
            keys.drain(..keys.len().saturating_sub(1));
        }
        for key in keys {
            let Some(value) = self.value(seen, key) else { continue };
            match value.into_owned() {
                Value::Text(text) if self.fields.is_words(key) => {
                    names.extend(text.split_whitespace().map(str::to_owned));
                }
                Value::Text(text) => names.push(text),
                Value::Names(more) => names.extend(more),
                _ => {}
            }
            roles.said.extend(seen.get(&**key).map(|(written, _)| written.clone()));
        }
        if !names.is_empty() {
            roles.added.push((field.standard_key(), Value::Names(names)));
        }
    }

    /// The value of a key, which may be one inside of another.
    fn value<'s>(self, seen: &'s Seen, key: &str) -> Option<Cow<'s, Value>>
    where
        Self: 's,
    {
        let at = |key: &str| {
            let own = seen.get(key).map(|(_, value)| value);
            own.or_else(|| self.defaults.get(key)).map(Cow::Borrowed)
        };
        let Some((outer, inner)) = key.split_once('.') else { return at(key) };
        match at(outer)? {
            Cow::Borrowed(Value::Mapping(mapping)) => mapping.get(inner).map(Cow::Borrowed),
            Cow::Borrowed(Value::Nothing) => None,
            _ => Some(Cow::Owned(Value::Other)),
        }
    }
}

/// What is no flag and no date, so that the article is refused and not shown by mistake.
fn not_understood() -> Value {
    Value::Text("not understood".to_owned())
}

impl KeyMapping {
    fn is_taken(&self, key: &str) -> bool {
        self.names.contains_key(key) || self.said.contains(key)
    }

    /// The key that stands for a field in the file.
    pub(crate) fn key(&self, field: Field) -> Option<&str> {
        let named = self.names.iter().find(|(_, name)| **name == field.standard_key());
        named.map(|(key, _)| key.as_str())
    }

    /// What is said by something else than a file that says nothing.
    pub(crate) fn alone<'de, T: Deserialize<'de>>(&self) -> Option<T> {
        let nothing = std::iter::empty::<(&str, &str)>();
        let nothing = MapDeserializer::<_, serde::de::value::Error>::new(nothing);
        Mapped(self, PhantomData).visit_map(nothing).ok()
    }

    /// A key that stands there twice.
    pub(crate) fn twice(&self) -> Option<&str> {
        self.twice.as_deref()
    }
}

/// Reads front matter with its keys renamed.
pub(crate) struct Mapped<'r, T>(pub(crate) &'r KeyMapping, pub(crate) PhantomData<T>);

impl<T> Clone for Mapped<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Mapped<'_, T> {}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Mapped<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Mapped<'_, T> {
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
