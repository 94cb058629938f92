//! The first of three stages past one machine: articles become lines, one for each group that an article
//! may be in the feed of.
//!
//! A mapper knows a part of the articles alone. It writes the newest of each group that it has seen, as many
//! as the feed may have: whatever the other parts hold, no feed needs more. A line that is written too
//! early costs time and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use rayon::prelude::*;

use super::assemble::is_due;
use super::bodies;
use super::media_sizes;
use super::private_urls::PrivateArticles;
use super::scan::{PartialScan, Scan};
use super::source_files::HeldRecord;
use super::threads;
use crate::error::Error;
use crate::exchange::{self, MapCount, Order, SettingsMark, Shard, Stage};
use crate::feed::group::{Groups, Rank};
use crate::feed::{Entry, FeedSet, Member, OpenEntry};
use crate::objects;
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::source::{self, Listing, ReadError};
use crate::stats::Stats;
use crate::types::{FeedSlug, FeedSlugs, Outcome, limits};

/// Where a mapper finds its articles.
#[derive(Debug)]
pub enum MapInput<R> {
    /// In the source of the settings.
    Source,
    /// In these files.
    Files(Vec<PathBuf>),
    /// In NDJSON that is piped in.
    Records(R),
}

/// How a mapper works.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    /// The part of the work, if it is named. Of the source, only this part is read.
    pub shard: Option<Shard>,
    /// Bytes that a mapper of records may take up before it writes lines early, about.
    pub memory: usize,
}

/// A mapper at work.
struct Mapper<'s, W> {
    scan: Scan<'s>,
    mapping: Mapping,
    output: W,
    /// What all files so far hold together, but for the articles whose lines are written.
    found: Box<PartialScan>,
    /// The lines of all files before this one are written, as far as they are needed.
    written: usize,
    /// Tells this part of the work from others.
    id: DefaultHasher,
}

/// An article, and the groups whose feeds may need it.
struct MappedArticle<'g> {
    rank: Rank,
    groups: Vec<MappedGroup<'g>>,
}

struct MappedGroup<'g> {
    set: &'g FeedSet,
    slug: &'g FeedSlug,
    /// The provider of the article, if the feeds limit it.
    provider: Option<&'g FeedSlug>,
}

/// Articles whose lines are made before they are written.
const ARTICLES_PER_PART: usize = 128;

/// Writes the lines of a part of the articles, and returns what was found there.
///
/// # Errors
///
/// If the source cannot be read, the lines cannot be written, or `monitor` says to stop.
pub fn map(
    settings: &Settings,
    input: MapInput<impl BufRead + Send>,
    mapping: Mapping,
    output: impl Write + Send,
    monitor: &impl Monitor,
) -> Result<Stats, Error> {
    let settings = &Settings { cache: None, ..settings.clone() };
    threads(settings)?.install(|| {
        let listing = match &input {
            MapInput::Source => {
                let Settings { source, output, excluded, .. } = settings;
                source::list(source, output, excluded, || monitor.stop())?
            }
            MapInput::Files(files) => listing_of(files, settings)?,
            MapInput::Records(_) => Listing::default(),
        };
        let mut mapper = Mapper {
            scan: Scan::unread(settings, listing, monitor)?,
            mapping,
            output,
            found: Box::new(PartialScan::new(settings)),
            written: 0,
            id: DefaultHasher::new(),
        };
        mapper.write(&SettingsMark::new(settings).line())?;
        match input {
            MapInput::Source => mapper.map_files(mapping.shard, monitor)?,
            MapInput::Files(_) => mapper.map_files(None, monitor)?,
            MapInput::Records(records) => mapper.map_records(records, monitor)?,
        }
        mapper.finish()
    })
}

/// The listing of files that are given by name, in the order of their places.
fn listing_of(files: &[PathBuf], settings: &Settings) -> Result<Listing, Error> {
    if let Some(path) = files.iter().find(|path| objects::is_address(path)) {
        let reason = "--files-from takes files of this machine; name the folder of the objects as SOURCE, and \
                      its parts with --shard";
        let source = io::Error::new(io::ErrorKind::Unsupported, reason);
        return Err(Error::Source { path: path.clone(), source });
    }
    let mut files: Vec<(String, &PathBuf)> =
        files.iter().map(|path| (exchange::file_place(&settings.source, path), path)).collect();
    files.sort_unstable();
    files.dedup();
    let files = files.into_iter().map(|(_, path)| path.clone()).collect();
    Ok(Listing { files, ..Listing::default() })
}

