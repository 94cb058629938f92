//! Turns a folder of articles into feeds: Markdown or HTML files with YAML front matter in, one
//! RSS 2.0, Atom 1.0 or JSON Feed 1.1 file per topic or provider out, newest first.
//!
//! ```
//! use feedmill::{Config, Format, Timestamp};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let article = "---\ntitle: Hello\npublishedDateTime: 2024-05-01\n\
//!                originalUrl: https://example.org/hello\ntopics: [Greetings]\n---\nHello, *world*.\n";
//! std::fs::write(folder.path().join("hello.md"), article)?;
//!
//! let config = Config::parse("by: topic\nlimit: 10", folder.path())?;
//! let config = Config { source: Some(vec![folder.path().to_owned()]), ..config };
//! let now = Timestamp::parse("2026-01-01").ok_or("not a date")?;
//! let build = feedmill::build(&config.into_settings(now)?)?;
//!
//! let feed = &build.feeds[0];
//! assert_eq!(feed.title, "Greetings");
//! assert_eq!(Format::Rss.file(feed), "topic/greetings.rss.xml");
//! assert_eq!(feed.entries[0].content, "<p>Hello, <em>world</em>.</p>\n");
//! assert!(String::from_utf8(Format::Rss.render(feed)?)?.starts_with("<?xml"));
//! # Ok(())
//! # }
//! ```
//!
//! [`build`] makes feeds and writes nothing; [`run`] also publishes them. [`check()`], [`explain`],
//! [`groups`] and [`articles`] look at the same articles by the same rules.
//!
//! # Guarantees
//!
//! * The same articles and settings make the same bytes, on any machine, at any time, with any
//!   number of threads.
//! * What is wrong with an article is a [`Diagnostic`]; it never stops a run. Articles that are not
//!   published, removed or not due reach no feed and no message, and `secured` is never read.
//! * A feed is valid by construction in every format, whatever the articles hold.
//! * What is remembered between runs ([`CacheConfig`]) makes them faster and changes nothing else.
//! * A published file is always wholly old or wholly new, and only feedmill's own are touched.
//!
//! # Layout
//!
//! The modules in reading order; each stage takes the value of the one before and returns the
//! next, and only [`mod@pipeline`] knows them all.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `config`, `preset`, `settings` | what an operator says, what the site of another program says, and what it comes to |
//! | `pipeline`, `watch` | the stages, wired; threads; how far a run is |
//! | `source` | which files there are, and their bytes |
//! | `article`, `permalink` | what one file says: fences, fields, body; where it is at its site |
//! | `meta`, `name` | what deciding about an article takes, and the names of its feeds |
//! | `select` | whether an article is in, and if not, why |
//! | `index` | what is remembered of files between runs |
//! | `group` | the newest articles of each group |
//! | `feed`, `entry`, `media`, `content`, `site` | what subscribers get, the same in every format |
//! | `format` | a feed as the bytes of a file |
//! | `outline`, `subscribe` | what a list of feeds says of each; the page, the OPML, the stylesheet |
//! | `publish` | the only code that writes: lock, temporary files, renames, manifest |
//! | `findings`, `diagnostic`, `error` | what is wrong with an article, and what stops a run |
//! | `bytes`, `date`, `identity`, `link`, `nearest`, `text`, `syntax`, `limits` | one concern each, used by all |
//!
//! The manual of the program is in `docs`.
//!
//! # How to add
//!
//! * **A format:** a file in `format` and a variant of [`Format`].
//! * **A kind of feed:** a variant of [`GroupKey`] and its arms in `meta`.
//! * **A key of the front matter:** a field in `article/keys.rs`, in
//!   [`Article`](article::Article) and in [`Field`](article::Field).
//! * **A preset:** a file in `preset` and a variant of [`SiteGenerator`].

mod config;
mod settings;
mod build;
mod progress;
mod source;
mod cache;
mod publish;
mod listing;
mod error;
mod stats;
mod format;
mod feed;
mod article;
mod site_generator;
mod front_matter;
mod types;

pub use article::GroupKey;
pub use build::{
    ArticleSummary, Build, ExplainedArticle, Explanation, GroupList, GroupSummary, Membership,
    Position, Publishing, Report, articles, build, build_until, check, explain, groups, run,
};
pub use cache::CacheConfig;
pub use config::{Config, ConfigError, FeedSetConfig, PermalinkConfig, SiteConfig};
pub use error::{Error, Refusal};
pub use feed::{
    Author, Category, Content, Entry, Feed, FeedSet, Grouping, Image, RelatedLink, Selection, Site,
    Source, Video,
};
pub use format::{Format, RenderError};
pub use front_matter::{Field, Fields, Value};
pub use listing::Outline;
pub use progress::{Monitor, Progress};
pub use publish::{
    Change, EntryDelta, Locking, Manifest, ManifestError, Mode, Publication, Removals, create,
    websub_pinged, write_report,
};
pub use settings::Settings;
pub use site_generator::{
    DateFallback, Defaults, Files, Pattern, Permalinks, ReadOptions, Shortcodes, SiteContext,
    SiteFacts, SiteGenerator, Slugs, TitleFallback, YamlReader,
};
pub use stats::{Counts, Stats};
pub use types::date::{Timestamp, Zone};
pub use types::diagnostic::{Diagnostic, Finding, Problem, Severity};
pub use types::limits;
pub use types::outcome::{Outcome, Reason};
pub use types::slug::FeedSlug;
pub use types::url::{UrlError, WebUrl};

/// The stages one by one, for fuzz targets, benchmarks and tests of laws. Nothing here is promised.
#[doc(hidden)]
pub mod internals {
    pub use crate::article::*;
    pub use crate::feed::content;
    pub use crate::feed::group::{Groups, Rank};
    pub use crate::source::{Listing, list};
    pub use crate::types::slug::FeedSlugs;
    pub use crate::types::text;
}
