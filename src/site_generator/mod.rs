//! Presets: how the articles of other programs' sites are read, and what such a site says about
//! itself. Each program has one file here.

mod detect;
mod hugo;
mod jekyll;
mod options;
pub(crate) mod permalink;
mod shortcodes;
mod site;
mod zola;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

pub use self::detect::SiteFileError;
pub use self::options::{DateFallback, ReadOptions, TitleFallback, YamlReader};
pub use self::permalink::{Pattern, Permalinks, Slugs};
pub use self::shortcodes::Shortcodes;
pub use self::site::{Defaults, Files, SiteContext};

use crate::front_matter::syntax::{self, Syntax, SyntaxError};
use crate::front_matter::{Field, Fields, Key};

/// A program that makes sites of articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteGenerator {
    /// Hugo.
    Hugo,
    /// Jekyll.
    Jekyll,
    /// Zola.
    Zola,
}

/// What a site says about itself. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteFacts {
    /// The name of the site.
    pub title: Option<String>,
    /// A sentence about it.
    pub description: Option<String>,
    /// The language of the articles.
    pub language: Option<String>,
    /// Where dates are from that say no zone.
    pub timezone: Option<String>,
    /// Where the site is.
    pub url: Option<String>,
    /// The folder of the articles in that of the site; empty for the folder of the site.
    pub folder: String,
    /// The pattern of the articles' addresses.
    pub permalink: Option<String>,
    /// That of the articles of a section, by its name.
    pub permalinks: BTreeMap<String, String>,
    /// What other keys say some of the fields.
    pub fields: BTreeMap<Field, Vec<String>>,
    /// What is said for all articles below a folder of that of the articles.
    pub defaults: Vec<Defaults>,
    /// The languages of translations.
    pub translations: BTreeSet<String>,
    /// Settings that keep files from being articles, and that feedmill does not know.
    pub hiding: Vec<String>,
}

impl SiteGenerator {
    /// Every variant, in the order of their names.
    pub const ALL: [SiteGenerator; 3] =
        [SiteGenerator::Hugo, SiteGenerator::Jekyll, SiteGenerator::Zola];

    /// The name in settings.
    pub fn name(self) -> &'static str {
        match self {
            SiteGenerator::Hugo => "hugo",
            SiteGenerator::Jekyll => "jekyll",
            SiteGenerator::Zola => "zola",
        }
    }

    /// The files in which a site may say its facts, relative to its folder; the first that is there
    /// counts.
    pub fn site_files(self) -> &'static [&'static str] {
        match self {
            SiteGenerator::Hugo => &hugo::SITE_FILES,
            SiteGenerator::Jekyll => &jekyll::SITE_FILES,
            SiteGenerator::Zola => &zola::SITE_FILES,
        }
    }

    /// What such a file says.
    ///
    /// # Errors
    ///
    /// If it is not what the program would read, with the place.
    pub fn facts(self, file: &str, text: &str) -> Result<SiteFacts, String> {
        let syntax = match file.rsplit('.').next() {
            Some("toml") => Syntax::Toml,
            Some("json") => Syntax::Json,
            _ => Syntax::Yaml,
        };
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let read = syntax::read::<Value>(syntax, text).map_err(|error| {
            let SyntaxError { line, column, reason } = error;
            format!("line {line}, column {column}: {reason}")
        });
        let site = ConfigValue(read?.unwrap_or_default());
        Ok(match self {
            SiteGenerator::Hugo => hugo::facts(&site),
            SiteGenerator::Jekyll => jekyll::facts(&site),
            SiteGenerator::Zola => zola::facts(&site),
        })
    }

    /// What a site is taken to say that says nothing.
    pub fn no_facts(self) -> SiteFacts {
        let said = ConfigValue(Value::Null);
        match self {
            SiteGenerator::Hugo => hugo::facts(&said),
            SiteGenerator::Jekyll => jekyll::facts(&said),
            SiteGenerator::Zola => zola::facts(&said),
        }
    }

    /// How the files are read; dates are taken from file names too if asked for or usual.
    pub(crate) fn options(self) -> ReadOptions {
        match self {
            SiteGenerator::Hugo => ReadOptions {
                fields: fields(hugo::FIELDS).in_any_case(),
                templates: Shortcodes::Hugo,
                files: Files::Hugo,
                ..ReadOptions::default()
            },
            SiteGenerator::Jekyll => ReadOptions {
                fields: fields(jekyll::FIELDS).with_words(&jekyll::WORDS),
                templates: Shortcodes::Jekyll,
                title_fallback: TitleFallback::FileName,
                files: Files::Jekyll,
                ..ReadOptions::default()
            },
            SiteGenerator::Zola => ReadOptions {
                fields: fields(zola::FIELDS),
                templates: Shortcodes::Zola,
                files: Files::Zola,
                ..ReadOptions::default()
            },
        }
    }

    /// Whether file names say dates.
    pub(crate) fn dates_from_names(self) -> bool {
        self != SiteGenerator::Hugo
    }

    /// How names become parts of an address.
    pub(crate) fn slugs(self) -> Slugs {
        match self {
            SiteGenerator::Hugo => Slugs::Hugo,
            SiteGenerator::Jekyll => Slugs::Jekyll,
            SiteGenerator::Zola => Slugs::Zola,
        }
    }

    /// The pattern of addresses where a site says none.
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            SiteGenerator::Hugo | SiteGenerator::Zola => "/:sections/:slugorfilename/",
            SiteGenerator::Jekyll => jekyll::PATTERN,
        }
    }
}

/// The keys of some fields, the strongest first.
type FieldKeys = [(Field, &'static [&'static str])];

/// Fields with these keys. What is not listed keeps its standard key.
fn fields(keys: &FieldKeys) -> Fields {
    let borrowed = |keys: &[&'static str]| keys.iter().map(|&key| Key::from(key)).collect();
    Fields::default().with(keys.iter().map(|(field, keys)| (*field, borrowed(keys))).collect())
}

/// What the configuration of a site says, in whatever shape.
struct ConfigValue(Value);

impl ConfigValue {
    /// The value of a key, whatever its capitals.
    fn at(&self, key: &str) -> Option<&Value> {
        let Value::Object(entries) = &self.0 else { return None };
        entries.get(key).or_else(|| {
            entries
                .iter()
                .find(|(other, _)| other.eq_ignore_ascii_case(key))
                .map(|(_, value)| value)
        })
    }

    /// What a key holds.
    fn inside(&self, key: &str) -> ConfigValue {
        ConfigValue(self.at(key).cloned().unwrap_or_default())
    }

    /// A text, unless it is blank or something else.
    fn text(&self, key: &str) -> Option<String> {
        let text = self.at(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Texts, be they one or several.
    fn texts(&self, key: &str) -> Vec<String> {
        match self.at(key) {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(texts)) => {
                texts.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Keys and values.
    fn entries(&self, key: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.at(key).and_then(Value::as_object).into_iter().flatten()
    }

    /// Mappings, be they one or several.
    fn mappings(&self, key: &str) -> Vec<ConfigValue> {
        match self.at(key) {
            Some(Value::Array(values)) => values.iter().cloned().map(ConfigValue).collect(),
            Some(one @ Value::Object(_)) => vec![ConfigValue(one.clone())],
            _ => Vec::new(),
        }
    }
}

/// The folder at the beginning of a pattern of paths.
fn folder_of_pattern(pattern: &str) -> PathBuf {
    let plain = pattern.trim_start_matches('/').split('/');
    plain.take_while(|part| !part.contains(['*', '?', '[', '{'])).collect()
}
