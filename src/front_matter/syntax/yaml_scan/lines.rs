//! Lines: which keys, items and values stand on them.

use super::Declined;
use super::characters::is_simple;
use super::scalar::{is_unescapable, typed};
use super::shape::Shape;
use crate::types::byte_set::ByteSet;

/// Deeper ones are left to the crate.
const MAX_LEVELS: usize = 8;

/// Longer keys are left to the crate, which has a limit for them.
const MAX_KEY_BYTES: usize = 100;

/// The lines of a text that hold something, one ahead.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where the content of the next line begins; the length of the text at the end.
    at: usize,
    /// How far that is indented; not at all at the end.
    indent: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Option<Lines<'a>> {
        is_simple(text).then_some(())?;
        let mut lines = Lines { text, at: 0, indent: 0 };
        lines.begin_line(0);
        // A document of anything but a mapping is no front matter.
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

    /// The value of a key, which begins here or on a line below.
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
    pub(super) fn pass_over(&mut self, shape: Shape<'a>) -> Result<(), Declined> {
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
    const SIGNS: ByteSet = ByteSet::new(b"\n:#");
    const NEAR: usize = 24;
    let near = text.get(..NEAR).unwrap_or(text);
    let found = near.iter().position(|&byte| SIGNS.contains(byte));
    found.or_else(|| Some(NEAR + memchr::memchr3(b'\n', b':', b'#', text.get(NEAR..)?)?))
}
