//! The shelf: members of feeds that have been made wait here for other feeds that want them.

use std::collections::{BTreeMap, HashMap};

use super::scan::PlannedFeed;

/// Members that other feeds will want, by place.
pub(super) struct EntryCache<M> {
    /// How many feeds to come want an article. Those that one feed alone wants are not listed.
    wanting: HashMap<usize, usize>,
    members: BTreeMap<usize, M>,
    /// How many bytes they have together.
    bytes: usize,
}

/// Bytes of members that wait at most, about.
const MAX_BYTES: usize = 16 * 1024 * 1024;

impl<M> EntryCache<M> {
    /// An empty shelf for all feeds that will be made with it.
    pub(super) fn new<'p>(planned: impl Iterator<Item = &'p PlannedFeed<'p>>) -> EntryCache<M> {
        let mut wanting: HashMap<usize, usize> = HashMap::new();
        for rank in planned.flat_map(|feed| feed.members) {
            *wanting.entry(rank.place).or_default() += 1;
        }
        wanting.retain(|_, feeds| *feeds > 1);
        EntryCache { wanting, members: BTreeMap::new(), bytes: 0 }
    }

    /// Takes the members at some places from the shelf, as far as they are there.
    pub(super) fn take(
        &mut self,
        places: impl Iterator<Item = usize>,
        bytes: impl Fn(&M) -> usize,
    ) -> BTreeMap<usize, M> {
        let taken = places.filter_map(|place| Some((place, self.members.remove(&place)?)));
        let taken: BTreeMap<usize, M> = taken.collect();
        self.bytes -= taken.values().map(bytes).sum::<usize>();
        taken
    }

    /// Puts those members of feeds that have been made on the shelf which others will want, as long
    /// as there is room.
    pub(super) fn put(
        &mut self,
        made: &[&PlannedFeed<'_>],
        members: BTreeMap<usize, M>,
        bytes: impl Fn(&M) -> usize,
    ) {
        for rank in made.iter().flat_map(|feed| feed.members) {
            if let Some(feeds) = self.wanting.get_mut(&rank.place) {
                *feeds -= 1;
            }
        }
        for (place, member) in members {
            let is_wanted = self.wanting.get(&place).is_some_and(|&feeds| feeds > 0);
            let together = self.bytes + bytes(&member);
            if is_wanted && together <= MAX_BYTES {
                self.bytes = together;
                self.members.insert(place, member);
            }
        }
    }
}
