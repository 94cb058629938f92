//! Group keys: what articles can be grouped by.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, de};

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
    /// Keys that the configuration declares.
    Declared(DeclaredKey),
}

impl GroupKey {
    /// Every variant but the declared ones, in the order of their names.
    pub const ALL: [GroupKey; 7] = [
        GroupKey::All,
        GroupKey::Author,
        GroupKey::Category,
        GroupKey::Language,
        GroupKey::Provider,
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
            GroupKey::Topic => "topic",
            GroupKey::Type => "type",
        }
    }

    /// Whether the groups of articles by this key are only known to a run that asks for them.
    pub(crate) fn is_optional(self) -> bool {
        matches!(self, GroupKey::Author | GroupKey::Declared(_) | GroupKey::Language)
    }

    /// The field of an article that names its groups.
    pub(crate) fn field(self) -> Option<Field> {
        match self {
            GroupKey::All | GroupKey::Declared(_) => None,
            GroupKey::Author => Some(Field::Authors),
            GroupKey::Category => Some(Field::Category),
            GroupKey::Language => Some(Field::Language),
            GroupKey::Provider => Some(Field::Provider),
            GroupKey::Topic => Some(Field::Topics),
            GroupKey::Type => Some(Field::Type),
        }
    }
}

/// The name that a configuration gives to a kind of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct DeclaredKey(&'static str);

/// All names so far. A program has few, and each is kept for good.
static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

impl DeclaredKey {
    /// The key with a name.
    pub fn new(name: &str) -> DeclaredKey {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        let known = names.get(name).copied();
        DeclaredKey(known.unwrap_or_else(|| {
            let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
            names.insert(name);
            name
        }))
    }

    /// The name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl<'de> Deserialize<'de> for DeclaredKey {
    /// Reads the name of a key that has been made before.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DeclaredKey, D::Error> {
        let name = <&str>::deserialize(deserializer)?;
        let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .get(name)
            .map(|name| DeclaredKey(name))
            .ok_or_else(|| de::Error::custom("unknown key"))
    }
}
