//! A scanner for the YAML that front matter is mostly written in, some twenty times as fast as the
//! YAML crate: keys and values on lines of their own, lists, plain and quoted scalars.
//!
//! It answers only when it is sure. Everything else (flow collections, block scalars, values over
//! several lines, anchors, tags, tabs, comments behind a value, numbers and escapes out of the
//! ordinary, …) is declined, and so is what is no YAML at all: then the crate decides. The law is
//! that wherever it answers, its answer is the crate's; fuzzing holds the two together.

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
    lines.is_at_end().then_some(read)
}

/// What a value is. Of a list and a mapping, what is in it comes line by line.
#[derive(Clone, Copy)]
enum Shape<'a> {
    Null,
    Bool(bool),
    /// A number of few enough digits, as it is written.
    Integer(&'a str),
    /// Text that means what is written there.
    Text(&'a str),
    /// What stands in double quotes, with backslashes that are understood.
    Escaped(&'a str),
    /// What stands in single quotes, with two of them for each one.
    Doubled(&'a str),
    List {
        indent: usize,
        level: usize,
    },
    Mapping {
        indent: usize,
        level: usize,
    },
}

impl Shape<'_> {
    fn is_nested(&self) -> bool {
        matches!(self, Shape::List { .. } | Shape::Mapping { .. })
    }
}

/// Deeper ones are left to the crate.
const MOST_LEVELS: usize = 8;

/// Longer keys are left to the crate, which has a limit for them.
const MOST_KEY_BYTES: usize = 100;

/// The lines of a text that hold something, one ahead.
struct Lines<'a> {
    text: &'a str,
    /// Where the content of the next line begins; the length of the text at the end.
    at: usize,
    /// How far that is indented; not at all at the end.
    indent: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Option<Lines<'a>> {
        is_simple(text).then_some(())?;
        let mut lines = Lines { text, at: 0, indent: 0 };
        lines.begin_line(0);
        // A document of anything but a mapping is no front matter.
        (!lines.is_at_end() && lines.indent == 0).then_some(lines)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The text from here on.
    fn rest(&self, at: usize) -> &'a [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }

    /// Where spaces end that begin here.
    fn behind_spaces(&self, at: usize) -> usize {
        at + self.rest(at).iter().take_while(|&&byte| byte == b' ').count()
    }

    fn byte_before(&self, at: usize) -> Option<u8> {
        self.byte(at.checked_sub(1)?)
    }

    /// Whether a line ends here. A carriage return only stands before a line feed.
    fn ends_line(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b'\n' | b'\r'))
    }

    /// Whether a dash or a colon before here is a sign: a space follows it, or its line ends.
    fn is_separate(&self, at: usize) -> bool {
        self.byte(at) == Some(b' ') || self.ends_line(at)
    }

    /// Goes to the first line from here that is neither blank nor a comment.
    #[inline]
    fn begin_line(&mut self, mut line: usize) {
        loop {
            let at = self.behind_spaces(line);
            line = match self.byte(at) {
                Some(b'\n') => at + 1,
                Some(b'\r' | b'#') => self.line_feed(at) + 1,
                Some(_) => {
                    (self.at, self.indent) = (at, at - line);
                    return;
                }
                None => {
                    (self.at, self.indent) = (self.text.len(), 0);
                    return;
                }
            };
        }
    }

    /// Where the next line feed is, or the end of the text.
    fn line_feed(&self, at: usize) -> usize {
        memchr::memchr(b'\n', self.rest(at)).map_or(self.text.len(), |length| at + length)
    }

    /// What stands before a line feed, without spaces at its end.
    fn before(&self, line_feed: usize, start: usize) -> Option<&'a str> {
        let mut end = line_feed;
        if self.byte_before(end) == Some(b'\r') {
            end -= 1;
        }
        while self.byte_before(end) == Some(b' ') {
            end -= 1;
        }
        self.text.get(start..end)
    }

    /// The key of plain letters that begins here, and where its value does: `key: value`, `key:`.
    #[inline]
    fn key(&self, at: usize) -> Option<(&'a str, usize)> {
        const LETTERS: ByteSet = ByteSet::alphanumeric_and(b"_-");
        let rest = self.rest(at);
        if !matches!(rest, [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..]) {
            return None;
        }
        let length = rest.iter().position(|&byte| !LETTERS.contains(byte))?;
        let colon = at + length;
        let value = match rest.get(length..)? {
            [b':', b' ', ..] => self.behind_spaces(colon + 2),
            [b':', ..] if self.ends_line(colon + 1) => colon + 1,
            _ => return None,
        };
        // A comment instead of a value, which may then stand on the lines below.
        let is_sure = length <= MOST_KEY_BYTES && self.byte(value) != Some(b'#');
        Some((self.text.get(at..colon)?, value)).filter(|_| is_sure)
    }

    /// The next key of a mapping and where its value begins, if there is one.
    fn entry(&self, indent: usize) -> Result<Option<(&'a str, usize)>, Declined> {
        if self.indent != indent || self.is_at_end() {
            return Ok(None);
        }
        self.key(self.at).map(Some).ok_or(Declined)
    }

    /// The value of a key, which begins here or on a line below.
    fn value(&mut self, at: usize, indent: usize, level: usize) -> Result<Shape<'a>, Declined> {
        if !self.ends_line(at) {
            return self.scalar(at, indent).ok_or(Declined);
        }
        self.begin_line(at);
        let level = level + 1;
        let nested = if self.indent >= indent && self.is_item() {
            Shape::List { indent: self.indent, level }
        } else if self.indent > indent {
            Shape::Mapping { indent: self.indent, level }
        } else {
            return Ok(Shape::Null);
        };
        if level < MOST_LEVELS { Ok(nested) } else { Err(Declined) }
    }

    /// Whether the next line is an item of a list.
    fn is_item(&self) -> bool {
        self.byte(self.at) == Some(b'-') && self.is_separate(self.at + 1)
    }

    /// The next item of a list, if there is one.
    fn item(&mut self, indent: usize, level: usize) -> Result<Option<Shape<'a>>, Declined> {
        if self.indent != indent || !self.is_item() {
            // A line that is indented further belonged to something, but to what is not clear.
            return if self.indent <= indent { Ok(None) } else { Err(Declined) };
        }
        let item = self.behind_spaces(self.at + 1);
        if self.ends_line(item) {
            return Err(Declined);
        }
        if self.key(item).is_some() {
            // A mapping begins behind the dash, as if it stood on a line of its own.
            self.indent += item - self.at;
            self.at = item;
            return Ok(Some(Shape::Mapping { indent: self.indent, level: level + 1 }));
        }
        self.scalar(item, indent).map(Some).ok_or(Declined)
    }

    /// Goes behind a value.
    fn pass_over(&mut self, shape: Shape<'a>) -> Result<(), Declined> {
        match shape {
            Shape::List { indent, level } => {
                while let Some(item) = self.item(indent, level)? {
                    if item.is_nested() {
                        self.pass_over(item)?;
                    }
                }
            }
            Shape::Mapping { indent, level } => {
                while let Some((_, at)) = self.entry(indent)? {
                    let value = self.value(at, indent, level)?;
                    if value.is_nested() {
                        self.pass_over(value)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A scalar that begins here and ends with its line: the line after it, which is the next one
    /// then, does not go on with it.
    #[inline]
    fn scalar(&mut self, at: usize, indent: usize) -> Option<Shape<'a>> {
        let (scalar, line_feed) = match self.byte(at)? {
            b'"' => self.double_quoted(at + 1)?,
            b'\'' => self.single_quoted(at + 1)?,
            _ => self.plain(at)?,
        };
        self.begin_line(line_feed + 1);
        (self.indent <= indent).then_some(scalar)
    }

    /// What stands in quotes, up to the end of the line, and where that is.
    fn double_quoted(&self, start: usize) -> Option<(Shape<'a>, usize)> {
        let end = start + memchr::memchr3(b'"', b'\\', b'\n', self.rest(start))?;
        let line_feed = match self.rest(end) {
            [b'"', b'\n', ..] => end + 1,
            [b'"', ..] => {
                let behind = self.behind_spaces(end + 1);
                self.ends_line(behind).then_some(())?;
                self.line_feed(behind)
            }
            _ => {
                let line_feed = self.line_feed(end);
                let inside = self.before(line_feed, start)?.strip_suffix('"')?;
                return is_unescapable(inside).then_some((Shape::Escaped(inside), line_feed));
            }
        };
        Some((Shape::Text(self.text.get(start..end)?), line_feed))
    }

    /// What stands in quotes, up to the end of the line, and where that is.
    fn single_quoted(&self, start: usize) -> Option<(Shape<'a>, usize)> {
        let line_feed = self.line_feed(start);
        let inside = self.before(line_feed, start)?.strip_suffix('\'')?;
        if !inside.contains('\'') {
            return Some((Shape::Text(inside), line_feed));
        }
        let is_doubled = !inside.replace("''", "").contains('\'');
        is_doubled.then_some((Shape::Doubled(inside), line_feed))
    }

    /// What stands without quotes, up to the end of the line, and where that is.
    #[inline]
    fn plain(&self, start: usize) -> Option<(Shape<'a>, usize)> {
        let mut at = start;
        let line_feed = loop {
            let Some(length) = next_sign(self.rest(at)) else { break self.text.len() };
            let sign = at + length;
            let means_something = match self.byte(sign)? {
                b'\n' => break sign,
                b':' => self.is_separate(sign + 1),
                // A comment. What stands before the value is a space, too.
                _ => self.byte_before(sign) == Some(b' '),
            };
            if means_something {
                return None;
            }
            at = sign + 1;
        };
        Some((typed(self.before(line_feed, start)?)?, line_feed))
    }
}

/// Where the first byte is that may end a text without quotes: the end of the line, a colon or a
/// hash. Most are near, and then a search for what is far costs more than it saves.
#[inline]
fn next_sign(text: &[u8]) -> Option<usize> {
    const SIGNS: ByteSet = ByteSet::of(b"\n:#");
    const NEAR: usize = 24;
    let near = text.get(..NEAR).unwrap_or(text);
    let found = near.iter().position(|&byte| SIGNS.contains(byte));
    found.or_else(|| Some(NEAR + memchr::memchr3(b'\n', b':', b'#', text.get(NEAR..)?)?))
}

/// Whether YAML takes every character for what it is, and nobody could refuse the text for what it
/// would cost the crate.
fn is_simple(text: &str) -> bool {
    let bytes = text.as_bytes();
    (!has_controls(bytes) || has_only_line_breaks(bytes))
        && (text.is_ascii() || !has_odd_characters(bytes))
        && memchr::memchr2_iter(b'[', b'{', bytes).count() <= limits::FLOW_DEPTH
}

/// Whether there are control characters other than line feeds.
fn has_controls(bytes: &[u8]) -> bool {
    // Without branches and an early end the compiler looks at many bytes at once.
    #[expect(clippy::needless_bitwise_bool, reason = "`&&` is a branch")]
    let is_control = |byte| ((byte < b' ') & (byte != b'\n')) | (byte == 127);
    bytes.iter().fold(false, |found, &byte| found | is_control(byte))
}

/// Whether all control characters are ends of lines.
fn has_only_line_breaks(bytes: &[u8]) -> bool {
    let is_break = |at: usize| match bytes.get(at) {
        Some(b'\r') => bytes.get(at + 1) == Some(&b'\n'),
        byte => byte == Some(&b'\n'),
    };
    let mut controls = bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii_control());
    controls.all(|(at, _)| is_break(at))
}

/// Whether there are control characters, line breaks or marks that only YAML knows: U+0080 to
/// U+009F, U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF.
fn has_odd_characters(bytes: &[u8]) -> bool {
    let odd = |at: usize| match bytes.get(at..) {
        Some([0xC2, second, ..]) => *second < 0xA0,
        Some([0xE2, 0x80, third, ..]) => matches!(third, 0xA8 | 0xA9),
        Some([0xEF, 0xBB, third, ..]) => *third == 0xBF,
        Some([0xEF, 0xBF, third, ..]) => matches!(third, 0xBE | 0xBF),
        _ => false,
    };
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).any(odd)
}

/// Whether it is clear what each backslash in double quotes means.
fn is_unescapable(inside: &str) -> bool {
    let mut bytes = inside.bytes();
    while let Some(byte) = bytes.next() {
        let is_clear = match byte {
            b'"' => false,
            b'\\' => bytes.next().is_some_and(|byte| unescaped_byte(byte).is_some()),
            _ => true,
        };
        if !is_clear {
            return false;
        }
    }
    true
}

/// What a byte behind a backslash means.
fn unescaped_byte(byte: u8) -> Option<char> {
    match byte {
        b'"' | b'\\' | b'/' => Some(char::from(byte)),
        b'n' => Some('\n'),
        b't' => Some('\t'),
        _ => None,
    }
}

/// A text in double quotes.
fn unescaped(inside: &str) -> String {
    let mut text = String::with_capacity(inside.len());
    let mut parts = inside.split('\\');
    text.push_str(parts.next().unwrap_or_default());
    // A backslash that follows another one splits off an empty part.
    while let Some(part) = parts.next() {
        if let Some(meant) = part.bytes().next().and_then(unescaped_byte) {
            text.push(meant);
            text.push_str(part.get(1..).unwrap_or_default());
        } else {
            text.push('\\');
            text.push_str(parts.next().unwrap_or_default());
        }
    }
    text
}

/// A text without quotes as what YAML takes it for.
fn typed(text: &str) -> Option<Shape<'_>> {
    match text.bytes().next()? {
        b'-' | b'0'..=b'9' => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let canonical = !digits.starts_with('0') || text == "0";
            let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if all_digits && canonical && digits.len() <= 18 {
                return Some(Shape::Integer(text));
            }
            // A number in some notation has no other characters than these, and no dash behind a
            // digit; a date has.
            let number =
                |c: char| c.is_ascii_hexdigit() || matches!(c, 'x' | 'o' | '_' | '.' | '+' | '-');
            let mut pairs = text.as_bytes().windows(2);
            let dash = pairs.any(|two| matches!(two, [b'0'..=b'9', b'-']));
            let sure = dash || !text.chars().all(number);
            (!text.starts_with('-') && sure).then_some(Shape::Text(text))
        }
        // What is nothing but text at the beginning of a value.
        b'a'..=b'z' | b'A'..=b'Z' | b'(' | b'/' | b'$' | b'_' | 0x80.. => word(text),
        _ => None,
    }
}

