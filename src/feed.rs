//! Feeds and entries: what subscribers get, the same in every format.
//!
//! An [`Article`] is what a file says; an [`Entry`] is made of it only for the articles that are
//! in a feed. All its texts are plain (or sanitised HTML), all its addresses absolute, nothing is
//! empty that a format requires: a feed is valid by construction, so that rendering cannot fail.

use std::sync::Arc;

use uuid::Uuid;

use crate::article::{self, Article, Media};
use crate::content;
use crate::date::Timestamp;
use crate::format::Format;
use crate::link::WebUrl;
use crate::name::FeedName;
use crate::settings::{Content, GroupBy, Kind, Site};
use crate::text;

/// One feed: RSS `channel`, Atom `feed`, JSON Feed top level.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Permanent identity, from kind and name alone. Atom `id` (RFC 4287, 4.2.6).
    pub id: Uuid,
    /// The file without its extension, relative to the output folder: `topic/ai`.
    pub location: String,
    /// RSS, Atom and JSON Feed `title`.
    pub title: String,
    /// RSS `description`, Atom `subtitle`, JSON Feed `description`.
    pub description: String,
    /// A page for people. RSS `link`, Atom `link rel="alternate"`, JSON Feed `home_page_url`.
    pub home: WebUrl,
    /// Where the output folder is served, for [`Feed::address`].
    pub base_url: Option<WebUrl>,
    /// RSS `language`, Atom `xml:lang`, JSON Feed `language`.
    pub language: String,
    /// Who publishes the feed. Atom `author`, JSON Feed `authors`.
    pub author: String,
    /// A small picture. RSS `image`, Atom `icon`, JSON Feed `icon`.
    pub icon: Option<Image>,
    /// The newest change of an entry, never the time of the build. RSS `lastBuildDate`, Atom
    /// `updated` (RFC 4287, 4.2.15).
    pub updated: Timestamp,
    /// Newest first.
    pub entries: Vec<Arc<Entry>>,
}

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
    pub term: FeedName,
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

/// An image of an entry or a feed.
#[derive(Clone, Debug)]
pub struct Image {
    /// The address of the file.
    pub url: WebUrl,
    /// Pixels, more than 0.
    pub width: Option<u32>,
    /// Pixels, more than 0.
    pub height: Option<u32>,
    /// The media type, if the extension says it.
    pub media_type: Option<&'static str>,
    /// Plain text; may be empty.
    pub title: String,
}

/// A video file of an entry.
#[derive(Clone, Debug)]
pub struct Video {
    /// The address of the file.
    pub url: WebUrl,
    /// The media type: other files are not known to be videos.
    pub media_type: &'static str,
}

/// An article that an entry points to.
#[derive(Clone, Debug)]
pub struct RelatedLink {
    /// Plain text, never empty.
    pub title: String,
    /// Its address.
    pub url: WebUrl,
}

/// Names the identities of feeds. It never changes: feed ids depend on it.
const FEEDS: Uuid = Uuid::from_u128(0x1d2a_5c3e_8b47_5f60_b1a9_6e0c_94d7_32ef);

impl Feed {
    /// The feed of a group, from its articles and their entries in the same order, newest first.
    ///
    /// `None` if there are none.
    pub fn assemble(
        site: &Site,
        kind: &Kind,
        name: &FeedName,
        members: &[(&Article, Arc<Entry>)],
    ) -> Option<Feed> {
        let (newest, newest_entry) = members.first()?;
        let groups = kind.by.groups(newest);
        let written = groups.into_iter().find(|(feed, _)| feed == name);
        let group = written.map(|(_, name)| name).unwrap_or_default();
        let title = title(site, kind, &group);
        let newest_link = &newest_entry.link;
        let home = site.url.clone().or_else(|| site.base_url.clone());
        let folder = kind.path.trim_matches('/');
        let logos = members.iter().map(|(article, _)| &article.provider.images);
        Some(Feed {
            id: Uuid::new_v5(&FEEDS, format!("{}/{name}", kind.by.name()).as_bytes()),
            location: match folder {
                "" => name.to_string(),
                folder => format!("{folder}/{name}"),
            },
            description: site.description.clone().unwrap_or_else(|| title.clone()),
            home: home.unwrap_or_else(|| newest_link.root()),
            base_url: site.base_url.clone(),
            language: site.language.clone(),
            author: site.title.clone().unwrap_or_else(|| match kind.by {
                GroupBy::Provider => group.clone(),
                _ => title.clone(),
            }),
            icon: match kind.by {
                GroupBy::Provider => logos.flatten().find_map(|logo| image(site, logo)),
                _ => None,
            },
            updated: members.iter().map(|(_, entry)| entry.updated).max()?,
            entries: members.iter().map(|(_, entry)| Arc::clone(entry)).collect(),
            title,
        })
    }

