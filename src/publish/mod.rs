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
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::error::{Error, Refusal};
use crate::format::Format;
pub use files::Locking;
use files::{Standing, cannot_write};
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
    _lock: Option<File>,
    old: OldManifest,
    new: Manifest,
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

/// So many feeds may go without being asked about.
const FEW_REMOVALS: usize = 5;

/// A feed that is larger is not removed: it would have to be read to know that it is ours.
const MOST_REMOVED_BYTES: u64 = 256 * 1024 * 1024;

impl Publisher {
    /// Opens an output folder: makes it if needed, takes the lock, reads the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if another run holds the lock, [`Error::Publish`] if the folder cannot be
    /// made or written to.
    pub(crate) fn open(directory: &Path, mode: Mode, locking: Locking) -> Result<Publisher, Error> {
        let mut lock = None;
        if mode == Mode::Write {
            files::make_folder(directory)?;
            lock = files::lock(directory, locking)?;
            files::remove_stale_temporaries(directory)?;
        }
        let mut old = OldManifest::read(directory)?;
        let warnings = old.warning.take().into_iter().collect();
        Ok(Publisher {
            directory: directory.to_owned(),
            mode,
            _lock: lock,
            old,
            new: Manifest::default(),
            staged: Vec::new(),
            going: Vec::new(),
            publication: Publication {
                files: BTreeMap::new(),
                preview: mode == Mode::Preview,
                warnings,
            },
        })
    }

    /// Decides which files go, given the names of all that stay, before any feed is written; and
    /// removes what a killed run left under temporary names.
    ///
    /// # Errors
    ///
    /// The inner error if more than half of the feeds would go, and more than a few; the outer one
    /// if a temporary file cannot be removed.
    pub(crate) fn plan(
        &mut self,
        names: &BTreeSet<String>,
        removals: Removals,
    ) -> Result<Result<(), Refusal>, Error> {
        let old = &self.old.manifest.files;
        let there = |name: &&String| self.directory.join(name.as_str()).symlink_metadata().is_ok();
        let going = old.keys().filter(|name| !names.contains(*name)).filter(there);
        let going: Vec<String> = going.cloned().collect();
        let feeds = |names: Vec<&String>| {
            names.into_iter().map(|name| Format::feed_of(name)).collect::<BTreeSet<_>>().len()
        };
        let (count, total) = (feeds(going.iter().collect()), feeds(old.keys().collect()));
        if removals == Removals::Guarded && count > FEW_REMOVALS && count * 2 > total {
            return Ok(Err(Refusal::Removals { going: count, total }));
        }
        if removals == Removals::Hold {
            for name in going {
                self.new
                    .files
                    .extend(old.get_key_value(&name).map(|(k, v)| (k.clone(), v.clone())));
                self.publication.files.insert(name, Change::Held);
            }
        } else {
            self.going = going;
        }
        if self.mode == Mode::Write {
            let names = names.iter().chain(old.keys());
            let sound = names.filter(|name| !files::is_below_link(&self.directory, name));
            let folders: BTreeSet<&Path> =
                sound.filter_map(|name| Path::new(name).parent()).collect();
            for folder in folders {
                files::remove_stale_temporaries(&self.directory.join(folder))?;
            }
        }
        Ok(Ok(()))
    }

    /// Takes the new bytes of a file. What changed waits under a temporary name for
    /// [`finish`](Self::finish); what did not is left alone.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`]; nothing has been replaced then.
    pub(crate) fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.directory.join(name);
        let standing = files::compare(&self.directory, name, bytes);
        let change = match standing.map_err(|source| cannot_write(&path, source))? {
            Standing::Nothing => Change::Added,
            Standing::Same => Change::Unchanged,
            Standing::Ours => Change::Replaced,
            Standing::Foreign => Change::Foreign,
        };
        if change != Change::Foreign {
            let known = self.old.manifest.files.get(name).filter(|hashes| hashes.len() == 1);
            let hashes = match (change, known) {
                (Change::Unchanged, Some(known)) => known.clone(),
                _ => BTreeSet::from([manifest::hash(bytes)]),
            };
            self.new.files.insert(name.to_owned(), hashes);
        }
        let writes = matches!(change, Change::Added | Change::Replaced);
        if writes && self.mode == Mode::Write {
            let temporary = files::write_temporary(&path, bytes)?;
            self.staged.push((name.to_owned(), temporary));
        }
        self.publication.files.insert(name.to_owned(), change);
        Ok(())
    }

    /// Puts everything in its place: the staged files, then the removals, then the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`], or [`Error::Interrupted`] once `stop` says so. What was replaced by
    /// then is whole, and the next run does the rest.
    pub(crate) fn finish(mut self, stop: impl Fn() -> bool) -> Result<Publication, Error> {
        let going = std::mem::take(&mut self.going);
        let (going, foreign): (Vec<String>, Vec<String>) =
            going.into_iter().partition(|name| self.is_as_listed(name));
        for (names, change) in [(&going, Change::Removed), (&foreign, Change::Foreign)] {
            self.publication.files.extend(names.iter().map(|name| (name.clone(), change)));
        }
        if self.mode == Mode::Preview {
            return Ok(self.publication);
        }

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
        Ok(self.publication)
    }

    /// Whether a file still has bytes that the manifest lists.
    fn is_as_listed(&self, name: &str) -> bool {
        let hashes = self.old.manifest.files.get(name);
        let read = || files::read(&self.directory.join(name), MOST_REMOVED_BYTES).ok().flatten();
        let listed =
            |bytes: Vec<u8>| hashes.is_some_and(|hashes| hashes.contains(&manifest::hash(&bytes)));
        !files::is_below_link(&self.directory, name) && read().is_some_and(listed)
    }

    fn write_manifest(&mut self, manifest: &Manifest) -> Result<(), Error> {
        let path = self.directory.join(manifest::FILE);
        let bytes = manifest.to_bytes().map_err(|error| cannot_write(&path, error.into()))?;
        if self.old.bytes.as_ref() != Some(&bytes) {
            files::replace(files::write_temporary(&path, &bytes)?, &path)?;
            files::sync_folder(&self.directory)?;
            self.old.bytes = Some(bytes);
        }
        Ok(())
    }
}

impl OldManifest {
    fn read(directory: &Path) -> Result<OldManifest, Error> {
        let path = directory.join(manifest::FILE);
        let bytes = match files::read(&path, manifest::MOST_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                let source = io::Error::other("it is not a regular file of a sensible size");
                return Err(cannot_write(&path, source));
            }
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
        let mut publisher = Publisher::open(directory, Mode::Write, Locking::Fail)?;
        publisher.plan(&feeds.keys().cloned().collect(), Removals::Guarded)?.unwrap();
        for (name, bytes) in feeds {
            publisher.stage(name, bytes)?;
        }
        publisher.finish(|| false)
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
