//! The content of a page: the element whose children are what Markdown makes, without what a template
//! puts before and behind it.

use super::PageOptions;
use super::tags::Tags;
use crate::types::dom::{self, Document, NodeRef};
use crate::types::{Timestamp, Zone, html_cost, limits, text};

/// Parses a page; `None` if that may cost far more than its size suggests.
pub(super) fn parse(html: &str) -> Option<Document> {
    let html = stripped(html);
    let is_large = html.len() > limits::PAGE_BYTES || html_cost::survey(&html).is_costly;
    (!is_large).then(|| Document::from(html))
}

/// A page without scripts, styles, comments and the insides of drawings, which are no content and may
/// hold anything. Formulas in scripts stay.
fn stripped(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let (mut position, mut drawings) = (0, 0_usize);
    for tag in Tags::new(html) {
        if drawings > 0 {
            if tag.is("svg") {
                drawings = if tag.is_end {
                    drawings - 1
                } else {
                    drawings + usize::from(!tag.closes_itself())
                };
            }
            if let Some(title) = tag.text.filter(|_| tag.is("title")) {
                kept.extend(["<title>", title, "</title>"]);
            }
            position = tag.start;
            if drawings > 0 {
                continue;
            }
        }
        if let Some(between) = html.get(position..tag.start) {
            add_without_comments(between, &mut kept);
        }
        let written = html.get(tag.start..tag.end).unwrap_or_default();
        let text = tag.text.unwrap_or_default();
        position = tag.end + text.len();
        if tag.is_one_of(&["script", "style"]) {
            let is_formula = |kind: &str| kind.to_ascii_lowercase().starts_with("math/tex");
            if tag.is_end || tag.attribute("type").is_some_and(|kind| is_formula(&kind)) {
                kept.extend([written, text]);
            } else {
                // Its end tag alone means nothing.
            }
            continue;
        }
        kept.extend([written, text]);
        drawings += usize::from(tag.is("svg") && !tag.is_end && !tag.closes_itself());
    }
    if drawings == 0 {
        add_without_comments(html.get(position..).unwrap_or_default(), &mut kept);
    }
    kept
}

fn add_without_comments(between: &str, kept: &mut String) {
    let mut rest = between;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
}

/// The content of a page, as HTML; empty if there is none.
pub(super) fn content(html: &str, titles: &[&str], options: &PageOptions) -> String {
    let Some(document) = parse(html) else { return String::new() };
    let configured = options.content.as_ref().and_then(|selector| selector.first(&document));
    let is_marked = configured.is_none();
    let marked = || most_words(&dom::all(&document, ".e-content, [itemprop~=articleBody]"));
    let (root, is_whole) = match configured.or_else(marked) {
        Some(root) => (Some(root), is_marked),
        None => (markdown_parent(&document), false),
    };
    let Some(root) = root else { return String::new() };
    for selector in &options.remove {
        selector
            .all(&document)
            .iter()
            .filter(|node| node.id != root.id)
            .for_each(NodeRef::remove_from_parent);
    }
    if !is_whole {
        let titles: Vec<String> = titles.iter().map(|title| key(title)).collect();
        trim(&root, &titles);
    }
    remove_decoration(&root);
    root.inner_html().to_string()
}

/// HTML that is no page, without what templates add to a text.
pub(super) fn without_decoration(html: &str) -> String {
    let Some(document) = parse(html) else { return html.to_owned() };
    let Some(body) = document.body() else { return String::new() };
    remove_decoration(&body);
    body.inner_html().to_string()
}

/// The element with the most words, of several with the same number the first.
fn most_words<'d>(nodes: &[NodeRef<'d>]) -> Option<NodeRef<'d>> {
    let counted = nodes.iter().take(MAX_SCOPES).map(|node| (words(&node.text()), node));
    let most = counted.rev().max_by_key(|(words, _)| *words);
    most.filter(|(words, _)| *words > 0).map(|(_, node)| *node)
}

/// Elements that are compared: each is read as a whole, and they may lie in each other.
const MAX_SCOPES: usize = 16;

/// What Markdown makes.
const BLOCKS: [&str; 14] = [
    "p",
    "ul",
    "ol",
    "dl",
    "pre",
    "table",
    "blockquote",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "img",
];

/// Elements that are never part of the content.
const APART: [&str; 10] = [
    "nav", "footer", "aside", "form", "template", "script", "style", "button", "noscript", "select",
];

