//! feedmill: the program. Thin: it reads the command line, the environment and the clock, calls
//! the library, prints what it says, and chooses the exit code.

mod args;
mod check;
mod explain;
mod hub;
mod list;
mod manual;
mod report;
#[cfg(feature = "serve")]
mod serve;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;

use anyhow::{Context as _, anyhow};
use clap::Parser as _;
use clap::error::ErrorKind;
use feedmill::article::YamlReader;
use feedmill::{Change, Config, Error, Settings, Timestamp};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use crate::args::{BuildArgs, Command, CommandLine, FeedArgs, FormatArgs};
use crate::report::{Printer, say};

fn main() -> ExitCode {
    let arguments = match CommandLine::try_parse() {
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
        Command::Explain(arguments) => explain::explain(&arguments).into(),
        Command::List(arguments) => list::list(&arguments).into(),
        Command::Check(arguments) => check::check(&arguments).into(),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::serve(&arguments).into(),
        Command::Completions { shell } => {
            say(&manual::completions(shell));
            ExitCode::SUCCESS
        }
        Command::Man { command } => {
            if let Some(page) = manual::page(command.as_deref()) {
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

fn build(arguments: &BuildArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.json);
    let settings = match settings(&arguments.feeds, Some(&arguments.formats)) {
        Ok(settings) => settings,
        Err(error) => {
            printer.error(&error);
            return Exit::Usage;
        }
    };
    let signal = Arc::new(AtomicUsize::new(0));
    catch_signals(&signal);
    let stop = || signal.load(Ordering::Relaxed) != 0;
    match feedmill::run(&settings, arguments.publishing(), stop) {
        Ok(mut report) => {
            hub::announce(&settings, arguments.publishing().locking, &mut report.publication, stop);
            printer.report(&settings, &report);
            let foreign = report.publication.count(Change::Foreign) > 0;
            let differs = arguments.check && report.publication.is_change();
            if report.findings.has_errors() || foreign || differs {
                Exit::Incomplete
            } else {
                Exit::UpToDate
            }
        }
        Err(error) => stopped(&printer, &settings, error, &signal),
    }
}

/// Says why a run stopped, unless it was told to: then the program ends by the signal, as the shell
/// expects it.
fn stopped(printer: &Printer, settings: &Settings, error: Error, signal: &AtomicUsize) -> Exit {
    if matches!(error, Error::Interrupted) {
        let number = i32::try_from(signal.load(Ordering::Relaxed));
        let _ = number.map(signal_hook::low_level::emulate_default_handler);
    }
    failed(printer, settings, error)
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

/// Notes the first signal that asks to end; a second one ends the program at once. Where a handler
/// cannot be set the first one does, which harms no feed either.
fn catch_signals(signal: &Arc<AtomicUsize>) {
    let again = Arc::new(AtomicBool::new(false));
    for (number, code) in [(SIGHUP, 1), (SIGINT, 2), (SIGTERM, 15)] {
        // `nohup` and shells start programs with signals ignored that are not meant for them.
        if !is_ignored(code) {
            let _ = flag::register_conditional_default(number, Arc::clone(&again));
            let _ = flag::register(number, Arc::clone(&again));
            let _ = flag::register_usize(number, Arc::clone(signal), code);
        }
    }
    // A file that grows beyond the limit of the process is an error like a full disk.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Whether a signal is ignored since the start of the program, as Linux tells it.
fn is_ignored(number: usize) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}

/// Flags and environment over `feedmill.yaml` over defaults.
fn settings(arguments: &FeedArgs, formats: Option<&FormatArgs>) -> anyhow::Result<Settings> {
    let settings = configuration(arguments, formats)?.into_settings(clock()?)?;
    Ok(with_hidden(arguments, settings))
}

/// Flags and environment over `feedmill.yaml`.
fn configuration(arguments: &FeedArgs, formats: Option<&FormatArgs>) -> anyhow::Result<Config> {
    let file = match &arguments.config {
        Some(path) => read_config(path)?,
        None if Path::new(CONFIG_FILE).symlink_metadata().is_ok() => {
            read_config(Path::new(CONFIG_FILE))?
        }
        None => Config::default(),
    };
    let format = formats.and_then(|formats| formats.format.clone());
    let mut config = Config { format, ..arguments.to_config() }.or(file);
    config.cache_dir =
        if arguments.no_cache { None } else { config.cache_dir.or_else(cache_folder) };
    Ok(config)
}

fn clock() -> anyhow::Result<Timestamp> {
    #[expect(clippy::disallowed_methods, reason = "the clock enters here and nowhere else")]
    let clock = SystemTime::now();
    Timestamp::from_system(clock).context("the clock is out of range")
}

/// The settings that only comparisons change.
fn with_hidden(arguments: &FeedArgs, mut settings: Settings) -> Settings {
    if arguments.yaml_only {
        settings.dialect.yaml = YamlReader::Crate;
    }
    settings
}

/// Where systemd or the user wants what can be lost.
fn cache_folder() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "only the program reads the environment")]
    let folder = |name: &str| {
        let value = std::env::var_os(name)?;
        // systemd may name several.
        let first = std::env::split_paths(&value).next()?;
        first.is_absolute().then_some(first)
    };
    let own = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    folder("CACHE_DIRECTORY").or_else(|| Some(own()?.join("feedmill")))
}

const CONFIG_FILE: &str = "feedmill.yaml";

fn read_config(path: &Path) -> anyhow::Result<Config> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Config::parse(&text, folder).with_context(|| path.display().to_string())
}
