//! Waits for articles to change. The only module that uses the `notify` crate.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::settings::CONFIG_FILE;

/// An editor that saves a file changes it several times: what follows within so much time is one
/// change.
const QUIET: Duration = Duration::from_millis(200);

/// Where something changes all the time, such as a log, changes are built after so much time.
const MAX_PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct Watch {
    _watcher: RecommendedWatcher,
    changes: Receiver<()>,
}

impl Watch {
    /// Watches everything below the sources but the output folder, and the configuration.
    pub(super) fn of(
        sources: &[PathBuf],
        config: Option<&Path>,
        output: &Path,
    ) -> anyhow::Result<Watch> {
        let [output, config] = [output, config.unwrap_or(Path::new(CONFIG_FILE))].map(absolute);
        let sources: Vec<PathBuf> = sources.iter().map(|source| absolute(source)).collect();
        // A file that is not there yet cannot be watched.
        let config_folder = config.parent().map(Path::to_owned).filter(|folder| folder.exists());
        let below = sources.clone();
        let (sender, changes) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let matters = |path: &PathBuf| {
                *path == config
                    || !path.starts_with(&output)
                        && below.iter().any(|source| path.starts_with(source))
            };
            // Looking at a file is no change; what got lost may be one.
            let is_change = event.is_ok_and(|event| {
                event.need_rescan() || !event.kind.is_access() && event.paths.iter().any(matters)
            });
            if is_change {
                // Nobody is waiting any more when this fails.
                let _ = sender.send(());
            }
        })?;
        for source in &sources {
            watcher.watch(source, RecursiveMode::Recursive)?;
        }
        // To watch a folder again takes the place of watching it with all below.
        let config_folder =
            config_folder.filter(|folder| !sources.iter().any(|source| folder.starts_with(source)));
        if let Some(folder) = config_folder {
            watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        }
        Ok(Watch { _watcher: watcher, changes })
    }

    /// Waits until something has changed and is quiet again, or does not become quiet; `false` once
    /// `stop` says so.
    pub(super) fn wait(&self, stop: impl Fn() -> bool) -> bool {
        let mut first = None;
        while !stop() {
            let has_waited = first.is_some_and(|first: Instant| first.elapsed() > MAX_PATIENCE);
            match self.changes.recv_timeout(QUIET) {
                Ok(()) if !has_waited => first = first.or_else(|| Some(Instant::now())),
                Err(RecvTimeoutError::Timeout) if first.is_none() => {}
                Ok(()) | Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        false
    }
}

/// Events name files by the path that was given, so it must not depend on where we are.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
