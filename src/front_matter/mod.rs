//! Front matter: from the bytes of a file to keys and values. Knows nothing of articles.

pub(crate) mod de;
mod declared_key;
mod fields;
mod group_key;
pub(crate) mod key_mapping;
mod read;
pub(crate) mod record;
pub(crate) mod split;
pub(crate) mod syntax;
pub(crate) mod value;

pub use self::declared_key::DeclaredKey;
pub use self::fields::{Field, Fields};
pub(crate) use self::fields::{FieldKeys, Key};
pub use self::group_key::GroupKey;
pub use self::syntax::YamlReader;
pub use self::value::Value;
