//! Laws that hold for any articles, names, texts and dates.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use feedmill::internals::{ArticleMeta, FeedSlugs, Groups, Rank, parse, skim, text};
use feedmill::{
    Config, Content, Entry, Feed, FeedSet, FeedSlug, Format, GroupFacts, GroupKey, Grouping,
    NameDate, Outcome, ReadOptions, Timestamp, YamlReader,
};
use proptest::prelude::*;

fn from_name() -> ReadOptions {
    ReadOptions { date_from_name: NameDate::Fallback, ..ReadOptions::default() }
}

/// A generated article: few ids, instants and topics, so that they collide.
#[derive(Clone, Debug)]
struct Generated {
    address: u8,
    minute: u8,
    topics: Vec<u8>,
    provider: u8,
}

fn files() -> impl Strategy<Value = Vec<Generated>> {
    let article = (0..12_u8, 0..6_u8, prop::collection::vec(0..4_u8, 0..3), 0..3_u8);
    let article = article.prop_map(|(address, minute, topics, provider)| Generated {
        address,
        minute,
        topics,
        provider,
    });
    prop::collection::vec(article, 0..40)
}

fn meta(article: &Generated) -> ArticleMeta {
    let text = format!(
        "---\ntitle: T\npublishedDateTime: 2024-01-01T00:{:02}:00Z\noriginalUrl: https://e.org/{}\ntopics: {:?}\nprovider: {}\n---\n",
        article.minute,
        article.address,
        article.topics,
        ["", "One", "Two"][usize::from(article.provider)]
    );
    let (options, slugs) = (ReadOptions::default(), &mut FeedSlugs::default());
    match skim(Path::new("x.md"), text.as_bytes(), &options, slugs).outcome {
        Outcome::Article(meta, _) => meta,
        other => panic!("{other:?}"),
    }
}

fn feed_set(limit: Option<usize>, max_per_provider: Option<usize>) -> FeedSet {
    let (by, path, title) = (Grouping::One(GroupKey::Topic), "topic".to_owned(), None);
    FeedSet { by, path, title, limit, max_per_provider }
}

/// The most entries of a feed, and of one provider in it.
type Limits = (Option<usize>, Option<usize>);

fn limits() -> impl Strategy<Value = Limits> {
    (prop::option::of(1..6_usize), prop::option::of(1..4_usize))
}

fn grouped(files: &[(usize, &Generated)], (limit, max): Limits) -> Groups {
    let mut groups = Groups::new(feed_set(limit, max));
    for &(file, article) in files {
        let meta = meta(article);
        groups.insert(Rank::new(&meta, file), &meta);
    }
    groups
}

fn members(groups: &Groups) -> Vec<(String, Vec<usize>)> {
    let members = groups
        .sorted()
        .map(|(name, members)| (name.to_string(), members.iter().map(|rank| rank.file).collect()));
    members.collect()
}

/// The groups in the simple way: sort the articles of a topic, keep the first of each id of a provider, apply
/// the limit per provider, keep the first of each id, then apply the limit of the feed.
fn naive(files: &[Generated], (limit, max): Limits) -> Vec<(String, Vec<usize>)> {
    let mut groups = Vec::new();
    for topic in 0..4_u8 {
        let mut ranks: Vec<Rank> = files
            .iter()
            .enumerate()
            .filter(|(_, article)| article.topics.contains(&topic))
            .map(|(file, article)| Rank::new(&meta(article), file))
            .collect();
        ranks.sort();
        let mut own = HashSet::new();
        let mut counts = [0; 3];
        ranks.retain(|rank| {
            let provider = usize::from(files[rank.file].provider);
            let is_first = max.is_none() || own.insert((provider, rank.id));
            counts[provider] += usize::from(is_first);
            is_first && (provider == 0 || max.is_none_or(|max| counts[provider] <= max))
        });
        let mut seen = HashSet::new();
        ranks.retain(|rank| seen.insert(rank.id));
        ranks.truncate(limit.unwrap_or(usize::MAX));
        if !ranks.is_empty() {
            groups.push((topic.to_string(), ranks.iter().map(|rank| rank.file).collect()));
        }
    }
    groups
}

