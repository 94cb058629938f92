//! Suggests a known name for an unknown one. The only module that uses the `strsim` crate.

/// The known name that is most similar to `unknown`, if it is similar enough to be meant.
///
/// One mistake is allowed, and one more for every `letters` bytes of the known name; case, `-` and
/// `_` do not count.
pub(crate) fn nearest<'k>(unknown: &str, known: &[&'k str], letters: usize) -> Option<&'k str> {
    let bare = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let unknown = bare(unknown);
    let distance = |known: &str| strsim::damerau_levenshtein(&unknown, &bare(known));
    let nearest = known.iter().copied().min_by_key(|known| distance(known))?;
    (distance(nearest) <= 1 + nearest.len() / letters).then_some(nearest)
}
