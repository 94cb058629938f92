//! The bodies of a site's articles: what templates refer to is looked up in the other files.

use std::path::{Component, Path, PathBuf};

use super::rendered::ArticlePage;
use super::scan::Scan;
use crate::article::{self, Article, Body, Markup};
use crate::error::Error;
use crate::feed::content;
use crate::front_matter::{Value, split, syntax};
use crate::site_generator::SiteGenerator;
use crate::site_generator::templates::{self, Files, FindCode, Page};
use crate::types::{FeedSlugs, Finding, Outcome, Problem, WebUrl, text};

/// What was left out of a body.
pub(super) type Gaps = Vec<Finding>;

/// An article that is in, and the bytes of its file.
pub(super) struct ArticleFile<'b> {
    pub(super) article: Box<Article>,
    /// The path by which it was read.
    pub(super) path: PathBuf,
    pub(super) bytes: &'b [u8],
    /// What is left out of its body.
    pub(super) gaps: Gaps,
    /// Its page in the rendered site.
    pub(super) page: Option<ArticlePage>,
}

/// The files of a scan, as templates refer to them.
struct SiteFiles<'s> {
    scan: &'s Scan<'s>,
}

impl Scan<'_> {
    /// The article in a file as it is now; `None` if the file holds none that is in.
    pub(super) fn article<'b>(
        &'b self,
        file: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Option<ArticleFile<'b>>, Error> {
        let Some(contents) = self.files.read_if_possible(file, buffer)? else { return Ok(None) };
        let outcome = self.parse(file, &contents, &mut FeedSlugs::default());
        let Outcome::Article((_, mut article), _) = outcome else { return Ok(None) };
        let page = self.add_page(&mut article);
        let gaps = match page {
            Some(_) => Gaps::new(),
            None => expand(self, file, contents.bytes, &mut article),
        };
        let path = self.files.stated_path(file, &contents).to_owned();
        Ok(Some(ArticleFile { article, path, bytes: contents.bytes, gaps, page }))
    }
}

/// Fills in the templates of an article's body, and returns what is left out.
pub(super) fn expand(scan: &Scan<'_>, file: usize, bytes: &[u8], article: &mut Article) -> Gaps {
    let Some(generator) = scan.options.generator else { return Gaps::new() };
    let gaps = if generator.has_templates(&article.body.text) {
        expand_templates(scan, file, bytes, article)
    } else {
        Gaps::new()
    };
    if templates::has_file_links(&article.body.text) {
        follow_file_links(scan, file, &mut article.body);
    }
    mark_teaser(&mut article.body, scan);
    gaps
}

/// Gives links to files of other articles the addresses of these. Where there is none, the link loses
/// its address: the file itself is no page.
fn follow_file_links(scan: &Scan<'_>, file: usize, body: &mut Body) {
    let path = scan.files.path(file);
    let path = path.strip_prefix(".").unwrap_or(path);
    let find_code: Option<FindCode> = (body.markup == Markup::Markdown).then_some(content::code);
    let files = SiteFiles { scan };
    let root = scan.options.permalinks.as_ref().map(|permalinks| permalinks.root.as_path());
    let root = root.map_or(Path::new(""), |root| root.strip_prefix(".").unwrap_or(root));
    let address = |link: &str| {
        let target = match link.strip_prefix('/') {
            Some(below) => root.join(below),
            None => path.parent().unwrap_or(Path::new("")).join(link),
        };
        files.address(&joined(&target)?)
    };
    let text = if body.has_holes { None } else { Some(text::remove_forbidden(&body.text)) };
    let text = text.as_deref().unwrap_or(&body.text);
    if let Some(followed) = templates::with_file_links(text, find_code, &address) {
        body.text = followed;
        body.has_holes = true;
    }
}

/// A path without `.` and `..`; `None` if it leads outside.
fn joined(path: &Path) -> Option<PathBuf> {
    let mut joined = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => joined.pop().then_some(())?,
            part => joined.push(part),
        }
    }
    Some(joined)
}

/// Fills in the templates of an article's body.
fn expand_templates(scan: &Scan<'_>, file: usize, bytes: &[u8], article: &mut Article) -> Gaps {
    let options = &scan.options;
    let path = scan.files.path(file);
    let keys = front_matter(bytes);
    let is_markdown = article.body.markup == Markup::Markdown;
    let page = Page {
        path: path.strip_prefix(".").unwrap_or(path),
        link: &article.link,
        published: article.published,
        title: &article.title,
        keys: &keys,
        find_code: is_markdown.then_some(content::code),
        files: &SiteFiles { scan },
    };
    let Some(expanded) = templates::expand(&article.body.text, &page, options) else {
        return Gaps::new();
    };
    let body = std::mem::take(&mut article.body);
    let gaps = gaps(bytes, &body.text, &expanded.gaps);
    article.body = Body { text: expanded.text, has_holes: true, ..body };
    gaps
}

