//! Files: the single steps of publishing, each wholly done or not at all.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use tempfile::TempPath;

use super::fault;
use crate::error::Error;

/// The file whose lock says that a run is writing to the folder.
const LOCK_FILE: &str = ".feedmill.lock";

/// Begins and ends the names of temporary files; nothing else of these names is ever ours.
const TEMPORARY_PREFIX: &str = ".feedmill-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// The mark of our files stands within so many bytes: before the first entry.
const HEAD_BYTES: u64 = 64 * 1024;

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

/// What stands at a name, compared with the bytes that should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Nothing,
    /// These bytes.
    Same,
    /// A file that says of itself that feedmill made it.
    Ours,
    /// Anything else: another file, a folder, a link, or something below a link.
    Foreign,
}

/// Looks at a name below `directory` without following a link.
pub(super) fn compare(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<Standing> {
    if is_below_link(directory, name) {
        return Ok(Standing::Foreign);
    }
    let path = directory.join(name);
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Nothing),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(Standing::Foreign);
    }
    let mut file = File::open(&path)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD_BYTES).read_to_end(&mut head)?;
    if metadata.len() == bytes.len() as u64 && bytes.starts_with(&head) {
        let mut rest = Vec::with_capacity(bytes.len() - head.len() + 1);
        (&mut file).take(bytes.len() as u64).read_to_end(&mut rest)?;
        if bytes.get(head.len()..) == Some(&rest) {
            return Ok(Standing::Same);
        }
    }
    Ok(if carries_mark(&head) { Standing::Ours } else { Standing::Foreign })
}

/// The bytes of a regular file of at most `most` bytes; `None` for anything else that is there.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let metadata = path.symlink_metadata()?;
    if !metadata.is_file() || metadata.len() > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether a folder between `directory` and the file is none, such as a link that leads elsewhere.
pub(super) fn is_below_link(directory: &Path, name: &str) -> bool {
    let folders = Path::new(name).parent().unwrap_or(Path::new(""));
    let mut path = directory.to_owned();
    folders.components().any(|component| {
        path.push(component);
        path.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir())
    })
}

/// Whether a file says of itself that feedmill made it. Articles cannot say it: their `<` and `"`
/// are escaped, or belong to sanitised HTML.
fn carries_mark(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    head.contains("<generator>feedmill</generator>") || head.contains("\"generator\": \"feedmill\"")
}

/// Makes a folder and those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let make = || fs::create_dir_all(path);
    fault::step().and_then(|()| make()).map_err(|source| cannot_write(path, source))
}

/// Takes the lock of a folder; the system gives it back when the file is dropped, or the process
/// ends in whatever way.
pub(super) fn lock(directory: &Path, locking: Locking) -> Result<Option<File>, Error> {
    let path = directory.join(LOCK_FILE);
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NOFOLLOW | libc::O_NONBLOCK,
    );
    if locking == Locking::Skip {
        return Ok(None);
    }
    let file = options.open(&path).map_err(|source| cannot_write(&path, source))?;
    let locked = match locking {
        Locking::Wait => file.lock().map_err(TryLockError::Error),
        Locking::Fail | Locking::Skip => file.try_lock(),
    };
    match locked {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path: directory.to_owned() }),
        Err(TryLockError::Error(source)) => Err(Error::NoLock { path, source }),
    }
}

/// Removes what a killed run left in a folder. Nobody else is writing: the lock is ours.
pub(super) fn remove_stale_temporaries(folder: &Path) -> Result<(), Error> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Writes and syncs a file under a temporary name beside its place. It is removed when dropped.
pub(super) fn write_temporary(path: &Path, bytes: &[u8]) -> Result<TempPath, Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        make_folder(folder)?;
    }
    let write = || -> io::Result<TempPath> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX);
        // Readable for the web server, as far as the umask lets it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        fault::step()?;
        let mut file = builder.tempfile_in(folder)?;
        fault::step()?;
        file.write_all(bytes)?;
        if let Ok(old) = path.symlink_metadata() {
            file.as_file().set_permissions(old.permissions())?;
            move_time_forward(file.as_file(), &old)?;
        }
        fault::step()?;
        file.as_file().sync_all()?;
        Ok(file.into_temp_path())
    };
    write().map_err(|source| cannot_write(path, source))
}

/// Puts a temporary file in its place, whatever is there.
pub(super) fn replace(temporary: TempPath, path: &Path) -> Result<(), Error> {
    if let Err(source) = fault::step() {
        fault::forget(temporary);
        return Err(cannot_write(path, source));
    }
    temporary.persist(path).map_err(|error| cannot_write(path, error.error))
}

/// Web servers tell versions apart by time in seconds and by length: the time must not stand still.
fn move_time_forward(file: &File, old: &Metadata) -> io::Result<()> {
    let next = old.modified()? + Duration::from_secs(1);
    if file.metadata()?.modified()? < next {
        file.set_modified(next)?;
    }
    Ok(())
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let remove = || fs::remove_file(path);
    fault::step().and_then(|()| remove()).map_err(|source| cannot_write(path, source))
}

/// Makes renames and removals in a folder last.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    let sync = || File::open(folder)?.sync_all();
    fault::step().and_then(|()| sync()).map_err(|source| cannot_write(folder, source))
}

pub(super) fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::Publish { path: path.to_owned(), source }
}