impl<W: Write> Mapper<'_, W> {
    fn write(&mut self, text: &str) -> Result<(), Error> {
        self.output.write_all(text.as_bytes()).map_err(Error::Output)
    }

    /// Maps the files of a part of the source.
    fn map_files(&mut self, part: Option<Shard>, monitor: &impl Monitor) -> Result<(), Error> {
        let count = self.scan.files.len();
        let range = part.map_or(0..count, |part| part.range(count));
        for file in range.clone() {
            self.id.write(self.scan.files.name(file).as_os_str().as_encoded_bytes());
        }
        let read = self.scan.read_in_order(range, monitor)?;
        self.add(read)?;
        // What cannot be listed belongs to no file, and is reported once.
        if part.is_none_or(Shard::is_first) {
            let unlisted = std::mem::take(&mut self.scan.unlisted);
            self.found.counts.files += unlisted.len();
            self.found.counts.faulty += unlisted.len();
            self.found.diagnostics.extend(unlisted);
        }
        self.flush(monitor)
    }

    /// Maps records as they come in.
    fn map_records(
        &mut self,
        mut records: impl BufRead,
        monitor: &impl Monitor,
    ) -> Result<(), Error> {
        let memory = self.mapping.memory;
        let (mut line, mut held) = (0, 0);
        loop {
            let (batch, bytes) = read_batch(&mut records, memory / 32, &mut line)?;
            if batch.is_empty() {
                return self.flush(monitor);
            }
            for record in &batch {
                self.id.write_usize(record.bytes.len());
                // Both ends tell records apart; to hash all of them would take as long as to read them.
                let bytes = &record.bytes;
                self.id.write(bytes.first_chunk::<64>().map_or(bytes, |chunk| chunk.as_slice()));
                self.id.write(bytes.last_chunk::<64>().map_or(bytes, |chunk| chunk.as_slice()));
            }
            let files = self.scan.files.hold(batch);
            self.add(self.scan.read(files, Some(&self.found), monitor)?)?;
            held += bytes;
            if held > memory / 2 {
                held = self.make_room(monitor)?;
            }
        }
    }

    /// Lets go of the records that are in no group any more, and writes the lines of the others early if they
    /// are still too many. Returns the bytes of those that are left.
    fn make_room(&mut self, monitor: &impl Monitor) -> Result<usize, Error> {
        let memory = self.mapping.memory;
        let needed = self.needed();
        let places = self.members().count() * BYTES_PER_PLACE;
        let held = self.scan.files.keep_held(&needed);
        if places <= memory / 8 && held <= memory / 4 {
            return Ok(held);
        }
        self.flush(monitor)?;
        // Groups remember their newest articles, so that older ones still cost no line. So many groups that
        // there is no room for that start again.
        if places > memory / 8 {
            for groups in &mut self.found.groups {
                groups.clear();
            }
        }
        Ok(self.scan.files.keep_held(&BTreeSet::new()))
    }

    /// The files that are in a group and whose lines are not written.
    fn needed(&self) -> BTreeSet<usize> {
        self.members().filter(|&file| file >= self.written).collect()
    }

    /// The file of each member of each group.
    fn members(&self) -> impl Iterator<Item = usize> {
        let groups = self.found.groups.iter().flat_map(Groups::partial);
        groups.flat_map(|(_, members)| members.map(|(_, rank)| rank.file))
    }

    /// Takes in what some files hold.
    fn add(&mut self, part: Box<PartialScan>) -> Result<(), Error> {
        let empty = Box::new(PartialScan::default());
        let mut found = std::mem::replace(&mut self.found, empty).merge(*part);
        // Copies of an article in other parts are not known, so neither is the number of duplicates.
        found.ranks = Vec::new();
        found.slugs.settle();
        for digest in std::mem::take(&mut found.private).digests() {
            self.write(&exchange::private_line(digest))?;
        }
        found.diagnostics.truncate(MapCount::MAX_DIAGNOSTICS);
        self.found = found;
        Ok(())
    }

    /// Writes the lines of all articles that are in a group, unless they are written.
    fn flush(&mut self, monitor: &impl Monitor) -> Result<(), Error> {
        let Mapper { scan, output, found, written, .. } = self;
        let mut articles: BTreeMap<usize, MappedArticle<'_>> = BTreeMap::new();
        for groups in &found.groups {
            let set = groups.feed_set();
            for (slug, members) in groups.partial() {
                for (provider, rank) in members.filter(|(_, rank)| rank.file >= *written) {
                    let article = articles.entry(rank.file);
                    let article =
                        article.or_insert_with(|| MappedArticle { rank, groups: Vec::new() });
                    article.groups.push(MappedGroup { set, slug, provider });
                }
            }
        }
        let articles: Vec<MappedArticle<'_>> = articles.into_values().collect();
        for part in articles.chunks(ARTICLES_PER_PART) {
            let init = || (FeedSlugs::default(), Vec::new());
            let lines = part.par_iter().map_init(init, |(slugs, buffer), article| {
                if monitor.stop() {
                    return Err(Error::Interrupted);
                }
                article.lines(scan, slugs, buffer)
            });
            for lines in lines.collect::<Result<Vec<String>, Error>>()? {
                output.write_all(lines.as_bytes()).map_err(Error::Output)?;
            }
        }
        *written = scan.files.len();
        Ok(())
    }

    /// Writes the counts, which say that this part is complete.
    fn finish(mut self) -> Result<Stats, Error> {
        let PartialScan { groups, counts, diagnostics, .. } = std::mem::take(&mut *self.found);
        let mut stats = Stats { counts, diagnostics };
        stats.diagnostics.sort_unstable();
        for groups in &groups {
            stats.counts.ungrouped.insert(groups.feed_set().by, groups.ungrouped);
        }
        let count = MapCount::new(&stats.counts, &stats.diagnostics);
        let id = match self.mapping.shard {
            Some(shard) => shard.to_string(),
            None => format!("{:016x}", self.id.finish()),
        };
        self.write(&exchange::count_line(&id, &exchange::json(&count)))?;
        if let Some(shard) = self.mapping.shard {
            self.write(&exchange::shard_line(Stage::Map, shard))?;
        }
        self.output.flush().map_err(Error::Output)?;
        Ok(stats)
    }
}

