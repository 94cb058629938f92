//! The site context: what other files of a site say about an article, by the folder it lies in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::SiteGenerator;
use crate::front_matter::{Value, split, syntax};
use crate::types::diagnostic::{Finding, Problem};

/// Values for the articles below a folder that do not have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The folder.
    pub below: PathBuf,
    /// By key, as if it were in the front matter of each article.
    pub values: BTreeMap<String, Value<'static>>,
}

/// What other files of a site say about an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteContext {
    /// Values for all articles below a folder.
    pub defaults: Vec<Defaults>,
    /// Folders that are one article as a whole: those of an `index.md`.
    pub bundles: BTreeSet<PathBuf>,
    /// Folders whose section is a draft.
    pub drafts: BTreeSet<PathBuf>,
    /// Folders whose section file cannot be read.
    pub unreadable: BTreeSet<PathBuf>,
    /// The languages of translations, which are not read: `de` of `page.de.md`.
    pub translations: BTreeSet<String>,
}

impl Defaults {
    /// The values of a mapping for the articles below a folder.
    pub(super) fn new(
        below: PathBuf,
        values: &Value<'_>,
        normal_key: impl Fn(&str) -> String,
    ) -> Defaults {
        let values = values.entries().iter();
        let values = values.map(|(key, value)| (normal_key(key), value.clone().into_owned()));
        Defaults { below, values: values.collect() }
    }
}

impl SiteContext {
    /// The default values of the file at a path, by key. A folder further inside counts more, and of
    /// several for the same folder the last.
    pub(crate) fn defaults_of(&self, path: &Path) -> BTreeMap<&str, &Value<'static>> {
        let above = self.defaults.iter().filter(|defaults| path.starts_with(&defaults.below));
        let mut above: Vec<&Defaults> = above.collect();
        above.sort_by_key(|defaults| defaults.below.components().count());
        let values = above.into_iter().flat_map(|defaults| &defaults.values);
        values.map(|(key, value)| (key.as_str(), value)).collect()
    }

    /// Whether a file is a page of a site that has pages and section files in the same folders.
    pub(super) fn is_page(&self, stem: &str, extension: &str, extensions: &[&str]) -> bool {
        let language = stem.rsplit_once('.').map_or("", |(_, language)| language);
        let is_section = stem == "_index" || stem.starts_with("_index.");
        extensions.contains(&extension) && !is_section && !self.translations.contains(language)
    }

    /// Adds what a file says about the other files of its folder; nothing for most files.
    ///
    /// # Errors
    ///
    /// If it cannot be read. It may have said that the other files are private, so they are.
    pub(crate) fn add(
        &mut self,
        generator: SiteGenerator,
        path: &Path,
        bytes: &[u8],
    ) -> Result<(), Finding> {
        let path = path.strip_prefix(".").unwrap_or(path);
        let folder = path.parent().unwrap_or(Path::new(""));
        if path.file_stem().is_none_or(|stem| stem != "_index") {
            self.bundles.insert(folder.to_owned());
            return Ok(());
        }
        match section(bytes) {
            Ok(section) => (generator.rules().add_section)(folder, &section, self),
            Err(finding) => {
                self.unreadable.insert(folder.to_owned());
                return Err(finding);
            }
        }
        Ok(())
    }
}

/// The front matter of a section file; null if it has none.
fn section(bytes: &[u8]) -> Result<Value<'_>, Finding> {
    let Some(split) = split::split(bytes)? else { return Ok(Value::Null) };
    let split::FrontMatter { text, syntax } = split.front_matter;
    let section = syntax::read::<Value<'_>>(syntax, text);
    let section = section.map_err(|error| split.front_matter.invalid(&error))?;
    let section = section.unwrap_or(Value::Null);
    let mut keys = BTreeSet::new();
    if section.entries().iter().all(|(key, _)| keys.insert(key)) {
        Ok(section)
    } else {
        // One of the values may say that the other files are private.
        let problem = Problem::Yaml("invalid front matter: duplicate key".to_owned());
        Err(Finding::new(split.front_matter.first_line(), 1, problem))
    }
}
