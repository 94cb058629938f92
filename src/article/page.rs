//! Articles that are pages of a rendered site: fills the model from the facts of a page.

use std::borrow::Cow;
use std::path::Path;

use super::visibility::Visibility;
use super::{Article, Body, GroupKey, Markup, Media, Parsed, Provider};
use crate::front_matter::de::too_long;
use crate::page::{self, Facts, PageOptions, PageReason};
use crate::site_generator::{Dialect, ReadOptions};
use crate::types::{Finding, Outcome, Problem, Reason, guid::article_id, limits, text::escape};

/// Reads a page, but for its content.
pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    pages: &PageOptions,
    options: &ReadOptions,
) -> Parsed<'static, Box<Article>> {
    let mut visibility = Visibility::default();
    let Some(page) = page::read(path, bytes, pages) else {
        return Parsed { visibility, outcome: Outcome::LeftOut(Reason::NotAnArticle) };
    };
    if let Some(reason) = page.reason {
        // What asks not to be listed is not to be mentioned either.
        visibility.unlisted = reason == PageReason::NoIndex;
        return Parsed { visibility, outcome: Outcome::LeftOut(Reason::NotAnArticle) };
    }
    let link = page.facts.link.as_ref().map(|link| link.value.to_string());
    visibility.published = page.facts.published.as_ref().map(|date| date.value);
    visibility.addresses = [link.map(Cow::Owned), None];
    Parsed { visibility, outcome: article(page.facts, pages, options) }
}

/// Adds the content of a page to its article.
pub(super) fn add_content(article: &mut Article, bytes: &[u8], pages: &PageOptions) {
    let title = crate::types::text::title(&article.title);
    let text = page::content(bytes, &[&title], pages);
    article.body.text = if text.len() > limits::CONTENT_BYTES { String::new() } else { text };
}

/// Whether the page at a path is no article, whatever it holds.
pub(crate) fn is_left_out(path: &Path, pages: &PageOptions) -> bool {
    pages.place(path).is_none_or(|place| pages.left_out(path, &place).is_some())
}

fn article(facts: Facts, pages: &PageOptions, options: &ReadOptions) -> Outcome<Box<Article>> {
    let missing = |key: &'static str| {
        Outcome::Invalid(Finding::new(0, 0, Problem::Missing(Cow::Borrowed(key))))
    };
    let Some(published) = facts.published else { return Outcome::LeftOut(Reason::Undated) };
    let Some(title) = facts.title else { return missing("title") };
    if too_long(&title.value) {
        return Outcome::Invalid(Finding::new(0, 0, Problem::TitleLong));
    }
    let Some(link) = facts.link else { return missing("site-url") };
    let link = link.value;
    let language = facts.language.map(|language| language.value);
    let authors = facts.authors.map(|authors| authors.value).unwrap_or_default();
    let image = facts.image.and_then(|image| {
        let url = facts.base.as_ref().unwrap_or(&link).join(&image.value).ok()?.to_string();
        Some(Media { url, ..Media::default() })
    });
    let names = |key: GroupKey| match key {
        GroupKey::Author => authors.clone(),
        GroupKey::Language => vec![language.clone().unwrap_or_else(|| options.language.clone())],
        GroupKey::Section => facts.section.clone().into_iter().collect(),
        _ => Vec::new(),
    };
    let optional_groups = options.groups.iter().map(|&key| (key, names(key))).collect();
    let name = pages.name.clone().or(facts.site);
    Outcome::Article(
        Box::new(Article {
            id: article_id(link.as_str()),
            title: escape(&title.value).into_owned(),
            excerpt: facts
                .summary
                .map(|summary| escape(&summary.value).into_owned())
                .unwrap_or_default(),
            published: published.value,
            updated: facts.updated.map(|date| date.value),
            via: None,
            categories: Vec::new(),
            kind: None,
            quality: None,
            topics: facts.topics.map(|topics| topics.value).unwrap_or_default(),
            provider: Provider {
                name: name.unwrap_or_else(|| link.host()),
                domain: link.host(),
                images: Vec::new(),
                authors: authors.iter().map(|author| escape(author).into_owned()).collect(),
            },
            is_translation: false,
            images: image.into_iter().collect(),
            recordings: Vec::new(),
            explicit: None,
            player: None,
            related: Vec::new(),
            body: Body {
                markup: Markup::Html,
                dialect: Dialect::default(),
                base: facts.base,
                ..Body::default()
            },
            language,
            optional_groups,
            link,
        }),
        Vec::new(),
    )
}
