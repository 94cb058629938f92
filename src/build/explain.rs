//! The explanation: what became of one file, and why.

use std::path::PathBuf;

use rayon::prelude::*;
use uuid::Uuid;

use super::scan::{PlannedFeed, Scan};
use crate::article::ArticleMeta;
use crate::article::{self};
use crate::error::Error;
use crate::feed::group::Rank;
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::types::date::Timestamp;
use crate::types::diagnostic::Finding;
use crate::types::id;
use crate::types::outcome::Outcome;
use crate::types::slug::FeedSlugs;
use crate::types::text;
use crate::types::url::WebUrl;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The file, as the source was given.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Outcome<ExplainedArticle>,
}

/// What was read of an article, and where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedArticle {
    /// Its identity.
    pub id: Uuid,
    /// Its title, in plain text.
    pub title: String,
    /// When it was published.
    pub published: Timestamp,
    /// Where readers go.
    pub link: WebUrl,
    /// Its feeds, in the order of the feed sets asked for.
    pub feeds: Vec<Membership>,
}

/// An article and one of the feeds of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The feed without the extension of a format, relative to the output folder: `topic/ai`.
    pub feed: String,
    /// Whether the article is in it.
    pub place: Position,
}

/// The place of an article in a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
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
    scan: &Scan,
    target: &str,
    watch: &impl Monitor,
) -> Result<Option<Explanation>, Error> {
    let place = match by_path(scan, target) {
        Some(place) => Some(place),
        None => by_address(settings, scan, target, watch)?,
    };
    let Some(place) = place else { return Ok(None) };
    let path = scan.path(place).to_owned();
    let mut buffer = Vec::new();
    let contents = match scan.read(place, &mut buffer)? {
        Ok(contents) => contents,
        Err(problem) => {
            let finding = Finding { line: 0, column: 0, problem };
            return Ok(Some(Explanation { path, outcome: Outcome::Invalid(finding) }));
        }
    };
    let parsed = article::parse(&path, contents.bytes, &scan.options);
    let explained = parsed.outcome.map(|article| {
        let meta = article.meta(&mut FeedSlugs::default());
        let feeds = memberships(settings, scan, &meta, place);
        let (id, published, link) = (article.id, article.published, article.link);
        (meta, ExplainedArticle { id, title: text::plain(&article.title), published, link, feeds })
    });
    let outcome = settings.selection.judge(&parsed.visibility, explained, |(meta, _)| meta);
    Ok(Some(Explanation { path, outcome: outcome.map(|(_, explained)| explained) }))
}

fn by_path(scan: &Scan, target: &str) -> Option<usize> {
    let wanted = std::fs::canonicalize(target).ok()?;
    (0..scan.len()).find(|&place| {
        let path = scan.path(place);
        // Names are compared first, since looking where a path leads takes time.
        let named = path.file_name() == wanted.file_name();
        named && std::fs::canonicalize(path).is_ok_and(|path| path == wanted)
    })
}

/// The file of an article that is in, else the first one with that address.
fn by_address(
    settings: &Settings,
    scan: &Scan,
    target: &str,
    watch: &impl Monitor,
) -> Result<Option<usize>, Error> {
    let wanted = id::spelling(target);
    let is_it = |place: usize| {
        if watch.stop() {
            return Err(Error::Interrupted);
        }
        let mut buffer = Vec::new();
        let Ok(contents) = scan.read(place, &mut buffer)? else { return Ok(None) };
        let parsed = article::skim(
            scan.path(place),
            contents.bytes,
            &scan.options,
            &mut FeedSlugs::default(),
        );
        let mut addresses = parsed.visibility.addresses.iter().flatten();
        Ok(addresses.any(|address| id::spelling(address) == wanted).then_some(place))
    };
    let places = (0..scan.len()).into_par_iter().map(is_it);
    let places = places.collect::<Result<Vec<_>, Error>>()?;
    let places: Vec<usize> = places.into_iter().flatten().collect();
    for place in &places {
        if scan.article(settings, *place, &mut Vec::new())?.is_some() {
            return Ok(Some(*place));
        }
    }
    Ok(places.first().copied())
}

fn memberships(
    settings: &Settings,
    scan: &Scan,
    meta: &ArticleMeta,
    place: usize,
) -> Vec<Membership> {
    // With feeds that are too small to be written.
    let planned = scan.feeds(0);
    let of_article = planned.iter().filter(|feed| feed.kind.by.has_in(meta, feed.name));
    let rank = Rank::new(meta, place);
    let membership = |feed: &PlannedFeed<'_>| Membership {
        feed: feed.kind.location(feed.name),
        place: place_in(settings, scan, feed, rank),
    };
    of_article.map(membership).collect()
}

fn place_in(settings: &Settings, scan: &Scan, feed: &PlannedFeed<'_>, rank: Rank) -> Position {
    let count = feed.len();
    if count < settings.min_items {
        return Position::TooFew(count);
    }
    let path = |rank: &Rank| scan.path(rank.place).to_owned();
    let mut members = feed.members.iter();
    if let Some(before) = members.clone().position(|member| *member == rank) {
        return Position::Number(before + 1, count);
    }
    let newer = members.clone().filter(|member| **member < rank);
    let provider = feed.provider(rank.place);
    let of_provider =
        newer.filter(|member| provider.is_some() && feed.provider(member.place) == provider);
    let of_provider = of_provider.count();
    match (members.clone().find(|member| member.id == rank.id), members.next_back()) {
        (Some(same), _) => Position::Duplicate(path(same)),
        _ if feed.kind.max_per_provider.is_some_and(|most| of_provider >= most) => {
            Position::OfProvider(of_provider)
        }
        (None, Some(last)) => Position::PushedOut(count, path(last), last.published),
        (None, None) => Position::TooFew(0),
    }
}
