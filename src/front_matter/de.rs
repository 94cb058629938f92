//! Lenient shapes: what a value of the front matter may look like and still mean something.
//!
//! [`text`], [`flag`] and [`names`] refuse what means nothing; [`Scalar`] and [`OneOrMany`] drop it, and
//! [`Skipped`] drops everything.
//! None of them copies more of a value than the limits allow, however often an alias repeats it;
//! what the file has as it stands is borrowed from it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserializer, EnumAccess, Error as _, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use crate::front_matter::syntax;
use crate::types::limits;

/// A value that is text as it is written, whatever YAML would make of it; `null` is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    Option::<Name<'de>>::deserialize(deserializer).map(|name| name.map(|name| name.0))
}

/// A boolean as YAML 1.1 and Jekyll have them; `null` is none.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    struct Flag(Option<bool>);
    struct AsWritten;
    impl Visitor<'_> for AsWritten {
        type Value = Flag;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("true or false")
        }
        fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
            Ok(Flag(Some(flag)))
        }
        fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Flag, E> {
            match boolean(word) {
                _ if word.trim().is_empty() => Ok(Flag(None)),
                Some(flag) => Ok(Flag(Some(flag))),
                None => Err(E::custom("expected true or false")),
            }
        }
    }
    impl<'de> Deserialize<'de> for Flag {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_str(AsWritten)
        }
    }
    let flag = Option::<Flag>::deserialize(deserializer)?;
    Ok(flag.and_then(|flag| flag.0))
}

pub(crate) fn boolean(word: &str) -> Option<bool> {
    let word = word.trim();
    let is_one_of = |words: [&str; 5]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    if is_one_of(["true", "yes", "on", "y", "1"]) {
        Some(true)
    } else {
        is_one_of(["false", "no", "off", "n", "0"]).then_some(false)
    }
}

/// A list of names, or one name.
pub(crate) fn names<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Cow<'de, str>>, D::Error> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Vec<Cow<'de, str>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of names")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }
        fn visit_borrowed_str<E: serde::de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
            if too_long(name) { Err(long_name()) } else { Ok(vec![Cow::Borrowed(name)]) }
        }
        fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
            if too_long(name) { Err(long_name()) } else { Ok(vec![Cow::Owned(name.to_owned())]) }
        }
        fn visit_bool<E>(self, name: bool) -> Result<Self::Value, E> {
            Ok(vec![Cow::Owned(name.to_string())])
        }
        fn visit_i64<E>(self, name: i64) -> Result<Self::Value, E> {
            Ok(vec![Cow::Owned(name.to_string())])
        }
        fn visit_u64<E>(self, name: u64) -> Result<Self::Value, E> {
            Ok(vec![Cow::Owned(name.to_string())])
        }
        fn visit_f64<E>(self, name: f64) -> Result<Self::Value, E> {
            Ok(vec![Cow::Owned(name.to_string())])
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut names = Vec::new();
            while let Some(name) = list.next_element::<Option<Name<'de>>>()? {
                if name.as_ref().is_some_and(|name| too_long(&name.0)) {
                    return Err(long_name());
                }
                names.extend(name.map(|name| name.0));
                if names.len() > limits::NAMES {
                    let most = limits::NAMES;
                    return Err(A::Error::custom(format_args!("more than {most} names")));
                }
            }
            Ok(names)
        }
    }
    deserializer.deserialize_any(Names)
}

/// One name, of at most [`limits::NAME_CHARS`] characters; `null` is none.
pub(crate) fn name<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    struct Short<'a>(Cow<'a, str>);
    struct AsWritten;
    impl<'de> Visitor<'de> for AsWritten {
        type Value = Short<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text")
        }
        fn visit_borrowed_str<E: serde::de::Error>(self, name: &'de str) -> Result<Short<'de>, E> {
            if too_long(name) { Err(long_name()) } else { Ok(Short(Cow::Borrowed(name))) }
        }
        fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Short<'de>, E> {
            if too_long(name) { Err(long_name()) } else { Ok(Short(Cow::Owned(name.to_owned()))) }
        }
    }
    impl<'de> Deserialize<'de> for Short<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_str(AsWritten)
        }
    }
    Ok(Option::<Short<'de>>::deserialize(deserializer)?.map(|name| name.0))
}

fn long_name<E: serde::de::Error>() -> E {
    E::custom(format_args!("a name of more than {} characters", limits::NAME_CHARS))
}

pub(crate) fn too_long(name: &str) -> bool {
    name.len() > limits::NAME_CHARS && name.chars().nth(limits::NAME_CHARS).is_some()
}

/// A scalar as it is written.
pub(crate) struct Name<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsWritten;
        impl<'de> Visitor<'de> for AsWritten {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(value.to_string())))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(value.to_string())))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(value.to_string())))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(value.to_string())))
            }
            fn visit_map<A: MapAccess<'de>>(self, mapping: A) -> Result<Name<'de>, A::Error> {
                let text = text_of(mapping)?.map(|text| Name(Cow::Owned(text)));
                text.ok_or_else(|| A::Error::invalid_type(Unexpected::Map, &self))
            }
        }
        deserializer.deserialize_str(AsWritten)
    }
}

/// The text that a mapping stands for, if it does.
fn text_of<'de, A: MapAccess<'de>>(mut mapping: A) -> Result<Option<String>, A::Error> {
    let mut text = None;
    while let Some(Name(key)) = mapping.next_key::<Name<'de>>()? {
        if syntax::is_text_key(&key) {
            text = Some(mapping.next_value()?);
        } else {
            mapping.next_value::<IgnoredAny>()?;
        }
    }
    Ok(text)
}

