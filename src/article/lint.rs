//! Lints: what `check` reports about public articles, beyond the findings of a build.

use std::borrow::Cow;
use std::path::Path;

use super::Article;
use crate::front_matter::split::{self, FrontMatter};
use crate::front_matter::syntax::Syntax;
use crate::front_matter::{Field, Key};
use crate::site_generator::ReadOptions;
use crate::types::{Finding, Problem, Timestamp, Zone, date, suggest::nearest, text};

/// What authors may want to change in an article, in the order of the lines.
pub(crate) fn lint(
    path: &Path,
    bytes: &[u8],
    article: &Article,
    options: &ReadOptions,
) -> Vec<Finding> {
    let at = |field: Field, problem: fn(Key) -> Problem| {
        let (line, column) = key_position(bytes, field, options);
        Finding { line, column, problem: problem(options.fields.key(field)) }
    };
    let mut findings = misspelt_keys(bytes, options);
    let day = date::base_name(path).and_then(|name| date::from_name(name, false, Zone::default()));
    let day = day.map(Timestamp::date);
    // The day of an instant depends on the zone, so a neighbouring day is no contradiction.
    if day.is_some_and(|day| article.published.days_around().iter().all(|other| *other != day)) {
        findings.push(at(Field::Date, Problem::DateInName));
    }
    for (field, value) in [(Field::Title, &article.title), (Field::Excerpt, &article.excerpt)] {
        if is_escaped_twice(value) {
            findings.push(at(field, Problem::EscapedTwice));
        }
    }
    if article.images.first().is_some_and(|image| image.width.is_none() || image.height.is_none()) {
        findings.push(at(Field::Images, |_| Problem::ImageSize));
    }
    findings.sort_unstable();
    findings
}

/// Keys that are passed over, but look like ones that are read.
pub(crate) fn misspelt_keys(bytes: &[u8], options: &ReadOptions) -> Vec<Finding> {
    let Ok(Some(split)) = split::split(bytes) else { return Vec::new() };
    let findings = keys(split.front_matter).filter_map(|(line, name)| {
        let problem = Problem::KeyUnknown(misspelt(name, options)?);
        Some(Finding { line, column: 1, problem })
    });
    findings.collect()
}

/// The line and the column of the key of a field at the top of the front matter, as in a
/// [`Finding`]; zeros if there is none.
pub(crate) fn key_position(bytes: &[u8], field: Field, options: &ReadOptions) -> (usize, usize) {
    let split = split::split(bytes).ok().flatten();
    let lines: Vec<(usize, &str)> =
        split.into_iter().flat_map(|split| keys(split.front_matter)).collect();
    let fields = &options.fields;
    let line = |key: &Key| {
        lines
            .iter()
            .find(|(_, name)| fields.normal(Cow::Borrowed(name)) == *key)
            .map(|(line, _)| *line)
    };
    fields.keys(field).iter().find_map(line).map_or((0, 0), |line| (line, 1))
}

/// The keys at the top, with their lines in the file. Text in quotes or brackets over several lines
/// may look like one, which is rare.
fn keys(front_matter: FrontMatter<'_>) -> impl Iterator<Item = (usize, &str)> {
    let FrontMatter { text, syntax, .. } = front_matter;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let key = match syntax {
            Syntax::Yaml => {
                let (key, rest) = line.split_once(':')?;
                (rest.is_empty() || rest.starts_with([' ', '\t', '\r'])).then_some(key)?
            }
            Syntax::Toml => line.split_once('=')?.0.trim_end(),
            // Keys of inner objects look the same.
            Syntax::Json => return None,
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_key = !key.is_empty() && key.chars().all(plain);
        is_key.then_some((number + front_matter.first_line(), key))
    })
}

/// The known key that an unknown one resembles.
fn misspelt(key: &str, options: &ReadOptions) -> Option<Key> {
    let fields = &options.fields;
    let known: Vec<&str> = fields.all_keys().collect();
    if known.contains(&&*fields.normal(Cow::Borrowed(key))) {
        return None;
    }
    // Other programs have keys of their own, so only small mistakes count.
    nearest(key, &known, 6).map(|key| Cow::Owned(key.to_owned()))
}

/// Whether a text still has entities after they are decoded once.
fn is_escaped_twice(text: &str) -> bool {
    let plain = text::plain(text);
    plain.contains('&') && plain.contains(';') && text::plain(&plain) != plain
}