/// Remembers where the author ends the summary.
fn mark_teaser(body: &mut Body, scan: &Scan<'_>) {
    let variables = &scan.options.site_context.variables;
    let own = variables.get("excerpt_separator").map(|mark| mark.replace("\\n", "\n"));
    let marks = ["<!--more-->", "<!-- more -->"];
    let own = own.as_deref().filter(|mark| !mark.trim().is_empty());
    let mark = own.into_iter().chain(marks).filter_map(|mark| body.text.find(mark)).min();
    let is_first_paragraph = scan.options.generator == Some(SiteGenerator::Jekyll);
    body.teaser = mark.or_else(|| first_paragraph(&body.text).filter(|_| is_first_paragraph));
}

/// The end of the first paragraph, where a text begins with paragraphs: Jekyll's summary.
fn first_paragraph(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    let is_word =
        text.get(start..)?.starts_with(|c: char| c.is_alphanumeric() || "[*_".contains(c));
    let length = text.get(start..)?.find("\n\n").filter(|_| is_word)?;
    let paragraph = text.get(start..start + length)?;
    // A list, or a label before one.
    let number = paragraph.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_item =
        paragraph.starts_with("* ") || number.starts_with(". ") || number.starts_with(") ");
    let is_sentence = !is_item && !paragraph.ends_with(':');
    is_sentence.then_some(start + length)
}

/// The lines of the file at which something is left out.
fn gaps(bytes: &[u8], body: &str, gaps: &[usize]) -> Gaps {
    let lines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
    let front_matter = lines(bytes).saturating_sub(lines(body.as_bytes()));
    let line = |&gap: &usize| {
        let before = body.as_bytes().get(..gap).unwrap_or_default();
        front_matter + lines(before) + 1
    };
    let mut found: Vec<usize> = gaps.iter().map(line).collect();
    found.dedup();
    found.into_iter().map(|line| Finding::new(line, 0, Problem::TemplateUnknown)).collect()
}

/// The front matter of a file; null if it cannot be read.
fn front_matter(bytes: &[u8]) -> Value<'_> {
    let split = split::split(bytes).ok().flatten();
    let value = split.and_then(|split| {
        syntax::read::<Value<'_>>(split.front_matter.syntax, split.front_matter.text).ok()?
    });
    value.unwrap_or(Value::Null)
}

impl Files for SiteFiles<'_> {
    fn address(&self, path: &Path) -> Option<WebUrl> {
        let scan = self.scan;
        let file = *scan.index().get(path)?;
        let mut buffer = Vec::new();
        let contents = scan.files.read(file, &mut buffer).ok()?;
        let options = &scan.options;
        let path = scan.files.stated_path(file, &contents);
        let parsed = article::skim(path, contents.bytes, options, &mut FeedSlugs::default());
        let selection = &scan.settings.selection;
        let hidden =
            parsed.visibility.hidden(selection.now, selection.future, selection.unpublished);
        if hidden.is_some() || matches!(parsed.outcome, Outcome::Invalid(_)) {
            return None;
        }
        let mut own = parsed.visibility.addresses.iter().rev().flatten();
        own.find_map(|address| WebUrl::parse(address).ok()).or_else(|| {
            let (generator, permalinks) = (options.generator?, options.permalinks.as_ref()?);
            let path = path.strip_prefix(".").unwrap_or(path);
            let keys = front_matter(contents.bytes);
            generator.page_address(permalinks.below_source(path)?, &keys, permalinks)
        })
    }

    fn find(&self, is_wanted: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
        let files = 0..self.scan.files.len();
        let paths = files.map(|file| {
            let path = self.scan.files.path(file);
            path.strip_prefix(".").unwrap_or(path)
        });
        paths.into_iter().find(|path| is_wanted(path)).map(Path::to_owned)
    }

    fn text(&self, path: &Path) -> Option<String> {
        let file = *self.scan.index().get(path)?;
        let mut buffer = Vec::new();
        let contents = self.scan.files.read(file, &mut buffer).ok()?;
        let is_page = split::split(contents.bytes).ok()?.is_some();
        let text = String::from_utf8(contents.bytes.to_vec()).ok()?;
        (!is_page && text.len() <= MAX_INCLUDED).then_some(text)
    }
}

/// Bytes of a file that is included.
const MAX_INCLUDED: usize = 16 * 1024;
