//! What stands in for the clients if the program is built without object storage: nothing can be
//! opened.

use std::convert::Infallible;
use std::io;

use super::{Headers, Object, ObjectFacts};

/// A bucket, of which there is none.
#[derive(Clone, Debug)]
pub(super) struct Store(Infallible);

impl Store {
    pub(super) fn connect(_: &str, _: &str) -> io::Result<Store> {
        let message = "this feedmill was built without object storage (feature object-store)";
        Err(io::Error::new(io::ErrorKind::Unsupported, message))
    }

    pub(super) fn list(&self, _: &str) -> io::Result<Vec<Object>> {
        match self.0 {}
    }

    pub(super) fn facts(&self, _: &str) -> io::Result<ObjectFacts> {
        match self.0 {}
    }

    pub(super) fn get(&self, _: &str) -> io::Result<(Vec<u8>, ObjectFacts)> {
        match self.0 {}
    }

    pub(super) fn put(&self, _: &str, _: Vec<u8>, _: Headers) -> io::Result<String> {
        match self.0 {}
    }

    pub(super) fn create(&self, _: &str, _: Vec<u8>) -> io::Result<Option<String>> {
        match self.0 {}
    }

    pub(super) fn replace(&self, _: &str, _: &str, _: Vec<u8>) -> io::Result<Option<String>> {
        match self.0 {}
    }

    pub(super) fn delete(&self, _: &str) -> io::Result<()> {
        match self.0 {}
    }
}
