//! The edition: the articles that are in feeds are read again, this time as a whole. Feeds are made
//! part by part, and what others will want stays on a shelf until then.
//!
//! Between the two readings a file may change. What is read then is not made into a feed that was
//! planned for something else: the survey is repeated with what is known now.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::sync::Arc;

use rayon::prelude::*;

use super::entry_cache::EntryCache;
use super::scan::{Bytes, ChangedFiles, PlannedFeed, Scan};
use crate::article::ArticleMeta;
use crate::article::{self, Article, Body, Related};
use crate::error::Error;
use crate::feed::Entry;
use crate::feed::Feed;
use crate::feed::Grouping;
use crate::feed::group::Rank;
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::types::date::Timestamp;
use crate::types::outcome::Outcome;
use crate::types::slug::{FeedSlug, FeedSlugs};

/// An article in the feeds that it is planned for.
struct Wanted<'a> {
    rank: Rank,
    feeds: Vec<(Grouping, &'a FeedSlug)>,
}

/// An article that has been read as a whole, and its entry.
pub(super) struct Member {
    meta: ArticleMeta,
    article: Box<Article>,
    entry: Arc<Entry>,
    /// What the file system said when it was read; `None` if that was long ago.
    metadata: Option<Metadata>,
    /// The latest date that the article speaks of; `None` if its file is not quite the one that
    /// the survey read.
    latest: Option<Timestamp>,
}

/// A feed that has been made.
pub(super) struct BuiltFeed {
    pub(super) feed: Feed,
    /// The latest date that one of its articles speaks of; `None` if a file of theirs is not quite
    /// the one that the survey read.
    pub(super) latest: Option<Timestamp>,
}

/// Makes feeds; each entry once, however many of them it is in. What is on the shelf is taken from
/// there, unless its file has been touched.
pub(super) fn feeds(
    settings: &Settings,
    scan: &Scan,
    planned: &[&PlannedFeed<'_>],
    shelf: &mut EntryCache<Member>,
    watch: &impl Monitor,
) -> Result<Result<Vec<BuiltFeed>, ChangedFiles>, Error> {
    let mut wanted: BTreeMap<usize, Wanted<'_>> = BTreeMap::new();
    for feed in planned {
        for &rank in feed.members {
            let article = wanted.entry(rank.place);
            let article = article.or_insert_with(|| Wanted { rank, feeds: Vec::new() });
            article.feeds.push((feed.kind.by, feed.name));
        }
    }
    let wanted: Vec<Wanted<'_>> = wanted.into_values().collect();
    let mut members = shelf.take(wanted.iter().map(|wanted| wanted.rank.place), Member::bytes);
    let init = || (FeedSlugs::default(), Vec::new());
    let read = wanted.par_iter().map_init(init, |(names, buffer), wanted| {
        if watch.stop() {
            return Err(Error::Interrupted);
        }
        let place = wanted.rank.place;
        let is_there = members.get(&place).is_some_and(|member| wanted.is_still(scan, member));
        let read = (!is_there).then(|| member(settings, scan, wanted, names, buffer));
        Ok((place, read.transpose()?))
    });
    let read = read.collect::<Result<Vec<_>, Error>>()?;
    let mut outdated = BTreeMap::new();
    for (place, read) in read {
        match read {
            None => {}
            Some(Ok(member)) => drop(members.insert(place, member)),
            Some(Err(_)) if scan.is_final(place) => drop(members.remove(&place)),
            Some(Err(bytes)) => drop(outdated.insert(place, bytes)),
        }
    }
    if !outdated.is_empty() {
        return Ok(Err(ChangedFiles(outdated)));
    }
    let feeds = planned.iter().filter_map(|feed| {
        let members = feed.members.iter().filter_map(|rank| members.get(&rank.place));
        let members: Vec<&Member> = members.collect();
        let latest = members.iter().map(|member| member.latest).collect::<Option<Vec<_>>>();
        let latest = latest.and_then(|latest| latest.into_iter().max());
        let members: Vec<_> =
            members.iter().map(|member| (&*member.article, Arc::clone(&member.entry))).collect();
        let feed = Feed::assemble(&settings.site, feed.kind, feed.name, &members)?;
        Some(BuiltFeed { feed, latest })
    });
    let feeds = feeds.collect();
    shelf.put(planned, members, Member::bytes);
    Ok(Ok(feeds))
}

impl Member {
    /// How many bytes it has, about.
    fn bytes(&self) -> usize {
        const BESIDES_CONTENT: usize = 4 * 1024;
        BESIDES_CONTENT + self.entry.content.len()
    }
}

impl Wanted<'_> {
    /// Whether this is the article that the feeds were planned for.
    fn is_met_by(&self, meta: &ArticleMeta) -> bool {
        let has = |&(by, name): &(Grouping, &FeedSlug)| by.has_in(meta, name);
        Rank::new(meta, self.rank.place) == self.rank && self.feeds.iter().all(has)
    }

    /// Whether a member that was read before is still this article. It may have been withdrawn.
    fn is_still(&self, scan: &Scan, member: &Member) -> bool {
        let then = member.metadata.as_ref();
        let is_untouched = |then| scan.is_untouched(self.rank.place, then);
        self.is_met_by(&member.meta) && then.is_some_and(is_untouched)
    }
}

/// Reads an article again. The inner error is what its file is now, if that is something else.
fn member(
    settings: &Settings,
    scan: &Scan,
    wanted: &Wanted<'_>,
    names: &mut FeedSlugs,
    buffer: &mut Vec<u8>,
) -> Result<Result<Member, Bytes>, Error> {
    let place = wanted.rank.place;
    let contents = match scan.read(place, buffer)? {
        Ok(contents) => contents,
        Err(problem) => return Ok(Err(Err(problem))),
    };
    let bytes = contents.bytes;
    let parsed = article::parse(scan.path(place), bytes, &scan.options);
    let with_meta = parsed.outcome.map(|article| (article.meta(names), article));
    let outcome = settings.selection.judge(&parsed.visibility, with_meta, |(meta, _)| meta);
    let (meta, mut article) = match outcome {
        Outcome::Article((meta, article), _) if wanted.is_met_by(&meta) => (meta, article),
        _ => return Ok(Err(Ok(bytes.to_vec()))),
    };
    let latest = scan.is_same(place, &contents).then(|| article.latest());
    let metadata = contents.metadata;
    // An update that is not due has not happened.
    article.updated = article.updated.filter(|&date| settings.selection.is_due(date));
    let hidden = |related: &Related| {
        let due = related.published.is_none_or(|date| settings.selection.is_due(date));
        !due || related.addresses.iter().any(|address| scan.is_private(address))
    };
    let entry = Arc::new(Entry::of(&article, &settings.site, settings.content, names, hidden));
    // The entry has what is left of it.
    article.body = Body::default();
    Ok(Ok(Member { meta, article, entry, metadata, latest }))
}
