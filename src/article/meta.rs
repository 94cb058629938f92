//! Article meta: what decides in which feeds an article is, and all that is kept of most articles.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::front_matter::Field;
use crate::types::date::Timestamp;
use crate::types::slug::{FeedSlug, FeedSlugs};

/// What the articles of one feed have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GroupKey {
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

impl GroupKey {
    /// Every variant, in the order of their names.
    pub const ALL: [GroupKey; 5] =
        [GroupKey::All, GroupKey::Category, GroupKey::Provider, GroupKey::Topic, GroupKey::Type];

    /// The name in settings and in file names.
    pub fn name(self) -> &'static str {
        match self {
            GroupKey::All => "all",
            GroupKey::Category => "category",
            GroupKey::Provider => "provider",
            GroupKey::Topic => "topic",
            GroupKey::Type => "type",
        }
    }

    /// The field of an article that names its groups.
    pub(crate) fn field(self) -> Option<Field> {
        match self {
            GroupKey::All => None,
            GroupKey::Category => Some(Field::Category),
            GroupKey::Provider => Some(Field::Provider),
            GroupKey::Topic => Some(Field::Topics),
            GroupKey::Type => Some(Field::Type),
        }
    }
}

/// What decides in which feeds an article is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleMeta {
    /// The identity of the article.
    pub id: Uuid,
    /// When it was published.
    pub published: Timestamp,
    /// Its `quality`.
    pub quality: Option<i64>,
    /// The feeds of the groups that it is in, but for [`GroupKey::All`]; those of one key in the
    /// order written.
    pub groups: Vec<(GroupKey, FeedSlug)>,
}

impl ArticleMeta {
    /// The feeds of one key that the article is in, in the order written.
    pub fn feeds(&self, key: GroupKey) -> impl Iterator<Item = &FeedSlug> {
        let feeds = self.groups.iter().filter(move |(other, _)| *other == key);
        feeds.map(|(_, feed)| feed)
    }
}

/// The feeds of the groups with these names.
pub(super) fn groups<'n, S: AsRef<str> + 'n>(
    names: impl Fn(GroupKey) -> &'n [S],
    slugs: &mut FeedSlugs,
) -> Vec<(GroupKey, FeedSlug)> {
    let mut groups = Vec::with_capacity(GroupKey::ALL.iter().map(|&key| names(key).len()).sum());
    for key in GroupKey::ALL {
        let feeds = names(key).iter().filter_map(|name| slugs.get(name.as_ref()));
        groups.extend(feeds.map(|feed| (key, feed)));
    }
    groups
}
