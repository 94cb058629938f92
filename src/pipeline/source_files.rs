//! The files of a run: their paths, their records, and the bytes of those that changed meanwhile.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::front_matter::record::Extent;
use crate::objects;
use crate::source::{self, Contents, Listing, ObjectFiles, ReadError, RecordFile, Version};
use crate::types::{Diagnostic, Finding, Problem};

/// A file as it was read last, or why it cannot be read.
pub(super) type FileBytes = Result<ReadFile, Finding>;

/// Files that changed between two readings, by index, as they were read last.
pub(super) type ChangedFiles = BTreeMap<usize, FileBytes>;

/// The bytes of a file, and the path that a record states.
pub(super) struct ReadFile {
    bytes: Vec<u8>,
    path: Option<PathBuf>,
}

impl ReadFile {
    pub(super) fn new(contents: &Contents<'_>) -> ReadFile {
        ReadFile { bytes: contents.bytes.to_vec(), path: contents.path.clone() }
    }
}

/// The files of a run, by their index in the listing. Each record counts as a file.
pub(super) struct SourceFiles {
    paths: Vec<PathBuf>,
    /// The files of records, in the order of the listing.
    packs: Vec<Pack>,
    /// Those in object storage.
    objects: ObjectFiles,
    /// Records that were piped in and are still needed, with their lines.
    held: BTreeMap<usize, HeldRecord>,
    /// The files that stand at the indices of others, so that the first of several copies comes first.
    moved: BTreeMap<usize, usize>,
    /// The number of files.
    len: usize,
    /// Files that changed during the run. They are not read again, or a busy file could keep the
    /// run from ending.
    changed: ChangedFiles,
    /// How often files changed during the run.
    changes: usize,
}

/// A file of records among the files of a run.
struct Pack {
    /// The index of its first record.
    first: usize,
    /// The index of its path.
    path: usize,
    records: RecordFile,
}

