//! The publisher: brings an output folder from one set of files to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::{NamedTempFile, TempPath};
use uuid::Uuid;

use super::files::{self, FileState, cannot_write};
use super::folder::Folder;
use super::journal::{self, Journal};
use super::lock::{Access, Locking};
use super::manifest::{self, Manifest, ManifestError};
use super::object_output::ObjectOutput;
use super::output::{Mode, Output};
use super::publication::{Change, EntryDelta, PlacedFile, Publication};
use crate::error::{Error, Refusal};
use crate::format::Format;
use crate::listing;
use crate::objects;
use crate::types::guid;

/// Whether a run may remove the files of groups that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// No: a part of the source could not be read, so nobody knows which groups are gone.
    Hold,
    /// Not more than half of the feeds.
    Guarded,
    /// Any.
    Allow,
}

/// An output folder while a run writes to it.
#[derive(Debug)]
pub(crate) struct Publisher {
    output: Box<dyn Output>,
    mode: Mode,
    old: OldManifest,
    /// What processes that shared the folder put there since, if any did.
    journal: Option<Journal>,
    new: Manifest,
    /// Temporary files that are not synced yet.
    unsynced: Vec<(String, NamedTempFile)>,
    /// Temporary files that are synced.
    staged: Vec<(String, TempPath)>,
    removals: Vec<String>,
    /// Feeds that are about to be replaced, with the entries that they will have. They are compared with
    /// what is in their places, many at once.
    uncounted: Vec<(String, BTreeSet<Uuid>)>,
    publication: Publication,
}

/// The manifest of the run before.
#[derive(Debug, Default)]
struct OldManifest {
    manifest: Manifest,
    /// The bytes of the file: a manifest that does not change is not touched.
    bytes: Option<Vec<u8>>,
    warning: Option<String>,
}

/// This many feeds may be removed without a question.
const FEW_REMOVALS: usize = 5;

/// Files that are synced together: each holds a descriptor until then.
const SYNCED_AT_ONCE: usize = 16;

impl Publisher {
    /// Opens an output folder: makes it if needed, takes the lock, reads the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if another run holds the lock, [`Error::Interrupted`] if `stop` says to
    /// stop waiting for it, [`Error::Publish`] if the folder cannot be made or written to.
    pub(crate) fn open(
        directory: &Path,
        mode: Mode,
        locking: Locking,
        access: Access,
        stop: impl Fn() -> bool,
    ) -> Result<Publisher, Error> {
        let mut output = open(directory, mode, locking, access, stop)?;
        let mut old = OldManifest::read(&*output)?;
        output.learn(&old.manifest);
        let journal = output.read_journal().map(|bytes| journal::parse(&bytes));
        let warnings = old.warning.take().into_iter().collect();
        Ok(Publisher {
            output,
            mode,
            old,
            journal,
            new: Manifest::default(),
            unsynced: Vec::new(),
            staged: Vec::new(),
            removals: Vec::new(),
            uncounted: Vec::new(),
            publication: Publication {
                preview: mode == Mode::Preview,
                warnings,
                ..Publication::default()
            },
        })
    }

    /// Removes what killed runs left behind.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`].
    pub(crate) fn clean(&self) -> Result<(), Error> {
        match self.mode {
            Mode::Preview => Ok(()),
            Mode::Write => self.output.clean(),
        }
    }

