//! What kramdown reads otherwise than `CommonMark`, rewritten so that `CommonMark` reads the same.

use std::ops::Range;

use super::edits::{Edit, applied, is_within};
use super::html_blocks::html_edits;
use super::templates::{FindCode, code_ranges};

/// Whether a text may have something of this kind.
pub(super) fn is_needed(text: &str) -> bool {
    text.contains("{:")
        || text.contains("\n*[")
        || text.contains("markdown=")
        || text.contains("<br")
        || text.contains("</")
        || text.contains("-->")
        || text.contains("-+")
        || text.contains("- +")
        || text.contains("--|")
        || text.contains("|--")
        || text.contains("| --")
        || text.contains("|:-")
        || addresses(text).any(|address| text.get(address).is_some_and(is_odd))
}

/// Rewrites a text; nothing in its code changes.
pub(super) fn to_common_markdown(text: &str, find_code: FindCode) -> String {
    let code = code_ranges(text, Some(find_code), &[]);
    let is_code = |at: usize| is_within(&code, at);
    let mut edits: Vec<Edit> = Vec::new();
    for address in addresses(text).filter(|address| !is_code(address.start)) {
        let written = text.get(address.clone()).unwrap_or_default();
        if is_odd(written) {
            let joined: String = written.lines().map(str::trim).collect();
            edits.push((address, joined.replace(' ', "%20")));
        }
    }
    let mut start = 0;
    let mut before: Range<usize> = 0..0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        if !is_code(range.start + line.len() - line.trim_start().len()) {
            line_edits(text, &range, &before, &is_code, &mut edits);
        }
        if !line.trim().is_empty() {
            before = range;
        }
    }
    comment_edits(text, &is_code, &mut edits);
    table_edits(text, &is_code, &mut edits);
    let mut changed = applied(text, edits);
    if changed.contains("</") || changed.contains("-->") {
        let edits = html_edits(&changed, find_code);
        changed = applied(&changed, edits);
    }
    changed
}

fn line_edits(
    text: &str,
    range: &Range<usize>,
    before: &Range<usize>,
    is_code: &impl Fn(usize) -> bool,
    edits: &mut Vec<Edit>,
) {
    let line = text.get(range.clone()).unwrap_or_default();
    let written = line.trim();
    let list = written.strip_prefix("{:").and_then(|rest| rest.strip_suffix('}'));
    if let Some(list) = list.filter(|list| is_attribute_list(list)) {
        let is_toc = list.split_whitespace().any(|word| word == "toc");
        let item = text.get(before.clone()).unwrap_or_default().trim_start();
        let is_item = item.starts_with(['*', '-', '+', '1']);
        if is_toc && is_item {
            edits.push((before.clone(), String::new()));
        }
        edits.push((range.clone(), String::new()));
        return;
    }
    if written.starts_with("*[") && written.contains("]:") {
        edits.push((range.clone(), String::new()));
        return;
    }
    if matches!(written, "<br>" | "<br/>" | "<br />") {
        edits.push((range.end..range.end, "\n".to_owned()));
    }
    if written.contains("markdown=") {
        markdown_edits(line, range.start, edits);
    }
    // An attribute list right behind a span.
    for (at, _) in line.match_indices("{:") {
        let start = range.start + at;
        let is_behind_span =
            line.get(..at).is_some_and(|head| head.ends_with([')', ']', '*', '_', '`', '>']));
        let rest = line.get(at + 2..).unwrap_or_default();
        if let Some((list, _)) = rest.split_once('}')
            && is_behind_span
            && !is_code(start)
            && is_attribute_list(list)
        {
            edits.push((start..start + list.len() + 3, String::new()));
        }
    }
}

/// `<div markdown="1">`: what is inside is Markdown, so it must not touch the tags.
fn markdown_edits(line: &str, start: usize, edits: &mut Vec<Edit>) {
    let Some(at) = line.find("markdown=") else { return };
    let value = line.get(at + 9..).unwrap_or_default();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let length = match quote {
        Some(quote) => value.get(1..).and_then(|rest| rest.find(quote)).map_or(1, |end| end + 2),
        None => value.find(['>', ' ']).unwrap_or(value.len()),
    };
    let setting = value.get(..length).unwrap_or_default().trim_matches(['"', '\'']);
    if !matches!(setting, "1" | "block" | "span") {
        return;
    }
    edits.push((start + at..start + at + 9 + length, String::new()));
    let behind = at + 9 + length;
    let rest = line.get(behind..).unwrap_or_default();
    let Some(end) = rest.find('>').map(|end| behind + end + 1) else { return };
    edits.push((start + end..start + end, "\n\n".to_owned()));
    // The end tag on the same line.
    let content = line.get(end..).unwrap_or_default();
    if let Some(close) = content.rfind("</") {
        let at = start + end + close;
        edits.push((at..at, "\n\n".to_owned()));
    }
}

/// Comments, and marks of other extensions: `{::comment}…{:/comment}`, `{::nomarkdown}`.
fn comment_edits(text: &str, is_code: &impl Fn(usize) -> bool, edits: &mut Vec<Edit>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("{:")).map(|at| from + at) {
        from = at + 2;
        let rest = text.get(from..).unwrap_or_default();
        let is_extension = rest.starts_with([':', '/']) && !is_code(at);
        let Some(end) = rest.find('}').filter(|_| is_extension) else { continue };
        let name = rest.get(1..end).unwrap_or_default().trim();
        let mut end = from + end + 1;
        if name == "comment" && rest.starts_with(':') {
            let after = text.get(end..).unwrap_or_default();
            let close = ["{:/comment}", "{:/}"]
                .iter()
                .filter_map(|mark| Some(after.find(mark)? + mark.len()));
            end += close.min().unwrap_or(after.len());
        }
        edits.push((at..end, String::new()));
        from = end;
    }
}

