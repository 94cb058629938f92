//! The cache changes how long a run takes, and nothing else.

use std::fs;
use std::path::PathBuf;

use feedmill::CacheConfig;

use crate::support::{Workspace, article, text, tree};

fn cache_file(workspace: &Workspace) -> PathBuf {
    let mut files = fs::read_dir(workspace.path("cache")).unwrap();
    files.next().unwrap().unwrap().path()
}

/// Two articles of each sort.
fn filled() -> Workspace {
    let workspace = Workspace::new().remembering();
    for n in 1..=2 {
        workspace
            .article(n, "Open")
            .write(&format!("in/late-{n}.md"), article(10 + n, "Open", "updatedDateTime: never"))
            .write(&format!("in/broken-{n}.md"), "---\ntitle: [\n---\n")
            .write(&format!("in/undated-{n}.md"), "---\ntitle: Course\n---\n")
            .write(&format!("in/plain-{n}.md"), "No front matter.\n")
            .write(&format!("in/hush-{n}.md"), article(20 + n, "Hush", "published: false"))
            .write(&format!("in/gone-{n}.md"), article(30 + n, "Hush", "removed: true"))
            .write(
                &format!("in/soon-{n}.md"),
                article(40 + n, "Hush", "").replace("2024-01-01", "2999-01-01"),
            );
    }
    workspace
}

#[test]
fn an_untouched_file_is_not_read_again() {
    let workspace = filled();
    let cold = workspace.run();
    let warm = workspace.run();
    assert_eq!((cold.cached, warm.cached), (0, 10));
    assert_eq!(cold.stats, warm.stats);
    assert!(warm.stats.diagnostics.len() >= 6);
    assert!(!warm.publication.is_change());
    let written = fs::metadata(cache_file(&workspace)).unwrap().modified().unwrap();
    workspace.article(1, "Open").article(3, "Open");
    assert_eq!(workspace.run().cached, 9);
    assert!(fs::metadata(cache_file(&workspace)).unwrap().modified().unwrap() > written);
    assert_eq!(workspace.run().cached, 11);
}

#[test]
fn an_unchanged_cache_is_not_written_again() {
    use std::os::unix::fs::MetadataExt as _;
    let workspace = filled();
    workspace.run();
    let before = fs::metadata(cache_file(&workspace)).unwrap();
    workspace.run();
    let after = fs::metadata(cache_file(&workspace)).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    assert_eq!(after.mode() & 0o777, 0o600);
}

#[test]
fn private_articles_are_not_cached() {
    let workspace = filled();
    workspace.run();
    let bytes = fs::read(cache_file(&workspace)).unwrap();
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(text.contains("open"));
    assert!(!text.contains("hush") && !text.contains("soon") && !text.contains("gone"));
    let ids = [21, 31, 41].map(|n| format!("https://example.org/{n}"));
    for id in ids.map(|id| uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, id.as_bytes())) {
        assert!(!bytes.windows(16).any(|window| window == id.as_bytes()));
    }
    let public = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, b"https://example.org/1");
    assert!(bytes.windows(16).any(|window| window == public.as_bytes()));
}

#[test]
fn a_cached_article_is_not_published_before_its_date() {
    let workspace = filled();
    assert!(workspace.run().stats.counts.articles > 0);
    workspace.write("in/torn.md", article(9, "Open", "").replace("title: Article 9\n", "")).run();
    let mut warm = workspace.settings();
    warm.selection.now = feedmill::Timestamp::parse("2020-01-01").unwrap();
    let mut cold = warm.clone();
    cold.cache = None;
    let (warm, cold) =
        (feedmill::build(&warm, &|| false).unwrap(), feedmill::build(&cold, &|| false).unwrap());
    assert_eq!(warm.stats.counts.articles, 0);
    assert_eq!(warm.stats, cold.stats);
}

#[test]
fn a_file_that_just_changed_is_read_again() {
    let workspace = Workspace::new();
    workspace.article(1, "A");
    let now = feedmill::Timestamp::from_system(std::time::SystemTime::now());
    let mut settings = workspace.settings();
    let folder = workspace.path("cache");
    settings.cache = Some(CacheConfig { folder, clock: now.unwrap() });
    for _ in 0..2 {
        let report = feedmill::run(&settings, feedmill::Publishing::default(), &|| false).unwrap();
        assert_eq!(report.cached, 0);
    }
}

