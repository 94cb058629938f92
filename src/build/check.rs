//! The inspection: every file is judged as for a build, and what is odd about the articles that are
//! in is said as well.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::scan::Survey;
use crate::article::GroupBy;
use crate::article::{self, Article, Reading};
use crate::error::Error;
use crate::progress::Watch;
use crate::settings::Settings;
use crate::stats::Findings;
use crate::types::diagnostic::{Diagnostic, Finding, Problem};
use crate::types::slug::{FeedName, FeedNames};

/// How often a group is written how, by kind and feed.
type Spellings = BTreeMap<(GroupBy, FeedName), BTreeMap<String, usize>>;

/// What was found in one file.
struct Inspected {
    place: usize,
    findings: Vec<Finding>,
    groups: Vec<Written>,
}

/// A group as an article writes it.
struct Written {
    by: GroupBy,
    feed: FeedName,
    name: String,
    /// The line and the column of the key.
    place: (usize, usize),
}

/// Everything that is wrong or odd, sorted by path and place.
pub(super) fn findings(
    settings: &Settings,
    mut survey: Survey,
    watch: &impl Watch,
) -> Result<Findings, Error> {
    let places = (0..survey.len()).into_par_iter();
    let inspected = places.map(|place| {
        if watch.stop() { Err(Error::Interrupted) } else { inspect(settings, &survey, place) }
    });
    let inspected: Vec<Option<Inspected>> = inspected.collect::<Result<_, Error>>()?;
    let inspected: Vec<Inspected> = inspected.into_iter().flatten().collect();
    let mut spellings = Spellings::new();
    for group in inspected.iter().flat_map(|inspected| &inspected.groups) {
        let names = spellings.entry((group.by, group.feed.clone())).or_default();
        *names.entry(group.name.clone()).or_default() += 1;
    }
    let mut diagnostics = std::mem::take(&mut survey.findings.diagnostics);
    for inspected in inspected {
        let path = survey.path(inspected.place);
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
    Ok(Findings { counts: survey.findings.counts, diagnostics })
}

/// The spelling that is met most often, if it is met more often than this one.
fn more_usual<'s>(spellings: &'s BTreeMap<String, usize>, name: &str) -> Option<&'s str> {
    let most = spellings.values().max()?;
    let (usual, _) = spellings.iter().find(|(_, count)| *count == most)?;
    (spellings.get(name) < Some(most)).then_some(usual)
}

/// What is odd about the article in a file, if it is in.
fn inspect(settings: &Settings, survey: &Survey, place: usize) -> Result<Option<Inspected>, Error> {
    let mut buffer = Vec::new();
    let Some((article, bytes)) = survey.article(settings, place, &mut buffer)? else {
        let Ok(contents) = survey.read(place, &mut buffer)? else { return Ok(None) };
        let parsed = article::skim(survey.path(place), contents.bytes, &survey.dialect);
        // A key that is misspelt may be why it is out.
        let may_be_meant = matches!(parsed.reading, Reading::Undated | Reading::Faulty(_))
            && !parsed.standing.is_private(settings.selection.now);
        let findings = article::misspelt_keys(contents.bytes, &survey.dialect);
        let inspected = Inspected { place, findings, groups: Vec::new() };
        return Ok(may_be_meant.then_some(inspected));
    };
    let groups = groups(settings, survey, bytes, &article);
    let mut findings = article::review(survey.path(place), bytes, &article, &survey.dialect);
    if groups.is_empty() && settings.kinds.iter().all(|kind| !kind.by.has(GroupBy::All)) {
        let wanted: Vec<String> = settings.kinds.iter().map(|kind| kind.by.name()).collect();
        let problem = Problem::NoFeed(wanted.join(", "));
        findings.push(Finding { line: 0, column: 0, problem });
    }
    Ok(Some(Inspected { place, findings, groups }))
}

/// The groups of the kinds asked for, each once.
fn groups(settings: &Settings, survey: &Survey, bytes: &[u8], article: &Article) -> Vec<Written> {
    let mut names = FeedNames::default();
    let mut seen = HashSet::new();
    let mut groups = Vec::new();
    for by in settings.kinds.iter().flat_map(|kind| kind.by.each()) {
        let Some(field) = by.field() else { continue };
        let place = article::place_of(bytes, field, &survey.dialect);
        for (feed, name) in by.groups(article, &mut names) {
            if seen.insert((by, feed.clone(), name.clone())) {
                groups.push(Written { by, feed, name, place });
            }
        }
    }
    groups
}
