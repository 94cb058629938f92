//! Web addresses. The only module that uses the `url` crate.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::types::byte_set::ByteSet;
use crate::types::limits;

/// An absolute `http` or `https` address, written as RFC 3986 asks: ASCII alone, everything else
/// percent-encoded, the host in punycode.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebUrl(Arc<str>);

/// Why a text is not a [`WebUrl`]. The text itself is not repeated.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[non_exhaustive]
pub enum UrlError {
    /// It has more bytes than [`limits::URL_BYTES`].
    #[error("is longer than {} bytes", limits::URL_BYTES)]
    Long,
    /// It has no scheme and host, or cannot be read at all.
    #[error("is not an absolute web address")]
    NotAbsolute,
    /// Its scheme is neither `http` nor `https`.
    #[error("is neither an http nor an https address")]
    Scheme,
}

impl WebUrl {
    /// Reads an address that is absolute by itself.
    ///
    /// # Errors
    ///
    /// If it is relative, too long, or of another scheme.
    pub fn parse(text: &str) -> Result<WebUrl, UrlError> {
        let text = text.trim();
        if is_plain(text) { Ok(WebUrl(text.into())) } else { WebUrl::parse_any(text) }
    }

    fn parse_any(text: &str) -> Result<WebUrl, UrlError> {
        let text = measured(text)?;
        let url = Url::parse(text).map_err(|_| UrlError::NotAbsolute)?;
        // Browsers find a host in `https:news` and in `https:///news`; nobody meant one.
        let authority =
            text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with(['/', '\\']));
        if matches!(url.scheme(), "http" | "https") && !authority {
            return Err(UrlError::NotAbsolute);
        }
        WebUrl::from_url(&url)
    }

    /// Reads an address that may be relative to this one (RFC 3986, section 5).
    ///
    /// # Errors
    ///
    /// If the result is too long, or of another scheme.
    pub fn join(&self, text: &str) -> Result<WebUrl, UrlError> {
        let base = Url::parse(&self.0).map_err(|_| UrlError::NotAbsolute)?;
        let url = base.join(measured(text)?).map_err(|_| UrlError::NotAbsolute)?;
        WebUrl::from_url(&url)
    }

    /// The root of the host of this address, for example `https://example.org/`.
    #[must_use]
    pub fn root(&self) -> WebUrl {
        let root = Url::parse(&self.0).and_then(|url| url.join("/"));
        root.map_or_else(|_| self.clone(), |url| WebUrl(encode(url.as_str()).into()))
    }

    /// The host, without a leading `www.`.
    pub fn host(&self) -> String {
        let (authority, _) = self.parts();
        let (_, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, _) = place.split_once(':').unwrap_or((place, ""));
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    }

    /// Whether it says as whom to come (RFC 3986, section 3.2.1).
    pub(crate) fn has_user(&self) -> bool {
        self.parts().0.contains('@')
    }

    /// The part of the last path segment after its last dot, in lower case: `jpg`.
    pub fn extension(&self) -> Option<String> {
        let (_, path) = self.parts();
        let dot = memchr::memrchr2(b'.', b'/', path.as_bytes())?;
        Some(path.get(dot..)?.strip_prefix('.')?.to_ascii_lowercase())
    }

    /// What stands between `//` and the next slash, and the path from there on (RFC 3986,
    /// section 3).
    fn parts(&self) -> (&str, &str) {
        let rest = self.0.strip_prefix("https://").or_else(|| self.0.strip_prefix("http://"));
        let rest = rest.unwrap_or_default();
        let end = memchr::memchr2(b'?', b'#', rest.as_bytes()).unwrap_or(rest.len());
        let rest = rest.get(..end).unwrap_or_default();
        let slash = memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len());
        rest.split_at_checked(slash).unwrap_or_default()
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn from_url(url: &Url) -> Result<WebUrl, UrlError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::Scheme);
        }
        // A bare IPv6 address is no place on the web, and readers and validators stumble over it.
        if url.host_str().is_none_or(|host| host.is_empty() || host.starts_with('[')) {
            return Err(UrlError::NotAbsolute);
        }
        let encoded = encode(url.as_str());
        measured(&encoded)?;
        Ok(WebUrl(encoded.into()))
    }
}

