//! A scanner for the YAML that front matter is mostly written in, some twenty times as fast as the
//! YAML crate: keys and values on lines of their own, lists, plain and quoted scalars.
//!
//! It answers only when it is sure. Everything else (flow collections, block scalars, values over
//! several lines, anchors, tags, tabs, comments behind a value, numbers and escapes out of the
//! ordinary, …) is declined, and so is what is no YAML at all: then the crate decides. The law is
//! that wherever it answers, its answer is the crate's; fuzzing holds the two together.

use std::borrow::Cow;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::bytes::ByteSet;
use crate::limits;

/// Reads a text, if it is simple and of the shape asked for.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Option<S::Value> {
    let mut lines = Lines::new(text)?;
    let document = Value { shape: Shape::Mapping { indent: 0, level: 0 }, lines: &mut lines };
    let read = seed.deserialize(document).ok()?;
    lines.next.is_none().then_some(read)
}

/// What a value is. Of a list and a mapping, what is in it comes line by line.
enum Shape<'a> {
    Null,
    Bool(bool),
    Integer(i64, &'a str),
    /// Text in quotes.
    Quoted(Cow<'a, str>),
    /// Text that YAML takes for nothing else.
    Plain(&'a str),
    List {
        indent: usize,
        level: usize,
    },
    Mapping {
        indent: usize,
        level: usize,
    },
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
        // A document of anything but a mapping is no front matter.
        lines.next.is_some_and(|(indent, _)| indent == 0).then_some(lines)
    }

    /// Goes to the next line that is neither blank nor a comment.
    fn advance(&mut self) {
        while !self.rest.is_empty() {
            let bytes = self.rest.as_bytes();
            let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
            let mut line = bytes.get(..end).unwrap_or_default();
            // A carriage return only stands before a line feed.
            if let [before @ .., b'\r'] = line {
                line = before;
            }
            while let [before @ .., b' '] = line {
                line = before;
            }
            let indent = spaces(line);
            let content = self.rest.get(indent..line.len()).unwrap_or_default();
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            if !matches!(content.as_bytes(), [] | [b'#', ..]) {
                self.next = Some((indent, content));
                return;
            }
        }
        self.next = None;
    }

    /// What stands behind `key:`, on its line or below it.
    fn value(
        &mut self,
        value: &'a str,
        indent: usize,
        level: usize,
    ) -> Result<Shape<'a>, Declined> {
        self.advance();
        if !value.is_empty() {
            return self.scalar(value, indent);
        }
        let level = level + 1;
        let nested = match self.next {
            Some((at, content)) if at >= indent && is_item(content) => {
                Shape::List { indent: at, level }
            }
            Some((at, _)) if at > indent => Shape::Mapping { indent: at, level },
            _ => return Ok(Shape::Null),
        };
        if level < MOST_LEVELS { Ok(nested) } else { Err(Declined) }
    }

    /// The next item of a list, if there is one.
    fn item(&mut self, indent: usize, level: usize) -> Result<Option<Shape<'a>>, Declined> {
        let Some((at, content)) = self.next else { return Ok(None) };
        if at != indent || !is_item(content) {
            // A line that is indented further belonged to something, but to what is not clear.
            return if at <= indent { Ok(None) } else { Err(Declined) };
        }
        let item = without_spaces_before(content.strip_prefix('-').ok_or(Declined)?);
        if item.is_empty() {
            return Err(Declined);
        }
        if key(item).is_some() {
            // A mapping begins behind the dash, as if it stood on a line of its own.
            let inner = indent + content.len() - item.len();
            self.next = Some((inner, item));
            return Ok(Some(Shape::Mapping { indent: inner, level: level + 1 }));
        }
        self.advance();
        self.scalar(item, indent).map(Some)
    }

    /// The next entry of a mapping, if there is one.
    fn entry(
        &mut self,
        indent: usize,
        level: usize,
    ) -> Result<Option<(&'a str, Shape<'a>)>, Declined> {
        match self.next {
            Some((at, content)) if at == indent => {
                let (key, value) = key(content).ok_or(Declined)?;
                Ok(Some((key, self.value(value, indent, level)?)))
            }
            _ => Ok(None),
        }
    }

    /// A scalar that ends with its line: the line after it, which is the next one now, does not go
    /// on with it.
    fn scalar(&self, text: &'a str, indent: usize) -> Result<Shape<'a>, Declined> {
        if self.next.is_some_and(|(at, _)| at > indent) {
            return Err(Declined);
        }
        let inner = || text.get(1..text.len() - 1);
        let scalar = match text.as_bytes() {
            [b'"', .., b'"'] => inner().and_then(double_quoted),
            [b'\'', .., b'\''] => inner().and_then(single_quoted),
            _ => plain(text),
        };
        scalar.ok_or(Declined)
    }
}

