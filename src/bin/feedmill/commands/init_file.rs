//! What every first configuration has: the feeds that the articles suggest, and each other setting as a
//! comment.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};
use feedmill::{Error, GroupKey, Grouping, Settings};

use crate::args::CommandLine;

/// What to build feeds by, with the number of their feeds.
pub(super) fn feeds(
    settings: &Settings,
    is_multilingual: bool,
) -> anyhow::Result<Vec<(String, usize)>> {
    let count_of = |by| Ok::<_, Error>(feedmill::groups(settings, by, &|| false)?.groups.len());
    let count = |by| count_of(Grouping::One(by));
    let languages = count(GroupKey::Language)?;
    if languages > 1 && is_multilingual {
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
