//! The program: reads the command line, the environment and the clock, calls the library, prints the
//! result and chooses the exit code.

mod args;
mod commands;
mod output;
mod load_settings;
mod signals;
mod websub;

use std::panic::PanicHookInfo;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{CommandFactory as _, Parser as _};
use feedmill::{Error, Refusal, Settings};

use crate::args::{Command, CommandLine, FeedArgs};
use crate::commands::man;
use crate::output::printer::{Printer, print};
use crate::output::progress_bar::Bar;
use crate::output::summary::no_feed;
use crate::signals::Signal;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(stop_at_panic));
    let exit = match CommandLine::try_parse() {
        Ok(arguments) => match arguments.command {
            Command::Build(arguments) => commands::build::build(&arguments),
            Command::Check(arguments) => commands::check::check(&arguments),
            Command::Explain(arguments) => commands::explain::explain(&arguments),
            Command::Finish(arguments) => commands::finish::finish(&arguments),
            Command::Init { source, rendered } => {
                commands::init::init(&source, rendered.as_deref())
            }
            Command::List(arguments) => commands::list::list(&arguments),
            Command::Map(arguments) => commands::map::map(&arguments),
            Command::Reduce(arguments) => commands::reduce::reduce(&arguments),
            #[cfg(feature = "serve")]
            Command::Serve(arguments) => commands::serve::serve(&arguments),
            Command::Completions { shell } => {
                print(&man::completions(CommandLine::command(), shell));
                Exit::UpToDate
            }
            Command::Man { command } => {
                if let Some(page) = man::page(CommandLine::command(), command.as_deref()) {
                    print(&page);
                    Exit::UpToDate
                } else {
                    let error = anyhow!("no such command; see feedmill --help");
                    Printer::default().fail(&error, Exit::Usage)
                }
            }
        },
        Err(error) => {
            // Nothing else can report that printing failed.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::UpToDate }
        }
    };
    ExitCode::from(exit as u8)
}

/// Ends the process at a panic: the standard library panics when a folder cannot be closed, and
/// would panic again while unwinding. Every feed is whole then, as after a kill.
#[expect(clippy::exit, reason = "to unwind may panic again, which aborts")]
fn stop_at_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.to_string().replace('\n', " ");
    Printer::default().error(&anyhow!("unexpected failure: {message}"));
    std::process::exit(Exit::Stopped as i32)
}

/// The exit codes, as `feedmill build --help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    UpToDate = 0,
    Incomplete = 1,
    Usage = 2,
    Stopped = 3,
    Refused = 4,
    Locked = 5,
}

/// Runs a command with its settings; progress is shown and signals are noticed.
fn command(
    printer: &Printer,
    feeds: &FeedArgs,
    run: impl FnOnce(&Settings, &Bar<'_>) -> Result<Exit, Error>,
) -> Exit {
    let settings = match load_settings::settings(feeds) {
        Ok(settings) => settings,
        Err(error) => return printer.fail(&error, Exit::Usage),
    };
    let signal = Signal::listen();
    let bar = Bar::new(&signal, printer.shows_progress());
    run(&settings, &bar).unwrap_or_else(|error| {
        bar.finish();
        if matches!(error, Error::Interrupted) {
            signal.raise();
        }
        stopped(printer, &settings, error)
    })
}

/// Reports the error that stopped a run.
fn stopped(printer: &Printer, settings: &Settings, error: Error) -> Exit {
    let exit = match &error {
        Error::Refused { refusal, stats } => {
            printer.refusal(settings, refusal, stats);
            let is_empty = matches!(refusal, Refusal::NoArticles(_) | Refusal::NothingMapped);
            if is_empty && stats.counts.files > 0 {
                printer.error(&anyhow!(no_feed(settings, &stats.counts)));
            }
            Exit::Refused
        }
        Error::Overlap { .. }
        | Error::CacheInOutput { .. }
        | Error::NoSettings
        | Error::TwoSettings { .. } => Exit::Usage,
        Error::Locked { .. } => Exit::Locked,
        _ => Exit::Stopped,
    };
    printer.fail(&anyhow!(error), exit)
}
