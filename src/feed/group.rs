//! Groups articles by what they have in common, and keeps the newest of each group.
//!
//! A group never holds more articles than its feed will have entries, so the number of groups limits
//! the memory. The groups do not depend on the order in which files are inserted and merged.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::article::{Article, ArticleMeta, GroupKey};
use crate::types::{date::Timestamp, slug::FeedSlug, slug::FeedSlugs, text};

/// What the articles of a feed have in common: one key, or two at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grouping {
    /// One key.
    One(GroupKey),
    /// Two keys, neither of which is [`GroupKey::All`].
    Both(GroupKey, GroupKey),
}

impl Grouping {
    /// The name in settings: `topic` or `topic+provider`.
    pub fn name(self) -> String {
        self.keys().map(GroupKey::name).collect::<Vec<_>>().join("+")
    }

    /// Whether the articles of a feed have this key in common.
    pub fn has(self, key: GroupKey) -> bool {
        self.keys().any(|own| own == key)
    }

    /// The one or two keys.
    pub fn keys(self) -> impl Iterator<Item = GroupKey> {
        let (first, second) = match self {
            Grouping::One(key) => (key, None),
            Grouping::Both(first, second) => (first, Some(second)),
        };
        std::iter::once(first).chain(second)
    }

    /// The name of a group as an article writes it, in plain text; `None` if the article is not in
    /// the group.
    pub fn group_name(self, article: &Article, slug: &FeedSlug) -> Option<String> {
        let mut slugs = FeedSlugs::default();
        let mut groups = |key| groups(key, article, &mut slugs);
        let groups = match self {
            Grouping::One(key) => groups(key),
            Grouping::Both(first, second) => {
                let (first, second) = (groups(first), groups(second));
                let pairs = first.iter().flat_map(|a| second.iter().map(move |b| (a, b)));
                let combined = pairs.map(|(first, second)| Group {
                    slug: FeedSlug::combined(&first.slug, &second.slug),
                    name: format!("{} · {}", first.name, second.name),
                });
                combined.collect()
            }
        };
        groups.into_iter().find(|group| group.slug == *slug).map(|group| group.name)
    }

    /// Calls `visit` with each feed that contains an article, in the order of the article.
    pub fn for_each_feed(self, meta: &ArticleMeta, mut visit: impl FnMut(&FeedSlug)) {
        // A language is never mixed with others without being named.
        if meta.is_translation && !self.has(GroupKey::Language) {
            return;
        }
        match self {
            Grouping::One(GroupKey::All) => visit(&FeedSlug::all()),
            Grouping::One(key) => meta.feeds(key).for_each(visit),
            Grouping::Both(first, second) => {
                for first in meta.feeds(first) {
                    for second in meta.feeds(second) {
                        visit(&FeedSlug::combined(first, second));
                    }
                }
            }
        }
    }

    /// Whether an article belongs to a feed.
    pub fn has_in(self, meta: &ArticleMeta, feed: &FeedSlug) -> bool {
        let mut is_in = false;
        self.for_each_feed(meta, |slug| is_in |= slug == feed);
        is_in
    }
}

/// A group that an article belongs to.
pub(crate) struct Group {
    /// The slug of its feed.
    pub(crate) slug: FeedSlug,
    /// Its name as the article writes it, in plain text; empty for [`GroupKey::All`].
    pub(crate) name: String,
}

/// The groups of an article by one key, in the order of the article.
pub(crate) fn groups(key: GroupKey, article: &Article, slugs: &mut FeedSlugs) -> Vec<Group> {
    if key == GroupKey::All {
        return vec![Group { slug: FeedSlug::all(), name: String::new() }];
    }
    let group = |name: &String| Some(Group { slug: slugs.get(name)?, name: text::plain(name) });
    article.group_names(key).iter().filter_map(group).collect()
}

/// One set of feeds: how to group the articles, and what its feeds look like.
#[derive(Clone, Debug)]
pub struct FeedSet {
    /// What the articles of a feed have in common.
    pub by: Grouping,
    /// The folder of its feeds, relative to the output folder; empty for the output folder itself.
    pub path: String,
    /// The title of its feeds, with the placeholders `{name}` and `{site}`.
    pub title: Option<String>,
    /// The maximum number of entries of a feed; the newest ones stay. `None` for no limit.
    pub limit: Option<usize>,
    /// The maximum number of entries of one provider in a feed; the newest ones stay. `None` for no
    /// limit.
    pub max_per_provider: Option<usize>,
}

impl FeedSet {
    /// Feeds of the 50 newest articles, in the folder `topic` for topics and `topic-provider` for
    /// topics by provider. A feed of all articles is in the output folder itself.
    pub fn new(by: Grouping) -> FeedSet {
        let path = match by {
            Grouping::One(GroupKey::All) => String::new(),
            by => by.name().replace('+', "-"),
        };
        FeedSet { by, path, title: None, limit: Some(50), max_per_provider: None }
    }

