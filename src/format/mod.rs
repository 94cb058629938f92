//! Formats: a feed as the bytes of a file. Pure functions; adding a format is a file here and a
//! variant of [`Format`].

mod atom;
mod json;
mod rss;

use std::collections::BTreeMap;

use crate::feed::Entry;
use crate::feed::Feed;
use crate::feed::Image;
use crate::types::url::WebUrl;

/// A format of feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
    /// RSS 2.0.
    Rss,
}

impl Format {
    /// Every format, in the order of their names.
    pub const ALL: [Format; 3] = [Format::Atom, Format::Json, Format::Rss];

    /// The name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Format::Atom => "atom",
            Format::Json => "json",
            Format::Rss => "rss",
        }
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        match self {
            Format::Atom => "Atom",
            Format::Json => "JSON",
            Format::Rss => "RSS",
        }
    }

    /// What follows the first dot of a file name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Atom => "atom.xml",
            Format::Json => "json",
            Format::Rss => "rss.xml",
        }
    }

    /// The feed that a file is of: its name without the extension of a format.
    pub fn feed_of(file: &str) -> &str {
        let stem = |format: &Format| file.strip_suffix(format.extension())?.strip_suffix('.');
        Format::ALL.iter().find_map(stem).unwrap_or(file)
    }

    /// Whether a file is named as feeds are.
    pub fn is_feed(file: &str) -> bool {
        Format::feed_of(file) != file
    }

    /// The media type that links to a feed state.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Atom => "application/atom+xml",
            Format::Json => "application/feed+json",
            Format::Rss => "application/rss+xml",
        }
    }

    /// The name of the file of a feed, relative to the output folder: `topic/ai.rss.xml`.
    pub fn file(self, feed: &Feed) -> String {
        self.file_at(&feed.location)
    }

    /// The name of the file of the feed at a [location](Feed::location).
    pub(crate) fn file_at(self, location: &str) -> String {
        format!("{location}.{}", self.extension())
    }

    /// Where the file of a feed is served, if that is known.
    pub fn address(self, feed: &Feed) -> Option<WebUrl> {
        feed.base_url.as_ref()?.join(&self.file(feed)).ok()
    }

    /// The file of a feed: UTF-8 without a byte order mark, lines ended by LF.
    ///
    /// # Errors
    ///
    /// What the writing crate says; a [`Feed`] as this library makes it causes none.
    pub fn render(self, feed: &Feed) -> Result<Vec<u8>, RenderError> {
        match self {
            Format::Atom => atom::render(feed),
            Format::Json => json::render(feed),
            Format::Rss => rss::render(feed),
        }
    }
}

/// An XML feed with the stylesheet for browsers (Associating Style Sheets with XML documents 1.0)
/// behind its first line, which is the XML declaration.
fn styled(feed: &Feed, mut xml: Vec<u8>) -> Vec<u8> {
    if let Some(stylesheet) = &feed.stylesheet {
        let end = xml.iter().position(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let instruction = format!("<?xml-stylesheet type=\"text/css\" href=\"{stylesheet}\"?>\n");
        xml.splice(end..end, instruction.into_bytes());
    }
    xml
}

/// A file that a writing crate refused.
#[derive(Debug, thiserror::Error)]
#[error("cannot be written as {format}")]
pub struct RenderError {
    format: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl RenderError {
    pub(crate) fn new(
        format: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> RenderError {
        RenderError { format, source: Box::new(source) }
    }
}

/// The name that feeds give for their generator. Without a version, or every new release would
/// change every file.
pub(crate) const GENERATOR: &str = "feedmill";

const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// An element of Media RSS: its name without prefix, and its attributes.
type MediaElement = (&'static str, BTreeMap<String, String>);

/// The elements of Media RSS (version 1.5.1) for an entry, in the order of the entry, with values as
/// the crate that writes them wants them.
fn media_elements(entry: &Entry, written: impl Fn(&str) -> String) -> Vec<MediaElement> {
    // One by one: collecting would sort them first.
    let element = |attributes: &[(&str, &str)]| {
        let mut element = BTreeMap::new();
        for &(name, value) in attributes {
            element.insert(name.to_owned(), written(value));
        }
        element
    };
    let add_size = |element: &mut BTreeMap<String, String>, image: &Image| {
        for (name, pixels) in [("width", image.width), ("height", image.height)] {
            element.extend(pixels.map(|pixels| (name.to_owned(), pixels.to_string())));
        }
    };
    let mut elements = Vec::new();
    for image in &entry.images {
        let mut content = element(&[("url", image.url.as_str()), ("medium", "image")]);
        content.extend(image.media_type.map(|media| ("type".to_owned(), written(media))));
        add_size(&mut content, image);
        elements.push(("content", content));
    }
    for video in &entry.videos {
        let url = ("url", video.url.as_str());
        elements
            .push(("content", element(&[url, ("medium", "video"), ("type", video.media_type)])));
    }
    if let Some(player) = &entry.player {
        elements.push(("player", element(&[("url", player.as_str())])));
    }
    if let Some(image) = entry.images.first() {
        let mut thumbnail = element(&[("url", image.url.as_str())]);
        add_size(&mut thumbnail, image);
        elements.push(("thumbnail", thumbnail));
    }
    elements
}
