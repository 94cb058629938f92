//! Splits a file into front matter and body.
//!
//! YAML is between `---` and `---` or `...`, and TOML between `+++` and `+++`. JSON is an object at
//! the beginning of the file.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::front_matter::syntax::{self, Syntax};
use crate::types::{Finding, Problem, limits};

/// The keys and values that a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrontMatter<'a> {
    /// The text between the fences.
    pub(crate) text: &'a str,
    /// The syntax of the text.
    pub(crate) syntax: Syntax,
    /// The number of lines before the first fence, or before the text without a fence.
    pub(crate) lines_before: usize,
}

impl FrontMatter<'_> {
    /// The line of the file at which the text begins, counted from 1.
    pub(crate) fn first_line(&self) -> usize {
        let first = match self.syntax {
            Syntax::Json => 1,
            Syntax::Toml | Syntax::Yaml => 2,
        };
        first + self.lines_before
    }
}

/// The two parts of a file that has front matter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split<'a> {
    pub(crate) front_matter: FrontMatter<'a>,
    /// The bytes after the line of the closing fence.
    pub(crate) body: &'a [u8],
}

impl<'a> Split<'a> {
    /// A file that is all body.
    pub(crate) fn without_front_matter(body: &'a [u8]) -> Split<'a> {
        let front_matter = FrontMatter { text: "", syntax: Syntax::Yaml, lines_before: 0 };
        Split { front_matter, body }
    }
}

/// Splits a file; `Ok(None)` if it does not begin with front matter.
///
/// A byte order mark and blank lines are skipped. White space after a fence and CR LF are allowed.
///
/// # Errors
///
/// If the front matter does not end, is too large, or is not UTF-8.
pub(crate) fn split(bytes: &[u8]) -> Result<Option<Split<'_>>, Finding> {
    if is_utf16(bytes) {
        return Err(Finding::new(1, 1, Problem::NotUtf8(0)));
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (text, lines_before) = without_blank_lines(text);
    let (first, rest) = line(text);
    let (rest, length, syntax) = match first.trim_ascii_end() {
        b"---" => (rest, before_fence(rest, &*YAML_FENCES).ok_or("---"), Syntax::Yaml),
        b"+++" => (rest, before_fence(rest, &*TOML_FENCES).ok_or("+++"), Syntax::Toml),
        _ if is_json(text) => (text, Ok(json_length(text, lines_before)?), Syntax::Json),
        _ => return Ok(None),
    };
    let at_start = |problem| Finding::new(1 + lines_before, 1, problem);
    let length = length.map_err(|fence| at_start(Problem::NoClosingFence(fence.into())))?;
    if length > limits::FRONT_MATTER_BYTES {
        return Err(at_start(Problem::FrontMatterLarge));
    }
    let (inside, after) = rest.split_at_checked(length).unwrap_or((rest, b""));
    let text = utf8(inside, bytes.len() - rest.len(), lines_before)?;
    let front_matter = FrontMatter { text, syntax, lines_before };
    Ok(Some(Split { front_matter, body: line(after).1 }))
}

/// A text without the blank lines at its beginning, and their number.
fn without_blank_lines(text: &[u8]) -> (&[u8], usize) {
    if !text.first().is_some_and(u8::is_ascii_whitespace) {
        return (text, 0);
    }
    let (mut text, mut count) = (text, 0);
    while let (first, rest) = line(text)
        && first.trim_ascii().is_empty()
        && rest.len() < text.len()
    {
        (text, count) = (rest, count + 1);
    }
    (text, count)
}

/// Whether a file begins with a JSON object, and not with a template such as `{{ x }}` or `{% x %}`.
fn is_json(text: &[u8]) -> bool {
    let inside = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| inside.starts_with(b"\""))
}

/// The length in bytes of the JSON object at the beginning of a file.
fn json_length(text: &[u8], lines_before: usize) -> Result<usize, Finding> {
    // Only as many bytes are read as front matter may have.
    let text = text.get(..=limits::FRONT_MATTER_BYTES).unwrap_or(text);
    let is_cut = text.len() > limits::FRONT_MATTER_BYTES;
    syntax::json_length(text).map_err(|error| {
        let problem = if is_cut {
            Problem::FrontMatterLarge
        } else {
            Problem::Yaml(format!("invalid front matter: {}", error.reason_without_content()))
        };
        let (line, column) = if is_cut { (1, 1) } else { (error.line, error.column) };
        Finding::new(line + lines_before, column, problem)
    })
}

