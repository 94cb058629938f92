//! The law of the stages: for any articles, any parts of them, any groups for any reducers and any order
//! of their lines, the stages leave what a build leaves.

use std::path::PathBuf;

use feedmill::{
    FeedSet, Finishing, GroupKey, Grouping, Locking, MapInput, Mapping, Publishing, Reducing,
    Removals, Settings,
};
use proptest::prelude::*;

use crate::support::{Workspace, tree};

/// A generated article: few addresses, dates, topics and providers, so that they collide.
#[derive(Clone, Debug)]
struct Generated {
    address: u8,
    minute: u8,
    topics: Vec<u8>,
    provider: u8,
    is_private: bool,
    related: u8,
    /// The mapper that has it, or two.
    mappers: (u8, u8),
}

fn articles() -> impl Strategy<Value = Vec<Generated>> {
    let topics = prop::collection::vec(0..3_u8, 0..3);
    let article = (0..9_u8, 0..4_u8, topics, 0..3_u8, 0..6_u8, 0..9_u8, (0..4_u8, 0..4_u8));
    let article =
        article.prop_map(|(address, minute, topics, provider, private, related, mappers)| {
            Generated {
                address,
                minute,
                topics,
                provider,
                is_private: private == 0,
                related,
                mappers,
            }
        });
    prop::collection::vec(article, 1..30)
}

fn text(article: &Generated, number: usize) -> String {
    let Generated { address, minute, topics, provider, is_private, related, .. } = article;
    let provider = ["", "One", "Two"][usize::from(*provider)];
    format!(
        "---\ntitle: Article {number}\npublishedDateTime: 2024-01-01T00:{minute:02}:00Z\n\
         originalUrl: https://e.org/{address}\ntopics: {topics:?}\nprovider: {provider}\n\
         published: {}\nrelated: [{{title: R, webUrl: 'https://www.e.org/{related}/'}}]\n---\n",
        !is_private
    )
}

fn with_limits(settings: &mut Settings, limit: Option<usize>, max: Option<usize>, min: usize) {
    let groupings = [
        Grouping::One(GroupKey::Topic),
        Grouping::One(GroupKey::All),
        Grouping::One(GroupKey::Provider),
        Grouping::Both(GroupKey::Topic, GroupKey::Provider),
    ];
    let set = |by: Grouping| FeedSet {
        limit,
        max_per_provider: max.filter(|_| !by.has(GroupKey::Provider)),
        ..FeedSet::new(by)
    };
    settings.kinds = groupings.map(set).into();
    settings.min_items = min;
    settings.jobs = 1;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stages_leave_what_a_build_leaves(
        articles in articles(),
        limits in (prop::option::of(1..5_usize), prop::option::of(1..3_usize), 1..3_usize),
        salt in 0..100_usize,
        reducers in 1..4_usize,
        piped in any::<bool>(),
    ) {
        let workspace = Workspace::new();
        let mut parts: Vec<Vec<PathBuf>> = vec![Vec::new(); 4];
        for (number, article) in articles.iter().enumerate() {
            let name = format!("in/{number:02}.md");
            workspace.write(&name, text(article, number));
            for mapper in [article.mappers.0, article.mappers.1] {
                parts[usize::from(mapper)].push(workspace.path(&name));
            }
        }
        let mut settings = workspace.settings();
        with_limits(&mut settings, limits.0, limits.1, limits.2);
        let built = feedmill::run(&settings, Publishing::default(), &|| false);
        let expected = tree(&workspace.path("out"));

        settings.output = workspace.path("stages");
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            // From no room at all to room for more than one batch of records.
            let mapping = Mapping { shard: None, memory: salt / 25 * 20_000 };
            let mut output = Vec::new();
            let record = |path: &PathBuf| {
                let text = std::fs::read_to_string(path).unwrap();
                let path = path.strip_prefix(workspace.path("in")).unwrap();
                serde_json::json!({"path": path, "text": text}).to_string() + "\n"
            };
            if piped {
                let records: String = part.iter().map(record).collect();
                let input = MapInput::Records(records.as_bytes());
                feedmill::map(&settings, input, mapping, &mut output, &|| false).unwrap();
            } else {
                let input: MapInput<&[u8]> = MapInput::Files(part);
                feedmill::map(&settings, input, mapping, &mut output, &|| false).unwrap();
            }
            lines.extend(String::from_utf8(output).unwrap().split_inclusive('\n').map(str::to_owned));
        }
        lines.sort_unstable();
        let mut reduced: Vec<String> = Vec::new();
        for number in 0..reducers {
            let is_own = |line: &&String| {
                let key: usize = line.split('\t').next().unwrap().bytes().map(usize::from).sum();
                line.starts_with('!') || (key + salt) % reducers == number
            };
            let own: String = lines.iter().filter(is_own).map(String::as_str).collect();
            let reducing =
                Reducing { locking: Locking::Fail, shard: None, private: Vec::new(), adopts_now: true };
            let mut output = Vec::new();
            feedmill::reduce(&settings, own.as_bytes(), &mut output, &reducing, &|| false).unwrap();
            reduced.extend(String::from_utf8(output).unwrap().split_inclusive('\n').map(str::to_owned));
        }
        let middle = salt % reduced.len();
        reduced.rotate_left(middle);
        let finishing = Finishing {
            locking: Locking::Fail,
            removals: Removals::Guarded,
            private: Vec::new(),
            adopts_now: true,
        };
        let finished =
            feedmill::finish(&settings, reduced.concat().as_bytes(), &finishing, &|| false);
        prop_assert_eq!(built.is_ok(), finished.is_ok());
        if built.is_ok() {
            let stages = tree(&workspace.path("stages"));
            prop_assert_eq!(stages.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
            for (name, bytes) in &expected {
                prop_assert!(stages[name] == *bytes, "{}", name);
            }
        }
    }
}
