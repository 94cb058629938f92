//! The page that lists every feed, for people: the feeds with the newest articles first, and one
//! address to copy for each.
//!
//! It refers to no other host; without JavaScript only the search and the copying are missing. Style
//! and script are files of their own, which the pages of all feeds share: a page of a feed then changes
//! only with its feed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use askama::Template;

use super::{FeedList, ICON, LIST, ListedFeed, SCRIPT, STYLE};
use crate::article::GroupKey;
use crate::feed::Grouping;
use crate::format::Format;
use crate::types::date::Timestamp;

#[derive(Template)]
#[template(path = "page.html", config = "src/listing/askama.toml")]
pub(super) struct Page<'a> {
    list: &'a FeedList<'a>,
    /// All feeds, in the order in which readers are offered them.
    discovered: Vec<&'a ListedFeed<'a>>,
    sections: Vec<Section<'a>>,
    /// Feeds without new articles for a year.
    silent: Vec<&'a ListedFeed<'a>>,
    /// The number of feeds by the name of their group.
    names: BTreeMap<String, usize>,
}

/// The feeds of one grouping that have new articles.
struct Section<'a> {
    by: Grouping,
    anchor: String,
    heading: String,
    feeds: Vec<&'a ListedFeed<'a>>,
}

#[derive(Template)]
#[template(path = "card.html", config = "src/listing/askama.toml")]
struct Card<'a> {
    list: &'a FeedList<'a>,
    feed: &'a ListedFeed<'a>,
    /// The kind of the feed, if its name does not say enough.
    kind: Option<String>,
}

/// Names of readers, by the place where they run. They are no links, since addresses change hands.
const READERS: [&str; 5] = [
    "Feedly, Inoreader, NewsBlur, The Old Reader",
    "NetNewsWire, Reeder, Unread",
    "Feeder, Read You, FocusReader",
    "Thunderbird, Fluent Reader, RSS Guard, Akregator",
    "FreshRSS, Miniflux",
];

/// A feed is silent if its newest article is this much older than the newest of all.
const SILENT_SECONDS: i64 = 365 * 24 * 60 * 60;

impl<'a> Page<'a> {
    pub(super) fn new(list: &'a FeedList<'a>) -> Page<'a> {
        let mut feeds: Vec<&ListedFeed<'_>> =
            list.folders.iter().flat_map(|folder| &folder.feeds).collect();
        // Readers that are given the address of the page take the first feed.
        feeds.sort_by_key(|feed| (feed.outline.by != ALL, Reverse(feed.outline.newest)));
        let discovered = feeds.clone();
        let newest = feeds.iter().map(|feed| feed.outline.newest).max();
        // Not the clock: the same articles make the same page.
        let is_silent = |date: Timestamp| {
            newest
                .is_some_and(|newest| newest.unix_seconds() - date.unix_seconds() > SILENT_SECONDS)
        };
        let mut names = BTreeMap::new();
        for feed in &feeds {
            *names.entry(list.name(feed).to_lowercase()).or_default() += 1;
        }
        let (silent, lively): (Vec<_>, Vec<_>) =
            feeds.into_iter().partition(|feed| is_silent(feed.outline.newest));
        let mut sections: BTreeMap<(usize, Grouping), Vec<&ListedFeed<'_>>> = BTreeMap::new();
        for feed in lively {
            let by = feed.outline.by;
            sections.entry((place(by), by)).or_default().push(feed);
        }
        let section = |((_, by), feeds): ((usize, Grouping), _)| Section {
            by,
            anchor: by.name().replace('+', "-"),
            heading: list.words.kinds(by),
            feeds,
        };
        let sections = sections.into_iter().map(section).collect();
        Page { list, discovered, sections, silent, names }
    }

    /// Whether there is more than one place to go to.
    fn has_nav(&self) -> bool {
        let sections = self.sections.iter().filter(|section| section.by != ALL).count();
        sections + usize::from(!self.silent.is_empty()) > 1
    }

    fn card(&self, feed: &'a ListedFeed<'a>, is_silent: bool) -> Card<'a> {
        let name = self.list.name(feed).to_lowercase();
        let is_shared = self.names.get(&name).is_some_and(|&number| number > 1);
        let kind = || self.list.words.kind(feed.outline.by);
        Card { list: self.list, feed, kind: (is_shared || is_silent).then(kind) }
    }

    /// Names of readers with the place where they run.
    fn readers(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.list.words.reader_places().into_iter().zip(READERS)
    }
}

impl<'a> Card<'a> {
    /// The files of the feed and their formats.
    fn files(&self) -> impl Iterator<Item = (Format, &'a str)> {
        let files = self.feed.outline.files.iter().map(String::as_str);
        self.list.formats.iter().copied().zip(files)
    }

    /// The page of the feed, or the feed itself if feedmill did not write its page.
    fn page(&self) -> &'a str {
        let page = self.feed.outline.page.as_deref();
        page.unwrap_or_else(|| self.list.preferred_file(self.feed))
    }
}

const ALL: Grouping = Grouping::One(GroupKey::All);

/// The place of a kind on the page: what people look for first.
fn place(by: Grouping) -> usize {
    let order = [
        GroupKey::All,
        GroupKey::Topic,
        GroupKey::Category,
        GroupKey::Type,
        GroupKey::Author,
        GroupKey::Provider,
        GroupKey::Language,
    ];
    match by {
        Grouping::One(key) => order.iter().position(|&known| known == key).unwrap_or(order.len()),
        Grouping::Both(..) => order.len(),
    }
}
