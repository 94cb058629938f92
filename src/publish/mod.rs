//! Publishing: the only code that writes files.
//!
//! A file is always wholly old or wholly new. Every changed feed is first written and synced under
//! a temporary name beside its place; once all are there, they are renamed one after the other.
//! Before the first rename the manifest lists both the old and the new bytes, so that after a crash
//! at any step the next run knows every file of feedmill and finishes the work. An unchanged file is
//! not touched, and a file that feedmill did not write is left alone.

mod fault_injection;
mod files;
mod folder;
mod journal;
mod lock;
mod manifest;
mod object_output;
mod output;
mod publisher;
mod publication;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use uuid::Uuid;

pub(crate) use self::lock::Access;
pub use self::lock::Locking;
pub use self::manifest::{Manifest, ManifestError};
pub use self::output::Mode;
pub(crate) use self::publication::PlacedFile;
pub use self::publication::{Change, EntryDelta, Publication};
pub(crate) use self::publisher::Publisher;
pub use self::publisher::Removals;
use crate::error::Error;

/// Writes the cache, for its owner alone.
///
/// # Errors
///
/// A warning: the next run will be as slow as this one.
pub(crate) fn write_cache<'p>(
    path: &Path,
    parts: impl Iterator<Item = &'p [u8]>,
) -> Result<(), String> {
    files::write_private(path, parts)
        .map_err(|error| format!("cannot write the cache {}: {error}", path.display()))
}

/// Creates a file for people to edit.
///
/// # Errors
///
/// If the file exists or cannot be written; nothing is written then.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = files::write_public(path, bytes)?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// Writes a report for another program, which never sees half of it. An existing file is replaced
/// only if it is empty or begins with `mark`, as a report does.
///
/// # Errors
///
/// If the file cannot be written, or something else is there; nothing is written then.
pub fn write_report(path: &Path, report: &[u8], mark: &[u8]) -> io::Result<()> {
    match files::read(path, files::MAX_FEED_BYTES) {
        Ok(Some(old)) if old.starts_with(mark) || old.is_empty() => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
        Ok(_) => return Err(io::Error::other("another file is there, which was left alone")),
    }
    files::write_public(path, report)?.persist(path).map(drop).map_err(|error| error.error)
}

/// Records that the WebSub hub was pinged about feeds as they were then.
///
/// # Errors
///
/// As those of a run; the hub will be pinged again.
pub fn websub_pinged(
    directory: &Path,
    locking: Locking,
    feeds: &BTreeMap<String, Uuid>,
) -> Result<(), Error> {
    Publisher::open(directory, Mode::Write, locking, Access::Alone, || true)?.forget_pending(feeds)
}
