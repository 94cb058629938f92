//! Identities that are made of names: the same name always has the same one.
//!
//! The only module that uses the `sha1` crate, which is several times as fast as what the `uuid`
//! crate would take. SHA-1 is what the standard says; nothing here is a secret.

use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

use crate::types::url::WebUrl;

/// The version 5 UUID of a name (RFC 9562, section 5.5).
pub(crate) fn of_name(namespace: &Uuid, name: &[u8]) -> Uuid {
    of_parts(namespace, [name])
}

/// The version 5 UUID of the name that the parts make together.
pub(crate) fn of_parts<'p>(namespace: &Uuid, parts: impl IntoIterator<Item = &'p [u8]>) -> Uuid {
    let mut digest = Sha1::new().chain_update(namespace);
    for part in parts {
        digest.update(part);
    }
    let digest = digest.finalize();
    let mut first = [0; 16];
    first.iter_mut().zip(digest).for_each(|(byte, digest)| *byte = digest);
    Builder::from_sha1_bytes(first).into_uuid()
}

/// The identity of an address, as it is written (RFC 9562, section 5.5).
pub(crate) fn identity(address: &str) -> Uuid {
    of_name(&Uuid::NAMESPACE_URL, address.trim().as_bytes())
}

/// What stays the same in the spellings of one address: without scheme, `www.`, fragment and final
/// slash, the host in lower case.
pub(crate) fn spelling(address: &str) -> Uuid {
    let address =
        WebUrl::parse(address).map_or_else(|_| address.trim().to_owned(), |url| url.to_string());
    let (_, rest) = address.split_once("://").unwrap_or(("", &address));
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (page, _) = rest.split_once('#').unwrap_or((rest, ""));
    identity(page.trim_end_matches('/'))
}

/// The identities that a text names as URNs (RFC 9562, section 4).
pub(crate) fn urns(text: &str) -> impl Iterator<Item = Uuid> {
    let ids = text.split("urn:uuid:").skip(1).filter_map(|rest| rest.get(..36));
    ids.filter_map(|id| Uuid::parse_str(id).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9562, appendix A.4.
    #[test]
    fn the_example_of_the_standard() {
        let id = of_name(&Uuid::NAMESPACE_DNS, b"www.example.com");
        assert_eq!(id.to_string(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }
}
