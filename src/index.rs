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
//! fingerprints of the files, ascending                      16 bytes each
//! ends of their memos, counted from the first one           4 bytes each
//! memos                                                     postcard
//! ```

use std::borrow::Cow;
use std::fs::{self, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::article::{Dialect, Reading};
use crate::card::{Card, GroupBy};
use crate::date::Timestamp;
use crate::diagnostic::Finding;
use crate::identity;
use crate::name::FeedName;

/// Where the index is, and what time it is really.
#[derive(Clone, Debug)]
pub struct Cache {
    /// The folder of the index, which is made if it is not there.
    pub folder: PathBuf,
    /// When the run began, really: what changed just before may change again without a sign.
    pub clock: Timestamp,
}

/// A clock may not tell apart what happens within so much time: some file systems only count
/// every other second.
const RACY: Duration = Duration::from_secs(2);

/// A larger index is not read.
const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;

const HEAD_BYTES: usize = 40;

const NAMESPACE: Uuid = Uuid::from_u128(0x6b0e_9d52_1c1f_5a8e_8f43_07c5_b1de_9a64);

/// What is known of the files of a source.
#[derive(Debug)]
pub(crate) struct Index {
    cache: Cache,
    file: PathBuf,
    key: Uuid,
    /// The file as it was, without what is wrong.
    bytes: Vec<u8>,
    count: usize,
}

/// A file at one time, as far as the file system can tell: the same again means the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint(Uuid);

/// What was found in a file: [`Reading`] in the form that is kept.
#[derive(Serialize, Deserialize)]
enum Memo<'a> {
    Article {
        id: Uuid,
        published: (i64, u32),
        quality: Option<i64>,
        #[serde(borrow)]
        groups: Vec<(u8, Cow<'a, str>)>,
        findings: Vec<Finding>,
    },
    Faulty(Finding),
    NoFrontMatter,
    NotAnArticle,
    Undated,
}

/// A memo that is to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    fingerprint: Fingerprint,
    /// `None` if it is in the index already.
    memo: Option<Box<[u8]>>,
}

impl Index {
    /// Opens the index of a source; one that is missing or damaged is empty.
    pub(crate) fn open(cache: &Cache, sources: &[PathBuf], dialect: Dialect) -> Index {
        let roots = sources.iter().filter_map(|source| fs::canonicalize(source).ok());
        let roots: Vec<u8> =
            roots.flat_map(|root| [root.as_os_str().as_encoded_bytes(), b"\0"].concat()).collect();
        let name = identity::of_name(&NAMESPACE, &roots).simple();
        let file = cache.folder.join(format!("{name}.index"));
        let mut index =
            Index { cache: cache.clone(), file, key: key(dialect), bytes: Vec::new(), count: 0 };
        if let Some((bytes, count)) = index.read() {
            index.bytes = bytes;
            index.count = count;
        }
        index
    }

    fn read(&self) -> Option<(Vec<u8>, usize)> {
        let file = fs::File::open(&self.file).ok()?;
        let metadata = file.metadata().ok()?;
        (metadata.is_file() && is_private(&metadata)).then_some(())?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
        file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        let (digest, rest) = bytes.split_first_chunk::<16>()?;
        let (key, rest) = rest.split_first_chunk::<16>()?;
        let (count, entries) = rest.split_first_chunk::<8>()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        let known = *key == *self.key.as_bytes() && entries.len() / 20 >= count;
        let whole = known && *digest == *digest_of(bytes.get(16..)?).as_bytes();
        whole.then_some((bytes, count))
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What was found in a file when it was read last.
    pub(crate) fn get(&self, fingerprint: Fingerprint) -> Option<Reading<Card>> {
        let memo = postcard::from_bytes(self.memo(fingerprint)?).ok()?;
        reading(memo)
    }

    fn memo(&self, fingerprint: Fingerprint) -> Option<&[u8]> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.fingerprint(middle)? < *fingerprint.0.as_bytes() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.count && self.fingerprint(low)? == *fingerprint.0.as_bytes()).then_some(())?;
        let start = if low == 0 { 0 } else { self.end(low - 1)? };
        self.bytes.get(HEAD_BYTES + self.count * 20..)?.get(start..self.end(low)?)
    }

    fn fingerprint(&self, at: usize) -> Option<[u8; 16]> {
        self.bytes.get(HEAD_BYTES + at * 16..)?.first_chunk().copied()
    }

    fn end(&self, at: usize) -> Option<usize> {
        let end = self.bytes.get(HEAD_BYTES + self.count * 16 + at * 4..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*end)).ok()
    }

    /// A note that a file has not changed since the run before.
    pub(crate) fn again(fingerprint: Fingerprint) -> Note {
        Note { fingerprint, memo: None }
    }

    /// A note of what was found in a file, unless it may change without a sign.
    pub(crate) fn note(
        &self,
        path: &Path,
        metadata: &Metadata,
        found: &Reading<Card>,
    ) -> Option<Note> {
        let changed = Timestamp::from_system(changed(metadata)?.checked_add(RACY)?)?;
        (changed < self.cache.clock).then_some(())?;
        let memo = postcard::to_allocvec(&memo(found)).ok()?.into_boxed_slice();
        Some(Note { fingerprint: Fingerprint::of(path, metadata), memo: Some(memo) })
    }

    /// The bytes of the index that these notes make, and its file; `None` if it is as it was.
    pub(crate) fn with(&self, mut notes: Vec<Note>) -> Option<(&Path, Vec<u8>)> {
        notes.sort_unstable_by_key(|note| note.fingerprint);
        notes.dedup_by_key(|note| note.fingerprint);
        if notes.len() == self.count && notes.iter().all(|note| note.memo.is_none()) {
            return None;
        }
        let memos: Vec<&[u8]> = notes
            .iter()
            .map(|note| note.memo.as_deref().or_else(|| self.memo(note.fingerprint)))
            .collect::<Option<_>>()?;
        let length = memos.iter().map(|memo| memo.len()).sum::<usize>();
        u32::try_from(length).ok()?;
        let mut bytes = Vec::with_capacity(HEAD_BYTES + notes.len() * 20 + length);
        bytes.extend([0; 16]);
        bytes.extend(self.key.as_bytes());
        bytes.extend((notes.len() as u64).to_le_bytes());
        bytes.extend(notes.iter().flat_map(|note| *note.fingerprint.0.as_bytes()));
        let mut end = 0_u32;
        for memo in &memos {
            end += u32::try_from(memo.len()).ok()?;
            bytes.extend(end.to_le_bytes());
        }
        for memo in memos {
            bytes.extend(memo);
        }
        let digest = digest_of(bytes.get(16..)?);
        bytes.get_mut(..16)?.copy_from_slice(digest.as_bytes());
        Some((&self.file, bytes))
    }
}

