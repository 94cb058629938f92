//! The pipeline: the stages from files to feeds, wired together. Only here are there threads.
//!
//! ```text
//! list -> scan: read, skim -> decide -> groups -> assemble: read again, parse -> entries, feeds -> render -> publisher
//!         (each file once, in parallel)           (members of feeds, in parallel)                            (serial)
//! ```
//!
//! What is wrong with an article is collected on the way and never stops a run. One thread takes
//! the same path as many, and the order in which threads finish changes nothing.

mod assemble;
mod bodies;
mod check;
mod explain;
mod finish;
mod map;
mod reduce;
mod source_files;
mod list;
mod media_sizes;
mod output_folder;
mod page_files;
mod plan;
mod private_urls;
mod publish_feeds;
mod rendered;
mod run_report;
mod scan;
mod site_address;
mod study;
mod survey;

use self::assemble::BuildError;
pub use self::explain::{ExplainedArticle, ExplainedPage, Explanation, Membership, Position};
pub use self::finish::{Finishing, finish};
pub use self::list::{ArticleSummary, GroupList, GroupSummary};
pub use self::map::{MapInput, Mapping, map};
use self::plan::PlannedFeed;
use self::publish_feeds::{publish_feeds, refused, write_cache};
pub use self::reduce::{Reducing, reduce};
pub use self::run_report::{Gaps, Report};
use self::scan::Scan;
pub use self::study::{Agreement, OwnFeedSummary, Study};
use crate::article::GroupKey;
use crate::error::{Error, Refusal};
use crate::feed::{Feed, FeedSet, Grouping};
use crate::objects;
use crate::progress::Monitor;
use crate::publish::{Access, Locking, Mode, Publisher, Removals};
use crate::settings::Settings;
use crate::stats::Stats;

/// Feeds that were built and not written, and what was found in the source.
#[derive(Debug)]
#[non_exhaustive]
pub struct Build {
    /// In the order of the feed sets of the settings, each sorted by slug.
    pub feeds: Vec<Feed>,
    /// What was found in the source.
    pub stats: Stats,
}

/// How a run treats its output folder.
#[derive(Clone, Copy, Debug)]
pub struct Publishing {
    /// Whether anything is written.
    pub mode: Mode,
    /// What to do while another run holds the lock.
    pub locking: Locking,
    /// Whether the run may remove more than half of the feeds.
    pub removals: Removals,
    /// Which faults of articles the run reports.
    pub faults: Faults,
}

/// Which faults of articles a run reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Faults {
    /// All.
    #[default]
    All,
    /// Those that no run of this kind has reported since the file changed. They are remembered in the
    /// cache.
    New,
}

impl Default for Publishing {
    /// Writes, fails if another run holds the lock, and does not remove more than half of the
    /// feeds.
    fn default() -> Self {
        let (locking, removals) = (Locking::Fail, Removals::Guarded);
        Publishing { mode: Mode::Write, locking, removals, faults: Faults::All }
    }
}

/// More threads than this only cost time to start.
const MAX_JOBS: usize = 64;

/// Builds the feeds and writes those that changed.
///
/// `monitor` is told how far the run is, and asked between files whether to stop.
///
/// # Errors
///
/// [`Error`] says what stops a run. No file has changed until the last feed has been rendered and
/// written under a temporary name.
pub fn run(
    settings: &Settings,
    publishing: Publishing,
    monitor: &impl Monitor,
) -> Result<Report, Error> {
    output_folder::check(settings)?;
    threads(settings)?.install(|| {
        let open = || {
            let Publishing { mode, locking, .. } = publishing;
            let publisher =
                Publisher::open(&settings.output, mode, locking, Access::Alone, || monitor.stop())?;
            publisher.clean()?;
            Ok(publisher)
        };
        // The lock comes before the scan, or an older scan could overwrite a newer one. A folder
        // that does not exist is not made for a run that finds nothing.
        let exists = settings.output.exists() || objects::is_address(&settings.output);
        let early = exists.then(open).transpose()?;
        let is_first_run = early.is_none();
        let mut scan = accepted(Scan::new(settings, monitor)?, publishing)?;
        let mut publisher = early.map_or_else(open, Ok)?;
        if is_first_run && publisher.has_manifest() {
            // Another first run was faster, and may have scanned the source later.
            scan = accepted(Scan::new(settings, monitor)?, publishing)?;
        }
        loop {
            match publish_feeds(&scan, publishing, &mut publisher, monitor) {
                Ok(done) => {
                    // While the lock is held: the next run may know better.
                    let warning = write_cache(publishing, &scan, &done.records).err();
                    let mut publication =
                        publisher.finish(settings.site.hub.is_some(), || monitor.stop())?;
                    publication.warnings.extend(warning);
                    let feeds = done.outlines.into_values().collect();
                    let cached = scan.records.count_old();
                    if cached == 0 {
                        // Once, when the settings are new.
                        scan.stats.diagnostics.extend(check::unmatched(&scan));
                        scan.stats.diagnostics.sort_unstable();
                    }
                    let gaps = Gaps { articles: done.gaps.len(), places: done.gaps.values().sum() };
                    let known_faults = scan.known_faults(publishing.faults);
                    let without_page = done.without_page.len();
                    return Ok(Report {
                        publication,
                        feeds,
                        stats: scan.stats,
                        cached,
                        known_faults,
                        gaps,
                        without_page,
                    });
                }
                Err(BuildError::Changed(files)) => {
                    publisher.start_over();
                    scan = accepted(scan.again(files, monitor)?, publishing)?;
                }
                Err(BuildError::Stopped(error)) => return Err(error),
            }
        }
    })
}

