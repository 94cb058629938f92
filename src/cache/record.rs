//! Memos: what was found in a file, in the form that is kept. Nothing that is read back is trusted
//! to be what was written.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::article::Reading;
use crate::article::{Card, GroupBy};
use crate::types::date::Timestamp;
use crate::types::diagnostic::Finding;
use crate::types::slug::FeedName;

/// What was found in a file.
#[derive(Serialize, Deserialize)]
struct Memo<'a> {
    /// When the file says that it is published.
    published: Option<(i64, u32)>,
    #[serde(borrow)]
    found: Found<'a>,
}

/// [`Reading`] in the form that is kept.
#[derive(Serialize, Deserialize)]
enum Found<'a> {
    Article {
        id: Uuid,
        quality: Option<i64>,
        #[serde(borrow)]
        groups: Vec<(u8, &'a [u8])>,
        findings: Vec<Finding>,
    },
    Faulty(Finding),
    NoFrontMatter,
    NotAnArticle,
    Undated,
}

/// Bytes that most memos fit into.
const USUAL_BYTES: usize = 128;

/// The bytes of a memo of a file that is public once it is published.
pub(super) fn write(published: Option<Timestamp>, found: &Reading<Card>) -> Option<Vec<u8>> {
    let memo = Memo { published: published.map(Timestamp::parts), found: kept(found) };
    postcard::to_extend(&memo, Vec::with_capacity(USUAL_BYTES)).ok()
}

/// What a memo says, if it says anything; of the groups of an article those that matter.
pub(super) fn read(
    bytes: &[u8],
    matters: &BTreeSet<GroupBy>,
) -> Option<(Option<Timestamp>, Reading<Card>)> {
    let memo: Memo<'_> = postcard::from_bytes(bytes).ok()?;
    let published = match memo.published {
        Some(parts) => Some(Timestamp::from_parts(parts)?),
        None => None,
    };
    Some((published, reading(published, memo.found, matters)?))
}

fn kept(found: &Reading<Card>) -> Found<'_> {
    match found {
        Reading::Article(card, findings) => Found::Article {
            id: card.id,
            quality: card.quality,
            groups: card
                .groups
                .iter()
                .filter_map(|(by, name)| {
                    let number = GroupBy::ALL.iter().position(|other| other == by)?;
                    Some((u8::try_from(number).ok()?, name.as_str().as_bytes()))
                })
                .collect(),
            findings: findings.clone(),
        },
        Reading::Faulty(finding) => Found::Faulty(finding.clone()),
        Reading::NoFrontMatter => Found::NoFrontMatter,
        Reading::NotAnArticle => Found::NotAnArticle,
        Reading::Undated => Found::Undated,
    }
}

fn reading(
    published: Option<Timestamp>,
    found: Found<'_>,
    matters: &BTreeSet<GroupBy>,
) -> Option<Reading<Card>> {
    Some(match found {
        Found::Article { id, quality, groups: named, findings } => {
            let mut groups = Vec::with_capacity(named.len());
            for (number, name) in named {
                let by = *GroupBy::ALL.get(usize::from(number))?;
                if matters.contains(&by) {
                    groups.push((by, FeedName::known(str::from_utf8(name).ok()?)?));
                }
            }
            Reading::Article(Card { id, published: published?, quality, groups }, findings)
        }
        Found::Faulty(finding) => Reading::Faulty(finding),
        Found::NoFrontMatter => Reading::NoFrontMatter,
        Found::NotAnArticle => Reading::NotAnArticle,
        Found::Undated => Reading::Undated,
    })
}
