//! Groups: articles by what they have in common, the newest of each group, one of each identity.
//!
//! A group never holds more articles than its feed will have entries, so memory is bounded by the
//! number of groups. Insertion and merging give the same groups in whatever order files arrive.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::article::{By, Card, GroupBy};
use crate::types::date::Timestamp;
use crate::types::slug::FeedName;

/// A kind of feed: what its articles have in common, and how its feeds look.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What the articles of a feed have in common.
    pub by: By,
    /// The folder of its feeds, relative to the output; empty means the output itself.
    pub path: String,
    /// The title of its feeds, with `{name}` and `{site}` to be filled in.
    pub title: Option<String>,
    /// The most entries of a feed; the newest ones stay. `None` means all.
    pub limit: Option<usize>,
    /// The most entries of one provider in a feed; the newest ones stay. `None` means all.
    pub max_per_provider: Option<usize>,
}

impl Kind {
    /// What articles have in common that grouping them asks for.
    pub(crate) fn groupings(&self) -> impl Iterator<Item = GroupBy> {
        let provider = self.max_per_provider.map(|_| GroupBy::Provider);
        self.by.each().chain(provider)
    }

    /// The file of a feed without its extension, relative to the output folder: `topic/ai`.
    pub(crate) fn location(&self, name: &FeedName) -> String {
        match self.path.trim_matches('/') {
            "" => name.to_string(),
            folder => format!("{folder}/{name}"),
        }
    }
}

/// All groups of one kind.
#[derive(Debug)]
pub struct Groups {
    kind: Kind,
    by_name: BTreeMap<FeedName, Group>,
    /// The provider of each article by its place, if that matters.
    providers: BTreeMap<usize, FeedName>,
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
    pub fn new(card: &Card, place: usize) -> Rank {
        Rank { published: card.published, id: card.id, place }
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
    pub fn new(kind: Kind) -> Groups {
        Groups { kind, by_name: BTreeMap::new(), providers: BTreeMap::new(), ungrouped: 0 }
    }

    /// The kind of these groups.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Puts an article into each of its groups that it is new enough for. Whether there is one,
    /// as far as is known yet.
    pub fn insert(&mut self, rank: Rank, card: &Card) -> bool {
        let bound = self.bound();
        let (mut is_grouped, mut is_member) = (false, false);
        card.each_feed(self.kind.by, |feed| {
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
            && let Some(provider) = card.feeds(GroupBy::Provider).next()
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
            let mut counts: HashMap<&FeedName, usize> = HashMap::new();
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
    pub fn provider(&self, place: usize) -> Option<&FeedName> {
        self.providers.get(&place)
    }

    /// Each group in the order of feed names, with the ranks of its members, newest first.
    pub fn sorted(&self) -> impl Iterator<Item = (&FeedName, &BTreeSet<Rank>)> {
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
