//! The study of a rendered site for its first configuration: by what its articles are known, what the feed
//! that the site has of its own adds to that, and how the two agree.

mod choice;
mod compare;
mod derive;
mod own_feed;

use std::collections::HashMap;
use std::path::PathBuf;

use rayon::prelude::*;

use self::choice::Choice;
pub use self::compare::Agreement;
use self::derive::{Pair, is_nearly_all};
use self::own_feed::{OwnFeed, key};
use super::check::is_placeholder;
use super::page_files::is_page;
use super::{build, site_address, without_limits};
use crate::article::GroupKey;
use crate::error::Error;
use crate::feed::{Entry, Grouping};
use crate::page::{self, NoSignal, PageOptions, Signal};
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::source;
use crate::types::{WebUrl, dom::Selector};

/// What a first look at a rendered site found, and the configuration that follows from it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Study {
    /// By what articles are known, or why that cannot be told.
    pub signal: Result<Signal, NoSignal>,
    /// How many articles there are.
    pub articles: usize,
    /// How many pages there are.
    pub pages: usize,
    /// The name of the site, if the feed or pages say it.
    pub title: Option<String>,
    /// The address of the site, if pages or the feed claim one.
    pub address: Option<WebUrl>,
    /// Whether the address is one that generators write where they know none.
    pub has_placeholder: bool,
    /// Whether only the feed says where the site is.
    pub needs_address: bool,
    /// Whether articles are in several languages, each in a folder of its own.
    pub is_multilingual: bool,
    /// Globs of the pages among which the articles are: `rendered.include`.
    pub include: Vec<String>,
    /// A selector of articles: `rendered.articles`.
    pub selector: Option<String>,
    /// A selector of the date: `rendered.date`.
    pub date: Option<String>,
    /// A selector of the title: `rendered.title`.
    pub title_selector: Option<String>,
    /// A selector of the content: `rendered.content`.
    pub content: Option<String>,
    /// Selectors of what the feed of the site does not have: `rendered.remove`, each with its number of
    /// pages.
    pub remove: Vec<(String, usize)>,
    /// Selectors of endings that most articles share, each with its number of pages.
    pub endings: Vec<(String, usize)>,
    /// The site's own feed.
    pub feed: Option<OwnFeedSummary>,
}

/// The feed that a site has of its own, and how the articles of its pages agree with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OwnFeedSummary {
    /// The files, below the folder of the site.
    pub files: Vec<String>,
    /// How the articles agree with its posts.
    pub agreement: Agreement,
    /// Articles that the feed does not have, although they are newer than its oldest post or in other
    /// folders.
    pub unexpected: usize,
}

/// The most pages whose content is compared.
const MAX_COMPARED: usize = 300;

/// A page of the folder.
struct PageFile {
    place: String,
    path: PathBuf,
}

impl PageFile {
    /// The bytes; none if the file cannot be read. All of a large site would not fit into memory.
    fn bytes(&self) -> Vec<u8> {
        let mut buffer = Vec::new();
        source::read(&self.path, &mut buffer)
            .map_or_else(|_| Vec::new(), |contents| contents.bytes.to_vec())
    }
}

