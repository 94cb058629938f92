//! Templates: marks in a body that the program of the site would have replaced.
//!
//! What is known is put there as the program would. What is not known leaves a
//! [`HOLE`](crate::types::text::HOLE), and its place is remembered. Code stays as it is: only the marks
//! by which an author shows template code are taken out of it, as the program takes them out.

mod arguments;
pub(super) mod blocks;
mod code;
mod embeds;
mod file_links;
mod filters;
pub(super) mod liquid;
pub(super) mod snippets;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub(super) use self::arguments::Arguments;
use self::code::dedented_fence;
pub(super) use self::code::{RawBlock, ranges as code_ranges};
pub(super) use self::embeds::{embed, picture};
pub(crate) use self::file_links::{has_file_links, with_file_links};
use self::snippets::{Language, Snippet};
use super::html_blocks::is_item_mark;
use super::{Permalinks, ReadOptions, Rules};
use crate::front_matter::Value;
use crate::types::text::{self, HOLE, MARKDOWN};
use crate::types::{Timestamp, WebUrl};

/// What a template begins and ends with.
pub(super) type Marks = (&'static str, &'static str);

/// Finds the bytes of a Markdown text that are code, in order.
pub(crate) type FindCode = fn(&str) -> Vec<Range<usize>>;

/// The page that a body belongs to.
pub(crate) struct Page<'p> {
    pub(crate) path: &'p Path,
    pub(crate) link: &'p WebUrl,
    pub(crate) published: Timestamp,
    pub(crate) title: &'p str,
    pub(crate) keys: &'p Value<'p>,
    /// Finds code in Markdown; `None` for HTML.
    pub(crate) find_code: Option<FindCode>,
    pub(crate) files: &'p dyn Files,
}

/// The other files of the site.
pub(crate) trait Files {
    /// The address of the page in a file; `None` if there is none that anybody may know of.
    fn address(&self, path: &Path) -> Option<WebUrl>;
    /// The first file that is wanted.
    fn find(&self, is_wanted: &dyn Fn(&Path) -> bool) -> Option<PathBuf>;
    /// The text of a file.
    fn text(&self, path: &Path) -> Option<String>;
}

/// A body without templates.
pub(crate) struct Expanded {
    pub(crate) text: String,
    /// The bytes of the body at which something is left out.
    pub(crate) gaps: Vec<usize>,
}

/// Fills in the templates of a body; `None` if it has none.
pub(crate) fn expand(body: &str, page: &Page<'_>, options: &ReadOptions) -> Option<Expanded> {
    let rules = options.generator?.rules();
    let is_marked = rules.marks.iter().any(|(opening, _)| body.contains(opening));
    if !is_marked && !(rules.has_dialect)(body) {
        return None;
    }
    let source = text::remove_forbidden(body);
    let mut gaps = Vec::new();
    let mut expanded = source.clone();
    if is_marked {
        let code = code::ranges(&source, page.find_code, rules.raw_blocks);
        let mut body = Body::new(&source, code, page, options, rules);
        body.fill_in(rules);
        gaps = body.gaps;
        expanded = Cow::Owned(body.text);
    }
    if let Some(find_code) = page.find_code
        && (rules.has_dialect)(&expanded)
    {
        expanded = Cow::Owned((rules.to_common_markdown)(&expanded, find_code));
    }
    // Positions in a cleaned text are those of the body, but for characters that it must not have.
    Some(Expanded { text: expanded.into_owned(), gaps })
}

/// A body whose templates are being filled in.
pub(crate) struct Body<'b> {
    /// The text so far.
    pub(super) text: String,
    pub(super) page: &'b Page<'b>,
    pub(super) options: &'b ReadOptions,
    pub(super) permalinks: Option<&'b Permalinks>,
    /// What the body has given names to.
    pub(super) assigned: liquid::Assigned,
    source: &'b str,
    /// The byte behind the last template.
    position: usize,
    code: Vec<Range<usize>>,
    /// Where templates may begin, in order.
    openings: Vec<(usize, Marks)>,
    /// Where blocks with these names end, as far as it has been looked for.
    ends: BTreeMap<String, Option<usize>>,
    /// Code without the marks by which an author shows template code.
    shown: fn(&str) -> Cow<'_, str>,
    /// The bytes of the text that are the address of the site, if they are the last.
    site_address: Option<Range<usize>>,
    /// The names of the site's own shortcodes that have begun, and what stands behind the text inside.
    open: Vec<(String, String)>,
    /// The blocks of Liquid that have begun.
    blocks: Vec<blocks::Block>,
    /// The rounds of its loops so far.
    rounds: usize,
    /// How many files include the text.
    depth: usize,
    /// Bytes of all values so far.
    value_bytes: Cell<usize>,
    gaps: Vec<usize>,
}

