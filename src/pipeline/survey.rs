//! The survey of a rendered site: a look at every page, from which the rules follow by which each is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use uuid::Uuid;

use super::page_files::is_page;
use super::site_address;
use crate::article;
use crate::cache::{Cache, Fingerprint};
use crate::error::{Error, Refusal};
use crate::page::{self, Known, Looks, PageOptions, SiteRules, Sketch};
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::site_generator::ReadOptions;
use crate::source::{self, Listing, ReadError};
use crate::stats::Stats;
use crate::types::guid;

/// Takes the pages of a listing, and adds the rules of their site to the options. Returns the fingerprints
/// of the pages; nothing if the files are no pages, or without a cache.
///
/// # Errors
///
/// If the pages cannot be read, or nothing tells the articles.
pub(super) fn add_rules(
    options: &mut ReadOptions,
    settings: &Settings,
    listing: &mut Listing,
    cache: Option<&mut Cache>,
    monitor: &impl Monitor,
) -> Result<Vec<Option<Fingerprint>>, Error> {
    let Some(pages) = &mut options.pages else { return Ok(Vec::new()) };
    listing.files.retain(|path| is_page(path));
    let fingerprints = cache.as_deref().map(|cache| fingerprints(cache, &listing.files));
    let digest = fingerprints.as_ref().and_then(|known| digest(&listing.files, known, pages));
    let known = cache.as_deref().and_then(|cache| cache.survey(digest?)).cloned();
    let rules = match known {
        Some(rules) => rules,
        None => survey(pages, settings, listing, monitor)?,
    };
    if let Some(cache) = cache {
        cache.set_survey(digest, rules.clone());
    }
    let rules = rules.or_claimed(|| site_address::find(pages, &listing.files));
    if pages.site(Some(&rules)).is_none() {
        return Err(refused(Refusal::NoAddress(settings.source.clone())));
    }
    pages.rules = Some(Arc::new(rules));
    Ok(fingerprints.unwrap_or_default())
}

/// The fingerprints of pages that do not change without a sign.
fn fingerprints(cache: &Cache, files: &[PathBuf]) -> Vec<Option<Fingerprint>> {
    let files = files.par_iter().with_min_len(MIN_FILES_PER_TASK);
    files.map(|path| cache.settled(path, &source::version(path)?)).collect()
}

/// Fewer files are not worth a thread of their own.
const MIN_FILES_PER_TASK: usize = 64;

/// A digest of the paths of all pages, and of the bytes of those that the survey reads.
fn digest(files: &[PathBuf], known: &[Option<Fingerprint>], pages: &PageOptions) -> Option<Uuid> {
    let mut facts = Vec::new();
    for (path, fingerprint) in files.iter().zip(known) {
        match fingerprint {
            Some(fingerprint) => facts.extend(fingerprint.as_bytes()),
            None if article::is_left_out(path, pages) => {
                facts.extend(path.as_os_str().as_encoded_bytes());
            }
            None => return None,
        }
    }
    Some(guid::from_name(&Uuid::NAMESPACE_OID, &facts))
}

/// Looks at all pages.
fn survey(
    pages: &PageOptions,
    settings: &Settings,
    listing: &Listing,
    monitor: &impl Monitor,
) -> Result<SiteRules, Error> {
    let sketches = listing.files.par_iter().map_init(Vec::new, |buffer, path| {
        if monitor.stop() { Err(Error::Interrupted) } else { sketch(path, pages, buffer) }
    });
    let sketches: Vec<_> = sketches.collect::<Result<_, Error>>()?;
    let (sketches, looks): (Vec<Sketch>, Vec<_>) = sketches.into_iter().flatten().unzip();
    let mut rules = page::choose(&sketches, pages).map_err(|mut reason| {
        let candidates = listing.files.iter().filter(|path| !article::is_left_out(path, pages));
        let bytes = |path: &PathBuf| {
            let mut buffer = Vec::new();
            Some(source::read(path, &mut buffer).ok()?.bytes.to_vec())
        };
        reason.date = page::hint(candidates.take(MAX_HINTS).filter_map(bytes));
        refused(Refusal::NoSignal { folder: settings.source.clone(), reason })
    })?;
    rules.looks = Arc::new(Looks::new(looks.into_iter().flatten()));
    Ok(rules)
}

/// Pages in which a date is looked for, where no sign was found.
const MAX_HINTS: usize = 200;

/// What is kept of a page for the survey, and for its reading.
type Seen = (Sketch, Option<(String, Known)>);

fn sketch(path: &Path, pages: &PageOptions, buffer: &mut Vec<u8>) -> Result<Option<Seen>, Error> {
    // The first page of the site is no article, but may say where the site is.
    let is_unread = article::is_left_out(path, pages) && pages.place(path).as_deref() != Some("");
    if is_unread {
        return Ok(page::sketch_and_look(path, b"", pages));
    }
    match source::read(path, buffer) {
        Ok(contents) => Ok(page::sketch_and_look(path, contents.bytes, pages)),
        // It is reported when its turn comes.
        Err(ReadError::File(_)) => Ok(None),
        Err(ReadError::Source(error)) => Err(error),
    }
}

fn refused(refusal: Refusal) -> Error {
    Error::Refused { refusal, stats: Box::new(Stats::default()) }
}
