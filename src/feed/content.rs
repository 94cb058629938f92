//! Renders the body of an article as sanitised HTML with absolute addresses.
//!
//! The only module that uses `pulldown-cmark` and `ammonia`. Whatever an article contains, the HTML
//! runs and embeds nothing, and links only to websites and, from a body, to mail addresses. Images of
//! one pixel stay: their size is often unknown, and readers filter them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Options, Parser, html};

use crate::article::{Body, Markup};
use crate::types::{limits, text, text::escape, url::WebUrl};

/// Renders a body as sanitised HTML; empty if it shows nothing. `base` is the address of the article.
pub fn render(body: &Body, base: &WebUrl) -> String {
    if body.text.trim().is_empty() {
        return String::new();
    }
    let source = text::remove_forbidden(&body.text);
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
    let text_only = |html: &str| paragraphs(&text::plain(html)).trim().to_owned();
    let mut clean =
        if is_costly(&rendered) { text_only(&rendered) } else { sanitise(&rendered, base) };
    // A long base address can make many short links long.
    if clean.len() > limits::CONTENT_BYTES {
        clean = text_only(&clean);
    }
    if shows_something(&clean) { clean } else { String::new() }
}

/// Whether there is an image or a visible character.
fn shows_something(clean: &str) -> bool {
    // Usually a letter follows the first tags.
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

/// Whether HTML may cost a parser far more than its size suggests: at each tag a parser searches the
/// open elements, and in each block it opens all open formatting elements again.
fn is_costly(html: &str) -> bool {
    let mut open: HashMap<&str, usize> = HashMap::new();
    let (mut tags, mut depth, mut formatting) = (0_usize, 0_usize, 0_usize);
    let (mut max_depth, mut max_formatting) = (0, 0);
    for tag in html.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        let is_one_of = |names: &[&str]| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        if name.is_empty() || is_one_of(&VOID) {
            continue;
        }
        tags += 1;
        let open = open.entry(name).or_default();
        // An optional end tag says nothing about nesting.
        let nesting = usize::from(!is_one_of(&OPTIONAL_END));
        let is_formatting = usize::from(is_one_of(&FORMATTING));
        if !is_end {
            *open += 1;
            depth += nesting;
            formatting += is_formatting;
        } else if *open > 0 {
            *open -= 1;
            depth -= nesting;
            formatting -= is_formatting;
        }
        max_depth = max_depth.max(depth);
        max_formatting = max_formatting.max(formatting);
    }
    max_depth > limits::HTML_DEPTH
        || tags.saturating_mul(max_formatting) > limits::HTML_FORMATTING_COST
}

/// Elements with an optional end tag (HTML, section 13.1.2.4).
const OPTIONAL_END: [&str; 17] = [
    "body", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp", "rt",
    "tbody", "td", "tfoot", "th", "tr",
];

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Formatting elements (HTML, section 13.2.4.2).
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Sanitises HTML until it no longer changes, so that the parser of a reader sees what ours saw:
/// cleverly broken HTML shows its meaning only at the second parsing.
fn sanitise(html: &str, base: &WebUrl) -> String {
    let sanitiser = sanitiser(base);
    let sanitise_once = |html: &str| {
        let clean = sanitiser.clean(html).to_string();
        // An entity can become a character that no feed may contain.
        text::remove_forbidden(&clean).trim().to_owned()
    };
    let mut html = Cow::Borrowed(html);
    for _ in 0..MAX_REPETITIONS {
        let clean = sanitise_once(&html);
        if clean == html.trim() {
            return clean;
        }
        html = Cow::Owned(clean);
    }
    sanitise_once(&paragraphs(&text::plain(&html)))
}

/// HTML that still changes after so many repetitions is reduced to its text.
const MAX_REPETITIONS: usize = 5;

/// Turns plain text into HTML paragraphs; a blank line separates them.
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
        // The filter below makes every address absolute, or removes it.
        .url_relative(UrlRelative::PassThrough)
        .add_clean_content_tags(["title", "template", "noscript", "textarea", "select"])
        // Validators consider a change of direction a risk.
        .rm_tags(["bdo"])
        .link_rel(None)
        .attribute_filter(move |element, attribute, value| {
            if !matches!(attribute, "href" | "src" | "cite") {
                return Some(Cow::Borrowed(value));
            }
            let scheme = value.trim_start().get(..7);
            if element == "a" && scheme.is_some_and(|s| s.eq_ignore_ascii_case("mailto:")) {
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
        render(&Body { text, markup }, &base)
    }

    #[test]
    fn each_markup_becomes_html() {
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
    fn active_content_is_removed() {
        for text in [
            "<p onclick=x style=y>a</p><iframe src=//e></iframe>",
            "<svg onload=x></svg><math></math><form><input></form><p>a</p>",
            "<object data=x></object><embed src=x><base href=//e><meta><link rel=x><p>a</p>",
        ] {
            assert_eq!(rendered(Markup::Html, text), "<p>a</p>", "{text}");
        }
    }
}
