//! The record of one file or feed, as the cache stores it. Nothing that is read back is trusted.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::RecordStart;
use crate::article::{ArticleMeta, GroupKey};
use crate::listing::Outline;
use crate::types::{date::Timestamp, outcome::Outcome, slug::FeedSlug};

/// What a file holds.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    /// The parts of the date of publication.
    published: Option<(i64, u32)>,
    #[serde(borrow)]
    outcome: Outcome<CachedMeta<'a>>,
}

/// [`ArticleMeta`] without the date, which the record has already.
#[derive(Serialize, Deserialize)]
struct CachedMeta<'a> {
    id: Uuid,
    quality: Option<i64>,
    is_translation: bool,
    #[serde(borrow)]
    groups: Vec<(GroupKey, &'a str)>,
}

/// What the cache knows of a file.
pub(crate) struct CachedFile {
    pub(crate) entry: RecordStart,
    /// The date of publication, if the file has one.
    pub(crate) published: Option<Timestamp>,
    pub(crate) outcome: Outcome<ArticleMeta>,
}

/// A feed as it was built from its inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FeedRecord {
    /// A digest of everything that the files of the feed depend on.
    pub(crate) inputs: Uuid,
    /// The parts of the latest date in its articles. Before that date the feed was another one.
    latest: (i64, u32),
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) home: String,
    pub(crate) newest_title: String,
    pub(crate) newest_link: String,
    /// The hashes of its files, in the order of the formats.
    pub(crate) hashes: Vec<Uuid>,
    /// The pages of its articles in a rendered site, and a digest of their fingerprints.
    pages: (Vec<PathBuf>, Uuid),
}

/// Bytes that most records fit into.
const USUAL_BYTES: usize = 128;

/// The bytes of the record of a public file.
pub(super) fn write(
    published: Option<Timestamp>,
    outcome: &Outcome<ArticleMeta>,
) -> Option<Vec<u8>> {
    let outcome = match outcome {
        Outcome::Article(meta, findings) => {
            Outcome::Article(CachedMeta::from(meta), findings.clone())
        }
        Outcome::Invalid(finding) => Outcome::Invalid(finding.clone()),
        Outcome::LeftOut(reason) => Outcome::LeftOut(*reason),
    };
    let record = Record { published: published.map(Timestamp::parts), outcome };
    postcard::to_extend(&record, Vec::with_capacity(USUAL_BYTES)).ok()
}

/// Reads the record of an entry back, with those groups of an article that have one of the keys.
pub(super) fn read(
    bytes: &[u8],
    entry: RecordStart,
    keys: &BTreeSet<GroupKey>,
) -> Option<CachedFile> {
    let record: Record<'_> = postcard::from_bytes(bytes).ok()?;
    let published = match record.published {
        Some(parts) => Some(Timestamp::from_parts(parts)?),
        None => None,
    };
    let outcome = match record.outcome {
        Outcome::Article(CachedMeta { id, quality, is_translation, groups }, findings) => {
            let groups = groups.into_iter().filter(|(key, _)| keys.contains(key));
            let groups = groups.map(|(key, slug)| Some((key, FeedSlug::parse(slug)?)));
            let groups = groups.collect::<Option<_>>()?;
            let published = published?;
            let meta = ArticleMeta { id, published, quality, is_translation, groups };
            Outcome::Article(meta, findings)
        }
        Outcome::Invalid(finding) => Outcome::Invalid(finding),
        Outcome::LeftOut(reason) => Outcome::LeftOut(reason),
    };
    Some(CachedFile { entry, published, outcome })
}

impl<'a> From<&'a ArticleMeta> for CachedMeta<'a> {
    fn from(meta: &'a ArticleMeta) -> CachedMeta<'a> {
        let groups = meta.groups.iter().map(|(key, slug)| (*key, slug.as_str())).collect();
        CachedMeta {
            id: meta.id,
            quality: meta.quality,
            is_translation: meta.is_translation,
            groups,
        }
    }
}

impl FeedRecord {
    /// The record of a feed that was built from these inputs.
    pub(crate) fn new(
        inputs: Uuid,
        latest: Timestamp,
        outline: &Outline,
        hashes: Vec<Uuid>,
        pages: &(Vec<PathBuf>, Uuid),
    ) -> FeedRecord {
        FeedRecord {
            inputs,
            latest: latest.parts(),
            name: outline.name.clone(),
            title: outline.title.clone(),
            home: outline.home.to_string(),
            newest_title: outline.newest_title.clone(),
            newest_link: outline.newest_link.to_string(),
            hashes,
            pages: pages.clone(),
        }
    }

    /// The pages of its articles, and a digest of their fingerprints.
    pub(crate) fn pages(&self) -> (&[PathBuf], Uuid) {
        (&self.pages.0, self.pages.1)
    }

    /// Whether all dates in its articles have come.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        Timestamp::from_parts(self.latest).is_some_and(|latest| latest <= now)
    }
}
