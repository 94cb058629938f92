//! Groups: articles by what they have in common, the newest of each group, one of each identity.
//!
//! A group never holds more articles than its feed will have entries, so memory is bounded by the
//! number of groups. Insertion and merging give the same groups in whatever order files arrive.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::card::{Card, GroupBy};
use crate::date::Timestamp;
use crate::name::FeedName;

/// A kind of feed: what its articles have in common, and how its feeds look.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What the articles of a feed have in common.
    pub by: GroupBy,
    /// The folder of its feeds, relative to the output; empty means the output itself.
    pub path: String,
    /// The title of its feeds, with `{name}` and `{site}` to be filled in.
    pub title: Option<String>,
    /// The most entries of a feed; the newest ones stay. `None` means all.
    pub limit: Option<usize>,
}

impl Kind {
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
        Groups { kind, by_name: BTreeMap::new(), ungrouped: 0 }
    }

    /// The kind of these groups.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Puts an article into each of its groups that it is new enough for.
    pub fn insert(&mut self, rank: Rank, card: &Card) {
        let all = FeedName::all();
        let everything = (self.kind.by == GroupBy::All).then_some(&all);
        let mut feeds = card.feeds(self.kind.by).chain(everything).peekable();
        if feeds.peek().is_none() {
            self.ungrouped += 1;
        }
        for feed in feeds {
            if let Some(group) = self.by_name.get_mut(feed) {
                group.insert(rank, self.kind.limit);
            } else {
                let mut group = Group::default();
                group.insert(rank, self.kind.limit);
                self.by_name.insert(feed.clone(), group);
            }
        }
    }

    /// The groups of two sets of files together.
    #[must_use]
    pub fn merge(mut self, other: Groups) -> Groups {
        self.ungrouped += other.ungrouped;
        for (name, other) in other.by_name {
            let group = self.by_name.entry(name).or_default();
            for rank in other.members {
                group.insert(rank, self.kind.limit);
            }
        }
        self
    }

    /// Each group in the order of feed names, with the ranks of its members, newest first.
    pub fn sorted(&self) -> impl Iterator<Item = (&FeedName, &BTreeSet<Rank>)> {
        self.by_name.iter().map(|(name, group)| (name, &group.members))
    }
}

impl Group {
    fn insert(&mut self, rank: Rank, limit: Option<usize>) {
        let full = limit.is_some_and(|limit| self.members.len() >= limit);
        if full && self.members.last().is_none_or(|&last| last < rank) {
            return;
        }
        if let Some(&held) = self.ranks.get(&rank.id) {
            if held <= rank {
                return;
            }
            self.members.remove(&held);
        } else if full && let Some(last) = self.members.pop_last() {
            self.ranks.remove(&last.id);
        }
        self.members.insert(rank);
        self.ranks.insert(rank.id, rank);
    }
}
