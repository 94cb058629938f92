//! Groups: articles by what they have in common, the newest of each group, one of each identity.
//!
//! A group never holds more articles than its feed will have entries, so memory is bounded by the
//! number of groups. Insertion and merging give the same groups in whatever order files arrive.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::article::{Article, ArticleMeta, GroupKey};
use crate::types::date::Timestamp;
use crate::types::slug::{FeedSlug, FeedSlugs};
use crate::types::text;

/// What the articles of each feed of a kind have in common: one thing, or two at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grouping {
    /// One thing.
    One(GroupKey),
    /// Two things, neither of which is [`GroupKey::All`].
    Both(GroupKey, GroupKey),
}

impl Grouping {
    /// The name in settings: `topic` or `topic+provider`.
    pub fn name(self) -> String {
        match self {
            Grouping::One(by) => by.name().to_owned(),
            Grouping::Both(first, second) => format!("{}+{}", first.name(), second.name()),
        }
    }

    /// Whether the articles of a feed have this in common.
    pub fn has(self, wanted: GroupKey) -> bool {
        match self {
            Grouping::One(by) => by == wanted,
            Grouping::Both(first, second) => first == wanted || second == wanted,
        }
    }

    /// Each thing that they have in common.
    pub fn each(self) -> impl Iterator<Item = GroupKey> {
        let (first, second) = match self {
            Grouping::One(by) => (by, None),
            Grouping::Both(first, second) => (first, Some(second)),
        };
        std::iter::once(first).chain(second)
    }

    /// The groups that an article is in, in the order written: the name of the feed, and the name
    /// of the group as this article writes it.
    pub fn groups(self, article: &Article, names: &mut FeedSlugs) -> Vec<(FeedSlug, String)> {
        let (first, second) = match self {
            Grouping::One(key) => return groups_of(key, article, names),
            Grouping::Both(first, second) => (first, second),
        };
        let second = groups_of(second, article, names);
        let mut groups = Vec::new();
        for (feed, name) in groups_of(first, article, names) {
            let both = second
                .iter()
                .map(|(other, also)| (FeedSlug::crossed(&feed, other), format!("{name} · {also}")));
            groups.extend(both);
        }
        groups
    }

    /// Calls `visit` with each feed that an article is in, in the order written.
    pub fn each_feed(self, meta: &ArticleMeta, mut visit: impl FnMut(&FeedSlug)) {
        match self {
            Grouping::One(GroupKey::All) => visit(&FeedSlug::all()),
            Grouping::One(key) => meta.feeds(key).for_each(visit),
            Grouping::Both(first, second) => {
                for first in meta.feeds(first) {
                    for second in meta.feeds(second) {
                        visit(&FeedSlug::crossed(first, second));
                    }
                }
            }
        }
    }

    /// Whether an article is in a feed.
    pub fn has_in(self, meta: &ArticleMeta, feed: &FeedSlug) -> bool {
        let mut is_in = false;
        self.each_feed(meta, |other| is_in |= other == feed);
        is_in
    }
}

/// The groups of one key that an article is in, in the order written: the feed, and the name of the
/// group as this article writes it.
pub(crate) fn groups_of(
    key: GroupKey,
    article: &Article,
    slugs: &mut FeedSlugs,
) -> Vec<(FeedSlug, String)> {
    if key == GroupKey::All {
        return vec![(FeedSlug::all(), String::new())];
    }
    let written = article.group_names(key).iter();
    written.filter_map(|name| Some((slugs.of(name)?, text::plain(name)))).collect()
}

/// A kind of feed: what its articles have in common, and how its feeds look.
#[derive(Clone, Debug)]
pub struct FeedSet {
    /// What the articles of a feed have in common.
    pub by: Grouping,
    /// The folder of its feeds, relative to the output; empty means the output itself.
    pub path: String,
    /// The title of its feeds, with `{name}` and `{site}` to be filled in.
    pub title: Option<String>,
    /// The most entries of a feed; the newest ones stay. `None` means all.
    pub limit: Option<usize>,
    /// The most entries of one provider in a feed; the newest ones stay. `None` means all.
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

    /// What articles have in common that grouping them asks for.
    pub(crate) fn groupings(&self) -> impl Iterator<Item = GroupKey> {
        let provider = self.max_per_provider.map(|_| GroupKey::Provider);
        self.by.each().chain(provider)
    }

    /// The file of a feed without its extension, relative to the output folder: `topic/ai`.
    pub(crate) fn location(&self, name: &FeedSlug) -> String {
        match self.path.trim_matches('/') {
            "" => name.to_string(),
            folder => format!("{folder}/{name}"),
        }
    }
}

