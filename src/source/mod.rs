//! The source: lists and opens article files. The only module that reads articles.
//!
//! A symbolic link is followed only if it is given by name. Other links are skipped if they lead to
//! a file of the same source, which is read where it is, and reported if they lead elsewhere.
//! Nothing but a regular file is read. A file of records is read only if it is given by name.

mod objects;
mod records;

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

pub(crate) use self::objects::ObjectFiles;
pub use self::records::holds_records;
pub(crate) use self::records::{RecordFile, read_record};
use crate::error::Error;
use crate::objects::{ObjectFacts, is_address};
use crate::types::{Diagnostic, Finding, PathPatterns, Problem, limits};

/// The files of a source.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files that may hold an article: in the order of the sources, each source sorted by path.
    pub files: Vec<PathBuf>,
    /// Problems of what looks like an article and is not a file to read.
    pub diagnostics: Vec<Diagnostic>,
    /// Those of the files that lie in object storage.
    pub(crate) objects: ObjectFiles,
}

/// Lists the files below the given folders, and the given files themselves.
///
/// Article files are named as `is_article_name` says. Hidden files and folders, `_site`,
/// `node_modules`, the output folder and what matches `excluded` are left out. A file given twice is
/// listed once.
///
/// # Errors
///
/// If a source does not exist, a folder cannot be listed as a whole, or `stop` says to stop.
pub fn list(
    sources: &[PathBuf],
    output: &Path,
    excluded: &[PathPatterns],
    stop: impl Fn() -> bool,
) -> Result<Listing, Error> {
    let address = output;
    let output = fs::canonicalize(output).ok();
    let mut listing = Listing::default();
    // Only a second source can list a file again.
    let mut seen = (sources.len() > 1).then(HashSet::new);
    for root in sources {
        let first = listing.files.len();
        let canonical = if is_address(root) {
            root.clone()
        } else {
            fs::canonicalize(root).map_err(|source| unreadable(root, source))?
        };
        if is_address(root) {
            listing.add_objects(root, address, excluded)?;
        } else if canonical.is_dir() {
            listing.add_folder(root, &canonical, output.as_deref(), excluded, &stop)?;
        } else if !is_excluded(excluded, root, false) {
            // A link that is given by name is followed.
            let path = if root.is_symlink() { canonical.clone() } else { root.clone() };
            if canonical.is_file() {
                listing.files.push(path);
            } else {
                listing.diagnostics.push(Diagnostic::of_file(path, Problem::NotAFile));
            }
        }
        if let Some(seen) = &mut seen {
            let new = listing.files.split_off(first);
            listing.files.extend(new.into_iter().filter(|path| {
                let below = path.strip_prefix(root).ok();
                let below = below.filter(|below| !below.as_os_str().is_empty());
                seen.insert(below.map_or_else(|| canonical.clone(), |below| canonical.join(below)))
            }));
        }
    }
    Ok(listing)
}

impl Listing {
    /// Adds the files below a folder, sorted by path.
    fn add_folder(
        &mut self,
        root: &Path,
        canonical: &Path,
        output: Option<&Path>,
        excluded: &[PathPatterns],
        stop: impl Fn() -> bool,
    ) -> Result<(), Error> {
        let first = self.files.len();
        let is_output = |entry: &DirEntry| {
            output.is_some_and(|output| {
                entry.file_type().is_dir()
                    && output.file_name() == Some(entry.file_name())
                    && fs::canonicalize(entry.path()).is_ok_and(|path| path == output)
            })
        };
        if output == Some(canonical) {
            return Ok(());
        }
        let walk = WalkDir::new(root).min_depth(1).into_iter();
        let is_wanted = |entry: &DirEntry| {
            let is_folder = entry.file_type().is_dir();
            !is_skipped(entry)
                && !is_output(entry)
                && !is_excluded(excluded, entry.path(), is_folder)
        };
        for entry in walk.filter_entry(is_wanted) {
            if stop() {
                return Err(Error::Interrupted);
            }
            match entry {
                Ok(entry) => {
                    let wanted = is_article_name(file_name(&entry));
                    if let Some(problem) = refusal(&entry, canonical, output, wanted) {
                        self.diagnostics.push(Diagnostic::of_file(entry.into_path(), problem));
                    } else if entry.file_type().is_file() && wanted {
                        self.files.push(entry.into_path());
                    }
                }
                Err(error) => self.diagnostics.push(unlisted(root, error)?),
            }
        }
        // All paths begin with the root, so that their bytes sort as their parts would.
        let (_, new) = self.files.split_at_mut(first);
        new.sort_unstable_by(|path, other| {
            path.as_os_str().as_encoded_bytes().cmp(other.as_os_str().as_encoded_bytes())
        });
        Ok(())
    }
}

