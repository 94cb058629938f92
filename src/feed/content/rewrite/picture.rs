//! Gives images the address that a script would give them.

use super::is_address;
use crate::types::dom::{Document, NodeRef, all, attribute, first_attribute};
use crate::types::text::escape;

/// Attributes in which scripts keep the address of an image.
const LAZY: [&str; 9] = [
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-url",
    "data-actualsrc",
    "data-orig-file",
    "data-echo",
    "data-cfsrc",
];

/// Attributes with several addresses.
const SETS: [&str; 4] = ["data-srcset", "data-lazy-srcset", "data-original-set", "srcset"];

/// Parts of names of files that stand in for an image.
const PLACEHOLDERS: [&str; 9] =
    ["1x1", "blank", "lazy", "loading", "pixel", "placeholder", "preload", "spacer", "transparent"];

/// A wider image is larger than readers show.
const MAX_WIDTH: u32 = 1_600;

/// Rewrites images, and drawings in the text.
pub(super) fn rewrite(document: &Document) {
    for node in all(document, "noscript") {
        unwrap(&node);
    }
    for image in all(document, "amp-img, amp-anim") {
        let [source, set, alt] = ["src", "srcset", "alt"].map(|name| attribute(&image, name));
        let [source, set, alt] = [&source, &set, &alt].map(|value| escape(value));
        image.replace_with_html(format!("<img src=\"{source}\" srcset=\"{set}\" alt=\"{alt}\">"));
    }
    for image in all(document, "img") {
        complete(&image);
    }
    for drawing in all(document, "svg") {
        if drawing.ancestors_it(None).any(|node| node.has_name("svg")) {
            continue;
        }
        let title = drawing.descendants_it().find(|node| node.has_name("title"));
        let title = title.map(|title| title.text().trim().to_owned());
        let name = title.filter(|title| !title.is_empty());
        let name = name.or_else(|| first_attribute(&drawing, &["aria-label"])).unwrap_or_default();
        drawing.replace_with_html(escape(&name).into_owned());
    }
}

/// HTML with only those `noscript` that hold an image: they show what a script would. Between their
/// tags is text, as for a browser with scripts, whatever it looks like.
pub(super) fn with_image_fallbacks(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let mut kept = String::with_capacity(html.len());
    let mut position = 0;
    while let Some(start) = lower.get(position..).and_then(|rest| rest.find("<noscript")) {
        let start = position + start;
        let rest = lower.get(start..).unwrap_or_default();
        let end = rest.find("</noscript").map_or(html.len(), |end| start + end);
        let after = lower.get(end..).unwrap_or_default();
        let after = after.find('>').map_or(html.len(), |length| end + length + 1);
        kept.push_str(html.get(position..start).unwrap_or_default());
        let inside = html.get(start..end).unwrap_or_default();
        let inside = inside.split_once('>').map_or("", |(_, inside)| inside);
        let images = Document::fragment(inside);
        for image in all(&images, "img") {
            kept.extend(["<noscript>", &image.html(), "</noscript>"]);
        }
        position = after;
    }
    kept.push_str(html.get(position..).unwrap_or_default());
    kept
}

/// Replaces `noscript` by the images in it, and these replace the one before that a script would
/// complete.
fn unwrap(noscript: &NodeRef<'_>) {
    let images: Vec<NodeRef<'_>> =
        noscript.descendants().into_iter().filter(|node| node.has_name("img")).collect();
    let [first, ..] = images.as_slice() else {
        noscript.remove_from_parent();
        return;
    };
    let source = attribute(first, "src");
    if let Some(before) = image_before(noscript) {
        let shown = address(&before);
        if shown.as_deref() == Some(source.as_str()) {
            noscript.remove_from_parent();
            return;
        }
        if is_lazy(&before) || shown.is_none() {
            before.remove_from_parent();
        }
    }
    let html = noscript.inner_html();
    noscript.replace_with_html(html);
}

/// The image right before an element, or alone in the element before it.
fn image_before<'d>(node: &NodeRef<'d>) -> Option<NodeRef<'d>> {
    let before = node.prev_element_sibling()?;
    if before.has_name("img") {
        return Some(before);
    }
    let images: Vec<NodeRef<'d>> =
        before.descendants().into_iter().filter(|node| node.has_name("img")).collect();
    let is_alone = images.len() == 1 && before.text().trim().is_empty();
    images.into_iter().next().filter(|_| is_alone)
}

/// Gives an image its address, or removes an image that has none.
fn complete(image: &NodeRef<'_>) {
    let is_lossy = LAZY.iter().chain(&SETS).any(|name| image.has_attr(name));
    match address(image) {
        Some(url) => image.set_attr("src", &url),
        None if is_lossy || attribute(image, "src").starts_with("data:") => {
            image.remove_from_parent();
        }
        None => {}
    }
}

fn address(image: &NodeRef<'_>) -> Option<String> {
    let source = Some(attribute(image, "src")).filter(|url| is_address(url));
    if source.is_some() && !is_lazy(image) {
        return source;
    }
    let lazy = LAZY.iter().map(|name| attribute(image, name)).find(|url| is_address(url));
    lazy.or_else(|| SETS.iter().find_map(|name| best(&attribute(image, name))))
        .or_else(|| {
            let sources = image.parent().filter(|parent| parent.has_name("picture"))?.children();
            sources
                .iter()
                .find_map(|source| SETS.iter().find_map(|name| best(&attribute(source, name))))
        })
        .or(source)
}

/// Whether a script would give the image another address than it has.
fn is_lazy(image: &NodeRef<'_>) -> bool {
    let source = attribute(image, "src");
    let file = source.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    if !is_address(&source) || PLACEHOLDERS.iter().any(|part| file.contains(part)) {
        return true;
    }
    // Where the browser itself loads lazily, `src` is the image.
    let is_native = attribute(image, "loading").eq_ignore_ascii_case("lazy");
    !is_native && LAZY.iter().take(4).any(|name| image.has_attr(name))
}

/// The image of a set that suits a reader: the widest that is not too wide, else the first.
fn best(set: &str) -> Option<String> {
    let candidates = set.split(", ").flat_map(|part| part.split(",\n")).filter_map(|candidate| {
        let mut words = candidate.trim().trim_end_matches(',').split_whitespace();
        let url = words.next().filter(|url| is_address(url))?;
        let width = words.next().and_then(|width| width.strip_suffix('w'));
        Some((url, width.and_then(|width| width.parse::<u32>().ok())))
    });
    let candidates: Vec<(&str, Option<u32>)> = candidates.collect();
    let fitting = candidates.iter().filter(|(_, width)| width.is_some_and(|w| w <= MAX_WIDTH));
    let best = fitting.max_by_key(|(_, width)| *width).or_else(|| candidates.first())?;
    Some(best.0.to_owned())
}
