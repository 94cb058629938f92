//! The inventory: what there is of a kind, for those who look for chatty sources and odd names.

use std::path::PathBuf;

use rayon::prelude::*;

use super::scan::{PlannedFeed, Scan};
use crate::error::Error;
use crate::feed::group::Rank;
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::types::date::Timestamp;
use crate::types::slug::FeedSlugs;
use crate::types::text;

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

/// The groups of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupList {
    /// How many articles are in, each identity once, be they in a group or not.
    pub articles: usize,
    /// The largest first, those of a size by feed.
    pub groups: Vec<GroupSummary>,
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

/// The groups of the kinds asked for.
pub(super) fn groups(settings: &Settings, scan: &Scan) -> Result<GroupList, Error> {
    let planned = scan.feeds(0);
    let summary = |feed: &PlannedFeed<'_>| -> Result<Option<GroupSummary>, Error> {
        let Some(newest) = feed.members.first() else { return Ok(None) };
        let mut buffer = Vec::new();
        // If it has changed since the survey, the name of the feed has to do.
        let article = scan.article(settings, newest.place, &mut buffer)?;
        let groups = article
            .map(|(article, _)| feed.kind.by.groups(&article, &mut FeedSlugs::default()))
            .unwrap_or_default();
        let name = groups.into_iter().find(|(name, _)| name == feed.name).map(|(_, name)| name);
        Ok(Some(GroupSummary {
            feed: feed.kind.location(feed.name),
            name: name.unwrap_or_else(|| feed.name.to_string()),
            articles: feed.len(),
            newest: newest.published,
        }))
    };
    let groups = planned.par_iter().map(summary).collect::<Result<Vec<_>, Error>>()?;
    let mut groups: Vec<GroupSummary> = groups.into_iter().flatten().collect();
    groups.sort_by(|one, other| {
        other.articles.cmp(&one.articles).then_with(|| one.feed.cmp(&other.feed))
    });
    let counts = &scan.findings.counts;
    Ok(GroupList { articles: counts.articles.saturating_sub(counts.duplicates), groups })
}

/// Every article that is in, newest first.
pub(super) fn articles(
    settings: &Settings,
    scan: &Scan,
    watch: &impl Monitor,
) -> Result<Vec<ArticleSummary>, Error> {
    let mut ranks: Vec<Rank> =
        scan.feeds(0).iter().flat_map(|feed| feed.members).copied().collect();
    ranks.sort_unstable();
    ranks.dedup();
    let summary = |rank: &Rank| {
        if watch.stop() {
            return Err(Error::Interrupted);
        }
        let mut buffer = Vec::new();
        // It may have changed since the survey.
        let article = scan.article(settings, rank.place, &mut buffer)?;
        Ok(article.map(|(article, _)| ArticleSummary {
            path: scan.path(rank.place).to_owned(),
            published: article.published,
            title: text::plain(&article.title),
        }))
    };
    let summaries: Vec<Option<ArticleSummary>> =
        ranks.par_iter().map(summary).collect::<Result<_, Error>>()?;
    Ok(summaries.into_iter().flatten().collect())
}
