//! Markdown as HTML.
//!
//! The only module that uses `pulldown-cmark`.

use pulldown_cmark::{Options, Parser, html};

/// The HTML of a Markdown text, not yet sanitised.
pub(super) fn to_html(source: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut rendered = String::with_capacity(source.len());
    html::push_html(&mut rendered, Parser::new_ext(source, options));
    rendered
}
