//! Cards: what stays of an article while its feeds are not known yet.
//!
//! Of a million articles only those in a feed are read as a whole. A card is what deciding takes:
//! whether the article is in, in which groups, and at which place.

use std::borrow::Cow;

use uuid::Uuid;

use crate::article::{Article, Field, Head};
use crate::date::Timestamp;
use crate::name::{FeedName, FeedNames};
use crate::text;

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

    /// The feeds of one kind that the article is in, in the order written.
    pub fn feeds(&self, by: GroupBy) -> impl Iterator<Item = &FeedName> {
        let feeds = self.groups.iter().filter(move |(other, _)| *other == by);
        feeds.map(|(_, feed)| feed)
    }
}
