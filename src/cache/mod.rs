//! The cache: what the files of a source held at the run before, so that files that nothing has
//! touched since need not be read again.
//!
//! An entry is keyed by the fingerprint of its file, and the whole cache by everything else that
//! reading depends on. Losing the cache costs time and nothing else; a damaged one is taken for an
//! empty one. It never holds anything of a private article: such files are read in every run.
//!
//! ```text
//! digest of the rest, key of the reader, number of files    16 + 16 + 8 bytes
//! for each file, in the order of the listing:
//!     fingerprint, length of the record, record             16 + 4 bytes, postcard
//! records of the feeds, fingerprints of files with faults,   postcard
//! what the survey of a rendered site found
//! ```
//!
//! Of a file whose fault has been reported, the fingerprint alone is known, so that no run has to report
//! it again.

mod fingerprint;
mod record;
mod writer;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use uuid::Uuid;

pub(crate) use self::fingerprint::Fingerprint;
pub(crate) use self::record::{CachedFile, FeedRecord};
use self::writer::{FileRecord, SplitEntry, split_entry};
pub(crate) use self::writer::{RecordStart, Records};
use crate::article::GroupKey;
use crate::objects;
use crate::page::SiteRules;
use crate::site_generator::ReadOptions;
use crate::source::{self, Version};
use crate::types::{date::Timestamp, guid};

/// Where the cache is, and the time of the run.
#[derive(Clone, Debug)]
pub struct CacheConfig {
    /// The folder of the cache. It is made if it does not exist.
    pub folder: PathBuf,
    /// When the run began by the real clock: a file that changed just before may change again
    /// without a sign.
    pub clock: Timestamp,
}

/// What stands behind the records of the files.
type CacheEnd = (Vec<FeedRecord>, Vec<[u8; 16]>, Option<(Uuid, SiteRules)>);

/// A larger cache is not read.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;

const HEAD_BYTES: usize = 40;

const NAMESPACE: Uuid = Uuid::from_u128(0x6b0e_9d52_1c1f_5a8e_8f43_07c5_b1de_9a64);

/// The cache of a source and an output folder.
#[derive(Debug)]
pub(crate) struct Cache {
    clock: Timestamp,
    path: PathBuf,
    key: Uuid,
    /// The bytes of the cache file; empty if there is no sound one.
    bytes: Vec<u8>,
    /// Where the entry of each file starts in the bytes.
    starts: HashMap<Fingerprint, u32>,
    feeds: HashMap<Uuid, FeedRecord>,
    /// The files whose faults have been reported.
    reported: BTreeSet<Fingerprint>,
    /// What the survey of a rendered site found, with a digest of its pages.
    survey: Option<(Uuid, SiteRules)>,
    /// Whether it is that of the run before.
    is_survey_old: bool,
}

/// A cache file to write.
#[derive(Debug)]
pub(crate) struct NewCache<'c> {
    pub(crate) path: &'c Path,
    head: Vec<u8>,
    entries: Vec<&'c [u8]>,
    /// The records of the feeds and the files with faults.
    end: Vec<u8>,
}

impl NewCache<'_> {
    /// Its bytes, part by part.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let [head, end] = [&self.head, &self.end].map(|part| std::iter::once(&**part));
        head.chain(self.entries.iter().copied()).chain(end)
    }
}

impl Cache {
    /// Opens the cache of a source and an output folder; one that is missing or damaged is empty.
    pub(crate) fn open(
        config: &CacheConfig,
        sources: &[PathBuf],
        output: &Path,
        options: &ReadOptions,
    ) -> Cache {
        let paths = sources.iter().map(PathBuf::as_path).chain([output]);
        // Links are not resolved: the output folder may not exist yet.
        let absolute = |path: &Path| match std::path::absolute(path) {
            Ok(absolute) if !objects::is_address(path) => absolute,
            _ => path.to_owned(),
        };
        let paths = paths.map(absolute);
        let name: Vec<u8> =
            paths.flat_map(|path| [path.as_os_str().as_encoded_bytes(), b"\0"].concat()).collect();
        let name = guid::from_name(&NAMESPACE, &name).simple();
        let mut cache = Cache {
            clock: config.clock,
            path: config.folder.join(format!("{name}.index")),
            key: key(options),
            bytes: Vec::new(),
            starts: HashMap::new(),
            feeds: HashMap::new(),
            reported: BTreeSet::new(),
            survey: None,
            is_survey_old: true,
        };
        if let Ok(bytes) = read(&cache.path) {
            // A damaged cache is an empty one.
            let _ = cache.take(bytes);
        }
        cache
    }

    /// Takes the bytes of a cache file, if they are sound.
    fn take(&mut self, bytes: Vec<u8>) -> Option<()> {
        let (digest, rest) = bytes.split_first_chunk::<16>()?;
        let (key, rest) = rest.split_first_chunk::<16>()?;
        let (count, _) = rest.split_first_chunk::<8>()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        let is_sound = key == self.key.as_bytes()
            && count <= bytes.len() / writer::HEAD_BYTES
            && digest == guid::from_parts(&NAMESPACE, [bytes.get(16..)?]).as_bytes();
        is_sound.then_some(())?;
        let mut starts = HashMap::with_capacity(count);
        let mut start = HEAD_BYTES;
        for _ in 0..count {
            let entry = split_entry(bytes.get(start..)?)?;
            starts.insert(entry.fingerprint, u32::try_from(start).ok()?);
            start += entry.entry.len();
        }
        let end = postcard::from_bytes(bytes.get(start..)?).ok()?;
        let (feeds, reported, survey): CacheEnd = end;
        self.survey = survey;
        self.reported = reported.into_iter().map(Fingerprint::from_bytes).collect();
        self.feeds = feeds.into_iter().map(|feed| (feed.inputs, feed)).collect();
        (self.bytes, self.starts) = (bytes, starts);
        Some(())
    }

