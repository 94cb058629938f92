//! A choice of what the articles of a site are, and how well it agrees with the feed of the site.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::PageFile;
use super::compare::{days, is_same_title};
use super::derive::{self, Marked, Role, is_nearly_all};
use super::own_feed::{OwnFeed, key};
use crate::format::ForeignEntry;
use crate::page::{self, DateSelector, NoSignal, PageOptions, SiteRules, Sketch, ValueSelector};
use crate::types::dom::Selector;
use crate::types::path_patterns::{PathPatterns, PatternSyntax};
use crate::types::{Timestamp, text};

/// Options, the rules that follow from them, and the articles by these rules.
pub(super) struct Choice {
    pub(super) options: PageOptions,
    pub(super) rules: Result<Arc<SiteRules>, NoSignal>,
    /// By the keys of their pages.
    pub(super) chosen: BTreeMap<String, Chosen>,
    pub(super) include: Vec<String>,
    pub(super) date: Option<String>,
    pub(super) title: Option<String>,
}

/// What of an article tells whether it is one.
pub(super) struct Chosen {
    pub(super) title: String,
    published: Option<Timestamp>,
    language: Option<String>,
}

/// How far a choice is from the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mistakes {
    /// Posts of the feed that are not among the articles.
    missing: usize,
    /// Articles that the feed should have.
    pub(super) unexpected: usize,
}

impl Mistakes {
    fn all(self) -> usize {
        self.missing + self.unexpected
    }
}

impl Choice {
    fn of(pages: &[PageFile], mut options: PageOptions) -> Choice {
        let is_out = |page: &PageFile| options.left_out(&page.path, &page.place).is_some();
        let sketch = |page: &PageFile| {
            // The first page is no article, but may say where the site is.
            let is_read = page.place.is_empty() || !is_out(page);
            let bytes = if is_read { page.bytes() } else { Vec::new() };
            page::sketch(&page.path, &bytes, &options)
        };
        let sketches: Vec<Sketch> = pages.par_iter().filter_map(sketch).collect();
        let rules = page::choose(&sketches, &options).map(Arc::new);
        options.rules = rules.as_ref().ok().cloned();
        let article = |page: &PageFile| {
            if options.left_out(&page.path, &page.place).is_some() {
                return None;
            }
            let read = page::read(&page.path, &page.bytes(), &options)?;
            let chosen = Chosen {
                title: read.facts.title.map(|title| title.value).unwrap_or_default(),
                published: read.facts.published.map(|date| date.value),
                language: read.facts.language.map(|language| language.value),
            };
            read.reason.is_none().then(|| (key(&page.place), chosen))
        };
        let chosen = match &rules {
            Ok(_) => pages.par_iter().filter_map(article).collect(),
            Err(_) => BTreeMap::new(),
        };
        Choice { options, rules, chosen, include: Vec::new(), date: None, title: None }
    }

    /// The choice that agrees best with the feed; the simplest of those that agree as well.
    pub(super) fn best(pages: &[PageFile], options: &PageOptions, feed: &OwnFeed) -> Choice {
        let plain = Choice::of(pages, options.clone());
        if feed.entries.is_empty() || plain.is_right(feed) {
            return plain;
        }
        let included = Choice::within(pages, options, feed);
        let selected = plain.selector(pages, feed).and_then(|mark| {
            let articles = Some(derive::selector(&mark)?);
            Some(Choice::of(pages, PageOptions { articles, ..options.clone() }))
        });
        let mut choices: Vec<Choice> =
            [Some(plain), included, selected].into_iter().flatten().collect();
        let best = (0..choices.len()).min_by_key(|at| {
            choices.get(*at).map_or(usize::MAX, |choice| choice.mistakes(feed).all())
        });
        choices.swap_remove(best.unwrap_or(0))
    }

    /// The choice among the pages in the folders of the posts, if these are a few.
    fn within(pages: &[PageFile], options: &PageOptions, feed: &OwnFeed) -> Option<Choice> {
        let globs = includes(feed)?;
        let patterns = PathPatterns::new(PatternSyntax::PathGlobs, Path::new(""), &globs).ok()?;
        let options = PageOptions { included: Some(patterns), rules: None, ..options.clone() };
        Some(Choice { include: globs, ..Choice::of(pages, options) })
    }

