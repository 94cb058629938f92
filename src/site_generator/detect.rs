//! Finds the site of a generator in the file system and reads the files of its configuration.

use std::collections::BTreeMap;
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use super::{ContentRoot, GeneratorConfig, SiteGenerator};
use crate::front_matter::Value;

/// The configuration of a site cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct SiteFileError {
    /// The file.
    pub path: PathBuf,
    /// The error of the file system, or the line and column of a syntax error.
    pub reason: String,
}

impl SiteGenerator {
    /// Returns the generator whose site is in `folder`, judged by the site's configuration and its
    /// folders of articles.
    ///
    /// A configuration that cannot be read counts as missing: other programs use the same names.
    pub fn detect(folder: &Path) -> Option<SiteGenerator> {
        let configured = || Self::ALL.into_iter().find(|it| it.is_configured(folder));
        configured().or_else(|| Self::ALL.into_iter().find(|it| it.bare_config(folder).is_some()))
    }

    /// Returns the generator of the site that `folder` is in.
    pub fn detect_around(folder: &Path) -> Option<SiteGenerator> {
        let folder = folder.strip_prefix(".").unwrap_or(folder);
        let configured =
            |folder| Self::ALL.into_iter().find(|it: &SiteGenerator| it.is_configured(folder));
        folder
            .ancestors()
            .find_map(configured)
            .or_else(|| folder.ancestors().find_map(Self::detect))
    }

    /// Returns the sites in the folders below a folder, those with the shortest paths first.
    pub fn detect_below(folder: &Path) -> Vec<(PathBuf, SiteGenerator)> {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let (mut sites, mut level) = (Vec::new(), folders_in(here));
        for _ in 0..MAX_DEPTH {
            level.retain(|folder| may_hold_site(folder));
            level.truncate(MAX_FOLDERS);
            let mut inner = Vec::new();
            for folder in level {
                match Self::ALL.into_iter().find(|it| it.is_configured(&folder)) {
                    Some(generator) => {
                        sites.push((
                            folder.strip_prefix(".").unwrap_or(&folder).to_owned(),
                            generator,
                        ));
                    }
                    None => inner.extend(folders_in(&folder)),
                }
            }
            level = inner;
        }
        sites
    }

    /// Why the configuration in a folder is not that of a site, if it seems meant for one: it cannot be
    /// read, or it sets no address.
    pub fn fault_of_config(folder: &Path) -> Option<SiteFileError> {
        let mut without_address = None;
        for generator in Self::ALL {
            let config = match generator.find_config(folder) {
                Ok(Some(config)) if config.url.is_none() => config,
                Ok(_) => continue,
                Err(error) => return Some(error),
            };
            let has_articles = |root: &ContentRoot| is_folder(&folder.join(&root.folder));
            let file = config.files.first().filter(|_| config.roots.iter().any(has_articles));
            let Some(file) = file.filter(|file| is_shared(file)) else { continue };
            let (name, key) = (generator.name(), generator.rules().address_key);
            let (path, keys) = without_address.get_or_insert((folder.join(file), Vec::new()));
            if *path == folder.join(file) {
                keys.push(format!("`{key}` for {name}"));
            }
        }
        let (path, keys) = without_address?;
        Some(SiteFileError { path, reason: format!("sets no address: {}", keys.join(", ")) })
    }

    /// Whether a folder has the configuration and a folder of articles of a site.
    fn is_configured(self, folder: &Path) -> bool {
        let config = self.find_config(folder).ok().flatten();
        config.is_some_and(|config| {
            self.recognizes(&config)
                && config.roots.iter().any(|root| is_folder(&folder.join(&root.folder)))
        })
    }

    /// The configuration of a site that needs none, and has none.
    pub(crate) fn bare_config(self, folder: &Path) -> Option<GeneratorConfig> {
        let articles = folder.join(self.rules().article_folder?);
        is_folder(&articles).then(|| self.config_of(&Value::Null, folder))
    }

    fn config_of(self, values: &Value<'_>, folder: &Path) -> GeneratorConfig {
        let mut config = (self.rules().config)(values);
        config.url = config.url.or_else(|| host(folder, self.rules().host_file?));
        config
    }

