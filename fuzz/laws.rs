//! The laws that fuzzing tries to break. The tests check them with the collected inputs.
#![allow(dead_code, reason = "each fuzz target uses one of them")]

use std::path::Path;
use std::sync::{Arc, OnceLock};

use feedmill::internals::{Body, FeedSlugs, Groups, Markup, Rank, content, parse, skim, text};
use feedmill::{
    Config, Content, Entry, Feed, FeedSet, FeedSlug, Format, GroupFacts, GroupKey, Grouping,
    Manifest, Outcome, ReadOptions, Settings, Timestamp, WebUrl, YamlReader,
};

pub(crate) fn front_matter(bytes: &[u8]) {
    for options in options() {
        let parsed = parse(Path::new("2024-01-01-x.md"), bytes, options);
        let by_crate = ReadOptions { yaml: YamlReader::Crate, ..options.clone() };
        assert_eq!(parsed, parse(Path::new("2024-01-01-x.md"), bytes, &by_crate));
        let slugs = &mut FeedSlugs::default();
        let skimmed = skim(Path::new("2024-01-01-x.md"), bytes, options, slugs);
        assert_eq!(parsed.visibility, skimmed.visibility);
        if let Outcome::Article(article, _) = &parsed.outcome {
            assert!(!article.title.trim().is_empty());
            assert_eq!(parsed.visibility.published, Some(article.published));
        }
        assert_eq!(parsed.outcome.map(|article| article.meta(slugs)), skimmed.outcome);
    }
}

/// The default, dates from file names, the presets, and other keys.
fn options() -> &'static [ReadOptions] {
    static OPTIONS: OnceLock<Vec<ReadOptions>> = OnceLock::new();
    OPTIONS.get_or_init(|| {
        let configurations = [
            "date-from-name: false",
            "date-from-name: true",
            "preset: hugo",
            "preset: jekyll",
            "preset: zola",
            "fields: {url: [link, webUrl, originalUrl], title: [name, title], topics: [a.b, topics]}",
        ];
        let options = |configuration: &str| {
            let text = format!("{configuration}\nsite-url: https://example.org/");
            let config = Config::parse(&text, Path::new("")).expect("a configuration");
            settings_of(config).options
        };
        configurations.map(options).to_vec()
    })
}

/// A page by itself, without what the survey of its site would say.
pub(crate) fn page(bytes: &[u8]) {
    static OPTIONS: OnceLock<[ReadOptions; 2]> = OnceLock::new();
    let options = OPTIONS.get_or_init(|| {
        let configurations = [
            "rendered: public",
            "rendered: {folder: public, articles: p, content: div, remove: b, title: h1, date: time}",
        ];
        configurations.map(|configuration| {
            let text = format!("{configuration}\nsite-url: https://example.org/");
            let config = Config::parse(&text, Path::new("")).expect("a configuration");
            settings_of(config).options
        })
    });
    for options in options {
        let (path, slugs) = (Path::new("public/a/b.html"), &mut FeedSlugs::default());
        let parsed = parse(path, bytes, options);
        let skimmed = skim(path, bytes, options, slugs);
        assert_eq!(parsed.visibility, skimmed.visibility);
        if let Outcome::Article(article, _) = &parsed.outcome {
            assert!(!article.title.trim().is_empty());
            content::render(&article.body, &article.link);
        }
        assert_eq!(parsed.outcome.map(|article| article.meta(slugs)), skimmed.outcome);
    }
}

pub(crate) fn date(bytes: &[u8]) {
    let Ok(written) = std::str::from_utf8(bytes) else { return };
    if let Some(date) = Timestamp::parse(written) {
        let again = Timestamp::parse(&date.to_rfc3339());
        assert_eq!(again.map(Timestamp::to_rfc822), Some(date.to_rfc822()));
        assert_eq!(again, Timestamp::parse(&date.to_rfc822()));
    }
}

pub(crate) fn slug(bytes: &[u8]) {
    let name = String::from_utf8_lossy(bytes);
    let Some(feed) = FeedSlug::from_name(&name) else { return };
    let feed = feed.as_str();
    assert!(!feed.is_empty() && feed.len() <= 80);
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    assert!(feed.bytes().all(plain));
    assert!(!feed.starts_with(['.', '-']) && !feed.ends_with(['.', '-']));
    assert!(!["all", "index", "con", "nul"].contains(&feed));
    let spaced = format!(" {name}\t");
    assert_eq!(FeedSlug::from_name(&spaced).map(|feed| feed.to_string()).as_deref(), Some(feed));
}

