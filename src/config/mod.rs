//! The configuration: what a user sets in `feedmill.yaml`, with flags or in the environment, before
//! it is validated.

mod read_options;
mod rendered;
mod validate;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::read_options::SiteConfig;
pub use self::rendered::{RenderedConfig, RenderedDate};

use self::values::{list, lists, with_suggestion};
use crate::front_matter::syntax::{self, Syntax};
use crate::objects;
use crate::site_generator::SiteFileError;

/// The settings of a run, not yet validated. [`Config::into_settings`] fills in the defaults.
///
/// This struct is the only definition of each setting: the name of a field is the key in
/// `feedmill.yaml`, the flag and the environment variable of the program, and its doc comment is the
/// help of the flag.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Folders or files with articles [default: from feedmill.yaml, else .]
    #[serde(deserialize_with = "list")]
    #[cfg_attr(feature = "cli", arg(value_name = "SOURCE"))]
    pub source: Option<Vec<PathBuf>>,

    /// Write the feeds to DIR [default: out]
    #[cfg_attr(feature = "cli", arg(short, long, value_name = "DIR"))]
    pub out: Option<PathBuf>,

    /// Group articles by topic, provider, category, type, author, section, language, all or a key of `groups`,
    /// or by two of them, such as topic+provider [default: topic]
    #[serde(deserialize_with = "list")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "KIND", help_heading = "Feeds"))]
    pub by: Option<Vec<String>>,

    /// Maximum entries per feed, newest first; 0 for all [default: 50]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Feeds"))]
    pub limit: Option<usize>,

    /// Maximum entries of one provider in a feed, newest first; 0 for all; feeds by provider are exempt
    /// [default: 0]
    #[serde(alias = "max_per_provider")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Feeds"))]
    pub max_per_provider: Option<usize>,

    /// Minimum entries per feed; smaller feeds are not written [default: 1]
    #[serde(alias = "min_items")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Feeds"))]
    pub min_items: Option<usize>,

    /// Refuse to write more feeds than this [default: 10000]
    #[serde(alias = "max_feeds")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Feeds"))]
    pub max_feeds: Option<usize>,

    /// How much of an article its entry contains: full, excerpt [default: full]
    #[cfg_attr(feature = "cli", arg(long, value_name = "WHAT", help_heading = "Feeds"))]
    pub content: Option<String>,

    /// Formats to write: rss, atom, json [default: rss]
    #[serde(deserialize_with = "list")]
    // Only commands that write feeds have this flag, and `check --format` is another one.
    #[cfg_attr(feature = "cli", arg(skip))]
    pub format: Option<Vec<String>>,

    /// URL at which DIR is served, for links from the feeds to themselves
    #[serde(alias = "base_url")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "URL", help_heading = "Site"))]
    pub base_url: Option<String>,

    /// WebSub hub to name in the feeds, and to ping when feeds change
    #[cfg_attr(feature = "cli", arg(long, value_name = "URL", help_heading = "Site"))]
    pub hub: Option<String>,

    /// Also write pages for people, and an OPML file of the feeds [default: true]
    #[cfg_attr(feature = "cli", arg(long, help_heading = "Site"))]
    pub index: Option<bool>,

    /// URL of the website that the articles belong to
    #[serde(alias = "site_url")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "URL", help_heading = "Site"))]
    pub site_url: Option<String>,

    /// Name of the site
    #[cfg_attr(feature = "cli", arg(long, value_name = "TEXT", help_heading = "Site"))]
    pub title: Option<String>,

    /// One sentence about the site
    #[cfg_attr(feature = "cli", arg(long, value_name = "TEXT", help_heading = "Site"))]
    pub description: Option<String>,

    /// Language of the articles [default: en]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TAG", help_heading = "Site"))]
    pub language: Option<String>,

    /// Include articles with `published: false` or `draft: true`
    #[cfg_attr(feature = "cli", arg(long, help_heading = "Selection"))]
    pub unpublished: Option<bool>,

    /// Include articles with a date in the future
    #[cfg_attr(feature = "cli", arg(long, help_heading = "Selection"))]
    pub future: Option<bool>,

    /// Exclude articles with a lower `quality`, or with none
    #[serde(alias = "min_quality")]
    #[cfg_attr(
        feature = "cli",
        arg(long, value_name = "N", allow_negative_numbers = true, help_heading = "Selection")
    )]
    pub min_quality: Option<i64>,

    /// Exclude articles published before DATE
    #[cfg_attr(feature = "cli", arg(long, value_name = "DATE", help_heading = "Selection"))]
    pub since: Option<String>,

    /// Include only articles of these types
    #[serde(deserialize_with = "list", rename = "type")]
    #[cfg_attr(
        feature = "cli",
        arg(long = "type", value_name = "TYPE", help_heading = "Selection")
    )]
    pub types: Option<Vec<String>>,

    /// Include only articles with one of these topics
    #[serde(deserialize_with = "list")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TOPIC", help_heading = "Selection"))]
    pub only: Option<Vec<String>>,

    /// Exclude files and folders that match a pattern of .gitignore, relative to feedmill.yaml
    #[serde(deserialize_with = "list")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "GLOB", help_heading = "Selection"))]
    pub exclude: Option<Vec<String>>,

    /// Exclude articles with one of these topics
    #[serde(deserialize_with = "list")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TOPIC", help_heading = "Selection"))]
    pub except: Option<Vec<String>>,

    /// Use DATE as the current time, to repeat a build [default: the clock]
    #[cfg_attr(feature = "cli", arg(long, value_name = "DATE", help_heading = "Selection"))]
    pub now: Option<String>,

    /// Read the site of a generator: jekyll, hugo, zola
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME", help_heading = "Articles"))]
    pub preset: Option<String>,

    /// URL pattern for articles without a URL of their own, such as /:year/:month/:slug/
    #[cfg_attr(feature = "cli", arg(long, value_name = "PATTERN", help_heading = "Articles"))]
    pub permalink: Option<PermalinkConfig>,

    /// Time zone of dates without one, such as Europe/Berlin [default: UTC]
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME", help_heading = "Articles"))]
    pub timezone: Option<String>,

    /// Take missing dates from file names, such as 2021-06-09-title.md
    #[serde(alias = "date_from_name")]
    #[cfg_attr(feature = "cli", arg(long, help_heading = "Articles"))]
    pub date_from_name: Option<bool>,

    /// Keep the cache in DIR [default: `$XDG_CACHE_HOME/feedmill`]
    #[serde(alias = "cache_dir")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "DIR", help_heading = "Run"))]
    pub cache_dir: Option<PathBuf>,

    /// Number of threads [default: one per core]
    #[cfg_attr(feature = "cli", arg(short, long, value_name = "N", help_heading = "Run"))]
    pub jobs: Option<usize>,

    /// Read the pages of the rendered site in DIR: as articles, or for the content of those in SOURCE
    #[cfg_attr(feature = "cli", arg(long, value_name = "DIR", help_heading = "Articles"))]
    pub rendered: Option<RenderedConfig>,

    /// The front matter keys that a field is read from, by the name of the field.
    #[serde(deserialize_with = "lists")]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub fields: BTreeMap<String, Vec<String>>,

    /// More kinds of groups, each with the front matter keys that name the groups of an article.
    #[serde(deserialize_with = "lists")]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub groups: BTreeMap<String, Vec<String>>,

    /// What differs in one set of feeds, by its name, such as `topic+provider`.
    #[cfg_attr(feature = "cli", arg(skip))]
    pub kinds: BTreeMap<String, FeedSetConfig>,

    /// What directories of podcasts show about feeds with audio.
    #[cfg_attr(feature = "cli", arg(skip))]
    pub podcast: PodcastConfig,

    /// What the pages for people look like.
    #[cfg_attr(feature = "cli", arg(skip))]
    pub page: PageConfig,

    /// The folder that the patterns of `exclude` are relative to: that of feedmill.yaml.
    #[serde(skip)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub folder: PathBuf,

    /// What [`Config::with_site`] found in the configuration of a site.
    #[serde(skip)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub site: SiteConfig,
}

