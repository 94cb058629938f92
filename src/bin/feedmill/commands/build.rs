//! `feedmill build`: builds the feeds, writes those that changed, and tells a hub of them.

use std::time::Instant;

use feedmill::Monitor as _;

use crate::args::BuildArgs;
use crate::output::metrics::{self, Metrics};
use crate::output::printer::Printer;
use crate::settings::clock;
use crate::{Exit, command, websub};

pub(crate) fn build(arguments: &BuildArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.json);
    let began = Instant::now();
    let mut metrics = None;
    let exit = command(&printer, &arguments.feeds, Some(&arguments.formats), |settings, watch| {
        let publishing = arguments.publishing();
        let mut report = feedmill::run(settings, publishing, watch)?;
        watch.finish();
        let stop = || watch.stop();
        websub::announce(settings, publishing.locking, &mut report.publication, stop);
        printer.report(settings, &report);
        metrics = arguments.metrics.as_ref().map(|_| Metrics::of(&report));
        let foreign = report.publication.has_foreign_feed();
        let differs = arguments.check && report.publication.is_change();
        let incomplete = report.stats.has_errors() || foreign || differs;
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
