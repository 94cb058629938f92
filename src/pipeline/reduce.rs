//! The second of three stages past one machine: sorted lines become the feeds of their groups, one group at a
//! time.
//!
//! Reducers run side by side and may run twice, so they leave lists, manifest and removals to the last stage.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::map::read_private;
use super::output_folder;
use super::private_urls::PrivateArticles;
use super::publish_feeds::{RenderedFile, render_feed};
use super::threads;
use crate::error::{Error, LineFault, Refusal};
use crate::exchange::{self, Line, Lines, Order, PlacedFeed, SettingsMark, Shard, Stage};
use crate::feed::group::{Members, Rank};
use crate::feed::{Entry, Feed, FeedSet, GroupFacts, Member, OpenEntry};
use crate::listing::{FeedPages, Outline};
use crate::progress::Monitor;
use crate::publish::{Access, Locking, Mode, Publisher};
use crate::settings::Settings;
use crate::stats::Stats;
use crate::types::FeedSlug;

/// How a reducer works.
#[derive(Clone, Debug)]
pub struct Reducing {
    /// What to do while a run that must be alone holds the lock.
    pub locking: Locking,
    /// The part of the groups, if it is named.
    pub shard: Option<Shard>,
    /// Files with lines about private addresses of other parts.
    pub private: Vec<PathBuf>,
    /// Whether the time of the lines is taken for the current time.
    pub adopts_now: bool,
}

/// A reducer at work.
struct Reducer<'s, W> {
    settings: &'s Settings,
    pages: FeedPages<'s>,
    private: PrivateArticles,
    publisher: Publisher,
    output: W,
    /// Lines to write once the files that wait have their places.
    lines: String,
    /// The feeds whose files wait for their places.
    waiting: Vec<WaitingFeed>,
    feeds: usize,
}

/// A feed whose files wait for their places.
struct WaitingFeed {
    key: String,
    outline: Outline,
    files: Vec<String>,
}

/// The articles of one group, as far as its feed may need them.
struct Group {
    key: String,
    set: usize,
    slug: FeedSlug,
    /// The order of the line that came last.
    last: Order,
    members: Members,
    /// By the numbers of their lines.
    json: BTreeMap<usize, String>,
    count: usize,
}

/// Files that wait for their places at once.
const FILES_PER_PART: usize = 64;

/// Publishes the feeds of the groups in sorted lines of [`map`](super::map()), and writes lines about them.
///
/// # Errors
///
/// If the lines are not sorted, damaged or made with other settings, if a feed cannot be written, or if
/// `monitor` says to stop. Every feed is whole then.
pub fn reduce(
    settings: &Settings,
    input: impl BufRead + Send,
    output: impl Write + Send,
    reducing: &Reducing,
    monitor: &impl Monitor,
) -> Result<(), Error> {
    output_folder::check(settings)?;
    threads(settings)?.install(|| reduce_lines(settings, input, output, reducing, monitor))
}

fn reduce_lines(
    settings: &Settings,
    input: impl BufRead,
    output: impl Write,
    reducing: &Reducing,
    monitor: &impl Monitor,
) -> Result<(), Error> {
    let mut lines = Lines::new(input);
    let mut head = Head::default();
    read_private(&reducing.private, &mut head.private)?;
    let mut settings = settings.clone();
    let first = loop {
        match lines.next()? {
            Some(Line::Settings(mark)) => {
                if reducing.adopts_now && head.mark.is_none() {
                    settings.selection.now = mark.now;
                }
                SettingsMark::new(&settings).check(&mark)?;
                head.mark = Some(mark);
            }
            Some(Line::Private(digest)) => head.private.add_digest(digest),
            Some(Line::Shard(stage, shard)) => head.text += &exchange::shard_line(stage, shard),
            Some(Line::Count { id, json }) => head.text += &exchange::count_line(&id, &json),
            Some(Line::Feed { .. }) => return Err(lines.fault(LineFault::Unknown)),
            Some(Line::Member { key, order, json }) => break Some((key, order, json)),
            None => break None,
        }
    };
    let mark = head.mark.as_ref().ok_or(Error::NoSettings)?;
    let Settings { output: folder, .. } = &settings;
    let stop = || monitor.stop();
    let mut reducer = Reducer {
        settings: &settings,
        pages: FeedPages::new(&settings.site, &settings.formats),
        publisher: Publisher::open(folder, Mode::Write, reducing.locking, Access::Shared, stop)?,
        private: head.private,
        output,
        lines: mark.line() + &head.text,
        waiting: Vec::new(),
        feeds: 0,
    };
    for digest in reducer.private.digests() {
        reducer.lines += &exchange::private_line(digest);
    }
    let mut group: Option<Group> = None;
    let mut next = first;
    while let Some((key, order, json)) = next {
        if monitor.stop() {
            return Err(Error::Interrupted);
        }
        if group.as_ref().is_some_and(|group| group.is_before(&key, &order)) {
            return Err(lines.fault(LineFault::Order));
        }
        if group.as_ref().is_none_or(|group| group.key != key)
            && let Some(done) = group.replace(
                Group::new(key, order.clone(), &settings)
                    .ok_or_else(|| lines.fault(LineFault::Unknown))?,
            )
        {
            reducer.publish(done, &lines, monitor)?;
        }
        let is_sound = group.as_mut().is_some_and(|group| group.add(order, json, &settings));
        if !is_sound {
            return Err(lines.fault(LineFault::Unknown));
        }
        next = match lines.next()? {
            Some(Line::Member { key, order, json }) => Some((key, order, json)),
            Some(_) => return Err(lines.fault(LineFault::Order)),
            None => None,
        };
    }
    if let Some(done) = group {
        reducer.publish(done, &lines, monitor)?;
    }
    if let Some(shard) = reducing.shard {
        reducer.lines += &exchange::shard_line(Stage::Reduce, shard);
    }
    reducer.place(monitor)?;
    reducer.output.flush().map_err(Error::Output)
}

