//! Names of feeds: from the name of a group to a name of a file.
//!
//! A feed's address is a promise to its subscribers, so it depends on the name of its own group
//! alone, never on what else there is or on the order of arrival.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use deunicode::deunicode;
// Several names of every article are looked up, which the hash of the standard library would
// dominate.
use foldhash::fast::RandomState;
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use crate::types::id;
use crate::types::text;

/// The file name of a feed without its extension, safe on every system: lower-case ASCII letters
/// and digits with single `-` and `.` between them, at most 80 bytes.
///
/// Group names that differ only in case, in white space, or in the `-`, `_` and spaces between
/// their words have the same feed name; all others have different ones. Where the letters alone
/// would not tell two groups apart (`C`, `C++`, `C#`), a hash of the group's name does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedSlug(Arc<str>);

impl FeedSlug {
    /// The name of the feed of a group; `None` if the group's name is blank.
    pub fn of(group: &str) -> Option<FeedSlug> {
        let normal = normal_form(group);
        if normal.is_empty() {
            return None;
        }
        let slug = slug(&normal);
        if slug == normal && slug.len() <= MAX_BYTES && !is_reserved(&slug) {
            return Some(FeedSlug(slug.into()));
        }
        let hash = id::of_name(&GROUP_NAMES, normal.as_bytes()).simple().to_string();
        let hash: String = hash.chars().take(HASH_DIGITS).collect();
        let room = MAX_BYTES - HASH_DIGITS - 1;
        let head = slug.get(..room).unwrap_or(&slug).trim_end_matches(['-', '.']);
        let name = if head.is_empty() { hash } else { format!("{head}-{hash}") };
        Some(FeedSlug(name.into()))
    }

    /// A name that was made before; `None` if it cannot be one.
    pub(crate) fn known(name: &str) -> Option<FeedSlug> {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        let safe = !name.is_empty() && name.len() <= MAX_BYTES && name.bytes().all(plain);
        (safe && !name.starts_with('.')).then(|| FeedSlug(name.into()))
    }

    /// The name of the feed of all articles; no group has it.
    pub fn all() -> FeedSlug {
        FeedSlug("all".into())
    }

    /// The name of the feed of those that are in both groups: a folder and a name in it.
    pub fn crossed(first: &FeedSlug, second: &FeedSlug) -> FeedSlug {
        FeedSlug(format!("{first}/{second}").into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The names of the feeds of groups that were met before, since articles name the same ones over
/// and over again.
#[derive(Debug, Default)]
pub struct FeedSlugs(HashMap<String, Option<FeedSlug>, RandomState>);

impl FeedSlugs {
    /// The name of the feed of a group as an article writes it; `None` if that is blank.
    pub fn of(&mut self, written: &str) -> Option<FeedSlug> {
        if let Some(known) = self.0.get(written) {
            return known.clone();
        }
        let name = FeedSlug::of(&text::plain(written));
        if self.0.len() >= MAX_NAMES {
            self.0.clear();
        }
        self.0.insert(written.to_owned(), name.clone());
        name
    }
}

/// Names that are remembered at once.
const MAX_NAMES: usize = 10_000;

impl fmt::Display for FeedSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names the hashes of group names. It never changes: feed addresses depend on it.
const GROUP_NAMES: Uuid = Uuid::from_u128(0x4f0c_61a4_9e57_5b0a_9c1e_2d3b_77a0_51c8);

const MAX_BYTES: usize = 80;

const HASH_DIGITS: usize = 12;

/// Unicode NFC in lower case, with each run of `-`, `_` and white space inside as one `-`.
///
/// At the ends only white space goes: `-x` is not `x`.
fn normal_form(group: &str) -> String {
    let lower: String = group.trim().to_lowercase().nfc().collect();
    let separator = |c: char| c.is_whitespace() || c == '-' || c == '_';
    let inner = lower.trim_matches(separator);
    let (before, after) = lower.split_once(inner).unwrap_or_default();
    if inner.is_empty() {
        return lower;
    }
    let words: Vec<&str> = inner.split(separator).filter(|word| !word.is_empty()).collect();
    format!("{before}{}{after}", words.join("-"))
}

/// The ASCII letters and digits of a text, everything between them as `-`, or as `.` if it is one.
fn slug(normal: &str) -> String {
    let ascii = deunicode(normal).to_ascii_lowercase();
    let mut slug = String::with_capacity(ascii.len());
    let mut gap = "";
    for c in ascii.chars() {
        if c.is_ascii_alphanumeric() {
            if !slug.is_empty() {
                slug.push_str(gap);
            }
            slug.push(c);
            gap = "";
        } else {
            gap = if c == '.' && gap.is_empty() { "." } else { "-" };
        }
    }
    slug
}

/// Names that mean something else: files of our own, devices of Windows, and what looks as if it
/// ended with a hash.
fn is_reserved(slug: &str) -> bool {
    let device = slug.split('.').next().unwrap_or_default();
    let numbered = |prefix: &str| {
        let number = device.strip_prefix(prefix);
        number.is_some_and(|number| number.len() == 1 && number != "0")
    };
    let last = slug.rsplit('-').next().unwrap_or_default();
    matches!(slug, "all" | "feed" | "feeds" | "index" | "opml")
        || matches!(device, "aux" | "con" | "nul" | "prn" | "conin$" | "conout$")
        || numbered("com")
        || numbered("lpt")
        || (last.len() == HASH_DIGITS && last.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(group: &str) -> String {
        FeedSlug::of(group).unwrap().to_string()
    }

    #[test]
    fn plain_names_stay_readable() {
        assert_eq!(name("AI"), "ai");
        assert_eq!(name("  Power   Apps "), "power-apps");
        assert_eq!(name("low_code"), "low-code");
        assert_eq!(name("Low-Code"), "low-code");
        assert_eq!(name("power-technology.com"), "power-technology.com");
        assert_eq!(name("Node.js"), "node.js");
        assert_eq!(name("C"), "c");
    }

    #[test]
    fn lossy_names_carry_a_hash() {
        for (group, head) in [
            ("C++", "c-"),
            ("C#", "c-"),
            (".NET", "net-"),
            ("Café", "cafe-"),
            ("人工智能", "ren-gong-zhi-neng-"),
            ("../../etc/passwd", "etc-passwd-"),
            ("..\\x", "x-"),
            ("con", "con-"),
            ("LPT1.txt", "lpt1.txt-"),
            ("index", "index-"),
            ("a..b", "a-b-"),
            ("-x", "x-"),
            ("c-0123456789ab", "c-0123456789ab-"),
        ] {
            let name = name(group);
            let hash = name.strip_prefix(head).unwrap_or_else(|| panic!("{group}: {name}"));
            assert_eq!(hash.len(), HASH_DIGITS, "{group}: {name}");
        }
        assert_eq!(name("+++").len(), HASH_DIGITS);
        assert_eq!(name(&"x".repeat(300)).len(), MAX_BYTES);
        assert_eq!(name(&"漢".repeat(300)).len(), MAX_BYTES);
        assert_eq!(FeedSlug::of(" \n"), None);
    }

    #[test]
    fn forms_of_one_name_are_one() {
        assert_eq!(name("Café"), name("CAFE\u{301}"));
        assert_ne!(name("C++"), name("C#"));
        assert_ne!(name("🎉"), name("🚀"));
        assert_ne!(name("Café"), name("Cafe"));
        assert_ne!(name("-"), name("--"));
    }
}
