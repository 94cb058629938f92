//! Replacements of parts of a text.

use std::ops::Range;

/// A part of a text, and what replaces it.
pub(super) type Edit = (Range<usize>, String);

/// A text with replacements, of which one that begins in another is passed over.
pub(super) fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut position = 0;
    for (range, replacement) in edits {
        if range.start < position {
            continue;
        }
        out.push_str(text.get(position..range.start).unwrap_or_default());
        out.push_str(&replacement);
        position = range.end;
    }
    out + text.get(position..).unwrap_or_default()
}

/// Whether a byte is in one of several ranges that stand in order.
pub(super) fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.start <= at)
}
