//! A look at a page: everything that it says about its article, in one pass over the tags.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::json_ld::{self, JsonLd};
use super::tags::{Tag, Tags};
use crate::types::{Timestamp, Zone, limits, text};

/// A date that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PageDate {
    pub(super) at: Timestamp,
    /// Whether it is a day, or midnight.
    pub(super) is_day: bool,
}

impl PageDate {
    pub(super) fn parse(written: &str, zone: Zone) -> Option<PageDate> {
        let at = Timestamp::parse_in(written, zone)?;
        let local = Timestamp::parse_as_written(written).unwrap_or(at);
        Some(PageDate { at, is_day: local.formatted("%H%M%S") == "000000" })
    }
}

/// What a page says. Texts are plain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) language: Option<String>,
    /// The address that relative ones are relative to, as written.
    pub(super) base: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) is_redirect: bool,
    pub(super) is_noindex: bool,
    /// The text of `<title>`.
    pub(super) title: Option<String>,
    pub(super) heading: Option<String>,
    pub(super) og_title: Option<String>,
    pub(super) og_url: Option<String>,
    pub(super) og_image: Option<String>,
    pub(super) og_description: Option<String>,
    pub(super) og_site_name: Option<String>,
    pub(super) is_og_article: bool,
    pub(super) description: Option<String>,
    pub(super) author: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) og_tags: Vec<String>,
    pub(super) og_published: Option<PageDate>,
    pub(super) og_modified: Option<PageDate>,
    pub(super) json_ld: JsonLd,
    pub(super) json_ld_published: Option<PageDate>,
    pub(super) json_ld_modified: Option<PageDate>,
    pub(super) item: Item,
    pub(super) entry: Entry,
    pub(super) times: Times,
    /// The texts of links with `rel=tag`.
    pub(super) tag_links: Vec<String>,
}

/// Microdata of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// How many articles there are.
    pub(super) count: usize,
    pub(super) headline: Option<String>,
    pub(super) published: Option<PageDate>,
    pub(super) modified: Option<PageDate>,
    pub(super) authors: Vec<String>,
    pub(super) keywords: Vec<String>,
    pub(super) image: Option<String>,
}

/// An entry in microformats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) count: usize,
    pub(super) name: Option<String>,
    pub(super) published: Option<PageDate>,
    pub(super) updated: Option<PageDate>,
    pub(super) authors: Vec<String>,
    pub(super) categories: Vec<String>,
}

/// The elements `<time>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Times {
    /// How many `<article>` have one.
    pub(super) articles: usize,
    pub(super) in_article: Option<PageDate>,
    /// Different dates in `<main>` and on the page, up to a few.
    pub(super) in_main: BTreeSet<PageDate>,
    pub(super) on_page: BTreeSet<PageDate>,
}

/// More different dates than this are as many as any.
const MAX_TIMES: usize = 4;

/// Bytes of an element whose text is a fact.
const MAX_TEXT: usize = 2_048;

/// Elements of a page whose texts are facts.
const MAX_TEXTS: usize = 1_000;

/// An element that is open, known by the tags of its name.
struct Scope<'p> {
    name: &'p str,
    depth: usize,
    kind: Kind,
}

/// What an open element means for the tags inside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Article,
    Main,
    Card,
    ArticleItem,
    AuthorItem,
    OtherItem,
}

/// Scopes that are open at once.
const MAX_SCOPES: usize = 32;

/// Words by which the tags of microformats and of microdata are told apart from the many others, on
/// pages that have any.
static ENTRY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("h-entry"));
static CLASS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("class"));
static ITEM: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("item"));
/// Without one of these a page has no microdata, though many a class is called `item`.
static ITEMS: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| [Finder::new("itemprop"), Finder::new("itemtype")]);
static REL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("rel"));

const VOID: [&str; 8] = ["meta", "link", "img", "br", "hr", "input", "source", "base"];

/// Looks at a page.
pub(super) fn look(page: &str, zone: Zone) -> Look {
    let mut looker = Looker {
        page,
        zone,
        look: Look::default(),
        scopes: Vec::new(),
        articles: Vec::new(),
        has_time: false,
        has_entry: ENTRY.find(page.as_bytes()).is_some(),
        has_items: ITEMS.iter().any(|word| word.find(page.as_bytes()).is_some()),
        texts: Cell::new(0),
    };
    for tag in Tags::new(page) {
        looker.take(&tag);
    }
    looker.finish()
}

