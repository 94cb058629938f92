//! HTML as a tree of elements, and CSS selectors that find some of them.
//!
//! The only module that uses `dom_query`.

use std::fmt;

use dom_query::Matcher;
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

/// A CSS selector.
#[derive(Clone)]
pub struct Selector {
    written: String,
    matcher: Matcher,
}

impl Selector {
    /// Reads a selector, or several between commas.
    ///
    /// # Errors
    ///
    /// With a message that repeats the text.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let matcher = Matcher::new(text);
        let matcher = matcher
            .map_err(|_| format!("`{text}` is not a CSS selector such as `article.post`"))?;
        Ok(Selector { written: text.to_owned(), matcher })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The elements that match, in order.
    pub(crate) fn all<'d>(&self, document: &'d Document) -> Vec<NodeRef<'d>> {
        document.select_matcher(&self.matcher).nodes().to_vec()
    }

    /// The first element that matches.
    pub(crate) fn first<'d>(&self, document: &'d Document) -> Option<NodeRef<'d>> {
        document.select_single_matcher(&self.matcher).nodes().first().copied()
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written.fmt(f)
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Selector) -> bool {
        self.written == other.written
    }
}

impl Eq for Selector {}
