//! A real repository of articles, if there is one beside the checkout.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::tree;
use feedmill::internals::parse;
use feedmill::{Build, Config, ReadOptions, Reason, Timestamp, YamlReader};

fn build(folders: &[&str], config: &str) -> Option<Build> {
    let repository = Path::new("../shared/corpus/powerapps/articles");
    if !repository.exists() {
        return None;
    }
    let config = Config {
        source: Some(folders.iter().map(|folder| repository.join(folder)).collect()),
        ..Config::parse(config, Path::new("")).unwrap()
    };
    let clock = Timestamp::parse("2026-01-01").unwrap();
    Some(feedmill::build(&config.into_settings(clock).unwrap(), &|| false).unwrap())
}

#[derive(serde::Deserialize)]
struct Listing {
    topic: String,
    items: Vec<Item>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    path: String,
    published_date_time: String,
}

#[test]
fn topics_list_what_the_site_lists() {
    let Some(build) = build(&["_news"], "limit: 0") else { return };
    let feeds: BTreeMap<&str, _> =
        build.feeds.iter().map(|feed| (feed.title.as_str(), feed)).collect();
    let listings = std::fs::read_dir("../shared/corpus/powerapps/expected").unwrap();
    for listing in listings {
        let text = std::fs::read_to_string(listing.unwrap().path()).unwrap();
        let listing: Listing = serde_json::from_str(&text).unwrap();
        // Two files with one address are two rows there, and one entry here: the newest.
        let mut addresses = Vec::new();
        let mut expected = Vec::new();
        for item in listing.items {
            let path = PathBuf::from("../shared/corpus/powerapps/articles").join(item.path);
            let text = std::fs::read_to_string(path).unwrap();
            let line = text.lines().find(|line| line.starts_with("originalUrl:")).unwrap();
            let address =
                line.trim_start_matches("originalUrl:").trim().trim_matches('"').to_owned();
            if !addresses.contains(&address) {
                let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, address.as_bytes());
                expected.push((id, item.published_date_time));
                addresses.push(address);
            }
        }
        let feed = feeds[listing.topic.as_str()];
        let listed: Vec<_> =
            feed.entries.iter().map(|entry| (entry.id, entry.published.to_rfc3339())).collect();
        assert_eq!(listed, expected, "{}", listing.topic);
    }
}

#[test]
fn every_folder_is_read_without_an_error() {
    let Some(build) = build(&["."], "by: topic, provider, type, category, all") else { return };
    assert_eq!(build.stats.diagnostics.iter().filter(|d| d.is_error()).count(), 0);
    let counts = build.stats.counts;
    assert_eq!(counts.files, 1443);
    assert_eq!(counts.left_out[&Reason::Unpublished], 246);
    assert_eq!(counts.left_out[&Reason::NotAnArticle], 70);
}

#[test]
fn the_scanner_reads_every_file_as_the_crate_does() {
    let mut folders = vec![Path::new("tests/corpus")];
    let repository = Path::new("../shared/corpus/powerapps/articles");
    folders.extend(repository.exists().then_some(repository));
    for folder in folders {
        for (name, bytes) in tree(folder) {
            let [scanned, by_crate] = [YamlReader::Scanner, YamlReader::Crate].map(|yaml| {
                parse(Path::new(&name), &bytes, &ReadOptions { yaml, ..ReadOptions::default() })
            });
            assert_eq!(scanned, by_crate, "{name}");
        }
    }
}
