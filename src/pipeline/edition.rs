//! The edition: the articles that are in feeds are read again, this time as a whole.
//!
//! Between the two readings a file may change. What is read then is not made into a feed that was
//! planned for something else: the survey is repeated with what is known now.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::survey::{Bytes, Outdated, Planned, Survey};
use crate::article::{self, Article, Body, Parsed, Reading, Related};
use crate::card::{By, Card};
use crate::date::Timestamp;
use crate::entry::Entry;
use crate::error::Error;
use crate::feed::Feed;
use crate::group::Rank;
use crate::name::{FeedName, FeedNames};
use crate::select::Verdict;
use crate::settings::Settings;
use crate::watch::Watch;

/// An article in the feeds that it is planned for.
struct Wanted<'a> {
    rank: Rank,
    feeds: Vec<(By, &'a FeedName)>,
}

/// An article that has been read as a whole, and its entry.
pub(super) struct Member {
    card: Card,
    article: Box<Article>,
    entry: Arc<Entry>,
    /// The latest date that the article speaks of; `None` if its file is not quite the one that
    /// the survey read.
    latest: Option<Timestamp>,
}

/// A feed that has been made.
pub(super) struct Made {
    pub(super) feed: Feed,
    /// The latest date that one of its articles speaks of; `None` if a file of theirs is not quite
    /// the one that the survey read.
    pub(super) latest: Option<Timestamp>,
}

/// The members of feeds that are still to come, for feeds that are made part by part.
#[derive(Default)]
pub(super) struct Shelf {
    /// How many feeds that are still to come want an article, by place, if more than one did.
    wanted: HashMap<usize, usize>,
    members: BTreeMap<usize, Member>,
}

impl Shelf {
    /// A shelf for all feeds that will be made with it.
    pub(super) fn new<'p>(planned: impl Iterator<Item = &'p Planned<'p>>) -> Shelf {
        let mut wanted: HashMap<usize, usize> = HashMap::new();
        for rank in planned.flat_map(|feed| feed.members) {
            *wanted.entry(rank.place).or_default() += 1;
        }
        wanted.retain(|_, feeds| *feeds > 1);
        Shelf { wanted, members: BTreeMap::new() }
    }

    /// Keeps those members of feeds that have been made which others want, but not many.
    fn keep(&mut self, made: &[&Planned<'_>]) {
        for rank in made.iter().flat_map(|feed| feed.members) {
            if let Some(feeds) = self.wanted.get_mut(&rank.place) {
                *feeds -= 1;
            }
        }
        let mut kept = 0;
        self.members.retain(|place, _| {
            let is_wanted = self.wanted.get(place).is_some_and(|&feeds| feeds > 0);
            kept += usize::from(is_wanted);
            is_wanted && kept <= MOST_KEPT
        });
    }
}

/// Members that wait for other feeds at most.
const MOST_KEPT: usize = 2 * 1024;

/// Makes feeds; each entry once, however many of them it is in.
pub(super) fn feeds(
    settings: &Settings,
    survey: &Survey,
    planned: &[&Planned<'_>],
    shelf: &mut Shelf,
    watch: &impl Watch,
) -> Result<Result<Vec<Made>, Outdated>, Error> {
    let mut wanted: BTreeMap<usize, Wanted<'_>> = BTreeMap::new();
    for feed in planned {
        for &rank in feed.members {
            let article = wanted.entry(rank.place);
            let article = article.or_insert_with(|| Wanted { rank, feeds: Vec::new() });
            article.feeds.push((feed.kind.by, feed.name));
        }
    }
    let has = |place: &usize, wanted: &Wanted<'_>| {
        shelf.members.get(place).is_some_and(|member| wanted.is_met_by(&member.card))
    };
    wanted.retain(|place, wanted| !has(place, wanted));
    let wanted: Vec<Wanted<'_>> = wanted.into_values().collect();
    let init = || (FeedNames::default(), Vec::new());
    let read = wanted.par_iter().map_init(init, |(names, buffer), wanted| {
        if watch.stop() {
            return Err(Error::Interrupted);
        }
        Ok((wanted.rank.place, member(settings, survey, wanted, names, buffer)?))
    });
    let members = &mut shelf.members;
    let mut outdated = BTreeMap::new();
    for (place, read) in read.collect::<Result<Vec<_>, Error>>()? {
        match read {
            Ok(member) => drop(members.insert(place, member)),
            Err(_) if survey.is_final(place) => drop(members.remove(&place)),
            Err(bytes) => drop(outdated.insert(place, bytes)),
        }
    }
    if !outdated.is_empty() {
        return Ok(Err(Outdated(outdated)));
    }
    let feeds = planned.iter().filter_map(|feed| {
        let members = feed.members.iter().filter_map(|rank| members.get(&rank.place));
        let members: Vec<&Member> = members.collect();
        let latest = members.iter().map(|member| member.latest).collect::<Option<Vec<_>>>();
        let latest = latest.and_then(|latest| latest.into_iter().max());
        let members: Vec<_> =
            members.iter().map(|member| (&*member.article, Arc::clone(&member.entry))).collect();
        let feed = Feed::assemble(&settings.site, feed.kind, feed.name, &members)?;
        Some(Made { feed, latest })
    });
    let feeds = feeds.collect();
    shelf.keep(planned);
    Ok(Ok(feeds))
}

impl Wanted<'_> {
    /// Whether this is the article that the feeds were planned for.
    fn is_met_by(&self, card: &Card) -> bool {
        let has = |&(by, name): &(By, &FeedName)| card.is_in(by, name);
        Rank::new(card, self.rank.place) == self.rank && self.feeds.iter().all(has)
    }
}

/// Reads an article again. The inner error is what its file is now, if that is something else.
fn member(
    settings: &Settings,
    survey: &Survey,
    wanted: &Wanted<'_>,
    names: &mut FeedNames,
    buffer: &mut Vec<u8>,
) -> Result<Result<Member, Bytes>, Error> {
    let place = wanted.rank.place;
    let contents = match survey.read(place, buffer)? {
        Ok(contents) => contents,
        Err(problem) => return Ok(Err(Err(problem))),
    };
    let bytes = contents.bytes;
    let Parsed { standing, reading } = article::parse(survey.path(place), bytes, &survey.dialect);
    let Reading::Article(mut article, _) = reading else { return Ok(Err(Ok(bytes.to_vec()))) };
    let card = Card::of(&article.head(), names);
    let verdict = settings.selection.judge(&standing, Reading::Article(card, Vec::new()));
    let card = match verdict {
        Verdict::In(card, _) if wanted.is_met_by(&card) => card,
        _ => return Ok(Err(Ok(bytes.to_vec()))),
    };
    let latest = survey.is_same(place, &contents).then(|| article.latest());
    // An update that is not due has not happened.
    article.updated = article.updated.filter(|&date| settings.selection.is_due(date));
    let hidden = |related: &Related| {
        let due = related.published.is_none_or(|date| settings.selection.is_due(date));
        !due || related.addresses.iter().any(|address| survey.is_private(address))
    };
    let entry = Arc::new(Entry::of(&article, &settings.site, settings.content, names, hidden));
    // The entry has what is left of it.
    article.body = Body::default();
    Ok(Ok(Member { card, article, entry, latest }))
}
