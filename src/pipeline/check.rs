//! The check: every file as in a build, and what is odd about the articles that are in.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rayon::prelude::*;

use super::bodies::ArticleFile;
use super::rendered::ArticlePage;
use super::scan::Scan;
use crate::article::{self, GroupKey};
use crate::error::Error;
use crate::feed::group::{self, Group};
use crate::page;
use crate::progress::Monitor;
use crate::source;
use crate::stats::Stats;
use crate::types::{Diagnostic, FeedSlug, FeedSlugs, Finding, Outcome, Problem, Reason};

/// How often each spelling of a group's name occurs, by key and feed.
type Spellings = BTreeMap<(GroupKey, FeedSlug), BTreeMap<String, usize>>;

/// What was found in one file.
struct CheckedFile {
    file: usize,
    findings: Vec<Finding>,
    groups: Vec<WrittenGroup>,
}

/// A group as an article writes it.
struct WrittenGroup {
    key: GroupKey,
    feed: FeedSlug,
    name: String,
    /// The line and the column of the key in the front matter.
    position: (usize, usize),
}

/// Everything that is wrong or odd, sorted by path and position.
pub(super) fn check(mut scan: Scan<'_>, monitor: &impl Monitor) -> Result<Stats, Error> {
    let checked = (0..scan.files.len()).into_par_iter().filter_map(|file| {
        if monitor.stop() {
            Some(Err(Error::Interrupted))
        } else {
            check_file(&scan, file).transpose()
        }
    });
    let checked: Vec<CheckedFile> = checked.collect::<Result<_, Error>>()?;
    let mut spellings = Spellings::new();
    for group in checked.iter().flat_map(|file| &file.groups) {
        let names = spellings.entry((group.key, group.feed.clone())).or_default();
        *names.entry(group.name.clone()).or_default() += 1;
    }
    let mut diagnostics = std::mem::take(&mut scan.stats.diagnostics);
    for CheckedFile { file, findings, groups } in checked {
        let rare = groups.into_iter().filter_map(|group| {
            let WrittenGroup { key, feed, name, position: (line, column) } = group;
            let usual = more_usual(spellings.get(&(key, feed))?, &name)?.to_owned();
            Some(Finding { line, column, problem: Problem::Spelling { name, usual } })
        });
        let report = |finding| scan.files.diagnostic(file, finding);
        diagnostics.extend(findings.into_iter().chain(rare).map(report));
    }
    diagnostics.extend(about_site(&scan));
    diagnostics.sort_unstable();
    diagnostics.dedup();
    Ok(Stats { counts: scan.stats.counts, diagnostics })
}

/// The most frequent spelling, if it is more frequent than this one.
fn more_usual<'s>(spellings: &'s BTreeMap<String, usize>, name: &str) -> Option<&'s str> {
    let max = spellings.values().max()?;
    let (usual, _) = spellings.iter().find(|(_, count)| *count == max)?;
    (spellings.get(name) < Some(max)).then_some(usual)
}

/// What is odd about the article in a file.
fn check_file(scan: &Scan<'_>, file: usize) -> Result<Option<CheckedFile>, Error> {
    let mut buffer = Vec::new();
    let Some(in_feeds) = scan.article(file, &mut buffer)? else {
        return match scan.options.pages {
            Some(_) => left_out_page(scan, file),
            None => misspelt(scan, file),
        };
    };
    let groups = written_groups(scan, &in_feeds);
    let ArticleFile { article, path, bytes, gaps, page } = in_feeds;
    let mut findings = match scan.options.pages {
        Some(_) => Vec::new(),
        None => article::lint(&path, bytes, &article, &scan.options),
    };
    findings.extend(about_page(scan, file, page.as_ref()));
    findings.extend(gaps);
    let sets = &scan.settings.kinds;
    if groups.is_empty() && sets.iter().all(|set| !set.by.has(GroupKey::All)) {
        let names: Vec<String> = sets.iter().map(|set| set.by.name()).collect();
        findings.push(Finding::new(0, 0, Problem::NoFeed(names.join(", "))));
    }
    Ok(Some(CheckedFile { file, findings, groups }))
}

/// What is odd about the page of an article.
fn about_page(scan: &Scan<'_>, file: usize, page: Option<&ArticlePage>) -> Option<Finding> {
    scan.rendered.as_ref()?;
    let changed = |path: &Path| source::version(path)?.modified();
    let problem = match page {
        None => Problem::NoPage,
        Some(page) if changed(&page.path)? < changed(scan.files.path(file))? => Problem::PageOld,
        Some(_) => return None,
    };
    Some(Finding::new(0, 0, problem))
}

