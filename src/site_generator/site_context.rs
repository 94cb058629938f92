//! The site context: what the rest of a site says about an article, by the folder it lies in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::SiteGenerator;
use crate::front_matter::{Value, split, syntax};
use crate::types::diagnostic::{Finding, Problem};

/// The articles below a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// The folder.
    pub folder: PathBuf,
    /// The code of the language, if only articles in one are meant.
    pub language: Option<String>,
}

/// Values for the articles below a folder that do not have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The folder, and the language.
    pub below: Region,
    /// By key, as if it were in the front matter of each article.
    pub values: BTreeMap<String, Value<'static>>,
}

/// A folder of articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentRoot {
    /// The folder, relative to that of the site in a [`GeneratorConfig`](super::GeneratorConfig).
    pub folder: PathBuf,
    /// Where the site has its articles, relative to all articles; mostly empty.
    pub target: PathBuf,
    /// The code of their language, unless their names say it.
    pub language: Option<String>,
}

/// A language of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteLanguage {
    /// The name in the configuration of the site and in file names: `de` of `page.de.md`.
    pub code: String,
    /// The language tag for feeds.
    pub tag: String,
    /// The address of the site in this language, if it has its own.
    pub url: Option<String>,
    /// The folder of its pages, such as `de/`; mostly empty for the main language.
    pub prefix: String,
}

/// What other files of a site say about an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteContext {
    /// The folders of articles; of several that hold a file, the first counts.
    pub roots: Vec<ContentRoot>,
    /// The languages of the site, the main one first; empty if the site does not name them.
    pub languages: Vec<SiteLanguage>,
    /// Whether articles in other languages than the main one are read.
    pub reads_translations: bool,
    /// The author of articles that name none.
    pub author: Option<String>,
    /// The names of authors by the keys that articles have for them.
    pub authors: BTreeMap<String, String>,
    /// Values for all articles below a folder.
    pub defaults: Vec<Defaults>,
    /// Folders that are one article as a whole: those of an `index.md`.
    pub bundles: BTreeSet<PathBuf>,
    /// Folders with a section file.
    pub sections: BTreeSet<PathBuf>,
    /// Folders whose section is a draft.
    pub drafts: BTreeSet<Region>,
    /// Folders whose section file cannot be read.
    pub unreadable: BTreeSet<Region>,
    /// The texts and numbers of the configuration that a body may show, by key.
    pub variables: BTreeMap<String, String>,
    /// The site's own templates of shortcodes and files to include, by name.
    pub templates: BTreeMap<String, String>,
    /// The values of the data files of the site; null if it has none.
    pub data: Value<'static>,
}

/// Where an article is in its site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place<'p> {
    /// Its path below all articles of its language, without the code of the language.
    pub(crate) path: Cow<'p, Path>,
    /// The index of its language.
    pub(crate) language: usize,
    /// How many of its folders are sections, counted from the outermost: those with a section file, and
    /// the first.
    pub(crate) is_section: Vec<bool>,
}

/// The texts and numbers of a configuration by their keys, those of inner mappings behind dots.
pub(super) fn variables(config: &Value<'_>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    add_variables(config, "", 0, &mut variables);
    variables
}

fn add_variables(
    config: &Value<'_>,
    prefix: &str,
    depth: usize,
    variables: &mut BTreeMap<String, String>,
) {
    for (key, value) in config.entries() {
        if key.eq_ignore_ascii_case("secured") {
            continue;
        }
        let name = format!("{prefix}{key}");
        if let Some(text) = value.scalar() {
            variables.insert(name, text.to_owned());
        } else if depth < MAX_VARIABLE_DEPTH {
            add_variables(value, &format!("{name}."), depth + 1, variables);
        }
    }
}

/// Nesting of the keys of a configuration that a body may show.
const MAX_VARIABLE_DEPTH: usize = 3;

impl Defaults {
    /// The values of a mapping for the articles below a folder.
    pub(super) fn new(
        below: Region,
        values: &Value<'_>,
        normal_key: impl Fn(&str) -> String,
    ) -> Defaults {
        let values = values.entries().iter();
        let values = values.map(|(key, value)| (normal_key(key), value.clone().into_owned()));
        Defaults { below, values: values.collect() }
    }
}