/// The best element so far, and the words of its blocks.
#[derive(Default)]
struct Best<'d> {
    words: usize,
    node: Option<NodeRef<'d>>,
}

/// The element whose blocks hold the most words.
fn markdown_parent(document: &Document) -> Option<NodeRef<'_>> {
    let body = document.body()?;
    let all = best_below(&body);
    // A list in a column may have more words than a short article.
    let inner = ["article", "main, [role=main]"].into_iter().find_map(|scope| {
        let scopes = dom::all(document, scope);
        let bests = scopes.iter().take(MAX_SCOPES).map(best_below);
        bests
            .max_by_key(|best| best.words)
            .filter(|best| best.words > 0 && best.words * 4 >= all.words)
    });
    let best = inner.unwrap_or(all);
    named(document, &best).or_else(|| Some(whole_of_sections(best.node?)))
}

/// The one element of the page that is named as the content of an article, such as `post-content`, if it has
/// most of the words that the best element has.
fn named<'d>(document: &'d Document, best: &Best<'_>) -> Option<NodeRef<'d>> {
    let named = dom::all(document, NAMED);
    let named: Vec<&NodeRef<'_>> = named.iter().filter(|node| is_named(**node)).take(2).collect();
    let [root] = *named.as_slice() else { return None };
    let own = words(&root.text());
    let is_most = own * 2 >= best.words || own > 0 && is_beside(document, best, root);
    is_most.then_some(*root)
}

/// Whether the best element is outside of the part of the page that has its title and this element, as a
/// list of related articles is, which may have more words than a short article.
fn is_beside(document: &Document, best: &Best<'_>, root: &NodeRef<'_>) -> bool {
    let headings = dom::all(document, "h1");
    let ([heading], Some(best)) = (headings.as_slice(), best.node) else { return false };
    let around =
        |node: &NodeRef<'_>| -> Vec<_> { node.ancestors_it(None).map(|node| node.id).collect() };
    let of_heading = around(heading);
    let part = around(root).into_iter().find(|id| of_heading.contains(id));
    part.is_some_and(|part| best.id != part && !around(&best).contains(&part))
}

/// Elements that may be named as the content of an article.
const NAMED: &str = "[class*=post], [class*=entry], [class*=article], [class*=content]";

/// Whether one of the classes of an element is a name of the content of an article.
fn is_named(node: NodeRef<'_>) -> bool {
    let classes = dom::attribute(&node, "class").to_ascii_lowercase();
    classes.split_ascii_whitespace().any(|class| {
        let mut parts = class.split(['-', '_']).filter(|part| !part.is_empty());
        let of = |names: &[&str], part: Option<&str>| part.is_some_and(|it| names.contains(&it));
        let (first, second) = (parts.next(), parts.next());
        of(&["post", "entry", "article", "content"], first)
            && of(&["content", "body", "entry", "text"], second)
            && first != second
            && parts.next().is_none()
    })
}

fn best_below<'d>(node: &NodeRef<'d>) -> Best<'d> {
    let mut best = Best::default();
    count(node, &mut best);
    best
}

/// The words of a node, and whether all of them are code.
fn count<'d>(node: &NodeRef<'d>, best: &mut Best<'d>) -> (usize, bool) {
    if node.is_text() {
        return (words(&node.text()), false);
    }
    let (mut all, mut own) = (0, 0);
    let mut is_code = true;
    for child in node.children_it(false) {
        let name = child.node_name();
        let name = name.as_deref().unwrap_or_default();
        if APART.contains(&name) || child.is_element() && is_about_comments(&child) {
            continue;
        }
        let (words, is_child_code) = count(&child, best);
        all += words;
        is_code &= words == 0 || is_child_code;
        // What a highlighter puts around code is a block as well, and some editors make every paragraph
        // a `div`.
        if BLOCKS.contains(&name) || is_child_code || name == "div" && is_paragraph(&child) {
            own += words + usize::from(name == "img");
        }
    }
    is_code &= all > 0;
    if own > best.words && !is_code {
        *best = Best { words: own, node: Some(*node) };
    }
    (all, is_code || node.has_name("pre"))
}

/// Whether an element has sentences of its own, and nothing but marks within them.
fn is_paragraph(node: &NodeRef<'_>) -> bool {
    let mut own = 0;
    for child in node.children_it(false) {
        if child.is_text() {
            own += words(&child.text());
        } else if child.is_element() && !INLINE.iter().any(|name| child.has_name(name)) {
            return false;
        }
    }
    own >= MIN_SENTENCE
}

