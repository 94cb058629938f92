//! Turns a folder of articles into feeds: Markdown or HTML files with YAML front matter in, one
//! RSS 2.0, Atom 1.0 or JSON Feed 1.1 file per topic or provider out, newest first.
//!
//! ```
//! use feedmill::{Format, Settings, Timestamp};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let article = "---\ntitle: Hello\npublishedDateTime: 2024-05-01\n\
//!                originalUrl: https://example.org/hello\ntopics: [Greetings]\n---\nHello, *world*.\n";
//! std::fs::write(folder.path().join("hello.md"), article)?;
//!
//! let now = Timestamp::parse("2026-01-01").ok_or("not a date")?;
//! let mut settings = Settings::new(folder.path(), "out", now);
//! settings.site.title = Some("Example".to_owned());
//! let build = feedmill::build(&settings, &|| false)?;
//!
//! let feed = &build.feeds[0];
//! assert_eq!(feed.title, "Greetings – Example");
//! assert_eq!(Format::Rss.file(feed), "topic/greetings.rss.xml");
//! assert_eq!(feed.entries[0].content, "<p>Hello, <em>world</em>.</p>\n");
//! assert!(String::from_utf8(Format::Rss.render(feed)?)?.starts_with("<?xml"));
//! # Ok(())
//! # }
//! ```
//!
//! [`build`] builds feeds and writes nothing; [`run`] also publishes them. [`check()`], [`explain`],
//! [`groups`] and [`articles`] look at the same articles by the same rules.
//!
//! # Guarantees
//!
//! * The same articles and settings give the same bytes, on any machine, at any time, with any
//!   number of threads.
//! * A problem of an article is a [`Diagnostic`] and never stops a run. Unpublished, removed and
//!   future articles reach no feed and no message, and the key `secured` is never read.
//! * A feed is valid in every format, whatever the articles hold.
//! * The cache ([`CacheConfig`]) makes runs faster and changes nothing else.
//! * A published file is always wholly old or wholly new, and files that feedmill did not write are
//!   left alone.
//!
//! # Layout
//!
//! The modules below stand in the order in which a run uses them: from what the operator says to
//! the files of the output folder, and down to the small values that all of them share. A module
//! only uses modules further down, and only `pipeline` wires the stages together. The manual in `docs`
//! explains the program, and `docs/ARCHITECTURE.md` the code.

#[cfg(not(unix))]
compile_error!(
    "feedmill needs a Unix system: locks, signals and file names work differently elsewhere"
);

mod config;
mod settings;
mod pipeline;
mod exchange;
mod progress;
mod source;
mod cache;
mod publish;
mod objects;
mod listing;
mod error;
mod stats;
mod format;
mod feed;
mod article;
mod site_generator;
mod page;
mod front_matter;
mod types;

pub use article::{DeclaredKey, GroupKey};
pub use cache::CacheConfig;
pub use config::{
    Config, ConfigError, FeedSetConfig, PageConfig, PermalinkConfig, PodcastConfig, RenderedConfig,
    RenderedDate, SiteConfig,
};
pub use error::{Error, LineFault, Refusal};
pub use exchange::{Shard, ShardError};
pub use feed::{
    Author, Content, Entry, Feed, FeedSet, GroupFacts, Grouping, Image, MediaFile, PageSettings,
    Podcast, RelatedLink, Selection, Site, Source,
};
pub use format::{Format, RenderError};
pub use front_matter::{Field, Fields, Value, YamlReader};
pub use listing::Outline;
pub use page::{
    DateSelector, Fact, NoSignal, PageOptions, PageReason, ShownPages, Signal, SiteRules,
    ValueSelector,
};
pub use pipeline::{
    Agreement, ArticleSummary, Build, ExplainedArticle, ExplainedPage, Explanation, Faults,
    Finishing, Gaps, GroupList, GroupSummary, MapInput, Mapping, Membership, OwnFeedSummary,
    Position, Publishing, Reducing, Report, Study, articles, build, check, explain, finish, groups,
    map, reduce, run, study,
};
pub use progress::{Monitor, Progress};
pub use publish::{
    Change, EntryDelta, Locking, Manifest, ManifestError, Mode, Publication, Removals, create,
    websub_pinged, write_report,
};
pub use settings::Settings;
pub use site_generator::{
    ContentRoot, Defaults, Dialect, GeneratorConfig, NameDate, NameStyle, Pattern, Permalinks,
    ReadOptions, Region, Signs, SiteBase, SiteContext, SiteFileError, SiteGenerator, SiteLanguage,
    SitePatterns, UglyUrls,
};
pub use source::holds_records;
pub use stats::{Counts, Stats};
pub use types::color::Color;
pub use types::date::{Timestamp, Zone};
pub use types::diagnostic::{Diagnostic, Finding, Problem, Severity};
pub use types::dom::Selector;
pub use types::limits;
pub use types::outcome::{Outcome, Reason};
pub use types::path_patterns::{PathPatterns, PatternSyntax};
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
