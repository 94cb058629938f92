//! The index: what the files of a source said at the run before, so that a file that has not been
//! touched since need not be read again.
//!
//! It is a memo of reading one file, keyed by what the file system says about the file, under a
//! digest of everything else that reading depends on. Losing it costs time and nothing else, and
//! whatever is wrong with it makes a cold run of a warm one. It never holds anything of an article
//! that nobody may hear of: such files are read in every run.
//!
//! ```text
//! digest of the rest, key of the reader, number of files    16 + 16 + 8 bytes
//! fingerprints of the files, in the order of the listing    16 bytes each
//! ends of their memos, counted from the first one           4 bytes each
//! memos of the files                                        postcard
//! memos of the feeds                                        postcard
//! ```

mod buckets;
mod fingerprint;
mod record;
mod writer;

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::buckets::Buckets;
pub(crate) use self::fingerprint::{Fingerprint, is_untouched};
use self::writer::NewRecord;
pub(crate) use self::writer::Records;
use crate::article::{ArticleMeta, GroupKey};
use crate::listing::Outline;
use crate::site_generator::ReadOptions;
use crate::source;
use crate::types::date::Timestamp;
use crate::types::id;
use crate::types::outcome::Outcome;

/// Where the index is, and what time it is really.
#[derive(Clone, Debug)]
pub struct CacheConfig {
    /// The folder of the index, which is made if it is not there.
    pub folder: PathBuf,
    /// When the run began, really: what changed just before may change again without a sign.
    pub clock: Timestamp,
}

/// Bytes of each file besides its memo.
const ENTRY_BYTES: usize = 20;

/// So far around its old place a file is looked for first: there it is, unless many were added.
const NEAR: usize = 16;

/// A larger index is not read.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;

const HEAD_BYTES: usize = 40;

const NAMESPACE: Uuid = Uuid::from_u128(0x6b0e_9d52_1c1f_5a8e_8f43_07c5_b1de_9a64);

/// What is known of the files of a source.
#[derive(Debug)]
pub(crate) struct Cache {
    clock: Timestamp,
    file: PathBuf,
    key: Uuid,
    /// The file as it was, without what is wrong.
    bytes: Vec<u8>,
    count: usize,
    /// Made when a file is not where it was.
    buckets: OnceLock<Buckets>,
    feeds: HashMap<Uuid, FeedRecord>,
}

/// A feed as it was made of its inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FeedRecord {
    /// A digest of everything that the files of the feed depend on.
    pub(crate) inputs: Uuid,
    /// The latest date that an article in it speaks of: before it the feed was another one.
    pub(crate) latest: (i64, u32),
    /// What its outline says.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) home: String,
    pub(crate) newest_title: String,
    /// The hashes of its files, in the order of the formats.
    pub(crate) hashes: Vec<Uuid>,
}

/// An index that is to be written.
#[derive(Debug)]
pub(crate) struct NewCache<'i> {
    pub(crate) file: &'i Path,
    /// What stands before the memos of the files.
    head: Vec<u8>,
    memos: Vec<&'i [u8]>,
    feeds: Vec<u8>,
}

impl NewCache<'_> {
    /// Its bytes, part by part.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let [head, feeds] = [&self.head, &self.feeds].map(|part| std::iter::once(&**part));
        head.chain(self.memos.iter().copied()).chain(feeds)
    }
}

impl FeedRecord {
    /// The memo of a feed that has been made of these inputs.
    pub(crate) fn new(
        inputs: Uuid,
        latest: Timestamp,
        outline: &Outline,
        hashes: Vec<Uuid>,
    ) -> FeedRecord {
        FeedRecord {
            inputs,
            latest: latest.parts(),
            name: outline.name.clone(),
            title: outline.title.clone(),
            home: outline.home.to_string(),
            newest_title: outline.newest_title.clone(),
            hashes,
        }
    }
}

