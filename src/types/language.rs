//! Language tags.

/// Whether a text has the syntax of a language tag (RFC 5646, section 2.1), such as `en` or `pt-BR`.
pub(crate) fn is_tag(text: &str) -> bool {
    let mut subtags = text.split('-');
    let primary = subtags.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// A tag and the languages that it is a variety of, the nearest first: `de-at-1996`, `de-at`, `de`
/// (RFC 4647, section 3.4).
pub(crate) fn lookup(tag: &str) -> impl Iterator<Item = &str> {
    let ends = tag.rmatch_indices('-').map(|(end, _)| end);
    std::iter::once(tag.len()).chain(ends).filter_map(|end| tag.get(..end))
}

/// The language tag that a text stands for, with `_` as many write it.
pub(crate) fn tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    is_tag(&tag).then_some(tag)
}
