//! The first reading: every file once. Of each article only what decides where it goes is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use rayon::prelude::*;
use uuid::Uuid;

use super::Faults;
use super::page_files;
use super::plan::PlannedFeed;
use super::private_urls::PrivateArticles;
use super::rendered;
use super::source_files::{ChangedFiles, SourceFiles};
use super::survey;
use crate::article::{self, Article, ArticleMeta, DecidedBy, GroupKey, Visibility};
use crate::cache::{Cache, CachedFile, FeedRecord, Fingerprint, NewCache, Records};
use crate::error::Error;
use crate::exchange;
use crate::feed::group::{Groups, Rank};
use crate::front_matter::Field;
use crate::page::{PageOptions, ShownPages};
use crate::progress::{Monitor, Progress};
use crate::settings::Settings;
use crate::site_generator::ReadOptions;
use crate::source::{self, Contents, Listing, ReadError};
use crate::stats::{Counts, Stats};
use crate::types::{Diagnostic, FeedSlugs, Finding, Outcome, Problem, Reason, guid};

/// What the files of a source hold together.
pub(super) struct Scan<'s> {
    pub(super) settings: &'s Settings,
    pub(super) files: SourceFiles,
    /// How files are read, with what some of them say about others.
    pub(super) options: ReadOptions,
    /// How the pages of articles are read, if the articles are also pages of a rendered site.
    pub(super) rendered: Option<PageOptions>,
    /// The fingerprints of the files, as far as the survey of their site has read them.
    fingerprints: Vec<Option<Fingerprint>>,
    pub(super) stats: Stats,
    pub(super) private: PrivateArticles,
    /// A digest of them, which feeds depend on: a link to one is left out. Nil without a cache.
    private_digest: Uuid,
    /// In the order of the feed sets of the settings.
    groups: Vec<Groups>,
    /// Problems of files that were not even listed.
    pub(super) unlisted: Vec<Diagnostic>,
    /// The cache of the run before.
    cache: Option<Cache>,
    /// The records of this run, for the next one.
    pub(super) records: Records,
    /// The files with faults of articles, and the fingerprints by which the next run will know them.
    faults: BTreeMap<PathBuf, Fingerprint>,
    /// The files by their paths, once a template asks for one.
    index: OnceLock<HashMap<PathBuf, usize>>,
    /// A digest of what the bodies of a site's articles may refer to; `None` if the next run cannot
    /// know it without reading.
    site_digest: Option<Uuid>,
}

impl<'s> Scan<'s> {
    /// Reads the source.
    pub(super) fn new(settings: &'s Settings, monitor: &impl Monitor) -> Result<Scan<'s>, Error> {
        let Settings { source, output, excluded, .. } = settings;
        let listing = source::list(source, output, excluded, || monitor.stop())?;
        Scan::unread(settings, listing, monitor)?.read_all(monitor)
    }

    /// A scan of listed files that has not read them.
    pub(super) fn unread(
        settings: &'s Settings,
        mut listing: Listing,
        monitor: &impl Monitor,
    ) -> Result<Scan<'s>, Error> {
        let Settings { source, output, .. } = settings;
        let mut options = with_site_context(settings, &mut listing)?;
        let cache = settings.cache.as_ref();
        let mut cache = cache.map(|config| Cache::open(config, source, output, &options));
        let fingerprints =
            survey::add_rules(&mut options, settings, &mut listing, cache.as_mut(), monitor)?;
        let (files, diagnostics) = SourceFiles::new(listing, || monitor.stop())?;
        let rendered = page_files::options(settings);
        options.shown = rendered.clone().map(|pages| ShownPages::new(pages, rendered::facts));
        Ok(Scan {
            settings,
            files,
            stats: Stats::default(),
            private: PrivateArticles::default(),
            private_digest: Uuid::nil(),
            groups: Vec::new(),
            unlisted: diagnostics,
            cache,
            rendered,
            fingerprints,
            records: Records::default(),
            faults: BTreeMap::new(),
            index: OnceLock::new(),
            site_digest: None,
            options,
        })
    }

