//! Group keys: what articles can be grouped by.

use serde::{Deserialize, Serialize};

use super::declared_key::DeclaredKey;
use super::fields::Field;

/// What the articles of one feed have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GroupKey {
    /// Nothing: one feed of all articles.
    All,
    /// `category`.
    Category,
    /// `provider.name`.
    Provider,
    /// `topics`: an article is in the feed of each of its topics.
    Topic,
    /// `type`.
    Type,
    /// `authors`: an article is in the feed of each of its authors.
    Author,
    /// `language`, else that of the site.
    Language,
    /// The first folder that an article is in.
    Section,
    /// Keys that the configuration declares.
    Declared(DeclaredKey),
}

impl GroupKey {
    /// Every variant but the declared ones, in the order of their names.
    pub const ALL: [GroupKey; 8] = [
        GroupKey::All,
        GroupKey::Author,
        GroupKey::Category,
        GroupKey::Language,
        GroupKey::Provider,
        GroupKey::Section,
        GroupKey::Topic,
        GroupKey::Type,
    ];

    /// The name in settings and in file names.
    pub fn name(self) -> &'static str {
        match self {
            GroupKey::All => "all",
            GroupKey::Author => "author",
            GroupKey::Category => "category",
            GroupKey::Declared(key) => key.name(),
            GroupKey::Language => "language",
            GroupKey::Provider => "provider",
            GroupKey::Section => "section",
            GroupKey::Topic => "topic",
            GroupKey::Type => "type",
        }
    }

    /// Whether the groups of articles by this key are only known to a run that asks for them.
    pub(crate) fn is_optional(self) -> bool {
        matches!(
            self,
            GroupKey::Author | GroupKey::Declared(_) | GroupKey::Language | GroupKey::Section
        )
    }

    /// The field of an article that names its groups.
    pub(crate) fn field(self) -> Option<Field> {
        match self {
            GroupKey::All | GroupKey::Declared(_) | GroupKey::Section => None,
            GroupKey::Author => Some(Field::Authors),
            GroupKey::Category => Some(Field::Category),
            GroupKey::Language => Some(Field::Language),
            GroupKey::Provider => Some(Field::Provider),
            GroupKey::Topic => Some(Field::Topics),
            GroupKey::Type => Some(Field::Type),
        }
    }
}
