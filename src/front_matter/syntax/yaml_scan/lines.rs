//! The lines of simple YAML: the keys, items and scalars on them.

use super::Declined;
use crate::types::{byte_set::ByteSet, limits};

/// Nested lists and mappings; deeper ones are left to the crate.
const MAX_LEVELS: usize = 8;

/// Longer keys are left to the crate, which has a limit for them.
const MAX_KEY_BYTES: usize = 100;

/// The shape of a value; the items of a list and the entries of a mapping follow line by line.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    Null,
    Bool(bool),
    /// A whole number of at most 18 digits, as written.
    Integer(&'a str),
    /// Text that is what it looks like.
    Text(&'a str),
    /// The inside of double quotes, with known escapes.
    Escaped(&'a str),
    /// The inside of single quotes, with a doubled quote for each one.
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

/// The lines of a text that are neither blank nor comments, one ahead.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where the content of the next line begins, or the length of the text at the end.
    at: usize,
    /// The spaces before that content; 0 at the end.
    indent: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Option<Lines<'a>> {
        is_simple(text).then_some(())?;
        let mut lines = Lines { text, at: 0, indent: 0 };
        lines.begin_line(0);
        // Front matter is a mapping, and begins at the left edge.
        (!lines.is_at_end() && lines.indent == 0).then_some(lines)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The text from here on.
    fn rest(&self, at: usize) -> &'a [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }

    /// Where the spaces that begin here end.
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

    /// The text before a line feed, without spaces at its end.
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

    /// The key of plain letters that begins here, and where its value begins: `key: value`, `key:`.
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
        // After a comment the value may be on the lines below.
        let is_sure = length <= MAX_KEY_BYTES && self.byte(value) != Some(b'#');
        Some((self.text.get(at..colon)?, value)).filter(|_| is_sure)
    }

    /// The next key of a mapping and where its value begins, if there is one.
    pub(super) fn entry(&self, indent: usize) -> Result<Option<(&'a str, usize)>, Declined> {
        if self.indent != indent || self.is_at_end() {
            return Ok(None);
        }
        self.key(self.at).map(Some).ok_or(Declined)
    }

    /// The shape of the value of a key, which begins here or on a line below.
    pub(super) fn value(
        &mut self,
        at: usize,
        indent: usize,
        level: usize,
    ) -> Result<Shape<'a>, Declined> {
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
        if level < MAX_LEVELS { Ok(nested) } else { Err(Declined) }
    }

    /// Whether the next line is an item of a list.
    fn is_item(&self) -> bool {
        self.byte(self.at) == Some(b'-') && self.is_separate(self.at + 1)
    }

    /// The next item of a list, if there is one.
    pub(super) fn item(
        &mut self,
        indent: usize,
        level: usize,
    ) -> Result<Option<Shape<'a>>, Declined> {
        if self.indent != indent || !self.is_item() {
            // It is not clear what a line that is indented further belongs to.
            return if self.indent <= indent { Ok(None) } else { Err(Declined) };
        }
        let item = self.behind_spaces(self.at + 1);
        if self.ends_line(item) {
            return Err(Declined);
        }
        if self.key(item).is_some() {
            // A mapping behind the dash is indented like one on a line of its own.
            self.indent += item - self.at;
            self.at = item;
            return Ok(Some(Shape::Mapping { indent: self.indent, level: level + 1 }));
        }
        self.scalar(item, indent).map(Some).ok_or(Declined)
    }

    /// A scalar that begins here and ends with its line; a line that would continue it is declined.
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

    /// The scalar in double quotes up to the end of the line, and where the line feed is.
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

    /// The scalar in single quotes up to the end of the line, and where the line feed is.
    fn single_quoted(&self, start: usize) -> Option<(Shape<'a>, usize)> {
        let line_feed = self.line_feed(start);
        let inside = self.before(line_feed, start)?.strip_suffix('\'')?;
        if !inside.contains('\'') {
            return Some((Shape::Text(inside), line_feed));
        }
        let is_doubled = !inside.replace("''", "").contains('\'');
        is_doubled.then_some((Shape::Doubled(inside), line_feed))
    }

    /// The scalar without quotes up to the end of the line, and where the line feed is.
    #[inline]
    fn plain(&self, start: usize) -> Option<(Shape<'a>, usize)> {
        let mut at = start;
        let line_feed = loop {
            let Some(length) = next_sign(self.rest(at)) else { break self.text.len() };
            let sign = at + length;
            let means_something = match self.byte(sign)? {
                b'\n' => break sign,
                b':' => self.is_separate(sign + 1),
                // A `#` behind a space begins a comment; before the value is a space, too.
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

/// Where the first byte is that may end a text without quotes: a line feed, a colon or a hash. Most
/// are near, where a vector search costs more than it saves.
#[inline]
fn next_sign(text: &[u8]) -> Option<usize> {
    const SIGNS: ByteSet = ByteSet::new(b"\n:#");
    const NEAR: usize = 24;
    let near = text.get(..NEAR).unwrap_or(text);
    let found = near.iter().position(|&byte| SIGNS.contains(byte));
    found.or_else(|| Some(NEAR + memchr::memchr3(b'\n', b':', b'#', text.get(NEAR..)?)?))
}

/// Whether every escape in double quotes is known.
fn is_unescapable(inside: &str) -> bool {
    meant(inside).all(|c| c.is_some())
}

/// The text in double quotes, whose escapes are all known.
pub(super) fn unescaped(inside: &str) -> String {
    meant(inside).flatten().collect()
}

/// The characters that those in double quotes stand for; `None` for an unknown escape.
fn meant(inside: &str) -> impl Iterator<Item = Option<char>> {
    let mut chars = inside.chars();
    std::iter::from_fn(move || {
        Some(match chars.next()? {
            '"' => None,
            '\\' => match chars.next() {
                Some(c @ ('"' | '\\' | '/')) => Some(c),
                Some('n') => Some('\n'),
                Some('t') => Some('\t'),
                _ => None,
            },
            c => Some(c),
        })
    })
}

/// The type that YAML gives a text without quotes.
fn typed(text: &str) -> Option<Shape<'_>> {
    match text.bytes().next()? {
        b'-' | b'0'..=b'9' => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let canonical = !digits.starts_with('0') || text == "0";
            let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if all_digits && canonical && digits.len() <= 18 {
                return Some(Shape::Integer(text));
            }
            // A number in any notation has only these characters, and no dash behind a digit as a date
            // has.
            let number =
                |c: char| c.is_ascii_hexdigit() || matches!(c, 'x' | 'o' | '_' | '.' | '+' | '-');
            let mut pairs = text.as_bytes().windows(2);
            let dash = pairs.any(|two| matches!(two, [b'0'..=b'9', b'-']));
            let sure = dash || !text.chars().all(number);
            (!text.starts_with('-') && sure).then_some(Shape::Text(text))
        }
        // Signs that begin nothing but text.
        b'a'..=b'z' | b'A'..=b'Z' | b'(' | b'/' | b'$' | b'_' | 0x80.. => word(text),
        _ => None,
    }
}

/// A text that begins like one, unless it is a word with a meaning.
fn word(text: &str) -> Option<Shape<'_>> {
    const ODD: [&str; 6] = ["null", "true", "false", "nan", "inf", "infinity"];
    if text.len() > "infinity".len() {
        return Some(Shape::Text(text));
    }
    match text {
        "null" => Some(Shape::Null),
        "true" => Some(Shape::Bool(true)),
        "false" => Some(Shape::Bool(false)),
        _ if ODD.iter().any(|odd| odd.eq_ignore_ascii_case(text)) => None,
        _ => Some(Shape::Text(text)),
    }
}

/// Whether every character is what it looks like to YAML, and the text is not refused for what it
/// would cost the crate.
fn is_simple(text: &str) -> bool {
    let bytes = text.as_bytes();
    (!has_controls(bytes) || has_only_line_breaks(bytes))
        && (text.is_ascii() || !has_odd_characters(bytes))
        && memchr::memchr2_iter(b'[', b'{', bytes).count() <= limits::FLOW_DEPTH
}

/// Whether there are control characters other than line feeds.
fn has_controls(bytes: &[u8]) -> bool {
    // Without branches and an early end the compiler checks many bytes at once.
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