impl Cache {
    /// Opens the index for a source and an output folder; one that is missing or damaged is empty.
    pub(crate) fn open(
        cache: &CacheConfig,
        sources: &[PathBuf],
        output: &Path,
        options: &ReadOptions,
    ) -> Cache {
        let paths = sources.iter().map(PathBuf::as_path).chain([output]);
        // Not what links lead to: the output may not be there yet.
        let whole = paths.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        let whole: Vec<u8> =
            whole.flat_map(|path| [path.as_os_str().as_encoded_bytes(), b"\0"].concat()).collect();
        let name = id::of_name(&NAMESPACE, &whole).simple();
        let mut index = Cache {
            clock: cache.clock,
            file: cache.folder.join(format!("{name}.index")),
            key: key(options),
            bytes: Vec::new(),
            count: 0,
            buckets: OnceLock::new(),
            feeds: HashMap::new(),
        };
        if let Some((bytes, count)) = index.read() {
            index.bytes = bytes;
            index.count = count;
            index.feeds = index.read_feeds().unwrap_or_default();
        }
        index
    }

    fn read_feeds(&self) -> Option<HashMap<Uuid, FeedRecord>> {
        let memos = self.bytes.get(HEAD_BYTES + self.count * ENTRY_BYTES..)?;
        let files = self.count.checked_sub(1).map_or(Some(0), |last| self.end(last))?;
        let feeds: Vec<FeedRecord> = postcard::from_bytes(memos.get(files..)?).ok()?;
        Some(feeds.into_iter().map(|feed| (feed.inputs, feed)).collect())
    }

    fn read(&self) -> Option<(Vec<u8>, usize)> {
        let mut file = source::open(&self.file).ok()?;
        let metadata = file.metadata().ok()?;
        let trusted = metadata.is_file() && is_own(&metadata) && metadata.len() <= MAX_BYTES;
        trusted.then_some(())?;
        let mut bytes = vec![0; HEAD_BYTES];
        file.read_exact(&mut bytes).ok()?;
        let (digest, rest) = bytes.split_first_chunk::<16>()?;
        let (key, rest) = rest.split_first_chunk::<16>()?;
        let (count, _) = rest.split_first_chunk::<8>()?;
        let (digest, count) = (*digest, usize::try_from(u64::from_le_bytes(*count)).ok()?);
        let length = usize::try_from(metadata.len()).ok()?;
        let known = *key == *self.key.as_bytes() && (length - HEAD_BYTES) / ENTRY_BYTES >= count;
        known.then_some(())?;
        bytes.reserve_exact(length - HEAD_BYTES);
        file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
        let whole = digest == *digest_of([bytes.get(16..)?]).as_bytes();
        whole.then_some((bytes, count))
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What was found in a file when it was read last, and when it says that it is published.
    /// `place` is its place in the listing, which will not have changed much. Of the groups of an
    /// article it only says those that matter.
    pub(crate) fn get(
        &self,
        fingerprint: Fingerprint,
        place: usize,
        matters: &BTreeSet<GroupKey>,
    ) -> Option<(Option<Timestamp>, Outcome<ArticleMeta>)> {
        record::read(self.memo(fingerprint, place)?, matters)
    }

    fn memo(&self, fingerprint: Fingerprint, place: usize) -> Option<&[u8]> {
        let number = self.near(fingerprint, place).or_else(|| self.anywhere(fingerprint))?;
        let start = number.checked_sub(1).map_or(Some(0), |before| self.end(before))?;
        let memos = self.bytes.get(HEAD_BYTES + self.count * ENTRY_BYTES..)?;
        memos.get(start..self.end(number)?)
    }

    /// The number of a file that is about where it was.
    fn near(&self, fingerprint: Fingerprint, place: usize) -> Option<usize> {
        let first = place.saturating_sub(NEAR);
        let last = (place + NEAR).min(self.count);
        (first..last).find(|&number| self.fingerprint(number) == Some(fingerprint.as_bytes()))
    }

    /// The number of a file wherever it was.
    fn anywhere(&self, fingerprint: Fingerprint) -> Option<usize> {
        let all = self.bytes.get(HEAD_BYTES..HEAD_BYTES + self.count * 16)?.as_chunks().0;
        let buckets = self.buckets.get_or_init(|| Buckets::of(all));
        let mut candidates = buckets.candidates(fingerprint).iter().map(|&number| number as usize);
        candidates.find(|&number| self.fingerprint(number) == Some(fingerprint.as_bytes()))
    }

    fn fingerprint(&self, number: usize) -> Option<&[u8; 16]> {
        self.bytes.get(HEAD_BYTES + number * 16..)?.first_chunk()
    }

    /// Where the memo of a file ends.
    fn end(&self, number: usize) -> Option<usize> {
        let at = HEAD_BYTES + self.count * 16 + number * 4;
        let end = self.bytes.get(at..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*end)).ok()
    }

