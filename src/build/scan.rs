//! The survey: every file is read once, and of each article only its card is kept; of those that
//! are in a group also the file, as far as there is room.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use uuid::Uuid;

use crate::article::{self, Article, Parsed, Visibility};
use crate::article::{ArticleMeta, GroupKey};
use crate::cache::{self, Cache, FeedRecord, Fingerprint, NewCache, Records};
use crate::error::Error;
use crate::feed::FeedSet;
use crate::feed::group::{Groups, Rank};
use crate::format::Format;
use crate::front_matter::Field;
use crate::listing::Outline;
use crate::progress::{Monitor, Progress};
use crate::settings::Settings;
use crate::site_generator::ReadOptions;
use crate::source::{self, Contents, Listing};
use crate::stats::{Counts, Stats};
use crate::types::date::Timestamp;
use crate::types::diagnostic::{Diagnostic, Finding, Problem};
use crate::types::id;
use crate::types::outcome::{Outcome, Reason};
use crate::types::slug::{FeedSlug, FeedSlugs};
use crate::types::url::WebUrl;

/// The bytes of a file, or why they cannot be had.
pub(super) type Bytes = Result<Vec<u8>, Problem>;

/// An article and the bytes of its file.
pub(super) type ArticleFile<'b> = (Box<Article>, &'b [u8]);

/// A feed that is to be made.
pub(super) struct PlannedFeed<'a> {
    pub(super) kind: &'a FeedSet,
    pub(super) name: &'a FeedSlug,
    /// Newest first.
    pub(super) members: &'a BTreeSet<Rank>,
    groups: &'a Groups,
}

impl PlannedFeed<'_> {
    /// Its files, relative to the output folder, in the order of the formats.
    pub(super) fn files(&self, formats: &[Format]) -> Vec<String> {
        let location = self.kind.location(self.name);
        formats.iter().map(|format| format.file_at(&location)).collect()
    }

    /// Its outline, if it is what it was at the run before.
    pub(super) fn outline(&self, memo: &FeedRecord, formats: &[Format]) -> Option<Outline> {
        Some(Outline {
            by: self.kind.by,
            name: memo.name.clone(),
            title: memo.title.clone(),
            home: WebUrl::parse(&memo.home).ok()?,
            files: self.files(formats),
            entries: self.len(),
            newest: self.members.first()?.published.whole_seconds(),
            newest_title: memo.newest_title.clone(),
        })
    }

    /// The provider of the article in the file at a place, if that matters.
    pub(super) fn provider(&self, place: usize) -> Option<&FeedSlug> {
        self.groups.provider(place)
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }
}

/// Files that are not any more what the survey saw, by place, and what they are now.
pub(super) struct ChangedFiles(pub(super) BTreeMap<usize, Bytes>);

/// What the files of a source hold together.
pub(super) struct Scan {
    listing: Listing,
    /// How files are read, with what some of them say about others.
    pub(super) options: ReadOptions,
    /// Files that changed while they were looked at, as they were read last. They are not read
    /// again, or a busy file could keep a run from ending.
    pinned: BTreeMap<usize, Bytes>,
    /// Files of members of groups, by place, as far as there was room.
    kept: HashMap<usize, KeptFile>,
    /// How often files had changed.
    repetitions: usize,
    /// What the files said at the run before.
    index: Option<Cache>,
    /// What they say now, for the next run.
    notes: Records,
    /// By kind, in the order of the settings.
    groups: Vec<Groups>,
    pub(super) findings: Stats,
    /// The identities of articles that nobody may hear of, and the spellings of their addresses.
    pub(super) private: HashSet<Uuid>,
    /// A digest of them, since links to them are in no feed; nil without an index.
    secrets: Uuid,
}