    /// Reads the source again after some files changed.
    pub(super) fn again(
        mut self,
        changed: ChangedFiles,
        monitor: &impl Monitor,
    ) -> Result<Scan<'s>, Error> {
        self.files.add_changed(changed);
        self.read_all(monitor)
    }

    fn read_all(mut self, monitor: &impl Monitor) -> Result<Scan<'s>, Error> {
        monitor.progress(Progress::Files(self.files.len()));
        let part = self.read_in_order(0..self.files.len(), monitor)?;
        self.finish(*part);
        Ok(self)
    }

    /// Reads some of the files, and puts copies of an article in order.
    pub(super) fn read_in_order(
        &mut self,
        files: Range<usize>,
        monitor: &impl Monitor,
    ) -> Result<Box<PartialScan>, Error> {
        let part = self.read(files.clone(), None, monitor)?;
        let order = self.order_of_copies(&part.ranks)?;
        if order.is_empty() {
            return Ok(part);
        }
        self.files.reorder(&order);
        self.read(files, None, monitor)
    }

    /// Where a file of records holds copies of an article with one date, the indices that they must have: in
    /// the order of their places, since other stages do not know their lines. Empty if they have them.
    fn order_of_copies(&self, ranks: &[Rank]) -> Result<Vec<(usize, usize)>, Error> {
        let mut order = Vec::new();
        if !self.files.has_records() {
            return Ok(order);
        }
        let mut ranks = ranks.to_vec();
        ranks.sort_unstable();
        for same in
            ranks.chunk_by(|rank, next| (rank.id, rank.published) == (next.id, next.published))
        {
            if same.len() < 2 || !same.iter().any(|rank| self.files.is_record(rank.file)) {
                continue;
            }
            let mut places = Vec::new();
            for rank in same {
                let mut buffer = Vec::new();
                let contents = self.files.read_if_possible(rank.file, &mut buffer)?;
                let place = contents.map(|contents| self.place(rank.file, &contents));
                places.push((place.unwrap_or_default(), rank.file));
            }
            if !places.is_sorted() {
                places.sort();
                order.extend(same.iter().zip(places).map(|(rank, (_, file))| (rank.file, file)));
            }
        }
        Ok(order)
    }

    /// Where an article lies, as a text that sorts like it.
    pub(super) fn place(&self, file: usize, contents: &Contents<'_>) -> String {
        match &contents.path {
            Some(path) => exchange::record_place(path, contents.bytes),
            None => exchange::file_place(&self.settings.source, self.files.path(file)),
        }
    }

    /// Reads some of the files. An article that has no chance in a group of files before is in no such group.
    pub(super) fn read(
        &self,
        files: Range<usize>,
        before: Option<&PartialScan>,
        monitor: &impl Monitor,
    ) -> Result<Box<PartialScan>, Error> {
        let keys = self.settings.group_keys();
        // The newest files come first where names begin with dates, so that groups fill up soon.
        let files = files.into_par_iter().rev().with_min_len(MIN_FILES_PER_TASK);
        // Boxed, since it moves from file to file.
        let empty = || Box::new(PartialScan::after(before, self.settings));
        let parts = files.try_fold(empty, |mut part, file| {
            if monitor.stop() {
                return Err(Error::Interrupted);
            }
            monitor.progress(Progress::File);
            self.read_file(file, &keys, before, &mut part)?;
            Ok(part)
        });
        parts.try_reduce(empty, |part, other| Ok(part.merge(*other)))
    }

    /// Reads one file, or takes what the cache knows of it.
    fn read_file(
        &self,
        file: usize,
        keys: &BTreeSet<GroupKey>,
        before: Option<&PartialScan>,
        part: &mut PartialScan,
    ) -> Result<(), Error> {
        if let Some(CachedFile { entry, published, outcome }) = self.cached(file, keys) {
            // Nothing is cached of private files, so this one is public once its date has come.
            let visibility = Visibility { published, ..Visibility::default() };
            if !visibility.is_private(self.settings.selection.now) {
                part.records.add_old(file, entry);
                part.add(self, before, file, &visibility, outcome);
                return Ok(());
            }
        }
        if let Some(pages) = &self.options.pages
            && article::is_left_out(self.files.path(file), pages)
        {
            let outcome = Outcome::LeftOut(Reason::NotAnArticle);
            part.add(self, before, file, &Visibility::default(), outcome);
            return Ok(());
        }
        let mut buffer = std::mem::take(&mut part.buffer);
        match self.files.read_front_matter(file, &mut buffer) {
            Ok(contents) => part.add_contents(self, before, file, &contents),
            Err(ReadError::File(finding)) => {
                let outcome = Outcome::Invalid(finding);
                part.add(self, before, file, &Visibility::default(), outcome);
            }
            Err(ReadError::Source(error)) => return Err(error),
        }
        part.buffer = buffer;
        Ok(())
    }

    /// What the cache knows of a file that nothing has touched.
    fn cached(&self, file: usize, keys: &BTreeSet<GroupKey>) -> Option<CachedFile> {
        let cache = self.cache.as_ref().filter(|cache| !cache.is_empty())?;
        if self.files.has_changed(file) {
            return None;
        }
        let fingerprint = match self.fingerprints.get(file) {
            Some(known) => (*known)?,
            None => Fingerprint::new(&self.files.name(file), &self.files.version(file)?),
        };
        cache.get(fingerprint, keys)
    }

    fn finish(&mut self, part: PartialScan) {
        let mut counts = part.counts;
        let mut diagnostics = self.unlisted.clone();
        counts.files += diagnostics.len();
        counts.faulty += diagnostics.len();
        diagnostics.extend(part.diagnostics);
        self.records = part.records;
        self.records.sort();
        self.site_digest = self.digest_of_site(&part.ranks);
        let duplicates = self.duplicates(part.ranks);
        counts.duplicates = duplicates.len();
        diagnostics.extend(duplicates);
        diagnostics.sort_unstable();
        for groups in &part.groups {
            counts.ungrouped.insert(groups.feed_set().by, groups.ungrouped);
        }
        self.faults = self.faults(&diagnostics);
        self.stats = Stats { counts, diagnostics };
        self.groups = part.groups.into_iter().map(Groups::complete).collect();
        self.private = part.private;
        if self.cache.is_some() {
            self.private_digest = self.private.digest();
        }
    }

    /// The files that have errors and can be read. Others may change without a sign.
    fn faults(&self, diagnostics: &[Diagnostic]) -> BTreeMap<PathBuf, Fingerprint> {
        let Some(cache) = &self.cache else { return BTreeMap::new() };
        let faults = diagnostics
            .iter()
            .filter(|found| found.is_error() && !found.finding.problem.is_about_file_system());
        let fingerprint = |path: &PathBuf| cache.settled(path, &self.files.version_at(path)?);
        faults.filter_map(|found| Some((found.path.clone(), fingerprint(&found.path)?))).collect()
    }

    /// The files whose faults a run before has reported, unless this run reports all.
    pub(super) fn known_faults(&self, faults: Faults) -> BTreeSet<PathBuf> {
        let Some(cache) = self.cache.as_ref().filter(|_| faults == Faults::New) else {
            return BTreeSet::new();
        };
        let known = self.faults.iter().filter(|(_, fingerprint)| cache.has_reported(**fingerprint));
        known.map(|(path, _)| path.clone()).collect()
    }

    /// The fingerprints of the files whose faults have been reported, after this run.
    fn reported_faults(&self, faults: Faults) -> BTreeSet<Fingerprint> {
        let all = self.faults.values().copied();
        let is_reported = |fingerprint: &Fingerprint| {
            let reported = |cache: &Cache| cache.has_reported(*fingerprint);
            faults == Faults::New || self.cache.as_ref().is_some_and(reported)
        };
        all.filter(is_reported).collect()
    }

    /// A warning for each article whose identity a newer article has, or an earlier file.
    fn duplicates(&self, mut ranks: Vec<Rank>) -> Vec<Diagnostic> {
        // Identities compare fastest as numbers.
        ranks.sort_unstable_by_key(|&rank| (rank.id.0.as_u128(), rank));
        let name = |rank: &Rank| self.files.name(rank.file).into_owned();
        let mut duplicates = Vec::new();
        for same in ranks.chunk_by(|rank, next| rank.id == next.id) {
            let Some((kept, others)) = same.split_first() else { continue };
            duplicates.extend(others.iter().map(|other| {
                let problem = Problem::Duplicate { kept: name(kept) };
                self.files.diagnostic(other.file, Finding::new(0, 0, problem))
            }));
        }
        duplicates
    }

    /// The planned feeds, in the order of the feed sets, each sorted by slug.
    pub(super) fn planned(&self, min_items: usize) -> Vec<PlannedFeed<'_>> {
        let sets = self.groups.iter();
        sets.flat_map(|groups| PlannedFeed::from_groups(groups, min_items)).collect()
    }

    /// What becomes of a file, and its article as a whole.
    pub(super) fn parse(
        &self,
        file: usize,
        contents: &Contents<'_>,
        slugs: &mut FeedSlugs,
    ) -> Outcome<(ArticleMeta, Box<Article>)> {
        let path = self.files.stated_path(file, contents);
        let parsed = article::parse(path, contents.bytes, &self.options);
        let outcome = parsed.outcome.map(|article| (article.meta(slugs), article));
        self.settings.selection.decide(&parsed.visibility, outcome, |(meta, _)| meta)
    }

    /// The files by their paths.
    pub(super) fn index(&self) -> &HashMap<PathBuf, usize> {
        self.index.get_or_init(|| {
            let path = |file| self.files.path(file);
            let path = |file| path(file).strip_prefix(".").unwrap_or(path(file)).to_owned();
            (0..self.files.len()).map(|file| (path(file), file)).collect()
        })
    }

    /// A digest of what bodies may refer to: the addresses of articles, and all other files. Nil where
    /// nothing is referred to.
    fn digest_of_site(&self, ranks: &[Rank]) -> Option<Uuid> {
        if self.options.generator.is_none() || self.cache.is_none() {
            return Some(Uuid::nil());
        }
        let ids: HashMap<usize, Uuid> = ranks.iter().map(|rank| (rank.file, rank.id.0)).collect();
        let mut facts = Vec::new();
        for file in 0..self.files.len() {
            facts.extend(self.files.path(file).as_os_str().as_encoded_bytes());
            if let Some(id) = ids.get(&file) {
                facts.extend(id.as_bytes());
            } else {
                let path = self.files.path(file);
                let settled = self.cache.as_ref()?.settled(path, &self.files.version(file)?)?;
                facts.extend(settled.as_bytes());
            }
        }
        Some(guid::from_name(&Uuid::NAMESPACE_OID, &facts))
    }

    /// The cache for the next run, unless it is the same as before.
    pub(super) fn new_cache(&self, feeds: &[FeedRecord], faults: Faults) -> Option<NewCache<'_>> {
        self.cache.as_ref()?.renewed(&self.records, feeds, &self.reported_faults(faults))
    }

    /// A digest of everything that a feed depends on, if the next run can know it without reading.
    pub(super) fn inputs(&self, feed: &PlannedFeed<'_>) -> Option<Uuid> {
        self.cache.as_ref()?;
        let Settings { site, content, formats, .. } = self.settings;
        let (set, slug, private) = (feed.set, feed.slug, self.private_digest);
        let links = self.site_digest?;
        let mut inputs =
            format!("{set:?} {site:?} {content:?} {formats:?} {slug} {private} {links}")
                .into_bytes();
        if let Some(pages) = &self.rendered {
            inputs.extend(format!("{pages:?}").into_bytes());
        }
        for file in feed.files() {
            inputs.extend(self.fingerprint(file)?.as_bytes());
        }
        Some(guid::from_name(&Uuid::NAMESPACE_OID, &inputs))
    }

    /// The record of a feed that the run before built from the same inputs, which would be built
    /// the same now.
    pub(super) fn cached_feed(&self, inputs: Uuid) -> Option<&FeedRecord> {
        let record = self.cache.as_ref()?.feed(inputs)?;
        let (pages, digest) = record.pages();
        let is_same = self.rendered.is_none() || page_files::digest_of(pages) == Some(digest);
        (is_same && record.is_due(self.settings.selection.now)).then_some(record)
    }

    /// Whether a file that was read again is still the file of the first reading.
    pub(super) fn is_same(&self, file: usize, contents: &Contents<'_>) -> bool {
        let now = |version| Fingerprint::new(&self.files.name(file), version);
        let before = self.fingerprint(file);
        before.is_some() && before == contents.version.as_ref().map(now)
    }

    /// The cache of the run before.
    pub(super) fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    fn fingerprint(&self, file: usize) -> Option<Fingerprint> {
        self.cache.as_ref()?.fingerprint(&self.records, file)
    }
}

