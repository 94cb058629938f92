//! Characters: what stands in a text that YAML takes for something else.

use crate::types::limits;

/// Whether YAML takes every character for what it is, and nobody could refuse the text for what it
/// would cost the crate.
pub(super) fn is_simple(text: &str) -> bool {
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
