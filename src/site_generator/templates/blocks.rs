//! The blocks of Liquid: conditions and loops over values that are known, and text that gets a name.
//!
//! A block that depends on something unknown is left out as a whole.

use std::borrow::Cow;

use super::snippets::words;
use super::{Body, Template, liquid};
use crate::front_matter::Value;
use crate::types::text::HOLE;

/// A block that has begun and is shown.
pub(super) enum Block {
    /// The branch of an `if`, an `unless` or a `case` that holds, by the name of the block.
    Branch(&'static str),
    /// A loop: the name of the item, the items that are left, the last one first, how many there were, and
    /// the byte at which the text inside begins.
    Loop(String, Vec<Value<'static>>, usize, usize),
    /// Text that gets a name, and the byte of the text so far at which it begins.
    Capture(String, usize),
}

/// Names of blocks whose text is shown only under a condition.
pub(super) const NAMES: [&str; 6] = ["capture", "case", "for", "if", "tablerow", "unless"];

/// Rounds of a loop.
const MAX_ROUNDS: usize = 100;

/// Rounds of all loops of one body, of which one may be in another.
pub(super) const MAX_ALL_ROUNDS: usize = 2_000;

/// Bytes that loops may write into one body.
const MAX_WRITTEN: usize = 256 * 1024;

/// A value in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    Nil,
    Text(String),
    List(Vec<String>),
    Mapping,
}

/// Does what a tag of a block says. Returns whether it is one.
pub(in crate::site_generator) fn expand(template: &Template<'_>, body: &mut Body<'_>) -> bool {
    let rest = template.rest();
    match template.word() {
        "if" => choose("if", holds(rest, body), None, template, body),
        "unless" => choose("unless", holds(rest, body).map(|holds| !holds), None, template, body),
        "case" => match operand(rest, body) {
            Some(value) => choose("case", Some(false), Some(&value), template, body),
            None => drop_block("case", template, body),
        },
        "for" => begin_loop(template, body),
        "tablerow" => drop_block("tablerow", template, body),
        "capture" => {
            let name = rest.trim_matches(['"', '\'']).to_owned();
            if body.has_end("capture", |other| other.word() == "endcapture") {
                body.blocks.push(Block::Capture(name, body.text.len()));
            } else {
                body.skip_block("capture");
            }
        }
        // The branch that holds has ended.
        "else" | "elsif" | "when" => match body.blocks.pop() {
            Some(Block::Branch(name)) => body.skip_block(name),
            Some(Block::Loop(name, items, count, start)) => {
                body.skip_block("for");
                next_round(name, items, count, start, body);
            }
            block => body.blocks.extend(block),
        },
        "endif" | "endunless" | "endcase" => {
            body.blocks.pop_if(|block| matches!(block, Block::Branch(_)));
        }
        "endfor" => match body.blocks.pop() {
            Some(Block::Loop(name, items, count, start)) => {
                next_round(name, items, count, start, body);
            }
            Some(Block::Branch("for")) => {}
            block => body.blocks.extend(block),
        },
        "endcapture" => match body.blocks.pop() {
            Some(Block::Capture(name, start)) => {
                let text = body.text.split_off(start);
                if text.contains(HOLE) {
                    body.assigned.remove(&name);
                } else {
                    body.assigned.insert(name, liquid::text(text));
                }
            }
            block => body.blocks.extend(block),
        },
        "break" | "continue" => {
            let is_last = template.word() == "break";
            while let Some(block) = body.blocks.pop() {
                if let Block::Loop(name, items, count, start) = block {
                    body.skip_block("for");
                    let items = if is_last { Vec::new() } else { items };
                    next_round(name, items, count, start, body);
                    break;
                }
            }
        }
        _ => return false,
    }
    true
}

/// Leaves out a block as a whole.
fn drop_block(name: &'static str, template: &Template<'_>, body: &mut Body<'_>) {
    body.skip_block(name);
    body.forget(template);
}

/// Goes to the first branch that holds; without one behind the block.
fn choose(
    name: &'static str,
    first: Option<bool>,
    case: Option<&Operand>,
    template: &Template<'_>,
    body: &mut Body<'_>,
) {
    let mut holds_now = first;
    loop {
        match holds_now {
            Some(true) => return body.blocks.push(Block::Branch(name)),
            None => return drop_block(name, template, body),
            Some(false) => {}
        }
        let Some(branch) = body.skip_branch() else { return };
        holds_now = match (branch.word(), case) {
            ("elsif", _) => holds(branch.rest(), body),
            ("when", Some(case)) => is_one_of(case, branch.rest(), body),
            _ => Some(true),
        };
    }
}

/// Whether a value is one of several.
fn is_one_of(value: &Operand, values: &str, body: &Body<'_>) -> Option<bool> {
    let mut words = words(values).into_iter();
    words.try_fold(false, |is_found, word| match word.trim_end_matches(',') {
        "or" | "" => Some(is_found),
        word => Some(is_found || operand(word, body)? == *value),
    })
}

/// Whether a condition holds; `None` if that is not known.
pub(super) fn holds(condition: &str, body: &Body<'_>) -> Option<bool> {
    let words = words(condition);
    (words.len() <= MAX_WORDS).then(|| all_hold(&words, body))?
}

/// Words of a condition, of which each part is a call.
const MAX_WORDS: usize = 200;

fn all_hold(words: &[&str], body: &Body<'_>) -> Option<bool> {
    // Of several the last two are joined first.
    if let Some(at) = words.iter().position(|word| matches!(*word, "and" | "or")) {
        let left = all_hold(words.get(..at)?, body);
        let right = all_hold(words.get(at + 1..)?, body);
        let is_or = words.get(at) == Some(&"or");
        return match (left, right) {
            (Some(it), _) | (_, Some(it)) if it == is_or => Some(is_or),
            (Some(_), Some(_)) => Some(!is_or),
            _ => None,
        };
    }
    let is_empty_word = |word: &str| matches!(word, "empty" | "blank");
    match *words {
        [value] => Some(is_true(&operand(value, body)?)),
        [value, sign @ ("==" | "!="), other] if is_empty_word(other) => {
            let is_empty = match operand(value, body)? {
                Operand::Text(text) => text.is_empty(),
                Operand::List(items) => items.is_empty(),
                Operand::Mapping => false,
                Operand::Nil => return None,
            };
            Some(is_empty == (sign == "=="))
        }
        [value, sign, other] => compare(&operand(value, body)?, sign, &operand(other, body)?),
        _ => None,
    }
}

fn is_true(value: &Operand) -> bool {
    !matches!(value, Operand::Nil) && *value != Operand::Text("false".to_owned())
}

fn compare(value: &Operand, sign: &str, other: &Operand) -> Option<bool> {
    if value == &Operand::Mapping || other == &Operand::Mapping {
        return None;
    }
    let numbers = || match (value, other) {
        (Operand::Text(a), Operand::Text(b)) => {
            Some((a.parse::<f64>().ok()?, b.parse::<f64>().ok()?))
        }
        _ => None,
    };
    Some(match sign {
        "==" => value == other,
        "!=" | "<>" => value != other,
        "contains" => match (value, other) {
            (Operand::Text(text), Operand::Text(part)) => text.contains(part),
            (Operand::List(items), Operand::Text(item)) => items.contains(item),
            _ => false,
        },
        "<" | ">" | "<=" | ">="
            if matches!((value, other), (Operand::Nil, _) | (_, Operand::Nil)) =>
        {
            false
        }
        "<" => numbers().map(|(a, b)| a < b)?,
        ">" => numbers().map(|(a, b)| a > b)?,
        "<=" => numbers().map(|(a, b)| a <= b)?,
        ">=" => numbers().map(|(a, b)| a >= b)?,
        _ => return None,
    })
}

/// The value of a word in a condition; `None` if it is not known.
fn operand(word: &str, body: &Body<'_>) -> Option<Operand> {
    Some(match liquid::term(word, body)? {
        Value::Null => Operand::Nil,
        Value::List(items) => {
            let texts = items.iter().filter_map(Value::scalar).map(str::to_owned);
            Operand::List(texts.collect())
        }
        Value::Mapping(_) => Operand::Mapping,
        scalar => Operand::Text(scalar.scalar()?.to_owned()),
    })
}

/// What only Jekyll says of a page, unless its front matter does.
const OF_JEKYLL: [&str; 18] = [
    "categories",
    "collection",
    "content",
    "dir",
    "draft",
    "excerpt",
    "ext",
    "id",
    "name",
    "next",
    "output",
    "path",
    "previous",
    "relative_path",
    "secured",
    "slug",
    "tags",
    "url",
];

/// The value of a key of the page; null if it has none, and `None` if that is not known.
pub(super) fn page_value<'b>(key: &str, body: &Body<'b>) -> Option<&'b Value<'b>> {
    if key.split('.').any(|part| part.eq_ignore_ascii_case("secured")) {
        return None;
    }
    let own = key.split('.').fold(body.page.keys, |value, part| value.at(part));
    if *own != Value::Null {
        return Some(own);
    }
    let (root, inner) = key.split_once('.').unwrap_or((key, ""));
    let defaults = body.options.site_context.defaults_of(body.page.path, 0);
    if let Some(value) = defaults.get(root) {
        let parts = inner.split('.').filter(|part| !part.is_empty());
        return Some(parts.fold(value, |value, part| value.at(part)));
    }
    (!OF_JEKYLL.contains(&root)).then_some(own)
}

