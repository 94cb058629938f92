//! Renders the body of an article as sanitised HTML with absolute addresses.

mod cost;
mod markdown;
mod sanitise;

use std::borrow::Cow;

use self::cost::is_costly;
use self::sanitise::sanitise;
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
        Markup::Markdown => Cow::Owned(markdown::to_html(&source)),
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

/// Turns plain text into HTML paragraphs; a blank line separates them.
fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|p| !p.is_empty());
    let escaped = paragraphs.map(|p| format!("<p>{}</p>\n", escape(p).replace('\n', "<br>\n")));
    escaped.collect()
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
