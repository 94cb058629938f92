//! The values of Liquid and of the templates of other programs, as far as texts can say them.

use std::collections::BTreeMap;

use super::Body;
use super::blocks::page_value;
use crate::front_matter::Value;
use crate::types::Timestamp;
use crate::types::text::escape;

/// Values by the names that a body has given them.
pub(super) type Assigned = BTreeMap<String, String>;

/// What an expression with its filters stands for; `None` if that is not known.
pub(in crate::site_generator) fn value(expression: &str, body: &Body<'_>) -> Option<String> {
    let mut parts = split(expression, '|').into_iter();
    let first = parts.next()?.trim();
    let mut filters: Vec<&str> = parts.map(str::trim).collect();
    let list = filters.first().and_then(|filter| joined(first, filter, body));
    let mut value = if let Some(list) = list {
        filters.remove(0);
        list
    } else if let Some(filter) = filters.first().filter(|it| first == "page.date" && is_date(it)) {
        let written = date(body.page.published, &format_of(filter, body)?)?;
        filters.remove(0);
        written
    } else {
        term(first, body).or_else(|| {
            let default = filters.iter().find(|filter| name(filter) == "default")?;
            argument(default, body)
        })?
    };
    for filter in filters {
        value = filtered(value, filter, body)?;
    }
    Some(value)
}

/// What a filter makes of a list of the page.
fn joined(name_of_list: &str, filter: &str, body: &Body<'_>) -> Option<String> {
    let Value::List(values) = page_value(name_of_list.strip_prefix("page.")?, body)? else {
        return None;
    };
    let mut texts = values.iter().filter_map(Value::scalar);
    Some(match name(filter) {
        "join" => {
            let separator = argument(filter, body).unwrap_or(" ".to_owned());
            texts.collect::<Vec<_>>().join(&separator)
        }
        "first" => texts.next()?.to_owned(),
        "last" => texts.next_back()?.to_owned(),
        "size" => values.len().to_string(),
        _ => return None,
    })
}

/// A text in quotes, a number, or the value of a name.
fn term(term: &str, body: &Body<'_>) -> Option<String> {
    let quoted = |quote: char| term.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(text) = quoted('"').or_else(|| quoted('\'')) {
        return Some(text.to_owned());
    }
    if !term.is_empty() && term.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(term.to_owned());
    }
    if let Some(value) = body.assigned.get(term) {
        return Some(value.clone());
    }
    let site = body.permalinks.map(|permalinks| &permalinks.site);
    // `page["key"]` is `page.key`.
    let dotted = term.replace(['"', '\''], "").replace('[', ".").replace(']', "");
    let key = match dotted.split_once('.')? {
        ("site", "url") => {
            return site.map(|site| site.root().as_str().trim_end_matches('/').to_owned());
        }
        ("site", "baseurl") => {
            return site.map(|site| site.path().trim_end_matches('/').to_owned());
        }
        ("site" | "config", key) => return body.options.site_context.variables.get(key).cloned(),
        ("page", "url") => {
            // Templates put the path of the site before it.
            let base = site?.path().trim_end_matches('/').to_owned();
            return body.page.link.path().strip_prefix(&*base).map(str::to_owned);
        }
        ("page", "title") => return Some(body.page.title.to_owned()),
        ("page", key) => key,
        _ => return None,
    };
    parameter(body.page.keys, key)
}

/// The text of a key of the front matter. What is private is never read.
pub(in crate::site_generator) fn parameter(keys: &Value<'_>, key: &str) -> Option<String> {
    if key.split('.').any(|part| part.eq_ignore_ascii_case("secured")) {
        return None;
    }
    let value = key.split('.').fold(keys, |value, part| value.at(part));
    value.scalar().map(str::to_owned)
}

fn filtered(value: String, filter: &str, body: &Body<'_>) -> Option<String> {
    let text = || argument(filter, body);
    let both = || {
        let (_, arguments) = filter.split_once(':')?;
        let arguments = split(arguments, ',');
        Some((term(arguments.first()?.trim(), body)?, term(arguments.get(1)?.trim(), body)?))
    };
    Some(match name(filter) {
        "relative_url" | "absolute_url" => body.permalinks?.absolute(&value)?.to_string(),
        // An address with a host needs none before it.
        "prepend" if value.contains("://") => value,
        "prepend" => text()? + &value,
        "append" => value + &text()?,
        _ if is_date(filter) => date(Timestamp::parse(&value)?, &format_of(filter, body)?)?,
        "default" if value.is_empty() => text()?,
        "default" => value,
        "escape" | "xml_escape" | "escape_once" => escape(&value).into_owned(),
        "strip" | "lstrip" | "rstrip" | "normalize_whitespace" => value.trim().to_owned(),
        "downcase" => value.to_lowercase(),
        "capitalize" => {
            let mut letters = value.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect()
        }
        "plus" | "minus" | "times" => {
            let (left, right) = (value.parse::<i64>().ok()?, text()?.parse::<i64>().ok()?);
            let result = match name(filter) {
                "plus" => left.checked_add(right),
                "minus" => left.checked_sub(right),
                _ => left.checked_mul(right),
            };
            result?.to_string()
        }
        "strip_newlines" => value.replace(['\r', '\n'], ""),
        "upcase" => value.to_uppercase(),
        "replace" => {
            let (from, to) = both()?;
            if from.is_empty() { value } else { value.replace(&from, &to) }
        }
        "replace_first" => {
            let (from, to) = both()?;
            value.replacen(&from, &to, 1)
        }
        "remove" => {
            let removed = text()?;
            if removed.is_empty() { value } else { value.replace(&removed, "") }
        }
        _ => return None,
    })
}

fn is_date(filter: &str) -> bool {
    matches!(name(filter), "date" | "date_to_string" | "date_to_long_string" | "date_to_xmlschema")
}

/// The format in which a filter writes a date.
fn format_of(filter: &str, body: &Body<'_>) -> Option<String> {
    let format = match name(filter) {
        "date" => return argument(filter, body),
        "date_to_long_string" => "%d %B %Y",
        "date_to_xmlschema" => "%Y-%m-%dT%H:%M:%S+00:00",
        _ => "%d %b %Y",
    };
    Some(format.to_owned())
}

fn name(filter: &str) -> &str {
    filter.split(':').next().unwrap_or_default().trim()
}

/// The first argument of a filter.
fn argument(filter: &str, body: &Body<'_>) -> Option<String> {
    let (_, arguments) = filter.split_once(':')?;
    term(split(arguments, ',').first()?.trim(), body)
}

/// The parts of a text between separators that are not in quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
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

/// A date as a format of `strftime` writes it; `None` for a part that is not known.
fn date(date: Timestamp, format: &str) -> Option<String> {
    const PARTS: [&str; 14] =
        ["%Y", "%m", "%d", "%e", "%-d", "%-m", "%B", "%b", "%A", "%a", "%y", "%H", "%M", "%S"];
    let mut written = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        written.push_str(before);
        let percent = rest.get(before.len()..)?;
        if let Some(after) = after.strip_prefix('%') {
            written.push('%');
            rest = after;
            continue;
        }
        let part = PARTS.iter().find(|part| percent.starts_with(**part))?;
        written.push_str(&date.formatted(part));
        rest = percent.get(part.len()..)?;
    }
    Some(written + rest)
}
