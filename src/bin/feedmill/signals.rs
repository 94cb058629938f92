//! Signals: the first one lets a run end cleanly, the second one ends the program at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{flag, low_level};

/// The number of the first signal that arrived, or 0.
pub(crate) struct Signal(Arc<AtomicUsize>);

impl Signal {
    /// Installs the handlers. If one cannot be installed, its signal ends the program at once, which
    /// damages no feed either.
    pub(crate) fn listen() -> Signal {
        let signal = Arc::new(AtomicUsize::new(0));
        let again = Arc::new(AtomicBool::new(false));
        for (number, code) in [(SIGHUP, 1), (SIGINT, 2), (SIGTERM, 15)] {
            // `nohup` and shells start programs with some signals ignored on purpose.
            if !is_ignored(code) {
                let _ = flag::register_conditional_default(number, Arc::clone(&again));
                let _ = flag::register(number, Arc::clone(&again));
                let _ = flag::register_usize(number, Arc::clone(&signal), code);
            }
        }
        // Exceeding the file size limit of the process becomes an error like a full disk.
        let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        Signal(signal)
    }

    pub(crate) fn has_arrived(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Ends the program by the signal that arrived, so that the shell sees which one it was.
    pub(crate) fn raise(&self) {
        let number = i32::try_from(self.0.load(Ordering::Relaxed));
        let _ = number.map(low_level::emulate_default_handler);
    }
}

/// Whether the program was started with a signal ignored (Linux).
fn is_ignored(number: usize) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}
