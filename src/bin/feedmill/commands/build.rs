//! `feedmill build`: builds the feeds, writes those that changed, and pings a hub about them.

use std::time::Instant;

use anyhow::anyhow;
use feedmill::{Diagnostic, Monitor as _};

use crate::args::BuildArgs;
use crate::load_settings::clock;
use crate::output::{metrics, printer::Printer, summary::no_feed};
use crate::{Exit, command, websub};

pub(crate) fn build(arguments: &BuildArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.json);
    let start = Instant::now();
    let mut built = None;
    let exit = command(&printer, &arguments.feeds, |settings, bar| {
        let publishing = arguments.publishing(printer.faults());
        let mut report = feedmill::run(settings, publishing, bar)?;
        bar.finish();
        let publication = &mut report.publication;
        websub::ping_changed(settings, publishing.locking, publication, || bar.stop());
        printer.report(settings, &report);
        let counts = &report.stats.counts;
        let is_empty = report.feeds.is_empty() && counts.files > 0;
        if is_empty {
            printer.error(&anyhow!(no_feed(settings, counts)));
        }
        let is_blocked = report.publication.has_foreign_feed();
        let differs = arguments.check && report.publication.is_change();
        let has_errors = report.diagnostics().any(Diagnostic::is_error);
        let is_incomplete = has_errors || is_empty || is_blocked || differs;
        built = Some(report);
        Ok(if is_incomplete { Exit::Incomplete } else { Exit::UpToDate })
    });
    if let Some(file) = &arguments.metrics {
        let took = start.elapsed();
        let result = clock().and_then(|now| metrics::write(file, exit, now, took, built.as_ref()));
        if let Err(error) = result {
            printer.error(&error);
        }
    }
    exit
}
