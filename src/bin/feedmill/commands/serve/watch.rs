//! Waits until articles change. The only module that uses the `notify` crate.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use feedmill::Settings;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::load_settings::CONFIG_FILE;

/// Events that are closer together are one change: editors write a file several times to save it.
const QUIET_TIME: Duration = Duration::from_millis(200);

/// A change is reported after this time even if events go on, for example those of a log file.
const MAX_DELAY: Duration = Duration::from_secs(2);

pub(super) struct Watch {
    _watcher: RecommendedWatcher,
    changes: Receiver<()>,
}

impl Watch {
    /// Watches everything below the sources, except the output folder, and the configuration file.
    pub(super) fn new(settings: &Settings, config: Option<&Path>) -> anyhow::Result<Watch> {
        let config = absolute(config.unwrap_or(Path::new(CONFIG_FILE)));
        let output = absolute(&settings.output);
        let mut sources: Vec<PathBuf> = settings.source.iter().map(|path| absolute(path)).collect();
        // The site may be rendered again after its source has changed.
        let rendered = settings.rendered.iter().flat_map(|pages| &pages.folders);
        let rendered = rendered.map(|path| absolute(path)).filter(|path| path.exists());
        let rendered: Vec<PathBuf> = rendered
            .filter(|path| !sources.iter().any(|source| path.starts_with(source)))
            .collect();
        sources.extend(rendered);
        // The folder is watched, since a file that does not exist yet cannot be. A second watch of a
        // folder of the source would replace the recursive one.
        let is_in_source = |path: &Path| sources.iter().any(|source| path.starts_with(source));
        let config_folder = config.parent().filter(|path| path.exists() && !is_in_source(path));
        let config_folder = config_folder.map(Path::to_owned);
        let folders = sources.clone();
        let (sender, changes) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let is_watched = |path: &PathBuf| {
                *path == config
                    || !path.starts_with(&output)
                        && folders.iter().any(|source| path.starts_with(source))
            };
            let is_change = event.is_ok_and(|event| {
                // After an overflow nobody knows which events were lost.
                event.need_rescan() || !event.kind.is_access() && event.paths.iter().any(is_watched)
            });
            if is_change {
                // Sending fails only if nobody waits any more.
                let _ = sender.send(());
            }
        })?;
        for source in &sources {
            watcher.watch(source, RecursiveMode::Recursive)?;
        }
        if let Some(folder) = config_folder {
            watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        }
        Ok(Watch { _watcher: watcher, changes })
    }

    /// Waits for a change and for the quiet time after it. Returns `false` as soon as `stop` does not
    /// want to wait any longer.
    pub(super) fn wait(&self, stop: impl Fn() -> bool) -> bool {
        let mut first = None;
        while !stop() {
            let is_overdue = first.is_some_and(|first: Instant| first.elapsed() > MAX_DELAY);
            match self.changes.recv_timeout(QUIET_TIME) {
                Ok(()) if !is_overdue => first = first.or_else(|| Some(Instant::now())),
                Err(RecvTimeoutError::Timeout) if first.is_none() => {}
                Ok(()) | Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        false
    }
}

/// Makes a path absolute, as the paths of events are.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
