//! Files: the single steps of publishing. Each is done wholly or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::{NamedTempFile, TempPath};
use walkdir::WalkDir;

use super::fault_injection as fault;
use crate::error::Error;
use crate::format::Format;
use crate::listing;

/// How the names of temporary files begin and end.
const TEMPORARY_PREFIX: &str = ".feedmill-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// The mark of a file of feedmill is within this many bytes, before the first entry.
const HEAD_BYTES: usize = 64 * 1024;

/// A larger feed is not removed: it would have to be read to know that it is of feedmill.
pub(super) const MAX_FEED_BYTES: u64 = 256 * 1024 * 1024;

/// What is at a name, compared with the bytes that should be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileState {
    /// Nothing.
    Nothing,
    /// These bytes.
    Same,
    /// A file that carries the mark of feedmill.
    Ours,
    /// Anything else: another file, a folder, a link, or anything below a link.
    Foreign,
}

/// Looks at a name below `directory` without following a link.
pub(super) fn compare(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<FileState> {
    if is_below_link(directory, name) {
        return Ok(FileState::Foreign);
    }
    let path = directory.join(name);
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FileState::Nothing),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(FileState::Foreign);
    }
    let mut file = match File::open(&path) {
        Ok(file) => file,
        // A file of feedmill can be read.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Ok(FileState::Foreign);
        }
        Err(error) => return Err(error),
    };
    let mut head = Vec::new();
    (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if metadata.len() == bytes.len() as u64 && bytes.starts_with(&head) {
        let mut rest = Vec::with_capacity(bytes.len() - head.len() + 1);
        (&mut file).take(bytes.len() as u64).read_to_end(&mut rest)?;
        if bytes.get(head.len()..) == Some(&rest) {
            return Ok(FileState::Same);
        }
    }
    Ok(if has_mark(&path, &head) { FileState::Ours } else { FileState::Foreign })
}

/// The bytes of a regular file of at most `max` bytes; `None` for anything else.
pub(super) fn read(path: &Path, max: u64) -> io::Result<Option<Vec<u8>>> {
    let metadata = path.symlink_metadata()?;
    if !metadata.is_file() || metadata.len() > max {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(max).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether a component between `directory` and the file is not a folder, such as a link.
pub(super) fn is_below_link(directory: &Path, name: &str) -> bool {
    let folders = Path::new(name).parent().unwrap_or(Path::new(""));
    let mut path = directory.to_owned();
    folders.components().any(|component| {
        path.push(component);
        path.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir())
    })
}

/// Whether a file has the mark of feedmill, which its format or listing file defines.
pub(super) fn has_mark(path: &Path, head: &[u8]) -> bool {
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    match Format::of_file(name) {
        Some(format) => head.contains(format.mark()),
        None => listing::has_mark(name, &head),
    }
}

/// Makes a folder and those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let make = || fs::create_dir_all(path);
    fault::step().and_then(|()| make()).map_err(|source| cannot_write(path, source))
}

/// Removes the temporary files of killed runs below a folder. The caller holds the lock.
pub(super) fn remove_stale_temporaries(directory: &Path) -> Result<(), Error> {
    for entry in WalkDir::new(directory).follow_root_links(true) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_temporary(entry.file_name()) => {
                remove(entry.path())?;
            }
            Ok(_) => {}
            // A run before could not write into a folder that cannot be listed.
            Err(error) => match error.into_io_error() {
                Some(source) if source.kind() != io::ErrorKind::PermissionDenied => {
                    return Err(cannot_write(directory, source));
                }
                _ => {}
            },
        }
    }
    Ok(())
}

/// `.feedmill-`, six letters and digits, `.tmp`.
fn is_temporary(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let middle = name.strip_prefix(TEMPORARY_PREFIX);
    let middle = middle.and_then(|rest| rest.strip_suffix(TEMPORARY_SUFFIX));
    middle.is_some_and(|m| m.len() == 6 && m.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether anything has this name, even a link that leads nowhere.
pub(super) fn exists(path: &Path) -> Result<bool, Error> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_nothing(&error) => Ok(false),
        Err(source) => Err(cannot_write(path, source)),
    }
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The names of the files of a folder that carry the mark of feedmill.
pub(super) fn marked(folder: &Path) -> Result<Vec<OsString>, Error> {
    let mut names = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_nothing(&error) => return Ok(names),
        Err(source) => return Err(cannot_write(folder, source)),
    };
    for entry in entries {
        let entry = entry.map_err(|source| cannot_write(folder, source))?;
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let mut head = Vec::new();
            let file = File::open(entry.path());
            let read = file.and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head));
            if read.is_ok() && has_mark(&entry.path(), &head) {
                names.push(entry.file_name());
            }
        }
    }
    Ok(names)
}

