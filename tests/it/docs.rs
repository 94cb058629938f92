//! The README and the pages in `docs` are true: their commands run and print what the pages show,
//! their flags exist, their links lead somewhere, and their tables match the program.
//!
//! `UPDATE=1 cargo test --test it docs` writes printed output and generated tables into the pages again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{read_dir, read_to_string};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use crate::support::{Workspace, text};

const CONFIGURATION: &str = "docs/configuration.md";

/// Held by a test that may write pages.
static WRITING: Mutex<()> = Mutex::new(());

/// The README and every page in `docs`, by path.
fn pages() -> BTreeMap<String, String> {
    let mut pages =
        BTreeMap::from([("README.md".to_owned(), read_to_string("README.md").unwrap())]);
    for file in read_dir("docs").unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.insert(path.display().to_string(), read_to_string(&path).unwrap());
        }
    }
    pages
}

/// Compares a page with what it should be, or writes it with `UPDATE=1`.
fn assert_page(path: &str, page: &str, expected: &str) {
    if page != expected && std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, expected).unwrap();
    } else {
        assert_eq!(page, expected, "{path}: `UPDATE=1 cargo test --test it docs` updates it");
    }
}

/// A fenced block of code.
struct Block<'a> {
    language: &'a str,
    /// The word after the language: the folder that the commands run in. Without one they find the
    /// sample articles in `articles`.
    folder: Option<&'a str>,
    lines: Vec<&'a str>,
}

/// A page in pieces: its blocks of code, and the lines between them.
enum Piece<'a> {
    Code(Block<'a>),
    Prose(&'a str),
}

fn pieces(page: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            pieces.push(Piece::Prose(line));
            continue;
        };
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default();
        let folder = words.next();
        let lines = lines.by_ref().take_while(|line| *line != "```").collect();
        pieces.push(Piece::Code(Block { language, folder, lines }));
    }
    pieces
}

