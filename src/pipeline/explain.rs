//! The explanation: what became of one file, and why.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use uuid::Uuid;

use super::plan::PlannedFeed;
use super::scan::Scan;
use crate::article::{self, ArticleMeta};
use crate::error::Error;
use crate::feed::group::Rank;
use crate::objects;
use crate::page::{self, PageReason, Signal};
use crate::progress::Monitor;
use crate::source::ReadError;
use crate::types::{FeedSlug, FeedSlugs, Finding, Outcome, Reason, Timestamp, WebUrl, guid, text};

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The file, as the source was given.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Outcome<ExplainedArticle>,
    /// What was read from its page, if it is one or has one.
    pub page: Option<ExplainedPage>,
}

/// What was read from a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedPage {
    /// By what the articles of the site are known.
    pub signal: Option<Signal>,
    /// Why it is no article, if it is none.
    pub reason: Option<PageReason>,
    /// The facts of the article, each with the rule that found it.
    pub facts: Vec<(&'static str, &'static str)>,
}

/// What was read of an article, and where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedArticle {
    /// The identity.
    pub id: Uuid,
    /// The title, in plain text.
    pub title: String,
    /// When it was published.
    pub published: Timestamp,
    /// Where readers go.
    pub link: WebUrl,
    /// The feeds of its groups, in the order of the feed sets of the settings.
    pub feeds: Vec<Membership>,
}

/// An article and a feed of one of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {
    /// The feed without the extension of a format, relative to the output folder: `topic/ai`.
    pub feed: String,
    /// Where the article is in the feed, or why it is not there.
    pub position: Position,
}

/// Where an article is in a feed, or why it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// It is there.
    Entry {
        /// Counted from 1 for the newest.
        number: usize,
        /// The number of entries in the feed.
        count: usize,
    },
    /// Another file holds an article with the same identity, which is there.
    Duplicate {
        /// The other file.
        kept: PathBuf,
    },
    /// Newer articles fill the feed.
    PushedOut {
        /// The number of newer articles.
        newer: usize,
        /// The file of the last of them.
        last: PathBuf,
        /// When the last of them was published.
        published: Timestamp,
    },
    /// The feed has as many newer articles of the same provider as it may have.
    ProviderLimit {
        /// The number of newer articles of the provider.
        newer: usize,
    },
    /// The feed has fewer entries than a feed must have.
    TooFew {
        /// The number of entries.
        count: usize,
    },
}

/// Explains the file with this path, or an article with this address; `None` if there is none.
pub(super) fn explain(
    scan: &Scan<'_>,
    target: &str,
    monitor: &impl Monitor,
) -> Result<Option<Explanation>, Error> {
    let file = match by_path(scan, target) {
        Some(file) => Some(file),
        None => by_address(scan, target, monitor)?,
    };
    let Some(file) = file else { return Ok(None) };
    let path = scan.files.name(file).into_owned();
    let mut buffer = Vec::new();
    let mut page = None;
    let outcome = match scan.files.read(file, &mut buffer) {
        Ok(contents) => {
            page = explained_page(scan, file, contents.bytes);
            scan.parse(file, &contents, &mut FeedSlugs::default())
        }
        Err(ReadError::File(finding)) => Outcome::Invalid(finding),
        Err(ReadError::Source(error)) => return Err(error),
    };
    let outcome = match outcome {
        // The name has the line of the record already.
        Outcome::Invalid(finding) if scan.files.is_record(file) => {
            Outcome::Invalid(Finding { line: 0, ..finding })
        }
        outcome => outcome,
    };
    let outcome = outcome.map(|(meta, article)| ExplainedArticle {
        id: article.id,
        title: text::title(&article.title),
        published: article.published,
        link: article.link,
        feeds: memberships(scan, &meta, file),
    });
    let is_shown = matches!(
        outcome,
        Outcome::Article(..) | Outcome::LeftOut(Reason::NotAnArticle | Reason::Unlisted)
    );
    Ok(Some(Explanation { path, outcome, page: page.filter(|_| is_shown) }))
}