    /// What the survey of pages with this digest found.
    pub(crate) fn survey(&self, digest: Uuid) -> Option<&SiteRules> {
        let (known, rules) = self.survey.as_ref()?;
        (*known == digest).then_some(rules)
    }

    /// Remembers what the survey of pages found. What is known of files by other rules is forgotten.
    pub(crate) fn set_survey(&mut self, digest: Option<Uuid>, rules: SiteRules) {
        if self.survey.as_ref().is_none_or(|(_, known)| *known != rules) {
            self.starts.clear();
            self.feeds.clear();
        }
        let survey = Some((digest.unwrap_or_default(), rules));
        self.is_survey_old = self.survey == survey;
        self.survey = survey;
    }

    /// Whether nothing is known of any file.
    pub(crate) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// What is known of the file with a fingerprint. Groups of other keys are left out.
    pub(crate) fn get(
        &self,
        fingerprint: Fingerprint,
        keys: &BTreeSet<GroupKey>,
    ) -> Option<CachedFile> {
        let start = *self.starts.get(&fingerprint)?;
        record::read(self.entry(start)?.record, RecordStart::Old(start), keys)
    }

    /// The entry that starts at a byte.
    fn entry(&self, start: u32) -> Option<SplitEntry<'_>> {
        split_entry(self.bytes.get(usize::try_from(start).ok()?..)?)
    }

    /// The entry of a record of this run.
    fn entry_of<'c>(&'c self, records: &'c Records, record: &FileRecord) -> Option<SplitEntry<'c>> {
        match record.entry {
            RecordStart::Old(start) => self.entry(start),
            RecordStart::New(start) => split_entry(records.new_entry(start)?),
        }
    }

    /// The fingerprint of a file of this run, if the next run will know the file by it. The records
    /// have been sorted.
    pub(crate) fn fingerprint(&self, records: &Records, file: usize) -> Option<Fingerprint> {
        Some(self.entry_of(records, records.get(file)?)?.fingerprint)
    }

    /// Whether the fault of a file has been reported.
    pub(crate) fn has_reported(&self, fingerprint: Fingerprint) -> bool {
        self.reported.contains(&fingerprint)
    }

    /// The record of the feed that was built from these inputs.
    pub(crate) fn feed(&self, inputs: Uuid) -> Option<&FeedRecord> {
        self.feeds.get(&inputs)
    }

    /// The fingerprint of a file, unless the file may change without a sign.
    pub(crate) fn settled(&self, path: &Path, version: &Version) -> Option<Fingerprint> {
        let is_settled = fingerprint::is_settled(version, self.clock);
        is_settled.then(|| Fingerprint::new(path, version))
    }

    /// The cache of this run, from the sorted records of its files, the records of its feeds and the
    /// files whose faults have been reported; `None` if it is the same as before.
    pub(crate) fn renewed<'c>(
        &'c self,
        records: &'c Records,
        feeds: &[FeedRecord],
        reported: &BTreeSet<Fingerprint>,
    ) -> Option<NewCache<'c>> {
        let list = records.as_slice();
        let same_files = list.len() == self.starts.len() && records.count_old() == list.len();
        let same_feeds = feeds.len() == self.feeds.len()
            && feeds.iter().all(|feed| self.feeds.get(&feed.inputs) == Some(feed));
        if same_files && same_feeds && self.is_survey_old && *reported == self.reported {
            return None;
        }
        let entry = |record| Some(self.entry_of(records, record)?.entry);
        let entries: Vec<&[u8]> = list.iter().map(entry).collect::<Option<_>>()?;
        let length = entries.iter().map(|entry| entry.len() as u64).sum::<u64>();
        (length <= MAX_BYTES / 2).then_some(())?;
        let count = (list.len() as u64).to_le_bytes();
        let reported: Vec<&[u8; 16]> = reported.iter().map(Fingerprint::as_bytes).collect();
        let end = postcard::to_allocvec(&(feeds, reported, &self.survey)).ok()?;
        let behind = [self.key.as_bytes().as_slice(), &count].into_iter();
        let behind = behind.chain(entries.iter().copied()).chain([end.as_slice()]);
        let digest = guid::from_parts(&NAMESPACE, behind);
        let head = [digest.as_bytes().as_slice(), self.key.as_bytes(), &count].concat();
        Some(NewCache { path: &self.path, head, entries, end })
    }
}

/// The bytes of a cache file that nobody else can have written.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = source::open(path)?;
    let metadata = file.metadata()?;
    let is_own =
        metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0;
    if !metadata.is_file() || !is_own || metadata.len() > MAX_BYTES {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.by_ref().take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A digest of everything but the file itself that reading depends on: the program, down to the
/// build, and the options.
fn key(options: &ReadOptions) -> Uuid {
    let program = std::env::current_exe().and_then(|path| {
        let metadata = fs::metadata(&path)?;
        Ok(Fingerprint::new(&path, &Version::File(metadata)))
    });
    let facts = format!("5 {} {program:?} {options:?}", env!("CARGO_PKG_VERSION"));
    guid::from_name(&NAMESPACE, facts.as_bytes())
}
