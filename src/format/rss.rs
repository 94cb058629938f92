//! RSS 2.0, with the elements of Atom, Content, Dublin Core and Media RSS that readers use. The
//! only module that uses the `rss` crate.
//!
//! The crate writes descriptions as CDATA and `&` in titles as `&amp;`, where the RSS profile would
//! rather have `&#x26;`. Readers see the same; a validator remarks on it only if a title really
//! talks about markup.

use std::collections::BTreeMap;

use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Guid, Image, Item, Source};

use super::{Format, GENERATOR, MEDIA_NAMESPACE, RenderError, media_elements, styled};
use crate::feed::Entry;
use crate::feed::Feed;
use crate::types::text::escape_text;

pub(super) fn render(feed: &Feed) -> Result<Vec<u8>, RenderError> {
    let mut bytes = channel(feed)
        .pretty_write_to(Vec::new(), b' ', 2)
        .map_err(|error| RenderError::new(Format::Rss.label(), error))?;
    bytes.push(b'\n');
    Ok(styled(feed, bytes))
}

fn channel(feed: &Feed) -> Channel {
    let items: Vec<Item> = feed.entries.iter().map(|entry| item(entry)).collect();
    // The crate declares the other namespaces itself, and these not at all.
    let mut namespaces = BTreeMap::new();
    for (prefix, namespace) in [("atom", ATOM_NAMESPACE), ("media", MEDIA_NAMESPACE)] {
        if items.iter().any(|item| item.extensions.contains_key(prefix)) {
            namespaces.insert(prefix.to_owned(), namespace.to_owned());
        }
    }
    let own = Format::Rss.address(feed).map(|address| Link {
        href: address.to_string(),
        rel: "self".to_owned(),
        mime_type: Some(Format::Rss.media_type().to_owned()),
        ..Link::default()
    });
    let hub = feed.hub.as_ref().map(|hub| Link {
        href: hub.to_string(),
        rel: "hub".to_owned(),
        ..Link::default()
    });
    let links: Vec<Link> = own.into_iter().chain(hub).collect();
    Channel {
        title: feed.title.clone(),
        link: feed.home.to_string(),
        description: feed.description.clone(),
        language: Some(feed.language.clone()),
        last_build_date: Some(feed.updated.to_rfc822()),
        generator: Some(GENERATOR.to_owned()),
        // With `https` a validator does not know the page, and doubts extensions of RSS 2.0.
        docs: Some("http://www.rssboard.org/rss-specification".to_owned()),
        image: image(feed),
        atom_ext: (!links.is_empty()).then_some(AtomExtension { links }),
        namespaces,
        items,
        ..Channel::default()
    }
}

/// The picture of the channel: readers want PNG, JPEG or GIF of at most 144 x 400 pixels.
fn image(feed: &Feed) -> Option<Image> {
    let icon = feed.icon.as_ref()?;
    let (width, height) = (icon.width?, icon.height?);
    let known = matches!(icon.media_type, Some("image/gif" | "image/jpeg" | "image/png"));
    (known && width <= 144 && height <= 400).then(|| Image {
        url: icon.url.to_string(),
        title: feed.title.clone(),
        link: feed.home.to_string(),
        width: Some(width.to_string()),
        height: Some(height.to_string()),
        description: None,
    })
}

fn item(entry: &Entry) -> Item {
    let names = entry.authors.iter().map(|author| author.name.clone());
    Item {
        title: Some(entry.title.clone()),
        link: Some(entry.link.to_string()),
        // Readers take a description for HTML.
        description: Some(escape_text(&entry.summary).into_owned()),
        content: Some(entry.content.clone()),
        categories: entry.categories.iter().map(category).collect(),
        guid: Some(Guid { value: entry.id.urn().to_string(), permalink: false }),
        pub_date: Some(entry.published.to_rfc822()),
        source: entry
            .source
            .as_ref()
            .map(|source| Source { url: source.url.to_string(), title: Some(source.name.clone()) }),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: names.collect(),
            ..DublinCoreExtension::default()
        }),
        atom_ext: links(entry),
        extensions: extensions(entry),
        ..Item::default()
    }
}

fn category(category: &crate::feed::Category) -> Category {
    Category { name: category.label.clone(), domain: None }
}

fn links(entry: &Entry) -> Option<AtomExtension> {
    let via = entry.via.iter().map(|url| Link {
        href: url.to_string(),
        rel: "via".to_owned(),
        ..Link::default()
    });
    let related = entry.related.iter().map(|link| Link {
        href: link.url.to_string(),
        rel: "related".to_owned(),
        title: Some(link.title.clone()),
        ..Link::default()
    });
    let links: Vec<Link> = via.chain(related).collect();
    (!links.is_empty()).then_some(AtomExtension { links })
}

fn extensions(entry: &Entry) -> ExtensionMap {
    let mut extensions = ExtensionMap::new();
    let mut add = |prefix: &str, name: &str, extension: Extension| {
        let names = extensions.entry(prefix.to_owned()).or_default();
        names.entry(name.to_owned()).or_default().push(extension);
    };
    // RSS has no date of change of its own.
    if entry.updated != entry.published {
        let value = Some(entry.updated.to_rfc3339());
        let name = "atom:updated".to_owned();
        add("atom", "updated", Extension { name, value, ..Extension::default() });
    }
    for (name, attrs) in media_elements(entry, str::to_owned) {
        let extension = Extension { name: format!("media:{name}"), attrs, ..Extension::default() };
        add("media", name, extension);
    }
    extensions
}

const ATOM_NAMESPACE: &str = "http://www.w3.org/2005/Atom";
