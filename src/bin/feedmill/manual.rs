//! What is made of the definition of the command line: completions and manual pages. The only module
//! that uses the `clap_complete` and `clap_mangen` crates.

use clap::CommandFactory as _;
pub(crate) use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::CommandLine;

/// The completions of a shell.
pub(crate) fn completions(shell: Shell) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "feedmill", &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The manual page of the program, or of one of its commands if there is such a one (man(7)).
pub(crate) fn page(command: Option<&str>) -> Option<String> {
    let mut program = CommandLine::command();
    // Gives commands the names of their pages, such as feedmill-build.
    program.build();
    let command = match command {
        None => program,
        Some(name) => program.find_subcommand(name)?.clone(),
    };
    let mut text = Vec::new();
    Man::new(command).render(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}
