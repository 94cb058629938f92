//! Turns text that may contain markup into plain text, and escapes it again.
//!
//! Titles and excerpts arrive with HTML entities and stray tags. Plain text has nothing left to
//! decode or strip, and no character that XML forbids; each format escapes it exactly once.
//!
//! The only module that uses the `htmlize` crate.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::iter;
use std::ops::Range;
use std::sync::LazyLock;

/// Stands in a body for what a template would have put there, if that is not known. No article can
/// contain it: it is no character, and [`remove_forbidden`] removes it.
pub const HOLE: char = '\u{FDEF}';

/// Stands around Markdown in the HTML of a template, until that is written into the body.
pub const MARKDOWN: char = '\u{FDEE}';

/// Stands for a character that was lost when a text was read. Code may show it.
pub const LOST: char = char::REPLACEMENT_CHARACTER;

/// Removes the characters that no feed may contain, and turns CR LF and CR into LF.
///
/// These are the characters that XML 1.0 (section 2.2) forbids, the control characters and
/// noncharacters that it discourages, and the embeddings and overrides that reverse the text after
/// them.
pub fn remove_forbidden(text: &str) -> Cow<'_, str> {
    // Most texts are ASCII, and bytes are faster to check than characters.
    let is_harmless = |byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.bytes().all(is_harmless) || text.chars().all(|c| c != '\r' && is_allowed(c)) {
        return Cow::Borrowed(text);
    }
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(unix.chars().filter(|&c| is_allowed(c)).collect())
}

fn is_allowed(c: char) -> bool {
    match c {
        // First, because most characters are ASCII.
        ' '..='~' | '\t' | '\n' | '\r' => true,
        '\u{0}'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{FDD0}'..='\u{FDEF}' => false,
        _ => u32::from(c) & 0xFFFE != 0xFFFE,
    }
}

/// Escapes plain text for HTML content between tags.
pub fn escape_text(text: &str) -> Cow<'_, str> {
    htmlize::escape_text(text)
}

/// Escapes plain text for any place in HTML, including attributes.
pub fn escape(text: &str) -> Cow<'_, str> {
    htmlize::escape_all_quotes(text)
}

/// Decodes the entities in the value of an attribute.
pub(crate) fn unescape_attribute(value: &str) -> Cow<'_, str> {
    htmlize::unescape_attribute(value)
}

/// The text that a browser shows of some HTML, in one line.
pub(crate) fn of_html(html: &str) -> String {
    one_line(&htmlize::unescape(strip_tags(html).as_ref()))
}

/// Turns `text` into one line of plain text: strips tags, decodes entities once, and collapses white
/// space.
pub fn plain(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { to_plain(text) }
}

fn to_plain(text: &str) -> String {
    let stripped = strip_tags(text);
    let decoded = htmlize::unescape(stripped.as_ref());
    // Written as entities, a pair of tags is markup that was escaped once too often, while a
    // lone `<div>` is what the text is about.
    one_line(&strip_pairs(&decoded, |_| true))
}

/// Turns the title of an article into one line of plain text: as [`plain`], but a title may be about
/// elements. A pair of inline tags such as `<b>` and `</b>` is markup, as is a tag with attributes; any
/// other `<word>` is text. A title that begins with a whole block such as `<p>…</p>` is HTML.
pub fn title(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if is_html(text) {
        return to_plain(text);
    }
    let stripped = strip_pairs(text, Tag::is_inline);
    let stripped = strip_tags_if(&stripped, |tag| tag.name.is_empty() || tag.has_attributes);
    let decoded = htmlize::unescape(stripped.as_ref());
    // Written as entities, any pair is markup that was escaped once too often.
    let is_escaped = !stripped.contains('<');
    one_line(&strip_pairs(&decoded, |tag| is_escaped || tag.is_inline()))
}