/// Where templates may begin, in order; marks behind the last of their ends are left out.
fn openings(source: &str, marks: &[Marks]) -> Vec<(usize, Marks)> {
    let mut openings = Vec::new();
    for &marks in marks {
        let last = source.rfind(marks.1).unwrap_or_default();
        let starts = source.match_indices(marks.0).map(|(start, _)| start);
        openings.extend(starts.take_while(|start| *start < last).map(|start| (start, marks)));
    }
    // Of two marks at the same place the longer one counts.
    openings.sort_by_key(|(start, marks)| (*start, std::cmp::Reverse(marks.0.len())));
    openings
}

/// A template in a body.
#[derive(Clone, Debug)]
pub(crate) struct Template<'b> {
    pub(super) marks: Marks,
    pub(super) inside: &'b str,
    /// The bytes with its marks.
    span: Range<usize>,
}

impl Template<'_> {
    /// What is inside, without the signs that take white space away around it.
    fn trimmed(&self) -> &str {
        self.inside.trim().trim_start_matches('-').trim_end_matches('-').trim()
    }

    /// The first word inside.
    pub(super) fn word(&self) -> &str {
        let is_end = |c: char| c.is_whitespace() || c == '(';
        self.trimmed().split(is_end).next().unwrap_or_default()
    }

    /// What follows the first word.
    pub(super) fn rest(&self) -> &str {
        self.trimmed().strip_prefix(self.word()).unwrap_or_default().trim()
    }
}

/// Names of templates in one body.
const MAX_NAMES: usize = 100;

/// Files that include each other.
const MAX_DEPTH: usize = 4;

