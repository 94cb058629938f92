//! The commands, one file each.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod man;
#[cfg(feature = "serve")]
pub(crate) mod serve;
