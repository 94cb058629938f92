//! Problems of article files, as data that the library collects and the program prints.
//!
//! An error never repeats the content of its file, because a broken article may be private. Warnings
//! are about public articles.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::types::{limits, url::UrlError};

/// A problem and its position in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file, relative to the source as given.
    pub path: PathBuf,
    /// The problem and its position in the file.
    pub finding: Finding,
}

impl Diagnostic {
    /// Whether nothing is wrong with a feed.
    pub fn is_note(&self) -> bool {
        self.finding.problem.severity() == Severity::Note
    }

    /// Whether the problem leaves the file out.
    pub fn is_error(&self) -> bool {
        self.finding.problem.severity() == Severity::Error
    }
}

/// A problem and its position in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The line, counted from 1; 0 for a problem of the whole file.
    pub line: usize,
    /// The column in characters, counted from 1; 0 for a problem of the whole line or file.
    pub column: usize,
    /// The problem.
    pub problem: Problem,
}

impl Finding {
    pub(crate) fn new(line: usize, column: usize, problem: Problem) -> Finding {
        Finding { line, column, problem }
    }
}

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// The article is left out.
    Error,
    /// The article is in its feeds, possibly without the affected part.
    Warning,
    /// Nothing is wrong with a feed, but somebody may want to know.
    Note,
}

