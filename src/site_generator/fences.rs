//! Fences of code that only `CommonMark` sees, and formulas over several lines, as kramdown reads them.

use std::borrow::Cow;
use std::ops::Range;

use super::edits::{Edit, applied, is_within};
use super::templates::FindCode;

/// Fences that are looked at in one text.
const MAX_FENCES: usize = 20;

/// Bytes of a formula.
const MAX_FORMULA: usize = 2_000;

/// Rewrites fences without an end, which are none in kramdown, and formulas whose lines begin like
/// something else.
pub(super) fn closed(text: &str, find_code: FindCode) -> Cow<'_, str> {
    let mut closed = Cow::Borrowed(text);
    // A line of one formula may make code of the formulas below.
    for _ in 0..MAX_FENCES {
        let edits = if closed.contains("$$") {
            formula_edits(&closed, &find_code(&closed))
        } else {
            Vec::new()
        };
        if edits.is_empty() {
            break;
        }
        closed = Cow::Owned(applied(&closed, edits));
    }
    if !text.contains("```") && !text.contains("~~~") {
        return closed;
    }
    for _ in 0..MAX_FENCES {
        let code = find_code(&closed);
        let Some(last) = code.last().filter(|last| last.end >= closed.trim_end().len()) else {
            break;
        };
        let Some(edit) = edit(&closed, last) else { break };
        closed = Cow::Owned(applied(&closed, vec![edit]));
    }
    closed
}

/// The rewriting of a block of code at the end of a text, if it is a fence without an end.
fn edit(text: &str, code: &Range<usize>) -> Option<Edit> {
    let before = text.get(..code.start)?.rsplit('\n').next()?;
    let block = text.get(code.clone())?;
    let indentation = block.len() - block.trim_start_matches(' ').len();
    (before.trim_matches(' ').is_empty() && before.len() + indentation <= 3).then_some(())?;
    let start = code.start + indentation;
    let block = block.get(indentation..)?;
    let sign = block.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = run(block, sign);
    let lines = || block.lines().skip(1);
    let end_of = |line: &str| {
        let line = line.trim_matches([' ', '\t', '>']);
        (run(line, sign) == line.len()).then_some(line.len()).filter(|length| *length >= 3)
    };
    // Other programs may see the end.
    if length < 3 || lines().filter_map(end_of).any(|end| end >= length) {
        return None;
    }
    if let Some(shorter) = lines().filter_map(end_of).max() {
        let opening = block.lines().next()?;
        let word = opening.trim_start_matches(sign);
        return Some((start..start + opening.len(), sign.to_string().repeat(shorter) + word));
    }
    // A span of code over several lines.
    let paragraph = block.find("\n\n").unwrap_or(block.len());
    let ticks = sign.to_string().repeat(length);
    let inside = block.get(length..paragraph)?;
    match inside.find(&ticks).filter(|_| sign == '`') {
        Some(end) => {
            let span = block.get(..length + end)?;
            Some((start..start + span.len(), span.replace('\n', " ")))
        }
        None => Some((start..start + length, format!("\\{sign}").repeat(length))),
    }
}

/// The number of signs that a text begins with.
fn run(text: &str, sign: char) -> usize {
    text.len() - text.trim_start_matches(sign).len()
}

/// Formulas on one line, where one of their lines would begin a block.
fn formula_edits(text: &str, code: &[Range<usize>]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("$$")).map(|at| from + at) {
        from = start + 2;
        let Some(end) = text.get(from..).and_then(|rest| rest.find("$$")).map(|at| from + at)
        else {
            break;
        };
        let formula = text.get(from..end).unwrap_or_default();
        let is_code = is_within(code, start) && !code.iter().any(|range| range.start == start);
        let line = text.get(..start).and_then(|before| before.rsplit('\n').next());
        let begins_line = line.is_some_and(|line| line.trim_matches(' ').is_empty());
        let behind = text.get(end + 2..).and_then(|behind| behind.lines().next());
        let ends_line = behind.is_none_or(|behind| behind.trim().is_empty());
        let is_alone = begins_line && ends_line && formula.len() <= MAX_FORMULA;
        // A comment of TeX ends with its line.
        if is_code || !is_alone || formula.contains('%') {
            continue;
        }
        if formula.lines().skip(1).any(begins_block) {
            edits.push((from..end, formula.replace('\n', " ")));
        }
        from = end + 2;
    }
    edits
}

/// Whether a line in a paragraph would begin something else.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty()
        || line.starts_with("~~~")
        || line.starts_with(['#', '>', '<', '='])
        || ["- ", "+ ", "* "].iter().any(|mark| line.starts_with(mark))
        || line.trim_end().chars().all(|c| c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fences of `CommonMark` outside of lists.
    fn code(text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut open: Option<(usize, char, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let sign = if line.starts_with("~~~") { '~' } else { '`' };
            let length = run(line, sign);
            let is_only = run(line, sign) == line.trim_end().len();
            match open {
                None if length >= 3 && !line.get(length..).unwrap().contains('`') => {
                    open = Some((at, sign, length));
                }
                Some((start, other, needed)) if other == sign && length >= needed && is_only => {
                    found.push(start..at + line.len());
                    open = None;
                }
                _ => {}
            }
            at += line.len();
        }
        found.extend(open.map(|(start, ..)| start..at));
        found
    }

    #[test]
    fn fences_without_an_end() {
        for (text, expected) in [
            ("````\na\n```\n\n`b`\n", "```\na\n```\n\n`b`\n"),
            ("````rust\na\n```\n```\nb\n```\n", "```rust\na\n```\n```\nb\n```\n"),
            ("a\n\n~~~b\n\n[c](d)", "a\n\n\\~\\~\\~b\n\n[c](d)"),
            ("a\n\n```\nb```\n\nc", "a\n\n``` b```\n\nc"),
            ("```\na\n```\n", "```\na\n```\n"),
            ("- a\n  ```\n  b\n    ```\n", "- a\n  ```\n  b\n    ```\n"),
            ("$$\n~~~~a\n$$\n\nb", "$$ ~~~~a $$\n\nb"),
            ("$$\na\n= b\n$$", "$$ a = b $$"),
            ("$$\na\nb\n$$", "$$\na\nb\n$$"),
            ("$$\na\n\nb\n$$\n", "$$ a  b $$\n"),
            ("$$ a and\n\n$$ b", "$$ a and\n\n$$ b"),
            ("$$\n~~~a\n$$\n\n$$\n~~~b\n$$\n", "$$ ~~~a $$\n\n$$ ~~~b $$\n"),
            ("```\n$$\n= b\n$$\n```\n", "```\n$$\n= b\n$$\n```\n"),
        ] {
            assert_eq!(closed(text, code), expected, "{text}");
        }
    }
}