/// Elements within a sentence.
const INLINE: [&str; 15] = [
    "a", "abbr", "b", "br", "code", "em", "i", "img", "mark", "s", "small", "span", "strong",
    "sub", "sup",
];

/// Fewer words are rather a label.
const MIN_SENTENCE: usize = 6;

fn is_about_comments(node: &NodeRef<'_>) -> bool {
    let marks = marks(node);
    marks.iter().any(|mark| {
        matches!(&**mark, "comments" | "comment" | "disqus" | "giscus" | "utterances" | "isso")
    })
}

/// The element around all sections, if the content is in sections.
fn whole_of_sections(best: NodeRef<'_>) -> NodeRef<'_> {
    let mut root = best;
    while is_section(&root)
        && let Some(parent) = root.parent()
    {
        let sections = parent.element_children().iter().filter(|child| is_section(child)).count();
        if !is_section(&parent) && sections < 2 {
            break;
        }
        root = parent;
    }
    root
}

/// Whether an element is one of those that divide a text by its headings.
fn is_section(node: &NodeRef<'_>) -> bool {
    let classes = dom::attribute(node, "class");
    let mut classes = classes.split_ascii_whitespace();
    node.has_name("section")
        || classes.any(|class| {
            matches!(class, "section" | "sectionbody" | "sect1" | "sect2" | "sect3" | "sect4")
                || class.starts_with("outline-")
        })
}

/// The words of a text; where words are not separated, its characters.
fn words(text: &str) -> usize {
    let (mut count, mut is_in_word) = (0, false);
    for c in text.chars() {
        let is_word = c.is_alphanumeric();
        let is_alone = text::is_ideograph(c);
        count += usize::from(is_alone || is_word && !is_in_word);
        is_in_word = is_word && !is_alone;
    }
    count
}

/// The letters and digits of a text, to compare titles.
fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The parts of the class and the id of an element, in lower case: `post`, `meta`.
fn marks(node: &NodeRef<'_>) -> Vec<String> {
    let names = [dom::attribute(node, "class"), dom::attribute(node, "id")];
    let names = names.join(" ").to_ascii_lowercase();
    names
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|mark| !mark.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Marks of what a template puts before the text.
const BEFORE: [&str; 23] = [
    "author",
    "avatar",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "categories",
    "category",
    "date",
    "header",
    "info",
    "meta",
    "metadata",
    "nav",
    "navigation",
    "published",
    "reading",
    "share",
    "sharing",
    "social",
    "subtitle",
    "tags",
    "time",
    "title",
];

/// Marks of what it puts behind.
const BEHIND: [&str; 26] = [
    "author",
    "bio",
    "categories",
    "category",
    "edit",
    "footer",
    "info",
    "meta",
    "metadata",
    "nav",
    "navigation",
    "newsletter",
    "next",
    "pager",
    "paginate",
    "pagination",
    "prev",
    "previous",
    "share",
    "sharing",
    "social",
    "subscribe",
    "tag",
    "taglist",
    "tags",
    "updated",
];

/// Marks of what is long and no text, at both ends.
const LONG: [&str; 12] = [
    "comment",
    "comments",
    "disqus",
    "giscus",
    "isso",
    "related",
    "tableofcontents",
    "toc",
    "utterances",
    "webmentions",
    "remark42",
    "gitalk",
];

/// Marks of boxes in a text.
const TEXT: [&str; 8] =
    ["admonition", "alert", "callout", "example", "highlight", "note", "notice", "warning"];

/// What stands at an end and has one of the marks has at most so many words.
const MAX_WORDS: usize = 80;

/// Removes what a template puts before and behind the text.
fn trim(root: &NodeRef<'_>, titles: &[String]) {
    for is_end in [false, true] {
        let mut last = None;
        for _ in 0..MAX_TRIMMED {
            let Some(node) = outermost(root, is_end, last) else { break };
            let is_gone = if is_end { is_behind(&node) } else { is_before(&node, titles) };
            if is_gone {
                node.remove_from_parent();
            } else if is_passed(&node) {
                last = Some(node);
            } else {
                break;
            }
        }
    }
}

/// What holds the title has at most so many words.
const MAX_HEADER: usize = 45;

/// Elements that are removed at one end.
const MAX_TRIMMED: usize = 30;

/// The first or last child that shows something, beyond one that has been passed over.
fn outermost<'d>(
    root: &NodeRef<'d>,
    is_end: bool,
    passed: Option<NodeRef<'d>>,
) -> Option<NodeRef<'d>> {
    let mut next = match (passed, is_end) {
        (Some(node), true) => node.prev_sibling(),
        (Some(node), false) => node.next_sibling(),
        (None, true) => root.last_child(),
        (None, false) => root.first_child(),
    };
    while let Some(node) = next {
        let is_blank =
            node.is_comment() || node.is_text() && !node.text().contains(char::is_alphanumeric);
        if !is_blank {
            return node.is_element().then_some(node);
        }
        next = if is_end { node.prev_sibling() } else { node.next_sibling() };
    }
    None
}

