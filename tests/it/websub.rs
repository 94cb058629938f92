//! The hub is told of what changed, and of nothing else, sooner or later.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Output;
use std::sync::mpsc::{Receiver, channel};

use crate::support::{Workspace, text};

/// A hub of our own: gives the answers in order, the last one for good, and passes on what it
/// heard. An answer of 0 closes the connection.
fn hub(answers: &'static [u16]) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (pass_on, hears) = channel();
    std::thread::spawn(move || {
        let mut answers = answers.iter().copied();
        let mut answer = 0;
        for stream in listener.incoming() {
            answer = answers.next().unwrap_or(answer);
            let mut stream = stream.unwrap();
            if pass_on.send(read(&stream)).is_err() {
                return;
            }
            if answer > 0 {
                let status =
                    format!("HTTP/1.1 {answer} X\r\ncontent-length: 0\r\nconnection: close");
                stream.write_all(format!("{status}\r\n\r\n").as_bytes()).unwrap();
            }
        }
    });
    (address, hears)
}

/// The address that a request is about.
fn read(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).unwrap() > 2 {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let form = url::form_urlencoded::parse(&body);
    let form: Vec<(String, String)> = form.into_owned().collect();
    assert_eq!(form[0], ("hub.mode".to_owned(), "publish".to_owned()));
    assert_eq!(form[1].0, "hub.url");
    form[1].1.clone()
}

fn build(workspace: &Workspace, hub: SocketAddr) -> Output {
    let hub = format!("http://{hub}/");
    let arguments = ["build", "in", "--format", "rss,atom", "--hub", &hub];
    let base = ["--base-url", "https://feeds.example/"];
    workspace.command(&[&arguments[..], &base].concat())
}

fn heard(hears: &Receiver<String>) -> Vec<String> {
    hears.try_iter().collect()
}

#[test]
fn a_hub_hears_of_what_changed_and_of_nothing_else() {
    let (hub, hears) = hub(&[204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web");
    let first = build(&workspace, hub);
    assert!(first.status.success() && first.stderr.is_empty(), "{}", text(&first.stderr));
    let all = ["ai.atom.xml", "ai.rss.xml", "web.atom.xml", "web.rss.xml"];
    assert_eq!(heard(&hears), all.map(|name| format!("https://feeds.example/topic/{name}")));
    assert!(build(&workspace, hub).status.success());
    assert_eq!(heard(&hears), [""; 0]);
    workspace.article(3, "Web");
    assert!(build(&workspace, hub).status.success());
    let web = ["web.atom.xml", "web.rss.xml"];
    assert_eq!(heard(&hears), web.map(|name| format!("https://feeds.example/topic/{name}")));
    assert!(!workspace.read("out/.feedmill.json").contains("unannounced"));
}

#[test]
fn a_dead_hub_costs_a_warning_and_is_told_by_the_next_run() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = build(&workspace, dead);
    assert_eq!(output.status.code(), Some(0));
    let warning = text(&output.stderr);
    assert!(warning.starts_with(&format!("out: warning: the hub http://{dead}/ was not told of 2 changed files, the next run does it: ")), "{warning}");
    assert_eq!(warning.lines().count(), 1);
    assert_eq!(workspace.feeds().len(), 2);
    // The feeds name the hub, so another address is a change of every feed.
    let listener = TcpListener::bind(dead).unwrap();
    let hears = std::thread::spawn(move || {
        let answer = |stream: std::io::Result<TcpStream>| {
            let mut stream = stream.unwrap();
            let heard = read(&stream);
            let accepted = "HTTP/1.1 202 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(accepted.as_bytes()).unwrap();
            heard
        };
        listener.incoming().take(2).map(answer).collect::<Vec<_>>()
    });
    let output = build(&workspace, dead);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    let both =
        ["ai.atom.xml", "ai.rss.xml"].map(|name| format!("https://feeds.example/topic/{name}"));
    assert_eq!(hears.join().unwrap(), both);
}

#[test]
fn a_hub_that_fails_for_a_moment_is_asked_again() {
    let (hub, hears) = hub(&[503, 0, 204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let output = build(&workspace, hub);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    let names = ["ai.atom.xml", "ai.atom.xml", "ai.atom.xml", "ai.rss.xml"];
    assert_eq!(heard(&hears), names.map(|name| format!("https://feeds.example/topic/{name}")));
}

#[test]
fn a_hub_that_refuses_is_not_asked_again() {
    let (hub, hears) = hub(&[404, 204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let output = build(&workspace, hub);
    assert_eq!(output.status.code(), Some(0));
    let warning = text(&output.stderr);
    assert!(
        warning.contains("refused 1 changed files, such as topic/ai.atom.xml: 404"),
        "{warning}"
    );
    assert_eq!(heard(&hears).len(), 2);
    assert!(build(&workspace, hub).stderr.is_empty());
    assert_eq!(heard(&hears).len(), 0);
}

#[test]
fn a_run_without_a_hub_does_not_forget_what_one_is_to_be_told() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(build(&workspace, dead).status.success());
    let arguments = ["build", "in", "--format", "rss,atom"];
    assert!(workspace.command(&arguments).status.success());
    assert!(workspace.read("out/.feedmill.json").contains("unannounced"));
}

#[test]
fn a_preview_tells_nobody() {
    let (hub, hears) = hub(&[204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let address = format!("http://{hub}/");
    let arguments =
        ["build", "in", "-n", "--hub", &address, "--base-url", "https://feeds.example/"];
    assert!(workspace.command(&arguments).status.success());
    assert_eq!(heard(&hears), [""; 0]);
}
