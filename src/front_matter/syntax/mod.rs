//! Syntaxes of front matter and configurations: one file, and one crate, for each.

mod json;
mod toml;
mod yaml;
mod yaml_scan;

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed};

/// Who reads the YAML of front matter. Both read the same; tests and benchmarks compare them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YamlReader {
    /// The scanner if the YAML is simple, else the crate.
    #[default]
    Scanner,
    /// The crate alone.
    Crate,
}

/// How keys and values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Json,
    Toml,
    Yaml,
}

/// A text that breaks the rules of its syntax, or lacks the shape asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Counted from 1; 1 if unknown.
    pub(crate) line: usize,
    /// Counted from 1; 1 if unknown.
    pub(crate) column: usize,
    /// The reason, without a position.
    pub(crate) reason: String,
}

impl SyntaxError {
    /// The reason without what the text holds, which may be private: a value of the wrong type is
    /// named by its type only.
    pub(crate) fn reason_without_content(&self) -> String {
        for wrong in ["invalid type: ", "invalid value: "] {
            if let Some((path, rest)) = self.reason.split_once(wrong) {
                let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, ""));
                let kind = found.split(['"', '`']).next().unwrap_or_default().trim();
                return format!("{path}{wrong}{kind}, expected {expected}");
            }
        }
        self.reason.clone()
    }
}

/// Reads a text; `Ok(None)` if it is YAML and empty but for comments.
pub(crate) fn read<'de, T: Deserialize<'de>>(
    syntax: Syntax,
    text: &'de str,
) -> Result<Option<T>, SyntaxError> {
    read_with(syntax, text, PhantomData)
}

/// Reads a text as [`read`] does, by a seed.
pub(crate) fn read_with<'de, S: DeserializeSeed<'de>>(
    syntax: Syntax,
    text: &'de str,
    seed: S,
) -> Result<Option<S::Value>, SyntaxError> {
    match syntax {
        Syntax::Json => json::read(text, seed).map(Some),
        Syntax::Toml => toml::read(text, seed).map(Some),
        Syntax::Yaml => yaml::read(text, seed),
    }
}

/// Reads YAML with the scanner; nothing if it is not simple enough to be sure that the crate would
/// read the same.
pub(crate) fn read_simple<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Option<S::Value> {
    yaml_scan::read(text, seed)
}

/// The number of bytes of the JSON value that a text begins with.
pub(crate) fn json_length(text: &[u8]) -> Result<usize, SyntaxError> {
    json::length(text)
}

/// The keys and values of a JSON object in one line, each as it is written.
pub(crate) fn json_members(line: &[u8]) -> Result<Vec<[&[u8]; 2]>, SyntaxError> {
    json::members(line)
}

/// The text of a JSON string, as it is written; `None` if it is something else.
pub(crate) fn json_string(text: &[u8]) -> Option<Cow<'_, str>> {
    json::string(text)
}

/// Whether this is the only key of a mapping that stands for its text, as the TOML crate hands over
/// a date.
pub(crate) fn is_text_key(key: &str) -> bool {
    key == toml::DATE
}
