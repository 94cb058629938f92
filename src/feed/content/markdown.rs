//! Markdown as HTML, with what the programs that make sites add to `CommonMark`.
//!
//! The only module that uses `pulldown-cmark`, `linkify` and `emojis`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
    TextMergeWithOffset, html,
};

use super::dollars::{self, Dollars};
use crate::site_generator::Dialect;

type OffsetEvent<'s> = (Event<'s>, Range<usize>);

/// The HTML of a Markdown text, not yet sanitised.
pub(super) fn to_html(source: &str, dialect: Dialect) -> String {
    let source = without_block_attributes(source, dialect);
    let (dollars, options) = dollars_of(&source, dialect);
    let source = dollars.escaped(&source);
    let source = with_plain_colons(with_strong_text(&source, options), options);
    let mut rendered = String::with_capacity(source.len());
    if is_ordinary(&source, dialect) {
        html::push_html(&mut rendered, Parser::new_ext(&source, options));
    } else {
        let events = Reader::new(&source, dialect, options).events(true);
        html::push_html(&mut rendered, events.into_iter());
    }
    without_empty_heads(with_alignment(rendered))
}

/// The bytes of a Markdown text that are code or formulas, in order.
pub(super) fn code(source: &str) -> Vec<Range<usize>> {
    let (dollars, options) = dollars_of(source, Dialect::default());
    let events = Parser::new_ext(&dollars.masked, options).into_offset_iter();
    let is_code = |event: &Event<'_>| {
        matches!(
            event,
            Event::Code(_)
                | Event::Start(Tag::CodeBlock(_))
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
        )
    };
    events.filter(|(event, _)| is_code(event)).map(|(_, range)| range).collect()
}

/// The dollar signs of a Markdown text, and the options by which it is read.
fn dollars_of(source: &str, dialect: Dialect) -> (Dollars<'_>, Options) {
    let mut options = options(dialect);
    let dollars = dollars::look(source, |text| {
        let events = Parser::new_ext(text, options).into_offset_iter();
        let is_formula =
            |event: &Event<'_>| matches!(event, Event::InlineMath(_) | Event::DisplayMath(_));
        events.filter(|(event, _)| is_formula(event)).map(|(_, range)| range).collect()
    });
    options.set(Options::ENABLE_MATH, dollars.has_formulas);
    (dollars, options)
}

fn options(dialect: Dialect) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_DEFINITION_LIST, dialect.definition_lists);
    options
}

/// Whether the events of the parser surely need no change.
fn is_ordinary(source: &str, dialect: Dialect) -> bool {
    let bytes = source.as_bytes();
    let next = |at: usize| bytes.get(at + 1).copied().unwrap_or_default();
    let mut brackets = memchr::memchr_iter(b'[', bytes);
    let has_mark = brackets.any(|at| matches!(next(at), b'^' | b'!' | b' ' | b'x' | b'X'));
    let begins_with_html = source.trim_start().starts_with('<');
    let has_address = !dialect.plain_addresses && has_bare_address(bytes);
    !(begins_with_html
        || has_address
        || memchr::memchr2(b'$', b'{', bytes).is_some()
        || has_mark
        || memchr::memmem::find(bytes, b"<code").is_some()
        || dialect.hard_wraps
        || dialect.definition_lists && has_definition(source)
        || dialect.emoji && memchr::memchr(b':', bytes).is_some())
}

/// Whether a line may define the one before.
fn has_definition(source: &str) -> bool {
    source.contains(": ")
        && source.lines().any(|line| line.trim_start_matches([' ', '>', '\t']).starts_with(": "))
}

/// Whether there may be an address outside of a link of Markdown or HTML.
fn has_bare_address(source: &[u8]) -> bool {
    let before = |at: usize| at.checked_sub(1).and_then(|at| source.get(at));
    let mut schemes = memchr::memmem::find_iter(source, b"://");
    let is_bare = |at: usize| {
        let head = source.get(..at).unwrap_or_default();
        let letters = head.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        match before(at - letters) {
            Some(b'(') => {
                (at - letters).checked_sub(2).and_then(|at| source.get(at)) != Some(&b']')
            }
            other => !matches!(other, Some(b'"' | b'\'' | b'<' | b'=')),
        }
    };
    schemes.any(is_bare)
        || memchr::memmem::find(source, b"www.").is_some()
        || memchr::memchr_iter(b'@', source)
            .any(|at| before(at).is_some_and(u8::is_ascii_alphanumeric))
}

