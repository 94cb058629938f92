//! The report of a run.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::listing::Outline;
use crate::publish::{Change, EntryDelta, Publication};
use crate::stats::Stats;
use crate::types::Diagnostic;

/// What a run did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// What became of each file of the output folder.
    pub publication: Publication,
    /// The feeds, in the order of [`Build::feeds`](super::Build::feeds).
    pub feeds: Vec<Outline>,
    /// What was found in the source.
    pub stats: Stats,
    /// Files whose faults the run does not report, since a run before has.
    pub known_faults: BTreeSet<PathBuf>,
    /// The number of files that were not read, since nothing has touched them since the run before.
    pub cached: usize,
    /// What feeds lack that were built in this run.
    pub gaps: Gaps,
    /// How many articles of these feeds have no page in the rendered site.
    pub without_page: usize,
}

/// Places in bodies that show nothing, since nobody but the program of the site knows what its
/// templates would put there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// The number of articles with such a place.
    pub articles: usize,
    /// The number of lines with such a place.
    pub places: usize,
}

impl Report {
    /// What the run reports: all diagnostics but the errors of files with known faults.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let is_known =
            |found: &&Diagnostic| found.is_error() && self.known_faults.contains(&found.path);
        self.stats.diagnostics.iter().filter(move |found| !is_known(found))
    }

    /// How many entries a feed gained and lost. An entry that changed counts as neither.
    pub fn entry_delta(&self, feed: &Outline) -> EntryDelta {
        let Some(file) = feed.files.first() else { return EntryDelta::default() };
        match self.publication.files.get(file) {
            Some(Change::Added) => EntryDelta { added: feed.entries, removed: 0 },
            _ => self.publication.entry_deltas.get(file).copied().unwrap_or_default(),
        }
    }

    /// The size of all files of a feed together, in bytes.
    pub fn bytes(&self, feed: &Outline) -> usize {
        feed.files.iter().filter_map(|file| self.publication.sizes.get(file)).sum()
    }

    /// Whether the run changed a file of a feed.
    pub fn has_changed(&self, feed: &Outline) -> bool {
        let mut changes = feed.files.iter().filter_map(|file| self.publication.files.get(file));
        changes.any(|change| *change != Change::Unchanged)
    }
}
