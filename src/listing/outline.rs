//! Outlines: what a list of feeds says about each of them (OPML 2.0, "outline").

use crate::feed::Feed;
use crate::feed::Grouping;
use crate::format::Format;
use crate::types::date::Timestamp;
use crate::types::url::WebUrl;

/// A feed of a run, for those who choose among feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// What its articles have in common.
    pub by: Grouping,
    /// The name of its group as an article writes it, in plain text: `Power Apps`.
    pub name: String,
    /// The title of the feed.
    pub title: String,
    /// The page for people that the feed belongs to.
    pub home: WebUrl,
    /// The files, relative to the output folder, in the order of the formats asked for.
    pub files: Vec<String>,
    /// The number of entries, at least one.
    pub entries: usize,
    /// When the newest entry was published.
    pub newest: Timestamp,
    /// The title of the newest entry.
    pub newest_title: String,
}

impl Outline {
    /// Its files without the extension of a format, relative to the output folder: `topic/ai`.
    pub fn location(&self) -> &str {
        self.files.first().map_or("", |file| Format::feed_of(file))
    }

    /// The outline of a feed; `None` if nothing is in it.
    pub fn of(feed: &Feed, by: Grouping, formats: &[Format]) -> Option<Outline> {
        let newest = feed.entries.first()?;
        Some(Outline {
            by,
            name: feed.name.clone(),
            title: feed.title.clone(),
            home: feed.home.clone(),
            files: formats.iter().map(|&format| format.file(feed)).collect(),
            entries: feed.entries.len(),
            newest: newest.published,
            newest_title: newest.title.clone(),
        })
    }
}
