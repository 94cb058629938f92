//! Absolute web addresses, in the one form that feeds contain.
//!
//! The only module of the library that uses the `url` and `percent-encoding` crates.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;

use crate::types::{byte_set::ByteSet, limits};

/// An absolute `http` or `https` address as RFC 3986 writes it: ASCII only, everything else
/// percent-encoded, the host in Punycode.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebUrl(Arc<str>);

impl Serialize for WebUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for WebUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WebUrl, D::Error> {
        let text = String::deserialize(deserializer)?;
        WebUrl::parse(&text).map_err(de::Error::custom)
    }
}

/// Why a text is not a [`WebUrl`]. It does not repeat the text.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[non_exhaustive]
pub enum UrlError {
    /// It has more bytes than [`limits::URL_BYTES`].
    #[error("is longer than {} bytes", limits::URL_BYTES)]
    Long,
    /// It has no scheme or no host, or cannot be parsed.
    #[error("is not an absolute web address")]
    NotAbsolute,
    /// Its scheme is neither `http` nor `https`.
    #[error("is neither an http nor an https address")]
    Scheme,
}

impl WebUrl {
    /// Parses an absolute address, ignoring white space around it.
    ///
    /// # Errors
    ///
    /// If it is relative, too long, or has another scheme.
    pub fn parse(text: &str) -> Result<WebUrl, UrlError> {
        let text = text.trim();
        // Parsing costs much more than this check, which most addresses pass.
        if is_plain(text) { Ok(WebUrl(text.into())) } else { WebUrl::parse_any(text) }
    }

    fn parse_any(text: &str) -> Result<WebUrl, UrlError> {
        let text = checked_length(text)?;
        let url = Url::parse(text).map_err(|_| UrlError::NotAbsolute)?;
        // Browsers find a host in `https:news` and in `https:///news`, which nobody meant.
        let has_host =
            text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with(['/', '\\']));
        if matches!(url.scheme(), "http" | "https") && !has_host {
            return Err(UrlError::NotAbsolute);
        }
        WebUrl::from_url(&url)
    }

    /// Resolves an address that may be relative to this one (RFC 3986, section 5).
    ///
    /// # Errors
    ///
    /// If the result is too long or has another scheme.
    pub fn join(&self, text: &str) -> Result<WebUrl, UrlError> {
        let base = Url::parse(&self.0).map_err(|_| UrlError::NotAbsolute)?;
        let url = base.join(checked_length(text)?).map_err(|_| UrlError::NotAbsolute)?;
        WebUrl::from_url(&url)
    }

    /// The address of a file below this one, by its path: no sign in it means anything but itself.
    pub(crate) fn join_path(&self, path: &str) -> Option<WebUrl> {
        let path =
            path.replace('%', "%25").replace('?', "%3F").replace('#', "%23").replace('\\', "%5C");
        self.join(&format!("./{path}")).ok()
    }

    /// The root of the host of this address, for example `https://example.org/`.
    #[must_use]
    pub fn root(&self) -> WebUrl {
        self.join("/").unwrap_or_else(|_| self.clone())
    }

    /// The host, without a leading `www.`.
    pub fn host(&self) -> String {
        let (authority, _) = self.parts();
        let (_, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, _) = host_and_port.split_once(':').unwrap_or((host_and_port, ""));
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    }

    /// The path, which begins with a slash or is empty.
    pub(crate) fn path(&self) -> &str {
        self.parts().1
    }

    /// Whether it contains a user name or a password (RFC 3986, section 3.2.1).
    pub(crate) fn has_user(&self) -> bool {
        self.parts().0.contains('@')
    }

    /// The part of the last path segment after its last dot, in lower case: `jpg`.
    pub fn extension(&self) -> Option<String> {
        let (_, path) = self.parts();
        let dot = memchr::memrchr2(b'.', b'/', path.as_bytes())?;
        Some(path.get(dot..)?.strip_prefix('.')?.to_ascii_lowercase())
    }

    /// The path below the folder of another address, decoded; `None` if this one lies elsewhere.
    pub(crate) fn path_below(&self, folder: &WebUrl) -> Option<String> {
        let path = self.0.strip_prefix(folder.join("./").ok()?.as_str())?;
        let end = memchr::memchr2(b'?', b'#', path.as_bytes()).unwrap_or(path.len());
        let path = percent_decode_str(path.get(..end)?).decode_utf8().ok()?;
        (!path.is_empty()).then(|| path.into_owned())
    }

    /// The authority and the path (RFC 3986, section 3).
    fn parts(&self) -> (&str, &str) {
        let (_, rest) = self.0.split_once("://").unwrap_or_default();
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
        // Readers and validators do not understand a bare IPv6 address.
        if url.host_str().is_none_or(|host| host.is_empty() || host.starts_with('[')) {
            return Err(UrlError::NotAbsolute);
        }
        let encoded = encode(url.as_str());
        checked_length(&encoded)?;
        Ok(WebUrl(encoded.into()))
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn checked_length(text: &str) -> Result<&str, UrlError> {
    let text = text.trim();
    if text.len() > limits::URL_BYTES { Err(UrlError::Long) } else { Ok(text) }
}

/// Whether parsing surely leaves an address unchanged: a named host, no path segment that begins
/// with a dot, nothing to encode.
fn is_plain(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else { return false };
    text.len() <= limits::URL_BYTES && is_plain_host(host) && is_plain_path(path)
}

/// Whether a host is a name of plain labels, and no number.
fn is_plain_host(host: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let is_label = |label: &[u8]| {
        !label.is_empty() && !label.starts_with(b"xn--") && label.iter().all(is_plain)
    };
    let mut labels = host.as_bytes().split(|&byte| byte == b'.');
    // A last label that starts with a digit may be part of a number, which is another host.
    let is_name =
        labels.clone().next_back().and_then(<[u8]>::first).is_some_and(u8::is_ascii_lowercase);
    host.len() <= MAX_PLAIN_HOST_BYTES && is_name && labels.all(is_label)
}

/// The parser may have a limit for longer hosts.
const MAX_PLAIN_HOST_BYTES: usize = 60;

/// Whether a path and query need no encoding and no segment begins with a dot.
fn is_plain_path(path: &str) -> bool {
    const PLAIN: ByteSet = ByteSet::alphanumeric_and(b"-._~/?@!$&()*+,;=:");
    let path = path.as_bytes();
    let begins_segment =
        |index: usize| index.checked_sub(1).is_none_or(|before| path.get(before) == Some(&b'/'));
    path.iter().all(|&byte| PLAIN.contains(byte))
        && !memchr::memchr_iter(b'.', path).any(begins_segment)
}

/// What the WHATWG URL standard leaves as it is, but RFC 3986 does not allow.
#[rustfmt::skip]
const NOT_ALLOWED: &AsciiSet = &CONTROLS
    .add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'[').add(b'\\').add(b']').add(b'^')
    .add(b'`').add(b'{').add(b'|').add(b'}');

