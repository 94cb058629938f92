//! The lock of an output folder.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use super::files::cannot_write;
use crate::error::Error;

/// A run holds the lock of this file while it writes to the folder.
pub(super) const LOCK_FILE: &str = ".feedmill.lock";

/// What to do while another run holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locking {
    /// Stop with [`Error::Locked`].
    Fail,
    /// Take no lock, for file systems that have none.
    Skip,
    /// Wait for the other run to end.
    Wait,
}

/// Whether others may write to the folder at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nobody else.
    Alone,
    /// Those that also share it.
    Shared,
}

/// The lock of a folder. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    /// Closing is not enough: a process that is being started may hold a copy for a moment.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Takes the lock of a folder.
pub(super) fn lock(
    directory: &Path,
    locking: Locking,
    access: Access,
    stop: impl Fn() -> bool,
) -> Result<Option<Lock>, Error> {
    if locking == Locking::Skip {
        return Ok(None);
    }
    let path = directory.join(LOCK_FILE);
    #[expect(clippy::disallowed_methods, reason = "only publish writes")]
    let mut options = File::options();
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let made = options.create(true).append(true).open(&path);
    let file = match made {
        // Another user made the file. The lock does not need write permission.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            options.create(false).append(false).read(true).open(&path)
        }
        made => made,
    };
    let file = file.map_err(|source| cannot_write(&path, source))?;
    loop {
        let lock = match access {
            Access::Alone => file.try_lock(),
            Access::Shared => file.try_lock_shared(),
        };
        match lock {
            Ok(()) => return Ok(Some(Lock(file))),
            Err(TryLockError::Error(source)) => return Err(Error::NoLock { path, source }),
            Err(TryLockError::WouldBlock) if locking == Locking::Fail => {
                return Err(Error::Locked { path: directory.to_owned() });
            }
            // A wait inside the system would not hear signals.
            Err(TryLockError::WouldBlock) if stop() => return Err(Error::Interrupted),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
        }
    }
}

/// The time between two attempts.
const LOCK_PAUSE: Duration = Duration::from_millis(100);
