//! `feedmill serve`: which files it serves, to whom, and when it rebuilds them.
#![cfg(feature = "serve")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{Workspace, article, text};

/// The program serving the articles of a workspace.
struct Server {
    program: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

impl Server {
    fn of(workspace: &Workspace, arguments: &[&str]) -> Server {
        let arguments = [&["serve", "in", "--port", "0"], arguments].concat();
        Server::running(&mut workspace.program(&arguments))
    }

    fn running(program: &mut Command) -> Server {
        let mut program = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(program.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_suffix('/').and_then(|line| line.rsplit('/').next());
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        Server { program, stdout, address }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Sends a request exactly as it is.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = ("host", self.address.as_str());
        let has_host = headers.iter().any(|(name, _)| *name == "host");
        let headers = headers.iter().chain((!has_host).then_some(&host));
        let headers: Vec<String> =
            headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let headers = headers.concat();
        let request = format!("{method} {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Answer { status, headers, body: bytes[end + 4..].to_vec() }
    }

    /// Waits until the page says something.
    fn comes_to_say(&self, path: &str, words: &str) {
        eventually(|| text(&self.get(path).body).contains(words), words);
    }
}

/// Waits until something is so.
fn eventually(mut is_so: impl FnMut() -> bool, what: &str) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        sleep(Duration::from_millis(20));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

#[test]
fn every_file_has_a_media_type_and_is_not_sent_twice() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let server = Server::of(&workspace, &["--format", "rss,atom,json"]);
    for (path, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
        ("/feed.css", "text/css; charset=utf-8"),
        ("/topic/ai.rss.xml", "text/xml; charset=utf-8"),
        ("/topic/ai.atom.xml", "text/xml; charset=utf-8"),
        ("/topic/ai.json", "application/feed+json"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.headers["content-type"].as_str()), (200, media_type));
        assert!(!answer.body.is_empty());
        let (tag, time) = (&answer.headers["etag"], &answer.headers["last-modified"]);
        for (known, headers) in [
            (true, vec![("if-none-match", tag.as_str())]),
            (true, vec![("if-none-match", "*")]),
            (true, vec![("if-modified-since", time.as_str())]),
            (false, vec![("if-none-match", "\"other\""), ("if-modified-since", time.as_str())]),
        ] {
            let again = server.ask("GET", path, &headers);
            let expected = if known { 304 } else { 200 };
            assert_eq!(again.status, expected, "{path} {headers:?}");
            assert_eq!(again.body.is_empty(), known);
            assert_eq!(&again.headers["etag"], tag);
        }
        let head = server.ask("HEAD", path, &[]);
        assert_eq!((head.status, head.body.len()), (200, 0));
    }
    let feed = server.get("/topic/ai.json").body;
    let part = server.ask("GET", "/topic/ai.json", &[("range", "bytes=2-11")]);
    assert_eq!((part.status, &part.body[..]), (206, &feed[2..12]));
    let headers = [("range", "bytes=2-11"), ("if-range", "\"old\"")];
    assert_eq!(server.ask("GET", "/topic/ai.json", &headers).body, feed, "parts of two versions");
    let small = server.ask("GET", "/topic/ai.rss.xml", &[("accept-encoding", "gzip")]);
    assert_eq!(small.headers["content-encoding"], "gzip");
    assert_eq!(server.ask("POST", "/topic/ai.json", &[]).status, 405);
}

#[test]
fn hidden_files_and_files_outside_the_folder_are_not_served() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("secret.json", "secret");
    let server = Server::of(&workspace, &["--out", "out"]);
    std::os::unix::fs::symlink("../secret.json", workspace.path("out/link.json")).unwrap();
    std::os::unix::fs::symlink("..", workspace.path("out/up")).unwrap();
    std::os::unix::fs::symlink(".feedmill.json", workspace.path("out/plain.json")).unwrap();
    for path in [
        "/.feedmill.json",
        "/%2efeedmill.json",
        "/.feedmill.lock",
        "/../secret.json",
        "/%2e%2e/secret.json",
        "/..%2fsecret.json",
        "/topic/../../secret.json",
        "/topic/..%5c..%5csecret.json",
        "/link.json",
        "/plain.json",
        "/up/secret.json",
        "/up/in/1.md",
        "//etc/passwd",
        "/a%00b",
        "/%ff",
        "/nothing",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert_eq!(server.get("/topic/ai.rss.xml").status, 200);
}

#[test]
fn other_host_names_cannot_read_the_preview() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let server = Server::of(&workspace, &[]);
    assert_eq!(server.ask("GET", "/", &[("host", "evil.example")]).status, 421);
    assert_eq!(server.ask("GET", "/", &[("host", "localhost:1")]).status, 200);
}