/// A text that begins with a letter or with what is none of the signs of YAML.
fn word(text: &str) -> Option<Shape<'_>> {
    const ODD: [&str; 6] = ["null", "true", "false", "nan", "inf", "infinity"];
    const MOST_ODD_BYTES: usize = 8;
    match text {
        _ if text.len() > MOST_ODD_BYTES => Some(Shape::Text(text)),
        "null" => Some(Shape::Null),
        "true" => Some(Shape::Bool(true)),
        "false" => Some(Shape::Bool(false)),
        _ if ODD.iter().any(|odd| odd.eq_ignore_ascii_case(text)) => None,
        _ => Some(Shape::Text(text)),
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
            Shape::Integer(text) => match text.parse::<i64>().map_err(Declined::custom)? {
                negative @ ..0 => visitor.visit_i64(negative),
                value => visitor.visit_u64(value.unsigned_abs()),
            },
            Shape::Text(text) => visitor.visit_borrowed_str(text),
            Shape::Escaped(inside) => visitor.visit_string(unescaped(inside)),
            Shape::Doubled(inside) => visitor.visit_string(inside.replace("''", "'")),
            Shape::List { indent, level } => {
                let read = visitor.visit_seq(Items { lines, indent, level })?;
                let ended = lines.item(indent, level)?.is_none();
                ended.then_some(read).ok_or(Declined)
            }
            Shape::Mapping { indent, level } => {
                let read = visitor.visit_map(Entries { lines, indent, level, value: 0 })?;
                let ended = lines.entry(indent)?.is_none();
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
            Shape::Integer(text) | Shape::Text(text) => visitor.visit_borrowed_str(text),
            Shape::Null | Shape::List { .. } | Shape::Mapping { .. } => Err(Declined),
            Shape::Escaped(_) | Shape::Doubled(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.deserialize_str(visitor)
    }

    /// Goes behind a value. No more is asked of it than of one that is kept.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.lines.pass_over(self.shape)?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
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
    /// Where the value of the key begins that was asked for last.
    value: usize,
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Declined;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Declined> {
        let Some((key, value)) = self.lines.entry(self.indent)? else { return Ok(None) };
        self.value = value;
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Declined> {
        let shape = self.lines.value(self.value, self.indent, self.level)?;
        seed.deserialize(Value { shape, lines: self.lines })
    }
}
