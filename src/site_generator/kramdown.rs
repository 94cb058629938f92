//! What kramdown reads otherwise than `CommonMark`, rewritten so that `CommonMark` reads the same.

use std::ops::Range;

use super::edits::{Edit, applied, is_within};
use super::fences;
use super::html_blocks::{html_edits, is_item_mark};
use super::templates::{FindCode, code_ranges};

/// Whether a text may have something of this kind.
pub(super) fn is_needed(text: &str) -> bool {
    const MARKS: [&str; 15] = [
        "{:",
        "*[",
        "markdown=",
        "<br",
        "<hr",
        "<img",
        "</",
        "/>",
        "-->",
        "<<",
        "^",
        "\\\\",
        "|",
        "```",
        "$$",
    ];
    MARKS.iter().any(|mark| text.contains(mark))
        || text.lines().any(|line| line.contains("--") || line.matches('~').nth(1).is_some())
        || addresses(text).any(|address| text.get(address).is_some_and(is_odd))
}

/// Rewrites a text; nothing in its code changes.
pub(super) fn to_common_markdown(text: &str, find_code: FindCode) -> String {
    let text = &*fences::closed(text, find_code);
    let code = code_ranges(text, Some(find_code), &[]);
    let is_code = |at: usize| is_within(&code, at);
    // A line may begin with a code span or a formula as well.
    let is_block = |line: &Range<usize>, at: usize| {
        let next = code.partition_point(|code| code.end <= at);
        code.get(next).is_some_and(|code| {
            let is_span = text.get(code.start..).is_some_and(|it| it.starts_with(['`', '$']));
            code.start <= at && !(is_span && code.end <= line.end)
        })
    };
    let mut edits: Vec<Edit> = Vec::new();
    for address in addresses(text).filter(|address| !is_code(address.start)) {
        let written = text.get(address.clone()).unwrap_or_default();
        if is_odd(written) {
            let (path, title) = title_of(written);
            let lines = path.lines().enumerate().map(|(number, line)| {
                let line = line.trim();
                if number == 0 { line } else { line.trim_start_matches(['>', ' ', '\t']) }
            });
            let joined: String = lines.collect();
            let mut joined = joined.trim().replace(' ', "%20");
            if has_lone_bracket(&joined) {
                joined = joined.replace("\\)", "%29").replace('(', "%28");
            }
            edits.push((address, joined + title));
        }
    }
    let mut start = 0;
    let mut before: Range<usize> = 0..0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let (prefix, written) = container(line);
        if !is_block(&range, range.start + prefix.len()) {
            line_edits(text, &range, &before, &is_code, &mut edits);
        }
        if !written.is_empty() {
            before = range;
        }
    }
    comment_edits(text, &is_code, &mut edits);
    table_edits(text, &is_block, &mut edits);
    let mut changed = applied(text, edits);
    if ["</", "-->", "/>"].iter().any(|mark| changed.contains(mark)) {
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
    let (prefix, written) = container(line);
    let start = range.start + prefix.len();
    // The mark of an item stays.
    let is_item = prefix != continued(prefix);
    let own = if is_item { start..start + written.len() } else { range.clone() };
    let list = written.strip_prefix("{:").and_then(|rest| rest.strip_suffix('}'));
    let list = list.filter(|list| !list.starts_with([':', '/']));
    if let Some(list) = list.filter(|list| is_attribute_list(list)) {
        let is_toc = list.split_whitespace().any(|word| word == "toc");
        let item = text.get(before.clone()).unwrap_or_default().trim_start();
        let is_item = item.starts_with(['*', '-', '+', '1']);
        if is_toc && is_item {
            edits.push((before.clone(), String::new()));
        }
        edits.push((own, String::new()));
        return;
    }
    // A title in a definition, with quotation marks in it.
    if let Some((label, rest)) = written.split_once("]: ")
        && label.starts_with('[')
        && rest.matches('"').count() > 2
        && let Some(title) = rest.find(" \"")
    {
        let title = start + written.len() - rest.len() + title;
        edits.push((title..start + written.len(), String::new()));
        return;
    }
    if written.starts_with("*[") && written.contains("]:") {
        edits.push((own, String::new()));
        return;
    }
    if matches!(written, "<br>" | "<br/>" | "<br />")
        || is_void_tag(written) && (before.is_empty() || before.end < range.start)
    {
        edits.push((range.end..range.end, quotation(line) + "\n"));
    }
    if written == "^" {
        edits.push((start..start + 1, "<!-- -->".to_owned()));
    }
    if written.ends_with("\\\\") && !written.ends_with("\\\\\\") && !text.contains("\\begin{") {
        let end = start + written.len();
        edits.push((end - 1..end, String::new()));
    }
    quotation_edits(line, range.start, is_code, edits);
    tilde_edits(line, range.start, is_code, edits);
    if written.contains("markdown=") {
        markdown_edits(line, range.start, edits);
    }
    // An attribute list right behind a span.
    for (at, _) in line.match_indices("{:") {
        let start = range.start + at;
        let head = line.get(..at).unwrap_or_default();
        let is_behind_span = head.ends_with([')', ']', '*', '_', '`', '>']);
        let rest = line.get(at + 2..).unwrap_or_default();
        if let Some((list, _)) = rest.split_once('}')
            && (is_behind_span || is_item && at == prefix.len())
            && !is_code(start)
            && !list.starts_with([':', '/'])
            && is_attribute_list(list)
        {
            edits.push((start..start + list.len() + 3, String::new()));
        }
    }
}