/// The options of the settings, with what files of the source say about others. What is wrong with
/// one of these files is added to the listing.
fn with_site_context(settings: &Settings, listing: &mut Listing) -> Result<ReadOptions, Error> {
    let mut options = settings.options.clone();
    let Some(generator) = options.generator else { return Ok(options) };
    let mut buffer = Vec::new();
    for path in listing.files.iter().filter(|path| generator.describes_folder(path)) {
        let bytes = match source::read(path, &mut buffer) {
            Ok(contents) => Some(contents.bytes),
            // It is reported when its turn comes.
            Err(ReadError::File(_)) => None,
            Err(ReadError::Source(error)) => return Err(error),
        };
        let taken = options.site_context.add(generator, path, bytes.unwrap_or(b"+++"));
        if let (Err(finding), Some(_)) = (taken, bytes) {
            listing.diagnostics.push(Diagnostic { path: path.clone(), finding });
        }
    }
    Ok(options)
}

/// Fewer files are not worth a thread of their own.
const MIN_FILES_PER_TASK: usize = 64;

/// What some of the files hold together.
#[derive(Default)]
pub(super) struct PartialScan {
    pub(super) groups: Vec<Groups>,
    pub(super) counts: Counts,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Every article that is in, to find duplicates.
    pub(super) ranks: Vec<Rank>,
    pub(super) private: PrivateArticles,
    records: Records,
    pub(super) slugs: FeedSlugs,
    buffer: Vec<u8>,
}

