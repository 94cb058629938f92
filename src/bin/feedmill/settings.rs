//! The settings of a run, from flags, environment, configuration file and clock.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use feedmill::{Config, Settings, Timestamp};

use crate::args::{FeedArgs, FormatArgs};

/// The configuration file in the current folder.
pub(crate) const CONFIG_FILE: &str = "feedmill.yaml";

pub(crate) fn settings(
    arguments: &FeedArgs,
    formats: Option<&FormatArgs>,
) -> anyhow::Result<Settings> {
    Ok(configuration(arguments, formats)?.into_settings(clock()?)?)
}

/// Flags take precedence over the environment, then the file, then the configuration of the site.
pub(crate) fn configuration(
    arguments: &FeedArgs,
    formats: Option<&FormatArgs>,
) -> anyhow::Result<Config> {
    let mut config = match &arguments.config {
        Some(path) => read_config(path)?,
        None if Path::new(CONFIG_FILE).symlink_metadata().is_ok() => {
            read_config(Path::new(CONFIG_FILE))?
        }
        None => Config::default(),
    };
    arguments.settings.override_config(&mut config)?;
    if let Some(FormatArgs { format: Some(formats) }) = formats {
        config.format = Some(formats.clone());
    }
    let mut config = config.with_site()?;
    config.cache_dir =
        if arguments.no_cache { None } else { config.cache_dir.or_else(cache_folder) };
    Ok(config)
}

fn read_config(path: &Path) -> anyhow::Result<Config> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Config::parse(&text, folder).with_context(|| path.display().to_string())
}

pub(crate) fn clock() -> anyhow::Result<Timestamp> {
    #[expect(clippy::disallowed_methods, reason = "the clock enters here and nowhere else")]
    let clock = SystemTime::now();
    Timestamp::from_system(clock).context("the clock is out of range")
}

/// The folder that systemd or the XDG base directory specification assigns to caches.
fn cache_folder() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "only the program reads the environment")]
    let folder = |name: &str| {
        let value = std::env::var_os(name)?;
        // systemd may list several folders.
        let first = std::env::split_paths(&value).next()?;
        first.is_absolute().then_some(first)
    };
    let user_cache = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    folder("CACHE_DIRECTORY").or_else(|| Some(user_cache()?.join("feedmill")))
}