#[test]
fn the_preview_follows_the_articles_and_the_configuration() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let mut server = Server::of(&workspace, &[]);
    let own = format!("http://{}/topic/ai.rss.xml", server.address);
    server.comes_to_say("/feeds.opml", &own);
    workspace.article(2, "Web");
    server.comes_to_say("/", "href=\"topic/web.rss.xml\"");
    workspace.write("feedmill.yaml", "title: Two Towns\n");
    server.comes_to_say("/", "Two Towns");
    // What is wrong is said, and the last good state stays.
    workspace.write("feedmill.yaml", "titel: x\n").write("in/3.md", "---\n[\n---\n");
    workspace.write("feedmill.yaml", "title: Three Towns\n");
    server.comes_to_say("/", "Three Towns");
    workspace.write("in/2.md", article(2, "Web", "published: false"));
    eventually(|| server.get("/topic/web.rss.xml").status == 404, "the feed is gone");
    server.program.kill().unwrap();
    let mut said = String::new();
    server.stdout.read_to_string(&mut said).unwrap();
    assert!(said.contains(" changed, "), "{said}");
}

#[test]
fn a_preview_publishes_nothing() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write(
        "feedmill.yaml",
        "out: published\nbase-url: https://e.example/\nhub: http://127.0.0.1:1/\n",
    );
    let server = Server::of(&workspace, &[]);
    let feed = String::from_utf8(server.get("/topic/ai.rss.xml").body).unwrap();
    assert!(!feed.contains("e.example") && !feed.contains("hub"), "{feed}");
    assert!(!workspace.path("published").exists());
}

#[test]
fn the_environment_does_not_make_a_preview_publish() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let mut program = workspace.program(&["serve", "in", "--port", "0"]);
    let server = Server::running(program.env("FEEDMILL_OUT", "published"));
    assert_eq!(server.get("/topic/ai.rss.xml").status, 200);
    assert!(!workspace.path("published").exists());
}

#[test]
fn new_and_replaced_folders_are_watched() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    // The source is the current folder, which is watched for feedmill.yaml as well.
    let server = Server::running(&mut workspace.program(&["serve", ".", "--port", "0"]));
    std::fs::create_dir(workspace.path("new")).unwrap();
    sleep(Duration::from_millis(500));
    workspace.write("new/2.md", article(2, "New", ""));
    server.comes_to_say("/", "topic/new.rss.xml");
    drop(server);

    let server = Server::of(&workspace, &[]);
    std::fs::rename(workspace.path("in"), workspace.path("old")).unwrap();
    workspace.write("in/3.md", article(3, "Third", ""));
    server.comes_to_say("/", "topic/third.rss.xml");
    workspace.write("in/4.md", article(4, "Fourth", ""));
    server.comes_to_say("/", "topic/fourth.rss.xml");
}

#[test]
fn a_source_added_to_the_file_is_watched() {
    let workspace = Workspace::new();
    workspace.article(1, "AI").write("feedmill.yaml", "source: [in]\n");
    let server = Server::running(&mut workspace.program(&["serve", "--port", "0"]));
    workspace.write("more/2.md", article(2, "More", ""));
    workspace.write("feedmill.yaml", "source: [in, more]\n");
    server.comes_to_say("/", "topic/more.rss.xml");
    workspace.write("more/3.md", article(3, "Third", ""));
    server.comes_to_say("/", "topic/third.rss.xml");
}

#[test]
fn a_file_that_changes_constantly_delays_no_build() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let server = Server::of(&workspace, &[]);
    workspace.article(2, "Web");
    let mut lines = 0;
    let is_there = || {
        lines += 1;
        workspace.write("in/some.log", format!("{lines}"));
        text(&server.get("/").body).contains("topic/web.rss.xml")
    };
    eventually(is_there, "the feed is there");
}

#[test]
fn the_preview_works_over_ipv6() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let Ok(_) = std::net::TcpListener::bind("[::1]:0") else { return };
    let server = Server::of(&workspace, &["--host", "::1"]);
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn a_port_in_use_is_an_error() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let server = Server::of(&workspace, &[]);
    let port = server.address.rsplit(':').next().unwrap();
    let output = workspace.command(&["serve", "in", "--port", port]);
    assert_eq!(output.status.code(), Some(3));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with(&format!("feedmill: error: cannot listen on 127.0.0.1:{port}; ")));
}
