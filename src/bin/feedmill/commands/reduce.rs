//! `feedmill reduce`: publishes the feeds of the groups in sorted lines.

use std::io::{self, BufReader};

use feedmill::Reducing;

use crate::args::ReduceArgs;
use crate::output::printer::{Printer, lines};
use crate::{Exit, command, load_settings};

pub(crate) fn reduce(arguments: &ReduceArgs) -> Exit {
    let printer = Printer::new(&arguments.output, true);
    let config = match load_settings::configuration(&arguments.feeds) {
        Ok(config) => config,
        Err(error) => return printer.fail(&error, Exit::Usage),
    };
    let reducing = Reducing {
        locking: arguments.lock.locking(),
        shard: arguments.shard,
        private: arguments.private.clone(),
        adopts_now: config.now.is_none(),
    };
    command(&printer, &arguments.feeds, |settings, bar| {
        let input = BufReader::with_capacity(256 * 1024, io::stdin());
        feedmill::reduce(settings, input, lines(), &reducing, bar)?;
        Ok(Exit::UpToDate)
    })
}
