//! Addresses of pages: from the path of a file to its address, and which paths are no articles.

use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};

use crate::types::WebUrl;

/// The path of a page in its site, as a browser shows it: `blog/post/` for `blog/post/index.html`.
pub(super) fn place(path: &Path, folders: &[PathBuf]) -> Option<String> {
    let plain = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_owned();
    let path = plain(path);
    let below = folders.iter().find_map(|folder| path.strip_prefix(plain(folder)).ok())?;
    let names = below.components().map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let names: Vec<&str> = names.collect::<Option<_>>()?;
    let (file, folders) = names.split_last()?;
    let is_index = ["index.html", "index.htm"].iter().any(|name| file.eq_ignore_ascii_case(name));
    let file = if is_index { "" } else { file };
    Some(folders.iter().flat_map(|folder| [*folder, "/"]).chain([file]).collect())
}

/// A place without its ending: `blog/post` for `blog/post/` and `blog/post.html`.
pub(crate) fn stem(place: &str) -> &str {
    let place = place.strip_suffix("index.html").unwrap_or(place);
    let place = place.strip_suffix('/').unwrap_or(place);
    ["html", "htm"]
        .iter()
        .find_map(|end| place.strip_suffix(end)?.strip_suffix('.'))
        .unwrap_or(place)
}

/// The stem of the page of which this one is the AMP form; `None` if the path names none.
pub(super) fn without_amp(stem: &str) -> Option<String> {
    let Some(at) = stem.split('/').position(|name| name == "amp") else {
        return stem.strip_suffix(".amp").map(str::to_owned);
    };
    let mut names: Vec<&str> = stem.split('/').collect();
    names.remove(at);
    Some(names.join("/"))
}

/// The address of a place in the site with this address.
pub(super) fn address(site: &WebUrl, place: &str, is_clean: bool) -> Option<WebUrl> {
    let place = if is_clean && !place.ends_with('/') { stem(place) } else { place };
    site.join_path(place)
}

/// The address of the site in which the page at a place has this one.
pub(super) fn site_of(address: &WebUrl, place: &str) -> Option<WebUrl> {
    let text = address.as_str();
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let own = stem(text.get(..end)?);
    let placed = address.root().join_path(stem(place))?;
    let place = placed.as_str().strip_prefix(address.root().as_str())?;
    if place.is_empty() {
        return WebUrl::parse(&format!("{own}/")).ok();
    }
    let site = own.strip_suffix(place)?;
    site.ends_with('/').then(|| WebUrl::parse(site).ok())?
}

/// Folders whose pages list articles, or show ones that are not published yet.
const LISTS: [&str; 13] = [
    "_drafts",
    "author",
    "authors",
    "categories",
    "category",
    "draft",
    "drafts",
    "label",
    "labels",
    "tag",
    "tags",
    "taxonomies",
    "taxonomy",
];

/// Names of pages that are no articles.
const PAGES: [&str; 16] = [
    "404",
    "403",
    "500",
    "archive",
    "archives",
    "search",
    "tags",
    "categories",
    "authors",
    "tag",
    "category",
    "offline",
    "sitemap",
    "feed",
    "feeds",
    "rss",
];

/// Names of pages about the site.
const ABOUT: [&str; 16] = [
    "about",
    "about-me",
    "about-us",
    "aboutme",
    "contact",
    "cv",
    "impressum",
    "imprint",
    "legal",
    "now",
    "portfolio",
    "privacy",
    "privacy-policy",
    "resume",
    "uses",
    "projects",
];

/// Folders of articles whose pages with a number are lists.
const SECTIONS: [&str; 6] = ["articles", "blog", "news", "notes", "post", "posts"];

