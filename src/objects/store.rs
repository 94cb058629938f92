//! The clients of object storage: the only module that knows the crate `object_store`.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode,
    PutOptions, PutPayload, PutResult, RetryConfig, UpdateVersion,
};

use super::http::Connector;
use super::{Headers, Object, ObjectFacts};

/// Attempts after the first one, before an operation fails.
const RETRIES: usize = 5;

/// The time from the first attempt, after which there is no other.
const RETRY_TIMEOUT: Duration = Duration::from_secs(60);

/// A bucket, or a container as Azure says.
#[derive(Clone, Debug)]
pub(super) struct Store(Arc<dyn ObjectStore>);

impl Store {
    /// The bucket, with the credentials that the environment has: `AWS_…`, `GOOGLE_…`, `AZURE_…`.
    pub(super) fn connect(scheme: &str, bucket: &str) -> io::Result<Store> {
        let address = format!("{scheme}://{bucket}");
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_TIMEOUT,
            ..RetryConfig::default()
        };
        let store: Result<Arc<dyn ObjectStore>, Error> = match scheme {
            "s3" => AmazonS3Builder::from_env()
                .with_url(address)
                .with_retry(retry)
                .with_http_connector(Connector)
                .build()
                .map(|store| Arc::new(store) as _),
            "gs" => GoogleCloudStorageBuilder::from_env()
                .with_url(address)
                .with_retry(retry)
                .with_http_connector(Connector)
                .build()
                .map(|store| Arc::new(store) as _),
            _ => MicrosoftAzureBuilder::from_env()
                .with_url(address)
                .with_retry(retry)
                .with_http_connector(Connector)
                .build()
                .map(|store| Arc::new(store) as _),
        };
        store.map(Store).map_err(failed)
    }

    /// The objects whose keys begin with a prefix, which is empty or ends with a slash.
    pub(super) fn list(&self, prefix: &str) -> io::Result<Vec<Object>> {
        let prefix = path(prefix.trim_end_matches('/'))?;
        let objects: Vec<ObjectMeta> = wait(self.0.list(Some(&prefix)).try_collect())?;
        Ok(objects
            .into_iter()
            .map(|meta| Object { name: meta.location.to_string(), facts: facts(meta) })
            .collect())
    }

    pub(super) fn facts(&self, key: &str) -> io::Result<ObjectFacts> {
        let key = path(key)?;
        wait(self.0.head(&key)).map(facts)
    }

    pub(super) fn get(&self, key: &str) -> io::Result<(Vec<u8>, ObjectFacts)> {
        let key = path(key)?;
        wait(async {
            let result = self.0.get(&key).await?;
            let facts = facts(result.meta.clone());
            Ok((result.bytes().await?.to_vec(), facts))
        })
    }

    pub(super) fn put(&self, key: &str, bytes: Vec<u8>, headers: Headers) -> io::Result<String> {
        let attributes = [
            (Attribute::ContentType, headers.content_type),
            (Attribute::CacheControl, headers.cache_control),
        ];
        let attributes = Attributes::from_iter(attributes);
        self.put_with(key, bytes, PutOptions { attributes, ..PutOptions::default() })
    }

    /// `None` if there is an object with this key.
    pub(super) fn create(&self, key: &str, bytes: Vec<u8>) -> io::Result<Option<String>> {
        if_it_held(self.put_with(key, bytes, PutMode::Create.into()))
    }

    /// `None` if the object has another entity tag.
    pub(super) fn replace(
        &self,
        key: &str,
        etag: &str,
        bytes: Vec<u8>,
    ) -> io::Result<Option<String>> {
        let version = UpdateVersion { e_tag: Some(format!("\"{etag}\"")), version: None };
        if_it_held(self.put_with(key, bytes, PutMode::Update(version).into()))
    }

    pub(super) fn delete(&self, key: &str) -> io::Result<()> {
        let key = path(key)?;
        match wait(self.0.delete(&key)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    fn put_with(&self, key: &str, bytes: Vec<u8>, options: PutOptions) -> io::Result<String> {
        let key = path(key)?;
        let PutResult { e_tag, .. } =
            wait(self.0.put_opts(&key, PutPayload::from(bytes), options))?;
        Ok(plain(e_tag))
    }
}

/// Keys are taken as they are; `Path::from` would encode some characters again.
fn path(key: &str) -> io::Result<Path> {
    Path::parse(key).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))
}

/// An entity tag without its quotes: Azure leaves them out where it lists objects, and nowhere else.
fn plain(etag: Option<String>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}

fn facts(meta: ObjectMeta) -> ObjectFacts {
    let etag = plain(meta.e_tag);
    ObjectFacts { size: meta.size, modified: meta.last_modified.into(), etag }
}

/// The result of a conditional request; `None` if its condition did not hold.
fn if_it_held(result: io::Result<String>) -> io::Result<Option<String>> {
    match result {
        Ok(etag) => Ok(Some(etag)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}

/// Waits for an operation. Requests block, so the runtime only has to time the pauses before retries.
fn wait<T>(operation: impl Future<Output = Result<T, Error>>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(operation).map_err(failed)
}

fn failed(error: Error) -> io::Error {
    use io::ErrorKind::{AlreadyExists, NotFound, PermissionDenied};
    match error {
        Error::NotFound { .. } => NotFound.into(),
        Error::AlreadyExists { .. } | Error::Precondition { .. } => AlreadyExists.into(),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => PermissionDenied.into(),
        // Its sources say the same again.
        error => io::Error::other(error.to_string()),
    }
}
