//! The files of a rendered site: which are pages, where the page at an address is, and what tells versions
//! of pages apart.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use crate::cache::Fingerprint;
use crate::page::{self, PageOptions};
use crate::settings::Settings;
use crate::source;
use crate::types::{WebUrl, guid};

/// How the pages of the articles are read: what the first page of the site says as well is about the
/// site.
pub(super) fn options(settings: &Settings) -> Option<PageOptions> {
    let mut pages = settings.rendered.clone()?;
    let home = pages.folders.first().map(|folder| folder.join("index.html")).unwrap_or_default();
    let mut buffer = Vec::new();
    let bytes = source::read(&home, &mut buffer).map(|contents| contents.bytes).unwrap_or_default();
    let rules = page::rules_of_home(&home, bytes, &pages);
    pages.rules = Some(Arc::new(rules));
    Some(pages)
}

/// A digest of pages as they are now.
pub(super) fn digest_of(paths: &[PathBuf]) -> Option<Uuid> {
    let mut facts = Vec::new();
    for path in paths {
        let fingerprint = Fingerprint::new(path, &source::version(path)?);
        facts.extend(fingerprint.as_bytes());
    }
    Some(guid::from_name(&Uuid::NAMESPACE_OID, &facts))
}

/// The file of the page at an address.
pub(super) fn page_path(link: &WebUrl, pages: &PageOptions) -> Option<PathBuf> {
    let folder = pages.folders.first()?;
    let sites = [pages.site(pages.rules.as_deref()), Some(link.root())];
    sites.into_iter().flatten().find_map(|site| {
        let below = link.path_below(&site)?;
        let below = Path::new(&below);
        // No address leads out of the folder.
        let is_inside = below.components().all(|part| matches!(part, Component::Normal(_)));
        let file = folder.join(below);
        let mut name = file.file_name()?.to_owned();
        name.push(".html");
        let files = [file.join("index.html"), file.with_file_name(name), file];
        let is_file = |path: &PathBuf| source::version(path).is_some_and(|it| it.is_file());
        files.into_iter().find(is_file).filter(|path| is_inside && is_page(path))
    })
}

/// Whether a file is a page by its name.
pub(super) fn is_page(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["html", "htm"].iter().any(|own| extension.eq_ignore_ascii_case(own))
}
