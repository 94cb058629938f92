//! RSS 2.0, with the elements of Atom, Content, Dublin Core and Media RSS that readers use, and those
//! of iTunes that podcast programs use. The only module that uses the `rss` crate.
//!
//! The crate writes descriptions as CDATA, and `&` in titles as `&amp;`, where the RSS profile prefers
//! `&#x26;`. Readers show the same; a validator only remarks on a title about markup.

use std::collections::BTreeMap;

use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::itunes::{
    ITunesCategory, ITunesChannelExtension, ITunesItemExtension, ITunesOwner,
};
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Image, Item, Source};

use super::{
    ForeignEntry, ForeignFeed, Format, FormatInfo, GENERATOR, MEDIA_NAMESPACE, Rendered, XML_MARK,
    add_stylesheet, media_extensions,
};
use crate::feed::{self, Author, Entry, Feed, MediaFile};
use crate::types::{text::escape_text, url::WebUrl};

pub(super) const INFO: FormatInfo = FormatInfo {
    name: "rss",
    label: "RSS",
    extension: "rss.xml",
    media_type: "application/rss+xml",
    mark: XML_MARK,
    preference: 0,
    render,
    read,
};

fn read(bytes: &[u8]) -> Option<ForeignFeed> {
    let channel = Channel::read_from(bytes).ok()?;
    let entries = channel.items.into_iter().map(|item| {
        let identity = item.guid.filter(|guid| guid.permalink).map(|guid| guid.value);
        let dublin_core = item.dublin_core_ext.and_then(|dc| dc.dates.into_iter().next());
        let entry = ForeignEntry {
            title: item.title.unwrap_or_default(),
            link: item.link.or(identity).unwrap_or_default(),
            content: item.content.or(item.description).unwrap_or_default(),
            ..ForeignEntry::default()
        };
        entry.dated(&item.pub_date.or(dublin_core).unwrap_or_default())
    });
    Some(ForeignFeed { title: channel.title, entries: entries.collect() })
}

fn render(feed: &Feed) -> Rendered {
    Ok(add_stylesheet(feed, channel(feed).pretty_write_to(Vec::new(), b' ', 2)?))
}

fn channel(feed: &Feed) -> Channel {
    let items: Vec<Item> = feed
        .entries
        .iter()
        .map(|entry| in_language(entry.own_language(&feed.language), item(entry)))
        .collect();
    // The crate declares the other namespaces, but not these.
    let mut namespaces = BTreeMap::new();
    for (prefix, namespace) in [("atom", ATOM_NAMESPACE), ("media", MEDIA_NAMESPACE)] {
        if items.iter().any(|item| item.extensions.contains_key(prefix)) {
            namespaces.insert(prefix.to_owned(), namespace.to_owned());
        }
    }
    let own = Format::Rss.address(feed).map(|url| Link {
        mime_type: Some(Format::Rss.media_type().to_owned()),
        ..link("self", &url)
    });
    let hub = feed.hub.as_ref().map(|hub| link("hub", hub));
    Channel {
        title: feed.title.clone(),
        link: feed.home.to_string(),
        description: feed.description.as_ref().unwrap_or(&feed.title).clone(),
        language: Some(feed.language.clone()),
        last_build_date: Some(feed.updated.to_rfc822()),
        generator: Some(GENERATOR.to_owned()),
        // A validator does not recognize the address with `https`, and then rejects extensions.
        docs: Some("http://www.rssboard.org/rss-specification".to_owned()),
        image: image(feed),
        atom_ext: atom(own.into_iter().chain(hub)),
        itunes_ext: podcast(feed),
        namespaces,
        items,
        ..Channel::default()
    }
}

