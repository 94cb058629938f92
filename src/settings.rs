//! The validated input of a run, apart from the articles.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::article::GroupKey;
use crate::cache::CacheConfig;
use crate::feed::{Content, FeedSet, Grouping, PageSettings, Podcast, Selection, Site};
use crate::format::Format;
use crate::page::PageOptions;
use crate::site_generator::ReadOptions;
use crate::types::{PathPatterns, Timestamp};

/// What to build, from which articles, and where to. A run never changes its settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folders and files with articles.
    pub source: Vec<PathBuf>,
    /// Patterns of files and folders below the source that are not read.
    pub excluded: Vec<PathPatterns>,
    /// The folder that feeds are written to. Articles in it are ignored.
    pub output: PathBuf,
    /// Which articles are included.
    pub selection: Selection,
    /// The sets of feeds to build.
    pub kinds: Vec<FeedSet>,
    /// The formats that each feed is written in.
    pub formats: Vec<Format>,
    /// The site that the feeds belong to.
    pub site: Site,
    /// How much of an article its entry contains.
    pub content: Content,
    /// The minimum number of entries of a feed; smaller feeds are not written.
    pub min_items: usize,
    /// The maximum number of feeds; a run that would write more is refused.
    pub max_feeds: usize,
    /// How files are read.
    pub options: ReadOptions,
    /// The rendered site that the articles are also pages of, if any.
    pub rendered: Option<PageOptions>,
    /// The cache between runs, if any.
    pub cache: Option<CacheConfig>,
    /// The number of threads; 0 for one per core.
    pub jobs: usize,
}

impl Settings {
    /// Settings with defaults: RSS feeds of the 50 newest articles of each topic, no cache.
    ///
    /// Articles with a date after `now` are not published.
    pub fn new(source: impl Into<PathBuf>, output: impl Into<PathBuf>, now: Timestamp) -> Settings {
        Settings {
            source: vec![source.into()],
            excluded: Vec::new(),
            output: output.into(),
            selection: Selection { now, ..Selection::default() },
            kinds: vec![FeedSet::new(Grouping::One(GroupKey::Topic))],
            formats: vec![Format::Rss],
            site: Site {
                title: None,
                description: None,
                language: "en".to_owned(),
                url: None,
                base_url: None,
                hub: None,
                index: true,
                podcast: Podcast::default(),
                page: PageSettings::default(),
            },
            content: Content::Full,
            min_items: 1,
            max_feeds: 10_000,
            options: ReadOptions { language: "en".to_owned(), ..ReadOptions::default() },
            rendered: None,
            cache: None,
            jobs: 0,
        }
    }

    /// The group keys that the run needs of each article.
    pub(crate) fn group_keys(&self) -> BTreeSet<GroupKey> {
        let kinds = self.kinds.iter().flat_map(FeedSet::group_keys);
        kinds.chain(self.selection.group_keys()).collect()
    }
}
