//! Declared keys: what a configuration lets articles be grouped by, besides what feedmill knows.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, de};

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
