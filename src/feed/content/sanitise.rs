//! The sanitiser: whatever an article contains, its HTML runs and embeds nothing, and links only to
//! websites and, from a body, to mail addresses.
//!
//! The only module that uses `ammonia`. Images of one pixel stay: their size is often unknown, and
//! readers filter them.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};

use super::paragraphs;
use crate::types::{text, url::WebUrl};

/// Sanitises HTML until it no longer changes, so that the parser of a reader sees what ours saw:
/// cleverly broken HTML shows its meaning only at the second parsing.
pub(super) fn sanitise(html: &str, base: &WebUrl) -> String {
    let sanitiser = sanitiser(base);
    let sanitise_once = |html: &str| {
        let clean = sanitiser.clean(html).to_string();
        let clean = without_empty_images(&clean);
        // An entity can become a character that no feed may contain.
        text::remove_forbidden(&clean).trim().to_owned()
    };
    let mut html = Cow::Borrowed(html);
    for _ in 0..MAX_REPETITIONS {
        let clean = sanitise_once(&html);
        if clean == html.trim() {
            return clean;
        }
        html = Cow::Owned(clean);
    }
    sanitise_once(&paragraphs(&text::plain(&html)))
}

/// HTML that still changes after so many repetitions is reduced to its text.
const MAX_REPETITIONS: usize = 5;

/// Whether nobody knows where an address leads. An empty one would be that of the article itself, and
/// of one with a template only the site's own program knows.
fn is_unknown(address: &str) -> bool {
    let address = address.trim();
    let has = |mark| address.contains(mark);
    let is_template = has("{{") || has("{%") || has("%7B%7B") || has("%7B%");
    address.is_empty() || is_template || address.starts_with("@/")
}

/// HTML without images that have no address, which readers show as broken.
fn without_empty_images(html: &str) -> Cow<'_, str> {
    let has_address = |tag: &str| tag.contains(" src=\"");
    let mut pieces = html.split("<img");
    let first = pieces.next().unwrap_or_default();
    let end = |piece: &str| piece.split_once('>').map(|(tag, _)| has_address(tag));
    if pieces.clone().all(|piece| end(piece) != Some(false)) {
        return Cow::Borrowed(html);
    }
    let mut kept = first.to_owned();
    for piece in pieces {
        match piece.split_once('>') {
            Some((tag, after)) if !has_address(tag) => kept.push_str(after),
            _ => kept.extend(["<img", piece]),
        }
    }
    Cow::Owned(kept)
}

fn sanitiser(base: &WebUrl) -> Builder<'static> {
    let base = base.clone();
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // The filter below makes every address absolute, or removes it.
        .url_relative(UrlRelative::PassThrough)
        .add_clean_content_tags(["title", "template", "noscript", "textarea", "select"])
        .add_generic_attributes(["dir"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("ol", ["reversed", "type"])
        .link_rel(None)
        .attribute_filter(move |element, attribute, value| {
            if attribute == "dir" {
                let known = ["ltr", "rtl", "auto"].into_iter();
                return known.map(Cow::Borrowed).find(|known| known.eq_ignore_ascii_case(value));
            }
            if !matches!(attribute, "href" | "src" | "cite") {
                return Some(Cow::Borrowed(value));
            }
            if is_unknown(value) {
                return None;
            }
            let scheme = value.trim_start().get(..7);
            if element == "a" && scheme.is_some_and(|s| s.eq_ignore_ascii_case("mailto:")) {
                return Some(Cow::Borrowed(value));
            }
            let url = base.join(value).ok()?;
            Some(Cow::Owned(url.as_str().to_owned()))
        });
    builder
}
