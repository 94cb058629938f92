//! Publishing: the only code that writes files.
//!
//! A file is always wholly old or wholly new: every changed feed is first written and synced under
//! a temporary name beside its place; only when all are there are they renamed, one after the
//! other. Before the first rename the manifest lists both the old and the new bytes, so that after
//! a crash at any step every file is still known for ours, and the next run heals the rest. An
//! unchanged file is not touched; a file that feedmill did not write is left alone.

mod fault;
mod files;
mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;
use uuid::Uuid;

use crate::error::{Error, Refusal};
use crate::format::Format;
use crate::types::id;
pub use files::Locking;
use files::{FileState, TemporaryFile, cannot_write};
pub use manifest::{Manifest, ManifestError};

/// What a run may do to an output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Compare, and write nothing at all.
    Preview,
    /// Write.
    Write,
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
    /// Its group is gone, but the file was left because the source was not read as a whole, and
    /// nothing in it has become private.
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
    /// How many bytes each file that is a feed or lies beside feeds has now.
    pub sizes: BTreeMap<String, usize>,
    /// How many entries came into each feed that was replaced, and how many went.
    pub turnover: BTreeMap<String, (usize, usize)>,
    /// Whether nothing was written.
    pub preview: bool,
    /// What the operator should know.
    pub warnings: Vec<String>,
    /// Feeds that the hub is still to be told of, by name, and the hashes of what they are now;
    /// [`announced`] takes note that it was told.
    pub unannounced: BTreeMap<String, Uuid>,
}

impl Publication {
    /// How many files met this change.
    pub fn count(&self, change: Change) -> usize {
        self.files.values().filter(|&&other| other == change).count()
    }

    /// Whether somebody else's file has the name of a feed. Who has a page or a stylesheet of their
    /// own may keep it.
    pub fn has_foreign_feed(&self) -> bool {
        let is_foreign = |(name, change): (&String, &Change)| {
            *change == Change::Foreign && Format::is_feed(name)
        };
        self.files.iter().any(is_foreign)
    }

    /// Whether any file was added, replaced or removed.
    pub fn is_change(&self) -> bool {
        [Change::Added, Change::Replaced, Change::Removed]
            .into_iter()
            .any(|change| self.count(change) > 0)
    }
}

/// An output folder that is being written to.
#[derive(Debug)]
pub(crate) struct Publisher {
    directory: PathBuf,
    mode: Mode,
    /// Held as long as the publisher lives.
    _lock: Option<files::Lock>,
    old: OldManifest,
    new: Manifest,
    /// Files under temporary names that are not synced yet.
    written: Vec<(String, TemporaryFile)>,
    /// Those that are.
    staged: Vec<(String, TempPath)>,
    going: Vec<String>,
    publication: Publication,
}

/// The manifest that the run before left.
#[derive(Debug, Default)]
struct OldManifest {
    manifest: Manifest,
    /// What stands in the file now: a manifest that does not change is not touched.
    bytes: Option<Vec<u8>>,
    warning: Option<String>,
}

/// Whether a hub is to be told of feeds that change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hub {
    /// It is, by the next run if not by this one.
    Hub,
    /// There is none.
    Nobody,
}

/// So many feeds may go without being asked about.
const FEW_REMOVALS: usize = 5;

/// Files that are synced together: each holds a descriptor until then.
const SYNCED_AT_ONCE: usize = 16;

/// A feed that is larger is not removed: it would have to be read to know that it is ours.
const MAX_REMOVED_BYTES: u64 = 256 * 1024 * 1024;

/// Writes the index: for nobody else to read, and for nothing to depend on.
///
/// # Errors
///
/// What to warn of, since the next run will be as slow as this one.
pub(crate) fn remember<'p>(
    file: &Path,
    parts: impl Iterator<Item = &'p [u8]>,
) -> Result<(), String> {
    files::write_private(file, parts)
        .map_err(|error| format!("cannot remember what was read in {}: {error}", file.display()))
}

/// Writes a file that is not there yet, for people to change.
///
/// # Errors
///
/// If it is there, or cannot be written; then nothing is.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    files::create(path, bytes)
}

/// Writes a report for another program, which never sees half of it. A file that does not begin like
/// a report is left alone.
///
/// # Errors
///
/// If it cannot be written, or if there is another file; then nothing is.
pub fn write_report(path: &Path, report: &[u8], mark: &[u8]) -> io::Result<()> {
    match files::read(path, MAX_REMOVED_BYTES) {
        Ok(Some(old)) if old.starts_with(mark) || old.is_empty() => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
        Ok(_) => return Err(io::Error::other("there is another file, which was left alone")),
    }
    files::overwrite(path, report)
}

