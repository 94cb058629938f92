//! Reads the keys and values of front matter, and says where a mistake is.

use serde::de::DeserializeSeed;

use super::split::FrontMatter;
use super::syntax::{self, Syntax, YamlReader};
use crate::types::{Finding, Problem, limits};

impl<'a> FrontMatter<'a> {
    /// Reads front matter by a seed: simple YAML with the scanner, everything else with the crate of
    /// its syntax. `Ok(None)` if it is empty or holds nothing but comments.
    ///
    /// # Errors
    ///
    /// If it has a mistake, or would cost more to read than its size suggests.
    pub(crate) fn read<S: DeserializeSeed<'a> + Copy>(
        self,
        reader: YamlReader,
        seed: S,
    ) -> Result<Option<S::Value>, Finding> {
        if self.syntax == Syntax::Yaml {
            if reader == YamlReader::Scanner
                && let Some(value) = syntax::read_simple(self.text, seed)
            {
                return Ok(Some(value));
            }
            check_cost(self.text, self.first_line())?;
        }
        syntax::read_with(self.syntax, self.text, seed).map_err(|error| self.invalid(&error))
    }

    /// The finding for a mistake in front matter, without what the text holds.
    pub(crate) fn invalid(self, error: &syntax::SyntaxError) -> Finding {
        let line = error.line + self.first_line() - 1;
        Finding::new(line, error.column, invalid(&error.reason_without_content()))
    }

    /// The finding for a key that is wrong, at its value.
    pub(crate) fn invalid_key(self, key: &str, reason: &str) -> Finding {
        self.finding(key, invalid(reason))
    }

    /// Whether the value of a key at the top is in quotes.
    pub(crate) fn is_quoted(self, key: &str) -> bool {
        let mut values = self.text.lines().rev().filter_map(|line| {
            let unquoted = line.strip_prefix(['"', '\'']).unwrap_or(line);
            let after = unquoted.strip_prefix(key)?;
            let after = after.strip_prefix(['"', '\'']).unwrap_or(after);
            Some(after.trim_start().strip_prefix(':')?.trim_start())
        });
        values.next().is_some_and(|value| value.starts_with(['"', '\'']))
    }

    /// A finding at the value of a key at the top, or at the first line if there is no such key.
    pub(crate) fn finding(self, key: &str, problem: Problem) -> Finding {
        let sign = if self.syntax == Syntax::Toml { '=' } else { ':' };
        let position = self.text.lines().enumerate().find_map(|(number, line)| {
            let outdented = if self.syntax == Syntax::Json { line.trim_start() } else { line };
            let unquoted = outdented.strip_prefix(['"', '\'']).unwrap_or(outdented);
            let after = unquoted.strip_prefix(key)?;
            let after = after.strip_prefix(['"', '\'']).unwrap_or(after);
            let value = after.trim_start().strip_prefix(sign)?.trim_start();
            let column = line.chars().count() - value.chars().count() + 1;
            Some((number + self.first_line(), column))
        });
        let (line, column) = position.unwrap_or((1, 1));
        Finding::new(line, column, problem)
    }
}

fn invalid(reason: &str) -> Problem {
    Problem::Yaml(format!("invalid front matter: {reason}"))
}

/// Refuses YAML that would cost the crate more than its size suggests.
fn check_cost(text: &str, first_line: usize) -> Result<(), Finding> {
    let (mut depth, mut opened) = (0_usize, 0_usize);
    for (number, line) in text.lines().enumerate() {
        let refuse = |reason: &str| Err(Finding::new(number + first_line, 1, invalid(reason)));
        if line.starts_with('%') {
            return refuse("a line starts with `%`");
        }
        if line.trim_start().starts_with("<<") {
            return refuse("keys of another mapping are merged with `<<`");
        }
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => {
                    depth += 1;
                    opened += 1;
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            // A comment may close what YAML leaves open, so all of them count as well.
            if depth > limits::FLOW_DEPTH || opened > limits::FLOW_OPENED {
                return refuse("too many open `[` or `{`");
            }
        }
    }
    Ok(())
}
