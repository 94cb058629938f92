//! One binary of scenarios: `golden` (the sample articles and `out/`), `reader` (an independent
//! program reads the feeds), `laws` (what holds for any articles), `real` (a repository beside the
//! checkout, if there is one), `publishing` (the output folder), `command` (the program).

mod command;
mod golden;
mod laws;
mod publishing;
mod reader;
mod real;
mod support;