/// Random combinations of keys, values, items and indentations, most of which are nearly front matter.
fn front_matter() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        Just("title"),
        Just("topics"),
        Just("images"),
        Just("url"),
        Just("width"),
        Just("provider"),
        Just("name"),
        Just("publishedDateTime"),
        Just("originalUrl"),
        Just("related"),
        Just("quality"),
        Just("published"),
        Just("secured"),
        Just("excerpt"),
        Just("authors"),
        Just("x"),
    ];
    let value = prop_oneof![
        Just(String::new()),
        Just("AI".to_owned()),
        Just("2024-01-01T00:00:00Z".to_owned()),
        Just("https://e.org/1".to_owned()),
        Just("true".to_owned()),
        Just("no".to_owned()),
        Just("007".to_owned()),
        Just("-12".to_owned()),
        Just("1.50".to_owned()),
        Just("~".to_owned()),
        "[a-z:# \\-\"'\\\\\\[{&*!|>%@,.0-9]{0,6}",
        "\"[a-z:# '\\\\n\\[é]{0,6}\"",
        "'[a-z:# '\"]{0,6}'",
    ];
    let separator =
        prop_oneof![8 => Just(": "), 1 => Just(":"), 1 => Just(":  "), 1 => Just(" : ")];
    let dash = prop_oneof![6 => Just(""), 3 => Just("- "), 1 => Just("-   "), 1 => Just("- - ")];
    let entry = prop_oneof![4 => Just(true), 1 => Just(false)];
    let end = prop_oneof![
        12 => Just(""),
        2 => Just(" "),
        2 => Just("\r"),
        1 => Just(" \r"),
        1 => Just("\r\r"),
        1 => Just(" # note"),
        1 => Just("#"),
        1 => Just("\n  # note"),
        1 => Just("\n\r\n "),
        1 => Just("\t"),
        1 => Just("\u{85}"),
    ];
    let line = (0..4_usize, dash, entry, key, separator, value, end).prop_map(
        |(indent, dash, entry, key, separator, value, end)| {
            let entry = if entry { format!("{key}{separator}") } else { String::new() };
            format!("{}{dash}{entry}{value}{end}", "  ".repeat(indent))
        },
    );
    prop::collection::vec(line, 1..8).prop_map(|lines| {
        format!(
            "title: T\npublishedDateTime: 2024-01-01\noriginalUrl: https://e.org/1\n{}",
            lines.join("\n")
        )
        .replacen("title: T\n", if lines.len() % 2 == 0 { "" } else { "title: T\n" }, 1)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn groups_contain_the_newest_of_each_id(files in files(), limits in limits()) {
        let all: Vec<(usize, &Generated)> = files.iter().enumerate().collect();
        prop_assert_eq!(members(&grouped(&all, limits).complete()), naive(&files, limits));
    }

    #[test]
    fn neither_order_nor_partition_of_the_files_matters(
        (files, order) in files().prop_flat_map(|files| {
            let order: Vec<usize> = (0..files.len()).collect();
            (Just(files), Just(order).prop_shuffle())
        }),
        cut in 0..40_usize,
        limits in limits(),
    ) {
        let shuffled: Vec<(usize, &Generated)> = order.iter().map(|&file| (file, &files[file])).collect();
        let (first, second) = shuffled.split_at(cut.min(shuffled.len()));
        let merged = grouped(first, limits).merge(grouped(second, limits)).complete();
        prop_assert_eq!(members(&merged), naive(&files, limits));
    }

    #[test]
    fn a_feed_name_is_one_safe_component(name in "\\PC{0,40}|[a-c +#.\\-_]{0,8}|.{0,400}") {
        if let Some(feed) = FeedSlug::from_name(&name) {
            let feed = feed.as_str();
            prop_assert!(feed.len() <= 80 && !feed.is_empty());
            prop_assert!(feed.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.'));
            prop_assert!(!feed.starts_with(['.', '-']) && !feed.ends_with(['.', '-']) && !feed.contains(".."));
        }
    }

    #[test]
    fn names_share_a_feed_only_if_case_and_separators_differ(
        one in "[aAbBéE +#.\\-_1]{0,6}", other in "[aAbBéE +#.\\-_1]{0,6}",
    ) {
        let letters = |name: &str| {
            let lower = name.trim().to_lowercase();
            let separator = |c: char| c.is_whitespace() || c == '-' || c == '_';
            let inner = lower.trim_matches(separator).to_owned();
            let (before, after) = lower.split_once(inner.as_str()).unwrap();
            if inner.is_empty() { return (lower.clone(), vec![], String::new()); }
            let words = inner.split(separator).filter(|w| !w.is_empty()).map(str::to_owned).collect();
            (before.to_owned(), words, after.to_owned())
        };
        let same = letters(&one) == letters(&other);
        prop_assert_eq!(FeedSlug::from_name(&one) == FeedSlug::from_name(&other), same, "{:?} {:?}", one, other);
    }

    #[test]
    fn plain_text_is_one_line_without_characters_that_xml_forbids(written in ".{0,200}") {
        let plain = text::plain(&written);
        let forbidden = |c: char| c.is_control() || c == char::from_u32(0xFFFE).unwrap();
        prop_assert!(!plain.contains(forbidden));
        prop_assert!(!plain.contains("  ") && plain.trim() == plain);
    }

    #[test]
    fn written_dates_can_be_parsed_again(seconds in -62_135_596_800_i64..253_402_300_800) {
        let date = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
        let written = Timestamp::parse(&date.to_rfc3339()).unwrap();
        prop_assert_eq!(Timestamp::parse(&written.to_rfc3339()), Some(written));
        prop_assert_eq!(Timestamp::parse(&written.to_rfc822()), Some(written));
    }

    #[test]
    fn any_bytes_are_parsed_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        parse(Path::new("x.md"), &bytes, &from_name());
        let fenced = [b"---\n", bytes.as_slice(), b"\n---\n", &bytes].concat();
        parse(Path::new("x.html"), &fenced, &ReadOptions::default());
    }

    #[test]
    fn the_scanner_and_the_crate_read_the_same_yaml(front_matter in front_matter()) {
        let file = format!("---\n{front_matter}\n---\n");
        let [scanned, by_crate] = [YamlReader::Scanner, YamlReader::Crate]
            .map(|yaml| parse(Path::new("x.md"), file.as_bytes(), &ReadOptions { yaml, ..ReadOptions::default() }));
        prop_assert_eq!(scanned, by_crate, "{}", front_matter);
    }

    #[test]
    fn skimming_and_parsing_have_the_same_outcome(front_matter in front_matter()) {
        let file = format!("---\n{front_matter}\n---\n");
        let (name, bytes) = (Path::new("2024-01-01-x.md"), file.as_bytes());
        let slugs = &mut FeedSlugs::default();
        let parsed = parse(name, bytes, &from_name());
        let skimmed = skim(name, bytes, &from_name(), slugs);
        prop_assert_eq!(&skimmed.visibility, &parsed.visibility);
        prop_assert_eq!(skimmed.outcome, parsed.outcome.map(|article| article.meta(slugs)));
    }

    #[test]
    fn every_format_preserves_texts(title in "[a-z<>&\"'\\]\u{0}\u{8}é😀 /;#]{1,40}", body in ".{0,200}") {
        let front = serde_json::json!({
            "title": format!("x{title}"), "excerpt": title, "topics": [title],
            "publishedDateTime": "2024-01-01", "originalUrl": "https://e.org/1",
        });
        let file = format!("---\n{front}\n---\n{body}");
        let parsed = parse(Path::new("x.md"), file.as_bytes(), &ReadOptions::default());
        let Outcome::Article(article, _) = parsed.outcome else { return Ok(()) };
        let clock = Timestamp::parse("2026-01-01").unwrap();
        let settings = Config::default().into_settings(clock).unwrap();
        let entry = Arc::new(Entry::new(&article, &settings.site, Content::Full, &mut FeedSlugs::default(), |_| false));
        let feed_set = FeedSet { by: Grouping::One(GroupKey::All), ..feed_set(None, None) };
        let (site, slug) = (&settings.site, FeedSlug::all());
        let facts = GroupFacts::new(site, feed_set.by, &slug, std::iter::once(&*article));
        let entries = vec![Arc::clone(&entry)];
        let feed = Feed::assemble(site, &feed_set, &slug, facts, entries).unwrap();
        for format in Format::ALL {
            let bytes = format.render(&feed).unwrap();
            let read = feed_rs::parser::parse(bytes.as_slice()).unwrap();
            let read = &read.entries[0];
            prop_assert_eq!(&read.title.as_ref().unwrap().content, &text::title(&format!("x{title}")));
            let content = read.content.as_ref().unwrap().body.as_deref().unwrap_or_default();
            prop_assert_eq!(content.trim(), entry.content.trim());
        }
    }
}