/// A page with a date that is no article.
fn left_out_page(scan: &Scan<'_>, file: usize) -> Result<Option<CheckedFile>, Error> {
    let (Some(pages), path) = (&scan.options.pages, scan.files.path(file)) else { return Ok(None) };
    let mut buffer = Vec::new();
    let Some(contents) = scan.files.read_if_possible(file, &mut buffer)? else { return Ok(None) };
    let reason = page::read(path, contents.bytes, pages)
        .filter(|page| {
            let date = page.facts.published.as_ref();
            date.is_some_and(|date| date.value <= scan.settings.selection.now)
        })
        .and_then(|page| page.reason)
        .filter(|reason| reason.is_doubtful());
    Ok(reason.map(|reason| {
        let problem = Problem::PageLeftOut(reason.as_str().into());
        CheckedFile { file, findings: vec![Finding::new(0, 0, problem)], groups: Vec::new() }
    }))
}

/// What is odd about a rendered site as a whole.
fn about_site(scan: &Scan<'_>) -> Vec<Diagnostic> {
    let Some(pages) = scan.options.pages.as_ref().or(scan.rendered.as_ref()) else {
        return Vec::new();
    };
    let folder = pages.folders.first().cloned().unwrap_or_default();
    let claimed = pages.rules.as_ref().and_then(|rules| rules.claimed());
    let claimed = claimed.filter(|claimed| is_placeholder(&claimed.host()));
    let unknown = claimed.map(|claimed| Problem::SiteAddress(claimed.to_string()));
    let unknown = unknown.map(|problem| Diagnostic::of_file(folder, problem));
    unknown.into_iter().chain(unmatched(scan)).collect()
}

/// Whether a host is one that generators put where they know none.
pub(super) fn is_placeholder(host: &str) -> bool {
    let known = ["example.com", "example.org", "example.net", "localhost", "127.0.0.1", "0.0.0.0"];
    known.contains(&host) || host.starts_with("your-") || !host.contains('.')
}

/// Warnings about selectors that match no page.
pub(super) fn unmatched(scan: &Scan<'_>) -> Vec<Diagnostic> {
    let Some(pages) = scan.options.pages.as_ref().filter(|pages| pages.can_miss()) else {
        return Vec::new();
    };
    let matches = |file: usize| {
        let mut buffer = Vec::new();
        match scan.files.read(file, &mut buffer) {
            Ok(contents) if !article::is_left_out(scan.files.path(file), pages) => {
                page::matches(contents.bytes, pages)
            }
            _ => Vec::new(),
        }
    };
    let mut found: BTreeMap<&'static str, bool> = BTreeMap::new();
    let files: Vec<usize> = (0..scan.files.len()).collect();
    for some in files.chunks(PAGES_AT_ONCE) {
        let each: Vec<_> = some.par_iter().map(|&file| matches(file)).collect();
        for (key, has_match) in each.into_iter().flatten() {
            *found.entry(key).or_default() |= has_match;
        }
        // Mostly the first pages tell.
        if found.values().all(|has_match| *has_match) && !found.is_empty() {
            break;
        }
    }
    let folder = pages.folders.first().cloned().unwrap_or_default();
    let unmatched = found.into_iter().filter(|(_, has_match)| !has_match);
    unmatched
        .map(|(key, _)| Diagnostic::of_file(folder.clone(), Problem::SelectorUnmatched(key.into())))
        .collect()
}

/// Pages that are parsed before it is asked whether more must be.
const PAGES_AT_ONCE: usize = 64;

/// Misspelt keys of a file that holds no article that is in: they may be the reason.
fn misspelt(scan: &Scan<'_>, file: usize) -> Result<Option<CheckedFile>, Error> {
    let mut buffer = Vec::new();
    let Some(contents) = scan.files.read_if_possible(file, &mut buffer)? else { return Ok(None) };
    let (path, slugs) = (scan.files.stated_path(file, &contents), &mut FeedSlugs::default());
    let parsed = article::skim(path, contents.bytes, &scan.options, slugs);
    let may_be_meant =
        matches!(parsed.outcome, Outcome::LeftOut(Reason::Undated) | Outcome::Invalid(_));
    if !may_be_meant || parsed.visibility.is_private(scan.settings.selection.now) {
        return Ok(None);
    }
    let findings = article::misspelt_keys(contents.bytes, &scan.options);
    Ok(Some(CheckedFile { file, findings, groups: Vec::new() }))
}

/// The groups of an article for the feed sets of the settings, each once.
fn written_groups(scan: &Scan<'_>, file: &ArticleFile<'_>) -> Vec<WrittenGroup> {
    let mut slugs = FeedSlugs::default();
    let mut seen = HashSet::new();
    let mut groups = Vec::new();
    for key in scan.settings.kinds.iter().flat_map(|set| set.by.keys()) {
        let Some(field) = key.field() else { continue };
        let position = article::key_position(file.bytes, field, &scan.options);
        for Group { slug: feed, name } in group::groups(key, &file.article, &mut slugs) {
            if seen.insert((key, feed.clone(), name.clone())) {
                groups.push(WrittenGroup { key, feed, name, position });
            }
        }
    }
    groups
}
