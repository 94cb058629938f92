//! What the command line, the environment, the configuration file and the clock come to.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, anyhow};
use feedmill::article::YamlReader;
use feedmill::{Config, Preset, Settings, Timestamp};

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
    if let Some(preset) = config.preset()? {
        config = with_site(preset, config)?;
    }
    config.cache_dir =
        if arguments.no_cache { None } else { config.cache_dir.or_else(cache_folder) };
    Ok(config)
}

/// The configuration, with what the site says about itself where it says nothing.
pub(crate) fn with_site(preset: Preset, mut config: Config) -> anyhow::Result<Config> {
    let given = config.source.as_ref().and_then(|source| source.first()).cloned();
    let source = given.unwrap_or_default();
    let source = source.strip_prefix(".").unwrap_or(&source);
    let found = source.ancestors().find_map(|folder| Some((folder, site_file(preset, folder)?)));
    let Some((folder, (file, text))) = found else { return Ok(config) };
    let facts = preset.facts(file, &text).map_err(|error| {
        let path = folder.join(file);
        anyhow!("{}: {error}", path.display())
    })?;
    if source == folder {
        // The site as a whole is not its articles.
        config.source = None;
    }
    Ok(config.or(Config::of_site(facts, folder)))
}

/// The file in which the site in a folder says its facts, and what it says.
fn site_file(preset: Preset, folder: &Path) -> Option<(&'static str, String)> {
    let read = |file: &&'static str| {
        let text = std::fs::read_to_string(folder.join(file)).ok()?;
        Some((*file, text))
    };
    preset.site_files().iter().find_map(read)
}

/// The program whose site is in a folder.
pub(crate) fn preset_of(folder: &Path) -> Option<Preset> {
    Preset::ALL.into_iter().find(|preset| {
        // Some programs have a file of the same name; only one of them finds an address in it.
        let facts = site_file(*preset, folder).map(|(file, text)| preset.facts(file, &text));
        let facts = facts.and_then(Result::ok);
        facts.is_some_and(|facts| {
            let said = facts.url.is_some() || *preset == Preset::Jekyll;
            said && folder.join(facts.folder).is_dir()
        })
    })
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