/// A problem of an article file.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[non_exhaustive]
pub enum Problem {
    /// The value of a key is not a web address.
    #[error("`{key}` {reason}")]
    Address {
        /// The key.
        key: Key,
        /// Why it is not one.
        reason: UrlError,
        /// An error if no other key has a web address.
        severity: Severity,
    },
    /// The body is longer than [`limits::BODY_BYTES`].
    #[error("the body is longer than {} KiB; feeds show the excerpt instead", limits::BODY_BYTES / 1024)]
    BodyLong,
    /// The value of a key is not a date.
    #[error("`{key}` is not a date; write it like 2021-06-09T13:33:00Z")]
    Date {
        /// The key.
        key: Key,
        /// An error for the date of publication.
        severity: Severity,
    },
    /// The date in the file name differs from that of the article.
    #[error("the file name contains another date than `{0}`, which is used")]
    DateInName(Key),
    /// Another file has the same article.
    #[error("duplicate: {} has the same address, and is newer or comes first", kept.display())]
    Duplicate {
        /// The file that is used.
        kept: PathBuf,
    },
    /// A text contains entities after decoding, which subscribers would see.
    #[error("`{0}` is escaped twice, so that subscribers see `&amp;` and the like")]
    EscapedTwice(Key),
    /// The file is larger than [`limits::FILE_BYTES`].
    #[error("the file is larger than {} MiB", limits::FILE_BYTES / 1024 / 1024)]
    FileLarge,
    /// The file or folder cannot be read.
    #[error("cannot be read: {0}")]
    FileUnreadable(String),
    /// The front matter is larger than [`limits::FRONT_MATTER_BYTES`].
    #[error("the front matter is larger than {} KiB", limits::FRONT_MATTER_BYTES / 1024)]
    FrontMatterLarge,
    /// The front matter is not UTF-8.
    #[error("the front matter is not UTF-8 (byte {0} of the file)")]
    NotUtf8(usize),
    /// The first image has no size, so that a reader cannot reserve space for it.
    #[error("the first image has no `width` and `height`, so that the text moves when it loads")]
    ImageSize,
    /// A key is unknown, and similar to a known one.
    #[error("unknown key; did you mean `{0}`?")]
    KeyUnknown(Key),
    /// The file is a device, a socket or the like.
    #[error("not a regular file")]
    NotAFile,
    /// The article is in none of the requested feeds.
    #[error("in no feed, because it has none of: {0}")]
    NoFeed(String),
    /// The rendered site has no page at the address of the article.
    #[error("the rendered site has no page for it, so feeds show the text of this file")]
    NoPage,
    /// The page of an article is older than its file.
    #[error("its page in the rendered site is older than this file; render the site again")]
    PageOld,
    /// A page with a date is no article.
    #[error("not an article: {0}")]
    PageLeftOut(Cow<'static, str>),
    /// The pages of a site were rendered without its address.
    #[error("the pages say that they are at {0}; was the site rendered without its address?")]
    SiteAddress(String),
    /// A selector of the configuration matches nothing.
    #[error("`{0}` matches no page")]
    SelectorUnmatched(Cow<'static, str>),
    /// The front matter does not end.
    #[error("the front matter has no closing line `{0}`")]
    NoClosingFence(Cow<'static, str>),
    /// A symbolic link is broken or points outside the source.
    #[error("the symbolic link is broken or points outside the source, and is not followed")]
    OutsideLink,
    /// A required key of a dated article is missing or empty.
    #[error("`{0}` is missing or empty")]
    Missing(Key),
    /// A line of a file of records is not one.
    #[error("not a record: {0}")]
    Record(String),
    /// Most articles spell the name of a group differently.
    #[error("`{name}` is usually written `{usual}`; both are the same feed")]
    Spelling {
        /// The spelling in this article.
        name: String,
        /// The most frequent spelling.
        usual: String,
    },
    /// A template of the body is not known.
    #[error("feeds leave out what a template would show here")]
    TemplateUnknown,
    /// The title is longer than [`limits::NAME_CHARS`].
    #[error("`title` is longer than {} characters", limits::NAME_CHARS)]
    TitleLong,
    /// The article has no date.
    #[error("no `{0}`, so the article is in no feed")]
    Undated(Key),
    /// The front matter cannot be parsed, or a value has an unexpected type.
    #[error("{0}")]
    Yaml(String),
}

/// A key of the front matter, as the site spells it.
pub(crate) type Key = Cow<'static, str>;

impl Problem {
    /// The severity of the problem.
    pub fn severity(&self) -> Severity {
        self.kind().1
    }

    /// Whether it is about the file as the file system has it, and not about what the file holds.
    pub(crate) fn is_about_file_system(&self) -> bool {
        matches!(self, Problem::FileUnreadable(_) | Problem::NotAFile | Problem::OutsideLink)
    }

    /// The name in machine-readable reports. It never changes.
    pub fn name(&self) -> &'static str {
        self.kind().0
    }

    /// The name and the severity.
    fn kind(&self) -> (&'static str, Severity) {
        match self {
            Problem::Address { severity, .. } => ("address", *severity),
            Problem::BodyLong => ("body-long", Severity::Warning),
            Problem::Date { severity, .. } => ("date", *severity),
            Problem::DateInName(_) => ("date-in-name", Severity::Warning),
            Problem::Duplicate { .. } => ("duplicate", Severity::Warning),
            Problem::EscapedTwice(_) => ("escaped-twice", Severity::Warning),
            Problem::FileLarge => ("file-large", Severity::Error),
            Problem::FileUnreadable(_) => ("file-unreadable", Severity::Error),
            Problem::FrontMatterLarge => ("front-matter-large", Severity::Error),
            Problem::NotUtf8(_) => ("not-utf-8", Severity::Error),
            Problem::ImageSize => ("image-size", Severity::Warning),
            Problem::KeyUnknown(_) => ("key-unknown", Severity::Warning),
            Problem::NotAFile => ("not-a-file", Severity::Error),
            Problem::NoFeed(_) => ("no-feed", Severity::Warning),
            Problem::NoPage => ("no-page", Severity::Warning),
            Problem::PageOld => ("page-old", Severity::Note),
            Problem::PageLeftOut(_) => ("page-left-out", Severity::Note),
            Problem::SiteAddress(_) => ("site-address", Severity::Warning),
            Problem::SelectorUnmatched(_) => ("selector-unmatched", Severity::Warning),
            Problem::NoClosingFence(_) => ("no-closing-fence", Severity::Error),
            Problem::OutsideLink => ("outside-link", Severity::Error),
            Problem::Missing(_) => ("missing", Severity::Error),
            Problem::Record(_) => ("record", Severity::Error),
            Problem::Spelling { .. } => ("spelling", Severity::Warning),
            Problem::TemplateUnknown => ("template-unknown", Severity::Warning),
            Problem::TitleLong => ("title-long", Severity::Error),
            Problem::Undated(_) => ("undated", Severity::Warning),
            Problem::Yaml(_) => ("yaml", Severity::Error),
        }
    }
}