struct Looker<'p> {
    page: &'p str,
    zone: Zone,
    look: Look,
    scopes: Vec<Scope<'p>>,
    /// The articles in JSON-LD.
    articles: Vec<JsonLd>,
    /// Whether the article that is open has a date.
    has_time: bool,
    /// Whether the page may have microformats, and microdata.
    has_entry: bool,
    has_items: bool,
    /// How many texts have been asked for.
    texts: Cell<usize>,
}

impl<'p> Looker<'p> {
    fn take(&mut self, tag: &Tag<'p>) {
        self.track(tag);
        if tag.is_end {
            return;
        }
        match tag.name.len() {
            4 if tag.is("meta") => self.meta(tag),
            4 if tag.is("link") => self.link(tag),
            4 if tag.is("html") => self.look.language = filled(tag.attribute("lang")),
            4 if tag.is("base") && self.look.base.is_none() => {
                self.look.base = filled(tag.attribute("href"));
            }
            4 if tag.is("time") => self.time(tag),
            4 if tag.is("main") => self.open(tag, Kind::Main),
            5 if tag.is("title") && self.look.title.is_none() => {
                self.look.title = tag.text.map(text::of_html).filter(|title| !title.is_empty());
            }
            6 if tag.is("script") => self.script(tag),
            2 if tag.is("h1") && self.look.heading.is_none() => {
                self.look.heading = Some(self.text_of(tag)).filter(|text| !text.is_empty());
            }
            7 if tag.is("article") => {
                if !self.is_in(Kind::Article) {
                    self.has_time = false;
                }
                self.open(tag, Kind::Article);
            }
            _ => {}
        }
        if !tag.has_attributes() {
            return;
        }
        if tag.is("a") && tag.mentions(&REL) {
            self.tag_link(tag);
        }
        if self.has_entry && tag.mentions(&CLASS) {
            self.microformats(tag);
        }
        if self.has_items && tag.mentions(&ITEM) {
            self.microdata(tag);
        }
    }

    /// Follows the elements that are open.
    fn track(&mut self, tag: &Tag<'p>) {
        let Some(at) = self.scopes.iter().rposition(|scope| tag.is(scope.name)) else { return };
        // Every scope of the same name nests in the one before.
        for scope in self.scopes.iter_mut().filter(|scope| tag.is(scope.name)) {
            scope.depth = if tag.is_end { scope.depth.saturating_sub(1) } else { scope.depth + 1 };
        }
        if tag.is_end && self.scopes.get(at).is_some_and(|scope| scope.depth == 0) {
            // What was opened inside and never closed ends here as well.
            self.scopes.truncate(at);
        }
    }

    fn open(&mut self, tag: &Tag<'p>, kind: Kind) {
        let is_open = !tag.closes_itself() || !tag.is_one_of(&VOID);
        if self.scopes.len() < MAX_SCOPES && is_open && !tag.is_one_of(&VOID) {
            self.scopes.push(Scope { name: tag.name, depth: 1, kind });
        }
    }

    fn is_in(&self, kind: Kind) -> bool {
        self.scopes.iter().any(|scope| scope.kind == kind)
    }

    /// The text of an element; empty if it is long, or so many have been asked for already.
    fn text_of(&self, tag: &Tag<'p>) -> String {
        let count = self.texts.get();
        self.texts.set(count + 1);
        if count < MAX_TEXTS { text_within(self.page, tag) } else { String::new() }
    }

    fn meta(&mut self, tag: &Tag<'p>) {
        let [action, property, name, content] =
            tag.attributes_named(["http-equiv", "property", "name", "content"]);
        let Some(content) = content else { return };
        if action.is_some_and(|action| action.eq_ignore_ascii_case("refresh")) {
            self.look.is_redirect |= content.to_ascii_lowercase().contains("url");
        }
        let Some(name) = property.or(name) else { return };
        let name = name.trim().to_ascii_lowercase();
        let date = |zone| PageDate::parse(&content, zone);
        let look = &mut self.look;
        let plain = || filled(Some(Cow::Owned(text::one_line(&content))));
        let set = |slot: &mut Option<String>| {
            if slot.is_none() {
                *slot = plain();
            }
        };
        match name.as_str() {
            "og:title" => set(&mut look.og_title),
            "og:url" => set(&mut look.og_url),
            "og:image" | "og:image:url" => set(&mut look.og_image),
            "twitter:image" | "twitter:image:src" if look.og_image.is_none() => {
                set(&mut look.og_image);
            }
            "og:description" => set(&mut look.og_description),
            "og:site_name" => set(&mut look.og_site_name),
            "og:type" => look.is_og_article |= content.trim().eq_ignore_ascii_case("article"),
            "description" => set(&mut look.description),
            "author" => set(&mut look.author),
            "keywords" if look.keywords.is_empty() => look.keywords = listed(&content),
            "article:tag" if look.og_tags.len() < limits::NAMES => {
                look.og_tags.extend(listed(&content));
            }
            "article:published_time" | "og:article:published_time" => {
                look.og_published = look.og_published.or(date(self.zone));
            }
            "article:modified_time" | "og:updated_time" => {
                look.og_modified = look.og_modified.or(date(self.zone));
            }
            "robots" | "googlebot" => {
                let content = content.to_ascii_lowercase();
                let mut words = content.split(|c: char| c == ',' || c.is_whitespace());
                look.is_noindex |= words.any(|word| matches!(word, "noindex" | "none"));
            }
            _ => {}
        }
    }