/// Where an article lies.
enum Place<'f> {
    File(&'f Path),
    Record(&'f RecordFile, usize),
    Held(&'f HeldRecord),
}

/// A record that was piped in.
pub(super) struct HeldRecord {
    pub(super) line: usize,
    pub(super) bytes: Box<[u8]>,
}

/// The name of what is piped in.
const STDIN: &str = "-";

/// After this many changes a changed article is left out until the next run.
const MAX_CHANGES: usize = 3;

impl SourceFiles {
    /// The files of a listing, and its diagnostics. Those that hold records are opened; what is wrong
    /// with one of them is added to the diagnostics.
    pub(super) fn new(
        listing: Listing,
        stop: impl Fn() -> bool,
    ) -> Result<(SourceFiles, Vec<Diagnostic>), Error> {
        let Listing { files: mut paths, mut diagnostics, objects } = listing;
        let mut packs: Vec<Pack> = Vec::new();
        let mut len = 0;
        let mut path = 0;
        while let Some(own) = paths.get(path) {
            if !source::holds_records(own) {
                (path, len) = (path + 1, len + 1);
                continue;
            }
            match RecordFile::open(own, &objects, &stop) {
                Ok(records) => {
                    let first = len;
                    len += records.len();
                    packs.push(Pack { first, path, records });
                    path += 1;
                }
                Err(ReadError::Source(error)) => return Err(error),
                Err(ReadError::File(finding)) => {
                    diagnostics.push(Diagnostic { path: paths.remove(path), finding });
                }
            }
        }
        let (held, moved, changed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let files = SourceFiles { paths, packs, objects, held, moved, len, changed, changes: 0 };
        Ok((files, diagnostics))
    }

    /// The number of files.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The path of the file that an article lies in.
    pub(super) fn path(&self, file: usize) -> &Path {
        match self.place(file) {
            Place::File(path) => path,
            Place::Record(records, _) => records.path(),
            Place::Held(_) => Path::new(STDIN),
        }
    }

    /// The path of a file, with the line of a record, as messages name it.
    pub(super) fn name(&self, file: usize) -> Cow<'_, Path> {
        match self.place(file) {
            Place::File(path) => Cow::Borrowed(path),
            Place::Record(records, record) => {
                let mut name = records.path().as_os_str().to_owned();
                name.push(format!(":{}", records.line(record)));
                Cow::Owned(name.into())
            }
            Place::Held(record) => Cow::Owned(format!("{STDIN}:{}", record.line).into()),
        }
    }

    /// The path by which an article is read: that of its file, or the one that its record states.
    pub(super) fn stated_path<'p>(&'p self, file: usize, contents: &'p Contents<'_>) -> &'p Path {
        contents.path.as_deref().unwrap_or_else(|| self.path(file))
    }

    /// A diagnostic of a file. Of a record, it has the line in the file of records.
    pub(super) fn diagnostic(&self, file: usize, finding: Finding) -> Diagnostic {
        let path = self.path(file).to_owned();
        let line = match self.place(file) {
            Place::File(_) => return Diagnostic { path, finding },
            Place::Record(records, record) => records.line(record),
            Place::Held(record) => record.line,
        };
        // A position inside a record would be taken for one in the file.
        let column = if let Problem::Record(_) = finding.problem { finding.column } else { 0 };
        Diagnostic { path, finding: Finding { line, column, ..finding } }
    }

    /// The version of a file as it is now, or as it was when it was listed or its records were found.
    pub(super) fn version(&self, file: usize) -> Option<Version> {
        match self.place(file) {
            Place::File(path) => self.version_at(path),
            Place::Record(records, _) => Some(records.version().clone()),
            Place::Held(_) => None,
        }
    }

    /// As [`version`](Self::version), of the file with a path.
    pub(super) fn version_at(&self, path: &Path) -> Option<Version> {
        let object = self.objects.facts(path).cloned().map(Version::Object);
        object.or_else(|| source::version(path))
    }

    /// Whether a file is a record.
    pub(super) fn is_record(&self, file: usize) -> bool {
        !matches!(self.place(file), Place::File(_))
    }

    /// The record at a line of a file of records.
    pub(super) fn record_at(&self, path: &Path, line: usize) -> Option<usize> {
        let pack = self.packs.iter().find(|pack| pack.records.path() == path)?;
        Some(pack.first + pack.records.record_at(line)?)
    }

    /// Whether any file is a record.
    pub(super) fn has_records(&self) -> bool {
        !self.packs.is_empty()
    }

    /// Puts files in another order: at each index, the file that is now at the other one.
    pub(super) fn reorder(&mut self, order: &[(usize, usize)]) {
        let moved: Vec<(usize, usize)> =
            order.iter().map(|&(index, file)| (index, self.unmoved(file))).collect();
        self.moved.extend(moved);
    }

    fn unmoved(&self, file: usize) -> usize {
        self.moved.get(&file).copied().unwrap_or(file)
    }

    fn place(&self, file: usize) -> Place<'_> {
        if let Some(record) = self.held.get(&file) {
            return Place::Held(record);
        }
        let file = self.unmoved(file);
        let before = self.packs.partition_point(|pack| pack.first <= file);
        let path = match before.checked_sub(1).and_then(|last| self.packs.get(last)) {
            None => file,
            Some(Pack { first, path, records }) => {
                match (file - first).checked_sub(records.len()) {
                    None => return Place::Record(records, file - first),
                    Some(behind) => path + 1 + behind,
                }
            }
        };
        Place::File(self.paths.get(path).map_or(Path::new(""), PathBuf::as_path))
    }

    /// Adds records that were piped in. Returns their indices.
    pub(super) fn hold(&mut self, records: Vec<HeldRecord>) -> Range<usize> {
        let first = self.len;
        self.len += records.len();
        self.held.extend((first..).zip(records));
        first..self.len
    }

    /// Lets go of records that were piped in, but for these. Returns the bytes of the others.
    pub(super) fn keep_held(&mut self, needed: &BTreeSet<usize>) -> usize {
        self.held.retain(|file, _| needed.contains(file));
        self.held.values().map(|record| record.bytes.len()).sum()
    }

    /// Takes in files that changed during the run.
    pub(super) fn add_changed(&mut self, files: ChangedFiles) {
        self.changes += 1;
        self.changed.extend(files);
    }

    /// Whether the file has changed during the run.
    pub(super) fn has_changed(&self, file: usize) -> bool {
        self.changed.contains_key(&file)
    }

    /// Whether another change of this file is left to the next run.
    pub(super) fn is_final(&self, file: usize) -> bool {
        self.changes >= MAX_CHANGES || self.has_changed(file)
    }

    /// Reads a file into the buffer, unless it has changed during the run.
    pub(super) fn read<'b>(
        &'b self,
        file: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Contents<'b>, ReadError> {
        self.read_extent(file, Extent::Whole, buffer)
    }

    /// Reads a file as [`read`](Self::read) does. Of a record the body may be left out.
    pub(super) fn read_front_matter<'b>(
        &'b self,
        file: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Contents<'b>, ReadError> {
        self.read_extent(file, Extent::FrontMatter, buffer)
    }

    fn read_extent<'b>(
        &'b self,
        file: usize,
        extent: Extent,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Contents<'b>, ReadError> {
        match self.changed.get(&file) {
            Some(Ok(ReadFile { bytes, path })) => {
                Ok(Contents { bytes, version: None, path: path.clone() })
            }
            Some(Err(finding)) => Err(ReadError::File(finding.clone())),
            None => match self.place(file) {
                Place::File(path) if objects::is_address(path) => self.read_object(path, buffer),
                Place::File(path) => source::read(path, buffer),
                Place::Record(records, record) => records.read(record, extent, buffer),
                Place::Held(record) => source::read_record(&record.bytes, extent, buffer),
            },
        }
    }

    fn read_object<'b>(
        &self,
        path: &Path,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Contents<'b>, ReadError> {
        let contents = self.objects.read(path, buffer);
        contents.unwrap_or_else(|| Err(ReadError::from(Problem::NotAFile)))
    }

    /// As [`read`](Self::read); `None` if the file cannot be read.
    ///
    /// # Errors
    ///
    /// If the source as a whole cannot be read.
    pub(super) fn read_if_possible<'b>(
        &'b self,
        file: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Option<Contents<'b>>, Error> {
        match self.read(file, buffer) {
            Ok(contents) => Ok(Some(contents)),
            Err(ReadError::File(_)) => Ok(None),
            Err(ReadError::Source(error)) => Err(error),
        }
    }
}
