//! The manual pages and the shell completions contain every flag.

use crate::support::{Workspace, text};

fn printed(arguments: &[&str]) -> String {
    let output = Workspace::new().command(arguments);
    assert!(output.status.success(), "{arguments:?}");
    text(&output.stdout)
}

/// The long flags of a text.
fn flags(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| word.starts_with("--") && word.len() > 2).collect()
}

#[test]
fn the_manual_pages_contain_every_flag_of_every_command() {
    for command in ["build", "check", "explain", "finish", "list", "map", "reduce", "serve"] {
        let help = printed(&[command, "--help"]);
        // roff escapes a hyphen: `\\-`.
        let page = printed(&["man", command]).replace("\\-", "-");
        assert!(page.contains(&format!(".TH feedmill-{command} 1")), "{page}");
        assert!(flags(&help).len() > 20);
        for flag in flags(&help) {
            assert!(page.contains(flag), "{flag}");
        }
    }
    let overview = printed(&["man"]).replace("\\-", "-");
    assert!(overview.contains("feedmill-build") && overview.contains("feedmill-serve"));
    assert_eq!(Workspace::new().command(&["man", "nothing"]).status.code(), Some(2));
}

#[test]
fn every_shell_completes_every_flag() {
    let help = printed(&["build", "--help"]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        for flag in flags(&help) {
            let written = match shell {
                "fish" => format!("-l {}", flag.trim_start_matches('-')),
                _ => flag.to_owned(),
            };
            assert!(script.contains(&written), "{flag} in {shell}");
        }
    }
}
