//! The configuration: what a user sets in `feedmill.yaml`, with flags or in the environment, before
//! it is validated.

mod read_options;
mod rendered;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};

pub use self::read_options::SiteConfig;
pub use self::rendered::{RenderedConfig, RenderedDate};

use crate::article::{DeclaredKey, GroupKey};
use crate::cache::CacheConfig;
use crate::feed::{
    Content, FeedSet, Grouping, PageSettings, Podcast, Selection, Site, known_media_type,
};
use crate::format::Format;
use crate::front_matter::syntax::{self, Syntax};
use crate::listing;
use crate::objects;
use crate::settings::Settings;
use crate::site_generator::SiteFileError;
use crate::types::language;
use crate::types::path_patterns::{PathPatterns, PatternSyntax};
use crate::types::{Color, date::Timestamp, slug::FeedSlug, suggest::nearest, text, url::WebUrl};

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

impl PodcastConfig {
    fn into_podcast(self) -> Result<Podcast, ConfigError> {
        let category = plain(self.category);
        let category = category.map(|category| match category.split_once('>') {
            Some((category, inner)) => (category.trim().to_owned(), plain(Some(inner.to_owned()))),
            None => (category, None),
        });
        let email = plain(self.email);
        let is_email = |email: &str| email.contains('@') && !email.contains(char::is_whitespace);
        if email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(invalid("podcast.email", "is not an e-mail address"));
        }
        Ok(Podcast {
            category,
            author: plain(self.author),
            email,
            image: url("podcast.image", self.image.as_deref())?,
            explicit: self.explicit.unwrap_or(false),
        })
    }
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

    /// Validates the configuration and fills in the defaults. `clock` is the current time, unless the
    /// configuration sets `now`.
    ///
    /// # Errors
    ///
    /// With the key of the first invalid value.
    pub fn into_settings(self, clock: Timestamp) -> Result<Settings, ConfigError> {
        let now = date("now", self.now.as_deref())?.unwrap_or(clock);
        let defaults = Settings::new(".", self.out.clone().unwrap_or_else(|| "out".into()), now);
        if defaults.output == Path::new("") {
            return Err(invalid("out", "is empty"));
        }
        let kinds = self.feed_sets()?;
        let mut options = self.read_options(&kinds)?;
        let pages = self.pages(options.zone)?;
        let is_alone = self.is_rendered_alone();
        let source = pages.as_ref().filter(|_| is_alone).map(|pages| pages.folders.clone());
        let rendered = if is_alone {
            options.pages = pages;
            None
        } else {
            pages
        };
        let excluded = self.excluded()?;
        let mut formats = Vec::new();
        for name in self.format.as_deref().unwrap_or(&["rss".to_owned()]) {
            let format = named("format", name, &Format::ALL.map(|format| (format.name(), format)))?;
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        let selection = Selection {
            now,
            future: self.future.unwrap_or(false),
            unpublished: self.unpublished.unwrap_or(false),
            min_quality: self.min_quality,
            since: date("since", self.since.as_deref())?,
            types: slugs(self.types),
            only: slugs(self.only),
            except: slugs(self.except),
        };
        let site = Site {
            title: plain(self.title),
            description: plain(self.description),
            language: language_tag(self.language.unwrap_or(defaults.site.language))?,
            url: url("site-url", self.site_url.as_deref())?,
            base_url: folder_url("base-url", self.base_url.as_deref())?,
            hub: url("hub", self.hub.as_deref())?,
            index: self.index.unwrap_or(true),
            podcast: self.podcast.into_podcast()?,
            page: page(self.page)?,
        };
        if let Some(hub) = &site.hub {
            if site.base_url.is_none() {
                return Err(invalid("hub", "needs base-url: a hub knows feeds by their URLs"));
            }
            if hub.has_user() {
                let reason = "contains a user name or password, which every feed would show";
                return Err(invalid("hub", reason));
            }
        }
        let contents = [("excerpt", Content::Excerpt), ("full", Content::Full)];
        let content = self.content.map(|name| named("content", &name, &contents)).transpose()?;
        Ok(Settings {
            source: source.or(self.source).unwrap_or(defaults.source),
            rendered,
            excluded,
            output: defaults.output,
            selection,
            kinds,
            formats,
            site,
            content: content.unwrap_or(defaults.content),
            min_items: self.min_items.unwrap_or(defaults.min_items).max(1),
            max_feeds: self.max_feeds.unwrap_or(defaults.max_feeds),
            options,
            cache: self.cache_dir.map(|folder| CacheConfig { folder, clock }),
            jobs: self.jobs.unwrap_or(defaults.jobs),
        })
    }

    /// What `exclude` and the configuration of the site leave out.
    fn excluded(&self) -> Result<Vec<PathPatterns>, ConfigError> {
        let own = self.exclude.as_deref().unwrap_or_default();
        let own = PathPatterns::new(PatternSyntax::Gitignore, &self.folder, own);
        let reason = |pattern| format!("`{pattern}` is not a pattern such as `drafts/` or `*.txt`");
        let own = own.map_err(|pattern| invalid("exclude", reason(pattern)))?;
        let own = self.exclude.is_some().then_some(own);
        Ok(own.into_iter().chain(self.site.excluded.iter().cloned()).collect())
    }

    /// The keys that articles can be grouped by, with their names.
    fn group_keys(&self) -> Result<Vec<(&'static str, GroupKey)>, ConfigError> {
        let mut keys: Vec<_> = GroupKey::ALL.map(|key| (key.name(), key)).into();
        for (name, own) in &self.groups {
            let is_plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            let reason = if keys.iter().any(|(known, _)| known == name) {
                "is the name of another kind".to_owned()
            } else if name.is_empty() || !name.bytes().all(is_plain) || !is_folder(name) {
                "is not a name of lower-case letters, digits and `-`".to_owned()
            } else if name == "secured" {
                "`secured` is private and is never read".to_owned()
            } else if let Some(reason) = read_options::refusal_of_keys(own) {
                reason
            } else {
                let key = GroupKey::Declared(DeclaredKey::new(name));
                keys.push((key.name(), key));
                continue;
            };
            return Err(invalid(format!("groups.{name}"), reason));
        }
        Ok(keys)
    }

    fn feed_sets(&self) -> Result<Vec<FeedSet>, ConfigError> {
        let keys = self.group_keys()?;
        for name in self.kinds.keys() {
            grouping("kinds", name, &keys)?;
        }
        let mut sets: Vec<FeedSet> = Vec::new();
        let mut paths = BTreeSet::new();
        for name in self.by.as_deref().unwrap_or(&["topic".to_owned()]) {
            let by = grouping("by", name, &keys)?;
            if sets.iter().any(|set| set.by == by) {
                continue;
            }
            let mut set = FeedSet::new(by);
            let own = self.kinds.get(&by.name()).cloned().unwrap_or_default();
            let key = format!("kinds.{}.path", by.name());
            set.path = own.path.unwrap_or(set.path);
            if !is_folder(&set.path) {
                return Err(invalid(key, "is not a folder inside the output folder"));
            }
            if !paths.insert(set.path.to_ascii_lowercase()) {
                return Err(invalid(key, "is the folder of another kind"));
            }
            set.title = plain(own.title);
            set.limit = own.limit.or(self.limit).or(set.limit).filter(|limit| *limit > 0);
            // All entries of a provider's feed are of that provider.
            let max = own.max_per_provider.or(self.max_per_provider);
            set.max_per_provider = max.filter(|max| *max > 0 && !by.has(GroupKey::Provider));
            sets.push(set);
        }
        Ok(sets)
    }
}

