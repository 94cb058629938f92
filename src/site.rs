//! The site: what feeds say about where they belong.

use crate::link::WebUrl;

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
}

impl Site {
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
