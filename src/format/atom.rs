//! Atom 1.0 (RFC 4287), with Media RSS. The only module that uses the `atom_syndication` crate.
//!
//! The crate writes UTC as `+00:00`, which is the same instant as `Z`. It does not escape the
//! attributes of extensions, so this module does.

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{
    Category, Content, Entry as AtomEntry, Feed as AtomFeed, Generator, Link, Person, Text,
    WriteConfig,
};

use super::{
    ForeignEntry, ForeignFeed, Format, FormatInfo, GENERATOR, MEDIA_NAMESPACE, Rendered, XML_MARK,
    add_stylesheet, media_extensions,
};
use crate::feed::{Author, Entry, Feed};
use crate::types::text::escape;

pub(super) const INFO: FormatInfo = FormatInfo {
    name: "atom",
    label: "Atom",
    extension: "atom.xml",
    media_type: "application/atom+xml",
    mark: XML_MARK,
    preference: 1,
    render,
    read,
};

fn read(bytes: &[u8]) -> Option<ForeignFeed> {
    let feed = AtomFeed::read_from(bytes).ok()?;
    let entries = feed.entries.into_iter().map(|entry| {
        let alternate = entry.links.iter().find(|link| link.rel == "alternate");
        let content = entry.content.and_then(|content| content.value);
        let date = entry.published.unwrap_or(entry.updated).to_rfc3339();
        let found = ForeignEntry {
            link: alternate.map_or_else(|| entry.id.clone(), |link| link.href.clone()),
            title: entry.title.value,
            content: content.or(entry.summary.map(|text| text.value)).unwrap_or_default(),
            ..ForeignEntry::default()
        };
        found.dated(&date)
    });
    Some(ForeignFeed { title: feed.title.value, entries: entries.collect() })
}

fn render(feed: &Feed) -> Rendered {
    let config = WriteConfig { write_document_declaration: false, indent_size: Some(2) };
    let xml = document(feed).write_with_config(XML_DECLARATION.as_bytes().to_vec(), config)?;
    Ok(add_stylesheet(feed, xml))
}

/// The declaration of the crate would not name the encoding.
const XML_DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

fn document(feed: &Feed) -> AtomFeed {
    let entries: Vec<AtomEntry> = feed
        .entries
        .iter()
        .map(|own| in_language(own.own_language(&feed.language), entry(own)))
        .collect();
    let has_media = entries.iter().any(|entry| !entry.extensions.is_empty());
    let media = ("media".to_owned(), MEDIA_NAMESPACE.to_owned());
    let address = Format::Atom.address(feed);
    let own = address.map(|url| link("self", url.as_str(), Some(Format::Atom.media_type())));
    let home = link("alternate", feed.home.as_str(), Some("text/html"));
    let hub = feed.hub.as_ref().map(|hub| link("hub", hub.as_str(), None));
    AtomFeed {
        title: Text::plain(feed.title.clone()),
        id: feed.id.urn().to_string(),
        updated: feed.updated.to_fixed(),
        authors: vec![Person { name: feed.author.clone(), ..Person::default() }],
        generator: Some(Generator { value: GENERATOR.to_owned(), ..Generator::default() }),
        icon: feed.icon.as_ref().map(|icon| icon.url.to_string()),
        // Some programs take the first link for the page.
        links: [home].into_iter().chain(own).chain(hub).collect(),
        subtitle: feed.description.clone().map(Text::plain),
        namespaces: has_media.then_some(media).into_iter().collect(),
        lang: Some(feed.language.clone()),
        entries,
        ..AtomFeed::default()
    }
}

fn entry(entry: &Entry) -> AtomEntry {
    let mut links = vec![link("alternate", entry.link.as_str(), Some("text/html"))];
    links.extend(entry.via.iter().map(|url| link("via", url.as_str(), None)));
    links.extend(entry.related.iter().map(|related| Link {
        title: Some(related.title.clone()),
        ..link("related", related.url.as_str(), None)
    }));
    links.extend(entry.files.first().map(|file| Link {
        length: file.bytes.map(|bytes| bytes.to_string()),
        ..link("enclosure", file.url.as_str(), Some(&file.media_type))
    }));
    AtomEntry {
        title: Text::plain(entry.title.clone()),
        id: entry.id.urn().to_string(),
        updated: entry.updated.to_fixed(),
        published: Some(entry.published.to_fixed()),
        authors: entry.authors.iter().map(person).collect(),
        categories: entry.categories.iter().map(|name| category(name)).collect(),
        links,
        summary: Some(Text::plain(entry.summary.clone())),
        content: Some(Content {
            value: Some(entry.content.clone()),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        extensions: extensions(entry),
        ..AtomEntry::default()
    }
}

/// States the language of an entry at its texts, since the crate writes none at the entry.
fn in_language(language: Option<&str>, mut entry: AtomEntry) -> AtomEntry {
    if let Some(language) = language {
        let texts = std::iter::once(&mut entry.title).chain(&mut entry.summary);
        texts.for_each(|text| text.lang = Some(language.to_owned()));
        if let Some(content) = &mut entry.content {
            content.lang = Some(language.to_owned());
        }
    }
    entry
}

fn person(author: &Author) -> Person {
    Person {
        name: author.name.clone(),
        uri: author.url.as_ref().map(ToString::to_string),
        ..Person::default()
    }
}

/// Many readers show the term. RFC 4287 has them show the label, so that is the same.
fn category(name: &str) -> Category {
    Category { term: name.to_owned(), label: Some(name.to_owned()), scheme: None }
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> Link {
    Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: media_type.map(str::to_owned),
        ..Link::default()
    }
}

fn extensions(entry: &Entry) -> ExtensionMap {
    media_extensions(
        entry,
        |value| escape(value).into_owned(),
        |name, attrs| Extension { name, attrs, ..Extension::default() },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_does_not_escape_attributes_of_extensions() {
        let name = "media:thumbnail".to_owned();
        let attrs = [("url".to_owned(), "https://e.org/?a&b".to_owned())].into();
        let extension = Extension { name, attrs, ..Extension::default() };
        let names = [("thumbnail".to_owned(), vec![extension])].into();
        let feed =
            AtomFeed { extensions: [("media".to_owned(), names)].into(), ..AtomFeed::default() };
        // When this fails, `extensions` above must stop escaping.
        assert!(feed.to_string().contains("?a&b"));
    }
}
