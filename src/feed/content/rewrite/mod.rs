//! Rewrites HTML of which a sanitiser would lose the meaning: hidden parts, lazy pictures, players,
//! formulas, drawings, and the places that templates left empty.
//!
//! Most bodies need nothing of it, and are not parsed here.

mod decoration;
mod formula;
mod holes;
mod picture;
mod player;

pub(super) use self::holes::HOLE;
use crate::types::{dom::Document, url::WebUrl};

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

/// Whether an address can be that of a file on the web.
fn is_address(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let has_other_scheme = scheme.is_some_and(|scheme| {
        scheme.chars().all(|c| c.is_ascii_alphanumeric()) && !matches!(&*scheme, "http" | "https")
    });
    !url.is_empty() && !url.starts_with('#') && !has_other_scheme && !url.contains(HOLE)
}
