//! The pipeline: wires the stages, each of which only knows the value that it gets.
//!
//! ```text
//! scan -> files -> read, skim -> Card -> judge -> Groups -> read again, parse -> Entry, Feed -> render -> bytes -> Publisher
//!         (each file once, parallel)    (bounded)          (members of feeds, parallel)                          (serial)
//! ```
//!
//! What is wrong with an article is collected on the way and never stops a run. Only this module
//! knows more than one stage, and only here are there threads: one thread takes the same path as
//! many, and the order in which files are done changes nothing.

mod assemble;
mod explain;
mod check;
mod list;
mod entry_cache;
mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use self::assemble::BuiltFeed;
use self::entry_cache::EntryCache;
pub use self::explain::{ExplainedArticle, Explanation, Membership, Position};
pub use self::list::{ArticleSummary, GroupList, GroupSummary};
use self::scan::{ChangedFiles, PlannedFeed, Scan};
use crate::article::GroupKey;
use crate::cache::FeedRecord;
use crate::error::{Error, Refusal};
use crate::feed::Feed;
use crate::feed::FeedSet;
use crate::feed::Grouping;
use crate::feed::site;
use crate::format::Format;
use crate::listing;
use crate::listing::Outline;
use crate::progress::{Monitor, Progress};
use crate::publish::{self, Change, Hub, Locking, Mode, Publication, Publisher, Removals};
use crate::settings::Settings;
use crate::stats::Stats;

/// Feeds, and what was found on the way to them. Nothing has been written.
#[derive(Debug)]
pub struct Build {
    /// In the order of the kinds asked for, each sorted by file name.
    pub feeds: Vec<Feed>,
    /// What was found on the way.
    pub findings: Stats,
}

/// What a run did.
#[derive(Debug)]
pub struct Report {
    /// What became of each file of the output folder.
    pub publication: Publication,
    /// The feeds, in the order of [`Build::feeds`].
    pub feeds: Vec<Outline>,
    /// What was found in the source.
    pub findings: Stats,
    /// Files that were not read, since nothing has touched them since a run before.
    pub remembered: usize,
}

impl Report {
    /// How many entries came into a feed of the run, and how many went; what was changed in an
    /// entry counts as nothing.
    pub fn turnover(&self, feed: &Outline) -> (usize, usize) {
        let Some(file) = feed.files.first() else { return (0, 0) };
        let replaced = self.publication.turnover.get(file).copied();
        match self.publication.files.get(file) {
            Some(Change::Added) => (feed.entries, 0),
            _ => replaced.unwrap_or_default(),
        }
    }

    /// How many bytes the files of a feed have together.
    pub fn bytes(&self, feed: &Outline) -> usize {
        feed.files.iter().filter_map(|file| self.publication.sizes.get(file)).sum()
    }

    /// Whether a file of a feed is another one than before.
    pub fn has_changed(&self, feed: &Outline) -> bool {
        let changes = feed.files.iter().filter_map(|file| self.publication.files.get(file));
        changes.into_iter().any(|change| *change != Change::Unchanged)
    }
}

/// How a run deals with its output folder.
#[derive(Clone, Copy, Debug)]
pub struct Publishing {
    /// Whether anything is written.
    pub mode: Mode,
    /// What to do while another run holds the lock.
    pub locking: Locking,
    /// Whether most feeds may go.
    pub removals: Removals,
}

impl Default for Publishing {
    /// Writes, does not wait for another run, and does not remove most feeds.
    fn default() -> Self {
        Publishing { mode: Mode::Write, locking: Locking::Fail, removals: Removals::Guarded }
    }
}

/// More threads than this only cost time to start.
const MAX_JOBS: usize = 64;

/// Articles that are read as a whole before their feeds are rendered, about.
const READ_AT_ONCE: usize = 2 * 1024;

/// Bytes of content that are rendered before they are handed to the publisher, about.
const RENDERED_AT_ONCE: usize = 16 * 1024 * 1024;

