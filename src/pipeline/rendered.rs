//! The pages of articles: what the rendered site shows for an article of the source.
//!
//! The source decides what is published, and says who wrote what and when. The page gives the content, the
//! canonical address, and facts that the source leaves out.

use std::path::PathBuf;

use super::page_files::page_path;
use super::scan::Scan;
use crate::article::{Article, Body, Markup, Media};
use crate::cache::{Cache, Fingerprint};
use crate::page::{self, Facts, PageOptions};
use crate::source;
use crate::types::{WebUrl, limits, text, text::escape};

/// The page of an article.
pub(super) struct ArticlePage {
    pub(super) path: PathBuf,
    /// `None` if the next run cannot know the page by it.
    pub(super) fingerprint: Option<Fingerprint>,
}

impl Scan<'_> {
    /// Takes from the page of an article what the source does not say; `None` if there is no page, or none
    /// with content.
    pub(super) fn add_page(&self, article: &mut Article) -> Option<ArticlePage> {
        let pages = self.rendered.as_ref()?;
        let path = page_path(&article.link, pages)?;
        let mut buffer = Vec::new();
        let contents = source::read(&path, &mut buffer).ok()?;
        let facts = page::read(&path, contents.bytes, pages)?.facts;
        let own = text::title(&article.title);
        let shown = facts.title.as_ref().map_or("", |title| &title.value);
        let html = page::content(contents.bytes, &[&own, shown], pages);
        if html.trim().is_empty() || html.len() > limits::CONTENT_BYTES {
            return None;
        }
        let base = facts.base.clone().or_else(|| Some(article.link.clone()));
        article.body = Body { text: html, markup: Markup::Html, base, ..Body::default() };
        add_facts(article, facts);
        let settled = |cache: &Cache| cache.settled(&path, contents.version.as_ref()?);
        let fingerprint = self.cache().and_then(settled);
        Some(ArticlePage { path, fingerprint })
    }
}

/// What the page at an address says.
pub(super) fn facts(link: &WebUrl, pages: &PageOptions) -> Option<Facts> {
    let path = page_path(link, pages)?;
    let mut buffer = Vec::new();
    let contents = source::read(&path, &mut buffer).ok()?;
    Some(page::read(&path, contents.bytes, pages)?.facts)
}

/// Adds what the source leaves out. The id stays what the source made it.
fn add_facts(article: &mut Article, facts: Facts) {
    if let Some(link) = facts.link.filter(|link| link.rule.starts_with("canonical")) {
        article.link = link.value;
    }
    article.updated = article.updated.or(facts.updated.map(|date| date.value));
    if let (true, Some(summary)) = (article.excerpt.trim().is_empty(), facts.summary) {
        article.excerpt = escape(&summary.value).into_owned();
    }
    if let (true, Some(image)) = (article.images.is_empty(), facts.image) {
        let base = facts.base.as_ref().unwrap_or(&article.link);
        let url = base.join(&image.value).map(|url| url.to_string());
        article.images.extend(url.map(|url| Media { url, ..Media::default() }));
    }
    if let (true, Some(authors)) = (article.provider.authors.is_empty(), facts.authors) {
        let names = authors.value.iter().map(|name| escape(name).into_owned());
        article.provider.authors.extend(names);
    }
    article.language = article.language.take().or(facts.language.map(|language| language.value));
}