/// Studies the rendered site of the settings.
pub(super) fn study(settings: &Settings, monitor: &impl Monitor) -> Result<Study, Error> {
    let options = settings.options.pages.clone().unwrap_or_default();
    let pages = read(settings, &options, monitor)?;
    let folder = options.folders.first().cloned().unwrap_or_default();
    let may_be = |page: &&PageFile| options.left_out(&page.path, &page.place).is_none();
    let places: Vec<&str> = pages.iter().filter(may_be).map(|page| page.place.as_str()).collect();
    let first = pages.iter().filter(|page| page.place.is_empty() || may_be(page));
    let feed = own_feed::find(&folder, &feed_links(first), &places);
    let mut choice = Choice::best(&pages, &options, &feed);
    if choice.rules.is_err() && feed.entries.is_empty() {
        choice = choice.with_hint(&pages);
    }
    if choice.lacks_dates(&feed) {
        choice = choice.with_date_of(&pages, &feed);
    }
    if choice.lacks_titles(&feed) {
        choice = choice.with_title_of(&pages, &feed);
    }
    let claimed = choice.rules.as_ref().ok().and_then(|rules| choice.options.site(Some(rules)));
    let of_files = || {
        let files: Vec<PathBuf> = pages.iter().map(|page| page.path.clone()).collect();
        site_address::find(&options, &files)
    };
    let address = claimed.clone().or_else(|| feed.address()).or_else(of_files);
    choice.options.site = choice.options.site.or(address.clone());
    let mut study = Study {
        articles: choice.chosen.len(),
        pages: pages.len(),
        title: feed.title.clone().or_else(|| choice.rules.as_ref().ok()?.name.clone()),
        has_placeholder: address.as_ref().is_some_and(|it| is_placeholder(&it.host())),
        needs_address: claimed.is_none(),
        is_multilingual: choice.is_multilingual(),
        include: choice.include.clone(),
        selector: choice.options.articles.as_ref().map(|selector| selector.as_str().to_owned()),
        date: choice.date.clone(),
        title_selector: choice.title.clone(),
        content: None,
        remove: Vec::new(),
        endings: Vec::new(),
        feed: None,
        signal: choice.rules.as_ref().map(|rules| rules.signal).map_err(Clone::clone),
        address,
    };
    let contents = contents(&pages, &choice);
    if feed.entries.is_empty() {
        study.endings = derive::repeated_endings(&contents.into_values().collect::<Vec<_>>());
        return Ok(study);
    }
    let mut pairs = pairs(contents, &feed);
    if let Some((selector, better)) = content_selector(&pages, &choice, &feed, &pairs) {
        study.content = Some(selector.as_str().to_owned());
        choice.options.content = Some(selector);
        pairs = better;
    }
    study.remove = derive::removable(&pairs);
    choice.options.remove =
        study.remove.iter().filter_map(|(class, _)| derive::selector(class)).collect();
    let agreement = agreement(settings, &choice, &feed, study.address.as_ref(), monitor)?;
    let unexpected = choice.mistakes(&feed).unexpected;
    study.feed = Some(OwnFeedSummary { files: feed.files, agreement, unexpected });
    Ok(study)
}

/// Reads every page of the folder.
fn read(
    settings: &Settings,
    options: &PageOptions,
    monitor: &impl Monitor,
) -> Result<Vec<PageFile>, Error> {
    let mut listing =
        source::list(&settings.source, &settings.output, &settings.excluded, || monitor.stop())?;
    listing.files.retain(|path| is_page(path));
    let page = |path: PathBuf| {
        let place = options.place(&path)?;
        Some(PageFile { place, path })
    };
    Ok(listing.files.into_iter().filter_map(page).collect())
}

/// The feeds that the first pages of the site and of its folders link to, with the places of the pages.
fn feed_links<'p>(pages: impl Iterator<Item = &'p PageFile>) -> Vec<(String, String)> {
    let mut first: Vec<&PageFile> =
        pages.filter(|page| page.place.trim_end_matches('/').split('/').count() <= 1).collect();
    first.sort_by_key(|page| page.place.len());
    let links = first.iter().take(MAX_LINKING).flat_map(|page| {
        let links = page::feed_links(&page.bytes());
        links.into_iter().map(|link| (page.place.clone(), link))
    });
    links.collect()
}

/// How many pages are asked for feeds.
const MAX_LINKING: usize = 50;

/// The contents of articles as pages have them, by the keys of the pages.
fn contents(pages: &[PageFile], choice: &Choice) -> HashMap<String, String> {
    let articles: Vec<(String, &PageFile)> = pages
        .iter()
        .map(|page| (key(&page.place), page))
        .filter(|(key, _)| choice.chosen.contains_key(key))
        .take(MAX_COMPARED)
        .collect();
    let contents = articles.into_par_iter().map(|(key, page)| {
        let title = choice.chosen.get(&key).map_or("", |article| article.title.as_str());
        let content = page::content(&page.bytes(), &[title], &choice.options);
        (key, content)
    });
    contents.collect()
}

