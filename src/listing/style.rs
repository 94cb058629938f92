//! The style of the pages and of feeds in a browser, and the icon, in the colors and words of the site.

use std::fmt::Write as _;

use super::words::Words;
use crate::feed::Site;
use crate::types::Color;

/// The accent of a site that sets none.
const ACCENT: Color = Color::from_parts([0x9a, 0x34, 0x12]);

/// The ground of cards in `page.css`, light and dark, on which text has the least contrast.
const GROUNDS: [(Color, Color); 2] = [
    (Color::from_parts([0xf5, 0xf2, 0xef]), Color::BLACK),
    (Color::from_parts([0x24, 0x22, 0x20]), Color::WHITE),
];

fn accent(site: &Site) -> Color {
    site.page.accent.unwrap_or(ACCENT)
}

/// The style of the pages: the colors, then `page.css`.
pub(super) fn page(site: &Site) -> Vec<u8> {
    let accent = accent(site);
    let [light, dark] = GROUNDS.map(|(ground, end)| accent.readable_on(ground, end));
    let colors = |link: Color, button: Color| {
        let [link, button, text] = [link, button, button.text()].map(Color::to_css);
        format!("--accent: {link}; --button: {button}; --on-button: {text};")
    };
    // A brand is recognized by its very color, which the text on it can be read on.
    let (light, dark) = (colors(light, accent), colors(dark, dark));
    let style = format!(
        "/* generator: feedmill */\n\n\
         :root {{ {light} }}\n\
         @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{}",
        include_str!("page.css")
    );
    style.into_bytes()
}

/// The icon of the pages.
pub(super) fn icon(site: &Site) -> Vec<u8> {
    let accent = accent(site);
    let icon = include_str!("icon.svg").replace("#9a3412", &accent.to_css());
    icon.replace("#fff", &accent.text().to_css()).into_bytes()
}

/// The style of a feed in a browser. It cannot make links, so it shows addresses as text.
pub(super) fn feed(site: &Site, words: &Words) -> Vec<u8> {
    let mut style = include_str!("feed.css").to_owned();
    let mut says = string(&words.browser);
    // Writing to a string does not fail.
    if let Some(base) = &site.base_url {
        // The page that a feed links to is its own, unless the site has another one.
        let (before, after) = words.browser_page(site.url.is_none());
        let (before, after) = (string(before), string(after));
        if site.url.is_some() {
            let _ = write!(says, " \"\\a\" {before} {} {after}", string(base.as_str()));
        } else {
            let _ = write!(
                style,
                "channel > link:not([rel]), feed > link[rel=\"alternate\"] {{\n  display: block;\n}}\n\
                 channel > link:not([rel])::before {{\n  content: {before};\n}}\n\
                 channel > link:not([rel])::after {{\n  content: {after};\n}}\n\
                 feed > link[rel=\"alternate\"]::after {{\n  content: {before} attr(href) {after};\n}}\n"
            );
        }
    }
    let _ = write!(style, "rss::before, feed::before {{\n  content: {says};\n}}\n");
    style.into_bytes()
}

/// A string of CSS.
fn string(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => string.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(string, "\\{:x} ", u32::from(c));
            }
            c => string.push(c),
        }
    }
    string + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_of_css_cannot_be_left() {
        assert_eq!(string("a\"}\\ \n<"), r#""a\"}\\ \a <""#);
    }
}
