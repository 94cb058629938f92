//! Files of records: NDJSON, one article in each line.
//!
//! Of each record only the place where its line starts stays in memory.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::{Contents, ObjectFiles, ReadError, Version, open, problem_of_file, unreadable};
use crate::error::Error;
use crate::front_matter::record::{self, Extent};
use crate::types::{Problem, limits};

/// Whether a file holds records by its name. Such a file is read only if it is given by name.
pub fn holds_records(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["ndjson", "jsonl"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// A file of records. It is held open, so that a file that replaces it does not matter to this run.
#[derive(Debug)]
pub(crate) struct RecordFile {
    path: PathBuf,
    file: File,
    /// Of the file before it was read.
    version: Version,
    /// Where the line of each record starts, and the end of the file.
    starts: Vec<u64>,
    /// For each blank line, the number of records before it.
    blank_lines: Vec<usize>,
}

/// Bytes that are searched for lines at once.
const CHUNK_BYTES: usize = 256 * 1024;

impl RecordFile {
    /// Opens a file and finds its lines.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or `stop` says to stop.
    pub(crate) fn open(
        path: &Path,
        objects: &ObjectFiles,
        stop: impl Fn() -> bool,
    ) -> Result<RecordFile, ReadError> {
        let failed = |error| ReadError::from_io(path, error);
        let (file, version) = objects.copy(path).unwrap_or_else(|| open_file(path))?;
        let (starts, blank_lines) = (Vec::new(), Vec::new());
        let mut records = RecordFile { path: path.to_owned(), file, version, starts, blank_lines };
        let mut lines = Lines { records: &mut records, start: 0, is_blank: true };
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut position = 0;
        loop {
            if stop() {
                return Err(ReadError::Source(Error::Interrupted));
            }
            let mut file = &lines.records.file;
            let length = match file.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                length => length.map_err(failed)?,
            };
            if length == 0 {
                break;
            }
            lines.find(buffer.get(..length).unwrap_or_default(), position);
            position += length as u64;
        }
        lines.end(position);
        records.starts.push(position);
        Ok(records)
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn version(&self) -> &Version {
        &self.version
    }

    /// The line of a record, counted from 1.
    pub(crate) fn line(&self, record: usize) -> usize {
        record + 1 + self.blank_lines.partition_point(|&before| before <= record)
    }

    /// The record at a line.
    pub(crate) fn record_at(&self, line: usize) -> Option<usize> {
        (0..self.len()).find(|&record| self.line(record) == line)
    }

    /// Reads a record as the file that it stands for, into a buffer.
    ///
    /// # Errors
    ///
    /// If the record is none, or the file cannot be read any more.
    pub(crate) fn read<'b>(
        &self,
        record: usize,
        extent: Extent,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Contents<'b>, ReadError> {
        let place = |record: usize| self.starts.get(record).copied().unwrap_or_default();
        let (start, end) = (place(record), place(record + 1));
        // The bytes of an article take up to six times as much in a string.
        if end.saturating_sub(start) > 6 * limits::FILE_BYTES {
            return Err(ReadError::from(Problem::FileLarge));
        }
        let mut line = vec![0; usize::try_from(end.saturating_sub(start)).unwrap_or(0)];
        self.file.read_exact_at(&mut line, start).map_err(|error| match error.kind() {
            // The file has shrunk.
            kind @ io::ErrorKind::UnexpectedEof => {
                ReadError::from(Problem::FileUnreadable(kind.to_string()))
            }
            _ => ReadError::from_io(&self.path, error),
        })?;
        let text = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| start == 0).unwrap_or(&line);
        let version = Some(self.version.clone());
        Ok(Contents { version, ..read_record(text, extent, buffer)? })
    }
}

/// Opens a regular file.
fn open_file(path: &Path) -> Result<(File, Version), ReadError> {
    let failed = |error| ReadError::from_io(path, error);
    let file = open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(ReadError::from(Problem::NotAFile));
    }
    Ok((file, Version::File(metadata)))
}

/// Reads a line as the file that it stands for, into a buffer.
pub(crate) fn read_record<'b>(
    line: &[u8],
    extent: Extent,
    buffer: &'b mut Vec<u8>,
) -> Result<Contents<'b>, ReadError> {
    let file = record::read(line.trim_ascii(), extent).map_err(ReadError::File)?;
    *buffer = file.bytes;
    if buffer.len() as u64 > limits::FILE_BYTES {
        return Err(ReadError::from(Problem::FileLarge));
    }
    Ok(Contents { bytes: buffer, version: None, path: Some(file.path) })
}

/// The lines of a file while it is read part by part.
struct Lines<'r> {
    records: &'r mut RecordFile,
    /// Where the line starts that has no end yet.
    start: u64,
    /// Whether only white space is known of it.
    is_blank: bool,
}

impl Lines<'_> {
    /// Finds the lines that end in some bytes, which are at a position of the file.
    fn find(&mut self, bytes: &[u8], position: u64) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at_checked(end + 1).unwrap_or((rest, b""));
            self.is_blank &= line.trim_ascii_start().is_empty();
            let after_line = position + (bytes.len() - after.len()) as u64;
            self.end(after_line);
            rest = after;
        }
        self.is_blank &= rest.trim_ascii_start().is_empty();
    }

    /// Ends a line.
    fn end(&mut self, next: u64) {
        if !self.is_blank {
            self.records.starts.push(self.start);
        } else if next > self.start {
            self.records.blank_lines.push(self.records.starts.len());
        }
        (self.start, self.is_blank) = (next, true);
    }
}

impl ReadError {
    /// The error of a file; one that does not concern this file alone is an error of the source.
    pub(super) fn from_io(path: &Path, error: io::Error) -> ReadError {
        match problem_of_file(&error) {
            Some(problem) => ReadError::from(problem),
            None => ReadError::Source(unreadable(path, error)),
        }
    }
}