    /// The file of this feed in a format, relative to the output folder: `topic/ai.rss.xml`.
    pub fn file(&self, format: Format) -> String {
        format!("{}.{}", self.location, format.extension())
    }

    /// Where this feed is served in a format, if that is known.
    pub fn address(&self, format: Format) -> Option<WebUrl> {
        self.base_url.as_ref()?.join(&self.file(format)).ok()
    }
}

fn title(site: &Site, kind: &Kind, group: &str) -> String {
    let site_title = site.title.as_deref().unwrap_or_default();
    let template = kind.title.as_deref().unwrap_or(match (kind.by, site_title) {
        (GroupBy::All, "") => "All articles",
        (GroupBy::All, _) => "{site}",
        (_, "") => "{name}",
        (_, _) => "{name} – {site}",
    });
    // The name goes in last: it may hold a brace of its own.
    text::plain(&template.replace("{site}", site_title)).replace("{name}", group)
}

impl Entry {
    /// The entry of an article. `hidden` says of an identity whether nobody may hear of it.
    pub fn of(
        article: &Article,
        site: &Site,
        kept: Content,
        hidden: impl Fn(&Uuid) -> bool,
    ) -> Entry {
        let provider = text::plain(&article.provider.name);
        let provider_url = provider_url(&article.provider.domain);
        let images: Vec<Image> = article.images.iter().filter_map(|i| image(site, i)).collect();
        let excerpt = text::plain(&article.excerpt);
        let player = article.player.as_deref().and_then(|url| absolute(site, url));
        let label = match provider.as_str() {
            "" => article.link.host(),
            name => name.to_owned(),
        };
        let body = match kept {
            Content::Full => content::body(&article.body, &article.link),
            Content::Excerpt => String::new(),
        };
        let body_text = || text::beginning(&text::plain(&body), 300);
        let title = match text::plain(&article.title) {
            title if !title.is_empty() => title,
            _ if !excerpt.is_empty() => text::beginning(&excerpt, 80),
            _ => format!("{label}, {}", article.published),
        };
        let summary = [excerpt, body_text()]
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_else(|| title.clone());
        let summary = text::beginning(&summary, crate::limits::SUMMARY_CHARS);
        let content = content::entry(&content::Parts {
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
            published: article.published,
            updated: article.updated.unwrap_or(article.published).max(article.published),
            authors: authors(article, site, &provider, provider_url.as_ref(), &label),
            categories: categories(article),
            source: provider_url
                .filter(|_| !provider.is_empty())
                .map(|url| Source { name: provider, url }),
            videos: article.videos.iter().filter_map(|v| video(site, v)).collect(),
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
        let logo = article.provider.images.iter().find_map(|logo| image(site, logo));
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

fn categories(article: &Article) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    for (term, label) in GroupBy::Topic.groups(article) {
        if categories.iter().all(|category| category.term != term) {
            categories.push(Category { term, label });
        }
    }
    categories
}

fn related(article: &Article, hidden: impl Fn(&Uuid) -> bool) -> Vec<RelatedLink> {
    let mut links: Vec<RelatedLink> = Vec::new();
    for related in &article.related {
        let title = text::plain(&related.title);
        let private = related.addresses.iter().any(|address| hidden(&article::identity(address)));
        let url = related.addresses.iter().find_map(|address| WebUrl::parse(address).ok());
        let Some(url) = url.filter(|_| !private && !title.is_empty()) else { continue };
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

/// An address of the front matter: absolute, or relative to the site that the articles belong to.
fn absolute(site: &Site, url: &str) -> Option<WebUrl> {
    match (WebUrl::parse(url), &site.url) {
        (Ok(url), _) => Some(url),
        (Err(_), Some(site)) => site.join(url).ok(),
        (Err(_), None) if url.trim().starts_with("//") => {
            WebUrl::parse(&format!("https:{}", url.trim())).ok()
        }
        (Err(_), None) => None,
    }
}

fn image(site: &Site, media: &Media) -> Option<Image> {
    let url = absolute(site, &media.url)?;
    Some(Image {
        width: media.width,
        height: media.height,
        media_type: url.extension().and_then(|extension| image_type(&extension)),
        title: text::plain(&media.title),
        url,
    })
}

fn video(site: &Site, media: &Media) -> Option<Video> {
    let url = absolute(site, &media.url)?;
    let media_type = url.extension().and_then(|extension| video_type(&extension))?;
    Some(Video { url, media_type })
}

fn image_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "avif" => "image/avif",
        "gif" => "image/gif",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        _ => return None,
    })
}

fn video_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "m4v" | "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        _ => return None,
    })
}