/// How many entries there are that were not there before, and the other way round.
fn turnover(old: &[u8], new: &[u8]) -> (usize, usize) {
    let ids =
        |feed: &[u8]| -> BTreeSet<Uuid> { id::urns(&String::from_utf8_lossy(feed)).collect() };
    let (old, new) = (ids(old), ids(new));
    (new.difference(&old).count(), old.difference(&new).count())
}

/// Takes note that a hub was told of feeds as they were then.
///
/// # Errors
///
/// As those of a run; the hub will be told again.
pub fn announced(
    directory: &Path,
    locking: Locking,
    feeds: &BTreeMap<String, Uuid>,
) -> Result<(), Error> {
    let mut publisher = Publisher::open(directory, Mode::Write, locking, || true)?;
    let mut manifest = publisher.old.manifest.clone();
    manifest.unannounced.retain(|name, hash| feeds.get(name) != Some(hash));
    publisher.write_manifest(&manifest)
}

impl Publisher {
    /// Opens an output folder: makes it if needed, takes the lock, reads the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if another run holds the lock, [`Error::Interrupted`] if `stop` says so
    /// while waiting for it, [`Error::Publish`] if the folder cannot be made or written to.
    pub(crate) fn open(
        directory: &Path,
        mode: Mode,
        locking: Locking,
        stop: impl Fn() -> bool,
    ) -> Result<Publisher, Error> {
        let mut lock = None;
        if mode == Mode::Write {
            files::make_folder(directory)?;
            lock = files::lock(directory, locking, stop)?;
        }
        let mut old = OldManifest::read(directory)?;
        let warnings = old.warning.take().into_iter().collect();
        Ok(Publisher {
            directory: directory.to_owned(),
            mode,
            _lock: lock,
            old,
            new: Manifest::default(),
            written: Vec::new(),
            staged: Vec::new(),
            going: Vec::new(),
            publication: Publication {
                files: BTreeMap::new(),
                preview: mode == Mode::Preview,
                warnings,
                ..Publication::default()
            },
        })
    }

    /// Removes what killed runs left. Without a lock that may be what another run is writing, which
    /// then fails and is repeated.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`].
    pub(crate) fn clean(&self) -> Result<(), Error> {
        match self.mode {
            Mode::Preview => Ok(()),
            Mode::Write => files::remove_stale_temporaries(&self.directory),
        }
    }

    /// Decides which files go, given the names of all that stay, before any feed is written. A feed
    /// whose text names what is private by now is never held.
    ///
    /// # Errors
    ///
    /// The inner error if more than half of the feeds would go, and more than a few; the outer one
    /// if the folder cannot be looked at.
    pub(crate) fn plan(
        &mut self,
        names: &BTreeSet<String>,
        removals: Removals,
        names_private: impl Fn(&str) -> bool,
    ) -> Result<Result<(), Refusal>, Error> {
        if self.old.bytes.is_none() {
            self.adopt(names)?;
        }
        let old = &self.old.manifest.files;
        let mut going = Vec::new();
        for name in old.keys().filter(|name| !names.contains(*name)) {
            if files::exists(&self.directory.join(name))? {
                going.push(name.clone());
            }
        }
        let feeds = |names: Vec<&String>| {
            let feeds = names.into_iter().filter(|name| Format::is_feed(name));
            feeds.map(|name| Format::feed_of(name)).collect::<BTreeSet<_>>().len()
        };
        let (count, total) = (feeds(going.iter().collect()), feeds(old.keys().collect()));
        if removals == Removals::Guarded && count > FEW_REMOVALS && count * 2 > total {
            return Ok(Err(Refusal::Removals { going: count, total }));
        }
        let (held, going): (Vec<String>, Vec<String>) = going
            .into_iter()
            .partition(|name| removals == Removals::Hold && self.may_stay(name, &names_private));
        self.going = going;
        self.publication.files.extend(held.iter().map(|name| (name.clone(), Change::Held)));
        for name in held {
            self.keep_listed(name);
        }
        Ok(Ok(()))
    }

