//! Publishing of feeds: renders those that may have changed, and hands them to the publisher part
//! by part.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use uuid::Uuid;

use super::assemble::{self, BuildError, BuiltFeed};
use super::plan::{PlannedFeed, file_names};
use super::scan::Scan;
use super::{Faults, Publishing};
use crate::cache::FeedRecord;
use crate::error::{Error, Refusal};
use crate::feed::Feed;
use crate::format::Format;
use crate::listing::{self, FeedPages, Outline};
use crate::progress::{Monitor, Progress};
use crate::publish::{self, Mode, Publisher, Removals};
use crate::settings::Settings;

/// Articles that are read as a whole before their feeds are rendered, about.
const ARTICLES_PER_PART: usize = 2 * 1024;

/// Bytes of content that are rendered before they are handed to the publisher, about.
const RENDERED_BYTES_PER_PART: usize = 16 * 1024 * 1024;

/// The feeds that were handed to the publisher.
#[derive(Default)]
pub(super) struct PublishedFeeds {
    /// By the index of the feed among the planned ones.
    pub(super) outlines: BTreeMap<usize, Outline>,
    /// For the cache of the next run.
    pub(super) records: Vec<FeedRecord>,
    /// The files of the built feeds whose bodies lack something, and how many lines of them do.
    pub(super) gaps: BTreeMap<usize, usize>,
    /// The files of the built feeds without a page in the rendered site.
    pub(super) without_page: BTreeSet<usize>,
}

/// A feed that must be built.
struct FreshFeed<'a> {
    /// Its index among the planned feeds.
    index: usize,
    /// A digest of everything that it depends on, if the next run can know it without reading.
    inputs: Option<Uuid>,
    planned: PlannedFeed<'a>,
}

/// A file of a feed that has been rendered.
pub(super) struct RenderedFile {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Hands every feed to the publisher, and the files that list them.
///
/// # Errors
///
/// [`BuildError::Changed`] if articles changed after the scan; nothing has been replaced then.
pub(super) fn publish_feeds(
    scan: &Scan<'_>,
    publishing: Publishing,
    publisher: &mut Publisher,
    monitor: &impl Monitor,
) -> Result<PublishedFeeds, BuildError> {
    let settings = scan.settings;
    let planned = scan.planned(settings.min_items);
    if let Some(refusal) = plan_removals(scan, publishing, publisher, &planned)? {
        return Err(refused(refusal, publishing, scan).into());
    }
    let pages = FeedPages::new(&settings.site, &settings.formats);
    let mut done = PublishedFeeds::default();
    let fresh = keep_unchanged(scan, planned, publisher, &mut done);
    monitor.progress(Progress::Feeds(fresh.len()));
    for part in parts(&fresh, ARTICLES_PER_PART, |feed| feed.planned.len()) {
        let planned: Vec<&PlannedFeed<'_>> = part.iter().map(|feed| &feed.planned).collect();
        let built = assemble::feeds(scan, &planned, monitor)?;
        done.gaps.extend(built.iter().flat_map(|built| &built.gaps));
        done.without_page.extend(built.iter().flat_map(|built| &built.without_page));
        let mut fresh = part.iter();
        for built in parts(&built, RENDERED_BYTES_PER_PART, content_bytes) {
            let rendered = render(&settings.formats, &pages, built, monitor)?;
            for ((built, files), fresh) in built.iter().zip(rendered).zip(&mut fresh) {
                let stage = |file: RenderedFile| {
                    if monitor.stop() {
                        return Err(Error::Interrupted);
                    }
                    publisher.stage(&file.name, &file.bytes)
                };
                let hashes = files.into_iter().map(stage).collect::<Result<_, Error>>()?;
                monitor.progress(Progress::Feed);
                let by = fresh.planned.set.by;
                let Some(outline) = Outline::new(&built.feed, by, &settings.formats) else {
                    continue;
                };
                // A date to come will change the feed without a change of any article.
                if let (Some(inputs), Some(latest)) = (fresh.inputs, built.latest)
                    && latest <= settings.selection.now
                {
                    done.records.push(FeedRecord::new(
                        inputs,
                        latest,
                        &outline,
                        hashes,
                        &built.pages,
                    ));
                }
                done.outlines.insert(fresh.index, outline);
            }
        }
    }
    stage_lists(settings, publisher, &mut done.outlines)?;
    Ok(done)
}

/// Hands the files that list feeds to the publisher.
pub(super) fn stage_lists(
    settings: &Settings,
    publisher: &mut Publisher,
    feeds: &mut BTreeMap<usize, Outline>,
) -> Result<(), Error> {
    // Nobody is sent to a file that feedmill did not write.
    for outline in feeds.values_mut() {
        outline.page = outline.page.take().filter(|page| !publisher.is_foreign(page));
    }
    let is_ours = |feed: &&Outline| feed.files.iter().all(|file| !publisher.is_foreign(file));
    let outlines: Vec<&Outline> = feeds.values().filter(is_ours).collect();
    if settings.site.index && !outlines.is_empty() {
        for (name, bytes) in listing::files(&settings.site, &settings.formats, &outlines)? {
            publisher.stage(name, &bytes)?;
        }
    }
    Ok(())
}

/// The names of all files of a run with feeds at these locations.
pub(super) fn names_to_keep(
    settings: &Settings,
    locations: impl Iterator<Item = String>,
) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        locations.flat_map(|location| file_names(settings, &location)).collect();
    if settings.site.index && !names.is_empty() {
        names.extend(listing::FILES.map(|file| file.name.to_owned()));
    }
    names
}

