//! The pages of a rendered site: what each says about its article, and which are articles at all.
//!
//! Every page is looked at ([`sketch`]); from all sketches together [`choose`] makes the rules of the site,
//! by which [`read`] judges each page. Only the pages in feeds are parsed as a whole, for their content.
//! Knows nothing of articles as files have them.

mod address;
mod charset;
mod content;
mod facts;
mod json_ld;
mod look;
mod looks;
mod marks;
mod selectors;
mod hints;
mod signal;
mod survey;
mod tags;

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use self::address::stem;
pub use self::facts::Fact;
pub(crate) use self::facts::Facts;
pub(crate) use self::hints::hint;
use self::look::{Look, look};
pub(crate) use self::looks::{Known, Looks};
pub(crate) use self::marks::{
    content_places, date_places, feed_links, marks, shows_day, shows_title, stable_classes,
    title_places,
};
pub use self::selectors::{DateSelector, ValueSelector};
use self::signal::Dates;
pub use self::signal::Signal;
pub(crate) use self::signal::Sketch;
pub use self::survey::{NoSignal, SiteRules};
pub(crate) use self::survey::{choose, rules_of_home};
use crate::types::dom::{Document, Selector};
use crate::types::{PathPatterns, Timestamp, WebUrl, Zone};

/// How the pages of a rendered site are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// The folders of the site.
    pub folders: Vec<PathBuf>,
    /// The address of the site.
    pub site: Option<WebUrl>,
    /// The name of the site.
    pub name: Option<String>,
    /// The path of the folder below the host.
    pub base_path: Option<String>,
    /// Whether addresses do without `.html`; by default as the pages claim.
    pub clean_urls: Option<bool>,
    /// Only these pages may be articles.
    pub included: Option<PathPatterns>,
    /// These pages are no articles.
    pub excluded: Option<PathPatterns>,
    /// Pages that match are articles.
    pub articles: Option<Selector>,
    /// The element with the content.
    pub content: Option<Selector>,
    /// Elements that are no part of the content.
    pub remove: Vec<Selector>,
    /// Where the title is.
    pub title: Option<ValueSelector>,
    /// Where the date is.
    pub date: Option<DateSelector>,
    /// The zone of dates without one.
    pub zone: Zone,
    /// What the survey of the pages found.
    pub rules: Option<Arc<SiteRules>>,
}

/// Why a page is no article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageReason {
    /// Its path says so.
    Path(&'static str),
    /// `include` leaves it out.
    Include,
    /// `exclude` leaves it out.
    Exclude,
    /// It leads to another page.
    Redirect,
    /// It asks not to be listed.
    NoIndex,
    /// Its address is that of another page.
    Elsewhere,
    /// It lists articles.
    List,
    /// It is outside of the folders of articles.
    Outside,
    /// It lacks the signal of the site.
    NoSignal(Signal),
}

/// What a page is.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Why it is no article, if it is none.
    pub(crate) reason: Option<PageReason>,
    pub(crate) facts: Facts,
}

impl PageReason {
    /// Whether a page with a date may be an article all the same.
    pub(crate) fn is_doubtful(self) -> bool {
        matches!(
            self,
            PageReason::NoSignal(_)
                | PageReason::List
                | PageReason::Outside
                | PageReason::Elsewhere
        )
    }

    /// The reason, as a message says it.
    pub fn as_str(self) -> &'static str {
        match self {
            PageReason::Path(reason) => reason,
            PageReason::Include => "`include` does not name it",
            PageReason::Exclude => "`exclude` names it",
            PageReason::Redirect => "it leads to another page (meta refresh)",
            PageReason::NoIndex => "it asks not to be listed (noindex)",
            PageReason::Elsewhere => "its address is that of another page",
            PageReason::List => {
                "it is above articles, and has the date of one of them, as lists have"
            }
            PageReason::Outside => "it is outside of the folders of the articles of this site",
            PageReason::NoSignal(signal) => signal.lack(),
        }
    }
}