/// Percent-encodes what RFC 3986 does not allow in an address without an IPv6 host: some signs, a
/// second `#`, and a `%` that begins no escape.
fn encode(url: &str) -> String {
    let parts = url.splitn(2, '#').map(|part| utf8_percent_encode(part, NOT_ALLOWED).to_string());
    let url = parts.collect::<Vec<_>>().join("#");
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = url.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |encoded, part| {
        encoded + if part.get(..2).is_some_and(is_hex) { "%" } else { "%25" } + part
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parsing_does_not_change_a_plain_address(
            text in "https?://[a-z0-9.-]{1,20}(xn--)?[a-z0-9.-]{0,9}/[-a-zA-Z0-9._~/?@!$&()*+,;=:'%#\\\\]{0,30}",
        ) {
            if is_plain(&text) {
                let parsed = WebUrl::parse_any(&text);
                prop_assert_eq!(parsed.as_ref().map(WebUrl::as_str), Ok(text.as_str()));
            }
        }

        #[test]
        fn host_and_extension_agree_with_the_parser(
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
    fn other_addresses_are_errors() {
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
    fn a_path_below_a_folder_is_decoded() {
        let site = WebUrl::parse("https://e.org/blog").unwrap();
        let below = |site: &WebUrl, url| WebUrl::parse(url).unwrap().path_below(site);
        assert_eq!(
            below(&site, "https://e.org/a/%C3%A4%20b.mp3?x#y").as_deref(),
            Some("a/ä b.mp3")
        );
        assert_eq!(below(&site, "https://e.org.evil/a"), None);
        assert_eq!(below(&site, "https://e.org/"), None);
        let site = site.join("/blog/").unwrap();
        assert_eq!(below(&site, "https://e.org/blog/1").as_deref(), Some("1"));
        assert_eq!(below(&site, "https://e.org/blogs/1"), None);
    }

    #[test]
    fn relative_addresses_and_parts() {
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
