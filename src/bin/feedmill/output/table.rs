//! Tables, as text and as JSON.

use std::fmt::Write as _;

use serde_json::Value;

use crate::output::terminal::escaped;

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
        let mut lines = vec![String::new(); self.rows.len() + 1];
        for (column, name) in self.columns.iter().enumerate() {
            let values = || self.rows.iter().filter_map(|row| row.get(column));
            let is_numeric = values().next().is_some_and(Value::is_number);
            let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), escaped);
            let mut cells = vec![(*name).to_owned()];
            cells.extend(values().map(cell));
            let widths = cells.iter().map(|cell| cell.chars().count().min(MAX_CHARS));
            let width = widths.max().unwrap_or(0);
            for (line, cell) in lines.iter_mut().zip(&cells) {
                // Writing to a string does not fail.
                let _ = if is_numeric {
                    write!(line, "{cell:>width$}  ")
                } else {
                    write!(line, "{cell:<width$}  ")
                };
            }
        }
        lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
    }
}

/// The maximum width of a column. Longer texts are not cut, but shift the rest of their row.
const MAX_CHARS: usize = 60;
