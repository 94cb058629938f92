//! One of the parts that work is divided into.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// The part `number` of `count`, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: usize,
    count: usize,
}

impl Shard {
    /// The number of parts.
    pub(crate) fn count(self) -> usize {
        self.count
    }

    /// All parts of a work with this many.
    pub(crate) fn all(count: usize) -> impl Iterator<Item = Shard> {
        (1..=count).map(move |number| Shard { number, count })
    }

    /// Whether it is the first part.
    pub(crate) fn is_first(self) -> bool {
        self.number == 1
    }

    /// The items of this part, of so many.
    pub(crate) fn range(self, items: usize) -> Range<usize> {
        let end = |number: usize| {
            let end = items as u128 * number as u128 / self.count as u128;
            usize::try_from(end).unwrap_or(items)
        };
        end(self.number - 1)..end(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// A text is not a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a part such as 1/3")]
pub struct ShardError;

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Shard, ShardError> {
        let (number, count) = text.split_once('/').ok_or(ShardError)?;
        let [number, count] = [number, count].map(|part| part.parse::<u32>().ok());
        let numbers = number.zip(count).filter(|(number, count)| (1..=*count).contains(number));
        let (number, count) = numbers.ok_or(ShardError)?;
        Ok(Shard { number: number as usize, count: count as usize })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_part() {
        for (items, count) in [(0, 3), (1, 3), (10, 3), (7, 7), (100, 1)] {
            let parts: Vec<usize> = Shard::all(count).flat_map(|part| part.range(items)).collect();
            assert_eq!(parts, (0..items).collect::<Vec<_>>());
        }
    }

    #[test]
    fn other_texts_are_no_part() {
        assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
        for text in ["", "0/3", "4/3", "1", "1/", "a/b", "1/3/4", "-1/3"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
