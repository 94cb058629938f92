//! The result of reading a file: an article, a reason to leave it out, or an error.

use serde::{Deserialize, Serialize};

use crate::types::diagnostic::Finding;

/// The result of reading a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome<A> {
    /// An article, and its warnings.
    Article(A, Vec<Finding>),
    /// An error leaves the file out.
    Invalid(Finding),
    /// The file is left out without an error.
    LeftOut(Reason),
}

impl<A> Outcome<A> {
    /// Converts the article, if there is one.
    pub fn map<B>(self, convert: impl FnOnce(A) -> B) -> Outcome<B> {
        match self {
            Outcome::Article(article, findings) => Outcome::Article(convert(article), findings),
            Outcome::Invalid(finding) => Outcome::Invalid(finding),
            Outcome::LeftOut(reason) => Outcome::LeftOut(reason),
        }
    }
}

/// Why a valid file is in no feed, in the order of summaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// `published: false` or `draft: true`.
    Unpublished,
    /// `removed: true` or `deleted: true`.
    Removed,
    /// It has no page of its own, or no list of its site names it.
    Unlisted,
    /// Its date is in the future.
    Future,
    /// It has no date.
    Undated,
    /// Its `quality` is too low.
    Quality,
    /// It was published before `since`.
    Old,
    /// Its type is not among those requested.
    Type,
    /// Its topics are not among those requested, or one of them is excluded.
    Topic,
    /// It is in another language than the feeds, which are not by language.
    Translation,
    /// It describes something else: an organization, a person, a topic.
    NotAnArticle,
    /// It has no front matter.
    NoFrontMatter,
}

impl Reason {
    /// Whether the article must not be mentioned anywhere.
    pub fn is_private(self) -> bool {
        matches!(self, Reason::Unpublished | Reason::Removed | Reason::Unlisted | Reason::Future)
    }

    /// The name in machine-readable reports. It never changes.
    pub fn name(self) -> &'static str {
        self.name_and_words().0
    }

    /// The words in summaries, for example `older than asked for`.
    pub fn as_str(self) -> &'static str {
        self.name_and_words().1
    }

    fn name_and_words(self) -> (&'static str, &'static str) {
        match self {
            Reason::Unpublished => ("unpublished", "unpublished"),
            Reason::Removed => ("removed", "removed"),
            Reason::Unlisted => ("unlisted", "without a page or not listed"),
            Reason::Future => ("future", "in the future"),
            Reason::Undated => ("undated", "undated"),
            Reason::Quality => ("quality", "below the quality asked for"),
            Reason::Old => ("old", "older than asked for"),
            Reason::Type => ("type", "of another type"),
            Reason::Topic => ("topic", "of other topics"),
            Reason::Translation => ("translation", "in another language"),
            Reason::NotAnArticle => ("not_an_article", "not an article"),
            Reason::NoFrontMatter => ("no_front_matter", "without front matter"),
        }
    }
}
