//! How much of an article is read: every bound on the input, in one place.
//!
//! Real articles stay far below each of them; they keep a broken or hostile file from costing more
//! than itself.

/// Bytes in one article file.
pub const FILE_BYTES: u64 = 10 * 1024 * 1024;

/// Bytes of front matter, without its fences.
pub const FRONT_MATTER_BYTES: usize = 64 * 1024;

/// Nested `[` and `{` in front matter: the YAML parser takes quadratic time for deep ones.
pub const FLOW_DEPTH: usize = 32;

/// Characters of a title, a topic or a name.
pub const NAME_CHARS: usize = 1_000;

/// Topics or categories of one article.
pub const NAMES: usize = 100;

/// Images, videos, authors and related articles of one article, each; what is over is dropped.
pub const MEDIA: usize = 100;

/// Bytes of any other value, such as the address of an image; what is longer is dropped.
pub const SCALAR_BYTES: usize = 8 * 1024;

/// Bytes of a web address.
pub const URL_BYTES: usize = 2_048;

/// What HTML may cost to parse: its tags times the most elements that are open at once, and its
/// tags times the most formatting elements that are, since those are opened again in each block.
pub const HTML_COST: usize = 20_000_000;

/// See [`HTML_COST`].
pub const HTML_FORMATTING_COST: usize = 200_000;

/// Bytes of a body that is rendered; a longer one is replaced by the excerpt.
pub const BODY_BYTES: usize = 1024 * 1024;

/// Characters of a summary; a longer one is cut.
pub const SUMMARY_CHARS: usize = 2_000;
