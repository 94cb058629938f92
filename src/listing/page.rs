//! The page: every feed with its addresses, to be sent to people. One file that needs no other and
//! asks no other host for anything; without JavaScript only the search and the copying are missing.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{Folder, best, title};
use crate::feed::site::{LIST, Site};
use crate::format::{Format, RenderError};
use crate::listing::Outline;

#[derive(Template)]
#[template(path = "page.html", config = "src/listing/askama.toml")]
struct Page<'a> {
    site: &'a Site,
    title: &'a str,
    folders: &'a [Folder<'a>],
    formats: &'a [Format],
    list: &'static str,
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
}

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn render(
    site: &Site,
    formats: &[Format],
    folders: &[Folder<'_>],
) -> Result<Vec<u8>, RenderError> {
    let page = Page {
        site,
        title: title(site),
        folders,
        formats,
        list: LIST,
        style: STYLE,
        style_hash: source_hash(STYLE),
        script: SCRIPT,
        script_hash: source_hash(SCRIPT),
    };
    page.render().map(String::into_bytes).map_err(|error| RenderError::new("HTML", error))
}

impl Page<'_> {
    fn count(&self) -> usize {
        self.folders.iter().map(|folder| folder.outlines.len()).sum()
    }

    /// Each feed once, in the format that most readers know, for a reader that is given the address
    /// of the page.
    fn alternates(&self) -> impl Iterator<Item = (&str, &Outline, &str)> {
        let outlines = self.folders.iter().flat_map(|folder| &folder.outlines);
        let best = best(self.formats);
        outlines.filter_map(move |outline| {
            let (format, file) = (self.formats.get(best)?, outline.files.get(best)?);
            Some((format.media_type(), *outline, file.as_str()))
        })
    }

    fn files<'o>(&self, outline: &'o Outline) -> impl Iterator<Item = (Format, &'o str)> {
        self.formats.iter().copied().zip(outline.files.iter().map(String::as_str))
    }
}

/// The hash of a style or script that stands on lines of its own in the page, as a policy names it
/// (Content Security Policy Level 3, "hash-source").
fn source_hash(lines: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(format!("\n{lines}"))))
}