/// Whether what stands behind an element may still be of the template: a line, an empty element.
fn is_passed(node: &NodeRef<'_>) -> bool {
    let holds_media = || {
        node.descendants_it().any(|node| {
            ["img", "video", "audio", "iframe", "svg"].iter().any(|name| node.has_name(name))
        })
    };
    let is_media =
        ["img", "video", "audio", "iframe", "svg"].iter().any(|name| node.has_name(name));
    node.has_name("br")
        || node.has_name("hr")
        || !is_media && words(&node.text()) == 0 && !holds_media()
}

fn has_mark(node: &NodeRef<'_>, known: &[&str]) -> bool {
    let own = marks(node);
    let is_text = own.iter().any(|mark| TEXT.contains(&&**mark));
    let is_long = own.iter().any(|mark| LONG.contains(&&**mark));
    let is_between =
        |mark: &str| ["nextprev", "prevnext", "postnav"].iter().any(|it| mark.contains(it));
    let is_known = || own.iter().any(|mark| known.contains(&&**mark) || is_between(mark));
    !is_text && (is_long || is_known() && words(&node.text()) <= MAX_WORDS)
}

/// Whether an element at the beginning is no text: the title, who wrote it and when, contents.
fn is_before(node: &NodeRef<'_>, titles: &[String]) -> bool {
    let text = node.text();
    let is_heading = |node: &NodeRef<'_>| ["h1", "h2", "h3"].iter().any(|name| node.has_name(name));
    let is_title = |node: &NodeRef<'_>| {
        let own = if is_heading(node) { key(&node.text()) } else { return false };
        // The one or the other may go on with a mark, or the name of the site.
        let is_main = node.has_name("h1") && !own.is_empty();
        let is_same = |title: &String| {
            let goes_on = own.starts_with(title.as_str()) || title.starts_with(&own);
            own == *title || is_main && goes_on
        };
        titles.iter().filter(|title| !title.is_empty()).any(is_same)
    };
    if is_title(node) || node.has_name("header") || node.has_name("nav") {
        return true;
    }
    let count = words(&text);
    let has_title = || node.descendants_it().any(|inner| is_title(&inner));
    let has_time =
        || node.has_name("time") || node.descendants_it().any(|inner| inner.has_name("time"));
    count <= MAX_HEADER && !is_section(node) && has_title()
        || count <= 25 && has_time()
        || count <= MAX_DATELINE && is_dateline(node, &text)
        || is_container(node) && has_mark(node, &BEFORE)
}

/// A line with a date has at most so many words.
const MAX_DATELINE: usize = 8;

/// Whether an element is a line with a date, perhaps with a name, and no sentence.
fn is_dateline(node: &NodeRef<'_>, text: &str) -> bool {
    let text = text.trim();
    is_container(node)
        && !text.ends_with(['.', ':', '!', '?'])
        && Timestamp::find_in(text, Zone::default()).is_some()
}

/// Words with which a link to another article begins.
const TURNING: [&str; 8] = ["next", "previous", "prev", "older", "newer", "←", "«", "‹"];

/// Whether an element is a list of links to the next and the previous article.
fn turns_pages(node: &NodeRef<'_>) -> bool {
    let text = node.text();
    let text = text.trim().to_lowercase();
    let is_named = ["ul", "ol", "div", "table"].iter().any(|name| node.has_name(name));
    if !is_named || text.len() > MAX_TURNING || !TURNING.iter().any(|word| text.starts_with(word)) {
        return false;
    }
    let links = node.descendants_it().filter(|node| node.has_name("a"));
    let linked: Vec<usize> = links.map(|link| words(&link.text())).collect();
    let others = words(&text).saturating_sub(linked.iter().sum());
    !linked.is_empty() && others <= linked.len()
}

