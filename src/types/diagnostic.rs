//! What is wrong with an article: data, not text. The library collects it; only the program prints.
//!
//! No error repeats what the file says: a broken article may be private. Warnings are about articles
//! that are public.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::types::limits;
use crate::types::url::UrlError;

/// A problem, in which file and at which place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file, as the source was given.
    pub path: PathBuf,
    /// Where in the file, and what.
    pub finding: Finding,
}

impl Diagnostic {
    /// Whether the file was left out because of it.
    pub fn is_error(&self) -> bool {
        self.finding.problem.severity() == Severity::Error
    }
}

/// A problem and its place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The line, counted from 1; 0 if the problem is the file as a whole.
    pub line: usize,
    /// The column, counted from 1 in characters; 0 if the problem is the whole line or file.
    pub column: usize,
    /// What is wrong.
    pub problem: Problem,
}

impl Finding {
    pub(crate) fn new(line: usize, column: usize, problem: Problem) -> Finding {
        Finding { line, column, problem }
    }
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// The article was left out.
    Error,
    /// The article is in its feeds, perhaps without a part.
    Warning,
}

/// What is wrong.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[non_exhaustive]
pub enum Problem {
    /// A key that holds no web address, where one is needed or useful.
    #[error("`{key}` {reason}")]
    Address {
        /// The key.
        key: Key,
        /// What is wrong with the address.
        reason: UrlError,
        /// An error if no other key has an address.
        severity: Severity,
    },
    /// A body that is too long to be rendered.
    #[error("the body is longer than {} KiB; the excerpt stands in for it", limits::BODY_BYTES / 1024)]
    BodyLong,
    /// A date that is none.
    #[error("`{key}` is not a date; write it like 2021-06-09T13:33:00Z")]
    Date {
        /// The key.
        key: Key,
        /// An error if it is the date of publication.
        severity: Severity,
    },
    /// A file name that contradicts the article.
    #[error("the file name says another day than `{0}`, which counts")]
    DateInName(Key),
    /// A file that stands for the same article as another one.
    #[error("has the same address as {}, which is newer or comes first", kept.display())]
    Duplicate {
        /// The file whose article is used.
        kept: PathBuf,
    },
    /// A text in which readers will see entities.
    #[error("`{0}` is escaped twice, so readers see `&amp;` and the like")]
    EscapedTwice(Key),
    /// A file that is larger than [`limits::FILE_BYTES`].
    #[error("the file is larger than {} MiB", limits::FILE_BYTES / 1024 / 1024)]
    FileLarge,
    /// A file or folder that cannot be read.
    #[error("cannot be read: {0}")]
    FileUnreadable(String),
    /// Front matter that is larger than [`limits::FRONT_MATTER_BYTES`].
    #[error("the front matter is larger than {} KiB", limits::FRONT_MATTER_BYTES / 1024)]
    FrontMatterLarge,
    /// Front matter that is not UTF-8.
    #[error("the front matter is not UTF-8 (byte {0} of the file)")]
    NotUtf8(usize),
    /// An image whose place a reader cannot keep free.
    #[error("the first image has no `width` and `height`, so text jumps when it is loaded")]
    ImageSize,
    /// A key that is passed over, and probably should not be.
    #[error("a key that is not read; did you mean `{0}`?")]
    KeyUnknown(Key),
    /// A name of an article that is a device, a socket or the like.
    #[error("is not a regular file")]
    NotAFile,
    /// An article that is in none of the feeds asked for.
    #[error("is in no feed, since it has none of: {0}")]
    NoFeed(String),
    /// Front matter that does not end.
    #[error("the front matter has no closing line `{0}`")]
    NoClosingFence(Cow<'static, str>),
    /// A symbolic link that leads nowhere, or out of the source.
    #[error("the link leads nowhere or out of the source; links are not followed")]
    OutsideLink,
    /// A dated article that does not say what every entry needs.
    #[error("`{0}` is missing or empty")]
    Missing(Key),
    /// A name of a group that others write in another way.
    #[error("`{name}` is written `{usual}` more often; both are one feed")]
    Spelling {
        /// As it is written here.
        name: String,
        /// As it is written elsewhere.
        usual: String,
    },
    /// A title that is longer than [`limits::NAME_CHARS`].
    #[error("`title` is longer than {} characters", limits::NAME_CHARS)]
    TitleLong,
    /// An article that says no date.
    #[error("has no `{0}`, so it is in no feed")]
    Undated(Key),
    /// Front matter that is not YAML, or that has a value of a shape without a meaning.
    #[error("{0}")]
    Yaml(String),
}

/// A key of the front matter, as the articles of a site have it.
pub(crate) type Key = Cow<'static, str>;

impl Problem {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Problem::Address { severity, .. } | Problem::Date { severity, .. } => *severity,
            Problem::BodyLong
            | Problem::DateInName(_)
            | Problem::Duplicate { .. }
            | Problem::EscapedTwice(_)
            | Problem::ImageSize
            | Problem::KeyUnknown(_)
            | Problem::NoFeed(_)
            | Problem::Spelling { .. }
            | Problem::Undated(_) => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The name in reports for programs. It never changes.
    pub fn name(&self) -> &'static str {
        match self {
            Problem::Address { .. } => "address",
            Problem::BodyLong => "body-long",
            Problem::Date { .. } => "date",
            Problem::DateInName(_) => "date-in-name",
            Problem::Duplicate { .. } => "duplicate",
            Problem::EscapedTwice(_) => "escaped-twice",
            Problem::FileLarge => "file-large",
            Problem::FileUnreadable(_) => "file-unreadable",
            Problem::FrontMatterLarge => "front-matter-large",
            Problem::NotUtf8(_) => "not-utf-8",
            Problem::ImageSize => "image-size",
            Problem::KeyUnknown(_) => "key-unknown",
            Problem::NotAFile => "not-a-file",
            Problem::NoFeed(_) => "no-feed",
            Problem::NoClosingFence(_) => "no-closing-fence",
            Problem::OutsideLink => "outside-link",
            Problem::Missing(_) => "missing",
            Problem::Spelling { .. } => "spelling",
            Problem::TitleLong => "title-long",
            Problem::Undated(_) => "undated",
            Problem::Yaml(_) => "yaml",
        }
    }
}
