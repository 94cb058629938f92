//! What publishing did to the files of an output folder.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::format::Format;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Change {
    /// There was no file before.
    Added,
    /// A file that feedmill did not write has this name; it was left alone.
    Foreign,
    /// The group is gone. The file was left, because the source could not be read as a whole and
    /// the file names nothing private.
    Held,
    /// The group is gone, and so is the file.
    Removed,
    /// The bytes changed.
    Replaced,
    /// The bytes are the same; the file was not touched.
    Unchanged,
}

/// How many entries a feed gained and lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDelta {
    /// Entries that were not there before.
    pub added: usize,
    /// Entries that are no longer there.
    pub removed: usize,
}

/// What became of a file that one of several processes put in its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PlacedFile {
    /// The hash of its bytes; `None` if a file that feedmill did not write is there.
    pub(crate) hash: Option<Uuid>,
    pub(super) change: Change,
    pub(super) bytes: usize,
    pub(super) delta: EntryDelta,
    /// In object storage, the entity tag that it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) etag: Option<String>,
}

impl PlacedFile {
    /// Whether another file, or none, was in its place.
    pub(crate) fn has_changed(&self) -> bool {
        matches!(self.change, Change::Added | Change::Replaced)
    }
}

/// What publishing did, or what it would do in a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Publication {
    /// By file name relative to the output folder.
    pub files: BTreeMap<String, Change>,
    /// The size of each file of feedmill, in bytes.
    pub sizes: BTreeMap<String, usize>,
    /// The entries that each replaced feed gained and lost.
    pub entry_deltas: BTreeMap<String, EntryDelta>,
    /// Whether nothing was written.
    pub preview: bool,
    /// What the operator should know.
    pub warnings: Vec<String>,
    /// Feeds that the WebSub hub must still be pinged about, by file name, with the hashes of their
    /// bytes. [`websub_pinged`](super::websub_pinged) records that it was.
    pub websub_pending: BTreeMap<String, Uuid>,
}

impl Publication {
    /// The number of files with this change.
    pub fn count(&self, change: Change) -> usize {
        self.files.values().filter(|&&other| other == change).count()
    }

    /// Whether a file that feedmill did not write has the name of a feed. A page or a stylesheet
    /// of the operator's own may stay.
    pub fn has_foreign_feed(&self) -> bool {
        let mut files = self.files.iter();
        files.any(|(name, change)| *change == Change::Foreign && Format::is_feed(name))
    }

    /// Whether any file was added, replaced or removed.
    pub fn is_change(&self) -> bool {
        let changes = [Change::Added, Change::Replaced, Change::Removed];
        changes.into_iter().any(|change| self.count(change) > 0)
    }
}
