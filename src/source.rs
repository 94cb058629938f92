//! The source: which files there are, and the bytes of one. The only module that reads articles.
//!
//! Symbolic links are never followed unless they are given by name: one that leads to a file of the
//! same source is passed over, since that file is read where it is, if at all; any other is a
//! finding. Nothing but a regular file is ever
//! opened for good.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::error::Error;
use crate::types::diagnostic::{Diagnostic, Finding, Problem};
use crate::types::limits;

/// The files of a source.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files that may hold an article: in the order of the sources given, each sorted by path.
    pub files: Vec<PathBuf>,
    /// What was found that looks like an article but is no file to read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lists the files below the given folders, and the given files themselves.
///
/// Files are those named `.md`, `.markdown`, `.html`, `.htm` or `.txt`. Hidden files and folders,
/// `_site`, `node_modules` and the output folder are left out. A file given twice is listed once.
///
/// # Errors
///
/// If a source does not exist, a folder cannot be listed as a whole, or `stop` says so.
pub fn scan(sources: &[PathBuf], output: &Path, stop: impl Fn() -> bool) -> Result<Listing, Error> {
    let output = fs::canonicalize(output).ok();
    let mut listing = Listing::default();
    // Only another source can list a file again.
    let mut seen = (sources.len() > 1).then(HashSet::new);
    for root in sources {
        let canonical = fs::canonicalize(root).map_err(|source| unreadable(root, source))?;
        let first = listing.files.len();
        if canonical.is_dir() {
            listing.add_folder(root, &canonical, output.as_deref(), &stop)?;
        } else {
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
        for entry in walk.filter_entry(|entry| !is_skipped(entry) && !is_output(entry)) {
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
        // All begin alike, so that bytes order them as their paths below the root would.
        let (_, new) = self.files.split_at_mut(first);
        new.sort_unstable_by(|one, other| {
            one.as_os_str().as_encoded_bytes().cmp(other.as_os_str().as_encoded_bytes())
        });
        Ok(())
    }
}

/// One article file that has been read.
#[derive(Debug)]
pub(crate) struct Contents<'b> {
    /// All its bytes.
    pub bytes: &'b [u8],
    /// What the file system said about the file just before they were read; `None` if that was
    /// long ago.
    pub metadata: Option<Metadata>,
}

/// What the file system says about a file; `None` if it says nothing.
pub(crate) fn look(path: &Path) -> Option<Metadata> {
    fs::symlink_metadata(path).ok()
}

/// The contents of one article file, read into a buffer.
///
/// # Errors
///
/// The inner error is a problem of this file alone; the outer one means that the source as a whole
/// cannot be trusted: a failing disk, no more file descriptors.
pub(crate) fn read<'b>(
    path: &Path,
    buffer: &'b mut Vec<u8>,
) -> Result<Result<Contents<'b>, Problem>, Error> {
    match read_whole(path, buffer) {
        Ok(read) => Ok(read),
        Err(error) => match of_one_file(&error) {
            Some(problem) => Ok(Err(problem)),
            None => Err(unreadable(path, error)),
        },
    }
}

/// Reads a file into the beginning of a buffer, which may go on with what was read before.
fn read_whole<'b>(
    path: &Path,
    buffer: &'b mut Vec<u8>,
) -> io::Result<Result<Contents<'b>, Problem>> {
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(Err(Problem::NotAFile));
    }
    let too_large = |length: u64| length > limits::FILE_BYTES;
    if too_large(metadata.len()) {
        return Ok(Err(Problem::FileLarge));
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(0);
    if buffer.len() <= expected {
        buffer.resize(expected + 1, 0);
    }
    // A regular file that gives less than it is asked for has ended.
    let mut length = file.read(buffer.get_mut(..=expected).unwrap_or_default())?;
    if length != expected {
        // It has grown or shrunk meanwhile.
        buffer.truncate(length);
        file.take(limits::FILE_BYTES + 1).read_to_end(buffer)?;
        length = buffer.len();
    }
    if too_large(length as u64) {
        return Ok(Err(Problem::FileLarge));
    }
    let bytes = buffer.get(..length).unwrap_or_default();
    Ok(Ok(Contents { bytes, metadata: Some(metadata) }))
}

/// Opens without waiting for the other end of a pipe, and without following a link.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    #[expect(clippy::disallowed_methods, reason = "the one place that opens what is read")]
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_NOCTTY,
    );
    options.open(path)
}

/// The problem, if a failure to read says something about this file alone.
fn of_one_file(error: &io::Error) -> Option<Problem> {
    #[cfg(unix)]
    match error.raw_os_error() {
        Some(libc::ELOOP) => return Some(Problem::OutsideLink),
        Some(libc::ENXIO | libc::ENODEV) => return Some(Problem::NotAFile),
        _ => {}
    }
    let alone = matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::NotADirectory
    );
    alone.then(|| Problem::FileUnreadable(error.kind().to_string()))
}

/// What [`DirEntry::file_name`] says, without a look at what kind of part of the path it is.
fn file_name(entry: &DirEntry) -> &[u8] {
    let path = entry.path().as_os_str().as_encoded_bytes();
    let is_separator = |&byte: &u8| std::path::is_separator(char::from(byte));
    path.rsplit(is_separator).next().unwrap_or_default()
}

fn is_skipped(entry: &DirEntry) -> bool {
    let name = file_name(entry);
    let folder = entry.file_type().is_dir() && matches!(name, b"_site" | b"node_modules");
    folder || name.starts_with(b".")
}

fn is_article_name(name: &[u8]) -> bool {
    // Hidden files have been left out, so that the first dot is not that of `.md` alone.
    let extension = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let known = [&b"md"[..], b"markdown", b"html", b"htm", b"txt"];
    extension.len() < name.len() && known.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// What is wrong with an entry that is neither a file to read nor a folder to list.
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

/// A folder that cannot be listed stops the run, but for one whose path is too long.
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
