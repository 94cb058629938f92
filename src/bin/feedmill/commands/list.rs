//! `feedmill list`: tables of what there is.

use feedmill::{ArticleSummary, Error, Feed, GroupKey, GroupList, GroupSummary, Settings};
use serde_json::json;

use crate::args::{ListArgs, ListKind};
use crate::output::printer::{Printer, print};
use crate::output::progress::Bar;
use crate::output::table::Table;
use crate::{Exit, command};

pub(crate) fn list(arguments: &ListArgs) -> Exit {
    let printer = Printer::new(&arguments.output, false);
    command(&printer, &arguments.feeds, None, |settings, watch| {
        let table = match arguments.what {
            ListKind::Articles => articles(settings, watch),
            ListKind::Categories => groups(settings, GroupKey::Category, watch),
            ListKind::Feeds => feeds(settings, watch),
            ListKind::Providers => groups(settings, GroupKey::Provider, watch),
            ListKind::Topics => groups(settings, GroupKey::Topic, watch),
            ListKind::Types => groups(settings, GroupKey::Type, watch),
        }?;
        print(&if arguments.json { table.to_json() } else { table.to_text() });
        Ok(Exit::UpToDate)
    })
}

fn groups(settings: &Settings, by: GroupKey, watch: &Bar<'_>) -> Result<Table, Error> {
    let GroupList { articles: all, groups, .. } = feedmill::groups(settings, by, watch)?;
    let row = |group: GroupSummary| {
        let share = (percent(group.articles, all) * 10.0).round() / 10.0;
        vec![
            json!(group.articles),
            json!(share),
            json!(group.newest.date()),
            json!(group.name),
            json!(group.feed),
        ]
    };
    let columns = &["articles", "percent", "newest", "name", "feed"];
    Ok(Table { columns, rows: groups.into_iter().map(row).collect() })
}

#[expect(clippy::cast_precision_loss, reason = "a share has three digits")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn feeds(settings: &Settings, watch: &Bar<'_>) -> Result<Table, Error> {
    let feeds = feedmill::build_until(settings, watch)?.feeds;
    let row = |feed: Feed| {
        let newest = feed.entries.first().map(|entry| entry.published.date());
        vec![json!(feed.entries.len()), json!(newest), json!(feed.title), json!(feed.location)]
    };
    let rows = feeds.into_iter().map(row).collect();
    Ok(Table { columns: &["items", "newest", "title", "feed"], rows })
}

fn articles(settings: &Settings, watch: &Bar<'_>) -> Result<Table, Error> {
    let row = |article: ArticleSummary| {
        vec![
            json!(article.published.to_rfc3339()),
            json!(article.title),
            json!(article.path.to_string_lossy()),
        ]
    };
    let rows = feedmill::articles(settings, watch)?.into_iter().map(row).collect();
    Ok(Table { columns: &["published", "title", "path"], rows })
}