/// Builds the feeds and writes those that changed.
///
/// `watch` sees how far the run is, and is asked between files; once it says so the run ends with [`Error::Interrupted`].
///
/// # Errors
///
/// [`Error`] says what stops a run. Until the last feed has been rendered and written under a
/// temporary name, no file has changed.
pub fn run(
    settings: &Settings,
    publishing: Publishing,
    watch: &impl Monitor,
) -> Result<Report, Error> {
    refuse_overlap(settings)?;
    threads(settings.jobs)?.install(|| {
        let open = || {
            let Publishing { mode, locking, .. } = publishing;
            let publisher = Publisher::open(&settings.output, mode, locking, || watch.stop())?;
            publisher.clean()?;
            Ok(publisher)
        };
        // The lock comes before the first look at the source, or an older look could overwrite a
        // newer one. A folder that is not there yet is not made for a run that finds nothing.
        let early = settings.output.exists().then(open).transpose()?;
        let first = early.is_none();
        let mut scan = accepted(settings, publishing, watch)?;
        let mut publisher = early.map_or_else(open, Ok)?;
        if first && publisher.has_manifest() {
            // Another first run was faster, and may have looked at the source later.
            scan = accepted(settings, publishing, watch)?;
        }
        loop {
            match hand_over(settings, publishing, &mut scan, &mut publisher, watch)? {
                Ok(done) => {
                    // Before the lock is given back: the next run may know better.
                    let warning = remember(publishing, &scan, &done.memos);
                    let hub = settings.site.hub.is_some();
                    let announcing = if hub { Hub::Hub } else { Hub::Nobody };
                    let mut publication = publisher.finish(announcing, || watch.stop())?;
                    publication.warnings.extend(warning);
                    let remembered = scan.remembered();
                    let feeds = done.outlines.into_values().collect();
                    let findings = scan.findings;
                    return Ok(Report { publication, feeds, findings, remembered });
                }
                Err(outdated) => {
                    publisher.start_over();
                    scan = scan.again(settings, outdated, watch)?;
                    accept(settings, publishing, &mut scan)?;
                }
            }
        }
    })
}

/// Builds the feeds and writes nothing.
///
/// # Errors
///
/// If the source cannot be read as a whole.
pub fn build(settings: &Settings) -> Result<Build, Error> {
    build_until(settings, &|| false)
}

/// As [`build`], unless `watch` says so.
///
/// # Errors
///
/// As those of [`build`], and [`Error::Interrupted`].
pub fn build_until(settings: &Settings, watch: &impl Monitor) -> Result<Build, Error> {
    threads(settings.jobs)?.install(|| {
        let mut scan = Scan::of(settings, watch)?;
        loop {
            let planned = scan.feeds(settings.min_items);
            let mut shelf = EntryCache::new(planned.iter());
            let planned: Vec<&PlannedFeed<'_>> = planned.iter().collect();
            match assemble::feeds(settings, &scan, &planned, &mut shelf, watch)? {
                Ok(made) => {
                    let feeds = made.into_iter().map(|made| made.feed).collect();
                    return Ok(Build { feeds, findings: scan.findings });
                }
                Err(outdated) => scan = scan.again(settings, outdated, watch)?,
            }
        }
    })
}

/// Judges every file as [`build`] does, and says what is odd about articles as well. Writes nothing.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `watch` says so.
pub fn check(settings: &Settings, watch: &impl Monitor) -> Result<Stats, Error> {
    threads(settings.jobs)?.install(|| {
        refuse_overlap(settings)?;
        let settings = Settings { cache: None, ..settings.clone() };
        let scan = Scan::of(&settings, watch)?;
        check::findings(&settings, scan, watch)
    })
}

/// What became of the file at a path, or of the article with an address; `None` if there is none.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `watch` says so.
pub fn explain(
    settings: &Settings,
    target: &str,
    watch: &impl Monitor,
) -> Result<Option<Explanation>, Error> {
    threads(settings.jobs)?.install(|| {
        let scan = Scan::of(settings, watch)?;
        explain::of(settings, &scan, target, watch)
    })
}

/// The groups of a kind with all their articles, whatever the limits of feeds.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `watch` says so.
pub fn groups(settings: &Settings, by: GroupKey, watch: &impl Monitor) -> Result<GroupList, Error> {
    threads(settings.jobs)?.install(|| {
        let settings = of_all(settings, by);
        let scan = Scan::of(&settings, watch)?;
        list::groups(&settings, &scan)
    })
}

/// Every article that is in, newest first.
///
/// # Errors
///
/// If the source cannot be read as a whole, or `watch` says so.
pub fn articles(settings: &Settings, watch: &impl Monitor) -> Result<Vec<ArticleSummary>, Error> {
    threads(settings.jobs)?.install(|| {
        let settings = of_all(settings, GroupKey::All);
        let scan = Scan::of(&settings, watch)?;
        list::articles(&settings, &scan, watch)
    })
}

/// Settings by which the groups of one kind hold all of their articles.
fn of_all(settings: &Settings, by: GroupKey) -> Settings {
    let by = Grouping::One(by);
    let known = settings.kinds.iter().find(|kind| kind.by == by);
    let path = known.map_or_else(|| by.name(), |kind| kind.path.clone());
    let kinds = vec![FeedSet { by, path, title: None, limit: None, max_per_provider: None }];
    Settings { kinds, cache: None, ..settings.clone() }
}