/// What a line of a quotation or a list begins with, and the rest without the white space around it.
fn container(line: &str) -> (&str, &str) {
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '>']);
        let marked = rest.split_once(' ').filter(|(mark, _)| is_item_mark(mark));
        let Some((_, behind)) = marked else { break };
        rest = behind;
    }
    (line.get(..line.len() - rest.len()).unwrap_or_default(), rest.trim_end())
}

/// What the line begins with that follows one with this beginning.
fn continued(prefix: &str) -> String {
    prefix.chars().map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect()
}

/// What the lines of a quotation begin with; empty outside of one.
fn quotation(line: &str) -> String {
    let (prefix, _) = container(line);
    prefix
        .rfind('>')
        .and_then(|end| prefix.get(..=end))
        .map(|it| format!("{it} "))
        .unwrap_or_default()
}

/// Whether a line is one element without an end tag, which begins no block in kramdown.
fn is_void_tag(line: &str) -> bool {
    let is_void = ["<hr", "<img"].iter().any(|name| line.starts_with(name));
    is_void && line.find('>') == Some(line.len() - 1)
}

/// `<<word>>` is in quotation marks; everybody else reads a tag.
fn quotation_edits(
    line: &str,
    start: usize,
    is_code: &impl Fn(usize) -> bool,
    edits: &mut Vec<Edit>,
) {
    for (at, _) in line.match_indices("<<") {
        let inside = line.get(at + 2..).and_then(|rest| rest.split_once(">>"));
        let Some((inside, _)) = inside.filter(|(inside, _)| !inside.contains(['<', '>'])) else {
            continue;
        };
        let end = start + at + 2 + inside.len();
        if !inside.is_empty() && !is_code(start + at) && !is_code(end) {
            edits.push((start + at..start + at + 2, "«".to_owned()));
            edits.push((end..end + 2, "»".to_owned()));
        }
    }
}