    /// Decides which files to remove, given the names of all files that stay, before any feed is
    /// written. A feed that names what is private by now is never held. Returns the refusal if the
    /// run may not remove that many feeds.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`] if the folder cannot be looked at.
    pub(crate) fn plan(
        &mut self,
        names: &BTreeSet<String>,
        removals: Removals,
        names_private: impl Fn(&str) -> bool,
    ) -> Result<Option<Refusal>, Error> {
        if self.old.bytes.is_none() {
            self.adopt(names)?;
        }
        let old = &self.old.manifest.files;
        let mut obsolete = Vec::new();
        let new = self.journal.iter().flat_map(BTreeMap::keys);
        let known: BTreeSet<&String> = old.keys().chain(new).collect();
        for &name in known.iter().filter(|name| !names.contains(**name)) {
            if self.output.exists(name)? {
                obsolete.push(name.clone());
            }
        }
        let going = count_feeds(obsolete.iter());
        let total = match self.old.bytes {
            None => count_feeds(known.iter().copied()),
            Some(_) => count_feeds(old.keys()),
        };
        if removals == Removals::Guarded && going > FEW_REMOVALS && going * 2 > total {
            return Ok(Some(Refusal::Removals { going, total }));
        }
        let (held, obsolete): (Vec<String>, Vec<String>) = obsolete
            .into_iter()
            .partition(|name| removals == Removals::Hold && self.may_stay(name, &names_private));
        self.removals = obsolete;
        self.publication.files.extend(held.iter().map(|name| (name.clone(), Change::Held)));
        for name in held {
            self.keep_listed(name);
        }
        Ok(None)
    }

    /// Leaves files alone if all of them still have the bytes of these hashes. Returns whether they
    /// do. The error of a file that cannot be read comes when it is staged.
    pub(crate) fn keep<'n>(
        &mut self,
        files: impl Iterator<Item = (&'n String, Uuid)> + Clone,
    ) -> bool {
        let mut sizes = Vec::new();
        for (name, hash) in files.clone() {
            let size = self.output.size_with_hash(name, &BTreeSet::from([hash]));
            let Ok(Some(size)) = size else { return false };
            sizes.push((name.clone(), size));
        }
        for (name, hash) in files {
            self.new.files.insert(name.clone(), BTreeSet::from([hash]));
            self.publication.files.insert(name.clone(), Change::Unchanged);
        }
        self.publication.sizes.extend(sizes);
        true
    }

    /// Takes the new bytes of a file. Returns their hash. A file that changed waits under a
    /// temporary name for [`finish`](Self::finish); any other file is left alone.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`]; nothing has been replaced then.
    pub(crate) fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<Uuid, Error> {
        let path = self.output.path(name);
        if !manifest::is_safe(name) {
            let source = io::Error::other("its name leads out of the output folder");
            return Err(cannot_write(&path, source));
        }
        let state = self.output.compare(name, bytes);
        let change = match state.map_err(|source| cannot_write(&path, source))? {
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
            self.uncounted.push((name.to_owned(), entries(bytes)));
            if self.uncounted.len() >= objects::REQUESTS {
                self.count_entries();
            }
        }
        let writes = matches!(change, Change::Added | Change::Replaced);
        if writes && self.mode == Mode::Write {
            self.unsynced.push((name.to_owned(), self.output.write_temporary(name, bytes)?));
            if self.unsynced.len() >= SYNCED_AT_ONCE {
                self.sync()?;
            }
        }
        self.publication.files.insert(name.to_owned(), change);
        Ok(hash)
    }

    /// Counts the entries that replaced feeds gain and lose.
    fn count_entries(&mut self) {
        let output = &*self.output;
        let delta = |(name, new): (String, BTreeSet<Uuid>)| {
            let old = output.read(&name, files::MAX_FEED_BYTES).ok().flatten();
            let old = entries(&old.unwrap_or_default());
            let added = new.difference(&old).count();
            (name, EntryDelta { added, removed: old.difference(&new).count() })
        };
        let uncounted = std::mem::take(&mut self.uncounted);
        self.publication.entry_deltas.par_extend(uncounted.into_par_iter().map(delta));
    }

    /// Waits until all temporary files are on the disk.
    fn sync(&mut self) -> Result<(), Error> {
        for (name, temporary) in self.unsynced.drain(..) {
            let synced = self.output.sync(temporary, &name)?;
            self.staged.push((name, synced));
        }
        Ok(())
    }

    /// Whether a file that feedmill did not write has a name that was staged.
    pub(crate) fn is_foreign(&self, name: &str) -> bool {
        self.publication.files.get(name) == Some(&Change::Foreign)
    }

    /// Forgets what was planned and staged.
    pub(crate) fn start_over(&mut self) {
        self.new = Manifest::default();
        self.unsynced.clear();
        self.staged.clear();
        self.removals.clear();
        self.uncounted.clear();
        self.publication.files.clear();
        self.publication.sizes.clear();
        self.publication.entry_deltas.clear();
    }

