//! Progress and cancellation: how the caller of a run sees how far it is, and stops it.

/// Watches a run. A function that says whether to stop is a monitor.
pub trait Monitor: Sync {
    /// Whether the run must stop. The run asks between files.
    fn stop(&self) -> bool;

    /// Called at each step, from any thread and in any order.
    fn progress(&self, _step: Progress) {}
}

impl<F: Fn() -> bool + Sync> Monitor for F {
    fn stop(&self) -> bool {
        self()
    }
}

/// A step of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The scan of this many files begins.
    Files(usize),
    /// A file has been scanned.
    File,
    /// The build of this many feeds begins; all others are unchanged.
    Feeds(usize),
    /// A feed has been built.
    Feed,
}
