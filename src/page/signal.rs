//! The survey of a site: one sign by which its articles are known, and what its pages have in common.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::address;
use super::look::{Look, PageDate};
use super::{PageOptions, PageReason};
use crate::types::{Timestamp, WebUrl};

/// What tells an article from the other pages of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// `articles` of the configuration.
    Selector,
    /// JSON-LD of one article with a date.
    JsonLd,
    /// `og:type` of articles, and `article:published_time`.
    OpenGraph,
    /// One `h-entry` with a date.
    Entry,
    /// Microdata of one article with a date.
    Microdata,
    /// One `<article>` with `<time>`.
    Article,
    /// One `<time>` in `<main>` or on the page.
    Time,
    /// A date in the address.
    Address,
}

impl Signal {
    /// Those that are looked for, the strongest first.
    const FOUND: [Signal; 7] = [
        Signal::JsonLd,
        Signal::OpenGraph,
        Signal::Entry,
        Signal::Microdata,
        Signal::Article,
        Signal::Time,
        Signal::Address,
    ];

    /// What it is, as a message says it.
    pub fn name(self) -> &'static str {
        match self {
            Signal::Selector => "a match of `articles`",
            Signal::JsonLd => "JSON-LD of an article with a date",
            Signal::OpenGraph => "og:type article with article:published_time",
            Signal::Entry => "one h-entry with dt-published",
            Signal::Microdata => "microdata of an article with datePublished",
            Signal::Article => "one <article> with <time>",
            Signal::Time => "one <time>",
            Signal::Address => "a date in the address",
        }
    }

    /// Whether it says little by itself.
    fn is_weak(self) -> bool {
        matches!(self, Signal::Time | Signal::Address)
    }
}

/// The dates of a page, by where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dates {
    pub(super) json_ld: Option<PageDate>,
    pub(super) open_graph: Option<PageDate>,
    pub(super) item: Option<PageDate>,
    pub(super) entry: Option<PageDate>,
    pub(super) article: Option<PageDate>,
    pub(super) main: BTreeSet<PageDate>,
    pub(super) page: BTreeSet<PageDate>,
    pub(super) address: Option<Timestamp>,
}

impl Dates {
    pub(super) fn of(look: &Look, place: &str, options: &PageOptions) -> Dates {
        Dates {
            json_ld: look.json_ld_published,
            open_graph: look.og_published,
            item: look.item.published.filter(|_| look.item.count < 2),
            entry: look.entry.published.filter(|_| look.entry.count < 2),
            article: look.times.in_article,
            main: look.times.in_main.clone(),
            page: look.times.on_page.clone(),
            address: Timestamp::in_path(&format!("/{place}"), options.zone)
                .or_else(|| named_date(place, options)),
        }
    }

    /// Without the times of the build.
    pub(super) fn without(mut self, builds: &BTreeSet<Timestamp>) -> Dates {
        let is_kept = |date: &PageDate| date.is_day || !builds.contains(&date.at);
        for date in [
            &mut self.json_ld,
            &mut self.open_graph,
            &mut self.item,
            &mut self.entry,
            &mut self.article,
        ] {
            *date = date.filter(is_kept);
        }
        self.main.retain(is_kept);
        self.page.retain(is_kept);
        self
    }

    fn instants(&self) -> BTreeSet<Timestamp> {
        let single = [self.json_ld, self.open_graph, self.item, self.entry, self.article];
        let all = single.into_iter().flatten().chain(self.main.iter().chain(&self.page).copied());
        all.filter(|date| !date.is_day).map(|date| date.at).collect()
    }

    /// The date that tells most, and where it stands.
    pub(super) fn published(&self) -> Option<(Timestamp, &'static str)> {
        let only = |dates: &BTreeSet<PageDate>| {
            if dates.len() == 1 { dates.first().copied() } else { None }
        };
        let at = |date: Option<PageDate>, rule| Some((date?.at, rule));
        at(self.json_ld, "JSON-LD datePublished")
            .or_else(|| at(self.open_graph, "article:published_time"))
            .or_else(|| at(self.item, "itemprop datePublished"))
            .or_else(|| at(self.entry, "dt-published"))
            .or_else(|| at(self.article, "<time> in <article>"))
            .or_else(|| at(self.main.first().copied(), "<time> in <main>"))
            .or_else(|| at(only(&self.page), "the only <time>"))
            .or_else(|| Some((self.address?, "the address")))
    }
}