    /// Puts everything in its place: the staged files, then the removals, then the manifest. With a
    /// `hub`, feeds that change are listed as pending for it.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`], or [`Error::Interrupted`] once `stop` says to stop. Every file is whole
    /// then, and the next run does the rest.
    pub(crate) fn finish(
        mut self,
        hub: bool,
        stop: impl Fn() -> bool + Sync,
    ) -> Result<Publication, Error> {
        self.count_entries();
        let removals = self.confirmed_removals()?;
        if self.mode == Mode::Preview {
            return Ok(self.publication);
        }
        self.sync()?;
        self.new.websub_pending = self.websub_pending(hub);
        if !self.staged.is_empty() {
            let both = self.old.manifest.and(&self.new);
            self.write_manifest(&both)?;
        }
        let mut folders = self.replace_staged(&stop)?;
        for name in &removals {
            if stop() {
                return Err(Error::Interrupted);
            }
            self.output.remove(name)?;
            folders.extend(folders_of(name));
        }
        for folder in &folders {
            self.output.sync_folder(folder)?;
        }
        let mut new = std::mem::take(&mut self.new);
        let etags =
            new.files.keys().filter_map(|name| Some((name.clone(), self.output.etag(name)?)));
        new.etags = etags.collect();
        self.write_manifest(&new)?;
        if self.journal.is_some() {
            self.output.remove_journal()?;
        }
        self.publication.websub_pending = new.websub_pending;
        Ok(self.publication)
    }

    /// Puts the staged files in their places. Returns the folders that they are in.
    fn replace_staged(
        &mut self,
        stop: &(impl Fn() -> bool + Sync),
    ) -> Result<BTreeSet<PathBuf>, Error> {
        let staged = std::mem::take(&mut self.staged);
        let folders = staged.iter().flat_map(|(name, _)| folders_of(name)).collect();
        self.output.replace_all(staged, stop)?;
        Ok(folders)
    }

    /// Puts the staged files in their places while others write to the folder too. The manifest is left
    /// to the run that will be alone there; until then the journal lists the files.
    ///
    /// # Errors
    ///
    /// As those of [`finish`](Self::finish).
    pub(crate) fn place(&mut self, stop: impl Fn() -> bool + Sync) -> Result<(), Error> {
        self.count_entries();
        self.sync()?;
        if self.staged.is_empty() {
            return Ok(());
        }
        let hash = |name: &String| self.new.files.get(name)?.first().copied();
        let names = self.staged.iter().map(|(name, _)| name);
        let lines = journal::lines(names.filter_map(|name| Some((name.as_str(), hash(name)?))));
        self.output.append_journal(&lines)?;
        for folder in &self.replace_staged(&stop)? {
            self.output.sync_folder(folder)?;
        }
        Ok(())
    }

    /// The number of files that wait for [`place`](Self::place).
    pub(crate) fn waiting(&self) -> usize {
        self.unsynced.len() + self.staged.len()
    }

    /// What became of a file that was staged, and [placed](Self::place).
    pub(crate) fn placed_file(&self, name: &str) -> Option<PlacedFile> {
        let Publication { files, sizes, entry_deltas, .. } = &self.publication;
        Some(PlacedFile {
            hash: self.new.files.get(name).and_then(|hashes| hashes.first().copied()),
            change: *files.get(name)?,
            bytes: sizes.get(name).copied().unwrap_or_default(),
            delta: entry_deltas.get(name).copied().unwrap_or_default(),
            etag: self.output.etag(name),
        })
    }