fn threads(jobs: usize) -> Result<rayon::ThreadPool, Error> {
    let jobs = jobs.min(MAX_JOBS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    pool.map_err(|error| Error::Jobs { jobs, source: error.into() })
}

/// A survey that feeds may be made of.
fn accepted(
    settings: &Settings,
    publishing: Publishing,
    watch: &impl Monitor,
) -> Result<Scan, Error> {
    let mut scan = Scan::of(settings, watch)?;
    accept(settings, publishing, &mut scan)?;
    Ok(scan)
}

/// Refuses what must be a mistake.
fn accept(settings: &Settings, publishing: Publishing, scan: &mut Scan) -> Result<(), Error> {
    let (count, most) = (scan.feeds(settings.min_items).len(), settings.max_feeds);
    let nothing = !scan.findings.counts.has_articles() && publishing.removals != Removals::Allow;
    let refusal = if nothing {
        Refusal::NoArticles(settings.source.clone())
    } else if count > most {
        Refusal::Feeds { count, most }
    } else {
        return Ok(());
    };
    Err(refused(refusal, publishing, scan))
}

fn refused(refusal: Refusal, publishing: Publishing, scan: &mut Scan) -> Error {
    // The refusal stays, but what has become private is forgotten.
    remember(publishing, scan, &[]);
    Error::Refused { refusal, findings: Box::new(std::mem::take(&mut scan.findings)) }
}

/// Remembers what the files said for the next run; the answer is a warning.
fn remember(publishing: Publishing, scan: &Scan, feeds: &[FeedRecord]) -> Option<String> {
    let index = scan.index(feeds).filter(|_| publishing.mode == Mode::Write)?;
    publish::remember(index.file, index.parts()).err()
}

/// Hands every feed to the publisher, unless articles have changed in the meantime.
fn hand_over(
    settings: &Settings,
    publishing: Publishing,
    scan: &mut Scan,
    publisher: &mut Publisher,
    watch: &impl Monitor,
) -> Result<Result<Done, ChangedFiles>, Error> {
    let hold = scan.findings.is_partial() && publishing.removals != Removals::Allow;
    let removals = if hold { Removals::Hold } else { publishing.removals };
    let planned = scan.feeds(settings.min_items);
    let feeds = planned.iter().flat_map(|feed| feed.files(&settings.formats));
    let others = settings.site.index.then_some(site::FILES);
    let others = others.filter(|_| !planned.is_empty()).into_iter().flatten();
    let names: BTreeSet<String> = feeds.chain(others.map(str::to_owned)).collect();
    let names_private = |feed: &str| scan.names_private(feed);
    if let Err(refusal) = publisher.plan(&names, removals, names_private)? {
        return Err(refused(refusal, publishing, scan));
    }
    let mut done = Done { outlines: BTreeMap::new(), memos: Vec::new() };
    let mut fresh = Vec::new();
    for (place, feed) in planned.into_iter().enumerate() {
        let inputs = scan.inputs(settings, &feed);
        let known = inputs.and_then(|inputs| scan.known(inputs, settings.selection.now));
        let known = known.and_then(|memo| Some((memo, feed.outline(memo, &settings.formats)?)));
        match known {
            Some((memo, outline)) if is_kept(&outline, memo, publisher) => {
                done.outlines.insert(place, outline);
                done.memos.push(memo.clone());
            }
            _ => fresh.push((place, inputs, feed)),
        }
    }
    watch.progress(Progress::Feeds(fresh.len()));
    let mut shelf = EntryCache::new(fresh.iter().map(|(_, _, feed)| feed));
    for part in parts(&fresh, READ_AT_ONCE, |(_, _, feed)| feed.len()) {
        let planned: Vec<&PlannedFeed<'_>> = part.iter().map(|(_, _, feed)| feed).collect();
        let feeds = match assemble::feeds(settings, scan, &planned, &mut shelf, watch)? {
            Ok(feeds) => feeds,
            Err(outdated) => return Ok(Err(outdated)),
        };
        let mut todo = part.iter();
        for feeds in parts(&feeds, RENDERED_AT_ONCE, content_bytes) {
            let rendered = render(settings, feeds, watch)?;
            let rendered = feeds.iter().zip(rendered).zip(&mut todo);
            for ((BuiltFeed { feed, latest }, files), (place, inputs, planned)) in rendered {
                let mut hashes = Vec::with_capacity(files.len());
                for (name, bytes) in files {
                    if watch.stop() {
                        return Err(Error::Interrupted);
                    }
                    hashes.push(publisher.stage(&name, &bytes)?);
                }
                watch.progress(Progress::Feed);
                let outline = Outline::of(feed, planned.kind.by, &settings.formats);
                let Some(outline) = outline else { continue };
                // What is still to come will change the feed without changing an article.
                if let (Some(inputs), Some(latest)) = (*inputs, *latest)
                    && latest <= settings.selection.now
                {
                    done.memos.push(FeedRecord::new(inputs, latest, &outline, hashes));
                }
                done.outlines.insert(*place, outline);
            }
        }
    }
    // Nobody is sent to a file that is not ours.
    let ours = |feed: &&Outline| feed.files.iter().all(|file| !publisher.is_foreign(file));
    let outlines: Vec<&Outline> = done.outlines.values().filter(ours).collect();
    if settings.site.index && !outlines.is_empty() {
        for (name, bytes) in listing::files(&settings.site, &settings.formats, &outlines)? {
            publisher.stage(name, &bytes)?;
        }
    }
    Ok(Ok(done))
}

/// What was handed over.
struct Done {
    /// By the place of the feed among all.
    outlines: BTreeMap<usize, Outline>,
    /// For the next run.
    memos: Vec<FeedRecord>,
}

/// Whether a feed whose inputs have not changed is there as it was made of them.
fn is_kept(outline: &Outline, memo: &FeedRecord, publisher: &mut Publisher) -> bool {
    let all = memo.hashes.len() == outline.files.len();
    all && publisher.keep(outline.files.iter().zip(memo.hashes.iter().copied()))
}

fn content_bytes(made: &BuiltFeed) -> usize {
    made.feed.entries.iter().map(|entry| entry.content.len()).sum()
}

/// What can be done at once, part by part: as many in a row as together have about `most` of some
/// size, and at least one.
fn parts<T>(all: &[T], most: usize, size: impl Fn(&T) -> usize) -> impl Iterator<Item = &[T]> {
    let mut rest = all;
    std::iter::from_fn(move || {
        let mut sum = 0;
        let fits = |one: &&T| {
            sum += size(one);
            sum <= most
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (part, others) = rest.split_at_checked(count)?;
        rest = others;
        Some(part)
    })
}

/// A name and the bytes to be written there.
type Rendered = (String, Vec<u8>);

/// The files of some feeds, in the order of the feeds and the formats.
fn render(
    settings: &Settings,
    feeds: &[BuiltFeed],
    watch: &impl Monitor,
) -> Result<Vec<Vec<Rendered>>, Error> {
    let each = |feed: &Feed, format: Format| {
        let file = format.file(feed);
        if watch.stop() {
            return Err(Error::Interrupted);
        }
        match format.render(feed) {
            Ok(bytes) => Ok((file, bytes)),
            Err(source) => Err(Error::Render { file, source }),
        }
    };
    let files = |made: &BuiltFeed| {
        settings.formats.iter().map(|&format| each(&made.feed, format)).collect()
    };
    feeds.par_iter().map(files).collect()
}

/// A source inside the output folder would be taken for what feedmill wrote, and a cache there would
/// be served.
fn refuse_overlap(settings: &Settings) -> Result<(), Error> {
    let output = resolved(&settings.output)?;
    if let Some(cache) = &settings.cache
        && resolved(&cache.folder).is_ok_and(|folder| folder.starts_with(&output))
    {
        let (output, cache) = (settings.output.clone(), cache.folder.clone());
        return Err(Error::CacheInOutput { output, cache });
    }
    for path in &settings.source {
        let inside = std::fs::canonicalize(path).is_ok_and(|source| source.starts_with(&output));
        if inside {
            return Err(Error::Overlap { output: settings.output.clone(), path: path.clone() });
        }
    }
    Ok(())
}

/// The path of a folder that may not be there yet, without links and `..`.
fn resolved(path: &Path) -> Result<PathBuf, Error> {
    let mut missing = Vec::new();
    for ancestor in path.ancestors() {
        let there = if ancestor == Path::new("") { Path::new(".") } else { ancestor };
        match std::fs::canonicalize(there) {
            Ok(mut resolved) => {
                resolved.extend(missing.iter().rev());
                return Ok(resolved);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !there.is_symlink() => {
                // What is behind a `..` cannot be known before the folder is there.
                let Some(name) = there.file_name() else { break };
                missing.push(name);
            }
            Err(source) => return Err(Error::Publish { path: path.to_owned(), source }),
        }
    }
    let source = std::io::Error::other("`..` follows a folder that is not there");
    Err(Error::Publish { path: path.to_owned(), source })
}
