//! The files of a folder over HTTP, as a web server for feeds should serve them: with media types
//! that readers and browsers take, an entity tag, and an answer of 304 where nothing changed. The
//! only module that uses `axum`, `tower-http` and `tokio`.

use std::fs::Metadata;
use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// What is served, and to whom.
struct Served {
    /// Without links.
    folder: PathBuf,
    /// Whether the server can only be reached from this machine.
    is_local: bool,
}

/// Serves a folder in a thread of its own as long as the program runs.
pub(super) fn serve(listener: TcpListener, folder: &Path) -> anyhow::Result<()> {
    let folder = folder.canonicalize().context("the output folder is gone")?;
    let is_local = listener.local_addr()?.ip().is_loopback();
    let app = app(Served { folder, is_local });
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, app).await
        })
    });
    Ok(())
}

fn app(served: Served) -> Router {
    let files = ServeDir::new(&served.folder);
    // A change of the encoding is not one of the file, so compression comes outermost.
    Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn_with_state(Arc::new(served), answer))
        .layer(CompressionLayer::new())
}

/// Lets a request for a file of ours through, and puts on the answer what a reader asks for.
async fn answer(State(served): State<Arc<Served>>, mut request: Request, next: Next) -> Response {
    if served.is_local && !is_for_this_machine(request.headers()) {
        return (StatusCode::MISDIRECTED_REQUEST, "This server is for this machine alone.\n")
            .into_response();
    }
    let Some(file) = file(&served.folder, request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = file.metadata().ok().filter(Metadata::is_file).and_then(|file| tag(&file));
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let headers = request.headers_mut();
    let asked: Vec<HeaderValue> = headers.get_all(IF_NONE_MATCH).iter().cloned().collect();
    if !asked.is_empty() {
        // Its word counts, whatever the time says (RFC 9110, section 13.1.3).
        headers.remove(IF_NONE_MATCH);
        headers.remove(IF_MODIFIED_SINCE);
    }
    // No tag of ours is strong enough to go on with a part (RFC 9110, section 13.1.5).
    if headers.remove(IF_RANGE).is_some() {
        headers.remove(RANGE);
    }
    let is_known = |tag| reads && asked.iter().any(|asked| names_tag(asked, tag));
    let is_known = tag.as_ref().is_some_and(is_known);
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { next.run(request).await };
    let success = response.status().is_success();
    let headers = response.headers_mut();
    if success && let Some(media_type) = media_type(&file) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    if let Some(tag) = tag {
        headers.insert(ETAG, tag);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Whether a request was sent to this machine by name: a page elsewhere on the web could have had
/// its own name lead here, to read what is not published yet.
fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = host.rfind(':').filter(|at| !host.get(*at..).is_some_and(|rest| rest.contains(']')));
    let name = port.and_then(|at| host.get(..at)).unwrap_or(host);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The file that a path leads to, if it is not hidden and truly lies in the folder.
fn file(folder: &Path, path: &str) -> Option<PathBuf> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let mut file = folder.to_owned();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if part.starts_with('.') || part.contains(['\\', ':', '\0']) {
            return None;
        }
        file.push(part);
    }
    if path.ends_with('/') {
        file.push("index.html");
    }
    // A link may lead anywhere.
    let file = file.canonicalize().ok()?;
    let mut below = file.strip_prefix(folder).ok()?.components();
    let is_hidden = below.any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
    (!is_hidden).then_some(file)
}

/// An entity tag by time and length. It is weak, since the same file may be sent compressed.
fn tag(file: &Metadata) -> Option<HeaderValue> {
    let modified = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    HeaderValue::from_str(&format!("W/\"{:x}-{:x}\"", modified.as_nanos(), file.len())).ok()
}

/// Whether `If-None-Match` names a tag (RFC 9110, section 13.1.2).
fn names_tag(asked: &HeaderValue, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let (Ok(asked), Ok(tag)) = (asked.to_str(), tag.to_str()) else { return false };
    asked.trim() == "*" || asked.split(',').any(|asked| opaque(asked) == opaque(tag))
}

/// What readers and browsers know a file by. A browser shows a feed only as plain XML.
fn media_type(file: &Path) -> Option<&'static str> {
    Some(match file.extension()?.to_str()? {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" => "application/feed+json",
        "opml" => "text/x-opml; charset=utf-8",
        "xml" => "text/xml; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_elsewhere_is_not_this_machine() {
        for (host, expected) in [
            ("127.0.0.1:8000", true),
            ("localhost:8000", true),
            ("LOCALHOST", true),
            ("[::1]:8000", true),
            ("[::1]", true),
            ("evil.example:8000", false),
            ("localhost.evil.example", false),
            ("", false),
            ("10.0.0.1:8000", false),
        ] {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
            assert_eq!(is_for_this_machine(&headers), expected, "{host}");
        }
    }
}
