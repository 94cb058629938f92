//! What the command line, the environment, the configuration file and the clock come to.

use std::io::ErrorKind::{NotADirectory, NotFound};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, anyhow, ensure};
use feedmill::{Config, Settings, SiteFacts, SiteGenerator, Timestamp, YamlReader};

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
pub(crate) fn with_site(preset: SiteGenerator, mut config: Config) -> anyhow::Result<Config> {
    let sources = config.source.clone().unwrap_or_else(|| vec![PathBuf::from(".")]);
    let first = sources.first().cloned().unwrap_or_default();
    let source = first.strip_prefix(".").unwrap_or(&first);
    let (folder, facts) = match site_above(preset, source)? {
        Some(found) => found,
        // Jekyll needs no configuration, and articles lie where they always do.
        None if source.join(preset.no_facts().folder).is_dir() => (source, preset.no_facts()),
        None => return Ok(config),
    };
    if source == folder {
        ensure!(sources.len() == 1, "a preset reads one site at a time");
        ensure!(
            facts.hiding.is_empty(),
            "feedmill does not know what `{}` of the site hides; name the folders with articles",
            facts.hiding.join("` and `")
        );
        // The site as a whole is not its articles.
        config.source = None;
    }
    Ok(config.or(Config::of_site(facts, folder)))
}

/// The folder of the site that a source belongs to, and what the site says.
fn site_above(preset: SiteGenerator, source: &Path) -> anyhow::Result<Option<(&Path, SiteFacts)>> {
    for folder in source.ancestors() {
        if let Some(facts) = site_in(preset, folder)? {
            return Ok(Some((folder, facts)));
        }
    }
    Ok(None)
}

/// What the site in a folder says, if there is one.
fn site_in(preset: SiteGenerator, folder: &Path) -> anyhow::Result<Option<SiteFacts>> {
    for file in preset.site_files() {
        let path = folder.join(file);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let facts = preset.facts(file, &text);
                return facts.map(Some).map_err(|error| anyhow!("{}: {error}", path.display()));
            }
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        }
    }
    Ok(None)
}

/// The program whose site is in a folder. A file of the same name that nobody can read is somebody
/// else's.
pub(crate) fn preset_of(folder: &Path) -> Option<SiteGenerator> {
    SiteGenerator::ALL.into_iter().find(|&preset| {
        let facts = site_in(preset, folder).ok().flatten();
        facts.is_some_and(|facts| {
            // Some programs have a file of the same name; only one of them finds an address in it.
            let said = facts.url.is_some() || preset == SiteGenerator::Jekyll;
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
        settings.options.yaml = YamlReader::Crate;
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
