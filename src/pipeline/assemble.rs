//! The second reading: the articles that are in feeds, as a whole, made into entries and feeds.
//!
//! Feeds are built part by part. A file may change between the two readings; then the feeds planned
//! from it would be wrong, and the scan is repeated with what is known now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use uuid::Uuid;

use super::bodies;
use super::media_sizes;
use super::plan::PlannedFeed;
use super::rendered::ArticlePage;
use super::scan::Scan;
use super::source_files::{ChangedFiles, FileBytes, ReadFile};
use crate::article::{Article, ArticleMeta, Body, Related};
use crate::error::Error;
use crate::feed::{Entry, Feed, GroupFacts, Grouping, Selection, group::Rank};
use crate::progress::Monitor;
use crate::source::ReadError;
use crate::types::{FeedSlug, FeedSlugs, Outcome, Timestamp, guid};

/// Why feeds were not built from a scan.
pub(super) enum BuildError {
    /// Files changed after the scan: repeat it.
    Changed(ChangedFiles),
    /// The run stops.
    Stopped(Error),
}

/// A feed that has been built.
pub(super) struct BuiltFeed {
    pub(super) feed: Feed,
    /// The latest date in its articles; `None` if the feed depends on more than the files of the scan.
    pub(super) latest: Option<Timestamp>,
    /// Its files whose bodies lack something, and how many lines of them do.
    pub(super) gaps: BTreeMap<usize, usize>,
    /// The pages of its articles, with a digest of them.
    pub(super) pages: (Vec<PathBuf>, Uuid),
    /// Its files without a page in the rendered site.
    pub(super) without_page: BTreeSet<usize>,
}

/// An article, and the feeds that it is planned for.
struct PlannedArticle<'a> {
    rank: Rank,
    feeds: Vec<(Grouping, &'a FeedSlug)>,
}

/// An article that has been read as a whole, and its entry.
struct Member {
    article: Box<Article>,
    entry: Arc<Entry>,
    /// The latest date in the article; `None` if the scan did not read the same file, or the entry
    /// has the size of another file.
    latest: Option<Timestamp>,
    /// The number of lines of its body that lack something.
    gaps: usize,
    /// Its page in the rendered site.
    page: Option<ArticlePage>,
    /// Whether it should have one and has none.
    lacks_page: bool,
}

/// What a planned article is at the second reading.
enum Reread {
    Changed(FileBytes),
    Member(Member),
}

