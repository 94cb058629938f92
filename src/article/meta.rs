//! Article meta: what decides in which feeds an article is, and all that is kept of most articles.

use uuid::Uuid;

use super::GroupKey;
use crate::types::{FeedSlug, FeedSlugs, Timestamp};

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
