//! Groups: articles by what they have in common, the newest of each group, one of each identity.
//!
//! A group never holds more articles than its feed will have entries, so memory is bounded by the
//! number of groups. Insertion and merging give the same groups in whatever order files arrive.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::article::Article;
use crate::date::Timestamp;
use crate::name::FeedName;
use crate::text;

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
    members: BTreeMap<Rank, Arc<Article>>,
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
    pub fn new(article: &Article, place: usize) -> Rank {
        Rank { published: article.published, id: article.id, place }
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

impl GroupBy {
    /// The groups that an article is in, in the order written: the name of the feed, and the name
    /// of the group as this article writes it.
    pub fn groups(self, article: &Article) -> Vec<(FeedName, String)> {
        let names: &[String] = match self {
            GroupBy::All => return vec![(FeedName::all(), String::new())],
            GroupBy::Category => &article.categories,
            GroupBy::Provider => std::slice::from_ref(&article.provider.name),
            GroupBy::Topic => &article.topics,
            GroupBy::Type => article.kind.as_slice(),
        };
        let plain = names.iter().map(|name| text::plain(name));
        plain.filter_map(|name| Some((FeedName::of(&name)?, name))).collect()
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
    pub fn insert(&mut self, rank: Rank, article: &Arc<Article>) {
        let groups = self.kind.by.groups(article);
        if groups.is_empty() {
            self.ungrouped += 1;
        }
        for (name, _) in groups {
            let group = self.by_name.entry(name).or_default();
            group.insert(rank, article, self.kind.limit);
        }
    }

    /// The groups of two sets of files together.
    #[must_use]
    pub fn merge(mut self, other: Groups) -> Groups {
        self.ungrouped += other.ungrouped;
        for (name, other) in other.by_name {
            let group = self.by_name.entry(name).or_default();
            for (rank, article) in other.members {
                group.insert(rank, &article, self.kind.limit);
            }
        }
        self
    }

    /// Each group in the order of feed names, with the places and articles of its members, newest
    /// first.
    pub fn sorted(
        &self,
    ) -> impl Iterator<Item = (&FeedName, impl Iterator<Item = (usize, &Article)>)> {
        self.by_name.iter().map(|(name, group)| {
            let members = group.members.iter();
            (name, members.map(|(rank, article)| (rank.place, &**article)))
        })
    }

    /// The places and articles of all members of all groups, with repetitions.
    pub fn members(&self) -> impl Iterator<Item = (usize, &Arc<Article>)> {
        let members = self.by_name.values().flat_map(|group| &group.members);
        members.map(|(rank, article)| (rank.place, article))
    }
}

impl Group {
    fn insert(&mut self, rank: Rank, article: &Arc<Article>, limit: Option<usize>) {
        if let Some(&held) = self.ranks.get(&rank.id) {
            if held <= rank {
                return;
            }
            self.members.remove(&held);
        } else if limit.is_some_and(|limit| self.members.len() >= limit) {
            if self.members.last_key_value().is_none_or(|(&last, _)| last < rank) {
                return;
            }
            if let Some((last, _)) = self.members.pop_last() {
                self.ranks.remove(&last.id);
            }
        }
        self.members.insert(rank, Arc::clone(article));
        self.ranks.insert(rank.id, rank);
    }
}