/// Reads the events of a text, and changes those whose HTML would say less than the text.
struct Reader<'s> {
    source: &'s str,
    dialect: Dialect,
    options: Options,
    /// The numbers of notes by their labels, as far as they have been referred to.
    numbers: BTreeMap<String, usize>,
    /// The notes by their labels.
    notes: BTreeMap<String, Vec<Event<'s>>>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s str, dialect: Dialect, options: Options) -> Reader<'s> {
        Reader { source, dialect, options, numbers: BTreeMap::new(), notes: BTreeMap::new() }
    }

    /// The events, and after them the notes.
    fn events(mut self, with_notes: bool) -> Vec<Event<'s>> {
        let parser = Parser::new_ext(self.source, self.options).into_offset_iter();
        let events: Vec<OffsetEvent<'s>> = TextMergeWithOffset::new(parser).collect();
        let is_html = is_html(self.source, &events);
        let mut out = Vec::with_capacity(events.len());
        let mut note: Option<(String, Vec<Event<'s>>)> = None;
        let mut position = 0;
        // No link may be inside of another one.
        let mut is_in_anchor = false;
        let mut behind_heading = None;
        let mut is_in_term = false;
        while let Some((event, range)) = events.get(position) {
            let rest = events.get(position..).unwrap_or_default();
            position += 1;
            let target = note.as_mut().map_or(&mut out, |(_, events)| events);
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    note = Some((label.to_string(), Vec::new()));
                }
                Event::End(TagEnd::FootnoteDefinition) => {
                    self.notes.extend(note.take());
                }
                Event::FootnoteReference(label) => {
                    let next = self.numbers.len() + 1;
                    let number = *self.numbers.entry(label.to_string()).or_insert(next);
                    target.push(Event::InlineHtml(format!("<sup>{number}</sup>").into()));
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))
                    if is_html.of(self.text_of_block(rest)) =>
                {
                    target.push(Event::Html(self.dedented(rest).into()));
                    position += length_of_block(rest) - 1;
                }
                Event::Start(Tag::CodeBlock(_)) => {
                    let length = length_of_block(rest);
                    let block = rest.get(..length).unwrap_or_default();
                    target.extend(block.iter().map(|(event, _)| event.clone()));
                    position += length - 1;
                }
                Event::Start(Tag::Link { .. })
                    if note_of_link(self.source, range, &events).is_some() =>
                {
                    let label = note_of_link(self.source, range, &events).unwrap_or_default();
                    let next = self.numbers.len() + 1;
                    let number = *self.numbers.entry(label.to_owned()).or_insert(next);
                    target.push(Event::InlineHtml(format!("<sup>{number}</sup>").into()));
                    let behind = range.start + label.len() + 3..range.end;
                    let behind = self.source.get(behind).unwrap_or_default();
                    target.push(Event::Text(behind.into()));
                    position += length_of_link(rest) - 1;
                }
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                    position += self.push_link(rest, target) - 1;
                }
                Event::Start(Tag::DefinitionListTitle)
                | Event::End(TagEnd::DefinitionListTitle) => {
                    is_in_term = matches!(event, Event::Start(_));
                    target.push(event.clone());
                }
                // Each line is a term of its own.
                Event::SoftBreak if is_in_term => {
                    target.push(Event::End(TagEnd::DefinitionListTitle));
                    target.push(Event::Start(Tag::DefinitionListTitle));
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    behind_heading = self.behind_heading(rest);
                    target.push(Event::Start(Tag::Heading {
                        level: *level,
                        id: None,
                        classes: Vec::new(),
                        attrs: Vec::new(),
                    }));
                }
                Event::End(TagEnd::Heading(_)) => {
                    target.extend(behind_heading.take().map(|text| Event::Text(text.into())));
                    target.push(event.clone());
                }
                Event::InlineHtml(tag) if tag.starts_with("<code") => {
                    match self.code_element(rest) {
                        Some((code, length)) => {
                            target.push(Event::InlineHtml(code.into()));
                            position += length - 1;
                        }
                        None => target.push(event.clone()),
                    }
                }
                Event::InlineHtml(tag) if is_anchor(tag) => {
                    is_in_anchor = !tag.starts_with("</");
                    target.push(event.clone());
                }
                Event::Text(text) if is_in_anchor => target.push(Event::Text(self.named(text))),
                event => self.push_inline(event, target),
            }
        }
        if with_notes {
            self.push_notes(&mut out);
        }
        out
    }

    /// Pushes a link or an image, in which no address becomes a link. Returns the number of its events.
    fn push_link(&self, rest: &[OffsetEvent<'s>], out: &mut Vec<Event<'s>>) -> usize {
        let length = length_of_link(rest);
        for (event, _) in rest.get(..length).unwrap_or_default() {
            match event {
                Event::Text(text) => out.push(Event::Text(self.named(text))),
                // The number of a note would be a link as well.
                Event::FootnoteReference(_) => {}
                event => self.push_simple(event, out),
            }
        }
        length
    }

    /// What the parser took for attributes of a heading, without a name or a value: `{x}`. That is text
    /// everywhere but in Zola.
    fn behind_heading(&self, rest: &[OffsetEvent<'s>]) -> Option<String> {
        let Some((Event::Start(Tag::Heading { id, classes, attrs, .. }), range)) = rest.first()
        else {
            return None;
        };
        let is_named =
            id.is_some() || !classes.is_empty() || attrs.iter().any(|(_, value)| value.is_some());
        let line = self.source.get(range.start..)?.lines().next()?.trim_end();
        if is_named || self.dialect.bare_attributes || !line.ends_with('}') {
            return None;
        }
        let text = line.get(line.rfind('{')?..)?;
        let end =
            rest.iter().position(|(event, _)| matches!(event, Event::End(TagEnd::Heading(_))))?;
        let (_, last) = rest.get(end.checked_sub(1)?)?;
        let is_shown = end > 1 && last.end > range.start + line.len() - text.len();
        (!is_shown).then(|| format!(" {text}"))
    }

    /// Pushes an event that may be text, in which addresses become links.
    fn push_inline(&self, event: &Event<'s>, out: &mut Vec<Event<'s>>) {
        match event {
            Event::Text(text) if !self.dialect.plain_addresses => {
                self.push_linked(text, out);
            }
            Event::Text(text) => out.push(Event::Text(self.named(text))),
            event => self.push_simple(event, out),
        }
    }

    /// Pushes a text in which bare addresses are links.
    fn push_linked(&self, text: &CowStr<'s>, out: &mut Vec<Event<'s>>) {
        if !text.contains("://") && !text.contains("www.") && !text.contains('@') {
            out.push(Event::Text(self.named(text)));
            return;
        }
        let mut finder = LinkFinder::new();
        finder.url_must_have_scheme(false).url_can_be_iri(false);
        let mut position = 0;
        for link in finder.links(text) {
            let written = link.as_str();
            let is_web = written.starts_with("http://") || written.starts_with("https://");
            let address = match link.kind() {
                LinkKind::Email => format!("mailto:{written}"),
                _ if is_web => written.to_owned(),
                _ if written.starts_with("www.") => format!("https://{written}"),
                _ => continue,
            };
            let before = text.get(position..link.start()).unwrap_or_default();
            if !before.is_empty() {
                out.push(Event::Text(self.named(&before.to_owned().into())));
            }
            out.push(Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url: address.into(),
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            }));
            out.push(Event::Text(written.to_owned().into()));
            out.push(Event::End(TagEnd::Link));
            position = link.end();
        }
        let rest = text.get(position..).unwrap_or_default();
        if !rest.is_empty() {
            out.push(Event::Text(self.named(&rest.to_owned().into())));
        }
    }

    /// Pushes an event that is no text.
    fn push_simple(&self, event: &Event<'s>, out: &mut Vec<Event<'s>>) {
        match event {
            // As written: only a script of the page would draw it.
            Event::InlineMath(formula) => out.push(Event::Text(format!("${formula}$").into())),
            Event::DisplayMath(formula) => out.push(Event::Text(format!("$${formula}$$").into())),
            Event::SoftBreak if self.dialect.hard_wraps => out.push(Event::HardBreak),
            Event::TaskListMarker(is_done) => {
                out.push(Event::Text(if *is_done { "☑ " } else { "☐ " }.into()));
            }
            Event::Start(Tag::BlockQuote(Some(kind))) => {
                out.push(Event::Start(Tag::BlockQuote(None)));
                out.push(Event::Start(Tag::Paragraph));
                out.push(Event::Start(Tag::Strong));
                out.push(Event::Text(name(*kind).into()));
                out.push(Event::End(TagEnd::Strong));
                out.push(Event::End(TagEnd::Paragraph));
            }
            Event::End(TagEnd::BlockQuote(_)) => out.push(Event::End(TagEnd::BlockQuote(None))),
            event => out.push(event.clone()),
        }
    }

    /// A text with signs for the names of emoji, if the site shows them.
    fn named(&self, text: &CowStr<'s>) -> CowStr<'s> {
        if !self.dialect.emoji || !text.contains(':') {
            return text.clone();
        }
        let mut named = String::with_capacity(text.len());
        let mut pieces = text.split(':');
        named.push_str(pieces.next().unwrap_or_default());
        let mut is_open = true;
        for piece in pieces {
            match emojis::get_by_shortcode(piece).filter(|_| is_open) {
                Some(emoji) => {
                    // The colon before the name has not been written yet.
                    named.push_str(emoji.as_str());
                    is_open = false;
                }
                None if is_open => named.extend([":", piece]),
                None => {
                    named.push_str(piece);
                    is_open = true;
                }
            }
        }
        named.into()
    }

    /// The notes that the text refers to, as a list at the end.
    fn push_notes(mut self, out: &mut Vec<Event<'s>>) {
        if self.numbers.is_empty() {
            return;
        }
        out.push(Event::Html("<hr>\n<ol>\n".into()));
        let mut shown = 0;
        while let Some(label) = self.numbers.iter().find(|(_, number)| **number == shown + 1) {
            let events = self.notes.get(label.0).cloned().unwrap_or_default();
            out.push(Event::Html("<li>".into()));
            out.extend(events);
            out.push(Event::Html("</li>\n".into()));
            shown += 1;
        }
        out.push(Event::Html("</ol>\n".into()));
        self.notes.clear();
    }

    /// The source of an inline `code` element on one line: nothing in it is Markdown, but for the sign that
    /// keeps a bar from ending the cell of a table.
    fn code_element(&self, rest: &[OffsetEvent<'s>]) -> Option<(Cow<'s, str>, usize)> {
        let (_, start) = rest.first()?;
        let end = rest.iter().position(|(event, _)| {
            matches!(event, Event::End(_) if !is_span_end(event))
                || matches!(event, Event::InlineHtml(tag) if tag.starts_with("</code"))
        })?;
        let (Event::InlineHtml(_), range) = rest.get(end)? else { return None };
        let inside = rest.get(..end)?;
        if inside.iter().any(|(event, _)| matches!(event, Event::Code(_))) {
            return None;
        }
        let code = self.source.get(start.start..range.end)?;
        let is_in_cell = || {
            let mut ends = rest.iter().filter_map(|(event, _)| match event {
                Event::End(tag) if !is_span_end(event) => Some(*tag),
                _ => None,
            });
            ends.next() == Some(TagEnd::TableCell)
        };
        let code = if code.contains("\\|") && is_in_cell() {
            Cow::Owned(code.replace("\\|", "|"))
        } else {
            Cow::Borrowed(code)
        };
        (!code.contains('\n')).then_some((code, end + 1))
    }

    fn text_of_block(&self, rest: &[OffsetEvent<'s>]) -> &'s str {
        let range = rest.first().map(|(_, range)| range.clone()).unwrap_or_default();
        self.source.get(range).unwrap_or_default().trim_start()
    }

    /// The lines of an indented block as if they were not indented.
    fn dedented(&self, rest: &[OffsetEvent<'s>]) -> String {
        let lines = self.text_of_block(rest).lines().map(str::trim_start);
        let text = lines.collect::<Vec<_>>().join("\n");
        let events = Reader::new(&text, self.dialect, self.options).events(false);
        let mut html = String::new();
        html::push_html(&mut html, events.into_iter());
        html
    }
}

/// Whether the indented lines of a text are HTML or code.
struct Indented {
    begins_with_html: bool,
    /// Whether there is text outside of elements.
    has_prose: bool,
    /// Whether there is anything of Markdown but paragraphs and emphasis.
    has_markdown: bool,
}

/// Editors that write HTML indent it. Where a text begins with HTML and nothing is Markdown, an indented
/// line is no code; beside prose only if it begins with a block.
fn is_html(source: &str, events: &[OffsetEvent<'_>]) -> Indented {
    // A picture, a link or a comment may begin a text of Markdown as well.
    let first = source.trim_start();
    let is_neutral = first.starts_with("<!")
        || NEUTRAL.iter().any(|name| first.get(1..).is_some_and(|tag| tag.starts_with(name)));
    let begins_with_html = first.starts_with('<')
        && !is_neutral
        && matches!(events.first(), Some((Event::Start(Tag::HtmlBlock | Tag::Paragraph), _)));
    if !begins_with_html {
        return Indented { begins_with_html, has_prose: false, has_markdown: false };
    }
    let is_markdown = |event: &Event<'_>| match event {
        Event::Start(tag) => !matches!(
            tag,
            Tag::HtmlBlock
                | Tag::Paragraph
                | Tag::Emphasis
                | Tag::Strong
                | Tag::CodeBlock(CodeBlockKind::Indented)
        ),
        Event::Code(_) | Event::FootnoteReference(_) => true,
        _ => false,
    };
    let is_prose = |pair: &[OffsetEvent<'_>]| {
        matches!(pair, [(Event::Start(Tag::Paragraph), _), (event, _)]
            if !matches!(event, Event::InlineHtml(_)))
    };
    Indented {
        begins_with_html,
        has_prose: events.windows(2).any(is_prose),
        has_markdown: events.iter().any(|(event, _)| is_markdown(event)),
    }
}

impl Indented {
    fn of(&self, block: &str) -> bool {
        let is_block = || {
            let name = block.strip_prefix('<').unwrap_or_default().trim_start_matches('/');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            let name = name.get(..end).unwrap_or_default();
            BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name))
        };
        self.begins_with_html && !self.has_markdown && (!self.has_prose || is_block())
    }
}

/// Beginnings of tags of pictures, players, links and styles.
const NEUTRAL: [&str; 11] =
    ["a ", "a>", "audio", "figure", "iframe", "img", "link", "picture", "script", "style", "video"];

/// Elements that an editor indents.
const BLOCKS: [&str; 14] = [
    "article",
    "aside",
    "blockquote",
    "div",
    "figure",
    "footer",
    "form",
    "header",
    "nav",
    "ol",
    "p",
    "section",
    "table",
    "ul",
];

/// The number of events of the block that begins with the first.
fn length_of_block(rest: &[OffsetEvent<'_>]) -> usize {
    let end = rest.iter().position(|(event, _)| matches!(event, Event::End(TagEnd::CodeBlock)));
    end.map_or(rest.len(), |end| end + 1)
}

/// The number of events of the link or the image that begins with the first.
fn length_of_link(rest: &[OffsetEvent<'_>]) -> usize {
    let end = rest.first().map_or(0, |(_, range)| range.end);
    let last = rest.iter().position(|(event, range)| {
        matches!(event, Event::End(TagEnd::Link | TagEnd::Image)) && range.end >= end
    });
    last.map_or(1, |last| last + 1)
}

/// The label of a note that a link refers to: `[^1](see there)` is no link where there is a note.
fn note_of_link<'s>(
    source: &'s str,
    link: &Range<usize>,
    events: &[OffsetEvent<'_>],
) -> Option<&'s str> {
    let (label, _) = source.get(link.clone())?.strip_prefix("[^")?.split_once("](")?;
    let is_note = |event: &Event<'_>| matches!(event, Event::Start(Tag::FootnoteDefinition(other)) if **other == *label);
    events.iter().any(|(event, _)| is_note(event)).then_some(label)
}

/// Whether a tag begins or ends a link.
fn is_anchor(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    name.starts_with(['a', 'A'])
        && name.get(1..).is_some_and(|rest| rest.starts_with([' ', '>', '\n']))
}

fn is_span_end(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
    )
}

fn name(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}

/// A text without the lines that are attributes of the block before: `{.word}`.
fn without_block_attributes(source: &str, dialect: Dialect) -> Cow<'_, str> {
    if !dialect.block_attributes || memchr::memchr(b'{', source.as_bytes()).is_none() {
        return Cow::Borrowed(source);
    }
    let code = code(source);
    let mut kept = String::with_capacity(source.len());
    let mut is_behind_block = false;
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let written = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let is_code = code.iter().any(|range| range.contains(&(start + line.len() - 1)));
        start += line.len();
        if is_behind_block && !is_code && is_attributes(written) {
            continue;
        }
        is_behind_block = !written.is_empty();
        kept.push_str(line);
    }
    Cow::Owned(kept)
}

