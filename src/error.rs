//! What stops a run. What is wrong with one article does not: that is a diagnostic.

use std::io;
use std::path::PathBuf;

use crate::format::RenderError;
use crate::stats::Stats;

/// Why a run stopped. Every feed file is then a whole old or a whole new one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A signal came, or whoever called asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The threads could not be started.
    #[error("cannot start {jobs} threads")]
    Jobs {
        /// How many were asked for.
        jobs: usize,
        /// What the system said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another run is writing to the output folder.
    #[error("another run is writing to {}; --wait waits for it", path.display())]
    Locked {
        /// The output folder.
        path: PathBuf,
    },
    /// The output folder, which is served, would hold what is remembered.
    #[error("the output folder {} holds the cache {}; give another one with --cache-dir", output.display(), cache.display())]
    CacheInOutput {
        /// The output folder.
        output: PathBuf,
        /// The folder of the cache inside it.
        cache: PathBuf,
    },
    /// The output folder is the source, or around it.
    #[error("the output folder {} holds the source {}; give another one with --out", output.display(), path.display())]
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
        /// What the system said.
        source: io::Error,
    },
    /// The file system of the output folder has no locks.
    #[error("cannot lock {}; --no-lock goes on without", path.display())]
    NoLock {
        /// The file to lock.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The result would be so far from what is published that it is likely to be a mistake.
    #[error("{refusal}; nothing is changed")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// What was found on the way: it may say how it came about.
        findings: Box<Stats>,
    },
    /// A feed cannot be rendered.
    #[error("cannot write {file}")]
    Render {
        /// The file, relative to the output folder.
        file: String,
        /// What the writing crate said.
        source: RenderError,
    },
    /// The source cannot be read as a whole.
    #[error("cannot read {}", path.display())]
    Source {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What a run does not do unless it is told to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There are more groups than anybody would want feeds of.
    #[error("there would be {count} feeds, more than --max-feeds {most}")]
    Feeds {
        /// How many there would be.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// No article was found, so that every feed would go.
    #[error("no article found in {} (--allow-removals removes its feeds)", list(.0))]
    NoArticles(Vec<PathBuf>),
    /// Most feeds would go.
    #[error("{going} of {total} feeds would be removed (--allow-removals removes them)")]
    Removals {
        /// How many feeds would lose a file.
        going: usize,
        /// How many feeds earlier runs wrote.
        total: usize,
    },
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(", ")
}
