//! `feedmill serve`: a look at the feeds before they are published.
//!
//! The main thread builds, waits for a change and builds again, while another one answers requests
//! from the folder that is built into. Since files are replaced whole, they share nothing else.

mod files;
mod watch;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use feedmill::{Change, Error, Locking, Mode, Publication, Publishing, Removals, Settings};

use self::watch::Watch;
use crate::args::ServeArgs;
use crate::output::printer::{Printer, print};
use crate::settings::{clock, configuration, with_hidden};
use crate::signals::Signal;
use crate::{Exit, failed};

pub(crate) fn serve(arguments: &ServeArgs) -> Exit {
    let printer = Printer::new(&arguments.output, false);
    let signal = Signal::noted();
    match preview(arguments, &printer, || signal.came()) {
        Ok(exit) => exit,
        Err(error) => {
            printer.error(&error);
            Exit::Stopped
        }
    }
}

fn preview(
    arguments: &ServeArgs,
    printer: &Printer,
    stop: impl Fn() -> bool + Sync,
) -> anyhow::Result<Exit> {
    let asked = SocketAddr::new(arguments.host, arguments.port);
    let listener = TcpListener::bind(asked).with_context(|| {
        format!("cannot listen on {asked}; --port gives another port, 0 one that is free")
    })?;
    let address = listener.local_addr()?;
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut settings = match settings(arguments, address, scratch.path()) {
        Ok(settings) => settings,
        Err(error) => {
            printer.error(&error);
            return Ok(Exit::Usage);
        }
    };
    // Before the first look at the articles, or a change meanwhile would go unseen.
    let mut watch = watched(arguments, &settings);
    match build(arguments, printer, &settings, &stop) {
        Ok(_) => {}
        Err(Error::Interrupted) => return Ok(Exit::UpToDate),
        Err(error) => return Ok(failed(printer, &settings, error)),
    }
    files::serve(listener, &settings.output)?;
    let any = address.ip().is_unspecified();
    let url = if any { base_url(address) } else { format!("http://{address}/") };
    print(&format!(
        "serving {} at {url}\nfor a reader: {url}feeds.opml\nCtrl-C stops\n",
        settings.output.display(),
    ));
    if let Err(error) = &watch {
        printer.error(&anyhow!("changes cannot be watched, and are looked for: {error}"));
    }
    while wait(&watch, &settings.source, &stop) {
        // The configuration may have changed as well, and with it the source.
        match self::settings(arguments, address, scratch.path()) {
            Ok(changed) => settings = changed,
            Err(error) => {
                printer.error(&error);
                continue;
            }
        }
        // Anew, since a folder may be another one than it was.
        watch = watched(arguments, &settings);
        match build(arguments, printer, &settings, &stop) {
            Ok(publication) => changes(&publication).iter().for_each(|changes| print(changes)),
            Err(Error::Interrupted) => break,
            Err(error) => {
                failed(printer, &settings, error);
            }
        }
    }
    Ok(Exit::UpToDate)
}

fn watched(arguments: &ServeArgs, settings: &Settings) -> anyhow::Result<Watch> {
    Watch::of(&settings.source, arguments.feeds.config.as_deref(), &settings.output)
}

/// Waits for a change, or where changes cannot be watched for some time and for the source to be
/// there; `false` to end.
fn wait(watch: &anyhow::Result<Watch>, sources: &[PathBuf], stop: impl Fn() -> bool) -> bool {
    if let Ok(watch) = watch {
        return watch.wait(stop);
    }
    while !stop() {
        std::thread::sleep(LOOK_PAUSE);
        if sources.iter().all(|source| source.exists()) {
            return true;
        }
    }
    false
}

/// Between two looks at a source that cannot be watched, such as one that is not there.
const LOOK_PAUSE: Duration = Duration::from_secs(1);

/// The settings of a build, but for a folder that nobody else knows, the address of the server and no
/// hub: looking at feeds must not publish them.
fn settings(
    arguments: &ServeArgs,
    address: SocketAddr,
    scratch: &Path,
) -> anyhow::Result<Settings> {
    let mut config = configuration(&arguments.feeds, Some(&arguments.formats))?;
    // A folder that was asked for holds what `build` would make there.
    if !arguments.into_folder {
        config.hub = None;
        config.out = Some(scratch.join("feeds"));
        config.cache_dir = config.cache_dir.map(|_| scratch.join("cache"));
        config.base_url = Some(base_url(address));
    }
    Ok(with_hidden(&arguments.feeds, config.into_settings(clock()?)?))
}

fn build(
    arguments: &ServeArgs,
    printer: &Printer,
    settings: &Settings,
    stop: &(impl Fn() -> bool + Sync),
) -> Result<Publication, Error> {
    // A folder of ours may lose whatever it holds.
    let removals = if arguments.into_folder { Removals::Guarded } else { Removals::Allow };
    let publishing = Publishing { mode: Mode::Write, locking: Locking::Wait, removals };
    let report = feedmill::run(settings, publishing, stop)?;
    printer.report(settings, &report);
    Ok(report.publication)
}

/// `3 files changed, 1 removed`; nothing if nothing did.
fn changes(publication: &Publication) -> Option<String> {
    let written = publication.count(Change::Added) + publication.count(Change::Replaced);
    let removed = publication.count(Change::Removed);
    publication.is_change().then(|| format!("{written} files changed, {removed} removed\n"))
}

/// Where the server is for readers on this machine.
fn base_url(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if !ip.is_unspecified() => format!("http://{address}/"),
        // Feeds have no addresses with colons in the host, since readers stumble over them.
        _ => format!("http://localhost:{}/", address.port()),
    }
}
