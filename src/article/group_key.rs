//! Group keys: what articles can be grouped by.

use serde::{Deserialize, Serialize};

use crate::front_matter::Field;

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
}

impl GroupKey {
    /// Every variant, in the order of their names.
    pub const ALL: [GroupKey; 5] =
        [GroupKey::All, GroupKey::Category, GroupKey::Provider, GroupKey::Topic, GroupKey::Type];

    /// The name in settings and in file names.
    pub fn name(self) -> &'static str {
        match self {
            GroupKey::All => "all",
            GroupKey::Category => "category",
            GroupKey::Provider => "provider",
            GroupKey::Topic => "topic",
            GroupKey::Type => "type",
        }
    }

    /// The field of an article that names its groups.
    pub(crate) fn field(self) -> Option<Field> {
        match self {
            GroupKey::All => None,
            GroupKey::Category => Some(Field::Category),
            GroupKey::Provider => Some(Field::Provider),
            GroupKey::Topic => Some(Field::Topics),
            GroupKey::Type => Some(Field::Type),
        }
    }
}