impl<'b> Body<'b> {
    fn new(
        source: &'b str,
        code: Vec<Range<usize>>,
        page: &'b Page<'b>,
        options: &'b ReadOptions,
        rules: &Rules,
    ) -> Body<'b> {
        Body {
            text: String::with_capacity(source.len()),
            source,
            position: 0,
            code,
            shown: rules.shown,
            page,
            options,
            permalinks: options.permalinks.as_ref(),
            openings: openings(source, rules.marks),
            ends: BTreeMap::new(),
            assigned: liquid::Assigned::new(),
            site_address: None,
            open: Vec::new(),
            blocks: Vec::new(),
            rounds: 0,
            depth: 0,
            value_bytes: Cell::new(0),
            gaps: Vec::new(),
        }
    }

    /// Fills in all templates.
    fn fill_in(&mut self, rules: &Rules) {
        while let Some(template) = self.next() {
            (rules.expand)(&template, self);
        }
        self.push_source(self.position..self.source.len());
    }

    /// What a file with Liquid shows that is included with arguments; `None` if a block of it is not
    /// known. The flag says whether a value is missing.
    pub(super) fn included(
        &mut self,
        text: &str,
        arguments: Value<'static>,
        rules: &Rules,
    ) -> Option<(String, bool)> {
        self.rounds += 1;
        if self.depth >= MAX_DEPTH || self.rounds > blocks::MAX_ALL_ROUNDS {
            return None;
        }
        let mut inner = Body::new(text, Vec::new(), self.page, self.options, rules);
        inner.depth = self.depth + 1;
        inner.rounds = self.rounds;
        inner.value_bytes = self.value_bytes.clone();
        inner.assigned = std::mem::take(&mut self.assigned);
        let outer = inner.assigned.insert("include".to_owned(), arguments);
        inner.fill_in(rules);
        let Body { text, gaps, rounds, value_bytes, mut assigned, .. } = inner;
        match outer {
            Some(outer) => assigned.insert("include".to_owned(), outer),
            None => assigned.remove("include"),
        };
        self.assigned = assigned;
        (self.rounds, self.value_bytes) = (rounds, value_bytes);
        let holes = text.matches(HOLE).count();
        (gaps.len() <= holes).then_some((text, holes > 0))
    }

    /// Goes behind the next template, and writes the text before it.
    fn next(&mut self) -> Option<Template<'b>> {
        let template = self.find(self.position)?;
        self.push_source(self.position..template.span.start);
        self.position = template.span.end;
        if matches!(template.marks.0, "{{" | "{%") {
            self.take_space(template.inside);
        }
        Some(template)
    }

    /// Takes away the white space before `{{-` and behind `-}}`.
    fn take_space(&mut self, inside: &str) {
        if inside.starts_with('-') {
            self.text.truncate(self.text.trim_end().len());
        }
        if inside.ends_with('-') {
            let rest = self.source.get(self.position..).unwrap_or_default();
            self.position += rest.len() - rest.trim_start().len();
        }
    }

    /// The first template at or behind a byte that is not in code. Marks without an end are text.
    fn find(&self, mut from: usize) -> Option<Template<'b>> {
        loop {
            let first = self.openings.partition_point(|(start, _)| *start < from);
            let &(start, marks) = self.openings.get(first)?;
            let next = self.code.partition_point(|range| range.end <= start);
            if let Some(code) = self.code.get(next).filter(|code| code.start <= start) {
                from = code.end;
                continue;
            }
            let after = self.source.get(start + marks.0.len()..)?;
            let Some(length) = after.find(marks.1) else {
                from = start + marks.0.len();
                continue;
            };
            let inside = after.get(..length)?;
            let end = start + marks.0.len() + length + marks.1.len();
            return Some(Template { marks, inside, span: start..end });
        }
    }

    /// Writes a part of the body. In code, what the author only shows loses its marks.
    fn push_source(&mut self, part: Range<usize>) {
        let mut position = part.start;
        let first = self.code.partition_point(|range| range.end <= part.start);
        let ranges = self.code.get(first..).unwrap_or_default();
        for code in ranges.iter().take_while(|code| code.start < part.end) {
            let [start, end] = [code.start.max(position), code.end.min(part.end)];
            let [before, inside] = [position..start, start..end].map(|part| self.source.get(part));
            self.text.push_str(before.unwrap_or_default());
            self.text.push_str(&(self.shown)(inside.unwrap_or_default()));
            position = end;
        }
        self.text.push_str(self.source.get(position..part.end).unwrap_or_default());
    }

    /// Writes the template itself: it is none.
    pub(super) fn keep(&mut self, template: &Template<'_>) {
        // Marks inside of it may be templates.
        self.position = template.span.start + template.marks.0.len();
        self.text.push_str(template.marks.0);
    }

    /// Writes a hole.
    pub(super) fn leave_out(&mut self, template: &Template<'_>) {
        self.text.push(HOLE);
        self.forget(template);
    }

    /// Remembers that something is left out where it leaves no hole.
    pub(super) fn forget(&mut self, template: &Template<'_>) {
        self.gaps.push(template.span.start);
    }

    /// Writes what a template stands for, if it is known.
    pub(super) fn fill(&mut self, template: &Template<'_>, value: Option<String>) {
        match value {
            Some(value) => self.text.push_str(&value),
            None => self.leave_out(template),
        }
    }

    /// Writes the address of the site, which an absolute address may follow.
    pub(super) fn push_site_address(&mut self, address: &str) {
        let start = match &self.site_address {
            Some(before) if before.end == self.text.len() => before.start,
            _ => self.text.len(),
        };
        self.text.push_str(address);
        self.site_address = Some(start..self.text.len());
    }

    /// Writes an absolute address. Where old templates put the address of the site before it, it
    /// replaces that.
    pub(super) fn push_address(&mut self, template: &Template<'_>, address: Option<WebUrl>) {
        if let Some(before) = self.site_address.take().filter(|it| it.end == self.text.len()) {
            self.text.truncate(before.start);
        }
        self.fill(template, address.map(|address| address.to_string()));
    }

    /// Whether a later template ends the block with this name that has begun.
    pub(super) fn has_end(&mut self, name: &str, is_end: impl Fn(&Template<'_>) -> bool) -> bool {
        match self.ends.get(name) {
            Some(None) => return false,
            Some(Some(end)) if *end >= self.position => return true,
            // A body with so many names is not meant.
            None if self.ends.len() > MAX_NAMES => return true,
            _ => {}
        }
        let mut from = self.position;
        let mut end = None;
        while let Some(template) = self.find(from) {
            if is_end(&template) {
                end = Some(template.span.start);
                break;
            }
            from = template.span.end;
        }
        self.ends.insert(name.to_owned(), end);
        end.is_some()
    }

    /// Goes behind the first occurrence of an end, and returns the text before it, as written. Without
    /// an end that is the whole rest.
    pub(super) fn skip_raw(&mut self, opening: &str, word: &str, closing: &str) -> &'b str {
        let rest = self.source.get(self.position..).unwrap_or_default();
        let end = code::end_of_block(rest, opening, word, closing);
        let (inside, length) = end.unwrap_or((rest.len(), rest.len()));
        self.position += length;
        rest.get(..inside).unwrap_or_default()
    }

    /// Goes behind the `end…` of a block that may hold blocks of the same kind. A block without an end
    /// takes the whole rest.
    pub(super) fn skip_block(&mut self, name: &str) {
        let end = format!("end{name}");
        let mut depth = 1;
        while let Some(template) = self.find(self.position) {
            self.position = template.span.end;
            let word = template.word();
            if word == end {
                depth -= 1;
            } else if word == name {
                depth += 1;
            }
            if depth == 0 {
                return;
            }
        }
        self.position = self.source.len();
    }

    /// Goes behind the next tag that begins another branch of the block, and returns it; behind the block
    /// if there is none.
    pub(super) fn skip_branch(&mut self) -> Option<Template<'b>> {
        let mut depth = 0_usize;
        while let Some(template) = self.find(self.position) {
            self.position = template.span.end;
            let word = template.word();
            let ended = word.strip_prefix("end").filter(|name| blocks::NAMES.contains(name));
            match word {
                "else" | "elsif" | "when" if depth == 0 => return Some(template),
                _ if ended.is_some() && depth == 0 => return None,
                _ if ended.is_some() => depth -= 1,
                word if blocks::NAMES.contains(&word) => depth += 1,
                "raw" | "comment" => {
                    self.skip_raw("{%", word, "%}");
                }
                _ => {}
            }
        }
        self.position = self.source.len();
        None
    }

    /// What the lines below that of a template begin with, if nothing comes before it on its line but marks
    /// of quotations and list items.
    pub(super) fn margin(&self, template: &Template<'_>) -> Option<String> {
        let before = self.source.get(..template.span.start)?;
        let line = before.rsplit('\n').next().unwrap_or_default();
        let mut marks = line.split_whitespace();
        let is_mark = |mark: &str| mark.chars().all(|c| c == '>') || is_item_mark(mark);
        let below = |c: char| if matches!(c, '>' | '\t') { c } else { ' ' };
        marks.all(is_mark).then(|| line.chars().map(below).collect())
    }

    /// Whether a template is all of its line, but for marks of quotations and list items.
    pub(super) fn is_line(&self, template: &Template<'_>) -> bool {
        let after = self.source.get(template.span.end..).unwrap_or_default();
        let rest = after.split('\n').next().unwrap_or_default();
        rest.trim().is_empty() && self.margin(template).is_some()
    }

    /// What the lines of a block begin with in the place of a template that is all of its line.
    fn margin_of_block(&self, template: &Template<'_>) -> Option<String> {
        self.margin(template).filter(|_| self.page.find_code.is_some() && self.is_line(template))
    }

    /// Writes HTML that is a block where the template is all of its line.
    pub(super) fn push_html(&mut self, template: &Template<'_>, html: &str) {
        let html = self.with_markdown(template, html);
        match self.margin_of_block(template) {
            Some(margin) if html.contains("<pre") => self.text.extend([&html, "\n", &margin]),
            Some(margin) => {
                let end_of_line = format!("\n{margin}");
                self.text.push_str(&html.replace('\n', &end_of_line));
                self.text.push_str(&end_of_line);
            }
            None => self.text.push_str(&html),
        }
    }

    /// Does what the site's own template for a shortcode says, if that is known. Without an end there is
    /// no text inside.
    pub(super) fn push_own(
        &mut self,
        template: &Template<'_>,
        language: Language,
        arguments: &Arguments,
        has_end: bool,
    ) -> bool {
        let name = template.word();
        let context = &self.options.site_context;
        let Some(own) = context.templates.get(name) else { return false };
        if has_end && snippets::shows_code(own) {
            let (opening, closing) = template.marks;
            let end = if language == Language::Tera { "" } else { name };
            let code = self.skip_raw(opening, end, closing);
            let named = ["lang", "language"].iter().find_map(|key| arguments.named(key));
            let written = named.or_else(|| arguments.at(0)).unwrap_or_default().to_owned();
            let is_word = !written.contains(|c: char| c.is_whitespace() || "`~{".contains(c));
            self.push_code(template, if is_word { &written } else { "" }, code);
            return true;
        }
        let Some(Snippet { before, after }) = snippets::fill(own, language, arguments, self) else {
            return false;
        };
        if before.contains(HOLE) || after.as_ref().is_some_and(|after| after.contains(HOLE)) {
            if embed(name, arguments).is_some() {
                return false;
            }
            self.forget(template);
        }
        let clean = |html: &str| self.with_markdown(template, &on_one_line(html)).into_owned();
        let (before, after) = (clean(&before), after.map(|after| clean(&after)));
        if has_end {
            self.open(template, name, &before, &after.unwrap_or_default());
        } else {
            self.push_html(template, &(before + &after.unwrap_or_default()));
        }
        true
    }

    /// The picture that a shortcode of the site would show in a way that is not known.
    pub(super) fn picture_of(&self, name: &str, arguments: &Arguments) -> Option<String> {
        let template = self.options.site_context.templates.get(name)?;
        let path = arguments.picture().filter(|_| template.contains("<img"))?;
        Some(picture(path, arguments))
    }

    /// Writes what a shortcode puts before the text inside, and remembers what it puts behind.
    pub(super) fn open(&mut self, template: &Template<'_>, name: &str, before: &str, after: &str) {
        let margin = self.margin(template).filter(|_| self.is_line(template));
        let space = margin.map_or_else(String::new, |margin| format!("\n{margin}"));
        if space.is_empty() {
            self.text.push_str(before);
        } else {
            self.text.extend([&*before.replace('\n', &space), &space]);
        }
        self.open.push((name.to_owned(), [&space, after].concat()));
    }

    /// HTML in which Markdown is a paragraph of its own, so that it is read where the HTML is a block.
    fn with_markdown<'h>(&self, template: &Template<'_>, html: &'h str) -> Cow<'h, str> {
        if !html.contains(MARKDOWN) {
            return Cow::Borrowed(html);
        }
        let space = match self.margin_of_block(template) {
            Some(_) => "\n\n",
            None => "",
        };
        Cow::Owned(html.replace(MARKDOWN, space))
    }

    /// Remembers that a shortcode has begun of which nothing is known but the text inside.
    pub(super) fn open_unknown(&mut self) {
        self.open.push((String::new(), String::new()));
    }

    /// Writes what the site's own template has behind the text inside; only for the innermost that is open.
    pub(super) fn close_own(&mut self, name: &str) {
        if let Some((_, after)) = self.open.pop_if(|(own, _)| name.is_empty() || own == name) {
            self.text.push_str(&after);
        }
    }

    /// Writes code in a line.
    pub(super) fn push_code_span(&mut self, code: &str) {
        if self.page.find_code.is_none() || code.contains('`') || code.is_empty() {
            self.text.extend(["<code>", &text::escape(code), "</code>"]);
        } else {
            self.text.extend(["`", code, "`"]);
        }
    }

    /// Writes a block of code.
    pub(super) fn push_code(&mut self, template: &Template<'_>, language: &str, code: &str) {
        if self.page.find_code.is_some() {
            let margin = self.margin(template).unwrap_or_default();
            self.text.push_str(&dedented_fence(code, language, &margin));
        } else {
            let code = text::escape(code.trim_start_matches('\n'));
            self.text.extend(["<pre><code>", &code, "</code></pre>"]);
        }
    }
}

