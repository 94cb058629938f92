//! Findings: how many files became what, and what is wrong with some of them.

use std::collections::BTreeMap;

use crate::feed::Grouping;
use crate::types::diagnostic::{Diagnostic, Problem};
use crate::types::outcome::Reason;

/// What was found in the files of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// How many files became what.
    pub counts: Counts,
    /// Sorted by path and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// How many files became what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files read, or tried to.
    pub files: usize,
    /// Articles that are in at least one group, or could be.
    pub articles: usize,
    /// Files with errors.
    pub faulty: usize,
    /// Files left out as they should be, by reason.
    pub left_out: BTreeMap<Reason, usize>,
    /// Articles that another file with the same identity stands for.
    pub duplicates: usize,
    /// By kind, articles that are in no group of it.
    pub ungrouped: BTreeMap<Grouping, usize>,
}

impl Stats {
    /// Whether an article was left out because of an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether a file could not be read that may well be an article.
    pub(crate) fn is_partial(&self) -> bool {
        let unread = |diagnostic: &Diagnostic| {
            matches!(diagnostic.finding.problem, Problem::FileUnreadable(_))
        };
        self.diagnostics.iter().any(unread)
    }
}

impl Counts {
    /// Whether there is anything that is an article, be it left out.
    pub fn has_articles(&self) -> bool {
        let others = [Reason::NotAnArticle, Reason::NoFrontMatter];
        let articles = |reason: &&Reason| !others.contains(reason);
        self.articles > 0 || self.left_out.keys().any(|reason| articles(&reason))
    }

    /// Adds what other files became. Duplicates and groups are counted when all files are known.
    pub(crate) fn add(&mut self, other: &Counts) {
        self.files += other.files;
        self.articles += other.articles;
        self.faulty += other.faulty;
        for (&reason, count) in &other.left_out {
            *self.left_out.entry(reason).or_default() += count;
        }
    }
}
