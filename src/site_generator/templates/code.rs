//! Finds the code of a body, in which nothing is a template.

use std::borrow::Cow;
use std::ops::Range;

use super::FindCode;

/// Elements whose text is code.
const ELEMENTS: [&str; 7] = ["pre", "code", "kbd", "samp", "script", "style", "textarea"];

/// A block whose text is code, by what opens a template, its first word, and what opens its end.
pub(in crate::site_generator) type RawBlock = (&'static str, &'static str, &'static str);

/// The bytes that are code, in order; those of Markdown if it says what that is.
pub(in crate::site_generator) fn ranges(
    source: &str,
    find_code: Option<FindCode>,
    raw_blocks: &[RawBlock],
) -> Vec<Range<usize>> {
    let mut ranges = find_code.map_or_else(Vec::new, |find| find(&masked(source, raw_blocks)));
    let in_elements = elements(source, &ranges);
    if !in_elements.is_empty() {
        ranges.extend(in_elements);
        ranges.sort_unstable_by_key(|range| range.start);
    }
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The bytes of elements whose text is code, but for those that are in code themselves.
fn elements(source: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let lower = source.to_ascii_lowercase();
    let last_ends = ELEMENTS.map(|name| lower.rfind(&format!("</{name}")).unwrap_or_default());
    let last_close = lower.rfind('>').unwrap_or_default();
    while let Some(at) = lower.get(from..).and_then(|rest| rest.find('<')).map(|at| from + at) {
        let next = code.partition_point(|range| range.end <= at);
        if let Some(code) = code.get(next).filter(|code| code.start <= at) {
            from = code.end.max(at + 1);
            continue;
        }
        from = at + 1;
        let tag = lower.get(from..).unwrap_or_default();
        let mut names = ELEMENTS.iter().zip(last_ends);
        let name = names.find(|(name, last_end)| {
            let rest = tag.strip_prefix(**name);
            rest.is_some_and(|rest| rest.starts_with(['>', ' ', '\n', '\t'])) && at < *last_end
        });
        let Some((name, _)) = name.filter(|_| at < last_close) else { continue };
        let Some(start) = tag.find('>').map(|end| from + end + 1) else { continue };
        let end = lower.get(start..).and_then(|rest| rest.find(&format!("</{name}")));
        let Some(end) = end.map(|end| start + end) else { continue };
        found.push(start..end);
        from = end;
    }
    found
}

/// A body in which the code of templates is blank, so that nothing in it looks like Markdown. Every
/// byte stays at its place.
fn masked<'s>(source: &'s str, raw_blocks: &[RawBlock]) -> Cow<'s, str> {
    let first = |from: usize| {
        let rest = source.get(from..).unwrap_or_default();
        let starts = raw_blocks.iter();
        let starts = starts.filter_map(|it| Some((from + begins(rest, it.0, it.1)?, it)));
        starts.min_by_key(|(start, _)| *start)
    };
    let mut next = first(0);
    if next.is_none() {
        return Cow::Borrowed(source);
    }
    let mut masked = String::with_capacity(source.len());
    let mut position = 0;
    while let Some((start, (opening, word, closing))) = next {
        let before = source.get(position..start).unwrap_or_default();
        // Behind a backtick it may be shown as code.
        if let Some(tick) = before.find('`').map(|tick| position + tick) {
            let run = source.get(tick..).unwrap_or_default();
            let length = run.len() - run.trim_start_matches('`').len();
            let (ticks, after) = run.split_at_checked(length).unwrap_or_default();
            let end = tick + length + closing_run(after, ticks).unwrap_or(0);
            masked.push_str(source.get(position..end).unwrap_or_default());
            position = end;
            if start < position {
                next = first(position);
            }
            continue;
        }
        let inside = source.get(start + opening.len()..).unwrap_or_default();
        let block = end_of_block(inside, opening, word, closing);
        let end = start + opening.len() + block.map_or(inside.len(), |(_, end)| end);
        masked.push_str(before);
        let code = source.get(start..end).unwrap_or_default();
        let blank = code.bytes().map(|byte| if byte == b'\n' { '\n' } else { 'x' });
        masked.extend(blank);
        position = end;
        next = first(position);
    }
    masked.push_str(source.get(position..).unwrap_or_default());
    Cow::Owned(masked)
}

/// The end of the run of as many backticks.
fn closing_run(text: &str, ticks: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('`')?;
        let run = text.get(at..)?;
        let length = run.len() - run.trim_start_matches('`').len();
        if length == ticks.len() {
            return Some(at + length);
        }
        from = at + length;
    }
}

/// Where a template with this first word begins.
fn begins(text: &str, opening: &str, word: &str) -> Option<usize> {
    let mut starts = text.match_indices(opening);
    starts.find_map(|(at, _)| {
        let inside = text.get(at + opening.len()..)?.trim_start_matches(['-', ' ', '\t', '\n']);
        let after = inside.strip_prefix(word)?;
        after.starts_with(|c: char| !c.is_alphanumeric()).then_some(at)
    })
}

/// The bytes before the end of a block, and with it.
pub(super) fn end_of_block(
    text: &str,
    opening: &str,
    word: &str,
    closing: &str,
) -> Option<(usize, usize)> {
    let end_word = if opening.starts_with("{%") && closing == "%}" {
        format!("end{word}")
    } else {
        format!("/{word}")
    };
    let mut starts = text.match_indices(opening);
    starts.find_map(|(at, _)| {
        let inside = text.get(at + opening.len()..)?;
        let after = inside.trim_start_matches(['-', ' ', '\t']).strip_prefix(&*end_word)?;
        let close = after.find(closing)?;
        let is_end = after.get(..close)?.trim_matches(['-', ' ', '\t']).is_empty();
        is_end.then(|| (at, text.len() - after.len() + close + closing.len()))
    })
}

/// Code in a fence that no line of it closes, as deep as the line that it replaces.
pub(super) fn dedented_fence(code: &str, language: &str, indentation: &str) -> String {
    let code = code.trim_end_matches([' ', '\t']);
    let code = code.strip_prefix("\r\n").or_else(|| code.strip_prefix('\n')).unwrap_or(code);
    let mut longest = 2;
    for line in code.lines() {
        let line = line.trim_start();
        longest = longest.max(line.len() - line.trim_start_matches('`').len());
    }
    let fence = "`".repeat(longest + 1);
    let mut fenced = format!("\n{indentation}{fence}{language}\n");
    let is_deep = |line: &str| line.starts_with(indentation) || line == indentation.trim_end();
    let is_deep = code.lines().all(|line| line.trim().is_empty() || is_deep(line));
    for line in code.lines() {
        if !is_deep {
            fenced.push_str(indentation);
        }
        fenced.extend([line, "\n"]);
    }
    fenced.extend([indentation, &fence, "\n"]);
    fenced
}