/// Bytes that the place of an article in a group takes up, about.
const BYTES_PER_PLACE: usize = 192;

/// Reads about so many bytes of records. Returns them and their bytes; none at the end.
fn read_batch(
    input: &mut impl BufRead,
    max: usize,
    number: &mut usize,
) -> Result<(Vec<HeldRecord>, usize), Error> {
    let (mut batch, mut size, mut bytes) = (Vec::new(), 0, Vec::new());
    while size <= max {
        bytes.clear();
        read_line(input, &mut bytes).map_err(Error::Input)?;
        if bytes.is_empty() {
            break;
        }
        *number += 1;
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").filter(|_| *number == 1).unwrap_or(&bytes);
        let text = text.trim_ascii();
        if !text.is_empty() {
            size += text.len();
            batch.push(HeldRecord { line: *number, bytes: text.into() });
        }
    }
    Ok((batch, size))
}

/// Reads a line. Of one that is too long it reads the beginning, which is no record, and passes over the rest.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<()> {
    // The bytes of an article take up to six times as much in a string.
    let max = usize::try_from(6 * limits::FILE_BYTES).unwrap_or(usize::MAX);
    loop {
        let bytes = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        // The standard library takes ten times as long to find the end.
        let end = memchr::memchr(b'\n', bytes);
        let part = end.and_then(|end| bytes.get(..=end)).unwrap_or(bytes);
        line.extend_from_slice(part.get(..max.saturating_sub(line.len())).unwrap_or(part));
        let length = part.len();
        input.consume(length);
        if end.is_some() || length == 0 {
            return Ok(());
        }
    }
}

impl MappedArticle<'_> {
    /// The lines of the article: one for each group. None if it has changed since it was read first; the
    /// next run will have it.
    fn lines(
        &self,
        scan: &Scan<'_>,
        slugs: &mut FeedSlugs,
        buffer: &mut Vec<u8>,
    ) -> Result<String, Error> {
        let file = self.rank.file;
        let contents = match scan.files.read(file, buffer) {
            Ok(contents) => contents,
            Err(ReadError::File(_)) => return Ok(String::new()),
            Err(ReadError::Source(error)) => return Err(error),
        };
        let mut article = match scan.parse(file, &contents, slugs) {
            Outcome::Article((meta, article), _) if Rank::new(&meta, file) == self.rank => article,
            _ => return Ok(String::new()),
        };
        bodies::expand(scan, file, contents.bytes, &mut article);
        let settings = scan.settings;
        let place = scan.place(file, &contents);
        let order = Order::new(self.rank.published, self.rank.id, place).text();
        let (site, selection) = (&settings.site, &settings.selection);
        article.updated = article.updated.filter(|&date| selection.is_due(date));
        let mut entry = Entry::new(&article, site, settings.content, slugs, |_| true);
        media_sizes::add_sizes(&mut entry, settings);
        let entry = OpenEntry::new(&article, entry, |related| !is_due(related, selection));
        let entry = exchange::json(&entry);
        let line = |group: &MappedGroup<'_>| {
            let &MappedGroup { set, slug, provider } = group;
            let member = Member::new(site, set.by, slug, provider, &article);
            let json = exchange::joined(&exchange::json(&member), &entry);
            exchange::line(&exchange::key(set.by, slug), &order, &json)
        };
        Ok(self.groups.iter().map(line).collect())
    }
}

/// Takes in the digests of private addresses that another process has written into files.
pub(super) fn read_private(files: &[PathBuf], private: &mut PrivateArticles) -> Result<(), Error> {
    for path in files {
        for digest in exchange::private_digests(path)? {
            private.add_digest(digest);
        }
    }
    Ok(())
}