/// The lines before the members.
#[derive(Default)]
struct Head {
    mark: Option<SettingsMark>,
    private: PrivateArticles,
    /// Lines that are passed on.
    text: String,
}

impl Group {
    fn new(key: String, last: Order, settings: &Settings) -> Option<Group> {
        let (set, slug) = exchange::group(&key, settings)?;
        let (members, json) = (Members::default(), BTreeMap::new());
        Some(Group { key, set, slug, last, members, json, count: 0 })
    }

    /// Whether a line belongs before the last one of the group.
    fn is_before(&self, key: &str, order: &Order) -> bool {
        (key, order.text()) < (self.key.as_str(), self.last.text())
    }

    /// Adds an article if the feed may need it. Returns whether its line is sound.
    fn add(&mut self, order: Order, json: String, settings: &Settings) -> bool {
        let Some(set) = settings.kinds.get(self.set) else { return false };
        let Some(member) = exchange::value::<Member>(&json) else { return false };
        let provider = member.provider.as_deref().and_then(FeedSlug::parse);
        let rank = Rank { published: order.published, id: order.id, file: self.count };
        self.count += 1;
        self.last = order;
        if self.members.insert(rank, provider.as_ref(), set.limits()) {
            self.json.insert(rank.file, json);
        }
        true
    }

    /// Whether the feed has enough entries to be written.
    fn is_large_enough(&mut self, settings: &Settings) -> bool {
        let set = settings.kinds.get(self.set);
        set.is_some_and(|set| self.members.complete(set.limits()).len() >= settings.min_items)
    }

    /// The feed of the group; `None` if a line is damaged.
    fn feed(mut self, settings: &Settings, private: &PrivateArticles) -> Option<Feed> {
        let set: &FeedSet = settings.kinds.get(self.set)?;
        let ranks = self.members.complete(set.limits());
        let mut facts = GroupFacts::default();
        let mut entries: Vec<Arc<Entry>> = Vec::with_capacity(ranks.len());
        for rank in ranks {
            let json = self.json.remove(&rank.file)?;
            let Member { name, icon, .. } = exchange::value(&json)?;
            let entry: OpenEntry = exchange::value(&json)?;
            if entries.is_empty() {
                facts.name = name;
            }
            facts.icon = facts.icon.or(icon);
            entries.push(Arc::new(entry.close(|key| private.has_key(key))));
        }
        Feed::assemble(&settings.site, set, &self.slug, facts, entries)
    }
}

impl<W: Write> Reducer<'_, W> {
    /// Publishes the feed of a group, of which all lines have come.
    fn publish(
        &mut self,
        mut group: Group,
        lines: &Lines<impl BufRead>,
        monitor: &impl Monitor,
    ) -> Result<(), Error> {
        let settings = self.settings;
        let (key, set) = (group.key.clone(), group.set);
        if !group.is_large_enough(settings) {
            return Ok(());
        }
        let feed = group.feed(settings, &self.private);
        let feed = feed.ok_or_else(|| lines.fault(LineFault::Unknown))?;
        self.feeds += 1;
        if self.feeds > settings.max_feeds {
            let refusal = Refusal::Feeds { count: self.feeds, max: settings.max_feeds };
            return Err(Error::Refused { refusal, stats: Box::new(Stats::default()) });
        }
        let mut files = Vec::new();
        for RenderedFile { name, bytes } in
            render_feed(&settings.formats, &self.pages, &feed, monitor)?
        {
            self.publisher.stage(&name, &bytes)?;
            files.push(name);
        }
        let by = settings.kinds.get(set).map(|set| set.by);
        let outline = by.and_then(|by| Outline::new(&feed, by, &settings.formats));
        self.waiting.extend(outline.map(|outline| WaitingFeed { key, outline, files }));
        if self.publisher.waiting() >= FILES_PER_PART { self.place(monitor) } else { Ok(()) }
    }

    /// Puts the files in their places, and then tells of them.
    fn place(&mut self, monitor: &impl Monitor) -> Result<(), Error> {
        self.publisher.place(|| monitor.stop())?;
        for WaitingFeed { key, outline, files } in self.waiting.drain(..) {
            let placed = files.iter().filter_map(|name| self.publisher.placed_file(name)).collect();
            let json = exchange::json(&PlacedFeed::new(&outline, placed));
            self.lines += &exchange::line(&key, "=", &json);
        }
        let lines = std::mem::take(&mut self.lines);
        self.output.write_all(lines.as_bytes()).map_err(Error::Output)
    }
}
