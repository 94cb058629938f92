//! Turns the name of a group into the file name of its feed.
//!
//! The address of a feed is a promise to its subscribers, so it depends on the name of its group
//! alone, and never on other groups or on the order of the articles.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use deunicode::deunicode;
// Each article looks up several names, and the hash of the standard library would take most of that
// time.
use foldhash::fast::RandomState;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use uuid::Uuid;

use crate::types::{guid, text};

/// The file name of a feed without its extension, safe on every system: lower-case ASCII letters
/// and digits with single `-` and `.` between them, at most 80 bytes.
///
/// Names that differ only in case, in white space around them, or in the separators between words
/// (white space, `-`, `_`) have the same slug; all others have different ones. A hash of the name
/// distinguishes groups whose letters do not (`C`, `C++`, `C#`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedSlug(Arc<str>);

impl FeedSlug {
    /// The slug for the name of a group; `None` if the name is blank.
    pub fn from_name(group: &str) -> Option<FeedSlug> {
        let normal = normal_form(group);
        if normal.is_empty() {
            return None;
        }
        let slug = slug(&normal);
        if slug == normal && slug.len() <= MAX_BYTES && !is_reserved(&slug) {
            return Some(FeedSlug(slug.into()));
        }
        let hash = guid::from_name(&GROUP_NAMES, normal.as_bytes()).simple().to_string();
        let hash: String = hash.chars().take(HASH_DIGITS).collect();
        let room = MAX_BYTES - HASH_DIGITS - 1;
        let head = slug.get(..room).unwrap_or(&slug).trim_end_matches(['-', '.']);
        let name = if head.is_empty() { hash } else { format!("{head}-{hash}") };
        Some(FeedSlug(name.into()))
    }

    /// Parses the text of a slug; `None` if no group has it.
    pub(crate) fn parse(text: &str) -> Option<FeedSlug> {
        let is_safe = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        let is_slug = (1..=MAX_BYTES).contains(&text.len()) && text.bytes().all(is_safe);
        (is_slug && !text.starts_with('.')).then(|| FeedSlug(text.into()))
    }

    /// The slug of the feed of all articles, which no group has.
    pub fn all() -> FeedSlug {
        FeedSlug("all".into())
    }

    /// The slug of the feed of the articles in both groups: a folder and a name in it.
    pub fn combined(first: &FeedSlug, second: &FeedSlug) -> FeedSlug {
        FeedSlug(format!("{first}/{second}").into())
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character is a letter or a digit (Unicode general categories L and N). The standard
/// library also counts marks that belong to letters.
pub(crate) fn is_letter_or_digit(c: char) -> bool {
    c.is_alphanumeric() && !is_combining_mark(c)
}

/// Remembers the slugs of names, because articles repeat the same ones.
#[derive(Debug, Default)]
pub struct FeedSlugs {
    known: Names,
    /// Those that others have found before.
    before: Arc<Names>,
}

/// Slugs by the names as articles write them.
type Names = HashMap<String, Option<FeedSlug>, RandomState>;

impl FeedSlugs {
    /// The slug for the name of a group as an article writes it, possibly with markup; `None` if it
    /// is blank.
    pub fn get(&mut self, name: &str) -> Option<FeedSlug> {
        if let Some(known) = self.before.get(name).or_else(|| self.known.get(name)) {
            return known.clone();
        }
        let slug = FeedSlug::from_name(&text::plain(name));
        if self.known.len() >= MAX_NAMES {
            self.known.clear();
        }
        self.known.insert(name.to_owned(), slug.clone());
        slug
    }

    /// Remembers what these do, and nothing else yet.
    pub(crate) fn after(before: &FeedSlugs) -> FeedSlugs {
        FeedSlugs { known: Names::default(), before: Arc::clone(&before.before) }
    }

    /// Remembers what others have found too.
    pub(crate) fn extend(&mut self, others: FeedSlugs) {
        if self.known.len() < MAX_NAMES {
            self.known.extend(others.known);
        }
    }

    /// Lets those that come [`after`](Self::after) these remember all names.
    pub(crate) fn settle(&mut self) {
        let before = Arc::make_mut(&mut self.before);
        if before.len() >= MAX_NAMES {
            before.clear();
        }
        before.extend(std::mem::take(&mut self.known));
    }
}

/// Names to remember at once.
const MAX_NAMES: usize = 10_000;

impl fmt::Display for FeedSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The namespace of the hashes. It never changes: feed addresses depend on it.
const GROUP_NAMES: Uuid = Uuid::from_u128(0x4f0c_61a4_9e57_5b0a_9c1e_2d3b_77a0_51c8);

const MAX_BYTES: usize = 80;

const HASH_DIGITS: usize = 12;

/// Unicode NFC in lower case, with one `-` for each run of `-`, `_` and white space inside.
///
/// At the ends only white space is removed: `-x` is not `x`.
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

/// The ASCII letters and digits of a text, with `.` for a single dot between them and `-` for
/// anything else.
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

/// Whether a slug has another meaning: a file beside the feeds, a device of Windows, or an apparent
/// hash at the end.
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
        FeedSlug::from_name(group).unwrap().to_string()
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
    fn other_names_end_with_a_hash() {
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
        assert_eq!(FeedSlug::from_name(" \n"), None);
    }

    #[test]
    fn equivalent_names_have_one_slug() {
        assert_eq!(name("Café"), name("CAFE\u{301}"));
        assert_ne!(name("C++"), name("C#"));
        assert_ne!(name("🎉"), name("🚀"));
        assert_ne!(name("Café"), name("Cafe"));
        assert_ne!(name("-"), name("--"));
    }
}
