//! Grouping: which articles a feed contains.

use feedmill::{Config, Format, Timestamp};
use std::path::Path;

use crate::support::{Workspace, article, text};

/// Articles of two providers and one of nobody, in two topics.
fn some_articles(place: &Workspace) {
    for (n, topic, provider) in [
        (1, "Boats", "River Post"),
        (2, "Boats", "River Post"),
        (3, "Boats", "River Post"),
        (4, "Boats", "Harbour Office"),
        (5, "Locks", "River Post"),
        (6, "Boats", ""),
    ] {
        let provider = format!("provider: {provider}");
        place.write(&format!("in/{n}.md"), article(n, topic, &provider));
    }
}

fn titles(place: &Workspace, feed: &str) -> Vec<String> {
    let feed: serde_json::Value = serde_json::from_str(&place.read(feed)).unwrap();
    let items = feed["items"].as_array().unwrap();
    items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

/// More articles than are read at once, so that the feeds of topics are made after those of all.
#[test]
fn feeds_built_far_apart_share_the_same_entries() {
    let place = Workspace::new().with("by: [all, topic]\nlimit: 0");
    for n in 0..2_100 {
        place.article(n, ["Boats", "Locks", "Tides"][n as usize % 3]);
    }
    place.run();
    let together = feedmill::build(&place.settings(), &|| false).unwrap().feeds;
    assert_eq!(
        together.iter().map(|feed| feed.entries.len()).collect::<Vec<_>>(),
        [2100, 700, 700, 700]
    );
    for feed in &together {
        for format in Format::ALL {
            let written = place.read(&format!("out/{}", format.file(feed)));
            let built = String::from_utf8(format.render(feed).unwrap()).unwrap();
            assert!(written == built, "{} as {}", feed.name, format.name());
        }
    }
}

#[test]
fn feeds_by_two_kinds_at_once() {
    let place = Workspace::new().with("by: [topic+provider, topic]\nbase-url: https://e.org/feeds");
    some_articles(&place);
    let report = place.run();
    let files: Vec<String> = place
        .feeds()
        .into_keys()
        .filter(|name| Path::new(name).extension().unwrap() == "json")
        .collect();
    assert_eq!(
        files,
        [
            "topic-provider/boats/harbour-office.json",
            "topic-provider/boats/river-post.json",
            "topic-provider/locks/river-post.json",
            "topic/boats.json",
            "topic/locks.json",
        ]
    );
    assert_eq!(titles(&place, "out/topic-provider/locks/river-post.json"), ["Article 5"]);
    let feed = place.read("out/topic-provider/boats/river-post.rss.xml");
    assert!(feed.contains("<title>Boats · River Post</title>"), "{feed}");
    assert!(feed.contains("https://e.org/feeds/topic-provider/boats/river-post.rss.xml"));
    assert!(feed.contains("href=\"../../feed.css\""));
    assert!(place.read("out/index.html").contains("Topics by provider"));
    assert_eq!(report.feeds.len(), 5);
    let ungrouped: Vec<usize> = report.stats.counts.ungrouped.into_values().collect();
    assert_eq!(ungrouped, [0, 1]);
}

#[test]
fn max_per_provider_limits_a_feed_but_not_a_feed_by_provider() {
    let place = Workspace::new().remembering().with("by: [topic, provider]");
    some_articles(&place);
    place.run();
    assert_eq!(titles(&place, "out/topic/boats.json").len(), 5);
    let place = place.with("max-per-provider: 1");
    place.run();
    assert_eq!(titles(&place, "out/topic/boats.json"), ["Article 6", "Article 4", "Article 3"]);
    assert_eq!(titles(&place, "out/provider/river-post.json").len(), 4);
    let why =
        place.command(&["explain", "in/1.md", "in", "--by", "topic", "--max-per-provider", "2"]);
    let words = String::from_utf8(why.stdout).unwrap();
    assert!(
        words.contains("not in topic/boats: it has 2 newer articles of the same provider"),
        "{words}"
    );
    assert_eq!(why.status.code(), Some(1));
    let why = place.command(&["explain", "in/2.md", "in", "--max-per-provider", "2"]);
    assert!(String::from_utf8(why.stdout).unwrap().contains("in topic/boats: number 4 of 4"));
}

#[test]
fn a_limit_of_one_kind_replaces_the_limit_of_all() {
    let clock = Timestamp::parse("2026-01-01").unwrap();
    let config = Config::parse(
        "by: [topic, category, provider]\nmax-per-provider: 3\nkinds: {topic: {max-per-provider: 2}}",
        Path::new(""),
    );
    let kinds = config.unwrap().into_settings(clock).unwrap().kinds;
    let limits: Vec<Option<usize>> = kinds.iter().map(|kind| kind.max_per_provider).collect();
    assert_eq!(limits, [Some(2), Some(3), None]);
}

#[test]
fn a_limit_flag_replaces_the_limits_of_kinds_in_the_file() {
    let place = Workspace::new();
    some_articles(&place);
    place.write(
        "feedmill.yaml",
        "source: [in]\nlimit: 5\nkinds: {topic: {limit: 3, max-per-provider: 1, title: T}}",
    );
    let boats = |flags: &[&str], variable: &str| {
        let mut program = place.program(&[&["list", "feeds", "--json"], flags].concat());
        let output = program.env("FEEDMILL_LIMIT", variable).output().unwrap();
        let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(list[0]["title"], "T", "what has no flag stays");
        list[0]["items"].as_u64().unwrap()
    };
    assert_eq!(boats(&["--max-per-provider", "0"], "2"), 2, "environment");
    assert_eq!(boats(&["--max-per-provider", "0", "--limit", "4"], "2"), 4, "flag");
    assert_eq!(boats(&["--limit", "4"], "2"), 3, "only the limit with a flag is replaced");
}

#[test]
fn invalid_kinds_are_named() {
    let clock = Timestamp::parse("2026-01-01").unwrap();
    for (by, message) in [
        ("topic+all", "by: `topic+all` does not combine two kinds, such as `topic+provider`"),
        ("topic+topic", "by: `topic+topic` does not combine two kinds, such as `topic+provider`"),
        (
            "topic+type+provider",
            "by: unknown value `type+provider`; expected all, author, category, language, provider, section, topic or type",
        ),
        (
            "topic+",
            "by: unknown value ``; expected all, author, category, language, provider, section, topic or type",
        ),
    ] {
        let config = Config { by: Some(vec![by.to_owned()]), ..Config::default() };
        assert_eq!(config.into_settings(clock).unwrap_err().to_string(), message);
    }
}

#[test]
fn feeds_by_author_language_and_declared_keys() {
    let place = Workspace::new().remembering().with(
        "by: [author, language, series, series+author]\ngroups: {series: [extra.series, run]}\nlanguage: de",
    );
    place
        .write(
            "in/1.md",
            article(
                1,
                "A",
                "authors: [Ina Holm, {name: Ben Ode}]\nextra: {series: Locks, secured: X}",
            ),
        )
        .write("in/2.md", article(2, "A", "run: [Locks, 7]\nlang: pt_BR"))
        .write(
            "in/3.md",
            article(3, "A", "provider: {name: P, authors: Ben Ode}\nlanguage: klingon speech"),
        );
    for _ in 0..2 {
        let report = place.run();
        let feeds: Vec<&str> = report.feeds.iter().map(feedmill::Outline::location).collect();
        assert_eq!(
            feeds,
            [
                "author/ben-ode",
                "author/ina-holm",
                "language/de",
                "language/pt-br",
                "series/7",
                "series/locks",
                "series-author/locks/ben-ode",
                "series-author/locks/ina-holm",
            ]
        );
    }
    assert_eq!(titles(&place, "out/author/ben-ode.json"), ["Article 3", "Article 1"]);
    assert_eq!(titles(&place, "out/series/locks.json"), ["Article 2", "Article 1"]);
    assert!(place.read("out/language/pt-br.rss.xml").contains("<language>pt-BR</language>"));
    // An entry names its language where the feed has another one.
    let mixed = place.read("out/series/locks.json");
    assert!(mixed.contains("\"language\": \"de\"") && mixed.contains("\"language\": \"pt-BR\""));
    assert!(place.read("out/series/locks.rss.xml").contains("<dc:language>pt-BR</dc:language>"));
    assert!(place.read("out/series/locks.atom.xml").contains("xml:lang=\"pt-BR\""));
}

#[test]
fn declared_kinds_are_checked() {
    let clock = Timestamp::parse("2026-01-01").unwrap();
    for (text, message) in [
        ("by: seris\ngroups: {series: x}", "by: unknown value `seris`; did you mean `series`?"),
        ("groups: {series: secured}", "groups.series: `secured` is private and is never read"),
        (
            "groups: {series: extra.Secured}",
            "groups.series: `extra.Secured` is private and is never read",
        ),
        ("groups: {secured: x}", "groups.secured: `secured` is private and is never read"),
        ("groups: {topic: x}", "groups.topic: is the name of another kind"),
        ("groups: {A+b: x}", "groups.A+b: is not a name of lower-case letters, digits and `-`"),
        ("groups: {series: []}", "groups.series: names no key"),
    ] {
        let config = Config::parse(text, Path::new("")).unwrap();
        assert_eq!(config.into_settings(clock).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn lists_of_declared_keys() {
    let place = Workspace::new();
    place.write("feedmill.yaml", "source: in\ngroups: {series: run}\n");
    place.write("in/a.md", "---\ntitle: A\npublishedDateTime: 2024-05-01\noriginalUrl: https://e.org/a\nrun: Locks\n---\n");
    let list = place.command(&["list", "series"]);
    assert!(text(&list.stdout).contains("Locks  series/locks"), "{}", text(&list.stdout));
    let unknown = place.command(&["list", "serie"]);
    assert_eq!(unknown.status.code(), Some(2));
    let message = text(&unknown.stderr);
    assert!(message.contains("unknown value `serie`; expected articles, "), "{message}");
    assert!(message.contains(", types, series"), "{message}");
}