/// Whether a title begins with a block that ends.
fn is_html(title: &str) -> bool {
    const BLOCKS: [&str; 10] = ["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "script", "style"];
    let text = title.trim_start();
    let first = Tag::at(text, 0).filter(|tag| text.starts_with('<') && !tag.is_end);
    first.is_some_and(|tag| {
        let end = format!("</{}", tag.name);
        BLOCKS.contains(&tag.name.as_str()) && text.to_ascii_lowercase().contains(&end)
    })
}

/// Whether a character is a word of its own in scripts that do not separate words.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// A text in one line, without the characters that no feed may contain, and without U+FFFD, which
/// replaces a character that was lost earlier.
pub(crate) fn one_line(text: &str) -> String {
    let mut text = remove_forbidden(text);
    if text.contains(LOST) {
        text = Cow::Owned(text.replace(LOST, ""));
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Whether [`to_plain`] surely returns `text` unchanged: ASCII words without markup, separated by
/// single spaces. Most texts are like this.
fn is_plain(text: &str) -> bool {
    let mut previous = b' ';
    let is_plain = text.bytes().all(|byte| {
        let is_double_space = byte == b' ' && previous == b' ';
        previous = byte;
        matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'&') && !is_double_space
    });
    is_plain && (previous != b' ' || text.is_empty())
}

/// The first `max_chars` characters of `text`, cut after a word and followed by an ellipsis that is
/// not counted; all of `text` if it is not longer.
pub fn truncate(text: &str, max_chars: usize) -> String {
    // A text has at least as many bytes as characters, and most are short.
    let end = if text.len() > max_chars { text.char_indices().nth(max_chars) } else { None };
    let Some((end, _)) = end else { return text.to_owned() };
    let head = text.get(..end).unwrap_or_default();
    let words = head.rsplit_once(' ').map_or(head, |(words, _)| words);
    format!("{}…", words.trim_end_matches([' ', ',', ';', ':', '.']))
}

/// Removes comments, scripts, style sheets and the tags of HTML elements. A tag that breaks the line
/// leaves a space.
///
/// `a < b` and `Vec<u8>` contain no tags of HTML elements, so they stay.
fn strip_tags(text: &str) -> Cow<'_, str> {
    strip_tags_if(text, |_| true)
}

/// Removes those comments, scripts, style sheets and tags that are markup.
fn strip_tags_if(text: &str, is_markup: impl Fn(&Tag) -> bool) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut position = 0;
    let tags = iter::from_fn(|| {
        loop {
            let tag = next_tag(text, position)?;
            if !is_markup(&tag) {
                position = tag.span.end;
                continue;
            }
            position = tag.end_of_content(text);
            return Some((tag.span.start..position, if tag.breaks_line() { " " } else { "" }));
        }
    });
    Cow::Owned(replace_spans(text, tags))
}

/// Removes start tags of HTML elements that have an end tag, and these end tags, if they are markup;
/// the content between them stays.
fn strip_pairs(text: &str, is_markup: impl Fn(&Tag) -> bool) -> Cow<'_, str> {
    if !text.contains("</") {
        return Cow::Borrowed(text);
    }
    let mut open: HashMap<String, Vec<Range<usize>>> = HashMap::new();
    let mut removed = Vec::new();
    let mut position = 0;
    while let Some(tag) = next_tag(text, position) {
        position = tag.span.end;
        if !is_markup(&tag) {
            continue;
        }
        let open = open.entry(tag.name).or_default();
        if !tag.is_end {
            open.push(tag.span);
        } else if let Some(start_tag) = open.pop() {
            removed.extend([start_tag, tag.span]);
        }
    }
    removed.sort_unstable_by_key(|span| span.start);
    Cow::Owned(replace_spans(text, removed.into_iter().map(|span| (span, ""))))
}

/// Replaces spans of bytes, which are in order and do not overlap.
fn replace_spans<'r>(
    text: &str,
    replacements: impl Iterator<Item = (Range<usize>, &'r str)>,
) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut position = 0;
    for (span, replacement) in replacements {
        replaced.push_str(text.get(position..span.start).unwrap_or_default());
        replaced.push_str(replacement);
        position = span.end;
    }
    replaced + text.get(position..).unwrap_or_default()
}

/// A tag of an HTML element, or a comment, whose name is empty.
struct Tag {
    /// In lower case.
    name: String,
    is_end: bool,
    has_attributes: bool,
    /// From `<` to `>`, in bytes.
    span: Range<usize>,
}

/// The first tag at or after the byte `position`.
fn next_tag(text: &str, position: usize) -> Option<Tag> {
    let mut starts = text.get(position..)?.match_indices('<');
    starts.find_map(|(offset, _)| Tag::at(text, position + offset))
}

