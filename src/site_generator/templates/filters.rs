//! The filters of Liquid.

use super::liquid::{self, MAX_VALUES, shown, text};
use super::{Body, snippets};
use crate::front_matter::Value;
use crate::site_generator::permalink::words;
use crate::types::Timestamp;
use crate::types::text::{escape, plain};

/// What a filter makes of a value; `None` if that is not known.
pub(super) fn apply(
    value: Value<'static>,
    filter: &str,
    body: &Body<'_>,
) -> Option<Value<'static>> {
    let name = name(filter);
    let arguments = arguments(filter, body);
    if name == "default" {
        let is_empty = matches!(value, Value::Null | Value::Bool(false))
            || value.scalar().is_some_and(str::is_empty)
            || value == Value::List(Vec::new());
        return if is_empty { arguments?.into_iter().next() } else { Some(value) };
    }
    if is_date(filter) {
        let date = Timestamp::parse(value.scalar()?)?;
        return date_text(date, filter, body);
    }
    let arguments = arguments?;
    if matches!(name, "replace" | "join") {
        // These may repeat their argument for each byte.
        let longest = arguments.iter().map(liquid::size).max().unwrap_or(1);
        (liquid::size(&value).saturating_mul(longest) <= MAX_VALUES).then_some(())?;
    }
    let argument = |at: usize| shown(arguments.get(at)?);
    match value {
        Value::List(items) => of_list(items, name, &argument),
        Value::Mapping(entries) if name == "size" => Some(Value::Number(entries.len().to_string())),
        value => of_text(value.scalar()?.to_owned(), name, &argument, body),
    }
}

/// Items that are compared with each other.
const MAX_COMPARED: usize = 1_000;

type Argument<'a> = &'a dyn Fn(usize) -> Option<String>;

fn of_list(
    mut items: Vec<Value<'static>>,
    name: &str,
    argument: Argument<'_>,
) -> Option<Value<'static>> {
    let list = |items: Vec<Value<'static>>| Some(Value::List(items));
    match name {
        "join" => {
            let separator = argument(0).unwrap_or_else(|| " ".to_owned());
            let texts: Option<Vec<String>> = items.iter().map(shown).collect();
            Some(text(texts?.join(&separator)))
        }
        "array_to_sentence_string" => {
            let texts: Option<Vec<String>> = items.iter().map(shown).collect();
            let texts = texts?;
            let word = argument(0).unwrap_or_else(|| "and".to_owned());
            Some(text(match texts.as_slice() {
                [first, second] => format!("{first} {word} {second}"),
                [several @ .., end] if several.len() > 1 => {
                    format!("{}, {word} {end}", several.join(", "))
                }
                few => few.concat(),
            }))
        }
        "first" => Some(items.into_iter().next().unwrap_or(Value::Null)),
        "last" => Some(items.pop().unwrap_or(Value::Null)),
        "size" => Some(Value::Number(items.len().to_string())),
        "reverse" => {
            items.reverse();
            list(items)
        }
        "compact" => {
            items.retain(|item| *item != Value::Null);
            list(items)
        }
        "uniq" if items.len() <= MAX_COMPARED => {
            let mut seen: Vec<Value<'static>> = Vec::new();
            for item in items {
                if !seen.contains(&item) {
                    seen.push(item);
                }
            }
            list(seen)
        }
        "sort" | "sort_natural" => {
            let key = argument(0);
            let mut keyed = Vec::with_capacity(items.len());
            for item in items {
                let by = key.as_deref().map_or(&item, |key| item.at(key));
                keyed.push((shown(by)?, item));
            }
            let number = |text: &str| text.parse::<i64>().ok();
            let is_natural = name == "sort_natural";
            keyed.sort_by(|(a, _), (b, _)| match (number(a), number(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ if is_natural => a.to_lowercase().cmp(&b.to_lowercase()),
                _ => a.cmp(b),
            });
            list(keyed.into_iter().map(|(_, item)| item).collect())
        }
        "map" => {
            let key = argument(0).filter(|key| !key.eq_ignore_ascii_case("secured"))?;
            list(items.iter().map(|item| item.at(&key).clone()).collect())
        }
        "where" => {
            let key = argument(0).filter(|key| !key.eq_ignore_ascii_case("secured"))?;
            let wanted = argument(1)?;
            items.retain(|item| item.at(&key).scalar() == Some(&wanted));
            list(items)
        }
        "slice" => {
            let start = argument(0)?.parse::<usize>().ok()?;
            let count = argument(1).map_or(Some(1), |count| count.parse().ok())?;
            list(items.into_iter().skip(start).take(count).collect())
        }
        _ => None,
    }
}