/// Builds the feeds and writes nothing.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `monitor` says to stop.
pub fn build(settings: &Settings, monitor: &impl Monitor) -> Result<Build, Error> {
    threads(settings)?.install(|| {
        let mut scan = Scan::new(settings, monitor)?;
        loop {
            let planned = scan.planned(settings.min_items);
            let planned: Vec<&PlannedFeed<'_>> = planned.iter().collect();
            match assemble::feeds(&scan, &planned, monitor) {
                Ok(built) => {
                    let feeds = built.into_iter().map(|built| built.feed).collect();
                    return Ok(Build { feeds, stats: scan.stats });
                }
                Err(BuildError::Changed(files)) => scan = scan.again(files, monitor)?,
                Err(BuildError::Stopped(error)) => return Err(error),
            }
        }
    })
}

/// Checks every file as [`build`] does, and what is odd about the articles. Writes nothing.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `monitor` says to stop.
pub fn check(settings: &Settings, monitor: &impl Monitor) -> Result<Stats, Error> {
    threads(settings)?.install(|| {
        output_folder::check(settings)?;
        let settings = Settings { cache: None, ..settings.clone() };
        check::check(Scan::new(&settings, monitor)?, monitor)
    })
}

/// Explains what became of the file at a path, or of the article with an address; `None` if there
/// is no such file or article.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `monitor` says to stop.
pub fn explain(
    settings: &Settings,
    target: &str,
    monitor: &impl Monitor,
) -> Result<Option<Explanation>, Error> {
    threads(settings)?.install(|| explain::explain(&Scan::new(settings, monitor)?, target, monitor))
}

/// Lists the groups of a key with all their articles, whatever the limits of feeds.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `monitor` says to stop.
pub fn groups(
    settings: &Settings,
    by: Grouping,
    monitor: &impl Monitor,
) -> Result<GroupList, Error> {
    threads(settings)?.install(|| {
        let settings = without_limits(settings, by);
        list::groups(&Scan::new(&settings, monitor)?)
    })
}

/// Lists every article that is in, newest first.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `monitor` says to stop.
pub fn articles(settings: &Settings, monitor: &impl Monitor) -> Result<Vec<ArticleSummary>, Error> {
    threads(settings)?.install(|| {
        let settings = without_limits(settings, Grouping::One(GroupKey::All));
        list::articles(&Scan::new(&settings, monitor)?, monitor)
    })
}

/// Studies a rendered site: by what its articles are known, and how they agree with its own feed.
///
/// # Errors
///
/// If the folder cannot be read as a whole, or `monitor` says to stop.
pub fn study(settings: &Settings, monitor: &impl Monitor) -> Result<Study, Error> {
    threads(settings)?.install(|| study::study(settings, monitor))
}

/// Settings for one feed set whose feeds hold all articles of their groups.
fn without_limits(settings: &Settings, by: Grouping) -> Settings {
    let known = settings.kinds.iter().find(|set| set.by == by);
    let path = known.map_or_else(|| by.name(), |set| set.path.clone());
    let kinds = vec![FeedSet { by, path, title: None, limit: None, max_per_provider: None }];
    let mut options = settings.options.clone();
    options.site_context.reads_translations |= by.has(GroupKey::Language);
    options.groups = by.keys().filter(|key| key.is_optional()).collect();
    Settings { kinds, options, cache: None, ..settings.clone() }
}

/// The threads of a run. A request to object storage keeps a thread waiting, and needs no core.
fn threads(settings: &Settings) -> Result<rayon::ThreadPool, Error> {
    let Settings { source, output, jobs, .. } = settings;
    let waits = source.iter().chain([output]).any(|path| objects::is_address(path));
    let jobs = if *jobs == 0 && waits { objects::REQUESTS } else { (*jobs).min(MAX_JOBS) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    pool.map_err(|error| Error::Jobs { jobs, source: error.into() })
}

/// A scan that feeds may be published from. Refuses what must be a mistake.
fn accepted(scan: Scan<'_>, publishing: Publishing) -> Result<Scan<'_>, Error> {
    let settings = scan.settings;
    let (count, max) = (scan.planned(settings.min_items).len(), settings.max_feeds);
    let refusal = if !scan.stats.counts.has_articles() && publishing.removals != Removals::Allow {
        Refusal::NoArticles(settings.source.clone())
    } else if count > max {
        Refusal::Feeds { count, max }
    } else {
        return Ok(scan);
    };
    Err(refused(refusal, publishing, &scan))
}
