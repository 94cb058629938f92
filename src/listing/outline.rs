//! Summarizes a feed for lists of feeds (OPML 2.0, "outline").

use crate::feed::{Feed, Grouping};
use crate::format::Format;
use crate::types::{date::Timestamp, url::WebUrl};

/// The summary of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// What its articles have in common.
    pub by: Grouping,
    /// The name of the group as its newest article writes it, in plain text: `Power Apps`.
    pub name: String,
    /// The title of the feed.
    pub title: String,
    /// The page for people.
    pub home: WebUrl,
    /// The files, relative to the output folder, in the order of the requested formats.
    pub files: Vec<String>,
    /// The page that shows the entries, relative to the output folder, if it is written.
    pub page: Option<String>,
    /// The number of entries, at least one.
    pub entries: usize,
    /// When the newest entry was published.
    pub newest: Timestamp,
    /// The title of the newest entry.
    pub newest_title: String,
    /// The page of the newest entry.
    pub newest_link: WebUrl,
}

impl Outline {
    /// The files without extension, relative to the output folder: `topic/ai`.
    pub fn location(&self) -> &str {
        self.files.first().map_or("", |file| Format::feed_of(file))
    }

    /// Summarizes a feed; `None` if it has no entries.
    pub fn new(feed: &Feed, by: Grouping, formats: &[Format]) -> Option<Outline> {
        let newest = feed.entries.first()?;
        Some(Outline {
            by,
            name: feed.name.clone(),
            title: feed.title.clone(),
            home: feed.home.clone(),
            files: formats.iter().map(|&format| format.file(feed)).collect(),
            page: feed.page.clone(),
            entries: feed.entries.len(),
            newest: newest.published,
            newest_title: newest.title.clone(),
            newest_link: newest.link.clone(),
        })
    }
}
