//! `feedmill init`: a configuration to begin with, made of what there is and of the definition of the
//! command line, so that it can neither lie nor forget anything.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, ensure};
use clap::{Arg, Command, CommandFactory as _};
use feedmill::{Config, GroupKey, Settings, SiteGenerator};

use crate::Exit;
use crate::args::CommandLine;
use crate::output::printer::{Printer, print};
use crate::output::summary::plural;
use crate::settings::{CONFIG_FILE, clock, preset_of, with_site};

pub(crate) fn init(source: &[PathBuf]) -> Exit {
    match write(source) {
        Ok(words) => {
            print(&words);
            Exit::UpToDate
        }
        Err(error) => {
            Printer::plain().error(&error);
            Exit::Usage
        }
    }
}

fn write(source: &[PathBuf]) -> anyhow::Result<String> {
    let file = Path::new(CONFIG_FILE);
    ensure!(file.symlink_metadata().is_err(), "there is a {CONFIG_FILE} already");
    let folder = source.first().map_or(Path::new(""), PathBuf::as_path);
    let preset = preset_of(folder);
    let config = Config { source: Some(source.to_vec()), ..Config::default() };
    let config = match preset {
        None => config,
        Some(preset) => {
            let config = Config { preset: Some(preset.name().to_owned()), ..config };
            with_site(preset, config)?
        }
    };
    // Some sites leave it to their host to know where they are.
    let homeless = preset.is_some() && config.site_url.is_none();
    let anywhere = homeless.then(|| "https://localhost/".to_owned());
    let settings =
        Config { site_url: anywhere, ..Config::default() }.or(config).into_settings(clock()?)?;
    let articles = feedmill::articles(&settings, &|| false)?.len();
    if articles == 0 {
        return Err(anyhow!(
            "no article found; `feedmill check` says why, `feedmill init SOURCE` looks elsewhere"
        ));
    }
    let kinds = kinds(&settings)?;
    let text = configuration(source, preset, homeless, &kinds);
    feedmill::create(file, text.as_bytes())
        .with_context(|| format!("cannot write {CONFIG_FILE}"))?;
    let kinds: Vec<String> =
        kinds.iter().map(|(by, count)| format!("{count} by {}", by.name())).collect();
    let articles = plural(articles, "article");
    let first = if homeless { "fill in site-url in it first; then " } else { "" };
    Ok(format!(
        "wrote {CONFIG_FILE} for {articles}; feeds: {}\n{first}feedmill serve shows them, feedmill build writes them\n",
        kinds.join(", ")
    ))
}

/// The kinds that have groups, and how many; all articles together if there are none.
fn kinds(settings: &Settings) -> anyhow::Result<Vec<(GroupKey, usize)>> {
    let mut kinds = Vec::new();
    for by in [GroupKey::Topic, GroupKey::Provider] {
        let groups = feedmill::groups(settings, by, &|| false)?.groups.len();
        // One group that holds everything is no choice.
        if groups > 1 {
            kinds.push((by, groups));
        }
    }
    kinds.push((GroupKey::All, 1));
    Ok(kinds)
}

fn configuration(
    source: &[PathBuf],
    preset: Option<SiteGenerator>,
    homeless: bool,
    kinds: &[(GroupKey, usize)],
) -> String {
    let source: Vec<String> = source.iter().map(|path| quoted(&path.to_string_lossy())).collect();
    let kinds: Vec<&str> = kinds.iter().map(|(by, _)| by.name()).collect();
    let mut text = format!(
        "# What feedmill builds when it is run in this folder. Lines with a `#` say what else there is.\n\
         \n\
         source: [{}]\n\
         by: [{}]\n\
         format: [rss]\n\
         out: out\n",
        source.join(", "),
        kinds.join(", ")
    );
    if let Some(preset) = preset {
        // Writing to a string does not fail.
        let _ = writeln!(text, "preset: {}", preset.name());
    }
    if homeless {
        text.push_str("# To be filled in: where the site is, as no file of it says.\nsite-url:\n");
    }
    let program = CommandLine::command();
    let arguments = program.find_subcommand("build").into_iter().flat_map(Command::get_arguments);
    // What can stand in the environment can stand here, but for the file itself.
    let keys = arguments.filter(|argument| argument.get_env().is_some());
    let keys = keys.filter(|argument| preset.is_none() || argument.get_id() != "preset");
    let keys = keys.filter(|argument| !homeless || argument.get_id() != "site_url");
    for argument in keys.filter(|argument| !SAID.contains(&argument.get_id().as_str())) {
        let _ = write!(text, "\n{}", commented(argument));
    }
    text.push_str(
        "\n# The keys of the articles, if they are others.\n#fields: {date: [posted, date]}\n",
    );
    text.push_str("\n# What is special about the feeds of a kind.\n#kinds:\n#  topic: {title: '{name} | {site}', path: topics, limit: 100}\n");
    text
}

/// Arguments that are said already, or mean nothing here.
const SAID: [&str; 4] = ["by", "config", "format", "out"];

/// A setting as a comment: what it means, and its name.
fn commented(argument: &Arg) -> String {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let name = argument.get_long().unwrap_or_default();
    format!("# {}\n#{name}:\n", help.replace('\n', " "))
}

/// A text as YAML (single quoted style).
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