fn invalid(key: impl Into<String>, reason: impl Into<String>) -> ConfigError {
    ConfigError::Value { key: key.into(), reason: reason.into() }
}

/// Parses `topic` or `topic+provider`.
fn grouping(
    key: &str,
    name: &str,
    keys: &[(&'static str, GroupKey)],
) -> Result<Grouping, ConfigError> {
    let Some((first, second)) = name.split_once('+') else {
        return named(key, name, keys).map(Grouping::One);
    };
    let (first, second) = (named(key, first, keys)?, named(key, second, keys)?);
    if first == second || [first, second].contains(&GroupKey::All) {
        let reason = format!("`{name}` does not combine two kinds, such as `topic+provider`");
        return Err(invalid(key, reason));
    }
    Ok(Grouping::Both(first, second))
}

/// Returns the value with a name.
fn named<T: Copy>(key: &str, name: &str, values: &[(&str, T)]) -> Result<T, ConfigError> {
    let name = name.trim();
    if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
        return Ok(*value);
    }
    let known: Vec<&str> = values.iter().map(|(known, _)| *known).collect();
    let hint = suggestion(name, &known).unwrap_or_else(|| {
        let (last, others) = known.split_last().unwrap_or((&"", &[]));
        format!("; expected {} or {last}", others.join(", "))
    });
    Err(invalid(key, format!("unknown value `{name}`{hint}")))
}

/// The slugs of group names, so that every spelling of a name means the same group.
fn slugs(names: Option<Vec<String>>) -> Vec<FeedSlug> {
    names
        .into_iter()
        .flatten()
        .filter_map(|name| FeedSlug::from_name(&text::plain(&name)))
        .collect()
}

fn date(key: &str, text: Option<&str>) -> Result<Option<Timestamp>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    let reason = || format!("`{text}` is not a date such as 2021-06-09T13:33:00Z");
    Timestamp::parse(text).map(Some).ok_or_else(|| invalid(key, reason()))
}

