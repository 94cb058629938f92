//! Writes the files beside the feeds: a page that lists them, the same list for readers, and a
//! stylesheet for a feed in a browser.

mod feed_page;
mod opml;
mod outline;
mod page;
mod style;
mod texts;
mod words;

use std::collections::BTreeMap;

use askama::Template;

pub(crate) use self::feed_page::FeedPages;
pub use self::outline::Outline;

use self::opml::Opml;
use self::page::Page;
use self::words::Words;
use crate::article::GroupKey;
use crate::error::Error;
use crate::feed::Grouping;
use crate::feed::site::{PAGE_EXTENSION, STYLESHEET, Site};
use crate::format::{Format, RenderError};

/// The page that lists the feeds (HTML), relative to the output folder.
const PAGE: &str = "index.html";

/// The icon of the page (SVG 1.1), relative to the output folder. Liferea fetches it for each feed of
/// the site, and stops for good if its address is a `data:` one.
const ICON: &str = "icon.svg";

/// The style of the page, relative to the output folder.
const STYLE: &str = "page.css";

/// The script of the page, relative to the output folder.
const SCRIPT: &str = "page.js";

/// The list of the feeds for readers (OPML 2.0), relative to the output folder.
const LIST: &str = "feeds.opml";

/// A file beside the feeds.
pub(crate) struct ListingFile {
    /// Relative to the output folder.
    pub(crate) name: &'static str,
    /// The line by which feedmill recognizes the file as its own, one of the first [`MARK_LINES`].
    mark: &'static str,
}

/// The files beside the feeds.
pub(crate) const FILES: [ListingFile; 6] = [
    ListingFile { name: STYLESHEET, mark: "/* generator: feedmill */" },
    ListingFile { name: ICON, mark: "<!-- generator: feedmill -->" },
    ListingFile { name: STYLE, mark: "/* generator: feedmill */" },
    ListingFile { name: SCRIPT, mark: "/* generator: feedmill */" },
    ListingFile { name: LIST, mark: "<!-- generator: feedmill -->" },
    ListingFile { name: PAGE, mark: PAGE_MARK },
];

/// The mark of every page.
const PAGE_MARK: &str = "<meta name=\"generator\" content=\"feedmill\">";

const MARK_LINES: usize = 5;

/// Whether a name belongs to a file beside the feeds.
pub(crate) fn is_listing_file(name: &str) -> bool {
    FILES.iter().any(|file| file.name == name) || is_feed_page(name)
}

/// Whether a name may belong to the page of a feed.
pub(crate) fn is_feed_page(name: &str) -> bool {
    name != PAGE && name.ends_with(PAGE_EXTENSION)
}

/// Whether a file has the name and the mark of a file beside the feeds, or of the page of a feed.
pub(crate) fn has_mark(name: &str, text: &str) -> bool {
    let file = FILES.iter().find(|file| file.name == name).map(|file| file.mark);
    let mark = file.or_else(|| is_feed_page(name).then_some(PAGE_MARK));
    mark.is_some_and(|mark| text.lines().take(MARK_LINES).any(|line| line == mark))
}

/// A name and the bytes of the file.
type File = (&'static str, Vec<u8>);

/// The files beside the feeds in the order of publication: a feed refers to the stylesheet, and the
/// page refers to all others. The outlines of each feed set are sorted by file name.
///
/// # Errors
///
/// An error of the crate that writes a file; these outlines cause none.
pub(crate) fn files(
    site: &Site,
    formats: &[Format],
    outlines: &[&Outline],
) -> Result<[File; FILES.len()], Error> {
    let list = &FeedList::new(site, formats, outlines);
    Ok([
        (STYLESHEET, style::feed(site, &list.words)),
        (ICON, style::icon(site)),
        (STYLE, style::page(site)),
        (SCRIPT, include_bytes!("page.js").to_vec()),
        (LIST, render(LIST, "OPML", &Opml { list })?),
        (PAGE, render(PAGE, "HTML", &Page::new(list))?),
    ])
}

fn render(file: &str, format: &'static str, template: &impl Template) -> Result<Vec<u8>, Error> {
    template.render().map(String::into_bytes).map_err(|error| {
        let source = RenderError { format, source: error.into() };
        Error::Render { file: file.to_owned(), source }
    })
}

/// What the page and the list for readers show.
struct FeedList<'a> {
    site: &'a Site,
    words: Words,
    formats: &'a [Format],
    /// The index of the format that most readers support.
    preferred: usize,
    folders: Vec<Folder<'a>>,
}

/// The feeds of one grouping.
struct Folder<'a> {
    by: Grouping,
    feeds: Vec<ListedFeed<'a>>,
}

/// A feed in a list.
struct ListedFeed<'a> {
    outline: &'a Outline,
    /// Its title, or a longer text that no other feed has.
    text: String,
}

impl<'a> FeedList<'a> {
    fn new(site: &'a Site, formats: &'a [Format], outlines: &[&'a Outline]) -> FeedList<'a> {
        let words = Words::of(&site.language);
        let mut folders: BTreeMap<Grouping, Vec<ListedFeed<'a>>> = BTreeMap::new();
        for (outline, text) in outlines.iter().zip(texts::distinct(outlines, &words)) {
            folders.entry(outline.by).or_default().push(ListedFeed { outline, text });
        }
        FeedList {
            site,
            formats,
            preferred: Format::preferred(formats),
            folders: folders.into_iter().map(|(by, feeds)| Folder { by, feeds }).collect(),
            words,
        }
    }
}

impl FeedList<'_> {
    /// The name of the group of a feed.
    fn name<'s>(&'s self, feed: &'s ListedFeed<'_>) -> &'s str {
        if feed.outline.by.has(GroupKey::All) {
            &self.words.all_articles
        } else {
            &feed.outline.name
        }
    }

    /// The file of a feed in the format that most readers support.
    fn preferred_file<'s>(&self, feed: &'s ListedFeed<'_>) -> &'s str {
        feed.outline.files.get(self.preferred).map_or("", String::as_str)
    }

    /// The media type of these files.
    fn preferred_type(&self) -> &'static str {
        self.formats.get(self.preferred).map_or("", |format| format.media_type())
    }
}

impl Folder<'_> {
    /// Whether it has only the feed of all articles.
    fn is_all(&self) -> bool {
        self.by.has(GroupKey::All)
    }
}
