//! Fingerprints of files: they change whenever a file does.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::source::Version;
use crate::types::{date::Timestamp, guid};

/// File systems may not tell apart two changes within this time: some count every other second.
const RACY: Duration = Duration::from_secs(2);

const FILES: Uuid = Uuid::from_u128(0x2b7d_41c8_5a30_5e16_93fb_c0d4_68a1_7f25);

/// A digest of the path and the metadata of a file: the same fingerprint means the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(Uuid);

impl Fingerprint {
    pub(crate) fn new(path: &Path, version: &Version) -> Fingerprint {
        let path = path.as_os_str().as_encoded_bytes();
        Fingerprint(match version {
            Version::File(metadata) => {
                guid::from_parts(&FILES, [path, facts(metadata).as_flattened()])
            }
            Version::Object(facts) => {
                let facts = format!("{} {}", facts.size, facts.etag);
                guid::from_parts(&FILES, [path, b"\0", facts.as_bytes()])
            }
        })
    }

    pub(super) fn from_bytes(bytes: [u8; 16]) -> Fingerprint {
        Fingerprint(Uuid::from_bytes(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

/// The metadata that changes whenever the file does.
fn facts(metadata: &Metadata) -> [[u8; 8]; 7] {
    [
        metadata.len().cast_signed(),
        metadata.dev().cast_signed(),
        metadata.ino().cast_signed(),
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    ]
    .map(i64::to_le_bytes)
}

/// Whether any change after `clock` would change the fingerprint. The entity tag of an object always
/// does.
pub(super) fn is_settled(version: &Version, clock: Timestamp) -> bool {
    let metadata = match version {
        Version::File(metadata) => metadata,
        Version::Object(facts) => return !facts.etag.is_empty(),
    };
    let racy = last_change(metadata).and_then(|changed| changed.checked_add(RACY));
    racy.and_then(Timestamp::from_system).is_some_and(|racy| racy < clock)
}

/// When the bytes, the name or the times of a file changed last.
fn last_change(metadata: &Metadata) -> Option<SystemTime> {
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    let changed = SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))?;
    Some(metadata.modified().ok()?.max(changed))
}