/// All groups of one kind.
#[derive(Debug)]
pub struct Groups {
    kind: FeedSet,
    by_name: BTreeMap<FeedSlug, Group>,
    /// The provider of each article by its place, if that matters.
    providers: BTreeMap<usize, FeedSlug>,
    /// Articles that are in no group of this kind.
    pub ungrouped: usize,
}

#[derive(Debug, Default)]
struct Group {
    members: BTreeSet<Rank>,
    ranks: HashMap<Uuid, Rank>,
}

/// The place of an article among others: newest first; of those of the same instant the greater
/// identity; of those of the same identity the first file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// When the article was published.
    pub published: Timestamp,
    /// The identity of the article.
    pub id: Uuid,
    /// The place of its file among all files, sorted by path.
    pub place: usize,
}

impl Rank {
    /// The rank of the article in the file at `place`.
    pub fn new(meta: &ArticleMeta, place: usize) -> Rank {
        Rank { published: meta.published, id: meta.id, place }
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let newest_first = (other.published, other.id).cmp(&(self.published, self.id));
        newest_first.then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Groups {
    /// No groups yet.
    pub fn new(kind: FeedSet) -> Groups {
        Groups { kind, by_name: BTreeMap::new(), providers: BTreeMap::new(), ungrouped: 0 }
    }

    /// The kind of these groups.
    pub fn kind(&self) -> &FeedSet {
        &self.kind
    }

    /// Puts an article into each of its groups that it is new enough for. Whether there is one,
    /// as far as is known yet.
    pub fn insert(&mut self, rank: Rank, meta: &ArticleMeta) -> bool {
        let bound = self.bound();
        let (mut is_grouped, mut is_member) = (false, false);
        self.kind.by.each_feed(meta, |feed| {
            is_grouped = true;
            if let Some(group) = self.by_name.get_mut(feed) {
                is_member |= group.insert(rank, bound);
            } else {
                let mut group = Group::default();
                is_member |= group.insert(rank, bound);
                self.by_name.insert(feed.clone(), group);
            }
        });
        if !is_grouped {
            self.ungrouped += 1;
        } else if self.kind.max_per_provider.is_some()
            && let Some(provider) = meta.feeds(GroupKey::Provider).next()
        {
            self.providers.insert(rank.place, provider.clone());
        }
        is_member
    }

    /// The most members of a group while not all articles are known. One that is over the number of
    /// its provider may come back when another one turns out to be a duplicate.
    fn bound(&self) -> Option<usize> {
        self.kind.limit.filter(|_| self.kind.max_per_provider.is_none())
    }

    /// The groups of two sets of files together.
    #[must_use]
    pub fn merge(mut self, other: Groups) -> Groups {
        self.ungrouped += other.ungrouped;
        self.providers.extend(other.providers);
        let bound = self.bound();
        for (name, other) in other.by_name {
            let group = self.by_name.entry(name).or_default();
            for rank in other.members {
                group.insert(rank, bound);
            }
        }
        self
    }

    /// The groups once all articles are known.
    #[must_use]
    pub fn complete(mut self) -> Groups {
        let Some(most) = self.kind.max_per_provider else { return self };
        for group in self.by_name.values_mut() {
            let mut counts: HashMap<&FeedSlug, usize> = HashMap::new();
            let few = |rank: &&Rank| match self.providers.get(&rank.place) {
                None => true,
                Some(provider) => {
                    let count = counts.entry(provider).or_default();
                    *count += 1;
                    *count <= most
                }
            };
            let limit = self.kind.limit.unwrap_or(usize::MAX);
            group.members = group.members.iter().filter(few).take(limit).copied().collect();
        }
        self
    }

    /// The provider of the article in the file at a place, if that matters.
    pub fn provider(&self, place: usize) -> Option<&FeedSlug> {
        self.providers.get(&place)
    }

    /// Each group in the order of feed names, with the ranks of its members, newest first.
    pub fn sorted(&self) -> impl Iterator<Item = (&FeedSlug, &BTreeSet<Rank>)> {
        self.by_name.iter().map(|(name, group)| (name, &group.members))
    }
}

impl Group {
    fn insert(&mut self, rank: Rank, limit: Option<usize>) -> bool {
        let full = limit.is_some_and(|limit| self.members.len() >= limit);
        if full && self.members.last().is_none_or(|&last| last < rank) {
            return false;
        }
        if let Some(&held) = self.ranks.get(&rank.id) {
            if held <= rank {
                return false;
            }
            self.members.remove(&held);
        } else if full && let Some(last) = self.members.pop_last() {
            self.ranks.remove(&last.id);
        }
        self.members.insert(rank);
        self.ranks.insert(rank.id, rank);
        true
    }
}