/// `~word~` is text; others strike it through.
fn tilde_edits(line: &str, start: usize, is_code: &impl Fn(usize) -> bool, edits: &mut Vec<Edit>) {
    let (_, written) = container(line);
    // In an address a backslash may be one.
    if written.contains("](") || written.contains(['<', '>']) {
        return;
    }
    let is_single = |at: usize| {
        let before = line.get(..at).is_some_and(|before| before.ends_with(['~', '\\']));
        !before && !line.get(at + 1..).is_some_and(|after| after.starts_with('~'))
    };
    let tildes = line.match_indices('~').map(|(at, _)| at);
    let tildes: Vec<usize> = tildes.filter(|at| is_single(*at) && !is_code(start + at)).collect();
    if tildes.len() > 1 {
        edits.extend(tildes.iter().map(|at| (start + at..start + at, "\\".to_owned())));
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
    let quotation = quotation(line);
    let gap = format!("\n{quotation}\n{quotation}");
    edits.push((start + end..start + end, gap.clone()));
    // The end tag on the same line.
    let content = line.get(end..).unwrap_or_default();
    if let Some(close) = content.rfind("</") {
        let at = start + end + close;
        edits.push((at..at, gap));
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

/// Tables, whose rulers may have `+` between the columns, and may stand above and between the rows, or
/// nowhere; a `|` in a code span ends no cell, and the longest row says how many there are.
fn table_edits(
    text: &str,
    is_block: &impl Fn(&Range<usize>, usize) -> bool,
    edits: &mut Vec<Edit>,
) {
    let mut table = Table::default();
    let mut is_behind_text = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let (prefix, written) = container(line);
        if written.is_empty() || prefix != continued(prefix) {
            if !is_behind_text {
                table.end(text, edits);
            }
            table = Table::default();
            is_behind_text = false;
        }
        if !line.contains('|') || is_block(&range, range.start + prefix.len()) {
            table = Table::default();
            is_behind_text = !written.is_empty();
            continue;
        }
        table.is_behind_text |= is_behind_text;
        match ruler(written) {
            None => table.rows.push(range),
            Some('-') if !table.rows.is_empty() && table.ruler.is_none() => {
                table.ruler = Some((range, table.rows.len()));
            }
            Some(_) => edits.push((range, String::new())),
        }
    }
    if !is_behind_text {
        table.end(text, edits);
    }
}

/// The lines of a table as far as they have been read.
#[derive(Default)]
struct Table {
    rows: Vec<Range<usize>>,
    /// The ruler below the head, and the number of rows above it.
    ruler: Option<(Range<usize>, usize)>,
    is_behind_text: bool,
}

/// Cells of a row.
const MAX_CELLS: usize = 100;

impl Table {
    /// Writes the table as everybody reads it.
    fn end(&self, text: &str, edits: &mut Vec<Edit>) {
        let line = |row: &Range<usize>| text.get(row.clone()).unwrap_or_default();
        let rows: Vec<Row> = self.rows.iter().map(|row| Row::new(line(row), row.start)).collect();
        let cells = rows.iter().map(|row| row.cells).max().unwrap_or_default().min(MAX_CELLS);
        let Some((first, first_row)) = self.rows.first().zip(rows.first()) else { return };
        match &self.ruler {
            Some((ruler, above)) => {
                let head = rows.get(above - 1).zip(self.rows.get(above - 1));
                let missing = head.map_or(0, |(head, _)| cells.saturating_sub(head.cells));
                let written = line(ruler);
                if written.contains('+') || missing > 0 {
                    let ruler_text = written.trim_end().trim_end_matches('|').replace('+', "|");
                    let end = if written.ends_with('\n') { "|\n" } else { "|" };
                    edits.push((ruler.clone(), ruler_text + &"|---".repeat(missing) + end));
                }
                if let Some((_, head)) = head.filter(|_| missing > 0) {
                    let end = head.start + line(head).trim_end().trim_end_matches('|').len();
                    let old = head.start + line(head).trim_end().len();
                    edits.push((end..old, " |".repeat(missing + 1)));
                }
            }
            // One line with bars is rather a sentence, unless it begins and ends with them.
            None if rows.iter().all(|row| row.is_closed)
                || rows.len() > 1 && !self.is_behind_text =>
            {
                let (prefix, _) = container(line(first));
                let below = continued(prefix);
                let cells = cells.max(first_row.cells).max(1);
                let (head, ruler) = (" |".repeat(cells), "---|".repeat(cells));
                let head = format!("{prefix}|{head}\n{below}|{ruler}\n{below}");
                edits.push((first.start..first.start + prefix.len(), head));
            }
            None => return,
        }
        edits.extend(rows.into_iter().flat_map(|row| row.bars));
    }
}

/// A row of a table.
struct Row {
    cells: usize,
    /// Whether it begins and ends with a bar.
    is_closed: bool,
    /// What keeps the bars in its code spans from ending a cell.
    bars: Vec<Edit>,
}

impl Row {
    fn new(line: &str, start: usize) -> Row {
        let bars = bar_edits(line, start);
        let (prefix, written) = container(line);
        let in_code =
            |at: usize| bars.iter().any(|(range, _)| range.start == start + prefix.len() + at);
        let inner = written.strip_prefix('|').unwrap_or(written);
        let offset = written.len() - inner.len();
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        let ends = inner.match_indices('|').filter(|(at, _)| {
            let is_escaped = inner.get(..*at).is_some_and(|before| before.ends_with('\\'));
            !is_escaped && !in_code(offset + at)
        });
        let cells = ends.count() + 1;
        let is_closed = written.len() > 1 && written.starts_with('|') && written.ends_with('|');
        Row { cells, is_closed, bars }
    }
}

/// The sign of which a line between the rows of a table is drawn.
fn ruler(line: &str) -> Option<char> {
    let is_drawn =
        |sign: char| line.contains(sign) && line.chars().all(|c| c == sign || "|+: \t".contains(c));
    ['-', '='].into_iter().find(|sign| is_drawn(*sign))
}

/// Bars in the code spans of a row that begins at a byte.
fn bar_edits(line: &str, start_of_row: usize) -> Vec<Edit> {
    let mut edits = Vec::new();
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
        // A bar behind a backslash is shown with it.
        let bars = inside.match_indices('|').map(|(at, _)| start_of_row + from + at);
        edits.extend(bars.map(|at| (at..at + 1, "\\|".to_owned())));
        from = end + length;
    }
    edits
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
        let bytes = rest.as_bytes();
        let is_end = |at: &usize| {
            let is_escaped = at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'\\');
            bytes.get(*at) == Some(&b')') && !is_escaped
        };
        let end = (0..bytes.len().min(MAX_ADDRESS)).find(is_end)?;
        Some(start..start + end)
    })
}

