//! Output: everything that is printed, and its formats.

pub(crate) mod advice;
pub(crate) mod json_report;
pub(crate) mod metrics;
pub(crate) mod printer;
pub(crate) mod progress_bar;
pub(crate) mod sarif;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod terminal;