pub(crate) fn text(bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    let plain = text::plain(&written);
    assert!(plain.chars().all(|c| !c.is_control() && c != '\u{FFFE}' && c != '\u{FFFD}'));
    assert!(!plain.contains("  ") && plain.trim() == plain);
    let short = text::truncate(&plain, 10);
    assert!(short.chars().count() <= 11);
}

pub(crate) fn sanitise(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let base = WebUrl::parse("https://example.org/news/1").expect("an address");
    for markup in [Markup::Html, Markup::Markdown, Markup::Text] {
        let clean = content::render(&Body { text: text.clone(), markup, ..Body::default() }, &base);
        let again = content::render(
            &Body { text: clean.clone(), markup: Markup::Html, ..Body::default() },
            &base,
        );
        assert_eq!(clean, again);
        // Text has no `<`, so this is the inside of every tag.
        for tag in clean.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            let tag = tag.to_ascii_lowercase();
            let names = ["script", "style", "iframe", "object", "form", "svg"];
            assert!(!names.iter().any(|name| tag.starts_with(name)), "{clean}");
            assert!(!tag.contains("=\"javascript:"), "{clean}");
        }
    }
}

pub(crate) fn manifest(bytes: &[u8]) {
    let Ok(manifest) = Manifest::parse(bytes) else { return };
    for name in manifest.files.keys() {
        let mut components = Path::new(name).components();
        assert!(components.all(|part| matches!(part, std::path::Component::Normal(_))));
        assert!(!name.contains(['\\', '\0']) && !name.contains("/."));
    }
}

/// A line `%%%` separates the articles.
pub(crate) fn end_to_end(bytes: &[u8]) {
    let settings = settings();
    let feed_set = |by| FeedSet {
        by,
        path: String::new(),
        title: None,
        limit: Some(3),
        max_per_provider: None,
    };
    let groupings = [
        Grouping::One(GroupKey::All),
        Grouping::One(GroupKey::Topic),
        Grouping::One(GroupKey::Provider),
        Grouping::Both(GroupKey::Topic, GroupKey::Provider),
    ];
    let mut groups = groupings.map(|by| Groups::new(feed_set(by)));
    let mut articles = Vec::new();
    for file in split(bytes) {
        let parsed = parse(Path::new("x.md"), file, &ReadOptions::default());
        if let Outcome::Article(article, _) = parsed.outcome {
            let meta = article.meta(&mut FeedSlugs::default());
            let rank = Rank::new(&meta, articles.len());
            for groups in &mut groups {
                groups.insert(rank, &meta);
            }
            articles.push(article);
        }
    }
    for groups in groups {
        for (name, members) in groups.sorted() {
            let (site, set) = (&settings.site, groups.feed_set());
            let articles = members.iter().map(|rank| &*articles[rank.file]);
            let facts = GroupFacts::new(site, set.by, name, articles.clone());
            let slugs = &mut FeedSlugs::default();
            let entry = |article| Entry::new(article, site, Content::Full, slugs, |_| false);
            let entries = articles.map(entry).map(Arc::new).collect();
            let feed = Feed::assemble(site, set, name, facts, entries);
            read_back(&feed.expect("a group has members"));
        }
    }
}

fn read_back(feed: &Feed) {
    for format in Format::ALL {
        let bytes = format.render(feed).expect("a feed can be rendered");
        let read = feed_rs::parser::parse(bytes.as_slice()).expect("a feed can be read");
        assert_eq!(read.entries.len(), feed.entries.len());
        for (read, entry) in read.entries.iter().zip(&feed.entries) {
            assert_eq!(read.id, entry.id.urn().to_string());
            let title = read.title.as_ref().map(|title| title.content.as_str());
            assert_eq!(title, Some(entry.title.as_str()));
        }
    }
}

fn settings() -> Settings {
    settings_of(Config::default())
}

fn settings_of(config: Config) -> Settings {
    let clock = Timestamp::parse("2026-01-01").expect("a date");
    config.into_settings(clock).expect("the configuration is sound")
}

fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest.take()?;
        let separator = b"\n%%%\n";
        match bytes.windows(separator.len()).position(|window| window == separator) {
            Some(at) => {
                rest = bytes.get(at + separator.len()..);
                bytes.get(..at)
            }
            None => Some(bytes),
        }
    })
}