/// What was read from the page in a file.
fn explained_page(scan: &Scan<'_>, file: usize, bytes: &[u8]) -> Option<ExplainedPage> {
    let pages = scan.options.pages.as_ref()?;
    let page = page::read(scan.files.path(file), bytes, pages)?;
    let facts = page.facts.rules();
    let signal = pages.rules.as_ref().map(|rules| rules.signal);
    Some(ExplainedPage {
        signal,
        facts: if page.reason.is_some() { Vec::new() } else { facts },
        reason: page.reason,
    })
}

fn by_path(scan: &Scan<'_>, target: &str) -> Option<usize> {
    if let Some((path, line)) = target.rsplit_once(':')
        && let Ok(line) = line.parse()
        && let Some(record) = scan.files.record_at(Path::new(path), line)
    {
        return Some(record);
    }
    if objects::is_address(Path::new(target)) {
        return (0..scan.files.len()).find(|&file| scan.files.path(file) == Path::new(target));
    }
    let target = std::fs::canonicalize(target).ok()?;
    (0..scan.files.len()).find(|&file| {
        let path = scan.files.path(file);
        // Names are compared first, since resolving a path takes time.
        let same_name = path.file_name() == target.file_name();
        same_name && std::fs::canonicalize(path).is_ok_and(|path| path == target)
    })
}

/// The file of an article that is in, else the first file with that address.
fn by_address(
    scan: &Scan<'_>,
    target: &str,
    monitor: &impl Monitor,
) -> Result<Option<usize>, Error> {
    let key = guid::url_key(target);
    let has_address = |file: usize| {
        if monitor.stop() {
            return Err(Error::Interrupted);
        }
        let mut buffer = Vec::new();
        let Some(contents) = scan.files.read_if_possible(file, &mut buffer)? else {
            return Ok(None);
        };
        let path = scan.files.stated_path(file, &contents);
        let slugs = &mut FeedSlugs::default();
        let parsed = article::skim(path, contents.bytes, &scan.options, slugs);
        let mut addresses = parsed.visibility.addresses.iter().flatten();
        Ok(addresses.any(|address| guid::url_key(address) == key).then_some(file))
    };
    let files = (0..scan.files.len()).into_par_iter();
    let files = files.filter_map(|file| has_address(file).transpose());
    let files: Vec<usize> = files.collect::<Result<_, Error>>()?;
    for &file in &files {
        if scan.article(file, &mut Vec::new())?.is_some() {
            return Ok(Some(file));
        }
    }
    Ok(files.first().copied())
}

fn memberships(scan: &Scan<'_>, meta: &ArticleMeta, file: usize) -> Vec<Membership> {
    let rank = Rank::new(meta, file);
    // Feeds that are too small to be written are explained too.
    let planned = scan.planned(0);
    let feeds = planned.iter().filter(|feed| feed.set.by.has_in(meta, feed.slug));
    feeds
        .map(|feed| {
            let provider = feed.set.limited_provider(meta);
            Membership { feed: feed.location(), position: position(scan, feed, rank, provider) }
        })
        .collect()
}

fn position(
    scan: &Scan<'_>,
    feed: &PlannedFeed<'_>,
    rank: Rank,
    provider: Option<&FeedSlug>,
) -> Position {
    let count = feed.len();
    if count < scan.settings.min_items {
        return Position::TooFew { count };
    }
    let path = |rank: &Rank| scan.files.name(rank.file).into_owned();
    if let Some(before) = feed.members.iter().position(|member| *member == rank) {
        return Position::Entry { number: before + 1, count };
    }
    if let Some(same) = feed.members.iter().find(|member| member.id == rank.id) {
        return Position::Duplicate { kept: path(same) };
    }
    if let (Some(max), Some(provider)) = (feed.set.max_per_provider, provider) {
        let newer = feed.members.iter().filter(|member| **member < rank);
        let newer = newer.filter(|member| feed.provider(member.file) == Some(provider)).count();
        if newer >= max {
            return Position::ProviderLimit { newer };
        }
    }
    match feed.members.last() {
        Some(last) => {
            Position::PushedOut { newer: count, last: path(last), published: last.published.0 }
        }
        None => Position::TooFew { count },
    }
}