fn url(key: &str, text: Option<&str>) -> Result<Option<WebUrl>, ConfigError> {
    let url = text.map(WebUrl::parse).transpose();
    url.map_err(|error| invalid(key, error.to_string()))
}

/// Parses the URL of a folder. It ends with a slash, so that the URLs of files are relative to it.
fn folder_url(key: &str, text: Option<&str>) -> Result<Option<WebUrl>, ConfigError> {
    let with_slash = text.map(|text| format!("{}/", text.trim().trim_end_matches('/')));
    let url = url(key, with_slash.as_deref())?;
    if url.as_ref().is_some_and(|url| url.as_str().contains(['?', '#'])) {
        return Err(invalid(key, "has a query or a fragment, so it is not the URL of a folder"));
    }
    Ok(url)
}

/// Checks the syntax of a language tag (RFC 5646, section 2.1), not whether the language exists.
fn language_tag(tag: String) -> Result<String, ConfigError> {
    if !language::is_tag(&tag) {
        let reason = format!("`{tag}` is not a language tag such as `en` or `pt-BR`");
        return Err(invalid("language", reason));
    }
    Ok(tag)
}

fn page(page: PageConfig) -> Result<PageSettings, ConfigError> {
    let accent = page.accent.map(|text| {
        let reason = || format!("`{text}` is not a color such as #9a3412");
        Color::parse(&text).ok_or_else(|| invalid("page.accent", reason()))
    });
    if page.logo.as_deref().is_some_and(|logo| !is_picture(logo)) {
        return Err(invalid(
            "page.logo",
            "is not a picture in the output folder, such as logo.svg",
        ));
    }
    Ok(PageSettings {
        accent: accent.transpose()?,
        logo: page.logo,
        heading: plain(page.heading),
        intro: plain(page.intro),
    })
}

/// Whether a path leads to a picture below a folder, and is the same as a part of an address.
fn is_picture(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(is_plain);
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    known_media_type(&extension, "image").is_some() && path.split('/').all(is_name)
}

fn plain(text: Option<String>) -> Option<String> {
    text.map(|text| text::plain(&text)).filter(|text| !text.is_empty())
}

/// Whether a path is a folder for feeds: its parts are plain names, not hidden, not reserved by an
/// operating system, and not names of published files. The empty path is the output folder itself.
fn is_folder(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name = |part: &str| {
        let slug = FeedSlug::from_name(part).map(|slug| slug.to_string());
        let lower = part.to_ascii_lowercase().replace('_', "-");
        part.chars().all(is_plain)
            && slug.as_ref() == Some(&lower)
            && !Format::is_feed(part)
            && !listing::is_listing_file(&lower)
            && !listing::is_feed_page(&lower)
    };
    path.is_empty() || path.split('/').all(is_name)
}

/// Rewrites the message "unknown field `x`, expected one of `y`, `z`" of the YAML crate.
fn with_suggestion(reason: String) -> String {
    let quoted: Vec<&str> = reason.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if reason.contains("unknown field") => {
            format!("unknown key `{unknown}`{}", suggestion(unknown, known).unwrap_or_default())
        }
        _ => reason,
    }
}

fn suggestion(unknown: &str, known: &[&str]) -> Option<String> {
    nearest(unknown, known, 3).map(|nearest| format!("; did you mean `{nearest}`?"))
}

/// Reads a list, or a text with commas.
fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + From<String>,
{
    Ok(Option::<List<T>>::deserialize(deserializer)?.map(List::into_values))
}

/// Reads a mapping of lists, or of texts with commas.
fn lists<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let lists = Option::<BTreeMap<String, List<String>>>::deserialize(deserializer)?;
    let lists = lists.unwrap_or_default();
    Ok(lists.into_iter().map(|(name, list)| (name, list.into_values())).collect())
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a list or a text")]
enum List<T> {
    Values(Vec<T>),
    Text(String),
}

