//! Closes the holes that templates left: what would have stood there is not known.
//!
//! The smallest part goes that reads whole without it: the word, the address of the link, the
//! image, the item, the paragraph.

use crate::types::dom::{Document, NodeRef, attribute};

/// Stands for something unknown in a body. No article can contain it: it is no character.
pub(in crate::feed::content) const HOLE: char = crate::types::text::HOLE;

/// A hole in an address.
pub(super) const ENCODED: &str = "%EF%B7%AF";

/// Elements that go when they are empty, from the inside out.
const CLOSED: [&str; 26] = [
    "a",
    "b",
    "blockquote",
    "caption",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "span",
    "strong",
    "td",
    "ul",
];

/// Elements that hold a sentence or more.
const BLOCKS: [&str; 14] = [
    "blockquote",
    "caption",
    "dd",
    "div",
    "dt",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "p",
];

/// Closes all holes.
pub(super) fn close(document: &Document) {
    let root = document.html_root();
    let mut closed = 0;
    for node in root.descendants() {
        if node.is_element() {
            close_addresses(&node);
        } else if closed < MAX_HOLES && node.is_text() && node.text().contains(HOLE) {
            closed += 1;
            close_text(&node);
        } else if node.is_comment() {
            node.remove_from_parent();
        }
    }
}

/// Texts with a hole whose surroundings are looked at. The holes of others just go.
const MAX_HOLES: usize = 1_000;

/// Removes addresses with a hole, and images that have no other.
fn close_addresses(node: &NodeRef<'_>) {
    for name in ["href", "src", "data", "poster", "cite", "srcset", "data-src", "alt", "title"] {
        let value = attribute(node, name);
        if !value.contains(HOLE) && !value.contains(ENCODED) {
            continue;
        }
        node.remove_attr(name);
        if name == "src" && node.has_name("img") {
            remove(node);
            return;
        }
    }
}

/// Removes the words of a text that have a hole, and what is empty or no sentence then.
fn close_text(node: &NodeRef<'_>) {
    let text = node.text();
    let mut closed = String::with_capacity(text.len());
    // A hole at the end of a line leaves a label without a value.
    for line in text.split_inclusive('\n') {
        if !line.contains(HOLE) {
            closed.push_str(line);
            continue;
        }
        let words = line.split_inclusive([' ', '\t', '\n']).filter(|word| !word.contains(HOLE));
        let kept: String = words.collect();
        let is_label = kept.trim_end().ends_with(':') && line.trim_end().ends_with(HOLE);
        if is_label || !kept.contains(char::is_alphanumeric) {
            closed.push_str(if line.starts_with(char::is_whitespace) { " " } else { "" });
        } else {
            closed.push_str(&kept);
        }
    }
    node.set_text(closed.as_str());
    let Some(parent) = node.parent() else { return };
    if closed.trim().is_empty() {
        node.remove_from_parent();
    }
    remove_empty(parent);
}

/// Empties a block of which only a label is left: `<b>Size:</b> `.
fn without_label(block: &NodeRef<'_>) -> bool {
    let is_block = block.node_name().is_some_and(|name| BLOCKS.contains(&&*name));
    let text = block.text();
    let text = text.trim();
    let is_label = text.ends_with(':') && !text.contains(['\n', '.']) && text.len() < MAX_LABEL;
    let has_code =
        || block.descendants_it().any(|node| node.has_name("code") || node.has_name("pre"));
    let is_last = is_block && is_label && !has_media(block) && !has_code();
    if is_last {
        block.remove_children();
    }
    is_last
}

/// Bytes of a label.
const MAX_LABEL: usize = 60;

fn remove(node: &NodeRef<'_>) {
    let parent = node.parent();
    node.remove_from_parent();
    if let Some(parent) = parent {
        remove_empty(parent);
    }
}

/// Removes elements without content, from the inside out.
fn remove_empty(mut node: NodeRef<'_>) {
    while node.node_name().is_some_and(|name| CLOSED.contains(&&*name)) {
        let Some(parent) = node.parent() else { return };
        let has_text = node.text().contains(char::is_alphanumeric) && !without_label(&node);
        if has_media(&node) || node.has_name("code") {
            return;
        }
        if !has_text {
            node.remove_from_parent();
        } else if node.node_name().is_some_and(|name| BLOCKS.contains(&&*name)) {
            return;
        }
        node = parent;
    }
}

fn has_media(node: &NodeRef<'_>) -> bool {
    node.descendants_it().any(|node| {
        node.node_name().is_some_and(|name| {
            matches!(&*name, "img" | "video" | "audio" | "iframe" | "object" | "svg" | "math")
        })
    })
}
