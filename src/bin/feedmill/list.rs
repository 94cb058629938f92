//! `feedmill list`: tables of what there is.

use std::fmt::Write as _;

use feedmill::{ArticleSummary, Error, GroupBy, GroupSummary, Outline, Settings};
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
            Listed::Feeds => feeds(settings),
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
    let groups = feedmill::groups(settings, by, &stop)?;
    let all = feedmill::articles(settings, &stop)?.len();
    let row = |group: GroupSummary| {
        let share = format!("{:.1} %", percent(group.articles, all));
        vec![
            json!(group.articles),
            json!(share),
            json!(group.newest.date()),
            json!(group.name),
            json!(group.feed),
        ]
    };
    let columns = &["articles", "share", "newest", "name", "feed"];
    Ok(Table { columns, rows: groups.into_iter().map(row).collect() })
}

#[expect(clippy::cast_precision_loss, reason = "a share has three digits")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn feeds(settings: &Settings) -> Result<Table, Error> {
    let feeds = feedmill::build(settings)?.feeds;
    let row = |outline: Outline| {
        vec![
            json!(outline.entries),
            json!(outline.newest.date()),
            json!(outline.title),
            json!(outline.files.first()),
        ]
    };
    // The kind is of no account here.
    let outlines =
        feeds.iter().filter_map(|feed| Outline::of(feed, GroupBy::All, &settings.formats));
    Ok(Table { columns: &["items", "newest", "title", "file"], rows: outlines.map(row).collect() })
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
        let numeric: Vec<bool> = self.rows.first().into_iter().flatten().map(is_number).collect();
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

fn is_number(value: &Value) -> bool {
    value.is_number() || value.as_str().is_some_and(|text| text.ends_with('%'))
}
