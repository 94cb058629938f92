//! Looks over the tags of HTML before a parser does: what it may cost, and what asks for rewriting.

use std::collections::HashMap;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::types::limits;

/// What the tags of HTML say.
pub(crate) struct Survey {
    /// Whether HTML may cost a parser far more than its size suggests: at each tag a parser searches
    /// the open elements, and in each block it opens all open formatting elements again.
    pub(crate) is_costly: bool,
    /// Whether there is an element of which a sanitiser would lose the meaning.
    pub(crate) has_lossy: bool,
}

/// What matters about an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Formatting elements (HTML, section 13.2.4.2).
    Formatting,
    /// Elements of which a sanitiser would lose the meaning.
    Lossy,
    /// Elements with an optional end tag (HTML, section 13.1.2.4).
    OptionalEnd,
    /// Elements without an end tag.
    Void,
    Other,
}

/// Looks over the tags.
pub(crate) fn survey(html: &str) -> Survey {
    let mut open: HashMap<&str, usize> = HashMap::new();
    let (mut tags, mut depth, mut formatting) = (0_usize, 0_usize, 0_usize);
    let (mut max_depth, mut max_formatting) = (0, 0);
    let mut has_lossy = false;
    for tag in html.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        let kind = Kind::of(name);
        has_lossy |= kind == Kind::Lossy
            || kind == Kind::Void && name.eq_ignore_ascii_case("embed")
            || is_custom(name, tag)
            || has_lossy_attribute(tag.get(end..).unwrap_or_default());
        if name.is_empty() || kind == Kind::Void {
            continue;
        }
        tags += 1;
        let open = open.entry(name).or_default();
        // An optional end tag says nothing about nesting.
        let nesting = usize::from(kind != Kind::OptionalEnd);
        let is_formatting = usize::from(kind == Kind::Formatting);
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
    let is_costly = max_depth > limits::HTML_DEPTH
        || tags.saturating_mul(max_formatting) > limits::HTML_FORMATTING_COST;
    Survey { is_costly, has_lossy }
}

/// Whether a tag is that of a picture or a player of a script: `amp-img`, `lite-youtube`.
fn is_custom(name: &str, tag: &str) -> bool {
    matches!(name, "amp" | "lite") && tag.as_bytes().get(name.len()) == Some(&b'-')
}

/// Whether the rest of a tag has an attribute that asks for rewriting, behind the first space.
fn has_lossy_attribute(rest: &str) -> bool {
    if !rest.starts_with([' ', '\n', '\t', '/']) {
        return false;
    }
    let end = memchr::memchr(b'>', rest.as_bytes()).unwrap_or(rest.len());
    let attributes = rest.as_bytes().get(..end).unwrap_or_default();
    let has = |words: &[Finder<'_>]| words.iter().any(|word| word.find(attributes).is_some());
    has(&*ATTRIBUTES) || (has(&*STYLING) && has(&*STYLES))
}

/// Attributes, and the beginnings of addresses, that ask for rewriting.
static ATTRIBUTES: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["hidden", "data", "srcset"].map(Finder::new));

/// Attributes that may.
static STYLING: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| ["class", "style"].map(Finder::new));

/// Words in them that do.
static STYLES: LazyLock<[Finder<'static>; 14]> = LazyLock::new(|| {
    [
        "MathJax",
        "align",
        "blob-num",
        "clipboard",
        "copy",
        "display",
        "gutter",
        "headerlink",
        "katex",
        "line",
        "lnt",
        "screen-reader",
        "sr-only",
        "visib",
    ]
    .map(Finder::new)
});

impl Kind {
    fn of(name: &str) -> Kind {
        let mut buffer = [0; 10];
        let Some(lower) = buffer.get_mut(..name.len()) else { return Kind::Other };
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        match &*lower {
            b"a" | b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"nobr" | b"s" | b"small"
            | b"strike" | b"strong" | b"tt" | b"u" => Kind::Formatting,
            b"audio" | b"button" | b"dialog" | b"iframe" | b"math" | b"noscript" | b"object"
            | b"picture" | b"script" | b"svg" | b"video" => Kind::Lossy,
            b"body" | b"colgroup" | b"dd" | b"dt" | b"head" | b"html" | b"li" | b"optgroup"
            | b"option" | b"p" | b"rp" | b"rt" | b"tbody" | b"td" | b"tfoot" | b"th" | b"tr" => {
                Kind::OptionalEnd
            }
            b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"link"
            | b"meta" | b"param" | b"source" | b"track" | b"wbr" => Kind::Void,
            _ => Kind::Other,
        }
    }
}
