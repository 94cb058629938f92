//! The feeds that a rendered site has of its own, and the pages that their entries lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::format::{self, ForeignEntry};
use crate::source;
use crate::types::{WebUrl, text};

/// Names that generators give to feeds, for sites whose pages do not link to them.
const NAMES: [&str; 22] = [
    "feed.xml",
    "atom.xml",
    "rss.xml",
    "index.xml",
    "feed.json",
    "feed/index.xml",
    "feed/feed.xml",
    "feeds/all.atom.xml",
    "feed_rss_created.xml",
    "blog/atom.xml",
    "blog/rss.xml",
    "blog/feed.xml",
    "blog/index.xml",
    "posts/index.xml",
    "post/index.xml",
    "news/atom.xml",
    "news/index.xml",
    "rss/index.xml",
    "rss/index.rss",
    "feed.rss",
    "feed.atom",
    "feed/atom.xml",
];

/// The feeds of a site, as one.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnFeed {
    /// The files, below the folder of the site.
    pub(super) files: Vec<String>,
    /// The title of the first one.
    pub(super) title: Option<String>,
    /// The entries that lead to a page of the folder, by the key of the page.
    pub(super) entries: BTreeMap<String, ForeignEntry>,
    /// Entries that lead elsewhere.
    pub(super) elsewhere: usize,
}

impl OwnFeed {
    /// Whether most of its entries lead to pages of the folder.
    fn is_telling(&self) -> bool {
        !self.entries.is_empty() && self.entries.len() >= self.elsewhere
    }

    /// The address of the site, by the links to its pages.
    pub(super) fn address(&self) -> Option<WebUrl> {
        self.entries.iter().find_map(|(key, entry)| {
            let text = WebUrl::parse(&entry.link).ok()?;
            let root = text.root();
            let path = text.path_below(&root)?;
            let base = path.to_lowercase().find(key.as_str())?;
            root.join_path(path.get(..base)?)
        })
    }
}

/// What all ways to write the place of a page share: `blog/post` for `blog/post/` and `blog/post.html`.
pub(super) fn key(place: &str) -> String {
    let place = place.trim_matches('/');
    let place = place.strip_suffix("index.html").unwrap_or(place).trim_end_matches('/');
    place
        .strip_suffix(".html")
        .or_else(|| place.strip_suffix(".htm"))
        .unwrap_or(place)
        .to_lowercase()
}

/// A path below the host of an address, decoded.
fn path_of(link: &str) -> Option<String> {
    let site = WebUrl::parse("https://localhost/").ok()?;
    let url = WebUrl::parse(link).ok().or_else(|| site.join(link).ok())?;
    // Two slashes in a row are a mistake of some templates.
    let path = url.path_below(&url.root())?;
    Some(path.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"))
}

/// Reads the feeds to which pages link, else those with usual names. `links` are as written, each with the
/// place of its page.
pub(super) fn find(folder: &Path, links: &[(String, String)], pages: &[&str]) -> OwnFeed {
    let mut files: Vec<PathBuf> = Vec::new();
    for (place, link) in
        links.iter().filter(|(place, link)| !is_of_drafts(place) && !is_of_drafts(link))
    {
        let Some(file) = file_of(folder, place, link) else { continue };
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let mut feed = read(folder, &files, pages);
    if !feed.is_telling() {
        feed = read(folder, &NAMES.map(PathBuf::from), pages);
    }
    if feed.is_telling() { feed } else { OwnFeed::default() }
}

/// Whether an address is that of drafts, or of a feed of them.
fn is_of_drafts(address: &str) -> bool {
    address.to_ascii_lowercase().contains("draft")
}

/// The file below the folder that an address stands for. A part of the path may be that of the folder.
fn file_of(folder: &Path, place: &str, link: &str) -> Option<PathBuf> {
    let page = WebUrl::parse("https://localhost/").ok()?.join_path(place)?;
    let url = page.join(link).ok()?;
    let path = url.path_below(&url.root())?;
    let parts: Vec<&str> =
        path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let tails = (0..parts.len()).filter_map(|from| parts.get(from..));
    let files = tails.map(|tail| tail.iter().collect::<PathBuf>());
    // A server shows the index of a folder.
    let mut files = files.flat_map(|file| {
        let indices = INDICES.map(|index| file.join(index));
        [file].into_iter().chain(indices)
    });
    files.find(|file| folder.join(file).is_file())
}

/// Names of feeds that are the index of a folder.
const INDICES: [&str; 3] = ["index.xml", "index.rss", "index.atom"];

fn read(folder: &Path, files: &[PathBuf], pages: &[&str]) -> OwnFeed {
    let mut feed = OwnFeed::default();
    let pages: BTreeSet<String> = pages.iter().map(|place| key(place)).collect();
    for file in files {
        let mut buffer = Vec::new();
        let Ok(contents) = source::read(&folder.join(file), &mut buffer) else { continue };
        let Some(read) = format::read(contents.bytes) else { continue };
        let found = feed.entries.len();
        let base = base(&read.entries, &pages);
        for entry in read.entries {
            let key = place_of(&entry.link, base).map(|place| key(&place));
            match key.filter(|key| pages.contains(key) && !key.is_empty() && !is_of_drafts(key)) {
                Some(key) => {
                    let known = feed.entries.entry(key).or_insert_with(|| entry.clone());
                    // One feed may have all of the content, and another one a summary.
                    if known.content.len() < entry.content.len() {
                        known.content = entry.content;
                    }
                }
                None => feed.elsewhere += 1,
            }
        }
        if feed.entries.len() > found {
            feed.files.push(file.display().to_string());
            feed.title =
                feed.title.or(Some(text::title(&read.title)).filter(|title| !title.is_empty()));
        }
    }
    feed
}

/// How many parts of the path of a link are those of the folder.
fn base(entries: &[ForeignEntry], pages: &BTreeSet<String>) -> usize {
    let known = |parts: &usize| {
        let places = entries.iter().filter_map(|entry| place_of(&entry.link, *parts));
        places.filter(|place| pages.contains(&key(place))).count()
    };
    // The fewest parts win where several fit.
    (0..=MAX_BASE).rev().max_by_key(known).unwrap_or(0)
}

/// The most parts of a path at which a site is served.
const MAX_BASE: usize = 3;

fn place_of(link: &str, base: usize) -> Option<String> {
    if link.contains('#') {
        // A comment, or a part of a page.
        return None;
    }
    let path = path_of(link)?;
    let mut rest = path.as_str();
    for _ in 0..base {
        rest = rest.split_once('/')?.1;
    }
    Some(rest.to_owned())
}
