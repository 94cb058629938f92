//! Front matter: from the bytes of a file to keys and values. Knows no article.

pub(crate) mod de;
pub(crate) mod fields;
pub(crate) mod mapping;
pub(crate) mod split;
pub(crate) mod syntax;
pub(crate) mod value;

pub(crate) use self::fields::Key;
pub use self::fields::{Field, Fields};
pub use self::value::Value;
