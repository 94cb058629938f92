//! What became of a file: an article, left out for a reason, or invalid.

use serde::{Deserialize, Serialize};

use crate::types::diagnostic::Finding;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome<A> {
    /// An article, and its warnings.
    Article(A, Vec<Finding>),
    /// Left out because of an error.
    Invalid(Finding),
    /// Left out without an error.
    LeftOut(Reason),
}

impl<A> Outcome<A> {
    /// The same outcome with something else for the article.
    pub fn map<B>(self, convert: impl FnOnce(A) -> B) -> Outcome<B> {
        match self {
            Outcome::Article(article, findings) => Outcome::Article(convert(article), findings),
            Outcome::Invalid(finding) => Outcome::Invalid(finding),
            Outcome::LeftOut(reason) => Outcome::LeftOut(reason),
        }
    }
}

/// Why a file that is not faulty is in no feed. Ordered as summaries list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
