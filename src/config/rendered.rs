//! The part of the configuration that says how the pages of a rendered site are read.

use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::values::{folder_url, invalid, plain};
use super::{Config, ConfigError};
use crate::page::{DateSelector, PageOptions, ValueSelector};
use crate::types::date::Zone;
use crate::types::dom::Selector;
use crate::types::path_patterns::{PathPatterns, PatternSyntax};

/// A rendered site, and how its pages are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderedConfig {
    /// The folder of the site.
    pub folder: PathBuf,
    /// Only these pages may be articles: globs over paths of the site.
    pub include: Option<Vec<String>>,
    /// These pages are no articles.
    pub exclude: Option<Vec<String>>,
    /// A selector: pages that match are articles.
    pub articles: Option<Selector>,
    /// A selector of the content.
    pub content: Option<Selector>,
    /// Selectors of what is no part of the content.
    pub remove: Vec<Selector>,
    /// A selector of the title.
    pub title: Option<ValueSelector>,
    /// Where the date is.
    pub date: Option<RenderedDate>,
    /// The path of the folder below the host of the site.
    pub base_path: Option<String>,
    /// Whether addresses do without `.html`.
    pub clean_urls: Option<bool>,
}

/// Where the date of a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedDate {
    /// A selector.
    pub select: ValueSelector,
    /// How the date is written, in the notation of `strftime`.
    pub format: Option<String>,
    /// The zone of dates without one.
    pub zone: Option<String>,
}

impl From<String> for RenderedConfig {
    fn from(folder: String) -> RenderedConfig {
        RenderedConfig { folder: folder.into(), ..RenderedConfig::default() }
    }
}

/// The keys of `rendered`, if it is a mapping.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Keys {
    folder: PathBuf,
    #[serde(default)]
    include: Option<Many<String>>,
    #[serde(default)]
    exclude: Option<Many<String>>,
    #[serde(default)]
    articles: Option<One<Selector>>,
    #[serde(default)]
    content: Option<One<Selector>>,
    #[serde(default)]
    remove: Option<Many<Selector>>,
    #[serde(default)]
    title: Option<One<ValueSelector>>,
    #[serde(default)]
    date: Option<RenderedDate>,
    #[serde(default, alias = "base_path")]
    base_path: Option<String>,
    #[serde(default, alias = "clean_urls")]
    clean_urls: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DateKeys {
    select: One<ValueSelector>,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    zone: Option<String>,
}

impl From<Keys> for RenderedConfig {
    fn from(keys: Keys) -> RenderedConfig {
        RenderedConfig {
            folder: keys.folder,
            include: keys.include.map(|many| many.0),
            exclude: keys.exclude.map(|many| many.0),
            articles: keys.articles.map(|one| one.0),
            content: keys.content.map(|one| one.0),
            remove: keys.remove.map(|many| many.0).unwrap_or_default(),
            title: keys.title.map(|one| one.0),
            date: keys.date,
            base_path: keys.base_path,
            clean_urls: keys.clean_urls,
        }
    }
}

/// What can be read from a text.
trait FromText: Sized {
    fn from_text(text: &str) -> Result<Self, String>;
}

impl FromText for String {
    fn from_text(text: &str) -> Result<String, String> {
        Ok(text.to_owned())
    }
}

impl FromText for Selector {
    fn from_text(text: &str) -> Result<Selector, String> {
        Selector::parse(text)
    }
}

impl FromText for ValueSelector {
    fn from_text(text: &str) -> Result<ValueSelector, String> {
        ValueSelector::parse(text)
    }
}

/// A value in a text.
struct One<T>(T);

impl<'de, T: FromText> Deserialize<'de> for One<T> {
    /// Parses inside of the visitor, so that an error has the place of the text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<One<T>, D::Error> {
        struct OneVisitor<T>(PhantomData<T>);
        impl<T: FromText> Visitor<'_> for OneVisitor<T> {
            type Value = One<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<One<T>, E> {
                T::from_text(text).map(One).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(OneVisitor(PhantomData))
    }
}

/// Values in a list, or one in a text.
struct Many<T>(Vec<T>);

