//! The records of a run: what its files hold, for the next run.

use super::Fingerprint;
use super::record;
use crate::article::ArticleMeta;
use crate::types::{date::Timestamp, outcome::Outcome};

/// The records of the files of a run. New ones lie in one buffer: a million small buffers would
/// take as much memory again.
#[derive(Debug, Default)]
pub(crate) struct Records {
    list: Vec<FileRecord>,
    new: Vec<u8>,
}

/// The record of one file. Small, since there is one for each file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileRecord {
    /// The index of the file in the listing.
    pub(super) file: u32,
    pub(super) entry: RecordStart,
}

/// Where the entry of a file is: fingerprint, length of the record, record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RecordStart {
    /// Its first byte in the cache of the run before.
    Old(u32),
    /// Its first byte among the new entries.
    New(u32),
}

/// Bytes of an entry before its record.
pub(super) const HEAD_BYTES: usize = 20;

/// The entry that some bytes begin with, its fingerprint and its record.
pub(super) fn split_entry(bytes: &[u8]) -> Option<SplitEntry<'_>> {
    let (fingerprint, rest) = bytes.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some(SplitEntry {
        entry: bytes.get(..HEAD_BYTES + length)?,
        fingerprint: Fingerprint::from_bytes(*fingerprint),
        record: rest.get(..length)?,
    })
}

/// An entry and its parts.
pub(super) struct SplitEntry<'b> {
    pub(super) entry: &'b [u8],
    pub(super) fingerprint: Fingerprint,
    pub(super) record: &'b [u8],
}

impl Records {
    /// Adds the record of a file that has not changed since the run before.
    pub(crate) fn add_old(&mut self, file: usize, entry: RecordStart) {
        if let Ok(file) = u32::try_from(file) {
            self.list.push(FileRecord { file, entry });
        }
    }

    /// Adds the record of a file that was read.
    pub(crate) fn add(
        &mut self,
        file: usize,
        fingerprint: Fingerprint,
        published: Option<Timestamp>,
        outcome: &Outcome<ArticleMeta>,
    ) {
        let record = record::write(published, outcome).unwrap_or_default();
        let numbers = [file, self.new.len(), record.len()].map(u32::try_from);
        if let [Ok(file), Ok(start), Ok(length)] = numbers {
            self.list.push(FileRecord { file, entry: RecordStart::New(start) });
            self.new.extend(fingerprint.as_bytes());
            self.new.extend(length.to_le_bytes());
            self.new.extend(record);
        }
    }

    /// Adds the records of other files.
    pub(crate) fn extend(&mut self, others: Records) {
        if self.list.is_empty() {
            *self = others;
            return;
        }
        // Records behind the first 4 GiB are left out: those files are read again.
        let before = u32::try_from(self.new.len()).ok();
        self.list.extend(others.list.into_iter().filter_map(|record| {
            let entry = match record.entry {
                RecordStart::Old(start) => RecordStart::Old(start),
                RecordStart::New(start) => RecordStart::New(start.checked_add(before?)?),
            };
            Some(FileRecord { entry, ..record })
        }));
        self.new.extend(others.new);
    }

    /// Sorts the records by file, once all are there.
    pub(crate) fn sort(&mut self) {
        self.list.sort_unstable_by_key(|record| record.file);
        self.new.shrink_to_fit();
    }

    /// The record of a file. The records have been sorted.
    pub(super) fn get(&self, file: usize) -> Option<&FileRecord> {
        let file = u32::try_from(file).ok()?;
        let at = self.list.binary_search_by_key(&file, |record| record.file).ok()?;
        self.list.get(at)
    }

    /// The number of files that have not changed since the run before.
    pub(crate) fn count_old(&self) -> usize {
        self.list.iter().filter(|record| matches!(record.entry, RecordStart::Old(_))).count()
    }

    pub(super) fn as_slice(&self) -> &[FileRecord] {
        &self.list
    }

    /// The bytes from a new entry on.
    pub(super) fn new_entry(&self, start: u32) -> Option<&[u8]> {
        self.new.get(usize::try_from(start).ok()?..)
    }
}