/// Tells the publisher the names of all files that stay. Returns why it refuses to remove others.
fn plan_removals(
    scan: &Scan<'_>,
    publishing: Publishing,
    publisher: &mut Publisher,
    planned: &[PlannedFeed<'_>],
) -> Result<Option<Refusal>, Error> {
    let settings = scan.settings;
    let names = names_to_keep(settings, planned.iter().map(PlannedFeed::location));
    let hold = scan.stats.is_partial() && publishing.removals != Removals::Allow;
    let removals = if hold { Removals::Hold } else { publishing.removals };
    publisher.plan(&names, removals, |feed| scan.private.are_named_in(feed))
}

/// Leaves the files of feeds alone whose inputs have not changed since the run before. Returns the
/// other feeds.
fn keep_unchanged<'a>(
    scan: &Scan<'_>,
    planned: Vec<PlannedFeed<'a>>,
    publisher: &mut Publisher,
    done: &mut PublishedFeeds,
) -> Vec<FreshFeed<'a>> {
    let settings = scan.settings;
    let mut fresh = Vec::new();
    for (index, planned) in planned.into_iter().enumerate() {
        let inputs = scan.inputs(&planned);
        let known = inputs.and_then(|inputs| scan.cached_feed(inputs));
        let known = known.and_then(|record| Some((record, planned.outline(record, settings)?)));
        let names = planned.file_names(settings);
        match known {
            Some((record, outline))
                if record.hashes.len() == names.len()
                    && publisher.keep(names.iter().zip(record.hashes.iter().copied())) =>
            {
                done.outlines.insert(index, outline);
                done.records.push(record.clone());
            }
            _ => fresh.push(FreshFeed { index, inputs, planned }),
        }
    }
    fresh
}

/// The files of each feed: one for each format, then its page.
fn render(
    formats: &[Format],
    pages: &FeedPages<'_>,
    feeds: &[BuiltFeed],
    monitor: &impl Monitor,
) -> Result<Vec<Vec<RenderedFile>>, Error> {
    feeds.par_iter().map(|built| render_feed(formats, pages, &built.feed, monitor)).collect()
}

/// The files of a feed: one for each format, then its page.
pub(super) fn render_feed(
    formats: &[Format],
    pages: &FeedPages<'_>,
    feed: &Feed,
    monitor: &impl Monitor,
) -> Result<Vec<RenderedFile>, Error> {
    let format = |&format: &Format| {
        let name = format.file(feed);
        if monitor.stop() {
            return Err(Error::Interrupted);
        }
        match format.render(feed) {
            Ok(bytes) => Ok(RenderedFile { name, bytes }),
            Err(source) => Err(Error::Render { file: name, source }),
        }
    };
    let page = || {
        let name = feed.page.clone()?;
        Some(pages.render(feed).map(|bytes| RenderedFile { name, bytes }))
    };
    formats.iter().map(format).chain(page()).collect()
}

fn content_bytes(built: &BuiltFeed) -> usize {
    built.feed.entries.iter().map(|entry| entry.content.len()).sum()
}

/// Parts of a slice whose items have a size of about `max` together; at least one item each.
fn parts<T>(all: &[T], max: usize, size: impl Fn(&T) -> usize) -> impl Iterator<Item = &[T]> {
    let mut rest = all;
    std::iter::from_fn(move || {
        let mut sum = 0;
        let fits = |item: &&T| {
            sum += size(item);
            sum <= max
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (part, others) = rest.split_at_checked(count)?;
        rest = others;
        Some(part)
    })
}

/// The error of a run that is refused.
pub(super) fn refused(refusal: Refusal, publishing: Publishing, scan: &Scan<'_>) -> Error {
    // The cache must forget what has become private, even so. A warning would hide the refusal.
    let _ = write_cache(Publishing { faults: Faults::All, ..publishing }, scan, &[]);
    Error::Refused { refusal, stats: Box::new(scan.stats.clone()) }
}

/// Writes the cache for the next run. The error is a warning.
pub(super) fn write_cache(
    publishing: Publishing,
    scan: &Scan<'_>,
    feeds: &[FeedRecord],
) -> Result<(), String> {
    match scan.new_cache(feeds, publishing.faults).filter(|_| publishing.mode == Mode::Write) {
        Some(cache) => publish::write_cache(cache.path, cache.parts()),
        None => Ok(()),
    }
}
