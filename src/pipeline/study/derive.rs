//! Derives selectors for articles, dates and what to remove, from a feed that tells which pages are
//! articles and what is in them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Words, are_same, is_whole, words};
use crate::page::stable_classes;
use crate::types::dom::{self, Document, NodeRef, Selector};

/// A page as far as its marks go.
pub(super) struct Marked {
    pub(super) marks: BTreeSet<String>,
    pub(super) role: Role,
}

/// What the feed says about a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is in the feed.
    Post,
    /// It may be one that the feed has no room for.
    Unknown,
    /// It is no article.
    Other,
}

/// Elements whose marks say most about a page, the best first.
const TELLING: [&str; 7] = ["body", "html", "article", "main", "section", "div", "header"];

/// A selector that matches at least 98 of 100 posts, and almost no page that is none.
pub(super) fn articles(pages: &[Marked]) -> Option<String> {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut posts = 0;
    for page in pages {
        posts += usize::from(page.role == Role::Post);
        for mark in &page.marks {
            let [post, unknown, other] = counts.entry(mark).or_default();
            *match page.role {
                Role::Post => post,
                Role::Unknown => unknown,
                Role::Other => other,
            } += 1;
        }
    }
    let good = counts.into_iter().filter(|(_, [post, _, other])| {
        is_nearly_all(*post, posts) && other * NEARLY_ALL.1 <= posts * (NEARLY_ALL.1 - NEARLY_ALL.0)
    });
    let best = good.min_by_key(|(mark, [post, unknown, other])| {
        let name = mark.split('.').next().unwrap_or_default();
        let rank = TELLING.iter().position(|telling| *telling == name).unwrap_or(TELLING.len());
        (*other, Reverse(post + unknown), Reverse(says(mark, &ARTICLE_WORDS)), rank, mark.len())
    });
    best.map(|(mark, _)| mark.to_owned())
}

/// Words in the names of what belongs to an article.
const ARTICLE_WORDS: [&str; 4] = ["post", "article", "entry", "blog"];

fn says(mark: &str, words: &[&str]) -> bool {
    words.iter().any(|word| mark.to_ascii_lowercase().contains(word))
}

/// 98 of 100.
const NEARLY_ALL: (usize, usize) = (98, 100);

pub(super) fn is_nearly_all(count: usize, all: usize) -> bool {
    all > 0 && count * NEARLY_ALL.1 >= all * NEARLY_ALL.0
}

/// The selectors that nearly all pages have among theirs: those that say these words first, then those of an
/// element's own class, then the shortest.
pub(super) fn common<'p>(
    pages: impl Iterator<Item = &'p BTreeSet<String>>,
    words: &[&str],
) -> Vec<Selector> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for page in pages {
        all += 1;
        for place in page {
            *counts.entry(place).or_default() += 1;
        }
    }
    let mut good: Vec<&str> = counts
        .into_iter()
        .filter(|(_, count)| is_nearly_all(*count, all))
        .map(|(place, _)| place)
        .collect();
    good.sort_by_key(|place| (!says(place, words), place.starts_with('.'), place.len()));
    good.into_iter().take(MAX_TRIED).filter_map(selector).collect()
}

/// How many selectors are tried.
const MAX_TRIED: usize = 20;

/// The content of a page, and that of the same post in the feed.
pub(super) struct Pair {
    /// The key of the page.
    pub(super) key: String,
    pub(super) ours: String,
    /// The words that a feed of feedmill has of it.
    pub(super) words: Words,
    pub(super) theirs: Words,
    /// The names of files that the feed shows: pictures and the like.
    pub(super) media: BTreeSet<String>,
}

impl Pair {
    /// Whether the feed has the content, and not a summary.
    pub(super) fn is_whole(&self) -> bool {
        is_whole(&self.words, &self.theirs)
    }

    pub(super) fn is_same(&self) -> bool {
        are_same(&self.words, &self.theirs)
    }
}

/// How many of the posts whose whole content the feed has are the same, and how many there are.
pub(super) fn same(pairs: &[Pair]) -> (usize, usize) {
    let whole = || pairs.iter().filter(|pair| pair.is_whole());
    (whole().filter(|pair| pair.is_same()).count(), whole().count())
}

/// The selectors that at least half of the pages have among theirs, those of most pages first.
pub(super) fn frequent(pages: &[BTreeSet<String>]) -> Vec<Selector> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    pages.iter().flatten().for_each(|place| *counts.entry(place).or_default() += 1);
    let mut good: Vec<(&str, usize)> =
        counts.into_iter().filter(|(_, count)| count * 2 >= pages.len()).collect();
    good.sort_by_key(|(place, count)| (Reverse(*count), !says(place, &CONTENT_WORDS), place.len()));
    good.into_iter().take(MAX_CONTENTS).filter_map(|(place, _)| selector(place)).collect()
}

