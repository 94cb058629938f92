//! The pages of articles: what the rendered site shows for an article of the source.
//!
//! The source decides what is published, and says who wrote what and when. The page gives the content, the
//! canonical address, and facts that the source leaves out.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::scan::Scan;
use crate::article::{Article, Body, Markup, Media};
use crate::cache::{Cache, Fingerprint};
use crate::page::{self, Facts, PageOptions};
use crate::settings::Settings;
use crate::source;
use crate::types::{WebUrl, guid, limits, text, text::escape};

/// The page of an article.
pub(super) struct ArticlePage {
    pub(super) path: PathBuf,
    /// `None` if the next run cannot know the page by it.
    pub(super) fingerprint: Option<Fingerprint>,
}

/// How the pages of the articles are read: what the first page of the site says as well is about the
/// site.
pub(super) fn options(settings: &Settings) -> Option<PageOptions> {
    let mut pages = settings.rendered.clone()?;
    let home = pages.folders.first().map(|folder| folder.join("index.html")).unwrap_or_default();
    let mut buffer = Vec::new();
    let bytes = source::read(&home, &mut buffer).map(|contents| contents.bytes).unwrap_or_default();
    let rules = page::rules_of_home(&home, bytes, &pages);
    pages.rules = Some(Arc::new(rules));
    Some(pages)
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

/// A digest of pages as they are now.
pub(super) fn digest_of(paths: &[PathBuf]) -> Option<Uuid> {
    let mut facts = Vec::new();
    for path in paths {
        let fingerprint = Fingerprint::new(path, &source::version(path)?);
        facts.extend(fingerprint.as_bytes());
    }
    Some(guid::from_name(&Uuid::NAMESPACE_OID, &facts))
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

/// The file of the page at an address.
pub(super) fn page_path(link: &WebUrl, pages: &PageOptions) -> Option<PathBuf> {
    let folder = pages.folders.first()?;
    let sites = [pages.site(pages.rules.as_deref()), Some(link.root())];
    sites.into_iter().flatten().find_map(|site| {
        let below = link.path_below(&site)?;
        let below = Path::new(&below);
        // No address leads out of the folder.
        let is_inside = below.components().all(|part| matches!(part, Component::Normal(_)));
        let file = folder.join(below);
        let mut name = file.file_name()?.to_owned();
        name.push(".html");
        let files = [file.join("index.html"), file.with_file_name(name), file];
        let is_file = |path: &PathBuf| source::version(path).is_some_and(|it| it.is_file());
        files.into_iter().find(is_file).filter(|path| is_inside && is_page(path))
    })
}

/// Whether a file is a page by its name.
pub(super) fn is_page(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["html", "htm"].iter().any(|own| extension.eq_ignore_ascii_case(own))
}
