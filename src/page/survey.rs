//! The survey of a site: from a look at all pages to the rules by which each is read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address;
use super::look::Look;
use super::looks::Looks;
use super::signal::{self, Builds, Dates, Signal, Sketch};
use super::{PageOptions, PageReason};
use crate::types::{Timestamp, WebUrl};

/// What the pages of a site have in common, as the survey found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRules {
    /// By what articles are known.
    pub signal: Signal,
    /// How many pages are articles.
    pub articles: usize,
    /// How many pages could be.
    pub pages: usize,
    /// The address of the folder as the pages claim it.
    pub(super) claimed: Option<String>,
    /// The name of the site.
    pub(crate) name: Option<String>,
    /// Whether addresses do without `.html`.
    pub(super) is_clean: bool,
    /// Whether any page with a date in its address is an article.
    dated_too: bool,
    /// Endings and beginnings that most titles share, the longest first.
    pub(super) title_ends: Ends,
    pub(super) og_title_ends: Ends,
    /// Titles, images, summaries and keywords that most articles share.
    pub(super) shared: BTreeSet<String>,
    /// Times of the build.
    builds: Builds,
    /// Places of pages that list others.
    lists: BTreeSet<String>,
    /// Places of pages outside of the folders of articles.
    outside: BTreeSet<String>,
    /// Places of pages whose canonical address is that of another page.
    elsewhere: BTreeSet<String>,
    /// What was seen of the pages.
    #[serde(skip)]
    pub(crate) looks: Arc<Looks>,
}

/// Endings and beginnings of titles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The selector of a date that pages show, and how many do.
    pub date: Option<(String, usize)>,
}

/// The pages that could be articles, and their dates.
struct Candidates<'s> {
    all: &'s [Sketch],
    sketches: Vec<&'s Sketch>,
    dates: Vec<Dates>,
    builds: Builds,
    /// Places of AMP forms of pages.
    forms: BTreeSet<String>,
}

/// Chooses the rules of a site.
pub(crate) fn choose(sketches: &[Sketch], options: &PageOptions) -> Result<SiteRules, NoSignal> {
    let candidates = Candidates::new(sketches);
    let chosen = if options.articles.is_some() {
        Some((Signal::Selector, candidates.having(Signal::Selector)))
    } else if options.date.is_some() {
        Some((Signal::Date, candidates.having(Signal::Date)))
    } else {
        let mut found = Signal::FOUND.iter().map(|&signal| (signal, candidates.having(signal)));
        found.find(|(signal, pages)| candidates.is_good(*signal, pages, options))
    };
    match chosen.filter(|(_, articles)| !articles.is_empty()) {
        Some((signal, articles)) => Ok(candidates.rules(signal, articles, options)),
        None => Err(candidates.refusal()),
    }
}

/// The rules for pages of which the source decides which are articles: what the first page of the site
/// says as well is about the site.
pub(crate) fn rules_of_home(path: &Path, bytes: &[u8], options: &PageOptions) -> SiteRules {
    let home = super::sketch(path, bytes, options).unwrap_or_default();
    let candidates = Candidates::new(std::slice::from_ref(&home));
    let mut rules = candidates.rules(Signal::Selector, Vec::new(), options);
    rules.title_ends = Ends::of_home(home.title.as_deref().unwrap_or_default());
    rules.og_title_ends = rules.title_ends.clone();
    rules.shared = [home.image, home.summary, Some(home.keywords), home.og_title]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    rules
}

/// Fewer titles say nothing about what most of them share.
const MIN_SHARED: usize = 3;

/// Instants that so many pages share are no dates of articles.
const MIN_BUILD: usize = 3;

/// Fewer articles than this on a site of many pages may be a mistake.
const MIN_ARTICLES: usize = 3;

/// A page above so many articles is a list of them, whatever its date.
const MANY: usize = 5;