/// The arguments of each call of feedmill in a line that a shell reads.
fn calls(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split("&&").flat_map(|part| part.split(['|', '>']));
    parts.filter_map(|part| part.trim().strip_prefix("feedmill ").map(str::trim))
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A folder in which a command of a block makes sense.
fn workspace(block: &Block<'_>, command: &str) -> Workspace {
    let workspace = Workspace::new();
    let root = workspace.path("in").parent().unwrap().to_owned();
    std::fs::remove_dir(root.join("in")).unwrap();
    let site = ["jekyll", "hugo", "zola"]
        .into_iter()
        .find(|name| command.contains(&format!("--preset {name}")));
    match (block.folder, site) {
        (Some(folder), _) => copy(Path::new(folder), &root),
        (None, Some(site)) => copy(&Path::new("tests/sites").join(site), &root),
        (None, None) => copy(Path::new("tests/corpus"), &root.join("articles")),
    }
    workspace
}

fn run(workspace: &Workspace, arguments: &str) -> Output {
    let words: Vec<&str> =
        arguments.split_whitespace().map(|word| word.trim_matches('"')).collect();
    let mut program = workspace.program(&words);
    match words.first() {
        Some(&"serve") => serve(program),
        // On a terminal it prints its summary by itself.
        Some(&"build") if !arguments.contains("-v") => program.arg("-v").output().unwrap(),
        _ => program.output().unwrap(),
    }
}

/// Runs the preview server until it says where it is; it would never end by itself.
fn serve(mut program: Command) -> Output {
    let mut server = program
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut printed = String::new();
    for line in lines.take(3) {
        let words = line.unwrap();
        // A temporary folder and a free port are others each time.
        let words = words.split(' ').map(|word| match word.rsplit_once(':') {
            Some((host, port)) if host.starts_with("http://") => {
                format!("{host}:8000{}", port.trim_start_matches(|c: char| c.is_ascii_digit()))
            }
            _ if word.starts_with('/') => "/tmp/feedmill-preview/feeds".to_owned(),
            _ => word.to_owned(),
        });
        writeln!(printed, "{}", words.collect::<Vec<_>>().join(" ")).unwrap();
    }
    server.kill().unwrap();
    let output = server.wait_with_output().unwrap();
    assert!(printed.starts_with("serving "), "{printed} {output:?}");
    let status = Command::new("true").status().unwrap();
    Output { status, stdout: printed.into_bytes(), ..output }
}

/// What a command prints: its output, or its errors if there is no output.
fn printed(output: &Output) -> String {
    let streams = [text(&output.stdout), text(&output.stderr)];
    streams.into_iter().find(|stream| !stream.is_empty()).unwrap_or_default()
}

#[test]
fn commands_run() {
    let mut count = 0;
    for (name, page) in pages() {
        for piece in pieces(&page) {
            let Piece::Code(block) = piece else { continue };
            if !["sh", "crontab"].contains(&block.language) {
                continue;
            }
            for call in block.lines.iter().flat_map(|line| calls(line)) {
                // A file or a folder that only the reader has.
                let call = call
                    .replace("FILE", "articles/news/plain.md")
                    .replace("/var/lib/prometheus/node-exporter/", "");
                let output = run(&workspace(&block, &call), &call);
                let code = output.status.code();
                assert!(matches!(code, Some(0 | 1)), "{name}: feedmill {call}: {output:?}");
                count += 1;
            }
        }
    }
    assert!(count > 15, "{count}");
}

#[test]
fn sessions_print_what_they_show() {
    let _writing = WRITING.lock();
    let mut count = 0;
    for (name, page) in pages() {
        let mut expected = String::new();
        for piece in pieces(&page) {
            let block = match piece {
                Piece::Prose(line) => {
                    writeln!(expected, "{line}").unwrap();
                    continue;
                }
                Piece::Code(block) => block,
            };
            let folder = block.folder.map(|folder| format!(" {folder}")).unwrap_or_default();
            writeln!(expected, "```{}{folder}", block.language).unwrap();
            if block.language == "console" {
                let workspace = workspace(&block, "");
                for command in block.lines.iter().filter_map(|line| line.strip_prefix("$ ")) {
                    let call = command.strip_prefix("feedmill ").unwrap();
                    let output = run(&workspace, call);
                    let code = output.status.code();
                    assert!(matches!(code, Some(0..=2)), "{name}: {command}: {output:?}");
                    write!(expected, "$ {command}\n{}", printed(&output)).unwrap();
                    count += 1;
                }
            } else {
                block.lines.iter().for_each(|line| writeln!(expected, "{line}").unwrap());
            }
            expected.push_str("```\n");
        }
        assert_page(&name, &page, &expected);
    }
    assert!(count > 5, "{count}");
}

#[test]
fn flags_exist() {
    let mut known = BTreeSet::new();
    for command in ["build", "check", "explain", "finish", "init", "list", "map", "reduce", "serve"]
    {
        known.extend(long_flags(&help(command)));
    }
    assert!(known.len() > 30, "{known:?}");
    // Flags of cargo, podman, npm and its starters, git, systemctl, aws, the node exporter and the scripts in benches.
    let others = [
        "--articles",
        "--cache-control",
        "--collector",
        "--content-type",
        "--delete",
        "--exclude",
        "--file",
        "--for",
        "--include",
        "--javascript",
        "--no-default-features",
        "--open",
        "--path",
        "--release",
        "--rm",
        "--rounds",
        "--tag",
        "--template",
        "--test",
        "--volume",
        "--without",
    ];
    for (name, page) in pages() {
        for flag in long_flags(&page) {
            assert!(known.contains(&flag) || others.contains(&flag.as_str()), "{name}: {flag}");
        }
    }
}

fn long_flags(text: &str) -> BTreeSet<String> {
    let letter = |c: char| c.is_ascii_lowercase() || c == '-';
    let words = text.split(|c| !letter(c)).filter(|word| word.starts_with("--"));
    let words = words.filter(|word| word.len() > 3 && word.trim_matches('-').len() > 1);
    words.map(|word| word.trim_end_matches('-').to_owned()).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut pages = pages();
    // It links to this page, which tells how the code is laid out.
    if Path::new("docs/ARCHITECTURE.md").exists() {
        let page = read_to_string("CONTRIBUTING.md").unwrap();
        pages.insert("CONTRIBUTING.md".to_owned(), page);
    }
    let mut count = 0;
    for (name, page) in &pages {
        let folder = Path::new(name).parent().unwrap();
        let prose = pieces(page).into_iter().filter_map(|piece| match piece {
            Piece::Prose(line) => Some(line),
            Piece::Code(_) => None,
        });
        for line in prose {
            for (_, link) in
                line.match_indices("](").map(|(at, found)| line.split_at(at + found.len()))
            {
                let target = link.split(')').next().unwrap();
                if target.contains("://") {
                    continue;
                }
                let (file, heading) = target.split_once('#').unwrap_or((target, ""));
                let path = if file.is_empty() { name.into() } else { folder.join(file) };
                assert!(path.exists(), "{name}: {target}");
                let lines = read_to_string(path).unwrap_or_default();
                let mut headings = lines.lines().filter(|line| line.starts_with('#')).map(anchor);
                assert!(heading.is_empty() || headings.any(|it| it == heading), "{name}: {target}");
                count += 1;
            }
        }
    }
    assert!(count > 15, "{count}");
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().replace(' ', "-")
}

#[test]
fn the_architecture_names_files_that_exist() {
    let page = read_to_string("docs/ARCHITECTURE.md").unwrap();
    let words = page.split('`').skip(1).step_by(2);
    let is_file = |word: &&str| word.contains('/') && !word.contains("NAME") && !word.contains(' ');
    let files: Vec<&str> = words.filter(is_file).collect();
    assert!(files.len() > 30, "{files:?}");
    for file in files {
        let folders = ["", "src", "src/bin/feedmill"];
        let exists = folders.iter().any(|folder| Path::new(folder).join(file).exists());
        assert!(exists, "{file}");
    }
}

#[test]
fn the_formats_page_names_elements_that_the_feeds_have() {
    let page = read_to_string("docs/formats.md").unwrap();
    let feeds =
        ["out/all.rss.xml", "out/all.atom.xml", "out/all.json"].map(|f| read_to_string(f).unwrap());
    let mut count = 0;
    for row in rows(&page).filter(|row| row.len() == 4) {
        for (cell, feed) in row[1..].iter().zip(&feeds) {
            for element in cell.split('`').skip(1).step_by(2) {
                assert!(feed.contains(element), "{element}");
                count += 1;
            }
        }
    }
    assert!(count > 35, "{count}");
}

/// The cells of each row of each table.
fn rows(page: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
}

/// The part of a page under a heading.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n{heading}\n")).unwrap();
    let level = heading.split(' ').next().unwrap();
    rest.split(&format!("\n{level} ")).next().unwrap()
}

