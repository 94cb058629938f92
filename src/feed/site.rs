//! The site that feeds belong to.

use crate::types::url::WebUrl;

/// The stylesheet of the feeds, relative to the output folder.
pub(crate) const STYLESHEET: &str = "feed.css";

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
    /// Whether to write the page and the OPML list of the feeds, and their stylesheet.
    pub index: bool,
}

impl Site {
    /// The page for people that feeds link to, if there is one.
    pub(crate) fn home(&self) -> Option<WebUrl> {
        let page = |base: &WebUrl| if self.index { base.clone() } else { base.root() };
        self.url.clone().or_else(|| self.base_url.as_ref().map(page))
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