impl Note {
    /// Whether the file has not changed since the run before.
    pub(crate) fn is_old(&self) -> bool {
        self.memo.is_none()
    }
}

impl Fingerprint {
    /// The fingerprint of the file at a path.
    pub(crate) fn of(path: &Path, metadata: &Metadata) -> Fingerprint {
        let mut facts = path.as_os_str().as_encoded_bytes().to_vec();
        facts.push(0);
        facts.extend(metadata.len().to_le_bytes());
        facts.extend(place_and_times(metadata).into_iter().flat_map(i128::to_le_bytes));
        Fingerprint(identity::of_name(&NAMESPACE, &facts))
    }
}

#[cfg(unix)]
fn place_and_times(metadata: &Metadata) -> [i128; 4] {
    use std::os::unix::fs::MetadataExt as _;
    let nanoseconds =
        |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
    [
        i128::from(metadata.dev()),
        i128::from(metadata.ino()),
        nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
    ]
}

#[cfg(not(unix))]
fn place_and_times(metadata: &Metadata) -> [i128; 4] {
    let since = |time: std::io::Result<SystemTime>| {
        let duration = time.ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        duration.map_or(-1, |duration| i128::try_from(duration.as_nanos()).unwrap_or(-1))
    };
    [since(metadata.modified()), since(metadata.created()), 0, 0]
}

/// When a file was changed last, be it only its name or its times.
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    let modified = metadata.modified().ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let seconds = u64::try_from(metadata.ctime()).ok()?;
        let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
        let since = Duration::new(seconds, nanoseconds);
        Some(modified.max(SystemTime::UNIX_EPOCH.checked_add(since)?))
    }
    #[cfg(not(unix))]
    Some(modified)
}

/// Whether nobody else can have written the index.
fn is_private(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        metadata.permissions().mode() & 0o022 == 0
    }
    #[cfg(not(unix))]
    true
}

/// Everything but the file itself that reading it depends on: the program, down to the build, and
/// how it is told to read.
fn key(dialect: Dialect) -> Uuid {
    let program = std::env::current_exe().and_then(|path| {
        let metadata = fs::metadata(&path)?;
        Ok(Fingerprint::of(&path, &metadata))
    });
    let facts = format!("1 {} {program:?} {dialect:?}", env!("CARGO_PKG_VERSION"));
    identity::of_name(&NAMESPACE, facts.as_bytes())
}

fn digest_of(bytes: &[u8]) -> Uuid {
    identity::of_name(&NAMESPACE, bytes)
}

fn memo(found: &Reading<Card>) -> Memo<'_> {
    match found {
        Reading::Article(card, findings) => Memo::Article {
            id: card.id,
            published: card.published.parts(),
            quality: card.quality,
            groups: card
                .groups
                .iter()
                .filter_map(|(by, name)| {
                    let number = GroupBy::ALL.iter().position(|other| other == by)?;
                    Some((u8::try_from(number).ok()?, Cow::Borrowed(name.as_str())))
                })
                .collect(),
            findings: findings.clone(),
        },
        Reading::Faulty(finding) => Memo::Faulty(finding.clone()),
        Reading::NoFrontMatter => Memo::NoFrontMatter,
        Reading::NotAnArticle => Memo::NotAnArticle,
        Reading::Undated => Memo::Undated,
    }
}

fn reading(memo: Memo<'_>) -> Option<Reading<Card>> {
    Some(match memo {
        Memo::Article { id, published, quality, groups, findings } => {
            let groups = groups.iter().map(|(number, name)| {
                Some((*GroupBy::ALL.get(usize::from(*number))?, FeedName::known(name)?))
            });
            let groups = groups.collect::<Option<_>>()?;
            let published = Timestamp::from_parts(published)?;
            Reading::Article(Card { id, published, quality, groups }, findings)
        }
        Memo::Faulty(finding) => Reading::Faulty(finding),
        Memo::NoFrontMatter => Reading::NoFrontMatter,
        Memo::NotAnArticle => Reading::NotAnArticle,
        Memo::Undated => Reading::Undated,
    })
}
