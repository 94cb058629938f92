//! feedmill: the program. Thin: it reads the command line, the environment and the clock, calls
//! the library, prints what it says, and chooses the exit code.

mod args;
mod commands;
mod output;
mod settings;
mod signals;
mod websub;

use std::process::ExitCode;

use anyhow::anyhow;
use clap::CommandFactory as _;
use clap::error::ErrorKind;
use feedmill::{Error, Settings};

use crate::args::{Command, CommandLine, FeedArgs, FormatArgs};
use crate::output::printer::{Printer, print};
use crate::output::progress::Bar;
use crate::signals::Signal;

fn main() -> ExitCode {
    let arguments = match CommandLine::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            // There is nobody to tell if this cannot be printed.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { ExitCode::SUCCESS } else { Exit::Usage.into() };
        }
    };
    match arguments.command {
        Command::Build(arguments) => commands::build::build(&arguments).into(),
        Command::Check(arguments) => commands::check::check(&arguments).into(),
        Command::Explain(arguments) => commands::explain::explain(&arguments).into(),
        Command::Init { source } => commands::init::init(&source).into(),
        Command::List(arguments) => commands::list::list(&arguments).into(),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => commands::serve::serve(&arguments).into(),
        Command::Completions { shell } => {
            print(&commands::man::completions(CommandLine::command(), shell));
            ExitCode::SUCCESS
        }
        Command::Man { command } => {
            if let Some(page) = commands::man::page(CommandLine::command(), command.as_deref()) {
                print(&page);
                return ExitCode::SUCCESS;
            }
            Printer::plain().error(&anyhow!("there is no such command; see feedmill --help"));
            Exit::Usage.into()
        }
    }
}

/// The exit codes, as the README lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    UpToDate = 0,
    Incomplete = 1,
    Usage = 2,
    Stopped = 3,
    Refused = 4,
    Locked = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Does what a command asks for, with everything that the command line comes to. The command is
/// watched.
fn command(
    printer: &Printer,
    feeds: &FeedArgs,
    formats: Option<&FormatArgs>,
    command: impl FnOnce(&Settings, &Bar<'_>) -> Result<Exit, Error>,
) -> Exit {
    let settings = match settings::settings(feeds, formats) {
        Ok(settings) => settings,
        Err(error) => {
            printer.error(&error);
            return Exit::Usage;
        }
    };
    let signal = Signal::noted();
    let bar = Bar::new(&signal, printer.shows_progress());
    command(&settings, &bar).unwrap_or_else(|error| {
        bar.finish();
        if matches!(error, Error::Interrupted) {
            signal.end_by_it();
        }
        failed(printer, &settings, error)
    })
}

/// Says why a run stopped.
fn failed(printer: &Printer, settings: &Settings, error: Error) -> Exit {
    let exit = match &error {
        Error::Refused { refusal, stats } => {
            printer.refusal(settings, refusal, stats);
            Exit::Refused
        }
        Error::Overlap { .. } | Error::CacheInOutput { .. } => Exit::Usage,
        Error::Locked { .. } => Exit::Locked,
        _ => Exit::Stopped,
    };
    printer.error(&anyhow!(error));
    exit
}