impl From<PathBuf> for Region {
    fn from(folder: PathBuf) -> Region {
        Region { folder, language: None }
    }
}

impl SiteContext {
    /// Where the file at a path is in the site.
    pub(crate) fn place<'p>(&self, path: &'p Path) -> Place<'p> {
        let found = self.roots.iter().find_map(|root| {
            let below = path.strip_prefix(&root.folder).ok()?;
            Some((root, below))
        });
        let name = || Path::new(path.file_name().unwrap_or_default());
        let (root, below) = match found {
            Some((root, below)) if below.as_os_str().is_empty() => (Some(root), name()),
            Some((root, below)) => (Some(root), below),
            None => (None, path),
        };
        let count = root.map_or(0, |root| root.target.components().count());
        let mut is_section = vec![true; count];
        is_section.extend(self.is_section(path, below));
        let target = root.map(|root| &root.target).filter(|target| !target.as_os_str().is_empty());
        let below = target.map_or(Cow::Borrowed(below), |target| Cow::Owned(target.join(below)));
        let mut language = root.and_then(|root| self.language(root.language.as_deref()?));
        let named = self.without_language(&below);
        let path = match named {
            Some((own, path)) => {
                language = Some(own);
                Cow::Owned(path)
            }
            None => below,
        };
        Place { path, language: language.unwrap_or(0), is_section }
    }

    /// For each folder of the site above a file, whether it has a section file.
    fn is_section(&self, path: &Path, below: &Path) -> Vec<bool> {
        let count = below.components().count().saturating_sub(1);
        let folders: Vec<&Path> = path.ancestors().skip(1).take(count).collect();
        folders.into_iter().rev().map(|folder| self.sections.contains(folder)).collect()
    }

    /// The index of a language by its code.
    fn language(&self, code: &str) -> Option<usize> {
        self.languages.iter().position(|language| language.code.eq_ignore_ascii_case(code))
    }

    /// The language in the name of a file, and its path without it: `page.de.md`.
    fn without_language(&self, path: &Path) -> Option<(usize, PathBuf)> {
        if self.languages.is_empty() {
            return None;
        }
        let (stem, code) = path.file_stem()?.to_str()?.rsplit_once('.')?;
        let language = self.language(code)?;
        let extension = path.extension()?.to_str()?;
        Some((language, path.with_file_name(format!("{stem}.{extension}"))))
    }

    /// Whether the file at a path, in the language with an index, is in a region.
    pub(crate) fn is_in(&self, region: &Region, path: &Path, language: usize) -> bool {
        let is_meant = |code: &String| self.language(code).is_none_or(|index| index == language);
        path.starts_with(&region.folder) && region.language.as_ref().is_none_or(is_meant)
    }

    /// The default values of the file at a path, by key. A folder further inside counts more, and of
    /// several for the same folder the last.
    pub(crate) fn defaults_of(
        &self,
        path: &Path,
        language: usize,
    ) -> BTreeMap<&str, &Value<'static>> {
        let above = self.defaults.iter();
        let above = above.filter(|defaults| self.is_in(&defaults.below, path, language));
        let mut above: Vec<&Defaults> = above.collect();
        above.sort_by_key(|defaults| defaults.below.folder.components().count());
        let values = above.into_iter().flat_map(|defaults| &defaults.values);
        values.map(|(key, value)| (key.as_str(), value)).collect()
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
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if !is_section(&stem) {
            self.bundles.insert(folder.to_owned());
            return Ok(());
        }
        self.sections.insert(folder.to_owned());
        let language = stem.strip_prefix("_index.").map(str::to_owned);
        let region = Region { folder: folder.to_owned(), language };
        match section(bytes) {
            Ok(section) => (generator.rules().add_section)(&region, &section, self),
            Err(finding) => {
                self.unreadable.insert(region);
                return Err(finding);
            }
        }
        Ok(())
    }
}

/// Whether a page in a site with pages and section files in the same folders is one of these.
pub(super) fn is_section(stem: &str) -> bool {
    stem == "_index" || stem.starts_with("_index.")
}

/// The front matter of a section file; null if it has none.
fn section(bytes: &[u8]) -> Result<Value<'_>, Finding> {
    let Some(split) = split::split(bytes)? else { return Ok(Value::Null) };
    let split::FrontMatter { text, syntax, .. } = split.front_matter;
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
