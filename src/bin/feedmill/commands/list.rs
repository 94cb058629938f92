//! `feedmill list`: prints tables of groups, feeds or articles.

use anyhow::anyhow;
use clap::ValueEnum;
use feedmill::{
    ArticleSummary, Error, Feed, GroupKey, GroupList, GroupSummary, Grouping, Settings,
};
use serde_json::json;

use crate::args::{ListArgs, ListKind, ListWhat};
use crate::output::printer::{Printer, print};
use crate::output::progress_bar::Bar;
use crate::output::table::Table;
use crate::{Exit, command};

pub(crate) fn list(arguments: &ListArgs) -> Exit {
    let printer = Printer::new(&arguments.output, false);
    command(&printer, &arguments.feeds, |settings, bar| {
        let table = match &arguments.what {
            ListWhat::Groups(name) => match settings.options.fields.declared(name) {
                Some(key) => groups(settings, GroupKey::Declared(key), bar),
                None => return Ok(printer.fail(&unknown(settings, name), Exit::Usage)),
            },
            ListWhat::Known(kind) => known(settings, *kind, bar),
        }?;
        print(&if arguments.json { table.to_json() } else { table.to_text() });
        Ok(Exit::UpToDate)
    })
}

fn known(settings: &Settings, kind: ListKind, bar: &Bar<'_>) -> Result<Table, Error> {
    match kind {
        ListKind::Articles => articles(settings, bar),
        ListKind::Authors => groups(settings, GroupKey::Author, bar),
        ListKind::Languages => groups(settings, GroupKey::Language, bar),
        ListKind::Categories => groups(settings, GroupKey::Category, bar),
        ListKind::Feeds => feeds(settings, bar),
        ListKind::Providers => groups(settings, GroupKey::Provider, bar),
        ListKind::Sections => groups(settings, GroupKey::Section, bar),
        ListKind::Topics => groups(settings, GroupKey::Topic, bar),
        ListKind::Types => groups(settings, GroupKey::Type, bar),
    }
}

/// The message about a name that is neither known nor declared.
fn unknown(settings: &Settings, name: &str) -> anyhow::Error {
    let declared = settings.options.fields.all_declared().map(|key| key.name().to_owned());
    let usual = ListKind::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names = usual.map(|value| value.get_name().to_owned()).chain(declared);
    let names = names.collect::<Vec<_>>().join(", ");
    anyhow!("list: unknown value `{name}`; expected {names}, or a key that `groups` declares")
}

fn groups(settings: &Settings, by: GroupKey, bar: &Bar<'_>) -> Result<Table, Error> {
    let GroupList { articles: all, groups, .. } =
        feedmill::groups(settings, Grouping::One(by), bar)?;
    let row = |GroupSummary { name, feed, articles, newest, .. }: GroupSummary| {
        let percent = (percent(articles, all) * 10.0).round() / 10.0;
        vec![json!(articles), json!(percent), json!(newest.date()), json!(name), json!(feed)]
    };
    let columns = &["articles", "percent", "newest", "name", "feed"];
    Ok(Table { columns, rows: groups.into_iter().map(row).collect() })
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn feeds(settings: &Settings, bar: &Bar<'_>) -> Result<Table, Error> {
    let row = |feed: Feed| {
        let newest = feed.entries.first().map(|entry| entry.published.date());
        vec![json!(feed.entries.len()), json!(newest), json!(feed.title), json!(feed.location)]
    };
    let rows = feedmill::build(settings, bar)?.feeds.into_iter().map(row).collect();
    Ok(Table { columns: &["items", "newest", "title", "feed"], rows })
}

fn articles(settings: &Settings, bar: &Bar<'_>) -> Result<Table, Error> {
    let row = |article: ArticleSummary| {
        let path = article.path.to_string_lossy();
        vec![json!(article.published.to_rfc3339()), json!(article.title), json!(path)]
    };
    let rows = feedmill::articles(settings, bar)?.into_iter().map(row).collect();
    Ok(Table { columns: &["published", "title", "path"], rows })
}
