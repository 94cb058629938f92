//! Plain text out of text that may hold markup, and the one filter for characters.
//!
//! Titles and excerpts come with HTML entities and stray tags. What leaves here is what a reader
//! should see: nothing to decode, nothing to strip, nothing that XML cannot hold. Each format
//! escapes it exactly once.

use std::borrow::Cow;
use std::collections::HashMap;

/// The text without the characters that no feed may hold; CR LF and CR become LF.
///
/// Left out are what XML 1.0 (section 2.2) forbids, the control characters and noncharacters that
/// it discourages, the embeddings and overrides that turn the text after them around, and U+FFFD,
/// which stands for a character that was lost before.
pub fn characters(text: &str) -> Cow<'_, str> {
    // Looking at bytes first is worth it: most texts are ASCII.
    let harmless = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.as_bytes().iter().all(harmless) || text.chars().all(|c| c != '\r' && allowed(c)) {
        return Cow::Borrowed(text);
    }
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(unix.chars().filter(|&c| allowed(c)).collect())
}

/// One line of plain text: tags stripped, entities decoded once, white space collapsed.
pub fn plain(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { plain_of_any(text) }
}

fn plain_of_any(text: &str) -> String {
    let stripped = strip_tags(text);
    let decoded = htmlize::unescape(stripped.as_ref());
    // Written as entities, a pair of tags is markup that was escaped once too often, while a
    // lone `<div>` is what the text is about.
    let text = strip_pairs(&decoded);
    let mut line = String::with_capacity(text.len());
    for word in characters(&text).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Whether a text is surely one that [`plain`] leaves as it is: ASCII without markup, single spaces
/// inside. Most are.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    let is_plain = text.bytes().all(|byte| {
        let plain = matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'&');
        let gap = byte == b' ' && before == b' ';
        before = byte;
        plain && !gap
    });
    is_plain && (before != b' ' || text.is_empty())
}

/// The beginning of a text, cut after a word, with an ellipsis if anything was cut.
///
/// At most `most` characters, not counting the ellipsis.
pub fn beginning(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let head = text.get(..end).unwrap_or_default();
    let words = head.rsplit_once(' ').map_or(head, |(words, _)| words);
    format!("{}…", words.trim_end_matches([' ', ',', ';', ':', '.']))
}

fn allowed(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\u{0}'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{FDD0}'..='\u{FDEF}'
        | '\u{FFFD}' => false,
        _ => u32::from(c) & 0xFFFE != 0xFFFE,
    }
}

/// The text without comments, scripts, style sheets and the tags of HTML elements.
///
/// `a < b` and `Vec<u8>` are no tags of HTML, so they stay. A tag leaves a space if it is one
/// that breaks the line.
fn strip_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, from_tag)) = split_at_char(rest, '<') {
        kept.push_str(before);
        if let Some(tag) = Tag::at_start(from_tag) {
            if tag.breaks_line() {
                kept.push(' ');
            }
            rest = tag.after_content();
        } else {
            kept.push('<');
            rest = from_tag.strip_prefix('<').unwrap_or_default();
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// The text without those tags of HTML elements that are closed, with what is between them kept.
fn strip_pairs(text: &str) -> Cow<'_, str> {
    if !text.contains("</") {
        return Cow::Borrowed(text);
    }
    // The places of tags to drop: each end tag with the nearest start tag of its name before it.
    let mut open: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    let mut drop: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some((before, from_tag)) = text.get(at..).and_then(|rest| split_at_char(rest, '<')) {
        let start = at + before.len();
        let Some(tag) = Tag::at_start(from_tag) else {
            at = start + 1;
            continue;
        };
        at = text.len() - tag.after.len();
        let same = open.entry(tag.name.to_ascii_lowercase()).or_default();
        if !tag.closes {
            same.push((start, at));
        } else if let Some(nearest) = same.pop() {
            drop.extend([nearest, (start, at)]);
        }
    }
    drop.sort_unstable();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to) in drop {
        kept.push_str(text.get(at..from).unwrap_or_default());
        at = to;
    }
    kept.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(kept)
}

