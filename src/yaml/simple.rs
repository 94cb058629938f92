//! A scanner for the YAML that front matter is mostly written in, some twenty times as fast as the
//! YAML crate: keys and values on lines of their own, lists, plain and quoted scalars.
//!
//! It answers only when it is sure. Everything else (flow collections, block scalars, values over
//! several lines, anchors, tags, tabs, comments behind a value, numbers and escapes out of the
//! ordinary, …) is declined, and so is what is no YAML at all: then the crate decides. The law is
//! that wherever it answers, its answer is the crate's; fuzzing holds the two together.

use std::borrow::Cow;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use crate::limits;

/// Reads a text, if it is simple and of the shape asked for.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut lines = Lines::new(text)?;
    let document = lines.mapping(0, 0)?;
    lines.ends().then_some(())?;
    T::deserialize(document).ok()
}

/// A value.
#[derive(Debug)]
enum Node<'a> {
    Null,
    Bool(bool),
    Integer(i64, &'a str),
    /// Text in quotes.
    Quoted(Cow<'a, str>),
    /// Text that YAML takes for nothing else.
    Plain(&'a str),
    List(Vec<Node<'a>>),
    Mapping(Vec<(&'a str, Node<'a>)>),
}

/// Deeper ones are left to the crate.
const MOST_LEVELS: usize = 8;

/// Longer keys are left to the crate, which has a limit for them.
const MOST_KEY_BYTES: usize = 100;

/// The lines of a text that hold something, one ahead.
struct Lines<'a> {
    rest: &'a str,
    /// The indentation and the content of the next line; `None` at the end.
    next: Option<(usize, &'a str)>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Option<Lines<'a>> {
        (is_printable(text) && is_cheap(text)).then_some(())?;
        let mut lines = Lines { rest: text, next: None };
        lines.advance();
        Some(lines)
    }

    /// Goes to the next line that is neither blank nor a comment.
    fn advance(&mut self) {
        self.next = None;
        while self.next.is_none() && !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest.as_bytes()).unwrap_or(self.rest.len());
            let (line, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
            self.rest = rest.strip_prefix('\n').unwrap_or(rest);
            let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches(' ');
            let content = line.trim_start_matches(' ');
            if !content.is_empty() && !content.starts_with('#') {
                self.next = Some((line.len() - content.len(), content));
            }
        }
    }

    fn ends(&self) -> bool {
        self.next.is_none()
    }

    /// The entries from the next line on that are indented by `indent`.
    fn mapping(&mut self, indent: usize, level: usize) -> Option<Node<'a>> {
        let mut entries = Vec::new();
        while let Some((at, content)) = self.next {
            if at != indent {
                break;
            }
            let (key, value) = key(content)?;
            entries.push((key, self.value(value, indent, level)?));
        }
        (!entries.is_empty()).then_some(Node::Mapping(entries))
    }

    /// What stands behind `key:`, on its line or below it.
    fn value(&mut self, value: &'a str, indent: usize, level: usize) -> Option<Node<'a>> {
        self.advance();
        if !value.is_empty() {
            return self.scalar(value, indent);
        }
        match self.next {
            Some((at, content)) if at >= indent && is_item(content) => self.list(at, level + 1),
            Some((at, _)) if at > indent => {
                (level < MOST_LEVELS).then_some(())?;
                self.mapping(at, level + 1)
            }
            _ => Some(Node::Null),
        }
    }

    /// The items from the next line on that are indented by `indent`.
    fn list(&mut self, indent: usize, level: usize) -> Option<Node<'a>> {
        (level < MOST_LEVELS).then_some(())?;
        let mut items = Vec::new();
        while let Some((at, content)) = self.next {
            if at != indent || !is_item(content) {
                break;
            }
            let item = content.strip_prefix('-')?.trim_start_matches(' ');
            if item.is_empty() {
                return None;
            }
            let inner = indent + content.len() - item.len();
            if key(item).is_some() {
                // A mapping begins behind the dash, as if it stood on a line of its own.
                self.next = Some((inner, item));
                items.push(self.mapping(inner, level + 1)?);
            } else {
                self.advance();
                items.push(self.scalar(item, indent)?);
            }
        }
        // A line that is indented further belonged to something, but to what is not clear.
        let clear = self.next.is_none_or(|(at, _)| at <= indent);
        clear.then_some(Node::List(items))
    }

    /// A scalar that ends with its line: the line after it, which is the next one now, does not go
    /// on with it.
    fn scalar(&self, text: &'a str, indent: usize) -> Option<Node<'a>> {
        if self.next.is_some_and(|(at, _)| at > indent) {
            return None;
        }
        match text.as_bytes().first()? {
            b'"' => double_quoted(text.strip_prefix('"')?.strip_suffix('"')?),
            b'\'' => single_quoted(text.strip_prefix('\'')?.strip_suffix('\'')?),
            _ => plain(text),
        }
    }
}

/// Whether YAML takes every character for what it is: no tabs, no control characters, and none of
/// the line breaks that only YAML knows.
fn is_printable(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without an early end the compiler looks at many bytes at once.
    let control = |byte| matches!(byte, 0..=9 | 11 | 12 | 14..=31 | 127);
    let bad = bytes.iter().fold(0, |bad, &byte| bad | u8::from(control(byte))) != 0;
    let lone_return =
        || memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'));
    let odd = |c: char| {
        matches!(
            c,
            '\u{80}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
    };
    !bad && !lone_return() && (text.is_ascii() || !text.contains(odd))
}

/// Whether nobody could refuse the text for what it would cost the crate.
fn is_cheap(text: &str) -> bool {
    memchr::memchr2_iter(b'[', b'{', text.as_bytes()).count() <= limits::FLOW_DEPTH
}

/// `key: value` or `key:`, with a key of plain letters.
fn key(content: &str) -> Option<(&str, &str)> {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = content.bytes().take_while(|byte| letter(byte)).count();
    let (key, rest) = content.split_at_checked(length)?;
    let value = rest.strip_prefix(':')?;
    let starts = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let ends = value.is_empty() || value.starts_with(' ');
    let value = value.trim_start_matches(' ');
    // A comment instead of a value, which may then stand on the lines below.
    let comment = value.starts_with('#');
    (starts && ends && !comment && length <= MOST_KEY_BYTES).then_some((key, value))
}

fn is_item(content: &str) -> bool {
    content == "-" || content.starts_with("- ")
}

fn double_quoted(inner: &str) -> Option<Node<'_>> {
    if memchr::memchr2(b'\\', b'"', inner.as_bytes()).is_none() {
        return Some(Node::Quoted(Cow::Borrowed(inner)));
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '"' => return None,
            '\\' => match chars.next()? {
                c @ ('"' | '\\' | '/') => c,
                'n' => '\n',
                't' => '\t',
                _ => return None,
            },
            c => c,
        });
    }
    Some(Node::Quoted(Cow::Owned(text)))
}