/// The image of the channel: readers expect PNG, JPEG or GIF of at most 144 x 400 pixels.
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
    let related = entry.related.iter().map(|related| Link {
        title: Some(related.title.clone()),
        ..link("related", &related.url)
    });
    let via = entry.via.iter().map(|url| link("via", url));
    Item {
        title: Some(entry.title.clone()),
        link: Some(entry.link.to_string()),
        // Readers parse a description as HTML.
        description: Some(escape_text(&entry.summary).into_owned()),
        content: Some(entry.content.clone()),
        categories: entry.categories.iter().map(|name| category(name)).collect(),
        guid: Some(Guid { value: entry.id.urn().to_string(), permalink: false }),
        pub_date: Some(entry.published.to_rfc822()),
        source: entry
            .source
            .as_ref()
            .map(|source| Source { url: source.url.to_string(), title: Some(source.name.clone()) }),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: vec![creator(&entry.authors)],
            ..DublinCoreExtension::default()
        }),
        atom_ext: atom(via.chain(related)),
        enclosure: entry.files.first().map(enclosure),
        itunes_ext: episode(entry),
        extensions: extensions(entry),
        ..Item::default()
    }
}

/// States the language of an item that is in another one than its feed.
fn in_language(language: Option<&str>, mut item: Item) -> Item {
    if let (Some(language), Some(terms)) = (language, &mut item.dublin_core_ext) {
        terms.languages.push(language.to_owned());
    }
    item
}

/// The names of all authors as one: of several creators, many readers show only one.
fn creator(authors: &[Author]) -> String {
    authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A length of 0 says that it is unknown.
fn enclosure(file: &MediaFile) -> Enclosure {
    Enclosure {
        url: file.url.to_string(),
        length: file.bytes.unwrap_or(0).to_string(),
        mime_type: file.media_type.to_string(),
    }
}

/// What directories of podcasts ask for about a feed with audio.
fn podcast(feed: &Feed) -> Option<ITunesChannelExtension> {
    let podcast = feed.podcast.as_ref()?;
    let author = podcast.author.as_ref().unwrap_or(&feed.author);
    let category = |text: &String, subcategory| ITunesCategory { text: text.clone(), subcategory };
    let categories = podcast.category.iter().map(|(text, inner)| {
        category(text, inner.as_ref().map(|inner| Box::new(category(inner, None))))
    });
    Some(ITunesChannelExtension {
        author: Some(author.clone()),
        categories: categories.collect(),
        image: podcast.image.as_ref().map(ToString::to_string),
        explicit: Some(podcast.explicit.to_string()),
        owner: podcast
            .email
            .clone()
            .map(|email| ITunesOwner { name: Some(author.clone()), email: Some(email) }),
        r#type: Some("episodic".to_owned()),
        ..ITunesChannelExtension::default()
    })
}

/// What podcast programs show about an entry with audio.
fn episode(entry: &Entry) -> Option<ITunesItemExtension> {
    let audio = entry.audio()?;
    // Other pictures are refused.
    let is_cover =
        |image: &&feed::Image| matches!(image.media_type, Some("image/jpeg" | "image/png"));
    Some(ITunesItemExtension {
        duration: audio.seconds.map(|seconds| seconds.to_string()),
        image: entry.images.iter().find(is_cover).map(|image| image.url.to_string()),
        explicit: entry.explicit.map(|explicit| explicit.to_string()),
        ..ITunesItemExtension::default()
    })
}

fn category(name: &str) -> Category {
    Category { name: name.to_owned(), domain: None }
}

fn link(rel: &str, url: &WebUrl) -> Link {
    Link { href: url.to_string(), rel: rel.to_owned(), ..Link::default() }
}

fn atom(links: impl Iterator<Item = Link>) -> Option<AtomExtension> {
    let links: Vec<Link> = links.collect();
    (!links.is_empty()).then_some(AtomExtension { links })
}

fn extensions(entry: &Entry) -> ExtensionMap {
    let element = |name, attrs| Extension { name, attrs, ..Extension::default() };
    let mut extensions = media_extensions(entry, str::to_owned, element);
    // RSS has no date of change.
    if entry.updated != entry.published {
        let (name, value) = ("atom:updated".to_owned(), Some(entry.updated.to_rfc3339()));
        let updated = Extension { name, value, ..Extension::default() };
        extensions.insert("atom".to_owned(), [("updated".to_owned(), vec![updated])].into());
    }
    extensions
}

const ATOM_NAMESPACE: &str = "http://www.w3.org/2005/Atom";
