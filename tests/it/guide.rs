//! The guide says what is so: its commands run, its flags exist, its reference is the command line's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{read_dir, read_to_string};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::Workspace;

/// The README and every page of the guide, by name.
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

/// The lines in blocks of code that are commands.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2);
    let shells = blocks.filter_map(|block| {
        let (language, lines) = block.split_once('\n')?;
        ["sh", "console", "crontab"].contains(&language).then_some((language, lines))
    });
    // On a console what is typed stands behind a `$`.
    let typed = shells.flat_map(|(language, lines)| {
        lines.lines().filter(move |line| language != "console" || line.starts_with("$ "))
    });
    let mut commands = Vec::new();
    for line in typed {
        // What a shell would do around them is not ours.
        for part in line.split("&&").flat_map(|part| part.split(['|', '>'])) {
            let part = part.trim().trim_start_matches("$ ");
            if let Some(arguments) = part.strip_prefix("feedmill ") {
                commands.push(arguments.trim().to_owned());
            }
        }
    }
    commands
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

/// A folder in which a command makes sense: articles, and the site of a preset if one is named.
fn place_for(command: &str) -> Workspace {
    let place = Workspace::new();
    let preset = ["jekyll", "hugo", "zola"]
        .into_iter()
        .find(|name| command.contains(&format!("--preset {name}")));
    let root = place.path("in").parent().unwrap().to_owned();
    if let Some(preset) = preset {
        copy(&Path::new("tests/sites").join(preset), &root);
    } else {
        copy(Path::new("tests/corpus"), &root.join("articles"));
        copy(Path::new("tests/corpus"), &root.join("tests/corpus"));
    }
    place
}

fn run(place: &Workspace, arguments: &str) -> Output {
    let words: Vec<&str> =
        arguments.split_whitespace().map(|word| word.trim_matches('"')).collect();
    let mut program: Command = place.program(&words);
    if words.first() != Some(&"serve") {
        return program.output().unwrap();
    }
    // It would serve for ever.
    let mut server = program
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = server.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    server.kill().unwrap();
    let output = server.wait_with_output().unwrap();
    assert!(line.starts_with("serving "), "{arguments}: {line} {output:?}");
    Output { status: Command::new("true").status().unwrap(), ..output }
}

#[test]
fn every_command_runs() {
    let mut count = 0;
    for (name, page) in pages() {
        for command in commands(&page) {
            // An address or a file that only the reader has.
            let command = command
                .replace("FILE", "articles/news/plain.md")
                .replace("/var/lib/prometheus/node-exporter/", "");
            let place = place_for(&command);
            let output = run(&place, &command);
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 1)), "{name}: feedmill {command}: {output:?}");
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn every_flag_exists() {
    let mut known = BTreeSet::new();
    for help in read_dir("tests/cmd").unwrap() {
        let path = help.unwrap().path();
        if path.file_stem().unwrap().to_str().unwrap().starts_with("help-of-") {
            known.extend(flags(&read_to_string(path).unwrap()));
        }
    }
    assert!(known.len() > 30, "{known:?}");
    // Of cargo, podman, git, systemctl and the node exporter.
    let others = [
        "--release",
        "--path",
        "--open",
        "--file",
        "--tag",
        "--rm",
        "--volume",
        "--now",
        "--collector",
        "--cache-control",
        "--acl",
        "--content-type",
        "--delete",
        "--rounds",
        "--exclude",
        "--include",
    ];
    for (name, page) in pages() {
        for flag in flags(&page) {
            assert!(known.contains(&flag) || others.contains(&flag.as_str()), "{name}: {flag}");
        }
    }
}

fn flags(text: &str) -> BTreeSet<String> {
    let letter = |c: char| c.is_ascii_lowercase() || c == '-';
    let words = text.split(|c| !letter(c)).filter(|word| word.starts_with("--"));
    let words = words.filter(|word| word.len() > 3 && word.trim_matches('-').len() > 1);
    words.map(|word| word.trim_end_matches('-').to_owned()).collect()
}

#[test]
fn the_elements_of_the_formats_are_in_the_feeds() {
    let page = read_to_string("docs/formats.md").unwrap();
    let feeds =
        ["out/all.rss.xml", "out/all.atom.xml", "out/all.json"].map(|f| read_to_string(f).unwrap());
    let mut count = 0;
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")) {
        for (cell, feed) in row.split('|').skip(2).zip(&feeds) {
            for element in cell.split('`').skip(1).step_by(2) {
                assert!(feed.contains(element), "{element}");
                count += 1;
            }
        }
    }
    assert!(count > 35, "{count}");
}

/// The reference of the configuration, from the help of `build`: a table for each heading.
fn reference() -> String {
    let output = Workspace::new().command(&["build", "--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    let mut text = String::new();
    let mut row: Option<(String, String)> = None;
    let write = |text: &mut String, row: Option<(String, String)>| {
        let Some((flags, words)) = row else { return };
        let flag = flags.split(", ").last().unwrap().to_owned();
        let name = flag.split(['[', ' ', '=']).next().unwrap().trim_start_matches("--");
        let (meaning, default) = match words.split_once(" [default: ") {
            Some((meaning, default)) => (meaning, default.trim_end_matches(']')),
            None => (words.as_str(), ""),
        };
        let variable = format!("FEEDMILL_{}", name.to_uppercase().replace('-', "_"));
        let meaning = meaning.replace('|', "\\|");
        writeln!(text, "| `{name}` | `{flag}` | `{variable}` | {meaning} | {default} |").unwrap();
    };
    let mut wanted = false;
    for line in help.lines() {
        if let Some(heading) = line.strip_suffix(':').filter(|line| !line.starts_with(' ')) {
            write(&mut text, row.take());
            wanted = ["Feeds", "Site", "Selection", "Articles"].contains(&heading);
            if wanted {
                let head = "| key | flag | variable | meaning | default |\n| --- | --- | --- | --- | --- |";
                writeln!(text, "\n## {heading}\n\n{head}").unwrap();
            }
        } else if wanted && line.trim_start().starts_with('-') {
            write(&mut text, row.take());
            row = Some((line.trim().to_owned(), String::new()));
        } else if let Some((_, words)) = &mut row
            && !line.trim().is_empty()
        {
            let gap = if words.is_empty() { "" } else { " " };
            write!(words, "{gap}{}", line.trim()).unwrap();
        }
    }
    text
}

/// After a change of the command line: `UPDATE=1 cargo test guide`.
#[test]
fn the_reference_of_the_configuration_is_that_of_the_program() {
    let path = "docs/configuration.md";
    let page = read_to_string(path).unwrap();
    let mark = "<!-- made from the help of build -->\n";
    let (before, rest) = page.split_once(mark).unwrap();
    let (_, after) = rest.split_once(mark).unwrap();
    let made = format!("{before}{mark}{}\n{mark}{after}", reference());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    assert_eq!(page, made, "UPDATE=1 cargo test guide writes it anew");
}
