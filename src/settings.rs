//! Settings: everything that a run depends on besides the articles, as validated data.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::article::GroupKey;
use crate::cache::CacheConfig;
use crate::feed::Content;
use crate::feed::FeedSet;
use crate::feed::Selection;
use crate::feed::site::Site;
use crate::format::Format;
use crate::site_generator::ReadOptions;

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
    pub kinds: Vec<FeedSet>,
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
    pub options: ReadOptions,
    /// Where it is remembered what files said, if anywhere.
    pub cache: Option<CacheConfig>,
    /// Threads to use; 0 means one for each core.
    pub jobs: usize,
}

impl Settings {
    /// What articles have in common that the run asks for.
    pub(crate) fn group_keys(&self) -> BTreeSet<GroupKey> {
        let kinds = self.kinds.iter().flat_map(FeedSet::groupings);
        kinds.chain(self.selection.groupings()).collect()
    }
}