impl Tag {
    /// The tag whose `<` is the byte `start`.
    fn at(text: &str, start: usize) -> Option<Tag> {
        let inner = text.get(start + 1..)?;
        if let Some(comment) = inner.strip_prefix("!--") {
            let (_, after) = comment.split_once("-->").unwrap_or((comment, ""));
            let span = start..text.len() - after.len();
            return Some(Tag { name: String::new(), is_end: false, has_attributes: false, span });
        }
        let (is_end, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(length)?;
        let name = name.to_ascii_lowercase();
        let ends_name = rest.starts_with(['>', '/', ' ', '\t', '\n', '\r']);
        if !ends_name || !ELEMENTS.contains(name.as_str()) {
            return None;
        }
        let (attributes, after) = rest.split_at_checked(end_of_attributes(rest)?)?;
        let has_attributes = !attributes.trim_end_matches('>').trim_matches(['/', ' ']).is_empty();
        Some(Tag { name, is_end, has_attributes, span: start..text.len() - after.len() })
    }

    fn is_inline(&self) -> bool {
        INLINE.contains(&self.name.as_str())
    }

    fn breaks_line(&self) -> bool {
        !self.name.is_empty() && !self.is_inline()
    }

    /// The byte after the tag; for a script or a style sheet, after its end tag.
    fn end_of_content(&self, text: &str) -> usize {
        if self.is_end || !matches!(self.name.as_str(), "script" | "style") {
            return self.span.end;
        }
        let content = text.get(self.span.end..).unwrap_or_default();
        let end_tag = content.match_indices("</").find_map(|(offset, _)| {
            let end_tag = content.get(offset + 2..)?;
            let name = end_tag.get(..self.name.len())?;
            name.eq_ignore_ascii_case(&self.name).then_some(end_tag)
        });
        let after = end_tag.and_then(|end_tag| end_tag.split_once('>'));
        text.len() - after.map_or(0, |(_, after)| after.len())
    }
}

/// The index after the `>` that ends a tag; a `>` between quotes does not end it.
///
/// `None` for a tag of more than [`MAX_TAG_CHARS`]: otherwise many tags without an end would take
/// quadratic time.
fn end_of_attributes(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut value_may_start = false;
    for (index, c) in text.char_indices().take(MAX_TAG_CHARS) {
        match (quote, c) {
            (None, '>') => return Some(index + 1),
            (None, '"' | '\'') if value_may_start => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        value_may_start = c == '=' || (value_may_start && c.is_whitespace());
    }
    None
}

const MAX_TAG_CHARS: usize = 1_024;

/// Elements inside a line, so that their tags leave no space.
const INLINE: [&str; 26] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font",
    "i", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u",
];

/// The elements of HTML, including those of older versions.
static ELEMENTS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big \
     blink blockquote body br button canvas caption center cite code col colgroup data datalist dd \
     del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form \
     frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins isindex \
     kbd keygen label legend li link listing main map mark marquee math menu meta meter nav nobr \
     noframes noscript object ol optgroup option output p param picture plaintext portal pre \
     progress q rb rp rt rtc ruby s samp script search section select slot small source spacer \
     span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead \
     time title tr track tt u ul var video wbr xmp"
        .split(' ')
        .collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_becomes_plain_text() {
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

    #[test]
    fn a_title_may_be_about_elements() {
        for (text, expected) in [
            ("Why <script> tags block rendering", "Why <script> tags block rendering"),
            ("The <details> and <summary> elements", "The <details> and <summary> elements"),
            ("Plain `<div>` & <b>bold</b>", "Plain `<div>` & bold"),
            ("<em>New</em>: <code>go</code> &amp; <a href='x'>a</a>", "New: go & a"),
            ("Use <b> well, or <br>", "Use <b> well, or <br>"),
            ("Without <blink>, with Vec<T>", "Without <blink>, with Vec<T>"),
            ("&lt;b&gt;bold&lt;/b&gt; &lt;i&gt;", "bold <i>"),
            ("<img src=x onerror=alert(1)>Tea <!-- no -->", "Tea"),
            ("<p>One</p><p>two <b>th</b>ree</p>", "One two three"),
            ("Use <div> and </div>", "Use <div> and </div>"),
            ("Closing </table> first", "Closing </table> first"),
            ("<script src=x>alert(1)</script>Tea", "Tea"),
        ] {
            assert_eq!(title(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn plain_text_is_returned_unchanged(text in "[ a&<;#8\t\u{7F}\u{A0}]{0,6}|\\PC{0,6}") {
            prop_assert!(!is_plain(&text) || to_plain(&text) == text);
        }
    }

    #[test]
    fn truncated_text_ends_with_a_word() {
        assert_eq!(truncate("One two, three", 20), "One two, three");
        assert_eq!(truncate("One two, three", 10), "One two…");
        assert_eq!(truncate("日本日本日本", 3), "日本日…");
    }
}
