//! Decides whether an article is published, and if not, why.

use crate::article::visibility::{self, Visibility};
use crate::article::{ArticleMeta, GroupKey};
use crate::types::{FeedSlug, Outcome, Reason, Timestamp};

/// Which articles to publish. Removed and deleted articles are never published.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The current time, as an input, so that a build can be repeated.
    pub now: Timestamp,
    /// Includes articles with a date after `now`.
    pub future: bool,
    /// Includes articles with `published: false` or `draft: true`.
    pub unpublished: bool,
    /// Excludes articles with a lower `quality` or none.
    pub min_quality: Option<i64>,
    /// Excludes articles published earlier.
    pub since: Option<Timestamp>,
    /// Excludes articles of other types, unless empty.
    pub types: Vec<FeedSlug>,
    /// Excludes articles without one of these topics, unless empty.
    pub only: Vec<FeedSlug>,
    /// Excludes articles with one of these topics.
    pub except: Vec<FeedSlug>,
}

impl Selection {
    /// Decides about a file. What makes an article private comes first, so that no finding mentions
    /// it.
    ///
    /// `meta` returns the part of `A` that the decision depends on.
    pub fn decide<A>(
        &self,
        visibility: &Visibility<'_>,
        outcome: Outcome<A>,
        meta: impl Fn(&A) -> &ArticleMeta,
    ) -> Outcome<A> {
        let hidden = visibility.hidden(self.now, self.future, self.unpublished);
        let reason = hidden.or_else(|| match &outcome {
            Outcome::Article(article, _) => self.reason_against(meta(article)),
            Outcome::Invalid(_) | Outcome::LeftOut(_) => None,
        });
        reason.map_or(outcome, Outcome::LeftOut)
    }

    /// Whether an article with this date may be published now.
    pub fn is_due(&self, date: Timestamp) -> bool {
        visibility::is_due(date, self.now, self.future)
    }

    /// The keys that the decision depends on.
    pub(crate) fn group_keys(&self) -> impl Iterator<Item = GroupKey> {
        let types = (!self.types.is_empty()).then_some(GroupKey::Type);
        let topics = !self.only.is_empty() || !self.except.is_empty();
        types.into_iter().chain(topics.then_some(GroupKey::Topic))
    }

    fn reason_against(&self, meta: &ArticleMeta) -> Option<Reason> {
        let has_any = |key, slugs: &[FeedSlug]| meta.feeds(key).any(|slug| slugs.contains(slug));
        let lacks_all = |key, slugs: &[FeedSlug]| !slugs.is_empty() && !has_any(key, slugs);
        if self.min_quality.is_some_and(|min| meta.quality.is_none_or(|quality| quality < min)) {
            Some(Reason::Quality)
        } else if self.since.is_some_and(|since| meta.published < since) {
            Some(Reason::Old)
        } else if lacks_all(GroupKey::Type, &self.types) {
            Some(Reason::Type)
        } else if lacks_all(GroupKey::Topic, &self.only) || has_any(GroupKey::Topic, &self.except) {
            Some(Reason::Topic)
        } else {
            None
        }
    }
}