fn is_attributes(line: &str) -> bool {
    let inside = line.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let mut words = inside.unwrap_or_default().split_whitespace().peekable();
    words.peek().is_some_and(|word| word.starts_with(['.', '#']) || word.contains('='))
        && inside.is_some_and(|inside| !inside.contains(['{', '}']))
}

/// A text in which a line that begins with a colon and no space defines nothing.
fn with_plain_colons(source: Cow<'_, str>, options: Options) -> Cow<'_, str> {
    let is_plain = |at: usize| {
        let rest = source.get(at..).unwrap_or_default();
        rest.strip_prefix(':').is_some_and(|rest| !rest.starts_with(char::is_whitespace))
    };
    let mut lines = memchr::memchr_iter(b'\n', source.as_bytes());
    let is_line = |end: usize| {
        let line = source.get(end + 1..).unwrap_or_default();
        is_plain(source.len() - line.trim_start_matches([' ', '>']).len())
    };
    if !options.contains(Options::ENABLE_DEFINITION_LIST) || !lines.any(is_line) {
        return source;
    }
    let parser = Parser::new_ext(&source, options).into_offset_iter();
    let definitions = parser.filter_map(|(event, range)| {
        matches!(event, Event::Start(Tag::DefinitionListDefinition)).then_some(range.start)
    });
    let places: Vec<usize> = definitions.filter(|at| is_plain(*at)).collect();
    let mut plain = String::with_capacity(source.len() + places.len());
    let mut position = 0;
    for place in places {
        plain.extend([source.get(position..place).unwrap_or_default(), "\\"]);
        position = place;
    }
    plain.push_str(source.get(position..).unwrap_or_default());
    Cow::Owned(plain)
}

/// A text in which strong text may end with a sign before a letter, as Chinese and Japanese need it:
/// `CommonMark` sees no end there. A comment in between makes it one.
fn with_strong_text(source: &str, options: Options) -> Cow<'_, str> {
    if source.is_ascii() || unseen_marks(source).next().is_none() {
        return Cow::Borrowed(source);
    }
    let parser = Parser::new_ext(source, options).into_offset_iter();
    let mut places = Vec::new();
    let mut is_code = false;
    for (event, range) in TextMergeWithOffset::new(parser) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(_) if !is_code => {
                let text = source.get(range.clone()).unwrap_or_default();
                places.extend(unseen_marks(text).map(|place| range.start + place));
            }
            _ => {}
        }
    }
    if places.is_empty() {
        return Cow::Borrowed(source);
    }
    places.dedup();
    let mut marked = String::with_capacity(source.len() + places.len() * 7);
    let mut position = 0;
    for place in places {
        marked.push_str(source.get(position..place).unwrap_or_default());
        marked.push_str("<!---->");
        position = place;
    }
    Cow::Owned(marked + source.get(position..).unwrap_or_default())
}

