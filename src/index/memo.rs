//! Memos: what was found in a file, in the form that is kept. Nothing that is read back is trusted
//! to be what was written.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::article::Reading;
use crate::card::{Card, GroupBy};
use crate::date::Timestamp;
use crate::diagnostic::Finding;
use crate::name::FeedName;

/// What was found in a file: [`Reading`] in the form that is kept.
#[derive(Serialize, Deserialize)]
enum Memo<'a> {
    Article {
        id: Uuid,
        published: (i64, u32),
        quality: Option<i64>,
        #[serde(borrow)]
        groups: Vec<(u8, &'a str)>,
        findings: Vec<Finding>,
    },
    Faulty(Finding),
    NoFrontMatter,
    NotAnArticle,
    Undated,
}

/// The bytes of a memo.
pub(super) fn write(found: &Reading<Card>) -> Option<Box<[u8]>> {
    Some(postcard::to_allocvec(&memo(found)).ok()?.into_boxed_slice())
}

/// What a memo says, if it says anything.
pub(super) fn read(bytes: &[u8]) -> Option<Reading<Card>> {
    reading(postcard::from_bytes(bytes).ok()?)
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
                    Some((u8::try_from(number).ok()?, name.as_str()))
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
