//! `feedmill build`: builds the feeds, writes those that changed, and pings a hub about them.

use std::path::Path;
use std::time::Instant;

use anyhow::anyhow;
use feedmill::{Diagnostic, Locking, Monitor as _, Report, Settings};

use crate::args::BuildArgs;
use crate::load_settings::clock;
use crate::output::progress_bar::Bar;
use crate::output::{metrics, printer::Printer, summary::no_feed};
use crate::{Exit, command, websub};

pub(crate) fn build(arguments: &BuildArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.json);
    let start = Instant::now();
    let mut built = None;
    let exit = command(&printer, &arguments.feeds, |settings, bar| {
        let publishing = arguments.publishing(printer.faults());
        let report = feedmill::run(settings, publishing, bar)?;
        let (locking, fails_if_changed) = (publishing.locking, arguments.check);
        let (exit, report) = conclude(settings, report, locking, fails_if_changed, &printer, bar);
        built = Some(report);
        Ok(exit)
    });
    write_metrics(arguments.metrics.as_deref(), exit, start, built.as_ref(), &printer);
    exit
}

/// Pings the hub about a run, and reports it.
pub(super) fn conclude(
    settings: &Settings,
    mut report: Report,
    locking: Locking,
    fails_if_changed: bool,
    printer: &Printer,
    bar: &Bar<'_>,
) -> (Exit, Report) {
    bar.finish();
    websub::ping_changed(settings, locking, &mut report.publication, || bar.stop());
    printer.report(settings, &report);
    let counts = &report.stats.counts;
    let is_empty = report.feeds.is_empty() && counts.files > 0;
    if is_empty {
        printer.error(&anyhow!(no_feed(settings, counts)));
    }
    let is_blocked = report.publication.has_foreign_feed();
    let differs = fails_if_changed && report.publication.is_change();
    let has_errors = report.diagnostics().any(Diagnostic::is_error);
    let is_incomplete = has_errors || is_empty || is_blocked || differs;
    (if is_incomplete { Exit::Incomplete } else { Exit::UpToDate }, report)
}

/// Writes the metrics of a run, if a file is given for them.
pub(super) fn write_metrics(
    file: Option<&Path>,
    exit: Exit,
    start: Instant,
    report: Option<&Report>,
    printer: &Printer,
) {
    let Some(file) = file else { return };
    let took = start.elapsed();
    let result = clock().and_then(|now| metrics::write(file, exit, now, took, report));
    if let Err(error) = result {
        printer.error(&error);
    }
}
