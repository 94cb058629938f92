//! `feedmill finish`: lists the feeds of all reducers, removes others, and pings a hub.

use std::io::{self, BufReader};
use std::time::Instant;

use feedmill::{Finishing, Removals};

use super::build::{conclude, write_metrics};
use crate::args::FinishArgs;
use crate::output::printer::Printer;
use crate::{Exit, command, load_settings};

pub(crate) fn finish(arguments: &FinishArgs) -> Exit {
    let printer = Printer::new(&arguments.output, arguments.json);
    let start = Instant::now();
    let config = match load_settings::configuration(&arguments.feeds) {
        Ok(config) => config,
        Err(error) => return printer.fail(&error, Exit::Usage),
    };
    let finishing = Finishing {
        locking: arguments.lock.locking(),
        removals: if arguments.allow_removals { Removals::Allow } else { Removals::Guarded },
        private: arguments.private.clone(),
        adopts_now: config.now.is_none(),
    };
    let mut finished = None;
    let exit = command(&printer, &arguments.feeds, |settings, bar| {
        let input = BufReader::new(io::stdin());
        let report = feedmill::finish(settings, input, &finishing, bar)?;
        let (exit, report) = conclude(settings, report, finishing.locking, false, &printer, bar);
        finished = Some(report);
        Ok(exit)
    });
    write_metrics(arguments.metrics.as_deref(), exit, start, finished.as_ref(), &printer);
    exit
}