impl<'s> Candidates<'s> {
    fn new(all: &'s [Sketch]) -> Candidates<'s> {
        let forms = amp_forms(all);
        let may_be = |sketch: &&Sketch| !sketch.is_out && !forms.contains(&sketch.place);
        let sketches: Vec<&Sketch> = all.iter().filter(may_be).collect();
        let builds = builds(&sketches);
        let dates = sketches.iter().map(|sketch| sketch.dates.clone().without(&builds)).collect();
        Candidates { all, sketches, dates, builds, forms }
    }

    fn pages(&self) -> impl Iterator<Item = (&'s Sketch, &Dates)> {
        self.sketches.iter().copied().zip(&self.dates)
    }

    /// The indices of the pages that have a signal.
    fn having(&self, signal: Signal) -> Vec<usize> {
        let pages = self.pages().enumerate();
        pages.filter(|(_, (sketch, dates))| sketch.has(signal, dates)).map(|(at, _)| at).collect()
    }

    fn place(&self, at: usize) -> &'s str {
        self.sketches.get(at).map_or("", |sketch| &sketch.place)
    }

    fn day(&self, at: usize) -> Option<String> {
        Some(self.dates.get(at)?.published()?.0.date())
    }

    /// Whether a signal tells the articles of this site.
    fn is_good(&self, signal: Signal, having: &[usize], options: &PageOptions) -> bool {
        let (count, all) = (having.len(), self.sketches.len());
        let is_few = options.included.is_none()
            && count < MIN_ARTICLES
            && count * 4 < all
            && !self.is_doubled(signal, having);
        let is_rare = || count < 2 || count * 2 < all && !self.is_confirmed(having);
        if count == 0 || is_few || signal.is_weak() && is_rare() {
            return false;
        }
        // What the first page of the site has as well as all others tells nothing.
        let home = self.all.iter().find(|sketch| sketch.place.is_empty());
        if home.is_some_and(|home| home.has(signal, &home.dates)) && count * 20 >= all * 19 {
            return false;
        }
        // A site that has the sign on some articles and not on others has other articles as well.
        let families = self.families(having);
        let related = self.pages().filter(|(sketch, dates)| {
            dates.is_dated() && families.contains(&address::family(&sketch.place))
        });
        count * 10 >= related.count() * 7
    }

    fn families(&self, pages: &[usize]) -> HashSet<String> {
        pages.iter().map(|&at| address::family(self.place(at))).collect()
    }

    /// Whether each of a few pages with a strong sign is in a folder, and has another sign as well: the first
    /// posts of a site of many other pages.
    fn is_doubled(&self, signal: Signal, having: &[usize]) -> bool {
        let has_another = |at: &usize| {
            let (Some(sketch), Some(dates)) = (self.sketches.get(*at), self.dates.get(*at)) else {
                return false;
            };
            let others = Signal::FOUND.iter().filter(|it| **it != signal && !it.is_weak());
            let is_inside = address::stem(&sketch.place).contains('/');
            is_inside && others.into_iter().any(|other| sketch.has(*other, dates))
        };
        !signal.is_weak() && having.iter().all(has_another)
    }

    /// Whether two weak signs say the same of these pages: a date in the address, and the only one shown.
    fn is_confirmed(&self, having: &[usize]) -> bool {
        let agree = |at: &&usize| self.dates.get(**at).is_some_and(Dates::agree);
        let count = having.iter().filter(agree).count();
        count >= MIN_ARTICLES && count * 10 >= having.len() * 9
    }

    fn refusal(&self) -> NoSignal {
        let seen = Signal::FOUND.iter().map(|&signal| (signal, self.having(signal).len()));
        let seen = seen.filter(|(_, count)| *count > 0).collect();
        NoSignal { pages: self.sketches.len(), seen, date: None }
    }

