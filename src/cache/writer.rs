//! Notes: what the files of a run said, for the next run. The memos of all of them lie in one
//! buffer: a million small ones would cost as much again.

use super::{Fingerprint, record};
use crate::article::ArticleMeta;
use crate::types::date::Timestamp;
use crate::types::outcome::Outcome;

/// What files said.
#[derive(Debug, Default)]
pub(crate) struct Records {
    list: Vec<NewRecord>,
    memos: Vec<u8>,
}

/// What one file said. Small, since there are as many as files.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewRecord {
    pub(super) fingerprint: Fingerprint,
    /// The place of the file in the listing.
    pub(super) place: u32,
    /// Where its memo is among the new ones, and how long it is; empty if it is in the index
    /// already.
    start: usize,
    length: u32,
}

impl Records {
    /// Notes that a file has not changed since the run before.
    pub(crate) fn add_old(&mut self, place: usize, fingerprint: Fingerprint) {
        if let Ok(place) = u32::try_from(place) {
            self.list.push(NewRecord { fingerprint, place, start: 0, length: 0 });
        }
    }

    /// Notes what was found in a file, and when it says that it is published.
    pub(crate) fn add(
        &mut self,
        place: usize,
        fingerprint: Fingerprint,
        published: Option<Timestamp>,
        found: &Outcome<ArticleMeta>,
    ) {
        if let Some(memo) = record::write(published, found)
            && let (Ok(place), Ok(length)) = (u32::try_from(place), u32::try_from(memo.len()))
        {
            self.list.push(NewRecord { fingerprint, place, start: self.memos.len(), length });
            self.memos.extend(memo);
        }
    }

    /// Adds the notes of other files.
    pub(crate) fn extend(&mut self, others: Records) {
        if self.list.is_empty() {
            *self = others;
            return;
        }
        let before = self.memos.len();
        let moved = |note: NewRecord| NewRecord { start: note.start + before, ..note };
        self.list.extend(others.list.into_iter().map(moved));
        self.memos.extend(others.memos);
    }

    /// Puts the notes in the order of the listing, once all are there.
    pub(crate) fn sort(&mut self) {
        self.list.sort_unstable_by_key(|note| note.place);
        self.memos.shrink_to_fit();
    }

    /// The fingerprint of the file at a place, if it will be known again by it. The notes have been
    /// sorted.
    pub(crate) fn fingerprint(&self, place: usize) -> Option<Fingerprint> {
        let place = u32::try_from(place).ok()?;
        let at = self.list.binary_search_by_key(&place, |note| note.place).ok()?;
        Some(self.list.get(at)?.fingerprint)
    }

    /// The number of files that have not changed.
    pub(crate) fn count_old(&self) -> usize {
        self.list.iter().filter(|note| note.is_old()).count()
    }

    pub(super) fn as_slice(&self) -> &[NewRecord] {
        &self.list
    }

    /// The memo of a file that has changed.
    pub(super) fn new_memo(&self, note: &NewRecord) -> Option<&[u8]> {
        self.memos.get(note.start..)?.get(..usize::try_from(note.length).ok()?)
    }
}

impl NewRecord {
    /// Whether the file has not changed since the run before.
    pub(super) fn is_old(&self) -> bool {
        self.length == 0
    }
}
