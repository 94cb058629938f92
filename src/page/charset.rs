//! The characters of a page: which encoding its bytes are in.
//!
//! The only module that uses `encoding_rs`.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::tags::Tags;

/// Bytes of a page in which it names its encoding (HTML, section 4.2.5.4, asks for 1,024).
const HEAD_BYTES: usize = 4_096;

/// The text of a page. A byte that is no character in its encoding becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let named = named(bytes.get(..HEAD_BYTES).unwrap_or(bytes));
    named.unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0
}

/// The encoding that a page names.
fn named(head: &[u8]) -> Option<&'static Encoding> {
    // Every encoding that a page may name this way writes tags as ASCII does.
    let head = String::from_utf8_lossy(head);
    let mut metas = Tags::new(&head).filter(|tag| tag.is("meta"));
    let encoding = metas.find_map(|meta| {
        let label = match meta.attribute("charset") {
            Some(label) => label.into_owned(),
            None => {
                meta.attribute("content")?.to_ascii_lowercase().split_once("charset=")?.1.to_owned()
            }
        };
        Encoding::for_label(label.trim().as_bytes())
    })?;
    Some(if encoding.is_ascii_compatible() { encoding } else { UTF_8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_in_many_encodings() {
        for (bytes, expected) in [
            (&b"\xef\xbb\xbf\xc3\xa9"[..], "é"),
            (b"\xc3\xa9", "é"),
            (b"\xff\xfe\xe9\0", "é"),
            (b"\xe9", "é"),
            (b"<meta charset=koi8-r>\xc1", "<meta charset=koi8-r>а"),
            (b"<meta charset=utf-16>\xc3\xa9\xff", "<meta charset=utf-16>é\u{FFFD}"),
            (
                b"<meta http-equiv=x content='text/html; charset=shift_jis'>\x83\x65",
                "<meta http-equiv=x content='text/html; charset=shift_jis'>テ",
            ),
        ] {
            assert_eq!(decode(bytes), expected);
        }
    }
}