    /// The keys that grouping the articles depends on.
    pub(crate) fn group_keys(&self) -> impl Iterator<Item = GroupKey> {
        self.by.keys().chain(self.max_per_provider.map(|_| GroupKey::Provider))
    }

    /// The most articles of a group.
    pub(crate) fn limits(&self) -> Limits {
        Limits { all: self.limit, provider: self.max_per_provider }
    }

    /// The provider of an article, if the feeds limit it.
    pub(crate) fn limited_provider<'m>(&self, meta: &'m ArticleMeta) -> Option<&'m FeedSlug> {
        self.max_per_provider.and_then(|_| meta.feeds(GroupKey::Provider).next())
    }

    /// The file of a feed without its extension, relative to the output folder: `topic/ai`.
    pub(crate) fn location(&self, feed: &FeedSlug) -> String {
        match self.path.trim_matches('/') {
            "" => feed.to_string(),
            folder => format!("{folder}/{feed}"),
        }
    }
}

/// All groups of one feed set.
#[derive(Debug)]
pub struct Groups {
    feed_set: FeedSet,
    by_slug: BTreeMap<FeedSlug, Members>,
    /// The provider of each member by its file, if the feed set limits providers.
    providers: BTreeMap<usize, FeedSlug>,
    /// The number of articles without a group.
    pub ungrouped: usize,
}

/// The articles of a group. They do not depend on the order in which articles come.
///
/// While articles come in, those of a provider with a limit are kept apart, and an id counts there
/// though another provider may have a newer copy.
#[derive(Debug, Default)]
pub(crate) struct Members {
    all: Newest,
    by_provider: BTreeMap<FeedSlug, Newest>,
}

/// The most articles of a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    all: Option<usize>,
    provider: Option<usize>,
}

/// The newest articles, each id once.
#[derive(Debug, Default)]
struct Newest {
    ranks: BTreeSet<Rank>,
    by_id: HashMap<Reverse<Uuid>, Rank>,
}

/// What the order of articles depends on: the newest first, then the greatest id, then the first
/// file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// When the article was published.
    pub published: Reverse<Timestamp>,
    /// The id of the article.
    pub id: Reverse<Uuid>,
    /// The index of its file among all files, sorted by path.
    pub file: usize,
}

impl Limits {
    /// The most articles of one provider.
    fn of_provider(self) -> Option<usize> {
        self.provider.into_iter().chain(self.all).min()
    }
}

impl Rank {
    /// The rank of the article in the file with this index.
    pub fn new(meta: &ArticleMeta, file: usize) -> Rank {
        Rank { published: Reverse(meta.published), id: Reverse(meta.id), file }
    }
}

impl Groups {
    /// No groups yet.
    pub fn new(feed_set: FeedSet) -> Groups {
        Groups { feed_set, by_slug: BTreeMap::new(), providers: BTreeMap::new(), ungrouped: 0 }
    }

    /// The feed set of these groups.
    pub fn feed_set(&self) -> &FeedSet {
        &self.feed_set
    }

    /// Inserts an article into each of its groups where it is new enough, and returns whether there
    /// is such a group. A newer article may remove it later.
    pub fn insert(&mut self, rank: Rank, meta: &ArticleMeta) -> bool {
        self.insert_after(None, rank, meta)
    }

    /// Inserts an article as [`Groups::insert`] does, unless it would have no chance among groups that will
    /// be merged with these.
    pub(crate) fn insert_after(
        &mut self,
        before: Option<&Groups>,
        rank: Rank,
        meta: &ArticleMeta,
    ) -> bool {
        let limits = self.feed_set.limits();
        let provider = self.feed_set.limited_provider(meta);
        // A translation belongs to other feed sets.
        let mut is_grouped = meta.is_translation && !self.feed_set.by.has(GroupKey::Language);
        let mut is_member = false;
        self.feed_set.by.for_each_feed(meta, |slug| {
            is_grouped = true;
            let before = before.and_then(|before| before.by_slug.get(slug));
            if before.is_some_and(|before| !before.takes(rank, provider, limits)) {
                return;
            }
            // Most groups exist already, and their slug need not be cloned.
            let members = match self.by_slug.get_mut(slug) {
                Some(members) => members,
                None => self.by_slug.entry(slug.clone()).or_default(),
            };
            is_member |= members.insert(rank, provider, limits);
        });
        if !is_grouped {
            self.ungrouped += 1;
        }
        is_member
    }

    /// Adds the groups of other files.
    #[must_use]
    pub fn merge(mut self, other: Groups) -> Groups {
        self.ungrouped += other.ungrouped;
        let limits = self.feed_set.limits();
        for (slug, added) in other.by_slug {
            let members = self.by_slug.entry(slug).or_default();
            for (provider, rank) in added.iter() {
                members.insert(rank, provider, limits);
            }
        }
        self
    }

