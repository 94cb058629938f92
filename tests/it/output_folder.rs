//! The output folder: which files are written, replaced and removed, and which are never touched.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use feedmill::{Change, Error, Mode, Publishing, Refusal, Removals};
use proptest::prelude::*;

use crate::support::{Workspace, article, text, tree};

#[test]
fn a_second_run_touches_nothing() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "AI");
    workspace.run();
    let stamp = |name: &str| {
        let metadata = fs::metadata(workspace.path(name)).unwrap();
        (metadata.ino(), metadata.modified().unwrap())
    };
    let names = ["out/topic/ai.rss.xml", "out/topic/ai.html", "out/.feedmill.json"];
    let before = names.map(stamp);
    let report = workspace.run();
    let unchanged = report.publication.count(Change::Unchanged);
    assert_eq!(unchanged, 10, "three feeds, their page, and the files beside them");
    assert!(!report.publication.is_change());
    assert_eq!(before, names.map(stamp));
}

#[test]
fn only_feeds_that_changed_are_replaced() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web");
    workspace.run();
    let time = |name: &str| fs::metadata(workspace.path(name)).unwrap().modified().unwrap();
    let (ai, web) = (time("out/topic/ai.json"), time("out/topic/web.json"));
    let report = workspace.article(3, "AI").run();
    assert_eq!(report.publication.files["topic/ai.json"], Change::Replaced);
    assert_eq!(report.publication.files["topic/web.json"], Change::Unchanged);
    assert_eq!(time("out/topic/web.json"), web);
    let forward = time("out/topic/ai.json").duration_since(ai).unwrap();
    assert!(forward.as_secs() >= 1, "web servers tell versions apart by whole seconds");
}

#[test]
fn a_preview_writes_nothing() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let preview = Publishing { mode: Mode::Preview, ..Publishing::default() };
    let report = workspace.try_run(preview).unwrap();
    assert_eq!(report.publication.count(Change::Added), 10);
    assert!(!workspace.path("out").exists());
}

#[test]
fn a_feed_is_removed_with_its_last_article() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web");
    workspace.run();
    let report = workspace.remove("in/2.md").run();
    assert_eq!(report.publication.count(Change::Removed), 4);
    assert!(!workspace.path("out/topic/web.json").exists());
    assert!(!workspace.path("out/topic/web.html").exists());
    assert!(!workspace.read("out/.feedmill.json").contains("web"));
}

#[test]
fn an_article_that_becomes_private_leaves_every_file() {
    for line in
        ["published: false", "removed: true", "draft: true", "publishedDateTime: 2027-01-01"]
    {
        let workspace = Workspace::new();
        workspace.article(1, "AI").article(2, "Web");
        workspace.run();
        let text = article(2, "Web", line);
        // The last of two dates counts here, so the first one goes.
        let text = match line.strip_prefix("publishedDateTime") {
            Some(_) => text.replace("publishedDateTime: 2024-01-01T00:02:00Z\n", ""),
            None => text,
        };
        workspace.write("in/2.md", text).run();
        for (name, bytes) in tree(&workspace.path("out")) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("Article 2") && !text.contains("topic/web"), "{line}: {name}");
        }
        // Also if it was the only one.
        let workspace = Workspace::new();
        workspace.article(1, "AI").run();
        workspace.write("in/1.md", article(1, "AI", "removed: true")).run();
        assert!(workspace.feeds().is_empty());
    }
}

#[test]
fn a_run_without_articles_is_refused() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").run();
    let before = tree(&workspace.path("out"));
    workspace.remove("in/1.md");
    for broken in ["", "no front matter", "---\ntitle: [\n---\n", "---\nname: organization\n---\n"]
    {
        workspace.write("in/x.md", broken);
        let error = workspace.try_run(Publishing::default()).unwrap_err();
        let refused = matches!(&error, Error::Refused { refusal: Refusal::NoArticles(_), .. });
        assert!(refused, "{error}");
        assert_eq!(tree(&workspace.path("out")), before);
    }
    let allow = Publishing { removals: Removals::Allow, ..Publishing::default() };
    workspace.try_run(allow).unwrap();
    assert!(workspace.feeds().is_empty());
}

