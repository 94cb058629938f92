//! Small values that all modules use.

pub(crate) mod byte_set;
pub(crate) mod date;
pub(crate) mod diagnostic;
pub(crate) mod guid;
pub mod limits;
pub(crate) mod outcome;
pub(crate) mod slug;
pub(crate) mod suggest;
pub mod text;
pub(crate) mod url;