impl PageOptions {
    /// The address of the folder: that of the configuration, else as the pages claim it.
    pub(crate) fn site(&self, rules: Option<&SiteRules>) -> Option<WebUrl> {
        let claimed = || rules?.claimed();
        let host = self.site.clone();
        match (&self.base_path, host) {
            (Some(path), host) => {
                let path = path.trim_matches('/');
                host.or_else(claimed)?
                    .root()
                    .join(&if path.is_empty() { "/".to_owned() } else { format!("/{path}/") })
                    .ok()
            }
            // The address of a site with pages elsewhere on the same host.
            (None, Some(site)) => {
                let claimed = claimed().filter(|claimed| claimed.host() == site.host());
                Some(claimed.unwrap_or(site))
            }
            (None, None) => claimed(),
        }
    }

    /// The path of a page in the site; `None` for other files.
    pub(crate) fn place(&self, path: &Path) -> Option<String> {
        address::place(path, &self.folders)
    }

    /// Why the page at a path is no article, whatever it holds.
    pub(crate) fn left_out(&self, path: &Path, place: &str) -> Option<PageReason> {
        let matches = |patterns: &PathPatterns| {
            patterns.matches(Path::new(place), false) || patterns.matches(&self.below(path), false)
        };
        if self.included.as_ref().is_some_and(|patterns| !matches(patterns)) {
            Some(PageReason::Include)
        } else if self.excluded.as_ref().is_some_and(matches) {
            Some(PageReason::Exclude)
        } else if self.articles.is_none() {
            address::reason(place).map(PageReason::Path)
        } else {
            None
        }
    }

    fn below(&self, path: &Path) -> PathBuf {
        let path = path.strip_prefix(".").unwrap_or(path);
        let below =
            |folder: &PathBuf| path.strip_prefix(folder.strip_prefix(".").unwrap_or(folder)).ok();
        self.folders.iter().find_map(below).unwrap_or(path).to_owned()
    }

    /// Whether there are selectors of which [`matches`] tells whether they match.
    pub(crate) fn can_miss(&self) -> bool {
        let has_fact = self.title.is_some() || self.date.is_some();
        self.content.is_some() || has_fact || !self.remove.is_empty()
    }

    /// Whether facts of a page are in places that only selectors find.
    fn has_selectors(&self) -> bool {
        self.articles.is_some() || self.title.is_some() || self.date.is_some()
    }
}

/// The pages that show the articles of a source.
#[derive(Clone)]
pub struct ShownPages {
    options: PageOptions,
    find: fn(&WebUrl, &PageOptions) -> Option<Facts>,
}

impl ShownPages {
    /// Pages with these options; `find` reads the facts of the page at an address.
    pub(crate) fn new(
        options: PageOptions,
        find: fn(&WebUrl, &PageOptions) -> Option<Facts>,
    ) -> ShownPages {
        ShownPages { options, find }
    }

    /// What the page at an address says; `None` if there is none.
    pub(crate) fn facts(&self, address: &WebUrl) -> Option<Facts> {
        (self.find)(address, &self.options)
    }
}

// Not the function, whose address is another one in each run.
impl fmt::Debug for ShownPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ShownPages").field(&self.options).finish()
    }
}

impl PartialEq for ShownPages {
    fn eq(&self, other: &ShownPages) -> bool {
        self.options == other.options
    }
}

impl Eq for ShownPages {}

/// What the survey needs to know of a page.
pub(crate) fn sketch(path: &Path, bytes: &[u8], options: &PageOptions) -> Option<Sketch> {
    sketch_and_look(path, bytes, options).map(|(sketch, _)| sketch)
}