/// The number of spaces that a line begins with.
fn spaces(line: &[u8]) -> usize {
    line.iter().take_while(|&&byte| byte == b' ').count()
}

fn without_spaces_before(text: &str) -> &str {
    text.get(spaces(text.as_bytes())..).unwrap_or_default()
}

/// Whether YAML takes every character for what it is: no tabs, no control characters, and none of
/// the line breaks that only YAML knows.
fn is_printable(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without an early end the compiler looks at many bytes at once.
    let control = |byte| (byte < b' ' || byte == 127) && byte != b'\n' && byte != b'\r';
    let bad = bytes.iter().fold(0, |bad, &byte| bad | u8::from(control(byte))) != 0;
    let lone_return =
        || memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'));
    // The first bytes of U+0080 to U+009F, U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF.
    let odd = |at: usize| match bytes.get(at..) {
        Some([0xC2, second, ..]) => *second < 0xA0,
        Some([0xE2, 0x80, third, ..]) => matches!(third, 0xA8 | 0xA9),
        Some([0xEF, 0xBB, third, ..]) => *third == 0xBF,
        Some([0xEF, 0xBF, third, ..]) => matches!(third, 0xBE | 0xBF),
        _ => false,
    };
    let is_odd = || memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).any(odd);
    !bad && !lone_return() && (text.is_ascii() || !is_odd())
}

/// Whether nobody could refuse the text for what it would cost the crate.
fn is_cheap(text: &str) -> bool {
    memchr::memchr2_iter(b'[', b'{', text.as_bytes()).count() <= limits::FLOW_DEPTH
}

/// `key: value` or `key:`, with a key of plain letters.
fn key(content: &str) -> Option<(&str, &str)> {
    const LETTERS: ByteSet = ByteSet::alphanumeric_and(b"_-");
    let bytes = content.as_bytes();
    let length = bytes.iter().take_while(|&&byte| LETTERS.contains(byte)).count();
    let behind = bytes.get(length..)?;
    let starts = matches!(bytes, [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..]);
    let ends = matches!(behind, [b':'] | [b':', b' ', ..]);
    if !(starts && ends && length <= MOST_KEY_BYTES) {
        return None;
    }
    let (key, colon) = content.split_at_checked(length)?;
    let value = without_spaces_before(colon.get(1..)?);
    // A comment instead of a value, which may then stand on the lines below.
    (!value.starts_with('#')).then_some((key, value))
}

fn is_item(content: &str) -> bool {
    content == "-" || content.starts_with("- ")
}

fn double_quoted(inner: &str) -> Option<Shape<'_>> {
    if memchr::memchr2(b'\\', b'"', inner.as_bytes()).is_none() {
        return Some(Shape::Quoted(Cow::Borrowed(inner)));
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
    Some(Shape::Quoted(Cow::Owned(text)))
}

fn single_quoted(inner: &str) -> Option<Shape<'_>> {
    if !inner.contains('\'') {
        return Some(Shape::Quoted(Cow::Borrowed(inner)));
    }
    let text = inner.replace("''", "\u{0}");
    (!text.contains('\'')).then(|| Shape::Quoted(Cow::Owned(text.replace('\u{0}', "'"))))
}

