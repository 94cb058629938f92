//! Finds the site of a generator in the file system and reads its configuration file.

use std::io::ErrorKind::{NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use super::{GeneratorConfig, SiteGenerator};

/// The configuration file of a site cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct SiteFileError {
    /// The file.
    pub path: PathBuf,
    /// The error of the file system, or the line and column of a syntax error.
    pub reason: String,
}

impl SiteGenerator {
    /// Returns the generator whose site is in `folder`, judged by the site's configuration file and its
    /// folder of articles.
    ///
    /// A configuration file that cannot be read counts as missing: other programs use the same names.
    pub fn detect(folder: &Path) -> Option<SiteGenerator> {
        SiteGenerator::ALL.into_iter().find(|&generator| {
            let config = generator.find_config(folder).ok().flatten();
            config.is_some_and(|config| {
                generator.recognizes(&config) && folder.join(config.folder).is_dir()
            })
        })
    }

    /// Reads the configuration file of the site in `folder`; `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or parsed.
    pub fn find_config(self, folder: &Path) -> Result<Option<GeneratorConfig>, SiteFileError> {
        for file in self.config_files() {
            let path = folder.join(file);
            let config = match std::fs::read_to_string(&path) {
                Ok(text) => self.read_config(file, &text),
                Err(error) if matches!(error.kind(), NotFound | NotADirectory) => continue,
                Err(error) => Err(error.to_string()),
            };
            return config.map(Some).map_err(|reason| SiteFileError { path, reason });
        }
        Ok(None)
    }
}
