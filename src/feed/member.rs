//! The member of a group: all that its feed needs of an article, as one value that can be sent.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Entry, Grouping, Image, RelatedLink, Site, icon};
use crate::article::{Article, Related};
use crate::types::{FeedSlug, guid};

/// What the feed of a group needs of an article beside the entry, which is the same in all groups.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Member {
    /// The name of the group as the article writes it, in plain text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    /// The feed of its provider, if the feeds of the group's set limit providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
    /// The logo of its provider, if the group has the provider in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) icon: Option<Image>,
}

/// A link of an entry, until it is known which articles are private.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    link: RelatedLink,
    /// The keys of all addresses of the article that it leads to.
    keys: Vec<Uuid>,
}

/// An entry that does not have its related links yet.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenEntry {
    entry: Entry,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference>,
}

impl Member {
    pub(crate) fn new(
        site: &Site,
        by: Grouping,
        slug: &FeedSlug,
        provider: Option<&FeedSlug>,
        article: &Article,
    ) -> Member {
        Member {
            name: by.group_name(article, slug).unwrap_or_default(),
            provider: provider.map(FeedSlug::to_string),
            icon: icon(site, by, article),
        }
    }
}

impl OpenEntry {
    /// The entry of an article, whose related links are taken out unless they are hidden in any case.
    pub(crate) fn new(
        article: &Article,
        mut entry: Entry,
        is_hidden: impl Fn(&Related) -> bool,
    ) -> OpenEntry {
        entry.related = Vec::new();
        let references = article.related.iter().filter(|related| !is_hidden(related));
        let reference = |related: &Related| {
            let keys = related.addresses.iter().map(|address| guid::url_key(address)).collect();
            Some(Reference { link: RelatedLink::new(related)?, keys })
        };
        OpenEntry { entry, references: references.filter_map(reference).collect() }
    }

    /// The entry with links to those articles that are not private.
    pub(crate) fn close(self, is_private: impl Fn(&Uuid) -> bool) -> Entry {
        let OpenEntry { mut entry, references } = self;
        let public = references.into_iter().filter(|other| !other.keys.iter().any(&is_private));
        entry.related = RelatedLink::distinct_links(public.map(|other| other.link), &entry.link);
        entry
    }
}
