//! What the command line, the environment, the configuration file and the clock come to.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use feedmill::article::YamlReader;
use feedmill::{Config, Settings, Timestamp};

use crate::args::{FeedArgs, FormatArgs};

/// Flags and environment over `feedmill.yaml` over defaults.
pub(crate) fn settings(
    arguments: &FeedArgs,
    formats: Option<&FormatArgs>,
) -> anyhow::Result<Settings> {
    let settings = configuration(arguments, formats)?.into_settings(clock()?)?;
    Ok(with_hidden(arguments, settings))
}

/// Flags and environment over `feedmill.yaml`.
pub(crate) fn configuration(
    arguments: &FeedArgs,
    formats: Option<&FormatArgs>,
) -> anyhow::Result<Config> {
    let file = match &arguments.config {
        Some(path) => read_config(path)?,
        None if Path::new(CONFIG_FILE).symlink_metadata().is_ok() => {
            read_config(Path::new(CONFIG_FILE))?
        }
        None => Config::default(),
    };
    let format = formats.and_then(|formats| formats.format.clone());
    let mut config = Config { format, ..arguments.to_config() }.or(file);
    config.cache_dir =
        if arguments.no_cache { None } else { config.cache_dir.or_else(cache_folder) };
    Ok(config)
}

pub(crate) fn clock() -> anyhow::Result<Timestamp> {
    #[expect(clippy::disallowed_methods, reason = "the clock enters here and nowhere else")]
    let clock = SystemTime::now();
    Timestamp::from_system(clock).context("the clock is out of range")
}

/// The settings that only comparisons change.
pub(crate) fn with_hidden(arguments: &FeedArgs, mut settings: Settings) -> Settings {
    if arguments.yaml_only {
        settings.dialect.yaml = YamlReader::Crate;
    }
    settings
}

/// Where systemd or the user wants what can be lost.
fn cache_folder() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "only the program reads the environment")]
    let folder = |name: &str| {
        let value = std::env::var_os(name)?;
        // systemd may name several.
        let first = std::env::split_paths(&value).next()?;
        first.is_absolute().then_some(first)
    };
    let own = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    folder("CACHE_DIRECTORY").or_else(|| Some(own()?.join("feedmill")))
}

/// Read from the current folder if there is one.
pub(crate) const CONFIG_FILE: &str = "feedmill.yaml";

fn read_config(path: &Path) -> anyhow::Result<Config> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Config::parse(&text, folder).with_context(|| path.display().to_string())
}
