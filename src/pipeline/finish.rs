//! The last of three stages past one machine: the lines of all reducers become what a run leaves beside the
//! feeds. It lists them, removes those whose groups are gone, and reports.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::PathBuf;

use super::map::read_private;
use super::output_folder;
use super::plan::file_names;
use super::private_urls::PrivateArticles;
use super::publish_feeds::{names_to_keep, stage_lists};
use super::{Gaps, Report, threads};
use crate::error::{Error, LineFault, Refusal};
use crate::exchange::{self, Line, Lines, MapCount, PlacedFeed, SettingsMark, Shard, Stage};
use crate::listing::Outline;
use crate::progress::Monitor;
use crate::publish::{Access, Locking, Mode, Publisher, Removals};
use crate::settings::Settings;
use crate::stats::Stats;
use crate::types::FeedSlug;

/// How the last stage works.
#[derive(Clone, Debug)]
pub struct Finishing {
    /// What to do while others hold the lock.
    pub locking: Locking,
    /// Whether the run may remove more than half of the feeds, and do without parts that are missing.
    pub removals: Removals,
    /// Files with lines about private addresses.
    pub private: Vec<PathBuf>,
    /// Whether the time of the lines is taken for the current time.
    pub adopts_now: bool,
}

/// What the lines say together.
#[derive(Default)]
struct Work {
    mark: Option<SettingsMark>,
    private: PrivateArticles,
    shards: BTreeSet<(Stage, Shard)>,
    /// By the names of the parts: a part may be told of more than once.
    counts: BTreeMap<String, String>,
    /// By the index of the feed set, and the slug.
    feeds: BTreeMap<(usize, FeedSlug), PlacedFeed>,
}

/// Lists the feeds that reducers have published, and removes those whose groups are gone.
///
/// # Errors
///
/// As those of [`run`](super::run), and if the lines are damaged, of two runs or not complete. No feed is
/// removed then.
pub fn finish(
    settings: &Settings,
    input: impl BufRead + Send,
    finishing: &Finishing,
    monitor: &impl Monitor,
) -> Result<Report, Error> {
    output_folder::check(settings)?;
    threads(settings)?.install(|| finish_lines(settings, input, finishing, monitor))
}

fn finish_lines(
    settings: &Settings,
    input: impl BufRead,
    finishing: &Finishing,
    monitor: &impl Monitor,
) -> Result<Report, Error> {
    let mut work = Work::default();
    read_private(&finishing.private, &mut work.private)?;
    let mut settings = settings.clone();
    let mut lines = Lines::new(input);
    while let Some(line) = lines.next()? {
        if let (Line::Settings(mark), None, true) = (&line, &work.mark, finishing.adopts_now) {
            settings.selection.now = mark.now;
        }
        work.add(line, &settings, &lines)?;
    }
    work.mark.as_ref().ok_or(Error::NoSettings)?;
    let stats = work.stats(&settings)?;
    if let Some(refusal) = work.refusal(&settings, &stats, finishing.removals) {
        return Err(Error::Refused { refusal, stats: Box::new(stats) });
    }
    publish(&settings, work, stats, finishing, monitor)
}

impl Work {
    fn add(
        &mut self,
        line: Line,
        settings: &Settings,
        lines: &Lines<impl BufRead>,
    ) -> Result<(), Error> {
        match line {
            Line::Settings(mark) => {
                SettingsMark::new(settings).check(&mark)?;
                self.mark = Some(mark);
            }
            Line::Private(digest) => self.private.add_digest(digest),
            Line::Shard(stage, shard) => drop(self.shards.insert((stage, shard))),
            Line::Count { id, json } => drop(self.counts.insert(id, json)),
            Line::Member { .. } => return Err(lines.fault(LineFault::Unknown)),
            Line::Feed { key, feed } => {
                let group = exchange::group(&key, settings);
                let group = group.ok_or_else(|| lines.fault(LineFault::Unknown))?;
                match self.feeds.get(&group) {
                    Some(other) if !other.hashes().eq(feed.hashes()) => {
                        return Err(Error::TwoFeeds(key));
                    }
                    // The first of two reducers that did the same knows what was there before.
                    Some(other) if other.has_changed() => {}
                    _ => drop(self.feeds.insert(group, feed)),
                }
            }
        }
        Ok(())
    }

