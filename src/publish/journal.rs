//! The journal: the files that several processes put into an output folder, until one that is alone there
//! lists them in the manifest.
//!
//! After a crash, the next run knows them by it and can remove them. It is read as carefully as the manifest.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::manifest;

/// The file in the output folder: a hash and a name in each line.
pub(super) const FILE: &str = ".feedmill.journal";

/// A larger journal is damaged.
pub(super) const MAX_BYTES: u64 = 16 * manifest::MAX_BYTES;

/// By name, the hashes that the bytes of a file may have.
pub(super) type Journal = BTreeMap<String, BTreeSet<Uuid>>;

/// The lines for files that are about to be put in their places.
pub(super) fn lines<'n>(entries: impl Iterator<Item = (&'n str, Uuid)>) -> String {
    entries.flat_map(|(name, hash)| [hash.simple().to_string(), format!(" {name}\n")]).collect()
}

/// The files of a journal. Names that feedmill cannot have written are dropped.
pub(super) fn parse(bytes: &[u8]) -> Journal {
    let mut journal = Journal::new();
    for line in String::from_utf8_lossy(bytes).lines() {
        let Some((hash, name)) = line.split_once(' ') else { continue };
        if let (Ok(hash), true) = (Uuid::try_parse(hash), manifest::is_safe(name)) {
            journal.entry(name.to_owned()).or_default().insert(hash);
        }
    }
    journal
}
