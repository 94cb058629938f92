//! `feedmill list`: tables of what there is.

use std::fmt::Write as _;

use feedmill::{ArticleSummary, Error, Feed, GroupBy, GroupSummary, Inventory, Settings};
use serde_json::{Value, json};

use crate::args::{ListArgs, Listed};
use crate::report::{Escaped, Printer, say};
use crate::{Exit, command};

pub(crate) fn list(arguments: &ListArgs) -> Exit {
    let printer = Printer::new(&arguments.output, false);
    command(&printer, &arguments.feeds, None, |settings, stop| {
        let table = match arguments.what {
            Listed::Articles => articles(settings, stop),
            Listed::Categories => groups(settings, GroupBy::Category, stop),
            Listed::Feeds => feeds(settings, stop),
            Listed::Providers => groups(settings, GroupBy::Provider, stop),
            Listed::Topics => groups(settings, GroupBy::Topic, stop),
            Listed::Types => groups(settings, GroupBy::Type, stop),
        }?;
        say(&if arguments.json { table.to_json() } else { table.to_text() });
        Ok(Exit::UpToDate)
    })
}

/// Rows of values under the names of their columns.
struct Table {
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

fn groups(
    settings: &Settings,
    by: GroupBy,
    stop: impl Fn() -> bool + Sync,
) -> Result<Table, Error> {
    let Inventory { articles: all, groups } = feedmill::groups(settings, by, stop)?;
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

fn feeds(settings: &Settings, stop: impl Fn() -> bool + Sync) -> Result<Table, Error> {
    let feeds = feedmill::build_until(settings, stop)?.feeds;
    let row = |feed: Feed| {
        let newest = feed.entries.first().map(|entry| entry.published.date());
        vec![json!(feed.entries.len()), json!(newest), json!(feed.title), json!(feed.location)]
    };
    let rows = feeds.into_iter().map(row).collect();
    Ok(Table { columns: &["items", "newest", "title", "feed"], rows })
}

fn articles(settings: &Settings, stop: impl Fn() -> bool + Sync) -> Result<Table, Error> {
    let row = |article: ArticleSummary| {
        vec![
            json!(article.published.to_rfc3339()),
            json!(article.title),
            json!(article.path.to_string_lossy()),
        ]
    };
    let rows = feedmill::articles(settings, stop)?.into_iter().map(row).collect();
    Ok(Table { columns: &["published", "title", "path"], rows })
}

impl Table {
    fn to_json(&self) -> String {
        let object = |row: &Vec<Value>| -> Value {
            let pairs = self.columns.iter().zip(row);
            pairs.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
        };
        let rows: Vec<Value> = self.rows.iter().map(object).collect();
        format!("{:#}\n", Value::from(rows))
    }

    /// Numbers to the right, texts to the left; the last column is as long as it is.
    fn to_text(&self) -> String {
        let cell = |value: &Value| match value {
            Value::String(text) => Escaped(text).to_string(),
            value => value.to_string(),
        };
        let names = self.columns.iter().map(|name| (*name).to_owned()).collect();
        let mut rows: Vec<Vec<String>> = vec![names];
        rows.extend(self.rows.iter().map(|row| row.iter().map(cell).collect()));
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count().min(MOST_CHARS)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let numeric: Vec<bool> =
            self.rows.first().into_iter().flatten().map(Value::is_number).collect();
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                // Writing to a string does not fail.
                let _ = match numeric.get(column) {
                    Some(true) => write!(line, "{cell:>width$}  "),
                    _ => write!(line, "{cell:<width$}  "),
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A longer text is not cut, but the column is no wider.
const MOST_CHARS: usize = 60;
