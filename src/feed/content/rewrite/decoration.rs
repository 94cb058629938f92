//! Removes what is no content: hidden parts, controls, copy marks and numbers of lines.

use crate::types::dom::{Document, NodeRef, all, attribute};

/// Controls, and what is hidden from everybody or is decoration to those who hear the page.
const DECORATION: &str = "[hidden], [aria-hidden=true], .hidden, [style*=display], [style*=visibility], .sr-only, .visually-hidden, .screen-reader-text, button, dialog:not([open]), \
    template, .copy, .copy-button, .copy-code, .copy-code-button, .btn-copy, .clipboard, \
    .clipboard-button, [data-clipboard-text], [data-clipboard-target], a.headerlink";

/// Numbers of lines beside or in code.
const LINE_NUMBERS: &str = "td.gutter, td.rouge-gutter, td.linenos, td.lineno, td.blob-num, \
    .lnt, .linenodiv, .line-numbers-rows, .line-number, .line-numbers-sizer, .hljs-ln-numbers, \
    pre .lineno, pre .linenos, pre .ln, code .ln, pre.lineno";

/// Removes decoration.
pub(super) fn remove(document: &Document) {
    for node in all(document, DECORATION) {
        if !is_shown(&node) {
            node.remove_from_parent();
        }
    }
    for node in all(document, LINE_NUMBERS) {
        let cell = node.ancestors(None).into_iter().find(|node| node.has_name("td"));
        node.remove_from_parent();
        if let Some(cell) = cell.filter(|cell| cell.text().trim().is_empty()) {
            cell.remove_from_parent();
        }
    }
    for table in all(document, "table") {
        unwrap_code(&table);
    }
    for link in all(document, "h1 > a, h2 > a, h3 > a, h4 > a, h5 > a, h6 > a") {
        let is_mark = matches!(link.text().trim(), "" | "#" | "¶" | "§" | "🔗" | "🔗\u{FE0E}");
        let has_image = link.descendants_it().any(|node| node.has_name("img"));
        if is_mark && attribute(&link, "href").contains('#') && !has_image {
            link.remove_from_parent();
        }
    }
    for cell in all(document, "td[style*=text-align], th[style*=text-align]") {
        let style = attribute(&cell, "style").replace(' ', "").to_ascii_lowercase();
        let side = style.split("text-align:").nth(1).unwrap_or_default();
        let side = side.split(';').next().unwrap_or_default();
        if matches!(side, "left" | "right" | "center") && !cell.has_attr("align") {
            cell.set_attr("align", side);
        }
    }
}

/// Whether an element is shown after all.
fn is_shown(node: &NodeRef<'_>) -> bool {
    let style = attribute(node, "style").replace(' ', "").to_ascii_lowercase();
    let is_hidden_by_style = style.contains("display:none") || style.contains("visibility:hidden");
    if node.has_attr("hidden") || attribute(node, "aria-hidden") == "true" || is_hidden_by_style {
        // Some sites hide a picture until a script shows it, from those who hear the page as well.
        return false;
    }
    let only_heard = ["sr-only", "visually-hidden", "screen-reader-text"];
    if only_heard.iter().any(|class| node.has_class(class)) {
        return false;
    }
    if node.has_class("hidden") {
        // Frameworks hide parts on small screens only: `hidden md:block`.
        let class = attribute(node, "class");
        return class.split_whitespace().any(|word| {
            let shown = ["block", "flex", "grid", "inline", "table", "contents"];
            word.rsplit_once(':')
                .is_some_and(|(_, value)| shown.iter().any(|shown| value.starts_with(shown)))
        });
    }
    node.has_attr("style") && !node.has_name("button") && !node.has_name("dialog")
}

/// Replaces a table of which only code is left by the code.
fn unwrap_code(table: &NodeRef<'_>) {
    let descendants = table.descendants();
    let cells = descendants.iter().filter(|node| node.has_name("td") || node.has_name("th"));
    let codes: Vec<&NodeRef<'_>> = descendants.iter().filter(|node| node.has_name("pre")).collect();
    if let (1, [code]) = (cells.count(), codes.as_slice())
        && code.text().trim() == table.text().trim()
    {
        table.replace_with(*code);
    }
}
