//! Refuses output folders that would hold the source or the cache.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::objects;
use crate::settings::Settings;

/// Refuses an output folder that holds the source, which would be taken for feeds, or the cache,
/// which would be served.
pub(super) fn check(settings: &Settings) -> Result<(), Error> {
    if objects::is_address(&settings.output) {
        return check_address(settings);
    }
    let output = resolved(&settings.output)?;
    if let Some(cache) = &settings.cache
        && resolved(&cache.folder).is_ok_and(|folder| folder.starts_with(&output))
    {
        let (output, cache) = (settings.output.clone(), cache.folder.clone());
        return Err(Error::CacheInOutput { output, cache });
    }
    for path in &settings.source {
        if std::fs::canonicalize(path).is_ok_and(|source| source.starts_with(&output)) {
            return Err(Error::Overlap { output: settings.output.clone(), path: path.clone() });
        }
    }
    Ok(())
}

/// Nothing on this machine can lie below an address; only a source in object storage can.
fn check_address(settings: &Settings) -> Result<(), Error> {
    match settings.source.iter().find(|path| path.starts_with(&settings.output)) {
        Some(path) => Err(Error::Overlap { output: settings.output.clone(), path: path.clone() }),
        None => Ok(()),
    }
}

/// The path of a folder that may not exist yet, without links and `..`.
fn resolved(path: &Path) -> Result<PathBuf, Error> {
    let mut missing = Vec::new();
    for ancestor in path.ancestors() {
        let existing = if ancestor == Path::new("") { Path::new(".") } else { ancestor };
        match std::fs::canonicalize(existing) {
            Ok(mut resolved) => {
                resolved.extend(missing.iter().rev());
                return Ok(resolved);
            }
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound && !existing.is_symlink() =>
            {
                // Where a `..` leads cannot be known before the folder exists.
                let Some(name) = existing.file_name() else { break };
                missing.push(name);
            }
            Err(source) => return Err(Error::Publish { path: path.to_owned(), source }),
        }
    }
    let source = std::io::Error::other("`..` follows a folder that does not exist");
    Err(Error::Publish { path: path.to_owned(), source })
}
