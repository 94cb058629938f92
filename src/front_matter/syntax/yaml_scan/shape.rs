//! Shapes: what values are.

/// What a value is. Of a list and a mapping, what is in it comes line by line.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    Null,
    Bool(bool),
    /// A number of few enough digits, as it is written.
    Integer(&'a str),
    /// Text that means what is written there.
    Text(&'a str),
    /// What stands in double quotes, with backslashes that are understood.
    Escaped(&'a str),
    /// What stands in single quotes, with two of them for each one.
    Doubled(&'a str),
    List {
        indent: usize,
        level: usize,
    },
    Mapping {
        indent: usize,
        level: usize,
    },
}

impl Shape<'_> {
    /// Whether what is in it comes line by line.
    pub(super) fn is_nested(&self) -> bool {
        matches!(self, Shape::List { .. } | Shape::Mapping { .. })
    }
}
