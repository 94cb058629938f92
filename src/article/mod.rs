//! The article: the model of what one file holds, before anything is decided about it.
//!
//! [`parse`] reads a whole article, and [`skim`] only what decides where it goes. No value outside
//! the documented fields is kept, least of all `secured`.

mod lint;
mod meta;
mod page;
mod read;
mod keys;
mod validate;
pub(crate) mod visibility;

use std::path::Path;

use uuid::Uuid;

pub(crate) use self::lint::{key_position, lint, misspelt_keys};
pub use self::meta::ArticleMeta;
pub(crate) use self::page::is_left_out;
pub use self::read::{parse, skim};
pub use self::visibility::{DecidedBy, Visibility};
pub use crate::front_matter::{DeclaredKey, GroupKey};
use crate::site_generator::Dialect;
use crate::types::{FeedSlugs, Outcome, Timestamp, WebUrl};

/// What [`parse`] or [`skim`] found in a file; `A` is what they keep of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<'a, A> {
    /// What the file says about its own publication, as far as it can be read.
    pub visibility: Visibility<'a>,
    /// What the file is.
    pub outcome: Outcome<A>,
}

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
    /// `language`, else that of its place in the site.
    pub language: Option<String>,
    /// Whether it is in another language than the main one of its site.
    pub is_translation: bool,
    /// The names of its groups by the keys that only some runs ask for.
    pub optional_groups: Vec<(GroupKey, Vec<String>)>,
    /// `images`, in the order written.
    pub images: Vec<Media>,
    /// `enclosure`, `audio` and `videos`, in this order. `audioLength` and `duration` belong to the
    /// first.
    pub recordings: Vec<Recording>,
    /// `explicit`: whether a recording is unfit for children, if the article says so.
    pub explicit: Option<bool>,
    /// The address of the player embedded by `featuredContent`.
    pub player: Option<String>,
    /// `related`, without articles that are marked as private there.
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

/// An image that an article names. Nothing about it has been checked.
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

/// An audio or video file that an article names. Nothing about it has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// `url`, as written.
    pub url: String,
    /// `type`, as written; may be empty.
    pub media_type: String,
    /// `length`, if it is a positive number.
    pub bytes: Option<u64>,
    /// `duration`, if it can be read.
    pub seconds: Option<u32>,
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
    /// What its Markdown means beyond that of everybody.
    pub dialect: Dialect,
    /// Whether templates left [`HOLE`](crate::types::text::HOLE)s in it.
    pub has_holes: bool,
    /// The address that addresses in it are relative to, if it is not that of the article.
    pub base: Option<WebUrl>,
    /// The bytes before the mark at which the author ends the summary.
    pub teaser: Option<usize>,
}

/// How a body is written, by the extension of its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Markup {
    /// `.html` and `.htm`.
    Html,
    /// `.md`, `.markdown`, `.mkd` and the like.
    #[default]
    Markdown,
    /// `.txt`: paragraphs between blank lines.
    Text,
}

impl Article {
    /// The latest date in the article.
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
            is_translation: self.is_translation,
            groups: meta::groups(|key| self.group_names(key), &self.optional_groups, slugs),
        }
    }

    /// The names of the groups of a key, as written.
    pub(crate) fn group_names(&self, key: GroupKey) -> &[String] {
        match key {
            GroupKey::All => &[],
            GroupKey::Author | GroupKey::Declared(_) | GroupKey::Language | GroupKey::Section => {
                meta::optional_names(&self.optional_groups, key)
            }
            GroupKey::Category => &self.categories,
            GroupKey::Provider => std::slice::from_ref(&self.provider.name),
            GroupKey::Topic => &self.topics,
            GroupKey::Type => self.kind.as_slice(),
        }
    }
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
