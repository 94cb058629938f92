//! `feedmill serve`: a look at the feeds before they are published.
//!
//! The main thread builds, waits for a change and builds again, while another one answers requests
//! from the folder that is built into. Since files are replaced whole, they share nothing else.

mod files;
mod watch;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use anyhow::Context as _;
use feedmill::{Change, Error, Locking, Mode, Publication, Publishing, Removals, Settings};

use self::watch::Watch;
use crate::args::ServeArgs;
use crate::report::{Printer, say};
use crate::setup::{clock, configuration, with_hidden};
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
    let watch = Watch::of(&settings.source, arguments.feeds.config.as_deref(), &settings.output);
    if let Err(error) = build(arguments, printer, &settings, &stop) {
        return Ok(failed(printer, &settings, error));
    }
    files::serve(listener, &settings.output)?;
    let url = local_url(address);
    say(&format!(
        "serving {} at {url}\nfor a reader: {url}feeds.opml\nCtrl-C stops\n",
        settings.output.display(),
    ));
    let watch = watch.context("changes cannot be watched")?;
    while watch.wait(&stop) {
        // The configuration may have changed as well.
        match self::settings(arguments, address, scratch.path()) {
            Ok(changed) => settings = Settings { output: settings.output, ..changed },
            Err(error) => {
                printer.error(&error);
                continue;
            }
        }
        match build(arguments, printer, &settings, &stop) {
            Ok(publication) => changes(&publication).iter().for_each(|changes| say(changes)),
            Err(Error::Interrupted) => break,
            Err(error) => {
                failed(printer, &settings, error);
            }
        }
    }
    Ok(Exit::UpToDate)
}

/// The settings of a build, but for a folder that nobody else knows, the address of the server and no
/// hub: looking at feeds must not publish them.
fn settings(
    arguments: &ServeArgs,
    address: SocketAddr,
    scratch: &Path,
) -> anyhow::Result<Settings> {
    let mut config = configuration(&arguments.feeds, Some(&arguments.formats))?;
    config.hub = None;
    // A folder that was asked for holds what `build` would make there.
    if arguments.feeds.out.is_none() {
        config.out = Some(scratch.join("feeds"));
        config.cache_dir = config.cache_dir.map(|_| scratch.join("cache"));
        config.base_url = Some(local_url(address));
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
    let own = arguments.feeds.out.is_none();
    let removals = if own { Removals::Allow } else { Removals::Guarded };
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

/// Where the server is for programs on this machine.
fn local_url(address: SocketAddr) -> String {
    let any = address.ip().is_unspecified();
    let host = if any { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    format!("http://{}/", SocketAddr::new(host, address.port()))
}
