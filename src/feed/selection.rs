//! Selection: whether an article is in, and if not, for which reason.

use crate::article::{Card, GroupBy};
use crate::article::{Reading, Standing};
use crate::types::date::Timestamp;
use crate::types::diagnostic::Finding;
use crate::types::slug::FeedName;

/// What becomes of a file.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is in; the findings are warnings.
    In(Card, Vec<Finding>),
    /// It is out, and that is as it should be.
    Out(Reason),
    /// It is out because it is faulty.
    Faulty(Finding),
}

/// Why a file that is not faulty is in no feed. Ordered as summaries list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// `published: false` or `draft: true`.
    Unpublished,
    /// `removed: true` or `deleted: true`.
    Removed,
    /// It is not due yet.
    Future,
    /// It says no date.
    Undated,
    /// Its `quality` is too low.
    Quality,
    /// It is too old.
    Old,
    /// It is of another type.
    Type,
    /// Its topics are not asked for.
    Topic,
    /// It is something else: an organization, a person, a topic.
    NotAnArticle,
    /// It has no front matter.
    NoFrontMatter,
}

impl Reason {
    /// Whether nobody may hear of the article.
    pub fn is_private(self) -> bool {
        matches!(self, Reason::Unpublished | Reason::Removed | Reason::Future)
    }

    /// The name in reports for programs.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Unpublished => "unpublished",
            Reason::Removed => "removed",
            Reason::Future => "future",
            Reason::Undated => "undated",
            Reason::Quality => "quality",
            Reason::Old => "old",
            Reason::Type => "type",
            Reason::Topic => "topic",
            Reason::NotAnArticle => "not_an_article",
            Reason::NoFrontMatter => "no_front_matter",
        }
    }

    /// A few words for summaries.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Unpublished => "unpublished",
            Reason::Removed => "removed",
            Reason::Future => "in the future",
            Reason::Undated => "undated",
            Reason::Quality => "below the quality asked for",
            Reason::Old => "older than asked for",
            Reason::Type => "of another type",
            Reason::Topic => "of other topics",
            Reason::NotAnArticle => "not an article",
            Reason::NoFrontMatter => "without front matter",
        }
    }
}

/// Which articles are in. Removed and deleted ones never are.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The instant that "future" is measured against: an input, so that builds can be repeated.
    pub now: Timestamp,
    /// Lets in articles that are not due yet.
    pub future: bool,
    /// Lets in articles with `published: false` or `draft: true`.
    pub unpublished: bool,
    /// Leaves out articles of a lower `quality`, and those without.
    pub min_quality: Option<i64>,
    /// Leaves out articles published before.
    pub since: Option<Timestamp>,
    /// Leaves out articles of other types, unless empty.
    pub types: Vec<FeedName>,
    /// Leaves out articles without one of these topics, unless empty.
    pub only: Vec<FeedName>,
    /// Leaves out articles with one of these topics.
    pub except: Vec<FeedName>,
}

impl Selection {
    /// Decides about a file. What is private is out first, so that no finding speaks of it.
    pub fn judge(&self, standing: &Standing<'_>, reading: Reading<Card>) -> Verdict {
        if standing.is_removed(self.now) {
            return Verdict::Out(Reason::Removed);
        }
        if standing.unpublished && !self.unpublished {
            return Verdict::Out(Reason::Unpublished);
        }
        if standing.published.is_some_and(|date| !self.is_due(date)) {
            return Verdict::Out(Reason::Future);
        }
        match reading {
            Reading::Article(card, findings) => {
                let refusal = self.refusal(&card);
                refusal.map_or_else(|| Verdict::In(card, findings), Verdict::Out)
            }
            Reading::Faulty(finding) => Verdict::Faulty(finding),
            Reading::NoFrontMatter => Verdict::Out(Reason::NoFrontMatter),
            Reading::NotAnArticle => Verdict::Out(Reason::NotAnArticle),
            Reading::Undated => Verdict::Out(Reason::Undated),
        }
    }

    /// Whether what is dated so may be known already.
    pub fn is_due(&self, date: Timestamp) -> bool {
        date <= self.now || self.future
    }

    /// What articles have in common that deciding asks for.
    pub(crate) fn groupings(&self) -> impl Iterator<Item = GroupBy> {
        let types = (!self.types.is_empty()).then_some(GroupBy::Type);
        let topics = !self.only.is_empty() || !self.except.is_empty();
        types.into_iter().chain(topics.then_some(GroupBy::Topic))
    }

    fn refusal(&self, card: &Card) -> Option<Reason> {
        let among = |by: GroupBy, wanted: &[FeedName]| {
            !wanted.is_empty() && card.feeds(by).any(|name| wanted.contains(name))
        };
        if self.min_quality.is_some_and(|least| card.quality.is_none_or(|quality| quality < least))
        {
            Some(Reason::Quality)
        } else if self.since.is_some_and(|since| card.published < since) {
            Some(Reason::Old)
        } else if !self.types.is_empty() && !among(GroupBy::Type, &self.types) {
            Some(Reason::Type)
        } else if !self.only.is_empty() && !among(GroupBy::Topic, &self.only)
            || among(GroupBy::Topic, &self.except)
        {
            Some(Reason::Topic)
        } else {
            None
        }
    }
}
