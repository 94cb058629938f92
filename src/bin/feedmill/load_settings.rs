//! The settings of a run, from flags, environment, configuration file and clock.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use feedmill::{Config, Settings, Timestamp};

use crate::args::FeedArgs;

/// The configuration file in the current folder.
pub(crate) const CONFIG_FILE: &str = "feedmill.yaml";

pub(crate) fn settings(arguments: &FeedArgs) -> anyhow::Result<Settings> {
    Ok(configuration(arguments)?.into_settings(clock()?)?)
}

/// Flags take precedence over the environment, then the file, then the configuration of the site.
pub(crate) fn configuration(arguments: &FeedArgs) -> anyhow::Result<Config> {
    let default = Path::new(CONFIG_FILE);
    let default = default.symlink_metadata().is_ok().then_some(default);
    let file = arguments.config.as_deref().or(default);
    let mut config = file.map(read_config).transpose()?.unwrap_or_default();
    arguments.settings.override_config(&mut config)?;
    let config = config.with_site()?;
    let cache_dir = config.cache_dir.clone().or_else(cache_folder).filter(|_| !arguments.no_cache);
    Ok(Config { cache_dir, ..config })
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
