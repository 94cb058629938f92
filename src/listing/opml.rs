//! The list of the feeds that readers import (OPML 2.0).
//!
//! It has one level of folders, because readers lose deeper ones, and no date, so that it only
//! changes when a feed appears, disappears or gets another title. Each feed has one format: two would
//! be two subscriptions.
//!
//! The only module that uses the `quick-xml` crate.

use std::borrow::Cow;

use askama::Template;

use super::{FeedList, Folder, ListedFeed};

#[derive(Template)]
#[template(path = "feeds.opml", escape = "none", config = "src/listing/askama.toml")]
pub(super) struct Opml<'a> {
    pub(super) list: &'a FeedList<'a>,
}

impl Opml<'_> {
    /// The title of a folder; `None` for the one feed of all articles. Readers put the folders of two
    /// sites together if they have one name.
    fn folder(&self, folder: &Folder<'_>) -> Option<String> {
        let kinds = (!folder.is_all()).then(|| self.list.words.kinds(folder.by))?;
        let site = self.list.site.title.as_ref();
        Some(site.map_or_else(|| kinds.clone(), |site| format!("{kinds} – {site}")))
    }

    /// The element of a feed. Some readers use the attribute `text`, others `title`.
    fn outline(&self, feed: &ListedFeed<'_>) -> String {
        let (text, file) = (xml(&feed.text), self.list.preferred_file(feed));
        let base = self.list.site.base_url.as_ref();
        let address = base.and_then(|base| base.join(file).ok());
        let address = xml(address.as_ref().map_or(file, |address| address.as_str()));
        // Without a home page of the site it would be that of the newest article, which changes.
        let home = self.list.site.home(feed.outline.location());
        let home = home.map(|_| xml(feed.outline.home.as_str()));
        let home = home.map(|home| format!(" htmlUrl=\"{home}\"")).unwrap_or_default();
        format!(
            "<outline type=\"rss\" text=\"{text}\" title=\"{text}\" xmlUrl=\"{address}\"{home}/>"
        )
    }
}

fn xml(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}
