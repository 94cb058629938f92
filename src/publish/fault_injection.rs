//! Faults for the tests of publishing: each step that changes something asks here first.
//!
//! Outside of unit tests a step always goes on.

use std::io;

use tempfile::TempPath;

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests it fails")]
pub(super) fn step() -> io::Result<()> {
    Ok(())
}

/// Drops a temporary file; in tests a crash leaves it behind.
#[cfg(not(test))]
pub(super) fn forget(temporary: TempPath) {
    drop(temporary);
}

#[cfg(test)]
pub(super) use crash::{forget, step};

#[cfg(test)]
pub(super) mod crash {
    use std::cell::Cell;

    use super::{TempPath, io};

    thread_local! {
        static STEPS_LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
        static CRASHED: Cell<bool> = const { Cell::new(false) };
    }

    /// Lets so many steps happen on this thread, and none after them.
    pub(in crate::publish) fn after(steps: usize) {
        STEPS_LEFT.set(steps);
        CRASHED.set(false);
    }

    /// Whether the crash came; from now on steps happen again.
    pub(in crate::publish) fn happened() -> bool {
        STEPS_LEFT.set(usize::MAX);
        CRASHED.take()
    }

    pub(in crate::publish) fn step() -> io::Result<()> {
        if let Some(left) = STEPS_LEFT.get().checked_sub(1) {
            STEPS_LEFT.set(left);
            return Ok(());
        }
        CRASHED.set(true);
        Err(io::Error::other("crash"))
    }

    pub(in crate::publish) fn forget(temporary: TempPath) {
        if CRASHED.get() {
            let _ = temporary.keep();
        }
    }
}