/// The contents of posts beside those of the feed.
fn pairs(contents: HashMap<String, String>, feed: &OwnFeed) -> Vec<Pair> {
    let pair = |(key, ours): (String, String)| {
        let entry = feed.entries.get(&key)?;
        let words = compare::words(&compare::rendered(&ours, &entry.link));
        let theirs = compare::content_words(entry);
        Some(Pair { key, ours, words, theirs, media: derive::media(&entry.content) })
    };
    contents.into_par_iter().filter_map(pair).collect()
}

/// A selector of the content that agrees with the feed on more posts than the content that is found without
/// one, and the posts by it.
fn content_selector(
    pages: &[PageFile],
    choice: &Choice,
    feed: &OwnFeed,
    pairs: &[Pair],
) -> Option<(Selector, Vec<Pair>)> {
    let (same, whole) = derive::same(pairs);
    if whole * 2 < pairs.len() || is_nearly_all(same, whole) || whole == 0 {
        return None;
    }
    let pages: HashMap<String, &PageFile> =
        pages.iter().map(|page| (key(&page.place), page)).collect();
    let different = pairs.iter().filter(|pair| pair.is_whole() && !pair.is_same());
    let sampled: Vec<&Pair> = different.take(MAX_SAMPLED).collect();
    let places = sampled.par_iter().filter_map(|pair| {
        let page = pages.get(&pair.key)?;
        let length = pair.theirs.iter().map(|(word, count)| word.len() * count).sum();
        let has_all = |html: &str| compare::has_all(&compare::words(html), &pair.theirs);
        Some(page::content_places(&page.bytes(), length, has_all))
    });
    let by = |selector: &Selector, pairs: &[Pair]| {
        let options = PageOptions { content: Some(selector.clone()), ..choice.options.clone() };
        let contents = pairs.par_iter().filter_map(|pair| {
            let title = choice.chosen.get(&pair.key).map_or("", |article| article.title.as_str());
            let content = page::content(&pages.get(&pair.key)?.bytes(), &[title], &options);
            Some((pair.key.clone(), content))
        });
        self::pairs(contents.collect(), feed)
    };
    let few = pairs.get(..MAX_TRIED).unwrap_or(pairs);
    let tried = derive::frequent(&places.collect::<Vec<_>>()).into_iter().map(|selector| {
        let same = derive::same(&by(&selector, few)).0;
        (selector, same)
    });
    let tried: Vec<(Selector, usize)> = tried.collect();
    // The first of those that are as good.
    let (best, _) = tried.into_iter().rev().max_by_key(|(_, same)| *same)?;
    let better = by(&best, pairs);
    (derive::same(&better).0 >= same + (whole / 10).max(1)).then_some((best, better))
}

/// How many posts each selector of the content is tried with.
const MAX_TRIED: usize = 40;

/// How many different posts are asked where their content is.
const MAX_SAMPLED: usize = 20;

/// Builds the articles by a choice, and compares them with the feed.
fn agreement(
    settings: &Settings,
    choice: &Choice,
    feed: &OwnFeed,
    address: Option<&WebUrl>,
    monitor: &impl Monitor,
) -> Result<Agreement, Error> {
    let (Ok(_), Some(address)) = (&choice.rules, address) else {
        return Ok(Agreement { posts: feed.entries.len(), ..Agreement::default() });
    };
    let mut settings = without_limits(settings, Grouping::One(GroupKey::All));
    settings.options.pages = Some(PageOptions { rules: None, ..choice.options.clone() });
    let built = build(&settings, monitor)?;
    let entries = built.feeds.iter().flat_map(|feed| &feed.entries);
    let base = address.path_below(&address.root()).unwrap_or_default();
    let keyed = entries.filter_map(|entry| {
        let entry: &Entry = entry;
        // The pages may claim another scheme than the feed.
        let path = entry.link.path_below(&entry.link.root())?;
        Some((key(path.strip_prefix(base.as_str())?), entry))
    });
    Ok(compare::compare(&keyed.collect(), feed))
}
