//! The inventory: what there is of a kind, for those who look for chatty sources and odd names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rayon::prelude::*;

use super::edition::{self, Made};
use super::survey::{Planned, Survey};
use crate::date::Timestamp;
use crate::error::Error;
use crate::group::Rank;
use crate::settings::Settings;
use crate::text;

/// A group, whatever the limit of its feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSummary {
    /// The feed without the extension of a format, relative to the output folder: `topic/ai`.
    pub feed: String,
    /// Its name as its newest article writes it, in plain text.
    pub name: String,
    /// How many articles are in it.
    pub articles: usize,
    /// When the newest of them was published.
    pub newest: Timestamp,
}

/// An article that is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleSummary {
    /// The file, as the source was given.
    pub path: PathBuf,
    /// When it was published.
    pub published: Timestamp,
    /// The title, in plain text.
    pub title: String,
}

/// The groups of the kinds asked for, the largest first; those of a size by feed.
pub(super) fn groups(
    settings: &Settings,
    survey: &Survey,
    stop: &(impl Fn() -> bool + Sync),
) -> Result<Vec<GroupSummary>, Error> {
    let planned = survey.feeds(settings.min_items);
    let count = |feed: &Planned<'_>| (feed.kind.location(feed.name), feed.len());
    let counts: BTreeMap<String, usize> = planned.iter().map(count).collect();
    // The newest article of each names it.
    let newest = planned.iter().map(|feed| feed.members.iter().take(1).copied().collect());
    let newest: Vec<BTreeSet<Rank>> = newest.collect();
    let newest = planned.iter().zip(&newest);
    let newest = newest.map(|(feed, members)| Planned { members, ..*feed });
    let newest: Vec<Planned<'_>> = newest.collect();
    // What has changed since the survey is missing, and there the next time.
    let made = edition::feeds(settings, survey, &newest.iter().collect::<Vec<_>>(), stop)?;
    let made = made.unwrap_or_default().into_iter();
    let group = |made: Made| {
        let newest = made.feed.entries.first()?.published;
        let articles = counts.get(&made.feed.location).copied()?;
        Some(GroupSummary { feed: made.feed.location, name: made.feed.name, articles, newest })
    };
    let mut groups: Vec<GroupSummary> = made.filter_map(group).collect();
    groups.sort_by(|one, other| {
        other.articles.cmp(&one.articles).then_with(|| one.feed.cmp(&other.feed))
    });
    Ok(groups)
}

/// Every article that is in, newest first.
pub(super) fn articles(
    settings: &Settings,
    survey: &Survey,
    stop: &(impl Fn() -> bool + Sync),
) -> Result<Vec<ArticleSummary>, Error> {
    let mut ranks: Vec<Rank> =
        survey.feeds(0).iter().flat_map(|feed| feed.members).copied().collect();
    ranks.sort_unstable();
    ranks.dedup();
    let summary = |rank: &Rank| {
        if stop() {
            return Err(Error::Interrupted);
        }
        let mut buffer = Vec::new();
        // It may have changed since the survey.
        let article = survey.article(settings, rank.place, &mut buffer)?;
        Ok(article.map(|(article, _)| ArticleSummary {
            path: survey.path(rank.place).to_owned(),
            published: article.published,
            title: text::plain(&article.title),
        }))
    };
    let summaries: Vec<Option<ArticleSummary>> =
        ranks.par_iter().map(summary).collect::<Result<_, Error>>()?;
    Ok(summaries.into_iter().flatten().collect())
}