impl Scan {
    /// Reads the source.
    pub(super) fn of(settings: &Settings, watch: &impl Monitor) -> Result<Scan, Error> {
        let mut listing = source::scan(&settings.source, &settings.output, || watch.stop())?;
        let options = site_context(settings, &mut listing)?;
        let cache = settings.cache.as_ref();
        let index =
            cache.map(|cache| Cache::open(cache, &settings.source, &settings.output, &options));
        let scan = Scan {
            listing,
            options,
            pinned: BTreeMap::new(),
            kept: HashMap::new(),
            repetitions: 0,
            index,
            notes: Records::default(),
            groups: Vec::new(),
            findings: Stats::default(),
            private: HashSet::new(),
            secrets: Uuid::nil(),
        };
        scan.harvested(settings, watch)
    }

    /// Reads the source again, some files of which have changed meanwhile.
    pub(super) fn again(
        mut self,
        settings: &Settings,
        outdated: ChangedFiles,
        watch: &impl Monitor,
    ) -> Result<Scan, Error> {
        self.repetitions += 1;
        self.pinned.extend(outdated.0);
        self.kept.clear();
        self.harvested(settings, watch)
    }

    fn harvested(self, settings: &Settings, watch: &impl Monitor) -> Result<Scan, Error> {
        watch.progress(Progress::Files(self.listing.files.len()));
        let places = (0..self.listing.files.len()).into_par_iter();
        // Where names begin with dates the newest come first like this, and groups are full soon.
        let places = places.rev().with_min_len(FEW_FILES);
        let matters = settings.groupings();
        // In a box, since it is handed on from file to file.
        let nothing = || Box::new(PartialScan::new(settings));
        let room = AtomicUsize::new(KEPT_BYTES);
        let harvests = places.try_fold(nothing, |mut harvest, place| {
            if watch.stop() {
                return Err(Error::Interrupted);
            }
            watch.progress(Progress::File);
            let path = self.path(place);
            if let Some((fingerprint, visibility, found)) =
                self.recalled(place, &matters, settings.selection.now)
            {
                harvest.notes.add_old(place, fingerprint);
                harvest.add(settings, path, place, &visibility, found);
                return Ok(harvest);
            }
            let mut buffer = std::mem::take(&mut harvest.buffer);
            match self.read(place, &mut buffer)? {
                Ok(Contents { bytes, metadata }) => {
                    let Parsed { visibility, outcome: found } =
                        article::skim(path, bytes, &self.options, &mut harvest.names);
                    if let (Some(index), Some(metadata)) = (&self.index, &metadata)
                        && !visibility.is_private(settings.selection.now)
                        // What will be gone one day is read every day.
                        && visibility.expires.is_none()
                        && let Some(fingerprint) = index.settled(path, metadata)
                    {
                        harvest.notes.add(place, fingerprint, visibility.published, &found);
                    }
                    let is_member = harvest.add(settings, path, place, &visibility, found);
                    if let Some(metadata) = metadata.filter(|_| is_member) {
                        harvest.keep(place, bytes, metadata, &room);
                    }
                }
                Err(problem) => harvest.add_unreadable(path, problem),
            }
            harvest.buffer = buffer;
            Ok(harvest)
        });
        let harvest = harvests.try_reduce(nothing, |one, other| Ok(one.merge(*other)))?;
        Ok(self.put_together(*harvest))
    }

    /// What the file at a place said at the run before, if it is still the same and due by now.
    fn recalled(
        &self,
        place: usize,
        matters: &BTreeSet<GroupKey>,
        now: Timestamp,
    ) -> Option<(Fingerprint, Visibility<'_>, Outcome<ArticleMeta>)> {
        let index = self.index.as_ref().filter(|index| !index.is_empty())?;
        if self.pinned.contains_key(&place) {
            return None;
        }
        let path = self.path(place);
        let fingerprint = Fingerprint::of(path, &source::look(path)?);
        let (published, found) = index.get(fingerprint, place, matters)?;
        // Nothing is remembered of what is private, and no more is known of it than that.
        let visibility = Visibility { published, ..Visibility::default() };
        (!visibility.is_private(now)).then_some((fingerprint, visibility, found))
    }

    /// How many files were not read.
    pub(super) fn remembered(&self) -> usize {
        self.notes.count_old()
    }

