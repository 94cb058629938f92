//! The page of a feed, for people without a reader.

use askama::Template;

use crate::feed::{Feed, Site};
use crate::format::Format;

#[derive(Template)]
#[template(path = "feed_page.html", config = "src/listing/askama.toml")]
pub(super) struct FeedPage<'a> {
    pub(super) site: &'a Site,
    pub(super) formats: &'a [Format],
    pub(super) feed: &'a Feed,
}
