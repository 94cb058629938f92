//! Tells HTML that costs a parser too much from all other.

use std::collections::HashMap;

use crate::types::limits;

/// Whether HTML may cost a parser far more than its size suggests: at each tag a parser searches the
/// open elements, and in each block it opens all open formatting elements again.
pub(super) fn is_costly(html: &str) -> bool {
    let mut open: HashMap<&str, usize> = HashMap::new();
    let (mut tags, mut depth, mut formatting) = (0_usize, 0_usize, 0_usize);
    let (mut max_depth, mut max_formatting) = (0, 0);
    for tag in html.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        let is_one_of = |names: &[&str]| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        if name.is_empty() || is_one_of(&VOID) {
            continue;
        }
        tags += 1;
        let open = open.entry(name).or_default();
        // An optional end tag says nothing about nesting.
        let nesting = usize::from(!is_one_of(&OPTIONAL_END));
        let is_formatting = usize::from(is_one_of(&FORMATTING));
        if !is_end {
            *open += 1;
            depth += nesting;
            formatting += is_formatting;
        } else if *open > 0 {
            *open -= 1;
            depth -= nesting;
            formatting -= is_formatting;
        }
        max_depth = max_depth.max(depth);
        max_formatting = max_formatting.max(formatting);
    }
    max_depth > limits::HTML_DEPTH
        || tags.saturating_mul(max_formatting) > limits::HTML_FORMATTING_COST
}

/// Elements with an optional end tag (HTML, section 13.1.2.4).
const OPTIONAL_END: [&str; 17] = [
    "body", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp", "rt",
    "tbody", "td", "tfoot", "th", "tr",
];

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Formatting elements (HTML, section 13.2.4.2).
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