/// The date at the beginning of the last part of an address: `blog/2024-05-01-title/`.
fn named_date(place: &str, options: &PageOptions) -> Option<Timestamp> {
    let name = address::stem(place).rsplit('/').next()?;
    crate::types::date::from_name(name, false, options.zone)
}

/// What the survey keeps of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sketch {
    pub(super) place: String,
    /// Whether it is no article, whatever the signal.
    pub(super) is_out: bool,
    /// Whether it matches `articles`.
    pub(super) is_selected: bool,
    pub(super) dates: Dates,
    /// What the page has but for the date that a signal needs.
    pub(super) kinds: Vec<Signal>,
    pub(super) title: Option<String>,
    pub(super) og_title: Option<String>,
    pub(super) image: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) keywords: String,
    pub(super) canonical: Option<WebUrl>,
    pub(super) og_url: Option<WebUrl>,
    pub(super) site_name: Option<String>,
}

impl Sketch {
    /// Whether the page has a signal, by those of its dates that count.
    fn has(&self, signal: Signal, dates: &Dates) -> bool {
        match signal {
            Signal::Selector => self.is_selected,
            signal => has(signal, &self.kinds, dates),
        }
    }
}

/// Whether a page of these kinds, with these dates, has a signal.
pub(super) fn has(signal: Signal, kinds: &[Signal], dates: &Dates) -> bool {
    let is_one = |dates: &BTreeSet<PageDate>| dates.len() == 1;
    match signal {
        Signal::Selector => false,
        Signal::JsonLd => dates.json_ld.is_some(),
        Signal::OpenGraph => kinds.contains(&signal) && dates.open_graph.is_some(),
        Signal::Entry => kinds.contains(&signal) && dates.entry.is_some(),
        Signal::Microdata => kinds.contains(&signal) && dates.item.is_some(),
        Signal::Article => kinds.contains(&signal) && dates.article.is_some(),
        Signal::Time => is_one(&dates.main) || is_one(&dates.page),
        Signal::Address => dates.address.is_some(),
    }
}

/// What a page has but for the date that a signal needs.
pub(super) fn kinds(look: &Look) -> Vec<Signal> {
    let kinds = [
        (Signal::OpenGraph, look.is_og_article),
        (Signal::Entry, look.entry.count == 1),
        (Signal::Microdata, look.item.count == 1),
        (Signal::Article, look.times.articles == 1),
    ];
    kinds.into_iter().filter(|(_, has)| *has).map(|(signal, _)| signal).collect()
}

/// What the pages of a site have in common, as the survey found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRules {
    /// By what articles are known.
    pub signal: Signal,
    /// How many pages have it.
    pub articles: usize,
    /// How many pages there are that could have it.
    pub pages: usize,
    /// The address of the folder as the pages claim it.
    pub claimed: Option<WebUrl>,
    /// The name of the site.
    pub name: Option<String>,
    /// Whether addresses do without `.html`.
    pub(super) is_clean: bool,
    /// Whether any page with a date in its address is an article.
    pub(super) dated_too: bool,
    /// Endings and beginnings that most titles share, the longest first.
    pub(super) title_ends: Ends,
    pub(super) og_title_ends: Ends,
    /// Images, summaries and keywords that most articles share.
    pub(super) shared: BTreeSet<String>,
    /// Times of the build.
    pub(super) builds: BTreeSet<Timestamp>,
    /// Places of pages that list others.
    pub(super) lists: BTreeSet<String>,
    /// Places of pages whose canonical address is that of another page.
    pub(super) elsewhere: BTreeSet<String>,
}

/// Endings and beginnings of titles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ends {
    after: Vec<String>,
    before: Vec<String>,
}

/// Why no signal was chosen: how many pages could be articles, and how many of them have which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSignal {
    /// Pages that could be articles.
    pub pages: usize,
    /// How many of them have which signal.
    pub seen: Vec<(Signal, usize)>,
}

