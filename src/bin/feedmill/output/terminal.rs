//! Escapes text of articles and file names for the terminal.

use std::ffi::OsStr;

/// A text or a path with control characters and bidirectional formatting characters as escapes.
pub(crate) fn escaped(text: impl AsRef<OsStr>) -> String {
    let mut escaped = String::new();
    for c in text.as_ref().to_string_lossy().chars() {
        match c {
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                escaped.extend(c.escape_unicode());
            }
            c if c.is_control() => escaped.extend(c.escape_default()),
            c => escaped.push(c),
        }
    }
    escaped
}
