//! The inspection: every file is judged as for a build, and what is odd about the articles that are
//! in is said as well.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::scan::Scan;
use crate::article::GroupKey;
use crate::article::{self, Article};
use crate::error::Error;
use crate::feed::group;
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::stats::Stats;
use crate::types::diagnostic::{Diagnostic, Finding, Problem};
use crate::types::outcome::{Outcome, Reason};
use crate::types::slug::{FeedSlug, FeedSlugs};

/// How often a group is written how, by kind and feed.
type Spellings = BTreeMap<(GroupKey, FeedSlug), BTreeMap<String, usize>>;

/// What was found in one file.
struct Inspected {
    place: usize,
    findings: Vec<Finding>,
    groups: Vec<Written>,
}

/// A group as an article writes it.
struct Written {
    by: GroupKey,
    feed: FeedSlug,
    name: String,
    /// The line and the column of the key.
    place: (usize, usize),
}

/// Everything that is wrong or odd, sorted by path and place.
pub(super) fn findings(
    settings: &Settings,
    mut scan: Scan,
    watch: &impl Monitor,
) -> Result<Stats, Error> {
    let places = (0..scan.len()).into_par_iter();
    let inspected = places.map(|place| {
        if watch.stop() { Err(Error::Interrupted) } else { inspect(settings, &scan, place) }
    });
    let inspected: Vec<Option<Inspected>> = inspected.collect::<Result<_, Error>>()?;
    let inspected: Vec<Inspected> = inspected.into_iter().flatten().collect();
    let mut spellings = Spellings::new();
    for group in inspected.iter().flat_map(|inspected| &inspected.groups) {
        let names = spellings.entry((group.by, group.feed.clone())).or_default();
        *names.entry(group.name.clone()).or_default() += 1;
    }
    let mut diagnostics = std::mem::take(&mut scan.findings.diagnostics);
    for inspected in inspected {
        let path = scan.path(inspected.place);
        let rare = inspected.groups.into_iter().filter_map(|group| {
            let Written { by, feed, name, place: (line, column) } = group;
            let usual = more_usual(spellings.get(&(by, feed))?, &name)?.to_owned();
            Some(Finding { line, column, problem: Problem::Spelling { name, usual } })
        });
        let report = |finding| Diagnostic { path: path.to_owned(), finding };
        diagnostics.extend(inspected.findings.into_iter().chain(rare).map(report));
    }
    diagnostics.sort_unstable();
    diagnostics.dedup();
    Ok(Stats { counts: scan.findings.counts, diagnostics })
}

/// The spelling that is met most often, if it is met more often than this one.
fn more_usual<'s>(spellings: &'s BTreeMap<String, usize>, name: &str) -> Option<&'s str> {
    let most = spellings.values().max()?;
    let (usual, _) = spellings.iter().find(|(_, count)| *count == most)?;
    (spellings.get(name) < Some(most)).then_some(usual)
}

/// What is odd about the article in a file, if it is in.
fn inspect(settings: &Settings, scan: &Scan, place: usize) -> Result<Option<Inspected>, Error> {
    let mut buffer = Vec::new();
    let Some((article, bytes)) = scan.article(settings, place, &mut buffer)? else {
        let Ok(contents) = scan.read(place, &mut buffer)? else { return Ok(None) };
        let parsed = article::skim(
            scan.path(place),
            contents.bytes,
            &scan.options,
            &mut FeedSlugs::default(),
        );
        // A key that is misspelt may be why it is out.
        let may_be_meant =
            matches!(parsed.outcome, Outcome::LeftOut(Reason::Undated) | Outcome::Invalid(_))
                && !parsed.visibility.is_private(settings.selection.now);
        let findings = article::misspelt_keys(contents.bytes, &scan.options);
        let inspected = Inspected { place, findings, groups: Vec::new() };
        return Ok(may_be_meant.then_some(inspected));
    };
    let groups = groups(settings, scan, bytes, &article);
    let mut findings = article::review(scan.path(place), bytes, &article, &scan.options);
    if groups.is_empty() && settings.kinds.iter().all(|kind| !kind.by.has(GroupKey::All)) {
        let wanted: Vec<String> = settings.kinds.iter().map(|kind| kind.by.name()).collect();
        let problem = Problem::NoFeed(wanted.join(", "));
        findings.push(Finding { line: 0, column: 0, problem });
    }
    Ok(Some(Inspected { place, findings, groups }))
}

/// The groups of the kinds asked for, each once.
fn groups(settings: &Settings, scan: &Scan, bytes: &[u8], article: &Article) -> Vec<Written> {
    let mut names = FeedSlugs::default();
    let mut seen = HashSet::new();
    let mut groups = Vec::new();
    for by in settings.kinds.iter().flat_map(|kind| kind.by.each()) {
        let Some(field) = by.field() else { continue };
        let place = article::place_of(bytes, field, &scan.options);
        for (feed, name) in group::groups_of(by, article, &mut names) {
            if seen.insert((by, feed.clone(), name.clone())) {
                groups.push(Written { by, feed, name, place });
            }
        }
    }
    groups
}