    /// What became of all files.
    fn stats(&mut self, settings: &Settings) -> Result<Stats, Error> {
        let mut stats = Stats::default();
        for json in std::mem::take(&mut self.counts).into_values() {
            let count: MapCount = exchange::value(&json).ok_or(Error::NoSettings)?;
            count.add_to(&mut stats, &settings.kinds);
        }
        stats.diagnostics.sort_unstable();
        Ok(stats)
    }

    /// Why nothing may be removed.
    fn refusal(&self, settings: &Settings, stats: &Stats, removals: Removals) -> Option<Refusal> {
        let missing = self.missing();
        let (count, max) = (self.feeds.len(), settings.max_feeds);
        let is_allowed = removals == Removals::Allow;
        if !missing.is_empty() && !is_allowed {
            Some(Refusal::Shards(missing))
        } else if !stats.counts.has_articles() && !is_allowed {
            Some(Refusal::NothingMapped)
        } else if count > max {
            Some(Refusal::Feeds { count, max })
        } else {
            None
        }
    }

    /// The parts that were named, by others of as many, and did not come.
    fn missing(&self) -> Vec<String> {
        let counts: BTreeSet<(Stage, usize)> =
            self.shards.iter().map(|(stage, shard)| (*stage, shard.count())).collect();
        let all = counts
            .into_iter()
            .flat_map(|(stage, count)| Shard::all(count).map(move |shard| (stage, shard)));
        let missing = all.filter(|part| !self.shards.contains(part));
        let name = |(stage, shard)| match stage {
            Stage::Map => format!("map --shard {shard}"),
            Stage::Reduce => format!("reduce --shard {shard}"),
        };
        missing.map(name).collect()
    }
}

/// Brings manifest, lists and removals up to date with the feeds.
fn publish(
    settings: &Settings,
    work: Work,
    stats: Stats,
    finishing: &Finishing,
    monitor: &impl Monitor,
) -> Result<Report, Error> {
    let Work { private, feeds, .. } = work;
    let stop = || monitor.stop();
    let (folder, locking) = (&settings.output, finishing.locking);
    let mut publisher = Publisher::open(folder, Mode::Write, locking, Access::Alone, stop)?;
    publisher.clean()?;
    let feeds: Vec<(Outline, PlacedFeed)> = feeds
        .into_iter()
        .filter_map(|((set, slug), feed)| {
            Some((feed.outline(settings, settings.kinds.get(set)?, &slug), feed))
        })
        .collect();
    let locations = feeds.iter().map(|(outline, _)| outline.location().to_owned());
    let names = names_to_keep(settings, locations);
    let is_allowed = finishing.removals == Removals::Allow;
    let removals =
        if stats.is_partial() && !is_allowed { Removals::Hold } else { finishing.removals };
    if let Some(refusal) = publisher.plan(&names, removals, |feed| private.are_named_in(feed))? {
        return Err(Error::Refused { refusal, stats: Box::new(stats) });
    }
    let mut outlines = BTreeMap::new();
    for (index, (outline, feed)) in feeds.into_iter().enumerate() {
        for (name, placed) in file_names(settings, outline.location()).iter().zip(&feed.files) {
            if monitor.stop() {
                return Err(Error::Interrupted);
            }
            if !publisher.receive(name, placed)? {
                return Err(Error::Changed(name.clone()));
            }
        }
        outlines.insert(index, outline);
    }
    stage_lists(settings, &mut publisher, &mut outlines)?;
    let publication = publisher.finish(settings.site.hub.is_some(), stop)?;
    Ok(Report {
        publication,
        feeds: outlines.into_values().collect(),
        stats,
        known_faults: BTreeSet::new(),
        cached: 0,
        gaps: Gaps::default(),
        without_page: 0,
    })
}
