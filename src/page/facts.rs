//! The facts of an article, each with the rule that found it in the page.

use super::PageOptions;
use super::address;
use super::look::Look;
use super::signal::Dates;
use super::survey::{Ends, SiteRules};
use crate::types::{Timestamp, WebUrl, language, text};

/// A fact, and the rule that found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// The fact.
    pub value: T,
    /// What it was taken from, as a message says it.
    pub rule: &'static str,
}

/// What a page says about its article. Texts are plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) title: Option<Fact<String>>,
    pub(crate) published: Option<Fact<Timestamp>>,
    pub(crate) updated: Option<Fact<Timestamp>>,
    pub(crate) link: Option<Fact<WebUrl>>,
    /// The address at which the file is served, to which addresses in it are relative.
    pub(crate) base: Option<WebUrl>,
    pub(crate) authors: Option<Fact<Vec<String>>>,
    pub(crate) topics: Option<Fact<Vec<String>>>,
    pub(crate) image: Option<Fact<String>>,
    pub(crate) summary: Option<Fact<String>>,
    pub(crate) language: Option<Fact<String>>,
    /// The first folder.
    pub(crate) section: Option<String>,
    /// The name of the site.
    pub(crate) site: Option<String>,
}

fn fact<T>(value: Option<T>, rule: &'static str) -> Option<Fact<T>> {
    value.map(|value| Fact { value, rule })
}

fn listed(values: &[String], rule: &'static str) -> Option<Fact<Vec<String>>> {
    fact(Some(values).filter(|values| !values.is_empty()).map(<[String]>::to_vec), rule)
}

impl Facts {
    /// The rules that found the facts, by the names of these.
    pub(crate) fn rules(&self) -> Vec<(&'static str, &'static str)> {
        fn rule<T>(fact: Option<&Fact<T>>) -> Option<&'static str> {
            fact.map(|fact| fact.rule)
        }
        let rules = [
            ("title", rule(self.title.as_ref())),
            ("published", rule(self.published.as_ref())),
            ("updated", rule(self.updated.as_ref())),
            ("link", rule(self.link.as_ref())),
            ("authors", rule(self.authors.as_ref())),
            ("topics", rule(self.topics.as_ref())),
            ("image", rule(self.image.as_ref())),
            ("summary", rule(self.summary.as_ref())),
            ("language", rule(self.language.as_ref())),
        ];
        rules.into_iter().filter_map(|(name, rule)| Some((name, rule?))).collect()
    }

    /// The date, if the page marks it as that of its article: one in its address or a bare `<time>` may be
    /// another.
    pub(crate) fn marked_date(&self) -> Option<Timestamp> {
        let is_marked =
            |rule: &str| !["<time> in <main>", "the only <time>", "the address"].contains(&rule);
        self.published.as_ref().filter(|date| is_marked(date.rule)).map(|date| date.value)
    }

    pub(super) fn of(
        look: &Look,
        place: &str,
        dates: &Dates,
        options: &PageOptions,
        rules: Option<&SiteRules>,
    ) -> Facts {
        let site = options.site(rules);
        let is_clean =
            rules.map_or_else(|| options.clean_urls.unwrap_or(false), |rules| rules.is_clean);
        let own = site.as_ref().and_then(|site| address::address(site, place, is_clean));
        let served = site.as_ref().and_then(|site| site.join_path(place));
        let base =
            look.base.as_deref().and_then(|base| served.as_ref()?.join(base).ok()).or(served);
        let is_shared = |text: &String| rules.is_some_and(|rules| rules.shared.contains(text));
        let one = |value: &Option<String>, rule| {
            fact(value.clone().filter(|text| !is_shared(text)), rule)
        };
        let published = dates.published().map(|(value, rule)| Fact { value, rule });
        Facts {
            title: title(look, rules),
            published,
            updated: fact(look.json_ld_modified, "JSON-LD dateModified")
                .or_else(|| fact(look.og_modified, "article:modified_time"))
                .or_else(|| fact(look.item.modified, "itemprop dateModified"))
                .or_else(|| fact(look.entry.updated, "dt-updated"))
                .map(|date| Fact { value: date.value.at, rule: date.rule }),
            link: link(look, own.as_ref(), site.as_ref(), rules),
            base,
            authors: listed(&look.json_ld.authors, "JSON-LD author")
                .or_else(|| listed(&look.item.authors, "itemprop author"))
                .or_else(|| listed(&look.entry.authors, "p-author"))
                .or_else(|| fact(look.author.clone().map(|author| vec![author]), "meta author")),
            topics: listed(&look.og_tags, "article:tag")
                .or_else(|| listed(&look.item.keywords, "itemprop keywords"))
                .or_else(|| listed(&look.tag_links, "rel=tag"))
                .or_else(|| listed(&look.entry.categories, "p-category"))
                .or_else(|| listed(&look.json_ld.keywords, "JSON-LD keywords"))
                .or_else(|| {
                    listed(&look.keywords, "meta keywords")
                        .filter(|_| !is_shared(&look.keywords.join(",")))
                }),
            image: one(&look.json_ld.image, "JSON-LD image")
                .or_else(|| one(&look.item.image, "itemprop image"))
                .or_else(|| one(&look.og_image, "og:image")),
            summary: one(&look.json_ld.description, "JSON-LD description")
                .or_else(|| one(&look.og_description, "og:description"))
                .or_else(|| one(&look.description, "meta description")),
            language: fact(look.language.as_deref().and_then(language::tag), "html lang"),
            section: address::section(place).map(str::to_owned),
            site: rules.and_then(|rules| rules.name.clone()),
        }
    }
}