fn plain(text: &str) -> Option<Shape<'_>> {
    let bytes = text.as_bytes();
    let mut signs = memchr::memchr2_iter(b':', b'#', bytes);
    let means_something = |at: usize| match bytes.get(at) {
        Some(b':') => matches!(bytes.get(at + 1), None | Some(b' ')),
        _ => at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b' '),
    };
    if signs.any(means_something) {
        return None;
    }
    match text {
        "null" => return Some(Shape::Null),
        "true" => return Some(Shape::Bool(true)),
        "false" => return Some(Shape::Bool(false)),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    match text.bytes().next()? {
        b'-' | b'0'..=b'9' => {
            let canonical = !digits.starts_with('0') || text == "0";
            let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if all_digits && canonical && digits.len() <= 18 {
                return Some(Shape::Integer(text.parse().ok()?, text));
            }
            // A number in some notation has no other characters than these, and no dash behind a
            // digit; a date has.
            let number =
                |c: char| c.is_ascii_hexdigit() || matches!(c, 'x' | 'o' | '_' | '.' | '+' | '-');
            let dash = bytes.windows(2).any(|two| matches!(two, [b'0'..=b'9', b'-']));
            let sure = dash || !text.chars().all(number);
            (!text.starts_with('-') && sure).then_some(Shape::Plain(text))
        }
        // What is nothing but text at the beginning of a value.
        b'a'..=b'z' | b'A'..=b'Z' | b'(' | b'/' | b'$' | b'_' | 0x80.. => {
            let odd = ["null", "true", "false", "nan", "inf", "infinity"];
            let odd = odd.iter().any(|word| word.eq_ignore_ascii_case(text));
            (!odd).then_some(Shape::Plain(text))
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

/// A value that is about to be read.
struct Value<'l, 'a> {
    shape: Shape<'a>,
    /// The lines that follow it, or hold it.
    lines: &'l mut Lines<'a>,
}

impl<'de> Deserializer<'de> for Value<'_, 'de> {
    type Error = Declined;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        let lines = self.lines;
        match self.shape {
            Shape::Null => visitor.visit_unit(),
            Shape::Bool(value) => visitor.visit_bool(value),
            Shape::Integer(value, _) => match u64::try_from(value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(value),
            },
            Shape::Quoted(Cow::Owned(text)) => visitor.visit_string(text),
            Shape::Quoted(Cow::Borrowed(text)) | Shape::Plain(text) => {
                visitor.visit_borrowed_str(text)
            }
            Shape::List { indent, level } => {
                let read = visitor.visit_seq(Items { lines, indent, level })?;
                let ended = lines.item(indent, level)?.is_none();
                ended.then_some(read).ok_or(Declined)
            }
            Shape::Mapping { indent, level } => {
                let read = visitor.visit_map(Entries { lines, indent, level, value: None })?;
                let ended = lines.entry(indent, level)?.is_none();
                ended.then_some(read).ok_or(Declined)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self.shape {
            Shape::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    /// A scalar as it is written.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self.shape {
            Shape::Bool(value) => visitor.visit_borrowed_str(if value { "true" } else { "false" }),
            Shape::Integer(_, text) => visitor.visit_borrowed_str(text),
            Shape::Null | Shape::List { .. } | Shape::Mapping { .. } => Err(Declined),
            Shape::Quoted(_) | Shape::Plain(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.deserialize_str(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Items<'l, 'a> {
    lines: &'l mut Lines<'a>,
    indent: usize,
    level: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Declined;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Declined> {
        let Some(shape) = self.lines.item(self.indent, self.level)? else { return Ok(None) };
        seed.deserialize(Value { shape, lines: self.lines }).map(Some)
    }
}

struct Entries<'l, 'a> {
    lines: &'l mut Lines<'a>,
    indent: usize,
    level: usize,
    /// The value of the key that was asked for last.
    value: Option<Shape<'a>>,
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Declined;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Declined> {
        let Some((key, value)) = self.lines.entry(self.indent, self.level)? else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Declined> {
        let shape = self.value.take().ok_or(Declined)?;
        seed.deserialize(Value { shape, lines: self.lines })
    }
}