fn of_text(
    value: String,
    name: &str,
    argument: Argument<'_>,
    body: &Body<'_>,
) -> Option<Value<'static>> {
    if OF_NUMBERS.contains(&name) {
        return of_number(&value, name, argument).map(Value::Number);
    }
    let changed = match name {
        "split" => return Some(parts(&value, &argument(0)?)),
        "size" => return Some(Value::Number(value.chars().count().to_string())),
        "number_of_words" => {
            return Some(Value::Number(value.split_whitespace().count().to_string()));
        }
        "first" | "last" | "join" | "smartify" => value,
        "relative_url" | "absolute_url" => body.permalinks?.absolute(&value)?.to_string(),
        // An address with a host needs none before it.
        "prepend" if value.contains("://") => value,
        "prepend" => argument(0)? + &value,
        "append" => value + &argument(0)?,
        "escape" | "xml_escape" | "escape_once" | "h" => escape(&value).into_owned(),
        "strip" | "lstrip" | "rstrip" => value.trim().to_owned(),
        "normalize_whitespace" => value.split_whitespace().collect::<Vec<_>>().join(" "),
        "downcase" => value.to_lowercase(),
        "upcase" => value.to_uppercase(),
        "capitalize" => {
            let mut letters = value.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect()
        }
        "strip_newlines" => value.replace(['\r', '\n'], ""),
        "newline_to_br" => value.replace('\n', "<br />\n"),
        "strip_html" => plain(&value),
        "markdownify" => snippets::markdown(value),
        "slugify" => slug(&value, argument(0).as_deref())?,
        "uri_escape" => value.replace(' ', "%20"),
        "replace" => {
            let (from, to) = (argument(0)?, argument(1)?);
            if from.is_empty() { value } else { value.replace(&from, &to) }
        }
        "replace_first" => value.replacen(&argument(0)?, &argument(1)?, 1),
        "remove" => {
            let removed = argument(0)?;
            if removed.is_empty() { value } else { value.replace(&removed, "") }
        }
        "remove_first" => value.replacen(&argument(0)?, "", 1),
        "truncate" => {
            let length = argument(0).map_or(Some(50), |length| length.parse::<usize>().ok())?;
            let end = argument(1).unwrap_or_else(|| "...".to_owned());
            let kept = length.saturating_sub(end.chars().count());
            if value.chars().count() <= length {
                value
            } else {
                value.chars().take(kept).chain(end.chars()).collect()
            }
        }
        "truncatewords" => {
            let count = argument(0).map_or(Some(15), |count| count.parse::<usize>().ok())?;
            let end = argument(1).unwrap_or_else(|| "...".to_owned());
            let words: Vec<&str> = value.split_whitespace().collect();
            match words.get(..count.max(1)) {
                Some(kept) if kept.len() < words.len() => kept.join(" ") + &end,
                _ => value,
            }
        }
        "slice" => {
            let start = argument(0)?.parse::<isize>().ok()?;
            let count = argument(1).map_or(Some(1), |count| count.parse::<usize>().ok())?;
            let length = value.chars().count();
            let start = if start < 0 {
                length.saturating_sub(start.unsigned_abs())
            } else {
                usize::try_from(start).ok()?
            };
            value.chars().skip(start).take(count).collect()
        }
        _ => return None,
    };
    Some(text(changed))
}

/// Filters for numbers.
const OF_NUMBERS: [&str; 9] =
    ["abs", "ceil", "divided_by", "floor", "minus", "modulo", "plus", "round", "times"];

/// What a filter for numbers makes of one; `None` if that is not known.
fn of_number(value: &str, name: &str, argument: Argument<'_>) -> Option<String> {
    let whole = || value.parse::<i64>().ok();
    let other = || argument(0)?.parse::<i64>().ok();
    let both = |operation: fn(i64, i64) -> Option<i64>| operation(whole()?, other()?);
    let rounded = |round: fn(f64) -> f64| Some(format!("{:.0}", round(value.parse().ok()?)));
    let number = match name {
        "plus" => both(i64::checked_add),
        "minus" => both(i64::checked_sub),
        "times" => both(i64::checked_mul),
        "divided_by" => both(i64::checked_div_euclid),
        "modulo" => both(i64::checked_rem_euclid),
        "abs" => whole().and_then(i64::checked_abs),
        "ceil" => return rounded(f64::ceil),
        "floor" => return rounded(f64::floor),
        _ if argument(0).is_none() => return rounded(f64::round),
        _ => None,
    };
    number.map(|number| number.to_string())
}

/// The parts of a text, without empty ones at the end.
fn parts(value: &str, separator: &str) -> Value<'static> {
    let mut parts: Vec<&str> = match separator {
        "" => value.split("").filter(|part| !part.is_empty()).collect(),
        " " => value.split_whitespace().collect(),
        separator => value.split(separator).collect(),
    };
    while parts.pop_if(|part| part.is_empty()).is_some() {}
    Value::List(parts.into_iter().map(|part| text(part.to_owned())).collect())
}

/// Words in lower case between hyphens, in one of the modes that are known.
fn slug(value: &str, mode: Option<&str>) -> Option<String> {
    let is_kept = |c: char| match mode {
        None | Some("default") => c.is_alphanumeric(),
        Some("pretty") => c.is_alphanumeric() || "._~!$&'()+,;=@".contains(c),
        _ => false,
    };
    if matches!(mode, Some("raw" | "ascii" | "latin" | "none")) {
        return None;
    }
    Some(words(&value.to_lowercase(), is_kept))
}

pub(super) fn is_date(filter: &str) -> bool {
    matches!(name(filter), "date" | "date_to_string" | "date_to_long_string" | "date_to_xmlschema")
}

/// A date as a filter writes it; `None` if its format is not known.
pub(super) fn date_text(date: Timestamp, filter: &str, body: &Body<'_>) -> Option<Value<'static>> {
    self::date(date, &format_of(filter, body)?).map(text)
}

/// The format in which a filter writes a date.
fn format_of(filter: &str, body: &Body<'_>) -> Option<String> {
    let format = match name(filter) {
        "date" => return shown(arguments(filter, body)?.first()?),
        "date_to_long_string" => "%d %B %Y",
        "date_to_xmlschema" => "%Y-%m-%dT%H:%M:%S+00:00",
        _ => "%d %b %Y",
    };
    Some(format.to_owned())
}

pub(super) fn name(filter: &str) -> &str {
    filter.split(':').next().unwrap_or_default().trim()
}

/// The arguments of a filter; `None` if one is not known.
fn arguments(filter: &str, body: &Body<'_>) -> Option<Vec<Value<'static>>> {
    let Some((_, arguments)) = filter.split_once(':') else { return Some(Vec::new()) };
    let arguments = liquid::split(arguments, ',').into_iter();
    arguments.map(|argument| liquid::term(argument.trim(), body)).collect()
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
