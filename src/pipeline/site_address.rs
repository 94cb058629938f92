//! The address of a rendered site, as files beside its pages say it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use crate::page::{self, PageOptions};
use crate::source;
use crate::types::{WebUrl, text};

/// Files that list the addresses of pages.
const SITEMAPS: [&str; 2] = ["sitemap.xml", "sitemap-0.xml"];

/// Addresses that are read of a list.
const MAX_ADDRESSES: usize = 1_000;

/// The address of the site: that by which most addresses of its sitemap are those of pages, else the name of
/// its host in `CNAME`.
pub(super) fn find(pages: &PageOptions, files: &[PathBuf]) -> Option<WebUrl> {
    let folder = pages.folders.first()?;
    by_sitemap(folder, pages, files).or_else(|| by_host(folder))
}

fn by_sitemap(folder: &Path, pages: &PageOptions, files: &[PathBuf]) -> Option<WebUrl> {
    let places: HashSet<String> = files.iter().filter_map(|file| pages.place(file)).collect();
    let stems: HashSet<&str> = places.iter().map(|place| page::stem(place)).collect();
    let mut sites: BTreeMap<WebUrl, usize> = BTreeMap::new();
    let listed = SITEMAPS.iter().filter_map(|name| read(&folder.join(name)));
    for address in listed.flat_map(|list| addresses(&list)).take(MAX_ADDRESSES) {
        if let Some(site) = site_of(&address, &stems) {
            *sites.entry(site).or_default() += 1;
        }
    }
    sites.into_iter().max_by_key(|(_, count)| *count).map(|(site, _)| site)
}

/// The addresses in a sitemap.
fn addresses(list: &str) -> Vec<WebUrl> {
    let texts = list.split("<loc>").skip(1).filter_map(|rest| rest.split_once("</loc>"));
    texts.filter_map(|(written, _)| WebUrl::parse(&text::of_html(written)).ok()).collect()
}

/// The address of the site in which an address is that of a page: the whole path, if it can be.
fn site_of(address: &WebUrl, stems: &HashSet<&str>) -> Option<WebUrl> {
    let root = address.root();
    let path = address.path_below(&root)?;
    let path = page::stem(&path);
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(starts).find(|start| {
        let below = path.get(*start..).unwrap_or_default();
        !below.is_empty() && stems.contains(below)
    })?;
    root.join_path(path.get(..start)?)
}

/// The host of a site on GitHub Pages.
fn by_host(folder: &Path) -> Option<WebUrl> {
    let host = read(&folder.join("CNAME"))?;
    let host = host.trim();
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_name = host.contains('.') && host.chars().all(is_host);
    is_name.then(|| WebUrl::parse(&format!("https://{host}/")).ok())?
}

fn read(path: &Path) -> Option<String> {
    let mut buffer = Vec::new();
    let contents = source::read(path, &mut buffer).ok()?;
    Some(String::from_utf8_lossy(contents.bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_page_says_that_of_its_site() {
        let stems = HashSet::from(["blog/a", "b"]);
        for (address, site) in [
            ("https://example.org/blog/a/", Some("https://example.org/")),
            ("https://example.org/docs/blog/a.html", Some("https://example.org/docs/")),
            ("https://example.org/docs/b", Some("https://example.org/docs/")),
            ("https://example.org/", None),
            ("https://example.org/other/", None),
        ] {
            let found = site_of(&WebUrl::parse(address).unwrap(), &stems);
            assert_eq!(found.as_ref().map(WebUrl::as_str), site, "{address}");
        }
        let list = "<urlset><url><loc>https://example.org/?a&amp;b</loc></url><url><loc>x</loc>";
        assert_eq!(addresses(list), [WebUrl::parse("https://example.org/?a&b").unwrap()]);
    }
}
