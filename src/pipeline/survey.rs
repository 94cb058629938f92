//! The survey of a rendered site: a look at every page, from which the rules follow by which each is read.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::article;
use crate::error::{Error, Refusal};
use crate::page::{self, PageOptions, Sketch};
use crate::progress::Monitor;
use crate::settings::Settings;
use crate::site_generator::ReadOptions;
use crate::source::{self, Listing, ReadError};
use crate::stats::Stats;

/// Takes the pages of a listing, and adds the rules of their site to the options.
pub(super) fn add_rules(
    options: &mut ReadOptions,
    settings: &Settings,
    listing: &mut Listing,
    monitor: &impl Monitor,
) -> Result<(), Error> {
    let Some(pages) = &mut options.pages else { return Ok(()) };
    listing.files.retain(is_page);
    let sketches = listing.files.par_iter().map_init(Vec::new, |buffer, path| {
        if monitor.stop() { Err(Error::Interrupted) } else { sketch(path, pages, buffer) }
    });
    let sketches: Vec<Option<Sketch>> = sketches.collect::<Result<_, Error>>()?;
    let sketches: Vec<Sketch> = sketches.into_iter().flatten().collect();
    let rules = page::choose(&sketches, pages).map_err(|reason| {
        let folder = settings.source.clone();
        refused(Refusal::NoSignal { folder, reason })
    })?;
    if pages.site(Some(&rules)).is_none() {
        return Err(refused(Refusal::NoAddress(settings.source.clone())));
    }
    pages.rules = Some(Arc::new(rules));
    Ok(())
}

fn is_page(path: &PathBuf) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["html", "htm"].iter().any(|own| extension.eq_ignore_ascii_case(own))
}

fn sketch(
    path: &PathBuf,
    pages: &PageOptions,
    buffer: &mut Vec<u8>,
) -> Result<Option<Sketch>, Error> {
    // The first page of the site is no article, but may say where the site is.
    let is_unread = article::is_left_out(path, pages) && pages.place(path).as_deref() != Some("");
    if is_unread {
        return Ok(page::sketch(path, b"", pages));
    }
    match source::read(path, buffer) {
        Ok(contents) => Ok(page::sketch(path, contents.bytes, pages)),
        // It is reported when its turn comes.
        Err(ReadError::File(_)) => Ok(None),
        Err(ReadError::Source(error)) => Err(error),
    }
}

fn refused(refusal: Refusal) -> Error {
    Error::Refused { refusal, stats: Box::new(Stats::default()) }
}
