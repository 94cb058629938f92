//! The pipeline: wires the stages, each of which only knows the value that it gets.
//!
//! ```text
//! scan -> files -> read, parse -> Article -> judge -> Groups -> Entry, Feed -> render -> bytes -> Publisher
//!         (per chunk of files, parallel)     (bounded)  (winners)  (parallel)          (serial)
//! ```
//!
//! What is wrong with an article is collected on the way and never stops a run. Only this module
//! knows more than one stage, and only here are there threads: one thread takes the same path as
//! many, and the order in which chunks end changes nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use uuid::Uuid;

use crate::article::{self, Article, Related};
use crate::date::Timestamp;
use crate::diagnostic::{Diagnostic, Problem};
use crate::entry::Entry;
use crate::error::{Error, Refusal};
use crate::feed::Feed;
use crate::findings::{Counts, Findings};
use crate::format::Format;
use crate::group::{Groups, Rank};
use crate::publish::{Locking, Mode, Publication, Publisher, Removals};
use crate::select::{Reason, Verdict};
use crate::settings::Settings;
use crate::source;

/// Feeds, and what was found on the way to them. Nothing has been written.
#[derive(Debug)]
pub struct Build {
    /// In the order of the kinds asked for, each sorted by file name.
    pub feeds: Vec<Feed>,
    /// What was found on the way.
    pub findings: Findings,
    /// The identities of articles that nobody may hear of.
    private: HashSet<Uuid>,
}

/// What a run did.
#[derive(Debug)]
pub struct Report {
    /// What became of each file of the output folder.
    pub publication: Publication,
    /// The feeds, in the order of [`Build::feeds`].
    pub feeds: Vec<FeedReport>,
    /// What was found in the source.
    pub findings: Findings,
}

/// One feed of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedReport {
    /// The title.
    pub title: String,
    /// The files, relative to the output folder, in the order of the formats asked for.
    pub files: Vec<String>,
    /// The number of entries.
    pub entries: usize,
    /// When the newest entry was published.
    pub newest: Timestamp,
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

/// Files whose articles are read before their results are put together.
const CHUNK: usize = 512;

/// More threads than this only cost time to start.
const MOST_JOBS: usize = 64;

/// Bytes of content that are rendered before they are handed to the publisher, about.
const RENDERED_AT_ONCE: usize = 16 * 1024 * 1024;

