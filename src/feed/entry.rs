//! Entries: what subscribers get of an article.
//!
//! An [`Article`] is what a file says; an [`Entry`] is made of it only for the articles that are in
//! a feed. All its texts are plain or sanitised HTML, all its addresses absolute, and nothing is
//! empty that a format requires.

use uuid::Uuid;

use super::group;
use crate::article::GroupKey;
use crate::article::{Article, Related};
use crate::feed::content::{self, escape};
use crate::feed::site::Site;
use crate::feed::{Image, Video};
use crate::types::date::Timestamp;
use crate::types::limits;
use crate::types::slug::{FeedSlug, FeedSlugs};
use crate::types::text;
use crate::types::url::WebUrl;

/// One article in a feed: RSS `item`, Atom `entry`, JSON Feed item.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Permanent identity, the same in every feed and format. RSS `guid`, Atom and JSON `id`.
    pub id: Uuid,
    /// Where a reader goes. RSS `link`, Atom `link rel="alternate"`, JSON Feed `url`.
    pub link: WebUrl,
    /// The source's address if it is another one. `link rel="via"`.
    pub via: Option<WebUrl>,
    /// Plain text, never empty.
    pub title: String,
    /// Plain text, never empty. RSS `description`, Atom and JSON Feed `summary`.
    pub summary: String,
    /// Sanitised HTML. RSS `content:encoded`, Atom `content`, JSON Feed `content_html`.
    pub content: String,
    /// RSS `pubDate`, Atom `published`, JSON Feed `date_published`.
    pub published: Timestamp,
    /// Never before `published`. Atom `updated`, JSON Feed `date_modified`.
    pub updated: Timestamp,
    /// At least one. RSS `dc:creator`, Atom `author`, JSON Feed `authors`.
    pub authors: Vec<Author>,
    /// Topics. RSS and Atom `category`, JSON Feed `tags`.
    pub categories: Vec<Category>,
    /// The provider. RSS `source`.
    pub source: Option<Source>,
    /// RSS and Atom `media:content` and `media:thumbnail`, JSON Feed `image`.
    pub images: Vec<Image>,
    /// RSS and Atom `media:content`, JSON Feed `attachments`.
    pub videos: Vec<Video>,
    /// A page that plays the video of the article. `media:player`.
    pub player: Option<WebUrl>,
    /// Other articles. `link rel="related"`.
    pub related: Vec<RelatedLink>,
}

/// Who wrote an entry.
#[derive(Clone, Debug)]
pub struct Author {
    /// Plain text, never empty.
    pub name: String,
    /// Atom `uri`, JSON Feed `url`.
    pub url: Option<WebUrl>,
    /// JSON Feed `avatar`.
    pub avatar: Option<WebUrl>,
}

/// A topic of an entry.
#[derive(Clone, Debug)]
pub struct Category {
    /// The name of its feed. Atom `term`.
    pub term: FeedSlug,
    /// The name as written. RSS `category`, Atom `label`, JSON Feed tag.
    pub label: String,
}

/// The publisher of an entry.
#[derive(Clone, Debug)]
pub struct Source {
    /// Plain text, never empty.
    pub name: String,
    /// The root of its domain.
    pub url: WebUrl,
}

/// An article that an entry points to.
#[derive(Clone, Debug)]
pub struct RelatedLink {
    /// Plain text, never empty.
    pub title: String,
    /// Its address.
    pub url: WebUrl,
}

/// What an entry holds of its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Image, excerpt and link.
    Excerpt,
    /// The body; image, excerpt and link only where there is no body.
    Full,
}

impl Entry {
    /// The entry of an article. `names` are those of feeds met before; `hidden` says of a related
    /// article whether nobody may hear of it.
    pub fn of(
        article: &Article,
        site: &Site,
        kept: Content,
        names: &mut FeedSlugs,
        hidden: impl Fn(&Related) -> bool,
    ) -> Entry {
        let provider = text::plain(&article.provider.name);
        let provider_url = provider_url(&article.provider.domain);
        let images: Vec<Image> = article.images.iter().filter_map(|i| Image::of(i, site)).collect();
        let excerpt = text::plain(&article.excerpt);
        let player = article.player.as_deref().and_then(|url| site.absolute(url));
        let label = match provider.as_str() {
            "" => article.link.host(),
            name => name.to_owned(),
        };
        let body = match kept {
            Content::Full => content::body(&article.body, &article.link),
            Content::Excerpt => String::new(),
        };
        let title = match text::plain(&article.title) {
            title if !title.is_empty() => title,
            _ if !excerpt.is_empty() => text::beginning(&excerpt, 80),
            _ => format!("{label}, {}", article.published),
        };
        let summary = match excerpt {
            excerpt if excerpt.is_empty() => text::beginning(&text::plain(&body), 300),
            excerpt => excerpt,
        };
        let summary = if summary.is_empty() { title.clone() } else { summary };
        let summary = text::beginning(&summary, limits::SUMMARY_CHARS);
        let content = composed(&Parts {
            body: &body,
            summary: &summary,
            image: images.first(),
            link: &article.link,
            label: &label,
        });
        Entry {
            id: article.id,
            link: article.link.clone(),
            via: article.via.clone(),
            published: article.published.whole_seconds(),
            updated: article
                .updated
                .unwrap_or(article.published)
                .max(article.published)
                .whole_seconds(),
            authors: authors(article, site, &provider, provider_url.as_ref(), &label),
            categories: categories(article, names),
            source: provider_url
                .filter(|_| !provider.is_empty())
                .map(|url| Source { name: provider, url }),
            videos: article.videos.iter().filter_map(|v| Video::of(v, site)).collect(),
            related: related(article, hidden),
            title,
            summary,
            content,
            images,
            player,
        }
    }
}

