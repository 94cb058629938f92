//! Articles: what one file says, before anything is decided about it.
//!
//! [`parse`] takes the bytes of a file and never fails: a file is an article, or is passed over,
//! or is faulty with the place and the reason. [`skim`] comes to the same judgement, but only keeps
//! what deciding about an article takes. Nothing outside the listed fields is kept, least
//! of all `secured`.

mod lint;
mod meta;
mod read;
mod schema;

use std::borrow::Cow;
use std::path::Path;

use uuid::Uuid;

pub(crate) use self::lint::{misspelt_keys, place_of, review};
pub use self::meta::{ArticleMeta, GroupKey};
use self::read::ValidArticle;
use self::schema::Keep;
use crate::front_matter::de::{Scalar, Skipped};
use crate::front_matter::split;
use crate::site_generator::{DateFallback, Files, ReadOptions};
use crate::types::date::{self, Timestamp};
use crate::types::diagnostic::{Finding, Problem};
use crate::types::limits;
use crate::types::outcome::{Outcome, Reason};
use crate::types::slug::FeedSlugs;
use crate::types::url::WebUrl;

/// One article as its file has it. Texts still hold the markup and entities they came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The identity: version 5 UUID of `originalUrl` as written if it is an address, else of
    /// `webUrl`.
    pub id: Uuid,
    /// `title`; never blank.
    pub title: String,
    /// `excerpt`; may be empty.
    pub excerpt: String,
    /// `publishedDateTime`.
    pub published: Timestamp,
    /// `updatedDateTime`, if it can be read.
    pub updated: Option<Timestamp>,
    /// Where a reader should go: `webUrl`, else `originalUrl`.
    pub link: WebUrl,
    /// `originalUrl`, if it is an address and another one than [`link`](Self::link).
    pub via: Option<WebUrl>,
    /// `category`, in the order written.
    pub categories: Vec<String>,
    /// `type`: `article`, `video`, …
    pub kind: Option<String>,
    /// `quality`.
    pub quality: Option<i64>,
    /// `topics`, in the order written.
    pub topics: Vec<String>,
    /// `provider`.
    pub provider: Provider,
    /// `images`, in the order written.
    pub images: Vec<Media>,
    /// `videos`, in the order written.
    pub videos: Vec<Media>,
    /// The address of the player embedded by `featuredContent`.
    pub player: Option<String>,
    /// `related`, without those that say themselves that they are not published.
    pub related: Vec<Related>,
    /// What follows the front matter.
    pub body: Body,
}

/// Who published an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    /// `name`; empty if there is none.
    pub name: String,
    /// `domain`, such as `example.org`.
    pub domain: String,
    /// `images`: logos.
    pub images: Vec<Media>,
    /// `authors`: the names of persons.
    pub authors: Vec<String>,
}

/// An image or a video that an article names. Nothing about it has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// `url`, as written.
    pub url: String,
    /// `width` in pixels, if it is a positive number.
    pub width: Option<u32>,
    /// `height` in pixels, if it is a positive number.
    pub height: Option<u32>,
    /// `title`; may be empty.
    pub title: String,
}

/// Another article that an article points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its title, as written.
    pub title: String,
    /// When it is published, if that can be read.
    pub published: Option<Timestamp>,
    /// Its addresses, as written: `webUrl`, then `originalUrl`.
    pub addresses: Vec<String>,
}

/// The text after the front matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The text, as written.
    pub text: String,
    /// How it is written.
    pub markup: Markup,
}

/// How a body is written; the file name says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Markup {
    /// `.html` and `.htm`.
    Html,
    /// `.md` and `.markdown`.
    #[default]
    Markdown,
    /// `.txt`: paragraphs between blank lines.
    Text,
}

impl Article {
    /// The latest date that the article says anything of.
    pub(crate) fn latest(&self) -> Timestamp {
        let related = self.related.iter().filter_map(|related| related.published);
        related.chain(self.updated).fold(self.published, Timestamp::max)
    }

    /// What decides where the article goes.
    pub fn meta(&self, slugs: &mut FeedSlugs) -> ArticleMeta {
        ArticleMeta {
            id: self.id,
            published: self.published,
            quality: self.quality,
            groups: meta::groups(|key| self.group_names(key), slugs),
        }
    }

    /// The names of the groups of a key, as written.
    pub(crate) fn group_names(&self, key: GroupKey) -> &[String] {
        match key {
            GroupKey::All => &[],
            GroupKey::Category => &self.categories,
            GroupKey::Provider => std::slice::from_ref(&self.provider.name),
            GroupKey::Topic => &self.topics,
            GroupKey::Type => self.kind.as_slice(),
        }
    }
}

