//! Compares the articles found in pages with the feed that the site has of its own.

use std::collections::HashMap;

use super::own_feed::OwnFeed;
use crate::article::{Body, Markup};
use crate::feed::{Entry, content};
use crate::format::ForeignEntry;
use crate::page;
use crate::types::{Timestamp, WebUrl, text};

/// How the articles of the pages agree with the posts of the site's own feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreement {
    /// Posts of the feed whose pages are in the folder.
    pub posts: usize,
    /// How many of them were found.
    pub found: usize,
    /// How many of those have the same title.
    pub titles: usize,
    /// How many have the same day.
    pub dates: usize,
    /// How many have the same address.
    pub links: usize,
    /// How many have the same words, of how many whose whole content the feed has.
    pub words: (usize, usize),
}

/// Compares entries, by the key of their page.
pub(super) fn compare(entries: &HashMap<String, &Entry>, feed: &OwnFeed) -> Agreement {
    let mut agreement = Agreement { posts: feed.entries.len(), ..Agreement::default() };
    for (key, theirs) in &feed.entries {
        let Some(ours) = entries.get(key) else { continue };
        agreement.found += 1;
        agreement.titles += usize::from(is_same_title(&ours.title, &theirs.title));
        agreement.dates += usize::from(is_same_day(ours, theirs));
        agreement.links += usize::from(is_same_link(ours.link.as_str(), &theirs.link));
        let (our_words, their_words) = (words(&ours.content), content_words(theirs));
        if is_whole(&our_words, &their_words) {
            agreement.words.1 += 1;
            agreement.words.0 += usize::from(are_same(&our_words, &their_words));
        }
    }
    agreement
}

/// The days that a post of the feed may have, in UTC and in the zone of its date.
pub(super) fn days(entry: &ForeignEntry) -> Vec<String> {
    let utc = entry.published.map(Timestamp::date);
    utc.into_iter().chain(entry.day.clone()).collect()
}

/// Some programs write typographic quotation marks in one place only.
pub(super) fn is_same_title(ours: &str, theirs: &str) -> bool {
    let plain = |title: &str| {
        let title = title.replace(['‘', '’'], "'").replace(['“', '”'], "\"");
        title.replace('…', "...").replace('–', "--")
    };
    plain(ours) == plain(&text::title(theirs))
}

fn is_same_day(ours: &Entry, theirs: &ForeignEntry) -> bool {
    let is_day = ours.published.unix_seconds() % SECONDS_OF_DAY == 0;
    // A page that shows a day does not say in which zone.
    let is_near = theirs.published.is_some_and(|date| {
        date.unix_seconds().abs_diff(ours.published.unix_seconds()) < MAX_ZONE_SECONDS
    });
    theirs.published == Some(ours.published)
        || days(theirs).contains(&ours.published.date())
        || is_day && is_near
}

const SECONDS_OF_DAY: i64 = 86_400;

/// Seconds between the clocks of two zones.
const MAX_ZONE_SECONDS: u64 = 14 * 3_600;

fn is_same_link(ours: &str, theirs: &str) -> bool {
    let plain = |link: &str| {
        let end = link.find(['?', '#']).unwrap_or(link.len());
        let link = link.get(..end).unwrap_or(link);
        // One may write letters as they are, and the other one as bytes.
        let decoded = WebUrl::parse(link)
            .ok()
            .and_then(|url| Some(format!("{}/{}", url.host(), url.path_below(&url.root())?)));
        let written = || link.split_once("://").map_or(link, |(_, rest)| rest).to_owned();
        decoded.unwrap_or_else(written).trim_end_matches('/').to_lowercase()
    };
    plain(ours) == plain(theirs)
}

/// Elements inside of which a word may begin or end.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "code", "del", "em", "font", "i", "ins", "mark", "s", "small", "span",
    "strong", "u", "wbr",
];

/// The text of HTML. What stands in two blocks is two words.
fn plain(html: &str) -> String {
    let mut spaced = String::with_capacity(html.len() * 2);
    for (at, part) in html.split('<').enumerate() {
        let tag = part.strip_prefix('/').unwrap_or(part);
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default().to_ascii_lowercase();
        if at > 0 {
            spaced += if INLINE.contains(&name.as_str()) { "<" } else { " <" };
        }
        spaced += part;
    }
    text::plain(&spaced)
}

/// How often each word stands in a text.
pub(super) type Words = HashMap<String, usize>;

/// The words of HTML.
pub(super) fn words(html: &str) -> Words {
    let mut words = Words::new();
    let text = plain(html);
    let mut add = |word: &str| {
        if !word.is_empty() {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
    };
    for run in text.split(|c: char| !c.is_alphanumeric()) {
        // Some scripts do not separate words: each character counts.
        let mut rest = run;
        while let Some((at, sign)) = rest.char_indices().find(|(_, c)| text::is_ideograph(*c)) {
            let (before, after) = rest.split_at(at);
            add(before);
            let (sign, after) = after.split_at(sign.len_utf8());
            add(sign);
            rest = after;
        }
        add(rest);
    }
    words
}

/// HTML as a feed of feedmill has it, so that only what is written differs.
pub(super) fn rendered(html: &str, link: &str) -> String {
    let base = WebUrl::parse(link).or_else(|_| WebUrl::parse("https://localhost/"));
    let text = page::without_decoration(html);
    let body = Body { text, markup: Markup::Html, ..Body::default() };
    base.map_or_else(|_| String::new(), |base| content::render(&body, &base))
}

/// The words of the content of a post of the feed. Some feeds repeat the title there.
pub(super) fn content_words(theirs: &ForeignEntry) -> Words {
    let text = plain(&rendered(&theirs.content, &theirs.link));
    let title = text::title(&theirs.title);
    words(text.strip_prefix(&title).filter(|_| !title.is_empty()).unwrap_or(&text))
}

fn common(words: &Words, others: &Words) -> usize {
    words.iter().map(|(word, count)| others.get(word).map_or(0, |other| *count.min(other))).sum()
}

fn count(words: &Words) -> usize {
    words.values().sum()
}

/// Whether at least 98 of 100 words of each are in the other.
pub(super) fn are_same(words: &Words, others: &Words) -> bool {
    let common = common(words, others) * 100;
    common >= count(words) * 98 && common >= count(others) * 98
}

/// Whether at least 98 of 100 words of others are among these.
pub(super) fn has_all(words: &Words, others: &Words) -> bool {
    common(words, others) * 100 >= count(others) * 98
}

/// Whether a post of the feed has its content, and not a summary.
pub(super) fn is_whole(ours: &Words, theirs: &Words) -> bool {
    count(theirs) * 2 >= count(ours) && count(theirs) > 0
}
