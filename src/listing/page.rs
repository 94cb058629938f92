//! The page that lists every feed with its addresses, for people.
//!
//! It refers to no other host; without JavaScript only the search and the copying are missing. Style
//! and script are files of their own, which the pages of all feeds share: a page of a feed then changes
//! only with its feed.

use askama::Template;

use super::{FeedList, ICON, LIST, Outline, SCRIPT, STYLE};
use crate::format::Format;

#[derive(Template)]
#[template(path = "page.html", config = "src/listing/askama.toml")]
pub(super) struct Page<'a> {
    pub(super) list: &'a FeedList<'a>,
}

impl Page<'_> {
    fn outlines(&self) -> impl Iterator<Item = &Outline> {
        self.list.folders.iter().flat_map(|folder| folder.feeds.iter().map(|feed| feed.outline))
    }

    /// The files of a feed and their formats.
    fn files<'o>(&self, outline: &'o Outline) -> impl Iterator<Item = (Format, &'o str)> {
        self.list.formats.iter().copied().zip(outline.files.iter().map(String::as_str))
    }

    /// The file of a feed in the format that most readers support.
    fn preferred_file<'o>(&self, outline: &'o Outline) -> Option<(Format, &'o str)> {
        self.files(outline).nth(self.list.preferred)
    }
}
