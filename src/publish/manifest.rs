//! The manifest: the names and hashes of the files that feedmill wrote into an output folder.
//!
//! Only files that it lists, with bytes that it lists, may be removed. It is read as carefully as
//! any input: no name in it can lead out of the folder.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::format::Format;
use crate::listing;
use crate::types::guid;

/// The file in the output folder.
pub(super) const FILE: &str = ".feedmill.json";

/// The size of a manifest, at most; a larger file is damaged.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;

const VERSION: u32 = 1;

/// The namespace of the hashes of bytes. After a change, files are known by their mark once.
const CONTENTS: Uuid = Uuid::from_u128(0x8c35_77d0_24be_5e19_a2f6_0b9d_e148_3c67);

/// What a run writes down for the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Manifest {
    /// By file name relative to the output folder, the hashes that its bytes may have: one, or two
    /// while a run is replacing the file.
    pub files: BTreeMap<String, BTreeSet<Uuid>>,
    /// Feeds that the WebSub hub must still be pinged about, with the hashes of their bytes. In the
    /// file they keep their first name, `unannounced`.
    #[serde(default, rename = "unannounced", skip_serializing_if = "BTreeMap::is_empty")]
    pub websub_pending: BTreeMap<String, Uuid>,
    /// In object storage, the entity tags that the files got.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub etags: BTreeMap<String, String>,
}

/// The manifest in the form of the file.
#[derive(Serialize)]
struct Document<'m> {
    version: u32,
    #[serde(flatten)]
    manifest: &'m Manifest,
}

/// Why a manifest is not used. The feeds are right all the same; only removals are held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The file is not a manifest.
    #[error("the manifest is damaged; this run writes a new one and knows feeds by their mark")]
    Damaged,
    /// Another version of feedmill wrote it.
    #[error(
        "the manifest is from another version of feedmill; this run writes a new one and knows feeds by their mark"
    )]
    Version,
}

impl Manifest {
    /// Reads a manifest. Names that feedmill cannot have written are dropped.
    ///
    /// # Errors
    ///
    /// If the bytes are not a manifest of this version.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, ManifestError> {
        /// The version alone: the rest may differ in another version.
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let version: Version = serde_json::from_slice(bytes).map_err(|_| ManifestError::Damaged)?;
        if version.version != VERSION {
            return Err(ManifestError::Version);
        }
        let manifest = serde_json::from_slice(bytes).map_err(|_| ManifestError::Damaged)?;
        let Manifest { mut files, mut websub_pending, mut etags } = manifest;
        files.retain(|name, _| is_safe(name));
        websub_pending.retain(|name, _| Format::is_feed(name) && files.contains_key(name));
        etags.retain(|name, _| files.contains_key(name));
        Ok(Manifest { files, websub_pending, etags })
    }

    /// The manifest to use while files change from this one to a new one.
    pub(super) fn and(&self, new: &Manifest) -> Manifest {
        let mut both = self.clone();
        for (name, hashes) in &new.files {
            both.files.entry(name.clone()).or_default().extend(hashes);
        }
        both.websub_pending.extend(new.websub_pending.clone());
        both
    }

    /// The bytes of the file.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let document = Document { version: VERSION, manifest: self };
        let mut bytes = serde_json::to_vec_pretty(&document)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// The hash of the bytes of a file.
pub(super) fn hash(bytes: &[u8]) -> Uuid {
    guid::from_name(&CONTENTS, bytes)
}

/// Whether feedmill may have written a file of this name: a few plain components, none hidden, and
/// the extension of a format or the name of a file that lists feeds.
pub(super) fn is_safe(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '\\' | ':');
    let component =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain);
    let known = Format::is_feed(name) || listing::is_listing_file(name);
    known && name.len() <= 512 && name.split('/').count() <= 6 && name.split('/').all(component)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_writing_and_reading() {
        let files = [("topic/ai.json".to_owned(), BTreeSet::from([hash(b"x"), hash(b"y")]))];
        let websub_pending = [("topic/ai.json".to_owned(), hash(b"y"))].into();
        let etags = [("topic/ai.json".to_owned(), "\"x\"".to_owned())].into();
        let manifest = Manifest { files: files.into(), websub_pending, etags };
        assert_eq!(Manifest::parse(&manifest.to_bytes().unwrap()), Ok(manifest));
    }

    #[test]
    fn names_never_lead_out() {
        let other_names = ".. ../x /etc/passwd a/../b a//b .feedmill.json a\\b c:x.json \
                           topic/index.htm index.htm /x.json ../x.json x/../y.json .x.json a/\0";
        for name in other_names.split(' ').chain([""]) {
            assert!(!is_safe(name), "{name}");
            let name = serde_json::to_string(name).unwrap();
            let text = format!("{{\"version\":1,\"files\":{{{name}:[]}}}}");
            assert_eq!(Manifest::parse(text.as_bytes()), Ok(Manifest::default()));
        }
        assert!(is_safe("topic/ai.rss.xml"));
        assert!(is_safe("topic/ai.html"));
        assert!(is_safe("index.html"));
    }

    #[test]
    fn other_bytes_are_no_manifest() {
        for (text, error) in [
            ("", ManifestError::Damaged),
            ("{\"version\":1,\"files\":{\"a\":[\"x\"]}}", ManifestError::Damaged),
            ("{\"version\":2,\"files\":[]}", ManifestError::Version),
            (&"[".repeat(100_000), ManifestError::Damaged),
        ] {
            assert_eq!(Manifest::parse(text.as_bytes()), Err(error));
        }
    }
}