#[test]
fn a_run_that_finds_nothing_makes_no_folder() {
    let workspace = Workspace::new();
    workspace.try_run(Publishing::default()).unwrap_err();
    assert!(!workspace.path("out").exists());
}

#[test]
fn more_than_half_of_the_feeds_are_not_removed_unasked() {
    let workspace = Workspace::new();
    for n in 0..8 {
        workspace.article(n, &format!("Topic {n}"));
    }
    workspace.run();
    let before = tree(&workspace.path("out"));
    for n in 0..5 {
        workspace.remove(&format!("in/{n}.md"));
    }
    // Five feeds may go; six of eight may not.
    let preview = Publishing { mode: Mode::Preview, ..Publishing::default() };
    assert_eq!(workspace.try_run(preview).unwrap().publication.count(Change::Removed), 20);
    workspace.remove("in/5.md");
    let error = workspace.try_run(Publishing::default()).unwrap_err();
    assert!(error.to_string().starts_with("6 of 8 feeds would be removed"), "{error}");
    assert_eq!(tree(&workspace.path("out")), before);
    let allow = Publishing { removals: Removals::Allow, ..Publishing::default() };
    let report = workspace.try_run(allow).unwrap();
    assert_eq!(report.publication.count(Change::Removed), 24);
}

#[test]
fn foreign_files_are_left_alone_and_reported() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web").article(3, "Two");
    workspace.write("elsewhere.xml", "not ours").write("out/topic/ai.rss.xml", "not ours");
    symlink(workspace.path("elsewhere.xml"), workspace.path("out/topic/web.rss.xml")).unwrap();
    fs::create_dir(workspace.path("out/topic/two.rss.xml")).unwrap();
    workspace.write("out/topic/.feedmill-notes", "not ours").write("out/other.rss.xml", "not ours");
    for _ in 0..2 {
        let report = workspace.run();
        assert_eq!(report.publication.count(Change::Foreign), 3);
        assert_eq!(workspace.read("out/topic/ai.rss.xml"), "not ours");
        assert_eq!(workspace.read("elsewhere.xml"), "not ours");
        assert!(workspace.path("out/topic/two.rss.xml").is_dir());
        assert!(workspace.path("out/topic/web.json").exists());
    }
    // Nor are they removed with their group.
    workspace.remove("in/1.md").run();
    assert_eq!(workspace.read("out/topic/ai.rss.xml"), "not ours");
    assert!(!workspace.path("out/topic/ai.json").exists());
    assert_eq!(workspace.read("out/topic/.feedmill-notes"), "not ours");
    assert_eq!(workspace.read("out/other.rss.xml"), "not ours");
}

#[test]
fn a_file_that_somebody_changed_is_not_removed() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web");
    workspace.run();
    workspace.write("out/topic/web.json", "by hand");
    let report = workspace.remove("in/2.md").run();
    assert_eq!(report.publication.files["topic/web.json"], Change::Foreign);
    assert_eq!(workspace.read("out/topic/web.json"), "by hand");
    assert!(!workspace.path("out/topic/web.rss.xml").exists());
}

#[test]
fn nothing_is_written_or_removed_through_a_link() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web");
    workspace.run();
    fs::rename(workspace.path("out/topic"), workspace.path("moved")).unwrap();
    symlink(workspace.path("moved"), workspace.path("out/topic")).unwrap();
    let before = tree(&workspace.path("moved"));
    let report = workspace.remove("in/2.md").article(3, "AI").run();
    assert_eq!(report.publication.count(Change::Foreign), 8);
    assert_eq!(tree(&workspace.path("moved")), before);
}

#[test]
fn an_output_folder_may_be_a_link() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.path("real")).unwrap();
    symlink(workspace.path("real"), workspace.path("out")).unwrap();
    workspace.article(1, "AI").run();
    assert!(workspace.path("real/topic/ai.json").exists());
    assert!(workspace.path("out").is_symlink());
}

#[test]
fn an_output_folder_inside_the_source_is_left_out() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let mut settings = workspace.settings();
    settings.output = workspace.path("in/feeds");
    workspace.write("in/feeds/topic/x.md", article(2, "AI", ""));
    let report = feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
    assert_eq!(report.stats.counts.files, 1);
}