    fn link(&mut self, tag: &Tag<'p>) {
        if self.look.canonical.is_none() && has_word(tag, "rel", "canonical") {
            self.look.canonical = filled(tag.attribute("href"));
        }
    }

    fn script(&mut self, tag: &Tag<'p>) {
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("application/ld+json") && self.articles.len() < 2 {
            let block = tag.text.unwrap_or_default();
            if block.len() <= limits::JSON_LD_BYTES {
                self.articles.extend(json_ld::articles(block));
            }
        }
    }

    fn time(&mut self, tag: &Tag<'p>) {
        let [class, property, written] = tag.attributes_named(["class", "itemprop", "datetime"]);
        let is_update = [class, property].iter().flatten().any(|mark| {
            let mark = mark.to_ascii_lowercase();
            mark.contains("updat") || mark.contains("modif")
        });
        if is_update {
            return;
        }
        let written = written.map(Cow::into_owned).filter(|it| !it.trim().is_empty());
        let Some(date) = PageDate::parse(&written.unwrap_or_else(|| self.text_of(tag)), self.zone)
        else {
            return;
        };
        let is_in_main = self.is_in(Kind::Main);
        let is_first_of_article = self.is_in(Kind::Article) && !self.has_time;
        let times = &mut self.look.times;
        if is_first_of_article {
            self.has_time = true;
            times.articles += 1;
            times.in_article = times.in_article.or(Some(date));
        }
        if times.on_page.len() < MAX_TIMES {
            times.on_page.insert(date);
        }
        if is_in_main && times.in_main.len() < MAX_TIMES {
            times.in_main.insert(date);
        }
    }

    /// A link to a tag. Outside of the article is a list of all tags.
    fn tag_link(&mut self, tag: &Tag<'p>) {
        let scopes = [Kind::Article, Kind::Main, Kind::ArticleItem];
        let is_inside = scopes.into_iter().any(|kind| self.is_in(kind));
        if is_inside && has_word(tag, "rel", "tag") {
            let name = self.text_of(tag);
            add(&mut self.look.tag_links, name.trim_start_matches('#').trim().to_owned());
        }
    }

    /// Microformats 2: `h-entry` and what it has.
    fn microformats(&mut self, tag: &Tag<'p>) {
        let classes = tag.words("class");
        let has = |class: &str| classes.iter().any(|own| own == class);
        if has("h-entry") {
            self.look.entry.count += 1;
        }
        let in_card = self.is_in(Kind::Card);
        if has("p-name") && !in_card && !has("h-card") && self.look.entry.name.is_none() {
            self.look.entry.name = Some(self.text_of(tag)).filter(|name| !name.is_empty());
        }
        if has("p-author") {
            let name = self.text_of(tag);
            add(&mut self.look.entry.authors, name);
        }
        if has("p-category") && self.look.entry.categories.len() < limits::NAMES {
            let name = self.text_of(tag);
            add(&mut self.look.entry.categories, name.trim_start_matches('#').trim().to_owned());
        }
        for (class, is_update) in [("dt-published", false), ("dt-updated", true)] {
            if has(class) {
                let written = tag.attribute("datetime").map(Cow::into_owned);
                let date =
                    PageDate::parse(&written.unwrap_or_else(|| self.text_of(tag)), self.zone);
                let entry = &mut self.look.entry;
                let slot = if is_update { &mut entry.updated } else { &mut entry.published };
                *slot = slot.or(date);
            }
        }
        if has("h-card") {
            self.open(tag, Kind::Card);
        }
    }

