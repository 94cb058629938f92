//! Dollar signs: which are those of formulas, and which are prices, variables and code.

use std::borrow::Cow;
use std::ops::Range;

/// The dollar signs of a text.
pub(super) struct Dollars<'s> {
    /// The text with a sign of the same length in place of each dollar sign that would begin a formula and
    /// must not.
    pub(super) masked: Cow<'s, str>,
    /// Where these dollar signs are, in order.
    plain: Vec<usize>,
    /// Whether there may be formulas at all.
    pub(super) has_formulas: bool,
}

/// Rounds after which a text has too many prices to have formulas.
const MAX_ROUNDS: usize = 12;

/// Stands for a dollar sign. Like that it is punctuation, but it means nothing in Markdown.
const MASK: &str = "%";

/// Looks at the formulas that a parser finds in a text. When one is none, others may begin and end
/// elsewhere.
pub(super) fn look(source: &str, find_formulas: impl Fn(&str) -> Vec<Range<usize>>) -> Dollars<'_> {
    let mut dollars =
        Dollars { masked: Cow::Borrowed(source), plain: Vec::new(), has_formulas: true };
    if memchr::memchr_iter(b'$', source.as_bytes()).nth(1).is_none() {
        return dollars;
    }
    for _ in 0..MAX_ROUNDS {
        let mut wrong = Vec::new();
        for range in find_formulas(&dollars.masked) {
            if is_formula(&dollars.masked, &range) {
                continue;
            }
            let length = if opens_display(&dollars.masked, &range) { 2 } else { 1 };
            wrong.extend(range.start..range.start + length);
            // The code in it is code once it is no formula, and may contain what looks like the next one.
            if dollars.masked.get(range).is_some_and(|formula| formula.contains('`')) {
                break;
            }
        }
        if wrong.is_empty() {
            dollars.plain.sort_unstable();
            return dollars;
        }
        let masked = dollars.masked.to_mut();
        for at in &wrong {
            masked.replace_range(*at..=*at, MASK);
        }
        dollars.plain.extend(wrong);
    }
    Dollars { masked: Cow::Borrowed(source), plain: Vec::new(), has_formulas: false }
}

impl Dollars<'_> {
    /// The text with a backslash before each dollar sign that must not begin a formula.
    pub(super) fn escaped<'t>(&self, source: &'t str) -> Cow<'t, str> {
        if self.plain.is_empty() {
            return Cow::Borrowed(source);
        }
        let mut escaped = String::with_capacity(source.len() + self.plain.len());
        let mut position = 0;
        for &at in &self.plain {
            escaped.extend([source.get(position..at).unwrap_or_default(), "\\"]);
            position = at;
        }
        Cow::Owned(escaped + source.get(position..).unwrap_or_default())
    }
}

fn opens_display(text: &str, range: &Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|formula| formula.starts_with("$$"))
}

/// Whether the text between dollar signs is a formula. The sign at its end has no digit behind it (as in
/// Pandoc), and code and links are more than a formula.
fn is_formula(text: &str, range: &Range<usize>) -> bool {
    let formula = text.get(range.clone()).unwrap_or_default();
    if opens_display(text, range) {
        // TeX writes quotation marks as two of them.
        return !formula.replace("``", "").contains('`');
    }
    let behind = text.get(range.end..).unwrap_or_default();
    !formula.contains('`')
        && !formula.contains("](")
        && !behind.starts_with(|c: char| c.is_ascii_digit())
}