#[test]
fn an_output_folder_around_the_source_is_refused() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let mut settings = workspace.settings();
    for output in ["in", ".", "in/.."] {
        settings.output = workspace.path(output);
        let error = feedmill::run(&settings, Publishing::default(), &|| false).unwrap_err();
        assert!(matches!(error, Error::Overlap { .. }), "{error}");
    }
}

#[test]
fn a_damaged_manifest_loses_nothing() {
    for damage in
        ["", "{", "[[[[", "{\"version\":99}", "{\"version\":1,\"files\":{\"../in/1.md\":[]}}"]
    {
        let workspace = Workspace::new();
        workspace.article(1, "AI").article(2, "Web").run();
        let fresh = tree(&workspace.path("out"));
        workspace.write("out/.feedmill.json", damage);
        workspace.write("in/2.md", article(2, "Web", "quality: 1"));
        let report = workspace.run();
        assert_eq!(
            report.publication.warnings.len(),
            usize::from(!damage.contains("../")),
            "{damage}"
        );
        assert_eq!(tree(&workspace.path("out")), fresh, "{damage}");
        // Feeds that an earlier run wrote are replaced by their mark.
        fs::remove_file(workspace.path("out/.feedmill.json")).unwrap();
        let report = workspace.article(3, "AI").run();
        assert_eq!(report.publication.count(Change::Replaced), 5, "the feeds and the pages");
        assert_eq!(report.publication.count(Change::Foreign), 0);
    }
}

#[test]
fn a_folder_in_the_place_of_the_manifest_is_reported() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    fs::create_dir_all(workspace.path("out/.feedmill.json")).unwrap();
    for mode in [Mode::Preview, Mode::Write, Mode::Write] {
        let publishing = Publishing { mode, ..Publishing::default() };
        let warnings = workspace.try_run(publishing).unwrap().publication.warnings;
        let [warning] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(warning.starts_with("a folder is in the place of the manifest"), "{warning}");
    }
}

#[test]
fn modes_follow_the_umask_and_then_the_operator() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").run();
    let feed = workspace.path("out/topic/ai.json");
    let mode = || fs::metadata(&feed).unwrap().permissions().mode() & 0o777;
    fs::write(workspace.path("plain"), "").unwrap();
    let plain = fs::metadata(workspace.path("plain")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), plain);
    fs::set_permissions(&feed, fs::Permissions::from_mode(0o640)).unwrap();
    workspace.article(2, "AI").run();
    assert_eq!(mode(), 0o640);
}

#[test]
fn temporary_files_of_a_killed_run_are_removed_and_others_are_not() {
    let workspace = Workspace::new().with("kinds: {topic: {path: by/topic}}");
    workspace.article(1, "AI");
    let cut = ["out/by/topic/.feedmill-a1B2c3.tmp", "out/.feedmill-000000.tmp"];
    let others = ["out/by/topic/.feedmill-a1B2c3.bak", "out/.feedmill-notes.tmp", "out/x.tmp"];
    for name in cut.iter().chain(&others) {
        workspace.write(name, "text");
    }
    workspace.run();
    assert!(cut.iter().all(|name| !workspace.path(name).exists()));
    assert!(others.iter().all(|name| workspace.path(name).exists()));
}

/// A folder whose path is too long to be listed: unreadable, also for root.
fn unreadable(workspace: &Workspace) {
    let name = "d".repeat(200);
    let script = format!(
        "cd in; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do mkdir {name} && cd {name} || exit; done"
    );
    std::process::Command::new("sh")
        .args(["-c", &script])
        .stderr(std::process::Stdio::null())
        .current_dir(workspace.path("."))
        .status()
        .unwrap();
}

#[test]
fn unreadable_files_hold_removals_back() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web").article(3, "Private");
    workspace.run();
    unreadable(&workspace);
    workspace.write("in/3.md", article(3, "Private", "published: false"));
    let report = workspace.remove("in/2.md").run();
    assert!(report.stats.has_errors());
    assert_eq!(report.publication.count(Change::Held), 4);
    assert!(workspace.path("out/topic/web.json").exists());
    assert!(workspace.path("out/topic/web.html").exists());
    // But what nobody may hear of any more is not held.
    assert_eq!(report.publication.count(Change::Removed), 4);
    assert!(!workspace.path("out/topic/private.json").exists());
    assert!(!workspace.path("out/topic/private.html").exists());
    let allow = Publishing { removals: Removals::Allow, ..Publishing::default() };
    assert_eq!(workspace.try_run(allow).unwrap().publication.count(Change::Removed), 4);
}

