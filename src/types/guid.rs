//! Permanent identifiers: version 5 UUIDs, which depend on a name alone.
//!
//! The only module that uses the `sha1` crate, which is several times as fast as what the `uuid`
//! crate would use. The standard demands SHA-1; nothing here is a secret.

use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

use crate::types::url::WebUrl;

/// The version 5 UUID of a name (RFC 9562, section 5.5).
pub(crate) fn from_name(namespace: &Uuid, name: &[u8]) -> Uuid {
    from_parts(namespace, [name])
}

/// The version 5 UUID of a name that consists of these parts.
pub(crate) fn from_parts<'p>(namespace: &Uuid, parts: impl IntoIterator<Item = &'p [u8]>) -> Uuid {
    let mut digest = Sha1::new().chain_update(namespace);
    for part in parts {
        digest.update(part);
    }
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, digest)| *byte = digest);
    Builder::from_sha1_bytes(bytes).into_uuid()
}

/// The id of the article with this address, as written (RFC 9562, section 5.5).
pub(crate) fn article_id(address: &str) -> Uuid {
    from_name(&Uuid::NAMESPACE_URL, address.trim().as_bytes())
}

/// A key that all spellings of an address share: it ignores the scheme, `www.`, the fragment, final
/// slashes, and the case of the host.
pub(crate) fn url_key(address: &str) -> Uuid {
    let address =
        WebUrl::parse(address).map_or_else(|_| address.trim().to_owned(), |url| url.to_string());
    let (_, rest) = address.split_once("://").unwrap_or(("", &address));
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (page, _) = rest.split_once('#').unwrap_or((rest, ""));
    article_id(page.trim_end_matches('/'))
}

/// The ids that a text contains as URNs (RFC 9562, section 4).
pub(crate) fn find_urns(text: &str) -> impl Iterator<Item = Uuid> {
    let ids = text.split("urn:uuid:").skip(1).filter_map(|rest| rest.get(..36));
    ids.filter_map(|id| Uuid::parse_str(id).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_9562_appendix_a_4() {
        let id = from_name(&Uuid::NAMESPACE_DNS, b"www.example.com");
        assert_eq!(id.to_string(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }
}
