//! The lines that `map`, `reduce` and `finish` exchange. Any program that sorts lines by their bytes
//! can carry them.
//!
//! ```text
//! !settings  TAB  JSON                    what every command must agree about
//! !private   TAB  DIGEST                  an address that nobody may hear of
//! !shard     TAB  STAGE  TAB  I/N         a part of the work that was named, and is done
//! !count     TAB  ID     TAB  JSON        what became of the files of one mapper
//! KEY        TAB  ORDER  TAB  JSON        a member of a group, from `map`
//! KEY        TAB  =      TAB  JSON        a feed that was published, from `reduce`
//! ```
//!
//! `KEY` is the kind and the slug of a group, as in `topic/ai`. The order of the bytes of `ORDER` is that of
//! the entries of a feed. Lines that begin with `!` come first.

mod order;
mod shard;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use self::order::{Order, file_place, record_place};
pub use self::shard::{Shard, ShardError};
use crate::error::{Error, LineFault};
use crate::feed::{FeedSet, Grouping};
use crate::listing::Outline;
use crate::publish::PlacedFile;
use crate::settings::Settings;
use crate::source;
use crate::stats::{Counts, Stats};
use crate::types::{Diagnostic, FeedSlug, Finding, Reason, Timestamp, WebUrl, guid};

/// What all commands of a run must agree about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SettingsMark {
    version: String,
    configuration: Uuid,
    pub(crate) now: Timestamp,
}

/// A line.
#[derive(Debug)]
pub(crate) enum Line {
    Settings(SettingsMark),
    Private(Uuid),
    Shard(Stage, Shard),
    Count { id: String, json: String },
    Member { key: String, order: Order, json: String },
    Feed { key: String, feed: PlacedFeed },
}

/// A command whose work is done in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Map,
    Reduce,
}

/// A feed that was published, for the lists of feeds and the manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PlacedFeed {
    name: String,
    title: String,
    home: WebUrl,
    entries: usize,
    newest: Timestamp,
    newest_title: String,
    newest_link: WebUrl,
    /// One for each format, then the page.
    pub(crate) files: Vec<PlacedFile>,
}

/// What became of the files of one mapper.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MapCount {
    files: usize,
    articles: usize,
    faulty: usize,
    left_out: BTreeMap<Reason, usize>,
    ungrouped: BTreeMap<String, usize>,
    diagnostics: Vec<(PathBuf, Finding)>,
}

/// Bytes of one line, at most.
const LINE_BYTES: u64 = 256 * 1024 * 1024;

impl SettingsMark {
    pub(crate) fn new(settings: &Settings) -> SettingsMark {
        let Settings { selection, kinds, formats, site, content, .. } = settings;
        let Settings { min_items, max_feeds, options, .. } = settings;
        let mut selection = selection.clone();
        let now = std::mem::take(&mut selection.now);
        // Where the articles lie differs from part to part.
        let mut options = options.clone();
        options.site_context.roots = Vec::new();
        if let Some(permalinks) = &mut options.permalinks {
            permalinks.root = PathBuf::new();
        }
        let facts = format!(
            "{selection:?} {kinds:?} {formats:?} {site:?} {content:?} {min_items} {max_feeds} {options:?}"
        );
        let configuration = guid::from_name(&Uuid::NAMESPACE_OID, facts.as_bytes());
        SettingsMark { version: env!("CARGO_PKG_VERSION").to_owned(), configuration, now }
    }

    /// In words, for the message about two of them.
    fn words(&self) -> String {
        let SettingsMark { version, configuration, now } = self;
        format!("feedmill {version}, --now {now}, configuration {configuration}")
    }

    /// # Errors
    ///
    /// Names both if they are not the same.
    pub(crate) fn check(&self, other: &SettingsMark) -> Result<(), Error> {
        if self == other {
            return Ok(());
        }
        Err(Error::TwoSettings { first: self.words(), second: other.words() })
    }
}