fn title(look: &Look, rules: Option<&SiteRules>) -> Option<Fact<String>> {
    let site = look.og_site_name.as_deref().or_else(|| rules?.name.as_deref());
    let cut = |title: &Option<String>, of: fn(&SiteRules) -> &Ends| {
        let title = title.as_deref()?;
        Some(match rules {
            Some(rules) => of(rules).cut(title, site).to_owned(),
            None => Ends::default().cut(title, site).to_owned(),
        })
    };
    let is_common = |title: &Option<String>| {
        rules.is_some_and(|rules| title.as_ref().is_some_and(|it| rules.shared.contains(it)))
    };
    let whole = cut(&look.title, |rules| &rules.title_ends).filter(|_| !is_common(&look.title));
    let open_graph = cut(&look.og_title, |rules| &rules.og_title_ends);
    // Where a quotation mark ends the attribute, or a template has changed capital letters, the title of the
    // page knows more.
    let is_worse = |og: &String| {
        let is_cut = |whole: &String| {
            let rest = whole.strip_prefix(og.as_str());
            rest.is_some_and(|rest| rest.trim_start().starts_with(['"', '\'']))
        };
        let has_other_case = |whole: &String| whole.to_lowercase() == og.to_lowercase();
        whole.as_ref().is_some_and(|whole| is_cut(whole) || has_other_case(whole))
    };
    let headline =
        look.json_ld.headline.as_deref().map(text::title).filter(|title| !title.is_empty());
    let name = look.entry.name.clone().filter(|_| look.entry.count == 1);
    fact(headline, "JSON-LD headline")
        .or_else(|| fact(name, "p-name"))
        .or_else(|| {
            fact(
                open_graph.filter(|title| !is_worse(title) && !is_common(&look.og_title)),
                "og:title",
            )
        })
        .or_else(|| fact(whole.clone(), "<title>"))
        .or_else(|| fact(look.item.headline.clone(), "itemprop headline"))
        .or_else(|| fact(look.heading.clone(), "<h1>"))
        .or_else(|| fact(look.title.clone(), "<title>"))
}

/// The address of a folder for that of its index: programs that copy a site name the file.
fn without_index(url: WebUrl) -> WebUrl {
    let is_index = ["/index.html", "/index.htm"].iter().any(|end| url.path().ends_with(end));
    if is_index { url.join("./").unwrap_or(url) } else { url }
}

fn link(
    look: &Look,
    own: Option<&WebUrl>,
    site: Option<&WebUrl>,
    rules: Option<&SiteRules>,
) -> Option<Fact<WebUrl>> {
    let absolute = |url: &Option<String>| {
        let url = url.as_deref()?;
        WebUrl::parse(url).ok().or_else(|| own?.join(url).ok())
    };
    let claimed = rules.and_then(SiteRules::claimed);
    let is_here = |url: &WebUrl| site.is_none_or(|site| site.host() == url.host());
    // A site that was built without its address claims another one.
    let moved = |url: WebUrl| {
        let (site, claimed) = (site?, claimed.as_ref()?);
        let below = url.as_str().strip_prefix(claimed.as_str())?;
        site.join(below).ok()
    };
    let canonical = absolute(&look.canonical).map(without_index);
    fact(canonical.clone().filter(is_here), "canonical")
        .or_else(|| fact(canonical.and_then(moved), "canonical, in the site of `site-url`"))
        .or_else(|| fact(own.cloned(), "the path of the file"))
        .or_else(|| fact(absolute(&look.og_url), "og:url"))
}