/// Begins a loop over a list that is known.
fn begin_loop(template: &Template<'_>, body: &mut Body<'_>) {
    let rest = template.rest().replace(": ", ":");
    let (name, items) = match words(&rest).as_slice() {
        [name, "in", list, options @ ..] => ((*name).to_owned(), items(list, options, body)),
        _ => (String::new(), None),
    };
    let has_end = body.has_end("for", |other| other.word() == "endfor");
    match items.filter(|_| has_end) {
        None => drop_block("for", template, body),
        Some(items) if items.is_empty() => {
            if body.skip_branch().is_some() {
                body.blocks.push(Block::Branch("for"));
            }
        }
        Some(mut items) => {
            items.reverse();
            let (count, start) = (items.len(), body.position);
            next_round(name, items, count, start, body);
        }
    }
}

/// Begins the next round of a loop behind its end, if there is one.
fn next_round(
    name: String,
    mut items: Vec<Value<'static>>,
    count: usize,
    start: usize,
    body: &mut Body<'_>,
) {
    body.assigned.remove(&name);
    body.rounds += 1;
    let may_go_on = body.rounds <= MAX_ALL_ROUNDS && body.text.len() < MAX_WRITTEN;
    let Some(item) = items.pop().filter(|_| may_go_on) else { return };
    body.assigned.insert(name.clone(), item);
    body.assigned.insert("forloop".to_owned(), forloop(count, items.len()));
    body.blocks.push(Block::Loop(name, items, count, start));
    body.position = start;
}

