//! What the templates that programs bring along leave in a feed: pictures, and links to players.

use super::Arguments;
use super::snippets::markdown;
use crate::types::text::{MARKDOWN, escape};

/// The HTML of a template with this name; `None` if it is not known.
pub(in crate::site_generator) fn embed(name: &str, arguments: &Arguments) -> Option<String> {
    let id = |keys: &[&str]| {
        let named = keys.iter().find_map(|key| arguments.named(key));
        named.or_else(|| arguments.at(0))
    };
    let (url, usual) = match name {
        "figure" | "img" | "image" => return figure(arguments),
        "youtube" | "youtubeLite" => (watch_url(id(&["id", "video", "v"])?), "Video on YouTube"),
        "vimeo" | "vimeo_simple" => {
            (format!("https://vimeo.com/{}", id(&["id"])?), "Video on Vimeo")
        }
        "streamable" => (format!("https://streamable.com/{}", id(&["id"])?), "Video on Streamable"),
        "instagram" => (format!("https://www.instagram.com/p/{}/", id(&["id"])?), "Instagram"),
        "gist" => return gist(arguments),
        "tweet" | "twitter" | "twitter_simple" | "x" | "x_simple" => {
            let id = id(&["id"]).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
            let user = arguments.named("user").unwrap_or("i/web");
            match (id, arguments.named("id").or_else(|| arguments.at(1))) {
                (Some(id), _) => (format!("https://x.com/{user}/status/{id}"), "Post on X"),
                (None, Some(id)) => {
                    let user = arguments.at(0).unwrap_or("i/web");
                    (format!("https://x.com/{user}/status/{id}"), "Post on X")
                }
                (None, None) => return None,
            }
        }
        _ => return None,
    };
    let title = arguments.named("title").unwrap_or(usual);
    Some(format!("<a href=\"{}\">{}</a>", escape(&url), escape(title)))
}

/// The page of a film, by its id or its address.
fn watch_url(id: &str) -> String {
    if id.contains("://") { id.to_owned() } else { format!("https://www.youtube.com/watch?v={id}") }
}

fn gist(arguments: &Arguments) -> Option<String> {
    let url = match (arguments.named("url"), arguments.at(0), arguments.at(1)) {
        (Some(url), _, _) => url.to_owned(),
        (None, Some(user), Some(id)) if !id.contains('.') => {
            format!("https://gist.github.com/{user}/{id}")
        }
        (None, Some(id), _) => format!("https://gist.github.com/{id}"),
        (None, None, _) => return None,
    };
    let url = escape(&url).into_owned();
    Some(format!("<a href=\"{url}\">{url}</a>"))
}

/// A caption: Markdown if it may be that.
fn shown(caption: &str) -> String {
    let marked = markdown(caption.to_owned());
    if marked == caption { escape(caption).into_owned() } else { marked }
}

/// A picture with its caption.
fn figure(arguments: &Arguments) -> Option<String> {
    let source = ["src", "link", "path", "url"].iter().find_map(|key| arguments.named(key));
    Some(picture(source.or_else(|| arguments.at(0))?, arguments))
}

/// The picture at an address, with the caption that arguments have for it.
pub(in crate::site_generator) fn picture(source: &str, arguments: &Arguments) -> String {
    let caption = arguments.named("caption");
    let plain = caption.filter(|caption| markdown((*caption).to_owned()) == **caption);
    let alt = arguments.named("alt").or(plain).or(arguments.named("title"));
    let image = format!("<img src=\"{}\" alt=\"{}\">", escape(source), escape(alt.unwrap_or("")));
    let image = match arguments.named("link").filter(|link| *link != source) {
        Some(link) => format!("<a href=\"{}\">{image}</a>", escape(link)),
        None => image,
    };
    let title =
        arguments.named("title").map(|title| format!("<strong>{}</strong> ", escape(title)));
    let credit = ["attr", "credit", "credits"].iter().find_map(|key| arguments.named(key));
    let credit = credit.map(shown).map(|credit| match arguments.named("attrlink") {
        Some(link) if !credit.contains(MARKDOWN) => {
            format!("<a href=\"{}\">{credit}</a>", escape(link))
        }
        _ => credit,
    });
    let words: Vec<String> = [title, caption.map(shown), credit].into_iter().flatten().collect();
    let mut words = words.iter().map(|words| words.trim()).collect::<Vec<_>>().join(" ");
    if words.contains(MARKDOWN) {
        words = format!("{MARKDOWN}{}{MARKDOWN}", words.replace(MARKDOWN, ""));
    }
    if words.is_empty() {
        image
    } else {
        format!("<figure>{image}<figcaption>{words}</figcaption></figure>")
    }
}
