//! Key mapping: which keys stand for which fields in a file whose site has keys of its own.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{self, MapDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::de::{ScalarText, too_long};
use super::declared_key::DeclaredKey;
use super::fields::{Field, Fields, Key};
use super::split::FrontMatter;
use super::syntax::{SyntaxError, YamlReader};
use super::value::{Expected, Value, ValueSeed};
use crate::types::{Finding, limits};

/// The keys at the top of a file that may stand for a field, with their values.
#[derive(Default)]
pub(crate) struct TopLevel<'a> {
    keys: Vec<TopLevelKey<'a>>,
    /// The first key that the file has twice.
    duplicate: Option<String>,
    /// Why a value is not of the shape that its key asks for. It does not matter if another key
    /// stands for the field.
    pub(crate) fault: Option<Finding>,
}

struct TopLevelKey<'a> {
    /// In the form of the keys of [`Fields`].
    key: Cow<'a, str>,
    written: Cow<'a, str>,
    value: Value<'a>,
}

impl<'a> TopLevel<'a> {
    /// Reads the keys at the top of a file.
    ///
    /// # Errors
    ///
    /// If they cannot be read at all, or a key is there twice.
    pub(crate) fn read(
        front_matter: FrontMatter<'a>,
        fields: &Fields,
        reader: YamlReader,
    ) -> Result<TopLevel<'a>, Finding> {
        let read = |is_strict: bool| {
            let top_level = front_matter.read(reader, TopLevelSeed { fields, is_strict })?;
            Ok(top_level.unwrap_or_default())
        };
        let top_level =
            read(true).or_else(|finding| Ok(TopLevel { fault: Some(finding), ..read(false)? }))?;
        match &top_level.duplicate {
            None => Ok(top_level),
            Some(key) => Err(front_matter.invalid_key(key, &format!("duplicate field `{key}`"))),
        }
    }
}

/// Reads the keys at the top of a file.
#[derive(Clone, Copy)]
struct TopLevelSeed<'f> {
    fields: &'f Fields,
    /// Whether a key that can only stand for texts must have them, so that they are read as written.
    is_strict: bool,
}

impl<'de> DeserializeSeed<'de> for TopLevelSeed<'_> {
    type Value = TopLevel<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<TopLevel<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for TopLevelSeed<'_> {
    type Value = TopLevel<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of keys and values")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<TopLevel<'de>, A::Error> {
        let mut top = TopLevel::default();
        let mut budget = limits::FRONT_MATTER_BYTES;
        while let Some(ScalarText(written)) = mapping.next_key()? {
            let key = self.fields.normal(written.clone());
            let Some(expected) = self.fields.expected(&key) else {
                mapping.next_value::<IgnoredAny>()?;
                continue;
            };
            let expected = if self.is_strict { expected } else { Expected::Anything };
            let value = mapping.next_value_seed(ValueSeed { expected, budget: &mut budget })?;
            match top.keys.iter_mut().find(|other| other.key == key) {
                None => top.keys.push(TopLevelKey { key, written, value }),
                // A mistake about visibility never shows an article.
                Some(own) if self.fields.last_key_counts(&key) => own.value = value,
                // Said twice, it is as clear as said once.
                Some(own) if self.fields.repeated_key_counts() && own.value == value => {}
                Some(_) => {
                    top.duplicate.get_or_insert(key.into_owned());
                }
            }
        }
        Ok(top)
    }
}

/// The values that a file and the rest of its site give to keys.
#[derive(Clone, Copy)]
pub(crate) struct KeyValues<'v, 'a> {
    pub(crate) fields: &'v Fields,
    pub(crate) file: &'v TopLevel<'a>,
    /// The values of keys that the file does not have.
    pub(crate) defaults: &'v BTreeMap<&'v str, &'v Value<'static>>,
}

/// The value of a key inside of a mapping that has it in two spellings, or inside of a value that is no
/// mapping: something, but neither a flag nor a date.
static UNCLEAR: Value<'static> = Value::Mapping(Vec::new());

impl<'v, 'a> KeyValues<'v, 'a> {
    /// The value of a key; `extra.image` is the key `image` in the mapping `extra`.
    pub(crate) fn value(&self, key: &str) -> Option<&'v Value<'a>> {
        let at = |key: &str| {
            let own = self.file.keys.iter().find(|own| own.key == key).map(|own| &own.value);
            own.or_else(|| self.defaults.get(key).copied())
        };
        let Some((outer, inner)) = key.split_once('.') else { return at(key) };
        match at(outer)? {
            Value::Mapping(entries) => {
                let is_inner = |key: &str| self.fields.normal(Cow::Borrowed(key)) == inner;
                let mut found = entries.iter().filter(|(key, _)| is_inner(key));
                let (first, value) = found.next()?;
                let is_clear = found.all(|(key, _)| key == first);
                Some(if is_clear { value } else { &UNCLEAR })
            }
            Value::Null => None,
            _ => Some(&UNCLEAR),
        }
    }

    /// A key as the file writes it, if the file has it.
    fn written(&self, key: &str) -> Option<&'v str> {
        self.file.keys.iter().find(|own| own.key == key).map(|own| &*own.written)
    }
}

/// What each field of a file is, and by which key.
pub(crate) struct MappedKeys<'v, 'a> {
    values: KeyValues<'v, 'a>,
    fields: Vec<MappedField<'v, 'a>>,
    /// The keys of the file that stand for a field.
    taken: Vec<&'v str>,
}

