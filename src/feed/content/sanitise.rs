//! The sanitiser: whatever an article contains, its HTML runs and embeds nothing, and links only to
//! websites and, from a body, to mail addresses.
//!
//! The only module that uses `ammonia`. Images of one pixel stay: their size is often unknown, and
//! readers filter them.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};

use super::paragraphs;
use crate::types::{text, url::WebUrl};

/// Sanitises HTML until it no longer changes, so that the parser of a reader sees what ours saw:
/// cleverly broken HTML shows its meaning only at the second parsing.
pub(super) fn sanitise(html: &str, base: &WebUrl) -> String {
    let sanitiser = sanitiser(base);
    let sanitise_once = |html: &str| {
        let clean = sanitiser.clean(html).to_string();
        // An entity can become a character that no feed may contain.
        text::remove_forbidden(&clean).trim().to_owned()
    };
    let mut html = Cow::Borrowed(html);
    for _ in 0..MAX_REPETITIONS {
        let clean = sanitise_once(&html);
        if clean == html.trim() {
            return clean;
        }
        html = Cow::Owned(clean);
    }
    sanitise_once(&paragraphs(&text::plain(&html)))
}

/// HTML that still changes after so many repetitions is reduced to its text.
const MAX_REPETITIONS: usize = 5;

fn sanitiser(base: &WebUrl) -> Builder<'static> {
    let base = base.clone();
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // The filter below makes every address absolute, or removes it.
        .url_relative(UrlRelative::PassThrough)
        .add_clean_content_tags(["title", "template", "noscript", "textarea", "select"])
        // Validators consider a change of direction a risk.
        .rm_tags(["bdo"])
        .link_rel(None)
        .attribute_filter(move |element, attribute, value| {
            if !matches!(attribute, "href" | "src" | "cite") {
                return Some(Cow::Borrowed(value));
            }
            let scheme = value.trim_start().get(..7);
            if element == "a" && scheme.is_some_and(|s| s.eq_ignore_ascii_case("mailto:")) {
                return Some(Cow::Borrowed(value));
            }
            let url = base.join(value).ok()?;
            Some(Cow::Owned(url.as_str().to_owned()))
        });
    builder
}