/// The persons, else the provider, else the site, else the host.
fn authors(
    article: &Article,
    site: &Site,
    provider: &str,
    provider_url: Option<&WebUrl>,
    label: &str,
) -> Vec<Author> {
    let mut authors: Vec<Author> = Vec::new();
    for name in &article.provider.authors {
        let name = text::plain(name);
        if !name.is_empty() && authors.iter().all(|author| author.name != name) {
            let (url, avatar) = (None, None);
            authors.push(Author { name, url, avatar });
        }
    }
    if authors.is_empty() && !provider.is_empty() {
        let logo = article.provider.images.iter().find_map(|logo| Image::of(logo, site));
        authors.push(Author {
            name: provider.to_owned(),
            url: provider_url.cloned(),
            avatar: logo.map(|logo| logo.url),
        });
    }
    if authors.is_empty() {
        authors.push(Author {
            name: site.title.clone().unwrap_or_else(|| label.to_owned()),
            url: site.url.clone().filter(|_| site.title.is_some()),
            avatar: None,
        });
    }
    authors
}

fn categories(article: &Article, names: &mut FeedSlugs) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    for (term, label) in group::groups_of(GroupKey::Topic, article, names) {
        if categories.iter().all(|category| category.term != term) {
            categories.push(Category { term, label });
        }
    }
    categories
}

fn related(article: &Article, hidden: impl Fn(&Related) -> bool) -> Vec<RelatedLink> {
    let mut links: Vec<RelatedLink> = Vec::new();
    for related in &article.related {
        let title = text::plain(&related.title);
        let url = related.addresses.iter().find_map(|address| WebUrl::parse(address).ok());
        let Some(url) = url.filter(|_| !title.is_empty() && !hidden(related)) else { continue };
        if url != article.link && links.iter().all(|link| link.url != url) {
            links.push(RelatedLink { title, url });
        }
    }
    links
}

fn provider_url(domain: &str) -> Option<WebUrl> {
    let host = domain.trim();
    let plain = !host.is_empty() && !host.contains(['/', '@', '?', '#', '\\', ':', ' ']);
    plain.then(|| WebUrl::parse(&format!("https://{host}/")).ok())?
}

/// Bytes of a content besides body and summary, mostly.
const USUAL_BYTES: usize = 512;

/// What the content of an entry is made of.
struct Parts<'a> {
    /// What [`content::body`] made of the body; may be empty.
    body: &'a str,
    /// Plain text.
    summary: &'a str,
    /// The image to show first.
    image: Option<&'a Image>,
    /// The address of the article.
    link: &'a WebUrl,
    /// What to call the place that the link leads to, in plain text.
    label: &'a str,
}

/// The content of an entry: the image, unless the body shows it, then the body; without a body the
/// summary and a link.
fn composed(parts: &Parts<'_>) -> String {
    let link = escape(parts.link.as_str());
    let mut content = String::with_capacity(USUAL_BYTES + parts.body.len() + parts.summary.len());
    let mut push = |texts: &[&str]| texts.iter().for_each(|text| content.push_str(text));
    if let Some(image) = parts.image {
        let url = escape(image.url.as_str());
        if parts.body.is_empty() || !parts.body.contains(&format!("src=\"{url}\"")) {
            let alt = escape(&image.title);
            push(&["<p><a href=\"", &link, "\"><img src=\"", &url, "\" alt=\"", &alt, "\""]);
            for (name, pixels) in [("width", image.width), ("height", image.height)] {
                if let Some(pixels) = pixels {
                    push(&[" ", name, "=\"", &pixels.to_string(), "\""]);
                }
            }
            push(&["></a></p>\n"]);
        }
    }
    if parts.body.is_empty() {
        let [summary, label] = [escape(parts.summary), escape(parts.label)];
        push(&["<p>", &summary, "</p>\n<p><a href=\"", &link, "\">", &label, "</a></p>\n"]);
    } else {
        push(&[parts.body, "\n"]);
    }
    content
}
