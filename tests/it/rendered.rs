//! Pages of a rendered site: as articles of their own, and as the content of articles of a source.

use std::fs::FileTimes;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use feedmill::{Config, Publishing, Settings, Timestamp};
use proptest::prelude::*;

use crate::support::{Workspace, text};

/// A page of a site at `https://example.org/`.
fn page(title: &str, date: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>{title} | Tea</title>\
         <meta property=og:type content=article>\
         <meta property=article:published_time content={date}>\
         <meta property=article:tag content=Green>\
         </head><body><nav><a href=/>Home</a></nav><main><h1>{title}</h1>{body}\
         <div class=share-links>Share this</div></main><footer>Words of the site</footer></body></html>"
    )
}

/// A site of three articles and some other pages, in the folder `public`.
fn site() -> Workspace {
    let workspace = Workspace::new();
    for n in 1..4 {
        let body = format!("<p>Text {n} with <a href=other/>a link</a>.</p><pre>a &lt; b</pre>");
        let page = page(&format!("Article {n}"), &format!("2024-05-0{n}T08:00:00Z"), &body);
        workspace.write(&format!("public/blog/tea-{n}/index.html"), page);
    }
    workspace.write("public/index.html", "<title>Tea</title><p>Welcome.");
    workspace.write("public/about/index.html", "<title>About | Tea</title><p>Who we are.");
    workspace.write("public/docs/index.html", "<title>Manual | Tea</title><p>How it works.");
    workspace
}

fn settings(workspace: &Workspace, more: &str) -> Settings {
    let folder = workspace.path("public");
    let keys = if more.contains("rendered:") {
        more.replace("FOLDER", folder.to_str().unwrap())
    } else {
        format!("rendered: {}\n{more}", folder.display())
    };
    let text = format!(
        "by: [all, topic, section]\nformat: [json]\nsite-url: https://example.org/\n{keys}"
    );
    let config = Config::parse(&text, std::path::Path::new("")).unwrap();
    let config = Config { out: Some(workspace.path("out")), ..config };
    config.into_settings(Timestamp::parse("2026-01-01").unwrap()).unwrap()
}

/// The entries of the feed of all articles: link, title, content.
fn entries(settings: &Settings) -> Vec<(String, String, String)> {
    let build = feedmill::build(settings, &|| false).unwrap();
    let feed = build.feeds.iter().find(|feed| feed.location == "all");
    let entries = feed.map(|feed| feed.entries.as_slice()).unwrap_or_default();
    entries
        .iter()
        .map(|entry| (entry.link.to_string(), entry.title.clone(), entry.content.clone()))
        .collect()
}

fn links(settings: &Settings) -> Vec<String> {
    entries(settings).into_iter().map(|(link, ..)| link).collect()
}

#[test]
fn pages_are_articles() {
    let workspace = site();
    let settings = settings(&workspace, "");
    let entries = entries(&settings);
    assert_eq!(
        links(&settings),
        [
            "https://example.org/blog/tea-3/",
            "https://example.org/blog/tea-2/",
            "https://example.org/blog/tea-1/",
        ]
    );
    let (_, title, content) = &entries[0];
    assert_eq!(title, "Article 3");
    assert_eq!(
        content.trim(),
        "<p>Text 3 with <a href=\"https://example.org/blog/tea-3/other/\">a link</a>.</p><pre>a &lt; b</pre>"
    );
    let build = feedmill::build(&settings, &|| false).unwrap();
    let names: Vec<&str> = build.feeds.iter().map(|feed| feed.location.as_str()).collect();
    assert_eq!(names, ["all", "topic/green", "section/blog"]);
}

#[test]
fn pages_that_must_not_be_found_are_left_out() {
    let workspace = site();
    let noindex = page("Secret", "2024-06-01T08:00:00Z", "<p>Hidden words.</p>")
        .replace("<title>", "<meta name=robots content='noindex, follow'><title>");
    workspace.write("public/blog/secret/index.html", noindex);
    let draft = page("Draft", "2024-06-02T08:00:00Z", "<p>Hidden words.</p>");
    workspace.write("public/drafts/a/index.html", &draft);
    workspace.write("public/blog/later/index.html", page("Later", "2034-06-02T08:00:00Z", "<p>x"));
    let moved = page("Old", "2024-06-03T08:00:00Z", "<p>x")
        .replace("<title>", "<meta http-equiv=refresh content='0; url=/blog/tea-1/'><title>");
    workspace.write("public/blog/old/index.html", moved);
    let copy = page("Copy", "2024-06-04T08:00:00Z", "<p>x")
        .replace("<title>", "<link rel=canonical href=https://example.org/blog/tea-1/><title>");
    workspace.write("public/blog/copy/index.html", copy);
    let settings = settings(&workspace, "");
    assert_eq!(links(&settings).len(), 3);
    let stats = feedmill::check(&settings, &|| false).unwrap();
    let told = format!("{:?}", stats.diagnostics);
    assert!(
        !told.contains("secret") && !told.contains("later") && !told.contains("drafts"),
        "{told}"
    );
}