/// Whether an element is a link to a tag, or has little else.
fn lists_tags(node: &NodeRef<'_>) -> bool {
    if !is_container(node) {
        return false;
    }
    let is_tag = |node: &NodeRef<'_>| {
        node.has_name("a")
            && dom::attribute(node, "rel").split_ascii_whitespace().any(|word| word == "tag")
    };
    let links = node.descendants_it().chain([*node]).filter(is_tag);
    let linked: Vec<usize> = links.map(|link| words(&link.text())).collect();
    let others = words(&node.text()).saturating_sub(linked.iter().sum());
    !linked.is_empty() && others <= MAX_LABEL
}

/// Words before a list of tags.
const MAX_LABEL: usize = 3;

/// Bytes of a list of links to the next and the previous article.
const MAX_TURNING: usize = 600;

/// Whether an element at the end is no text.
fn is_behind(node: &NodeRef<'_>) -> bool {
    let is_named = ["footer", "nav", "aside", "form"].iter().any(|name| node.has_name(name));
    let is_footnotes =
        || marks(node).iter().any(|mark| mark.contains("footnote") || mark == "references");
    let is_gone = is_named || is_container(node) && has_mark(node, &BEHIND);
    (is_gone || turns_pages(node) || lists_tags(node)) && !is_footnotes()
}

/// Whether an element may be the template's: a heading or a block of code with a mark is the text's.
fn is_container(node: &NodeRef<'_>) -> bool {
    ["div", "section", "p", "ul", "ol", "span", "details", "aside", "dl", "small", "a"]
        .iter()
        .any(|name| node.has_name(name))
}

/// Removes from the text what a template adds to it: marks at headings, and lists of links to its parts.
fn remove_decoration(root: &NodeRef<'_>) {
    let mut removed = Vec::new();
    for node in root.descendants_it() {
        if node.has_name("nav") || node.has_name("a") && is_heading_anchor(&node) {
            removed.push(node);
        }
    }
    removed.iter().for_each(NodeRef::remove_from_parent);
}

/// Words in the classes of links that only mark the place of a heading.
const ANCHORS: [&str; 8] =
    ["anchor", "hash", "headerlink", "heading", "headline", "permalink", "octicon", "deep"];