/// Builds the feeds and writes those that changed.
///
/// `stop` is asked between files; once it says `true` the run ends with [`Error::Interrupted`].
///
/// # Errors
///
/// [`Error`] says what stops a run. Until the last feed has been rendered and written under a
/// temporary name, no file has changed.
pub fn run(
    settings: &Settings,
    publishing: Publishing,
    stop: impl Fn() -> bool + Sync,
) -> Result<Report, Error> {
    refuse_overlap(settings)?;
    let open = || Publisher::open(&settings.output, publishing.mode, publishing.locking, &stop);
    // The lock comes before the first look at the source, or an older look could overwrite a newer
    // one. A folder that is not there yet is not made for a run that finds nothing.
    let early = settings.output.exists().then(open).transpose()?;
    let mut build = build_until(settings, &stop)?;
    let refused = |refusal, findings| Error::Refused { refusal, findings: Box::new(findings) };
    if !build.findings.counts.has_articles() && publishing.removals != Removals::Allow {
        let refusal = Refusal::NoArticles(settings.source.clone());
        return Err(refused(refusal, build.findings));
    }
    let (count, most) = (build.feeds.len(), settings.max_feeds);
    if count > most {
        return Err(refused(Refusal::Feeds { count, most }, build.findings));
    }
    let first = early.is_none();
    let mut publisher = early.map_or_else(open, Ok)?;
    if first && publisher.has_manifest() {
        // Another first run was faster, and may have looked at the source later.
        build = build_until(settings, &stop)?;
    }
    let hold = build.findings.is_partial() && publishing.removals != Removals::Allow;
    let removals = if hold { Removals::Hold } else { publishing.removals };
    let private = |id: &Uuid| build.private.contains(id);
    let names = build.file_names(&settings.formats);
    if let Err(refusal) = publisher.plan(&names, removals, private)? {
        return Err(refused(refusal, build.findings));
    }

    for feeds in batches(&build.feeds) {
        for (name, bytes) in render(settings, feeds, &stop)? {
            if stop() {
                return Err(Error::Interrupted);
            }
            publisher.stage(&name, &bytes)?;
        }
    }
    let publication = publisher.finish(&stop)?;
    Ok(Report {
        publication,
        feeds: build
            .feeds
            .iter()
            .filter_map(|feed| FeedReport::new(feed, &settings.formats))
            .collect(),
        findings: build.findings,
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

fn build_until(settings: &Settings, stop: &(impl Fn() -> bool + Sync)) -> Result<Build, Error> {
    let jobs = settings.jobs.min(MOST_JOBS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    let pool = pool.map_err(|error| Error::Jobs { jobs, source: error.into() })?;
    pool.install(|| {
        let listing = source::scan(&settings.source, &settings.output, stop)?;
        let harvest = harvest(settings, &listing.files, stop)?;
        assemble(settings, listing, harvest, stop)
    })
}

/// What the files hold together.
struct Harvest {
    groups: Vec<Groups>,
    counts: Counts,
    diagnostics: Vec<Diagnostic>,
    /// Every article that is in, to find those that stand in several files.
    ranks: Vec<Rank>,
    /// The identities of articles that nobody may hear of, and the spellings of their addresses.
    private: HashSet<Uuid>,
}

impl Harvest {
    fn new(settings: &Settings) -> Harvest {
        Harvest {
            groups: settings.kinds.iter().cloned().map(Groups::new).collect(),
            counts: Counts::default(),
            diagnostics: Vec::new(),
            ranks: Vec::new(),
            private: HashSet::new(),
        }
    }

    fn add(&mut self, settings: &Settings, path: &Path, place: usize) -> Result<(), Error> {
        self.counts.files += 1;
        let bytes = match source::read(path)? {
            Ok(bytes) => bytes,
            Err(problem) => {
                self.counts.faulty += 1;
                self.diagnostics.push(Diagnostic::of_file(path.to_owned(), problem));
                return Ok(());
            }
        };
        let mut parsed = article::parse(path, &bytes, settings.dialect);
        let addresses = std::mem::take(&mut parsed.standing.addresses);
        let report = |finding| Diagnostic { path: path.to_owned(), finding };
        match settings.selection.judge(parsed) {
            Verdict::In(article, findings) => {
                self.counts.articles += 1;
                self.diagnostics.extend(findings.into_iter().map(report));
                let rank = Rank::new(&article, place);
                self.ranks.push(rank);
                let article: Arc<Article> = Arc::from(article);
                for groups in &mut self.groups {
                    groups.insert(rank, &article);
                }
            }
            Verdict::Out(reason) => {
                *self.counts.left_out.entry(reason).or_default() += 1;
                if reason.is_private() {
                    let ids = addresses.iter().flat_map(|address| {
                        [article::identity(address), article::spelling(address)]
                    });
                    self.private.extend(ids);
                } else if reason == Reason::Undated {
                    self.diagnostics.push(Diagnostic::of_file(path.to_owned(), Problem::Undated));
                }
            }
            Verdict::Faulty(finding) => {
                self.counts.faulty += 1;
                self.diagnostics.push(report(finding));
            }
        }
        Ok(())
    }

    fn merge(mut self, other: Harvest) -> Harvest {
        let groups = self.groups.into_iter().zip(other.groups);
        self.groups = groups.map(|(one, other)| one.merge(other)).collect();
        self.counts.add(&other.counts);
        self.diagnostics.extend(other.diagnostics);
        self.ranks.extend(other.ranks);
        self.private.extend(other.private);
        self
    }
}

fn harvest(
    settings: &Settings,
    files: &[PathBuf],
    stop: &(impl Fn() -> bool + Sync),
) -> Result<Harvest, Error> {
    let chunks = files.par_chunks(CHUNK).enumerate();
    let harvests = chunks.map(|(number, chunk)| {
        let mut harvest = Harvest::new(settings);
        for (offset, path) in chunk.iter().enumerate() {
            if stop() {
                return Err(Error::Interrupted);
            }
            harvest.add(settings, path, number * CHUNK + offset)?;
        }
        Ok(harvest)
    });
    harvests.try_reduce(|| Harvest::new(settings), |one, other| Ok(one.merge(other)))
}

/// Makes the entries, each once however many feeds it is in, and the feeds.
fn assemble(
    settings: &Settings,
    listing: source::Listing,
    harvest: Harvest,
    stop: &(impl Fn() -> bool + Sync),
) -> Result<Build, Error> {
    let mut counts = harvest.counts;
    let mut diagnostics = listing.diagnostics;
    counts.files += diagnostics.len();
    counts.faulty += diagnostics.len();
    diagnostics.extend(harvest.diagnostics);
    let duplicates = duplicates(&listing.files, harvest.ranks);
    counts.duplicates = duplicates.len();
    diagnostics.extend(duplicates);
    diagnostics.sort_unstable();
    for groups in &harvest.groups {
        counts.ungrouped.insert(groups.kind().by, groups.ungrouped);
    }

    let selection = &settings.selection;
    let hidden = |related: &Related| {
        let due = related.published.is_none_or(|date| date <= selection.now) || selection.future;
        let private = |address: &String| harvest.private.contains(&article::spelling(address));
        !due || related.addresses.iter().any(private)
    };
    let winners: BTreeMap<usize, &Arc<Article>> =
        harvest.groups.iter().flat_map(Groups::members).collect();
    let winners: Vec<(usize, &Arc<Article>)> = winners.into_iter().collect();
    let entries: BTreeMap<usize, Arc<Entry>> = winners
        .into_par_iter()
        .map(|(place, article)| {
            if stop() {
                return Err(Error::Interrupted);
            }
            let entry = Entry::of(article, &settings.site, settings.content, hidden);
            Ok((place, Arc::new(entry)))
        })
        .collect::<Result<_, Error>>()?;
    let mut feeds = Vec::new();
    for groups in &harvest.groups {
        for (name, members) in groups.sorted() {
            let entry = |place| entries.get(&place).map(Arc::clone);
            let members = members.filter_map(|(place, article)| Some((article, entry(place)?)));
            let members: Vec<(&Article, Arc<Entry>)> = members.collect();
            if members.len() >= settings.min_items {
                feeds.extend(Feed::assemble(&settings.site, groups.kind(), name, &members));
            }
        }
    }
    let findings = Findings { counts, diagnostics };
    Ok(Build { feeds, findings, private: harvest.private })
}

/// A warning for each article that a newer or earlier file with the same identity stands for.
fn duplicates(files: &[PathBuf], mut ranks: Vec<Rank>) -> Vec<Diagnostic> {
    ranks.sort_unstable_by_key(|&rank| (rank.id, rank));
    let path = |rank: &Rank| files.get(rank.place).cloned().unwrap_or_default();
    let same = ranks.chunk_by(|one, other| one.id == other.id);
    let pairs = same.filter_map(|same| same.split_first());
    pairs
        .flat_map(|(first, others)| others.iter().map(move |other| (first, other)))
        .map(|(first, other)| {
            Diagnostic::of_file(path(other), Problem::Duplicate { kept: path(first) })
        })
        .collect()
}

/// The feeds in parts that can be rendered at once; at least one feed each.
fn batches(feeds: &[Feed]) -> impl Iterator<Item = &[Feed]> {
    let mut rest = feeds;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |feed: &&Feed| {
            bytes += feed.entries.iter().map(|entry| entry.content.len()).sum::<usize>();
            bytes <= RENDERED_AT_ONCE
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (batch, others) = rest.split_at_checked(count)?;
        rest = others;
        Some(batch)
    })
}

/// The files of some feeds, in the order of the feeds.
fn render(
    settings: &Settings,
    feeds: &[Feed],
    stop: &(impl Fn() -> bool + Sync),
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let each = |feed: &Feed, format: Format| {
        let file = format.file(feed);
        if stop() {
            return Err(Error::Interrupted);
        }
        match format.render(feed) {
            Ok(bytes) => Ok((file, bytes)),
            Err(source) => Err(Error::Render { file, source }),
        }
    };
    feeds
        .par_iter()
        .flat_map_iter(|feed| settings.formats.iter().map(move |&format| each(feed, format)))
        .collect()
}

/// A source inside the output folder would be taken for what feedmill wrote.
fn refuse_overlap(settings: &Settings) -> Result<(), Error> {
    let output = resolved(&settings.output)?;
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

impl Build {
    /// The names of all files, relative to the output folder.
    fn file_names(&self, formats: &[Format]) -> BTreeSet<String> {
        let feeds = self.feeds.iter();
        feeds.flat_map(|feed| formats.iter().map(|&format| format.file(feed))).collect()
    }
}

impl FeedReport {
    fn new(feed: &Feed, formats: &[Format]) -> Option<FeedReport> {
        Some(FeedReport {
            title: feed.title.clone(),
            files: formats.iter().map(|&format| format.file(feed)).collect(),
            entries: feed.entries.len(),
            newest: feed.entries.first()?.published,
        })
    }
}
