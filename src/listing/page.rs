//! The page that lists every feed with its addresses, for people.
//!
//! One file that refers to no other host; without JavaScript only the search and the copying are
//! missing.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{FeedList, LIST, Outline};
use crate::format::Format;

#[derive(Template)]
#[template(path = "page.html", config = "src/listing/askama.toml")]
pub(super) struct Page<'a> {
    pub(super) list: &'a FeedList<'a>,
}

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

impl Page<'_> {
    fn outlines(&self) -> impl Iterator<Item = &Outline> {
        self.list.folders.iter().flat_map(|folder| folder.outlines.iter().copied())
    }

    /// The files of a feed and their formats.
    fn files<'o>(&self, outline: &'o Outline) -> impl Iterator<Item = (Format, &'o str)> {
        self.list.formats.iter().copied().zip(outline.files.iter().map(String::as_str))
    }

    /// The file of a feed in the format that most readers support.
    fn preferred_file<'o>(&self, outline: &'o Outline) -> Option<(Format, &'o str)> {
        self.files(outline).nth(self.list.preferred)
    }
}

/// The hash of a style or script on lines of its own, as the policy of the page names it (Content
/// Security Policy Level 3, "hash-source").
fn source_hash(lines: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(format!("\n{lines}"))))
}