impl PartialScan {
    /// Nothing yet.
    pub(super) fn new(settings: &Settings) -> PartialScan {
        let groups = settings.kinds.iter().cloned().map(Groups::new).collect();
        PartialScan { groups, ..PartialScan::default() }
    }

    /// Nothing yet, of files after others.
    fn after(before: Option<&PartialScan>, settings: &Settings) -> PartialScan {
        let slugs = before.map(|before| FeedSlugs::after(&before.slugs)).unwrap_or_default();
        PartialScan { slugs, ..PartialScan::new(settings) }
    }

    /// Adds a file that was read.
    fn add_contents(
        &mut self,
        scan: &Scan<'_>,
        before: Option<&PartialScan>,
        file: usize,
        contents: &Contents<'_>,
    ) {
        let path = scan.files.stated_path(file, contents);
        let parsed = article::skim(path, contents.bytes, &scan.options, &mut self.slugs);
        let visibility = parsed.visibility;
        if let (Some(cache), Some(version)) = (&scan.cache, &contents.version)
            && !visibility.is_private(scan.settings.selection.now)
            // A file that will expire is read in every run.
            && visibility.expires.is_none()
            && visibility.decided_by == DecidedBy::File
            && let Some(fingerprint) = cache.settled(&scan.files.name(file), version)
        {
            self.records.add(file, fingerprint, visibility.published, &parsed.outcome);
        }
        self.add(scan, before, file, &visibility, parsed.outcome);
    }

