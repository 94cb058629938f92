//! Renders a feed as the bytes of a file, in each format, and reads the feeds of other programs.
//!
//! A format is a file here with a [`FormatInfo`], a variant of [`Format`], and its line in
//! `Format::info` and in [`Format::ALL`].

mod atom;
mod json;
mod rss;

use std::collections::BTreeMap;
use std::error::Error;

use crate::feed::{Entry, Feed, Image};
use crate::types::{Timestamp, url::WebUrl};

/// A format of feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[non_exhaustive]
pub enum Format {
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
    /// RSS 2.0.
    Rss,
}

/// The bytes of a file, or an error of the crate that writes it.
type Rendered = Result<Vec<u8>, Box<dyn Error + Send + Sync>>;

/// All that a format defines.
struct FormatInfo {
    name: &'static str,
    label: &'static str,
    extension: &'static str,
    media_type: &'static str,
    mark: &'static str,
    /// The position of the format among all by the number of readers that support it, from 0.
    preference: u8,
    /// Renders a feed without the final line feed.
    render: fn(&Feed) -> Rendered,
    /// Reads a feed that another program wrote; `None` for other bytes.
    read: fn(&[u8]) -> Option<ForeignFeed>,
}

/// A feed that another program wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForeignFeed {
    pub(crate) title: String,
    pub(crate) entries: Vec<ForeignEntry>,
}

/// An entry of a feed that another program wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForeignEntry {
    /// As the feed has it: HTML or plain text.
    pub(crate) title: String,
    /// The address of the page, as written.
    pub(crate) link: String,
    pub(crate) published: Option<Timestamp>,
    /// The day as the feed writes it, in the zone of its date.
    pub(crate) day: Option<String>,
    /// HTML of the content, or of the summary if there is no content.
    pub(crate) content: String,
}

impl ForeignEntry {
    fn dated(self, date: &str) -> ForeignEntry {
        let day = Timestamp::parse_as_written(date).map(Timestamp::date);
        ForeignEntry { published: Timestamp::parse(date), day, ..self }
    }
}

/// Reads a feed that another program wrote, in any format.
pub(crate) fn read(bytes: &[u8]) -> Option<ForeignFeed> {
    Format::ALL.iter().find_map(|format| (format.info().read)(bytes))
}

impl Format {
    /// Every format, in the order of their names.
    pub const ALL: [Format; 3] = [Format::Atom, Format::Json, Format::Rss];