    /// What the next run will remember, if it is to be written anew.
    pub(super) fn index(&self, feeds: &[FeedRecord]) -> Option<NewCache<'_>> {
        self.index.as_ref()?.with(&self.notes, feeds)
    }

    /// A digest of what a feed would be made of, if all of it is known without reading it.
    pub(super) fn inputs(&self, settings: &Settings, feed: &PlannedFeed<'_>) -> Option<Uuid> {
        self.index.as_ref()?;
        let mut inputs = format!(
            "{:?} {:?} {:?} {:?} {} {}",
            feed.kind, settings.site, settings.content, settings.formats, feed.name, self.secrets
        )
        .into_bytes();
        for rank in feed.members {
            inputs.extend(self.fingerprint(rank.place)?.as_bytes());
        }
        Some(id::of_name(&Uuid::NAMESPACE_OID, &inputs))
    }

    /// What a feed was at the run before, if it is made of the same, and of nothing that was to
    /// come.
    pub(super) fn known(&self, inputs: Uuid, now: Timestamp) -> Option<&FeedRecord> {
        let memo = self.index.as_ref()?.feed(inputs)?;
        Timestamp::from_parts(memo.latest).is_some_and(|latest| latest <= now).then_some(memo)
    }

    /// Whether a change of this file is left to the next run: it has been read anew already, or
    /// there is no end of changes.
    pub(super) fn is_final(&self, place: usize) -> bool {
        self.repetitions >= MAX_REPETITIONS || self.pinned.contains_key(&place)
    }

    /// Whether the file that is read again is still the one that the survey read, name for name and
    /// time for time.
    pub(super) fn is_same(&self, place: usize, contents: &Contents<'_>) -> bool {
        let then = self.fingerprint(place);
        let now = |metadata| Fingerprint::of(self.path(place), metadata);
        then.is_some() && then == contents.metadata.as_ref().map(now)
    }

    /// The fingerprint of the file at a place, if it will be known again by it.
    fn fingerprint(&self, place: usize) -> Option<Fingerprint> {
        self.notes.fingerprint(place)
    }

    fn put_together(mut self, harvest: PartialScan) -> Scan {
        let mut counts = harvest.counts;
        let mut diagnostics = self.listing.diagnostics.clone();
        counts.files += diagnostics.len();
        counts.faulty += diagnostics.len();
        diagnostics.extend(harvest.diagnostics);
        let duplicates = self.duplicates(harvest.ranks);
        counts.duplicates = duplicates.len();
        diagnostics.extend(duplicates);
        diagnostics.sort_unstable();
        for groups in &harvest.groups {
            counts.ungrouped.insert(groups.kind().by, groups.ungrouped);
        }
        self.findings = Stats { counts, diagnostics };
        self.groups = harvest.groups.into_iter().map(Groups::complete).collect();
        self.private = harvest.private;
        self.kept = harvest.kept;
        self.forget_others();
        if self.index.is_some() {
            let mut private: Vec<Uuid> = self.private.iter().copied().collect();
            private.sort_unstable();
            let private: Vec<u8> = private.into_iter().flat_map(Uuid::into_bytes).collect();
            self.secrets = id::of_name(&Uuid::NAMESPACE_OID, &private);
        }
        self.notes = harvest.notes;
        self.notes.sort();
        self
    }

    /// Forgets the files of those that are in no group any more: what is made next has their room.
    fn forget_others(&mut self) {
        if self.kept.is_empty() {
            return;
        }
        let groups = self.groups.iter().flat_map(Groups::sorted);
        let members: HashSet<usize> =
            groups.flat_map(|(_, ranks)| ranks.iter().map(|rank| rank.place)).collect();
        self.kept.retain(|place, _| members.contains(place));
    }

    /// A warning for each article that a newer or earlier file with the same identity stands for.
    fn duplicates(&self, mut ranks: Vec<Rank>) -> Vec<Diagnostic> {
        // As a number, which is compared at once.
        ranks.sort_unstable_by_key(|&rank| (rank.id.as_u128(), rank));
        let path = |rank: &Rank| self.path(rank.place).to_owned();
        let same = ranks.chunk_by(|one, other| one.id == other.id);
        let pairs = same.filter_map(|same| same.split_first());
        pairs
            .flat_map(|(first, others)| others.iter().map(move |other| (first, other)))
            .map(|(first, other)| {
                Diagnostic::of_file(path(other), Problem::Duplicate { kept: path(first) })
            })
            .collect()
    }

    /// The number of files.
    pub(super) fn len(&self) -> usize {
        self.listing.files.len()
    }

    /// The path of the file at a place.
    pub(super) fn path(&self, place: usize) -> &Path {
        self.listing.files.get(place).map_or(Path::new(""), PathBuf::as_path)
    }

    /// Whether nothing has touched the file at a place since the file system said this of it.
    pub(super) fn is_untouched(&self, place: usize, then: &Metadata) -> bool {
        let now = source::look(self.path(place));
        now.is_some_and(|now| cache::is_untouched(then, &now))
    }

    /// The contents of the file at a place: kept, if nothing has touched the file since, pinned, or
    /// in the buffer.
    pub(super) fn read<'b>(
        &'b self,
        place: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Result<Contents<'b>, Problem>, Error> {
        let path = self.path(place);
        if let Some(KeptFile { bytes, metadata }) = self.kept.get(&place)
            && self.is_untouched(place, metadata)
        {
            return Ok(Ok(Contents { bytes, metadata: Some(metadata.clone()) }));
        }
        match self.pinned.get(&place) {
            Some(Ok(bytes)) => Ok(Ok(Contents { bytes, metadata: None })),
            Some(Err(problem)) => Ok(Err(problem.clone())),
            None => source::read(path, buffer),
        }
    }

    /// Whether an address leads to an article that nobody may hear of.
    pub(super) fn is_private(&self, address: &str) -> bool {
        !self.private.is_empty() && self.private.contains(&id::spelling(address))
    }

    /// Whether a feed that a run before wrote names an article that nobody may hear of, be it by a
    /// link to it.
    pub(super) fn names_private(&self, feed: &str) -> bool {
        // Where an address ends in XML and in JSON.
        let words = feed.split(['"', '\'', '<', '>', ' ', '\n']);
        let mut addresses = words.filter(|word| word.starts_with("http"));
        id::urns(feed).any(|id| self.private.contains(&id))
            || addresses.any(|address| self.is_private(&address.replace("&amp;", "&")))
    }

    /// The article in the file at a place, as it is now, and the bytes of the file; `None` if it is
    /// none or is not in.
    pub(super) fn article<'b>(
        &'b self,
        settings: &Settings,
        place: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Option<ArticleFile<'b>>, Error> {
        let Ok(contents) = self.read(place, buffer)? else { return Ok(None) };
        let parsed = article::parse(self.path(place), contents.bytes, &self.options);
        let with_meta =
            parsed.outcome.map(|article| (article.meta(&mut FeedSlugs::default()), article));
        let outcome = settings.selection.judge(&parsed.visibility, with_meta, |(meta, _)| meta);
        let Outcome::Article((_, article), _) = outcome else { return Ok(None) };
        Ok(Some((article, contents.bytes)))
    }

    /// The feeds to be, in the order of the kinds asked for, each sorted by file name.
    pub(super) fn feeds(&self, min_items: usize) -> Vec<PlannedFeed<'_>> {
        let mut feeds = Vec::new();
        for groups in &self.groups {
            let kind = groups.kind();
            let large = groups.sorted().filter(|(_, members)| members.len() >= min_items);
            feeds.extend(large.map(|(name, members)| PlannedFeed { kind, name, members, groups }));
        }
        feeds
    }
}

