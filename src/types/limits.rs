//! How much of an article is read: every bound on the input, in one place.
//!
//! Real articles stay far below each of them; they keep a broken or hostile file from costing more
//! than itself.

/// Bytes in one article file.
pub const FILE_BYTES: u64 = 10 * 1024 * 1024;

/// Bytes of front matter, without its fences.
pub const FRONT_MATTER_BYTES: usize = 64 * 1024;

/// Nested `[` and `{` in front matter, in text or not: the YAML parser takes quadratic time for
/// thousands.
pub const FLOW_DEPTH: usize = 256;

/// `[` and `{` in front matter altogether.
pub const FLOW_OPENED: usize = 2_000;

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

/// Elements of HTML inside each other: a parser looks through all of them at each tag.
pub const HTML_DEPTH: usize = 256;

/// Tags of HTML times the most formatting elements that are open at once: a parser opens those
/// again in each block.
pub const HTML_FORMATTING_COST: usize = 200_000;

/// Bytes of a body that is rendered; a longer one is replaced by the excerpt.
pub const BODY_BYTES: usize = 256 * 1024;

/// Bytes of a rendered body; of a longer one only the text is kept.
pub const CONTENT_BYTES: usize = 1024 * 1024;

/// Characters of a summary; a longer one is cut.
pub const SUMMARY_CHARS: usize = 2_000;