/// The contents of an article file.
#[derive(Debug)]
pub(crate) struct Contents<'b> {
    /// All its bytes.
    pub bytes: &'b [u8],
    /// What tells the version that was read apart; `None` if it was read long ago.
    pub version: Option<Version>,
    /// The path that a record states, if the bytes are from one; it may be empty.
    pub path: Option<PathBuf>,
}

/// What tells the versions of a file apart.
#[derive(Clone, Debug)]
pub(crate) enum Version {
    File(Metadata),
    Object(ObjectFacts),
}

impl Version {
    /// Whether it is of a regular file, or of an object.
    pub(crate) fn is_file(&self) -> bool {
        match self {
            Version::File(metadata) => metadata.is_file(),
            Version::Object(_) => true,
        }
    }

    /// When the bytes changed last.
    pub(crate) fn modified(&self) -> Option<SystemTime> {
        match self {
            Version::File(metadata) => metadata.modified().ok(),
            Version::Object(facts) => Some(facts.modified),
        }
    }
}

/// The version of a file, without following a link; `None` if there is none.
pub(crate) fn version(path: &Path) -> Option<Version> {
    fs::symlink_metadata(path).ok().map(Version::File)
}

/// Why a file was not read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// A problem of this file alone.
    File(Finding),
    /// The source as a whole cannot be read: a failing disk, no more file descriptors.
    Source(Error),
}

impl From<Problem> for ReadError {
    fn from(problem: Problem) -> ReadError {
        ReadError::File(Finding::new(0, 0, problem))
    }
}

/// Reads one article file into the beginning of a buffer, which may hold more than the file.
pub(crate) fn read<'b>(path: &Path, buffer: &'b mut Vec<u8>) -> Result<Contents<'b>, ReadError> {
    let failed = |error| ReadError::from_io(path, error);
    let mut file = open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(ReadError::from(Problem::NotAFile));
    }
    let length = match metadata.len() {
        length if length > limits::FILE_BYTES => length,
        _ => fill(&mut file, &metadata, buffer).map_err(failed)?,
    };
    if length > limits::FILE_BYTES {
        return Err(ReadError::from(Problem::FileLarge));
    }
    let length = usize::try_from(length).unwrap_or(0);
    let bytes = buffer.get(..length).unwrap_or_default();
    Ok(Contents { bytes, version: Some(Version::File(metadata)), path: None })
}

/// Reads a file into the beginning of a buffer. Returns its length.
fn fill(file: &mut File, metadata: &Metadata, buffer: &mut Vec<u8>) -> io::Result<u64> {
    let expected = usize::try_from(metadata.len()).unwrap_or(0);
    // The buffer is never cleared: that would cost as much again as reading.
    if buffer.len() <= expected {
        buffer.resize(expected + 1, 0);
    }
    // A regular file that gives less than it is asked for has ended.
    let length = file.read(buffer.get_mut(..=expected).unwrap_or_default())?;
    if length == expected {
        return Ok(metadata.len());
    }
    // The file has grown or shrunk.
    buffer.truncate(length);
    file.take(limits::FILE_BYTES + 1).read_to_end(buffer)?;
    Ok(buffer.len() as u64)
}

