//! Errors that stop a run. A problem of one article does not stop it: that is a diagnostic.

use std::io;
use std::path::PathBuf;

use crate::format::RenderError;
use crate::page::NoSignal;
use crate::stats::Stats;

/// Why a run stopped. Every feed file is then a whole old or a whole new one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A signal came, or the caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The lines of another command cannot be read.
    #[error("cannot read the lines")]
    Input(#[source] io::Error),
    /// A line is not what this command reads.
    #[error("line {number} {fault}")]
    Line {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        fault: LineFault,
    },
    /// The lines are not of one run.
    #[error("the lines are of two runs: {first}; and {second}")]
    TwoSettings {
        /// The settings of one of them.
        first: String,
        /// The settings of the other one.
        second: String,
    },
    /// No line says with which settings the lines were made.
    #[error("no line `!settings`: the lines are not those of a whole run")]
    NoSettings,
    /// Two reducers had articles of the same group.
    #[error("{0} was made twice, with different articles: each group belongs to one reducer")]
    TwoFeeds(String),
    /// A file is not the one that a reducer put there.
    #[error("{0} has changed since `feedmill reduce` wrote it")]
    Changed(String),
    /// The lines of this command cannot be written.
    #[error("cannot write the lines")]
    Output(#[source] io::Error),
    /// The threads could not be started.
    #[error("cannot start {jobs} threads")]
    Jobs {
        /// The number asked for.
        jobs: usize,
        /// The error of the system.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another run is writing to the output folder.
    #[error("another run is writing to {}; use --wait to wait for it", path.display())]
    Locked {
        /// The output folder.
        path: PathBuf,
    },
    /// The output folder, which is served, would hold the cache.
    #[error("the output folder {} holds the cache {}; choose another one with --cache-dir", output.display(), cache.display())]
    CacheInOutput {
        /// The output folder.
        output: PathBuf,
        /// The folder of the cache inside it.
        cache: PathBuf,
    },
    /// The output folder is the source or holds it.
    #[error("the output folder {} holds the source {}; choose another one with --out", output.display(), path.display())]
    Overlap {
        /// The output folder.
        output: PathBuf,
        /// The source inside it.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Publish {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file system of the output folder has no locks.
    #[error("cannot lock {}; use --no-lock to run without a lock", path.display())]
    NoLock {
        /// The file to lock.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The run would change so much that it is likely to be a mistake.
    #[error("{refusal}; nothing was changed")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// What was found in the source, which may be the reason.
        stats: Box<Stats>,
    },
    /// A feed cannot be rendered.
    #[error("cannot write {file}")]
    Render {
        /// The file, relative to the output folder.
        file: String,
        /// The error of the crate that writes the format.
        source: RenderError,
    },
    /// The source cannot be read as a whole.
    #[error("cannot read {}", path.display())]
    Source {
        /// The folder or file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// What is wrong with a line that commands exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineFault {
    /// It is the last one, and has no end.
    #[error("is cut off")]
    Cut,
    /// It is before the line above it.
    #[error("is out of order; sort the lines by bytes (LC_ALL=C sort)")]
    Order,
    /// It is of another stage, or damaged.
    #[error("is not a line that this command reads, or is damaged")]
    Unknown,
}

/// What a run refuses to do unless it is told to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There are more feeds than `--max-feeds` allows.
    #[error("the run would write {count} feeds, more than --max-feeds {max}")]
    Feeds {
        /// The number of feeds.
        count: usize,
        /// The number allowed.
        max: usize,
    },
    /// No article was found, so every feed would be removed.
    #[error("no article found in {} (use --allow-removals to remove its feeds)", list(.0))]
    NoArticles(Vec<PathBuf>),
    /// No mapper found an article, so every feed would be removed.
    #[error("no mapper found an article (use --allow-removals to remove all feeds)")]
    NothingMapped,
    /// The pages of a rendered site do not say where it is.
    #[error("the pages of {} do not say their address; set site-url, such as --site-url https://example.org/", list(.0))]
    NoAddress(Vec<PathBuf>),
    /// No sign tells the articles of a rendered site from its other pages.
    #[error(
        "nothing tells the articles of {} from its other pages: {}; {}",
        list(folder),
        seen(reason),
        hint(folder, reason)
    )]
    NoSignal {
        /// The folder of the site.
        folder: Vec<PathBuf>,
        /// What was seen.
        reason: NoSignal,
    },
    /// Parts of the work that were named are missing, and their articles with them.
    #[error("the lines of {} are missing (use --allow-removals to do without them)", .0.join(", "))]
    Shards(Vec<String>),
    /// More than half of the feeds would be removed.
    #[error("{going} of {total} feeds would be removed (use --allow-removals to remove them)")]
    Removals {
        /// The number of feeds that would lose a file.
        going: usize,
        /// The number of feeds that earlier runs wrote.
        total: usize,
    },
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(", ")
}

/// What was seen of signs.
fn seen(NoSignal { pages, seen, .. }: &NoSignal) -> String {
    if seen.is_empty() {
        return format!("none of {pages} has a date that is marked as one");
    }
    let seen: Vec<String> =
        seen.iter().map(|(signal, count)| format!("{count} have {}", signal.name())).collect();
    format!("of {pages} {}", seen.join(", "))
}

/// The line of the configuration that would decide.
fn hint(folder: &[PathBuf], NoSignal { date, .. }: &NoSignal) -> String {
    let folder = list(folder);
    let set = |key: &str| format!("set `rendered: {{folder: {folder}, {key}}}` in feedmill.yaml");
    match date {
        Some((selector, count)) => {
            let set = set(&format!("date: '{selector}'"));
            format!(
                "if the date that {count} pages show in `{selector}` is that of an article, {set}"
            )
        }
        None => {
            format!("{}, with a CSS selector that only articles match", set("articles: SELECTOR"))
        }
    }
}
