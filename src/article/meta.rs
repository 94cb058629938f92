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
    /// Whether it is in another language than the main one of its site.
    pub is_translation: bool,
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

/// The names of the groups of an article by the keys that only some runs ask for.
pub(super) type OptionalGroups<S> = Vec<(GroupKey, Vec<S>)>;

/// The names of one of these keys.
pub(super) fn optional_names<S>(groups: &OptionalGroups<S>, key: GroupKey) -> &[S] {
    groups.iter().find(|(own, _)| *own == key).map_or(&[], |(_, names)| names.as_slice())
}

/// The feeds of the groups with these names.
pub(super) fn groups<'n, S: AsRef<str> + 'n>(
    names: impl Fn(GroupKey) -> &'n [S],
    optional: &'n OptionalGroups<S>,
    slugs: &mut FeedSlugs,
) -> Vec<(GroupKey, FeedSlug)> {
    let optional = optional.iter().map(|(key, names)| (*key, names.as_slice()));
    let all = USUAL.map(|key| (key, names(key)));
    let mut groups = Vec::with_capacity(all.iter().map(|(_, names)| names.len()).sum());
    for (key, names) in all.into_iter().chain(optional) {
        let feeds = names.iter().filter_map(|name| slugs.get(name.as_ref()));
        groups.extend(feeds.map(|feed| (key, feed)));
    }
    groups
}

/// The keys of groups that are always known.
const USUAL: [GroupKey; 4] =
    [GroupKey::Category, GroupKey::Provider, GroupKey::Topic, GroupKey::Type];
