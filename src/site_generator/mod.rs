//! Site generators: how their articles are read, and what the configuration of a site says.
//!
//! All rules of one generator are in its own file. A new generator is a file with its
//! [`Rules`], and a variant of [`SiteGenerator`].

mod data_files;
mod detect;
mod dialect;
mod edits;
mod fences;
mod html_blocks;
mod hugo;
mod jekyll;
mod kramdown;
mod options;
pub(crate) mod permalink;
mod rules;
mod site_context;
pub(crate) mod templates;
mod zola;

use std::collections::BTreeMap;
use std::path::Path;

pub use self::detect::SiteFileError;
pub use self::dialect::Dialect;
pub use self::options::{NameDate, ReadOptions};
pub use self::permalink::{NameStyle, Pattern, Permalinks, Signs, SiteBase, UglyUrls};
pub(crate) use self::rules::Rules;
pub(crate) use self::site_context::Place;
pub use self::site_context::{ContentRoot, Defaults, Region, SiteContext, SiteLanguage};

use crate::front_matter::syntax::{self, Syntax, SyntaxError};
use crate::front_matter::{Field, Value};
use crate::types::WebUrl;
use crate::types::path_patterns::PatternSyntax;

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

/// The part of a site's configuration that feeds depend on. A setting that the site does not have is
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratorConfig {
    /// The name of the site.
    pub title: Option<String>,
    /// A sentence about the site.
    pub description: Option<String>,
    /// The author of articles that name none.
    pub author: Option<String>,
    /// The names of authors by the keys that articles have for them.
    pub authors: BTreeMap<String, String>,
    /// The language of the articles, if the site does not name several.
    pub language: Option<String>,
    /// The languages of the site, the main one first; empty if it does not name them.
    pub languages: Vec<SiteLanguage>,
    /// The zone of dates without one.
    pub timezone: Option<String>,
    /// The address of the site.
    pub url: Option<String>,
    /// The folders of the articles.
    pub roots: Vec<ContentRoot>,
    /// The pattern of the articles' addresses.
    pub permalink: Option<String>,
    /// The patterns of sections, by their names.
    pub permalinks: BTreeMap<String, String>,
    /// The keys of fields for which the site has its own.
    pub fields: BTreeMap<Field, Vec<String>>,
    /// Values for all articles below a folder, which is relative to that of the articles.
    pub defaults: Vec<Defaults>,
    /// What dates in file names are good for, if the site says it.
    pub date_from_name: Option<NameDate>,
    /// How names become parts of an address.
    pub names: NameStyle,
    /// Which addresses end with `.html` instead of a slash.
    pub ugly: UglyUrls,
    /// Patterns of files that the site leaves out.
    pub excluded: Vec<SitePatterns>,
    /// Settings that feedmill does not know, each with what is wrong with it.
    pub unsupported: Vec<String>,
    /// What the Markdown of the site means.
    pub dialect: Dialect,
    /// The texts and numbers of the configuration that a body may show, by key.
    pub variables: BTreeMap<String, String>,
    /// The site's own templates of shortcodes and files to include, by name.
    pub templates: BTreeMap<String, String>,
    /// The values of the data files of the site; null if it has none.
    pub data: Value<'static>,
    /// The files of the configuration, relative to the folder of the site.
    pub files: Vec<String>,
}

/// Patterns of files that a site leaves out, relative to the folder of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePatterns {
    /// The setting of the site.
    pub setting: &'static str,
    /// How they are written.
    pub syntax: PatternSyntax,
    /// The patterns.
    pub patterns: Vec<String>,
}

impl SitePatterns {
    fn is_something(&self) -> bool {
        !self.patterns.is_empty()
    }
}

impl SiteGenerator {
    /// Every variant, in the order of their names.
    pub const ALL: [SiteGenerator; 3] =
        [SiteGenerator::Hugo, SiteGenerator::Jekyll, SiteGenerator::Zola];

    pub(crate) fn rules(self) -> &'static Rules {
        match self {
            SiteGenerator::Hugo => &hugo::HUGO,
            SiteGenerator::Jekyll => &jekyll::JEKYLL,
            SiteGenerator::Zola => &zola::ZOLA,
        }
    }

    /// The name in settings.
    pub fn name(self) -> &'static str {
        self.rules().name
    }

    /// The names of the configuration file, relative to the folder of the site; the first that is
    /// there counts.
    pub fn config_files(self) -> &'static [&'static str] {
        self.rules().config_files
    }

    /// Reads the text of a file of the configuration.
    ///
    /// # Errors
    ///
    /// With the position and the reason, if the generator could not read it either.
    fn read_values(file: &str, text: &str) -> Result<Value<'static>, String> {
        let syntax = match file.rsplit('.').next() {
            Some("toml") => Syntax::Toml,
            Some("json") => Syntax::Json,
            _ => Syntax::Yaml,
        };
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let values = syntax::read::<Value<'_>>(syntax, text).map_err(|error| {
            let SyntaxError { line, column, reason } = error;
            format!("line {line}, column {column}: {reason}")
        })?;
        Ok(values.unwrap_or(Value::Null).into_owned())
    }

    /// The configuration of a site without a configuration file.
    pub fn default_config(self) -> GeneratorConfig {
        (self.rules().config)(&Value::Null)
    }

    /// Whether a configuration is that of a site of this generator. Some generators have a
    /// configuration file of the same name; only the right one finds an address in it.
    pub fn recognizes(self, config: &GeneratorConfig) -> bool {
        // Hexo has the file of Jekyll; only the folders have other keys.
        let is_of_hexo = config.variables.contains_key("source_dir");
        !is_of_hexo
            && (config.url.is_some() || !config.files.iter().all(|file| detect::is_shared(file)))
    }

    /// What an article is, as a message says it.
    pub fn article_rule(self) -> &'static str {
        self.rules().article_rule
    }

    /// The keys that say that an article has no page, or that no list names it.
    pub fn page_keys(self) -> &'static [&'static str] {
        self.rules().page_keys
    }

    /// How the files of a site are read.
    pub(crate) fn options(self) -> ReadOptions {
        ReadOptions {
            generator: Some(self),
            fields: (self.rules().fields)(),
            ..ReadOptions::default()
        }
    }

    /// Whether a file of a site may be an article, by its name and folder.
    pub(crate) fn is_article(self, path: &Path, context: &SiteContext) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        let parts = name.map(|name| name.rsplit_once('.').unwrap_or((name, "")));
        parts.is_some_and(|(stem, extension)| {
            (self.rules().is_article)(path, stem, &extension.to_ascii_lowercase(), context)
        })
    }

    /// Whether a body may hold templates, or Markdown that only this generator reads.
    pub(crate) fn has_templates(self, body: &str) -> bool {
        let rules = self.rules();
        rules.marks.iter().any(|(opening, _)| body.contains(opening)) || (rules.has_dialect)(body)
    }

    /// The address of a page that is no article, by its path in the site.
    pub(crate) fn page_address(
        self,
        path: &Path,
        keys: &Value<'_>,
        permalinks: &Permalinks,
    ) -> Option<WebUrl> {
        (self.rules().page_address)(path, keys, permalinks)
    }

    /// Whether a file says something about the other files of its folder.
    pub(crate) fn describes_folder(self, path: &Path) -> bool {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        stem.is_some_and(|stem| (self.rules().describes_folder)(stem))
    }
}
