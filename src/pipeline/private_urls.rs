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
        let mut ids: Vec<Uuid> = self.0.iter().copied().collect();
        ids.sort_unstable();
        let bytes: Vec<u8> = ids.into_iter().flat_map(Uuid::into_bytes).collect();
        guid::from_name(&Uuid::NAMESPACE_OID, &bytes)
    }
}
