//! Which articles are together in a feed.

use feedmill::{Config, Format, Timestamp};
use std::path::Path;

use crate::support::{Workspace, article};

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
fn an_article_is_the_same_in_feeds_that_are_made_far_apart() {
    let place = Workspace::new().with("by: [all, topic]\nlimit: 0");
    for n in 0..2_100 {
        place.article(n, ["Boats", "Locks", "Tides"][n as usize % 3]);
    }
    place.run();
    let together = feedmill::build(&place.settings()).unwrap().feeds;
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
fn two_things_at_once() {
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
fn no_provider_fills_a_feed() {
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
    assert!(words.contains("not in topic/boats: 2 newer ones are of the same provider"), "{words}");
    assert_eq!(why.status.code(), Some(1));
    let why = place.command(&["explain", "in/2.md", "in", "--max-per-provider", "2"]);
    assert!(String::from_utf8(why.stdout).unwrap().contains("in topic/boats: number 4 of 4"));
}

#[test]
fn limits_of_a_kind_and_of_all() {
    let clock = Timestamp::parse("2026-01-01").unwrap();
    let config = Config::parse(
        "by: [topic, category, provider]\nmax-per-provider: 3\nkinds: {topic: {max-per-provider: 2}}",
        Path::new(""),
    );
    let config = config.unwrap();
    let most = |config: Config| {
        let kinds = config.into_settings(clock).unwrap().kinds;
        kinds.iter().map(|kind| kind.max_per_provider).collect::<Vec<_>>()
    };
    assert_eq!(most(config.clone()), [Some(2), Some(3), None]);
    let flags = Config { max_per_provider: Some(0), ..Config::default() };
    assert_eq!(most(flags.or(config)), [None, None, None]);
}

#[test]
fn kinds_that_mean_nothing() {
    let clock = Timestamp::parse("2026-01-01").unwrap();
    for (by, message) in [
        ("topic+all", "by: `topic+all` is not two different things, such as `topic+provider`"),
        ("topic+topic", "by: `topic+topic` is not two different things, such as `topic+provider`"),
        (
            "topic+type+provider",
            "by: `topic+type+provider` is not two different things, such as `topic+provider`",
        ),
        ("topic+", "by: `` is none of all, category, provider, topic, type"),
    ] {
        let config = Config { by: Some(vec![by.to_owned()]), ..Config::default() };
        assert_eq!(config.into_settings(clock).unwrap_err().to_string(), message);
    }
}