/// What Liquid says of a round of a loop.
fn forloop(count: usize, left: usize) -> Value<'static> {
    let number = |number: usize| Value::Number(number.to_string());
    let index = count - left;
    let entries = [
        ("first", Value::Bool(index == 1)),
        ("last", Value::Bool(left == 0)),
        ("index", number(index)),
        ("index0", number(index.saturating_sub(1))),
        ("rindex", number(left + 1)),
        ("length", number(count)),
    ];
    Value::Mapping(entries.map(|(key, value)| (Cow::Borrowed(key), value)).into())
}

/// The items of a list: a range of numbers, or a list that is known.
fn items(list: &str, options: &[&str], body: &Body<'_>) -> Option<Vec<Value<'static>>> {
    let number = |text: &str| liquid::value(text, body)?.parse::<i64>().ok();
    let numbers = list.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let mut items: Vec<Value<'static>> =
        if let Some((first, last)) = numbers.and_then(|it| it.split_once("..")) {
            let numbers = (number(first)?..=number(last)?).take(MAX_ROUNDS + 1);
            numbers.map(|number| Value::Number(number.to_string())).collect()
        } else {
            match liquid::term(list, body)? {
                Value::List(items) => items,
                Value::Null => Vec::new(),
                Value::Mapping(entries) if !entries.is_empty() => {
                    let entries = entries.iter();
                    entries.map(|(key, value)| liquid::entry(key, value)).collect()
                }
                _ => return None,
            }
        };
    // In whatever order they are written.
    for wanted in ["offset", "limit", "reversed"] {
        let Some(option) = options.iter().find(|option| option.starts_with(wanted)) else {
            continue;
        };
        match option.split_once(':') {
            Some((_, count)) => {
                let count = usize::try_from(number(count)?).ok()?;
                if wanted == "limit" {
                    items.truncate(count);
                } else {
                    items = items.split_off(count.min(items.len()));
                }
            }
            None => items.reverse(),
        }
    }
    (items.len() <= MAX_ROUNDS).then_some(items)
}