    /// The rules of the site whose articles are the pages with these indices.
    fn rules(self, signal: Signal, mut articles: Vec<usize>, options: &PageOptions) -> SiteRules {
        let is_dated = |at: usize| self.dates.get(at).is_some_and(|dates| dates.address.is_some());
        let is_found = !matches!(signal, Signal::Selector | Signal::Date);
        let dated = articles.iter().filter(|at| is_dated(**at)).count();
        let dated_too = is_found && articles.len() > 1 && dated * 10 >= articles.len() * 9;
        let mut outside = BTreeSet::new();
        if dated_too {
            let all: BTreeSet<usize> = articles.iter().copied().collect();
            let families = self.families(&articles);
            let dated = (0..self.sketches.len()).filter(|at| is_dated(*at) && !all.contains(at));
            // A report in a folder of pictures may have a date in its name.
            let (inside, elsewhere): (Vec<usize>, Vec<usize>) =
                dated.partition(|at| families.contains(&address::family(self.place(*at))));
            outside.extend(elsewhere.into_iter().map(|at| self.place(at).to_owned()));
            articles =
                all.iter().copied().chain(inside).collect::<BTreeSet<_>>().into_iter().collect();
        }
        let lists = if is_found { self.lists(&articles) } else { BTreeSet::new() };
        articles.retain(|at| !lists.contains(self.place(*at)));
        outside.extend(if is_found { self.outside(&articles) } else { BTreeSet::new() });
        articles.retain(|at| !outside.contains(self.place(*at)));
        let chosen: Vec<&Sketch> =
            articles.iter().filter_map(|&at| self.sketches.get(at).copied()).collect();
        let claimed = claimed(self.all);
        let mut elsewhere = elsewhere(self.all, claimed.as_ref());
        elsewhere.extend(twins(&chosen));
        elsewhere.extend(self.forms.iter().cloned());
        let known = if chosen.len() < MIN_SHARED { &self.sketches } else { &chosen };
        let names = names_of_parts(self.all);
        let most = |of: fn(&Sketch) -> Option<&str>, pages: &[&Sketch], min| {
            common(pages.iter().filter_map(|sketch| of(sketch)), min)
        };
        let shared = [
            most(|sketch| sketch.image.as_deref(), &chosen, MIN_SHARED),
            most(|sketch| sketch.summary.as_deref(), &chosen, MIN_SHARED),
            most(|sketch| Some(&sketch.keywords), &chosen, MIN_SHARED),
            most(|sketch| sketch.og_title.as_deref(), known, 2),
            most(|sketch| sketch.title.as_deref(), known, 2),
        ];
        SiteRules {
            signal,
            articles: chosen.len(),
            pages: self.sketches.len(),
            name: common(self.all.iter().filter_map(|it| it.site_name.as_deref()), MIN_SHARED),
            is_clean: options.clean_urls.unwrap_or_else(|| is_clean(self.all)),
            elsewhere,
            claimed: claimed.map(|claimed| claimed.to_string()),
            dated_too,
            title_ends: Ends::of(known.iter().filter_map(|it| it.title.as_deref()), &names),
            og_title_ends: Ends::of(known.iter().filter_map(|it| it.og_title.as_deref()), &names),
            shared: shared.into_iter().flatten().filter(|text| !text.is_empty()).collect(),
            builds: self.builds,
            lists,
            outside,
            looks: Arc::default(),
        }
    }

    /// The places of articles that are lists of the articles below, whose date they have.
    fn lists(&self, articles: &[usize]) -> BTreeSet<String> {
        let mut below: HashMap<&str, Vec<usize>> = HashMap::new();
        for &at in articles {
            for folder in folders(self.place(at)) {
                below.entry(folder).or_default().push(at);
            }
        }
        let is_list = |place: &&str, at: usize| {
            let Some(below) = below.get(place) else { return false };
            let own = self.day(at);
            below.len() >= MANY || below.iter().any(|&child| self.day(child) == own)
        };
        let places = articles.iter().map(|&at| (self.place(at), at));
        places
            .filter(|(place, at)| is_list(place, *at))
            .map(|(place, _)| place.to_owned())
            .collect()
    }