/// A tag of an HTML element, or a comment or declaration (then the name is empty).
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    after: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag that `text` starts with.
    fn at_start(text: &'a str) -> Option<Tag<'a>> {
        let inner = text.strip_prefix('<')?;
        if let Some(comment) = inner.strip_prefix("!--") {
            let (_, after) = comment.split_once("-->").unwrap_or((comment, ""));
            let (name, closes) = ("", false);
            return Some(Tag { name, closes, after });
        }
        let closes = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(length)?;
        let known = ELEMENTS.iter().any(|e| e.eq_ignore_ascii_case(name));
        let ends = rest.starts_with(['>', '/', ' ', '\t', '\n', '\r']);
        (known && ends).then_some(())?;
        let after = rest.get(end_of_attributes(rest)?..)?;
        Some(Tag { name, closes, after })
    }

    fn breaks_line(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        !self.name.is_empty() && !INLINE.contains(&name.as_str())
    }

    /// What follows the tag; for a script or a style sheet, what follows its end.
    fn after_content(&self) -> &'a str {
        let hidden =
            ["script", "style"].into_iter().find(|name| name.eq_ignore_ascii_case(self.name));
        match hidden {
            Some(name) if !self.closes => find_end_tag(self.after, name).unwrap_or_default(),
            _ => self.after,
        }
    }
}

/// The index after the `>` that ends a tag; a `>` between quotes does not end it. What goes on for
/// too long is no tag: otherwise many beginnings without an end would take quadratic time.
fn end_of_attributes(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut value_may_start = false;
    for (at, c) in text.char_indices().take(MAX_TAG_CHARS) {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') if value_may_start => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            _ => {}
        }
        value_may_start = c == '=' || (value_may_start && c.is_whitespace());
    }
    None
}

const MAX_TAG_CHARS: usize = 1_024;

/// What follows the first `</name…>`, in any case.
fn find_end_tag<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let head = after.get(..name.len());
        if head.is_some_and(|head| head.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map(|(_, after)| after);
        }
        rest = after;
    }
    None
}

fn split_at_char(text: &str, wanted: char) -> Option<(&str, &str)> {
    text.split_at_checked(text.find(wanted)?)
}

/// Elements that stand inside a line, so that their tags leave no space.
const INLINE: [&str; 26] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font",
    "i", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u",
];

/// The elements of HTML, with those of older versions.
const ELEMENTS: [&str; 140] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "meta",
    "meter",
    "nav",
    "nobr",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "portal",
    "pre",
    "progress",
    "q",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
    "xmp",
    "blink",
    "bgsound",
    "spacer",
    "isindex",
    "keygen",
    "listing",
    "plaintext",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text() {
        for (text, expected) in [
            ("Simple", "Simple"),
            ("AT&amp;T &#8217;n&hellip;", "AT&T ’n…"),
            ("a&nbsp;b\u{A0} c\r\n\td", "a b c d"),
            ("<p>One</p><p>Two</p>", "One Two"),
            ("half <b>bo</b>ld", "half bold"),
            ("Use &lt;div&gt; well", "Use <div> well"),
            ("&lt;b&gt;bold&lt;/b&gt; &lt;i&gt;", "bold <i>"),
            ("&amp;lt;div&amp;gt;", "&lt;div&gt;"),
            ("1 < 2 and Vec<u8> > x", "1 < 2 and Vec<u8> > x"),
            ("<script>alert(1)</SCRIPT>Hello", "Hello"),
            ("<!-- no -->yes<!-- open", "yes"),
            ("<a title='a > b' href=x>link</a>", "link"),
            ("it's <b class=\"x\">5\" wide</b>", "it's 5\" wide"),
            ("a <unclosed", "a <unclosed"),
            ("<b", "<b"),
            ("\u{0}\u{7}\u{85}\u{FFFE}\u{1FFFF}\u{202E}x\u{FEFF}", "x\u{FEFF}"),
            ("&#0;&#7;&#x202E;y", "y"),
            ("😀 日本", "😀 日本"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_plain_stays_as_it_is(text in "[ a&<;#8\t\u{7F}\u{A0}]{0,6}|\\PC{0,6}") {
            prop_assert!(!is_plain(&text) || plain_of_any(&text) == text);
        }
    }

    #[test]
    fn the_beginning_ends_with_a_word() {
        assert_eq!(beginning("One two, three", 20), "One two, three");
        assert_eq!(beginning("One two, three", 10), "One two…");
        assert_eq!(beginning("日本日本日本", 3), "日本日…");
    }
}
