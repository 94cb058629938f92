//! Rewrites HTML of which a sanitiser would lose the meaning: hidden parts, lazy pictures, players,
//! formulas, drawings, and the places that templates left empty.
//!
//! The only module that uses `dom_query`. Most bodies need nothing of it, and are not parsed here.

mod decoration;
mod formula;
mod holes;
mod picture;
mod player;

use dom_query::{Document, NodeRef};

pub(super) use self::holes::HOLE;
use crate::types::url::WebUrl;

/// HTML that says without scripts and styles what it said with them.
pub(super) fn rewrite(html: &str, base: &WebUrl) -> String {
    let document = Document::fragment(picture::with_image_fallbacks(html));
    decoration::remove(&document);
    formula::rewrite(&document);
    picture::rewrite(&document);
    player::rewrite(&document, base);
    if html.contains(HOLE) || html.contains(holes::ENCODED) {
        holes::close(&document);
    }
    document.html_root().inner_html().to_string()
}

/// The elements that match a selector, in order.
fn all<'d>(document: &'d Document, selector: &str) -> Vec<NodeRef<'d>> {
    document.select(selector).nodes().to_vec()
}

/// The value of an attribute without white space around it; empty if there is none.
fn attribute(node: &NodeRef<'_>, name: &str) -> String {
    node.attr(name).map(|value| value.trim().to_owned()).unwrap_or_default()
}

/// The first attribute that is not empty.
fn first_attribute(node: &NodeRef<'_>, names: &[&str]) -> Option<String> {
    names.iter().map(|name| attribute(node, name)).find(|value| !value.is_empty())
}

/// Whether an address can be that of a file on the web.
fn is_address(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let has_other_scheme = scheme.is_some_and(|scheme| {
        scheme.chars().all(|c| c.is_ascii_alphanumeric()) && !matches!(&*scheme, "http" | "https")
    });
    !url.is_empty() && !url.starts_with('#') && !has_other_scheme
}
