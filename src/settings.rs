//! Settings: everything that a run depends on besides the articles, as validated data.

use std::path::PathBuf;

use crate::article::Dialect;
use crate::date::Timestamp;
use crate::format::Format;
use crate::link::WebUrl;

/// What to build, from what, and to where. The library reads it and never changes it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folders and files with articles.
    pub source: Vec<PathBuf>,
    /// The folder that feeds are written to. It is left out of the source.
    pub output: PathBuf,
    /// Which articles are in.
    pub selection: Selection,
    /// The kinds of feeds to build.
    pub kinds: Vec<Kind>,
    /// The formats that each feed is written in.
    pub formats: Vec<Format>,
    /// What the feeds say about the site that they belong to.
    pub site: Site,
    /// What an entry holds of its article.
    pub content: Content,
    /// Feeds with fewer entries are not written.
    pub min_items: usize,
    /// The most feeds of a run; more are taken for a mistake.
    pub max_feeds: usize,
    /// How files are read.
    pub dialect: Dialect,
    /// Threads to use; 0 means one for each core.
    pub jobs: usize,
}

/// Which articles are in. Removed and deleted ones never are.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The instant that "future" is measured against: an input, so that builds can be repeated.
    pub now: Timestamp,
    /// Lets in articles that are not due yet.
    pub future: bool,
    /// Lets in articles with `published: false` or `draft: true`.
    pub unpublished: bool,
    /// Leaves out articles of a lower `quality`, and those without.
    pub min_quality: Option<i64>,
    /// Leaves out articles published before.
    pub since: Option<Timestamp>,
    /// Leaves out articles of other types, unless empty. Case does not matter.
    pub types: Vec<String>,
    /// Leaves out articles without one of these topics, unless empty.
    pub only: Vec<String>,
    /// Leaves out articles with one of these topics.
    pub except: Vec<String>,
}

/// A kind of feed: what its articles have in common, and how its feeds look.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What the articles of a feed have in common.
    pub by: GroupBy,
    /// The folder of its feeds, relative to the output; empty means the output itself.
    pub path: String,
    /// The title of its feeds, with `{name}` and `{site}` to be filled in.
    pub title: Option<String>,
    /// The most entries of a feed; the newest ones stay. `None` means all.
    pub limit: Option<usize>,
}

/// What the articles of one feed have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupBy {
    /// Nothing: one feed of all articles.
    All,
    /// `category`.
    Category,
    /// `provider.name`.
    Provider,
    /// `topics`: an article is in the feed of each of its topics.
    Topic,
    /// `type`.
    Type,
}

impl GroupBy {
    /// Every variant, in the order of their names.
    pub const ALL: [GroupBy; 5] =
        [GroupBy::All, GroupBy::Category, GroupBy::Provider, GroupBy::Topic, GroupBy::Type];

    /// The name in settings and in file names.
    pub fn name(self) -> &'static str {
        match self {
            GroupBy::All => "all",
            GroupBy::Category => "category",
            GroupBy::Provider => "provider",
            GroupBy::Topic => "topic",
            GroupBy::Type => "type",
        }
    }
}

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

/// What an entry holds of its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Image, excerpt and link.
    Excerpt,
    /// The body; image, excerpt and link only where there is no body.
    Full,
}