/// An address that has been read; it only becomes a [`WebUrl`] of its own where it is needed.
#[derive(Debug)]
pub(crate) enum Address<'a> {
    /// One that is written as a [`WebUrl`] is.
    Plain(Cow<'a, str>),
    Parsed(WebUrl),
}

impl<'a> Address<'a> {
    /// Reads an address as [`WebUrl::parse`] does.
    pub(crate) fn read(text: Cow<'a, str>) -> Result<Address<'a>, UrlError> {
        if is_plain(&text) {
            Ok(Address::Plain(text))
        } else {
            WebUrl::parse(&text).map(Address::Parsed)
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Address::Plain(text) => text,
            Address::Parsed(url) => url.as_str(),
        }
    }
}

impl From<Address<'_>> for WebUrl {
    fn from(address: Address<'_>) -> WebUrl {
        match address {
            Address::Plain(text) => WebUrl(text.into()),
            Address::Parsed(url) => url,
        }
    }
}

/// Whether an address is surely one that parsing leaves as it is: a named host, a path without
/// dots at the beginning of a part, nothing to encode. Most are, and parsing costs much more.
fn is_plain(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else { return false };
    text.len() <= limits::URL_BYTES && is_plain_host(host) && is_plain_path(path)
}

/// Whether a host is made of plain labels, and no number.
fn is_plain_host(host: &str) -> bool {
    const PLAIN: ByteSet = ByteSet::of(b"abcdefghijklmnopqrstuvwxyz0123456789-.");
    let host = host.as_bytes();
    let from = |start: usize| host.get(start..).unwrap_or_default();
    let is_label = |start: usize| {
        let label = from(start);
        !matches!(label, [] | [b'.', ..]) && !label.starts_with(b"xn--")
    };
    // A last label that starts with a digit may be a part of a number, which is another host.
    let last = memchr::memrchr(b'.', host).map_or(0, |dot| dot + 1);
    host.len() <= MAX_HOST_BYTES
        && from(last).first().is_some_and(u8::is_ascii_lowercase)
        && host.iter().all(|&byte| PLAIN.contains(byte))
        && is_label(0)
        && memchr::memchr_iter(b'.', host).all(|dot| is_label(dot + 1))
}

/// Whether each byte behind the first slash stays as it is, and no dot begins a part.
fn is_plain_path(path: &str) -> bool {
    const PLAIN: ByteSet = ByteSet::alphanumeric_and(b"-._~/?@!$&()*+,;=:");
    let path = path.as_bytes();
    let begins_part = |at: usize| at.checked_sub(1).is_none_or(|at| path.get(at) == Some(&b'/'));
    path.iter().all(|&byte| PLAIN.contains(byte))
        && !memchr::memchr_iter(b'.', path).any(begins_part)
}

/// Longer hosts are left to the parser, which may have a limit for them.
const MAX_HOST_BYTES: usize = 60;

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn measured(text: &str) -> Result<&str, UrlError> {
    let text = text.trim();
    if text.len() > limits::URL_BYTES {
        return Err(UrlError::Long);
    }
    Ok(text)
}

/// Percent-encodes what the WHATWG serialisation leaves but RFC 3986 does not allow.
fn encode(url: &str) -> String {
    const KEPT: ByteSet = ByteSet::alphanumeric_and(b"-._~:/?@!$&'()*+,;=");
    let scheme_and_host = url.match_indices(['/', '?', '#']).nth(2).map_or(url.len(), |(at, _)| at);
    if url.bytes().all(|byte| KEPT.contains(byte)) {
        return url.to_owned();
    }
    let mut encoded = String::with_capacity(url.len());
    let mut fragment = false;
    for (at, c) in url.char_indices() {
        let bad = match c {
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | ' ' => true,
            '[' | ']' => at >= scheme_and_host,
            '#' => std::mem::replace(&mut fragment, true),
            '%' => !url.get(at + 1..at + 3).is_some_and(is_hex),
            _ => !c.is_ascii() || c.is_ascii_control(),
        };
        if bad {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                encoded.push('%');
                encoded.extend([byte >> 4, byte & 15].map(hex));
            }
        } else {
            encoded.push(c);
        }
    }
    encoded
}

fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parsing_leaves_a_plain_address_as_it_is(
            text in "https?://[a-z0-9.-]{1,20}(xn--)?[a-z0-9.-]{0,9}/[-a-zA-Z0-9._~/?@!$&()*+,;=:'%#\\\\]{0,30}",
        ) {
            if is_plain(&text) {
                let parsed = WebUrl::parse_any(&text);
                prop_assert_eq!(parsed.as_ref().map(WebUrl::as_str), Ok(text.as_str()));
            }
        }

        #[test]
        fn the_parts_of_an_address_are_those_of_the_parser(
            text in "https?://([a-z:]{1,3}@)?[a-z.]{1,9}(:[0-9]{1,4})?(/[a-zA-Z.@:]{0,5}){0,3}([?][a./]{0,4})?(#[a./]{0,4})?",
        ) {
            if let Ok(address) = WebUrl::parse(&text) {
                let url = Url::parse(address.as_str()).unwrap();
                let host = url.host_str().unwrap();
                prop_assert_eq!(address.host(), host.strip_prefix("www.").unwrap_or(host));
                let segment = url.path_segments().unwrap().next_back().unwrap();
                let extension = segment.rsplit_once('.').map(|(_, after)| after.to_ascii_lowercase());
                prop_assert_eq!(address.extension(), extension);
            }
        }
    }

    #[test]
    fn most_addresses_are_plain() {
        assert!(is_plain("https://www.example.org/2021/06/09/a-title.html?id=1&x=y"));
        for text in [
            "https://example.org",
            "https://EXAMPLE.org/",
            "https://10.0.0.1/",
            "https://0x7f.1/",
            "https://xn--bcher-kva.example/",
            "https://a..b/",
            "https://example.org/../x",
            "https://example.org/a%20b",
            "https://example.org/é",
            "https://me@example.org/",
            "https://example.org:8080/",
            "ftp://example.org/",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn addresses_follow_rfc_3986() {
        for (text, expected) in [
            ("https://example.org", "https://example.org/"),
            ("HTTP://Example.org:80/a b", "http://example.org/a%20b"),
            (
                "https://bücher.example/ä?ö=ü#ß",
                "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC#%C3%9F",
            ),
            (
                "https://e.org/a|b^c`d{e}[f]\"<>\\g?a|b^[x]#a#b",
                "https://e.org/a%7Cb%5Ec%60d%7Be%7D%5Bf%5D%22%3C%3E/g?a%7Cb%5E%5Bx%5D#a%23b",
            ),
            ("https://e.org/100%?x=%zz&y=%41", "https://e.org/100%25?x=%25zz&y=%41"),
            (" https://e.org/a\tb\n ", "https://e.org/ab"),
        ] {
            assert_eq!(WebUrl::parse(text).unwrap().as_str(), expected, "{text}");
        }
    }

    #[test]
    fn only_the_web() {
        assert_eq!(WebUrl::parse("javascript:alert(1)"), Err(UrlError::Scheme));
        assert_eq!(WebUrl::parse("java\nscript:x"), Err(UrlError::Scheme));
        assert_eq!(WebUrl::parse("data:text/html,x"), Err(UrlError::Scheme));
        assert_eq!(WebUrl::parse("/news/1"), Err(UrlError::NotAbsolute));
        assert_eq!(WebUrl::parse("https://"), Err(UrlError::NotAbsolute));
        assert_eq!(WebUrl::parse("http://[::1]/x"), Err(UrlError::NotAbsolute));
        assert_eq!(WebUrl::parse(""), Err(UrlError::NotAbsolute));
        let long = format!("https://e.org/{}", "ä".repeat(400));
        assert_eq!(WebUrl::parse(&long), Err(UrlError::Long));
    }

    #[test]
    fn relative_addresses() {
        let page = WebUrl::parse("https://www.example.org/news/1?x").unwrap();
        assert_eq!(page.join("../a.png").unwrap().as_str(), "https://www.example.org/a.png");
        assert_eq!(page.join("//cdn.example/a").unwrap().as_str(), "https://cdn.example/a");
        assert_eq!(page.join("javascript:x"), Err(UrlError::Scheme));
        assert_eq!(page.root().as_str(), "https://www.example.org/");
        assert_eq!(page.host(), "example.org");
        assert_eq!(page.join("a.b/C.JPG?d.e").unwrap().extension().as_deref(), Some("jpg"));
        assert_eq!(page.extension(), None);
    }
}
