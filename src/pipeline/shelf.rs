//! The shelf: members of feeds that have been made wait here for other feeds that want them.

use std::collections::{BTreeMap, HashMap};

use super::edition::Member;
use super::survey::Planned;

/// Members that other feeds will want, by place.
#[derive(Default)]
pub(super) struct Shelf {
    /// How many feeds to come want an article. Those that one feed alone wants are not listed.
    wanting: HashMap<usize, usize>,
    members: BTreeMap<usize, Member>,
}

/// Bytes of members that wait at most, about.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of a member besides its content, about.
const MEMBER_BYTES: usize = 4 * 1024;

impl Shelf {
    /// An empty shelf for all feeds that will be made with it.
    pub(super) fn new<'p>(planned: impl Iterator<Item = &'p Planned<'p>>) -> Shelf {
        let mut wanting: HashMap<usize, usize> = HashMap::new();
        for rank in planned.flat_map(|feed| feed.members) {
            *wanting.entry(rank.place).or_default() += 1;
        }
        wanting.retain(|_, feeds| *feeds > 1);
        Shelf { wanting, members: BTreeMap::new() }
    }

    /// Takes the members at some places from the shelf, as far as they are there.
    pub(super) fn take(&mut self, places: impl Iterator<Item = usize>) -> BTreeMap<usize, Member> {
        places.filter_map(|place| Some((place, self.members.remove(&place)?))).collect()
    }

    /// Puts those members of feeds that have been made on the shelf which others will want, as long
    /// as there is room.
    pub(super) fn put(&mut self, made: &[&Planned<'_>], members: BTreeMap<usize, Member>) {
        for rank in made.iter().flat_map(|feed| feed.members) {
            if let Some(feeds) = self.wanting.get_mut(&rank.place) {
                *feeds -= 1;
            }
        }
        let bytes = |member: &Member| MEMBER_BYTES + member.entry.content.len();
        let mut taken: usize = self.members.values().map(bytes).sum();
        for (place, member) in members {
            let is_wanted = self.wanting.get(&place).is_some_and(|&feeds| feeds > 0);
            if is_wanted && taken + bytes(&member) <= MOST_BYTES {
                taken += bytes(&member);
                self.members.insert(place, member);
            }
        }
    }
}
