//! Sites of Jekyll, Hugo and Zola, and articles with keys of their own.

use std::path::{Path, PathBuf};

use feedmill::{Config, Settings, SiteGenerator, Timestamp};

use crate::support::{Workspace, article};

/// Settings for one of the sites, as the program would come to them.
fn settings(preset: SiteGenerator, more: &str) -> Settings {
    let folder = PathBuf::from("tests/sites").join(preset.name());
    assert_eq!(SiteGenerator::detect(&folder), Some(preset));
    let text = format!("preset: {}\nby: [all, topic]\n{more}", preset.name());
    let config = Config::parse(&text, Path::new("")).unwrap();
    let config = Config { source: Some(vec![folder]), ..config }.with_site().unwrap();
    config.into_settings(Timestamp::parse("2026-01-01").unwrap()).unwrap()
}

/// The address, the title and the date of each article, newest first.
fn articles(settings: &Settings) -> Vec<(String, String, String)> {
    let build = feedmill::build(settings, &|| false).unwrap();
    assert!(!format!("{build:?}").contains("SECRET"));
    assert_eq!(build.stats.diagnostics, []);
    let all = build.feeds.iter().find(|feed| feed.location == "all").unwrap();
    let entries = all.entries.iter();
    entries
        .map(|entry| (entry.link.to_string(), entry.title.clone(), entry.published.to_string()))
        .collect()
}