#[test]
fn the_index_of_a_folder_has_the_address_of_the_folder() {
    let workspace = site();
    let copied = page("Copied", "2024-06-04T08:00:00Z", "<p>x").replace(
        "<title>",
        "<link rel=canonical href=https://example.org/blog/copied/index.html><title>",
    );
    workspace.write("public/blog/copied/index.html", copied);
    let links = links(&settings(&workspace, ""));
    assert_eq!(links[0], "https://example.org/blog/copied/");
}

#[test]
fn the_configuration_decides() {
    let workspace = site();
    workspace.write(
        "public/notes/a.html",
        "<body class=note><h2 class=t>A note</h2><abbr class=d title='3 May 2024'>then</abbr>\
         <div class=text><p>Words.</p><p class=ad>Buy.</p></div>",
    );
    let settings = settings(
        &workspace,
        "rendered:\n  folder: FOLDER\n  include: [\"/notes/**\"]\n  articles: body.note\n  \
         content: .text\n  remove: .ad\n  title: h2.t\n  \
         date: {select: abbr.d@title, format: \"%d %B %Y\", zone: Europe/Berlin}\n  clean-urls: true",
    );
    let expected = ("https://example.org/notes/a", "A note", "<p>Words.</p>");
    let entries = entries(&settings);
    let [(link, title, content)] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((link.as_str(), title.as_str(), content.trim()), expected);
    let build = feedmill::build(&settings, &|| false).unwrap();
    assert_eq!(build.feeds[0].entries[0].published.to_string(), "2024-05-02T22:00:00Z");
}

#[test]
fn wrong_selectors_have_a_place_and_unmatched_ones_are_warnings() {
    let wrong = "rendered:\n  folder: public\n  content: \"div[\"\n";
    let error = Config::parse(wrong, std::path::Path::new("")).unwrap_err().to_string();
    assert!(error.starts_with("line 3, column 12: ") || error.starts_with("line 3"), "{error}");
    assert!(error.contains("`div[` is not a CSS selector"), "{error}");
    let workspace = site();
    let settings =
        settings(&workspace, "rendered: {folder: FOLDER, content: .nothing, remove: h1}");
    let report = feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
    for stats in [feedmill::check(&settings, &|| false).unwrap(), report.stats] {
        let told: Vec<String> =
            stats.diagnostics.iter().map(|found| found.finding.problem.to_string()).collect();
        assert_eq!(told, ["`rendered.content` matches no page"]);
    }
}

#[test]
fn a_site_without_a_sign_is_refused_with_a_hint() {
    let workspace = Workspace::new();
    for n in 1..9 {
        let page = format!("<title>Page {n}</title><p class=post-date>2024-05-0{n}</p><p>Text.");
        workspace.write(&format!("public/{n}x.html"), page);
    }
    let refused = |arguments: &[&str]| {
        let output = workspace.command(arguments);
        assert_eq!(output.status.code(), Some(4));
        text(&output.stderr)
    };
    let message = refused(&["build", "--rendered", "public", "--site-url", "https://example.org/"]);
    assert!(message.contains("none of 8 has a date that is marked as one"), "{message}");
    assert!(message.contains("set `rendered: {folder: public, date: '.post-date'}`"), "{message}");
    let settings = settings(&workspace, "rendered: {folder: FOLDER, date: .post-date}");
    assert_eq!(links(&settings).len(), 8);
    // Nor is one whose pages do not say where they are.
    let workspace = site();
    let output = workspace.command(&["build", "--rendered", "public"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stderr).contains("do not say their address; set site-url"));
}