/// Words in the names of what holds the content of an article.
const CONTENT_WORDS: [&str; 6] = ["content", "body", "post", "article", "entry", "prose"];

/// How many selectors of the content are tried.
const MAX_CONTENTS: usize = 6;

/// The names of the files that HTML shows.
pub(super) fn media(html: &str) -> BTreeSet<String> {
    let document = Document::fragment(html);
    shown(&document.root())
}

fn shown(node: &NodeRef<'_>) -> BTreeSet<String> {
    let files = node.descendants_it().chain([*node]).filter_map(|node| {
        let url = dom::first_attribute(&node, &["src", "data-src", "poster"])?;
        let path = url.split(['?', '#']).next().unwrap_or_default();
        Some(path.rsplit('/').find(|name| !name.is_empty())?.to_owned())
    });
    files.collect()
}

/// Classes of elements of the content that the feed does not have, each with the number of its pages.
pub(super) fn removable(pairs: &[Pair]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut outermost: BTreeSet<String> = BTreeSet::new();
    let mut different = 0;
    let mut whole = 0;
    for pair in pairs {
        if !pair.is_whole() {
            continue;
        }
        whole += 1;
        if pair.is_same() {
            continue;
        }
        different += 1;
        let extra = difference(&words(&pair.ours), &pair.theirs);
        for (class, words, media, is_outermost) in classes(&pair.ours, &extra) {
            let is_extra = words.iter().all(|(word, count)| extra.get(word) >= Some(count))
                && media.is_disjoint(&pair.media);
            let [extra, needed] = counts.entry(class.clone()).or_default();
            *if is_extra { extra } else { needed } += 1;
            if is_outermost {
                outermost.insert(class);
            }
        }
    }
    if whole * 2 < pairs.len() {
        // The feed has summaries.
        return Vec::new();
    }
    let good = counts.into_iter().filter(|(class, [extra, needed])| {
        *extra >= MIN_PAGES && *extra * 2 >= different && *needed == 0 && outermost.contains(class)
    });
    good.map(|(class, [extra, _])| (format!(".{class}"), extra)).collect()
}

/// Fewer pages prove nothing.
const MIN_PAGES: usize = 3;

fn difference(words: &Words, others: &Words) -> Words {
    let more = words.iter().filter_map(|(word, count)| {
        let more = count.saturating_sub(others.get(word).copied().unwrap_or_default());
        (more > 0).then(|| (word.clone(), more))
    });
    more.collect()
}

/// The classes of elements that have text, with their words and the files that they show, and whether no
/// element around could be removed as a whole.
fn classes(html: &str, extra: &Words) -> Vec<(String, Words, BTreeSet<String>, bool)> {
    let document = Document::fragment(html);
    let mut found = Vec::new();
    let mut open: Vec<(NodeRef<'_>, bool)> =
        document.root().children().into_iter().map(|node| (node, false)).collect();
    while let Some((node, is_inside)) = open.pop() {
        let is_code = ["pre", "code", "svg", "math"].iter().any(|name| node.has_name(name));
        if !node.is_element() || is_code {
            continue;
        }
        let classes = stable_classes(&dom::attribute(&node, "class"));
        let own = if classes.is_empty() { Words::new() } else { words(&node.html()) };
        let is_extra =
            own.iter().all(|(word, count)| extra.get(word) >= Some(count)) && !own.is_empty();
        if !own.is_empty() {
            let media = shown(&node);
            let each = |class| (class, own.clone(), media.clone(), !is_inside);
            found.extend(classes.into_iter().map(each));
        }
        open.extend(node.children().into_iter().map(|child| (child, is_inside || is_extra)));
    }
    found
}

/// Classes of the last elements of contents that are the same on at least half of them, with their number.
pub(super) fn repeated_endings(contents: &[String]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for content in contents {
        let document = Document::fragment(content.as_str());
        let Some(last) = dom::all(&document, ":last-child[class]").last().copied() else {
            continue;
        };
        let text = last.text().split_whitespace().collect::<Vec<_>>().join(" ");
        for class in stable_classes(&dom::attribute(&last, "class")) {
            if !text.is_empty() {
                *counts.entry((class, text.clone())).or_default() += 1;
            }
        }
    }
    let repeated =
        counts.into_iter().filter(|(_, count)| *count >= MIN_PAGES && count * 2 >= contents.len());
    repeated.map(|((class, _), count)| (format!(".{class}"), count)).collect()
}

/// Whether a selector can be read. Marks always can.
pub(super) fn selector(text: &str) -> Option<Selector> {
    Selector::parse(text).ok()
}