/// HTML without the line ends at which `CommonMark` would begin something new.
pub(super) fn on_one_line(html: &str) -> String {
    if html.contains("<pre") {
        return html.trim().to_owned();
    }
    let lines = html.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::front_matter::syntax::{self, Syntax};
    use crate::site_generator::{NameStyle, Pattern, SiteGenerator, UglyUrls};

    /// A site of which no file can be seen.
    struct Nothing;

    impl Files for Nothing {
        fn address(&self, _: &Path) -> Option<WebUrl> {
            None
        }

        fn find(&self, _: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
            None
        }

        fn text(&self, _: &Path) -> Option<String> {
            None
        }
    }

    const TEMPLATES: [(&str, &str); 11] = [
        ("colocated", "<img src=\"{{ get_url(path=page.colocated_path ~ src) }}\">"),
        (
            "each",
            "{% for i in items %}<i>{{ i }}</i>{% if not loop.last %},{% endif %}{% endfor %}",
        ),
        (
            "kind",
            "{% if x is starting_with(\"http\") %}a{% elif x == \"b\" %}b{% else %}c{% endif %}",
        ),
        ("box", "<div>{{ body }}</div>"),
        (
            "lazy",
            "{% set size = get_image_metadata(path=src) %}<img src=\"{{ src }}\"{% if size.width %} \
             width=\"{{ size.width }}\"{% elif other.width %}x{% endif %}>",
        ),
        ("late", "<img src=\"{{ src }}\">{% for x in load_data(path=src) %}{{ x }}{% endfor %}"),
        ("parts", "{{ range $i, $x := split (.Get 0) \",\" }}{{ $i }}{{ $x }}{{ end }}"),
        (
            "picture.liquid",
            "<figure>\n  <img src=\"{{ include.path | relative_url }}\"{% if include.alt %} \
             alt=\"{{ include.alt }}\"{% endif %}>\n\n</figure>",
        ),
        ("list.html", "{% for x in include.list %}{% include item.html text=x %}{% endfor %}"),
        ("item.html", "<i>{{ include.text }}{{ include.none }}</i>"),
        (
            "slides.html",
            "<img src=\"{{ include.src }}\">{% for p in site.posts %}{{ p }}{% endfor %}",
        ),
    ];

    /// A body as text, with `?` for each hole.
    fn expanded(generator: SiteGenerator, body: &str) -> String {
        expanded_with(generator, body, "")
    }

    /// Expands a body in a site that has also the template `own`.
    fn expanded_with(generator: SiteGenerator, body: &str, own: &str) -> String {
        let permalinks = Permalinks {
            site: WebUrl::parse("https://example.org/blog/").unwrap(),
            root: PathBuf::new(),
            bases: Vec::new(),
            keeps_end: false,
            ugly: UglyUrls::default(),
            names: NameStyle::default(),
            sections: BTreeMap::new(),
            pattern: Pattern::parse("/:slug", generator).unwrap(),
            generator,
        };
        let mut options = ReadOptions { permalinks: Some(permalinks), ..generator.options() };
        let context = &mut options.site_context;
        context.templates =
            BTreeMap::from(TEMPLATES.map(|(name, text)| (name.into(), text.into())));
        context.templates.insert("own".to_owned(), own.to_owned());
        let people = "people:\n- {name: Frog, legs: 4, secured: S}\n- {name: Bee, legs: 6}\n";
        context.data = syntax::read(Syntax::Yaml, people).ok().flatten().unwrap_or_default();
        let page = Page {
            path: Path::new("blog/x/index.md"),
            link: &WebUrl::parse("https://example.org/blog/x").unwrap(),
            published: Timestamp::parse("2024-05-01").unwrap(),
            title: "T",
            keys: &Value::Null,
            find_code: Some(|_| Vec::new()),
            files: &Nothing,
        };
        let expanded = expand(body, &page, &options);
        expanded.map_or(body.to_owned(), |it| it.text.replace(HOLE, "?"))
    }

    #[test]
    fn addresses_at_the_site() {
        for (body, expected) in [
            ("({{ site.baseurl }}/x.png)", "(/blog/x.png)"),
            ("{{ site.url }}{{site.baseurl}}/x", "https://example.org/blog/x"),
            ("({{ '/x.png' | relative_url }})", "(https://example.org/blog/x.png)"),
            ("{{ page.title }}{{ page.url }}", "T/x"),
            ("{{ page.secured }}{{ page.x }}", "??"),
        ] {
            assert_eq!(expanded(SiteGenerator::Jekyll, body), expected, "{body}");
        }
    }

    #[test]
    fn values_of_liquid() {
        for (body, expected) in [
            ("{% assign x = 'a,b,c' | split: ',' %}{{ x[1] }}{{ x | last }}{{ x.size }}", "bc3"),
            ("{{ 'a b' | split: ' ' | join: ' & ' }}{{ 'A b!' | slugify }}", "a & ba-b"),
            ("{{ site.data.people | map: 'name' | sort | join }}", "Bee Frog"),
            (
                "{% for p in site.data.people %}{{ p.name }} {{ p['legs'] }}, {% endfor %}",
                "Frog 4, Bee 6, ",
            ),
            ("{{ site.data.people[0].secured }}{{ site.data.people | map: 'secured' }}", "??"),
            (
                "{{ page.none | default: 'a' }}{{ 'abcdef' | truncate: 5 }}{{ 7 | divided_by: 2 }}",
                "aab...3",
            ),
            (
                "{% for i in (1..9) limit:2 offset:3 %}{{ forloop.index }}{{ i }} {% endfor %}",
                "14 25 ",
            ),
            ("{{ page.title | size }}{{ '<b>a</b>' | strip_html }}{{ 2.5 | ceil }}", "1a3"),
        ] {
            assert_eq!(expanded(SiteGenerator::Jekyll, body), expected, "{body}");
        }
    }

    #[test]
    fn templates_that_never_end_growing_are_not_known() {
        let doubled = "{% assign a = a | append: a %}".repeat(40);
        let captured = "{% capture a %}{{ a }}{{ a }}{% endcapture %}".repeat(40);
        let replaced = "{% assign a = a | replace: 'x', 'xxxxxxxxxxxxxxxx' %}".repeat(20);
        let joined = "{% assign a = a | split: '' | join: a %}".repeat(20);
        for growing in [doubled, captured, replaced, joined] {
            let body = format!("{{% assign a = 'xxxxxxxx' %}}{growing}{{{{ a }}}}b");
            let text = expanded(SiteGenerator::Jekyll, &body);
            assert!(text.ends_with("?b"), "{body}: {} bytes", text.len());
        }
        for (open, close) in [("a[", "]"), ("", " or a"), ("", " contains a and a")] {
            let nested = format!("{}a{}", open.repeat(50_000), close.repeat(50_000));
            let body = format!("{{% if {nested} %}}{{{{ {nested} }}}}{{% endif %}}b");
            assert!(expanded(SiteGenerator::Jekyll, &body).len() < 10);
        }
        for term in ["(".repeat(15_000), "not ".repeat(3_000), "a | replace(from=".repeat(900)] {
            let template = format!("a{{% if {term} %}}x{{% endif %}}{{{{ {term} }}}}");
            assert_eq!(expanded_with(SiteGenerator::Zola, "{{ own() }}", &template), "?");
        }
    }

    #[test]
    fn files_that_jekyll_includes() {
        for (body, expected) in [
            (
                "{% include picture.liquid path=\"a.png\" alt='A' %}",
                "<figure>\n<img src=\"https://example.org/blog/a.png\" alt=\"A\">\n</figure>\n",
            ),
            (
                "{% assign l = 'a b' | split: ' ' %}{% include list.html list=l %}",
                "<i>a</i><i>b</i>",
            ),
            ("{% include item.html text=\"*a*\" %}", "<i>*a*</i>\n"),
            ("{% include item.html text=unknown %}b", "<i>?</i>b"),
            (
                "{% include slides.html src='/a.png' caption=\"A\" %}",
                "<figure><img src=\"/a.png\" alt=\"A\"><figcaption>A</figcaption></figure>\n",
            ),
            (
                "a {% include image.html url='a.png' %}",
                "a <img src=\"https://example.org/blog/a.png\" alt=\"\">",
            ),
            ("a {% include ad.html url='/a.png' %}", "a ?"),
        ] {
            assert_eq!(expanded(SiteGenerator::Jekyll, body), expected, "{body}");
        }
    }

    #[test]
    fn shortcodes_of_a_site() {
        use SiteGenerator::{Hugo, Jekyll, Zola};
        for (generator, body, expected) in [
            (Zola, "{{ each(items=[\"a\", \"b\"]) }}", "<i>a</i>,<i>b</i>\n"),
            (
                Zola,
                "{{ colocated(src=\"a.png\") }}",
                "<img src=\"https://example.org/blog/blog/x/a.png\">\n",
            ),
            (Zola, "{{ kind(x=\"http:\") }}: {{ kind(x=\"b\") }}{{ kind() }}", "a: bc"),
            (Zola, "a {{ lazy(src=\"/a.png\") }}", "a <img src=\"/a.png\">"),
            (Zola, "a {{ late(src=\"a.png\") }}", "a <img src=\"a.png\" alt=\"\">"),
            (Zola, "> {% box() %}\n> a\n> {% end %}", "> <div>\n> \n> a\n> \n> </div>"),
            (Zola, "- {% box() %}\n  a\n  {% end %}", "- <div>\n  \n  a\n  \n  </div>"),
            (Hugo, "a {{< parts \"b,c\" >}}", "a 0b1c"),
            (
                Jekyll,
                "- {% highlight md %}\n  a\n\n  b\n  {% endhighlight %}",
                "- \n  ```md\n  a\n\n  b\n  ```\n",
            ),
        ] {
            assert_eq!(expanded(generator, body), expected, "{body}");
        }
    }

    #[test]
    fn templates_leave_no_marks() {
        use SiteGenerator::{Hugo, Jekyll, Zola};
        for (generator, body, expected) in [
            (Hugo, "a {{< nothing >}} b {{ .Page }}", "a ? b {{ .Page }}"),
            (Hugo, "{{% note %}}text{{% /note %}}", "text"),
            (Hugo, "{{</* ref x */>}}", "{{< ref x >}}"),
            (Hugo, "a{{% comment %}}SECRET{{% /comment %}}b", "ab"),
            (Jekyll, "{% raw %}{{ x }}{% endraw %} {{ y }}", "{{ x }} ?"),
            (Jekyll, "{%raw%}{{ x }}{%endraw%}", "{{ x }}"),
            (Jekyll, "a{%- comment -%}SECRET{%- endcomment -%}b", "ab"),
            (Jekyll, "{%-raw-%}{{ x }}{%-endraw-%}", "{{ x }}"),
            (Hugo, "{{< a-b >}} {{< a-c >}}x{{< /a-c >}}", "? x"),
            (Jekyll, "a{% if x %}{% if y %}S{% endif %}{% else %}S{% endif %}b", "ab"),
            (Jekyll, "a{% capture x %}SECRET", "a"),
            (
                Jekyll,
                "{% capture x %}a *b*{% endcapture %}{{ x }}, {{ x | upcase }}",
                "a *b*, A *B*",
            ),
            (Jekyll, "{% if page.x %}S{% elsif page.title == 'T' %}a{% else %}S{% endif %}b", "ab"),
            (Jekyll, "{% unless page.x == 1 %}a{% else %}S{% endunless %}b", "ab"),
            (Jekyll, "{% if page.title %}{% if y %}S{% else %}S{% endif %}a{% endif %}b", "ab"),
            (Jekyll, "{% if page.x and y %}S{% endif %}{% if page.title or y %}a{% endif %}", "a"),
            (
                Jekyll,
                "{% if y %}S{% else %}S{% endif %}{% if page.secured %}S{% else %}S{% endif %}a",
                "a",
            ),
            (
                Jekyll,
                "{% case page.title %}{% when 'S' %}S{% when 'U' or 'T' %}a{% else %}S{% endcase %}",
                "a",
            ),
            (
                Jekyll,
                "{% for i in (1..3) %}{{ i }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
                "1, 2, 3",
            ),
            (
                Jekyll,
                "{% for i in (1..9) %}{% if i == '3' %}{% break %}{% endif %}{{ i }}{% endfor %}a",
                "12a",
            ),
            (
                Jekyll,
                "{% for i in page.x %}S{% else %}a{% endfor %}{% for i in site.posts %}S{% endfor %}b",
                "ab",
            ),
            (
                Jekyll,
                "{% for i in (1..99) %}{% for j in (1..99) %}{% for k in (1..99) %}{% endfor %}{% endfor %}{% endfor %}a",
                "a",
            ),
            (Jekyll, "a\n{%- if page.title -%}\n b\n{%- endif -%}\nc", "abc"),
            (
                Jekyll,
                "{% highlight md %}{% raw %}\n{{ x }}\n{% endraw %}{% endhighlight %}",
                "\n```md\n{{ x }}\n```\n",
            ),
            (
                Jekyll,
                "{{ page.date | date_to_long_string }} {{ 'a' | capitalize }} {{ 2 | plus: 3 }}",
                "01 May 2024 A 5",
            ),
            (Jekyll, "{::comment}SECRET{:/comment}a *b*{: .cls}", "a *b*"),
            (
                Jekyll,
                "{% highlight ruby linenos %}\nputs\n{% endhighlight %}",
                "\n```ruby\nputs\n```\n",
            ),
            (Jekyll, "{% highlight md %}\n```\n{% endhighlight %}", "\n````md\n```\n````\n"),
            (
                Jekyll,
                "<pre>{{ x }}</pre><code>{% y %}</code>",
                "<pre>{{ x }}</pre><code>{% y %}</code>",
            ),
            (Zola, "{# a #}{% quote() %}b{% end %}{{ c() }}", "b?"),
            (Zola, "an open {{ stays", "an open {{ stays"),
            (Zola, "{% raw %}a{% endraw %} {{ b }}", "a {{ b }}"),
        ] {
            assert_eq!(expanded(generator, body), expected, "{body}");
        }
    }
}