#[test]
fn a_page_gives_the_content_of_an_article() {
    let workspace = site();
    for (n, flag) in [(1, ""), (2, "draft: true"), (4, "")] {
        let article = format!(
            "---\ntitle: Own title {n}\npublishedDateTime: 2024-03-0{n}\n\
             originalUrl: https://example.org/blog/tea-{n}\n{flag}\n---\nThe source.\n"
        );
        workspace.write(&format!("in/{n}.md"), article);
    }
    let source = workspace.path("in");
    let settings = Settings {
        source: vec![source.clone()],
        ..settings(&workspace, &format!("source: {}", source.display()))
    };
    let entries = entries(&settings);
    let short: Vec<(&str, &str)> =
        entries.iter().map(|(link, title, _)| (link.as_str(), title.as_str())).collect();
    assert_eq!(
        short,
        [
            ("https://example.org/blog/tea-4", "Own title 4"),
            ("https://example.org/blog/tea-1", "Own title 1"),
        ]
    );
    assert_eq!(entries[0].2.trim(), "<p>The source.</p>");
    assert!(entries[1].2.starts_with("<p>Text 1 with"), "{}", entries[1].2);
    let report = feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
    assert_eq!(report.without_page, 1);
    // Old pages are a note, and missing ones a warning.
    let old = SystemTime::now() - Duration::from_secs(3_600);
    let page =
        std::fs::File::options().write(true).open(workspace.path("public/blog/tea-1/index.html"));
    page.unwrap().set_times(FileTimes::new().set_modified(old)).unwrap();
    let stats = feedmill::check(&settings, &|| false).unwrap();
    let told: Vec<(PathBuf, &str)> = stats
        .diagnostics
        .iter()
        .map(|found| (found.path.clone(), found.finding.problem.name()))
        .filter(|(_, name)| name.contains("page"))
        .collect();
    assert_eq!(told, [(source.join("1.md"), "page-old"), (source.join("4.md"), "no-page")]);
}

