//! Patterns of paths, which say what is left out: rules of `.gitignore`, globs and regular expressions.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use regex::RegexSet;

/// Patterns for the files and folders below a folder.
#[derive(Clone)]
pub struct PathPatterns {
    base: PathBuf,
    written: Vec<String>,
    matcher: Matcher,
}

#[derive(Clone)]
enum Matcher {
    Gitignore(Gitignore),
    Globs(GlobSet),
    Regexes(RegexSet),
}

impl PartialEq for PathPatterns {
    fn eq(&self, other: &PathPatterns) -> bool {
        self.base == other.base && self.written == other.written
    }
}

impl Eq for PathPatterns {}

/// How patterns are written, and what they are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternSyntax {
    /// Rules of `.gitignore`. What is in a matching folder is matched as well.
    Gitignore,
    /// Globs for whole paths, in which `*` stands for slashes, too. The paths begin with `/`.
    Globs,
    /// Globs for whole paths, in which only `**` stands for slashes. The paths begin with `/`.
    PathGlobs,
    /// Regular expressions for any part of a path. The paths begin with `/`.
    Regexes,
}

impl fmt::Debug for PathPatterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entry(&self.base).entries(&self.written).finish()
    }
}

impl PathPatterns {
    /// Patterns for what is below the folder `base`.
    ///
    /// # Errors
    ///
    /// With the pattern that cannot be read.
    pub fn new(
        syntax: PatternSyntax,
        base: &Path,
        patterns: &[String],
    ) -> Result<PathPatterns, String> {
        let matcher = match syntax {
            PatternSyntax::Gitignore => Matcher::Gitignore(gitignore(patterns)?),
            PatternSyntax::Globs => Matcher::Globs(globs(patterns, false)?),
            PatternSyntax::PathGlobs => Matcher::Globs(globs(patterns, true)?),
            PatternSyntax::Regexes => Matcher::Regexes(regexes(patterns)?),
        };
        Ok(PathPatterns { base: base.to_owned(), written: patterns.to_vec(), matcher })
    }

    /// Whether a file or a folder matches. What is not below the folder of the patterns has rules of
    /// `.gitignore` only.
    pub(crate) fn matches(&self, path: &Path, is_folder: bool) -> bool {
        let below = match (below(&self.base, path), &self.matcher) {
            (Some(below), _) => below,
            (None, Matcher::Gitignore(_)) => names(path),
            (None, _) => return false,
        };
        if below.as_os_str().is_empty() {
            return false;
        }
        match &self.matcher {
            Matcher::Gitignore(rules) => {
                rules.matched_path_or_any_parents(below, is_folder).is_ignore()
            }
            Matcher::Globs(globs) => globs.is_match(Path::new("/").join(below)),
            Matcher::Regexes(regexes) => {
                below.to_str().is_some_and(|path| regexes.is_match(&format!("/{path}")))
            }
        }
    }
}

/// A path as it is below a folder, whether or not each of them begins with the current folder.
fn below(base: &Path, path: &Path) -> Option<PathBuf> {
    let plain = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_owned();
    if let Ok(below) = plain(path).strip_prefix(plain(base))
        && below.is_relative()
        && !below.starts_with("..")
    {
        return Some(below.to_owned());
    }
    let [base, path] = [base, path].map(std::path::absolute);
    path.ok()?.strip_prefix(base.ok()?).ok().map(Path::to_owned)
}

/// A path without its root and `..`.
fn names(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

fn gitignore(patterns: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|_| pattern.clone())?;
    }
    builder.build().map_err(|_| patterns.join(", "))
}

fn globs(patterns: &[String], has_literal_separator: bool) -> Result<GlobSet, String> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).literal_separator(has_literal_separator).build();
        builder.add(glob.map_err(|_| pattern.clone())?);
    }
    builder.build().map_err(|_| patterns.join(", "))
}

fn regexes(patterns: &[String]) -> Result<RegexSet, String> {
    let is_wrong = |pattern: &&String| RegexSet::new([pattern]).is_err();
    RegexSet::new(patterns)
        .map_err(|_| patterns.iter().find(is_wrong).cloned().unwrap_or_else(|| patterns.join(", ")))
}

/// A glob that matches nothing but a text.
pub(crate) fn escaped_glob(text: &str) -> String {
    globset::escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(syntax: PatternSyntax, base: &str, patterns: &[&str], path: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        PathPatterns::new(syntax, Path::new(base), &patterns)
            .unwrap()
            .matches(Path::new(path), false)
    }

    #[test]
    fn rules_of_gitignore() {
        let rules = ["drafts/", "/old.md", "*.bak.md", "!keep.bak.md", "a/**/z.md"];
        for (path, expected) in [
            ("drafts/x.md", true),
            ("./deep/drafts/x.md", true),
            ("old.md", true),
            ("deep/old.md", false),
            ("deep/x.bak.md", true),
            ("keep.bak.md", false),
            ("a/b/c/z.md", true),
            ("../drafts/x.md", true),
            ("/elsewhere/drafts/x.md", true),
        ] {
            let found = matches(PatternSyntax::Gitignore, "", &rules, path);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn paths_are_relative_to_the_base() {
        let here = std::path::absolute("site/old.md").unwrap();
        let rule = ["/old.md"];
        for path in ["site/old.md", "./site/old.md", here.to_str().unwrap()] {
            assert!(matches(PatternSyntax::Gitignore, "site", &rule, path), "{path}");
            assert!(matches(PatternSyntax::Globs, "./site", &rule, path), "{path}");
        }
        assert!(!matches(PatternSyntax::Gitignore, "other", &rule, "site/old.md"));
    }

    #[test]
    fn globs_and_regular_expressions_see_a_path_with_a_slash() {
        assert!(matches(PatternSyntax::Globs, "", &["*.{Rmd,md}"], "content/a/b.md"));
        assert!(!matches(PatternSyntax::Globs, "", &["content/*"], "content/a.md"));
        assert!(matches(PatternSyntax::Regexes, "", &[r"\.Rmd$", "/_[^/]*$"], "content/_a.md"));
        assert!(!matches(PatternSyntax::Regexes, "", &[r"\.Rmd$"], "content/a.md"));
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_named() {
        let wrong = |syntax, pattern: &str| {
            let patterns = ["ok".to_owned(), pattern.to_owned()];
            PathPatterns::new(syntax, Path::new(""), &patterns).unwrap_err()
        };
        assert_eq!(wrong(PatternSyntax::Gitignore, "[z-a]"), "[z-a]");
        assert_eq!(wrong(PatternSyntax::Globs, "{a"), "{a");
        assert_eq!(wrong(PatternSyntax::Regexes, "("), "(");
    }
}
