//! Private articles: what no feed may name, not even by a link.

use std::collections::HashSet;

use uuid::Uuid;

use crate::types::guid;

/// The identities of private articles, and the keys of their addresses.
#[derive(Default)]
pub(super) struct PrivateArticles(HashSet<Uuid>);

impl PrivateArticles {
    /// Adds an article by an address that leads to it.
    pub(super) fn add(&mut self, address: &str) {
        self.0.extend([guid::article_id(address), guid::url_key(address)]);
    }

    /// Adds what another process has found.
    pub(super) fn add_digest(&mut self, digest: Uuid) {
        self.0.insert(digest);
    }

    /// Whether a key of an address is one of a private article.
    pub(super) fn has_key(&self, key: &Uuid) -> bool {
        self.0.contains(key)
    }

    /// The identities and the keys, in an order of their own.
    pub(super) fn digests(&self) -> Vec<Uuid> {
        let mut digests: Vec<Uuid> = self.0.iter().copied().collect();
        digests.sort_unstable();
        digests
    }

    /// Adds the private articles of other files.
    pub(super) fn extend(&mut self, other: PrivateArticles) {
        self.0.extend(other.0);
    }

    /// Whether an address leads to a private article.
    pub(super) fn has(&self, address: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&guid::url_key(address))
    }

    /// Whether the text of a published feed names a private article or links to one.
    pub(super) fn are_named_in(&self, feed: &str) -> bool {
        // Addresses end at these characters in XML and in JSON.
        let words = feed.split(['"', '\'', '<', '>', ' ', '\n']);
        let mut addresses = words.filter(|word| word.starts_with("http"));
        guid::find_urns(feed).any(|id| self.0.contains(&id))
            || addresses.any(|address| self.has(&address.replace("&amp;", "&")))
    }

    /// A digest of them all.
    pub(super) fn digest(&self) -> Uuid {
        let bytes: Vec<u8> = self.digests().into_iter().flat_map(Uuid::into_bytes).collect();
        guid::from_name(&Uuid::NAMESPACE_OID, &bytes)
    }
}
