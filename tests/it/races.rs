//! Articles that change during a run: the feeds show the folder as it was before the change or as it
//! is after it, never a mixture.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use feedmill::{Monitor, Progress, Publishing};

use crate::support::{Workspace, article, text};

fn workspace() -> Workspace {
    let workspace = Workspace::new().with("limit: 2").with("by: [topic, all]").with("jobs: 1");
    for n in 1..=4 {
        workspace.article(n, "Rivers");
    }
    workspace
}

/// One whose files are known from a run before, so that only members of feeds are read at all.
fn known_workspace() -> Workspace {
    let workspace = workspace().remembering();
    let mut settings = workspace.settings();
    settings.site.title = Some("Other feeds".to_owned());
    feedmill::run(&settings, Publishing::default(), &|| false).unwrap();
    workspace
}

/// Changes the newest article at each moment of a run at which it lets others act.
fn assert_old_or_new(change: impl Fn(&Workspace) + Sync) {
    for new_workspace in [workspace, known_workspace] {
        assert_old_or_new_in(new_workspace, &change);
    }
}

fn assert_old_or_new_in(new_workspace: fn() -> Workspace, change: impl Fn(&Workspace) + Sync) {
    let [before, after] = [workspace(), workspace()];
    before.run();
    change(&after);
    after.run();
    let (mut seen_before, mut seen_after) = (0, 0);
    for moment in 0.. {
        let workspace = new_workspace();
        let moments = AtomicUsize::new(0);
        let stop = || {
            if moments.fetch_add(1, Ordering::Relaxed) == moment {
                change(&workspace);
            }
            false
        };
        feedmill::run(&workspace.settings(), Publishing::default(), &stop).unwrap();
        if moments.into_inner() <= moment {
            break;
        }
        let feeds = workspace.feeds();
        seen_before += usize::from(feeds == before.feeds());
        seen_after += usize::from(feeds == after.feeds());
        assert!(feeds == before.feeds() || feeds == after.feeds(), "moment {moment}");
        workspace.run();
        assert_eq!(workspace.feeds(), after.feeds(), "moment {moment}");
    }
    assert!(seen_before > 2 && seen_after > 2, "{seen_before} {seen_after}");
}

#[test]
fn an_article_becomes_private() {
    assert_old_or_new(|workspace| {
        workspace.write("in/4.md", article(4, "Rivers", "published: false"));
    });
}

#[test]
fn an_article_is_edited() {
    assert_old_or_new(|workspace| {
        workspace.write("in/4.md", article(4, "Rivers", "").replace("Article 4", "Another title"));
    });
}

#[test]
fn an_article_moves_to_another_time_and_topic() {
    assert_old_or_new(|workspace| {
        workspace.write("in/4.md", article(4, "Lakes", "").replace("2024-01-01", "2020-01-01"));
    });
}

#[test]
fn an_article_is_broken() {
    assert_old_or_new(|workspace| {
        workspace.write("in/4.md", "---\ntitle: [\n---\n");
    });
}

/// Withdraws article 4 at a moment of a run, once.
struct Withdrawal<'w> {
    workspace: &'w Workspace,
    is_the_moment: fn(Progress) -> bool,
    done: AtomicBool,
}

impl Monitor for Withdrawal<'_> {
    fn stop(&self) -> bool {
        false
    }

    fn progress(&self, progress: Progress) {
        if (self.is_the_moment)(progress) && !self.done.swap(true, Ordering::Relaxed) {
            self.workspace.write("in/4.md", article(4, "Rivers", "published: false"));
        }
    }
}

fn assert_withdrawn(workspace: &Workspace, is_the_moment: fn(Progress) -> bool) {
    let watch = Withdrawal { workspace, is_the_moment, done: AtomicBool::new(false) };
    feedmill::run(&workspace.settings(), Publishing::default(), &watch).unwrap();
    assert!(watch.done.into_inner() && !workspace.feeds().is_empty());
    for (name, feed) in workspace.feeds() {
        // Others begin alike.
        for end in ["<", "\"", "]"] {
            assert!(!text(&feed).contains(&format!("Article 4{end}")), "{name}");
            assert!(!text(&feed).contains(&format!("https://example.org/4{end}")), "{name}");
        }
    }
}

#[test]
fn an_article_is_withdrawn_between_scan_and_feeds() {
    let workspace = workspace();
    assert_withdrawn(&workspace, |moment| matches!(moment, Progress::Feeds(_)));
    for (name, feed) in workspace.feeds() {
        assert!(!text(&feed).contains("Article 4"), "{name}");
    }
}

/// More articles than are read at once, so that the feed of all is made before that of the topic.
#[test]
fn an_article_is_withdrawn_between_two_of_its_feeds() {
    let workspace = Workspace::new().with("by: [all, topic]\nlimit: 0\njobs: 1");
    for n in 0..2_100 {
        workspace.article(n, "Rivers");
    }
    assert_withdrawn(&workspace, |moment| matches!(moment, Progress::Feed));
}
