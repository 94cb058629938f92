//! Replaces formulas by their text: as TeX where the page has it, else as one would type them.

use crate::types::dom::{Document, NodeRef, all, first_attribute};
use crate::types::text::escape;

/// Parts that show the same formula a second time.
const COPIES: &str = ".katex-html, .MathJax_Preview, .MathJax_Display, .MathJax_CHTML, .MathJax, \
    .MathJax_SVG";

/// Replaces formulas.
pub(super) fn rewrite(document: &Document) {
    let sources = all(document, "script[type^='math/tex']");
    let copies = all(document, COPIES);
    // Without their source the copies are all there is.
    for copy in copies {
        let has_source = copy.has_class("katex-html") || !sources.is_empty();
        if has_source && !copy.descendants_it().any(|node| node.has_name("math")) {
            copy.remove_from_parent();
        }
    }
    for source in sources {
        source.replace_with_html(escape(source.text().trim()).into_owned());
    }
    for formula in all(document, "math") {
        let tex = formula.descendants_it().find(|node| {
            node.attr("encoding")
                .is_some_and(|encoding| encoding.ends_with("x-tex") || encoding.ends_with("/tex"))
        });
        let tex = tex.map(|tex| tex.text().trim().to_owned()).filter(|tex| !tex.is_empty());
        let text = tex
            .or_else(|| first_attribute(&formula, &["alttext"]))
            .unwrap_or_else(|| typed(&formula));
        formula.replace_with_html(escape(&text).into_owned());
    }
}

/// A formula as one would type it: `1/3`, `a^2`, `√x`.
fn typed(node: &NodeRef<'_>) -> String {
    if node.is_text() {
        return node.text().split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let name = node.node_name().map(|name| name.to_string()).unwrap_or_default();
    let children: Vec<NodeRef<'_>> = node.children();
    let parts: Vec<String> = children
        .iter()
        .filter(|child| !child.is_comment())
        .map(typed)
        .filter(|part| !part.is_empty())
        .collect();
    match (name.as_str(), parts.as_slice()) {
        ("annotation" | "annotation-xml" | "script" | "style", _) => String::new(),
        ("mfrac", [above, below]) => format!("{}/{}", grouped(above), grouped(below)),
        ("msup" | "mover", [base, above]) => format!("{base}^{}", grouped(above)),
        ("msub" | "munder", [base, below]) => format!("{base}_{}", grouped(below)),
        ("msubsup" | "munderover", [base, below, above]) => {
            format!("{base}_{}^{}", grouped(below), grouped(above))
        }
        ("msqrt", _) => format!("√{}", grouped(&parts.concat())),
        ("mroot", [base, index]) => format!("{}^(1/{index})", grouped(base)),
        ("mtr", _) => parts.join(", "),
        ("mtable", _) => parts.join("; "),
        _ => parts.concat(),
    }
}

/// In brackets, unless it is one number or name.
fn grouped(part: &str) -> String {
    if part.chars().all(char::is_alphanumeric) { part.to_owned() } else { format!("({part})") }
}
