//! The inspection: every file is judged as for a build, and what is odd about the articles that are
//! in is said as well.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::survey::Survey;
use crate::article::{self, Article, Reading};
use crate::card::GroupBy;
use crate::diagnostic::{Diagnostic, Finding, Problem};
use crate::error::Error;
use crate::findings::Findings;
use crate::name::{FeedName, FeedNames};
use crate::settings::Settings;

/// How often a group is written how, by kind and feed.
type Spellings = BTreeMap<(GroupBy, FeedName), BTreeMap<String, usize>>;

/// What was found in one file.
struct Inspected {
    place: usize,
    findings: Vec<Finding>,
    /// The groups of the article as it writes them, and the line of each kind.
    groups: Vec<(GroupBy, FeedName, String, usize)>,
}

/// Everything that is wrong or odd, sorted by path and place.
pub(super) fn findings(
    settings: &Settings,
    mut survey: Survey,
    stop: &(impl Fn() -> bool + Sync),
) -> Result<Findings, Error> {
    let places = (0..survey.len()).into_par_iter();
    let inspected = places.map(|place| {
        if stop() { Err(Error::Interrupted) } else { inspect(settings, &survey, place) }
    });
    let inspected: Vec<Option<Inspected>> = inspected.collect::<Result<_, Error>>()?;
    let inspected: Vec<Inspected> = inspected.into_iter().flatten().collect();
    let mut spellings = Spellings::new();
    for (by, feed, name, _) in inspected.iter().flat_map(|inspected| &inspected.groups) {
        *spellings.entry((*by, feed.clone())).or_default().entry(name.clone()).or_default() += 1;
    }
    let mut diagnostics = std::mem::take(&mut survey.findings.diagnostics);
    for inspected in inspected {
        let path = survey.path(inspected.place);
        let rare = inspected.groups.into_iter().filter_map(|(by, feed, name, line)| {
            let usual = more_usual(spellings.get(&(by, feed))?, &name)?.to_owned();
            let column = usize::from(line > 0);
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
        let parsed = article::skim(survey.path(place), contents.bytes, settings.dialect);
        // A key that is misspelt may be why it is out.
        let may_be_meant = matches!(parsed.reading, Reading::Undated | Reading::Faulty(_))
            && !parsed.standing.is_private(settings.selection.now);
        let findings = article::misspelt_keys(contents.bytes);
        let inspected = Inspected { place, findings, groups: Vec::new() };
        return Ok(may_be_meant.then_some(inspected));
    };
    let mut names = FeedNames::default();
    let mut findings = article::review(survey.path(place), bytes, &article);
    findings.extend(no_feed(settings, &article, &mut names));
    let groups = groups(settings, bytes, &article, &mut names);
    Ok(Some(Inspected { place, findings, groups }))
}

/// The groups of the kinds asked for, each once.
fn groups(
    settings: &Settings,
    bytes: &[u8],
    article: &Article,
    names: &mut FeedNames,
) -> Vec<(GroupBy, FeedName, String, usize)> {
    let mut seen = HashSet::new();
    let mut groups = Vec::new();
    for kind in settings.kinds.iter().filter(|kind| kind.by != GroupBy::All) {
        let line = kind.by.key().and_then(|key| article::line_of(bytes, key)).unwrap_or(0);
        for (feed, name) in kind.by.groups(article, names) {
            if seen.insert((kind.by, feed.clone(), name.clone())) {
                groups.push((kind.by, feed, name, line));
            }
        }
    }
    groups
}

/// That an article is in no group of the kinds asked for.
fn no_feed(settings: &Settings, article: &Article, names: &mut FeedNames) -> Option<Finding> {
    let kinds = settings.kinds.iter();
    let lonely = kinds.clone().all(|kind| kind.by.groups(article, names).is_empty());
    let wanted: Vec<&str> = kinds.map(|kind| kind.by.name()).collect();
    let problem = Problem::NoFeed(wanted.join(", "));
    lonely.then_some(Finding { line: 0, column: 0, problem })
}