/// What the survey needs to know of a page, and what it saw of one that may be an article.
pub(crate) fn sketch_and_look(
    path: &Path,
    bytes: &[u8],
    options: &PageOptions,
) -> Option<(Sketch, Option<(String, Known)>)> {
    let place = options.place(path)?;
    let html = charset::decode(bytes);
    let look = look(&html, options.zone);
    let reason = options.left_out(path, &place).or_else(|| own_reason(&look));
    let document =
        if reason.is_none() && options.has_selectors() { content::parse(&html) } else { None };
    let is_selected = document.as_ref().is_some_and(|document| {
        options.articles.as_ref().is_some_and(|selector| selector.first(document).is_some())
    });
    let selected = selected_date(document.as_ref(), options);
    let url = |url: &Option<String>| WebUrl::parse(url.as_deref()?).ok();
    let short = |text: Option<&String>| text.filter(|text| text.len() < MAX_SKETCHED).cloned();
    let images = [&look.json_ld.image, &look.item.image, &look.og_image];
    let summaries = [&look.json_ld.description, &look.og_description, &look.description];
    let sketch = Sketch {
        is_out: reason.is_some(),
        is_selected,
        dates: Dates { selected, ..Dates::of(&look, &place, options) },
        kinds: signal::kinds(&look),
        canonical: url(&look.canonical),
        og_url: url(&look.og_url),
        image: short(images.into_iter().flatten().next()),
        summary: short(summaries.into_iter().flatten().next()),
        keywords: short(Some(&look.keywords.join(","))).unwrap_or_default(),
        title: short(look.title.as_ref()),
        og_title: short(look.og_title.as_ref()),
        site_name: short(look.og_site_name.as_ref()),
        place,
    };
    let known = (!sketch.is_out).then(|| (sketch.place.clone(), Known::new(bytes, look)));
    Some((sketch, known))
}

/// Bytes of a text that pages may share.
const MAX_SKETCHED: usize = 1_000;

/// Why a page says itself that it is no article.
fn own_reason(look: &Look) -> Option<PageReason> {
    if look.is_redirect {
        Some(PageReason::Redirect)
    } else if look.is_noindex {
        Some(PageReason::NoIndex)
    } else {
        None
    }
}

/// Judges a page by the rules of its site, and reads its facts.
pub(crate) fn read(path: &Path, bytes: &[u8], options: &PageOptions) -> Option<Page> {
    let place = options.place(path)?;
    let rules = options.rules.as_deref();
    let look = match rules.and_then(|rules| rules.looks.get(&place, bytes)) {
        Some(look) => Cow::Borrowed(look),
        None => Cow::Owned(look(&charset::decode(bytes), options.zone)),
    };
    let mut dates = Dates::of(&look, &place, options);
    if let Some(rules) = rules {
        dates = rules.dates(dates);
    }
    let mut reason = options.left_out(path, &place).or_else(|| own_reason(&look));
    let is_parsed = reason.is_none() && options.has_selectors();
    let document = if is_parsed { content::parse(&charset::decode(bytes)) } else { None };
    dates.selected = selected_date(document.as_ref(), options);
    let mut facts = Facts::of(&look, &place, &dates, options, rules);
    if let Some(document) = &document {
        let title = options.title.as_ref().and_then(|title| title.value(document));
        facts.title = title.map(|value| Fact { value, rule: "`title`" }).or(facts.title);
    }
    if let (None, Some(rules)) = (reason, rules) {
        let is_selected = || {
            let first = |document| options.articles.as_ref()?.first(document);
            document.as_ref().and_then(first).is_some()
        };
        reason = rules.judge(&place, &look, &dates, is_selected);
    }
    Some(Page { reason, facts })
}

/// The date at which the configuration points.
fn selected_date(document: Option<&Document>, options: &PageOptions) -> Option<Timestamp> {
    options.date.as_ref()?.value(document?)
}

/// The content of a page, as HTML, without a heading that is one of the titles; empty if there is none, or
/// it may cost too much to parse.
pub(crate) fn content(bytes: &[u8], titles: &[&str], options: &PageOptions) -> String {
    content::content(&charset::decode(bytes), titles, options)
}

/// HTML of a feed without what templates add to a text: marks at headings, and lists of links to its parts.
pub(crate) fn without_decoration(html: &str) -> String {
    content::without_decoration(html)
}

/// Whether a selector of the configuration matches something in a page, for each that has a key.
pub(crate) fn matches(bytes: &[u8], options: &PageOptions) -> Vec<(&'static str, bool)> {
    let Some(document) = content::parse(&charset::decode(bytes)) else { return Vec::new() };
    let first = |selector: &Selector| selector.first(&document).is_some();
    let mut matches = Vec::new();
    let content = options.content.as_ref().map(|selector| ("rendered.content", first(selector)));
    let title =
        options.title.as_ref().map(|title| ("rendered.title", title.value(&document).is_some()));
    let date = options.date.as_ref().map(|date| ("rendered.date", date.value(&document).is_some()));
    matches.extend([content, title, date].into_iter().flatten());
    matches.extend(options.remove.iter().map(|selector| ("rendered.remove", first(selector))));
    matches
}