/// Builds feeds; each entry once, in however many of them it is.
pub(super) fn feeds(
    scan: &Scan<'_>,
    planned: &[&PlannedFeed<'_>],
    monitor: &impl Monitor,
) -> Result<Vec<BuiltFeed>, BuildError> {
    let mut articles: BTreeMap<usize, PlannedArticle<'_>> = BTreeMap::new();
    for feed in planned {
        for &rank in feed.members {
            let article = articles.entry(rank.file);
            let article = article.or_insert_with(|| PlannedArticle { rank, feeds: Vec::new() });
            article.feeds.push((feed.set.by, feed.slug));
        }
    }
    let articles: Vec<PlannedArticle<'_>> = articles.into_values().collect();
    let init = || (FeedSlugs::default(), Vec::new());
    let reread = articles.par_iter().map_init(init, |(slugs, buffer), article| {
        if monitor.stop() { Err(Error::Interrupted) } else { article.read(scan, slugs, buffer) }
    });
    let reread: Vec<Reread> = reread.collect::<Result<_, Error>>()?;
    let mut members = BTreeMap::new();
    let mut changed = ChangedFiles::new();
    for (article, reread) in articles.iter().zip(reread) {
        let file = article.rank.file;
        match reread {
            Reread::Member(member) => drop(members.insert(file, member)),
            Reread::Changed(_) if scan.files.is_final(file) => {}
            Reread::Changed(bytes) => drop(changed.insert(file, bytes)),
        }
    }
    if !changed.is_empty() {
        return Err(BuildError::Changed(changed));
    }
    Ok(planned.iter().filter_map(|feed| build_feed(scan, feed, &members)).collect())
}

/// Builds a feed of those members that are there; `None` if there are none.
fn build_feed(
    scan: &Scan<'_>,
    planned: &PlannedFeed<'_>,
    members: &BTreeMap<usize, Member>,
) -> Option<BuiltFeed> {
    let gaps = planned.files().filter_map(|file| Some((file, members.get(&file)?.gaps)));
    let gaps = gaps.filter(|(_, gaps)| *gaps > 0).collect();
    let files = planned.files();
    let without_page = files.filter(|file| members.get(file).is_some_and(|it| it.lacks_page));
    let without_page = without_page.collect();
    let members: Vec<&Member> = planned.files().filter_map(|file| members.get(&file)).collect();
    let latest: Option<Vec<Timestamp>> = members.iter().map(|member| member.latest).collect();
    let PlannedFeed { set, slug, .. } = *planned;
    let site = &scan.settings.site;
    let articles = members.iter().map(|member| &*member.article);
    let facts = GroupFacts::new(site, set.by, slug, articles);
    let entries = members.iter().map(|member| Arc::clone(&member.entry)).collect();
    let feed = Feed::assemble(site, set, slug, facts, entries)?;
    let pages = members.iter().filter_map(|member| member.page.as_ref());
    let prints = pages.clone().filter_map(|page| page.fingerprint);
    let prints: Vec<u8> = prints.flat_map(|print| *print.as_bytes()).collect();
    let digest = guid::from_name(&Uuid::NAMESPACE_OID, &prints);
    let pages = (pages.map(|page| page.path.clone()).collect(), digest);
    let latest = latest.and_then(|latest| latest.into_iter().max());
    Some(BuiltFeed { feed, latest, gaps, pages, without_page })
}

impl PlannedArticle<'_> {
    /// Whether an article is still the one that the feeds were planned with.
    fn is_planned(&self, meta: &ArticleMeta) -> bool {
        Rank::new(meta, self.rank.file) == self.rank
            && self.feeds.iter().all(|(grouping, slug)| grouping.has_in(meta, slug))
    }

    /// Reads the article again, as a whole.
    fn read(
        &self,
        scan: &Scan<'_>,
        slugs: &mut FeedSlugs,
        buffer: &mut Vec<u8>,
    ) -> Result<Reread, Error> {
        let (file, selection) = (self.rank.file, &scan.settings.selection);
        let contents = match scan.files.read(file, buffer) {
            Ok(contents) => contents,
            Err(ReadError::File(finding)) => return Ok(Reread::Changed(Err(finding))),
            Err(ReadError::Source(error)) => return Err(error),
        };
        let mut article = match scan.parse(file, &contents, slugs) {
            Outcome::Article((meta, article), _) if self.is_planned(&meta) => article,
            _ => return Ok(Reread::Changed(Ok(ReadFile::new(&contents)))),
        };
        let page = scan.add_page(&mut article);
        let gaps = match page {
            Some(_) => 0,
            None => bodies::expand(scan, file, contents.bytes, &mut article).len(),
        };
        let lacks_page = scan.rendered.is_some() && page.is_none();
        let is_known = page.as_ref().is_none_or(|page| page.fingerprint.is_some()) && !lacks_page;
        let latest = (scan.is_same(file, &contents) && is_known).then(|| article.latest());
        // An update in the future has not happened yet.
        article.updated = article.updated.filter(|&date| selection.is_due(date));
        let is_hidden = |related: &Related| {
            !is_due(related, selection)
                || related.addresses.iter().any(|address| scan.private.has(address))
        };
        let (site, content) = (&scan.settings.site, scan.settings.content);
        let mut entry = Entry::new(&article, site, content, slugs, is_hidden);
        let depends_on_files = media_sizes::add_sizes(&mut entry, scan.settings);
        let latest = latest.filter(|_| !depends_on_files);
        // The entry has all that is needed of the body.
        article.body = Body::default();
        Ok(Reread::Member(Member {
            article,
            entry: Arc::new(entry),
            latest,
            gaps,
            page,
            lacks_page,
        }))
    }
}

/// Whether a related article may be named by its date.
pub(super) fn is_due(related: &Related, selection: &Selection) -> bool {
    related.published.is_none_or(|date| selection.is_due(date))
}

impl From<Error> for BuildError {
    fn from(error: Error) -> BuildError {
        BuildError::Stopped(error)
    }
}
