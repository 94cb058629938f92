//! The sizes of audio and video files of the site that lie in the source.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::feed::{Entry, Site};
use crate::settings::Settings;
use crate::types::WebUrl;

/// Adds the sizes that an article does not state of files of its site. Returns whether there is such a
/// file: its feeds then depend on more than their articles.
pub(super) fn add_sizes(entry: &mut Entry, settings: &Settings) -> bool {
    let mut depends_on_files = false;
    for file in entry.files.iter_mut().filter(|file| file.bytes.is_none()) {
        let paths = paths(&file.url, &settings.site);
        depends_on_files |= !paths.is_empty();
        let size = |path: &PathBuf| settings.source.iter().find_map(|folder| size(folder, path));
        file.bytes = paths.iter().find_map(size);
    }
    depends_on_files
}

/// Where a file with this address may lie in a source: below the address of the site, or of its host.
fn paths(url: &WebUrl, site: &Site) -> Vec<PathBuf> {
    let folders = site.url.iter().flat_map(|site| [site.clone(), site.root()]);
    let mut paths: Vec<PathBuf> =
        folders.filter_map(|folder| url.path_below(&folder)).map(PathBuf::from).collect();
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    paths.retain(|path| path.components().all(is_plain));
    paths.dedup();
    paths
}

/// The size of a file in a folder. No link leads out of it.
fn size(folder: &Path, path: &Path) -> Option<u64> {
    let folder = fs::canonicalize(folder).ok()?;
    let file = fs::canonicalize(folder.join(path)).ok()?;
    let metadata = fs::metadata(&file).ok()?;
    let is_inside = file.starts_with(&folder) && metadata.is_file();
    Some(metadata.len()).filter(|&size| is_inside && size > 0)
}
