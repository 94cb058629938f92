//! Splits a file into front matter and body. Knows the fences, not what is between them.

use memchr::memmem;

use crate::diagnostic::{Finding, Problem};
use crate::limits;

/// The two parts of a file that has front matter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split<'a> {
    /// What stands between the fences; its first line is line 2 of the file.
    pub(super) front_matter: &'a str,
    /// What follows the closing fence.
    pub(super) body: &'a [u8],
}

/// Finds the front matter between a first line `---` and the next line `---` or `...`.
///
/// A byte order mark is skipped; white space after a fence and CR LF do no harm. `Ok(None)` means
/// that the file does not begin with a fence.
///
/// # Errors
///
/// If the front matter does not end, is too large, or is not UTF-8.
pub(super) fn split(bytes: &[u8]) -> Result<Option<Split<'_>>, Finding> {
    if is_utf16(bytes) {
        return Err(Finding::new(1, 1, Problem::NotUtf8(0)));
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (first, rest) = line(text);
    if first.trim_ascii_end() != b"---" {
        return Ok(None);
    }
    let Some(length) = before_closing_fence(rest) else {
        return Err(Finding::new(1, 1, Problem::NoClosingFence));
    };
    if length > limits::FRONT_MATTER_BYTES {
        return Err(Finding::new(1, 1, Problem::FrontMatterLarge));
    }
    let (front_matter, from_fence) = rest.split_at_checked(length).unwrap_or((rest, b""));
    let front_matter = utf8(front_matter, bytes.len() - rest.len())?;
    Ok(Some(Split { front_matter, body: line(from_fence).1 }))
}

/// The number of bytes before the first line `---` or `...`.
fn before_closing_fence(text: &[u8]) -> Option<usize> {
    let is_fence = |at: &usize| {
        let (fence, _) = line(text.get(*at..).unwrap_or_default());
        matches!(fence.trim_ascii_end(), b"---" | b"...")
    };
    let first = |text: &[u8], mark: &[u8]| {
        memmem::find_iter(text, mark).map(|line_feed| line_feed + 1).find(is_fence)
    };
    if is_fence(&0) {
        return Some(0);
    }
    let dashes = first(text, b"\n---");
    let dots = first(text.get(..dashes.unwrap_or(text.len()))?, b"\n...");
    dots.or(dashes)
}

/// The first line without its line feed, and what follows it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', text) {
        Some(end) => {
            let (line, rest) = text.split_at_checked(end).unwrap_or((text, b""));
            (line, rest.strip_prefix(b"\n").unwrap_or(rest))
        }
        None => (text, b""),
    }
}

fn utf8(front_matter: &[u8], skipped: usize) -> Result<&str, Finding> {
    std::str::from_utf8(front_matter).map_err(|error| {
        let valid = front_matter.get(..error.valid_up_to()).unwrap_or_default();
        let line = 2 + valid.split(|&byte| byte == b'\n').skip(1).count();
        let column = 1 + String::from_utf8_lossy(valid)
            .lines()
            .next_back()
            .filter(|_| !valid.ends_with(b"\n"))
            .map_or(0, |last| last.chars().count());
        let offset = skipped + error.valid_up_to();
        Finding::new(line, column, Problem::NotUtf8(offset))
    })
}

/// Whether a file begins with a fence in UTF-16, with or without a byte order mark.
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
        (split.front_matter, split.body)
    }

    #[test]
    fn fences() {
        assert_eq!(parts(b"---\na: 1\n---\nbody"), ("a: 1\n", &b"body"[..]));
        assert_eq!(parts(b"\xEF\xBB\xBF---\r\na: 1\r\n...\r\n"), ("a: 1\r\n", &b""[..]));
        assert_eq!(parts(b"--- \na: ---\n --- x\n---\t"), ("a: ---\n --- x\n", &b""[..]));
        assert_eq!(parts(b"---\n---\n---\n"), ("", &b"---\n"[..]));
    }

    #[test]
    fn no_front_matter() {
        for text in [&b""[..], b"text", b"+++\na = 1\n+++", b"{}", b"----\n", b"\n---\n---\n"] {
            assert_eq!(split(text), Ok(None));
        }
    }

    #[test]
    fn faults() {
        let problem = |text: &[u8]| split(text).unwrap_err();
        assert_eq!(problem(b"---\na: 1\n").problem, Problem::NoClosingFence);
        assert_eq!(problem(b"---").problem, Problem::NoClosingFence);
        assert_eq!(problem(b"\xFF\xFE-\0").problem, Problem::NotUtf8(0));
        let latin1 = problem(b"---\na: 1\nb: caf\xE9\n---\n");
        assert_eq!((latin1.line, latin1.column), (3, 7));
        assert_eq!(latin1.problem, Problem::NotUtf8(15));
        let large = [b"---\n", "#".repeat(70_000).as_bytes(), b"\n---\n"].concat();
        assert_eq!(problem(&large).problem, Problem::FrontMatterLarge);
    }
}
