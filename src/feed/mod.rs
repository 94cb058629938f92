//! Turns articles into feeds, which are the same in every format.
//!
//! A feed is valid by construction, whatever its articles contain, so that rendering cannot fail.

pub mod content;
mod entry;
pub(crate) mod group;
mod media;
mod member;
mod selection;
pub(crate) mod site;
mod words;

use std::sync::Arc;

use uuid::Uuid;

pub use self::entry::{Author, Content, Entry, RelatedLink, Source};
pub use self::group::{FeedSet, Grouping};
pub(crate) use self::media::known_media_type;
pub use self::media::{Image, MediaFile};
pub(crate) use self::member::{Member, OpenEntry};
pub use self::selection::Selection;
pub use self::site::{PageSettings, Podcast, Site};

use self::site::STYLESHEET;
use crate::article::{Article, GroupKey};
use crate::types::{date::Timestamp, guid, slug::FeedSlug, url::WebUrl};

/// One feed: RSS `channel`, Atom `feed`, JSON Feed top level.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Feed {
    /// The permanent id, which depends on grouping and slug alone. Atom `id` (RFC 4287, 4.2.6).
    pub id: Uuid,
    /// The file without its extension, relative to the output folder: `topic/ai`.
    pub location: String,
    /// The name of the group as its newest article writes it, in plain text.
    pub name: String,
    /// RSS, Atom and JSON Feed `title`.
    pub title: String,
    /// What the title does not say yet. RSS `description`, which falls back to the title, Atom
    /// `subtitle`, JSON Feed `description`.
    pub description: Option<String>,
    /// A page for people. RSS `link`, Atom `link rel="alternate"`, JSON Feed `home_page_url`.
    pub home: WebUrl,
    /// The page that shows the entries, relative to the output folder, if it is written.
    pub page: Option<String>,
    /// The address of the published output folder, for the link of the feed to itself.
    pub base_url: Option<WebUrl>,
    /// A WebSub hub. RSS and Atom `link rel="hub"`, JSON Feed `hubs`.
    pub hub: Option<WebUrl>,
    /// The stylesheet for browsers, relative to the feed.
    pub stylesheet: Option<String>,
    /// RSS `language`, Atom `xml:lang`, JSON Feed `language`.
    pub language: String,
    /// The publisher of the feed. Atom `author`.
    pub author: String,
    /// A small image. RSS `image`, Atom `icon`, JSON Feed `icon`.
    pub icon: Option<Image>,
    /// What directories of podcasts show, if an entry has audio. RSS `itunes:…`.
    pub podcast: Option<Podcast>,
    /// The last change of an entry, not the time of the build. RSS `lastBuildDate`, Atom
    /// `updated` (RFC 4287, 4.2.15).
    pub updated: Timestamp,
    /// Newest first.
    pub entries: Vec<Arc<Entry>>,
}

/// What a feed takes from its articles beside their entries.
#[derive(Clone, Debug, Default)]
pub struct GroupFacts {
    /// The name of the group as its newest article writes it, in plain text.
    pub(crate) name: String,
    /// The newest logo, if the articles have the provider in common.
    pub(crate) icon: Option<Image>,
}

impl GroupFacts {
    /// The facts of a group from its articles, newest first.
    pub fn new<'a>(
        site: &Site,
        by: Grouping,
        slug: &FeedSlug,
        mut articles: impl Iterator<Item = &'a Article> + Clone,
    ) -> GroupFacts {
        let icon = articles.clone().find_map(|article| icon(site, by, article));
        let name = articles.next().and_then(|newest| by.group_name(newest, slug));
        GroupFacts { name: name.unwrap_or_default(), icon }
    }
}

/// The logo of the provider of an article, if the articles of a feed have the provider in common.
pub(crate) fn icon(site: &Site, by: Grouping, article: &Article) -> Option<Image> {
    let mut logos = article.provider.images.iter().filter(|_| by.has(GroupKey::Provider));
    logos.find_map(|logo| Image::from_media(logo, site))
}

