//! Every limit on the input.
//!
//! Real articles stay far below each of them. They keep a broken or hostile file from affecting
//! anything but itself.

/// Bytes of an article file.
pub const FILE_BYTES: u64 = 10 * 1024 * 1024;

/// Bytes of front matter, without the lines that delimit it.
pub const FRONT_MATTER_BYTES: usize = 64 * 1024;

/// Nesting of `[` and `{` in front matter, even inside text: the YAML parser takes quadratic time
/// for thousands.
pub const FLOW_DEPTH: usize = 256;

/// `[` and `{` in front matter altogether.
pub const FLOW_OPENED: usize = 2_000;

/// Characters of a title, a topic or a name.
pub const NAME_CHARS: usize = 1_000;

/// Topics or categories of one article.
pub const NAMES: usize = 100;

/// Images, audio and video files, authors and related articles of one article, each; the rest is dropped.
pub const MEDIA: usize = 100;

/// Bytes of any other value, such as the address of an image; a longer one is dropped.
pub const SCALAR_BYTES: usize = 8 * 1024;

/// Bytes of a web address.
pub const URL_BYTES: usize = 2_048;

/// Nesting of HTML elements: at each tag, a parser searches all open elements.
pub const HTML_DEPTH: usize = 256;

/// HTML tags times the largest number of formatting elements that are open at once: a parser opens
/// all of them again in each block.
pub const HTML_FORMATTING_COST: usize = 200_000;

/// Bytes of a rendered page, without its scripts, whose content is read.
pub const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of a block of JSON-LD in a page.
pub const JSON_LD_BYTES: usize = 256 * 1024;

/// Bytes of a body; the excerpt replaces a longer one.
pub const BODY_BYTES: usize = 256 * 1024;

/// Bytes of a rendered body; a longer one is reduced to its text.
pub const CONTENT_BYTES: usize = 1024 * 1024;

/// Characters of a summary; a longer one is cut.
pub const SUMMARY_CHARS: usize = 2_000;
