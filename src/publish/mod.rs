//! Publishing: the only code that writes files.
//!
//! A file is always wholly old or wholly new: every changed feed is first written and synced under
//! a temporary name beside its place; only when all are there are they renamed, one after the
//! other. Before the first rename the manifest lists both the old and the new bytes, so that after
//! a crash at any step every file is still known for ours, and the next run heals the rest. An
//! unchanged file is not touched; a file that feedmill did not write is left alone.

mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata, Permissions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempPath;

use crate::error::{Error, Refusal};
use manifest::Manifest;

/// What a run may do to an output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Compare, and write nothing at all.
    Preview,
    /// Write.
    Write,
}

/// What to do while another run holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locking {
    /// Stop with [`Error::Locked`].
    Fail,
    /// Take no lock: for file systems that have none.
    Skip,
    /// Wait for the other run to end.
    Wait,
}

/// Whether files of groups that are gone may be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// None: a part of the source could not be read, so nobody knows what is gone.
    Hold,
    /// Not if most files would go.
    Guarded,
    /// Any.
    Allow,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// There was none before.
    Added,
    /// Somebody else's file has its name; it was left alone.
    Foreign,
    /// Its group is gone, but the file was left because the source was not read as a whole.
    Held,
    /// Its group is gone, and so is the file.
    Removed,
    /// Its bytes changed.
    Replaced,
    /// Its bytes are the same; it was not touched.
    Unchanged,
}

/// What publishing did, or in a preview would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// By file name relative to the output folder.
    pub files: BTreeMap<String, Change>,
    /// Whether nothing was written.
    pub preview: bool,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

impl Publication {
    /// How many files met this change.
    pub fn count(&self, change: Change) -> usize {
        self.files.values().filter(|&&other| other == change).count()
    }

    /// Whether any file was added, replaced or removed.
    pub fn is_change(&self) -> bool {
        let moved =
            |change: &Change| matches!(change, Change::Added | Change::Replaced | Change::Removed);
        self.files.values().any(moved)
    }
}

/// An output folder that is being written to.
#[derive(Debug)]
pub(crate) struct Publisher {
    directory: PathBuf,
    mode: Mode,
    /// Held as long as the publisher lives; the system gives it back even after `kill -9`.
    lock: Option<File>,
    old: Manifest,
    /// The old manifest as it was read, to leave it alone if nothing changes.
    old_bytes: Option<Vec<u8>>,
    new: Manifest,
    staged: Vec<(String, TempPath)>,
    going: Vec<String>,
    publication: Publication,
}

/// Begins the names of temporary files; nothing else of this name is ever ours.
const TEMPORARY_PREFIX: &str = ".feedmill-";
const TEMPORARY_SUFFIX: &str = ".tmp";
const LOCK_FILE: &str = ".feedmill.lock";

/// Fewer files than this may go without being asked about.
const FEW_REMOVALS: usize = 5;

impl Publisher {
    /// Opens an output folder: makes it if needed, takes the lock, removes what a killed run left
    /// under temporary names, reads the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if another run holds the lock, [`Error::Publish`] if the folder cannot be
    /// made or written to.
    pub(crate) fn open(directory: &Path, mode: Mode, locking: Locking) -> Result<Publisher, Error> {
        let mut publisher = Publisher {
            directory: directory.to_owned(),
            mode,
            lock: None,
            old: Manifest::default(),
            old_bytes: None,
            new: Manifest::default(),
            staged: Vec::new(),
            going: Vec::new(),
            publication: Publication { preview: mode == Mode::Preview, ..Publication::default() },
        };
        if mode == Mode::Write {
            make_folder(directory)?;
            publisher.lock = lock(directory, locking)?;
            remove_stale_temporaries(directory)?;
        }
        publisher.read_manifest()?;
        Ok(publisher)
    }

    /// Decides which files go, given all that stay, before anything is written.
    ///
    /// # Errors
    ///
    /// [`Refusal::Removals`] if more than half of the files would go, and more than a few.
    pub(crate) fn plan(
        &mut self,
        names: &BTreeSet<String>,
        removals: Removals,
    ) -> Result<(), Refusal> {
        let there = |name: &&String| self.directory.join(name.as_str()).symlink_metadata().is_ok();
        let gone = self.old.files.keys().filter(|name| !names.contains(*name));
        let going: Vec<String> = gone.filter(there).cloned().collect();
        let total = self.old.files.len();
        if removals == Removals::Guarded && going.len() > FEW_REMOVALS && going.len() * 2 > total {
            let going = going.len();
            return Err(Refusal::Removals { going, total });
        }
        if removals == Removals::Hold {
            for name in going {
                if let Some(hashes) = self.old.files.get(&name) {
                    self.new.files.insert(name.clone(), hashes.clone());
                }
                self.publication.files.insert(name, Change::Held);
            }
        } else {
            self.going = going;
        }
        Ok(())
    }

