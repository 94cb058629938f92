//! OPML 2.0: the list that a reader imports. One level of folders, since readers lose deeper ones,
//! and no date, so that it only changes when a feed comes, goes or gets another title.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Folder, best, title};
use crate::feed::site::Site;
use crate::format::{Format, GENERATOR, RenderError};
use crate::listing::Outline;
use crate::types::text;

pub(super) fn render(
    site: &Site,
    formats: &[Format],
    folders: &[Folder<'_>],
) -> Result<Vec<u8>, RenderError> {
    let mut bytes =
        write(site, formats, folders).map_err(|error| RenderError::new("OPML", error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn write(site: &Site, formats: &[Format], folders: &[Folder<'_>]) -> std::io::Result<Vec<u8>> {
    // Two formats of a feed would be two subscriptions.
    let best = best(formats);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    // OPML has no element for its generator. The publisher knows the file by it.
    writer.write_event(Event::Comment(BytesText::new(&format!(" generator: {GENERATOR} "))))?;
    writer.create_element("opml").with_attribute(("version", "2.0")).write_inner_content(
        |opml| {
            opml.create_element("head").write_inner_content(|head| {
                head.create_element("title").write_text_content(BytesText::new(title(site)))?;
                Ok(())
            })?;
            opml.create_element("body").write_inner_content(|body| {
                for folder in folders {
                    let feeds = |body: &mut Writer<Vec<u8>>| {
                        folder.outlines.iter().try_for_each(|feed| outline(body, site, feed, best))
                    };
                    match folder.title() {
                        // Liferea takes a folder with a type for a feed.
                        Some(title) => body
                            .create_element("outline")
                            .with_attributes([("text", &*title), ("title", &*title)])
                            .write_inner_content(feeds)
                            .map(drop)?,
                        None => feeds(body)?,
                    }
                }
                Ok(())
            })?;
            Ok(())
        },
    )?;
    Ok(writer.into_inner())
}

/// Some readers name a file by the title of a feed.
const TITLE_CHARS: usize = 100;

/// Some readers want `text`, others `title`.
fn outline(
    body: &mut Writer<Vec<u8>>,
    site: &Site,
    feed: &Outline,
    format: usize,
) -> std::io::Result<()> {
    let Some(file) = feed.files.get(format) else { return Ok(()) };
    let address = site.base_url.as_ref().and_then(|base| base.join(file).ok());
    let address = address.as_ref().map_or(file.as_str(), |address| address.as_str());
    let title = text::truncate(&feed.title, TITLE_CHARS);
    // Without a page of the site there would be that of the newest article, now this and now that.
    let home = site.home().map(|_| ("htmlUrl", feed.home.as_str()));
    body.create_element("outline")
        .with_attributes([
            ("type", "rss"),
            ("text", &title),
            ("title", &title),
            ("xmlUrl", address),
        ])
        .with_attributes(home)
        .write_empty()
        .map(drop)
}
