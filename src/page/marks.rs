//! What could tell the articles of a site apart, or find a fact in them: classes and ids of pages.

use std::collections::BTreeSet;

use super::charset;
use super::tags::{Tag, Tags};
use crate::types::dom::{self, NodeRef, Selector};
use crate::types::{Timestamp, Zone, text};

/// The media types of feeds.
const FEEDS: [&str; 4] =
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"];

/// The addresses of the feeds that a page links to, as written.
pub(crate) fn feed_links(bytes: &[u8]) -> Vec<String> {
    let page = charset::decode(bytes);
    let is_feed = |tag: &Tag<'_>| {
        let media_type = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        tag.is("link")
            && tag.words("rel").iter().any(|word| word.eq_ignore_ascii_case("alternate"))
            && FEEDS.contains(&media_type.as_str())
    };
    let links = Tags::new(&page).filter(is_feed);
    links.filter_map(|tag| Some(tag.attribute("href")?.into_owned())).collect()
}

/// The classes and ids of a page as selectors, such as `body.post` and `#article`.
pub(crate) fn marks(bytes: &[u8]) -> BTreeSet<String> {
    let page = charset::decode(bytes);
    let mut marks = BTreeSet::new();
    for tag in Tags::new(&page).filter(|tag| !tag.is_end && tag.has_attributes()) {
        let classes = tag.words("class");
        let name = tag.name.to_ascii_lowercase();
        let stable = classes.iter().filter(|class| is_stable(class));
        marks.extend(stable.map(|class| format!("{name}.{class}")));
        let id = tag.attribute("id").filter(|id| is_stable(id));
        marks.extend(id.map(|id| format!("#{id}")));
    }
    marks
}

/// Whether a class or id needs no escape in a selector, and does not look like one that a build made up,
/// such as `title_f1Hy`, `css-1x2y3z` and `post-2291`.
fn is_stable(name: &str) -> bool {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let last = name.rsplit(['-', '_']).next().unwrap_or_default();
    let digits = last.bytes().filter(u8::is_ascii_digit).count();
    let is_mixed = last.bytes().any(|byte| byte.is_ascii_uppercase()) && name.contains('_');
    is_plain && begins && (digits == 0 || digits == 1 && last.len() <= 2) && !is_mixed
}

/// Characters of a text that may be a date, or have one.
const DATE_CHARS: usize = 120;

/// The day in a text.
fn day(text: &str) -> Option<String> {
    let is_short = text.len() < DATE_CHARS * 4 && text.chars().count() <= DATE_CHARS;
    let date = is_short.then(|| Timestamp::find_in(text, Zone::default()))?;
    date.map(Timestamp::date)
}

/// Selectors of elements whose text has one of these days.
pub(crate) fn date_places(bytes: &[u8], days: &[String]) -> BTreeSet<String> {
    places(bytes, |text| day(text).is_some_and(|day| days.contains(&day)))
}

/// Selectors of elements whose text is this title.
pub(crate) fn title_places(bytes: &[u8], title: &str) -> BTreeSet<String> {
    places(bytes, |text| is_title(text, title))
}

fn is_title(text: &str, title: &str) -> bool {
    text.len() <= title.len() * 2 + DATE_CHARS && text::one_line(text) == title
}

/// Selectors of elements with a text, by their own classes and by those of elements around them.
fn places(bytes: &[u8], is_wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    let Some(document) = super::content::parse(&charset::decode(bytes)) else { return places };
    for node in dom::all(&document, "body *") {
        // The text of an element with many others in it would be read again and again.
        let is_small = node.descendants_it().take(MAX_INNER + 1).count() <= MAX_INNER;
        if !is_small || !is_wanted(&node.text()) {
            continue;
        }
        let name = node.node_name().unwrap_or_default().to_ascii_lowercase();
        places.extend(classes(&node).iter().map(|class| format!("{name}.{class}")));
        let mut above = node.parent();
        for _ in 0..MAX_ABOVE {
            let Some(parent) = above else { break };
            places.extend(classes(&parent).iter().map(|class| format!(".{class} {name}")));
            above = parent.parent();
        }
    }
    places
}

