//! Presets: how the articles of other programs' sites are read, and what such a site says about
//! itself. Each program has one file here.

mod hugo;
mod jekyll;
mod zola;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::article::{Dialect, Field, Fields, IndexFiles, Key, Templates, TitleFallback};
use crate::permalink::Slugs;
use crate::syntax::{self, Syntax, SyntaxError};

/// A program that makes sites of articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
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
    /// Where the site is.
    pub url: Option<String>,
    /// The folder of the articles in that of the site.
    pub folder: String,
    /// The pattern of the articles' addresses.
    pub permalink: Option<String>,
    /// That of the articles of a section, by its name.
    pub permalinks: BTreeMap<String, String>,
}

impl Preset {
    /// Every variant, in the order of their names.
    pub const ALL: [Preset; 3] = [Preset::Hugo, Preset::Jekyll, Preset::Zola];

    /// The name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Hugo => "hugo",
            Preset::Jekyll => "jekyll",
            Preset::Zola => "zola",
        }
    }

    /// The files in which a site may say its facts, relative to its folder; the first that is there
    /// counts.
    pub fn site_files(self) -> &'static [&'static str] {
        match self {
            Preset::Hugo => &hugo::SITE_FILES,
            Preset::Jekyll => &jekyll::SITE_FILES,
            Preset::Zola => &zola::SITE_FILES,
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
        let facts = match self {
            Preset::Hugo => read::<hugo::Site>(syntax, text).map(SiteFacts::from),
            Preset::Jekyll => read::<jekyll::Site>(syntax, text).map(SiteFacts::from),
            Preset::Zola => read::<zola::Site>(syntax, text).map(SiteFacts::from),
        };
        facts.map_err(|SyntaxError { line, column, reason }| {
            format!("line {line}, column {column}: {reason}")
        })
    }

    /// How the files are read; dates are taken from file names too if asked for or usual.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Preset::Hugo => Dialect {
                fields: fields(hugo::FIELDS).in_any_case(),
                templates: Templates::Hugo,
                index_files: IndexFiles::Sections,
                ..Dialect::default()
            },
            Preset::Jekyll => Dialect {
                fields: fields(jekyll::FIELDS).with_words(&jekyll::WORDS),
                templates: Templates::Jekyll,
                title_fallback: TitleFallback::FileName,
                ..Dialect::default()
            },
            Preset::Zola => Dialect {
                fields: fields(zola::FIELDS),
                templates: Templates::Zola,
                index_files: IndexFiles::Sections,
                ..Dialect::default()
            },
        }
    }

    /// Whether file names say dates.
    pub(crate) fn dates_from_names(self) -> bool {
        self != Preset::Hugo
    }

    /// How names become parts of an address.
    pub(crate) fn slugs(self) -> Slugs {
        match self {
            Preset::Hugo => Slugs::Hugo,
            Preset::Jekyll => Slugs::Jekyll,
            Preset::Zola => Slugs::Zola,
        }
    }

    /// The pattern of addresses where a site says none.
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Preset::Hugo | Preset::Zola => "/:sections/:slugorfilename/",
            Preset::Jekyll => jekyll::PATTERN,
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

fn read<T: DeserializeOwned + Default>(syntax: Syntax, text: &str) -> Result<T, SyntaxError> {
    syntax::read(syntax, text).map(Option::unwrap_or_default)
}

/// A text, unless it is blank.
fn written(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).map(|text| text.trim().to_owned())
}
