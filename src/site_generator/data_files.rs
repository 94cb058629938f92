//! The files of a site beside its articles that bodies show: templates, and values in data files.

use std::collections::BTreeMap;
use std::path::Path;

use super::SiteGenerator;
use super::detect::file_names;
use crate::front_matter::Value;

/// Bytes of a template, and the number of templates.
const MAX_TEMPLATE: usize = 16 * 1024;
const MAX_TEMPLATES: usize = 500;

/// Bytes of a data file, and of all data files.
const MAX_FILE: usize = 64 * 1024;
const MAX_ALL: usize = 256 * 1024;

/// Depth of folders.
const MAX_DEPTH: usize = 3;

impl SiteGenerator {
    /// Adds the templates in a folder by their names. One that cannot be read is not known.
    pub(super) fn add_templates(self, folder: &Path, templates: &mut BTreeMap<String, String>) {
        visit(folder, "", &mut |path, file| {
            let Some(name) = (self.rules().template_name)(path) else { return };
            let room = if templates.len() < MAX_TEMPLATES { MAX_TEMPLATE } else { 0 };
            if let Some(text) = read(file, room) {
                templates.insert(name, text);
            }
        });
    }

    /// The values of the data files of the site in a folder, by the names of folders and files; null
    /// without any.
    pub(super) fn data(self, folder: &Path) -> Value<'static> {
        let mut data = Value::Null;
        let Some(name) = self.rules().data_folder else { return data };
        let mut left = MAX_ALL;
        visit(&folder.join(name), "", &mut |path, file| {
            let Some((stem, "yml" | "yaml" | "json" | "toml")) = path.rsplit_once('.') else {
                return;
            };
            let Some(text) = read(file, left.min(MAX_FILE)) else { return };
            let Ok(values) = SiteGenerator::read_values(path, &text) else { return };
            left = left.saturating_sub(text.len());
            let outer = |values, key: &str| Value::Mapping(vec![(key.to_owned().into(), values)]);
            let values = stem.rsplit('/').fold(values.without("secured"), outer);
            match &mut data {
                Value::Null => data = values,
                data => data.merge(values),
            }
        });
        data
    }
}

/// The text of a file with at most so many bytes; `None` if it is no such file.
fn read(file: &Path, max: usize) -> Option<String> {
    let metadata = std::fs::metadata(file).ok()?;
    let is_short = metadata.is_file() && metadata.len() <= max as u64;
    is_short.then(|| std::fs::read_to_string(file).ok())?
}

/// Calls for each file below a folder, in order, with its path there and its own path.
fn visit(folder: &Path, prefix: &str, call: &mut impl FnMut(&str, &Path)) {
    for name in file_names(folder) {
        let path = format!("{prefix}{name}");
        let file = folder.join(&name);
        if !file.is_dir() {
            call(&path, &file);
        } else if prefix.matches('/').count() < MAX_DEPTH && !file.is_symlink() {
            visit(&file, &format!("{path}/"), call);
        }
    }
}
