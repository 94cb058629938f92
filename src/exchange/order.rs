//! The order of the members of a group, as a text whose bytes sort like them: the newest first, then the
//! greatest id, then where the article lies.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::types::{Timestamp, guid};

/// Where the member of a group stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order {
    pub(crate) published: Reverse<Timestamp>,
    pub(crate) id: Reverse<Uuid>,
    /// The place of the article as [`file_place`] or [`record_place`] writes it.
    place: String,
}

/// Hexadecimal digits before the place: seconds, nanoseconds, id.
const HEAD_DIGITS: usize = 16 + 8 + 32;

impl Order {
    pub(crate) fn new(published: Reverse<Timestamp>, id: Reverse<Uuid>, place: String) -> Order {
        Order { published, id, place }
    }

    /// The text of the order: plain ASCII without tabs.
    pub(crate) fn text(&self) -> String {
        let (seconds, nanoseconds) = self.published.0.parts();
        // The sign comes first, and later seconds before earlier ones.
        let seconds = !(seconds.cast_unsigned() ^ SIGN);
        let id = !self.id.0.as_u128();
        format!("{seconds:016x}{:08x}{id:032x}{}", !nanoseconds, self.place)
    }

    /// The inverse of [`text`](Self::text).
    pub(crate) fn parse(text: &str) -> Option<Order> {
        let (head, place) = text.split_at_checked(HEAD_DIGITS)?;
        let (seconds, rest) = head.split_at_checked(16)?;
        let (nanoseconds, id) = rest.split_at_checked(8)?;
        let seconds = (!u64::from_str_radix(seconds, 16).ok()? ^ SIGN).cast_signed();
        let nanoseconds = !u32::from_str_radix(nanoseconds, 16).ok()?;
        let id = Uuid::from_u128(!u128::from_str_radix(id, 16).ok()?);
        let published = Timestamp::from_parts((seconds, nanoseconds))?;
        Some(Order::new(Reverse(published), Reverse(id), place.to_owned()))
    }
}

const SIGN: u64 = 1 << 63;

/// The place of an article file: the number of its source, and its path below it.
pub(crate) fn file_place(sources: &[PathBuf], path: &Path) -> String {
    let below = |(number, source): (usize, &PathBuf)| {
        let below = path.strip_prefix(source).ok()?;
        Some((number, if below.as_os_str().is_empty() { path } else { below }))
    };
    let (number, path) = sources.iter().enumerate().find_map(below).unwrap_or((0, path));
    format!("{number:04x}{}", escaped(path))
}

/// The place of a record: the path that it states, and a digest of the article. Nobody who carries lines
/// knows which one was first.
pub(crate) fn record_place(path: &Path, bytes: &[u8]) -> String {
    let digest = guid::from_name(&Uuid::NAMESPACE_OID, bytes).simple();
    format!("0000{} {digest}", escaped(path))
}

/// A path in plain ASCII without spaces, which sorts like its bytes.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        // Writing to a string does not fail.
        let _ = match byte {
            0..=b'!' => write!(text, "!{}", char::from(b'@' + byte)),
            b'~'.. => write!(text, "~{byte:02x}"),
            _ => write!(text, "{}", char::from(byte)),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn the_bytes_of_an_order_sort_like_the_order() {
        let dates = ["0001-01-01", "1969-12-31T23:59:59.5Z", "1970-01-01", "2024-05-01T08:00:00Z"];
        let more = ["2024-05-01T08:00:00.000000001Z", "9999-12-31T23:59:59Z"];
        let dates = dates.iter().chain(&more).map(|date| Timestamp::parse(date).unwrap());
        let ids = [0, 1, u128::MAX / 2, u128::MAX].map(Uuid::from_u128);
        let mut orders = Vec::new();
        for date in dates {
            for id in ids {
                for place in ["0000a", "0000a.md", "0001a"] {
                    orders.push(Order::new(Reverse(date), Reverse(id), place.to_owned()));
                }
            }
        }
        orders.sort();
        let texts: Vec<String> = orders.iter().map(Order::text).collect();
        assert!(texts.is_sorted());
        for (order, text) in orders.iter().zip(&texts) {
            assert_eq!(Order::parse(text).as_ref(), Some(order));
        }
    }

    #[test]
    fn escaped_paths_sort_like_paths() {
        let mut paths: Vec<Vec<u8>> = vec![b"".to_vec()];
        for byte in 0..=u8::MAX {
            paths.extend([vec![byte], vec![b'a', byte], vec![b'a', byte, b'b']]);
        }
        paths.sort();
        let escaped: Vec<String> =
            paths.iter().map(|path| escaped(Path::new(OsStr::from_bytes(path)))).collect();
        assert!(escaped.is_sorted());
        assert!(escaped.iter().all(|path| path.bytes().all(|byte| (b'!'..=b'~').contains(&byte))));
    }

    #[test]
    fn a_place_does_not_depend_on_where_the_source_lies() {
        let place = |source: &str, path: &str| {
            file_place(&[PathBuf::from("other"), PathBuf::from(source)], Path::new(path))
        };
        assert_eq!(place("/x/in", "/x/in/a b.md"), "0001a!`b.md");
        assert_eq!(place("in", "in/a b.md"), "0001a!`b.md");
        assert_eq!(place("a.md", "a.md"), "0001a.md");
        assert_eq!(place("in", "elsewhere/a.md"), "0000elsewhere/a.md");
    }
}
