//! The page of one feed, for people who have no reader: its articles with links, and how to follow it.
//!
//! It depends on its feed and on the settings alone, never on other feeds, so that it only changes
//! when the feed does. The bodies of the articles are not on it.

use askama::Template;
use uuid::fmt::Urn;

use super::words::Words;
use super::{ICON, PAGE, SCRIPT, STYLE, render};
use crate::error::Error;
use crate::feed::{Entry, Feed, Site};
use crate::format::Format;
use crate::types::{date::Timestamp, text, url::WebUrl};

/// Renders the pages of feeds.
#[derive(Debug)]
pub(crate) struct FeedPages<'a> {
    site: &'a Site,
    formats: &'a [Format],
    words: Words,
}

impl<'a> FeedPages<'a> {
    /// Pages of the feeds of a site, which are published in these formats.
    pub(crate) fn new(site: &'a Site, formats: &'a [Format]) -> FeedPages<'a> {
        FeedPages { site, formats, words: Words::of(&site.language) }
    }

    /// The bytes of the page of a feed.
    ///
    /// # Errors
    ///
    /// An error of the crate that writes the page; a [`Feed`] of this library causes none.
    pub(crate) fn render(&self, feed: &Feed) -> Result<Vec<u8>, Error> {
        let absolute = |file: &str| feed.base_url.as_ref()?.join(file).ok();
        let mut files: Vec<(Format, String)> = Vec::with_capacity(self.formats.len());
        for &format in self.formats {
            let file = format.file(feed);
            files.push((format, file.rsplit('/').next().unwrap_or_default().to_owned()));
        }
        // Readers that are given the address of the page take the first one.
        let preferred = Format::preferred(self.formats).min(files.len().saturating_sub(1));
        files.get_mut(..=preferred).unwrap_or_default().rotate_right(1);
        let feed_address = files.first().and_then(|(format, _)| format.address(feed));
        let template = FeedPage {
            words: &self.words,
            logo: self.site.page.logo.as_deref(),
            root: "../".repeat(feed.location.matches('/').count()),
            address: feed.page.as_deref().and_then(absolute),
            feed_address,
            files,
            feed,
        };
        render(feed.page.as_deref().unwrap_or_default(), "HTML", &template)
    }
}

#[derive(Template)]
#[template(path = "feed_page.html", config = "src/listing/askama.toml")]
struct FeedPage<'a> {
    words: &'a Words,
    feed: &'a Feed,
    logo: Option<&'a str>,
    /// The way to the output folder.
    root: String,
    /// The address of the page itself.
    address: Option<WebUrl>,
    /// The address of the feed in the first format.
    feed_address: Option<WebUrl>,
    /// The formats, the one that most readers support first, and the files in the folder of the page.
    files: Vec<(Format, String)>,
}

/// What the page shows of an entry.
struct Item<'a> {
    /// The id of the entry, by which a page that names what has become private is known.
    id: Urn,
    title: &'a str,
    link: &'a str,
    published: Timestamp,
    source: Option<&'a str>,
    summary: Option<String>,
}

/// Characters of a summary on the page.
const SUMMARY_CHARS: usize = 300;

impl FeedPage<'_> {
    fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.feed.entries.iter().map(|entry| Item {
            id: entry.id.urn(),
            title: &entry.title,
            link: entry.link.as_str(),
            published: entry.published,
            source: source(entry).filter(|source| *source != self.feed.name),
            summary: Some(text::truncate(&entry.summary, SUMMARY_CHARS))
                .filter(|summary| *summary != entry.title),
        })
    }
}

/// Who published an entry: the provider, else the first author.
fn source(entry: &Entry) -> Option<&str> {
    let author = || entry.authors.first().map(|author| author.name.as_str());
    entry.source.as_ref().map(|source| source.name.as_str()).or_else(author)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    const ARTICLE: &str = "---
title: A new bridge opens
excerpt: What happened, and what it means for those who live by the water.
publishedDateTime: 2024-05-01T08:00:00Z
originalUrl: https://gazette.example/news/1
provider: River Gazette
topics: [Bridges]
---
";

    /// The page of the feed of an article.
    fn page(location: &str, change: impl Fn(&mut Settings)) -> String {
        let folder = tempfile::tempdir().unwrap();
        #[expect(clippy::disallowed_methods, reason = "an article that the test reads")]
        std::fs::write(folder.path().join("bridge.md"), ARTICLE).unwrap();
        let now = Timestamp::parse("2024-07-01").unwrap();
        let mut settings = Settings::new(folder.path(), "out", now);
        settings.site.title = Some("River News".to_owned());
        settings.site.base_url = WebUrl::parse("https://feeds.example/x/").ok();
        change(&mut settings);
        let feeds = crate::build(&settings, &|| false).unwrap().feeds;
        let feed = feeds.iter().find(|feed| feed.location == location).unwrap();
        let formats = [Format::Json, Format::Rss, Format::Atom];
        let page = FeedPages::new(&settings.site, &formats).render(feed).unwrap();
        String::from_utf8(page).unwrap()
    }

    #[test]
    fn a_page_can_be_read_and_says_how_to_follow_its_feed() {
        let page = page("topic/bridges", |_| {});
        for said in [
            "<html lang=\"en\">",
            "<title>Bridges – River News</title>",
            "href=\"../page.css\"",
            "href=\"../index.html\">All feeds</a>",
            "data-base=\"https://feeds.example/x/topic/bridges.html\"",
            "<code>https://feeds.example/x/topic/bridges.rss.xml</code>",
            "<a href=\"https://gazette.example/news/1\">A new bridge opens</a>",
            "<time datetime=\"2024-05-01T08:00:00Z\">1 May 2024</time> · <bdi>River Gazette</bdi>",
            "What happened, and what it means for those who live by the water.",
        ] {
            assert!(page.contains(said), "{said}\n{page}");
        }
        let feeds: Vec<&str> = page.split("rel=\"alternate\"").skip(1).collect();
        assert!(feeds[0].contains("href=\"bridges.rss.xml\""), "most readers read RSS");
        assert!(feeds[1].contains("href=\"bridges.json\""));
        assert_eq!(feeds.len(), 3);
        assert!(super::super::has_mark("bridges.html", &page));
    }

    #[test]
    fn a_page_is_in_the_language_of_the_site_and_needs_no_address() {
        let page = page("topic/bridges", |settings| {
            settings.site.language = "de-AT".to_owned();
            settings.site.base_url = None;
        });
        assert!(page.contains("<html lang=\"de\">") && page.contains("<bdi lang=\"de-AT\">"));
        assert!(page.contains(">1. Mai 2024</time>"), "{page}");
        assert!(!page.contains("data-base") && !page.contains("<code>"));
    }
}
