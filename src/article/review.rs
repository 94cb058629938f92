//! The review: what is odd about an article that is public, for those who write articles. It costs
//! more than a build wants to pay, and changes nothing.

use std::path::Path;

use super::{Article, date_of_name, fences};
use crate::date::Timestamp;
use crate::diagnostic::{Finding, KEYS, Key, Problem};
use crate::nearest::nearest;
use crate::text;

/// What is odd about an article, in the order of the lines.
pub(crate) fn review(name: &Path, bytes: &[u8], article: &Article) -> Vec<Finding> {
    let at = |key: Key, problem: Problem| {
        let (line, column) = place_of(bytes, key);
        Finding { line, column, problem }
    };
    let mut findings = misspelt_keys(bytes);
    let day = date_of_name(name).map(Timestamp::date);
    // The day of an instant depends on the place, so its neighbours are not contradicted.
    if day.is_some_and(|day| article.published.days_around().iter().all(|other| *other != day)) {
        findings.push(at("publishedDateTime", Problem::DateInName));
    }
    for (key, value) in [("title", &article.title), ("excerpt", &article.excerpt)] {
        if is_escaped_twice(value) {
            findings.push(at(key, Problem::EscapedTwice(key)));
        }
    }
    if article.images.first().is_some_and(|image| image.width.is_none() || image.height.is_none()) {
        findings.push(at("images", Problem::ImageSize));
    }
    findings.sort_unstable();
    findings
}

/// Keys that are not read, and probably should be.
pub(crate) fn misspelt_keys(bytes: &[u8]) -> Vec<Finding> {
    let Ok(Some(split)) = fences::split(bytes) else { return Vec::new() };
    let findings = keys(split.front_matter).filter_map(|(line, name)| {
        let problem = Problem::KeyUnknown(misspelt(name)?);
        Some(Finding { line, column: 1, problem })
    });
    findings.collect()
}

/// The line and the column of a key at the top of the front matter, as a [`Finding`] has them; that
/// of the file if the key is not there.
pub(crate) fn place_of(bytes: &[u8], key: Key) -> (usize, usize) {
    let split = fences::split(bytes).ok().flatten();
    let line = split.and_then(|split| keys(split.front_matter).find(|(_, name)| *name == key));
    line.map_or((0, 0), |(line, _)| (line, 1))
}

/// The keys at the top, with their lines in the file. Nothing else begins a line with a word and a
/// colon, but for text in quotes or brackets that goes on at the edge, which is rare.
fn keys(front_matter: &str) -> impl Iterator<Item = (usize, &str)> {
    front_matter.lines().enumerate().filter_map(|(at, line)| {
        let (key, rest) = line.split_once(':')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_key = !key.is_empty() && key.chars().all(plain);
        (is_key && (rest.is_empty() || rest.starts_with([' ', '\t', '\r'])))
            .then_some((at + 2, key))
    })
}

/// The key that was meant by one that is not read.
fn misspelt(key: &str) -> Option<Key> {
    if KEYS.contains(&key) {
        return None;
    }
    // Other programs have keys of their own.
    nearest(key, &KEYS, 6)
}

/// Whether a text still has entities when it has been read.
fn is_escaped_twice(text: &str) -> bool {
    let plain = text::plain(text);
    plain.contains('&') && plain.contains(';') && text::plain(&plain) != plain
}
