//! The commands, one file each.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod finish;
pub(crate) mod init;
mod init_file;
mod init_rendered;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod map;
pub(crate) mod reduce;
#[cfg(feature = "serve")]
pub(crate) mod serve;