    /// How far the articles are from the feed. An article that is older than its oldest post may be one that
    /// it has no room for.
    pub(super) fn mistakes(&self, feed: &OwnFeed) -> Mistakes {
        let missing = feed.entries.keys().filter(|key| !self.chosen.contains_key(*key)).count();
        let oldest = feed.entries.values().filter_map(|entry| entry.published).min();
        let families = families(feed);
        let is_unexpected = |(key, article): &(&String, &Chosen)| {
            let is_newer =
                oldest.zip(article.published).is_some_and(|(oldest, date)| date > oldest);
            !feed.entries.contains_key(*key) && (is_newer || !families.contains(&family(key)))
        };
        Mistakes { missing, unexpected: self.chosen.iter().filter(is_unexpected).count() }
    }

    /// Whether the site is in several languages: a template may be wrong about that of some pages, but not
    /// about their folders.
    pub(super) fn is_multilingual(&self) -> bool {
        let main = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let mut languages: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        for (key, article) in &self.chosen {
            let Some(language) = article.language.as_deref().map(main) else { continue };
            let mut folders = key.split('/').take(MAX_LANGUAGE_FOLDERS);
            let is_named = folders.any(|folder| main(folder) == language);
            let [all, named] = languages.entry(language).or_default();
            *all += 1;
            *named += usize::from(is_named);
        }
        languages.retain(|_, [all, _]| *all >= MIN_POSTS);
        // The language of the site itself may have no folder.
        let unnamed = languages.values().filter(|[all, named]| named * 10 < all * 9).count();
        languages.len() > 1 && unnamed <= 1
    }

    fn is_right(&self, feed: &OwnFeed) -> bool {
        let Mistakes { missing, unexpected } = self.mistakes(feed);
        let posts = feed.entries.len();
        is_nearly_all(posts - missing.min(posts), posts) && is_nearly_all(posts, posts + unexpected)
    }

    /// A selector that matches the posts of the feed, and almost no page that is none.
    fn selector(&self, pages: &[PageFile], feed: &OwnFeed) -> Option<String> {
        if feed.entries.len() < MIN_POSTS {
            return None;
        }
        let families = families(feed);
        let marked = pages.par_iter().map(|page| {
            let key = key(&page.place);
            let is_out = || self.options.left_out(&page.path, &page.place).is_some();
            let role = if feed.entries.contains_key(&key) {
                Role::Post
            } else if families.contains(&family(&key)) && !is_out() {
                Role::Unknown
            } else {
                Role::Other
            };
            Marked { marks: page::marks(&page.bytes()), role }
        });
        derive::articles(&marked.collect::<Vec<_>>())
    }

    /// Whether a fact is wrong in more than a few posts.
    fn lacks(&self, feed: &OwnFeed, is_right: impl Fn(&Chosen, &ForeignEntry) -> bool) -> bool {
        let right = feed.entries.iter().filter(|(key, entry)| {
            self.chosen.get(*key).is_some_and(|article| is_right(article, entry))
        });
        !feed.entries.is_empty() && !is_nearly_all(right.count(), feed.entries.len())
    }

    /// Whether pages of posts do not say when these were published.
    pub(super) fn lacks_dates(&self, feed: &OwnFeed) -> bool {
        self.lacks(feed, |article, _| article.published.is_some())
    }

    /// Whether pages of posts have other titles than the feed.
    pub(super) fn lacks_titles(&self, feed: &OwnFeed) -> bool {
        self.lacks(feed, |article, entry| is_same_title(&article.title, &entry.title))
    }

    /// The same choice with a selector of the date, if the feed shows where the pages have theirs.
    pub(super) fn with_date_of(self, pages: &[PageFile], feed: &OwnFeed) -> Choice {
        let find =
            |page: &PageFile, entry: &ForeignEntry| page::date_places(&page.bytes(), &days(entry));
        let shows = |page: &PageFile, selectors: &[Selector], entry: &ForeignEntry| {
            page::shows_day(&page.bytes(), selectors, &days(entry))
        };
        let Some(place) = place(pages, feed, &["date", "time", "publish"], find, shows) else {
            return self;
        };
        let options = self.options.clone();
        let dated = self.dated_by(pages, place.clone());
        if dated.is_right(feed) || options.included.is_some() {
            return dated;
        }
        // Other pages may show a date in the same place.
        let Some(included) = Choice::within(pages, &options, feed) else { return dated };
        let included = included.dated_by(pages, place);
        if included.mistakes(feed).all() < dated.mistakes(feed).all() { included } else { dated }
    }