/// Why the page at a place is no article, whatever it holds.
pub(super) fn reason(place: &str) -> Option<&'static str> {
    let stem = stem(place).to_lowercase();
    let names: Vec<&str> = stem.split('/').filter(|name| !name.is_empty()).collect();
    let Some((last, folders)) = names.split_last() else {
        return Some("it is the first page of the site");
    };
    let is_number = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let before = folders.last().copied().unwrap_or_default();
    let page = last.strip_prefix("page").map(|rest| rest.trim_start_matches(['-', '_', ':']));
    // A blog may have an article about feeds.
    let is_about_feeds = matches!(*last, "feed" | "feeds" | "rss") && SECTIONS.contains(&before);
    let is_list = before == "page" || SECTIONS.contains(&before) && last.len() < 3;
    if is_list && is_number(last) || page.is_some_and(is_number) {
        Some("it is a page of a list")
    } else if folders
        .iter()
        .chain([last])
        .any(|name| name.contains("draft") && LISTS.contains(name))
    {
        Some("it is in a folder of drafts")
    } else if folders.iter().any(|name| LISTS.contains(name)) {
        Some("it is in a folder of lists, such as tags or categories")
    } else if PAGES.contains(last) && folders.len() <= 2 && !is_about_feeds || *last == "404" {
        Some("its name is that of a list or an error page")
    } else if folders.len() <= 1 && ABOUT.contains(last) {
        Some("its name is that of a page about the site")
    } else if is_archive(&names) {
        Some("it is an archive of a year or a month")
    } else {
        None
    }
}

/// Whether a path has only the parts of a date, which lists what was published then.
fn is_archive(names: &[&str]) -> bool {
    let rest =
        names.iter().skip_while(|name| matches!(**name, "archive" | "archives" | "blog" | "posts"));
    let rest: Vec<&&str> = rest.collect();
    let Some((year, rest)) = rest.split_first() else { return false };
    let is_number = |name: &str, length: RangeInclusive<usize>| {
        length.contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit())
    };
    // A longer number is that of an article.
    is_number(year, 4..=4) && rest.len() <= 2 && rest.iter().all(|part| is_number(part, 1..=2))
}

/// The first folder of a place: its section. A year is none.
pub(super) fn section(place: &str) -> Option<&str> {
    let (first, _) = stem(place).split_once('/')?;
    (!first.bytes().all(|byte| byte.is_ascii_digit())).then_some(first)
}

/// The folders of a place, numbers left out: pages of one kind share them.
pub(super) fn family(place: &str) -> String {
    let folders = stem(place).rsplit_once('/').map_or("", |(folders, _)| folders);
    let is_word = |name: &&str| !name.bytes().all(|byte| byte.is_ascii_digit());
    folders.split('/').filter(is_word).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_addresses() {
        let site = WebUrl::parse("https://example.org/docs/").unwrap();
        let folders = [PathBuf::from("./public")];
        for (path, expected, clean) in [
            ("public/a/index.html", "a/", "a/"),
            ("./public/a/b.html", "a/b.html", "a/b"),
            ("public/index.html", "", ""),
            ("public/ä b?#%.html", "%C3%A4%20b%3F%23%25.html", "%C3%A4%20b%3F%23%25"),
            ("public/a:b.html", "a:b.html", "a:b"),
        ] {
            let place = place(Path::new(path), &folders).unwrap();
            for (is_clean, expected) in [(false, expected), (true, clean)] {
                let address = address(&site, &place, is_clean).unwrap();
                assert_eq!(address.as_str(), format!("https://example.org/docs/{expected}"));
                assert_eq!(site_of(&address, &place), Some(site.clone()), "{path}");
            }
        }
        assert_eq!(place(Path::new("other/a.html"), &folders), None);
    }

    #[test]
    fn pages_that_are_no_articles() {
        for place in [
            "",
            "404.html",
            "page/2/",
            "blog/page/3/",
            "blog/page2/",
            "tags/",
            "tags/a/",
            "blog/category/a/",
            "drafts/a/",
            "2024/",
            "2024/05/",
            "archives/2024/",
            "blog/archive/",
            "de/404/",
        ] {
            assert!(reason(place).is_some(), "{place}");
        }
        for place in [
            "a/",
            "blog/a.html",
            "2024/05/01/a/",
            "archives/123/",
            "2024/6113/",
            "blog/2024/05/123/",
            "pages/a/",
            "page-one/",
            "drafting.html",
            "blog/rss/",
        ] {
            assert_eq!(reason(place), None, "{place}");
        }
    }

    #[test]
    fn sections_and_families() {
        assert_eq!(without_amp("amp/blog/a").as_deref(), Some("blog/a"));
        assert_eq!(without_amp("blog/a.amp").as_deref(), Some("blog/a"));
        assert_eq!(without_amp("blog/amplifier"), None);
        assert_eq!(section("blog/a/"), Some("blog"));
        assert_eq!(section("a.html"), None);
        assert_eq!(section("2024/05/a.html"), None);
        assert_eq!(family("blog/2024/05/a.html"), "blog");
        assert_eq!(family("blog/a/"), family("blog/b.html"));
    }
}
