//! The HTML of entries: bodies rendered, sanitised, and with absolute addresses.
//!
//! The only module that uses `pulldown-cmark` and `ammonia`. Whatever an article holds, what leaves
//! here runs nothing, embeds nothing, and links only to the web (and, from a body, to a mailbox).
//! Images of one pixel are kept: their size is not always said, and readers filter them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Options, Parser, html};

use crate::article::{Body, Markup};
use crate::types::limits;
use crate::types::text;
use crate::types::url::WebUrl;

/// A body as sanitised HTML; empty if there is nothing to see in it.
pub fn body(body: &Body, base: &WebUrl) -> String {
    if body.text.trim().is_empty() {
        return String::new();
    }
    let source = text::characters(&body.text);
    let rendered = match body.markup {
        Markup::Html => source,
        Markup::Markdown => {
            let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
            let mut rendered = String::with_capacity(source.len());
            html::push_html(&mut rendered, Parser::new_ext(&source, options));
            Cow::Owned(rendered)
        }
        Markup::Text => Cow::Owned(paragraphs(&source)),
    };
    let text_alone = |html: &str| paragraphs(&text::plain(html)).trim().to_owned();
    let mut clean =
        if is_costly(&rendered) { text_alone(&rendered) } else { sanitised(&rendered, base) };
    // Many short links to be made absolute by a long address.
    if clean.len() > limits::CONTENT_BYTES {
        clean = text_alone(&clean);
    }
    if shows_something(&clean) { clean } else { String::new() }
}

/// Whether there is an image or a character to see.
fn shows_something(clean: &str) -> bool {
    // Mostly a letter follows the first tags.
    let mut rest = clean;
    while let Some((tag, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'))
        && !tag.contains('"')
    {
        rest = after;
    }
    rest.starts_with(char::is_alphanumeric)
        || clean.contains("<img")
        || !text::plain(clean).is_empty()
}

/// Whether HTML could cost a parser far more than its size suggests: each element looks through
/// those that are open, and each block opens all open formatting elements again.
fn is_costly(html: &str) -> bool {
    let mut open: HashMap<&str, usize> = HashMap::new();
    let (mut tags, mut depth, mut formatting) = (0_usize, 0_usize, 0_usize);
    let (mut most_depth, mut most_formatting) = (0, 0);
    for tag in html.split('<').skip(1) {
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        if name.is_empty() || VOID.iter().any(|void| void.eq_ignore_ascii_case(name)) {
            continue;
        }
        tags += 1;
        let is_formatting = FORMATTING.iter().any(|other| other.eq_ignore_ascii_case(name));
        let same = open.entry(name).or_default();
        // An end tag that may be left out is no sign of nesting.
        let nests = usize::from(!ENDS_ITSELF.iter().any(|other| other.eq_ignore_ascii_case(name)));
        if !closes {
            *same += 1;
            depth += nests;
            formatting += usize::from(is_formatting);
        } else if *same > 0 {
            *same -= 1;
            depth -= nests;
            formatting -= usize::from(is_formatting);
        }
        most_depth = most_depth.max(depth);
        most_formatting = most_formatting.max(formatting);
    }
    most_depth > limits::HTML_DEPTH
        || tags.saturating_mul(most_formatting) > limits::HTML_FORMATTING_COST
}

/// Elements whose end tag may be left out (HTML, section 13.1.2.4).
const ENDS_ITSELF: [&str; 17] = [
    "body", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp", "rt",
    "tbody", "td", "tfoot", "th", "tr",
];

/// Elements that have no end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Formatting elements (HTML, section 13.2.4.2).
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// HTML that stays as it is when it is sanitised again, so that a reader's parser sees what ours
/// saw: HTML that is broken cleverly enough only shows what it means at the second look.
fn sanitised(html: &str, base: &WebUrl) -> String {
    let sanitiser = sanitiser(base);
    let look = |html: &str| {
        let clean = sanitiser.clean(html).to_string();
        // An entity may have named a character that no feed may hold.
        text::characters(&clean).trim().to_owned()
    };
    let mut clean = look(html);
    if clean == html.trim() {
        return clean;
    }
    for _ in 0..MAX_LOOKS {
        let again = look(&clean);
        if again == clean {
            return clean;
        }
        clean = again;
    }
    look(&paragraphs(&text::plain(&clean)))
}

/// HTML that is still changing after so many looks is shown as plain text.
const MAX_LOOKS: usize = 4;

/// Plain text as HTML between tags.
pub fn escape_text(text: &str) -> Cow<'_, str> {
    htmlize::escape_text(text)
}

/// Plain text as HTML anywhere, be it an attribute.
pub fn escape(text: &str) -> Cow<'_, str> {
    htmlize::escape_all_quotes(text)
}

fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|p| !p.is_empty());
    let escaped = paragraphs.map(|p| format!("<p>{}</p>\n", escape(p).replace('\n', "<br>\n")));
    escaped.collect()
}

fn sanitiser(base: &WebUrl) -> Builder<'static> {
    let base = base.clone();
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // The filter below makes every address absolute, or drops it.
        .url_relative(UrlRelative::PassThrough)
        .add_clean_content_tags(["title", "template", "noscript", "textarea", "select"])
        // Validators take a change of direction for a risk.
        .rm_tags(["bdo"])
        .link_rel(None)
        .attribute_filter(move |element, attribute, value| {
            if !matches!(attribute, "href" | "src" | "cite") {
                return Some(Cow::Borrowed(value));
            }
            let mail = value.trim_start().get(..7);
            if element == "a" && mail.is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
                return Some(Cow::Borrowed(value));
            }
            let url = base.join(value).ok()?;
            Some(Cow::Owned(url.as_str().to_owned()))
        });
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(markup: Markup, text: &str) -> String {
        let base = WebUrl::parse("https://example.org/news/1").unwrap();
        let text = text.to_owned();
        body(&Body { text, markup }, &base)
    }

    #[test]
    fn bodies() {
        for (markup, text, expected) in [
            (Markup::Markdown, "# A\n\n*b*", "<h1>A</h1>\n<p><em>b</em></p>"),
            (Markup::Markdown, "<p>**x**</p>", "<p>**x**</p>"),
            (Markup::Html, "**x**", "**x**"),
            (Markup::Text, "a < b\nc\n\nd", "<p>a &lt; b<br>\nc</p>\n<p>d</p>"),
            (Markup::Html, "<html><head><title>T</title></head><body>B</body></html>", "B"),
            (Markup::Html, "<p> &nbsp; </p><script>x</script>", ""),
            (Markup::Html, "a&#7;&#x202E;b", "ab"),
        ] {
            assert_eq!(rendered(markup, text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_become_absolute() {
        for (address, expected) in [
            ("../a b.html", Some("https://example.org/a%20b.html")),
            ("#note", Some("https://example.org/news/1#note")),
            ("//cdn.example/x", Some("https://cdn.example/x")),
            ("https://e.org/a|b", Some("https://e.org/a%7Cb")),
            ("mailto:me@example.org", Some("mailto:me@example.org")),
            ("java&#10;script:alert(1)", None),
            ("data:text/html,x", None),
            ("ftp://example.org/", None),
        ] {
            let link = rendered(Markup::Html, &format!("<a href=\"{address}\">x</a>"));
            let expected = expected.map(|url| format!(" href=\"{url}\"")).unwrap_or_default();
            assert_eq!(link, format!("<a{expected}>x</a>"), "{address}");
        }
        let image = rendered(Markup::Html, "<img src=mailto:x alt=a>");
        assert_eq!(image, "<img alt=\"a\">");
    }

    #[test]
    fn nothing_runs() {
        for text in [
            "<p onclick=x style=y>a</p><iframe src=//e></iframe>",
            "<svg onload=x></svg><math></math><form><input></form><p>a</p>",
            "<object data=x></object><embed src=x><base href=//e><meta><link rel=x><p>a</p>",
        ] {
            assert_eq!(rendered(Markup::Html, text), "<p>a</p>", "{text}");
        }
    }
}
