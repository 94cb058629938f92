//! The files of a run: their paths, and the bytes of those that need not be read again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cache;
use crate::error::Error;
use crate::source::{self, Contents, ReadError};
use crate::types::diagnostic::Problem;

/// The bytes of a file, or why it cannot be read.
pub(super) type FileBytes = Result<Vec<u8>, Problem>;

/// Files that changed between two readings, by index, as they were read last.
pub(super) type ChangedFiles = BTreeMap<usize, FileBytes>;

/// The files of a run, by their index in the listing.
pub(super) struct FileStore {
    paths: Vec<PathBuf>,
    /// Files that changed during the run. They are not read again, or a busy file could keep the
    /// run from ending.
    changed: ChangedFiles,
    /// Files of articles in feeds, as long as there is room.
    kept: HashMap<usize, KeptFile>,
    /// How often files changed during the run.
    changes: usize,
}

/// A file that is read again only if something has touched it.
pub(super) struct KeptFile {
    bytes: Box<[u8]>,
    /// The metadata of the file when it was read.
    metadata: Metadata,
}

/// Room for kept files in a run.
pub(super) struct Room(AtomicUsize);

/// Bytes of kept files in a run, at most.
const MAX_KEPT_BYTES: usize = 8 * 1024 * 1024;

/// After this many changes a changed article is left out until the next run.
const MAX_CHANGES: usize = 3;

impl FileStore {
    pub(super) fn new(paths: Vec<PathBuf>) -> FileStore {
        FileStore { paths, changed: BTreeMap::new(), kept: HashMap::new(), changes: 0 }
    }

    /// The number of files.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    pub(super) fn path(&self, file: usize) -> &Path {
        self.paths.get(file).map_or(Path::new(""), PathBuf::as_path)
    }

    /// Takes in files that changed during the run, and drops all kept bytes.
    pub(super) fn add_changed(&mut self, files: ChangedFiles) {
        self.changes += 1;
        self.changed.extend(files);
        self.kept.clear();
    }

    /// Whether the file has changed during the run.
    pub(super) fn has_changed(&self, file: usize) -> bool {
        self.changed.contains_key(&file)
    }

    /// Whether another change of this file is left to the next run.
    pub(super) fn is_final(&self, file: usize) -> bool {
        self.changes >= MAX_CHANGES || self.has_changed(file)
    }

    /// Keeps the bytes of some files.
    pub(super) fn keep(&mut self, kept: HashMap<usize, KeptFile>) {
        self.kept = kept;
    }

    /// Drops the bytes of files that are no longer in a group, to free memory for rendering.
    pub(super) fn retain(&mut self, members: impl Iterator<Item = usize>) {
        if !self.kept.is_empty() {
            let members: HashSet<usize> = members.collect();
            self.kept.retain(|file, _| members.contains(file));
        }
    }

    /// Whether nothing has touched the file since it had this metadata.
    pub(super) fn is_untouched(&self, file: usize, before: &Metadata) -> bool {
        source::metadata(self.path(file)).is_some_and(|now| cache::is_untouched(before, &now))
    }

    /// The contents of a file: the kept bytes if nothing has touched it, else read into the buffer.
    pub(super) fn read<'b>(
        &'b self,
        file: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Contents<'b>, ReadError> {
        if let Some(KeptFile { bytes, metadata }) = self.kept.get(&file)
            && self.is_untouched(file, metadata)
        {
            return Ok(Contents { bytes, metadata: Some(metadata.clone()) });
        }
        match self.changed.get(&file) {
            Some(Ok(bytes)) => Ok(Contents { bytes, metadata: None }),
            Some(Err(problem)) => Err(ReadError::File(problem.clone())),
            None => source::read(self.path(file), buffer),
        }
    }

    /// As [`read`](Self::read); `None` if the file cannot be read.
    ///
    /// # Errors
    ///
    /// If the source as a whole cannot be read.
    pub(super) fn read_if_possible<'b>(
        &'b self,
        file: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Option<Contents<'b>>, Error> {
        match self.read(file, buffer) {
            Ok(contents) => Ok(Some(contents)),
            Err(ReadError::File(_)) => Ok(None),
            Err(ReadError::Source(error)) => Err(error),
        }
    }
}

impl Default for Room {
    fn default() -> Self {
        Room(AtomicUsize::new(MAX_KEPT_BYTES))
    }
}

impl Room {
    /// A copy of a file to keep, unless the room is used up.
    pub(super) fn keep(&self, bytes: &[u8], metadata: Metadata) -> Option<KeptFile> {
        let take = |room: usize| room.checked_sub(bytes.len());
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.is_ok().then(|| KeptFile { bytes: bytes.into(), metadata })
    }
}
