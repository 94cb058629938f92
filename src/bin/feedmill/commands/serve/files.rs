//! Serves the files of a folder over HTTP, as a web server for feeds should: with media types that
//! readers and browsers accept, and 304 for files that have not changed. The only module that uses the
//! `axum`, `tower-http` and `tokio` crates.

use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, uri::Authority};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// The folder, and who may read it.
struct Served {
    /// Canonical.
    folder: PathBuf,
    /// Whether the server listens only to this machine.
    is_local: bool,
}

/// Serves a folder from another thread for as long as the program runs.
pub(super) fn serve(listener: TcpListener, folder: &Path) -> anyhow::Result<()> {
    let folder = folder.canonicalize().context("the output folder does not exist any more")?;
    let is_local = listener.local_addr()?.ip().is_loopback();
    let app = Router::new()
        .fallback_service(ServeDir::new(&folder))
        .layer(middleware::from_fn_with_state(Arc::new(Served { folder, is_local }), answer))
        .layer(CompressionLayer::new());
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

/// Passes a request on if it is for a file that may be served, and adds headers to the response.
async fn answer(State(served): State<Arc<Served>>, mut request: Request, next: Next) -> Response {
    if served.is_local && !names_this_machine(request.headers()) {
        return (StatusCode::MISDIRECTED_REQUEST, "This server is for this machine only.\n")
            .into_response();
    }
    let Some(file) = file(&served.folder, request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // `ServeDir` ignores `If-Range`, which asks for the whole file if it has changed.
    if request.headers_mut().remove(header::IF_RANGE).is_some() {
        request.headers_mut().remove(header::RANGE);
    }
    let mut response = next.run(request).await;
    let is_success = response.status().is_success();
    let headers = response.headers_mut();
    if is_success && let Some(media_type) = media_type(&file) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Whether the `Host` of a request is this machine. A page on the web could give its own host name the
/// address of this machine, to read articles that are not published yet (DNS rebinding).
fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    let name = host.as_ref().map_or("", Authority::host);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// Returns the file at a path, unless it is hidden or outside the folder.
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
    // A symbolic link may lead out of the folder.
    let file = file.canonicalize().ok()?;
    let mut below = file.strip_prefix(folder).ok()?.components();
    let is_hidden = below.any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
    (!is_hidden).then_some(file)
}

/// The media type that readers and browsers expect. Browsers show feeds only as plain XML.
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
    fn only_loopback_addresses_and_localhost_name_this_machine() {
        let local = ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "[::1]"];
        let others = ["evil.example:8000", "localhost.evil.example", "", "10.0.0.1:8000"];
        for host in local.iter().chain(&others) {
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            assert_eq!(names_this_machine(&headers), local.contains(host), "{host}");
        }
    }
}
