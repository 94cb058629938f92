//! Small values that all modules use.

pub(crate) mod byte_set;
pub(crate) mod color;
pub(crate) mod date;
pub(crate) mod diagnostic;
pub(crate) mod dom;
pub(crate) mod guid;
pub(crate) mod html_cost;
pub(crate) mod language;
pub mod limits;
pub(crate) mod outcome;
pub(crate) mod path_patterns;
pub(crate) mod slug;
pub(crate) mod suggest;
pub mod text;
pub(crate) mod url;

pub(crate) use self::color::Color;
pub(crate) use self::date::{Timestamp, Zone};
pub(crate) use self::diagnostic::{Diagnostic, Finding, Problem, Severity};
pub(crate) use self::outcome::{Outcome, Reason};
pub(crate) use self::path_patterns::PathPatterns;
pub(crate) use self::slug::{FeedSlug, FeedSlugs};
pub(crate) use self::url::WebUrl;
