//! An output folder of the file system.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};
use uuid::Uuid;

use super::fault_injection as fault;
use super::files::{self, FileState};
use super::journal;
use super::lock::{self, Access, Lock, Locking};
use super::manifest::{self, Manifest};
use super::output::{Mode, Output};
use crate::error::Error;

#[derive(Debug)]
pub(super) struct Folder {
    directory: PathBuf,
    /// Held as long as the folder is open.
    _lock: Option<Lock>,
}

impl Folder {
    pub(super) fn open(
        directory: &Path,
        mode: Mode,
        locking: Locking,
        access: Access,
        stop: impl Fn() -> bool,
    ) -> Result<Folder, Error> {
        let mut lock = None;
        if mode == Mode::Write {
            files::make_folder(directory)?;
            lock = lock::lock(directory, locking, access, stop)?;
        }
        Ok(Folder { directory: directory.to_owned(), _lock: lock })
    }
}

impl Output for Folder {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Files are read to know what they are.
    fn learn(&mut self, _: &Manifest) {}

    fn compare(&mut self, name: &str, bytes: &[u8]) -> io::Result<FileState> {
        files::compare(&self.directory, name, bytes)
    }

    fn read(&self, name: &str, max: u64) -> io::Result<Option<Vec<u8>>> {
        files::read(&self.path(name), max)
    }

    fn size_with_hash(&self, name: &str, hashes: &BTreeSet<Uuid>) -> io::Result<Option<usize>> {
        if files::is_below_link(&self.directory, name) {
            return Ok(None);
        }
        match self.read(name, files::MAX_FEED_BYTES) {
            Ok(Some(bytes)) if hashes.contains(&manifest::hash(&bytes)) => Ok(Some(bytes.len())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn exists(&self, name: &str) -> Result<bool, Error> {
        files::exists(&self.path(name))
    }

    fn is_folder(&self, name: &str) -> bool {
        self.path(name).is_dir()
    }

    fn marked(
        &self,
        folder: &Path,
        _: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<String>, Error> {
        let is_sound = |name: &String| !files::is_below_link(&self.directory, name);
        let names = files::marked(&self.directory.join(folder))?.into_iter();
        let names = names.map(|name| folder.join(name).to_string_lossy().into_owned());
        Ok(names.filter(is_sound).collect())
    }

    /// Without a lock the temporary files may be those of another run, which then fails and is
    /// repeated.
    fn clean(&self) -> Result<(), Error> {
        files::remove_stale_temporaries(&self.directory)
    }

    fn write_temporary(&self, name: &str, bytes: &[u8]) -> Result<NamedTempFile, Error> {
        files::write_temporary(&self.path(name), bytes)
    }

    fn sync(&self, temporary: NamedTempFile, name: &str) -> Result<TempPath, Error> {
        files::sync(temporary, &self.path(name))
    }

    fn replace_all(
        &mut self,
        staged: Vec<(String, TempPath)>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), Error> {
        let mut staged = staged.into_iter();
        for (name, temporary) in staged.by_ref() {
            if stop() {
                return Err(Error::Interrupted);
            }
            if let Err(error) = files::replace(temporary, &self.path(&name)) {
                staged.for_each(|(_, temporary)| fault::forget(temporary));
                return Err(error);
            }
        }
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), Error> {
        files::remove(&self.path(name))
    }

    fn sync_folder(&self, folder: &Path) -> Result<(), Error> {
        files::sync_folder(&self.directory.join(folder))
    }

    fn append_journal(&self, lines: &str) -> Result<(), Error> {
        files::append(&self.path(journal::FILE), lines)
    }

    fn read_journal(&self) -> Option<Vec<u8>> {
        self.read(journal::FILE, journal::MAX_BYTES).ok()?
    }

    fn remove_journal(&mut self) -> Result<(), Error> {
        self.remove(journal::FILE)
    }

    /// The file system has none.
    fn etag(&self, _: &str) -> Option<String> {
        None
    }
}
