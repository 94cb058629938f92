//! Signals: the first one that asks to end lets a run end well, the second one ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{flag, low_level};

/// The first signal that came, if one did.
pub(crate) struct Signal(Arc<AtomicUsize>);

impl Signal {
    /// Begins to note signals. Where a handler cannot be set the first one ends the program, which
    /// harms no feed either.
    pub(crate) fn noted() -> Signal {
        let signal = Arc::new(AtomicUsize::new(0));
        let again = Arc::new(AtomicBool::new(false));
        for (number, code) in [(SIGHUP, 1), (SIGINT, 2), (SIGTERM, 15)] {
            // `nohup` and shells start programs with signals ignored that are not meant for them.
            if !is_ignored(code) {
                let _ = flag::register_conditional_default(number, Arc::clone(&again));
                let _ = flag::register(number, Arc::clone(&again));
                let _ = flag::register_usize(number, Arc::clone(&signal), code);
            }
        }
        // A file that grows beyond the limit of the process is an error like a full disk.
        let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        Signal(signal)
    }

    /// Whether one came.
    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Ends the program by the signal that came, as the shell expects it.
    pub(crate) fn end_by_it(&self) {
        let number = i32::try_from(self.0.load(Ordering::Relaxed));
        let _ = number.map(low_level::emulate_default_handler);
    }
}

/// Whether a signal is ignored since the start of the program, as Linux tells it.
fn is_ignored(number: usize) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}