/// Tables, whose rulers may have `+` between the columns, and may stand above and between the rows; a
/// `|` in a code span ends no cell.
fn table_edits(text: &str, is_code: &impl Fn(usize) -> bool, edits: &mut Vec<Edit>) {
    let (mut rows, mut has_ruler) = (Vec::new(), false);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        if !line.contains('|') || is_code(range.start) {
            rows.clear();
            has_ruler = false;
            continue;
        }
        let ruler = line.trim();
        let is_ruler = ruler.contains("--")
            && ruler.starts_with(['|', '-', ':'])
            && ruler.chars().all(|c| "|+-: \t".contains(c));
        if !is_ruler {
            rows.push(range);
        } else if rows.is_empty() || has_ruler {
            edits.push((range, String::new()));
        } else {
            has_ruler = true;
            if line.contains('+') {
                edits.push((range, line.replace('+', "|")));
            }
        }
        if has_ruler {
            for row in rows.drain(..) {
                bar_edits(text, row, edits);
            }
        }
    }
}

/// Bars in the code spans of a row.
fn bar_edits(text: &str, row: Range<usize>, edits: &mut Vec<Edit>) {
    let line = text.get(row.clone()).unwrap_or_default();
    let run = |at: usize| {
        let rest = line.get(at..).unwrap_or_default();
        rest.len() - rest.trim_start_matches('`').len()
    };
    let next = |from: usize| line.get(from..)?.find('`').map(|at| from + at);
    let mut from = 0;
    while let Some(start) = next(from) {
        let length = run(start);
        from = start + length;
        let mut end = next(from);
        while let Some(at) = end.filter(|at| run(*at) != length) {
            end = next(at + run(at));
        }
        let Some(end) = end else { continue };
        let inside = line.get(from..end).unwrap_or_default();
        let bars = inside.match_indices('|').map(|(at, _)| from + at);
        let unescaped = bars.filter(|at| !line.get(..*at).is_some_and(|it| it.ends_with('\\')));
        edits.extend(unescaped.map(|at| (row.start + at..row.start + at + 1, "\\|".to_owned())));
        from = end + length;
    }
}

/// Whether a text is a list of `.class`, `#id`, `key="value"` and names of other lists.
fn is_attribute_list(list: &str) -> bool {
    let mut rest = list.trim();
    let is_name = |name: &str| {
        let is_sign = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':');
        !name.is_empty() && name.chars().all(is_sign)
    };
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if let Some(value) = after.strip_prefix('=') {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let Some(quote) = quote.filter(|_| is_name(word)) else { return false };
            let inside = value.get(1..).unwrap_or_default();
            let Some((_, after)) = inside.split_once(quote) else { return false };
            rest = after.trim_start();
            continue;
        }
        let names = word.trim_start_matches(['.', '#']);
        if !names.split(['.', '#']).all(is_name) {
            return false;
        }
        rest = after.trim_start();
    }
    true
}

/// The bytes of the addresses of links and images.
fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("](").filter_map(|(at, _)| {
        let start = at + 2;
        let rest = text.get(start..)?;
        let end = rest.bytes().take(MAX_ADDRESS).position(|byte| byte == b')')?;
        Some(start..start + end)
    })
}

/// Bytes of an address.
const MAX_ADDRESS: usize = 400;

/// Whether an address is one for kramdown alone: with spaces, or over two lines.
fn is_odd(address: &str) -> bool {
    let address = address.trim();
    address.contains([' ', '\n'])
        && !address.contains(['"', '\'', '<', '(', '['])
        && !address.contains("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_kramdown_are_no_text() {
        for (text, expected) in [
            ("# A\n{: .no_toc }\n\n[b](c){:target=\"_blank\"} d", "# A\n\n[b](c) d"),
            ("* TOC\n{:toc}\n\nText", "\nText"),
            ("{::comment}SECRET{:/comment}a *b*{: .cls}", "a *b*"),
            ("Write {:ok, x} and f({:a => 1})", "Write {:ok, x} and f({:a => 1})"),
            ("A\n*[HTML]: Hyper Text\nb", "A\nb"),
            ("<div markdown=\"1\">\n*x*\n</div>", "<div >\n\n\n*x*\n</div>"),
            ("<br>\nSee [x](y)", "<br>\n\nSee [x](y)"),
            ("|A|B|\n|-+-|\n|--+--|\n|1|2|\n|----|\n|3|4|", "|A|B|\n|-+-|\n|--|--|\n|1|2|\n|3|4|"),
            ("|A|B|\n|--|--|\n|`a|b`|``c|d``|\n", "|A|B|\n|--|--|\n|`a\\|b`|``c\\|d``|\n"),
            ("|---+---|\n|A|B|\n|--- + ---|\n|1|2|", "|A|B|\n|--- | ---|\n|1|2|"),
            (
                "![a](/my pond.png) [b](/x?a=1\n&b=2) [c](d \"e f\")",
                "![a](/my%20pond.png) [b](/x?a=1&b=2) [c](d \"e f\")",
            ),
        ] {
            assert_eq!(to_common_markdown(text, |_| Vec::new()), expected, "{text}");
        }
    }
}
