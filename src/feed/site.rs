//! The site: what feeds say about where they belong.

use crate::types::url::WebUrl;

/// The page that lists the feeds (HTML), relative to the output folder.
pub(crate) const PAGE: &str = "index.html";

/// The list of the feeds for readers (OPML 2.0), relative to the output folder.
pub(crate) const LIST: &str = "feeds.opml";

/// The stylesheet that feeds name, relative to the output folder.
pub(crate) const STYLESHEET: &str = "feed.css";

/// The files beside the feeds.
pub(crate) const FILES: [&str; 3] = [LIST, PAGE, STYLESHEET];

/// What feeds say about the site that they belong to.
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
    /// The address that the output folder is served at. Without it feeds have no self links.
    pub base_url: Option<WebUrl>,
    /// A WebSub hub that passes on what is new.
    pub hub: Option<WebUrl>,
    /// Whether the feeds are listed on a page and in a file for readers, and have a stylesheet.
    pub index: bool,
}

impl Site {
    /// The page for people that feeds belong to, if one is known.
    pub(crate) fn home(&self) -> Option<WebUrl> {
        let page = |base: &WebUrl| if self.index { base.clone() } else { base.root() };
        self.url.clone().or_else(|| self.base_url.as_ref().map(page))
    }

    /// An address of the front matter: absolute, or relative to the site that the articles belong
    /// to.
    pub(crate) fn absolute(&self, url: &str) -> Option<WebUrl> {
        match (WebUrl::parse(url), &self.url) {
            (Ok(url), _) => Some(url),
            (Err(_), Some(site)) => site.join(url).ok(),
            (Err(_), None) if url.trim().starts_with("//") => {
                WebUrl::parse(&format!("https:{}", url.trim())).ok()
            }
            (Err(_), None) => None,
        }
    }
}
