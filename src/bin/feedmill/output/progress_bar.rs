//! Progress: a line on the terminal during long runs. The only module that uses the `indicatif` crate.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use feedmill::{Monitor, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::signals::Signal;

/// Shows the progress of a run, and stops it when a signal arrives.
pub(crate) struct Bar<'s> {
    signal: &'s Signal,
    /// `None` if stderr is not shown to anybody.
    line: Option<ProgressBar>,
    is_shown: AtomicBool,
}

/// How often the line is drawn, per second.
const DRAW_RATE: u8 = 10;

/// Shorter runs show no progress.
const DELAY: Duration = Duration::from_millis(500);

impl<'s> Bar<'s> {
    /// A line on stderr if `is_visible`.
    pub(crate) fn new(signal: &'s Signal, is_visible: bool) -> Bar<'s> {
        let line = is_visible.then(ProgressBar::hidden);
        Bar { signal, line, is_shown: AtomicBool::new(false) }
    }

    /// Removes the line.
    pub(crate) fn finish(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

impl Monitor for Bar<'_> {
    fn stop(&self) -> bool {
        self.signal.has_arrived()
    }

    fn progress(&self, step: Progress) {
        let Some(line) = &self.line else { return };
        let (what, count) = match step {
            Progress::Files(count) => ("files", count),
            Progress::Feeds(count) => ("feeds", count),
            Progress::File | Progress::Feed => {
                line.inc(1);
                if line.elapsed() > DELAY && !self.is_shown.swap(true, Ordering::Relaxed) {
                    line.set_draw_target(ProgressDrawTarget::stderr_with_hz(DRAW_RATE));
                }
                return;
            }
        };
        let template = format!("{what} {{bar:30}} {{human_pos}} of {{human_len}}");
        let style = ProgressStyle::with_template(&template);
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        line.set_length(count as u64);
        line.set_position(0);
    }
}
