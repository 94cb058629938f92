//! An output folder in object storage.
//!
//! An object is whole by nature, so nothing is written under a temporary name: changed files wait on
//! this machine until all are there. An object whose entity tag is still the one in the manifest has the
//! bytes that the manifest lists, and is not read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use tempfile::{NamedTempFile, TempPath};
use uuid::Uuid;

use super::files::{self, FileState, cannot_write};
use super::journal;
use super::lock::{Access, LOCK_FILE, Locking};
use super::manifest::{self, Manifest};
use super::output::{Mode, Output};
use crate::error::Error;
use crate::format::Format;
use crate::objects::{self, Headers, ObjectFacts, ObjectFolder};

/// How long caches may serve a file without asking again.
const CACHE_CONTROL: &str = "public, max-age=300";

/// A run that waits takes over a lock of this age. No run takes that long.
const STALE_LOCK: Duration = Duration::from_secs(3_600);

/// The time between two attempts to take the lock.
const LOCK_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct ObjectOutput {
    address: PathBuf,
    folder: ObjectFolder,
    /// What is there, by name.
    objects: BTreeMap<String, ObjectFacts>,
    /// The hashes of objects that are as the manifest lists them.
    known: BTreeMap<String, Uuid>,
    locking: Locking,
    lock: Option<ObjectLock>,
}

impl ObjectOutput {
    pub(super) fn open(
        address: &Path,
        mode: Mode,
        locking: Locking,
        access: Access,
        stop: impl Fn() -> bool,
    ) -> Result<ObjectOutput, Error> {
        let failed = |error| cannot_write(address, error);
        let folder = ObjectFolder::open(address).map_err(failed)?;
        let locks_of_others = locking;
        let is_alone = mode == Mode::Write && access == Access::Alone;
        let locking = if is_alone { locking } else { Locking::Skip };
        let waits = locking == Locking::Wait;
        let lock = waits.then(|| ObjectLock::wait(&folder, address, stop)).transpose()?;
        let objects = folder.list().map_err(failed)?;
        let objects: BTreeMap<String, ObjectFacts> =
            objects.into_iter().map(|object| (object.name, object.facts)).collect();
        // Those that share a folder have no lock of their own, and only look for one.
        let fails = mode == Mode::Write && locks_of_others == Locking::Fail;
        if fails && objects.contains_key(LOCK_FILE) {
            return Err(Error::Locked { path: address.to_owned() });
        }
        let (address, known) = (address.to_owned(), BTreeMap::new());
        Ok(ObjectOutput { address, folder, objects, known, locking, lock })
    }

    /// Takes the lock before the first write, so that a run that changes nothing writes nothing at all.
    /// If another run has written since this one looked, this one has lost.
    fn begin_to_write(&mut self) -> Result<(), Error> {
        if self.locking != Locking::Fail || self.lock.is_some() {
            return Ok(());
        }
        let locked = || Error::Locked { path: self.address.clone() };
        let lock = ObjectLock::take(&self.folder, &self.address)?.ok_or_else(locked)?;
        let manifest = match self.folder.get(manifest::FILE) {
            Ok((_, facts)) => Some(facts.etag),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(cannot_write(&self.path(manifest::FILE), error)),
        };
        if manifest.as_ref() != self.objects.get(manifest::FILE).map(|facts| &facts.etag) {
            return Err(locked());
        }
        self.lock = Some(lock);
        Ok(())
    }

    /// The names of the parts of the journal.
    fn journals(&self) -> impl Iterator<Item = &String> {
        self.objects.keys().filter(|name| name.starts_with(journal::FILE))
    }

    /// Writes an object from the bytes that wait for it.
    fn put(&self, name: &str, temporary: &TempPath) -> Result<ObjectFacts, Error> {
        let put = || {
            let bytes = fs::read(temporary)?;
            let size = bytes.len() as u64;
            let etag = self.folder.put(name, bytes, headers(name))?;
            Ok(ObjectFacts { size, modified: SystemTime::UNIX_EPOCH, etag })
        };
        put().map_err(|error| cannot_write(&self.path(name), error))
    }
}

impl Output for ObjectOutput {
    fn path(&self, name: &str) -> PathBuf {
        objects::path_of(&self.address, name)
    }

    fn learn(&mut self, manifest: &Manifest) {
        let known = manifest.etags.iter().filter_map(|(name, etag)| {
            let hashes = manifest.files.get(name)?;
            let is_same = self.objects.get(name)?.etag == *etag && hashes.len() == 1;
            Some((name.clone(), *hashes.first().filter(|_| is_same)?))
        });
        self.known = known.collect();
    }

