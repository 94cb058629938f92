//! Output: all printing, and the forms that results are printed in.

pub(crate) mod json_report;
pub(crate) mod metrics;
pub(crate) mod printer;
pub(crate) mod progress;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod terminal;