fn expect(found: &[(String, String, String)], expected: &[(&str, &str, &str)]) {
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_jekyll_blog() {
    let settings = settings(SiteGenerator::Jekyll, "");
    expect(
        &articles(&settings),
        &[
            ("https://ferry.example/notes/timetable/2024/", "Moved", "2024-05-05T00:00:00Z"),
            (
                "https://ferry.example/notes/2024/05/03/of-ropes/",
                "Of Ropes",
                "2024-05-03T00:00:00Z",
            ),
            (
                "https://ferry.example/notes/log/big%20boats/2024/05/02/night/",
                "Night crossing",
                "2024-05-02T00:00:00Z",
            ),
            (
                "https://ferry.example/notes/boats/2024/05/01/the-first-ferry/",
                "The first ferry",
                "2024-05-01T16:30:00Z",
            ),
        ],
    );
    let build = feedmill::build(&settings, &|| false).unwrap();
    let names: Vec<&str> = build.feeds.iter().map(|feed| feed.location.as_str()).collect();
    let topics = ["topic/ferries", "topic/mornings", "topic/one-tag"];
    assert_eq!(names.len(), 5);
    assert!(topics.iter().all(|topic| names.contains(topic)), "{names:?}");
    let first = build.feeds[0].entries.last().unwrap();
    assert_eq!(build.feeds[0].title, "Ferry Notes");
    assert_eq!(first.authors[0].name, "Ines Wolter");
    assert_eq!(build.feeds[0].entries[0].authors[0].name, "The crew");
    assert_eq!(first.images[0].url.as_str(), "https://ferry.example/notes/assets/ferry.jpg");
    for part in [
        "src=\"https://ferry.example/notes/assets/quay.png\"",
        "<pre><code>puts \"all aboard\"",
        "href=\"https://ferry.example/notes/timetable/\"",
    ] {
        assert!(first.content.contains(part), "{part}: {}", first.content);
    }
}

#[test]
fn a_hugo_site() {
    let settings = settings(SiteGenerator::Hugo, "");
    expect(
        &articles(&settings),
        &[
            ("https://harbour.example/timetable/", "Moved", "2024-05-04T00:00:00Z"),
            (
                "https://harbour.example/posts/second-ferry/",
                "The second ferry",
                "2024-05-03T06:00:00Z",
            ),
            ("https://harbour.example/n/2024/05/oil-again/", "Oil, again", "2024-05-02T10:00:00Z"),
            (
                "https://harbour.example/posts/first-ferry/",
                "The first ferry & its bell",
                "2024-05-01T06:00:00Z",
            ),
        ],
    );
    let build = feedmill::build(&settings, &|| false).unwrap();
    let first = build.feeds[0].entries.last().unwrap();
    assert_eq!(first.updated.to_string(), "2024-05-02T07:00:00Z");
    assert_eq!(first.summary, "How it came to have a bell.");
    assert_eq!(first.authors.len(), 2);
    let image = first.images[0].url.as_str();
    assert_eq!(image, "https://harbour.example/posts/first-ferry/bell.jpg");
    let image = "<img src=\"https://harbour.example/posts/first-ferry/bell.jpg\" alt=\"\">";
    let text = format!("It rings {image} twice. In Go it would be <code>{{{{ .Ring }}}}</code>.");
    assert!(first.content.contains(&text), "{}", first.content);
    assert_eq!(settings.site.language, "en-GB");
    // What the site says gives way to what is said here.
    let settings = self::settings(SiteGenerator::Hugo, "title: Other\nlanguage: de");
    assert_eq!(settings.site.title.as_deref(), Some("Other"));
    assert_eq!(settings.site.language, "de");
}

#[test]
fn a_zola_site() {
    let settings = settings(SiteGenerator::Zola, "");
    expect(
        &articles(&settings),
        &[
            (
                "https://canal.example/blog/with-a-picture/",
                "With a picture",
                "2024-05-04T00:00:00Z",
            ),
            ("https://canal.example/levels/today/", "Moved", "2024-05-03T10:00:00Z"),
            ("https://canal.example/blog/lock-three/", "Lock three", "2024-05-01T00:00:00Z"),
        ],
    );
    let build = feedmill::build(&settings, &|| false).unwrap();
    let [picture, _, lock] = build.feeds[0].entries.as_slice() else { panic!() };
    assert_eq!(lock.categories.len(), 2);
    assert_eq!(lock.images[0].url.as_str(), "https://canal.example/lock.jpg");
    assert!(picture.content.contains("src=\"https://canal.example/blog/with-a-picture/lock.png\""));
}

#[test]
fn the_program_finds_the_site_and_its_articles() {
    let site = |name: &str| std::fs::canonicalize(format!("tests/sites/{name}")).unwrap();
    for (preset, source, count) in [
        ("jekyll", "", 4),
        ("jekyll", "log/_posts", 1),
        ("hugo", "content/posts", 3),
        ("hugo", ".", 4),
        ("zola", "content", 3),
    ] {
        let place = Workspace::new();
        let source = site(preset).join(source);
        let output = place.command(&[
            "build",
            source.to_str().unwrap(),
            "--preset",
            preset,
            "--by",
            "all",
            "--format",
            "json",
            "--now",
            "2026-01-01",
        ]);
        assert!(output.status.success(), "{output:?}");
        let feed: serde_json::Value = serde_json::from_str(&place.read("out/all.json")).unwrap();
        assert_eq!(feed["items"].as_array().unwrap().len(), count);
    }
}

#[test]
fn fields_with_other_keys() {
    let place = Workspace::new().with(
        "by: all\nfields:\n  url: [link, webUrl]\n  date: posted, date\n  title: headline\n  draft: [wip]",
    );
    let article = |name: &str, keys: &str| {
        place.write(&format!("in/{name}.md"), format!("---\n{keys}\n---\n"));
    };
    article("a", "headline: A\nposted: 2024-01-01\nlink: https://e.org/a\nwebUrl: https://e.org/b");
    article("b", "headline: B\ndate: 2024-01-02\nlink: ''\nwebUrl: https://e.org/b");
    article("c", "headline: SECRET\ndate: 2024-01-03\nlink: https://e.org/c\nwip: yes");
    article("d", "headline: SECRET\ndate: 2024-01-03\nlink: https://e.org/d\nwip: no\ndraft: true");
    article("e", "headline: SECRET\ndate: 2024-01-03\nlink: https://e.org/e\npublished: false");
    let report = place.run();
    assert_eq!(report.stats.counts.articles, 2);
    let feed = place.read("out/all.json");
    assert!(!feed.contains("SECRET"));
    assert!(feed.contains("https://e.org/a") && feed.contains("https://e.org/b"));
}

/// Keys of the second article, in a site of the first one's program.
fn is_shown(preset: &str, more: &str, keys: &str) -> bool {
    let place = Workspace::new()
        .with(&format!("preset: {preset}\nby: all\nsite-url: https://e.org/\n{more}"));
    let folder = if preset == "jekyll" { "in/_posts" } else { "in" };
    for (name, keys) in [("2024-01-01-public", ""), ("2024-01-02-x", keys)] {
        let text = format!("---\ntitle: T\ndate: 2024-01-01\n{keys}\n---\n");
        place.write(&format!("{folder}/{name}.md"), text);
    }
    place.run();
    place.read("out/all.json").contains("\"url\": \"https://e.org/") && {
        let feed: serde_json::Value = serde_json::from_str(&place.read("out/all.json")).unwrap();
        feed["items"].as_array().unwrap().len() == 2
    }
}

#[test]
fn private_articles_stay_private_whatever_the_keys() {
    assert!(is_shown("hugo", "", "weight: 3"));
    assert!(is_shown("jekyll", "", "weight: 3"));
    for (preset, more, keys) in [
        ("hugo", "fields: {draft: isDraft}", "isDraft: true"),
        ("hugo", "fields: {draft: isDraft}", "ISDRAFT: true"),
        ("hugo", "fields: {draft: params.Hidden}", "Params: {hidden: true}"),
        ("hugo", "fields: {expires: goneBy}", "goneBy: 2024-02-01"),
        ("hugo", "fields: {expires: x.gone}", "x: {gone: {a: 2024-02-01}}"),
        ("hugo", "fields: {draft: x.draft}", "x: {draft: {a: true}}"),
        ("hugo", "fields: {draft: x.draft}", "x: [{draft: true}]"),
        ("hugo", "fields: {removed: published}", "published: false"),
        ("hugo", "", "published: 2031-01-01"),
        ("hugo", "", "build: {render: never}"),
        ("hugo", "", "Build: {List: local}"),
        ("hugo", "", "_build: {list: false}"),
        ("hugo", "", "headless: true"),
        ("zola", "", "render: false"),
        ("jekyll", "", "published: false"),
        ("jekyll", "", "expiryDate: 2024-02-01"),
    ] {
        assert!(!is_shown(preset, more, keys), "{preset} {more} {keys}");
    }
    let many = (0..150).map(|n| format!("k{n}: 1")).collect::<Vec<_>>().join(", ");
    assert!(!is_shown(
        "zola",
        "fields: {draft: extra.draft}",
        &format!("extra: {{{many}, draft: true}}")
    ));
}

#[test]
fn defaults_of_a_site_apply_to_articles_without_keys() {
    let place = Workspace::new();
    place.write(
        "site/_config.yml",
        "url: https://e.org\ndefaults:\n- scope: {path: ''}\n  values: {published: false}\n",
    );
    place.write("site/_posts/2024-01-01-a.md", "---\n---\n");
    place.write("site/_posts/2024-01-02-b.md", "---\n# nothing\n---\n");
    place.write("site/_posts/2024-01-03-c.md", "---\npublished: true\n---\n");
    let output = place.command(&["list", "articles", "site", "--preset", "jekyll"]);
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.contains("2024-01-03-c.md") && words.lines().count() == 2, "{words}");
}