    /// The places of articles in the folder `pages`, where some generators put what is no article, if there are
    /// articles elsewhere; and of those in no folder, where most articles are in one.
    fn outside(&self, articles: &[usize]) -> BTreeSet<String> {
        let is_page = |at: &usize| self.place(*at).starts_with("pages/");
        let (pages, articles): (Vec<usize>, Vec<usize>) =
            articles.iter().partition(|at| is_page(at));
        if !articles.is_empty() && !pages.is_empty() {
            let places = pages.iter().map(|&at| self.place(at).to_owned());
            return places.chain(self.outside(&articles)).collect();
        }
        let articles = if articles.is_empty() { pages } else { articles };
        let is_inside = |at: &usize| address::stem(self.place(*at)).contains('/');
        let inside = articles.iter().filter(|at| is_inside(at)).count();
        if inside * 4 < articles.len() * 3 {
            return BTreeSet::new();
        }
        let outside = articles.iter().filter(|at| !is_inside(at));
        outside.map(|&at| self.place(at).to_owned()).collect()
    }
}

impl SiteRules {
    /// The address of the folder as the pages claim it.
    pub fn claimed(&self) -> Option<WebUrl> {
        WebUrl::parse(self.claimed.as_deref()?).ok()
    }

    /// These rules, with the address of the folder that other files of the site say, if the pages say
    /// none.
    #[must_use]
    pub(crate) fn or_claimed(mut self, address: impl FnOnce() -> Option<WebUrl>) -> SiteRules {
        self.claimed = self.claimed.or_else(|| address().map(|address| address.to_string()));
        self
    }

    /// The dates of a page without the times of the build.
    pub(super) fn dates(&self, dates: Dates) -> Dates {
        dates.without(&self.builds)
    }

    /// Why a page is no article by these rules.
    pub(super) fn judge(
        &self,
        place: &str,
        look: &Look,
        dates: &Dates,
        is_selected: impl Fn() -> bool,
    ) -> Option<PageReason> {
        let has = match self.signal {
            Signal::Selector => is_selected(),
            signal => {
                signal::has(signal, &signal::kinds(look), dates)
                    || self.dated_too && dates.address.is_some()
            }
        };
        if !has {
            Some(PageReason::NoSignal(self.signal))
        } else if self.lists.contains(place) {
            Some(PageReason::List)
        } else if self.outside.contains(place) {
            Some(PageReason::Outside)
        } else if self.elsewhere.contains(place) {
            Some(PageReason::Elsewhere)
        } else {
            None
        }
    }
}

/// The folders above a place, each with its slash, the innermost first.
fn folders(place: &str) -> impl Iterator<Item = &str> {
    let ends = place.trim_end_matches('/').rmatch_indices('/');
    ends.filter_map(|(end, _)| place.get(..=end))
}

/// The times at which pages were made: several share them. A page above others may show the date of one of
/// them, and a translation has the date of the page that it translates.
fn builds(candidates: &[&Sketch]) -> Builds {
    let parents: HashSet<&str> =
        candidates.iter().flat_map(|sketch| folders(&sketch.place)).collect();
    let leaves = candidates.iter().filter(|sketch| !parents.contains(&*sketch.place));
    let count = |of: fn(&Dates) -> BTreeSet<Timestamp>| {
        let mut names: BTreeMap<Timestamp, BTreeSet<&str>> = BTreeMap::new();
        for sketch in leaves.clone() {
            let name = address::stem(&sketch.place).rsplit('/').next().unwrap_or_default();
            for instant in of(&sketch.dates) {
                let names = names.entry(instant).or_default();
                if names.len() < MIN_BUILD {
                    names.insert(name);
                }
            }
        }
        names.into_iter().map(|(instant, names)| (instant, names.len() >= MIN_BUILD))
    };
    let marked: Vec<(Timestamp, bool)> = count(Dates::marked).collect();
    // Articles may share a date as well, but nothing is written after its site was made.
    let newest = marked.iter().filter(|(_, is_shared)| !is_shared).map(|(at, _)| *at).max();
    let is_build = |at: &Timestamp| newest.is_none_or(|newest| *at >= newest);
    let marked = marked.iter().filter(|(at, is_shared)| *is_shared && is_build(at));
    Builds {
        marked: marked.map(|(at, _)| at.parts()).collect(),
        shown: count(Dates::shown)
            .filter(|(_, shared)| *shared)
            .map(|(at, _)| at.parts())
            .collect(),
    }
}

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
        // What must not be listed is not to be remembered either.
        !is_own && !is_mistake && is_known && !sketch.is_out
    };
    sketches.iter().filter(is_elsewhere).map(|sketch| sketch.place.clone()).collect()
}