impl MapCount {
    /// At most this many diagnostics are passed on.
    pub(crate) const MAX_DIAGNOSTICS: usize = 10_000;

    pub(crate) fn new(counts: &Counts, diagnostics: &[Diagnostic]) -> MapCount {
        let ungrouped = counts.ungrouped.iter().map(|(by, count)| (by.name(), *count));
        let diagnostics =
            diagnostics.iter().map(|found| (found.path.clone(), found.finding.clone()));
        MapCount {
            files: counts.files,
            articles: counts.articles,
            faulty: counts.faulty,
            left_out: counts.left_out.clone(),
            ungrouped: ungrouped.collect(),
            diagnostics: diagnostics.take(MapCount::MAX_DIAGNOSTICS).collect(),
        }
    }

    /// Adds them to those of other mappers.
    pub(crate) fn add_to(self, stats: &mut Stats, kinds: &[FeedSet]) {
        let MapCount { files, articles, faulty, left_out, ungrouped, diagnostics } = self;
        stats.counts.add(&Counts { files, articles, faulty, left_out, ..Counts::default() });
        for by in kinds.iter().map(|set| set.by) {
            let count = ungrouped.get(&by.name()).copied().unwrap_or_default();
            *stats.counts.ungrouped.entry(by).or_default() += count;
        }
        let diagnostics = diagnostics.into_iter();
        stats.diagnostics.extend(diagnostics.map(|(path, finding)| Diagnostic { path, finding }));
    }
}

impl PlacedFeed {
    pub(crate) fn new(outline: &Outline, files: Vec<PlacedFile>) -> PlacedFeed {
        PlacedFeed {
            name: outline.name.clone(),
            title: outline.title.clone(),
            home: outline.home.clone(),
            entries: outline.entries,
            newest: outline.newest,
            newest_title: outline.newest_title.clone(),
            newest_link: outline.newest_link.clone(),
            files,
        }
    }

    /// The outline of the feed of a group.
    pub(crate) fn outline(&self, settings: &Settings, set: &FeedSet, slug: &FeedSlug) -> Outline {
        let location = set.location(slug);
        let formats = settings.formats.iter();
        Outline {
            by: set.by,
            name: self.name.clone(),
            title: self.title.clone(),
            home: self.home.clone(),
            files: formats.map(|format| format.file_at(&location)).collect(),
            page: settings.site.page_of(&location),
            entries: self.entries,
            newest: self.newest,
            newest_title: self.newest_title.clone(),
            newest_link: self.newest_link.clone(),
        }
    }

    /// Whether the reducer found other files in their places.
    pub(crate) fn has_changed(&self) -> bool {
        self.files.iter().any(PlacedFile::has_changed)
    }

    /// The hashes of its files, by which two reducers are known to have made the same feed.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = Option<Uuid>> {
        self.files.iter().map(|file| file.hash)
    }
}

/// The key of a group.
pub(crate) fn key(by: Grouping, slug: &FeedSlug) -> String {
    format!("{}/{slug}", by.name())
}

/// The feed set of a key by its index, and the slug of the group.
pub(crate) fn group(key: &str, settings: &Settings) -> Option<(usize, FeedSlug)> {
    let (name, slug) = key.split_once('/')?;
    let set = settings.kinds.iter().position(|set| set.by.name() == name)?;
    let mut parts = slug.split('/').map(FeedSlug::parse);
    let first = parts.next()??;
    let slug = match parts.next() {
        Some(second) => FeedSlug::combined(&first, &second?),
        None => first,
    };
    parts.next().is_none().then_some((set, slug))
}

/// The line of a value that has a key and an order.
pub(crate) fn line(key: &str, order: &str, json: &str) -> String {
    format!("{key}\t{order}\t{json}\n")
}