/// What stands between backticks, of all cells of a column.
fn column<'a>(section: &'a str, at: usize) -> BTreeSet<&'a str> {
    let cells = rows(section).filter_map(|row: Vec<&'a str>| row.get(at).copied());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn the_fields_and_their_keys_are_those_of_the_program() {
    let page = read_to_string(CONFIGURATION).unwrap();
    let section = section(&page, "## Fields");
    let workspace = Workspace::new();
    workspace.write("feedmill.yaml", "fields: {nothing: x}");
    let message = text(&workspace.command(&["check", "in"]).stderr);
    let fields = column(section, 0);
    assert!(fields.len() > 20, "{fields:?}");
    for field in &fields {
        assert!(message.contains(&format!(" {field}")), "{field}: {message}");
        workspace.write("feedmill.yaml", format!("fields: {{{field}: x}}"));
        let message = text(&workspace.command(&["check", "in"]).stderr);
        assert!(message.contains("no article found"), "{message}");
    }
    let (_, expected) = message.split_once("expected ").unwrap();
    let names: BTreeSet<&str> = expected.trim().split(", ").flat_map(|n| n.split(" or ")).collect();
    assert_eq!(names, fields);
    // The README lists the keys of the same fields, but for those that only a site generator needs.
    let readme = read_to_string("README.md").unwrap();
    let shown = column(self::section(&readme, "## Front matter"), 0);
    let shown: BTreeSet<&str> =
        shown.into_iter().map(|key| key.split(':').next().unwrap()).collect();
    let keys = column(section, 1);
    let only_here = BTreeSet::from(["permalink", "slug"]);
    assert_eq!(shown, keys.difference(&only_here).copied().collect());
}

#[test]
fn the_parts_of_permalinks_are_those_of_the_program() {
    let page = read_to_string(CONFIGURATION).unwrap();
    let parts = column(section(&page, "## Permalinks"), 0);
    assert!(parts.len() > 25, "{parts:?}");
    let workspace = Workspace::new();
    let message = |part: &str| {
        let pattern = format!("/{part}/");
        let arguments =
            ["check", "in", "--site-url", "https://example.org/", "--permalink", &pattern];
        text(&workspace.command(&arguments).stderr)
    };
    assert!(message(":nothing").contains("permalink: "));
    for part in parts {
        assert!(message(part).contains("no article found"), "{part}: {}", message(part));
    }
}

/// What the program prints for `--help`.
fn help(command: &str) -> String {
    let output = Workspace::new().command(&[command, "--help"]);
    assert!(output.status.success(), "{command}: {output:?}");
    text(&output.stdout)
}

/// A flag in the help of a command.
#[derive(Clone, Debug, PartialEq)]
struct Flag {
    heading: String,
    /// As in `-o, --out <DIR>`.
    usage: String,
    meaning: String,
    default: String,
}

impl Flag {
    /// As in `out`.
    fn key(&self) -> &str {
        let long = self.usage.split(", ").last().unwrap().trim_start_matches("--");
        long.split(['[', ' ', '=']).next().unwrap()
    }