/// Whether a link only marks the place of a heading.
fn is_heading_anchor(node: &NodeRef<'_>) -> bool {
    let is_in_heading = node
        .ancestors_it(Some(3))
        .any(|node| ["h1", "h2", "h3", "h4", "h5", "h6"].iter().any(|name| node.has_name(name)));
    if !is_in_heading || !dom::attribute(node, "href").contains('#') {
        return false;
    }
    let text = node.text();
    let text = text.trim();
    let has_mark =
        || marks(node).iter().any(|mark| ANCHORS.iter().any(|anchor| mark.contains(anchor)));
    let is_sign = !text.contains(char::is_alphanumeric);
    let is_hidden = dom::attribute(node, "aria-hidden") == "true";
    let says_link = || matches!(&*text.to_ascii_lowercase(), "link" | "anchor" | "permalink");
    is_sign || is_hidden || has_mark() && (says_link() || text.contains("ink to "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> String {
        let text = "Some words that make up a paragraph of the text.";
        let page = format!(
            "<html><head><title>T</title></head><body>{}</body></html>",
            body.replace("TEXT", &format!("<p>{text}</p>"))
        );
        let content = content(&page, &["The title"], &PageOptions::default());
        content.replace(&format!("<p>{text}</p>"), "TEXT").trim().to_owned()
    }

    #[test]
    fn the_parent_of_the_text_without_both_ends() {
        for (body, expected) in [
            ("<main><h1>The title</h1>TEXT</main>", "TEXT"),
            (
                "<div><header><h1>The title</h1></header><div class=x>TEXT<p>b</p></div></div>",
                "TEXT<p>b</p>",
            ),
            (
                "<div><div class=post-meta>By Ann, <time>2024</time></div>TEXT<h2>More</h2>TEXT</div>",
                "TEXT<h2>More</h2>TEXT",
            ),
            (
                "<div>TEXT TEXT<div class=share-links>Share</div><ul class=pager><li>Next</ul></div>",
                "TEXT TEXT",
            ),
            (
                // A few words are more of an article than much code.
                "<section><h1>The title</h1><p>Few</p><section><h2>More</h2><div class=highlight>\
                 <pre>code code code code code</pre></div></section></section>",
                "<p>Few</p><section><h2>More</h2><div class=\"highlight\">\
                 <pre>code code code code code</pre></div></section>",
            ),
            (
                "<div>TEXT<div class='admonition note'>A note</div></div>",
                "TEXT<div class=\"admonition note\">A note</div>",
            ),
            (
                "<nav><ul><li>many<li>many<li>words<li>in<li>a<li>list<li>of<li>links</ul></nav><div>TEXT</div>",
                "TEXT",
            ),
            (
                "<article><section><h2>A</h2>TEXT</section><section><h2>B</h2>TEXT</section></article>",
                "<section><h2>A</h2>TEXT</section><section><h2>B</h2>TEXT</section>",
            ),
            (
                // Some templates give the date no name.
                "<body><h1>The title</h1><p>3 May 2024 - Ann Author</p>TEXT<p>On 4 May 2024 it ended.</p>",
                "TEXT<p>On 4 May 2024 it ended.</p>",
            ),
            (
                "<div><h1>The title</h1><p>It began on 3 May 2024.</p>TEXT</div>",
                "<p>It began on 3 May 2024.</p>TEXT",
            ),
            (
                "<main>TEXT<hr><ul><li>Next: <a href=/b>More of it</a><li>Previous: <a href=/a>A</a></ul></main>",
                "TEXT<hr>",
            ),
            (
                // Lists in a text may begin with these words as well.
                "<main>TEXT<ul><li>Next I <a href=/b>went</a> to the mill and the bakery</ul></main>",
                "TEXT<ul><li>Next I <a href=\"/b\">went</a> to the mill and the bakery</li></ul>",
            ),
            (
                // Some editors make every paragraph a `div`; a related article may be in a box of its own.
                "<main><article><header><h1>The title</h1></header><div class=x><div>We went to the mill in \
                 the rain, and saw it.</div><br><div>Then we went home in the dark, all wet.</div></div>\
                 </article><article><h2>Other</h2><p>It is about bread and water</p></article></main>",
                "<div>We went to the mill in the rain, and saw it.</div><br><div>Then we went home in the \
                 dark, all wet.</div>",
            ),
            (
                // A gallery beside the text belongs to it.
                "<main><header><h1>The title</h1></header><div class=post__content><div>TEXT</div><div class=g>\
                 <figure><img src=a><figcaption>One</figcaption></figure></div></div><p>Not of it</p></main>",
                "<div>TEXT</div><div class=\"g\"><figure><img src=\"a\"><figcaption>One</figcaption></figure>\
                 </div>",
            ),
            (
                // More words than the article has are beside it.
                "<main><article><h1>The title</h1><div class=entry-content><div><figure><img src=a><figcaption>\
                 One</figcaption></figure></div></div></article><aside class=x></aside><div><p>Another article \
                 of the site</p><p>And one more of it</p></div></main>",
                "<div><figure><img src=\"a\"><figcaption>One</figcaption></figure></div>",
            ),
            (
                "<article>TEXT<a href=/tags/tea/ rel=tag>Tea</a>, <a href=/tags/milk/ rel=tag>Milk</a></article>",
                "TEXT,",
            ),
            (
                "<article>TEXT<p>Filed under: <a href=/tags/tea/ rel='tag nofollow'>Tea</a></p></article>",
                "TEXT",
            ),
            (
                "<article>TEXT<p>This is what I know about <a href=/tags/tea/ rel=tag>tea</a></p></article>",
                "TEXT<p>This is what I know about <a href=\"/tags/tea/\" rel=\"tag\">tea</a></p>",
            ),
            ("<div class=e-content><h1>The title</h1>TEXT</div>", "<h1>The title</h1>TEXT"),
            (
                "<div>TEXT<h2>A<a class=anchor href=#a>#</a></h2><script>'<p>'</script><!-- x --></div>",
                "TEXT<h2>A</h2>",
            ),
            (
                "<div>TEXT<section class=footnotes><p>1</p></section></div>",
                "TEXT<section class=\"footnotes\"><p>1</p></section>",
            ),
            ("", ""),
        ] {
            assert_eq!(found(body), expected, "{body}");
        }
    }

    #[test]
    fn hostile_pages_are_refused_or_read_in_time() {
        assert!(parse(&"<div>".repeat(100_000)).is_none());
        assert!(parse(&"<b>".repeat(100_000)).is_none());
        assert!(parse(&"x".repeat(limits::PAGE_BYTES + 1)).is_none());
        let drawings = "<svg><path d=x></svg>".repeat(1_000);
        assert!(parse(&drawings).is_some());
        assert!(parse("<svg><svg><title>x</title>").is_some());
    }
}
