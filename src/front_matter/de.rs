//! Lenient shapes: which values of the front matter are accepted, and what they become.
//!
//! [`text`], [`name`], [`flag`] and [`names`] refuse a value without a meaning; [`Scalar`] and
//! [`OneOrMany`] drop it, and [`Skipped`] drops every value. None of them copies more of a value
//! than the limits allow, however often an alias repeats it. Text that needs no unescaping is
//! borrowed from the file.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    VariantAccess as _, Visitor,
};

use crate::front_matter::syntax;
use crate::types::limits;

/// Reads a scalar as written, whatever type YAML would give it; `null` is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    Option::<ScalarText<'de>>::deserialize(deserializer).map(|text| text.map(|text| text.0))
}

/// Reads one name of at most [`limits::NAME_CHARS`] characters; `null` is none.
pub(crate) fn name<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    Option::<ShortText<'de>>::deserialize(deserializer).map(|name| name.map(|name| name.0))
}

/// Reads a boolean in a spelling of YAML 1.1 or Jekyll; `null` and blank text are none.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Option::<Flag>::deserialize(deserializer).map(|flag| flag.and_then(|flag| flag.0))
}

/// Reads a list of names, or one name.
pub(crate) fn names<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Cow<'de, str>>, D::Error> {
    deserializer.deserialize_any(ShapeVisitor(PhantomData::<Names<'de>>)).map(|names| names.0)
}

/// The boolean that a word stands for in YAML 1.1 or Jekyll.
pub(crate) fn boolean(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// Whether a name has more than [`limits::NAME_CHARS`] characters.
pub(crate) fn too_long(name: &str) -> bool {
    name.len() > limits::NAME_CHARS && name.chars().nth(limits::NAME_CHARS).is_some()
}

fn refuse_long<E: Error>(name: &str) -> Result<(), E> {
    if too_long(name) {
        let most = limits::NAME_CHARS;
        return Err(E::custom(format_args!("a name of more than {most} characters")));
    }
    Ok(())
}

/// A scalar as written.
pub(crate) struct ScalarText<'a>(pub(crate) Cow<'a, str>);

/// A scalar as written, of at most [`limits::NAME_CHARS`] characters.
struct ShortText<'a>(Cow<'a, str>);

/// A boolean; nothing for blank text.
struct Flag(Option<bool>);

/// At most [`limits::NAMES`] names.
struct Names<'a>(Vec<Cow<'a, str>>);

/// A scalar; nothing for any other value and for one that is too long.
#[derive(Default)]
pub(crate) struct Scalar<'a>(pub(crate) Option<Cow<'a, str>>);

/// A list of mappings and scalars, or a single one; every other item is dropped. Items behind the
/// first `MAX` are not even looked at.
#[derive(Default)]
pub(crate) struct OneOrMany<T, const MAX: usize = { limits::MEDIA }>(pub(crate) Vec<T>);

/// A value of any shape that is not kept.
#[derive(Default)]
pub(crate) struct Skipped;

/// An item of a list, unless it is dropped.
struct Item<T>(Option<T>);

impl Scalar<'_> {
    /// The number, without its fraction.
    pub(crate) fn integer(&self) -> Option<i64> {
        let text = self.0.as_deref()?.trim();
        let decimal = || text.parse::<f64>().ok().filter(|number| number.is_finite());
        #[expect(clippy::cast_possible_truncation, reason = "the cast of a float saturates")]
        text.parse().ok().or_else(|| decimal().map(|number| number as i64))
    }

    /// The boolean.
    pub(crate) fn boolean(&self) -> Option<bool> {
        self.0.as_deref().and_then(boolean)
    }
}

impl<'de: 'a, 'a> From<Cow<'de, str>> for Scalar<'a> {
    fn from(text: Cow<'de, str>) -> Scalar<'a> {
        Scalar(Some(text))
    }
}

impl From<Cow<'_, str>> for Skipped {
    fn from(_: Cow<'_, str>) -> Skipped {
        Skipped
    }
}

/// A mapping, or a scalar that stands for one.
trait MappingOrScalar<'de>: Deserialize<'de> + From<Cow<'de, str>> {}

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> MappingOrScalar<'de> for T {}

/// What becomes of a value of each shape.
trait Shape<'de>: Sized {
    /// What an error says was expected; `None` if a value without a meaning is dropped.
    const EXPECTED: Option<&'static str> = None;

    fn scalar<E: Error>(text: Cow<'de, str>) -> Result<Self, E>;

    /// A number or a boolean.
    fn typed<E: Error>(value: impl ToString) -> Result<Self, E> {
        Self::scalar(Cow::Owned(value.to_string()))
    }

    fn nothing<E: Error>() -> Result<Self, E> {
        Err(Self::unexpected(Unexpected::Unit))
    }

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        if Self::EXPECTED.is_some() {
            return Err(Self::unexpected(Unexpected::Seq));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Self::nothing()
    }

    fn mapping<A: MapAccess<'de>>(mut mapping: A) -> Result<Self, A::Error> {
        if Self::EXPECTED.is_some() {
            return Err(Self::unexpected(Unexpected::Map));
        }
        while mapping.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Self::nothing()
    }

    fn unexpected<E: Error>(found: Unexpected<'_>) -> E {
        E::invalid_type(found, &Self::EXPECTED.unwrap_or("anything"))
    }
}

impl<'de> Shape<'de> for ScalarText<'de> {
    const EXPECTED: Option<&'static str> = Some("text");

    fn scalar<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        Ok(ScalarText(text))
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        let text = text_of(mapping)?.map(|text| ScalarText(Cow::Owned(text)));
        text.ok_or_else(|| Self::unexpected(Unexpected::Map))
    }
}