/// The JSON of two objects in one.
pub(crate) fn joined(first: &str, second: &str) -> String {
    let [first, second] = [first, second]
        .map(|object| object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')));
    match (first, second) {
        (Some(""), Some(only)) | (Some(only), Some("")) => format!("{{{only}}}"),
        (Some(first), Some(second)) => format!("{{{first},{second}}}"),
        _ => String::new(),
    }
}

/// The digests in a file of lines about private addresses. Other lines are passed over.
pub(crate) fn private_digests(path: &Path) -> Result<Vec<Uuid>, Error> {
    let failed = |source| Error::Source { path: path.to_owned(), source };
    let mut lines = BufReader::new(source::open(path).map_err(failed)?);
    let (mut digests, mut line) = (Vec::new(), String::new());
    while lines.read_line(&mut line).map_err(failed)? > 0 {
        let digest =
            line.strip_prefix("!private\t").map(|digest| Uuid::try_parse(digest.trim_end()));
        digests.extend(digest.and_then(Result::ok));
        line.clear();
    }
    Ok(digests)
}

/// A value as JSON. Nothing that is written fails to be.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A value from the JSON of a line.
pub(crate) fn value<'j, T: Deserialize<'j>>(json: &'j str) -> Option<T> {
    serde_json::from_str(json).ok()
}

impl SettingsMark {
    pub(crate) fn line(&self) -> String {
        format!("!settings\t{}\n", json(self))
    }
}

/// The line of a private address.
pub(crate) fn private_line(digest: Uuid) -> String {
    format!("!private\t{}\n", digest.simple())
}

/// The line of a part of the work that is done.
pub(crate) fn shard_line(stage: Stage, shard: Shard) -> String {
    let stage = if stage == Stage::Map { "map" } else { "reduce" };
    format!("!shard\t{stage}\t{shard}\n")
}

/// The line of the counts of a mapper.
pub(crate) fn count_line(id: &str, json: &str) -> String {
    format!("!count\t{id}\t{json}\n")
}

impl Line {
    fn parse(line: &str) -> Option<Line> {
        let (key, rest) = line.split_once('\t')?;
        if key == "!settings" {
            return value(rest).map(Line::Settings);
        } else if key == "!private" {
            return Uuid::try_parse(rest).ok().map(Line::Private);
        }
        let (order, json) = rest.split_once('\t')?;
        Some(match (key, order) {
            ("!shard", "map") => Line::Shard(Stage::Map, json.parse().ok()?),
            ("!shard", "reduce") => Line::Shard(Stage::Reduce, json.parse().ok()?),
            ("!count", id) => {
                value::<MapCount>(json)?;
                Line::Count { id: id.to_owned(), json: json.to_owned() }
            }
            (key, "=") => Line::Feed { key: key.to_owned(), feed: value(json)? },
            (key, order) if !key.starts_with('!') => {
                let (key, json) = (key.to_owned(), json.to_owned());
                Line::Member { key, order: Order::parse(order)?, json }
            }
            _ => return None,
        })
    }
}

/// Reads lines, with their numbers.
pub(crate) struct Lines<R> {
    input: R,
    number: usize,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Lines<R> {
        Lines { input, number: 0, buffer: Vec::new() }
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    ///
    /// If it is none of the lines above, or has no end.
    pub(crate) fn next(&mut self) -> Result<Option<Line>, Error> {
        self.number += 1;
        self.buffer.clear();
        let mut limited = (&mut self.input).take(LINE_BYTES);
        limited.read_until(b'\n', &mut self.buffer).map_err(Error::Input)?;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        let Some(line) = self.buffer.strip_suffix(b"\n") else {
            return Err(self.fault(LineFault::Cut));
        };
        let line = std::str::from_utf8(line).ok().and_then(Line::parse);
        line.map(Some).ok_or_else(|| self.fault(LineFault::Unknown))
    }

    /// The error about the line that was read last.
    pub(crate) fn fault(&self, fault: LineFault) -> Error {
        Error::Line { number: self.number, fault }
    }
}
