//! The words of the pages in the language of the site. `words.yaml` has them all.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::article::GroupKey;
use crate::feed::Grouping;
use crate::front_matter::syntax::{self, Syntax};
use crate::types::{date::Timestamp, language};

/// The words of one language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Words {
    /// The tag of the language, for the attribute `lang`.
    #[serde(skip)]
    pub(super) language: String,
    follow: String,
    pub(super) follow_feeds: String,
    pub(super) intro: String,
    pub(super) what: String,
    pub(super) feed: String,
    readers_web: String,
    readers_apple: String,
    readers_android: String,
    readers_desktop: String,
    readers_server: String,
    pub(super) search: String,
    pub(super) found: String,
    pub(super) none: String,
    pub(super) import: String,
    pub(super) import_hint: String,
    pub(super) copy_list: String,
    pub(super) copy: String,
    pub(super) copied: String,
    pub(super) not_copied: String,
    articles: Numbered,
    pub(super) quiet_feeds: String,
    pub(super) quiet_hint: String,
    pub(super) feeds: String,
    pub(super) all_feeds: String,
    pub(super) all_articles: String,
    pub(super) follow_feed: String,
    pub(super) website: String,
    pub(super) browser: String,
    browser_page: String,
    browser_pages: String,
    all: Numbered,
    author: Numbered,
    #[serde(rename = "language")]
    language_kind: Numbered,
    topic: Numbered,
    provider: Numbered,
    section: Numbered,
    category: Numbered,
    r#type: Numbered,
    by: String,
    date: String,
    months: [String; 12],
}

/// A text for one thing and for several. A language with more forms needs more keys here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbered {
    one: String,
    other: String,
}

/// The words of every language.
const WORDS: &str = include_str!("words.yaml");

/// The language of the words if those of the site have no translation.
const FALLBACK: &str = "en";

impl Words {
    /// The words of the nearest language that has a translation: `de-AT`, `de`, else English.
    pub(super) fn of(language: &str) -> Words {
        let tag = language.to_ascii_lowercase();
        // A test reads the words of every language.
        language::lookup(&tag).chain([FALLBACK]).find_map(Words::read).unwrap_or_default()
    }

    /// Reads the words of one language. Reading all of them would take several times as long.
    fn read(tag: &str) -> Option<Words> {
        let start = WORDS.find(&format!("\n{tag}:\n"))?;
        let block = WORDS.get(start..)?;
        let block = block.split_once("\n\n").map_or(block, |(block, _)| block);
        let words = syntax::read::<BTreeMap<String, Words>>(Syntax::Yaml, block).ok()??;
        let (language, words) = words.into_iter().next()?;
        Some(Words { language, ..words })
    }

    /// What stands before and after the name of a site in a heading: `Follow River News`.
    pub(super) fn follow(&self) -> (&str, &str) {
        self.follow.split_once("{site}").unwrap_or((&self.follow, ""))
    }

    /// Where readers run.
    pub(super) fn reader_places(&self) -> [&str; 5] {
        [
            &self.readers_web,
            &self.readers_apple,
            &self.readers_android,
            &self.readers_desktop,
            &self.readers_server,
        ]
    }

    /// `1 article`.
    pub(super) fn articles(&self, count: usize) -> String {
        self.articles.of(count)
    }

    /// What stands before and after an address in a feed in a browser: that of its page, or that of
    /// the page of all feeds.
    pub(super) fn browser_page(&self, of_feed: bool) -> (&str, &str) {
        let text = if of_feed { &self.browser_page } else { &self.browser_pages };
        text.split_once("{address}").unwrap_or((text, ""))
    }

    /// What articles are grouped by; `None` for a key that the configuration declares.
    fn key(&self, key: GroupKey) -> Option<&Numbered> {
        Some(match key {
            GroupKey::All => &self.all,
            GroupKey::Author => &self.author,
            GroupKey::Category => &self.category,
            GroupKey::Declared(_) => return None,
            GroupKey::Language => &self.language_kind,
            GroupKey::Provider => &self.provider,
            GroupKey::Section => &self.section,
            GroupKey::Topic => &self.topic,
            GroupKey::Type => &self.r#type,
        })
    }

