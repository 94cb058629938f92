//! What people open: the page that lists the feeds, the same list for readers, and a stylesheet for
//! a feed that is opened in a browser. Pure functions, as deterministic as feeds.

mod opml;
mod outline;
mod page;

use std::collections::BTreeMap;

pub use self::outline::Outline;

use crate::article::GroupKey;
use crate::error::Error;
use crate::feed::Grouping;
use crate::feed::site::{LIST, PAGE, STYLESHEET, Site};
use crate::format::Format;

/// A name and the bytes to be written there.
type File = (&'static str, Vec<u8>);

/// The files that go with these feeds, those of each kind sorted by file name. They come in the order
/// in which they are published: a feed names the stylesheet, and the page names the list.
///
/// # Errors
///
/// What a writing crate says; these outlines cause none.
pub(crate) fn files(
    site: &Site,
    formats: &[Format],
    outlines: &[&Outline],
) -> Result<[File; 3], Error> {
    let folders = folders(outlines);
    let failed = |file: &str| {
        let file = file.to_owned();
        move |source| Error::Render { file, source }
    };
    Ok([
        (STYLESHEET, include_bytes!("feed.css").to_vec()),
        (LIST, opml::render(site, formats, &folders).map_err(failed(LIST))?),
        (PAGE, page::render(site, formats, &folders).map_err(failed(PAGE))?),
    ])
}

/// What the page and the list are called.
fn title(site: &Site) -> &str {
    site.title.as_deref().unwrap_or("Feeds")
}

/// The place among some formats of the one that most readers know.
fn best(formats: &[Format]) -> usize {
    let best_first = [Format::Rss, Format::Atom, Format::Json];
    let place = |best: &Format| formats.iter().position(|format| format == best);
    best_first.iter().find_map(place).unwrap_or(0)
}

/// The feeds of one kind, sorted by the names of their files: so `Ärger` stands beside `Arm`.
struct Folder<'a> {
    by: Grouping,
    outlines: Vec<&'a Outline>,
}

impl Folder<'_> {
    /// What the feeds of a kind are called together; `None` for the one feed that holds everything.
    fn title(&self) -> Option<String> {
        let all_of = |by: GroupKey| match by {
            GroupKey::All => None,
            GroupKey::Category => Some("Categories"),
            GroupKey::Provider => Some("Providers"),
            GroupKey::Topic => Some("Topics"),
            GroupKey::Type => Some("Types"),
        };
        match self.by {
            Grouping::One(by) => all_of(by).map(str::to_owned),
            Grouping::Both(first, second) => {
                Some(format!("{} by {}", all_of(first)?, second.name()))
            }
        }
    }

    /// What its title is known by in the page.
    fn anchor(&self) -> Option<String> {
        self.title().map(|title| title.replace(' ', "-"))
    }
}

/// The feed that holds everything comes first, the other kinds in the order of their titles.
fn folders<'a>(outlines: &[&'a Outline]) -> Vec<Folder<'a>> {
    let mut folders: BTreeMap<Option<String>, Folder<'_>> = BTreeMap::new();
    for &outline in outlines {
        let folder = Folder { by: outline.by, outlines: Vec::new() };
        folders.entry(folder.title()).or_insert(folder).outlines.push(outline);
    }
    folders.into_values().collect()
}
