//! `feedmill completions` and `feedmill man`: files that are generated from the definition of the
//! command line. The only module that uses the `clap_complete` and `clap_mangen` crates.

use anyhow::anyhow;
use clap::CommandFactory as _;
pub(crate) use clap_complete::Shell;
use clap_mangen::Man;

use crate::Exit;
use crate::args::CommandLine;
use crate::output::printer::{Printer, print};

pub(crate) fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "feedmill", &mut script);
    print(&String::from_utf8_lossy(&script));
    Exit::UpToDate
}

/// Prints the manual page (man(7)) of a command, or of the program.
pub(crate) fn man(command: Option<&str>) -> Exit {
    let mut program = CommandLine::command();
    // Sets the names of the pages of commands, such as feedmill-build.
    program.build();
    let command = command.map_or(Some(&program), |name| program.find_subcommand(name)).cloned();
    let mut page = Vec::new();
    if command.is_none_or(|command| Man::new(command).render(&mut page).is_err()) {
        let error = anyhow!("no such command; see feedmill --help");
        return Printer::default().fail(&error, Exit::Usage);
    }
    print(&String::from_utf8_lossy(&page));
    Exit::UpToDate
}
