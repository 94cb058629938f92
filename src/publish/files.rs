//! Files: the single steps of publishing, each wholly done or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::{NamedTempFile, TempPath};
use walkdir::WalkDir;

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
pub(super) enum FileState {
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
        // Ours can be read.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Ok(FileState::Foreign);
        }
        Err(error) => return Err(error),
    };
    let mut head = Vec::new();
    (&mut file).take(HEAD_BYTES).read_to_end(&mut head)?;
    if metadata.len() == bytes.len() as u64 && bytes.starts_with(&head) {
        let mut rest = Vec::with_capacity(bytes.len() - head.len() + 1);
        (&mut file).take(bytes.len() as u64).read_to_end(&mut rest)?;
        if bytes.get(head.len()..) == Some(&rest) {
            return Ok(FileState::Same);
        }
    }
    Ok(if carries_mark(&path, &head) { FileState::Ours } else { FileState::Foreign })
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

/// Whether a file says of itself that feedmill made it, in the way of its kind. Articles cannot say
/// it: their `<` and `"` are escaped, or belong to sanitised HTML.
fn carries_mark(name: &Path, head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    // Where nothing of an article stands before it, it stands on a line of its own at the top.
    let at_top = |mark: &str| head.lines().take(5).any(|line| line == mark);
    match name.extension().and_then(OsStr::to_str) {
        Some("css") => at_top("/* generator: feedmill */"),
        Some("html") => at_top("<meta name=\"generator\" content=\"feedmill\">"),
        Some("json") => head.contains("\"generator\": \"feedmill\""),
        Some("opml") => at_top("<!-- generator: feedmill -->"),
        Some("xml") => head.contains("<generator>feedmill</generator>"),
        _ => false,
    }
}

/// Makes a folder and those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let make = || fs::create_dir_all(path);
    fault::step().and_then(|()| make()).map_err(|source| cannot_write(path, source))
}

/// The lock of a folder. The system gives it back if the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    /// Closing would not do: a process that is being started may hold a copy for a moment.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Takes the lock of a folder.
pub(super) fn lock(
    directory: &Path,
    locking: Locking,
    stop: impl Fn() -> bool,
) -> Result<Option<Lock>, Error> {
    if locking == Locking::Skip {
        return Ok(None);
    }
    let path = directory.join(LOCK_FILE);
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NOFOLLOW | libc::O_NONBLOCK,
    );
    let made = options.create(true).append(true).open(&path);
    let file = match made {
        // Another user made it. To lock it, it need not be written.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            options.create(false).append(false).read(true).open(&path)
        }
        made => made,
    };
    let file = file.map_err(|source| cannot_write(&path, source))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(Lock(file))),
            Err(TryLockError::Error(source)) => return Err(Error::NoLock { path, source }),
            Err(TryLockError::WouldBlock) if locking == Locking::Fail => {
                return Err(Error::Locked { path: directory.to_owned() });
            }
            // Waiting in the system, a run would not hear signals.
            Err(TryLockError::WouldBlock) if stop() => return Err(Error::Interrupted),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
        }
    }
}

/// Between two looks whether another run has ended.
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// Removes what a killed run left anywhere below a folder. Nobody else is writing: the lock is ours.
pub(super) fn remove_stale_temporaries(directory: &Path) -> Result<(), Error> {
    for entry in WalkDir::new(directory).follow_root_links(true) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_temporary(entry.file_name()) => {
                remove(entry.path())?;
            }
            Ok(_) => {}
            // Where others do not let us look, we have not been either.
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

/// `.feedmill-`, six letters and digits, `.tmp`: a name that nobody else would choose.
fn is_temporary(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let middle = name.strip_prefix(TEMPORARY_PREFIX);
    let middle = middle.and_then(|rest| rest.strip_suffix(TEMPORARY_SUFFIX));
    middle.is_some_and(|m| m.len() == 6 && m.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether there is anything, be it a link that leads nowhere.
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
            let read = file.and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
            if read.is_ok() && carries_mark(&entry.path(), &head) {
                names.push(entry.file_name());
            }
        }
    }
    Ok(names)
}

