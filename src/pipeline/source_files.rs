//! The files of a run: their paths, and the bytes of those that changed meanwhile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::source::{self, Contents, ReadError};
use crate::types::diagnostic::Problem;

/// The bytes of a file, or why it cannot be read.
pub(super) type FileBytes = Result<Vec<u8>, Problem>;

/// Files that changed between two readings, by index, as they were read last.
pub(super) type ChangedFiles = BTreeMap<usize, FileBytes>;

/// The files of a run, by their index in the listing.
pub(super) struct SourceFiles {
    paths: Vec<PathBuf>,
    /// Files that changed during the run. They are not read again, or a busy file could keep the
    /// run from ending.
    changed: ChangedFiles,
    /// How often files changed during the run.
    changes: usize,
}

/// After this many changes a changed article is left out until the next run.
const MAX_CHANGES: usize = 3;

impl SourceFiles {
    pub(super) fn new(paths: Vec<PathBuf>) -> SourceFiles {
        SourceFiles { paths, changed: BTreeMap::new(), changes: 0 }
    }

    /// The number of files.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    pub(super) fn path(&self, file: usize) -> &Path {
        self.paths.get(file).map_or(Path::new(""), PathBuf::as_path)
    }

    /// Takes in files that changed during the run.
    pub(super) fn add_changed(&mut self, files: ChangedFiles) {
        self.changes += 1;
        self.changed.extend(files);
    }

    /// Whether the file has changed during the run.
    pub(super) fn has_changed(&self, file: usize) -> bool {
        self.changed.contains_key(&file)
    }

    /// Whether another change of this file is left to the next run.
    pub(super) fn is_final(&self, file: usize) -> bool {
        self.changes >= MAX_CHANGES || self.has_changed(file)
    }

    /// Reads a file into the buffer, unless it has changed during the run.
    pub(super) fn read<'b>(
        &'b self,
        file: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Contents<'b>, ReadError> {
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
