//! The explanation: what became of one file, and why.

use std::path::PathBuf;

use rayon::prelude::*;
use uuid::Uuid;

use super::scan::{Planned, Survey};
use crate::article::Card;
use crate::article::{self, Reading};
use crate::error::Error;
use crate::feed::group::Rank;
use crate::feed::{Reason, Verdict};
use crate::progress::Watch;
use crate::settings::Settings;
use crate::types::date::Timestamp;
use crate::types::diagnostic::Finding;
use crate::types::id;
use crate::types::slug::FeedNames;
use crate::types::text;
use crate::types::url::WebUrl;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The file, as the source was given.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It cannot be read or has an error.
    Faulty(Finding),
    /// It is out, and that is as it should be.
    Out(Reason),
    /// It is an article that is in.
    In {
        /// What was read of it.
        known: Known,
        /// Its feeds, in the order of the kinds asked for.
        feeds: Vec<Membership>,
    },
}

/// What was read of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its identity.
    pub id: Uuid,
    /// Its title, in plain text.
    pub title: String,
    /// When it was published.
    pub published: Timestamp,
    /// Where readers go.
    pub link: WebUrl,
}

/// An article and one of the feeds of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The feed without the extension of a format, relative to the output folder: `topic/ai`.
    pub feed: String,
    /// Whether the article is in it.
    pub place: Place,
}

/// The place of an article in a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is there: the number, counted from 1 for the newest, and of how many.
    Number(usize, usize),
    /// Another file stands for it, which has the same identity.
    Duplicate(PathBuf),
    /// So many newer ones fill the feed; the last of them, and when it was published.
    PushedOut(usize, PathBuf, Timestamp),
    /// So many newer ones are of the same provider, which are as many as may be.
    OfProvider(usize),
    /// The feed has fewer entries than a feed must have.
    TooFew(usize),
}

/// What became of the file with this path, or with an article that has this address; `None` if
/// there is none.
pub(super) fn of(
    settings: &Settings,
    survey: &Survey,
    target: &str,
    watch: &impl Watch,
) -> Result<Option<Explanation>, Error> {
    let place = match by_path(survey, target) {
        Some(place) => Some(place),
        None => by_address(settings, survey, target, watch)?,
    };
    let Some(place) = place else { return Ok(None) };
    let path = survey.path(place).to_owned();
    let mut buffer = Vec::new();
    let contents = match survey.read(place, &mut buffer)? {
        Ok(contents) => contents,
        Err(problem) => {
            let finding = Finding { line: 0, column: 0, problem };
            return Ok(Some(Explanation { path, outcome: Outcome::Faulty(finding) }));
        }
    };
    let parsed = article::parse(&path, contents.bytes, &survey.dialect);
    let known = match &parsed.reading {
        Reading::Article(article, _) => Some(Known {
            id: article.id,
            title: text::plain(&article.title),
            published: article.published,
            link: article.link.clone(),
        }),
        _ => None,
    };
    let card = parsed.reading.map(|article| Card::of(&article.head(), &mut FeedNames::default()));
    let outcome = match (settings.selection.judge(&parsed.standing, card), known) {
        (Verdict::In(card, _), Some(known)) => {
            Outcome::In { known, feeds: memberships(settings, survey, &card, place) }
        }
        (Verdict::Out(reason), _) => Outcome::Out(reason),
        (Verdict::Faulty(finding), _) => Outcome::Faulty(finding),
        (Verdict::In(..), None) => return Ok(None),
    };
    Ok(Some(Explanation { path, outcome }))
}

fn by_path(survey: &Survey, target: &str) -> Option<usize> {
    let wanted = std::fs::canonicalize(target).ok()?;
    (0..survey.len()).find(|&place| {
        let path = survey.path(place);
        // Names are compared first, since looking where a path leads takes time.
        let named = path.file_name() == wanted.file_name();
        named && std::fs::canonicalize(path).is_ok_and(|path| path == wanted)
    })
}

/// The file of an article that is in, else the first one with that address.
fn by_address(
    settings: &Settings,
    survey: &Survey,
    target: &str,
    watch: &impl Watch,
) -> Result<Option<usize>, Error> {
    let wanted = id::spelling(target);
    let is_it = |place: usize| {
        if watch.stop() {
            return Err(Error::Interrupted);
        }
        let mut buffer = Vec::new();
        let Ok(contents) = survey.read(place, &mut buffer)? else { return Ok(None) };
        let parsed = article::skim(survey.path(place), contents.bytes, &survey.dialect);
        let mut addresses = parsed.standing.addresses.iter().flatten();
        Ok(addresses.any(|address| id::spelling(address) == wanted).then_some(place))
    };
    let places = (0..survey.len()).into_par_iter().map(is_it);
    let places = places.collect::<Result<Vec<_>, Error>>()?;
    let places: Vec<usize> = places.into_iter().flatten().collect();
    for place in &places {
        if survey.article(settings, *place, &mut Vec::new())?.is_some() {
            return Ok(Some(*place));
        }
    }
    Ok(places.first().copied())
}

fn memberships(settings: &Settings, survey: &Survey, card: &Card, place: usize) -> Vec<Membership> {
    // With feeds that are too small to be written.
    let planned = survey.feeds(0);
    let of_article = planned.iter().filter(|feed| card.is_in(feed.kind.by, feed.name));
    let rank = Rank::new(card, place);
    let membership = |feed: &Planned<'_>| Membership {
        feed: feed.kind.location(feed.name),
        place: place_in(settings, survey, feed, rank),
    };
    of_article.map(membership).collect()
}

fn place_in(settings: &Settings, survey: &Survey, feed: &Planned<'_>, rank: Rank) -> Place {
    let count = feed.len();
    if count < settings.min_items {
        return Place::TooFew(count);
    }
    let path = |rank: &Rank| survey.path(rank.place).to_owned();
    let mut members = feed.members.iter();
    if let Some(before) = members.clone().position(|member| *member == rank) {
        return Place::Number(before + 1, count);
    }
    let newer = members.clone().filter(|member| **member < rank);
    let provider = feed.provider(rank.place);
    let of_provider =
        newer.filter(|member| provider.is_some() && feed.provider(member.place) == provider);
    let of_provider = of_provider.count();
    match (members.clone().find(|member| member.id == rank.id), members.next_back()) {
        (Some(same), _) => Place::Duplicate(path(same)),
        _ if feed.kind.max_per_provider.is_some_and(|most| of_provider >= most) => {
            Place::OfProvider(of_provider)
        }
        (None, Some(last)) => Place::PushedOut(count, path(last), last.published),
        (None, None) => Place::TooFew(0),
    }
}
