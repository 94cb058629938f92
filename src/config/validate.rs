//! Validates the configuration: from what a user wrote to the settings of a run.

use std::collections::BTreeSet;
use std::path::Path;

use super::values::{date, folder_url, invalid, named, plain, url};
use super::{Config, ConfigError, PageConfig, PodcastConfig, read_options};
use crate::article::{DeclaredKey, GroupKey};
use crate::cache::CacheConfig;
use crate::feed::{
    Content, FeedSet, Grouping, PageSettings, Podcast, Selection, Site, known_media_type,
};
use crate::format::Format;
use crate::listing;
use crate::settings::Settings;
use crate::types::path_patterns::{PathPatterns, PatternSyntax};
use crate::types::{Color, date::Timestamp, language, slug::FeedSlug, text};

impl Config {
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
        let contents = [("excerpt", Content::Excerpt), ("full", Content::Full)];
        let content = self.content.as_ref().map(|name| named("content", name, &contents));
        Ok(Settings {
            rendered,
            excluded: self.excluded()?,
            output: defaults.output,
            selection: self.selection(now)?,
            kinds,
            formats: self.formats()?,
            content: content.transpose()?.unwrap_or(defaults.content),
            min_items: self.min_items.unwrap_or(defaults.min_items).max(1),
            max_feeds: self.max_feeds.unwrap_or(defaults.max_feeds),
            options,
            cache: self.cache_dir.clone().map(|folder| CacheConfig { folder, clock }),
            jobs: self.jobs.unwrap_or(defaults.jobs),
            source: source.or_else(|| self.source.clone()).unwrap_or(defaults.source),
            site: self.into_site(defaults.site.language)?,
        })
    }

    fn formats(&self) -> Result<Vec<Format>, ConfigError> {
        let known = Format::ALL.map(|format| (format.name(), format));
        let mut formats = Vec::new();
        for name in self.format.as_deref().unwrap_or(&["rss".to_owned()]) {
            let format = named("format", name, &known)?;
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        Ok(formats)
    }

    fn selection(&self, now: Timestamp) -> Result<Selection, ConfigError> {
        Ok(Selection {
            now,
            future: self.future.unwrap_or(false),
            unpublished: self.unpublished.unwrap_or(false),
            min_quality: self.min_quality,
            since: date("since", self.since.as_deref())?,
            types: slugs(self.types.as_deref()),
            only: slugs(self.only.as_deref()),
            except: slugs(self.except.as_deref()),
        })
    }

    fn into_site(self, default_language: String) -> Result<Site, ConfigError> {
        let site = Site {
            title: plain(self.title),
            description: plain(self.description),
            language: language_tag(self.language.unwrap_or(default_language))?,
            url: url("site-url", self.site_url.as_deref())?,
            base_url: folder_url("base-url", self.base_url.as_deref())?,
            hub: url("hub", self.hub.as_deref())?,
            index: self.index.unwrap_or(true),
            podcast: self.podcast.into_podcast()?,
            page: self.page.into_settings()?,
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
        Ok(site)
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

impl PageConfig {
    fn into_settings(self) -> Result<PageSettings, ConfigError> {
        let accent = self.accent.map(|text| {
            let reason = || format!("`{text}` is not a color such as #9a3412");
            Color::parse(&text).ok_or_else(|| invalid("page.accent", reason()))
        });
        if self.logo.as_deref().is_some_and(|logo| !is_picture(logo)) {
            let reason = "is not a picture in the output folder, such as logo.svg";
            return Err(invalid("page.logo", reason));
        }
        Ok(PageSettings {
            accent: accent.transpose()?,
            logo: self.logo,
            heading: plain(self.heading),
            intro: plain(self.intro),
        })
    }
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

/// The slugs of group names, so that every spelling of a name means the same group.
fn slugs(names: Option<&[String]>) -> Vec<FeedSlug> {
    let names = names.into_iter().flatten();
    names.filter_map(|name| FeedSlug::from_name(&text::plain(name))).collect()
}

/// Checks the syntax of a language tag (RFC 5646, section 2.1), not whether the language exists.
fn language_tag(tag: String) -> Result<String, ConfigError> {
    if !language::is_tag(&tag) {
        let reason = format!("`{tag}` is not a language tag such as `en` or `pt-BR`");
        return Err(invalid("language", reason));
    }
    Ok(tag)
}

/// Whether a path leads to a picture below a folder, and is the same as a part of an address.
fn is_picture(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(is_plain);
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    known_media_type(&extension, "image").is_some() && path.split('/').all(is_name)
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