/// Opens without waiting for the other end of a pipe, and without following a link.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    #[expect(clippy::disallowed_methods, reason = "the one place that opens files for reading")]
    let mut options = File::options();
    options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_NOCTTY).open(path)
}

/// The problem, if an error concerns this file alone.
fn problem_of_file(error: &io::Error) -> Option<Problem> {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    match error.raw_os_error() {
        Some(libc::ELOOP) => return Some(Problem::OutsideLink),
        Some(libc::ENXIO | libc::ENODEV) => return Some(Problem::NotAFile),
        _ => {}
    }
    let alone = [NotFound, PermissionDenied, InvalidFilename, NotADirectory];
    let kind = error.kind();
    alone.contains(&kind).then(|| Problem::FileUnreadable(kind.to_string()))
}

/// As [`DirEntry::file_name`], without parsing the path.
fn file_name(entry: &DirEntry) -> &[u8] {
    let path = entry.path().as_os_str().as_encoded_bytes();
    let is_separator = |&byte: &u8| std::path::is_separator(char::from(byte));
    path.rsplit(is_separator).next().unwrap_or_default()
}

fn is_skipped(entry: &DirEntry) -> bool {
    let name = file_name(entry);
    if entry.file_type().is_dir() { is_skipped_name(name) } else { name.starts_with(b".") }
}

/// Whether a folder is hidden, or holds no articles by its name.
fn is_skipped_name(name: &[u8]) -> bool {
    name.starts_with(b".") || matches!(name, b"_site" | b"node_modules")
}

/// Whether a file or a folder matches one of the patterns.
fn is_excluded(excluded: &[PathPatterns], path: &Path, is_folder: bool) -> bool {
    excluded.iter().any(|patterns| patterns.matches(path, is_folder))
}

/// Whether a file is Markdown, HTML or text by its name.
fn is_article_name(name: &[u8]) -> bool {
    // Hidden files have been left out, so the name is not `.md` alone.
    let extension = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let known: [&[u8]; 9] =
        [b"md", b"markdown", b"html", b"htm", b"txt", b"mkd", b"mkdn", b"mkdown", b"mdown"];
    extension.len() < name.len() && known.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// The problem of an entry that is neither a file to read nor a folder to list.
fn refusal(entry: &DirEntry, root: &Path, output: Option<&Path>, wanted: bool) -> Option<Problem> {
    let kind = entry.file_type();
    if kind.is_symlink() {
        let target = fs::canonicalize(entry.path());
        let inside = target.as_ref().is_ok_and(|target| {
            target.starts_with(root) || output.is_some_and(|output| target.starts_with(output))
        });
        let matters = wanted || target.is_ok_and(|target| target.is_dir());
        return (matters && !inside).then_some(Problem::OutsideLink);
    }
    (wanted && !kind.is_file() && !kind.is_dir()).then_some(Problem::NotAFile)
}

/// A folder that cannot be listed stops the run, unless its path is too long.
fn unlisted(root: &Path, error: walkdir::Error) -> Result<Diagnostic, Error> {
    let path = error.path().unwrap_or(root).to_owned();
    let source = error.into_io_error().unwrap_or_else(|| io::Error::other("a loop of links"));
    match source.kind() {
        kind @ io::ErrorKind::InvalidFilename => {
            Ok(Diagnostic::of_file(path, Problem::FileUnreadable(kind.to_string())))
        }
        _ => Err(unreadable(&path, source)),
    }
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Source { path: path.to_owned(), source }
}

impl Diagnostic {
    /// A problem of a file as a whole.
    pub(crate) fn of_file(path: PathBuf, problem: Problem) -> Diagnostic {
        let (line, column) = (0, 0);
        Diagnostic { path, finding: Finding { line, column, problem } }
    }
}
