//! Turns an article into an entry, which is the same in every format.
//!
//! An [`Article`] has the values of its file; an [`Entry`] exists only for the articles in a feed.
//! All its texts are plain text or sanitised HTML, all its addresses are absolute, and nothing that
//! a format requires is empty.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::content;
use super::group::{self, Group};
use crate::article::{Article, GroupKey, Related};
use crate::feed::{Image, MediaFile, Site};
use crate::types::{FeedSlugs, Timestamp, WebUrl, limits, text, text::escape};

/// One article in a feed: RSS `item`, Atom `entry`, JSON Feed item.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The permanent id, the same in every feed and format. RSS `guid`, Atom and JSON Feed `id`.
    pub id: Uuid,
    /// The page of the article. RSS `link`, Atom `link rel="alternate"`, JSON Feed `url`.
    pub link: WebUrl,
    /// The original address, if it is another one. `link rel="via"`.
    pub via: Option<WebUrl>,
    /// The language tag, if the article has one. RSS `dc:language`, Atom `xml:lang`, JSON Feed
    /// `language`; feeds in the same language leave it out.
    pub language: Option<String>,
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
    /// At least one. RSS `dc:creator` (all in one), Atom `author`, JSON Feed `authors`.
    pub authors: Vec<Author>,
    /// The names of topics as written, each topic once. RSS and Atom `category`, JSON Feed `tags`.
    pub categories: Vec<String>,
    /// The provider. RSS `source`.
    pub source: Option<Source>,
    /// RSS and Atom `media:content` and `media:thumbnail`, JSON Feed `image`.
    pub images: Vec<Image>,
    /// Audio and video. The first is RSS `enclosure` and Atom `link rel="enclosure"`, the others are
    /// `media:content`. JSON Feed `attachments`.
    pub files: Vec<MediaFile>,
    /// Whether the audio is unfit for children, if the article says so. RSS `itunes:explicit`.
    pub explicit: Option<bool>,
    /// A page that plays a video. `media:player`.
    pub player: Option<WebUrl>,
    /// Other articles. `link rel="related"`.
    pub related: Vec<RelatedLink>,
}

/// An author of an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Author {
    /// Plain text, never empty.
    pub name: String,
    /// Atom `uri`, JSON Feed `url`.
    pub url: Option<WebUrl>,
    /// JSON Feed `avatar`.
    pub avatar: Option<WebUrl>,
}

/// The publisher of an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// Plain text, never empty.
    pub name: String,
    /// The root of its website.
    pub url: WebUrl,
}

/// A link from an entry to another article.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RelatedLink {
    /// Plain text, never empty.
    pub title: String,
    /// Its address.
    pub url: WebUrl,
}

/// How much of an article its entry contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Image, excerpt and link.
    Excerpt,
    /// The body; image, excerpt and link only if there is no body.
    Full,
}

impl Entry {
    /// The language of an entry that is in another one than its feed.
    pub(crate) fn own_language(&self, of_feed: &str) -> Option<&str> {
        self.language.as_deref().filter(|own| !own.eq_ignore_ascii_case(of_feed))
    }

    /// Makes the entry of an article. `is_private` says which related articles must not be mentioned.
    pub fn new(
        article: &Article,
        site: &Site,
        content: Content,
        slugs: &mut FeedSlugs,
        is_private: impl Fn(&Related) -> bool,
    ) -> Entry {
        let provider = text::plain(&article.provider.name);
        let label = if provider.is_empty() { article.link.host() } else { provider.clone() };
        let images: Vec<Image> =
            article.images.iter().filter_map(|image| Image::from_media(image, site)).collect();
        let body = match content {
            Content::Full => content::render(&article.body, &article.link),
            Content::Excerpt => String::new(),
        };
        let excerpt = match text::plain(&article.excerpt) {
            excerpt if excerpt.is_empty() => content::teaser(&article.body, &article.link),
            excerpt => excerpt,
        };
        let title = match text::title(&article.title) {
            title if !title.is_empty() => title,
            _ if !excerpt.is_empty() => text::truncate(&excerpt, 80),
            _ => format!("{label}, {}", article.published),
        };
        let summary = match excerpt {
            excerpt if excerpt.is_empty() => text::truncate(&text::plain(&body), 300),
            excerpt => excerpt,
        };
        let summary = if summary.is_empty() { title.clone() } else { summary };
        let summary = text::truncate(&summary, limits::SUMMARY_CHARS);
        let updated = article.updated.map_or(article.published, |date| date.max(article.published));
        Entry {
            id: article.id,
            link: article.link.clone(),
            via: article.via.clone(),
            language: article.language.clone(),
            published: article.published.whole_seconds(),
            updated: updated.whole_seconds(),
            authors: authors(article, site, &provider, &label),
            categories: categories(article, slugs),
            content: compose(&body, &summary, images.first(), &article.link, &label),
            source: website(&article.provider.domain)
                .filter(|_| !provider.is_empty())
                .map(|url| Source { name: provider, url }),
            files: MediaFile::from_recordings(&article.recordings, site),
            explicit: article.explicit,
            player: article.player.as_deref().and_then(|url| site.absolute(url)),
            related: RelatedLink::distinct(
                article.related.iter().filter(|related| !is_private(related)),
                &article.link,
            ),
            title,
            summary,
            images,
        }
    }
}