    fn info(self) -> &'static FormatInfo {
        match self {
            Format::Atom => &atom::INFO,
            Format::Json => &json::INFO,
            Format::Rss => &rss::INFO,
        }
    }

    /// The name in settings: `rss`.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The name for people: `RSS`.
    pub fn label(self) -> &'static str {
        self.info().label
    }

    /// The extension of file names, without the first dot: `rss.xml`.
    pub fn extension(self) -> &'static str {
        self.info().extension
    }

    /// The media type of links to a feed: `application/rss+xml`.
    pub fn media_type(self) -> &'static str {
        self.info().media_type
    }

    /// The text before the first entry by which feedmill recognizes a feed that it wrote. Articles
    /// cannot contain it: their `<` and `"` are escaped, or belong to sanitised HTML.
    pub(crate) fn mark(self) -> &'static str {
        self.info().mark
    }

    /// The format in a list that most readers support, as an index of the list.
    pub(crate) fn preferred(formats: &[Format]) -> usize {
        let preference = |&index: &usize| formats.get(index).map(|format| format.info().preference);
        (0..formats.len()).min_by_key(preference).unwrap_or(0)
    }

    /// The location of the feed in a file and its format; `None` if the file is not named like a feed.
    fn split(file: &str) -> Option<(&str, Format)> {
        let location = |format: Format| file.strip_suffix(format.extension())?.strip_suffix('.');
        Format::ALL.into_iter().find_map(|format| Some((location(format)?, format)))
    }

    /// The format of a file, by its name.
    pub(crate) fn of_file(file: &str) -> Option<Format> {
        Format::split(file).map(|(_, format)| format)
    }

    /// The location of the feed in a file: its name without the extension of a format.
    pub fn feed_of(file: &str) -> &str {
        Format::split(file).map_or(file, |(location, _)| location)
    }

    /// Whether a file is named like a feed.
    pub fn is_feed(file: &str) -> bool {
        Format::of_file(file).is_some()
    }

    /// The name of the file of a feed, relative to the output folder: `topic/ai.rss.xml`.
    pub fn file(self, feed: &Feed) -> String {
        self.file_at(&feed.location)
    }

    /// The name of the file of the feed at a [location](Feed::location).
    pub(crate) fn file_at(self, location: &str) -> String {
        format!("{location}.{}", self.extension())
    }

    /// The address of the file of a feed, if the address of the output folder is known.
    pub fn address(self, feed: &Feed) -> Option<WebUrl> {
        feed.base_url.as_ref()?.join(&self.file(feed)).ok()
    }

    /// Renders the file of a feed: UTF-8 without a byte order mark, lines ended by LF.
    ///
    /// # Errors
    ///
    /// An error of the crate that writes the format; a [`Feed`] of this library causes none.
    pub fn render(self, feed: &Feed) -> Result<Vec<u8>, RenderError> {
        let info = self.info();
        let mut bytes =
            (info.render)(feed).map_err(|source| RenderError { format: info.label, source })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Inserts the stylesheet for browsers (Associating Style Sheets with XML documents 1.0) after the
/// first line of an XML feed, which is the XML declaration.
fn add_stylesheet(feed: &Feed, mut xml: Vec<u8>) -> Vec<u8> {
    if let Some(stylesheet) = &feed.stylesheet {
        let end = xml.iter().position(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let instruction = format!("<?xml-stylesheet type=\"text/css\" href=\"{stylesheet}\"?>\n");
        xml.splice(end..end, instruction.into_bytes());
    }
    xml
}

/// A crate could not write a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {format}")]
pub struct RenderError {
    pub(crate) format: &'static str,
    pub(crate) source: Box<dyn Error + Send + Sync>,
}

/// The generator that feeds name. It has no version, or each release would change every file.
pub(crate) const GENERATOR: &str = "feedmill";

/// The mark of XML feeds, see [`Format::mark`].
const XML_MARK: &str = "<generator>feedmill</generator>";

const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// Elements of extensions by their prefix and name, as the crates for XML expect them.
type Extensions<E> = BTreeMap<String, BTreeMap<String, Vec<E>>>;

/// The elements of Media RSS (version 1.5.1) of an entry, in the order of the entry. `convert` turns
/// a value into what the crate that writes it expects, and `extension` makes an element of its name
/// and attributes.
fn media_extensions<E>(
    entry: &Entry,
    convert: impl Fn(&str) -> String,
    extension: impl Fn(String, BTreeMap<String, String>) -> E,
) -> Extensions<E> {
    let mut elements: BTreeMap<String, Vec<E>> = BTreeMap::new();
    let mut add = |name: &str, url: &WebUrl, kind: [Option<&str>; 2], image: Option<&Image>| {
        // Inserting one by one is faster than collecting, which sorts first.
        let mut attributes = BTreeMap::new();
        attributes.insert("url".to_owned(), convert(url.as_str()));
        for (name, value) in ["medium", "type"].into_iter().zip(kind) {
            attributes.extend(value.map(|value| (name.to_owned(), convert(value))));
        }
        for (name, pixels) in image.iter().flat_map(|i| [("width", i.width), ("height", i.height)])
        {
            attributes.extend(pixels.map(|pixels| (name.to_owned(), pixels.to_string())));
        }
        let element = extension(format!("media:{name}"), attributes);
        elements.entry(name.to_owned()).or_default().push(element);
    };
    for image in &entry.images {
        add("content", &image.url, [Some("image"), image.media_type], Some(image));
    }
    // The first is an enclosure. With both, readers list it twice.
    for file in entry.files.iter().skip(1) {
        let medium = if file.is_audio() { "audio" } else { "video" };
        add("content", &file.url, [Some(medium), Some(&file.media_type)], None);
    }
    if let Some(url) = &entry.player {
        add("player", url, [None; 2], None);
    }
    if let Some(image) = entry.images.first() {
        add("thumbnail", &image.url, [None; 2], Some(image));
    }
    let media = (!elements.is_empty()).then(|| ("media".to_owned(), elements));
    media.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_formats_are_listed() {
        let error = serde_json::from_str::<Format>("\"?\"").unwrap_err().to_string();
        // unknown variant `?`, expected one of `Atom`, ...
        assert_eq!(error.matches('`').count() / 2, 1 + Format::ALL.len(), "{error}");
    }

    #[test]
    fn formats_have_different_names_and_preferences() {
        let mut ranked = Format::ALL;
        ranked.sort_by_key(|format| format.info().preference);
        assert_eq!(ranked, [Format::Rss, Format::Atom, Format::Json]);
        assert!(Format::ALL.is_sorted_by(|a, b| a.name() < b.name()));
    }
}