/// The names of the pages in the output folder.
fn pages(workspace: &Workspace) -> Vec<String> {
    let mut names: Vec<String> = tree(&workspace.path("out")).into_keys().collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|extension| extension == "html"));
    names
}

#[test]
fn without_an_index_feeds_have_no_pages() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").run();
    assert!(workspace.path("out/topic/ai.html").exists());
    let workspace = workspace.with("index: false");
    workspace.run();
    assert!(pages(&workspace).is_empty());
}

#[test]
fn a_page_of_the_operator_stays_and_is_not_linked_to() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web").write("out/topic/ai.html", "by hand");
    for _ in 0..2 {
        let report = workspace.run();
        assert_eq!(report.publication.files["topic/ai.html"], Change::Foreign);
        assert!(!report.publication.has_foreign_feed());
        assert_eq!(workspace.read("out/topic/ai.html"), "by hand");
        let pages: Vec<_> = report.feeds.into_iter().map(|feed| feed.page).collect();
        assert_eq!(pages, [None, Some("topic/web.html".to_owned())]);
    }
}

#[test]
fn a_topic_named_index_does_not_take_the_page_that_lists_the_feeds() {
    let workspace = Workspace::new().with("kinds: {topic: {path: ''}}");
    workspace.article(1, "Index").article(2, "Web").run();
    assert!(workspace.path("out/web.html").exists());
    assert!(workspace.read("out/index.html").contains("href=\"web.rss.xml\""));
    let pages = pages(&workspace);
    let [own, index, web] = &pages[..] else { panic!("{pages:?}") };
    assert!(own.starts_with("index-"));
    assert_eq!([index, web], ["index.html", "web.html"]);
}

#[test]
fn a_page_is_never_held() {
    for index in ["", "index: false"] {
        let workspace = Workspace::new();
        workspace.write("in/1.md", article(1, "Merger", "").replace("Article 1", "Nobody knows"));
        workspace.run();
        unreadable(&workspace);
        let private = article(1, "Merger", "published: false");
        let workspace = workspace.with(index);
        workspace.write("in/1.md", private).run();
        for (name, bytes) in tree(&workspace.path("out")) {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            assert!(!text.contains("nobody knows") && !text.contains("merger"), "{name}");
        }
    }
}

#[test]
fn a_feed_that_links_to_a_private_article_is_never_held() {
    let workspace = Workspace::new();
    let related = "related: [{title: Merger, webUrl: \"https://www.example.org/2/?a=1&b=2\"}]";
    workspace.write("in/1.md", article(1, "Old", related));
    let linked = article(2, "Web", "webUrl: \"https://example.org/2/?a=1&b=2\"");
    workspace.write("in/2.md", &linked).run();
    assert!(text(&workspace.feeds()["topic/old.rss.xml"]).contains("Merger"));
    unreadable(&workspace);
    workspace.write("in/1.md", article(1, "New", related));
    workspace.write("in/2.md", linked.replace("---\ntitle", "---\npublished: false\ntitle")).run();
    for (name, bytes) in tree(&workspace.path("out")) {
        assert!(!text(&bytes).contains("Merger"), "{name}");
    }
}

#[test]
fn a_lost_manifest_does_not_keep_a_feed_whose_group_is_gone() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web").run();
    workspace.write("out/topic/theirs.json", "{}").remove("out/.feedmill.json");
    let report = workspace.remove("in/2.md").run();
    assert_eq!(report.publication.count(Change::Removed), 4);
    assert_eq!(workspace.read("out/topic/theirs.json"), "{}");
}

#[test]
fn a_changed_file_of_a_removed_group_is_reported_in_every_run() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web").run();
    workspace.remove("in/2.md").write("out/topic/web.json", "by hand");
    for _ in 0..3 {
        assert_eq!(workspace.run().publication.count(Change::Foreign), 1);
    }
    assert_eq!(workspace.remove("out/topic/web.json").run().publication.count(Change::Foreign), 0);
}

