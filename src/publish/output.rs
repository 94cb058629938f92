//! The output folder as the publisher sees it: a folder of the file system, or one in object storage.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};
use uuid::Uuid;

use super::files::FileState;
use super::manifest::Manifest;
use crate::error::Error;

/// What a run may do to an output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Compare, and write nothing at all.
    Preview,
    /// Write.
    Write,
}

/// An output folder. Names are relative to it: `topic/ai.json`. In [`Mode::Write`] it is locked as long
/// as it lives.
pub(super) trait Output: Debug + Send + Sync {
    /// The file of a name, for messages.
    fn path(&self, name: &str) -> PathBuf;

    /// Takes in what the manifest of the run before says about the files.
    fn learn(&mut self, manifest: &Manifest);

    /// Compares what is at a name with the bytes that should be there.
    fn compare(&mut self, name: &str, bytes: &[u8]) -> io::Result<FileState>;

    /// The bytes of a file of at most `max` bytes; `None` for anything else.
    fn read(&self, name: &str, max: u64) -> io::Result<Option<Vec<u8>>>;

    /// The size of a file in bytes, if its bytes have one of these hashes.
    fn size_with_hash(&self, name: &str, hashes: &BTreeSet<Uuid>) -> io::Result<Option<usize>>;

    /// Whether anything has this name.
    fn exists(&self, name: &str) -> Result<bool, Error>;

    /// Whether a folder has this name.
    fn is_folder(&self, name: &str) -> bool;

    /// The names of the files in a folder that carry the mark of feedmill. Those that are known already
    /// may be left out.
    fn marked(
        &self,
        folder: &Path,
        is_known: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<String>, Error>;

    /// Removes what killed runs left behind.
    fn clean(&self) -> Result<(), Error>;

    /// Writes new bytes of a file under a temporary name.
    fn write_temporary(&self, name: &str, bytes: &[u8]) -> Result<NamedTempFile, Error>;

    /// Waits until a temporary file is safe.
    fn sync(&self, temporary: NamedTempFile, name: &str) -> Result<TempPath, Error>;

    /// Puts temporary files in their places. After an error each file is wholly old or wholly new.
    fn replace_all(
        &mut self,
        staged: Vec<(String, TempPath)>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), Error>;

    /// Removes a file.
    fn remove(&mut self, name: &str) -> Result<(), Error>;

    /// Makes replacements and removals in a folder durable.
    fn sync_folder(&self, folder: &Path) -> Result<(), Error>;

    /// Adds lines to the [journal](super::journal), while others may do so too.
    fn append_journal(&self, lines: &str) -> Result<(), Error>;

    /// The lines of the journal; `None` if there is none.
    fn read_journal(&self) -> Option<Vec<u8>>;

    /// Removes the journal.
    fn remove_journal(&mut self) -> Result<(), Error>;

    /// The entity tag of a file, by which [`learn`](Self::learn) will know its bytes without reading.
    fn etag(&self, name: &str) -> Option<String>;
}
