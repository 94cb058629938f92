//! Reading: from the bytes of a file to a parsed article, or the reason why it is none.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::path::Path;

use super::keys::Keep;
use super::page;
use super::validate::{File, ValidArticle};
use super::visibility::{self, Visibility};
use super::{Article, ArticleMeta, Body, GroupKey, Markup, Parsed};
use crate::front_matter::YamlReader;
use crate::front_matter::de::{Scalar, Skipped};
use crate::front_matter::key_mapping::{KeyValues, MappedKeys, TopLevel};
use crate::front_matter::split::{self, Split};
use crate::site_generator::{NameDate, Place, ReadOptions, SiteGenerator};
use crate::types::{FeedSlugs, Outcome, Reason, date, limits, text};

/// Reads the bytes of one file. Never fails: a bad file is [`Outcome::Invalid`].
///
/// `path` decides how the body is written, and may hold the date and the section of the article.
pub fn parse<'a>(path: &Path, bytes: &'a [u8], options: &ReadOptions) -> Parsed<'a, Box<Article>> {
    if let Some(pages) = &options.pages {
        let Parsed { visibility, outcome } = page::read(path, bytes, pages, options);
        let outcome = outcome.map(|mut article| {
            page::add_content(&mut article, bytes, pages);
            article
        });
        return Parsed { visibility, outcome };
    }
    let Parsed { visibility, outcome } = read(path, bytes, options);
    let article = |valid: ValidArticle<'a, Scalar<'a>>| {
        let body = if valid.body.len() > limits::BODY_BYTES { b"" } else { valid.body };
        let text = match std::str::from_utf8(body) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(body).replace(text::LOST, ""),
        };
        let (markup, dialect) = (Markup::of_name(path), options.dialect);
        let body = Body { text, markup, dialect, ..Body::default() };
        let mut article = Box::new(valid.article(body));
        if let Some(permalinks) = &options.permalinks {
            article.recordings.retain(|recording| has_place(&recording.url, options.generator));
            let images = article.images.iter_mut().map(|image| &mut image.url);
            let recordings = article.recordings.iter_mut().map(|recording| &mut recording.url);
            for url in images.chain(recordings) {
                *url = permalinks.image(&article.link, std::mem::take(url));
            }
        }
        article
    };
    Parsed { visibility, outcome: outcome.map(article) }
}

/// Whether a file without front matter is no article.
fn needs_front_matter(generator: Option<SiteGenerator>) -> bool {
    generator.is_none_or(|generator| !generator.rules().allows_no_front_matter)
}

/// Whether it is known where a recording is. The templates of sites add folders to bare names.
fn has_place(url: &str, generator: Option<SiteGenerator>) -> bool {
    let is_relative =
        |generator: SiteGenerator| url.contains('/') && generator.rules().has_relative_recordings;
    url.starts_with('/') || url.contains("://") || generator.is_none_or(is_relative)
}

/// Reads the bytes of one file as [`parse`] does, but keeps only what decides where the article goes.
pub fn skim<'a>(
    path: &Path,
    bytes: &'a [u8],
    options: &ReadOptions,
    slugs: &mut FeedSlugs,
) -> Parsed<'a, ArticleMeta> {
    if let Some(pages) = &options.pages {
        let Parsed { visibility, outcome } = page::read(path, bytes, pages, options);
        return Parsed { visibility, outcome: outcome.map(|article| article.meta(slugs)) };
    }
    let Parsed { visibility, outcome } = read::<Skipped>(path, bytes, options);
    Parsed { visibility, outcome: outcome.map(|article| article.meta(slugs)) }
}

/// Reads and validates the bytes of one file. The outcome is the same whatever is kept.
fn read<'a, K: Keep<'a>>(
    path: &Path,
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Parsed<'a, ValidArticle<'a, K>> {
    let unread = |outcome| Parsed { visibility: Visibility::default(), outcome };
    // The same file may be given as `./x` and as `x`, which only matters to a site.
    let path = match options.permalinks {
        Some(_) => path.strip_prefix(".").unwrap_or(path),
        None => path,
    };
    let context = &options.site_context;
    if let Some(generator) = options.generator {
        let begins_blank = bytes.first().is_some_and(u8::is_ascii_whitespace);
        if !generator.is_article(path, context) {
            return unread(Outcome::LeftOut(Reason::NotAnArticle));
        } else if begins_blank && !generator.rules().allows_blank_lines {
            return unread(Outcome::LeftOut(Reason::NoFrontMatter));
        }
    }
    let place = match options.permalinks {
        Some(_) => context.place(path),
        None if options.groups.contains(&GroupKey::Section) => context.place(path),
        None => Place { path: Cow::Borrowed(path), language: 0, is_section: Vec::new() },
    };
    if place.language > 0 && !context.reads_translations {
        return unread(Outcome::LeftOut(Reason::Translation));
    }
    let split = match split::split(bytes) {
        Ok(Some(split)) => split,
        Ok(None) if needs_front_matter(options.generator) => {
            return unread(Outcome::LeftOut(Reason::NoFrontMatter));
        }
        Ok(None) => Split::without_front_matter(bytes),
        Err(finding) => return unread(Outcome::Invalid(finding)),
    };
    let short_years = options.generator.is_some_and(|generator| generator.rules().has_short_years);
    let date_of = |name| date::from_name(name, short_years, options.zone);
    let has_date = options.date_from_name != NameDate::Ignored;
    let date = date::base_name(&place.path).filter(|_| has_date).and_then(date_of);
    let file = File { split, place: &place, date, options, mapped: None };
    if options.fields.is_standard() {
        return read_standard(&file);
    }
    let mut parsed = match TopLevel::read(file.split.front_matter, &options.fields, options.yaml) {
        Ok(top_level) => read_mapped(path, file, &top_level),
        Err(finding) => unread(Outcome::Invalid(finding)),
    };
    parsed.visibility.hide_in_section(path, place.language, context);
    parsed
}

/// Validates a file whose site has keys of its own.
fn read_mapped<'a, K: Keep<'a>>(
    path: &Path,
    file: File<'_, 'a>,
    top_level: &TopLevel<'a>,
) -> Parsed<'a, ValidArticle<'a, K>> {
    let defaults = &file.options.site_context.defaults_of(path, file.place.language);
    let values = KeyValues { fields: &file.options.fields, file: top_level, defaults };
    let mut mapped = MappedKeys::new(values);
    visibility::add_flags(values, &mut mapped);
    mapped.add_others();
    let file = File { mapped: Some(&mapped), ..file };
    let front_matter = file.split.front_matter;
    let mut parsed = match mapped.read(front_matter) {
        Ok(keys) => file.validate(keys),
        Err(finding) => {
            let finding = top_level.fault.clone().unwrap_or(finding);
            file.invalid(finding, mapped.read(front_matter).ok())
        }
    };
    let page_keys = file.options.generator.map_or(&[][..], |it| it.rules().page_keys);
    parsed.visibility.unlisted = mapped.is_private_by(page_keys);
    parsed
}

/// Validates a file with the standard keys.
fn read_standard<'a, K: Keep<'a>>(file: &File<'_, 'a>) -> Parsed<'a, ValidArticle<'a, K>> {
    let front_matter = file.split.front_matter;
    match front_matter.read(file.options.yaml, PhantomData) {
        Ok(keys) => file.validate(keys.unwrap_or_default()),
        Err(finding) => {
            let keys = front_matter.read(YamlReader::Crate, PhantomData);
            file.invalid(finding, keys.ok().flatten())
        }
    }
}
