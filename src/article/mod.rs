//! Articles: what one file says, before anything is decided about it.
//!
//! [`parse`] takes the bytes of a file and never fails: a file is an article, or is passed over,
//! or is faulty with the place and the reason. [`skim`] comes to the same judgement, but only keeps
//! what deciding about an article takes. Nothing outside the listed fields is kept, least
//! of all `secured`.

mod fences;
mod fields;
mod front_matter;
mod keys;
mod lenient;
mod renamed;
mod review;
mod site;
mod templates;
mod value;

use std::borrow::Cow;
use std::path::Path;

use uuid::Uuid;

pub(crate) use self::fields::Key;
pub use self::fields::{Field, Fields};
use self::front_matter::Judged;
use self::keys::Kept;
use self::lenient::{Passed, Scalar};
pub(crate) use self::review::{misspelt_keys, place_of, review};
pub use self::site::{Defaults, Files, Surroundings};
pub use self::templates::Templates;
pub use self::value::Value;
use crate::date::{self, Timestamp, Zone};
use crate::diagnostic::{Finding, Problem};
use crate::limits;
use crate::link::WebUrl;
use crate::permalink::Permalinks;

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

/// Where the date of an article without `publishedDateTime` comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateFallback {
    /// From nowhere: the article is undated.
    #[default]
    None,
    /// From the beginning of the file name: `2021-06-09-title.md`.
    FileName,
}

/// Who reads the YAML of front matter. Both say the same; this is for comparing them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YamlReader {
    /// The scanner for simple YAML, and the crate for all that is not simple.
    #[default]
    Scanner,
    /// The crate alone.
    Crate,
}

/// Where the title of an article comes from that does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TitleFallback {
    /// From nowhere: the article is faulty.
    #[default]
    None,
    /// From the file name behind the date.
    FileName,
}

/// How files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Where the date of an article comes from that does not say it.
    pub date_fallback: DateFallback,
    /// Where the title of an article comes from that does not say it.
    pub title_fallback: TitleFallback,
    /// By which keys articles say what can be said of them.
    pub fields: Fields,
    /// Where articles are that do not say it, and those that only say where at the site.
    pub permalinks: Option<Permalinks>,
    /// Where dates are from that say no zone.
    pub zone: Zone,
    /// Whose templates stand in bodies.
    pub templates: Templates,
    /// Which files are articles, by their names and places.
    pub files: Files,
    /// What the rest of the site says about each of them.
    pub surroundings: Surroundings,
    /// Who reads the YAML.
    pub yaml: YamlReader,
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
    let split = match fences::split(bytes) {
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
    let mut parsed = front_matter::read(split.front_matter, name, date, dialect);
    if let Reading::Article(_, findings) = &mut parsed.reading
        && split.body.len() > limits::BODY_BYTES
    {
        findings.push(Finding::new(0, 0, Problem::BodyLong));
    }
    (parsed, split.body)
}

/// The identity of an address, as it is written (RFC 9562, section 5.5).
pub(crate) fn identity(address: &str) -> Uuid {
    crate::identity::of_name(&Uuid::NAMESPACE_URL, address.trim().as_bytes())
}

/// What stays the same in the spellings of one address: without scheme, `www.`, fragment and final
/// slash, the host in lower case.
pub(crate) fn spelling(address: &str) -> Uuid {
    let address =
        WebUrl::parse(address).map_or_else(|_| address.trim().to_owned(), |url| url.to_string());
    let (_, rest) = address.split_once("://").unwrap_or(("", &address));
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (page, _) = rest.split_once('#').unwrap_or((rest, ""));
    identity(page.trim_end_matches('/'))
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

impl Finding {
    fn new(line: usize, column: usize, problem: Problem) -> Finding {
        Finding { line, column, problem }
    }
}