    /// Leaves files alone if all of them still have the bytes of these hashes, and says whether
    /// they do. What is wrong with one that cannot be read shows when it is staged.
    pub(crate) fn keep<'n>(
        &mut self,
        files: impl Iterator<Item = (&'n String, Uuid)> + Clone,
    ) -> bool {
        let mut sizes = Vec::new();
        for (name, hash) in files.clone() {
            let known = self.with_hash(name, &BTreeSet::from([hash]));
            let Ok(Some(bytes)) = known else { return false };
            sizes.push((name.clone(), bytes.len()));
        }
        for (name, hash) in files {
            self.new.files.insert(name.clone(), BTreeSet::from([hash]));
            self.publication.files.insert(name.clone(), Change::Unchanged);
        }
        self.publication.sizes.extend(sizes);
        true
    }

    /// Takes the new bytes of a file, and returns their hash. What changed waits under a temporary
    /// name for [`finish`](Self::finish); what did not is left alone.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`]; nothing has been replaced then.
    pub(crate) fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<Uuid, Error> {
        let path = self.directory.join(name);
        if !manifest::is_safe(name) {
            let source = io::Error::other("its name leads out of the output folder");
            return Err(cannot_write(&path, source));
        }
        let visibility = files::compare(&self.directory, name, bytes);
        let change = match visibility.map_err(|source| cannot_write(&path, source))? {
            FileState::Nothing => Change::Added,
            FileState::Same => Change::Unchanged,
            FileState::Ours => Change::Replaced,
            FileState::Foreign if self.is_as_listed(name)? => Change::Replaced,
            FileState::Foreign => Change::Foreign,
        };
        let hash = manifest::hash(bytes);
        if change != Change::Foreign {
            self.new.files.insert(name.to_owned(), BTreeSet::from([hash]));
            self.publication.sizes.insert(name.to_owned(), bytes.len());
        }
        if change == Change::Replaced && Format::is_feed(name) {
            let old = files::read(&path, MAX_REMOVED_BYTES).ok().flatten().unwrap_or_default();
            self.publication.turnover.insert(name.to_owned(), turnover(&old, bytes));
        }
        let writes = matches!(change, Change::Added | Change::Replaced);
        if writes && self.mode == Mode::Write {
            self.written.push((name.to_owned(), files::write_temporary(&path, bytes)?));
            if self.written.len() >= SYNCED_AT_ONCE {
                self.sync()?;
            }
        }
        self.publication.files.insert(name.to_owned(), change);
        Ok(hash)
    }

    /// Waits until what is written is on the disk.
    fn sync(&mut self) -> Result<(), Error> {
        for (name, written) in self.written.drain(..) {
            let temporary = written.sync(&self.directory.join(&name))?;
            self.staged.push((name, temporary));
        }
        Ok(())
    }

    /// Whether somebody else's file has a name that was staged.
    pub(crate) fn is_foreign(&self, name: &str) -> bool {
        self.publication.files.get(name) == Some(&Change::Foreign)
    }

    /// Forgets what was planned and staged.
    pub(crate) fn start_over(&mut self) {
        self.new = Manifest::default();
        self.written.clear();
        self.staged.clear();
        self.going.clear();
        self.publication.files.clear();
        self.publication.sizes.clear();
        self.publication.turnover.clear();
    }

    /// Puts everything in its place: the staged files, then the removals, then the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`], or [`Error::Interrupted`] once `stop` says so. What was replaced by
    /// then is whole, and the next run does the rest.
    pub(crate) fn finish(
        mut self,
        announcing: Hub,
        stop: impl Fn() -> bool,
    ) -> Result<Publication, Error> {
        let going = std::mem::take(&mut self.going);
        let mut foreign = Vec::new();
        let mut ours = Vec::new();
        for name in going {
            if self.is_as_listed(&name)? {
                ours.push(name);
            } else if files::exists(&self.directory.join(&name))? {
                foreign.push(name);
            }
        }
        let going = ours;
        for (names, change) in [(&going, Change::Removed), (&foreign, Change::Foreign)] {
            self.publication.files.extend(names.iter().map(|name| (name.clone(), change)));
        }
        // They are named again as long as they are there.
        for name in foreign {
            self.keep_listed(name);
        }
        if self.mode == Mode::Preview {
            return Ok(self.publication);
        }
        self.sync()?;

        self.new.unannounced = self.unannounced(announcing);
        if !self.staged.is_empty() {
            let both = self.old.manifest.and(&self.new);
            self.write_manifest(&both)?;
        }
        let mut folders = BTreeSet::new();
        let mut staged = std::mem::take(&mut self.staged).into_iter();
        for (name, temporary) in staged.by_ref() {
            if stop() {
                return Err(Error::Interrupted);
            }
            if let Err(error) = files::replace(temporary, &self.directory.join(&name)) {
                staged.for_each(|(_, temporary)| fault::forget(temporary));
                return Err(error);
            }
            folders.extend(folders_of(&name));
        }
        for name in going {
            if stop() {
                return Err(Error::Interrupted);
            }
            files::remove(&self.directory.join(&name))?;
            folders.extend(folders_of(&name));
        }
        for folder in &folders {
            files::sync_folder(&self.directory.join(folder))?;
        }
        let new = std::mem::take(&mut self.new);
        self.write_manifest(&new)?;
        self.publication.unannounced = new.unannounced;
        Ok(self.publication)
    }