/// The places of pages that some generators write twice, as `a.html` and as `a/index.html`: the latter.
fn twins(articles: &[&Sketch]) -> BTreeSet<String> {
    let places = || articles.iter().map(|sketch| sketch.place.as_str());
    let files: HashSet<&str> =
        places().filter(|place| !place.ends_with('/')).map(address::stem).collect();
    let is_twin = |place: &&str| place.ends_with('/') && files.contains(address::stem(place));
    places().filter(is_twin).map(str::to_owned).collect()
}

/// The places of pages that are the AMP form of others.
fn amp_forms(sketches: &[Sketch]) -> BTreeSet<String> {
    let stems = || sketches.iter().map(|sketch| address::stem(&sketch.place));
    if !stems().any(|stem| address::without_amp(stem).is_some()) {
        return BTreeSet::new();
    }
    let all: HashSet<&str> = stems().collect();
    let is_form = |sketch: &&Sketch| {
        let other = address::without_amp(address::stem(&sketch.place));
        other.is_some_and(|other| all.contains(other.as_str()))
    };
    sketches.iter().filter(is_form).map(|sketch| sketch.place.clone()).collect()
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

/// A text that more than half of some have, and at least so many.
fn common<'t>(texts: impl Iterator<Item = &'t str>, min: usize) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for text in texts {
        all += 1;
        *counts.entry(text).or_default() += 1;
    }
    let (most, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 2 > all && count >= min).then(|| most.to_owned())
}

/// Bytes of a title that is compared with others.
const MAX_TITLE: usize = 300;

/// Titles that end with the name of a part of the site.
const MIN_PART: usize = 5;

/// Titles that begin with the name of the site.
const MIN_BEGINNING: usize = 5;

/// What separates a title from the name of its site.
const SEPARATORS: [&str; 14] = [
    " | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » ", " « ", " / ", " ~ ", " @ ", "｜", ": ",
];

/// Those that no title has.
const SIGNS: [&str; 3] = [" | ", " :: ", " » "];

/// The most kinds of pages that titles begin with.
const MAX_KINDS: usize = 3;

/// What titles begin with, if nearly all begin with one of a few words and a sign: `Blog | A title`.
fn kinds_of<'t>(before: &HashMap<&'t str, usize>, all: usize) -> HashSet<&'t str> {
    let is_kind = |head: &str, count: usize| {
        let ends = |sign: &str| head.strip_suffix(sign).is_some_and(|rest| !rest.contains(sign));
        count >= MIN_BEGINNING && SIGNS.iter().any(|sign| ends(sign))
    };
    let counts = before.iter().map(|(head, count)| (*head, *count));
    let kinds: Vec<(&str, usize)> = counts.filter(|(head, count)| is_kind(head, *count)).collect();
    let named: usize = kinds.iter().map(|(_, count)| count).sum();
    let is_rule = kinds.len() <= MAX_KINDS && named * 10 >= all * 9;
    kinds.into_iter().filter(|_| is_rule).map(|(head, _)| head).collect()
}

/// The titles of the first pages of the site and of its folders.
fn names_of_parts(sketches: &[Sketch]) -> HashSet<&str> {
    let is_first = |place: &str| place.is_empty() || place.find('/') == Some(place.len() - 1);
    let first = sketches.iter().filter(|sketch| is_first(&sketch.place));
    first
        .flat_map(|sketch| [&sketch.title, &sketch.og_title])
        .flatten()
        .map(String::as_str)
        .collect()
}

fn longest_first(mut ends: Vec<String>) -> Vec<String> {
    ends.sort_unstable_by(|end, other| other.len().cmp(&end.len()).then(end.cmp(other)));
    ends
}