impl<'de, T: FromText> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Many<T>, D::Error> {
        struct ManyVisitor<T>(PhantomData<T>);
        impl<'de, T: FromText> Visitor<'de> for ManyVisitor<T> {
            type Value = Many<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Many<T>, E> {
                T::from_text(text).map(|one| Many(vec![one])).map_err(E::custom)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
                let mut values = Vec::new();
                while let Some(One(value)) = items.next_element()? {
                    values.push(value);
                }
                Ok(Many(values))
            }
        }
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

/// Reads a text, or a mapping with these keys.
struct TextOrKeys<T, K>(PhantomData<(T, K)>);

impl<'de, T: From<K> + FromText, K: Deserialize<'de>> Visitor<'de> for TextOrKeys<T, K> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a mapping")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        K::deserialize(MapAccessDeserializer::new(map)).map(T::from)
    }
}

impl FromText for RenderedConfig {
    fn from_text(text: &str) -> Result<RenderedConfig, String> {
        Ok(RenderedConfig::from(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for RenderedConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RenderedConfig, D::Error> {
        deserializer.deserialize_any(TextOrKeys::<RenderedConfig, Keys>(PhantomData))
    }
}

impl FromText for RenderedDate {
    fn from_text(text: &str) -> Result<RenderedDate, String> {
        Ok(RenderedDate { select: ValueSelector::parse(text)?, format: None, zone: None })
    }
}

impl From<DateKeys> for RenderedDate {
    fn from(keys: DateKeys) -> RenderedDate {
        RenderedDate { select: keys.select.0, format: keys.format, zone: keys.zone }
    }
}

impl<'de> Deserialize<'de> for RenderedDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RenderedDate, D::Error> {
        deserializer.deserialize_any(TextOrKeys::<RenderedDate, DateKeys>(PhantomData))
    }
}

impl Config {
    /// Whether the pages of the rendered site are the only articles.
    pub(super) fn is_rendered_alone(&self) -> bool {
        self.rendered.is_some() && self.preset.is_none() && self.source.is_none()
    }

    /// How the pages of the rendered site are read; `zone` is that of dates without one.
    pub(super) fn pages(&self, zone: Zone) -> Result<Option<PageOptions>, ConfigError> {
        let Some(rendered) = self.rendered.clone() else { return Ok(None) };
        if rendered.folder.as_os_str().is_empty() {
            return Err(invalid("rendered", "names no folder"));
        }
        let date = rendered.date.map(|date| {
            let named = date.zone.as_deref().map(|name| {
                let reason = || format!("`{name}` is not a time zone such as `Europe/Berlin`");
                Zone::named(name).ok_or_else(|| invalid("rendered.date.zone", reason()))
            });
            let zone = named.transpose()?.unwrap_or(zone);
            Ok::<_, ConfigError>(DateSelector { select: date.select, format: date.format, zone })
        });
        Ok(Some(PageOptions {
            folders: vec![rendered.folder],
            name: plain(self.title.clone()),
            site: folder_url("site-url", self.site_url.as_deref())?,
            base_path: rendered.base_path,
            clean_urls: rendered.clean_urls,
            included: patterns("rendered.include", rendered.include)?,
            excluded: patterns("rendered.exclude", rendered.exclude)?,
            articles: rendered.articles,
            content: rendered.content,
            remove: rendered.remove,
            title: rendered.title,
            date: date.transpose()?,
            zone,
            rules: None,
        }))
    }
}

/// Globs over paths of the site.
fn patterns(key: &str, globs: Option<Vec<String>>) -> Result<Option<PathPatterns>, ConfigError> {
    let Some(globs) = globs else { return Ok(None) };
    let with_slash = |glob: String| if glob.starts_with('/') { glob } else { format!("/{glob}") };
    let globs: Vec<String> = globs.into_iter().map(with_slash).collect();
    let patterns = PathPatterns::new(PatternSyntax::PathGlobs, Path::new(""), &globs);
    let reason = |glob| format!("`{glob}` is not a glob such as `/blog/**`");
    patterns.map(Some).map_err(|glob| invalid(key, reason(glob)))
}
