//! The site that feeds belong to.

use crate::types::{Color, url::WebUrl};

/// The stylesheet of the feeds, relative to the output folder.
pub(crate) const STYLESHEET: &str = "feed.css";

/// The extension of pages.
pub(crate) const PAGE_EXTENSION: &str = ".html";

/// The site that feeds belong to.
#[derive(Clone, Debug)]
pub struct Site {
    /// The name of the site.
    pub title: Option<String>,
    /// A sentence about the site.
    pub description: Option<String>,
    /// The language of the articles (RFC 5646), such as `en`.
    pub language: String,
    /// The address of the site for people.
    pub url: Option<WebUrl>,
    /// The address of the published output folder. Without it, feeds have no links to themselves.
    pub base_url: Option<WebUrl>,
    /// A WebSub hub that announces new entries.
    pub hub: Option<WebUrl>,
    /// Whether to write the page and the OPML list of the feeds, their stylesheet, and a page for
    /// each feed.
    pub index: bool,
    /// What directories of podcasts show about feeds with audio.
    pub podcast: Podcast,
    /// What the pages look like.
    pub page: PageSettings,
}

/// What directories of podcasts show about a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Podcast {
    /// A category and a subcategory of Apple, such as `Technology`.
    pub category: Option<(String, Option<String>)>,
    /// Who makes the podcast; by default the author of the feed.
    pub author: Option<String>,
    /// An e-mail address by which directories reach the owner.
    pub email: Option<String>,
    /// The cover: a square picture.
    pub image: Option<WebUrl>,
    /// Whether the podcast is unfit for children.
    pub explicit: bool,
}

/// What the pages for people look like.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PageSettings {
    /// The color of links and buttons.
    pub accent: Option<Color>,
    /// A picture, relative to the output folder.
    pub logo: Option<String>,
    /// The heading of the page that lists the feeds.
    pub heading: Option<String>,
    /// What the page says below its heading.
    pub intro: Option<String>,
}

impl Site {
    /// The name of the page of the feed at a location, relative to the output folder, if feeds have
    /// pages. No feed has the location of the page that lists the feeds: `index` is no slug.
    pub(crate) fn page_of(&self, location: &str) -> Option<String> {
        self.index.then(|| format!("{location}{PAGE_EXTENSION}"))
    }

    /// The page for people that the feed at a location links to, if there is one: the site, else the
    /// page of the feed.
    pub(crate) fn home(&self, location: &str) -> Option<WebUrl> {
        let page = |base: &WebUrl| match self.page_of(location) {
            Some(page) => base.join(&page).ok(),
            None => Some(base.root()),
        };
        self.url.clone().or_else(|| page(self.base_url.as_ref()?))
    }

    /// Resolves an address of the front matter, which may be relative to the site.
    pub(crate) fn absolute(&self, url: &str) -> Option<WebUrl> {
        WebUrl::parse(url).ok().or_else(|| match &self.url {
            Some(site) => site.join(url).ok(),
            None if url.trim().starts_with("//") => {
                WebUrl::parse(&format!("https:{}", url.trim())).ok()
            }
            None => None,
        })
    }
}
