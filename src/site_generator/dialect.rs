//! The dialect: what the Markdown of a site means beyond that of everybody.

/// What the Markdown of a site means beyond that of everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Dialect {
    /// Whether `{word}` behind a heading is an attribute.
    pub bare_attributes: bool,
    /// Whether a line `{.word}` behind a block is an attribute of it.
    pub block_attributes: bool,
    /// Whether a line that begins with `: ` defines the line before.
    pub definition_lists: bool,
    /// Whether `:tada:` is a sign.
    pub emoji: bool,
    /// Whether a line ends where it ends in the file.
    pub hard_wraps: bool,
    /// Whether an address without a mark around it is text.
    pub plain_addresses: bool,
}