#[test]
fn an_unreadable_section_hides_its_pages() {
    for section in ["cascade: [", "cascade: {draft: true}\ncascade: {}"] {
        let place = Workspace::new().with("preset: hugo\nby: all\nsite-url: https://e.org/");
        let page = "---\ntitle: T\ndate: 2024-01-01\n---\n";
        place
            .write("in/a/_index.md", format!("---\n{section}\n---\n"))
            .write("in/a/x.md", page)
            .write("in/b/x.md", page);
        let report = place.run();
        assert_eq!(report.stats.counts.articles, 1, "{section}");
        let diagnostics = report.stats.diagnostics.iter();
        let found: Vec<String> = diagnostics.map(|it| it.path.display().to_string()).collect();
        assert!(found.len() == 1 && found[0].ends_with("in/a/_index.md"), "{found:?}");
    }
}

#[test]
fn a_change_of_a_section_shows_in_the_next_run() {
    let place =
        Workspace::new().remembering().with("preset: hugo\nby: all\nsite-url: https://e.org/");
    let page = "---\ntitle: T\ndate: 2024-01-01\n---\n";
    place.write("in/a/x.md", page).write("in/b/x.md", page);
    assert_eq!(place.run().stats.counts.articles, 2);
    place.write("in/a/_index.md", "---\ncascade: {draft: true}\n---\n");
    assert_eq!(place.run().stats.counts.articles, 1);
    place.remove("in/a/_index.md");
    assert_eq!(place.run().stats.counts.articles, 2);
}

#[test]
fn the_visibility_of_an_article_in_a_word() {
    let place = Workspace::new().with("by: all\nfields: {draft: Status}");
    for (n, status) in
        ["draft", "hidden", "Pending", "published", "true", "no"].into_iter().enumerate()
    {
        let n = u32::try_from(n).unwrap();
        place.write(&format!("in/{n}.md"), article(n, "One", &format!("Status: {status}")));
    }
    place.write("in/odd.md", article(9, "One", "Status: SECRET"));
    let report = place.run();
    let items: serde_json::Value = serde_json::from_str(&place.read("out/all.json")).unwrap();
    let titles: Vec<&str> = items["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Article 5", "Article 3"]);
    // What is not understood is not shown.
    assert_eq!(report.stats.counts.faulty, 1);
}

