//! The configuration: what an operator says, in `feedmill.yaml` or on the command line, before it
//! is judged. Every value is optional; [`Config::or`] lays one over another and
//! [`Config::into_settings`] fills in the defaults.

mod articles;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};

pub use self::articles::SiteConfig;

use crate::article::GroupKey;
use crate::cache::CacheConfig;
use crate::feed::Content;
use crate::feed::FeedSet;
use crate::feed::Grouping;
use crate::feed::Selection;
use crate::feed::site::{self, Site};
use crate::format::Format;
use crate::front_matter::syntax::{self, Syntax};
use crate::settings::Settings;
use crate::types::date::Timestamp;
use crate::types::slug::FeedSlug;
use crate::types::suggest::nearest;
use crate::types::text;
use crate::types::url::WebUrl;

/// What an operator says. The names of the keys are those of the flags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Folders and files with articles; by default the current folder.
    #[serde(deserialize_with = "some_list")]
    pub source: Option<Vec<PathBuf>>,
    /// The folder for the feeds; by default `out`.
    pub out: Option<PathBuf>,
    /// Names of kinds of feeds; by default `topic`.
    #[serde(deserialize_with = "some_list")]
    pub by: Option<Vec<String>>,
    /// Names of formats; by default `rss`.
    #[serde(deserialize_with = "some_list")]
    pub format: Option<Vec<String>>,
    /// The most entries of a feed, 0 for all; by default 50.
    pub limit: Option<usize>,
    /// The most entries of one provider in a feed that is not one of a provider; by default all.
    #[serde(alias = "max_per_provider")]
    pub max_per_provider: Option<usize>,
    /// Where the output folder is served.
    #[serde(alias = "base_url")]
    pub base_url: Option<String>,
    /// A WebSub hub, which is told of feeds that changed.
    pub hub: Option<String>,
    /// Whether there are `index.html`, `feeds.opml` and `feed.css`; by default there are.
    pub index: Option<bool>,
    /// The site for people.
    #[serde(alias = "site_url")]
    pub site_url: Option<String>,
    /// The name of the site.
    pub title: Option<String>,
    /// A sentence about the site.
    pub description: Option<String>,
    /// The language of the articles; by default `en`.
    pub language: Option<String>,
    /// Feeds with fewer entries are not written; by default 1.
    #[serde(alias = "min_items")]
    pub min_items: Option<usize>,
    /// A run with more feeds is refused; by default 10,000.
    #[serde(alias = "max_feeds")]
    pub max_feeds: Option<usize>,
    /// `full` or `excerpt`; by default `full`.
    pub content: Option<String>,
    /// Lets in what is not published.
    pub unpublished: Option<bool>,
    /// Lets in what is not due yet.
    pub future: Option<bool>,
    /// Leaves out what has a lower quality.
    #[serde(alias = "min_quality")]
    pub min_quality: Option<i64>,
    /// Leaves out what is older.
    pub since: Option<String>,
    /// Leaves out other types.
    #[serde(deserialize_with = "some_list", rename = "type")]
    pub types: Option<Vec<String>>,
    /// Leaves out what has none of these topics.
    #[serde(deserialize_with = "some_list")]
    pub only: Option<Vec<String>>,
    /// Leaves out what has one of these topics.
    #[serde(deserialize_with = "some_list")]
    pub except: Option<Vec<String>>,
    /// The program whose site the articles are of.
    pub preset: Option<String>,
    /// The keys by which articles say what can be said of them, by the name of the field.
    #[serde(deserialize_with = "lists")]
    pub fields: BTreeMap<String, Vec<String>>,
    /// The pattern of the addresses of articles that do not say theirs.
    pub permalink: Option<PermalinkConfig>,
    /// The zone of dates that say none; by default UTC.
    pub timezone: Option<String>,
    /// What else a site says about its articles.
    #[serde(skip)]
    pub site: SiteConfig,
    /// Dates an article without a date by its file name.
    #[serde(alias = "date_from_name")]
    pub date_from_name: Option<bool>,
    /// The folder where it is remembered what files said.
    #[serde(alias = "cache_dir")]
    pub cache_dir: Option<PathBuf>,
    /// Threads; by default one for each core.
    pub jobs: Option<usize>,
    /// The instant that "future" is measured against; by default the clock's.
    pub now: Option<String>,
    /// What is special about the feeds of a kind, by its name.
    pub kinds: BTreeMap<String, FeedSetConfig>,
}

