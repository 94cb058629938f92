//! Object storage: folders of S3, Google Cloud Storage and Azure, as places of articles and feeds.
//!
//! An [`ObjectFolder`] is all objects of a bucket whose names begin alike. Each operation is one
//! request that blocks; whoever needs many at once calls from many threads. Nothing is kept between
//! two operations.

#[cfg(feature = "object-store")]
mod http;
#[cfg(feature = "object-store")]
mod store;
#[cfg(not(feature = "object-store"))]
#[path = "no_store.rs"]
mod store;

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use self::store::Store;

/// The kinds of object storage: how their addresses begin.
const SCHEMES: [&str; 3] = ["s3://", "gs://", "az://"];

/// Requests that are in flight at once.
pub(crate) const REQUESTS: usize = 64;

/// Whether a path is the address of a folder or a file in object storage.
pub(crate) fn is_address(path: &Path) -> bool {
    let path = path.as_os_str().as_encoded_bytes();
    SCHEMES.iter().any(|scheme| path.starts_with(scheme.as_bytes()))
}

/// What tells the versions of an object apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectFacts {
    /// In bytes.
    pub(crate) size: u64,
    /// When it was written.
    pub(crate) modified: SystemTime,
    /// Its entity tag, which changes with its bytes; empty if the storage has none.
    pub(crate) etag: String,
}

/// An object of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    /// Relative to the folder: `topic/ai.json`.
    pub(crate) name: String,
    pub(crate) facts: ObjectFacts,
}

/// What is said of an object when it is written.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "object-store"), expect(dead_code, reason = "nothing can be written"))]
pub(crate) struct Headers {
    pub(crate) content_type: &'static str,
    pub(crate) cache_control: &'static str,
}

/// A folder in object storage.
#[derive(Clone, Debug)]
pub(crate) struct ObjectFolder {
    store: Store,
    /// Ends with a slash, unless it is the bucket as a whole.
    prefix: String,
}

impl ObjectFolder {
    /// The folder with an address such as `s3://bucket/feeds`. Sends no request.
    ///
    /// # Errors
    ///
    /// If the address names no bucket, the environment lacks what the storage asks for, or this
    /// program was built without object storage.
    pub(crate) fn open(address: &Path) -> io::Result<ObjectFolder> {
        let invalid = |message| io::Error::new(io::ErrorKind::InvalidInput, message);
        let address = address.to_str().ok_or_else(|| invalid("the address is not UTF-8"))?;
        let (scheme, rest) = address.split_once("://").unwrap_or_default();
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(invalid("the address names no bucket"));
        }
        let parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
        if parts.iter().any(|part| matches!(*part, "." | "..")) {
            return Err(invalid("`.` and `..` mean nothing in object storage"));
        }
        let prefix = parts.iter().flat_map(|part| [part, "/"]).collect();
        Ok(ObjectFolder { store: Store::connect(scheme, bucket)?, prefix })
    }

    /// All objects of the folder, sorted by name. Those whose names no file could have are left out.
    pub(crate) fn list(&self) -> io::Result<Vec<Object>> {
        let mut objects = self.store.list(&self.prefix)?;
        objects.retain_mut(|object| match object.name.strip_prefix(&self.prefix) {
            Some(name) if is_file_name(name) => {
                object.name = name.to_owned();
                true
            }
            _ => false,
        });
        objects.sort_unstable_by(|object, other| object.name.cmp(&other.name));
        Ok(objects)
    }

    /// An object, without its bytes.
    pub(crate) fn find(&self, name: &str) -> io::Result<Object> {
        let facts = self.store.facts(&self.key(name))?;
        Ok(Object { name: name.to_owned(), facts })
    }

    /// The bytes of an object, and what tells this version apart.
    pub(crate) fn get(&self, name: &str) -> io::Result<(Vec<u8>, ObjectFacts)> {
        self.store.get(&self.key(name))
    }

    /// Writes an object. Returns its entity tag.
    pub(crate) fn put(&self, name: &str, bytes: Vec<u8>, headers: Headers) -> io::Result<String> {
        self.store.put(&self.key(name), bytes, headers)
    }

    /// Writes an object unless there is one; `None` if there is.
    pub(crate) fn create(&self, name: &str, bytes: Vec<u8>) -> io::Result<Option<String>> {
        self.store.create(&self.key(name), bytes)
    }

    /// Replaces the version of an object that has this entity tag; `None` if it has another by now.
    pub(crate) fn take_over(
        &self,
        name: &str,
        etag: &str,
        bytes: Vec<u8>,
    ) -> io::Result<Option<String>> {
        self.store.replace(&self.key(name), etag, bytes)
    }

    /// Removes an object, if it is there.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        self.store.delete(&self.key(name))
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// Whether a name could be the path of a file below a folder.
fn is_file_name(name: &str) -> bool {
    name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The path of an object below a folder.
pub(crate) fn path_of(folder: &Path, name: &str) -> PathBuf {
    let folder = folder.to_string_lossy();
    PathBuf::from(format!("{}/{name}", folder.trim_end_matches('/')))
}

/// The folder of an object.
pub(crate) fn parent_of(address: &Path) -> PathBuf {
    let address = address.to_string_lossy();
    let (folder, _) = address.rsplit_once('/').unwrap_or_default();
    PathBuf::from(folder)
}