#[test]
fn selection_and_feed_sets_may_change_between_runs() {
    let workspace = filled();
    workspace.run();
    for line in ["by: [all, type]", "unpublished: true", "future: true", "only: [open]", "limit: 1"]
    {
        let (mut warm, mut cold) = (workspace.settings(), workspace.settings());
        let config = feedmill::Config::parse(line, std::path::Path::new("")).unwrap();
        let other = config.into_settings(warm.selection.now).unwrap();
        for settings in [&mut warm, &mut cold] {
            settings.kinds = other.kinds.clone();
            settings.selection = other.selection.clone();
            settings.source = workspace.settings().source;
        }
        cold.cache = None;
        let (warm, cold) = (
            feedmill::build(&warm, &|| false).unwrap(),
            feedmill::build(&cold, &|| false).unwrap(),
        );
        assert_eq!(format!("{:?}", warm.feeds), format!("{:?}", cold.feeds), "{line}");
        assert_eq!(warm.stats, cold.stats, "{line}");
    }
}

#[test]
fn a_damaged_cache_costs_time_and_nothing_else() {
    let workspace = filled();
    workspace.run();
    let (whole, feeds) = (fs::read(cache_file(&workspace)).unwrap(), workspace.feeds());
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        bytes
    };
    let cut = (0..whole.len()).step_by(37).map(|length| whole[..length].to_vec());
    let longer = [whole.as_slice(), b"more"].concat();
    let flips = (0..whole.len()).step_by(41).map(flipped);
    for damaged in cut.chain(flips).chain([longer, b"not an cache_file".to_vec()]) {
        fs::write(cache_file(&workspace), damaged).unwrap();
        let report = workspace.run();
        assert_eq!(report.cached, 0);
        assert!(report.publication.warnings.is_empty());
        assert_eq!(workspace.feeds(), feeds);
        assert_eq!(fs::read(cache_file(&workspace)).unwrap(), whole);
    }
}

#[test]
fn a_feed_that_somebody_changed_is_built_again() {
    let workspace = filled();
    workspace.run();
    let feeds = workspace.feeds();
    let tampered = workspace.read("out/topic/open.rss.xml").replace("Article 1", "Article 7");
    workspace.write("out/topic/open.rss.xml", tampered);
    assert_eq!(workspace.run().publication.count(feedmill::Change::Replaced), 1);
    workspace.remove("out/topic/open.atom.xml");
    assert_eq!(workspace.run().publication.count(feedmill::Change::Added), 1);
    fs::remove_dir_all(workspace.path("out")).unwrap();
    workspace.run();
    assert_eq!(workspace.feeds(), feeds);
}

#[test]
fn a_link_to_an_article_that_becomes_private_is_removed() {
    let related = "related:\n- title: Other\n  webUrl: https://example.org/2";
    let workspace = Workspace::new().remembering();
    workspace.article(2, "B").write("in/1.md", article(1, "A", related)).run();
    workspace.run();
    assert!(workspace.read("out/topic/a.json").contains("https://example.org/2"));
    workspace.write("in/2.md", article(2, "B", "published: false")).run();
    assert!(!workspace.read("out/topic/a.json").contains("https://example.org/2"));
}

#[test]
fn dates_to_come_are_not_cached() {
    let related = "related:\n- title: Other\n  webUrl: https://example.org/x\n  \
                   publishedDateTime: 2027-01-01\nupdatedDateTime: 2027-01-01";
    let workspace = Workspace::new().remembering();
    workspace.write("in/1.md", article(1, "A", related)).run();
    let early = workspace.read("out/topic/a.json");
    assert!(!early.contains("https://example.org/x") && !early.contains("2027"));
    let mut settings = workspace.settings();
    settings.selection.now = feedmill::Timestamp::parse("2028-01-01").unwrap();
    feedmill::run(&settings, feedmill::Publishing::default(), &|| false).unwrap();
    let late = workspace.read("out/topic/a.json");
    assert!(late.contains("https://example.org/x") && late.contains("2027"));
}

#[test]
fn a_cache_that_others_can_write_is_not_trusted() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = filled();
    workspace.run();
    fs::set_permissions(cache_file(&workspace), fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(workspace.run().cached, 0);
    assert_eq!(workspace.run().cached, 10);
}

#[test]
fn a_preview_writes_no_cache() {
    let workspace = filled();
    // The program has the real clock, for which the files have only just been written.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    for flag in ["--dry-run", "--check", "--no-cache"] {
        workspace.command(&["build", "in", flag]);
        assert!(!workspace.path("cache").exists(), "{flag}");
    }
    workspace.command(&["build", "in"]);
    assert_eq!(tree(&workspace.path("cache/feedmill")).len(), 1);
    workspace.command(&["build", "in", "--cache-dir", "elsewhere"]);
    assert_eq!(tree(&workspace.path("elsewhere")).len(), 1);
}

#[test]
fn a_cache_that_cannot_be_written_is_a_warning() {
    let workspace = filled();
    workspace.write("cache", "a file in the way");
    let report = workspace.run();
    assert_eq!(report.publication.warnings.len(), 1);
    assert!(!workspace.feeds().is_empty());
}

