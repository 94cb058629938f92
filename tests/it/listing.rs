//! The listing of the feeds: index page, OPML file and stylesheet.

use std::collections::BTreeSet;
use std::fs;

use feedmill::Change;

use crate::support::{Workspace, article, text, tree};

/// The attributes of every outline of an OPML file, in order, read without our own code.
fn outlines(list: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = quick_xml::Reader::from_str(list);
    let mut outlines = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => return outlines,
            quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element)
                if element.name().as_ref() == "outline" =>
            {
                let attributes = element.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = htmlize::unescape_attribute(&*attribute.value).into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                outlines.push(attributes.collect());
            }
            _ => {}
        }
    }
}

fn value<'a>(outline: &'a [(String, String)], key: &str) -> &'a str {
    outline.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value)
}

#[test]
fn the_opml_file_lists_every_feed_once() {
    let workspace = Workspace::new()
        .with("by: [topic, provider, all]\ntitle: News\nbase-url: https://example.org/feeds/");
    workspace.write("in/1.md", article(1, "zebra & 'co'", "provider: P")).article(2, "Ärger");
    workspace.article(3, "apple").run();
    let list = workspace.read("out/feeds.opml");
    let outlines = outlines(&list);
    let texts: Vec<&str> = outlines.iter().map(|outline| value(outline, "text")).collect();
    let expected = [
        "News",
        "Providers – News",
        "P – News",
        "Topics – News",
        "apple – News",
        "Ärger – News",
        "zebra & 'co' – News",
    ];
    assert_eq!(texts, expected);
    for outline in &outlines {
        assert_eq!(value(outline, "title"), value(outline, "text"));
        let file = value(outline, "xmlUrl").strip_prefix("https://example.org/feeds/");
        match file {
            // A folder; with a type some readers take it for a feed.
            None => assert_eq!(outline.len(), 2, "{outline:?}"),
            Some(file) => {
                assert_eq!(value(outline, "type"), "rss");
                assert!(file.ends_with(".rss.xml") && workspace.path("out").join(file).exists());
                let page = value(outline, "htmlUrl").strip_prefix("https://example.org/feeds/");
                assert_eq!(page, Some(file.replace(".rss.xml", ".html").as_str()));
            }
        }
    }
}

#[test]
fn no_two_texts_of_the_opml_file_are_the_same_to_a_reader() {
    // rss2email turns each run of other characters into a hyphen, and refuses the file at the first
    // text that it has seen before.
    let workspace = Workspace::new().with("by: [topic, provider]\ntitle: News");
    for (n, topic) in [(1, "C"), (2, "C#"), (3, "C++"), (4, "Microsoft")] {
        workspace.write(&format!("in/{n}.md"), article(n, topic, "provider: Microsoft"));
    }
    workspace.run();
    let outlines = outlines(&workspace.read("out/feeds.opml"));
    let texts = outlines.iter().map(|outline| value(outline, "text"));
    let mut seen = BTreeSet::new();
    for text in texts.clone() {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        assert!(seen.insert(words.join("-")), "{text}");
    }
    for text in ["Microsoft (provider) – News", "Microsoft (topic) – News", "C (topic/c) – News"]
    {
        assert!(texts.clone().any(|known| known == text), "{text}: {seen:?}");
    }
    let feed = workspace.read("out/provider/microsoft.rss.xml");
    assert!(feed.contains("<title>Microsoft – News</title>"), "the title of a feed is its own");
}

#[test]
fn the_listing_links_to_the_preferred_format() {
    for (formats, ending) in
        [("json, atom, rss", ".rss.xml"), ("json, atom", ".atom.xml"), ("json", ".json")]
    {
        let workspace = Workspace::new();
        workspace.article(1, "AI");
        let output = workspace.command(&["build", "in", "--format", &formats.replace(' ', "")]);
        assert!(output.status.success());
        let list = workspace.read("out/feeds.opml");
        assert_eq!(value(&outlines(&list)[1], "xmlUrl"), format!("topic/ai{ending}"));
        let page = workspace.read("out/index.html");
        assert_eq!(page.matches(&format!("href=\"topic/ai{ending}\"")).count(), 2, "{formats}");
    }
}