/// The namespace of the ids of feeds. It never changes: the ids depend on it.
const FEEDS: Uuid = Uuid::from_u128(0x1d2a_5c3e_8b47_5f60_b1a9_6e0c_94d7_32ef);

/// The name of the feed of all articles.
const ALL: &str = "All articles";

impl Feed {
    /// Makes the feed of a group from the entries of its articles, newest first; `None` without
    /// entries.
    pub fn assemble(
        site: &Site,
        feed_set: &FeedSet,
        slug: &FeedSlug,
        facts: GroupFacts,
        entries: Vec<Arc<Entry>>,
    ) -> Option<Feed> {
        let newest = entries.first()?;
        let by = feed_set.by;
        let GroupFacts { name: group, icon } = facts;
        let title = title(site, feed_set, &group);
        let location = feed_set.location(slug);
        Some(Feed {
            id: guid::from_name(&FEEDS, format!("{}/{slug}", by.name()).as_bytes()),
            name: if by.has(GroupKey::All) { ALL.to_owned() } else { group.clone() },
            description: site
                .description
                .clone()
                .or_else(|| description(site, by, &group))
                .filter(|description| *description != title),
            home: site.home(&location).unwrap_or_else(|| newest.link.root()),
            page: site.page_of(&location),
            base_url: site.base_url.clone(),
            hub: site.hub.clone(),
            stylesheet: site.index.then(|| stylesheet(&location)),
            language: language(site, by, newest),
            author: site.title.clone().unwrap_or_else(|| match by {
                Grouping::One(GroupKey::Provider) => group,
                _ => title.clone(),
            }),
            icon,
            podcast: entries
                .iter()
                .any(|entry| entry.audio().is_some())
                .then(|| site.podcast.clone()),
            updated: entries.iter().map(|entry| entry.updated).max()?,
            entries,
            location,
            title,
        })
    }
}

/// The language of a feed: that of its articles, if they have one in common.
fn language(site: &Site, by: Grouping, newest: &Entry) -> String {
    let own = newest.language.as_ref().filter(|_| by.has(GroupKey::Language));
    own.unwrap_or(&site.language).clone()
}

/// The path of the stylesheet relative to a feed.
fn stylesheet(location: &str) -> String {
    "../".repeat(location.matches('/').count()) + STYLESHEET
}

/// The title of a feed: the template of the feed set, else the names of the group and the site.
fn title(site: &Site, feed_set: &FeedSet, group: &str) -> String {
    let site_title = site.title.as_deref().unwrap_or_default();
    let template = feed_set.title.as_deref().unwrap_or_default();
    let title = fill(template, group, site_title);
    if !title.is_empty() {
        return title;
    }
    match (feed_set.by, site_title) {
        (Grouping::One(GroupKey::All), "") => ALL.to_owned(),
        (Grouping::One(GroupKey::All), site_title) => site_title.to_owned(),
        (_, "") => group.to_owned(),
        (_, site_title) => format!("{group} – {site_title}"),
    }
}

/// The description of a feed of a site without one; `None` if there is nothing to say, or no words
/// of its language.
fn description(site: &Site, by: Grouping, group: &str) -> Option<String> {
    let key = match by {
        Grouping::One(GroupKey::All) => "all",
        Grouping::One(GroupKey::Author | GroupKey::Provider) => "by",
        Grouping::One(GroupKey::Language) => return None,
        Grouping::One(GroupKey::Type) => "type",
        _ => "about",
    };
    let site_title = site.title.as_deref().unwrap_or_default();
    let from = if site_title.is_empty() { "" } else { "-from" };
    let template = words::template(&site.language, &format!("{key}{from}"))?;
    Some(fill(template, group, site_title))
}

/// Replaces the placeholders of a title or a description. A name that contains a placeholder is not replaced again.
fn fill(template: &str, group: &str, site_title: &str) -> String {
    let pieces = template.split("{name}").map(|piece| piece.replace("{site}", site_title));
    pieces.collect::<Vec<_>>().join(group).trim().to_owned()
}
