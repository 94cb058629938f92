//! HTML in the Markdown of kramdown: a block ends with its end tag, and what follows is Markdown.
//!
//! For `CommonMark` it ends with a blank line, whatever its tags say.

use std::ops::Range;

use super::edits::{Edit, is_within};
use super::templates::FindCode;

/// Elements that are blocks in kramdown.
const BLOCKS: [&str; 34] = [
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "center",
    "details",
    "dialog",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "iframe",
    "main",
    "nav",
    "noscript",
    "object",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
    "video",
    "canvas",
];

/// What makes the HTML of a text mean the same for `CommonMark`.
pub(super) fn html_edits(text: &str, find_code: FindCode) -> Vec<Edit> {
    // The code of Markdown alone: what is inside of elements is looked at here.
    let code = find_code(text);
    let lower = text.to_ascii_lowercase();
    let mut edits = Vec::new();
    block_edits(text, &lower, &code, &mut edits);
    code_edits(text, &lower, &code, &mut edits);
    edits
}

/// Ends blocks where kramdown does, and takes away indentation in them, which would make code.
fn block_edits(text: &str, lower: &str, code: &[Range<usize>], edits: &mut Vec<Edit>) {
    let mut unclosed: Vec<&str> = Vec::new();
    let mut from = 0;
    while let Some(start) = line_of_html(lower, from) {
        from = start + 1;
        if is_within(code, start) {
            continue;
        }
        let Some(rest) = lower.get(start..) else { return };
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| start + end + 3)
        } else {
            let name = BLOCKS.iter().find(|name| is_tag(rest, "<", name));
            let Some(name) = name.filter(|name| !unclosed.contains(*name)) else { continue };
            let end = end_of_element(rest, name).map(|end| start + end);
            if end.is_none() {
                unclosed.push(name);
            }
            end
        };
        let Some(end) = end else { continue };
        let block = text.get(start..end).unwrap_or_default();
        if !block.contains("markdown=") {
            dedent(block, start, edits);
            push_end(text, end, edits);
        }
        from = end;
    }
}

/// The next `<` that only spaces come before on its line, or that right follows the last block.
fn line_of_html(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    if from == 0 || text.get(..from)?.ends_with('>') {
        let trimmed = rest.trim_start();
        if trimmed.starts_with('<') {
            return Some(from + rest.len() - trimmed.len());
        }
    }
    let mut starts = rest.match_indices('\n').map(|(at, _)| from + at + 1);
    starts.find_map(|start| {
        let line = text.get(start..)?;
        let trimmed = line.trim_start_matches([' ', '\t']);
        trimmed.starts_with('<').then(|| start + line.len() - trimmed.len())
    })
}

/// Whether a text begins with the start tag or the end tag of an element.
fn is_tag(text: &str, opening: &str, name: &str) -> bool {
    let rest = text.strip_prefix(opening).and_then(|rest| rest.strip_prefix(name));
    rest.is_some_and(|rest| rest.starts_with(['>', ' ', '\n', '\t', '/']))
}

/// The byte behind the end tag of the element that a text begins with.
fn end_of_element(text: &str, name: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, _) in text.match_indices('<') {
        let tag = text.get(at..)?;
        if is_tag(tag, "<", name) {
            // An element may end with its start tag: `<p/>`.
            let end = tag.find('>')?;
            if depth == 0 && tag.get(..end)?.ends_with('/') {
                return Some(at + end + 1);
            }
            depth += 1;
        } else if is_tag(tag, "</", name) {
            depth -= 1;
            if depth == 0 {
                return Some(at + tag.find('>')? + 1);
            }
        }
    }
    None
}

/// Takes away the indentation of the lines of a block, unless they may be code.
fn dedent(block: &str, start: usize, edits: &mut Vec<Edit>) {
    let lower = block.to_ascii_lowercase();
    let has_code = ["<pre", "<textarea", "<script", "<style", "```", "~~~"];
    if has_code.iter().any(|mark| lower.contains(mark)) || !block.contains("\n    ") {
        return;
    }
    let mut at = 0;
    for line in block.split_inclusive('\n') {
        let spaces = line.len() - line.trim_start_matches([' ', '\t']).len();
        if at > 0 && spaces >= 4 {
            edits.push((start + at..start + at + spaces, String::new()));
        }
        at += line.len();
    }
}

/// Separates a block from what follows it, if that is neither HTML nor separate already.
fn push_end(text: &str, end: usize, edits: &mut Vec<Edit>) {
    let rest = text.get(end..).unwrap_or_default();
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    let is_text = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with(['<', '\u{FDEF}'])
    };
    if is_text(line) {
        edits.push((end..end + line.len() - line.trim_start().len(), "\n\n".to_owned()));
    } else if line.trim().is_empty() && is_text(after.lines().next().unwrap_or_default()) {
        edits.push((end..end, "\n".to_owned()));
    }
}