    fn compare(&mut self, name: &str, bytes: &[u8]) -> io::Result<FileState> {
        if let Some(hash) = self.known.get(name) {
            let is_same = *hash == manifest::hash(bytes);
            return Ok(if is_same { FileState::Same } else { FileState::Ours });
        }
        Ok(match self.read(name, files::MAX_FEED_BYTES) {
            Ok(Some(old)) if old == bytes => FileState::Same,
            Ok(Some(old)) if files::has_mark(Path::new(name), &old) => FileState::Ours,
            Ok(_) => FileState::Foreign,
            Err(error) if error.kind() == io::ErrorKind::NotFound => FileState::Nothing,
            Err(error) => return Err(error),
        })
    }

    fn read(&self, name: &str, max: u64) -> io::Result<Option<Vec<u8>>> {
        match self.objects.get(name) {
            None => Err(io::ErrorKind::NotFound.into()),
            Some(facts) if facts.size > max => Ok(None),
            Some(_) => Ok(Some(self.folder.get(name)?.0)),
        }
    }

    fn size_with_hash(&self, name: &str, hashes: &BTreeSet<Uuid>) -> io::Result<Option<usize>> {
        if let (Some(hash), Some(facts)) = (self.known.get(name), self.objects.get(name)) {
            let size = usize::try_from(facts.size).unwrap_or(usize::MAX);
            return Ok(hashes.contains(hash).then_some(size));
        }
        match self.read(name, files::MAX_FEED_BYTES) {
            Ok(Some(bytes)) if hashes.contains(&manifest::hash(&bytes)) => Ok(Some(bytes.len())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn exists(&self, name: &str) -> Result<bool, Error> {
        Ok(self.objects.contains_key(name))
    }

    /// There are no folders.
    fn is_folder(&self, _: &str) -> bool {
        false
    }

    fn marked(
        &self,
        folder: &Path,
        is_known: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<String>, Error> {
        let in_folder = |name: &&String| Path::new(name).parent() == Some(folder);
        let names = self.objects.keys().filter(in_folder);
        let names: Vec<&String> =
            names.filter(|name| manifest::is_safe(name) && !is_known(name)).collect();
        let marked = |name: &String| {
            let bytes = self.read(name, files::MAX_FEED_BYTES);
            let bytes = bytes.map_err(|error| cannot_write(&self.path(name), error))?;
            let is_marked = bytes.is_some_and(|bytes| files::has_mark(Path::new(name), &bytes));
            Ok(is_marked.then(|| name.clone()))
        };
        names.into_par_iter().filter_map(|name| marked(name).transpose()).collect()
    }

    /// Temporary files are on this machine, and in no folder that is served.
    fn clean(&self) -> Result<(), Error> {
        Ok(())
    }

    fn write_temporary(&self, name: &str, bytes: &[u8]) -> Result<NamedTempFile, Error> {
        let write = || {
            let mut file = NamedTempFile::new()?;
            file.write_all(bytes)?;
            Ok(file)
        };
        write().map_err(|error| cannot_write(&self.path(name), error))
    }

    fn sync(&self, temporary: NamedTempFile, _: &str) -> Result<TempPath, Error> {
        Ok(temporary.into_temp_path())
    }

    /// Many requests are in flight at once. The manifest comes before and after all others, by itself.
    fn replace_all(
        &mut self,
        staged: Vec<(String, TempPath)>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), Error> {
        if !staged.is_empty() {
            self.begin_to_write()?;
        }
        let put = |(name, temporary): (String, TempPath)| {
            if stop() {
                return Err(Error::Interrupted);
            }
            let facts = self.put(&name, &temporary)?;
            Ok((name, facts))
        };
        let put: Vec<(String, ObjectFacts)> =
            staged.into_par_iter().map(put).collect::<Result<_, Error>>()?;
        self.objects.extend(put);
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), Error> {
        self.begin_to_write()?;
        self.folder.remove(name).map_err(|error| cannot_write(&self.path(name), error))?;
        self.objects.remove(name);
        Ok(())
    }

    /// The storage has made every request durable.
    fn sync_folder(&self, _: &Path) -> Result<(), Error> {
        Ok(())
    }

    /// Each process adds an object, since none can be appended to.
    fn append_journal(&self, lines: &str) -> Result<(), Error> {
        let hash = manifest::hash(lines.as_bytes()).simple();
        let name = format!("{}.{hash}", journal::FILE);
        let put = self.folder.put(&name, lines.as_bytes().to_vec(), headers(&name));
        put.map(drop).map_err(|error| cannot_write(&self.path(&name), error))
    }

    fn read_journal(&self) -> Option<Vec<u8>> {
        let names: Vec<&String> = self.journals().collect();
        let parts = names.into_par_iter().map(|name| self.read(name, journal::MAX_BYTES).ok()?);
        let parts: Vec<Vec<u8>> = parts.collect::<Option<_>>()?;
        (!parts.is_empty()).then(|| parts.concat())
    }

    fn remove_journal(&mut self) -> Result<(), Error> {
        let names: Vec<String> = self.journals().cloned().collect();
        if !names.is_empty() {
            self.begin_to_write()?;
        }
        let remove = |name: &String| {
            self.folder.remove(name).map_err(|error| cannot_write(&self.path(name), error))
        };
        names.par_iter().try_for_each(remove)?;
        self.objects.retain(|name, _| !names.contains(name));
        Ok(())
    }

    fn etag(&self, name: &str) -> Option<String> {
        self.objects.get(name).map(|facts| facts.etag.clone()).filter(|etag| !etag.is_empty())
    }
}

/// What web servers say of a file.
fn headers(name: &str) -> Headers {
    let (_, extension) = name.rsplit_once('.').unwrap_or_default();
    let content_type = match (Format::of_file(name), extension) {
        (Some(format), _) => format.media_type(),
        (None, "css") => "text/css; charset=utf-8",
        (None, "html") => "text/html; charset=utf-8",
        (None, "js") => "text/javascript; charset=utf-8",
        (None, "json") => "application/json",
        (None, "opml") => "text/x-opml; charset=utf-8",
        (None, "svg") => "image/svg+xml",
        (None, "xsl") => "application/xslt+xml",
        (None, _) => "application/octet-stream",
    };
    let is_manifest = name == manifest::FILE;
    let cache_control = if is_manifest { "no-cache" } else { CACHE_CONTROL };
    Headers { content_type, cache_control }
}

/// The lock of a folder: an object that only one run can create. A killed run leaves it behind.
#[derive(Debug)]
struct ObjectLock {
    folder: ObjectFolder,
    etag: String,
}

impl ObjectLock {
    /// `None` if another run holds the lock.
    fn take(folder: &ObjectFolder, address: &Path) -> Result<Option<ObjectLock>, Error> {
        let etag = folder.create(LOCK_FILE, token());
        ObjectLock::held(etag, folder, address)
    }

    /// Waits until no other run holds the lock, or only one that was killed long ago.
    fn wait(
        folder: &ObjectFolder,
        address: &Path,
        stop: impl Fn() -> bool,
    ) -> Result<ObjectLock, Error> {
        loop {
            if let Some(lock) = ObjectLock::take(folder, address)? {
                return Ok(lock);
            }
            if let Some(lock) = ObjectLock::held(take_over_if_stale(folder), folder, address)? {
                return Ok(lock);
            }
            if stop() {
                return Err(Error::Interrupted);
            }
            std::thread::sleep(LOCK_PAUSE);
        }
    }

    fn held(
        etag: io::Result<Option<String>>,
        folder: &ObjectFolder,
        address: &Path,
    ) -> Result<Option<ObjectLock>, Error> {
        let etag =
            etag.map_err(|error| cannot_write(&objects::path_of(address, LOCK_FILE), error))?;
        Ok(etag.map(|etag| ObjectLock { folder: folder.clone(), etag }))
    }
}

impl Drop for ObjectLock {
    /// Another run may have taken it over. A lock that cannot be removed only delays the next run.
    fn drop(&mut self) {
        if self.folder.get(LOCK_FILE).is_ok_and(|(_, facts)| facts.etag == self.etag) {
            let _ = self.folder.remove(LOCK_FILE);
        }
    }
}

/// Takes over the lock of a run that was killed long ago.
fn take_over_if_stale(folder: &ObjectFolder) -> io::Result<Option<String>> {
    let facts = match folder.get(LOCK_FILE) {
        Ok((_, facts)) => facts,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let age = now().duration_since(facts.modified).unwrap_or_default();
    if age < STALE_LOCK { Ok(None) } else { folder.take_over(LOCK_FILE, &facts.etag, token()) }
}

/// The bytes of a lock, which no other run has: two locks with the same bytes could not be told apart.
fn token() -> Vec<u8> {
    let since = now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("feedmill, process {}, {} ns\n", std::process::id(), since.as_nanos()).into_bytes()
}

#[expect(clippy::disallowed_methods, reason = "the age of a lock concerns no feed")]
fn now() -> SystemTime {
    SystemTime::now()
}
