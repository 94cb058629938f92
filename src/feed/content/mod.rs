//! Renders the body of an article as sanitised HTML with absolute addresses.

mod dollars;
mod markdown;
mod rewrite;
mod sanitise;

use std::borrow::Cow;
use std::ops::Range;

use self::sanitise::sanitise;
use crate::article::{Body, Markup};
use crate::types::{html_cost, limits, text, text::escape, url::WebUrl};

/// Renders a body as sanitised HTML; empty if it shows nothing. `base` is the address of the article.
pub fn render(body: &Body, base: &WebUrl) -> String {
    let base = body.base.as_ref().unwrap_or(base);
    if body.text.trim().is_empty() {
        return String::new();
    }
    // Only a body whose templates have been filled in has holes.
    let source = if body.has_holes {
        Cow::Borrowed(body.text.as_str())
    } else {
        text::remove_forbidden(&body.text)
    };
    let rendered = match body.markup {
        Markup::Html => source,
        Markup::Markdown => Cow::Owned(markdown::to_html(&source, body.dialect)),
        Markup::Text => Cow::Owned(paragraphs(&source)),
    };
    let text_only = |html: &str| paragraphs(&text::plain(html)).trim().to_owned();
    let survey = html_cost::survey(&rendered);
    let mut clean = if survey.is_costly {
        text_only(&text::remove_forbidden(&rendered))
    } else if survey.has_lossy || body.has_holes {
        sanitise(&rewrite::rewrite(&rendered, base), base)
    } else {
        sanitise(&rendered, base)
    };
    // A long base address can make many short links long.
    if clean.len() > limits::CONTENT_BYTES {
        clean = text_only(&clean);
    }
    if shows_something(&clean) { clean } else { String::new() }
}

/// The bytes of a Markdown text that are code or formulas, in order.
pub(crate) fn code(text: &str) -> Vec<Range<usize>> {
    markdown::code(text)
}

