//! Statistics of a run: how many files became what, and the problems of some.

use std::collections::BTreeMap;

use crate::feed::Grouping;
use crate::types::{Diagnostic, Problem, Reason};

/// The counts and diagnostics of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// How many files became what.
    pub counts: Counts,
    /// Sorted by path and position.
    pub diagnostics: Vec<Diagnostic>,
}

/// How many files became what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Files listed, readable or not.
    pub files: usize,
    /// Articles that the selection lets in, duplicates included.
    pub articles: usize,
    /// Files with errors.
    pub faulty: usize,
    /// Files left out without an error, by reason.
    pub left_out: BTreeMap<Reason, usize>,
    /// Articles with the identity of another article.
    pub duplicates: usize,
    /// Articles without a group, by grouping.
    pub ungrouped: BTreeMap<Grouping, usize>,
}

impl Stats {
    /// Whether an article was left out because of an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether a file could not be read that may be an article.
    pub(crate) fn is_partial(&self) -> bool {
        let mut problems = self.diagnostics.iter().map(|diagnostic| &diagnostic.finding.problem);
        problems.any(|problem| matches!(problem, Problem::FileUnreadable(_)))
    }
}

impl Counts {
    /// Whether there is any article, in or left out.
    pub fn has_articles(&self) -> bool {
        let others = [Reason::NotAnArticle, Reason::NoFrontMatter];
        self.articles > 0 || self.left_out.keys().any(|reason| !others.contains(reason))
    }

    /// Adds the counts of other files. Duplicates and groups are counted once all files are known.
    pub(crate) fn add(&mut self, other: &Counts) {
        self.files += other.files;
        self.articles += other.articles;
        self.faulty += other.faulty;
        for (&reason, count) in &other.left_out {
            *self.left_out.entry(reason).or_default() += count;
        }
    }
}