/// Writes a file under a temporary name beside its place. It is removed when dropped.
pub(super) fn write_temporary(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, Error> {
    let folder = folder_of(path);
    if !folder.exists() {
        make_folder(folder)?;
    }
    let write = || -> io::Result<NamedTempFile> {
        fault::step()?;
        let mut file = new_temporary(path, PUBLIC)?;
        fault::step()?;
        file.write_all(bytes)?;
        if let Ok(old) = path.symlink_metadata() {
            tolerated(file.as_file().set_permissions(old.permissions()))?;
            tolerated(move_time_forward(file.as_file(), &old))?;
        }
        begin_writing_back(file.as_file());
        Ok(file)
    };
    write().map_err(|source| cannot_write(path, source))
}

/// Starts to write a file to the disk, so that the disk works on several files at once and syncing
/// them takes less time.
fn begin_writing_back(file: &File) {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{Advice, fadvise};
        // The advice to drop the pages of a file makes Linux write them. If it does not, the sync
        // will.
        let _ = fadvise(file, 0, None, Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// Adds text to the end of a file, and waits until it is on the disk. Others may do so too.
pub(super) fn append(path: &Path, text: &str) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let mut options = File::options();
    options.create(true).append(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let write = || -> io::Result<()> {
        // Whole lines in one piece.
        let mut file = options.open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|source| cannot_write(path, source))
}

/// Waits until a temporary file is on the disk.
pub(super) fn sync(temporary: NamedTempFile, path: &Path) -> Result<TempPath, Error> {
    let sync = || temporary.as_file().sync_all();
    fault::step().and_then(|()| sync()).map_err(|source| cannot_write(path, source))?;
    Ok(temporary.into_temp_path())
}

/// Writes a temporary file beside its place that everybody may read, as far as the umask allows.
pub(super) fn write_public(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = new_temporary(path, PUBLIC)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// An empty temporary file beside its place.
fn new_temporary(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX);
    builder.permissions(Permissions::from_mode(mode)).tempfile_in(folder_of(path))
}

/// The folder that holds a file.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// The mode of files that the web server reads.
const PUBLIC: u32 = 0o666;

/// The mode of files for their owner alone.
const PRIVATE: u32 = 0o600;

/// Writes a file that only its owner may read. It is not synced: a crash may lose it.
pub(super) fn write_private<'p>(
    path: &Path,
    parts: impl Iterator<Item = &'p [u8]>,
) -> io::Result<()> {
    let folder = folder_of(path);
    if !folder.exists() {
        fs::DirBuilder::new().mode(0o700).recursive(true).create(folder)?;
    }
    let file = new_temporary(path, PRIVATE)?;
    let mut writer = io::BufWriter::with_capacity(WRITE_BYTES, file.as_file());
    for part in parts {
        writer.write_all(part)?;
    }
    writer.flush()?;
    drop(writer);
    remove_old_temporaries(folder, file.as_file().metadata()?.modified()?);
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Bytes of a private file that are written at once.
const WRITE_BYTES: usize = 64 * 1024;

/// Removes the temporary files of killed runs. Another run writes for seconds, not for an hour.
fn remove_old_temporaries(folder: &Path, now: SystemTime) {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    for entry in entries.filter(|entry| is_temporary(&entry.file_name())) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| now.duration_since(modified).ok());
        if age.is_some_and(|age| age > Duration::from_secs(3_600)) {
            // A left-over does no harm.
            let _ = remove(&entry.path());
        }
    }
}

/// Puts a temporary file in its place.
pub(super) fn replace(temporary: TempPath, path: &Path) -> Result<(), Error> {
    if let Err(source) = fault::step() {
        fault::forget(temporary);
        return Err(cannot_write(path, source));
    }
    temporary.persist(path).map_err(|error| cannot_write(path, error.error))
}

/// Some file systems have no modes or times to set, or no folders to sync.
fn tolerated(result: io::Result<()>) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    let lacking = [InvalidInput, PermissionDenied, Unsupported];
    result.or_else(|error| if lacking.contains(&error.kind()) { Ok(()) } else { Err(error) })
}

/// Moves the time of a file past that of the old one: web servers tell versions apart by the time in
/// seconds and the length.
fn move_time_forward(file: &File, old: &Metadata) -> io::Result<()> {
    match old.modified()?.checked_add(Duration::from_secs(1)) {
        Some(next) if file.metadata()?.modified()? < next => file.set_modified(next),
        _ => Ok(()),
    }
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let remove = || fs::remove_file(path);
    fault::step().and_then(|()| remove()).map_err(|source| cannot_write(path, source))
}

/// Makes renames and removals in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    let sync = || tolerated(File::open(folder)?.sync_all());
    fault::step().and_then(|()| sync()).map_err(|source| cannot_write(folder, source))
}

pub(super) fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::Publish { path: path.to_owned(), source }
}