/// The text before the mark at which the author ends the summary; empty without one.
pub(super) fn teaser(body: &Body, base: &WebUrl) -> String {
    let teaser = body.teaser.and_then(|end| body.text.get(..end));
    let Some(teaser) = teaser.filter(|teaser| !teaser.trim().is_empty()) else {
        return String::new();
    };
    text::plain(&render(&Body { text: teaser.to_owned(), ..body.clone() }, base))
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
    use crate::site_generator::Dialect;

    fn rendered(markup: Markup, text: &str) -> String {
        let base = WebUrl::parse("https://example.org/news/1").unwrap();
        let text = text.to_owned();
        render(&Body { text, markup, ..Body::default() }, &base)
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
        assert_eq!(rendered(Markup::Html, "<img src=mailto:x alt=a>"), "");
    }

    #[test]
    fn active_content_is_removed() {
        for text in [
            "<p onclick=x style=y>a</p><iframe src=javascript:x></iframe>",
            "<svg onload=x></svg><math></math><form><input></form><p>a</p>",
            "<object data=data:x></object><embed src=javascript:x><base href=//e><meta><link rel=x><p>a</p>",
        ] {
            assert_eq!(rendered(Markup::Html, text), "<p>a</p>", "{text}");
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_keeps_its_text() {
        for address in ["", "{{ site.url }}/x", "{% link x.md %}", "@/x.md"] {
            let html = format!("<p><a href=\"{address}\">x</a> <img src=\"{address}\" alt=y></p>");
            assert_eq!(rendered(Markup::Html, &html), "<p><a>x</a> </p>", "{address}");
            let markdown = format!("[x](<{address}>) ![y](<{address}>)");
            assert_eq!(rendered(Markup::Markdown, &markdown), "<p><a>x</a> </p>", "{address}");
        }
    }

    #[test]
    fn markdown_that_begins_with_html() {
        for (text, expected) in [
            ("<p>A</p>\n\n    <div>b</div>\n", "<p>A</p>\n<div>b</div>"),
            ("<p>A</p>\n\n\t\tone\n\t\ttwo\n", "<p>A</p>\n<p>one\ntwo</p>"),
            (
                "<p>A</p>\n\nSee *b*.\n\n    {:ok, x}\n",
                "<p>A</p>\n<p>See <em>b</em>.</p>\n<pre><code>{:ok, x}\n</code></pre>",
            ),
            (
                "A\n\n    <div>b</div>\n",
                "<p>A</p>\n<pre><code>&lt;div&gt;b&lt;/div&gt;\n</code></pre>",
            ),
        ] {
            assert_eq!(rendered(Markup::Markdown, text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_content_is_removed() {
        for (html, expected) in [
            ("<div>a<button>Copy</button></div>", "<div>a</div>"),
            ("<p hidden>a</p><p class='x hidden'>b</p><p>c</p>", "<p>c</p>"),
            ("<p class='hidden md:block'>a</p>", "<p>a</p>"),
            ("<h2>A<a href=#a aria-hidden=true>#</a></h2>", "<h2>A</h2>"),
            ("<p style='display: none'>a</p><p style='display:flex'>b</p>", "<p>b</p>"),
            ("<p>a<span class=sr-only>b</span></p><p style='visibility: hidden'>c</p>", "<p>a</p>"),
            ("<h2>A<a href=#a><svg><path d=x /></svg></a></h2>", "<h2>A</h2>"),
            ("<p>The word hidden, and data: too</p>", "<p>The word hidden, and data: too</p>"),
            (
                "<table><tr><td class=gutter><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>",
                "<pre>a\nb</pre>",
            ),
            ("<td>", ""),
        ] {
            assert_eq!(rendered(Markup::Html, html), expected, "{html}");
        }
    }

    #[test]
    fn lazy_images_get_their_address() {
        let image = |name: &str| format!("<img src=\"https://example.org/{name}.jpg\" alt=\"x\">");
        for html in [
            "<img class=lazy src=/blank.gif data-src=/a.jpg alt=x>",
            "<img src='data:image/gif;base64,R0lG' data-src=/a.jpg alt=x><noscript><img src=/a.jpg alt=x></noscript>",
            "<img src=/spacer.gif alt=y><noscript><img src=/a.jpg alt=x></noscript>",
            "<img data-srcset='/s.jpg 320w, /a.jpg 1280w, /l.jpg 4000w' alt=x>",
            "<img srcset='/a.jpg 1x, /b.jpg 2x' alt=x>",
            "<img loading=lazy src=/a.jpg data-src=/b.jpg alt=x>",
            "<picture><source srcset='/a.jpg 1x'><img alt=x></picture>",
        ] {
            let picture = rendered(Markup::Html, html);
            let picture = picture.replace(
                "alt=\"x\" src=\"https://example.org/a.jpg\"",
                "src=\"https://example.org/a.jpg\" alt=\"x\"",
            );
            assert_eq!(picture, image("a"), "{html}");
        }
        assert_eq!(rendered(Markup::Html, "<p><img src=data:image/png,x>text</p>"), "<p>text</p>");
    }

    #[test]
    fn players_leave_a_link() {
        for (html, expected) in [
            (
                "<video src=/film.mp4 poster=/p.jpg>Use another browser.</video>",
                "<p><a href=\"https://example.org/film.mp4\"><img src=\"https://example.org/p.jpg\" alt=\"film.mp4\"></a></p>",
            ),
            (
                "<p>Hear <audio controls><source src=talk.mp3>No.</audio></p>",
                "<p>Hear <a href=\"https://example.org/news/talk.mp3\">talk.mp3</a></p>",
            ),
            (
                "<iframe src=https://www.youtube.com/embed/abc?rel=0 title='A tour'></iframe>",
                "<p><a href=\"https://www.youtube.com/watch?v=abc\">A tour</a></p>",
            ),
            (
                "<iframe src=//maps.example/x></iframe>",
                "<p><a href=\"https://maps.example/x\">maps.example</a></p>",
            ),
            ("<iframe src=//t.example/x width=0 height=0></iframe>a", "a"),
            (
                "<p>See <embed src=/a.pdf>.</p>",
                "<p>See <a href=\"https://example.org/a.pdf\">a.pdf</a>.</p>",
            ),
            (
                "<object><param name=movie value=//www.youtube.com/v/abc&hl=en>\
                 <embed src=//www.youtube.com/v/abc&hl=en></object>",
                "<p><a href=\"https://www.youtube.com/watch?v=abc\">Video on YouTube</a></p>",
            ),
            (
                "<lite-youtube videoid=abc playlabel='Play: A tour'></lite-youtube>",
                "<p><a href=\"https://www.youtube.com/watch?v=abc\">Play: A tour</a></p>",
            ),
            (
                "<amp-video src=/film.mp4></amp-video>",
                "<p><a href=\"https://example.org/film.mp4\">film.mp4</a></p>",
            ),
            (
                "<amp-img src=/a.jpg alt=x></amp-img>",
                "<img src=\"https://example.org/a.jpg\" alt=\"x\">",
            ),
            (
                "<object data=a.svg type=image/svg+xml>No.</object>",
                "<p><img src=\"https://example.org/news/a.svg\" alt=\"a.svg\"></p>",
            ),
        ] {
            assert_eq!(rendered(Markup::Html, html), expected, "{html}");
        }
    }

    #[test]
    fn formulas_and_drawings_leave_their_text() {
        for (html, expected) in [
            ("<math><mfrac><mn>1</mn><mn>3</mn></mfrac></math>", "1/3"),
            ("<math><msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt></math>", "√(x+1)"),
            (
                "<span class=katex><span class=katex-mathml><math><semantics><mi>a</mi>\
                 <annotation encoding=application/x-tex>a^2</annotation></semantics></math></span>\
                 <span class=katex-html aria-hidden=true>a2</span></span>",
                "<span><span>a^2</span></span>",
            ),
            ("<svg><title>A map</title><path d=x /></svg>", "A map"),
            ("a<svg><path d=x /></svg>", "a"),
        ] {
            assert_eq!(rendered(Markup::Html, html), expected, "{html}");
        }
    }

    #[test]
    fn direction_language_and_numbers_stay() {
        for html in [
            "<p dir=\"rtl\" lang=\"he\">a <bdo dir=\"ltr\">b</bdo></p>",
            "<ol reversed=\"\" start=\"3\"><li value=\"7\">a</li></ol>",
            "<table><tbody><tr><td align=\"right\">1</td></tr></tbody></table>",
        ] {
            assert_eq!(rendered(Markup::Html, html), html);
        }
        let markdown = "| a |\n| -: |\n| 1 |\n";
        assert!(rendered(Markup::Markdown, markdown).contains("<td align=\"right\">1</td>"));
    }

    #[test]
    fn lines_of_dialects() {
        let base = WebUrl::parse("https://example.org/news/1").unwrap();
        let dialect = Dialect { hard_wraps: true, block_attributes: true, ..Dialect::default() };
        for (text, expected) in [
            ("a\nb", "<p>a<br>\nb</p>"),
            ("a\n{.lead}\n\n> b\n{.c #d}", "<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>"),
            ("    {.a}\n    {.b}", "<pre><code>{.a}\n{.b}</code></pre>"),
            ("a\n{b}", "<p>a<br>\n{b}</p>"),
        ] {
            let body = Body { text: text.to_owned(), dialect, ..Body::default() };
            assert_eq!(render(&body, &base), expected, "{text}");
        }
    }

    #[test]
    fn dialects_of_markdown() {
        let all = Dialect { definition_lists: true, emoji: true, ..Dialect::default() };
        for (text, expected) in [
            (
                "A.[^x] B.[^1] C.[^x]\n\n[^1]: Ibid.\n[^x]: See *b*.",
                "<p>A.<sup>1</sup> B.<sup>2</sup> C.<sup>1</sup></p>\n<hr>\n<ol>\n\
                 <li>\n<p>See <em>b</em>.</p>\n</li>\n<li>\n<p>Ibid.</p>\n</li>\n</ol>",
            ),
            ("A.[^1] [b]", "<p>A.[^1] [b]</p>"),
            (
                "A[^1](see b)\n\n[^1]: B",
                "<p>A<sup>1</sup>(see b)</p>\n<hr>\n<ol>\n<li>\n<p>B</p>\n</li>\n</ol>",
            ),
            ("A\n\n:tada: b\n\n:-) c", "<p>A</p>\n<p>🎉 b</p>\n<p>:-) c</p>"),
            ("A\nB\n: C", "<dl>\n<dt>A</dt>\n<dt>B</dt>\n<dd>C</dd>\n</dl>"),
            (
                "http://e.org/:tada:/a :tada:",
                "<p><a href=\"http://e.org/:tada:/a\">http://e.org/:tada:/a</a> 🎉</p>",
            ),
            (
                "|  |  |\n|--|--|\n| 1 | 2 |",
                "<table><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>",
            ),
            ("- [x] a\n- [ ] b", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>"),
            (
                "See https://e.org/a_b_c, me@e.org.",
                "<p>See <a href=\"https://e.org/a_b_c\">https://e.org/a_b_c</a>, \
                 <a href=\"mailto:me@e.org\">me@e.org</a>.</p>",
            ),
            (
                "<a href=\"/x\">https://e.org/</a>",
                "<p><a href=\"https://example.org/x\">https://e.org/</a></p>",
            ),
            ("`https://e.org/`", "<p><code>https://e.org/</code></p>"),
            ("[https://e.org/](/x)", "<p><a href=\"https://example.org/x\">https://e.org/</a></p>"),
            ("Yes :tada: at 10:30:15 `:tada:`", "<p>Yes 🎉 at 10:30:15 <code>:tada:</code></p>"),
            ("Frog\n: It *sings*.", "<dl>\n<dt>Frog</dt>\n<dd>It <em>sings</em>.</dd>\n</dl>"),
            ("## A {#a .b}\n\n## Use {x}", "<h2>A</h2>\n<h2>Use {x}</h2>"),
            ("$a_1 * b_1$ and $$\\sum_i *x*$$", "<p>$a_1 * b_1$ and $$\\sum_i *x*$$</p>"),
            ("$5 `a` and $6", "<p>$5 <code>a</code> and $6</p>"),
            ("$10, `$x`, $20, `$y`", "<p>$10, <code>$x</code>, $20, <code>$y</code></p>"),
            (
                "~$300, [a](/b) ~$1,300",
                "<p>~$300, <a href=\"https://example.org/b\">a</a> ~$1,300</p>",
            ),
            ("$x `y$ $z` w$", "<p>$x <code>y$ $z</code> w$</p>"),
            ("US$5-$6 *a*: $x_1$", "<p>US$5-$6 <em>a</em>: $x_1$</p>"),
            ("> $$\n> x_1\n> $$", "<blockquote>\n<p>$$\nx_1\n$$</p>\n</blockquote>"),
            ("$$ and `$$` and $$", "<p>$$ and <code>$$</code> and $$</p>"),
            (
                "> [!NOTE]\n> a",
                "<blockquote>\n<p><strong>Note</strong></p>\n<p>a</p>\n</blockquote>",
            ),
            ("**青蛙回来了。**池塘", "<p><strong>青蛙回来了。</strong>池塘</p>"),
            ("a <code>*x* y_z_</code>", "<p>a <code>*x* y_z_</code></p>"),
        ] {
            let base = WebUrl::parse("https://example.org/news/1").unwrap();
            let body = Body { text: text.to_owned(), dialect: all, ..Body::default() };
            assert_eq!(render(&body, &base), expected, "{text}");
        }
    }
}