/// Chooses the rules of a site.
pub(crate) fn choose(sketches: &[Sketch], options: &PageOptions) -> Result<SiteRules, NoSignal> {
    let candidates: Vec<&Sketch> = sketches.iter().filter(|sketch| !sketch.is_out).collect();
    let builds = builds(&candidates);
    let dates: Vec<Dates> =
        candidates.iter().map(|sketch| sketch.dates.clone().without(&builds)).collect();
    let having = |signal: Signal| -> Vec<usize> {
        let pages = candidates.iter().zip(&dates).enumerate();
        pages.filter(|(_, (sketch, dates))| sketch.has(signal, dates)).map(|(at, _)| at).collect()
    };
    let seen: Vec<(Signal, Vec<usize>)> =
        Signal::FOUND.iter().map(|&signal| (signal, having(signal))).collect();
    let chosen = if options.articles.is_some() {
        Some((Signal::Selector, having(Signal::Selector)))
    } else {
        seen.iter()
            .find(|(signal, pages)| is_good(*signal, pages, &candidates, &dates, options))
            .cloned()
    };
    let Some((signal, mut articles)) = chosen.filter(|(_, articles)| !articles.is_empty()) else {
        let seen = seen.into_iter().map(|(signal, pages)| (signal, pages.len()));
        let seen = seen.filter(|(_, count)| *count > 0).collect();
        return Err(NoSignal { pages: candidates.len(), seen });
    };
    let is_dated = |at: &usize| dates.get(*at).is_some_and(|dates| dates.address.is_some());
    let dated = articles.iter().filter(|at| is_dated(at)).count();
    let dated_too =
        signal != Signal::Selector && dated * 10 >= articles.len() * 9 && articles.len() > 1;
    if dated_too {
        articles =
            (0..candidates.len()).filter(|at| articles.contains(at) || is_dated(at)).collect();
    }
    let lists = if signal == Signal::Selector {
        BTreeSet::new()
    } else {
        lists(&articles, &candidates, &dates)
    };
    let chosen: Vec<&Sketch> =
        articles.iter().filter_map(|&at| candidates.get(at).copied()).collect();
    let chosen: Vec<&Sketch> =
        chosen.into_iter().filter(|sketch| !lists.contains(&sketch.place)).collect();
    let claimed = claimed(sketches);
    let elsewhere = elsewhere(sketches, claimed.as_ref());
    let known = if chosen.len() < MIN_SHARED { &candidates } else { &chosen };
    let shared = [
        common(chosen.iter().filter_map(|sketch| sketch.image.as_deref())),
        common(chosen.iter().filter_map(|sketch| sketch.summary.as_deref())),
        common(chosen.iter().map(|sketch| sketch.keywords.as_str())),
    ];
    Ok(SiteRules {
        signal,
        articles: chosen.len(),
        pages: candidates.len(),
        name: common(sketches.iter().filter_map(|sketch| sketch.site_name.as_deref())),
        is_clean: options.clean_urls.unwrap_or_else(|| is_clean(sketches)),
        claimed,
        dated_too,
        title_ends: Ends::of(known.iter().filter_map(|sketch| sketch.title.as_deref())),
        og_title_ends: Ends::of(known.iter().filter_map(|sketch| sketch.og_title.as_deref())),
        shared: shared.into_iter().flatten().filter(|text| !text.is_empty()).collect(),
        builds,
        lists,
        elsewhere,
    })
}

/// Fewer titles say nothing about what most of them share.
const MIN_SHARED: usize = 3;

/// Instants that so many pages share are no dates of articles.
const MIN_BUILD: usize = 3;

/// The instants that several pages share. A page above others may show the date of one of them.
fn builds(candidates: &[&Sketch]) -> BTreeSet<Timestamp> {
    let parents = parents(candidates);
    let mut counts: BTreeMap<Timestamp, usize> = BTreeMap::new();
    let leaves = candidates.iter().filter(|sketch| !parents.contains(&*sketch.place));
    for instant in leaves.flat_map(|sketch| sketch.dates.instants()) {
        *counts.entry(instant).or_default() += 1;
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count >= MIN_BUILD)
        .map(|(instant, _)| instant)
        .collect()
}

/// The places of folders in which other pages are.
fn parents<'s>(sketches: &[&'s Sketch]) -> HashSet<&'s str> {
    let mut parents = HashSet::new();
    for sketch in sketches {
        let mut place = sketch.place.trim_end_matches('/');
        while let Some((folder, _)) = place.rsplit_once('/') {
            if !parents.insert(sketch.place.get(..=folder.len()).unwrap_or_default()) {
                break;
            }
            place = folder;
        }
    }
    parents
}