/// How files are read, with what files of the source say about others of it. What is wrong with one
/// of them is added to the listing.
fn site_context(settings: &Settings, listing: &mut Listing) -> Result<ReadOptions, Error> {
    let mut options = settings.options.clone();
    let files = options.files;
    let mut buffer = Vec::new();
    for path in listing.files.iter().filter(|path| files.speaks_for_others(path)) {
        let bytes = source::read(path, &mut buffer)?.map(|contents| contents.bytes).ok();
        // One that cannot be read is found again when it is its turn.
        let taken = options.site_context.take_in(files, path, bytes.unwrap_or(b"+++"));
        if let (Err(finding), Some(_)) = (taken, bytes) {
            listing.diagnostics.push(Diagnostic { path: path.clone(), finding });
        }
    }
    Ok(options)
}

/// Where files change all the time, an article more or less is missing until the next run.
const MAX_REPETITIONS: usize = 3;

/// Files that are not worth a thread of their own.
const FEW_FILES: usize = 64;

/// Bytes of files that are kept at most.
const KEPT_BYTES: usize = 8 * 1024 * 1024;

/// A file that is not read again unless it has been touched.
struct KeptFile {
    bytes: Box<[u8]>,
    /// What the file system said when it was read.
    metadata: Metadata,
}

/// What some of the files hold together.
struct PartialScan {
    groups: Vec<Groups>,
    counts: Counts,
    diagnostics: Vec<Diagnostic>,
    /// Every article that is in, to find those that stand in several files.
    ranks: Vec<Rank>,
    private: HashSet<Uuid>,
    kept: HashMap<usize, KeptFile>,
    notes: Records,
    names: FeedSlugs,
    buffer: Vec<u8>,
}