    /// Reads the configuration of the site in `folder`; `None` if there is no site.
    ///
    /// # Errors
    ///
    /// If a file of the configuration cannot be read or parsed.
    pub fn find_config(self, folder: &Path) -> Result<Option<GeneratorConfig>, SiteFileError> {
        let (mut values, mut files) = (Value::Mapping(Vec::new()), Vec::new());
        for name in self.config_files() {
            if let Some(text) = read(&folder.join(name))? {
                values.merge(parse(folder, name, &text)?);
                files.push((*name).to_owned());
                break;
            }
        }
        for part in self.rules().config_folders {
            for name in names_in(&folder.join(part)) {
                let file = format!("{part}/{name}");
                let Some(text) = read(&folder.join(&file))? else { continue };
                values.merge(within(&name, parse(folder, &file, &text)?));
                files.push(file);
            }
        }
        if files.is_empty() {
            return Ok(None);
        }
        let mut config = self.config_of(&values, folder);
        for file in self.rules().author_files {
            let Some(text) = read(&folder.join(file))? else { continue };
            config.authors = authors(&parse(folder, file, &text)?);
            break;
        }
        config.files = files;
        config.templates = self.templates(folder);
        config.data = self.data(folder);
        Ok(Some(config))
    }

    /// The templates in a site and its themes, by name.
    fn templates(self, folder: &Path) -> BTreeMap<String, String> {
        let mut templates = BTreeMap::new();
        let own = self.rules().template_folders;
        let themes = if own.is_empty() { Vec::new() } else { folders_in(&folder.join("themes")) };
        for place in themes.iter().map(PathBuf::as_path).chain([folder]) {
            for part in own {
                self.add_templates(&place.join(part), &mut templates);
            }
        }
        templates
    }
}

/// How deep below a folder sites are looked for, and in how many folders of one depth.
const MAX_DEPTH: usize = 3;
const MAX_FOLDERS: usize = 500;

/// Whether a path is a folder that somebody may keep a site in.
fn may_hold_site(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_of_others = matches!(name, "node_modules" | "target" | "themes" | "vendor");
    !name.starts_with('.') && !is_of_others && !path.is_symlink() && path.is_dir()
}

/// Whether several generators have a configuration file of this name.
pub(super) fn is_shared(file: &str) -> bool {
    file.starts_with("config.")
}

/// Whether a path is a folder; the empty path is the current one.
fn is_folder(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.is_dir()
}

/// The text of a file; `None` if there is no such file.
fn read(path: &Path) -> Result<Option<String>, SiteFileError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(error) => Err(SiteFileError { path: path.to_owned(), reason: error.to_string() }),
    }
}

fn parse(folder: &Path, file: &str, text: &str) -> Result<Value<'static>, SiteFileError> {
    let error = |reason| SiteFileError { path: folder.join(file), reason };
    SiteGenerator::read_values(file, text).map_err(error)
}

/// The names in a folder that are texts, sorted.
pub(super) fn file_names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    file_names(folder).into_iter().map(|name| folder.join(name)).collect()
}

/// The names of the files in a folder that may be parts of a configuration, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let names = file_names(folder).into_iter();
    let is_part = |name: &String| {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        matches!(extension, Some("toml" | "yaml" | "yml" | "json"))
    };
    let mut names: Vec<String> = names.filter(is_part).collect();
    // What is said in the main file counts less than what a part says.
    names.sort_by_key(|name| (!is_main(name), name.clone()));
    names
}

fn is_main(name: &str) -> bool {
    matches!(name.split('.').next(), Some("hugo" | "config"))
}

/// The values of a part of the configuration, as if they were in the main file: `languages.de.toml`.
fn within(name: &str, values: Value<'static>) -> Value<'static> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let keys: Vec<&str> = if is_main(name) { Vec::new() } else { stem.split('.').collect() };
    let outer = |values, key: &&str| Value::Mapping(vec![((*key).to_owned().into(), values)]);
    keys.iter().rev().fold(values, outer)
}

/// The names of authors by their keys.
fn authors(values: &Value<'_>) -> BTreeMap<String, String> {
    let named = values.entries().iter();
    named.filter_map(|(key, author)| Some((key.to_string(), author.text("name")?))).collect()
}

/// The address of a site whose host is named in a file of its own.
fn host(folder: &Path, file: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder.join(file)).ok()?;
    let host = text.trim();
    let is_host = host.contains('.') && !host.contains(|c: char| c.is_whitespace() || c == '/');
    is_host.then(|| format!("https://{host}"))
}
