//! `feedmill serve`: a preview of the feeds.
//!
//! The main thread builds, waits for a change and builds again. Another thread answers requests from
//! the output folder. Files are always replaced whole, so the threads share nothing else.

mod files;
mod watch;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use feedmill::{Change, Error, Faults, Locking, Mode, Publication, Publishing, Removals, Settings};
use tempfile::TempDir;

use self::watch::Watch;
use crate::args::ServeArgs;
use crate::load_settings::{clock, configuration};
use crate::output::printer::{Printer, print};
use crate::output::summary::plural;
use crate::signals::Signal;
use crate::{Exit, stopped};

pub(crate) fn serve(arguments: &ServeArgs) -> Exit {
    let printer = Printer::new(&arguments.output, false);
    let signal = Signal::listen();
    preview(arguments, &printer, &signal)
        .unwrap_or_else(|error| printer.fail(&error, Exit::Stopped))
}

fn preview(arguments: &ServeArgs, printer: &Printer, signal: &Signal) -> anyhow::Result<Exit> {
    let requested = SocketAddr::new(arguments.host, arguments.port);
    let listener = TcpListener::bind(requested).with_context(|| {
        format!("cannot listen on {requested}; choose another port with --port, or 0 for any")
    })?;
    let address = listener.local_addr()?;
    let scratch = tempfile::tempdir().context("cannot create a temporary folder")?;
    let preview = Preview { arguments, printer, signal, address, scratch };
    let Some(mut settings) = preview.settings() else { return Ok(Exit::Usage) };
    // Watching begins before the first build, so that no change is missed.
    let config = arguments.feeds.config.as_deref();
    let mut watch = Watch::new(&settings, config);
    if let Err(exit) = preview.build(&settings) {
        return Ok(exit);
    }
    files::serve(listener, &settings.output)?;
    let is_any = address.ip().is_unspecified();
    let url = if is_any { base_url(address) } else { format!("http://{address}/") };
    print(&format!(
        "serving {} at {url}\nfor a feed reader: {url}feeds.opml\npress Ctrl-C to stop\n",
        settings.output.display(),
    ));
    if let Err(error) = &watch {
        let effect = "cannot watch for changes, so feeds are rebuilt every second";
        printer.error(&anyhow!("{effect}: {error}"));
    }
    while preview.wait(&watch, &settings.source) {
        // The configuration may have changed too, and with it the source.
        let Some(changed) = preview.settings() else { continue };
        settings = changed;
        // A new watch, since another folder may have taken the place of the watched one.
        watch = Watch::new(&settings, config);
        if let Ok(publication) = preview.build(&settings) {
            print(&changes(&publication));
        }
    }
    Ok(Exit::UpToDate)
}

struct Preview<'a> {
    arguments: &'a ServeArgs,
    printer: &'a Printer,
    signal: &'a Signal,
    address: SocketAddr,
    scratch: TempDir,
}

impl Preview<'_> {
    /// The settings of `build`, but with a temporary output folder, the URL of the preview and no hub,
    /// so that nothing is published. With --out they are exactly the settings of `build`. `None` if
    /// there is an error, which is printed.
    fn settings(&self) -> Option<Settings> {
        let config = configuration(&self.arguments.feeds);
        let settings = config.and_then(|mut config| {
            if !self.has_out() {
                config.hub = None;
                config.out = Some(self.scratch.path().join("feeds"));
                config.cache_dir = config.cache_dir.map(|_| self.scratch.path().join("cache"));
                config.base_url = Some(base_url(self.address));
            }
            Ok(config.into_settings(clock()?)?)
        });
        settings.map_err(|error| self.printer.error(&error)).ok()
    }

    /// Whether --out is on the command line. The environment variable is meant for `build`.
    fn has_out(&self) -> bool {
        self.arguments.feeds.settings.has_flag("out")
    }

    /// Builds the feeds and prints the report or the error.
    fn build(&self, settings: &Settings) -> Result<Publication, Exit> {
        let removals = if self.has_out() { Removals::Guarded } else { Removals::Allow };
        let publishing =
            Publishing { mode: Mode::Write, locking: Locking::Wait, removals, faults: Faults::All };
        match feedmill::run(settings, publishing, &|| self.signal.has_arrived()) {
            Ok(report) => {
                self.printer.report(settings, &report);
                Ok(report.publication)
            }
            Err(Error::Interrupted) => Err(Exit::UpToDate),
            Err(error) => Err(stopped(self.printer, settings, error)),
        }
    }

    /// Waits for a change, or without a watch for a moment and until the source exists. Returns `false`
    /// if a signal arrives.
    fn wait(&self, watch: &anyhow::Result<Watch>, sources: &[PathBuf]) -> bool {
        let stop = || self.signal.has_arrived();
        if let Ok(watch) = watch {
            return watch.wait(stop);
        }
        while !stop() {
            std::thread::sleep(POLL_INTERVAL);
            if sources.iter().all(|source| source.exists()) {
                return true;
            }
        }
        false
    }
}

/// The time between two builds from a source that cannot be watched, such as a missing folder.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// `3 files changed, 1 removed`; empty if nothing changed.
fn changes(publication: &Publication) -> String {
    if !publication.is_change() {
        return String::new();
    }
    let written = publication.count(Change::Added) + publication.count(Change::Replaced);
    let removed = publication.count(Change::Removed);
    format!("{} changed, {removed} removed\n", plural(written, "file"))
}

/// The URL of the server for readers on this machine.
fn base_url(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if !ip.is_unspecified() => format!("http://{address}/"),
        // Some readers cannot handle URLs with an IPv6 address.
        _ => format!("http://localhost:{}/", address.port()),
    }
}