impl<'de> Shape<'de> for ShortText<'de> {
    const EXPECTED: Option<&'static str> = Some("text");

    fn scalar<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        refuse_long(&text).map(|()| ShortText(text))
    }
}

impl<'de> Shape<'de> for Flag {
    const EXPECTED: Option<&'static str> = Some("true or false");

    fn scalar<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        match boolean(&text) {
            None if !text.trim().is_empty() => Err(E::custom("expected true or false")),
            flag => Ok(Flag(flag)),
        }
    }
}

impl<'de> Shape<'de> for Names<'de> {
    const EXPECTED: Option<&'static str> = Some("a list of names");

    fn scalar<E: Error>(name: Cow<'de, str>) -> Result<Self, E> {
        refuse_long(&name).map(|()| Names(vec![name]))
    }
    fn nothing<E: Error>() -> Result<Self, E> {
        Ok(Names(Vec::new()))
    }
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element::<Option<ScalarText<'de>>>()? {
            let Some(ScalarText(name)) = name else { continue };
            refuse_long(&name)?;
            names.push(name);
            if names.len() > limits::NAMES {
                let most = limits::NAMES;
                return Err(A::Error::custom(format_args!("more than {most} names")));
            }
        }
        Ok(Names(names))
    }
}

impl<'de: 'a, 'a> Shape<'de> for Scalar<'a> {
    fn scalar<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        Ok(Scalar((text.len() <= limits::SCALAR_BYTES).then_some(text)))
    }
    fn nothing<E: Error>() -> Result<Self, E> {
        Ok(Scalar(None))
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        text_of(mapping)?.map_or_else(Self::nothing, |text| Self::scalar(Cow::Owned(text)))
    }
}

/// Refuses whatever a [`Scalar`] refuses, so that an article is judged alike with and without it.
impl<'de> Shape<'de> for Skipped {
    fn scalar<E: Error>(_: Cow<'de, str>) -> Result<Self, E> {
        Ok(Skipped)
    }
    fn typed<E: Error>(_: impl ToString) -> Result<Self, E> {
        Ok(Skipped)
    }
    fn nothing<E: Error>() -> Result<Self, E> {
        Ok(Skipped)
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        text_of(mapping).map(|_| Skipped)
    }
}

impl<'de, T: MappingOrScalar<'de>> Shape<'de> for Item<T> {
    fn scalar<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        Ok(Item(Some(T::from(text))))
    }
    fn nothing<E: Error>() -> Result<Self, E> {
        Ok(Item(None))
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(mapping)).map(|value| Item(Some(value)))
    }
}

impl<'de, T: MappingOrScalar<'de>, const MAX: usize> Shape<'de> for OneOrMany<T, MAX> {
    fn scalar<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        Ok(OneOrMany(vec![T::from(text)]))
    }
    fn nothing<E: Error>() -> Result<Self, E> {
        Ok(OneOrMany(Vec::new()))
    }
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut many = Vec::new();
        while many.len() < MAX {
            match list.next_element()? {
                Some(Item(value)) => many.extend(value),
                None => return Ok(OneOrMany(many)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(OneOrMany(many))
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(mapping)).map(|value| OneOrMany(vec![value]))
    }
}

/// The text of a mapping that stands for one, as a date of TOML does.
fn text_of<'de, A: MapAccess<'de>>(mut mapping: A) -> Result<Option<String>, A::Error> {
    let mut text = None;
    while let Some(ScalarText(key)) = mapping.next_key()? {
        if syntax::is_text_key(&key) {
            text = Some(mapping.next_value()?);
        } else {
            mapping.next_value::<IgnoredAny>()?;
        }
    }
    Ok(text)
}

macro_rules! typed_scalars {
    ($($visit:ident: $type:ty),* $(,)?) => {$(
        fn $visit<E: Error>(self, value: $type) -> Result<T, E> {
            T::typed(value)
        }
    )*};
}

/// Takes a value of any shape, and every scalar as text.
struct ShapeVisitor<T>(PhantomData<T>);

impl<'de, T: Shape<'de>> Visitor<'de> for ShapeVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED.unwrap_or("anything"))
    }
    fn visit_unit<E: Error>(self) -> Result<T, E> {
        T::nothing()
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        T::scalar(Cow::Borrowed(text))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::scalar(Cow::Owned(text.to_owned()))
    }
    typed_scalars! {
        visit_bool: bool, visit_f64: f64,
        visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128,
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::list(list)
    }
    fn visit_map<A: MapAccess<'de>>(self, mapping: A) -> Result<T, A::Error> {
        T::mapping(mapping)
    }
    /// Reads the value behind a tag such as `!include`; the tag itself means nothing.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<T, A::Error> {
        if T::EXPECTED.is_some() {
            return Err(T::unexpected(Unexpected::Enum));
        }
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}

impl<'de, T: Shape<'de>> DeserializeSeed<'de> for ShapeVisitor<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Reads types by their shapes.
macro_rules! deserialize {
    ($method:ident: $([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.$method(ShapeVisitor(PhantomData))
            }
        }
    )*};
}

deserialize!(deserialize_str: ['de] ScalarText<'de>, ['de] ShortText<'de>, ['de] Flag);
deserialize!(deserialize_any: ['de] Skipped, ['de: 'a, 'a] Scalar<'a>);
deserialize!(deserialize_any: ['de, T: MappingOrScalar<'de>] Item<T>);
deserialize!(deserialize_any: ['de, T: MappingOrScalar<'de>, const MAX: usize] OneOrMany<T, MAX>);