#[test]
fn a_page_says_what_the_front_matter_of_its_article_leaves_out() {
    let workspace = site();
    for (n, keys) in [
        (1, "topics: [Own]"),
        (2, "title: Own title"),
        (3, "draft: true"),
        // No page: nothing is known.
        (4, ""),
    ] {
        let url = format!("originalUrl: https://example.org/blog/tea-{n}");
        workspace.write(&format!("in/{n}.md"), format!("---\n{url}\n{keys}\n---\nThe source.\n"));
    }
    // A bare `<time>` is not the date of an article.
    workspace
        .write("in/5.md", "---\ntitle: About\noriginalUrl: https://example.org/about\n---\nx\n");
    workspace
        .write("public/about/index.html", "<title>About</title><time datetime=2024-01-01></time>");
    let source = workspace.path("in");
    let remembering = || {
        std::thread::sleep(Duration::from_millis(10));
        let clock = Timestamp::from_system(SystemTime::now() + Duration::from_secs(2)).unwrap();
        let cache = Some(feedmill::CacheConfig { folder: workspace.path("cache"), clock });
        let more = format!("source: {}", source.display());
        Settings { cache, source: vec![source.clone()], ..settings(&workspace, &more) }
    };
    let run = || {
        feedmill::run(&remembering(), Publishing::default(), &|| false).unwrap();
        workspace.feeds().keys().cloned().collect::<Vec<_>>()
    };
    let topic = |name: &str, feeds: &[String]| feeds.iter().any(|feed| feed.contains(name));
    let feeds = run();
    assert!(topic("topic/own", &feeds) && topic("topic/green", &feeds), "{feeds:?}");
    let short = || {
        let build = feedmill::build(&remembering(), &|| false).unwrap();
        let all = build.feeds.iter().find(|feed| feed.location == "all").unwrap();
        let line = |entry: &std::sync::Arc<feedmill::Entry>| {
            format!("{} {}", entry.published.date(), entry.title)
        };
        all.entries.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(short(), ["2024-05-02 Own title", "2024-05-01 Article 1"]);
    // The next run sees a page that has changed, although the source has not.
    workspace.write(
        "public/blog/tea-1/index.html",
        page("Another", "2024-06-01T08:00:00Z", "<p>x").replace("Green", "White"),
    );
    run();
    assert_eq!(short(), ["2024-06-01 Another", "2024-05-02 Own title"]);
}

#[test]
fn a_run_with_the_cache_makes_the_same_feeds() {
    let workspace = site();
    let remembering = || {
        std::thread::sleep(Duration::from_millis(10));
        let clock = Timestamp::from_system(SystemTime::now() + Duration::from_secs(2)).unwrap();
        let folder = workspace.path("cache");
        let cache = Some(feedmill::CacheConfig { folder, clock });
        Settings { cache, ..settings(&workspace, "") }
    };
    let run = || feedmill::run(&remembering(), Publishing::default(), &|| false).unwrap();
    assert_eq!(run().cached, 0);
    let first = workspace.feeds();
    // Three articles and a page that is none; what paths tell is not even read.
    assert_eq!(run().cached, 4);
    assert_eq!(workspace.feeds(), first);
    // A new article, and then another sign for all of them.
    workspace
        .write("public/blog/tea-5/index.html", page("Article 5", "2024-05-05T08:00:00Z", "<p>5"));
    run();
    let uncached = || Settings { cache: None, ..remembering() };
    let expected = entries(&uncached());
    assert_eq!((entries(&remembering()), expected.len()), (expected.clone(), 4));
    for n in [1, 2, 3, 5] {
        let json = format!(
            "<script type=application/ld+json>{{\"@type\":\"Article\",\"headline\":\"New {n}\",\
             \"datePublished\":\"2024-07-0{n}\"}}</script>"
        );
        let page =
            page("x", "2024-05-01T08:00:00Z", "<p>x").replace("<title>", &(json + "<title>"));
        workspace.write(&format!("public/blog/tea-{n}/index.html"), page);
    }
    run();
    assert_eq!(entries(&remembering()), entries(&uncached()));
    assert_eq!(entries(&uncached())[0].1, "New 5");
}

#[test]
fn hostile_pages_are_read_in_time() {
    let workspace = site();
    let hostile = [
        "<div>".repeat(100_000),
        "<time>".repeat(50_000),
        "<article class=e-content><p>x".repeat(200),
        "<b><p>".repeat(10_000),
        format!("<script type=application/ld+json>{}</script>", "[".repeat(100_000)),
        format!("<p>{}", "x ".repeat(5 * 1024 * 1024)),
        "<a title=\"".repeat(20_000),
        format!("<title>{}</title>", "a | ".repeat(20_000)),
    ];
    for (n, body) in hostile.iter().enumerate() {
        let page = page("Odd", &format!("2024-03-0{}T01:02:03Z", n + 1), body);
        workspace.write(&format!("public/blog/odd-{n}/index.html"), page);
    }
    let entries = entries(&settings(&workspace, ""));
    // The one of more than 10 MiB is reported and left out.
    assert_eq!(entries.len(), 3 + hostile.len() - 1);
    let all = "rendered: {folder: FOLDER, articles: '*', content: '*', remove: '*', title: '*', date: '*'}";
    let build = feedmill::build(&settings(&site(), all), &|| false);
    assert!(build.is_ok());
}

/// Pieces of pages, sound and unsound.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<html lang=en>",
        "<title>A | B</title>",
        "<p>text</p>",
        "<article>",
        "</article>",
        "<main>",
        "</main>",
        "<time datetime=2024-05-01>x</time>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<div class='e-content h-entry'>",
        "</div>",
        "<meta name=robots content=noindex>",
        "<meta property=og:type content=article>",
        "<svg><path></svg>",
        "<b>",
        "<table><p>",
        "\u{0}",
        "<meta property=article:published_time content=2024-05-02T10:00:00Z>",
        "<section><h2>x</h2>",
        "<script type=application/ld+json>{\"@type\":\"Article\",\"datePublished\":\"2024-01-01\"}</script>",
        "<link rel=canonical href=/a>",
        "<base href=//x>",
        "\"'=><",
        "<h1 class=p-name>A</h1>",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_site_is_read_alike_by_any_number_of_threads(pages in prop::collection::vec(pieces(), 1..8)) {
        let workspace = Workspace::new();
        for (n, page) in pages.iter().enumerate() {
            workspace.write(&format!("public/a/{n}x.html"), page);
        }
        let build = |jobs| {
            let settings = Settings { jobs, ..settings(&workspace, "") };
            feedmill::build(&settings, &|| false).map(|build| format!("{:?}", build.feeds)).ok()
        };
        prop_assert_eq!(build(1), build(2));
        // Nothing of a page that asks not to be listed is in a feed.
        let feeds = build(1).unwrap_or_default();
        for (n, page) in pages.iter().enumerate() {
            let is_plain = !["<!--", "<script>", "\"'=><"].iter().any(|part| page.contains(part));
            let is_listed = feeds.contains(&format!("/{n}x.html"));
            prop_assert!(!(is_plain && page.contains("noindex") && is_listed));
        }
    }
}
