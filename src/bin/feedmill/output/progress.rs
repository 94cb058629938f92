//! Progress: a line on the terminal, while a run takes so long that somebody may wonder.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use feedmill::{Monitor, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::signals::Signal;

/// Watches a run for a signal, and shows how far it is.
pub(crate) struct Bar<'s> {
    signal: &'s Signal,
    /// Where nobody looks there is none.
    line: Option<ProgressBar>,
    is_shown: AtomicBool,
}

/// How often the line is drawn, in times per second.
const DRAWN: u8 = 10;

/// A run that is shorter shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

impl<'s> Bar<'s> {
    /// The line is on stderr; `wanted` says whether there is one.
    pub(crate) fn new(signal: &'s Signal, wanted: bool) -> Bar<'s> {
        let line = wanted.then(ProgressBar::hidden);
        Bar { signal, line, is_shown: AtomicBool::new(false) }
    }

    /// Takes the line away again.
    pub(crate) fn finish(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }

    fn begin(&self, what: &'static str, count: usize) {
        let Some(line) = &self.line else { return };
        let template = format!("{what} {{bar:30}} {{human_pos}} of {{human_len}}");
        let style = ProgressStyle::with_template(&template);
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        line.set_length(count as u64);
        line.set_position(0);
    }

    fn step(&self) {
        let Some(line) = &self.line else { return };
        line.inc(1);
        if line.elapsed() > PATIENCE && !self.is_shown.swap(true, Ordering::Relaxed) {
            line.set_draw_target(ProgressDrawTarget::stderr_with_hz(DRAWN));
        }
    }
}

impl Monitor for Bar<'_> {
    fn stop(&self) -> bool {
        self.signal.came()
    }

    fn progress(&self, step: Progress) {
        match step {
            Progress::Files(count) => self.begin("files", count),
            Progress::Feeds(count) => self.begin("feeds", count),
            Progress::File | Progress::Feed => self.step(),
        }
    }
}