#[test]
fn the_page_describes_each_feed_in_the_language_of_the_site() {
    let workspace = Workspace::new().with("title: News\nlanguage: de-AT\ndescription: Neues");
    workspace.article(1, "AI").article(2, "AI").run();
    let page = workspace.read("out/index.html");
    for said in [
        "<html lang=\"de\">",
        "<title>Feeds – News</title>",
        "<h1><bdi lang=\"de-AT\">News</bdi> folgen</h1>",
        "<p class=\"lead\" lang=\"de-AT\" dir=\"auto\">Neues</p>",
        ">Alle importieren</a>",
        "<h2 id=\"topic\">Themen <span>1</span></h2>",
        "<a href=\"topic/ai.html\"><span><bdi lang=\"de-AT\">AI</bdi></span></a>",
        "data-copy=\"topic/ai.rss.xml\" aria-label=\"Adresse kopieren: AI – News\"",
        "<a href=\"https://example.org/2\"><span>Article 2</span></a>",
        "<time datetime=\"2024-01-01T00:02:00Z\">1. Jan. 2024</time> · 2 Artikel",
        "href=\"topic/ai.atom.xml\"",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("data-base"), "nobody knows where it is served");
    assert!(!page.contains("<nav"), "there is only one place to go to");
}

/// The parts of a text that follow a mark, up to the next quotation mark.
fn after<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    text.split(mark).skip(1).filter_map(|part| part.split('"').next()).collect()
}

#[test]
fn the_page_shows_lively_feeds_first_and_folds_silent_ones() {
    let workspace = Workspace::new().with("by: [provider, all, topic]\ntitle: News");
    let dated = |n, topic, date| article(n, topic, "provider: P").replace("2024-01-01", date);
    workspace
        .write("in/1.md", dated(1, "Old", "2022-06-01"))
        .write("in/2.md", dated(2, "A year", "2023-01-01"))
        .write("in/3.md", dated(3, "New", "2023-12-31"))
        .write("in/4.md", dated(4, "P", "2023-06-01"))
        .run();
    let page = workspace.read("out/index.html");
    let (head, main) = page.split_once("<main>").unwrap();
    let (_, silent) = main.split_once("<details class=\"silent\"").unwrap();
    let feeds = ["all", "topic/new", "topic/p", "topic/a-year", "provider/p", "topic/old"];
    let files = feeds.map(|feed| format!("{feed}.rss.xml"));
    assert_eq!(after(main, "data-copy=\""), files);
    assert_eq!(after(silent, "data-copy=\""), ["topic/old.rss.xml"]);
    assert_eq!(after(&page, "<a href=\"#"), ["topic", "provider", "silent"]);
    assert!(page.contains("<bdi lang=\"en\">P</bdi> <small>(topic)</small>"), "{page}");
    // A reader that is given the address of the page takes the first feed.
    let links: Vec<&str> = head.split("rel=\"alternate\"").skip(1).collect();
    let offered: Vec<&str> = links.iter().map(|link| after(link, "href=\"")[0]).collect();
    assert_eq!(offered[..2], ["all.rss.xml", "provider/p.rss.xml"]);
    assert_eq!(offered.last(), Some(&"topic/old.rss.xml"));
}

#[test]
fn the_pages_have_the_colors_logo_and_words_of_the_configuration() {
    let workspace = Workspace::new().with(
        "title: News\nbase-url: https://e.example/\n\
         page: {accent: '#ffe600', logo: img/logo.svg, heading: 'Read & follow', intro: All of it.}",
    );
    workspace.article(1, "AI").run();
    let page = workspace.read("out/index.html");
    assert!(page.contains("<img src=\"img/logo.svg\" alt=\"\">"));
    assert!(page.contains(">Read &#38; follow</h1>") && page.contains(">All of it.</p>"));
    let style = workspace.read("out/page.css");
    assert!(style.starts_with("/* generator: feedmill */"));
    assert!(style.contains("--button: #ffe600; --on-button: #000000"), "black on yellow");
    assert_eq!(style.matches("--accent: #ffe600").count(), 1, "readable in the dark only");
    assert!(workspace.read("out/icon.svg").contains("fill=\"#ffe600\""));
    let feed = workspace.read("out/feed.css");
    assert!(feed.contains("content: \"To read it as a page: \" attr(href)"), "{feed}");
}

