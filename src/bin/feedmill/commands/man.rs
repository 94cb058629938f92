//! `feedmill completions` and `feedmill man`: files that are generated from the definition of the
//! command line. The only module that uses the `clap_complete` and `clap_mangen` crates.

use clap::Command;
pub(crate) use clap_complete::Shell;
use clap_mangen::Man;

/// The completions of a program for a shell.
pub(crate) fn completions(mut program: Command, shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, "feedmill", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The manual page (man(7)) of a program or of one of its commands; `None` if there is no such
/// command.
pub(crate) fn page(mut program: Command, command: Option<&str>) -> Option<String> {
    // Sets the names of the pages of commands, such as feedmill-build.
    program.build();
    let command = command.map_or(Some(&program), |name| program.find_subcommand(name))?.clone();
    let mut page = Vec::new();
    Man::new(command).render(&mut page).ok()?;
    Some(String::from_utf8_lossy(&page).into_owned())
}
