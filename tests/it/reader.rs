//! An independent reader reads the same feeds and entries from every format.

use feed_rs::model::{Entry as ReadEntry, Feed as ReadFeed};
use feedmill::{Entry, Feed, Format, Timestamp};

use crate::golden;

fn read(feed: &Feed, format: Format) -> ReadFeed {
    let bytes = format.render(feed).unwrap();
    feed_rs::parser::parse(bytes.as_slice()).unwrap_or_else(|error| {
        panic!("{}: {error}", format.file(feed));
    })
}

#[test]
fn every_format_has_the_same_content() {
    for feed in golden::build().feeds {
        for format in Format::ALL {
            let read = read(&feed, format);
            let file = format.file(&feed);
            assert_eq!(read.title.unwrap().content, feed.title, "{file}");
            assert!(read.links.iter().any(|link| link.href == feed.home.as_str()), "{file}");
            assert_eq!(read.entries.len(), feed.entries.len(), "{file}");
            for (read, entry) in read.entries.iter().zip(&feed.entries) {
                assert_same(read, entry, format, &file);
            }
        }
    }
}

fn assert_same(read: &ReadEntry, entry: &Entry, format: Format, file: &str) {
    let title = format!("{file}: {}", entry.title);
    let instant = |date: Option<chrono::DateTime<chrono::Utc>>| {
        date.map(|date| Timestamp::parse(&date.to_rfc3339()).unwrap().to_rfc3339())
    };
    assert_eq!(read.id, entry.id.urn().to_string(), "{title}");
    assert_eq!(read.title.as_ref().unwrap().content, entry.title, "{title}");
    assert_eq!(instant(read.published), Some(entry.published.to_rfc3339()), "{title}");
    assert!(read.links.iter().any(|link| link.href == entry.link.as_str()), "{title}");
    for related in &entry.related {
        let listed = read.links.iter().any(|link| link.href == related.url.as_str());
        // The reader reads such links only from Atom.
        assert!(listed || format != Format::Atom, "{title}");
    }
    let summary = &read.summary.as_ref().unwrap().content;
    match format {
        // A description is HTML.
        Format::Rss => assert_eq!(htmlize::unescape(summary), entry.summary, "{title}"),
        _ => assert_eq!(*summary, entry.summary, "{title}"),
    }
    let content = read.content.as_ref().and_then(|content| content.body.as_deref());
    assert_eq!(content.map(str::trim), Some(entry.content.trim()), "{title}");
    let authors: Vec<&str> =
        read.authors.iter().filter_map(|author| author.name.as_deref()).collect();
    let expected: Vec<&str> = entry.authors.iter().map(|author| author.name.as_str()).collect();
    match format {
        Format::Rss => assert_eq!(authors, [expected.join(", ")], "{title}"),
        _ => assert_eq!(authors, expected, "{title}"),
    }
    let terms: Vec<&str> = read.categories.iter().map(|category| &*category.term).collect();
    assert_eq!(terms, entry.categories, "{title}");
    let labels = read.categories.iter().filter_map(|category| category.label.as_deref());
    assert!(labels.eq(terms) || format != Format::Atom, "{title}");
    if format != Format::Json {
        let media = read.media.iter().flat_map(|media| &media.content);
        let count = media.filter_map(|content| content.url.as_ref()).count();
        let others = entry.images.len() + entry.files.len().saturating_sub(1);
        // The reader takes an enclosure of RSS for media if there is no other.
        let is_alone = format == Format::Rss && others == 0;
        assert_eq!(count, if is_alone { entry.files.len() } else { others }, "{title}");
    }
}