    /// Forgets all groups, but not how many articles had none.
    pub(crate) fn clear(&mut self) {
        self.by_slug.clear();
    }

    /// Puts the articles of all providers together, after all articles have been inserted.
    #[must_use]
    pub fn complete(mut self) -> Groups {
        let limits = self.feed_set.limits();
        if limits.provider.is_some() {
            for members in self.by_slug.values_mut() {
                let by_provider = members.by_provider.iter();
                self.providers.extend(by_provider.flat_map(|(provider, newest)| {
                    newest.ranks.iter().map(|rank| (rank.file, provider.clone()))
                }));
                members.complete(limits);
            }
        }
        self
    }

    /// The articles of each group that any of its feeds may need once other articles have come, with
    /// the providers that have a limit.
    pub(crate) fn partial(
        &self,
    ) -> impl Iterator<Item = (&FeedSlug, impl Iterator<Item = (Option<&FeedSlug>, Rank)>)> {
        self.by_slug.iter().map(|(slug, members)| (slug, members.iter()))
    }

    /// The provider of a member, if the feed set limits providers.
    pub fn provider(&self, file: usize) -> Option<&FeedSlug> {
        self.providers.get(&file)
    }

    /// The groups in the order of their slugs, with the ranks of their articles, newest first.
    pub fn sorted(&self) -> impl Iterator<Item = (&FeedSlug, &BTreeSet<Rank>)> {
        self.by_slug.iter().map(|(slug, members)| (slug, &members.all.ranks))
    }
}

impl Members {
    /// Inserts an article of a provider, which is `None` if it has no limit. Returns whether it may
    /// stay.
    pub(crate) fn insert(
        &mut self,
        rank: Rank,
        provider: Option<&FeedSlug>,
        limits: Limits,
    ) -> bool {
        let Some(provider) = provider else { return self.all.insert(rank, limits.all) };
        let newest = match self.by_provider.get_mut(provider) {
            Some(newest) => newest,
            None => self.by_provider.entry(provider.clone()).or_default(),
        };
        newest.insert(rank, limits.of_provider())
    }

    /// Whether an article of a provider may stay if it is inserted.
    fn takes(&self, rank: Rank, provider: Option<&FeedSlug>, limits: Limits) -> bool {
        let Some(provider) = provider else { return self.all.takes(rank, limits.all) };
        let newest = self.by_provider.get(provider);
        newest.is_none_or(|newest| newest.takes(rank, limits.of_provider()))
    }

    /// Puts the articles of all providers together. Returns the members, newest first.
    pub(crate) fn complete(&mut self, limits: Limits) -> &BTreeSet<Rank> {
        for newest in std::mem::take(&mut self.by_provider).into_values() {
            for rank in newest.ranks {
                self.all.insert(rank, limits.all);
            }
        }
        &self.all.ranks
    }

    fn iter(&self) -> impl Iterator<Item = (Option<&FeedSlug>, Rank)> {
        let others = self.by_provider.iter().flat_map(|(provider, newest)| {
            newest.ranks.iter().map(move |&rank| (Some(provider), rank))
        });
        self.all.ranks.iter().map(|&rank| (None, rank)).chain(others)
    }
}

impl Newest {
    fn is_full(&self, limit: Option<usize>) -> bool {
        limit.is_some_and(|limit| self.ranks.len() >= limit)
    }

    /// Whether fewer than `limit` members and none with the same id come before an article.
    fn takes(&self, rank: Rank, limit: Option<usize>) -> bool {
        let is_late = self.is_full(limit) && self.ranks.last().is_none_or(|&last| last < rank);
        !is_late && self.by_id.get(&rank.id).is_none_or(|&duplicate| rank < duplicate)
    }

    /// Inserts an article, unless `limit` members or one with the same id come first.
    fn insert(&mut self, rank: Rank, limit: Option<usize>) -> bool {
        if !self.takes(rank, limit) {
            return false;
        }
        if let Some(duplicate) = self.by_id.get(&rank.id) {
            self.ranks.remove(duplicate);
        } else if self.is_full(limit)
            && let Some(last) = self.ranks.pop_last()
        {
            self.by_id.remove(&last.id);
        }
        self.ranks.insert(rank);
        self.by_id.insert(rank.id, rank);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_group_keys_are_listed() {
        // unknown variant `?`, expected one of `All`, ...
        let error = serde_json::from_str::<GroupKey>("\"?\"").unwrap_err().to_string();
        // The declared keys are one variant.
        assert_eq!(error.matches('`').count() / 2, 2 + GroupKey::ALL.len(), "{error}");
    }
}