    /// Adds what became of a file.
    fn add(
        &mut self,
        scan: &Scan<'_>,
        before: Option<&PartialScan>,
        file: usize,
        visibility: &Visibility<'_>,
        outcome: Outcome<ArticleMeta>,
    ) {
        self.counts.files += 1;
        let report = |finding: Finding| scan.files.diagnostic(file, finding);
        match scan.settings.selection.decide(visibility, outcome, |meta| meta) {
            Outcome::Article(meta, findings) => {
                self.counts.articles += 1;
                self.diagnostics.extend(findings.into_iter().map(report));
                let rank = Rank::new(&meta, file);
                self.ranks.push(rank);
                for (number, groups) in self.groups.iter_mut().enumerate() {
                    let before = before.and_then(|before| before.groups.get(number));
                    groups.insert_after(before, rank, &meta);
                }
            }
            Outcome::Invalid(finding) => {
                self.counts.faulty += 1;
                self.diagnostics.push(report(finding));
            }
            Outcome::LeftOut(reason) => {
                *self.counts.left_out.entry(reason).or_default() += 1;
                if reason.is_private() {
                    let addresses = visibility.addresses.iter().flatten();
                    addresses.for_each(|address| self.private.add(address));
                } else if reason == Reason::Undated {
                    let key = match scan.options.pages {
                        Some(_) => "date".into(),
                        None => scan.settings.options.fields.key(Field::Date),
                    };
                    self.diagnostics.push(report(Finding::new(0, 0, Problem::Undated(key))));
                }
            }
        }
    }

    pub(super) fn merge(mut self: Box<Self>, other: PartialScan) -> Box<Self> {
        let groups = std::mem::take(&mut self.groups).into_iter().zip(other.groups);
        self.groups = groups.map(|(groups, other)| groups.merge(other)).collect();
        self.counts.add(&other.counts);
        self.diagnostics.extend(other.diagnostics);
        self.ranks.extend(other.ranks);
        self.private.extend(other.private);
        self.records.extend(other.records);
        self.slugs.extend(other.slugs);
        self
    }
}
