//! Watching: how the caller of a run sees how far it is, and stops it.

/// Who watches a run. A function that says whether to stop is one.
pub trait Monitor: Sync {
    /// Whether the run is to stop; asked between files.
    fn stop(&self) -> bool;

    /// How far the run is. Told from any thread, so the order of the steps of one stage means
    /// nothing.
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
    /// So many files are going to be looked at.
    Files(usize),
    /// One more of them was.
    File,
    /// So many feeds are going to be made; all others are what they were.
    Feeds(usize),
    /// One more of them was.
    Feed,
}
