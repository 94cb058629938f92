//! What is made of the definition of the command line: completions and manual pages. The only module
//! that uses the `clap_complete` and `clap_mangen` crates.

use clap::Command;
pub(crate) use clap_complete::Shell;
use clap_mangen::Man;

/// The completions of a shell for a program.
pub(crate) fn completions(mut program: Command, shell: Shell) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut program, "feedmill", &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The manual page of a program, or of one of its commands if there is such a one (man(7)).
pub(crate) fn page(mut program: Command, command: Option<&str>) -> Option<String> {
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