    /// Microdata of schema.org.
    fn microdata(&mut self, tag: &Tag<'p>) {
        let [scope, property, kinds] = tag.attributes_named(["itemscope", "itemprop", "itemtype"]);
        let innermost = self.scopes.iter().rev().map(|scope| scope.kind);
        let is_item =
            |kind: &Kind| matches!(kind, Kind::ArticleItem | Kind::AuthorItem | Kind::OtherItem);
        let within = { innermost }.find(is_item);
        if let Some(property) = &property {
            for property in property.split_ascii_whitespace() {
                self.property(tag, property, within, kinds.is_some());
            }
        }
        if scope.is_some() || kinds.is_some() {
            let mut names = kinds.iter().flat_map(|kinds| kinds.split_ascii_whitespace());
            let is_author =
                property.as_deref() == Some("author") && within == Some(Kind::ArticleItem);
            let kind = if names.any(json_ld::is_article_type) {
                self.look.item.count += 1;
                Kind::ArticleItem
            } else if is_author {
                Kind::AuthorItem
            } else {
                Kind::OtherItem
            };
            self.open(tag, kind);
        }
    }

    fn property(&mut self, tag: &Tag<'p>, property: &str, within: Option<Kind>, is_item: bool) {
        let value = || {
            let own = ["content", "datetime"].iter().find_map(|name| tag.attribute(name));
            own.map_or_else(|| self.text_of(tag), Cow::into_owned)
        };
        match (within, property) {
            (Some(Kind::AuthorItem), "name") => {
                let name = value();
                add(&mut self.look.item.authors, name);
            }
            (Some(Kind::ArticleItem) | None, "datePublished" | "dateCreated") => {
                let date = PageDate::parse(&value(), self.zone);
                self.look.item.published = self.look.item.published.or(date);
            }
            (Some(Kind::ArticleItem) | None, "dateModified") => {
                let date = PageDate::parse(&value(), self.zone);
                self.look.item.modified = self.look.item.modified.or(date);
            }
            (Some(Kind::ArticleItem), "headline" | "name") if !is_item => {
                let name = Some(value()).filter(|name| !name.is_empty());
                let headline = &mut self.look.item.headline;
                *headline = headline.take().or(name);
            }
            (Some(Kind::ArticleItem), "author") if !is_item => {
                let name = value();
                add(&mut self.look.item.authors, name);
            }
            (Some(Kind::ArticleItem) | None, "keywords") => {
                let names = listed(&value());
                for name in names {
                    add(&mut self.look.item.keywords, name);
                }
            }
            (Some(Kind::ArticleItem), "image") if !is_item => {
                let url = ["content", "src", "href"].iter().find_map(|name| tag.attribute(name));
                let image = &mut self.look.item.image;
                *image = image.take().or_else(|| filled(url));
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Look {
        // Several are a list of articles, of which none is the page's own.
        if let (Some(article), true) = (self.articles.pop(), self.articles.is_empty()) {
            let date = |written: &Option<String>| PageDate::parse(written.as_deref()?, self.zone);
            self.look.json_ld_published = date(&article.published);
            self.look.json_ld_modified = date(&article.modified);
            self.look.json_ld = article;
        }
        self.look
    }
}

/// The text of an element; empty if it is long.
pub(super) fn text_within(page: &str, tag: &Tag<'_>) -> String {
    if tag.is_one_of(&VOID) {
        return String::new();
    }
    let mut depth = 1_usize;
    for other in Tags::from(page, tag.end).take_while(|other| other.start <= tag.end + MAX_TEXT) {
        if other.is(tag.name) {
            depth = if other.is_end { depth - 1 } else { depth + 1 };
        }
        if depth == 0 {
            return text::of_html(page.get(tag.end..other.start).unwrap_or_default());
        }
    }
    String::new()
}

fn has_word(tag: &Tag<'_>, attribute: &str, word: &str) -> bool {
    let value = tag.attribute(attribute).unwrap_or_default();
    value.split_ascii_whitespace().any(|own| own.eq_ignore_ascii_case(word))
}

fn filled(value: Option<Cow<'_, str>>) -> Option<String> {
    value.filter(|value| !value.trim().is_empty()).map(Cow::into_owned)
}

/// The names between commas.
fn listed(names: &str) -> Vec<String> {
    let names = names.split([',', '，', ';']).map(text::one_line);
    names.filter(|name| !name.is_empty()).take(limits::NAMES).collect()
}

fn add(names: &mut Vec<String>, name: String) {
    let is_name = !name.is_empty() && name.len() <= limits::NAME_CHARS;
    if is_name && names.len() < limits::NAMES && !names.contains(&name) {
        names.push(name);
    }
}