fn single_quoted(inner: &str) -> Option<Node<'_>> {
    if !inner.contains('\'') {
        return Some(Node::Quoted(Cow::Borrowed(inner)));
    }
    let text = inner.replace("''", "\u{0}");
    (!text.contains('\'')).then(|| Node::Quoted(Cow::Owned(text.replace('\u{0}', "'"))))
}

fn plain(text: &str) -> Option<Node<'_>> {
    if text.contains(": ") || text.ends_with(':') || text.contains(" #") {
        return None;
    }
    match text {
        "null" => return Some(Node::Null),
        "true" => return Some(Node::Bool(true)),
        "false" => return Some(Node::Bool(false)),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    match text.bytes().next()? {
        b'-' | b'0'..=b'9' => {
            let canonical = !digits.starts_with('0') || text == "0";
            let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if all_digits && canonical && digits.len() <= 18 {
                return Some(Node::Integer(text.parse().ok()?, text));
            }
            // A number in some notation has no other characters than these, and no dash behind a
            // digit; a date has.
            let number =
                |c: char| c.is_ascii_hexdigit() || matches!(c, 'x' | 'o' | '_' | '.' | '+' | '-');
            let dash = text.as_bytes().windows(2).any(|two| matches!(two, [b'0'..=b'9', b'-']));
            let sure = dash || !text.chars().all(number);
            (!text.starts_with('-') && sure).then_some(Node::Plain(text))
        }
        // What is nothing but text at the beginning of a value.
        b'a'..=b'z' | b'A'..=b'Z' | b'(' | b'/' | b'$' | b'_' | 0x80.. => {
            let odd = ["null", "true", "false", "nan", "inf", "infinity"];
            let odd = odd.iter().any(|word| word.eq_ignore_ascii_case(text));
            (!odd).then_some(Node::Plain(text))
        }
        _ => None,
    }
}

/// The shape asked for is another one. What is wrong about it the crate will say.
#[derive(Debug)]
struct Declined;

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("declined")
    }
}

impl std::error::Error for Declined {}

impl Error for Declined {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Declined
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Declined;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(value),
            Node::Integer(value, _) => match u64::try_from(value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(value),
            },
            Node::Quoted(Cow::Owned(text)) => visitor.visit_string(text),
            Node::Quoted(Cow::Borrowed(text)) | Node::Plain(text) => {
                visitor.visit_borrowed_str(text)
            }
            Node::List(items) => visitor.visit_seq(Items(items.into_iter())),
            Node::Mapping(entries) => visitor.visit_map(Entries(entries.into_iter(), None)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self {
            Node::Null => visitor.visit_none(),
            node => visitor.visit_some(node),
        }
    }

    /// A scalar as it is written.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self {
            Node::Bool(value) => visitor.visit_borrowed_str(if value { "true" } else { "false" }),
            Node::Integer(_, text) => visitor.visit_borrowed_str(text),
            Node::Null | Node::List(_) | Node::Mapping(_) => Err(Declined),
            text => text.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

struct Items<'a>(std::vec::IntoIter<Node<'a>>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Declined;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Declined> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

struct Entries<'a>(std::vec::IntoIter<(&'a str, Node<'a>)>, Option<Node<'a>>);

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Declined;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Declined> {
        let Some((key, value)) = self.0.next() else { return Ok(None) };
        self.1 = Some(value);
        let key: StrDeserializer<'de, Declined> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Declined> {
        seed.deserialize(self.1.take().ok_or(Declined)?)
    }
}
