//! Past one machine: `map`, any program that sorts lines, `reduce` and `finish` leave the folder that
//! `build` leaves.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::hostile;
use crate::support::{Workspace, article, text, tree};

const SETTINGS: [&str; 6] = [
    "--by=topic,provider,all,topic+provider",
    "--format=rss,atom,json",
    "--title=River News",
    "--base-url=https://feeds.example.org/",
    "--now=2026-01-01",
    "--max-per-provider=5",
];

/// Runs a stage with some input.
fn stage(workspace: &Workspace, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = workspace.program(arguments);
    command.args(SETTINGS).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A stage that refuses does not read to the end.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The lines of a stage that must succeed.
fn lines(workspace: &Workspace, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let output = stage(workspace, arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    output.stdout
}

/// Sorts lines by the program that operators use.
fn sorted(lines: &[u8]) -> Vec<u8> {
    let mut sort = Command::new("sort");
    sort.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = sort.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines = lines.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&lines).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout
}

/// The lines for one of several reducers: its groups, and all that is about no group.
fn part(lines: &[u8], number: usize, count: usize) -> Vec<u8> {
    let is_own = |line: &&[u8]| {
        let key = line.split(|&byte| byte == b'\t').next().unwrap();
        let sum: usize = key.iter().map(|&byte| usize::from(byte)).sum();
        line.starts_with(b"!") || sum % count == number
    };
    lines.split_inclusive(|&byte| byte == b'\n').filter(is_own).flatten().copied().collect()
}

/// Real articles, and hostile ones.
fn corpus() -> Workspace {
    let workspace = Workspace::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, bytes) in tree(&root.join("tests/corpus")) {
        workspace.write(&format!("in/{name}"), bytes);
    }
    let private = "published: false";
    workspace.write("in/x/private.md", article(1, "Bridges", private));
    for n in 2..60 {
        let more = match n % 4 {
            0 => "related: [{title: Hidden, webUrl: 'http://www.example.org/1/'}, {title: Two, webUrl: 'https://example.org/2'}, {title: Two again, webUrl: 'https://example.org/2'}]".to_owned(),
            1 => format!("provider: {{name: P{}, images: [{{url: 'https://example.org/{n}.png'}}]}}", n % 3),
            2 => "originalUrl: https://example.org/twice".to_owned(),
            _ => "audio: https://example.org/a.mp3\nlanguage: de".to_owned(),
        };
        let text = article(n, ["Bridges", "Tab\\there", "C++", "Ü"][n as usize % 3], &more);
        // The same key twice would be an error.
        let text = if n % 4 == 2 {
            text.replacen(&format!("originalUrl: https://example.org/{n}\n"), "", 1)
        } else {
            text
        };
        workspace.write(&format!("in/x/{n} ~!.md"), text + "Some *text*.\n");
        // A copy with the same address and the same date, elsewhere.
        workspace.write(&format!("in/y/{n}.md"), article(n, "Copies", ""));
    }
    workspace.write("in/bad.md", "---\ntitle: [\n---\n").write("in/\t.md", article(99, "Odd", ""));
    workspace
}

fn build(workspace: &Workspace, out: &str) -> Output {
    let mut command = workspace.program(&["build", "in", "--out", out, "--no-cache"]);
    command.args(SETTINGS).output().unwrap()
}

/// The output of all mappers, sorted.
fn mapped(workspace: &Workspace, count: usize) -> Vec<u8> {
    let shards = (1..=count).map(|shard| format!("--shard={shard}/{count}"));
    let all: Vec<u8> =
        shards.flat_map(|shard| lines(workspace, &["map", "in", &shard], b"")).collect();
    sorted(&all)
}