#[test]
fn an_invalid_file_with_a_future_date_is_not_reported_early() {
    let related = "related:\n- title: Launch\n  webUrl: https://example.org/5";
    let workspace = Workspace::new().remembering();
    let torn = article(5, "A", "").replace("2024-01-01", "2025-06-01").replace("title: A", "x: A");
    workspace.write("in/1.md", article(1, "A", related)).write("in/5.md", torn).run();
    let mut settings = workspace.settings();
    settings.selection.now = feedmill::Timestamp::parse("2025-01-01").unwrap();
    let report = feedmill::run(&settings, feedmill::Publishing::default(), &|| false).unwrap();
    assert!(!report.stats.has_errors());
    assert!(!workspace.read("out/topic/a.json").contains("https://example.org/5"));
}

#[test]
fn a_refused_run_still_drops_private_articles_from_the_cache() {
    let workspace = Workspace::new().remembering();
    for n in 1..=8 {
        workspace.article(n, &format!("Merger{n}"));
    }
    workspace.run();
    for n in 1..=7 {
        let private = article(n, &format!("Merger{n}"), "published: false");
        workspace.write(&format!("in/{n}.md"), private);
    }
    workspace.try_run(feedmill::Publishing::default()).unwrap_err();
    let bytes = fs::read(cache_file(&workspace)).unwrap();
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(text.contains("merger8") && !text.contains("merger1"));
}

#[test]
fn a_cache_that_is_not_a_regular_file_is_skipped() {
    let workspace = filled();
    workspace.run();
    let path = cache_file(&workspace);
    let replaced = |command: &[&str]| {
        fs::remove_file(&path).unwrap();
        let done = std::process::Command::new(command[0]).args(&command[1..]).arg(&path).status();
        assert!(done.unwrap().success());
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        workspace.run().cached
    };
    assert_eq!(replaced(&["mkfifo"]), 0);
    assert_eq!(replaced(&["truncate", "-s", "12T"]), 0);
    assert_eq!(workspace.run().cached, 10);
}

#[test]
fn a_folder_that_was_swapped_for_a_moment_leaves_no_trace() {
    let workspace = Workspace::new().remembering();
    workspace.article(1, "A");
    workspace.write("other/1.md", article(1, "A", "").replace("Article 1", "Another"));
    let swap = || {
        fs::rename(workspace.path("in"), workspace.path("aside")).unwrap();
        fs::rename(workspace.path("other"), workspace.path("in")).unwrap();
        fs::rename(workspace.path("aside"), workspace.path("other")).unwrap();
    };
    for moment in 0..12 {
        let moments = std::sync::atomic::AtomicUsize::new(0);
        let (settings, publishing) = (workspace.settings(), feedmill::Publishing::default());
        let stop = || {
            if moments.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == moment {
                swap();
            }
            false
        };
        feedmill::run(&settings, publishing, &stop).unwrap();
        if moments.into_inner() > moment {
            swap();
        }
        workspace.run();
        assert!(workspace.read("out/topic/a.json").contains("Article 1"), "moment {moment}");
        fs::remove_dir_all(workspace.path("cache")).unwrap();
        fs::remove_dir_all(workspace.path("out")).unwrap();
    }
}

#[test]
fn a_fault_of_an_article_is_reported_once() {
    let place = Workspace::new();
    place.article(1, "AI").write("in/bad.md", "---\ntitle: [\n---\n");
    place.write("in/draft.md", "---\ndraft: true\ntitle: [\n---\n");
    let build = |arguments: &[&str]| {
        // Files that have just changed may change again without a sign.
        std::thread::sleep(std::time::Duration::from_millis(2_100));
        let output = place.command(&[&["build", "in"], arguments].concat());
        (output.status.code(), text(&output.stderr).lines().count())
    };
    assert_eq!(build(&[]), (Some(1), 2));
    assert_eq!(build(&[]), (Some(0), 0));
    for all in ["-v", "--no-cache"] {
        assert_eq!(build(&[all]), (Some(1), 2), "{all}");
    }
    assert_eq!(place.command(&["check", "in"]).status.code(), Some(1));
    assert_eq!(build(&[]), (Some(0), 0));
    place.write("in/bad.md", "---\ntitle: [[\n---\n");
    assert_eq!(build(&[]), (Some(1), 1));
    assert_eq!(build(&[]), (Some(0), 0));
    std::os::unix::fs::symlink("/elsewhere.md", place.path("in/link.md")).unwrap();
    assert_eq!(build(&[]), (Some(1), 1));
    assert_eq!(build(&[]), (Some(1), 1), "what cannot be read is reported each time");
}
