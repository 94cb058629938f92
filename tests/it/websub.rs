//! WebSub: which feeds the program pings a hub about, and what it does if the hub fails.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Output;
use std::sync::mpsc::{Receiver, channel};

use crate::support::{Workspace, text};

/// Starts a hub. It gives the answers in order, repeats the last one, and sends the URL of each ping to
/// the receiver. The answer 0 closes the connection.
fn hub(answers: &'static [u16]) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, pings) = channel();
    std::thread::spawn(move || {
        let mut answers = answers.iter().copied();
        let mut answer = 0;
        for stream in listener.incoming() {
            answer = answers.next().unwrap_or(answer);
            let mut stream = stream.unwrap();
            if sender.send(read(&stream)).is_err() {
                return;
            }
            if answer > 0 {
                let status =
                    format!("HTTP/1.1 {answer} X\r\ncontent-length: 0\r\nconnection: close");
                stream.write_all(format!("{status}\r\n\r\n").as_bytes()).unwrap();
            }
        }
    });
    (address, pings)
}

/// The URL that a ping is about.
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

fn urls(pings: &Receiver<String>) -> Vec<String> {
    pings.try_iter().collect()
}

#[test]
fn only_changed_feeds_are_pinged() {
    let (hub, pings) = hub(&[204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI").article(2, "Web");
    let first = build(&workspace, hub);
    assert!(first.status.success() && first.stderr.is_empty(), "{}", text(&first.stderr));
    let all = ["ai.atom.xml", "ai.rss.xml", "web.atom.xml", "web.rss.xml"];
    assert_eq!(urls(&pings), all.map(|name| format!("https://feeds.example/topic/{name}")));
    assert!(build(&workspace, hub).status.success());
    assert_eq!(urls(&pings), [""; 0]);
    workspace.article(3, "Web");
    assert!(build(&workspace, hub).status.success());
    let web = ["web.atom.xml", "web.rss.xml"];
    assert_eq!(urls(&pings), web.map(|name| format!("https://feeds.example/topic/{name}")));
    assert!(!workspace.read("out/.feedmill.json").contains("unannounced"));
}

#[test]
fn an_unreachable_hub_is_a_warning_and_the_next_run_pings_it() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = build(&workspace, dead);
    assert_eq!(output.status.code(), Some(0));
    let warning = text(&output.stderr);
    assert!(warning.starts_with(&format!("out: warning: cannot ping the hub http://{dead}/ about 2 feed files, the next run tries again: ")), "{warning}");
    assert_eq!(warning.lines().count(), 1);
    assert_eq!(workspace.feeds().len(), 2);
    // The feeds name the hub, so another address is a change of every feed.
    let listener = TcpListener::bind(dead).unwrap();
    let pings = std::thread::spawn(move || {
        let answer = |stream: std::io::Result<TcpStream>| {
            let mut stream = stream.unwrap();
            let url = read(&stream);
            let accepted = "HTTP/1.1 202 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(accepted.as_bytes()).unwrap();
            url
        };
        listener.incoming().take(2).map(answer).collect::<Vec<_>>()
    });
    let output = build(&workspace, dead);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    let both =
        ["ai.atom.xml", "ai.rss.xml"].map(|name| format!("https://feeds.example/topic/{name}"));
    assert_eq!(pings.join().unwrap(), both);
}

#[test]
fn a_temporary_failure_is_retried() {
    let (hub, pings) = hub(&[503, 0, 204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let output = build(&workspace, hub);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    let names = ["ai.atom.xml", "ai.atom.xml", "ai.atom.xml", "ai.rss.xml"];
    assert_eq!(urls(&pings), names.map(|name| format!("https://feeds.example/topic/{name}")));
}

#[test]
fn a_refused_ping_is_not_repeated() {
    let (hub, pings) = hub(&[404, 204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let output = build(&workspace, hub);
    assert_eq!(output.status.code(), Some(0));
    let warning = text(&output.stderr);
    assert!(warning.contains("refused a ping about topic/ai.atom.xml: 404"), "{warning}");
    assert_eq!(urls(&pings).len(), 2);
    assert!(build(&workspace, hub).stderr.is_empty());
    assert_eq!(urls(&pings).len(), 0);
}

#[test]
fn a_run_without_a_hub_keeps_pending_pings() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(build(&workspace, dead).status.success());
    let arguments = ["build", "in", "--format", "rss,atom"];
    assert!(workspace.command(&arguments).status.success());
    assert!(workspace.read("out/.feedmill.json").contains("unannounced"));
}

#[test]
fn a_dry_run_pings_no_hub() {
    let (hub, pings) = hub(&[204]);
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    let address = format!("http://{hub}/");
    let arguments =
        ["build", "in", "-n", "--hub", &address, "--base-url", "https://feeds.example/"];
    assert!(workspace.command(&arguments).status.success());
    assert_eq!(urls(&pings), [""; 0]);
}
