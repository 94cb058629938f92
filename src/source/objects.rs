//! Articles in object storage.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{
    Contents, Listing, ReadError, Version, holds_records, is_article_name, is_excluded,
    is_skipped_name, unreadable,
};
use crate::error::Error;
use crate::objects::{self, Object, ObjectFacts, ObjectFolder};
use crate::types::{PathPatterns, Problem, limits};

/// The objects of a listing, by their paths: `s3://bucket/news/a.md`.
#[derive(Debug, Default)]
pub(crate) struct ObjectFiles {
    folders: Vec<ObjectFolder>,
    files: HashMap<PathBuf, ObjectFile>,
    /// The bytes of objects that were read, while there is room. An article that is in a feed is read twice,
    /// and a request costs far more than the memory.
    kept: Mutex<KeptObjects>,
}

#[derive(Debug, Default)]
struct KeptObjects {
    objects: HashMap<PathBuf, (Vec<u8>, ObjectFacts)>,
    bytes: usize,
}

/// Bytes of objects that are kept, at most.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug)]
struct ObjectFile {
    /// The index of its folder.
    folder: usize,
    object: Object,
}

impl ObjectFiles {
    /// What tells the version of an object apart that was listed; `None` if a path is not of an object.
    pub(crate) fn facts(&self, path: &Path) -> Option<&ObjectFacts> {
        Some(&self.files.get(path)?.object.facts)
    }

    /// Reads an object; `None` if a path is not of one.
    pub(crate) fn read<'b>(
        &self,
        path: &Path,
        buffer: &'b mut Vec<u8>,
    ) -> Option<Result<Contents<'b>, ReadError>> {
        let file = self.files.get(path)?;
        let kept = self.kept.lock().ok().and_then(|kept| kept.objects.get(path).cloned());
        let got = kept.map_or_else(
            || self.get(path, file, limits::FILE_BYTES).inspect(|got| self.keep(path, got)),
            Ok,
        );
        Some(got.map(|(bytes, facts)| {
            *buffer = bytes;
            Contents { bytes: buffer, version: Some(Version::Object(facts)), path: None }
        }))
    }

    /// Keeps the bytes of an object for the next reading, if there is room.
    fn keep(&self, path: &Path, got: &(Vec<u8>, ObjectFacts)) {
        if let Ok(mut kept) = self.kept.lock()
            && kept.bytes + got.0.len() <= KEPT_BYTES
        {
            kept.bytes += got.0.len();
            kept.objects.insert(path.to_owned(), got.clone());
        }
    }

    /// A copy of an object on this machine that nobody else can open; `None` if a path is not of one.
    pub(crate) fn copy(&self, path: &Path) -> Option<Result<(File, Version), ReadError>> {
        let file = self.files.get(path)?;
        let write = |bytes: &[u8]| -> io::Result<File> {
            let mut file = tempfile::tempfile()?;
            file.write_all(bytes)?;
            file.rewind()?;
            Ok(file)
        };
        Some(self.get(path, file, u64::MAX).and_then(|(bytes, facts)| {
            let file = write(&bytes).map_err(|error| ReadError::from_io(path, error))?;
            Ok((file, Version::Object(facts)))
        }))
    }

    fn get(
        &self,
        path: &Path,
        file: &ObjectFile,
        max: u64,
    ) -> Result<(Vec<u8>, ObjectFacts), ReadError> {
        let folder = self.folders.get(file.folder);
        let folder = folder.ok_or_else(|| ReadError::from(Problem::NotAFile))?;
        if file.object.facts.size > max {
            return Err(ReadError::from(Problem::FileLarge));
        }
        let got = folder.get(&file.object.name);
        got.map_err(|error| ReadError::from_io(path, error))
    }
}

impl Listing {
    /// Adds the objects below an address, or the one object that it names.
    pub(super) fn add_objects(
        &mut self,
        address: &Path,
        output: &Path,
        excluded: &[PathPatterns],
    ) -> Result<(), Error> {
        let name = address.file_name().unwrap_or_default().to_str().unwrap_or_default();
        let is_object = is_article_name(name.as_bytes()) || holds_records(address);
        let root = if is_object { objects::parent_of(address) } else { address.to_owned() };
        let failed = |error| unreadable(address, error);
        let folder = ObjectFolder::open(&root).map_err(failed)?;
        let mut found = if is_object {
            vec![folder.find(name).map_err(failed)?]
        } else {
            folder.list().map_err(failed)?
        };
        if found.is_empty() {
            return Err(unreadable(address, io::Error::other("nothing is stored there")));
        }
        found.retain(|object| {
            let path = objects::path_of(&root, &object.name);
            is_object
                || is_article_name(object.name.as_bytes())
                    && !object.name.split('/').any(|part| is_skipped_name(part.as_bytes()))
                    && !path.starts_with(output)
                    && !is_excluded(excluded, &path, false)
        });
        let index = self.objects.folders.len();
        self.objects.folders.push(folder);
        for object in found {
            let path = objects::path_of(&root, &object.name);
            self.files.push(path.clone());
            self.objects.files.insert(path, ObjectFile { folder: index, object });
        }
        Ok(())
    }
}
