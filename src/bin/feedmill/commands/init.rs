//! `feedmill init`: writes a first configuration, from the articles found and from the definition of
//! the command line, so that it lists every setting.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::{Command, CommandFactory as _};
use feedmill::{Config, Error, GroupKey, Grouping, RenderedConfig, Settings, SiteGenerator};

use super::init_rendered;
use crate::Exit;
use crate::args::CommandLine;
use crate::load_settings::{CONFIG_FILE, clock};
use crate::output::printer::{Printer, print};
use crate::output::summary::{no_article, plural};

pub(crate) fn init(source: &[PathBuf], rendered: Option<&Path>) -> Exit {
    let written = match (source, rendered) {
        ([], Some(folder)) => free().and_then(|()| init_rendered::write(folder)),
        ([], None) => write(&[PathBuf::from(".")], None),
        (source, rendered) => write(source, rendered),
    };
    match written {
        Ok(message) => {
            print(&message);
            Exit::UpToDate
        }
        Err(error) => Printer::default().fail(&error, Exit::Usage),
    }
}

/// Fails if there is a configuration.
fn free() -> anyhow::Result<()> {
    let is_free = Path::new(CONFIG_FILE).symlink_metadata().is_err();
    ensure!(is_free, "{CONFIG_FILE} already exists");
    Ok(())
}

fn write(source: &[PathBuf], rendered: Option<&Path>) -> anyhow::Result<String> {
    free()?;
    let folder = source.first().map_or(Path::new(""), PathBuf::as_path);
    let generator = SiteGenerator::detect_around(folder);
    let preset = generator.map(|generator| generator.name().to_owned());
    let config = Config {
        source: Some(source.to_vec()),
        preset,
        rendered: rendered.map(|folder| RenderedConfig {
            folder: folder.to_owned(),
            ..RenderedConfig::default()
        }),
        ..Config::default()
    };
    let mut config = config.with_site()?;
    // Some sites leave their URL to the host that builds them.
    let needs_url = generator.is_some() && config.site_url.is_none();
    if needs_url {
        config.site_url = Some("https://localhost/".to_owned());
    }
    let settings = config.into_settings(clock()?)?;
    let articles = feedmill::articles(&settings, &|| false)?.len();
    if articles == 0 {
        let counts = feedmill::check(&settings, &|| false)?.counts;
        let reason = no_article(&settings, &counts);
        let site = generator.map(|generator| format!(" (a site of {})", generator.name()));
        let parent = SiteGenerator::detect(Path::new("..")).filter(|_| generator.is_none());
        let hint = match parent {
            Some(generator) => format!("run it in the folder of the site of {}", generator.name()),
            None => "name the folder of the articles: `feedmill init SOURCE`".to_owned(),
        };
        bail!("no article found{}: {reason}; {hint}", site.unwrap_or_default());
    }
    let feeds = feeds(&settings)?;
    let text = configuration(source, rendered, generator, needs_url, &feeds);
    feedmill::create(Path::new(CONFIG_FILE), text.as_bytes())
        .with_context(|| format!("cannot write {CONFIG_FILE}"))?;
    let feeds = feeds.iter().map(|(by, count)| format!("{count} by {by}"));
    let (articles, feeds) = (plural(articles, "article"), feeds.collect::<Vec<_>>().join(", "));
    let first = if needs_url { "set site-url in it first; then " } else { "" };
    Ok(format!(
        "wrote {CONFIG_FILE} for {articles}; feeds: {feeds}\n\
         {first}feedmill serve shows the feeds, feedmill build writes them\n"
    ))
}

/// What to build feeds by, with the number of their feeds.
pub(super) fn feeds(settings: &Settings) -> anyhow::Result<Vec<(String, usize)>> {
    let count_of = |by| Ok::<_, Error>(feedmill::groups(settings, by, &|| false)?.groups.len());
    let count = |by| count_of(Grouping::One(by));
    let languages = count(GroupKey::Language)?;
    if languages > 1 && settings.options.generator.is_some() {
        // No feed mixes languages.
        let by = Grouping::Both(GroupKey::Topic, GroupKey::Language);
        let topics = if count(GroupKey::Topic)? > 1 { count_of(by)? } else { 0 };
        let topics = (topics > 0).then(|| (by.name(), topics));
        return Ok(topics.into_iter().chain([("language".to_owned(), languages)]).collect());
    }
    let mut feeds = Vec::new();
    for by in [GroupKey::Topic, GroupKey::Provider] {
        // A single group is the same as all articles.
        let groups = count(by)?;
        if groups > 1 {
            feeds.push((by.name().to_owned(), groups));
        }
    }
    feeds.push(("all".to_owned(), 1));
    Ok(feeds)
}

fn configuration(
    source: &[PathBuf],
    rendered: Option<&Path>,
    generator: Option<SiteGenerator>,
    needs_url: bool,
    feeds: &[(String, usize)],
) -> String {
    let source: Vec<String> = source.iter().map(|path| quoted(&path.to_string_lossy())).collect();
    let by: Vec<&str> = feeds.iter().map(|(by, _)| by.as_str()).collect();
    let (source, by) = (source.join(", "), by.join(", "));
    let mut text = format!(
        "# The configuration of feedmill in this folder. Lines that begin with # show other settings.\n\
         \n\
         source: [{source}]\nby: [{by}]\nformat: [rss]\nout: out\n"
    );
    if let Some(generator) = generator {
        // Writing to a string does not fail.
        let _ = writeln!(text, "preset: {}", generator.name());
    }
    if needs_url {
        text += "# The URL of the site, which its own configuration does not set.\nsite-url:\n";
    }
    if let Some(rendered) = rendered {
        let _ = writeln!(text, "rendered: {}", quoted(&rendered.to_string_lossy()));
    }
    with_every_setting(text)
}

/// A configuration with every setting that it does not have, as a comment.
pub(super) fn with_every_setting(mut text: String) -> String {
    let program = CommandLine::command();
    let arguments = program.find_subcommand("build").into_iter().flat_map(Command::get_arguments);
    // A setting has an environment variable, and so has --config, which is no setting. Those that the
    // text sets above are not listed again.
    for argument in arguments.filter(|argument| argument.get_env().is_some()) {
        let name = argument.get_long().unwrap_or_default();
        if name != "config" && !text.contains(&format!("\n{name}:")) {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "\n# {}\n#{name}:", help.replace('\n', " "));
        }
    }
    text += "\n# The front matter keys of the articles, if they differ.\n\
             #fields: {date: [posted, date]}\n\n# More kinds of feeds, such as `by: series`.\n\
             #groups: {series: extra.series}\n\n# What differs in the feeds of one kind.\n\
             #kinds:\n#  topic: {title: '{name} | {site}', path: topics, limit: 100}\n\n\
             # What directories of podcasts show about feeds with audio.\n\
             #podcast: {category: News, author: Example News}\n\n\
             # What the pages for people look like.\n\
             #page: {accent: '#9a3412', logo: logo.svg, heading: Follow us, intro: Our news}\n";
    text
}

/// A text as YAML (single-quoted style).
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