/// Whether a signal tells the articles of this site.
fn is_good(
    signal: Signal,
    having: &[usize],
    candidates: &[&Sketch],
    dates: &[Dates],
    options: &PageOptions,
) -> bool {
    let (count, all) = (having.len(), candidates.len());
    if count == 0 {
        return false;
    }
    if signal.is_weak() && count * 2 < all {
        return false;
    }
    if options.included.is_none() && count < MIN_ARTICLES && count * 4 < all {
        return false;
    }
    // A site that has the sign on some articles and not on others has other articles as well.
    let families: HashSet<String> = having
        .iter()
        .filter_map(|&at| candidates.get(at))
        .map(|sketch| address::family(&sketch.place))
        .collect();
    let has_date = |dates: &Dates| {
        let others =
            [Signal::JsonLd, Signal::OpenGraph, Signal::Entry, Signal::Microdata, Signal::Article];
        dates.address.is_some() || others.iter().any(|signal| has(*signal, &Signal::FOUND, dates))
    };
    let related = candidates.iter().zip(dates).filter(|(sketch, dates)| {
        has_date(dates) && families.contains(&address::family(&sketch.place))
    });
    count * 10 >= related.count() * 7
}

/// Fewer articles than this on a site of many pages may be a mistake.
const MIN_ARTICLES: usize = 3;

/// The places of articles that are lists of the articles below, whose newest date they have.
fn lists(articles: &[usize], candidates: &[&Sketch], dates: &[Dates]) -> BTreeSet<String> {
    let published =
        |at: usize| dates.get(at).and_then(Dates::published).map(|(date, _)| date.date());
    let place = |at: &usize| candidates.get(*at).map(|sketch| &*sketch.place);
    let mut children: HashMap<&str, Vec<usize>> = HashMap::new();
    for at in articles {
        let Some(place) = place(at) else { continue };
        let mut rest = place.trim_end_matches('/');
        while let Some((folder, _)) = rest.rsplit_once('/') {
            children.entry(place.get(..=folder.len()).unwrap_or_default()).or_default().push(*at);
            rest = folder;
        }
    }
    let is_list = |at: &&usize| {
        let Some(below) = place(at).and_then(|place| children.get(place)) else { return false };
        let own = published(**at);
        below.len() >= MANY || below.len() > 1 && below.iter().any(|child| published(*child) == own)
    };
    articles.iter().filter(is_list).filter_map(place).map(str::to_owned).collect()
}

/// A page above so many articles is a list of them, whatever its date.
const MANY: usize = 5;

/// The address of the folder as most pages claim it.
fn claimed(sketches: &[Sketch]) -> Option<WebUrl> {
    let most = |of: fn(&Sketch) -> Option<&WebUrl>| {
        let mut counts: BTreeMap<WebUrl, usize> = BTreeMap::new();
        let claims =
            sketches.iter().filter_map(|sketch| address::site_of(of(sketch)?, &sketch.place));
        claims.for_each(|site| *counts.entry(site).or_default() += 1);
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(site, _)| site)
    };
    most(|sketch| sketch.canonical.as_ref()).or_else(|| most(|sketch| sketch.og_url.as_ref()))
}

/// The places of pages that are copies of others by their canonical addresses.
fn elsewhere(sketches: &[Sketch], claimed: Option<&WebUrl>) -> BTreeSet<String> {
    let Some(claimed) = claimed else { return BTreeSet::new() };
    let own = |sketch: &Sketch| Some(key(&claimed.join_path(&sketch.place)?));
    let all: HashSet<String> = sketches.iter().filter_map(own).collect();
    let mut same: HashMap<&WebUrl, usize> = HashMap::new();
    for canonical in sketches.iter().filter_map(|sketch| sketch.canonical.as_ref()) {
        *same.entry(canonical).or_default() += 1;
    }
    let is_elsewhere = |sketch: &&Sketch| {
        let Some(canonical) = &sketch.canonical else { return false };
        let is_own = own(sketch).is_some_and(|own| own == key(canonical));
        // A template that gives every page the same address is wrong.
        let is_mistake =
            same.get(canonical).is_some_and(|count| count * 2 > sketches.len() && *count > 2);
        let is_known = all.contains(&key(canonical)) || canonical.host() != claimed.host();
        !is_own && !is_mistake && is_known
    };
    sketches.iter().filter(is_elsewhere).map(|sketch| sketch.place.clone()).collect()
}

/// What all ways to write the address of a page share.
fn key(address: &WebUrl) -> String {
    let text = address.as_str();
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (_, rest) = text.get(..end).and_then(|text| text.split_once("://")).unwrap_or_default();
    address::stem(rest.strip_prefix("www.").unwrap_or(rest)).to_ascii_lowercase()
}

