//! The program as a process: kills, signals, concurrent runs and readers, full disks, and closed output
//! streams.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{Workspace, article, text, tree};

const BUILD: [&str; 6] = ["build", "in", "--format", "rss,atom,json", "--limit", "0"];

/// A workspace with enough articles for a run to be interrupted.
fn busy() -> Workspace {
    let workspace = Workspace::new();
    for n in 0..300 {
        workspace.article(n, &format!("Topic {}", n % 20));
    }
    workspace
}

/// Changes every article, so that every feed changes.
fn edit(workspace: &Workspace, round: usize) {
    for n in 0..300 {
        let text = article(n, &format!("Topic {}", n % 20), "")
            .replace("About", &format!("In round {round}, about"));
        workspace.write(&format!("in/{n}.md"), text);
    }
}

fn whole(name: &str, bytes: &[u8]) -> bool {
    let text = text(bytes);
    match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("json") => serde_json::from_str::<serde_json::Value>(&text).is_ok(),
        Some("xml") => feed_rs::parser::parse(bytes).is_ok(),
        _ => true,
    }
}

#[test]
fn after_a_kill_every_feed_is_whole_and_the_next_run_completes() {
    let workspace = busy();
    assert!(workspace.command(&BUILD).status.success());
    let names: Vec<String> = workspace.feeds().into_keys().collect();
    let took = {
        let start = Instant::now();
        edit(&workspace, 0);
        assert!(workspace.command(&BUILD).status.success());
        start.elapsed()
    };
    let mut killed = 0;
    for round in 1..=15_usize {
        edit(&workspace, round);
        let mut child = workspace.program(&BUILD).spawn().unwrap();
        sleep(took * u32::try_from(round).unwrap() / 16);
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().signal() == Some(9));
        for name in &names {
            let bytes = fs::read(workspace.path("out").join(name)).unwrap();
            assert!(whole(name, &bytes), "{name} in round {round}");
        }
    }
    assert!(killed > 0);
    assert!(workspace.command(&BUILD).status.success());
    let healed = tree(&workspace.path("out"));
    fs::remove_dir_all(workspace.path("out")).unwrap();
    assert!(workspace.command(&BUILD).status.success());
    assert!(healed == tree(&workspace.path("out")), "as from scratch");
}

#[test]
fn a_reader_always_finds_a_whole_feed() {
    let workspace = busy();
    assert!(workspace.command(&BUILD).status.success());
    for round in 0..3 {
        edit(&workspace, round);
        let mut child = workspace.program(&BUILD).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            for name in ["topic/topic-1.json", "topic/topic-19.rss.xml"] {
                let bytes = fs::read(workspace.path("out").join(name)).unwrap();
                assert!(whole(name, &bytes), "{name}");
            }
        }
    }
}

#[test]
fn signals_end_a_run_at_once_and_leave_no_temporary_file() {
    for (name, number) in [("TERM", 15), ("INT", 2), ("HUP", 1)] {
        let workspace = busy();
        let mut child = heeding_signals(&workspace, &BUILD).spawn().unwrap();
        sleep(Duration::from_millis(30));
        signal(&child, name);
        let status = child.wait().unwrap();
        assert!(status.success() || status.signal() == Some(number), "{name}: {status}");
        for name in tree(&workspace.path(".")).keys() {
            assert!(Path::new(name).extension().is_none_or(|end| end != "tmp"), "{name}");
        }
        // A run that waits for another one would not end by itself.
        fs::create_dir_all(workspace.path("out")).unwrap();
        let lock = File::create(workspace.path("out/.feedmill.lock")).unwrap();
        lock.lock().unwrap();
        let arguments = [&BUILD[..], &["--wait"]].concat();
        let mut child = heeding_signals(&workspace, &arguments).spawn().unwrap();
        sleep(Duration::from_millis(300));
        signal(&child, name);
        assert_eq!(child.wait().unwrap().signal(), Some(number), "{name}");
    }
}

/// The program as a shell starts it, even if the tests were started by one that ignores signals.
fn heeding_signals(workspace: &Workspace, arguments: &[&str]) -> Command {
    let program = workspace.program(arguments);
    let mut command = Command::new("env");
    command.args(["--default-signal=HUP,INT,TERM"]).arg(program.get_program());
    command.args(program.get_args()).current_dir(workspace.path("."));
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

#[test]
fn a_file_size_limit_stops_a_run_like_a_full_disk() {
    let workspace = busy();
    let script = format!("ulimit -f 1; exec {} build in", env!("CARGO_BIN_EXE_feedmill"));
    let output = Command::new("sh").args(["-c", &script]).current_dir(workspace.path(".")).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("File too large"), "{}", text(&output.stderr));
    assert!(workspace.feeds().is_empty());
}