#[test]
fn temporary_files_are_removed_from_all_folders() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("out/type/.feedmill-abC123.tmp", "private");
    workspace.run();
    assert!(!workspace.path("out/type/.feedmill-abC123.tmp").exists());
}

#[test]
fn an_output_folder_that_leads_back_into_the_source_is_refused() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    for output in ["nowhere/../in", "in/nowhere/.."] {
        let mut settings = workspace.settings();
        settings.output = workspace.path(output);
        feedmill::run(&settings, Publishing::default(), &|| false).unwrap_err();
        assert_eq!(tree(&workspace.path("in")).len(), 1, "{output}");
        assert!(!workspace.path("nowhere").exists());
    }
}

#[test]
fn an_output_link_inside_the_source_is_left_out() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("elsewhere/x.md", "");
    symlink(workspace.path("elsewhere"), workspace.path("in/out")).unwrap();
    let mut settings = workspace.settings();
    settings.output = workspace.path("in/out");
    let report = feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
    assert!(!report.stats.has_errors());
}

#[test]
fn of_two_first_runs_the_later_scan_counts() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "AI");
    let raced = std::sync::atomic::AtomicBool::new(false);
    // While the first run reads, an article becomes private, and a second run comes and goes.
    let stop = || {
        if !raced.swap(true, std::sync::atomic::Ordering::SeqCst) {
            let parsed = article(2, "AI", "published: false");
            workspace.run();
            workspace.write("in/2.md", parsed).run();
        }
        false
    };
    feedmill::run(&workspace.settings(), Publishing::default(), &stop).unwrap();
    assert!(!workspace.read("out/topic/ai.json").contains("Article 2"));
}

#[derive(Clone, Debug)]
enum Edit {
    Write(u32, u8, bool),
    Remove(u32),
    Rename(u32),
    Touch(u32),
    Run,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        4 => (0..6_u32, 0..3_u8, any::<bool>()).prop_map(|(n, topic, public)| Edit::Write(n, topic, public)),
        1 => (0..6_u32).prop_map(Edit::Remove),
        1 => (0..6_u32).prop_map(Edit::Rename),
        1 => (0..6_u32).prop_map(Edit::Touch),
        2 => Just(Edit::Run),
    ];
    prop::collection::vec(edit, 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn incremental_runs_give_what_a_run_from_scratch_gives(edits in edits(), remembers in any::<bool>()) {
        let workspace = Workspace::new().with("limit: 2");
        let workspace = if remembers { workspace.remembering() } else { workspace };
        workspace.article(99, "Always").run();
        for edit in edits {
            let file = |n: u32| workspace.path(&format!("in/{n}.md"));
            match edit {
                Edit::Write(n, topic, public) => {
                    let line = match (public, topic) {
                        (false, _) => "published: false",
                        (true, 0) => "updatedDateTime: never",
                        (true, _) => "",
                    };
                    workspace.write(&format!("in/{n}.md"), article(n, &format!("T{topic}"), line));
                }
                Edit::Remove(n) => drop(fs::remove_file(file(n))),
                Edit::Rename(n) => drop(fs::rename(file(n), workspace.path(&format!("in/renamed-{n}.md")))),
                Edit::Touch(n) => {
                    if let Ok(bytes) = fs::read(file(n)) {
                        fs::write(file(n), bytes).unwrap();
                    }
                }
                Edit::Run => drop(workspace.run()),
            }
        }
        let allow = Publishing { removals: Removals::Allow, ..Publishing::default() };
        let report = workspace.try_run(allow).unwrap();
        let mut settings = workspace.settings();
        settings.output = workspace.path("scratch");
        settings.cache = None;
        let scratch = feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
        prop_assert_eq!(report.stats, scratch.stats);
        let whole = |folder: &str| -> BTreeMap<String, String> {
            tree(&workspace.path(folder)).into_iter().map(|(name, bytes)| (name, text(&bytes))).collect()
        };
        prop_assert_eq!(whole("out"), whole("scratch"));
        let again = workspace.run();
        prop_assert!(!again.publication.is_change());
        prop_assert!((again.cached > 0) == remembers);
    }
}
