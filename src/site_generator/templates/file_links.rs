//! Links to the Markdown files of other pages: `[next](../part-2.md)`.

use std::ops::Range;

use super::{FindCode, code_ranges};
use crate::types::text::HOLE;
use crate::types::url::WebUrl;

/// Extensions of Markdown files.
const EXTENSIONS: [&str; 2] = [".md", ".markdown"];

/// What the address of a link follows, in Markdown and in HTML.
const OPENINGS: [&str; 4] = ["](", "]: ", "href=\"", "href='"];

/// Whether a text may have links to files.
pub(crate) fn has_file_links(text: &str) -> bool {
    EXTENSIONS
        .iter()
        .any(|extension| memchr::memmem::find(text.as_bytes(), extension.as_bytes()).is_some())
}

/// The text with addresses in place of files, and a hole for a file without one; `None` if there is no
/// such link.
pub(crate) fn with_file_links(
    text: &str,
    find_code: Option<FindCode>,
    address: &dyn Fn(&str) -> Option<WebUrl>,
) -> Option<String> {
    let links: Vec<Range<usize>> =
        OPENINGS.iter().flat_map(|opening| file_links(text, opening)).collect();
    if links.is_empty() {
        return None;
    }
    let code = code_ranges(text, find_code, &[]);
    let is_code = |at: usize| {
        let next = code.partition_point(|range| range.end <= at);
        code.get(next).is_some_and(|range| range.start <= at)
    };
    let mut links: Vec<Range<usize>> =
        links.into_iter().filter(|link| !is_code(link.start)).collect();
    links.sort_by_key(|link| link.start);
    let mut followed = String::with_capacity(text.len());
    let mut position = 0;
    for link in links {
        let written = text.get(link.clone())?;
        let end = written.find('#').unwrap_or(written.len());
        let (path, fragment) = written.split_at_checked(end)?;
        followed.push_str(text.get(position..link.start)?);
        match address(&path.replace("%20", " ")) {
            Some(address) => followed.extend([address.as_str(), fragment]),
            None => followed.push(HOLE),
        }
        position = link.end;
    }
    followed.push_str(text.get(position..)?);
    Some(followed)
}

/// The addresses behind an opening that are paths of Markdown files.
fn file_links<'t>(text: &'t str, opening: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    text.match_indices(opening).filter_map(move |(at, _)| {
        let start = at + opening.len();
        let start = start + usize::from(text.get(start..)?.starts_with('<'));
        let rest = text.get(start..)?;
        let end = rest.find([')', '"', '\'', ' ', '\n', '>']).unwrap_or(rest.len());
        let address = rest.get(..end)?;
        let path = address.split('#').next().unwrap_or_default().to_ascii_lowercase();
        let is_file = EXTENSIONS.iter().any(|extension| path.ends_with(extension));
        let is_elsewhere = path.contains(':') || path.starts_with("//") || path.starts_with("@/");
        (is_file && !is_elsewhere && !address.contains(HOLE)).then(|| start..start + end)
    })
}
