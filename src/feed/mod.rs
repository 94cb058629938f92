//! Feeds: what subscribers get, the same in every format. A feed is valid by construction, whatever
//! its articles hold, so that rendering cannot fail.

pub mod content;
mod entry;
pub(crate) mod group;
mod media;
mod selection;
pub(crate) mod site;

use std::sync::Arc;

use uuid::Uuid;

pub use self::entry::{Author, Category, Content, Entry, RelatedLink, Source};
pub use self::group::{FeedSet, Grouping};
pub use self::media::{Image, Video};
pub use self::selection::Selection;
pub use self::site::Site;

use self::site::STYLESHEET;
use crate::article::Article;
use crate::article::GroupKey;
use crate::types::date::Timestamp;
use crate::types::id;
use crate::types::slug::{FeedSlug, FeedSlugs};
use crate::types::url::WebUrl;

/// One feed: RSS `channel`, Atom `feed`, JSON Feed top level.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Permanent identity, from kind and name alone. Atom `id` (RFC 4287, 4.2.6).
    pub id: Uuid,
    /// The file without its extension, relative to the output folder: `topic/ai`.
    pub location: String,
    /// The name of the group as its newest article writes it, in plain text.
    pub name: String,
    /// RSS, Atom and JSON Feed `title`.
    pub title: String,
    /// RSS `description`, Atom `subtitle`, JSON Feed `description`.
    pub description: String,
    /// A page for people. RSS `link`, Atom `link rel="alternate"`, JSON Feed `home_page_url`.
    pub home: WebUrl,
    /// Where the output folder is served, for the feed's link to itself.
    pub base_url: Option<WebUrl>,
    /// A WebSub hub. RSS and Atom `link rel="hub"`, JSON Feed `hubs`.
    pub hub: Option<WebUrl>,
    /// The stylesheet for browsers, relative to the feed.
    pub stylesheet: Option<String>,
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

/// Names the identities of feeds. It never changes: feed ids depend on it.
const FEEDS: Uuid = Uuid::from_u128(0x1d2a_5c3e_8b47_5f60_b1a9_6e0c_94d7_32ef);

impl Feed {
    /// The feed of a group, from its articles and their entries in the same order, newest first.
    ///
    /// `None` if there are none.
    pub fn assemble(
        site: &Site,
        kind: &FeedSet,
        name: &FeedSlug,
        members: &[(&Article, Arc<Entry>)],
    ) -> Option<Feed> {
        let (newest, newest_entry) = members.first()?;
        let groups = kind.by.groups(newest, &mut FeedSlugs::default());
        let written = groups.into_iter().find(|(feed, _)| feed == name);
        let group = written.map(|(_, name)| name).unwrap_or_default();
        let title = title(site, kind, &group);
        let newest_link = &newest_entry.link;
        let logos = members.iter().map(|(article, _)| &article.provider.images);
        Some(Feed {
            id: id::of_name(&FEEDS, format!("{}/{name}", kind.by.name()).as_bytes()),
            location: kind.location(name),
            name: match kind.by {
                Grouping::One(GroupKey::All) => ALL.to_owned(),
                _ => group.clone(),
            },
            description: site.description.clone().unwrap_or_else(|| title.clone()),
            home: site.home().unwrap_or_else(|| newest_link.root()),
            base_url: site.base_url.clone(),
            hub: site.hub.clone(),
            stylesheet: site.index.then(|| stylesheet(&kind.location(name))),
            language: site.language.clone(),
            author: site.title.clone().unwrap_or_else(|| match kind.by {
                Grouping::One(GroupKey::Provider) => group.clone(),
                _ => title.clone(),
            }),
            icon: if kind.by.has(GroupKey::Provider) {
                logos.flatten().find_map(|logo| Image::of(logo, site))
            } else {
                None
            },
            updated: members.iter().map(|(_, entry)| entry.updated).max()?,
            entries: members.iter().map(|(_, entry)| Arc::clone(entry)).collect(),
            title,
        })
    }
}

/// What the feed of all articles is called.
const ALL: &str = "All articles";

/// The way from a feed to the stylesheet.
fn stylesheet(location: &str) -> String {
    "../".repeat(location.matches('/').count()) + STYLESHEET
}

/// The title of a feed: the template with the names filled in, whatever braces they hold.
fn title(site: &Site, kind: &FeedSet, group: &str) -> String {
    let site_title = site.title.as_deref().unwrap_or_default();
    let fill = |template: &str| {
        let mut title = String::new();
        let mut rest = template;
        while let Some((before, from_brace)) =
            rest.find('{').and_then(|at| rest.split_at_checked(at))
        {
            title.push_str(before);
            let filled = [("{name}", group), ("{site}", site_title)]
                .into_iter()
                .find_map(|(place, value)| Some((value, from_brace.strip_prefix(place)?)));
            let (value, after) =
                filled.unwrap_or(("{", from_brace.strip_prefix('{').unwrap_or_default()));
            title.push_str(value);
            rest = after;
        }
        title.push_str(rest);
        title.trim().to_owned()
    };
    let own = kind.title.as_deref().map(fill).filter(|title| !title.is_empty());
    own.unwrap_or_else(|| match (kind.by, site_title) {
        (Grouping::One(GroupKey::All), "") => ALL.to_owned(),
        (Grouping::One(GroupKey::All), site_title) => site_title.to_owned(),
        (_, "") => group.to_owned(),
        (_, site_title) => format!("{group} – {site_title}"),
    })
}
