//! Syntaxes: how keys and values are written, in front matter and in configurations. Each crate that
//! reads one is used in one file here.

mod json;
mod toml;
mod yaml;
mod yaml_scan;

use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed};

/// How keys and values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Json,
    Toml,
    Yaml,
}

/// Text that is not of its syntax, or not of the shape asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Counted from 1; 1 if unknown.
    pub(crate) line: usize,
    /// Counted from 1; 1 if unknown.
    pub(crate) column: usize,
    /// What is wrong, without a place.
    pub(crate) reason: String,
}

impl SyntaxError {
    /// The reason without what the text holds, which may be private: of a value in the wrong place
    /// only its kind is said.
    pub(crate) fn reason_without_content(&self) -> String {
        for wrong in ["invalid type: ", "invalid value: "] {
            if let Some((place, rest)) = self.reason.split_once(wrong) {
                let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, ""));
                let kind = found.split(['"', '`']).next().unwrap_or_default().trim();
                return format!("{place}{wrong}{kind}, expected {expected}");
            }
        }
        self.reason.clone()
    }
}

/// Reads a text; `Ok(None)` if it is YAML that is empty or holds nothing but comments.
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

/// Reads YAML without the crate, if it is simple enough to be sure that the crate would say the
/// same.
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

/// Whether it is the key of a mapping that stands for a text, its value: the dates of TOML come so.
pub(crate) fn is_text_key(key: &str) -> bool {
    key == toml::DATE
}