/// A scalar, or nothing where there is something else or too much of it.
#[derive(Default)]
pub(crate) struct Scalar<'a>(pub(crate) Option<Cow<'a, str>>);

impl<'de: 'a, 'a> From<Cow<'de, str>> for Scalar<'a> {
    fn from(text: Cow<'de, str>) -> Scalar<'a> {
        Scalar(Some(text))
    }
}

impl Scalar<'_> {
    pub(crate) fn integer(&self) -> Option<i64> {
        let text = self.0.as_deref()?.trim();
        let decimal = || text.parse::<f64>().ok().filter(|number| number.is_finite());
        #[expect(clippy::cast_possible_truncation, reason = "the cast of a float saturates")]
        text.parse().ok().or_else(|| decimal().map(|number| number as i64))
    }

    pub(crate) fn is(&self, wanted: bool) -> bool {
        self.0.as_deref().and_then(boolean) == Some(wanted)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData::<Scalar<'a>>))
    }
}

/// A value that may be anything and is not kept.
#[derive(Default)]
pub(crate) struct Skipped;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|IgnoredAny| Skipped)
    }
}

impl From<Cow<'_, str>> for Skipped {
    fn from(_: Cow<'_, str>) -> Skipped {
        Skipped
    }
}

/// A list of what is a mapping or a scalar, or one such thing alone; what is neither is dropped.
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        OneOrMany(Vec::new())
    }
}

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData::<OneOrMany<T>>))
    }
}

/// Only the first of a list, or the one thing there is. The others are not looked at.
pub(crate) struct FirstOf<T>(pub(crate) Option<T>);

impl<T> Default for FirstOf<T> {
    fn default() -> Self {
        FirstOf(None)
    }
}

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> Deserialize<'de> for FirstOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData::<FirstOf<T>>))
    }
}

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> AnyShape<'de> for FirstOf<T> {
    fn nothing() -> Self {
        FirstOf(None)
    }
    fn scalar(text: Cow<'de, str>) -> Self {
        FirstOf(Some(T::from(text)))
    }
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let first = list.next_element::<One<T>>()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(FirstOf(first.and_then(|one| one.0)))
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(mapping)).map(|value| FirstOf(Some(value)))
    }
}

/// One element of a [`OneOrMany`].
struct One<T>(Option<T>);

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData::<One<T>>))
    }
}

/// What becomes of each shape of a value that may have any. By default it is read and dropped.
trait AnyShape<'de>: Sized {
    fn nothing() -> Self;

    fn scalar(text: Cow<'de, str>) -> Self;

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::nothing())
    }

    fn mapping<A: MapAccess<'de>>(mut mapping: A) -> Result<Self, A::Error> {
        while mapping.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::nothing())
    }
}

impl<'de: 'a, 'a> AnyShape<'de> for Scalar<'a> {
    fn nothing() -> Self {
        Scalar(None)
    }
    fn scalar(text: Cow<'de, str>) -> Self {
        Scalar((text.len() <= limits::SCALAR_BYTES).then_some(text))
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        Ok(text_of(mapping)?.map_or_else(Self::nothing, |text| Self::scalar(Cow::Owned(text))))
    }
}

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> AnyShape<'de> for One<T> {
    fn nothing() -> Self {
        One(None)
    }
    fn scalar(text: Cow<'de, str>) -> Self {
        One(Some(T::from(text)))
    }
    fn mapping<A: MapAccess<'de>>(mapping: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(mapping)).map(|value| One(Some(value)))
    }
}

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> AnyShape<'de> for OneOrMany<T> {
    fn nothing() -> Self {
        OneOrMany::default()
    }
    fn scalar(text: Cow<'de, str>) -> Self {
        OneOrMany(vec![T::from(text)])
    }
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut many = Vec::new();
        while many.len() < limits::MEDIA {
            match list.next_element::<One<T>>()? {
                Some(one) => many.extend(one.0),
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

struct Either<T>(PhantomData<T>);

impl<'de, T: AnyShape<'de> + Deserialize<'de>> Visitor<'de> for Either<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::nothing())
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T, E> {
        Ok(T::scalar(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::scalar(Cow::Owned(text.to_owned())))
    }
    fn visit_bool<E>(self, value: bool) -> Result<T, E> {
        Ok(T::scalar(Cow::Owned(value.to_string())))
    }
    fn visit_i64<E>(self, value: i64) -> Result<T, E> {
        Ok(T::scalar(Cow::Owned(value.to_string())))
    }
    fn visit_u64<E>(self, value: u64) -> Result<T, E> {
        Ok(T::scalar(Cow::Owned(value.to_string())))
    }
    fn visit_i128<E>(self, value: i128) -> Result<T, E> {
        Ok(T::scalar(Cow::Owned(value.to_string())))
    }
    fn visit_u128<E>(self, value: u128) -> Result<T, E> {
        Ok(T::scalar(Cow::Owned(value.to_string())))
    }
    fn visit_f64<E>(self, value: f64) -> Result<T, E> {
        Ok(T::scalar(Cow::Owned(value.to_string())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::list(list)
    }
    fn visit_map<A: MapAccess<'de>>(self, mapping: A) -> Result<T, A::Error> {
        T::mapping(mapping)
    }
    /// A value with a tag of its own, such as `!include x`: nothing is done for a tag.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<T, A::Error> {
        use serde::de::VariantAccess as _;
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant::<T>()
    }
}