#[test]
fn the_icon_is_a_file_that_any_reader_can_fetch() {
    // Liferea fetches the icon of the page of each feed, and never ends with a `data:` address.
    let workspace = Workspace::new().with("by: [topic, all]\nbase-url: https://e.example/");
    workspace.article(1, "AI").run();
    let page = workspace.read("out/index.html");
    assert!(page.contains("<link rel=\"icon\" type=\"image/svg+xml\" href=\"icon.svg\">"));
    assert!(page.contains("img-src 'self'"));
    let icon = workspace.read("out/icon.svg");
    let document = icon.strip_prefix("<!-- generator: feedmill -->\n").unwrap();
    assert!(document.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    for (name, bytes) in tree(&workspace.path("out")) {
        assert!(!text(&bytes).contains("data:"), "{name}");
    }
}

#[test]
fn the_page_escapes_article_text() {
    let topic = "</script><script>alert(1)</script>\\\" onclick=x {{ 7*7 }} {% if %}";
    let workspace = Workspace::new().with("title: '</title><script>x</script>'");
    workspace.write("in/1.md", article(1, "x", "").replace("[\"x\"]", &format!("[\"{topic}\"]")));
    workspace.run();
    let page = workspace.read("out/index.html");
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    assert!(page.contains("<script src=\"page.js\" defer></script>"));
    assert_eq!(page.matches("</script").count(), 1);
    assert!(page.contains("{{ 7*7 }} {% if %}"));
    assert!(!page.contains("\" onclick"));
}

#[test]
fn the_page_and_the_opml_file_are_the_same_with_a_cache() {
    let workspace = Workspace::new().with("title: News\nby: [topic, all]").remembering();
    workspace.article(1, "AI").article(2, "Web").run();
    workspace.article(3, "AI");
    let report = workspace.run();
    assert!(report.cached > 0);
    let files = ["index.html", "feeds.opml", "page.css", "page.js", "icon.svg", "feed.css"];
    let warm = files.map(|name| workspace.read(&format!("out/{name}")));
    assert_eq!(report.publication.files["feeds.opml"], Change::Unchanged);
    assert_eq!(report.publication.files["index.html"], Change::Replaced);
    fs::remove_dir_all(workspace.path("out")).unwrap();
    fs::remove_dir_all(workspace.path("cache")).unwrap();
    workspace.run();
    assert_eq!(files.map(|name| workspace.read(&format!("out/{name}"))), warm);
}

#[test]
fn an_index_page_of_the_operator_is_kept() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("out/index.html", "<h1>My own</h1>");
    let report = workspace.run();
    assert_eq!(report.publication.files["index.html"], Change::Foreign);
    assert_eq!(workspace.read("out/index.html"), "<h1>My own</h1>");

    assert!(!report.publication.has_foreign_feed());
    let output = workspace.command(&["build", "in"]);
    assert!(output.status.success() && output.stderr.is_empty(), "that is no error");

    let workspace = Workspace::new().with("index: false");
    workspace.article(1, "AI").write("out/index.html", "<h1>My own</h1>");
    let report = workspace.run();
    assert_eq!(report.publication.files.len(), 3);
    assert!(!workspace.read("out/topic/ai.rss.xml").contains("xml-stylesheet"));
}

#[test]
fn a_file_without_the_mark_of_its_kind_is_foreign() {
    for (name, theirs) in [
        ("index.html", "<!DOCTYPE html>\n<style>/* generator: feedmill */</style>"),
        ("index.html", "<script>\n\n\n\n\n\n<meta name=\"generator\" content=\"feedmill\">"),
        ("feeds.opml", "<opml><generator>feedmill</generator></opml>"),
        ("icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>"),
        ("feed.css", "a { color: red } /* generator: feedmill */"),
        ("topic/ai.json", "{\"x\": \"<generator>feedmill</generator>\"}"),
    ] {
        let workspace = Workspace::new();
        let report = workspace.article(1, "AI").write(&format!("out/{name}"), theirs).run();
        assert_eq!(report.publication.files[name], Change::Foreign, "{theirs}");
        assert_eq!(workspace.read(&format!("out/{name}")), theirs);
    }
}

#[test]
fn the_listing_omits_foreign_files() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web").write("out/topic/web.rss.xml", "mine").run();
    for name in ["out/index.html", "out/feeds.opml"] {
        let text = workspace.read(name);
        assert!(text.contains("topic/ai.rss.xml") && !text.contains("topic/web"), "{name}");
    }
}

#[test]
fn without_feeds_there_is_no_page() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").run();
    assert!(workspace.path("out/index.html").exists());
    workspace.write("in/1.md", article(1, "AI", "published: false")).run();
    for name in ["index.html", "feeds.opml", "page.css", "page.js", "icon.svg", "feed.css"] {
        assert!(!workspace.path("out").join(name).exists(), "{name}");
    }
}

#[test]
fn feeds_link_to_their_stylesheet_and_hub_from_any_folder() {
    let workspace = Workspace::new().with(
        "by: [topic, all]\nkinds: {topic: {path: by/topic}}\nbase-url: https://e.example/\n\
         hub: https://hub.example/?a&b",
    );
    workspace.article(1, "AI").run();
    for (file, way) in [("by/topic/ai.rss.xml", "../../feed.css"), ("all.atom.xml", "feed.css")] {
        let feed = workspace.read(&format!("out/{file}"));
        let second = feed.lines().nth(1).unwrap();
        assert_eq!(second, format!("<?xml-stylesheet type=\"text/css\" href=\"{way}\"?>"));
        assert!(feed.contains("href=\"https://hub.example/?a&amp;b\" rel=\"hub\""), "{feed}");
    }
    let feed = workspace.read("out/all.json");
    assert!(feed.contains("\"hubs\": [\n    {\n      \"type\": \"WebSub\","), "{feed}");
    assert!(!feed.contains("stylesheet"));
}
