//! Identities that are made of names: the same name always has the same one.
//!
//! The only module that uses the `sha1` crate, which is several times as fast as what the `uuid`
//! crate would take. SHA-1 is what the standard says; nothing here is a secret.

use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

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