impl Ends {
    /// Those of some titles. `names` are those that parts of the site have.
    fn of<'t>(titles: impl Iterator<Item = &'t str>, names: &HashSet<&str>) -> Ends {
        let [mut after, mut before] = [HashMap::new(), HashMap::new()];
        let mut all = 0;
        for title in titles.filter(|title| title.len() <= MAX_TITLE) {
            all += 1;
            for separator in SEPARATORS {
                for (at, _) in title.match_indices(separator) {
                    let [head, tail] = [title.get(..at + separator.len()), title.get(at..)];
                    *after.entry(tail.unwrap_or_default()).or_default() += 1;
                    *before.entry(head.unwrap_or_default()).or_default() += 1;
                }
            }
        }
        // A site of several parts may name the part behind a sign that no title has.
        let names_part = |end: &str, count: usize| {
            let is_sign = SIGNS.iter().any(|sign| end.starts_with(sign));
            let mut behind = SEPARATORS.iter().filter_map(|separator| end.strip_prefix(separator));
            let is_name = behind.any(|name| names.contains(name));
            (is_sign || is_name) && count >= MIN_PART && count * 20 > all
        };
        let after = after.into_iter().filter(|(end, count): &(&str, usize)| {
            *count * 2 > all && *count > 1 || names_part(end, *count)
        });
        let kinds = kinds_of(&before, all);
        // Titles may begin alike for other reasons.
        let before = before.into_iter().filter(|(head, count): &(&str, usize)| {
            *count >= MIN_BEGINNING && (*count * 10 > all * 9 || kinds.contains(head))
        });
        Ends {
            after: longest_first(after.map(|(end, _)| end.to_owned()).collect()),
            before: longest_first(before.map(|(end, _)| end.to_owned()).collect()),
        }
    }

    /// The endings that titles have by that of the first page: all of it, or one of its parts.
    fn of_home(title: &str) -> Ends {
        let parts = SEPARATORS.iter().filter_map(|separator| title.split_once(separator));
        let names = parts.flat_map(|(head, tail)| [head, tail]).chain([title]);
        let names = names.map(str::trim).filter(|name| !name.is_empty() && name.len() <= MAX_TITLE);
        let ends = names.flat_map(|name| SEPARATORS.map(|separator| format!("{separator}{name}")));
        Ends { after: longest_first(ends.collect()), before: Vec::new() }
    }

    /// A title without them, and without the name of the site behind a separator.
    pub(super) fn cut<'t>(&self, title: &'t str, site: Option<&str>) -> &'t str {
        let filled = |rest: Option<&'t str>| rest.map(str::trim).filter(|rest| !rest.is_empty());
        let after = self.after.iter().find_map(|end| filled(title.strip_suffix(end.as_str())));
        let title = after.unwrap_or(title);
        let before = self.before.iter().find_map(|end| filled(title.strip_prefix(end.as_str())));
        let title = before.unwrap_or(title);
        let named = site.and_then(|site| {
            let behind = title.strip_suffix(site);
            let behind = behind.and_then(|rest| {
                filled(SEPARATORS.iter().find_map(|separator| rest.strip_suffix(separator)))
            });
            let ahead = || {
                let rest = title.strip_prefix(site)?;
                filled(SEPARATORS.iter().find_map(|separator| rest.strip_prefix(separator)))
            };
            behind.or_else(ahead)
        });
        named.unwrap_or(title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(place: &str, head: &str) -> Sketch {
        let options = PageOptions { folders: vec!["site".into()], ..PageOptions::default() };
        let path = format!("site/{place}index.html");
        super::super::sketch(Path::new(&path), head.as_bytes(), &options).unwrap()
    }

    fn json_ld(day: &str) -> String {
        format!(
            "<script type=application/ld+json>{{\"@type\":\"BlogPosting\",\"datePublished\":\"{day}\"}}</script>"
        )
    }

    #[test]
    fn one_sign_for_the_whole_site() {
        let mut pages: Vec<Sketch> = (1..6)
            .map(|n| page(&format!("blog/x{n}/"), &json_ld(&format!("2024-05-0{n}"))))
            .collect();
        // One of the articles lacks it: then it is no article.
        pages.push(page("blog/x/", "<main><time datetime=2024-06-01>x</time></main>"));
        pages.push(page("docs/", "<p>No date."));
        let rules = choose(&pages, &PageOptions::default()).unwrap();
        assert_eq!((rules.signal, rules.articles), (Signal::JsonLd, 5));
    }

    #[test]
    fn a_weak_sign_needs_half_of_the_pages() {
        let time = |n: usize| format!("<main><time datetime=2024-05-0{n}></time></main>");
        let mut pages: Vec<Sketch> =
            (1..4).map(|n| page(&format!("a/{n}{n}{n}{n}x/"), &time(n))).collect();
        pages.extend((1..4).map(|n| page(&format!("b/{n}y/"), "")));
        let rules = choose(&pages, &PageOptions::default()).unwrap();
        assert_eq!((rules.signal, rules.articles), (Signal::Time, 3));
        pages.push(page("c/", ""));
        let refusal = choose(&pages, &PageOptions::default()).unwrap_err();
        assert_eq!((refusal.pages, refusal.seen), (7, vec![(Signal::Time, 3)]));
    }

    #[test]
    fn two_weak_signs_that_agree_are_enough() {
        let time = |day: &str| format!("<time datetime={day}></time>");
        let mut pages: Vec<Sketch> = (1..4)
            .map(|n| page(&format!("blog/2024/05/0{n}/x{n}/"), &time(&format!("2024-05-0{n}"))))
            .collect();
        pages.extend((1..20).map(|n| page(&format!("docs/y{n}/"), "")));
        let rules = choose(&pages, &PageOptions::default()).unwrap();
        assert_eq!((rules.signal, rules.articles), (Signal::Time, 3));
        // Another day is another thing.
        let other = |n| page(&format!("blog/2024/05/0{n}/x{n}/"), &time("2026-01-01"));
        pages.splice(0..3, (1..4).map(other));
        assert!(choose(&pages, &PageOptions::default()).is_err());
    }

    #[test]
    fn a_date_in_the_address_of_another_folder_is_no_sign() {
        let day = |n| format!("2024-05-0{n}");
        let mut pages: Vec<Sketch> =
            (1..5).map(|n| page(&format!("blog/2024/05/0{n}/x{n}/"), &json_ld(&day(n)))).collect();
        pages.push(page("blog/2024/05/09/y/", ""));
        pages.push(page("images/2024-05-08-report/", ""));
        let rules = choose(&pages, &PageOptions::default()).unwrap();
        let outside = BTreeSet::from(["images/2024-05-08-report/".to_owned()]);
        assert_eq!((rules.articles, rules.outside), (5, outside));
    }

    #[test]
    fn the_folder_of_pages_has_no_articles_where_another_has() {
        let mut sketches: Vec<Sketch> =
            (1..5).map(|n| page(&format!("pages/x{n}/"), &json_ld("2024-05-01"))).collect();
        assert_eq!(choose(&sketches, &PageOptions::default()).unwrap().articles, 4);
        sketches.push(page("posts/a/", &json_ld("2024-05-02")));
        assert_eq!(choose(&sketches, &PageOptions::default()).unwrap().articles, 1);
    }

    #[test]
    fn two_strong_signs_tell_the_first_post_of_a_manual() {
        let both = format!(
            "<meta property=og:type content=article>\
             <meta property=article:published_time content=2024-05-01>{}",
            json_ld("2024-05-01")
        );
        let with = |place: &str, head: &str| {
            let mut pages: Vec<Sketch> =
                (1..20).map(|n| page(&format!("docs/y{n}/"), "")).collect();
            pages.push(page(place, head));
            choose(&pages, &PageOptions::default())
        };
        assert_eq!(with("blog/first/", &both).unwrap().articles, 1);
        assert!(with("blog/first/", &json_ld("2024-05-01")).is_err());
        assert!(with("start/", &both).is_err());
    }

    #[test]
    fn a_page_that_is_there_twice_is_one_article() {
        let options = PageOptions { folders: vec!["site".into()], ..PageOptions::default() };
        let page = |place: &str, day: &str| {
            let path = format!("site/{place}");
            super::super::sketch(Path::new(&path), json_ld(day).as_bytes(), &options).unwrap()
        };
        let files = ["a/x.html", "a/x/index.html", "a/y/index.html", "a/y/amp/index.html"];
        let pages = files.map(|file| page(file, "2024-05-01"));
        let rules = choose(&pages, &PageOptions::default()).unwrap();
        assert_eq!(rules.elsewhere, BTreeSet::from(["a/x/".to_owned(), "a/y/amp/".to_owned()]));
    }

    #[test]
    fn the_time_of_the_build_is_no_date() {
        let build = "<meta property=og:type content=article>\
                     <meta property=article:published_time content=2026-01-01T10:11:12Z>";
        let pages: Vec<Sketch> = (1..6).map(|n| page(&format!("a/x{n}/"), build)).collect();
        assert!(choose(&pages, &PageOptions::default()).is_err());
        // Three translations of one article share a date as well.
        let pages: Vec<Sketch> =
            ["de", "en", "fr"].map(|tag| page(&format!("{tag}/a/"), build)).into();
        assert_eq!(choose(&pages, &PageOptions::default()).unwrap().articles, 3);
    }

    #[test]
    fn a_page_above_articles_with_the_date_of_one_is_a_list() {
        let mut pages: Vec<Sketch> = (1..3)
            .map(|n| page(&format!("blog/x{n}/"), &json_ld(&format!("2024-05-0{n}"))))
            .collect();
        pages.push(page("blog/", &json_ld("2024-05-02")));
        pages.push(page("blog/x1/more/", &json_ld("2024-06-01")));
        let rules = choose(&pages, &PageOptions::default()).unwrap();
        assert_eq!((rules.articles, rules.lists), (3, BTreeSet::from(["blog/".to_owned()])));
    }

    #[test]
    fn a_title_that_most_pages_have_is_that_of_the_site() {
        let body = |n| format!("<title>Site</title>{}<h1>Own {n}</h1>", json_ld("2024-05-01"));
        let pages: Vec<Sketch> = (1..4).map(|n| page(&format!("a/x{n}/"), &body(n))).collect();
        let rules = choose(&pages, &PageOptions::default()).unwrap();
        assert!(rules.shared.contains("Site"));
    }

    #[test]
    fn titles_lose_what_most_of_them_share() {
        let titles =
            ["A - b | Blog | Site", "C | Blog | Site", "About | Site", "D: e | Blog | Site"];
        let none = HashSet::new();
        let ends = Ends::of(titles.into_iter(), &none);
        let cut: Vec<&str> = titles.iter().map(|title| ends.cut(title, None)).collect();
        assert_eq!(cut, ["A - b", "C", "About", "D: e"]);
        let ends =
            Ends::of(["Site: A", "Site: B", "Site: C", "Site: D", "Site: E"].into_iter(), &none);
        assert_eq!(ends.cut("Site: A", None), "A");
        let titles = (0..10).map(|n| format!("{} | Title {n}", ["Blog", "Project"][n % 2]));
        let titles: Vec<String> = titles.collect();
        let ends = Ends::of(titles.iter().map(String::as_str), &none);
        assert_eq!(ends.cut(&titles[4], None), "Title 4");
        // Two blogs in one site, each with its own name.
        let titles = (0..20).map(|n| format!("Title {n} - {}", ["Tea", "Bread", "Water"][n % 3]));
        let titles: Vec<String> = titles.collect();
        let ends = Ends::of(titles.iter().map(String::as_str), &HashSet::from(["Bread"]));
        let cut: Vec<&str> = titles[3..6].iter().map(|title| ends.cut(title, None)).collect();
        assert_eq!(cut, ["Title 3 - Tea", "Title 4", "Title 5 - Water"]);
        let ends = Ends::of(["Part: A", "Part: B", "Part: C"].into_iter(), &none);
        assert_eq!(ends.cut("Part: A", Some("Site")), "Part: A");
        assert_eq!(ends.cut("Site - A", Some("Site")), "A");
        let ends = Ends::of_home("Tea | Notes of Ann");
        for title in ["A", "A | Tea", "A - Notes of Ann", "A — Tea | Notes of Ann"] {
            assert_eq!(ends.cut(title, None), "A", "{title}");
        }
        assert_eq!(Ends::default().cut("A – My site", Some("My site")), "A");
    }
}