/// Whether most pages in files of their own claim an address without `.html`.
fn is_clean(sketches: &[Sketch]) -> bool {
    let own = sketches.iter().filter_map(|sketch| {
        let url = sketch.canonical.as_ref().or(sketch.og_url.as_ref())?;
        let is_file = !sketch.place.is_empty() && !sketch.place.ends_with('/');
        is_file.then(|| !url.path().ends_with("html") && !url.path().ends_with("htm"))
    });
    let own: Vec<bool> = own.collect();
    let clean = own.iter().filter(|is_clean| **is_clean).count();
    clean * 2 > own.len()
}

/// A text that more than half of some have, and at least three.
fn common<'t>(texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for text in texts {
        all += 1;
        *counts.entry(text).or_default() += 1;
    }
    let (most, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 2 > all && count >= MIN_SHARED).then(|| most.to_owned())
}

/// What separates a title from the name of its site.
const SEPARATORS: [&str; 14] = [
    " | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » ", " « ", " / ", " ~ ", " @ ", "｜", ": ",
];

impl Ends {
    fn of<'t>(titles: impl Iterator<Item = &'t str>) -> Ends {
        let [mut after, mut before] = [HashMap::new(), HashMap::new()];
        let mut all = 0;
        for title in titles {
            all += 1;
            for separator in SEPARATORS {
                for (at, _) in title.match_indices(separator) {
                    let [head, tail] = [title.get(..at + separator.len()), title.get(at..)];
                    *after.entry(tail.unwrap_or_default()).or_default() += 1;
                    *before.entry(head.unwrap_or_default()).or_default() += 1;
                }
            }
        }
        let most = |counts: HashMap<&str, usize>| {
            let shared = counts.into_iter().filter(|(_, count)| *count * 2 > all && *count > 1);
            let mut shared: Vec<String> = shared.map(|(end, _)| end.to_owned()).collect();
            shared.sort_unstable_by(|end, other| other.len().cmp(&end.len()).then(end.cmp(other)));
            shared
        };
        Ends { after: most(after), before: most(before) }
    }

    /// A title without them, and without the name of the site behind a separator.
    pub(super) fn cut<'t>(&self, title: &'t str, site: Option<&str>) -> &'t str {
        let filled = |rest: Option<&'t str>| rest.map(str::trim).filter(|rest| !rest.is_empty());
        let after = self.after.iter().find_map(|end| filled(title.strip_suffix(end.as_str())));
        let title = after.unwrap_or(title);
        let before = self.before.iter().find_map(|end| filled(title.strip_prefix(end.as_str())));
        let title = before.unwrap_or(title);
        let named = site.and_then(|site| {
            let rest = title.strip_suffix(site)?;
            let separator = SEPARATORS.iter().find(|separator| rest.ends_with(**separator))?;
            filled(rest.strip_suffix(separator))
        });
        named.unwrap_or(title)
    }
}

impl Signal {
    /// That a page lacks it, as a message says it.
    pub(super) fn lack(self) -> &'static str {
        match self {
            Signal::Selector => "it does not match `articles`",
            Signal::JsonLd => {
                "it has no JSON-LD of an article with a date, as the articles of this site have"
            }
            Signal::OpenGraph => {
                "it has no article:published_time, as the articles of this site have"
            }
            Signal::Entry => {
                "it has no h-entry with dt-published, as the articles of this site have"
            }
            Signal::Microdata => {
                "it has no microdata of an article, as the articles of this site have"
            }
            Signal::Article => {
                "it has no single <article> with <time>, as the articles of this site have"
            }
            Signal::Time => "it has no single <time>, as the articles of this site have",
            Signal::Address => "it has no date in its address, as the articles of this site have",
        }
    }
}

impl SiteRules {
    /// Why a page is no article by these rules.
    pub(super) fn judge(
        &self,
        place: &str,
        look: &Look,
        dates: &Dates,
        is_selected: impl Fn() -> bool,
    ) -> Option<PageReason> {
        if self.signal == Signal::Selector {
            return (!is_selected()).then_some(PageReason::NoSignal(self.signal));
        }
        let has =
            has(self.signal, &kinds(look), dates) || self.dated_too && dates.address.is_some();
        if !has {
            Some(PageReason::NoSignal(self.signal))
        } else if self.lists.contains(place) {
            Some(PageReason::List)
        } else if self.elsewhere.contains(place) {
            Some(PageReason::Elsewhere)
        } else {
            None
        }
    }
}
