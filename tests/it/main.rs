//! One binary of scenarios. Each file is named after its subject and states it in its first line.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, and makes the files that it needs"
)]

mod bodies;
mod cache;
mod cli;
mod corpus;
mod first_contact;
mod formats;
mod fuzzed;
mod golden;
mod grouping;
mod docs;
mod hostile;
mod init;
mod laws;
mod listing;
mod man_pages;
mod output_folder;
mod podcasts;
mod process;
mod races;
mod reader;
mod readme;
mod records;
mod rendered;
mod rendered_init;
mod report;
mod serve;
mod site_generators;
mod stage_laws;
mod stages;
mod support;
mod websub;
