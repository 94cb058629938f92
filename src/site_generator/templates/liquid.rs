//! The values of Liquid and of the templates of other programs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::blocks::page_value;
use super::{Body, filters};
use crate::front_matter::Value;
use crate::types::text::HOLE;

/// Values by the names that a body has given them.
pub(super) type Assigned = BTreeMap<String, Value<'static>>;

/// The text of what an expression with its filters stands for; `None` if that is not known.
pub(in crate::site_generator) fn value(expression: &str, body: &Body<'_>) -> Option<String> {
    let value = evaluate(expression, body)?;
    // What an include is not given shows nothing.
    let is_optional = expression.trim_start().starts_with("include.");
    if is_optional && value == Value::Null { Some(String::new()) } else { shown(&value) }
}

/// What an expression with its filters stands for; `None` if that is not known.
pub(in crate::site_generator) fn evaluate(
    expression: &str,
    body: &Body<'_>,
) -> Option<Value<'static>> {
    let mut parts = split(expression, '|').into_iter();
    let first = parts.next()?.trim();
    let mut filters = parts.map(str::trim).peekable();
    let mut value = if first == "page.date"
        && let Some(filter) = filters.next_if(|filter| filters::is_date(filter))
    {
        filters::date_text(body.page.published, filter, body)?
    } else {
        term(first, body).or_else(|| {
            let is_default = |filter: &&str| filters::name(filter) == "default";
            filters.clone().any(|filter| is_default(&filter)).then_some(Value::Null)
        })?
    };
    for filter in filters {
        value = counted(filters::apply(value, filter, body)?, body)?;
    }
    Some(value)
}

/// A text as a value.
pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Value<'static> {
    Value::Text(text.into())
}

/// A value as a page shows it; `None` for what shows nothing, or is no text.
pub(super) fn shown(value: &Value<'_>) -> Option<String> {
    match value {
        Value::List(items) => items.iter().map(shown).collect(),
        value => value.scalar().map(str::to_owned),
    }
}

/// Bytes of all values that the templates of a body may make. A template that needs more is not known.
pub(super) const MAX_VALUES: usize = 16 * 1024 * 1024;

/// Bytes of a name with the keys below it, which may hold other names.
const MAX_NAME: usize = 500;

/// About the bytes that a value takes up.
pub(super) fn size(value: &Value<'_>) -> usize {
    let inner: usize = match value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Mapping(entries) => entries.iter().map(|(key, value)| key.len() + size(value)).sum(),
        value => value.scalar().map_or(0, str::len),
    };
    size_of::<Value<'_>>() + inner
}

/// A value, if the values so far leave room for it.
pub(super) fn counted(value: Value<'static>, body: &Body<'_>) -> Option<Value<'static>> {
    let all = body.value_bytes.get() + size(&value);
    body.value_bytes.set(all);
    (all <= MAX_VALUES).then_some(value)
}