impl PartialScan {
    fn new(settings: &Settings) -> PartialScan {
        PartialScan {
            groups: settings.kinds.iter().cloned().map(Groups::new).collect(),
            counts: Counts::default(),
            diagnostics: Vec::new(),
            ranks: Vec::new(),
            private: HashSet::new(),
            kept: HashMap::new(),
            notes: Records::default(),
            names: FeedSlugs::default(),
            buffer: Vec::new(),
        }
    }

    fn add_unreadable(&mut self, path: &Path, problem: Problem) {
        self.counts.files += 1;
        self.counts.faulty += 1;
        self.diagnostics.push(Diagnostic::of_file(path.to_owned(), problem));
    }

    /// Adds a file. Whether it is in a group, as far as is known yet.
    fn add(
        &mut self,
        settings: &Settings,
        path: &Path,
        place: usize,
        visibility: &Visibility<'_>,
        found: Outcome<ArticleMeta>,
    ) -> bool {
        self.counts.files += 1;
        let mut is_member = false;
        let report = |finding: Finding| Diagnostic { path: path.to_owned(), finding };
        match settings.selection.judge(visibility, found, |meta| meta) {
            Outcome::Article(meta, findings) => {
                self.counts.articles += 1;
                self.diagnostics.extend(findings.into_iter().map(report));
                let rank = Rank::new(&meta, place);
                self.ranks.push(rank);
                for groups in &mut self.groups {
                    is_member |= groups.insert(rank, &meta);
                }
            }
            Outcome::LeftOut(reason) => {
                *self.counts.left_out.entry(reason).or_default() += 1;
                if reason.is_private() {
                    let addresses = visibility.addresses.iter().flatten();
                    self.private.extend(
                        addresses
                            .flat_map(|address| [id::identity(address), id::spelling(address)]),
                    );
                } else if reason == Reason::Undated {
                    let problem = Problem::Undated(settings.options.fields.key(Field::Date));
                    self.diagnostics.push(Diagnostic::of_file(path.to_owned(), problem));
                }
            }
            Outcome::Invalid(finding) => {
                self.counts.faulty += 1;
                self.diagnostics.push(report(finding));
            }
        }
        is_member
    }

    /// Keeps the bytes of a file that will be asked for again, if there is room.
    fn keep(&mut self, place: usize, bytes: &[u8], metadata: Metadata, room: &AtomicUsize) {
        let take = |room: usize| room.checked_sub(bytes.len());
        if room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
            self.kept.insert(place, KeptFile { bytes: bytes.into(), metadata });
        }
    }

    fn merge(mut self: Box<Self>, other: PartialScan) -> Box<Self> {
        let groups = std::mem::take(&mut self.groups).into_iter().zip(other.groups);
        self.groups = groups.map(|(one, other)| one.merge(other)).collect();
        self.counts.add(&other.counts);
        self.diagnostics.extend(other.diagnostics);
        self.ranks.extend(other.ranks);
        self.private.extend(other.private);
        self.kept.extend(other.kept);
        self.notes.extend(other.notes);
        self
    }
}