    /// What was made of these inputs at the run before.
    pub(crate) fn feed(&self, inputs: Uuid) -> Option<&FeedRecord> {
        self.feeds.get(&inputs)
    }

    /// The fingerprint of the file at a path, unless it may change without a sign.
    pub(crate) fn settled(&self, path: &Path, metadata: &Metadata) -> Option<Fingerprint> {
        let is_settled = fingerprint::is_settled(metadata, self.clock);
        is_settled.then(|| Fingerprint::of(path, metadata))
    }

    /// The index that notes, sorted by place, and feeds make; `None` if it is as it was.
    pub(crate) fn with<'i>(
        &'i self,
        notes: &'i Records,
        feeds: &[FeedRecord],
    ) -> Option<NewCache<'i>> {
        let all = notes.as_slice();
        let same_files = all.len() == self.count && all.iter().all(NewRecord::is_old);
        let same_feeds = feeds.len() == self.feeds.len()
            && feeds.iter().all(|feed| self.feeds.get(&feed.inputs) == Some(feed));
        if same_files && same_feeds {
            return None;
        }
        let memo = |note: &NewRecord| {
            let old = || self.memo(note.fingerprint, usize::try_from(note.place).ok()?);
            if note.is_old() { old() } else { notes.new_memo(note) }
        };
        let memos: Vec<&[u8]> = all.iter().map(memo).collect::<Option<_>>()?;
        let length = memos.iter().map(|memo| memo.len()).sum::<usize>();
        (length as u64 <= MAX_BYTES / 2).then_some(())?;
        let mut head = Vec::with_capacity(HEAD_BYTES + all.len() * ENTRY_BYTES);
        head.extend([0; 16]);
        head.extend(self.key.as_bytes());
        head.extend((all.len() as u64).to_le_bytes());
        head.extend(all.iter().flat_map(|note| *note.fingerprint.as_bytes()));
        let mut end = 0_u32;
        for memo in &memos {
            end += u32::try_from(memo.len()).ok()?;
            head.extend(end.to_le_bytes());
        }
        let feeds = postcard::to_allocvec(feeds).ok()?;
        let (digest, behind) = head.split_first_chunk_mut::<16>()?;
        let behind = std::iter::once(&*behind).chain(memos.iter().copied());
        *digest = digest_of(behind.chain(std::iter::once(&*feeds))).into_bytes();
        Some(NewCache { file: &self.file, head, memos, feeds })
    }
}

/// Whether nobody else can have written the index.
fn is_own(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
    }
    #[cfg(not(unix))]
    metadata.is_file()
}

/// Everything but the file itself that reading it depends on: the program, down to the build, and
/// how it is told to read.
fn key(options: &ReadOptions) -> Uuid {
    let program = std::env::current_exe().and_then(|path| {
        let metadata = fs::metadata(&path)?;
        Ok(Fingerprint::of(&path, &metadata))
    });
    let facts = format!("2 {} {program:?} {options:?}", env!("CARGO_PKG_VERSION"));
    id::of_name(&NAMESPACE, facts.as_bytes())
}

fn digest_of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Uuid {
    id::of_parts(&NAMESPACE, parts)
}
