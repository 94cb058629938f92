//! Hints for a site without a sign: where its pages show a date.

use std::collections::BTreeMap;

use super::charset;
use super::look::text_within;
use super::tags::{Tag, Tags};
use crate::types::Timestamp;

/// Bytes of a text that is a date.
const MAX_DATE: usize = 40;

/// Tags of a page that are looked at.
const MAX_TAGS: usize = 5_000;

/// Words in the names of what holds a date.
const WORDS: [&str; 6] = ["date", "time", "publish", "posted", "created", "meta"];

/// The selector of a date that most of these pages have, and how many have it.
pub(crate) fn hint(pages: impl Iterator<Item = Vec<u8>>) -> Option<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for page in pages {
        let html = charset::decode(&page);
        let mut own: Vec<String> =
            Tags::new(&html).take(MAX_TAGS).filter_map(|tag| selector(&html, &tag)).collect();
        own.sort_unstable();
        own.dedup();
        for selector in own {
            *counts.entry(selector).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(selector, count)| (*count, selector.clone()));
    most.filter(|(_, count)| *count > 1)
}

/// The selector of an element, if it holds a date.
fn selector(html: &str, tag: &Tag<'_>) -> Option<String> {
    if tag.is_end || !tag.has_attributes() {
        return None;
    }
    let is_date = |text: &str| text.len() <= MAX_DATE && Timestamp::parse(text).is_some();
    let is_named = |name: &str| {
        let name = name.to_ascii_lowercase();
        WORDS.iter().any(|word| name.contains(word))
    };
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_plain = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_sign)
    };
    if tag.is("meta") {
        let name = tag.attribute("name")?;
        let is_one = is_named(&name) && is_plain(&name) && is_date(&tag.attribute("content")?);
        return is_one.then(|| format!("meta[name={name}]@content"));
    }
    let mut classes = tag.words("class").into_iter();
    let class = classes.find(|class| is_named(class) && is_plain(class))?;
    is_date(&text_within(html, tag)).then(|| format!(".{class}"))
}