    /// Takes the new bytes of a file. What changed waits under a temporary name for
    /// [`finish`](Self::finish); what did not is left alone.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`]; nothing has been replaced then.
    pub(crate) fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<Change, Error> {
        let path = self.directory.join(name);
        let change = match existing(&path).map_err(|source| cannot_write(&path, source))? {
            Existing::None => Change::Added,
            Existing::File(old) if old == bytes => Change::Unchanged,
            Existing::File(old) if self.is_ours(name, &old) => Change::Replaced,
            Existing::File(_) | Existing::NotAFile => Change::Foreign,
        };
        let known = self.old.files.get(name).filter(|hashes| hashes.len() == 1);
        match (change, known) {
            (Change::Unchanged, Some(known)) => {
                self.new.files.insert(name.to_owned(), known.clone());
            }
            (Change::Foreign, _) => {}
            _ => {
                let hash = BTreeSet::from([manifest::hash(bytes)]);
                self.new.files.insert(name.to_owned(), hash);
            }
        }
        if matches!(change, Change::Added | Change::Replaced) && self.mode == Mode::Write {
            let temporary = write_temporary(&path, bytes)?;
            self.staged.push((name.to_owned(), temporary));
        }
        self.publication.files.insert(name.to_owned(), change);
        Ok(change)
    }

    /// Puts everything in its place: the staged files, then the removals, then the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`], or [`Error::Interrupted`] once `stop` says so. What was replaced by
    /// then is whole, and the next run does the rest.
    pub(crate) fn finish(mut self, stop: impl Fn() -> bool) -> Result<Publication, Error> {
        let going = std::mem::take(&mut self.going);
        let (going, foreign): (Vec<String>, Vec<String>) = going.into_iter().partition(|name| {
            let old = existing(&self.directory.join(name));
            matches!(old, Ok(Existing::File(old)) if self.is_listed(name, &old))
        });
        for (names, change) in [(&going, Change::Removed), (&foreign, Change::Foreign)] {
            self.publication.files.extend(names.iter().map(|name| (name.clone(), change)));
        }
        if self.mode == Mode::Preview {
            return Ok(self.publication);
        }

        if !self.staged.is_empty() {
            self.write_manifest(&self.old.or_as_in(&self.new))?;
        }
        let mut folders = BTreeSet::new();
        for (name, temporary) in std::mem::take(&mut self.staged) {
            if stop() {
                return Err(Error::Interrupted);
            }
            let path = self.directory.join(name);
            temporary.persist(&path).map_err(|error| cannot_write(&path, error.error))?;
            folders.extend(path.parent().map(Path::to_owned));
        }
        for name in going {
            if stop() {
                return Err(Error::Interrupted);
            }
            let path = self.directory.join(name);
            remove(&path).map_err(|source| cannot_write(&path, source))?;
            folders.extend(path.parent().map(Path::to_owned));
        }
        for folder in &folders {
            sync_folder(folder)?;
        }
        self.write_manifest(&self.new)?;
        Ok(self.publication)
    }

    fn read_manifest(&mut self) -> Result<(), Error> {
        let path = self.directory.join(manifest::FILE);
        let bytes = match existing(&path) {
            Ok(Existing::File(bytes)) => bytes,
            Ok(Existing::None) => return Ok(()),
            Ok(Existing::NotAFile) => {
                let source = io::Error::other("it is not a regular file");
                return Err(cannot_write(&path, source));
            }
            Err(source) => return Err(cannot_write(&path, source)),
        };
        match Manifest::parse(&bytes) {
            Ok(manifest) => self.old = manifest,
            Err(error) => self.publication.warnings.push(error.to_string()),
        }
        self.old_bytes = Some(bytes);
        Ok(())
    }

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), Error> {
        let path = self.directory.join(manifest::FILE);
        let bytes = manifest.to_bytes().map_err(|error| cannot_write(&path, error.into()))?;
        if self.old_bytes.as_ref() == Some(&bytes) && manifest == &self.new && self.old == self.new
        {
            return Ok(());
        }
        write_temporary(&path, &bytes)?
            .persist(&path)
            .map_err(|error| cannot_write(&path, error.error))?;
        sync_folder(&self.directory)
    }

    /// Whether a run of ours wrote these bytes, by the manifest or, where that is lost, by the mark
    /// that every feed carries.
    fn is_ours(&self, name: &str, bytes: &[u8]) -> bool {
        self.is_listed(name, bytes) || carries_mark(bytes)
    }

    fn is_listed(&self, name: &str, bytes: &[u8]) -> bool {
        let hashes = self.old.files.get(name);
        hashes.is_some_and(|hashes| hashes.contains(&manifest::hash(bytes)))
    }
}