    /// Takes in a file that another process has put in its place. Returns whether it still has the
    /// bytes that it had then.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`] if the file cannot be read.
    pub(crate) fn receive(&mut self, name: &str, placed: &PlacedFile) -> Result<bool, Error> {
        let &PlacedFile { hash, change, bytes, delta, ref etag } = placed;
        let Some(hash) = hash.filter(|_| manifest::is_safe(name)) else {
            self.publication.files.insert(name.to_owned(), Change::Foreign);
            return Ok(true);
        };
        let hashes = BTreeSet::from([hash]);
        let is_same_object = etag.is_some() && self.output.etag(name) == *etag;
        if !is_same_object && !self.has_hash(name, &hashes)? {
            return Ok(false);
        }
        // The other process may have run twice: what counts is the run before.
        let change = match self.old.manifest.files.get(name) {
            _ if self.old.bytes.is_none() => change,
            None => Change::Added,
            Some(before) if before.contains(&hash) => Change::Unchanged,
            Some(_) => Change::Replaced,
        };
        if change == Change::Replaced && Format::is_feed(name) {
            self.publication.entry_deltas.insert(name.to_owned(), delta);
        }
        self.publication.files.insert(name.to_owned(), change);
        self.publication.sizes.insert(name.to_owned(), bytes);
        self.new.files.insert(name.to_owned(), hashes);
        Ok(true)
    }

    /// The files to remove that still have the bytes that the manifest lists. Others are foreign by
    /// now; they stay, and stay listed.
    fn confirmed_removals(&mut self) -> Result<Vec<String>, Error> {
        let mut confirmed = Vec::new();
        for name in std::mem::take(&mut self.removals) {
            if self.is_as_listed(&name)? {
                self.publication.files.insert(name.clone(), Change::Removed);
                confirmed.push(name);
            } else if self.output.exists(&name)? {
                self.publication.files.insert(name.clone(), Change::Foreign);
                self.keep_listed(name);
            }
        }
        Ok(confirmed)
    }

    /// The feeds that the hub must be pinged about: those that change if there is a hub, and those
    /// of runs before.
    fn websub_pending(&self, hub: bool) -> BTreeMap<String, Uuid> {
        let is_new = |change: &Change| matches!(change, Change::Added | Change::Replaced);
        let changed = self.publication.files.iter().filter(|(_, change)| is_new(change));
        let changed = changed.map(|(name, _)| name).filter(|name| hub && Format::is_feed(name));
        let names = changed.chain(self.old.manifest.websub_pending.keys());
        let hash = |name: &String| self.new.files.get(name)?.first().copied();
        names.filter_map(|name| Some((name.clone(), hash(name)?))).collect()
    }

    /// Forgets feeds that the hub was pinged about, unless they have changed since.
    pub(super) fn forget_pending(mut self, pinged: &BTreeMap<String, Uuid>) -> Result<(), Error> {
        let mut manifest = self.old.manifest.clone();
        manifest.websub_pending.retain(|name, hash| pinged.get(name) != Some(hash));
        self.write_manifest(&manifest)
    }

    /// Lists a file in the new manifest as in the old one.
    fn keep_listed(&mut self, name: String) {
        let hashes = self.listed(&name);
        if !hashes.is_empty() {
            self.new.files.insert(name, hashes);
        }
    }

    /// The hashes that a file may have by the manifest or the journal; none if feedmill did not write it.
    fn listed(&self, name: &str) -> BTreeSet<Uuid> {
        let journal = self.journal.as_ref().and_then(|journal| journal.get(name));
        let listed = self.old.manifest.files.get(name).into_iter().chain(journal);
        listed.flatten().copied().collect()
    }

    /// Whether a file is a feed, or its page, that names nothing private. Other files name articles
    /// without their ids, so nobody can tell.
    fn may_stay(&self, name: &str, names_private: impl Fn(&str) -> bool) -> bool {
        let read = || self.output.read(name, files::MAX_FEED_BYTES).ok().flatten();
        (Format::is_feed(name) || listing::is_feed_page(name))
            && !names_private(&String::from_utf8_lossy(&read().unwrap_or_default()))
    }

    /// Whether a file still has bytes that the manifest lists.
    fn is_as_listed(&self, name: &str) -> Result<bool, Error> {
        let hashes = self.listed(name);
        Ok(!hashes.is_empty() && self.has_hash(name, &hashes)?)
    }

    /// Whether the bytes of a file have one of these hashes.
    fn has_hash(&self, name: &str, hashes: &BTreeSet<Uuid>) -> Result<bool, Error> {
        let size = self.output.size_with_hash(name, hashes);
        Ok(size.map_err(|error| cannot_write(&self.output.path(name), error))?.is_some())
    }