/// The pattern of addresses.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a pattern, or one for each section")]
pub enum PermalinkConfig {
    /// That of all articles.
    One(String),
    /// That of the articles of a section, by its name.
    BySection(BTreeMap<String, String>),
}

/// What is special about the feeds of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FeedSetConfig {
    /// The title of each feed, with `{name}` and `{site}` to be filled in.
    pub title: Option<String>,
    /// The folder of the feeds in the output folder; by default the name of the kind.
    pub path: Option<String>,
    /// The most entries of a feed, 0 for all.
    pub limit: Option<usize>,
    /// The most entries of one provider in a feed, 0 for all.
    #[serde(alias = "max_per_provider")]
    pub max_per_provider: Option<usize>,
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file that is not YAML of the right shape.
    #[error("line {line}, column {column}: {reason}")]
    File {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// A value that means nothing.
    #[error("{key}: {reason}")]
    Value {
        /// The key, which is also the name of the flag.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

/// The entries of a feed if nothing is said about it.
const LIMIT: usize = 50;

/// The feeds of a run if nothing is said about it.
const MAX_FEEDS: usize = 10_000;

impl Config {
    /// Reads `feedmill.yaml`. Paths in it are relative to `folder`, where the file lies.
    ///
    /// # Errors
    ///
    /// With the place, and a suggestion for an unknown key.
    pub fn parse(text: &str, folder: &Path) -> Result<Config, ConfigError> {
        let config =
            syntax::read::<Config>(Syntax::Yaml, text).map_err(|error| ConfigError::File {
                line: error.line,
                column: error.column,
                reason: with_suggestion(error.reason),
            })?;
        let mut config = config.unwrap_or_default();
        let places = config.source.iter_mut().flatten().chain(&mut config.out);
        for path in places.chain(&mut config.cache_dir) {
            if folder != Path::new("") {
                *path = folder.join(&*path);
            }
        }
        Ok(config)
    }

    /// This configuration, with the values of a weaker one where it has none.
    #[must_use]
    pub fn or(self, weaker: Config) -> Config {
        let mut kinds = weaker.kinds;
        for kind in kinds.values_mut() {
            kind.limit = kind.limit.filter(|_| self.limit.is_none());
            let most = kind.max_per_provider;
            kind.max_per_provider = most.filter(|_| self.max_per_provider.is_none());
        }
        for (name, kind) in self.kinds {
            let weaker = kinds.remove(&name).unwrap_or_default();
            let title = kind.title.or(weaker.title);
            let (path, limit) = (kind.path.or(weaker.path), kind.limit.or(weaker.limit));
            let max_per_provider = kind.max_per_provider.or(weaker.max_per_provider);
            kinds.insert(name, FeedSetConfig { title, path, limit, max_per_provider });
        }
        Config {
            source: self.source.or(weaker.source),
            out: self.out.or(weaker.out),
            by: self.by.or(weaker.by),
            format: self.format.or(weaker.format),
            limit: self.limit.or(weaker.limit),
            max_per_provider: self.max_per_provider.or(weaker.max_per_provider),
            base_url: self.base_url.or(weaker.base_url),
            hub: self.hub.or(weaker.hub),
            index: self.index.or(weaker.index),
            site_url: self.site_url.or(weaker.site_url),
            title: self.title.or(weaker.title),
            description: self.description.or(weaker.description),
            language: self.language.or(weaker.language),
            min_items: self.min_items.or(weaker.min_items),
            max_feeds: self.max_feeds.or(weaker.max_feeds),
            content: self.content.or(weaker.content),
            unpublished: self.unpublished.or(weaker.unpublished),
            future: self.future.or(weaker.future),
            min_quality: self.min_quality.or(weaker.min_quality),
            since: self.since.or(weaker.since),
            types: self.types.or(weaker.types),
            only: self.only.or(weaker.only),
            except: self.except.or(weaker.except),
            preset: self.preset.or(weaker.preset),
            fields: if self.fields.is_empty() { weaker.fields } else { self.fields },
            permalink: self.permalink.or(weaker.permalink),
            timezone: self.timezone.or(weaker.timezone),
            site: if self.site == SiteConfig::default() { weaker.site } else { self.site },
            date_from_name: self.date_from_name.or(weaker.date_from_name),
            cache_dir: self.cache_dir.or(weaker.cache_dir),
            jobs: self.jobs.or(weaker.jobs),
            now: self.now.or(weaker.now),
            kinds,
        }
    }

    /// The settings that this configuration stands for. `clock` is now, unless the configuration
    /// says otherwise.
    ///
    /// # Errors
    ///
    /// With the key of the first value that means nothing.
    pub fn into_settings(self, clock: Timestamp) -> Result<Settings, ConfigError> {
        let kinds = self.kinds()?;
        let options = self.options()?;
        let formats = names(
            "format",
            self.format.unwrap_or_else(|| vec!["rss".to_owned()]),
            &Format::ALL.map(|format| (format.name(), format)),
        )?;
        if self.out.as_deref() == Some(Path::new("")) {
            let (key, reason) = ("out".to_owned(), "is empty".to_owned());
            return Err(ConfigError::Value { key, reason });
        }
        let selection = Selection {
            now: date("now", self.now)?.unwrap_or(clock),
            future: self.future.unwrap_or(false),
            unpublished: self.unpublished.unwrap_or(false),
            min_quality: self.min_quality,
            since: date("since", self.since)?,
            types: group_names(self.types.as_ref()),
            only: group_names(self.only.as_ref()),
            except: group_names(self.except.as_ref()),
        };
        let site = Site {
            title: plain(self.title),
            description: plain(self.description),
            language: language(self.language)?,
            url: address("site-url", self.site_url)?,
            base_url: folder_address("base-url", self.base_url)?,
            hub: address("hub", self.hub)?,
            index: self.index.unwrap_or(true),
        };
        if site.hub.is_some() && site.base_url.is_none() {
            let reason = "a hub knows feeds by their addresses: give base-url too".to_owned();
            return Err(ConfigError::Value { key: "hub".to_owned(), reason });
        }
        if site.hub.as_ref().is_some_and(WebUrl::has_user) {
            let reason = "holds a name or a password, which every feed would show".to_owned();
            return Err(ConfigError::Value { key: "hub".to_owned(), reason });
        }
        let content = self.content.unwrap_or_else(|| "full".to_owned());
        let content = names("content", vec![content], &CONTENTS)?;
        Ok(Settings {
            options,
            source: self.source.unwrap_or_else(|| vec![PathBuf::from(".")]),
            output: self.out.unwrap_or_else(|| PathBuf::from("out")),
            selection,
            kinds,
            formats,
            site,
            content: content.first().copied().unwrap_or(Content::Full),
            min_items: self.min_items.unwrap_or(1).max(1),
            max_feeds: self.max_feeds.unwrap_or(MAX_FEEDS),
            cache: self.cache_dir.map(|folder| CacheConfig { folder, clock }),
            jobs: self.jobs.unwrap_or(0),
        })
    }

    fn kinds(&self) -> Result<Vec<FeedSet>, ConfigError> {
        let by = self.by.clone().unwrap_or_else(|| vec!["topic".to_owned()]);
        for name in self.kinds.keys() {
            kind("kinds", name)?;
        }
        let mut kinds: Vec<FeedSet> = Vec::new();
        let mut paths = BTreeSet::new();
        for name in by {
            let by = kind("by", &name)?;
            if kinds.iter().any(|kind| kind.by == by) {
                continue;
            }
            let own = self.kinds.get(&by.name()).cloned().unwrap_or_default();
            let path = own.path.unwrap_or_else(|| match by {
                Grouping::One(GroupKey::All) => String::new(),
                by => by.name().replace('+', "-"),
            });
            let key = format!("kinds.{}.path", by.name());
            if !is_folder(&path) {
                let reason = "is not a folder inside the output folder".to_owned();
                return Err(ConfigError::Value { key, reason });
            }
            if !paths.insert(path.to_ascii_lowercase()) {
                let reason = "is the folder of another kind".to_owned();
                return Err(ConfigError::Value { key, reason });
            }
            let limit = own.limit.or(self.limit).unwrap_or(LIMIT);
            // All entries of a provider's feed are of that provider.
            let most = own.max_per_provider.or(self.max_per_provider).unwrap_or(0);
            let most = Some(most).filter(|&most| most > 0 && !by.has(GroupKey::Provider));
            kinds.push(FeedSet {
                by,
                path,
                title: plain(own.title),
                limit: (limit > 0).then_some(limit),
                max_per_provider: most,
            });
        }
        Ok(kinds)
    }
}

const CONTENTS: [(&str, Content); 2] = [("excerpt", Content::Excerpt), ("full", Content::Full)];

/// The kind of a name: `topic` or `topic+provider`.
fn kind(key: &str, name: &str) -> Result<Grouping, ConfigError> {
    let groups = GroupKey::ALL.map(|by| (by.name(), by));
    let parts: Vec<String> = name.split('+').map(str::to_owned).collect();
    let by = names(key, parts, &groups)?;
    match by.as_slice() {
        [by] if !name.contains('+') => Ok(Grouping::One(*by)),
        [first, second] if !by.contains(&GroupKey::All) => Ok(Grouping::Both(*first, *second)),
        _ => Err(ConfigError::Value {
            key: key.to_owned(),
            reason: format!("`{name}` is not two different things, such as `topic+provider`"),
        }),
    }
}

/// The values that names stand for, each once, in the order given.
fn names<T: Copy + PartialEq>(
    key: &str,
    names: Vec<String>,
    known: &[(&'static str, T)],
) -> Result<Vec<T>, ConfigError> {
    let mut values = Vec::new();
    for name in names {
        let found = known.iter().find(|(known, _)| *known == name.trim());
        let Some(&(_, value)) = found else {
            let known: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
            return Err(ConfigError::Value {
                key: key.to_owned(),
                reason: format!(
                    "`{name}` is none of {}{}",
                    known.join(", "),
                    suggestion(&name, &known)
                ),
            });
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

/// Names of groups as feeds know them, so that every spelling of a group is that group.
fn group_names(names: Option<&Vec<String>>) -> Vec<FeedSlug> {
    names.into_iter().flatten().filter_map(|name| FeedSlug::of(&text::plain(name))).collect()
}

fn date(key: &str, text: Option<String>) -> Result<Option<Timestamp>, ConfigError> {
    let date = text.map(|text| Timestamp::parse(&text).ok_or(text)).transpose();
    date.map_err(|text| ConfigError::Value {
        key: key.to_owned(),
        reason: format!("`{text}` is not a date; write it like 2021-06-09T13:33:00Z"),
    })
}

fn address(key: &str, text: Option<String>) -> Result<Option<WebUrl>, ConfigError> {
    let address = text.map(|text| WebUrl::parse(&text)).transpose();
    address.map_err(|error| ConfigError::Value { key: key.to_owned(), reason: error.to_string() })
}

/// An address that others are relative to, so it ends with a slash.
fn folder_address(key: &str, text: Option<String>) -> Result<Option<WebUrl>, ConfigError> {
    let slashed = text.map(|text| format!("{}/", text.trim().trim_end_matches('/')));
    let url = address(key, slashed)?;
    if url.as_ref().is_some_and(|url| url.as_str().contains(['?', '#'])) {
        return Err(ConfigError::Value {
            key: key.to_owned(),
            reason: "has a query or a fragment, so no file can be below it".to_owned(),
        });
    }
    Ok(url)
}

/// The shape of a language tag (RFC 5646), not whether there is such a language.
fn language(tag: Option<String>) -> Result<String, ConfigError> {
    let tag = tag.unwrap_or_else(|| "en".to_owned());
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let well_formed = (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    if well_formed {
        Ok(tag)
    } else {
        Err(ConfigError::Value {
            key: "language".to_owned(),
            reason: format!("`{tag}` is not a language tag such as `en` or `pt-BR`"),
        })
    }
}

fn plain(text: Option<String>) -> Option<String> {
    text.map(|text| text::plain(&text)).filter(|text| !text.is_empty())
}

/// Plain components, none hidden, none that a system takes for something else or that could be the
/// name of a feed; empty for the output folder itself.
fn is_folder(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let component = |part: &str| {
        let name = FeedSlug::of(part).map(|name| name.to_string());
        let lower = part.to_ascii_lowercase().replace('_', "-");
        part.chars().all(plain)
            && name.as_ref() == Some(&lower)
            && !Format::is_feed(part)
            && !site::FILES.contains(&lower.as_str())
    };
    path.is_empty() || path.split('/').all(component)
}

/// `unknown field x, expected one of y, z` as the YAML crate says it, in our words and with a
/// suggestion.
fn with_suggestion(reason: String) -> String {
    let quoted: Vec<&str> = reason.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if reason.contains("unknown field") => {
            format!("unknown key `{unknown}`{}", suggestion(unknown, known))
        }
        _ => reason,
    }
}

fn suggestion(unknown: &str, known: &[&str]) -> String {
    let nearest = nearest(unknown, known, 3);
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}

/// A list, or a text with commas.
fn some_list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + From<String>,
{
    Ok(Option::<List<T>>::deserialize(deserializer)?.map(List::into_values))
}

/// Lists, or texts with commas, by name.
fn lists<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let lists = Option::<BTreeMap<String, List<String>>>::deserialize(deserializer)?;
    let lists = lists.unwrap_or_default();
    Ok(lists.into_iter().map(|(name, list)| (name, list.into_values())).collect())
}

/// A list, or a text with commas.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a list or a text")]
enum List<T> {
    OneOrMany(Vec<T>),
    One(String),
}

impl<T: From<String>> List<T> {
    fn into_values(self) -> Vec<T> {
        match self {
            List::OneOrMany(values) => values,
            List::One(text) => {
                text.split(',').map(|part| T::from(part.trim().to_owned())).collect()
            }
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
    fn defaults() {
        let settings = settings("# nothing\n").unwrap();
        assert_eq!(settings.output, Path::new("out"));
        assert_eq!(settings.source, [Path::new(".")]);
        assert_eq!(settings.formats, [Format::Rss]);
        assert_eq!(settings.kinds[0].by, Grouping::One(GroupKey::Topic));
        assert_eq!(settings.kinds[0].limit, Some(50));
    }

    #[test]
    fn a_whole_file() {
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
    fn a_stronger_limit_beats_that_of_a_kind() {
        let file = "limit: 5\nkinds: {topic: {limit: 7, title: T}}";
        let file = Config::parse(file, Path::new("")).unwrap();
        let flags = Config { limit: Some(3), ..Config::default() };
        let clock = Timestamp::parse("2026-01-01").unwrap();
        let settings = flags.or(file.clone()).into_settings(clock).unwrap();
        assert_eq!(settings.kinds[0].limit, Some(3));
        assert_eq!(settings.kinds[0].title.as_deref(), Some("T"));
        assert_eq!(file.into_settings(clock).unwrap().kinds[0].limit, Some(7));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, message) in [
            ("limt: 5", "line 1, column 1: unknown key `limt`; did you mean `limit`?"),
            (
                "kinds:\n  topic:\n    titel: x",
                "line 3, column 5: unknown key `titel`; did you mean `title`?",
            ),
            ("secret-key: 5", "line 1, column 1: unknown key `secret-key`"),
            (
                "by: topics",
                "by: `topics` is none of all, category, provider, topic, type; did you mean `topic`?",
            ),
            ("format: xml", "format: `xml` is none of atom, json, rss"),
            (
                "kinds: {tpic: {}}",
                "kinds: `tpic` is none of all, category, provider, topic, type; did you mean `topic`?",
            ),
            (
                "kinds: {topic: {path: ../x}}",
                "kinds.topic.path: is not a folder inside the output folder",
            ),
            (
                "by: [topic, type]\nkinds: {type: {path: topic}}",
                "kinds.type.path: is the folder of another kind",
            ),
            (
                "since: yesterday",
                "since: `yesterday` is not a date; write it like 2021-06-09T13:33:00Z",
            ),
            (
                "hub: https://hub.example/",
                "hub: a hub knows feeds by their addresses: give base-url too",
            ),
            (
                "base-url: https://e.org/\nhub: https://me:secret@hub.example/",
                "hub: holds a name or a password, which every feed would show",
            ),
            ("base-url: example.org", "base-url: is not an absolute web address"),
            (
                "base-url: https://example.org/?x",
                "base-url: has a query or a fragment, so no file can be below it",
            ),
            ("language: en_US", "language: `en_US` is not a language tag such as `en` or `pt-BR`"),
        ] {
            let error = settings(text).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), message, "{text}");
        }
    }
}
