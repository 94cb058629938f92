//! Fingerprints: what the file system says about a file that changes when the file does.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::types::date::Timestamp;
use crate::types::id;

/// A clock may not tell apart what happens within so much time: some file systems only count
/// every other second.
const RACY: Duration = Duration::from_secs(2);

const FILES: Uuid = Uuid::from_u128(0x2b7d_41c8_5a30_5e16_93fb_c0d4_68a1_7f25);

/// A file at one time, as far as the file system can tell: the same again means the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(Uuid);

impl Fingerprint {
    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The fingerprint of the file at a path.
    pub(crate) fn of(path: &Path, metadata: &Metadata) -> Fingerprint {
        let path = path.as_os_str().as_encoded_bytes();
        let facts = facts(metadata);
        Fingerprint(id::of_parts(&FILES, [path, facts.as_flattened()]))
    }
}

/// Whether a file is still the same, as far as the file system can tell.
pub(crate) fn is_untouched(then: &Metadata, now: &Metadata) -> bool {
    facts(then) == facts(now)
}

/// What the file system says about a file that changes when the file does.
#[cfg(unix)]
fn facts(metadata: &Metadata) -> [[u8; 8]; 7] {
    use std::os::unix::fs::MetadataExt as _;
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

#[cfg(not(unix))]
fn facts(metadata: &Metadata) -> [[u8; 16]; 3] {
    let since = |time: std::io::Result<SystemTime>| {
        let duration = time.ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        duration.unwrap_or_default().as_nanos()
    };
    [u128::from(metadata.len()), since(metadata.modified()), since(metadata.created())]
        .map(u128::to_le_bytes)
}

/// Whether a file that was as it is at some instant cannot have changed since without a sign.
pub(super) fn is_settled(metadata: &Metadata, clock: Timestamp) -> bool {
    let racy = changed(metadata).and_then(|changed| changed.checked_add(RACY));
    racy.and_then(Timestamp::from_system).is_some_and(|racy| racy < clock)
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