/// Keeps Markdown out of the code of elements: blank lines in `pre`, and backticks in `code`.
fn code_edits(text: &str, lower: &str, code: &[Range<usize>], edits: &mut Vec<Edit>) {
    let mut from = 0;
    while let Some(at) = lower.get(from..).and_then(|rest| rest.find('<')).map(|at| from + at) {
        from = at + 1;
        let tag = lower.get(at..).unwrap_or_default();
        let Some(name) = ["pre", "code"].into_iter().find(|name| is_tag(tag, "<", name)) else {
            continue;
        };
        if is_within(code, at) {
            continue;
        }
        let Some(start) = tag.find('>').map(|end| at + end + 1) else { return };
        let rest = lower.get(start..).unwrap_or_default();
        let Some(end) = rest.find(&format!("</{name}")).map(|end| start + end) else { continue };
        let inside = text.get(start..end).unwrap_or_default();
        let is_first =
            text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
        if name == "pre" && inside.contains('\n') && !is_first {
            let lines = without_container(inside, text.get(..at).unwrap_or_default());
            edits.push((start..end, lines.join("&#10;")));
        } else if name == "code" && inside.contains('`') && !inside.contains('\n') {
            edits.push((start..end, inside.replace('`', "&#96;")));
        }
        from = end;
    }
}

/// The lines of an element without what the lines of its quotation or its list begin with. Before its
/// tag is this text.
fn without_container<'t>(inside: &'t str, before: &str) -> Vec<&'t str> {
    let head = before.rsplit('\n').next().unwrap_or_default();
    let depth = if head.trim_start().starts_with('>') { head.matches('>').count() } else { 0 };
    let below = head.rfind('>').map_or(head, |at| head.get(at + 1..).unwrap_or_default());
    let below = if depth > 0 { below.strip_prefix(' ').unwrap_or(below) } else { below };
    let is_item = is_list_item(below);
    let width = below.len();
    let lines_before = before.lines().rev().skip(1);
    let mut outer = lines_before
        .filter(|line| !line.trim().is_empty() && line.len() - line.trim_start().len() < width);
    let is_blank = below.trim().is_empty();
    let is_in_list = is_item || is_blank && width > 0 && outer.next().is_some_and(is_list_item);
    let strip = |(number, line): (usize, &'t str)| {
        if number == 0 {
            return line;
        }
        let mut line = line;
        for _ in 0..depth {
            let rest = line.trim_start_matches([' ', '\t']).strip_prefix('>');
            line = rest.map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest));
        }
        let spaces = line.len() - line.trim_start_matches(' ').len();
        line.get(if is_in_list { spaces.min(width) } else { 0 }..).unwrap_or_default()
    };
    let lines = inside.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    lines.enumerate().map(strip).collect()
}

/// Whether a line begins with the mark of a list item.
fn is_list_item(line: &str) -> bool {
    line.trim_start().split_once(' ').is_some_and(|(mark, _)| is_item_mark(mark))
}

/// Whether a word is the mark of a list item: `*`, `-`, `+` or `1.`.
pub(super) fn is_item_mark(word: &str) -> bool {
    let number = word.strip_suffix('.').unwrap_or_default();
    matches!(word, "*" | "-" | "+")
        || !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::edits::applied;
    use super::*;

    #[test]
    fn a_block_ends_with_its_end_tag() {
        for (text, expected) in [
            ("<div>a</div> *b*", "<div>a</div>\n\n*b*"),
            ("<p>a</p>\n## B", "<p>a</p>\n\n## B"),
            ("<iframe src=x></iframe>\n* b", "<iframe src=x></iframe>\n\n* b"),
            ("<!--more-->[a][1]", "<!--more-->\n\n[a][1]"),
            ("<div>\n<div>a</div>\nb</div>\n\nc", "<div>\n<div>a</div>\nb</div>\n\nc"),
            ("<div>a</div>\n<p>b</p>\n*c*", "<div>a</div>\n<p>b</p>\n\n*c*"),
            ("<div markdown=\"1\">\n*a*\n</div>\nb", "<div markdown=\"1\">\n*a*\n</div>\nb"),
            ("<b>a</b> *b*", "<b>a</b> *b*"),
            ("<p>a\n\nb", "<p>a\n\nb"),
            ("<p/>\n### B", "<p/>\n\n### B"),
            ("<table>\n\n      <td>\n    a</table>", "<table>\n\n<td>\na</table>"),
            ("<div>\n\n```\n    <p>\n```\n</div>", "<div>\n\n```\n    <p>\n```\n</div>"),
            ("x <pre>a\n\nb</pre>", "x <pre>a&#10;&#10;b</pre>"),
            ("<pre>\na\n\nb</pre>", "<pre>\na\n\nb</pre>"),
            ("> <pre>\n> a\n>\n>   b\n> </pre>", "> <pre>&#10;a&#10;&#10;  b&#10;</pre>"),
            ("- <pre>\n  a\n\n    b</pre>", "- <pre>&#10;a&#10;&#10;  b</pre>"),
            ("1. x\n\n   <pre>a\n   b</pre>", "1. x\n\n   <pre>a&#10;b</pre>"),
            ("x\n\n  <pre>a\n  b</pre>", "x\n\n  <pre>a&#10;  b</pre>"),
            ("a <code>``b``</code>", "a <code>&#96;&#96;b&#96;&#96;</code>"),
        ] {
            assert_eq!(applied(text, html_edits(text, |_| Vec::new())), expected, "{text}");
        }
    }
}
