//! Requests to object storage over the HTTP client that the program has already, instead of a second
//! one with a second implementation of TLS.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use http_body_util::BodyExt as _;
use object_store::ClientOptions;
use object_store::client::{
    ClientConfigKey, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest,
    HttpResponse, HttpService,
};
use ureq::Agent;
use ureq::http::{Method, Request, Response};

use super::REQUESTS;

/// The time limit of one request, with its answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Opens connections for a client of object storage.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp);
        let agent = Agent::config_builder()
            .timeout_global(Some(REQUEST_TIMEOUT))
            .http_status_as_error(false)
            .https_only(allows_http.as_deref() != Some("true"))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(REQUESTS)
            .max_idle_connections_per_host(REQUESTS)
            .user_agent(concat!("feedmill/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(HttpClient::new(Client(agent.into())))
    }
}

#[derive(Debug)]
struct Client(Agent);

type Answer = Result<HttpResponse, HttpError>;

impl HttpService for Client {
    /// Blocks: each thread has a request of its own in flight.
    fn call<'s, 'f>(
        &'s self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async {
            let (parts, body) = request.into_parts();
            // The bytes are there already.
            let body = body.collect().await?.to_bytes();
            self.send(Request::from_parts(parts, body.into()))
        })
    }
}

impl Client {
    fn send(&self, request: Request<Vec<u8>>) -> Answer {
        let has_body = matches!(*request.method(), Method::PUT | Method::POST);
        let response = if has_body { self.0.run(request) } else { self.0.run(request.map(|_| ())) };
        let (parts, mut body) = response.map_err(failed)?.into_parts();
        let body = body.with_config().limit(MAX_BYTES).read_to_vec().map_err(failed)?;
        let body = if parts.status.is_success() { body } else { code_of(&body) };
        Ok(Response::from_parts(parts, body.into()))
    }
}

/// Bytes of an answer: a page of a listing, an article or a feed.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Of the answer of a storage that refuses, its code alone: `NoSuchBucket`. The rest may repeat names of
/// keys and what was signed with them.
fn code_of(body: &[u8]) -> Vec<u8> {
    let body = String::from_utf8_lossy(body);
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or("", |(code, _)| code);
    let is_word = code.len() < 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_word { code.as_bytes().to_vec() } else { Vec::new() }
}

/// The kind of an error says whether the request is worth another try.
fn failed(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            HttpErrorKind::Connect
        }
        ureq::Error::Io(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    // An address may hold a token.
    let message = match error {
        ureq::Error::BadUri(_) => "the address is not one of the web".to_owned(),
        error => error.to_string(),
    };
    HttpError::new(kind, io::Error::other(message))
}