impl<T: From<String>> List<T> {
    fn into_values(self) -> Vec<T> {
        match self {
            List::Values(values) => values,
            List::Text(text) => text.split(',').map(|part| part.trim().to_owned().into()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Settings, ConfigError> {
        let clock = Timestamp::parse("2026-01-01").unwrap();
        Config::parse(text, Path::new("site"))?.into_settings(clock)
    }

    #[test]
    fn an_empty_file_has_the_defaults_of_the_library() {
        let clock = Timestamp::parse("2026-01-01").unwrap();
        let defaults = Settings::new(".", "out", clock);
        let settings = settings("# nothing\n").unwrap();
        assert_eq!(format!("{settings:?}"), format!("{defaults:?}"));
    }

    #[test]
    fn a_file_with_many_keys() {
        let settings = settings(
            "source: [a, b]\nout: /srv/feeds\nby: topic, all\nformat: [rss, json]\nlimit: 0\n\
             base_url: https://example.org/feeds\nlanguage: pt-BR\nsince: 2020-01-01\n\
             kinds:\n  topic: {title: '{name}!', path: by/topic, limit: 7}\n",
        )
        .unwrap();
        assert_eq!(settings.source, [Path::new("site/a"), Path::new("site/b")]);
        assert_eq!(settings.output, Path::new("/srv/feeds"));
        assert_eq!(settings.kinds[0].path, "by/topic");
        assert_eq!(settings.kinds[0].limit, Some(7));
        assert_eq!(settings.kinds[1].limit, None);
        assert_eq!(settings.site.base_url.unwrap().as_str(), "https://example.org/feeds/");
    }

    #[test]
    fn the_logo_is_a_file_below_the_output_folder() {
        for logo in ["logo.svg", "img/logo-2_x.PNG"] {
            let settings = settings(&format!("page: {{logo: {logo}}}")).unwrap();
            assert_eq!(settings.site.page.logo.as_deref(), Some(logo));
        }
        for logo in [
            "../logo.svg",
            "/logo.svg",
            "a/../../logo.svg",
            "a//logo.svg",
            ".logo.svg",
            "'https://e.example/logo.svg'",
            "//e.example/logo.svg",
            "'data:image/svg+xml,x.svg'",
            "a\\logo.svg",
            "'logo.svg?x=.svg'",
            "'logo.html'",
            "'javascript:x.svg'",
            "'%2e%2e/logo.svg'",
            "'\"onerror=x.svg'",
            "''",
        ] {
            assert!(settings(&format!("page: {{logo: {logo}}}")).is_err(), "{logo}");
        }
    }

    #[test]
    fn errors_name_the_key_and_suggest_a_value() {
        for (text, message) in [
            (
                "kinds:\n  topic:\n    titel: x",
                "line 3, column 5: unknown key `titel`; did you mean `title`?",
            ),
            ("secret-key: 5", "line 1, column 1: unknown key `secret-key`"),
            ("by: topics", "by: unknown value `topics`; did you mean `topic`?"),
            ("format: xml", "format: unknown value `xml`; expected atom, json or rss"),
            ("kinds: {tpic: {}}", "kinds: unknown value `tpic`; did you mean `topic`?"),
            (
                "kinds: {topic: {path: ../x}}",
                "kinds.topic.path: is not a folder inside the output folder",
            ),
            (
                "by: [topic, type]\nkinds: {type: {path: topic}}",
                "kinds.type.path: is the folder of another kind",
            ),
            ("since: yesterday", "since: `yesterday` is not a date such as 2021-06-09T13:33:00Z"),
            ("hub: https://hub.example/", "hub: needs base-url: a hub knows feeds by their URLs"),
            (
                "base-url: https://e.org/\nhub: https://me:secret@hub.example/",
                "hub: contains a user name or password, which every feed would show",
            ),
            ("base-url: example.org", "base-url: is not an absolute web address"),
            (
                "base-url: https://example.org/?x",
                "base-url: has a query or a fragment, so it is not the URL of a folder",
            ),
            ("podcast: {email: nobody}", "podcast.email: is not an e-mail address"),
            ("podcast: {image: cover.png}", "podcast.image: is not an absolute web address"),
            ("page: {accent: red}", "page.accent: `red` is not a color such as #9a3412"),
            (
                "page: {logo: ../logo.svg}",
                "page.logo: is not a picture in the output folder, such as logo.svg",
            ),
            ("language: en_US", "language: `en_US` is not a language tag such as `en` or `pt-BR`"),
        ] {
            let error = settings(text).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), message, "{text}");
        }
    }
}
