//! JSON Feed 1.1, without null, empty texts and empty lists.
//!
//! The feed itself has no `authors`: they stand for items without any, but each item has some, and
//! readers add those of the feed to them.

use serde::Serialize;
use serde_json::{Value, json};

use super::{ForeignEntry, ForeignFeed, Format, FormatInfo, GENERATOR, Rendered};
use crate::feed::{Author, Entry, Feed};
use crate::types::url::WebUrl;

pub(super) const INFO: FormatInfo = FormatInfo {
    name: "json",
    label: "JSON",
    extension: "json",
    media_type: "application/feed+json",
    mark: "\"generator\": \"feedmill\"",
    preference: 2,
    render,
    read,
};

fn read(bytes: &[u8]) -> Option<ForeignFeed> {
    let feed: Value = serde_json::from_slice(bytes).ok()?;
    let items = feed.get("items")?.as_array()?.iter().map(|item| {
        let texts = |keys: &[&str]| keys.iter().find_map(|key| item.get(key)?.as_str());
        let text = |keys: &[&str]| texts(keys).unwrap_or_default().to_owned();
        let entry = ForeignEntry {
            title: text(&["title"]),
            link: text(&["url", "external_url", "id"]),
            content: text(&["content_html", "content_text", "summary"]),
            ..ForeignEntry::default()
        };
        entry.dated(&text(&["date_published", "date_modified"]))
    });
    let title = feed.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(ForeignFeed { title, entries: items.collect() })
}

fn render(feed: &Feed) -> Rendered {
    Ok(serde_json::to_vec_pretty(&document(feed))?)
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a str>,
    language: &'a str,
    /// Services that announce new items ("Subscribing to Real-time Notifications").
    #[serde(skip_serializing_if = "Option::is_none")]
    hubs: Option<Value>,
    /// The generator, for which JSON Feed has no key.
    #[serde(rename = "_feedmill")]
    mark: Value,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    url: &'a str,
    title: &'a str,
    content_html: &'a str,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    authors: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    #[serde(rename = "_feedmill", skip_serializing_if = "Own::is_empty")]
    own: Own<'a>,
}

#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u32>,
}

/// Values for which JSON Feed has no key (JSON Feed 1.1, "Extensions").
#[derive(Serialize)]
struct Own<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    original_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    title: &'a str,
    url: &'a str,
}

impl Own<'_> {
    fn is_empty(&self) -> bool {
        self.original_url.is_none() && self.related.is_empty()
    }
}

fn document(feed: &Feed) -> Document<'_> {
    Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: feed.home.as_str(),
        feed_url: Format::Json.address(feed).map(|url| url.to_string()),
        description: feed.description.as_deref(),
        icon: feed.icon.as_ref().map(|icon| icon.url.as_str()),
        language: &feed.language,
        hubs: feed.hub.as_ref().map(|hub| json!([{ "type": "WebSub", "url": hub.as_str() }])),
        mark: json!({ "generator": GENERATOR }),
        items: feed
            .entries
            .iter()
            .map(|entry| Item { language: entry.own_language(&feed.language), ..item(entry) })
            .collect(),
    }
}

fn item(entry: &Entry) -> Item<'_> {
    let changed = entry.updated != entry.published;
    let attachments = entry.files.iter().map(|file| Attachment {
        url: file.url.as_str(),
        mime_type: &file.media_type,
        size_in_bytes: file.bytes,
        duration_in_seconds: file.seconds,
    });
    let related = entry.related.iter();
    let related =
        related.map(|related| Related { title: &related.title, url: related.url.as_str() });
    Item {
        id: entry.id.urn().to_string(),
        url: entry.link.as_str(),
        title: &entry.title,
        content_html: &entry.content,
        summary: &entry.summary,
        language: None,
        image: entry.images.first().map(|image| image.url.as_str()),
        date_published: entry.published.to_rfc3339(),
        date_modified: changed.then(|| entry.updated.to_rfc3339()),
        authors: entry.authors.iter().map(person).collect(),
        tags: entry.categories.iter().map(String::as_str).collect(),
        attachments: attachments.collect(),
        own: Own {
            original_url: entry.via.as_ref().map(WebUrl::as_str),
            related: related.collect(),
        },
    }
}

fn person(author: &Author) -> Person<'_> {
    Person {
        name: &author.name,
        url: author.url.as_ref().map(WebUrl::as_str),
        avatar: author.avatar.as_ref().map(WebUrl::as_str),
    }
}