/// The places beside `**` between a sign and a letter, one of them wide.
fn unseen_marks(text: &str) -> impl Iterator<Item = usize> {
    let is_wide = |c: char| u32::from(c) >= 0x2018;
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    text.match_indices("**").filter_map(move |(at, _)| {
        let (before, after) = text.split_at_checked(at)?;
        let before = before.trim_end_matches('*');
        let after = after.trim_start_matches('*');
        let left = before.chars().next_back()?;
        let right = after.chars().next()?;
        if !is_wide(left) && !is_wide(right) {
            None
        } else if is_sign(left) && left != '\\' && right.is_alphanumeric() {
            Some(text.len() - after.len())
        } else if left.is_alphanumeric() && is_sign(right) {
            Some(before.len())
        } else {
            None
        }
    })
}

/// Cells with the attribute that says how they are aligned: the parser writes it as style.
fn with_alignment(html: String) -> String {
    if !html.contains("style=\"text-align: ") {
        return html;
    }
    ["left", "right", "center"].iter().fold(html, |html, side| {
        html.replace(&format!(" style=\"text-align: {side}\""), &format!(" align=\"{side}\""))
    })
}

/// Tables without heads that show nothing: a head is only there for the parser.
fn without_empty_heads(html: String) -> String {
    const HEAD: &str = "<thead><tr><th></th>";
    if memchr::memmem::find(html.as_bytes(), HEAD.as_bytes()).is_none() {
        return html;
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some((before, after)) = rest.split_once(HEAD) {
        kept.push_str(before);
        let cells = after.trim_start_matches("<th></th>");
        if let Some(after) = cells.strip_prefix("</tr></thead>") {
            rest = after;
        } else {
            kept.push_str(HEAD);
            rest = after;
        }
    }
    kept + rest
}
