//! HTML as a tree of elements, and CSS selectors that find some of them.
//!
//! The only module that uses `dom_query`.

pub(crate) use dom_query::{Document, NodeRef};

/// The elements that match a selector, in order.
pub(crate) fn all<'d>(document: &'d Document, selector: &str) -> Vec<NodeRef<'d>> {
    document.select(selector).nodes().to_vec()
}

/// The value of an attribute without white space around it; empty if there is none.
pub(crate) fn attribute(node: &NodeRef<'_>, name: &str) -> String {
    node.attr(name).map(|value| value.trim().to_owned()).unwrap_or_default()
}

/// The first attribute that is not empty.
pub(crate) fn first_attribute(node: &NodeRef<'_>, names: &[&str]) -> Option<String> {
    names.iter().map(|name| attribute(node, name)).find(|value| !value.is_empty())
}