/// What tells whether a file was touched.
fn touched(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    let fact = |name: &String| {
        let metadata = std::fs::metadata(folder.join(name)).unwrap();
        (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
    };
    tree(folder).keys().map(|name| (name.clone(), fact(name))).collect()
}

#[test]
fn seven_mappers_and_three_reducers_leave_what_a_build_leaves() {
    let workspace = corpus();
    assert_eq!(build(&workspace, "expected").status.code(), Some(1), "an article has an error");
    let expected = tree(&workspace.path("expected"));
    assert!(
        expected.len() > 100 && expected.keys().any(|name| name.starts_with("topic-provider/"))
    );
    let mapped = mapped(&workspace, 7);
    let mut reduced = Vec::new();
    for number in [2, 0, 1] {
        let shard = format!("--shard={}/3", number + 1);
        reduced.extend(lines(&workspace, &["reduce", &shard], &part(&mapped, number, 3)));
    }
    let finished = stage(&workspace, &["finish", "--json"], &reduced);
    assert_eq!(finished.status.code(), Some(1), "{}", text(&finished.stderr));
    assert!(text(&finished.stderr).contains("in/bad.md:"), "{}", text(&finished.stderr));
    assert_same(&tree(&workspace.path("out")), &expected);

    // The report says what the build says, but for copies of articles in other parts.
    let report =
        |output: &Output| -> serde_json::Value { serde_json::from_slice(&output.stdout).unwrap() };
    let built = {
        let mut command =
            workspace.program(&["build", "in", "--out=again", "--no-cache", "--json"]);
        report(&command.args(SETTINGS).output().unwrap())
    };
    let report = report(&finished);
    for key in ["files", "articles", "feeds", "changes", "left_out", "ungrouped"] {
        assert_eq!(report[key], built[key], "{key}");
    }

    // A build afterwards, or the same stages once more, touch nothing.
    let before = touched(&workspace.path("out"));
    build(&workspace, "out");
    assert_eq!(touched(&workspace.path("out")), before);
    let reduced = lines(&workspace, &["reduce"], &mapped);
    stage(&workspace, &["finish"], &reduced);
    assert_eq!(touched(&workspace.path("out")), before);
}

fn assert_same(files: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    // The manifest last: it differs wherever another file does.
    for (name, bytes) in expected.iter().rev() {
        let Some(own) = files.get(name) else { panic!("{name} is missing") };
        let (own, bytes) = (text(own), text(bytes));
        for (own, expected) in own.lines().zip(bytes.lines()) {
            assert_eq!(own, expected, "{name}");
        }
        assert!(own == bytes, "{name}");
    }
    assert_eq!(files.len(), expected.len(), "{:?}", files.keys().collect::<Vec<_>>());
}

#[test]
fn files_from_a_list_and_records_from_a_pipe_are_mapped_as_well() {
    let workspace = corpus();
    build(&workspace, "expected");
    let expected = tree(&workspace.path("expected"));
    let source = workspace.path("in");
    let listing =
        feedmill::internals::list(std::slice::from_ref(&source), Path::new("out"), &[], || false);
    let name = |path: &PathBuf| path.strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
    let files: Vec<String> = listing.unwrap().files.iter().map(name).collect();
    let mut mapped = Vec::new();
    for (number, files) in files.chunks(30).enumerate() {
        let (end, list) = if number == 0 { ("\0", "-") } else { ("\n", "list") };
        let names: String = files.iter().flat_map(|name| ["in/", name, end]).collect();
        workspace.write("list", &names);
        mapped.extend(lines(&workspace, &["map", "in", "--files-from", list], names.as_bytes()));
    }
    let reduced = lines(&workspace, &["reduce", "--out=files"], &sorted(&mapped));
    stage(&workspace, &["finish", "--out=files"], &reduced);
    assert_same(&tree(&workspace.path("files")), &expected);

    let mut mapped = Vec::new();
    for files in files.chunks(25) {
        let record = |name: &String| {
            let file = std::fs::read(workspace.path("in").join(name)).unwrap();
            let text = String::from_utf8_lossy(&file);
            serde_json::json!({"path": name, "text": text}).to_string() + "\n"
        };
        let records: String = files.iter().map(record).collect();
        // So little memory that lines are written early.
        let arguments = ["map", "--records=-", "--memory=0", "--jobs=2"];
        mapped.extend(lines(&workspace, &arguments, records.as_bytes()));
    }
    let reduced = lines(&workspace, &["reduce", "--out=records"], &sorted(&mapped));
    stage(&workspace, &["finish", "--out=records"], &reduced);
    assert_same(&tree(&workspace.path("records")), &expected);
}

#[test]
fn lines_hold_nothing_of_a_private_article_but_digests() {
    let workspace = Workspace::new();
    workspace.write(
        "in/a.md",
        article(1, "Hidden", "published: false").replace("Article 1", "Secret title"),
    );
    workspace.article(2, "Bridges");
    let lines = text(&lines(&workspace, &["map", "in"], b""));
    assert_eq!(lines.matches("!private\t").count(), 2);
    for secret in ["Secret", "Hidden", "hidden", "example.org/1", "a.md"] {
        assert!(!lines.contains(secret), "{secret}: {lines}");
    }
}

#[test]
fn private_addresses_may_come_in_a_file() {
    let workspace = corpus();
    build(&workspace, "expected");
    let mapped = text(&mapped(&workspace, 3));
    let (private, others): (Vec<&str>, Vec<&str>) =
        mapped.split_inclusive('\n').partition(|line| line.starts_with("!private"));
    workspace.write("private", private.concat());
    let file = ["--private", "private"];
    let reduced = lines(&workspace, &[&["reduce"], &file[..]].concat(), others.concat().as_bytes());
    stage(&workspace, &[&["finish"], &file[..]].concat(), &reduced);
    assert_same(&tree(&workspace.path("out")), &tree(&workspace.path("expected")));
}

#[test]
fn damaged_lines_and_lines_of_two_runs_are_refused() {
    let workspace = corpus();
    let good = mapped(&workspace, 2);
    let reduced = lines(&workspace, &["reduce"], &good);
    assert_eq!(stage(&workspace, &["finish"], &reduced).status.code(), Some(1));
    let before = touched(&workspace.path("out"));
    let first = good.split(|&byte| byte == b'\n').position(|line| !line.starts_with(b"!")).unwrap();
    let all: Vec<&[u8]> = good.split_inclusive(|&byte| byte == b'\n').collect();
    let without = |mark: &str| -> Vec<u8> {
        all.iter()
            .filter(|line| !line.starts_with(mark.as_bytes()))
            .copied()
            .flatten()
            .copied()
            .collect()
    };
    let mut swapped = all.clone();
    swapped.swap(first, first + 1);
    let mut tailed = all.clone();
    tailed.push(all[0]);
    let mut other = lines(&workspace, &["map", "in", "--shard=1/1", "--limit=7"], b"");
    other.extend(&good);
    let cut = all[first].len() / 2;
    let mut joined = all.clone();
    joined[first] = &all[first][..cut];
    for (name, lines, code, message) in [
        ("swapped", swapped.concat(), 3, "is out of order; sort the lines by bytes"),
        ("tailed", tailed.concat(), 3, "is out of order"),
        ("cut at the end", good[..good.len() - 9].to_vec(), 3, "is cut off"),
        ("cut inside", joined.concat(), 3, "is damaged"),
        ("two settings", sorted(&other), 2, "the lines are of two runs: feedmill"),
        ("no settings", without("!settings"), 2, "no line `!settings`"),
        ("empty", Vec::new(), 2, "no line `!settings`"),
        ("other lines", b"hello\n".to_vec(), 3, "line 1 is not a line that this command reads"),
        ("lines of reduce", sorted(&reduced), 3, "is not a line that this command reads"),
    ] {
        let output = stage(&workspace, &["reduce"], &lines);
        assert_eq!(output.status.code(), Some(code), "{name}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(message), "{name}: {}", text(&output.stderr));
        assert_eq!(touched(&workspace.path("out")), before, "{name}");
    }
    let reduced_again = text(&reduced);
    let (marks, feeds): (Vec<&str>, Vec<&str>) =
        reduced_again.split_inclusive('\n').partition(|line| line.starts_with('!'));
    let half = marks.concat() + &feeds[..feeds.len() / 3].concat();
    let lost = marks.concat().replace("!shard\tmap\t2/2\n", "") + &feeds.concat();
    let twice = reduced_again.clone() + &feeds[0].replace("\"hash\":\"", "\"hash\":\"x");
    for (name, lines, code, message) in [
        ("most feeds are gone", half, 4, "feeds would be removed"),
        ("a part is missing", lost, 4, "the lines of map --shard 2/2 are missing"),
        ("no articles", marks[..1].concat(), 4, "no mapper found an article"),
        ("lines of map", text(&good), 3, "is not a line that this command reads"),
        ("cut", reduced_again.trim_end().to_owned(), 3, "is cut off"),
        ("damaged", twice, 3, "is damaged"),
    ] {
        let output = stage(&workspace, &["finish"], lines.as_bytes());
        assert_eq!(output.status.code(), Some(code), "{name}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(message), "{name}: {}", text(&output.stderr));
        assert_eq!(touched(&workspace.path("out")), before, "{name}");
    }
    let output = workspace.command(&["map", "in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("map needs the time"), "{}", text(&output.stderr));
}

#[test]
fn killed_stages_are_started_again() {
    let workspace = corpus();
    build(&workspace, "expected");
    let mapped = mapped(&workspace, 2);
    // A reducer that is killed leaves some whole feeds and perhaps a temporary file.
    for pause in [0, 40, 80, 160] {
        let mut command = workspace.program(&["reduce"]);
        command.args(SETTINGS).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let _ = stdin.write_all(&mapped[..mapped.len() / 2]);
        std::thread::sleep(std::time::Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    workspace.write("out/.feedmill-abc123.tmp", "");
    let first = lines(&workspace, &["reduce"], &mapped);
    let second = lines(&workspace, &["reduce"], &mapped);
    stage(&workspace, &["finish"], &[second, first].concat());
    assert_same(&tree(&workspace.path("out")), &tree(&workspace.path("expected")));
}

#[test]
fn stages_that_are_killed_midway_are_run_again() {
    let workspace = Workspace::new();
    let record = |n: u32| {
        let body = "Some *text* of a long article. ".repeat(40);
        let text = article(n, ["Bridges", "Locks", "Weirs"][n as usize % 3], "") + &body;
        serde_json::json!({"path": format!("{n}.md"), "text": text}).to_string() + "\n"
    };
    let records: String = (0..120).map(record).collect();
    workspace.write("in.ndjson", &records);
    let mut command = workspace.program(&["build", "in.ndjson", "--out=expected", "--no-cache"]);
    assert!(command.args(SETTINGS).output().unwrap().status.success());
    let start = |arguments: &[&str]| {
        let mut command = workspace.program(arguments);
        command.args(SETTINGS).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().unwrap()
    };

    // The mapper has written some lines when it is killed, and reads on. Whole ones do no harm.
    let map = ["map", "--records=-", "--memory=0", "--shard=1/1"];
    let mut child = start(&map);
    let mut stdin = child.stdin.take().unwrap();
    let endless = records.clone();
    let writer = std::thread::spawn(move || while stdin.write_all(endless.as_bytes()).is_ok() {});
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut kept = String::new();
    while !kept.contains("topic/") {
        assert!(output.read_line(&mut kept).unwrap() > 0, "{kept}");
    }
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    writer.join().unwrap();
    let mut mapped = lines(&workspace, &map, records.as_bytes());
    mapped.extend(kept.as_bytes());
    let mapped = sorted(&mapped);

    // The reducer has put a feed in its place when it is killed, and waits for more lines.
    let mut child = start(&["reduce", "--shard=1/1"]);
    let mut stdin = child.stdin.take().unwrap();
    let lines_of_half: Vec<&[u8]> = mapped.split_inclusive(|&byte| byte == b'\n').collect();
    stdin.write_all(&lines_of_half[..lines_of_half.len() / 2].concat()).unwrap();
    stdin.flush().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    let reduced = lines(&workspace, &["reduce", "--shard=1/1"], &mapped);
    let finished = stage(&workspace, &["finish"], &reduced);
    assert!(finished.status.success(), "{}", text(&finished.stderr));
    assert_same(&tree(&workspace.path("out")), &tree(&workspace.path("expected")));
}

#[test]
fn hostile_articles_are_the_same_for_all_stages() {
    let workspace = Workspace::new();
    for (number, (name, bytes)) in hostile::files().enumerate() {
        workspace.write(&format!("in/{number:03}/{name}"), &bytes);
        // Most have the same address, so that they are one entry. These have addresses of their own.
        let text = text(&bytes)
            .replace("https://example.org/1\n", &format!("https://example.org/{number}\n"));
        workspace.write(&format!("in/own/{number:03}/{name}"), text);
    }
    assert!(matches!(build(&workspace, "expected").status.code(), Some(0 | 1)));
    let expected = tree(&workspace.path("expected"));
    assert!(expected.len() > 50, "{}", expected.len());
    let mapped = mapped(&workspace, 7);
    let reduced: Vec<u8> = (0..3)
        .flat_map(|number| lines(&workspace, &["reduce"], &part(&mapped, number, 3)))
        .collect();
    let finished = stage(&workspace, &["finish"], &reduced);
    assert!(matches!(finished.status.code(), Some(0 | 1)), "{}", text(&finished.stderr));
    assert_same(&tree(&workspace.path("out")), &expected);
}

#[test]
fn the_site_of_a_generator_may_be_mapped_in_parts() {
    for preset in ["hugo", "jekyll", "zola"] {
        let workspace = Workspace::new();
        let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites").join(preset);
        for (name, bytes) in tree(&site) {
            workspace.write(&format!("site/{name}"), bytes);
        }
        let settings = ["--by=topic,all", "--format=rss,json", "--now=2026-01-01"];
        let run = |arguments: &[&str], input: &[u8]| {
            let mut command = workspace.program(arguments);
            command.args(["--preset", preset]).args(settings).stdin(Stdio::piped());
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(input).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{preset}: {}", text(&output.stderr));
            output.stdout
        };
        // All stages need the configuration of the site.
        workspace.write("feedmill.yaml", "source: site\n");
        run(&["build", "--out=expected", "--no-cache"], b"");
        let mut mapped = Vec::new();
        for shard in 1..=5 {
            mapped.extend(run(&["map", &format!("--shard={shard}/5")], b""));
        }
        let reduced = run(&["reduce"], &sorted(&mapped));
        run(&["finish"], &reduced);
        assert_same(&tree(&workspace.path("out")), &tree(&workspace.path("expected")));
    }
}

#[test]
fn what_a_stage_cannot_read_is_refused_with_a_reason() {
    let workspace = Workspace::new();
    let output = stage(&workspace, &["map", "--files-from=-"], b"s3://river/a.md\n");
    assert_eq!(output.status.code(), Some(3));
    let message = text(&output.stderr);
    assert!(
        message.contains("s3://river/a.md: --files-from takes files of this machine"),
        "{message}"
    );
    let output = stage(&workspace, &["map", "s3://river/site", "--preset=hugo"], b"");
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("preset: reads sites on this machine"), "{message}");
}

#[test]
fn a_run_after_reducers_without_an_end_knows_their_files() {
    let workspace = Workspace::new();
    workspace.article(1, "Bridges").article(2, "Locks");
    lines(&workspace, &["reduce"], &mapped(&workspace, 1));
    assert!(workspace.path("out/topic/locks.json").exists());
    workspace.remove("in/2.md").article(3, "Bridges");
    build(&workspace, "out");
    build(&workspace, "expected");
    assert_same(&tree(&workspace.path("out")), &tree(&workspace.path("expected")));
}

#[test]
fn feeds_whose_groups_are_gone_are_removed_at_the_end() {
    let workspace = corpus();
    build(&workspace, "out");
    workspace.remove("in/\t.md").write("out/topic/mine.html", "mine");
    for n in 2..60 {
        workspace.remove(&format!("in/y/{n}.md"));
    }
    let reduced = lines(&workspace, &["reduce"], &mapped(&workspace, 2));
    let finished = stage(&workspace, &["finish", "-v"], &reduced);
    assert!(text(&finished.stdout).contains("removed"), "{}", text(&finished.stdout));
    build(&workspace, "expected");
    workspace.write("expected/topic/mine.html", "mine");
    assert_same(&tree(&workspace.path("out")), &tree(&workspace.path("expected")));
}

#[test]
fn a_hub_is_told_of_what_has_changed_since_the_run_before() {
    let workspace = Workspace::new();
    workspace.article(1, "Bridges").article(2, "Locks");
    let hub = "--hub=http://127.0.0.1:9/";
    let run = || {
        let mapped = lines(&workspace, &["map", "in", hub], b"");
        let reduced = lines(&workspace, &["reduce", hub], &sorted(&mapped));
        lines(&workspace, &["reduce", hub], &sorted(&mapped));
        stage(&workspace, &["finish", hub, "--json"], &reduced)
    };
    let pending = || {
        let manifest: serde_json::Value =
            serde_json::from_str(&workspace.read("out/.feedmill.json")).unwrap();
        manifest["unannounced"].as_object().map_or(0, serde_json::Map::len)
    };
    run();
    assert_eq!(pending(), 9, "nobody listens there");
    let manifest = workspace.read("out/.feedmill.json").replace("unannounced", "other");
    workspace.write("out/.feedmill.json", manifest);
    workspace.article(3, "Bridges");
    let report: serde_json::Value = serde_json::from_slice(&run().stdout).unwrap();
    assert_eq!(pending(), 6, "two feeds in three formats");
    let feed =
        report["feeds"].as_array().unwrap().iter().find(|feed| feed["feed"] == "topic/bridges");
    assert_eq!(feed.unwrap()["added"], 1);
}

#[test]
fn the_recipes_of_the_manual_leave_what_a_build_leaves() {
    let page = std::fs::read_to_string("docs/scale.md").unwrap();
    let recipes: Vec<&str> =
        page.split("```bash\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(recipes.len(), 3);
    for recipe in recipes {
        let workspace = Workspace::new();
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/news");
        for (name, bytes) in tree(&corpus) {
            workspace.write(&format!("articles/{name}"), bytes);
        }
        workspace
            .write("feedmill.yaml", "source: articles\nby: [topic, all]\nformat: [rss, json]\n");
        workspace.command(&["build", "--now=2026-01-01", "--out=expected"]);
        let binary = Path::new(env!("CARGO_BIN_EXE_feedmill")).parent().unwrap();
        let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
        let mut bash = Command::new("bash");
        bash.args(["-c", recipe]).current_dir(workspace.path("")).env("PATH", path);
        let output = bash.output().unwrap();
        let messages = text(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{recipe}\n{messages}");
        let files = tree(&workspace.path("out"));
        assert!(files.len() > 20, "{recipe}\n{messages}");
        assert_same(&files, &tree(&workspace.path("expected")));
    }
}

#[test]
fn copies_of_a_record_with_one_date_are_the_same_for_all() {
    let workspace = Workspace::new();
    let record = |n: usize| {
        let date = "2024-01-01T00:00:00Z";
        serde_json::json!({
            "title": format!("Copy {}", n * 7 % 10), "publishedDateTime": date, "topics": [n % 3],
            "originalUrl": format!("https://example.org/{}", n % 2),
        })
    };
    let records: String = (0..10).flat_map(|n| [record(n).to_string(), "\n".to_owned()]).collect();
    workspace.write("in.ndjson", &records);
    let mut command = workspace.program(&["build", "in.ndjson", "--out", "expected", "--no-cache"]);
    assert!(command.args(SETTINGS).output().unwrap().status.success());
    let expected = tree(&workspace.path("expected"));
    let named: Vec<u8> = (1..4)
        .flat_map(|n| lines(&workspace, &["map", "in.ndjson", &format!("--shard={n}/3")], b""))
        .collect();
    let piped: Vec<u8> = records
        .split_inclusive('\n')
        .rev()
        .flat_map(|record| lines(&workspace, &["map", "--records=-"], record.as_bytes()))
        .collect();
    for mapped in [named, piped] {
        let reduced = lines(&workspace, &["reduce"], &sorted(&mapped));
        stage(&workspace, &["finish"], &reduced);
        assert_same(&tree(&workspace.path("out")), &expected);
        std::fs::remove_dir_all(workspace.path("out")).unwrap();
    }
}
