//! Measures each part by itself: `cargo bench`.
#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "criterion generates functions, and a benchmark has a clock and may panic"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use criterion::{Criterion, criterion_group, criterion_main};
use feedmill::internals::{
    ArticleMeta, Body, FeedSlugs, Groups, Markup, Rank, content, list, parse, skim,
};
use feedmill::{
    CacheConfig, Config, FeedSet, Format, GroupKey, Grouping, Outcome, Publishing, ReadOptions,
    Settings, Timestamp, WebUrl, YamlReader, build, run,
};

fn settings() -> Settings {
    let config = Config {
        source: Some(vec![PathBuf::from("tests/corpus")]),
        base_url: Some("https://feeds.example.org/".to_owned()),
        format: Some(Format::ALL.iter().map(|format| format.name().to_owned()).collect()),
        jobs: Some(1),
        ..Config::default()
    };
    let clock = Timestamp::from_system(SystemTime::now()).expect("a date");
    config.into_settings(clock).expect("settings")
}

fn articles() -> Vec<(PathBuf, Vec<u8>)> {
    let listing = list(&settings().source, Path::new("out"), &[], || false).expect("a folder");
    let read = |path: PathBuf| std::fs::read(&path).map(|bytes| (path, bytes)).expect("a file");
    listing.files.into_iter().map(read).collect()
}

fn reading(c: &mut Criterion) {
    let articles = articles();
    let mut group = c.benchmark_group("read the sample articles");
    group.bench_function("scan the folder", |b| {
        b.iter(|| list(&settings().source, Path::new("out"), &[], || false));
    });
    for (name, yaml) in [("scanner", YamlReader::Scanner), ("YAML crate", YamlReader::Crate)] {
        let options = ReadOptions { yaml, ..ReadOptions::default() };
        group.bench_function(format!("skim, {name}"), |b| {
            b.iter(|| {
                for (path, bytes) in &articles {
                    black_box(skim(path, bytes, &options, &mut FeedSlugs::default()));
                }
            });
        });
        group.bench_function(format!("parse, {name}"), |b| {
            b.iter(|| {
                for (path, bytes) in &articles {
                    black_box(parse(path, bytes, &options));
                }
            });
        });
    }
}

/// A page of a rendered site of about 23 KB.
fn pages(c: &mut Criterion) {
    let text = "<p>Some <b>text</b> with a <a href=\"../x\">link</a>, and more of it.</p>\n<h2 id=a>A</h2>\n";
    let menu =
        "<li class=\"menu-item\"><a class=\"menu-link\" href=\"/docs/page/\">A page</a></li>\n";
    let page = format!(
        "<!doctype html><html lang=en><head><title>A title | Site</title>\
         <meta property=\"og:type\" content=\"article\">\
         <meta property=\"article:published_time\" content=\"2024-05-01T08:00:00Z\"></head><body>\
         <nav><ul>{}</ul></nav><main><article><h1>A title</h1>{}</article></main></body></html>",
        menu.repeat(120),
        text.repeat(120),
    );
    let config = Config {
        rendered: Some("public".to_owned().into()),
        site_url: Some("https://example.org/".to_owned()),
        ..Config::default()
    };
    let clock = Timestamp::from_system(SystemTime::now()).expect("a date");
    let options = config.into_settings(clock).expect("settings").options;
    let path = Path::new("public/blog/a/index.html");
    let mut group = c.benchmark_group("a page of 23 KB");
    group.bench_function("skim", |b| {
        b.iter(|| black_box(skim(path, page.as_bytes(), &options, &mut FeedSlugs::default())));
    });
    group.bench_function("parse", |b| {
        b.iter(|| black_box(parse(path, page.as_bytes(), &options)));
    });
}

fn grouping(c: &mut Criterion) {
    let names = &mut FeedSlugs::default();
    let metas: Vec<ArticleMeta> = articles()
        .iter()
        .filter_map(|(path, bytes)| {
            match skim(path, bytes, &ReadOptions::default(), names).outcome {
                Outcome::Article(meta, _) => Some(meta),
                _ => None,
            }
        })
        .collect();
    let (path, title, limit) = (String::new(), None, Some(50));
    let by = Grouping::One(GroupKey::Topic);
    let kind = FeedSet { by, path, title, limit, max_per_provider: None };
    c.bench_function("the newest 50 of each topic of 10,000 cards", |b| {
        b.iter(|| {
            let mut groups = Groups::new(kind.clone());
            for (place, meta) in metas.iter().cycle().take(10_000).enumerate() {
                // Different articles, spread over time.
                let mut rank = Rank::new(meta, place);
                let id = (place as u128).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                rank.id.0 = uuid::Uuid::from_u128(id);
                groups.insert(rank, meta);
            }
            groups
        });
    });
}

fn rendering(c: &mut Criterion) {
    let feeds = build(&settings(), &|| false).expect("feeds").feeds;
    let mut group = c.benchmark_group("render the feeds of the sample");
    for format in Format::ALL {
        group.bench_function(format.name(), |b| {
            b.iter(|| feeds.iter().map(|feed| format.render(feed)).collect::<Vec<_>>());
        });
    }
}

fn sanitising(c: &mut Criterion) {
    let base = WebUrl::parse("https://example.org/news/1").expect("an address");
    let markdown = "## Heading\n\nSome *text* with a [link](../x), and more of it.\n\n".repeat(20);
    let html = "<p onclick=x>Some <b>text</b> with a <a href=\"../x\">link</a></p>\n".repeat(20);
    for (name, markup, text) in
        [("Markdown", Markup::Markdown, markdown), ("HTML", Markup::Html, html)]
    {
        let body = Body { text, markup, ..Body::default() };
        c.bench_function(&format!("a body of twenty paragraphs of {name}"), |b| {
            b.iter(|| content::render(&body, &base));
        });
    }
}

fn publishing(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings();
    settings.output = folder.path().join("out");
    let run = |settings: &Settings| run(settings, Publishing::default(), &|| false).expect("a run");
    run(&settings);
    c.bench_function("a run that changes nothing", |b| b.iter(|| run(&settings)));
    let clock = SystemTime::now() + Duration::from_secs(60);
    let clock = Timestamp::from_system(clock).expect("a date");
    settings.cache = Some(CacheConfig { folder: folder.path().join("cache"), clock });
    run(&settings);
    c.bench_function("a run that changes nothing and remembers", |b| b.iter(|| run(&settings)));
}

criterion_group!(parts, reading, pages, grouping, rendering, sanitising, publishing);
criterion_main!(parts);
