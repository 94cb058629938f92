//! The arguments of a template: `name "a" key="b" key=c`, in brackets for Zola.

use std::borrow::Cow;

use crate::front_matter::Value;
use crate::types::text::HOLE;

/// Arguments in order; those without a name have an empty one. The flag says whether the value was in
/// quotes.
pub(in crate::site_generator) struct Arguments(Vec<(String, String, bool)>);

impl Arguments {
    /// Reads arguments between white space or commas.
    pub(in crate::site_generator) fn parse(text: &str) -> Arguments {
        let mut arguments = Vec::new();
        let text = text.trim().trim_start_matches('(').trim_end_matches('/').trim();
        let mut rest = text.trim_end_matches(')');
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if rest.is_empty() {
                return Arguments(arguments);
            }
            let end = rest.find(|c: char| c == '=' || c.is_whitespace() || c == ',' || is_quote(c));
            let end = end.unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            let is_named = !word.is_empty() && after.trim_start().starts_with('=');
            if is_named {
                let written = after.trim_start().trim_start_matches('=').trim_start();
                let (value, after) = value(written);
                arguments.push((word.to_owned(), value, written.starts_with(is_quote)));
                rest = after;
            } else if word.is_empty() {
                let (value, after) = if after.starts_with('=') {
                    (String::new(), after.get(1..).unwrap_or_default())
                } else {
                    value(after)
                };
                arguments.push((String::new(), value, true));
                rest = after;
            } else {
                arguments.push((String::new(), word.to_owned(), false));
                rest = after;
            }
        }
    }

    /// The arguments with the values that names without quotes stand for.
    pub(in crate::site_generator) fn resolved(
        self,
        value: impl Fn(&str) -> Option<String>,
    ) -> Arguments {
        let resolved = |(name, word, is_quoted): (String, String, bool)| {
            let is_name = !is_quoted && !name.is_empty() && !matches!(&*word, "true" | "false");
            let value = if is_name { value(&word).unwrap_or(HOLE.to_string()) } else { word };
            (name, value, is_quoted)
        };
        Arguments(self.0.into_iter().map(resolved).collect())
    }

    /// The arguments with a name, by it, with the values that names without quotes stand for.
    pub(in crate::site_generator) fn mapping(
        &self,
        value: impl Fn(&str) -> Option<Value<'static>>,
    ) -> Value<'static> {
        let named = self.0.iter().filter(|(name, ..)| !name.is_empty());
        let entries = named.map(|(name, word, is_quoted)| {
            let known =
                if *is_quoted { Some(Value::Text(word.clone().into())) } else { value(word) };
            let unknown = || Value::Text(HOLE.to_string().into());
            (Cow::Owned(name.clone()), known.unwrap_or_else(unknown))
        });
        Value::Mapping(entries.collect())
    }

    /// The first argument with a name that is the address of a picture.
    pub(in crate::site_generator) fn picture(&self) -> Option<&str> {
        let named = self.0.iter().filter(|(name, ..)| !name.is_empty());
        let mut values = named.map(|(_, value, _)| value.as_str());
        values.find(|value| is_picture(value))
    }

    /// The argument with this name, if it is not empty.
    pub(in crate::site_generator) fn named(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(other, ..)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value, _)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The values without a name.
    pub(super) fn without_names(&self) -> Vec<String> {
        let values = self.0.iter().filter(|(name, ..)| name.is_empty());
        values.map(|(_, value, _)| value.clone()).collect()
    }

    /// The argument at this position among those without a name.
    pub(in crate::site_generator) fn at(&self, position: usize) -> Option<&str> {
        let mut values = self.0.iter().filter(|(name, ..)| name.is_empty());
        values.nth(position).map(|(_, value, _)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Whether a text is the address of a picture, by its ending.
fn is_picture(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let known = ["jpg", "jpeg", "png", "gif", "svg", "webp", "avif"];
    !text.contains(['\n', HOLE]) && extension.is_some_and(|it| known.contains(&&*it))
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”')
}

/// A value at the beginning of a text, and what follows it.
fn value(text: &str) -> (String, &str) {
    if text.starts_with('[')
        && let Some((list, rest)) = text.split_once(']')
    {
        return (format!("{list}]"), rest);
    }
    let Some(quote) = text.chars().next().filter(|&c| is_quote(c)) else {
        let end = text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        return (value.to_owned(), rest);
    };
    let closing = if quote == '“' { '”' } else { quote };
    let inside = text.get(quote.len_utf8()..).unwrap_or_default();
    let mut value = String::new();
    let mut is_escaped = false;
    for (at, c) in inside.char_indices() {
        if c == closing && !is_escaped {
            return (value, inside.get(at + c.len_utf8()..).unwrap_or_default());
        }
        if c == '\\' && quote == '"' && !is_escaped {
            is_escaped = true;
            continue;
        }
        is_escaped = false;
        value.push(c);
    }
    (value, "")
}