#[test]
fn mistakes_name_the_key_that_the_file_has() {
    let place = Workspace::new()
        .with("by: all\nfields:\n  date: posted, date, publishedDateTime\n  url: link, originalUrl")
        .write("in/a.md", "---\ntitle: A\ndate: soon\nlink: https://e.org/a\n---\n")
        .article(1, "One")
        .write("in/b.md", "---\ntitle: B\nposted: 2024-01-01\n---\n")
        .write(
            "in/c.md",
            "---\ntitle: C\nposted: 2024-01-01\nposted: 2024-01-02\nlink: https://e.org/c\n---\n",
        )
        .run();
    let found = place.stats.diagnostics;
    let found: Vec<String> = found
        .iter()
        .map(|d| format!("{}:{} {}", d.finding.line, d.finding.column, d.finding.problem))
        .collect();
    assert_eq!(
        found,
        [
            "3:7 `date` is not a date; write it like 2021-06-09T13:33:00Z",
            "1:1 `link` is missing or empty",
            "3:9 invalid front matter: duplicate field `posted`",
        ]
    );
}

#[test]
fn a_change_of_fields_invalidates_the_cache() {
    let place = Workspace::new().remembering().with("by: topic");
    place.write("in/a.md", article(1, "One", "tags: [Two]"));
    place.run();
    assert!(place.feeds().contains_key("topic/one.json"));
    let place = place.with("fields: {topics: tags}");
    place.run();
    assert_eq!(place.feeds().keys().next().unwrap(), "topic/two.atom.xml");
}

#[test]
fn an_article_is_removed_when_it_expires() {
    let place = Workspace::new().remembering().with("by: topic");
    place.article(1, "One").write("in/2.md", article(2, "One", "expiryDate: 2026-02-01"));
    assert_eq!(place.run().stats.counts.articles, 2);
    let later = place.with("now: 2026-02-01");
    let report = later.run();
    assert_eq!(report.stats.counts.articles, 1);
    assert!(!later.read("out/topic/one.json").contains("https://example.org/2"));
}

#[test]
fn invalid_configurations_are_refused() {
    for (text, message) in [
        (
            "preset: hugo",
            "site-url: must be set, here or in hugo.toml: the URLs of articles begin with it",
        ),
        ("permalink: /:slug", "site-url: must be set: the URLs of articles begin with it"),
        ("preset: hogo", "preset: unknown value `hogo`; did you mean `hugo`?"),
        ("permalink: /:yeer/\nsite-url: https://e.org", "permalink: unknown placeholder `:yeer`"),
        ("fields: {url: a, link: a}", "fields.url: `a` is also the key of another field"),
        ("fields: {excerpt: secured}", "fields.excerpt: `secured` is private and is never read"),
        ("fields: {draft: a.b.c}", "fields.draft: `a.b.c` has more than two parts"),
        (
            "timezone: Mars/Olympus",
            "timezone: `Mars/Olympus` is not a time zone such as `Europe/Berlin`",
        ),
        ("fields: {titel: a}", "fields: unknown value `titel`; did you mean `title`?"),
    ] {
        let clock = Timestamp::parse("2026-01-01").unwrap();
        let error = Config::parse(text, Path::new("")).unwrap().into_settings(clock).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

#[test]
fn init_finds_a_site_and_asks_for_its_address() {
    for (address, asked) in [("url: https://e.org", false), ("title: X", true)] {
        let place = Workspace::new();
        place.write("_config.yml", address).write("_posts/2024-01-01-a.md", "---\n---\n");
        let output = place.command(&["init"]);
        assert!(output.status.success(), "{output:?}");
        let words = String::from_utf8(output.stdout).unwrap();
        assert_eq!(words.contains("set site-url"), asked, "{words}");
        let file = place.read("feedmill.yaml");
        assert!(file.contains("\npreset: jekyll\n"), "{file}");
        assert_eq!(place.command(&["build"]).status.code(), Some(if asked { 2 } else { 0 }));
        if asked {
            place.write("feedmill.yaml", file.replace("site-url:", "site-url: https://e.org"));
            assert!(place.command(&["build"]).status.success());
        }
    }
}

#[test]
fn a_number_without_quotes_stays_as_written() {
    let place = Workspace::new().with("by: [all, topic]\nfields: {title: headline, topics: tags}");
    let keys = "publishedDateTime: 2024-01-01\noriginalUrl: https://e.org/a\ntags: [2.0, x]";
    place.write("in/a.md", format!("---\nheadline: 1.50\n{keys}\n---\n"));
    place.write("in/b.md", format!("---\nheadline: [1.50]\n{keys}\n---\n"));
    let report = place.run();
    assert_eq!(report.stats.counts.faulty, 1);
    let feed: serde_json::Value = serde_json::from_str(&place.read("out/all.json")).unwrap();
    assert_eq!(feed["items"][0]["title"], "1.50");
    assert!(place.feeds().contains_key("topic/2.0.json"));
}
