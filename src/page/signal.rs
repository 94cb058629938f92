//! The signs by which the articles of a site are known, and what is kept of a page to choose one.

use std::collections::BTreeSet;

use super::address;
use super::look::{Look, PageDate};
use serde::{Deserialize, Serialize};

use super::PageOptions;
use crate::types::{Timestamp, WebUrl};

/// What tells an article from the other pages of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Signal {
    /// `articles` of the configuration.
    Selector,
    /// `date` of the configuration.
    Date,
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
    pub(super) const FOUND: [Signal; 7] = [
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
            Signal::Date => "a date where `date` says",
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
    pub(super) fn is_weak(self) -> bool {
        matches!(self, Signal::Time | Signal::Address)
    }
}

/// The dates of a page, by where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dates {
    /// Where the configuration says.
    pub(super) selected: Option<Timestamp>,
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
            selected: None,
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
    pub(super) fn without(mut self, builds: &Builds) -> Dates {
        let is_marked = |date: &PageDate| date.is_day || !builds.marked.contains(&date.at.parts());
        let is_shown = |date: &PageDate| date.is_day || !builds.shown.contains(&date.at.parts());
        for date in [&mut self.json_ld, &mut self.open_graph, &mut self.item, &mut self.entry] {
            *date = date.filter(is_marked);
        }
        self.article = self.article.filter(is_shown);
        self.main.retain(is_shown);
        self.page.retain(is_shown);
        self
    }

    /// The instants that are marked as the date of an article.
    pub(super) fn marked(&self) -> BTreeSet<Timestamp> {
        let marked = [self.json_ld, self.open_graph, self.item, self.entry];
        instants(marked.into_iter().flatten())
    }

    /// The instants that the page shows.
    pub(super) fn shown(&self) -> BTreeSet<Timestamp> {
        instants(self.article.into_iter().chain(self.main.iter().chain(&self.page).copied()))
    }

    /// Whether the only date that the page shows is that of its address.
    pub(super) fn agree(&self) -> bool {
        let shown = only(&self.main).or_else(|| only(&self.page));
        let (Some(shown), Some(named)) = (shown, self.address) else { return false };
        // One of them may be in another zone.
        shown.at.unix_seconds().abs_diff(named.unix_seconds()) <= 2 * SECONDS_OF_DAY
    }

    /// Whether more than a bare `<time>` shows a date.
    pub(super) fn is_dated(&self) -> bool {
        let single = [self.json_ld, self.open_graph, self.item, self.entry, self.article];
        self.address.is_some() || single.iter().any(Option::is_some)
    }

    /// The date that tells most, and where it stands.
    pub(super) fn published(&self) -> Option<(Timestamp, &'static str)> {
        let at = |date: Option<PageDate>, rule| Some((date?.at, rule));
        let selected = self.selected.map(|at| (at, "`date`"));
        selected
            .or_else(|| at(self.json_ld, "JSON-LD datePublished"))
            .or_else(|| at(self.open_graph, "article:published_time"))
            .or_else(|| at(self.item, "itemprop datePublished"))
            .or_else(|| at(self.entry, "dt-published"))
            .or_else(|| at(self.article, "<time> in <article>"))
            .or_else(|| at(self.main.first().copied(), "<time> in <main>"))
            .or_else(|| at(only(&self.page), "the only <time>"))
            .or_else(|| Some((self.address?, "the address")))
    }
}

const SECONDS_OF_DAY: u64 = 86_400;

/// The date, if there is one only.
fn only(dates: &BTreeSet<PageDate>) -> Option<PageDate> {
    dates.first().copied().filter(|_| dates.len() == 1)
}

fn instants(dates: impl Iterator<Item = PageDate>) -> BTreeSet<Timestamp> {
    dates.filter(|date| !date.is_day).map(|date| date.at).collect()
}

/// The times at which pages were made, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Builds {
    /// Those that are marked as the date of an article.
    pub(super) marked: BTreeSet<(i64, u32)>,
    /// Those that pages show.
    pub(super) shown: BTreeSet<(i64, u32)>,
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
    pub(super) fn has(&self, signal: Signal, dates: &Dates) -> bool {
        match signal {
            Signal::Selector => self.is_selected,
            signal => has(signal, &self.kinds, dates),
        }
    }
}

/// Whether a page of these kinds, with these dates, has a signal.
pub(super) fn has(signal: Signal, kinds: &[Signal], dates: &Dates) -> bool {
    match signal {
        Signal::Selector => false,
        Signal::Date => dates.selected.is_some(),
        Signal::JsonLd => dates.json_ld.is_some(),
        Signal::OpenGraph => kinds.contains(&signal) && dates.open_graph.is_some(),
        Signal::Entry => kinds.contains(&signal) && dates.entry.is_some(),
        Signal::Microdata => kinds.contains(&signal) && dates.item.is_some(),
        Signal::Article => kinds.contains(&signal) && dates.article.is_some(),
        Signal::Time => only(&dates.main).or(only(&dates.page)).is_some(),
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

impl Signal {
    /// That a page lacks it, as a message says it.
    pub(super) fn lack(self) -> &'static str {
        match self {
            Signal::Selector => "it does not match `articles`",
            Signal::Date => "it has no date where `date` says",
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