    fn one(&self, key: GroupKey) -> &str {
        self.key(key).map_or(key.name(), |words| &words.one)
    }

    fn other(&self, key: GroupKey) -> &str {
        self.key(key).map_or(key.name(), |words| &words.other)
    }

    /// What a feed is about: `topic`.
    pub(super) fn kind(&self, by: Grouping) -> String {
        by.keys().map(|key| self.one(key)).collect::<Vec<_>>().join(" · ")
    }

    /// The heading of feeds: `Topics by provider`.
    pub(super) fn kinds(&self, by: Grouping) -> String {
        match by {
            Grouping::One(key) => self.other(key).to_owned(),
            Grouping::Both(first, second) => {
                let kinds = self.by.replace("{kinds}", self.other(first));
                kinds.replace("{kind}", self.one(second))
            }
        }
    }

    /// The day of a date: `6 Nov 2021`.
    pub(super) fn date(&self, date: Timestamp) -> String {
        let date = date.date();
        let mut parts = date.rsplitn(3, '-');
        let mut part = || parts.next().unwrap_or_default();
        let (day, month, year) = (part(), part(), part());
        let month =
            month.parse().ok().and_then(|month: usize| self.months.get(month.checked_sub(1)?));
        let month = month.map_or("", String::as_str);
        let text = self.date.replace("{day}", day.trim_start_matches('0'));
        text.replace("{month}", month).replace("{year}", year)
    }
}

impl Numbered {
    fn of(&self, count: usize) -> String {
        let text = if count == 1 { &self.one } else { &self.other };
        text.replace("{count}", &count.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_language_has_every_word() {
        let all: BTreeMap<String, Words> = syntax::read(Syntax::Yaml, WORDS).unwrap().unwrap();
        let values: serde_json::Value = syntax::read(Syntax::Yaml, WORDS).unwrap().unwrap();
        assert!(all.len() >= 4);
        for tag in all.keys() {
            let words = Words::read(tag).unwrap_or_else(|| panic!("{tag}: has a blank line"));
            assert_eq!(&words.language, tag);
            for (key, text) in values[tag].as_object().unwrap() {
                let (text, english) = (text.to_string(), values[FALLBACK][key].to_string());
                assert!(!text.contains("\"\""), "{tag}: {key} is empty");
                assert_eq!(placeholders(&text), placeholders(&english), "{tag}: {key}");
            }
        }
    }

    /// The names in braces; mappings are in braces, too.
    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0))
            .filter(|name| !name.contains('"'))
            .collect()
    }

    #[test]
    fn the_nearest_language_is_taken() {
        for (site, words) in [
            ("de", "de"),
            ("de-AT", "de"),
            ("DE-ch-1996", "de"),
            ("zh-Hans-CN", "zh"),
            ("fr", "en"),
        ] {
            assert_eq!(Words::of(site).language, words, "{site}");
        }
    }

    #[test]
    fn dates_and_kinds_are_written_as_people_do() {
        let date = Timestamp::parse("2021-03-06").unwrap();
        let both = Grouping::Both(GroupKey::Topic, GroupKey::Provider);
        for (language, day, kinds, articles) in [
            ("en", "6 Mar 2021", "Topics by provider", "1 article"),
            ("de", "6. März 2021", "Themen nach Anbieter", "1 Artikel"),
            ("es", "6 mar 2021", "Temas por proveedor", "1 artículo"),
            ("zh", "2021年3月6日", "主题（按来源）", "1 篇文章"),
        ] {
            let words = Words::of(language);
            assert_eq!(words.date(date), day);
            assert_eq!(words.kinds(both), kinds);
            assert_eq!(words.articles(1), articles);
        }
    }
}