    /// Without a manifest, lists the feeds that lie beside those of this run and carry the mark of
    /// feedmill. Otherwise a feed whose group is gone would never be removed.
    fn adopt(&mut self, names: &BTreeSet<String>) -> Result<(), Error> {
        let folders: BTreeSet<&Path> =
            names.iter().filter_map(|name| Path::new(name).parent()).collect();
        // What the journal lists needs no mark.
        let journal = self.journal.as_ref();
        let is_known = |name: &str| journal.is_some_and(|journal| journal.contains_key(name));
        for folder in folders {
            for name in self.output.marked(folder, &is_known)? {
                if is_known(&name) {
                    continue;
                }
                let bytes = self.output.read(&name, files::MAX_FEED_BYTES);
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
        let (name, output) = (manifest::FILE, &mut self.output);
        let bytes = manifest.to_bytes();
        let bytes = bytes.map_err(|error| cannot_write(&output.path(name), error.into()))?;
        if self.old.bytes.as_ref() != Some(&bytes) && !output.is_folder(name) {
            let temporary = output.sync(output.write_temporary(name, &bytes)?, name)?;
            output.replace_all(vec![(name.to_owned(), temporary)], &|| false)?;
            output.sync_folder(Path::new(""))?;
            self.old.bytes = Some(bytes);
        }
        Ok(())
    }
}

impl OldManifest {
    fn read(output: &dyn Output) -> Result<OldManifest, Error> {
        let path = output.path(manifest::FILE);
        let unusable =
            |warning: String| OldManifest { warning: Some(warning), ..OldManifest::default() };
        let bytes = match output.read(manifest::FILE, manifest::MAX_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) if output.is_folder(manifest::FILE) => {
                let folder = "a folder is in the place of the manifest";
                return Ok(unusable(format!("{folder} {}, so none is written", path.display())));
            }
            Ok(None) => return Ok(unusable(ManifestError::Damaged.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(OldManifest::default());
            }
            Err(source) => return Err(cannot_write(&path, source)),
        };
        Ok(match Manifest::parse(&bytes) {
            Ok(manifest) => OldManifest { manifest, bytes: Some(bytes), warning: None },
            Err(error) => unusable(error.to_string()),
        })
    }
}

/// Opens an output folder: makes it if needed, and takes the lock.
fn open(
    directory: &Path,
    mode: Mode,
    locking: Locking,
    access: Access,
    stop: impl Fn() -> bool,
) -> Result<Box<dyn Output>, Error> {
    if objects::is_address(directory) {
        Ok(Box::new(ObjectOutput::open(directory, mode, locking, access, stop)?))
    } else {
        Ok(Box::new(Folder::open(directory, mode, locking, access, stop)?))
    }
}

/// The number of feeds that some files belong to.
fn count_feeds<'n>(names: impl Iterator<Item = &'n String>) -> usize {
    let feeds = names.filter(|name| Format::is_feed(name)).map(|name| Format::feed_of(name));
    feeds.collect::<BTreeSet<_>>().len()
}

/// The ids of the entries of a feed.
fn entries(feed: &[u8]) -> BTreeSet<Uuid> {
    guid::find_urns(&String::from_utf8_lossy(feed)).collect()
}

/// The folders that a file lies in, relative to the output folder: `by/topic`, `by` and `""`.
fn folders_of(name: &String) -> impl Iterator<Item = PathBuf> {
    Path::new(name).ancestors().skip(1).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::fault_injection as fault;

    type Files = BTreeMap<String, Vec<u8>>;

    fn feed(text: &str) -> Vec<u8> {
        format!("<generator>feedmill</generator>{text}").into_bytes()
    }

    fn publish(directory: &Path, feeds: &Files) -> Result<Publication, Error> {
        let mut publisher =
            Publisher::open(directory, Mode::Write, Locking::Fail, Access::Alone, || false)?;
        publisher.clean()?;
        let names = feeds.keys().cloned().collect();
        assert_eq!(publisher.plan(&names, Removals::Guarded, |_| false)?, None);
        for (name, bytes) in feeds {
            publisher.stage(name, bytes)?;
        }
        publisher.finish(false, || false)
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