    /// The feeds that are staged if there is a hub, and those that are left from runs before.
    fn unannounced(&self, announcing: Hub) -> BTreeMap<String, Uuid> {
        let changed = self.staged.iter().map(|(name, _)| name);
        let changed = changed.filter(|name| announcing == Hub::Hub && Format::is_feed(name));
        let names = changed.chain(self.old.manifest.unannounced.keys());
        let hash = |name: &String| self.new.files.get(name)?.first().copied();
        names.filter_map(|name| Some((name.clone(), hash(name)?))).collect()
    }

    /// Lists a file in the new manifest as in the old one.
    fn keep_listed(&mut self, name: String) {
        if let Some(hashes) = self.old.manifest.files.get(&name) {
            self.new.files.insert(name, hashes.clone());
        }
    }

    /// Whether a file is a feed that names nothing private. What else there is speaks of articles
    /// without their ids.
    fn may_stay(&self, name: &str, names_private: impl Fn(&str) -> bool) -> bool {
        let read = || files::read(&self.directory.join(name), MAX_REMOVED_BYTES).ok().flatten();
        Format::is_feed(name)
            && !names_private(&String::from_utf8_lossy(&read().unwrap_or_default()))
    }

    /// Whether a file still has bytes that the manifest lists.
    fn is_as_listed(&self, name: &str) -> Result<bool, Error> {
        let Some(hashes) = self.old.manifest.files.get(name) else { return Ok(false) };
        self.has_hash(name, hashes)
    }

    /// Whether there is a file with bytes of one of these hashes.
    fn has_hash(&self, name: &str, hashes: &BTreeSet<Uuid>) -> Result<bool, Error> {
        Ok(self.with_hash(name, hashes)?.is_some())
    }