#[test]
fn a_second_run_waits_or_fails() {
    let workspace = busy();
    fs::create_dir(workspace.path("out")).unwrap();
    let lock = File::create(workspace.path("out/.feedmill.lock")).unwrap();
    lock.lock().unwrap();
    let locked = workspace.command(&BUILD);
    assert_eq!(locked.status.code(), Some(5));
    assert_eq!(
        text(&locked.stderr),
        "feedmill: error: another run is writing to out; use --wait to wait for it\n"
    );
    assert!(workspace.feeds().is_empty());
    let arguments = [&BUILD[..], &["--wait"]].concat();
    let mut waiting: Child = workspace.program(&arguments).spawn().unwrap();
    sleep(Duration::from_millis(100));
    assert!(waiting.try_wait().unwrap().is_none());
    let unlocked = [&BUILD[..], &["--no-lock"]].concat();
    assert!(workspace.command(&unlocked).status.success());
    assert_eq!(workspace.feeds().len(), 60);
    assert!(waiting.try_wait().unwrap().is_none());
    lock.unlock().unwrap();
    assert!(waiting.wait().unwrap().success());
}

#[test]
fn a_run_without_working_output_streams_writes_its_feeds() {
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    for (stdout, stderr) in [(full(), full()), (closed(), closed()), (Stdio::null(), closed())] {
        let workspace = Workspace::new();
        workspace.article(1, "AI").write("in/bad.md", "---\n[\n---\n");
        let mut program = workspace.program(&["build", "in", "-v", "--json"]);
        let status = program.stdout(stdout).stderr(stderr).status().unwrap();
        assert_eq!(status.code(), Some(1));
        assert_eq!(workspace.feeds().len(), 1);
    }
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("in/bad.md", "---\n[\n---\n");
    let script = format!("{} build in -v <&- >&- 2>&-", env!("CARGO_BIN_EXE_feedmill"));
    let status = Command::new("sh").args(["-c", &script]).current_dir(workspace.path(".")).status();
    assert_eq!(status.unwrap().code(), Some(1));
    assert!(text(&workspace.feeds()["topic/ai.rss.xml"]).starts_with("<?xml"));
}

#[test]
fn a_full_disk_changes_nothing() {
    let workspace = busy();
    fs::create_dir(workspace.path("out")).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=250k", "tmpfs"])
        .arg(workspace.path("out"))
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        return;
    }
    let few = ["build", "in", "--limit", "1"];
    assert!(workspace.command(&few).status.success());
    let before = tree(&workspace.path("out"));
    let full = workspace.command(&BUILD);
    let after = tree(&workspace.path("out"));
    Command::new("umount").arg(workspace.path("out")).status().unwrap();
    assert_eq!(full.status.code(), Some(3));
    assert!(text(&full.stderr).contains("No space left on device"), "{}", text(&full.stderr));
    assert!(before == after);
}

#[test]
fn file_names_are_escaped_for_the_terminal() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("in/\u{1b}[31mred\n\u{202e}.md", "---\n[\n---\n");
    let output = workspace.command(&["build", "in"]);
    assert_eq!(
        text(&output.stderr),
        "in/\\u{1b}[31mred\\n\\u{202e}.md:2:1: error: invalid front matter: invalid type: sequence, expected a list of keys and values\n"
    );
}

#[test]
fn time_zone_and_locale_change_nothing() {
    let workspace = busy();
    let run = |zone: &str, locale: &str, jobs: &str| {
        let _ = fs::remove_dir_all(workspace.path("out"));
        let arguments = [&BUILD[..], &["-j", jobs]].concat();
        let mut program = workspace.program(&arguments);
        assert!(program.env("TZ", zone).env("LC_ALL", locale).status().unwrap().success());
        tree(&workspace.path("out"))
    };
    let first = run("UTC", "C", "1");
    assert!(first == run("Asia/Kolkata", "de_DE.UTF-8", "2"));
    assert!(first == run("America/St_Johns", "tr_TR.UTF-8", "7"));
}

#[test]
fn a_folder_that_cannot_be_closed_stops_the_run() {
    let workspace = busy();
    workspace.run();
    let before = workspace.feeds();
    edit(&workspace, 1);
    workspace.write(
        "closedir.c",
        "#include <errno.h>\nint closedir(void *folder) { errno = EIO; return -1; }\n",
    );
    let library = workspace.path("closedir.so");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &workspace.path("closedir.c")])
        .status();
    assert!(compiled.unwrap().success());
    let output = workspace.program(&BUILD).env("LD_PRELOAD", &library).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let message = text(&output.stderr);
    assert!(message.starts_with("feedmill: error: unexpected failure: "), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert_eq!(workspace.feeds(), before);
}
