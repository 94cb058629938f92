//! What the specifications of the formats say, and what readers make of it.

use serde_json::Value;

use crate::support::{Workspace, article};

/// A feed of one article with more lines of front matter, in a folder with more configuration.
fn workspace(front_matter: &str, config: &str) -> Workspace {
    let workspace = Workspace::new().with("by: all").with(config);
    workspace.write("in/1.md", article(1, "C#", front_matter));
    workspace
}

fn json(workspace: &Workspace) -> Value {
    serde_json::from_str(&workspace.read("out/all.json")).unwrap()
}

/// Asserts that a text has these parts, one behind another.
#[track_caller]
fn assert_in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let (_, behind) = rest.split_once(part).unwrap_or_else(|| panic!("{part}\nnot in {rest}"));
        rest = behind;
    }
}

/// JSON Feed 1.1: "If not specified in an item, then the top-level authors, if present, are the
/// authors of the item." Every item has some, so that there are none at the top.
#[test]
fn authors_stand_at_each_item_of_json_feed() {
    let workspace = workspace("authors: [Mara, Tom]", "title: River News");
    workspace.write("in/2.md", article(2, "C#", ""));
    workspace.run();
    let json = json(&workspace);
    assert!(json.get("authors").is_none());
    assert_eq!(json["items"][0]["authors"][0]["name"], "River News");
    assert_eq!(json["items"][1]["authors"][1]["name"], "Tom");
}

#[test]
fn rss_names_all_authors_in_one_creator() {
    let workspace = workspace("authors: [Mara, Tom]", "");
    workspace.run();
    assert_in_order(&workspace.read("out/all.rss.xml"), &["<dc:creator>Mara, Tom</dc:creator>"]);
    let atom = ["<name>Mara</name>", "<name>Tom</name>"];
    assert_in_order(&workspace.read("out/all.atom.xml"), &atom);
}

/// RFC 4287, 4.2.2: "The label attribute provides a human-readable label for display", but many
/// readers show the term.
#[test]
fn the_term_of_an_atom_category_is_the_name_as_written() {
    let workspace = workspace("", "");
    workspace.run();
    let atom = workspace.read("out/all.atom.xml");
    assert_in_order(&atom, &["<category term=\"C#\" label=\"C#\"/>"]);
}

/// Some programs take the first link of a feed for its page.
#[test]
fn the_page_is_the_first_link_of_an_atom_feed() {
    let config = "base-url: https://feeds.example.org/\nhub: https://hub.example.org/";
    let workspace = workspace("", config);
    workspace.run();
    let links = ["<link", "rel=\"alternate\"", "rel=\"self\"", "rel=\"hub\"", "<entry>"];
    assert_in_order(&workspace.read("out/all.atom.xml"), &links);
}

/// RSS 2.0: a description is a "phrase or sentence describing the channel", which its title is not.
#[test]
fn a_feed_says_more_about_itself_than_its_title() {
    for (config, topic, all) in [
        (
            "title: River News",
            "Articles about Bridges from River News",
            "All articles from River News",
        ),
        ("title: '{site}'", "Articles about Bridges from {site}", "All articles from {site}"),
        (
            "title: Flussbote\nlanguage: de-AT",
            "Artikel über Bridges von Flussbote",
            "Alle Artikel von Flussbote",
        ),
        (
            "title: River News\ndescription: All about rivers.",
            "All about rivers.",
            "All about rivers.",
        ),
    ] {
        let workspace = Workspace::new().with("by: [topic, all]").with(config);
        workspace.article(1, "Bridges");
        workspace.run();
        for (feed, expected) in [("topic/bridges", topic), ("all", all)] {
            let rss = workspace.read(&format!("out/{feed}.rss.xml"));
            assert_in_order(
                &rss,
                &["<channel>", &format!("<description>{expected}</description>")],
            );
            let atom = workspace.read(&format!("out/{feed}.atom.xml"));
            assert_in_order(&atom, &[&format!("<subtitle>{expected}</subtitle>"), "<entry>"]);
            let json: Value =
                serde_json::from_str(&workspace.read(&format!("out/{feed}.json"))).unwrap();
            assert_eq!(json["description"], expected);
        }
    }
}

/// RSS requires a description; Atom and JSON Feed do not.
#[test]
fn without_words_of_the_language_a_description_is_the_title_or_nothing() {
    let workspace = workspace("", "title: Rivero\nlanguage: eo");
    workspace.run();
    let rss = workspace.read("out/all.rss.xml");
    assert_in_order(&rss, &["<title>Rivero</title>", "<description>Rivero</description>"]);
    assert!(!workspace.read("out/all.atom.xml").contains("subtitle"));
    assert!(json(&workspace).get("description").is_none());
}
