//! What somebody meant who wrote something else. The only module that uses the `strsim` crate.

/// The known name that is so near to an unknown one that it was meant; case, `-` and `_` are no
/// distance. One mistake is forgiven, and another one for every so many `letters`.
pub(crate) fn nearest<'k>(unknown: &str, known: &[&'k str], letters: usize) -> Option<&'k str> {
    let bare = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let unknown = bare(unknown);
    let distance = |known: &str| strsim::damerau_levenshtein(&unknown, &bare(known));
    let nearest = known.iter().copied().min_by_key(|known| distance(known))?;
    (distance(nearest) <= 1 + nearest.len() / letters).then_some(nearest)
}
