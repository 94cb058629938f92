//! The guide, for those who run the program. The README is for the first ten minutes; this is for
//! afterwards.
//!
//! The pages lie beside this file as Markdown. A test runs every command in them, and holds the
//! reference of the configuration together with the definition of the command line.

#[doc = include_str!("configuration.md")]
pub mod configuration {}

#[doc = include_str!("formats.md")]
pub mod formats {}

#[doc = include_str!("migrating.md")]
pub mod migrating {}

#[doc = include_str!("operations.md")]
pub mod operations {}
