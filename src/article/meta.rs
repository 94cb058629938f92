//! Cards: what stays of an article while its feeds are not known yet.
//!
//! Of a million articles only those in a feed are read as a whole. A card is what deciding takes:
//! whether the article is in, in which groups, and at which place.

use std::borrow::Cow;

use uuid::Uuid;

use crate::article::{Article, Head};
use crate::front_matter::Field;
use crate::types::date::Timestamp;
use crate::types::slug::{FeedName, FeedNames};
use crate::types::text;

/// What the articles of one feed have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupBy {
    /// Nothing: one feed of all articles.
    All,
    /// `category`.
    Category,
    /// `provider.name`.
    Provider,
    /// `topics`: an article is in the feed of each of its topics.
    Topic,
    /// `type`.
    Type,
}

impl GroupBy {
    /// Every variant, in the order of their names.
    pub const ALL: [GroupBy; 5] =
        [GroupBy::All, GroupBy::Category, GroupBy::Provider, GroupBy::Topic, GroupBy::Type];

    /// The name in settings and in file names.
    pub fn name(self) -> &'static str {
        match self {
            GroupBy::All => "all",
            GroupBy::Category => "category",
            GroupBy::Provider => "provider",
            GroupBy::Topic => "topic",
            GroupBy::Type => "type",
        }
    }

    /// The field of an article that names its groups.
    pub(crate) fn field(self) -> Option<Field> {
        match self {
            GroupBy::All => None,
            GroupBy::Category => Some(Field::Category),
            GroupBy::Provider => Some(Field::Provider),
            GroupBy::Topic => Some(Field::Topics),
            GroupBy::Type => Some(Field::Type),
        }
    }

    /// The groups that an article is in, in the order written: the name of the feed, and the name
    /// of the group as this article writes it.
    pub fn groups(self, article: &Article, names: &mut FeedNames) -> Vec<(FeedName, String)> {
        if self == GroupBy::All {
            return vec![(FeedName::all(), String::new())];
        }
        let head = article.head();
        let written = self.written(&head).iter();
        written.filter_map(|name| Some((names.of(name)?, text::plain(name)))).collect()
    }

    /// The names of the groups as the article has them.
    fn written<'h, 'a>(self, head: &'h Head<'a>) -> &'h [Cow<'a, str>] {
        match self {
            GroupBy::All => &[],
            GroupBy::Category => &head.categories,
            GroupBy::Provider => std::slice::from_ref(&head.provider),
            GroupBy::Topic => &head.topics,
            GroupBy::Type => head.kind.as_slice(),
        }
    }
}

/// What the articles of each feed of a kind have in common: one thing, or two at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// One thing.
    One(GroupBy),
    /// Two things, neither of which is [`GroupBy::All`].
    Both(GroupBy, GroupBy),
}

impl By {
    /// The name in settings: `topic` or `topic+provider`.
    pub fn name(self) -> String {
        match self {
            By::One(by) => by.name().to_owned(),
            By::Both(first, second) => format!("{}+{}", first.name(), second.name()),
        }
    }

    /// Whether the articles of a feed have this in common.
    pub fn has(self, wanted: GroupBy) -> bool {
        match self {
            By::One(by) => by == wanted,
            By::Both(first, second) => first == wanted || second == wanted,
        }
    }

    /// Each thing that they have in common.
    pub fn each(self) -> impl Iterator<Item = GroupBy> {
        let (first, second) = match self {
            By::One(by) => (by, None),
            By::Both(first, second) => (first, Some(second)),
        };
        std::iter::once(first).chain(second)
    }

    /// The groups that an article is in, in the order written: the name of the feed, and the name
    /// of the group as this article writes it.
    pub fn groups(self, article: &Article, names: &mut FeedNames) -> Vec<(FeedName, String)> {
        let (first, second) = match self {
            By::One(by) => return by.groups(article, names),
            By::Both(first, second) => (first, second),
        };
        let second = second.groups(article, names);
        let mut groups = Vec::new();
        for (feed, name) in first.groups(article, names) {
            let both = second
                .iter()
                .map(|(other, also)| (FeedName::crossed(&feed, other), format!("{name} · {also}")));
            groups.extend(both);
        }
        groups
    }
}

/// What deciding about an article takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The identity of the article.
    pub id: Uuid,
    /// When it was published.
    pub published: Timestamp,
    /// Its `quality`.
    pub quality: Option<i64>,
    /// The feeds of the groups that it is in, but for [`GroupBy::All`]; those of one kind in the
    /// order written.
    pub groups: Vec<(GroupBy, FeedName)>,
}

impl Card {
    /// The card of an article.
    pub fn of(head: &Head<'_>, names: &mut FeedNames) -> Card {
        let mut groups = Vec::with_capacity(head.topics.len() + head.categories.len() + 2);
        for by in GroupBy::ALL {
            let feeds = by.written(head).iter().filter_map(|name| names.of(name));
            groups.extend(feeds.map(|feed| (by, feed)));
        }
        Card { id: head.id, published: head.published, quality: head.quality, groups }
    }

    /// Hands over each feed of a kind that the article is in, in the order written.
    pub fn each_feed(&self, by: By, mut hand_over: impl FnMut(&FeedName)) {
        match by {
            By::One(GroupBy::All) => hand_over(&FeedName::all()),
            By::One(by) => self.feeds(by).for_each(hand_over),
            By::Both(first, second) => {
                for first in self.feeds(first) {
                    for second in self.feeds(second) {
                        hand_over(&FeedName::crossed(first, second));
                    }
                }
            }
        }
    }

    /// Whether the article is in a feed of a kind.
    pub fn is_in(&self, by: By, feed: &FeedName) -> bool {
        let mut is_in = false;
        self.each_feed(by, |other| is_in |= other == feed);
        is_in
    }

    /// The feeds of one kind that the article is in, in the order written.
    pub fn feeds(&self, by: GroupBy) -> impl Iterator<Item = &FeedName> {
        let feeds = self.groups.iter().filter(move |(other, _)| *other == by);
        feeds.map(|(_, feed)| feed)
    }
}