    fn usage(&self) -> String {
        self.usage.split(", ").map(|form| format!("`{form}`")).collect::<Vec<_>>().join(", ")
    }
}

fn flags(command: &str) -> Vec<Flag> {
    let help = help(command);
    let mut flags: Vec<Flag> = Vec::new();
    let mut heading = String::new();
    let mut in_values = false;
    for line in help.lines() {
        let words = line.trim();
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            name.clone_into(&mut heading);
        } else if line.starts_with(' ')
            && words.starts_with('-')
            && !(in_values && words.starts_with("- "))
        {
            in_values = false;
            let (heading, usage) = (heading.clone(), words.to_owned());
            let (meaning, default) = (String::new(), String::new());
            flags.push(Flag { heading, usage, meaning, default });
        } else if let Some(flag) = flags.last_mut().filter(|_| !words.is_empty()) {
            let meaning = &mut flag.meaning;
            if let Some(value) = words.strip_prefix("- ").filter(|_| in_values) {
                let gap = if meaning.ends_with(':') { " " } else { ", " };
                write!(meaning, "{gap}{}", value.split(':').next().unwrap()).unwrap();
            } else if words == "Possible values:" {
                in_values = true;
                meaning.push(':');
            } else {
                let gap = if meaning.is_empty() { "" } else { " " };
                write!(meaning, "{gap}{words}").unwrap();
            }
        }
    }
    flags.retain(|flag| flag.key() != "help");
    for flag in &mut flags {
        if let Some((meaning, default)) = flag.meaning.clone().split_once("[default: ") {
            meaning.trim_end().clone_into(&mut flag.meaning);
            default.trim_end_matches(']').clone_into(&mut flag.default);
        }
        flag.meaning = flag.meaning.replace('|', "\\|");
    }
    flags
}

/// Keys of `feedmill.yaml`, by the file that `init` writes, which names all that are also flags.
fn keys() -> BTreeSet<String> {
    let workspace = Workspace::new();
    workspace.article(1, "A");
    assert!(workspace.command(&["init", "in"]).status.success());
    let file = workspace.read("feedmill.yaml");
    let names = file.lines().filter_map(|line| line.trim_start_matches('#').split_once(':'));
    names.map(|(name, _)| name.to_owned()).filter(|name| !name.contains(' ')).collect()
}

/// A table for each heading of the help of `build`, and one of the flags of other commands.
fn reference() -> String {
    let (keys, build) = (keys(), flags("build"));
    let mut text = String::new();
    for heading in ["Feeds", "Site", "Selection", "Articles", "Options", "Run", "Output"] {
        let title = if heading == "Options" { "Files" } else { heading };
        let head = "| key | flag | variable | meaning | default |\n| --- | --- | --- | --- | --- |";
        writeln!(text, "\n### {title}\n\n{head}").unwrap();
        for flag in build.iter().filter(|flag| flag.heading == heading) {
            let name = flag.key();
            let key = if keys.contains(name) { format!("`{name}`") } else { String::new() };
            // The file itself has a variable, and cannot have a key.
            let has_variable = keys.contains(name) || name == "config";
            let variable = format!("`FEEDMILL_{}`", name.to_uppercase().replace('-', "_"));
            let variable = if has_variable { variable.as_str() } else { "" };
            let Flag { meaning, default, .. } = flag;
            writeln!(text, "| {key} | {} | {variable} | {meaning} | {default} |", flag.usage())
                .unwrap();
        }
    }
    let head = "| command | flag | meaning | default |\n| --- | --- | --- | --- |";
    writeln!(text, "\n### Other commands\n\n{head}").unwrap();
    for command in ["check", "explain", "list", "serve"] {
        for flag in flags(command) {
            let is_that_of_build = build
                .iter()
                .any(|other| (&other.usage, &other.meaning) == (&flag.usage, &flag.meaning));
            if !is_that_of_build {
                let (usage, Flag { meaning, default, .. }) = (flag.usage(), &flag);
                writeln!(text, "| `{command}` | {usage} | {meaning} | {default} |").unwrap();
            }
        }
    }
    text
}

#[test]
fn the_reference_of_the_settings_is_that_of_the_program() {
    let _writing = WRITING.lock();
    let page = read_to_string(CONFIGURATION).unwrap();
    let (begin, end) = ("<!-- begin: the help of the program -->\n", "\n<!-- end -->\n");
    let (before, rest) = page.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    assert_page(CONFIGURATION, &page, &format!("{before}{begin}{}{end}{after}", reference()));
}