struct MappedField<'v, 'a> {
    field: Field,
    /// The key that stands for the field, in the form of the keys of [`Fields`].
    key: &'v str,
    value: Cow<'v, Value<'a>>,
}

impl<'v, 'a> MappedKeys<'v, 'a> {
    pub(crate) fn new(values: KeyValues<'v, 'a>) -> MappedKeys<'v, 'a> {
        MappedKeys { values, fields: Vec::new(), taken: Vec::new() }
    }

    /// Lets a key stand for a field with this value.
    pub(crate) fn add(&mut self, field: Field, key: &'v str, value: Cow<'v, Value<'a>>) {
        self.taken.extend(self.values.written(key));
        self.fields.push(MappedField { field, key, value });
    }

    /// The names of groups by a key that the configuration declares: those of its first key that has any.
    /// A name that is too long is left out.
    pub(crate) fn names(&self, name: DeclaredKey) -> Vec<Cow<'a, str>> {
        let values = self.values;
        let keys = values.fields.group_keys(name).iter();
        let value = keys.filter_map(|key| values.value(key)).find(|value| value.is_something());
        let names = value.map(Value::scalars).into_iter().flat_map(|value| match value {
            Value::List(items) => items,
            scalar => vec![scalar],
        });
        let names = names.filter_map(|name| match name {
            Value::Text(text) => Some(text),
            other => other.scalar().map(|text| Cow::Owned(text.to_owned())),
        });
        names.filter(|name| !too_long(name)).take(limits::NAMES).collect()
    }

    /// The text of the first of these keys that has one.
    pub(crate) fn text(&self, keys: &[&str]) -> Option<&'v str> {
        let values = self.values;
        let text = |key: &&str| values.value(key).and_then(Value::scalar);
        keys.iter().find_map(|key| text(key).filter(|text| !text.trim().is_empty()))
    }

    /// Whether one of these keys makes the article private.
    pub(crate) fn is_private_by(&self, keys: &[&str]) -> bool {
        self.fields.iter().any(|own| {
            let is_private = own.field.private_if().map(Value::Bool);
            is_private.is_some_and(|value| *own.value == value) && keys.contains(&own.key)
        })
    }

    /// Finds a key for each field that has no part in visibility: the strongest one that has a value
    /// and stands for no other field.
    pub(crate) fn add_others(&mut self) {
        for field in Field::ALL.into_iter().filter(|field| field.private_if().is_none()) {
            let keys = self.values.fields.keys(field);
            if keys.iter().any(|key| self.values.fields.is_words(key)) {
                self.add_words(field);
                continue;
            }
            let value = |key: &Key| self.values.value(key).filter(|value| value.is_something());
            let is_taken =
                |key: &Key| self.values.written(key).is_some_and(|key| self.taken.contains(&key));
            let mut free = keys.iter().filter(|key| !is_taken(key));
            let Some((key, value)) = free.find_map(|key| Some((key, value(key)?))) else {
                continue;
            };
            // Only a key at the top of a file may hold mappings, but no date is taken for another.
            let is_whole = self.values.written(key).is_some() || field == Field::Expires;
            let value = if is_whole { Cow::Borrowed(value) } else { Cow::Owned(value.scalars()) };
            self.add(field, key, value);
        }
    }

    /// Maps a field whose texts may be lists of words, as in Jekyll: all keys of a category have a
    /// part in it, but of topics the key in the singular alone if there is one.
    fn add_words(&mut self, field: Field) {
        let values = self.values;
        let is_set = |key: &&Key| values.value(key).is_some_and(Value::is_something);
        let mut keys: Vec<&'v Key> = values.fields.keys(field).iter().filter(is_set).collect();
        if field == Field::Topics {
            keys.drain(..keys.len().saturating_sub(1));
        }
        let Some(first) = keys.first().copied() else { return };
        let mut names: Vec<Value<'a>> = Vec::new();
        for key in keys {
            self.taken.extend(values.written(key));
            match values.value(key).map(Value::scalars) {
                Some(Value::List(items)) => names.extend(items),
                Some(Value::Text(text)) if values.fields.is_words(key) => {
                    let words = text.split_whitespace();
                    names.extend(words.map(|word| Value::Text(Cow::Owned(word.to_owned()))));
                }
                scalar => names.extend(scalar),
            }
        }
        self.add(field, first, Cow::Owned(Value::List(names)));
    }

    /// What to call a field: the key of the file that stands for it, else its strongest key.
    pub(crate) fn key(&self, field: Field) -> Key {
        let own = self.fields.iter().find(|own| own.field == field);
        let written = own.and_then(|own| self.values.written(own.key));
        written.map_or_else(|| self.values.fields.key(field), |key| Cow::Owned(key.to_owned()))
    }

    /// Reads the fields as if the file had their standard keys.
    ///
    /// # Errors
    ///
    /// With the position of the first key whose value lacks the shape asked for.
    pub(crate) fn read<T: Deserialize<'a>>(
        &self,
        front_matter: FrontMatter<'a>,
    ) -> Result<T, Finding> {
        let last = Cell::new("");
        let entries = self.fields.iter().map(|own| {
            last.set(own.key);
            (own.field.standard_key(), &*own.value)
        });
        T::deserialize(MapDeserializer::new(entries)).map_err(|error: value::Error| {
            let key = last.get();
            let error = SyntaxError { line: 1, column: 1, reason: error.to_string() };
            let reason = format!("{key}: {}", error.reason_without_content());
            let outer = key.split('.').next().unwrap_or(key);
            front_matter.invalid_key(self.values.written(outer).unwrap_or(outer), &reason)
        })
    }
}
