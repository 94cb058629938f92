//! The values of single settings, read and checked one by one.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::ConfigError;
use crate::types::{date::Timestamp, suggest::nearest, text, url::WebUrl};

pub(super) fn invalid(key: impl Into<String>, reason: impl Into<String>) -> ConfigError {
    ConfigError::Value { key: key.into(), reason: reason.into() }
}

/// Returns the value with a name.
pub(super) fn named<T: Copy>(
    key: &str,
    name: &str,
    values: &[(&str, T)],
) -> Result<T, ConfigError> {
    let name = name.trim();
    if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
        return Ok(*value);
    }
    let known: Vec<&str> = values.iter().map(|(known, _)| *known).collect();
    let hint = suggestion(name, &known).unwrap_or_else(|| {
        let (last, others) = known.split_last().unwrap_or((&"", &[]));
        format!("; expected {} or {last}", others.join(", "))
    });
    Err(invalid(key, format!("unknown value `{name}`{hint}")))
}

pub(super) fn date(key: &str, text: Option<&str>) -> Result<Option<Timestamp>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    let reason = || format!("`{text}` is not a date such as 2021-06-09T13:33:00Z");
    Timestamp::parse(text).map(Some).ok_or_else(|| invalid(key, reason()))
}

pub(super) fn url(key: &str, text: Option<&str>) -> Result<Option<WebUrl>, ConfigError> {
    let url = text.map(WebUrl::parse).transpose();
    url.map_err(|error| invalid(key, error.to_string()))
}

/// Parses the URL of a folder. It ends with a slash, so that the URLs of files are relative to it.
pub(super) fn folder_url(key: &str, text: Option<&str>) -> Result<Option<WebUrl>, ConfigError> {
    let with_slash = text.map(|text| format!("{}/", text.trim().trim_end_matches('/')));
    let url = url(key, with_slash.as_deref())?;
    if url.as_ref().is_some_and(|url| url.as_str().contains(['?', '#'])) {
        return Err(invalid(key, "has a query or a fragment, so it is not the URL of a folder"));
    }
    Ok(url)
}

pub(super) fn plain(text: Option<String>) -> Option<String> {
    text.map(|text| text::plain(&text)).filter(|text| !text.is_empty())
}

/// Rewrites the message "unknown field `x`, expected one of `y`, `z`" of the YAML crate.
pub(super) fn with_suggestion(reason: String) -> String {
    let quoted: Vec<&str> = reason.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if reason.contains("unknown field") => {
            format!("unknown key `{unknown}`{}", suggestion(unknown, known).unwrap_or_default())
        }
        _ => reason,
    }
}

fn suggestion(unknown: &str, known: &[&str]) -> Option<String> {
    nearest(unknown, known, 3).map(|nearest| format!("; did you mean `{nearest}`?"))
}

/// Reads a list, or a text with commas.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + From<String>,
{
    Ok(Option::<List<T>>::deserialize(deserializer)?.map(List::into_values))
}

/// Reads a mapping of lists, or of texts with commas.
pub(super) fn lists<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let lists = Option::<BTreeMap<String, List<String>>>::deserialize(deserializer)?;
    let lists = lists.unwrap_or_default();
    Ok(lists.into_iter().map(|(name, list)| (name, list.into_values())).collect())
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a list or a text")]
enum List<T> {
    Values(Vec<T>),
    Text(String),
}

impl<T: From<String>> List<T> {
    fn into_values(self) -> Vec<T> {
        match self {
            List::Values(values) => values,
            List::Text(text) => text.split(',').map(|part| part.trim().to_owned().into()).collect(),
        }
    }
}
