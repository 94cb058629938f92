//! One binary of scenarios, each file of which says what it is about: `golden` (the sample articles and `out/`), `reader` (an independent
//! program reads the feeds), `laws` (what holds for any articles), `real` (a repository beside the
//! checkout, if there is one), `readme`, `publishing` (the output folder), `program` (the binary under
//! signals, crashes and contention), `command` (command lines as data), `fuzzed` (what fuzzing kept),
//! `hostile` (a table of articles).
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, and makes files as it likes"
)]

mod announcing;
mod beginning;
mod races;
mod command;
mod fuzzed;
mod golden;
mod grouping;
mod guide;
mod hostile;
mod laws;
mod manual;
mod program;
mod output_folder;
mod reader;
mod readme;
mod corpus;
mod reporting;
mod serving;
mod site_generators;
mod subscribing;
mod cache;
mod support;
