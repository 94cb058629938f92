//! The entry cache: members of feeds that have been built, for other feeds that they are in.

use std::collections::{BTreeMap, HashMap};

use super::assemble::Member;
use super::plan::PlannedFeed;

/// Members by the index of their file, as long as another feed needs them and there is room.
pub(super) struct EntryCache {
    /// How many feeds still need an article; only articles that more than one feed needs.
    needed: HashMap<usize, usize>,
    members: BTreeMap<usize, Member>,
    /// The memory that the members take, about, in bytes.
    size: usize,
}

/// The memory of all members in the cache, at most, in bytes.
const MAX_SIZE: usize = 16 * 1024 * 1024;

impl EntryCache {
    /// An empty cache for all feeds that will be built.
    pub(super) fn new<'p>(planned: impl Iterator<Item = &'p PlannedFeed<'p>>) -> EntryCache {
        let mut needed: HashMap<usize, usize> = HashMap::new();
        for file in planned.flat_map(PlannedFeed::files) {
            *needed.entry(file).or_default() += 1;
        }
        needed.retain(|_, feeds| *feeds > 1);
        EntryCache { needed, members: BTreeMap::new(), size: 0 }
    }

    /// Takes the members of some files out of the cache, as far as they are there.
    pub(super) fn take(&mut self, files: impl Iterator<Item = usize>) -> BTreeMap<usize, Member> {
        let taken = files.filter_map(|file| Some((file, self.members.remove(&file)?)));
        let taken: BTreeMap<usize, Member> = taken.collect();
        self.size -= taken.values().map(Member::size).sum::<usize>();
        taken
    }

    /// Puts members of feeds that have been built into the cache, if another feed needs them.
    pub(super) fn put(&mut self, built: &[&PlannedFeed<'_>], members: BTreeMap<usize, Member>) {
        for file in built.iter().flat_map(|feed| feed.files()) {
            if let Some(feeds) = self.needed.get_mut(&file) {
                *feeds -= 1;
            }
        }
        for (file, member) in members {
            let is_needed = self.needed.get(&file).is_some_and(|&feeds| feeds > 0);
            let size = self.size + member.size();
            if is_needed && size <= MAX_SIZE {
                self.size = size;
                self.members.insert(file, member);
            }
        }
    }
}
