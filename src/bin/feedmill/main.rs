//! feedmill: the program. Thin: it reads the command line, the environment and the clock, calls
//! the library, prints what it says, and chooses the exit code.

mod args;
mod check;
mod document;
mod escaped;
mod explain;
mod hub;
mod init;
mod list;
mod manual;
mod metrics;
mod progress;
mod report;
#[cfg(feature = "serve")]
mod serve;
mod setup;
mod signals;
mod summary;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::anyhow;
use clap::CommandFactory as _;
use clap::error::ErrorKind;
use feedmill::{Error, Settings, Watch as _};

use crate::args::{BuildArgs, Command, CommandLine, FeedArgs, FormatArgs};
use crate::metrics::Metrics;
use crate::progress::Bar;
use crate::report::{Printer, say};
use crate::setup::clock;
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
        Command::Build(arguments) => build(&arguments).into(),
        Command::Check(arguments) => check::check(&arguments).into(),
        Command::Explain(arguments) => explain::explain(&arguments).into(),
        Command::Init { source } => init::init(&source).into(),
        Command::List(arguments) => list::list(&arguments).into(),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::serve(&arguments).into(),
        Command::Completions { shell } => {
            say(&manual::completions(CommandLine::command(), shell));
            ExitCode::SUCCESS
        }
        Command::Man { command } => {
            if let Some(page) = manual::page(CommandLine::command(), command.as_deref()) {
                say(&page);
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
    let settings = match setup::settings(feeds, formats) {
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

fn build(arguments: &BuildArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.json);
    let began = Instant::now();
    let mut metrics = None;
    let exit = command(&printer, &arguments.feeds, Some(&arguments.formats), |settings, watch| {
        let publishing = arguments.publishing();
        let mut report = feedmill::run(settings, publishing, watch)?;
        watch.finish();
        let stop = || watch.stop();
        hub::announce(settings, publishing.locking, &mut report.publication, stop);
        printer.report(settings, &report);
        metrics = arguments.metrics.as_ref().map(|_| Metrics::of(&report));
        let foreign = report.publication.has_foreign_feed();
        let differs = arguments.check && report.publication.is_change();
        let incomplete = report.findings.has_errors() || foreign || differs;
        Ok(if incomplete { Exit::Incomplete } else { Exit::UpToDate })
    });
    if let Some(file) = &arguments.metrics {
        let took = began.elapsed();
        let written = clock().and_then(|ended| metrics::write(file, exit, ended, took, metrics));
        if let Err(error) = written {
            printer.error(&error);
        }
    }
    exit
}

/// Says why a run stopped.
fn failed(printer: &Printer, settings: &Settings, error: Error) -> Exit {
    let exit = match &error {
        Error::Refused { refusal, findings } => {
            printer.refusal(settings, refusal, findings);
            Exit::Refused
        }
        Error::Overlap { .. } | Error::CacheInOutput { .. } => Exit::Usage,
        Error::Locked { .. } => Exit::Locked,
        _ => Exit::Stopped,
    };
    printer.error(&anyhow!(error));
    exit
}