/// Bytes of an address.
const MAX_ADDRESS: usize = 400;

/// An address and the title behind it with the space before.
fn title_of(written: &str) -> (&str, &str) {
    let written = written.trim();
    let title = ['"', '\''].into_iter().find_map(|quote| {
        let title = written.strip_suffix(quote)?;
        title.find(&format!(" {quote}")).filter(|at| *at + 2 < written.len())
    });
    written.split_at_checked(title.unwrap_or(written.len())).unwrap_or((written, ""))
}

/// Whether only the second of two brackets has a backslash: others see no end.
fn has_lone_bracket(address: &str) -> bool {
    address.contains("\\)") && address.contains('(') && !address.contains("\\(")
}

/// Whether an address is one for kramdown alone: with spaces, or over two lines.
fn is_odd(address: &str) -> bool {
    let (address, _) = title_of(address);
    let address = address.trim();
    has_lone_bracket(address) && !address.contains(char::is_whitespace)
        || address.contains([' ', '\n'])
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
            ("|A|B|\n|-+-|\n|--+--|\n|1|2|\n|----|\n|3|4|", "|A|B|\n|-|-|\n|1|2|\n|3|4|"),
            ("|A|B|\n|-|-|\n|1|2|\n", "|A|B|\n|-|-|\n|1|2|\n"),
            ("|A|B|\n|=\n|1|2|\n", "| | |\n|---|---|\n|A|B|\n|1|2|\n"),
            ("A | B\n1 | 2\n", "| | |\n|---|---|\nA | B\n1 | 2\n"),
            ("A | B is no table\n", "A | B is no table\n"),
            ("- A | B\n- C | D\n", "- A | B\n- C | D\n"),
            ("- A | B\n  C | D\n- E\n", "- | | |\n  |---|---|\n  A | B\n  C | D\n- E\n"),
            ("> ~a~\n", "> \\~a\\~\n"),
            ("|A|\n|--|\n|1|2|\n", "|A | |\n|--|---|\n|1|2|\n"),
            ("- {::comment}\n  SECRET\n  {:/comment}\n  a", "- \n  a"),
            ("~a~ and ~~b~~, [~c~](/~d)", "~a~ and ~~b~~, [~c~](/~d)"),
            ("~a~ and ~~b~~ ~ c", "\\~a\\~ and ~~b~~ \\~ c"),
            ("|A|B|\n|--|--|\n|`a|b`|``c|d``|\n", "|A|B|\n|--|--|\n|`a\\|b`|``c\\|d``|\n"),
            ("|---+---|\n|A|B|\n|--- + ---|\n|1|2|", "|A|B|\n|--- | ---|\n|1|2|"),
            (
                "![a](/my pond.png) [b](/x?a=1\n&b=2) [c](d \"e f\")",
                "![a](/my%20pond.png) [b](/x?a=1&b=2) [c](d \"e f\")",
            ),
            (
                "![a](/my pond.png \"A b\") [c](d e f)",
                "![a](/my%20pond.png \"A b\") [c](d%20e%20f)",
            ),
            ("> a\n> {: .tip }\n\n* {:.x} b\n1. {: #y} c", "> a\n\n*  b\n1.  c"),
            ("{::comment}\nSECRET\n{:/comment}\na", "\na"),
            ("*[HTML]: Hyper Text\nb", "b"),
            ("- *[HTML]: Hyper Text\n  b", "- \n  b"),
            ("> <img src=x>\n> *b*", "> <img src=x>\n> \n> *b*"),
            ("> [b](/x\n> \"c\")", "> [b](/x \"c\")"),
            ("- |1|2|\n", "- | | |\n  |---|---|\n  |1|2|\n"),
            ("> *[HTML]: Hyper Text\n> b", "> b"),
            ("* a\n^\n* b", "* a\n<!-- -->\n\n* b"),
            ("a\\\\\nb", "a\\\nb"),
            ("<<a>> and b << c", "«a» and b << c"),
            ("[a]: /b \"c \"d\" e\"\n^\n", "[a]: /b\n<!-- -->\n"),
            ("[a](/b_(c\\)#d) e^", "[a](/b_%28c%29#d) e^"),
            ("`a`{:.ruby} b", "`a` b"),
            ("<hr>\n*a*\n\n<img src=x>\nb", "<hr>\n\n*a*\n\n<img src=x>\n\nb"),
            ("> <div markdown=1>\n> *x*\n> </div>", "> <div >\n> \n> \n> *x*\n> </div>"),
            ("|1|`2|3`|\n|4|5|\n", "| | |\n|---|---|\n|1|`2\\|3`|\n|4|5|\n"),
            ("> |1|2|\n", "> | | |\n> |---|---|\n> |1|2|\n"),
            ("|A|B|\n|--|--|\n|1|2|\n|==|==|\n|3|4|\n", "|A|B|\n|--|--|\n|1|2|\n|3|4|\n"),
            ("|A|\n|--|\n|`a\\|b`|\n", "|A|\n|--|\n|`a\\\\|b`|\n"),
            ("a\n|b|c|\n\nx|y\n", "a\n|b|c|\n\nx|y\n"),
        ] {
            assert_eq!(to_common_markdown(text, |_| Vec::new()), expected, "{text}");
        }
    }
}
