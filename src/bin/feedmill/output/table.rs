//! Tables, as text and as JSON.

use std::fmt::Write as _;

use serde_json::Value;

use crate::output::terminal::Escaped;

/// Rows of values, with a name for each column.
pub(crate) struct Table {
    pub(crate) columns: &'static [&'static str],
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Table {
    pub(crate) fn to_json(&self) -> String {
        let object = |row: &Vec<Value>| -> Value {
            let pairs = self.columns.iter().zip(row);
            pairs.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
        };
        let rows: Vec<Value> = self.rows.iter().map(object).collect();
        format!("{:#}\n", Value::from(rows))
    }

    /// Aligns numbers to the right and texts to the left.
    pub(crate) fn to_text(&self) -> String {
        let cell = |value: &Value| match value {
            Value::String(text) => Escaped(text).to_string(),
            value => value.to_string(),
        };
        let names = self.columns.iter().map(|name| (*name).to_owned()).collect();
        let mut rows: Vec<Vec<String>> = vec![names];
        rows.extend(self.rows.iter().map(|row| row.iter().map(cell).collect()));
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count().min(MAX_CHARS)).max().unwrap_or(0)
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

/// The maximum width of a column. Longer texts are not cut, but shift the rest of their row.
const MAX_CHARS: usize = 60;
