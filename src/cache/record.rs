//! Memos: what was found in a file, in the form that is kept. Nothing that is read back is trusted
//! to be what was written.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::article::{ArticleMeta, GroupKey};
use crate::types::date::Timestamp;
use crate::types::outcome::Outcome;
use crate::types::slug::FeedSlug;

/// What was found in a file.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    /// When the file says that it is published.
    published: Option<(i64, u32)>,
    #[serde(borrow)]
    outcome: Outcome<CachedMeta<'a>>,
}

/// [`ArticleMeta`] in the form that is kept.
#[derive(Serialize, Deserialize)]
struct CachedMeta<'a> {
    id: Uuid,
    quality: Option<i64>,
    #[serde(borrow)]
    groups: Vec<(GroupKey, &'a str)>,
}

impl<'a> From<&'a ArticleMeta> for CachedMeta<'a> {
    fn from(meta: &'a ArticleMeta) -> CachedMeta<'a> {
        let groups = meta.groups.iter().map(|(key, slug)| (*key, slug.as_str())).collect();
        CachedMeta { id: meta.id, quality: meta.quality, groups }
    }
}

/// Bytes that most records fit into.
const USUAL_BYTES: usize = 128;

/// The bytes of the record of a file that is public once it is published.
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

/// What a record says, if it says anything; of the groups of an article those that matter.
pub(super) fn read(
    bytes: &[u8],
    matters: &BTreeSet<GroupKey>,
) -> Option<(Option<Timestamp>, Outcome<ArticleMeta>)> {
    let record: Record<'_> = postcard::from_bytes(bytes).ok()?;
    let published = match record.published {
        Some(parts) => Some(Timestamp::from_parts(parts)?),
        None => None,
    };
    let outcome = match record.outcome {
        Outcome::Article(CachedMeta { id, quality, groups }, findings) => {
            let groups = groups.into_iter().filter(|(key, _)| matters.contains(key));
            let known = |(key, slug)| Some((key, FeedSlug::known(slug)?));
            let groups = groups.map(known).collect::<Option<Vec<_>>>()?;
            Outcome::Article(ArticleMeta { id, published: published?, quality, groups }, findings)
        }
        Outcome::Invalid(finding) => Outcome::Invalid(finding),
        Outcome::LeftOut(reason) => Outcome::LeftOut(reason),
    };
    Some((published, outcome))
}
