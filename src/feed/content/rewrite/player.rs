//! Replaces players and frames by links to what they play or show.

use super::is_address;
use crate::feed::media::known_media_type;
use crate::types::dom::{Document, NodeRef, all, attribute, first_attribute};
use crate::types::{text::escape, url::WebUrl};

/// Replaces players and frames.
pub(super) fn rewrite(document: &Document, base: &WebUrl) {
    for node in all(document, "lite-youtube, lite-vimeo, amp-youtube, amp-vimeo") {
        replace_id(&node);
    }
    let players = "video, audio, iframe, object, embed, amp-video, amp-audio, amp-iframe";
    for node in all(document, players) {
        replace(&node, base);
    }
}

/// Removes an element, and the paragraph that held nothing else.
fn remove(node: &NodeRef<'_>) {
    let parent = node.parent();
    node.remove_from_parent();
    if let Some(parent) = parent.filter(|it| it.has_name("p") && it.inner_html().trim().is_empty())
    {
        parent.remove_from_parent();
    }
}

/// Replaces an element that names a film by its id.
fn replace_id(node: &NodeRef<'_>) {
    let id = first_attribute(node, &["videoid", "video-id", "data-videoid", "params-videoid"]);
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let Some(id) = id.filter(|id| id.chars().all(is_id)) else { return };
    let is_vimeo = ["lite-vimeo", "amp-vimeo"].iter().any(|name| node.has_name(name));
    let (site, usual) = if is_vimeo {
        ("https://vimeo.com/", "Video on Vimeo")
    } else {
        ("https://www.youtube.com/watch?v=", "Video on YouTube")
    };
    let name = first_attribute(node, &["title", "videotitle", "playlabel", "aria-label"]);
    let name = name.unwrap_or_else(|| usual.to_owned());
    push_link(node, &format!("<a href=\"{site}{id}\">{}</a>", escape(&name)));
}

/// Puts a link in the place of an element.
fn push_link(node: &NodeRef<'_>, html: &str) {
    let is_block = stands_alone(node);
    node.replace_with_html(if is_block { format!("<p>{html}</p>") } else { html.to_owned() });
}

fn replace(node: &NodeRef<'_>, base: &WebUrl) {
    let Some(url) = source(node).and_then(|url| base.join(&url).ok()) else {
        let has_link = node.descendants_it().any(|node| node.has_name("a") || node.has_name("img"));
        if has_link && !node.has_name("iframe") {
            node.replace_with_html(node.inner_html());
        } else {
            remove(node);
        }
        return;
    };
    let is_tiny = ["width", "height"]
        .iter()
        .any(|name| matches!(attribute(node, name).trim_end_matches("px"), "0" | "1"));
    if is_tiny {
        node.remove_from_parent();
        return;
    }
    let page = page(&url);
    // Nothing plays Flash any more.
    if page.is_none() && url.extension().is_some_and(|it| it.eq_ignore_ascii_case("swf")) {
        node.remove_from_parent();
        return;
    }
    let url = page.as_ref().unwrap_or(&url);
    let name = first_attribute(node, &["title", "aria-label", "alt"]);
    let name = name.unwrap_or_else(|| usual_name(node, url));
    let link = escape(url.as_str());
    let poster = Some(attribute(node, "poster")).filter(|poster| is_address(poster));
    let is_picture = attribute(node, "type").starts_with("image/")
        || url.extension().is_some_and(|it| known_media_type(&it, "image").is_some());
    let name = escape(&name);
    let html = match poster {
        _ if is_picture => format!("<img src=\"{link}\" alt=\"{name}\">"),
        Some(poster) => {
            let poster = escape(&poster);
            format!("<a href=\"{link}\"><img src=\"{poster}\" alt=\"{name}\"></a>")
        }
        None => format!("<a href=\"{link}\">{name}</a>"),
    };
    push_link(node, &html);
}

/// The address of what an element plays or shows.
fn source(node: &NodeRef<'_>) -> Option<String> {
    let own = first_attribute(node, &["src", "data", "data-src"]).filter(|url| is_address(url));
    let parameter = || {
        let mut parameters = node.descendants().into_iter().filter(|node| {
            node.has_name("param")
                && matches!(&*attribute(node, "name").to_ascii_lowercase(), "movie" | "src")
        });
        parameters.find_map(|node| first_attribute(&node, &["value"]).filter(|url| is_address(url)))
    };
    own.or_else(parameter).or_else(|| {
        let sources = node.descendants().into_iter().filter(|node| node.has_name("source"));
        let urls = sources.filter_map(|source| first_attribute(&source, &["src", "data-src"]));
        urls.into_iter().find(|url| is_address(url))
    })
}

/// The page of a film whose player has this address.
fn page(player: &WebUrl) -> Option<WebUrl> {
    let host = player.host();
    let path = player.path();
    let id = |prefix: &str| {
        let id = path.strip_prefix(prefix)?.split('/').next()?;
        // Old addresses have their parameters behind it.
        let id = id.split('&').next().unwrap_or_default();
        let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (!id.is_empty() && id != "videoseries" && id.chars().all(is_id)).then_some(id)
    };
    let page = match host.as_str() {
        "youtube.com" | "youtube-nocookie.com" | "m.youtube.com" => {
            let id = id("/embed/").or_else(|| id("/v/"))?;
            format!("https://www.youtube.com/watch?v={id}")
        }
        "player.vimeo.com" => format!("https://vimeo.com/{}", id("/video/")?),
        _ => return None,
    };
    WebUrl::parse(&page).ok()
}

/// The name of a link to something without a title.
fn usual_name(node: &NodeRef<'_>, url: &WebUrl) -> String {
    let host = url.host();
    match host.as_str() {
        "youtube.com" => "Video on YouTube".to_owned(),
        "vimeo.com" => "Video on Vimeo".to_owned(),
        _ if node.has_name("iframe") => host,
        _ => {
            let file = url.path().rsplit('/').next().unwrap_or_default();
            if file.is_empty() { host } else { file.to_owned() }
        }
    }
}

/// Whether an element is a block of its own.
fn stands_alone(node: &NodeRef<'_>) -> bool {
    let blocks = ["html", "body", "div", "section", "article", "main", "blockquote"];
    let is_in_block = node
        .parent()
        .is_none_or(|parent| parent.node_name().is_none_or(|name| blocks.contains(&&*name)));
    let is_text = |node: Option<NodeRef<'_>>| {
        node.is_some_and(|node| node.is_text() && !node.text().trim().is_empty())
    };
    is_in_block && !is_text(node.prev_sibling()) && !is_text(node.next_sibling())
}