    /// The articles are the pages that show a date in one place, if at least half of the pages do.
    pub(super) fn with_hint(self, pages: &[PageFile]) -> Choice {
        let may_be = |page: &&PageFile| self.options.left_out(&page.path, &page.place).is_none();
        let candidates: Vec<&PageFile> = pages.iter().filter(may_be).take(MAX_HINTS).collect();
        match page::hint(candidates.iter().map(|page| page.bytes())) {
            Some((place, count)) if count >= MIN_POSTS && count * 2 >= candidates.len() => {
                self.dated_by(pages, place)
            }
            _ => self,
        }
    }

    fn dated_by(self, pages: &[PageFile], place: String) -> Choice {
        let Ok(select) = ValueSelector::parse(&place) else { return self };
        let date = Some(DateSelector { select, format: None, zone: self.options.zone });
        let options = PageOptions { date, rules: None, ..self.options };
        Choice { include: self.include, date: Some(place), ..Choice::of(pages, options) }
    }

    /// The same choice with a selector of the title, if the feed shows where the pages have theirs.
    pub(super) fn with_title_of(self, pages: &[PageFile], feed: &OwnFeed) -> Choice {
        let find = |page: &PageFile, entry: &ForeignEntry| {
            page::title_places(&page.bytes(), &text::title(&entry.title))
        };
        let shows = |page: &PageFile, selectors: &[Selector], entry: &ForeignEntry| {
            page::shows_title(&page.bytes(), selectors, &text::title(&entry.title))
        };
        let Some(place) = place(pages, feed, &["title", "headline"], find, shows) else {
            return self;
        };
        let title = ValueSelector::parse(&place).ok();
        let options = PageOptions { title, rules: None, ..self.options };
        let (include, date) = (self.include, self.date);
        Choice { include, date, title: Some(place), ..Choice::of(pages, options) }
    }
}

/// Where pages show a fact of their posts: the selector that finds it first on nearly all of them. `shows`
/// tells which of several selectors find it in a page.
fn place(
    pages: &[PageFile],
    feed: &OwnFeed,
    words: &[&str],
    find: impl Fn(&PageFile, &ForeignEntry) -> BTreeSet<String> + Sync,
    shows: impl Fn(&PageFile, &[Selector], &ForeignEntry) -> Vec<bool> + Sync,
) -> Option<String> {
    let posts: Vec<(&PageFile, &ForeignEntry)> = pages
        .iter()
        .filter_map(|page| Some((page, feed.entries.get(&key(&page.place))?)))
        .take(MAX_SAMPLES)
        .collect();
    let places: Vec<BTreeSet<String>> =
        posts.par_iter().map(|(page, entry)| find(page, entry)).collect();
    let selectors = derive::common(places.iter(), words);
    let found: Vec<Vec<bool>> =
        posts.par_iter().map(|(page, entry)| shows(page, &selectors, entry)).collect();
    let is_right = |at: usize| {
        let right = found.iter().filter(|found| found.get(at) == Some(&true)).count();
        is_nearly_all(right, posts.len())
    };
    let mut right = selectors.iter().enumerate().filter(|(at, _)| is_right(*at));
    right.next().map(|(_, selector)| selector.as_str().to_owned())
}

/// Folders above a page of which one may have the name of a language.
const MAX_LANGUAGE_FOLDERS: usize = 3;

/// Fewer posts have too much in common.
const MIN_POSTS: usize = 3;

/// How many pages are asked for a date where no sign tells the articles.
const MAX_HINTS: usize = 200;

/// How many pages are asked where a fact is.
const MAX_SAMPLES: usize = 50;

/// The folder of a page, apart from years, months and days.
fn family(key: &str) -> String {
    let folders = key.rsplit_once('/').map_or("", |(folders, _)| folders);
    let is_name = |part: &&str| !part.bytes().all(|byte| byte.is_ascii_digit());
    folders.split('/').filter(is_name).collect::<Vec<_>>().join("/")
}

fn families(feed: &OwnFeed) -> BTreeSet<String> {
    feed.entries.keys().map(|key| family(key)).collect()
}

/// Globs of the first folders of the posts, if all are in a few.
fn includes(feed: &OwnFeed) -> Option<Vec<String>> {
    let first = |key: &String| {
        let (first, _) = key.split_once('/')?;
        let is_year = first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit());
        Some(if is_year { "/[0-9][0-9][0-9][0-9]/**".to_owned() } else { format!("/{first}/**") })
    };
    let globs: BTreeSet<String> = feed.entries.keys().map(first).collect::<Option<_>>()?;
    (globs.len() <= MAX_INCLUDES).then(|| globs.into_iter().collect())
}

/// More folders than this say nothing.
const MAX_INCLUDES: usize = 4;