/// The pattern of the URLs of articles.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a pattern, or one for each section")]
pub enum PermalinkConfig {
    /// One pattern for all articles.
    One(String),
    /// A pattern for each section, by the name of the section.
    BySection(BTreeMap<String, String>),
}

impl From<String> for PermalinkConfig {
    fn from(pattern: String) -> PermalinkConfig {
        PermalinkConfig::One(pattern)
    }
}

/// What differs in one set of feeds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FeedSetConfig {
    /// The title of each feed, in which `{name}` and `{site}` are replaced.
    pub title: Option<String>,
    /// The folder of the feeds in the output folder; by default the name of the set.
    pub path: Option<String>,
    /// The maximum number of entries per feed; 0 for all.
    pub limit: Option<usize>,
    /// The maximum number of entries of one provider in a feed; 0 for all.
    #[serde(alias = "max_per_provider")]
    pub max_per_provider: Option<usize>,
}

/// What directories of podcasts show about feeds with audio.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PodcastConfig {
    /// A category of Apple, such as `Technology`, or one in another, such as `Arts > Books`.
    pub category: Option<String>,
    /// Who makes the podcast; by default the title of the site.
    pub author: Option<String>,
    /// An e-mail address by which directories reach the owner.
    pub email: Option<String>,
    /// The URL of the cover, a square picture.
    pub image: Option<String>,
    /// Whether the podcast is unfit for children.
    pub explicit: Option<bool>,
}

/// What the pages for people look like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PageConfig {
    /// The color of links and buttons, such as `#9a3412`.
    pub accent: Option<String>,
    /// A picture in the output folder, such as `logo.svg`.
    pub logo: Option<String>,
    /// The heading of the page that lists the feeds.
    pub heading: Option<String>,
    /// What the page says below its heading.
    pub intro: Option<String>,
}

/// An invalid configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is not YAML, or has a key that does not exist.
    #[error("line {line}, column {column}: {reason}")]
    File {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// A setting has an invalid value.
    #[error("{key}: {reason}")]
    Value {
        /// The key, which is also the name of the flag.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The configuration of the site generator cannot be read.
    #[error(transparent)]
    Site(#[from] SiteFileError),
}

impl Config {
    /// Parses `feedmill.yaml`. Paths in it are relative to `folder`, the folder of the file.
    ///
    /// # Errors
    ///
    /// With line and column, and a suggestion for an unknown key.
    pub fn parse(text: &str, folder: &Path) -> Result<Config, ConfigError> {
        let config =
            syntax::read::<Config>(Syntax::Yaml, text).map_err(|error| ConfigError::File {
                line: error.line,
                column: error.column,
                reason: with_suggestion(error.reason),
            })?;
        let mut config = Config { folder: folder.to_owned(), ..config.unwrap_or_default() };
        let paths = config.source.iter_mut().flatten().chain(&mut config.out);
        let rendered = config.rendered.iter_mut().map(|rendered| &mut rendered.folder);
        for path in paths.chain(&mut config.cache_dir).chain(rendered) {
            if folder != Path::new("") && !objects::is_address(path) {
                *path = folder.join(&*path);
            }
        }
        Ok(config)
    }
}