/// What [`parse`] or [`skim`] found in a file; `A` is what they keep of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<'a, A> {
    /// What the file says about its own publication, as far as it can be read.
    pub visibility: Visibility<'a>,
    /// What the file is.
    pub outcome: Outcome<A>,
}

/// What a file says about its own publication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visibility<'a> {
    /// `removed: true` or `deleted: true`.
    pub removed: bool,
    /// `published: false` or `draft: true`.
    pub unpublished: bool,
    /// `publishedDateTime`, if it can be read.
    pub published: Option<Timestamp>,
    /// `expiryDate`, if it can be read.
    pub expires: Option<Timestamp>,
    /// The addresses by which other articles may point to this one, as written: `originalUrl`,
    /// `webUrl`.
    pub addresses: [Option<Cow<'a, str>>; 2],
}

impl Visibility<'_> {
    /// Whether nobody may hear of the file yet, or any more.
    pub(crate) fn is_private(&self, now: Timestamp) -> bool {
        let is_future = self.published.is_some_and(|date| date > now);
        self.is_removed(now) || self.unpublished || is_future
    }

    /// Whether the article is gone.
    pub(crate) fn is_removed(&self, now: Timestamp) -> bool {
        self.removed || self.expires.is_some_and(|date| date <= now)
    }
}

/// Reads the bytes of one file. Never fails: a bad file is [`Outcome::Invalid`].
///
/// The file name says how the body is written, and perhaps the date.
pub fn parse<'a>(name: &Path, bytes: &'a [u8], options: &ReadOptions) -> Parsed<'a, Box<Article>> {
    let (parsed, body) = judge(name, bytes, options);
    let body = if body.len() > limits::BODY_BYTES { b"" } else { body };
    let body = || Body {
        text: options
            .templates
            .strip(String::from_utf8_lossy(body), options.permalinks.as_ref())
            .into_owned(),
        markup: Markup::of_name(name),
    };
    let article = |judged: ValidArticle<'a, Scalar<'a>>| {
        let mut article = Box::new(judged.article(body()));
        if let Some(permalinks) = &options.permalinks {
            for image in &mut article.images {
                image.url = permalinks.image(&article.link, std::mem::take(&mut image.url));
            }
        }
        article
    };
    Parsed { visibility: parsed.visibility, outcome: parsed.outcome.map(article) }
}

/// Judges the bytes of one file as [`parse`] does, and keeps of an article what decides where it
/// goes.
pub fn skim<'a>(
    name: &Path,
    bytes: &'a [u8],
    options: &ReadOptions,
    slugs: &mut FeedSlugs,
) -> Parsed<'a, ArticleMeta> {
    let (parsed, _) = judge::<Skipped>(name, bytes, options);
    let outcome = parsed.outcome.map(|article| article.meta(slugs));
    Parsed { visibility: parsed.visibility, outcome }
}

/// The judgement about a file, and its body.
fn judge<'a, K: Keep<'a>>(
    name: &Path,
    bytes: &'a [u8],
    options: &ReadOptions,
) -> (Parsed<'a, ValidArticle<'a, K>>, &'a [u8]) {
    let unread = |outcome| (Parsed { visibility: Visibility::default(), outcome }, &[][..]);
    // The same file may be given as `./x` and as `x`, which only matters to a site.
    let name = match options.permalinks {
        Some(_) => name.strip_prefix(".").unwrap_or(name),
        None => name,
    };
    if options.files != Files::Any && !options.files.has(name, &options.site_context) {
        return unread(Outcome::LeftOut(Reason::NotAnArticle));
    }
    let split = match split::split(bytes) {
        Ok(Some(split)) => split,
        Ok(None) => return unread(Outcome::LeftOut(Reason::NoFrontMatter)),
        Err(finding) => return unread(Outcome::Invalid(finding)),
    };
    let date = match options.date_fallback {
        DateFallback::None => None,
        DateFallback::FileName => {
            date::base_name(name).and_then(|name| date::from_name(name, options.zone))
        }
    };
    let mut parsed = read::read(split.front_matter, name, date, options);
    if let Outcome::Article(_, findings) = &mut parsed.outcome
        && split.body.len() > limits::BODY_BYTES
    {
        findings.push(Finding::new(0, 0, Problem::BodyLong));
    }
    (parsed, split.body)
}

impl Markup {
    fn of_name(name: &Path) -> Markup {
        let extension = name.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("html" | "htm") => Markup::Html,
            Some("txt") => Markup::Text,
            _ => Markup::Markdown,
        }
    }
}