/// The ends of YAML and TOML, behind a line feed. Made once, since every file needs them.
static YAML_FENCES: LazyLock<[Finder<'_>; 2]> =
    LazyLock::new(|| [Finder::new(b"\n---"), Finder::new(b"\n...")]);
static TOML_FENCES: LazyLock<[Finder<'_>; 1]> = LazyLock::new(|| [Finder::new(b"\n+++")]);

/// The length in bytes of the text before the first line that is a fence.
fn before_fence(text: &[u8], fences: &[Finder<'_>]) -> Option<usize> {
    let is_fence = |start: usize, fence: &Finder<'_>| {
        let (first, _) = line(text.get(start..).unwrap_or_default());
        fence.needle().strip_prefix(b"\n") == Some(first.trim_ascii_end())
    };
    if fences.iter().any(|fence| is_fence(0, fence)) {
        return Some(0);
    }
    let mut first = None;
    for fence in fences {
        let before = text.get(..first.unwrap_or(text.len())).unwrap_or_default();
        let mut starts = fence.find_iter(before).map(|line_feed| line_feed + 1);
        first = starts.find(|&start| is_fence(start, fence)).or(first);
    }
    first
}

/// The first line without its line feed, and the bytes after it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', text) {
        Some(end) => {
            let (line, rest) = text.split_at_checked(end).unwrap_or((text, b""));
            (line, rest.strip_prefix(b"\n").unwrap_or(rest))
        }
        None => (text, b""),
    }
}

/// The text of front matter; `skipped` is the number of bytes before it in the file, and `lines_before`
/// that of lines before its fence.
fn utf8(front_matter: &[u8], skipped: usize, lines_before: usize) -> Result<&str, Finding> {
    std::str::from_utf8(front_matter).map_err(|error| {
        let valid = front_matter.get(..error.valid_up_to()).unwrap_or_default();
        let line = 2 + lines_before + valid.split(|&byte| byte == b'\n').skip(1).count();
        let column = 1 + String::from_utf8_lossy(valid)
            .lines()
            .next_back()
            .filter(|_| !valid.ends_with(b"\n"))
            .map_or(0, |last| last.chars().count());
        let offset = skipped + error.valid_up_to();
        Finding::new(line, column, Problem::NotUtf8(offset))
    })
}

/// Whether a file begins like UTF-16: with a byte order mark, or with a fence.
fn is_utf16(bytes: &[u8]) -> bool {
    [b"\xFF\xFE".as_slice(), b"\xFE\xFF", b"-\0-\0-\0", b"\0-\0-\0-"]
        .iter()
        .any(|start| bytes.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &[u8]) -> (&str, &[u8]) {
        let split = split(text).unwrap().unwrap();
        (split.front_matter.text, split.body)
    }

    #[test]
    fn fences() {
        assert_eq!(parts(b"---\na: 1\n---\nbody"), ("a: 1\n", &b"body"[..]));
        assert_eq!(parts(b"\xEF\xBB\xBF---\r\na: 1\r\n...\r\n"), ("a: 1\r\n", &b""[..]));
        assert_eq!(parts(b"--- \na: ---\n --- x\n---\t"), ("a: ---\n --- x\n", &b""[..]));
        assert_eq!(parts(b"---\n---\n---\n"), ("", &b"---\n"[..]));
        assert_eq!(parts(b"---\n...\n---\n"), ("", &b"---\n"[..]));
        assert_eq!(parts(b"---\na: 1\n...\nb\n---\n"), ("a: 1\n", &b"b\n---\n"[..]));
        assert_eq!(parts(b"---\na: 1\n---\nb\n...\n"), ("a: 1\n", &b"b\n...\n"[..]));
        assert_eq!(parts(b"\n \r\n---\na: 1\n---\nb"), ("a: 1\n", &b"b"[..]));
        assert_eq!(split(b"\n\n---\n---\n").unwrap().unwrap().front_matter.first_line(), 4);
        assert_eq!(parts(b"---\n....\n----\n---\n"), ("....\n----\n", &b""[..]));
    }

    #[test]
    fn toml_and_json() {
        assert_eq!(parts(b"+++\na = 1\n+++\nbody"), ("a = 1\n", &b"body"[..]));
        assert_eq!(parts(b"+++\n+++\n+++\n"), ("", &b"+++\n"[..]));
        assert_eq!(parts(b"+++\n---\n++++\n+++ \n"), ("---\n++++\n", &b""[..]));
        assert_eq!(
            parts(b"{\"a\": {\"b\": \"}\"}}\nbody"),
            ("{\"a\": {\"b\": \"}\"}}", &b"body"[..])
        );
    }

    #[test]
    fn no_front_matter() {
        for text in [
            &b""[..],
            b"text",
            b"{}",
            b"{% x %}",
            b"{{ x }}",
            b"----\n",
            b"++++\n",
            b"\n \ntext\n---\n",
            b"\n",
            b" ---\n---\n",
        ] {
            assert_eq!(split(text), Ok(None));
        }
    }

    #[test]
    fn faults() {
        let problem = |text: &[u8]| split(text).unwrap_err();
        assert_eq!(problem(b"---\na: 1\n").problem, Problem::NoClosingFence("---".into()));
        assert_eq!(problem(b"+++").problem, Problem::NoClosingFence("+++".into()));
        assert_eq!(problem(b"\xFF\xFE-\0").problem, Problem::NotUtf8(0));
        let latin1 = problem(b"---\na: 1\nb: caf\xE9\n---\n");
        assert_eq!((latin1.line, latin1.column), (3, 7));
        assert_eq!(latin1.problem, Problem::NotUtf8(15));
        let large = [b"---\n", "#".repeat(70_000).as_bytes(), b"\n---\n"].concat();
        assert_eq!(problem(&large).problem, Problem::FrontMatterLarge);
    }
}