/// A text in quotes, a number, or the value of a name; `None` if it is not known.
pub(super) fn term(term: &str, body: &Body<'_>) -> Option<Value<'static>> {
    uncounted_term(term, body).and_then(|value| counted(value, body))
}

fn uncounted_term(term: &str, body: &Body<'_>) -> Option<Value<'static>> {
    let quoted = |quote: char| term.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(quoted) = quoted('"').or_else(|| quoted('\'')) {
        return Some(text(quoted.to_owned()));
    }
    if term.parse::<f64>().is_ok() && !term.contains(char::is_alphabetic) {
        return Some(Value::Number(term.to_owned()));
    }
    if term.len() > MAX_NAME {
        return None;
    }
    match term {
        "" | "nil" | "null" | "blank" | "empty" => return Some(Value::Null),
        "true" | "false" => return Some(Value::Bool(term == "true")),
        "jekyll.environment" => return Some(text("production")),
        _ => {}
    }
    let keys = keys(term, body)?;
    let (root, keys) = keys.split_first()?;
    let value = match (root.as_str(), keys) {
        (root, keys) if body.assigned.contains_key(root) => at(body.assigned.get(root)?, keys)?,
        ("site", [data, keys @ ..]) if data == "data" => {
            let data = &body.options.site_context.data;
            (*data != Value::Null).then_some(())?;
            at(data, keys)?
        }
        ("site" | "config", [key]) if matches!(key.as_str(), "url" | "baseurl") => {
            let site = &body.permalinks?.site;
            let address =
                if key == "url" { site.root().to_string() } else { site.path().to_owned() };
            text(address.trim_end_matches('/').to_owned())
        }
        ("site" | "config", keys) => {
            let variables = &body.options.site_context.variables;
            let name = keys.join(".");
            let inner = format!("{name}.");
            match variables.get(&name) {
                Some(value) => text(value.clone()),
                None if variables.keys().any(|key| key.starts_with(&inner)) => {
                    Value::Mapping(Vec::new())
                }
                None => return None,
            }
        }
        ("page", [key]) if key == "url" => {
            // Templates put the path of the site before it.
            let base = body.permalinks?.site.path().trim_end_matches('/').to_owned();
            text(body.page.link.path().strip_prefix(&*base)?.to_owned())
        }
        ("page", [key]) if key == "title" => text(body.page.title.to_owned()),
        ("page", [key, inner @ ..]) => {
            let value = page_value(key, body)?.clone().into_owned().without("secured");
            at(&words_of(key, value), inner)?
        }
        _ => return None,
    };
    let has_hole = value.scalar().is_some_and(|text| text.contains(HOLE));
    (!has_hole).then_some(value)
}

/// The text of these keys may be a list of words.
fn words_of(key: &str, value: Value<'static>) -> Value<'static> {
    match &value {
        Value::Text(words) if matches!(key, "tags" | "categories") => {
            Value::List(words.split_whitespace().map(|word| text(word.to_owned())).collect())
        }
        _ => value,
    }
}

/// The keys of a path: `a.b`, `a["b"]`, `a[0]`, `a[b]`.
fn keys(term: &str, body: &Body<'_>) -> Option<Vec<String>> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '?'))
    };
    let end = term.find(['.', '[']).unwrap_or(term.len());
    let (root, mut rest) = term.split_at_checked(end)?;
    let mut keys = vec![root.to_owned()];
    is_name(root).then_some(())?;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (key, after) = inside.split_once(']')?;
            keys.push(shown(&self::term(key.trim(), body)?)?);
            rest = after;
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at_checked(end)?;
            is_name(name).then_some(())?;
            keys.push(name.to_owned());
            rest = after;
        }
    }
    Some(keys)
}

/// The value below some keys of a value; what is private is never read.
fn at(value: &Value<'static>, keys: &[String]) -> Option<Value<'static>> {
    let Some((key, keys)) = keys.split_first() else { return Some(value.clone()) };
    if key.eq_ignore_ascii_case("secured") {
        return None;
    }
    let length = || match value {
        Value::List(items) => Some(items.len()),
        Value::Mapping(entries) => Some(entries.len()),
        value => value.scalar().map(|text| text.chars().count()),
    };
    match value {
        Value::Mapping(_) if *value.at(key) != Value::Null => at(value.at(key), keys),
        _ if key == "size" => Some(length().map_or(Value::Null, |n| Value::Number(n.to_string()))),
        Value::List(items) => {
            let position = match key.as_str() {
                "first" => Some(0),
                "last" => items.len().checked_sub(1),
                key => match key.parse::<isize>().ok()? {
                    back if back < 0 => items.len().checked_sub(back.unsigned_abs()),
                    position => usize::try_from(position).ok(),
                },
            };
            let item = position.and_then(|position| items.get(position));
            at(item.unwrap_or(&Value::Null), keys)
        }
        // The first entry of a mapping is a key with its value.
        Value::Mapping(entries) if key == "first" => {
            let entry = entries.first().map(|(key, value)| entry(key, value));
            at(&entry.unwrap_or(Value::Null), keys)
        }
        _ => Some(Value::Null),
    }
}

/// An entry of a mapping as an item of a list.
pub(super) fn entry(key: &str, value: &Value<'static>) -> Value<'static> {
    Value::List(vec![text(key.to_owned()), value.clone()])
}

/// The text of a key of the front matter. What is private is never read.
pub(in crate::site_generator) fn parameter(keys: &Value<'_>, key: &str) -> Option<String> {
    if key.split('.').any(|part| part.eq_ignore_ascii_case("secured")) {
        return None;
    }
    let value = key.split('.').fold(keys, |value, part| value.at(part));
    value.scalar().map(str::to_owned)
}

/// The parts of a text between separators that are not in quotes.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quote = None;
    text.split(|c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        c == separator && quote.is_none()
    })
    .collect()
}
