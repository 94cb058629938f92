//! Lists of groups and of articles, to find busy providers and odd names.

use std::path::PathBuf;

use rayon::prelude::*;

use super::plan::PlannedFeed;
use super::scan::Scan;
use crate::error::Error;
use crate::feed::group::Rank;
use crate::progress::Monitor;
use crate::types::{date::Timestamp, text};

/// A group with all its articles, whatever the limit of its feed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupSummary {
    /// The feed without the extension of a format, relative to the output folder: `topic/ai`.
    pub feed: String,
    /// The name as the newest article writes it, in plain text.
    pub name: String,
    /// The number of articles.
    pub articles: usize,
    /// When the newest article was published.
    pub newest: Timestamp,
}

/// The groups of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupList {
    /// The number of articles, in a group or not; each identity counts once.
    pub articles: usize,
    /// The largest group first; groups of the same size by feed.
    pub groups: Vec<GroupSummary>,
}

/// An article that is in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArticleSummary {
    /// The file, as the source was given.
    pub path: PathBuf,
    /// When it was published.
    pub published: Timestamp,
    /// The title, in plain text.
    pub title: String,
}

/// The groups of all feed sets of the settings.
pub(super) fn groups(scan: &Scan<'_>) -> Result<GroupList, Error> {
    let planned = scan.planned(0);
    let groups = planned.par_iter().filter_map(|feed| summary(scan, feed).transpose());
    let mut groups: Vec<GroupSummary> = groups.collect::<Result<_, Error>>()?;
    groups.sort_by(|group, other| {
        other.articles.cmp(&group.articles).then_with(|| group.feed.cmp(&other.feed))
    });
    let counts = &scan.stats.counts;
    Ok(GroupList { articles: counts.articles.saturating_sub(counts.duplicates), groups })
}

fn summary(scan: &Scan<'_>, feed: &PlannedFeed<'_>) -> Result<Option<GroupSummary>, Error> {
    let Some(newest) = feed.members.first() else { return Ok(None) };
    let mut buffer = Vec::new();
    let file = scan.article(newest.file, &mut buffer)?;
    let name = file.and_then(|file| feed.set.by.group_name(&file.article, feed.slug));
    Ok(Some(GroupSummary {
        feed: feed.location(),
        // The slug stands in if the article has changed since the scan.
        name: name.unwrap_or_else(|| feed.slug.to_string()),
        articles: feed.len(),
        newest: newest.published.0,
    }))
}

/// Every article that is in, newest first.
pub(super) fn articles(
    scan: &Scan<'_>,
    monitor: &impl Monitor,
) -> Result<Vec<ArticleSummary>, Error> {
    let planned = scan.planned(0);
    let mut ranks: Vec<Rank> = planned.iter().flat_map(|feed| feed.members).copied().collect();
    ranks.sort_unstable();
    ranks.dedup();
    let summary = |rank: &Rank| {
        if monitor.stop() {
            return Err(Error::Interrupted);
        }
        let mut buffer = Vec::new();
        // The article may have changed since the scan.
        let file = scan.article(rank.file, &mut buffer)?;
        Ok(file.map(|file| ArticleSummary {
            path: scan.files.name(rank.file).into_owned(),
            published: file.article.published,
            title: text::title(&file.article.title),
        }))
    };
    ranks.par_iter().filter_map(|rank| summary(rank).transpose()).collect()
}