impl Entry {
    /// The audio file that podcast programs play.
    pub(crate) fn audio(&self) -> Option<&MediaFile> {
        self.files.first().filter(|file| file.is_audio())
    }
}

/// The persons, else the provider, else the site, else the host.
fn authors(article: &Article, site: &Site, provider: &str, host: &str) -> Vec<Author> {
    let mut authors: Vec<Author> = Vec::new();
    for name in article.provider.authors.iter().map(|name| text::plain(name)) {
        if !name.is_empty() && authors.iter().all(|author| author.name != name) {
            authors.push(Author { name, url: None, avatar: None });
        }
    }
    if authors.is_empty() && !provider.is_empty() {
        let mut logos = article.provider.images.iter();
        authors.push(Author {
            name: provider.to_owned(),
            url: website(&article.provider.domain),
            avatar: logos.find_map(|logo| Image::from_media(logo, site)).map(|logo| logo.url),
        });
    }
    if authors.is_empty() {
        authors.push(Author {
            name: site.title.clone().unwrap_or_else(|| host.to_owned()),
            url: site.url.clone().filter(|_| site.title.is_some()),
            avatar: None,
        });
    }
    authors
}

/// The topics, of each its first spelling.
fn categories(article: &Article, slugs: &mut FeedSlugs) -> Vec<String> {
    let mut topics: Vec<Group> = Vec::new();
    for topic in group::groups(GroupKey::Topic, article, slugs) {
        if topics.iter().all(|other| other.slug != topic.slug) {
            topics.push(topic);
        }
    }
    topics.into_iter().map(|topic| topic.name).collect()
}

impl RelatedLink {
    /// The link to a related article; `None` if it has no title or no web address.
    pub(crate) fn new(related: &Related) -> Option<RelatedLink> {
        let title = text::title(&related.title);
        let url = related.addresses.iter().find_map(|address| WebUrl::parse(address).ok())?;
        (!title.is_empty()).then_some(RelatedLink { title, url })
    }

    /// The links to other addresses than that of the article itself, each address once.
    pub(crate) fn distinct<'r>(
        related: impl Iterator<Item = &'r Related>,
        own: &WebUrl,
    ) -> Vec<RelatedLink> {
        RelatedLink::distinct_links(related.filter_map(RelatedLink::new), own)
    }

    /// As [`distinct`](Self::distinct), of links.
    pub(crate) fn distinct_links(
        links: impl Iterator<Item = RelatedLink>,
        own: &WebUrl,
    ) -> Vec<RelatedLink> {
        let mut distinct: Vec<RelatedLink> = Vec::new();
        for link in links {
            if link.url != *own && distinct.iter().all(|other| other.url != link.url) {
                distinct.push(link);
            }
        }
        distinct
    }
}

/// The root of the website of a domain.
fn website(domain: &str) -> Option<WebUrl> {
    let host = domain.trim();
    let is_host = !host.is_empty() && !host.contains(['/', '@', '?', '#', '\\', ':', ' ']);
    is_host.then(|| WebUrl::parse(&format!("https://{host}/")).ok())?
}

/// The HTML of an entry: the image, unless the body shows it, then the body; without a body, the
/// summary and a link with `label`.
fn compose(body: &str, summary: &str, image: Option<&Image>, link: &WebUrl, label: &str) -> String {
    let link = escape(link.as_str());
    let image = image.map(|image| linked_image(image, &link, body)).unwrap_or_default();
    if body.is_empty() {
        let [summary, label] = [escape(summary), escape(label)];
        [&image, "<p>", &summary, "</p>\n<p><a href=\"", &link, "\">", &label, "</a></p>\n"]
            .concat()
    } else {
        [&image, body, "\n"].concat()
    }
}

/// The HTML of an image that links to the article; empty if the body shows it.
fn linked_image(image: &Image, link: &str, body: &str) -> String {
    let [url, alt] = [escape(image.url.as_str()), escape(&image.title)];
    if body.contains(&format!("src=\"{url}\"")) {
        return String::new();
    }
    let mut html =
        ["<p><a href=\"", link, "\"><img src=\"", &url, "\" alt=\"", &alt, "\""].concat();
    for (name, pixels) in [("width", image.width), ("height", image.height)] {
        if let Some(pixels) = pixels {
            html.push_str(&[" ", name, "=\"", &pixels.to_string(), "\""].concat());
        }
    }
    html + "></a></p>\n"
}