/// Selectors of elements that may be the content of a page: about as long as a text of so many bytes, and as
/// their HTML is wanted.
pub(crate) fn content_places(
    bytes: &[u8],
    length: usize,
    is_wanted: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    let Some(document) = super::content::parse(&charset::decode(bytes)) else { return places };
    for node in dom::all(&document, "article, main, section, div, td") {
        let own = node.text().split_whitespace().map(str::len).sum::<usize>();
        // A template may add to both ends what is trimmed.
        let is_alike = own * 10 >= length * 9 && own * 2 <= length * 3;
        if !is_alike || !is_wanted(&node.inner_html()) {
            continue;
        }
        let name = node.node_name().unwrap_or_default().to_ascii_lowercase();
        places.extend(classes(&node).iter().map(|class| format!("{name}.{class}")));
        let id = Some(dom::attribute(&node, "id")).filter(|id| is_stable(id));
        places.extend(id.map(|id| format!("#{id}")));
        if matches!(&*name, "article" | "main") {
            places.insert(name);
        }
    }
    places
}

/// How many nodes an element with nothing but a date or a title may hold.
const MAX_INNER: usize = 20;

/// How many elements above one a selector may begin with.
const MAX_ABOVE: usize = 3;

fn classes(node: &NodeRef<'_>) -> Vec<String> {
    stable_classes(&dom::attribute(node, "class"))
}

/// The classes among these that a selector can name.
pub(crate) fn stable_classes(classes: &str) -> Vec<String> {
    classes.split_ascii_whitespace().filter(|class| is_stable(class)).map(str::to_owned).collect()
}

/// Whether the first element that a selector finds has one of these days, for each of some selectors.
pub(crate) fn shows_day(bytes: &[u8], selectors: &[Selector], days: &[String]) -> Vec<bool> {
    firsts(bytes, selectors, |text| day(text).is_some_and(|day| days.contains(&day)))
}

/// Whether the first element that a selector finds is this title, for each of some selectors.
pub(crate) fn shows_title(bytes: &[u8], selectors: &[Selector], title: &str) -> Vec<bool> {
    firsts(bytes, selectors, |text| is_title(text, title))
}

fn firsts(bytes: &[u8], selectors: &[Selector], is_wanted: impl Fn(&str) -> bool) -> Vec<bool> {
    let Some(document) = super::content::parse(&charset::decode(bytes)) else { return Vec::new() };
    let is_right =
        |selector: &Selector| selector.first(&document).is_some_and(|node| is_wanted(&node.text()));
    selectors.iter().map(is_right).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_a_build_makes_up_are_no_marks() {
        let page =
            "<body class='post layout-2 title_f1Hy css-1x2y3z md:flex'><p id=main><p id=a1b2c3>";
        let marks: Vec<String> = marks(page.as_bytes()).into_iter().collect();
        assert_eq!(marks, ["#main", "body.layout-2", "body.post"]);
    }

    #[test]
    fn feeds_are_found_by_their_types() {
        let page = "<link rel=alternate type=application/rss+xml href=/feed.xml>\
                    <link rel='ALTERNATE home' type='application/atom+xml' href='a?b&amp;c'>\
                    <link rel=alternate hreflang=de href=/de/><link rel=stylesheet href=x>";
        assert_eq!(feed_links(page.as_bytes()), ["/feed.xml", "a?b&c"]);
    }

    #[test]
    fn a_date_in_words_is_found_by_the_classes_around_it() {
        let page =
            "<div class=card><h2><span>3 March 2024</span></h2><p>3 March 2024 was a day</p></div>";
        let days = ["2024-03-03".to_owned()];
        let places = date_places(page.as_bytes(), &days);
        assert!(places.contains(".card h2") && places.contains(".card span"), "{places:?}");
        let selector = Selector::parse(".card h2").unwrap();
        let selectors = [selector];
        assert_eq!(shows_day(page.as_bytes(), &selectors, &days), [true]);
        assert_eq!(shows_day(page.as_bytes(), &selectors, &["2024-03-04".to_owned()]), [false]);
    }
}