impl Manifest {
    /// A manifest that holds while files change from this one to another.
    fn or_as_in(&self, new: &Manifest) -> Manifest {
        let mut both = self.clone();
        for (name, hashes) in &new.files {
            both.files.entry(name.clone()).or_default().extend(hashes);
        }
        both
    }
}

/// What stands at a name now.
enum Existing {
    None,
    File(Vec<u8>),
    /// A folder, a link, a device: never ours.
    NotAFile,
}

/// Looks without following a link.
fn existing(path: &Path) -> io::Result<Existing> {
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Existing::None),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(Existing::NotAFile);
    }
    let mut bytes = Vec::new();
    let expected = usize::try_from(metadata.len().min(manifest::MOST_BYTES)).unwrap_or(0);
    bytes.reserve(expected + 1);
    File::open(path)?.take(manifest::MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(Existing::File(bytes))
}

/// Whether a file says of itself that feedmill made it. Articles cannot say it: their `<` and `"`
/// are escaped or belong to sanitised HTML.
fn carries_mark(bytes: &[u8]) -> bool {
    let head = bytes.get(..MARK_BYTES).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    head.contains("<generator>feedmill</generator>") || head.contains("\"generator\": \"feedmill\"")
}

/// The mark stands before the first entry.
const MARK_BYTES: usize = 16 * 1024;

/// Makes a folder and those above it.
fn make_folder(path: &Path) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    fs::create_dir_all(path).map_err(|source| cannot_write(path, source))
}

fn lock(directory: &Path, locking: Locking) -> Result<Option<File>, Error> {
    let path = directory.join(LOCK_FILE);
    if locking == Locking::Skip {
        return Ok(None);
    }
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NOFOLLOW | libc::O_NONBLOCK,
    );
    let file = options.open(&path).map_err(|source| cannot_write(&path, source))?;
    let locked = match locking {
        Locking::Wait => file.lock().map_err(TryLockError::Error),
        Locking::Fail | Locking::Skip => file.try_lock(),
    };
    match locked {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path: directory.to_owned() }),
        Err(TryLockError::Error(source)) => Err(cannot_write(&path, source)),
    }
}

/// Removes what a killed run left. Nobody else is writing: the lock is ours.
fn remove_stale_temporaries(directory: &Path) -> Result<(), Error> {
    let list = |folder: &Path| -> io::Result<Vec<fs::DirEntry>> { fs::read_dir(folder)?.collect() };
    let entries = list(directory).map_err(|source| cannot_write(directory, source))?;
    let folders = entries.iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let below = folders.filter_map(|folder| list(&folder.path()).ok());
    let below: Vec<fs::DirEntry> = below.flatten().collect();
    for entry in entries.iter().chain(&below) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove(&entry.path()).map_err(|source| cannot_write(&entry.path(), source))?;
        }
    }
    Ok(())
}

/// Writes and syncs a file under a temporary name beside its place. It is removed when dropped.
fn write_temporary(path: &Path, bytes: &[u8]) -> Result<TempPath, Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_real_folder(folder)?;
    let old = path.symlink_metadata().ok();
    let write = || -> io::Result<TempPath> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX);
        // Readable for the web server, as far as the umask lets it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        if let Some(old) = &old {
            keep_mode(file.as_file(), old)?;
            move_time_forward(file.as_file(), old)?;
        }
        file.as_file().sync_all()?;
        Ok(file.into_temp_path())
    };
    write().map_err(|source| cannot_write(path, source))
}

/// The folder of a kind; a link in its place would lead out of the output folder.
fn make_real_folder(folder: &Path) -> Result<(), Error> {
    match folder.symlink_metadata() {
        // The output folder itself may well be a link, and has been made already.
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) if folder.join(LOCK_FILE).exists() => Ok(()),
        Ok(_) => {
            let source = io::Error::other("it is a link or a file, not a folder");
            Err(cannot_write(folder, source))
        }
        Err(_) => make_folder(folder),
    }
}

fn keep_mode(file: &File, old: &Metadata) -> io::Result<()> {
    let mode: Permissions = old.permissions();
    file.set_permissions(mode)
}

/// Web servers tell versions apart by time in seconds and length: the time must not stand still.
fn move_time_forward(file: &File, old: &Metadata) -> io::Result<()> {
    let old = old.modified()?;
    let next = old + Duration::from_secs(1);
    if file.metadata()?.modified()? < next {
        file.set_modified(next)?;
    }
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    fs::remove_file(path)
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| cannot_write(folder, source))
}

fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::Publish { path: path.to_owned(), source }
}
