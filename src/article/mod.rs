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
pub use self::meta::{By, Card, GroupBy};
use self::read::Judged;
use self::schema::Kept;
use crate::front_matter::de::{Passed, Scalar};
use crate::front_matter::split;
use crate::site_generator::{DateFallback, Dialect, Files};
use crate::types::date::{self, Timestamp};
use crate::types::diagnostic::{Finding, Problem};
use crate::types::limits;
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

/// What deciding about an article takes, as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// [`Article::id`].
    pub id: Uuid,
    /// [`Article::published`].
    pub published: Timestamp,
    /// [`Article::quality`].
    pub quality: Option<i64>,
    /// [`Article::kind`].
    pub kind: Option<Cow<'a, str>>,
    /// [`Article::categories`].
    pub categories: Vec<Cow<'a, str>>,
    /// [`Article::topics`].
    pub topics: Vec<Cow<'a, str>>,
    /// The name of [`Article::provider`].
    pub provider: Cow<'a, str>,
}

impl Article {
    /// The latest date that the article says anything of.
    pub(crate) fn latest(&self) -> Timestamp {
        let related = self.related.iter().filter_map(|related| related.published);
        related.chain(self.updated).fold(self.published, Timestamp::max)
    }

    /// What deciding about the article takes.
    pub fn head(&self) -> Head<'_> {
        Head {
            id: self.id,
            published: self.published,
            quality: self.quality,
            kind: self.kind.as_deref().map(Cow::Borrowed),
            categories: borrowed(&self.categories),
            topics: borrowed(&self.topics),
            provider: Cow::Borrowed(&self.provider.name),
        }
    }
}

fn borrowed(names: &[String]) -> Vec<Cow<'_, str>> {
    names.iter().map(|name| Cow::Borrowed(name.as_str())).collect()
}

/// What [`parse`] or [`skim`] found in a file; `A` is what they keep of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<'a, A> {
    /// What the file says about its own publication, as far as it can be read.
    pub standing: Standing<'a>,
    /// What the file is.
    pub reading: Reading<A>,
}

/// What a file says about its own publication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing<'a> {
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

impl Standing<'_> {
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

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<A> {
    /// An article, and what is odd about it but does no harm.
    Article(A, Vec<Finding>),
    /// Something that wants to be an article but cannot be one, and why.
    Faulty(Finding),
    /// A file without front matter.
    NoFrontMatter,
    /// Front matter without title, address and date: a person, a topic, an organization.
    NotAnArticle,
    /// An article that says no date: a course, a collection.
    Undated,
}

impl<A> Reading<A> {
    /// The same with something else kept of the article.
    pub fn map<B>(self, kept: impl FnOnce(A) -> B) -> Reading<B> {
        match self {
            Reading::Article(article, findings) => Reading::Article(kept(article), findings),
            Reading::Faulty(finding) => Reading::Faulty(finding),
            Reading::NoFrontMatter => Reading::NoFrontMatter,
            Reading::NotAnArticle => Reading::NotAnArticle,
            Reading::Undated => Reading::Undated,
        }
    }
}

/// Reads the bytes of one file. Never fails: a bad file is [`Reading::Faulty`].
///
/// The file name says how the body is written, and perhaps the date.
pub fn parse<'a>(name: &Path, bytes: &'a [u8], dialect: &Dialect) -> Parsed<'a, Box<Article>> {
    let (parsed, body) = judge(name, bytes, dialect);
    let body = if body.len() > limits::BODY_BYTES { b"" } else { body };
    let body = || Body {
        text: dialect
            .templates
            .strip(String::from_utf8_lossy(body), dialect.permalinks.as_ref())
            .into_owned(),
        markup: Markup::of_name(name),
    };
    let article = |judged: Judged<'a, Scalar<'a>>| {
        let mut article = Box::new(judged.article(body()));
        if let Some(permalinks) = &dialect.permalinks {
            for image in &mut article.images {
                image.url = permalinks.image(&article.link, std::mem::take(&mut image.url));
            }
        }
        article
    };
    Parsed { standing: parsed.standing, reading: parsed.reading.map(article) }
}

/// Judges the bytes of one file as [`parse`] does, and keeps of an article what deciding about it
/// takes.
pub fn skim<'a>(name: &Path, bytes: &'a [u8], dialect: &Dialect) -> Parsed<'a, Head<'a>> {
    let (parsed, _) = judge::<Passed>(name, bytes, dialect);
    Parsed { standing: parsed.standing, reading: parsed.reading.map(Judged::head) }
}

/// The judgement about a file, and its body.
fn judge<'a, K: Kept<'a>>(
    name: &Path,
    bytes: &'a [u8],
    dialect: &Dialect,
) -> (Parsed<'a, Judged<'a, K>>, &'a [u8]) {
    let unread = |reading| (Parsed { standing: Standing::default(), reading }, &[][..]);
    // The same file may be given as `./x` and as `x`, which only matters to a site.
    let name = match dialect.permalinks {
        Some(_) => name.strip_prefix(".").unwrap_or(name),
        None => name,
    };
    if dialect.files != Files::Any && !dialect.files.has(name, &dialect.surroundings) {
        return unread(Reading::NotAnArticle);
    }
    let split = match split::split(bytes) {
        Ok(Some(split)) => split,
        Ok(None) => return unread(Reading::NoFrontMatter),
        Err(finding) => return unread(Reading::Faulty(finding)),
    };
    let date = match dialect.date_fallback {
        DateFallback::None => None,
        DateFallback::FileName => {
            date::named(name).and_then(|name| date::of_name(name, dialect.zone))
        }
    };
    let mut parsed = read::read(split.front_matter, name, date, dialect);
    if let Reading::Article(_, findings) = &mut parsed.reading
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