/// A file that is on its way to the disk, under a temporary name beside its place. It is removed
/// when dropped.
#[derive(Debug)]
pub(super) struct TemporaryFile(NamedTempFile);

/// Writes a file under a temporary name beside its place.
pub(super) fn write_temporary(path: &Path, bytes: &[u8]) -> Result<TemporaryFile, Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        make_folder(folder)?;
    }
    let write = || -> io::Result<TemporaryFile> {
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
            tolerated(file.as_file().set_permissions(old.permissions()))?;
            tolerated(move_time_forward(file.as_file(), &old))?;
        }
        begin_writing_back(file.as_file());
        Ok(TemporaryFile(file))
    };
    write().map_err(|source| cannot_write(path, source))
}

/// Lets the disk begin with a file that will be synced soon, so that the disk works on several at
/// once and syncing has less to wait for.
fn begin_writing_back(file: &File) {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{Advice, fadvise};
        // The advice to forget what is written makes the system write it. If it does not, syncing
        // will.
        let _ = fadvise(file, 0, None, Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

impl TemporaryFile {
    /// Waits until the file is on the disk.
    pub(super) fn sync(self, path: &Path) -> Result<TempPath, Error> {
        let sync = || self.0.as_file().sync_all();
        fault::step().and_then(|()| sync()).map_err(|source| cannot_write(path, source))?;
        Ok(self.0.into_temp_path())
    }
}

/// Writes a file unless something is there already.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = public_temporary(path, bytes)?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// Writes a file, whatever is there.
pub(super) fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = public_temporary(path, bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// A file beside its place that everybody may read, as far as the mask of the process allows.
fn public_temporary(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX).tempfile_in(folder)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Writes a file that only its owner may read. Losing it in a crash does no harm.
pub(super) fn write_private<'p>(
    path: &Path,
    parts: impl Iterator<Item = &'p [u8]>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
    }
    let mut builder = tempfile::Builder::new();
    let file = builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX).tempfile_in(folder)?;
    let mut writer = io::BufWriter::with_capacity(WRITTEN_AT_ONCE, file.as_file());
    for part in parts {
        writer.write_all(part)?;
    }
    writer.flush()?;
    drop(writer);
    remove_old_temporaries(folder, file.as_file().metadata()?.modified()?);
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Bytes of a private file that are written in one go.
const WRITTEN_AT_ONCE: usize = 64 * 1024;

/// Removes what runs that were killed have left; another run writes for seconds, not for an hour.
fn remove_old_temporaries(folder: &Path, now: SystemTime) {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    for entry in entries.filter(|entry| is_temporary(&entry.file_name())) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| now.duration_since(modified).ok());
        if age.is_some_and(|age| age > Duration::from_secs(3_600)) {
            // It is in nobody's way.
            let _ = remove(&entry.path());
        }
    }
}

/// Puts a temporary file in its place, whatever is there.
pub(super) fn replace(temporary: TempPath, path: &Path) -> Result<(), Error> {
    if let Err(source) = fault::step() {
        fault::forget(temporary);
        return Err(cannot_write(path, source));
    }
    temporary.persist(path).map_err(|error| cannot_write(path, error.error))
}

/// Not every file system has modes and times to set, or folders to sync.
fn tolerated(result: io::Result<()>) -> io::Result<()> {
    let lacking = |kind| {
        matches!(
            kind,
            io::ErrorKind::InvalidInput
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::Unsupported
        )
    };
    match result {
        Err(error) if lacking(error.kind()) => Ok(()),
        result => result,
    }
}

/// Web servers tell versions apart by time in seconds and by length: the time must not stand still.
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

/// Makes renames and removals in a folder last.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    let sync = || tolerated(File::open(folder)?.sync_all());
    fault::step().and_then(|()| sync()).map_err(|source| cannot_write(folder, source))
}

pub(super) fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::Publish { path: path.to_owned(), source }
}
