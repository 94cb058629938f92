//! Selection: whether an article is in, and if not, for which reason.

use crate::article::Visibility;
use crate::article::{ArticleMeta, GroupKey};
use crate::types::date::Timestamp;
use crate::types::outcome::{Outcome, Reason};
use crate::types::slug::FeedSlug;

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
    pub types: Vec<FeedSlug>,
    /// Leaves out articles without one of these topics, unless empty.
    pub only: Vec<FeedSlug>,
    /// Leaves out articles with one of these topics.
    pub except: Vec<FeedSlug>,
}

impl Selection {
    /// Decides about a file. What is private is left out first, so that no finding speaks of it.
    ///
    /// `meta` says what decides about the article.
    pub fn judge<A>(
        &self,
        visibility: &Visibility<'_>,
        outcome: Outcome<A>,
        meta: impl Fn(&A) -> &ArticleMeta,
    ) -> Outcome<A> {
        if visibility.is_removed(self.now) {
            return Outcome::LeftOut(Reason::Removed);
        }
        if visibility.unpublished && !self.unpublished {
            return Outcome::LeftOut(Reason::Unpublished);
        }
        if visibility.published.is_some_and(|date| !self.is_due(date)) {
            return Outcome::LeftOut(Reason::Future);
        }
        match outcome {
            Outcome::Article(article, findings) => match self.refusal(meta(&article)) {
                Some(reason) => Outcome::LeftOut(reason),
                None => Outcome::Article(article, findings),
            },
            outcome => outcome,
        }
    }

    /// Whether what is dated so may be known already.
    pub fn is_due(&self, date: Timestamp) -> bool {
        date <= self.now || self.future
    }

    /// What articles have in common that deciding asks for.
    pub(crate) fn groupings(&self) -> impl Iterator<Item = GroupKey> {
        let types = (!self.types.is_empty()).then_some(GroupKey::Type);
        let topics = !self.only.is_empty() || !self.except.is_empty();
        types.into_iter().chain(topics.then_some(GroupKey::Topic))
    }

    fn refusal(&self, meta: &ArticleMeta) -> Option<Reason> {
        let among = |by: GroupKey, wanted: &[FeedSlug]| {
            !wanted.is_empty() && meta.feeds(by).any(|name| wanted.contains(name))
        };
        if self.min_quality.is_some_and(|least| meta.quality.is_none_or(|quality| quality < least))
        {
            Some(Reason::Quality)
        } else if self.since.is_some_and(|since| meta.published < since) {
            Some(Reason::Old)
        } else if !self.types.is_empty() && !among(GroupKey::Type, &self.types) {
            Some(Reason::Type)
        } else if !self.only.is_empty() && !among(GroupKey::Topic, &self.only)
            || among(GroupKey::Topic, &self.except)
        {
            Some(Reason::Topic)
        } else {
            None
        }
    }
}