    /// The bytes of a file if they have one of these hashes.
    fn with_hash(&self, name: &str, hashes: &BTreeSet<Uuid>) -> Result<Option<Vec<u8>>, Error> {
        if files::is_below_link(&self.directory, name) {
            return Ok(None);
        }
        let path = self.directory.join(name);
        match files::read(&path, MAX_REMOVED_BYTES) {
            Ok(bytes) => Ok(bytes.filter(|bytes| hashes.contains(&manifest::hash(bytes)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(cannot_write(&path, source)),
        }
    }

    /// Without a manifest, takes the feeds that lie beside those of this run for listed: they carry
    /// the mark of feedmill, so that a feed does not outlive its group for good.
    fn adopt(&mut self, names: &BTreeSet<String>) -> Result<(), Error> {
        let sound = names.iter().filter(|name| !files::is_below_link(&self.directory, name));
        let folders: BTreeSet<&Path> = sound.filter_map(|name| Path::new(name).parent()).collect();
        for folder in folders {
            for file in files::marked(&self.directory.join(folder))? {
                let name = folder.join(file).to_string_lossy().into_owned();
                let bytes = files::read(&self.directory.join(&name), MAX_REMOVED_BYTES);
                if let Ok(Some(bytes)) = bytes
                    && manifest::is_safe(&name)
                {
                    let hashes = BTreeSet::from([manifest::hash(&bytes)]);
                    self.old.manifest.files.insert(name, hashes);
                }
            }
        }
        Ok(())
    }

    /// Whether a run has been here before.
    pub(crate) fn has_manifest(&self) -> bool {
        self.old.bytes.is_some()
    }

    fn write_manifest(&mut self, manifest: &Manifest) -> Result<(), Error> {
        let path = self.directory.join(manifest::FILE);
        let bytes = manifest.to_bytes().map_err(|error| cannot_write(&path, error.into()))?;
        if path.is_dir() {
            let warning = "a folder stands where the manifest should, so none is kept";
            self.publication.warnings.push(warning.to_owned());
        } else if self.old.bytes.as_ref() != Some(&bytes) {
            files::replace(files::write_temporary(&path, &bytes)?.sync(&path)?, &path)?;
            files::sync_folder(&self.directory)?;
            self.old.bytes = Some(bytes);
        }
        Ok(())
    }
}

impl OldManifest {
    fn read(directory: &Path) -> Result<OldManifest, Error> {
        let path = directory.join(manifest::FILE);
        let damaged = || OldManifest {
            warning: Some(ManifestError::Damaged.to_string()),
            ..OldManifest::default()
        };
        let bytes = match files::read(&path, manifest::MAX_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(damaged()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(OldManifest::default());
            }
            Err(source) => return Err(cannot_write(&path, source)),
        };
        Ok(match Manifest::parse(&bytes) {
            Ok(manifest) => OldManifest { manifest, bytes: Some(bytes), warning: None },
            Err(error) => {
                OldManifest { warning: Some(error.to_string()), ..OldManifest::default() }
            }
        })
    }
}

/// The folders that a file lies in, relative to the output folder: `by/topic`, `by` and `""`.
fn folders_of(name: &str) -> impl Iterator<Item = PathBuf> {
    Path::new(name).ancestors().skip(1).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files = BTreeMap<String, Vec<u8>>;

    fn feed(text: &str) -> Vec<u8> {
        format!("<generator>feedmill</generator>{text}").into_bytes()
    }

    fn publish(directory: &Path, feeds: &Files) -> Result<Publication, Error> {
        let mut publisher = Publisher::open(directory, Mode::Write, Locking::Fail, || false)?;
        publisher.clean()?;
        let names = feeds.keys().cloned().collect();
        publisher.plan(&names, Removals::Guarded, |_| false)?.unwrap();
        for (name, bytes) in feeds {
            publisher.stage(name, bytes)?;
        }
        publisher.finish(Hub::Nobody, || false)
    }

    fn on_disk(directory: &Path) -> Files {
        let files = walkdir::WalkDir::new(directory).into_iter().map(Result::unwrap);
        let files = files.filter(|entry| entry.file_type().is_file());
        files
            .map(|entry| {
                let name = entry.path().strip_prefix(directory).unwrap();
                (name.to_str().unwrap().to_owned(), std::fs::read(entry.path()).unwrap())
            })
            .filter(|(name, _)| name != ".feedmill.lock")
            .collect()
    }

    #[test]
    fn after_a_crash_at_any_step_feeds_are_whole_and_the_next_run_heals() {
        let files = |pairs: &[(&str, &str)]| -> Files {
            pairs.iter().map(|(name, text)| ((*name).to_owned(), feed(text))).collect()
        };
        let old = files(&[("topic/a.json", "1"), ("topic/b.json", "1"), ("topic/c.json", "1")]);
        let new = files(&[("topic/a.json", "2"), ("topic/c.json", "1"), ("by/x/d.json", "1")]);
        let newest = files(&[("topic/c.json", "3")]);
        let expected = |feeds: &Files| {
            let folder = tempfile::tempdir().unwrap();
            publish(folder.path(), feeds).unwrap();
            on_disk(folder.path())
        };
        let (expected_new, expected_newest) = (expected(&new), expected(&newest));
        let mut crashes = 0;
        for steps in 0.. {
            let folder = tempfile::tempdir().unwrap();
            publish(folder.path(), &old).unwrap();
            fault::crash::after(steps);
            let result = publish(folder.path(), &new);
            if !fault::crash::happened() {
                result.unwrap();
                break;
            }
            result.unwrap_err();
            crashes += 1;
            for (name, bytes) in on_disk(folder.path()) {
                let whole = [&old, &new].iter().any(|feeds| feeds.get(&name) == Some(&bytes));
                assert!(
                    whole || name.starts_with('.') || name.contains("/."),
                    "{name}, {steps} steps"
                );
            }
            for name in old.keys().filter(|name| new.contains_key(*name)) {
                assert!(folder.path().join(name).exists(), "{name} after {steps} steps");
            }
            if steps % 2 == 0 {
                publish(folder.path(), &new).unwrap();
                assert_eq!(on_disk(folder.path()), expected_new, "after {steps} steps");
            }
            // What the broken run added may be gone by the next one: it is removed all the same.
            publish(folder.path(), &newest).unwrap();
            assert_eq!(on_disk(folder.path()), expected_newest, "after {steps} steps");
        }
        assert!(crashes > 15, "{crashes}");
    }
}
