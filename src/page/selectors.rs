//! Selectors of the configuration that stand for a value: a text, an attribute, a date.

use crate::types::dom::{self, Document, Selector};
use crate::types::{Timestamp, Zone, text};

/// A selector of an element, or of an attribute of it: `abbr.published@title`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSelector {
    selector: Selector,
    attribute: Option<String>,
}

/// A selector of a date, and how the date is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateSelector {
    /// Where the date is.
    pub select: ValueSelector,
    /// Its form, in the notation of `strftime`; by default any that front matter may have.
    pub format: Option<String>,
    /// The zone of dates without one.
    pub zone: Zone,
}

impl ValueSelector {
    /// Reads a selector.
    ///
    /// # Errors
    ///
    /// With what is wrong with it.
    pub fn parse(text: &str) -> Result<ValueSelector, String> {
        let (selector, attribute) = match text.rsplit_once('@') {
            // In brackets it is part of a value.
            Some((selector, name)) if !name.contains([']', '"', '\'', ')']) => {
                (selector, Some(name))
            }
            _ => (text, None),
        };
        if attribute.is_some_and(|name| name.is_empty() || name.contains(char::is_whitespace)) {
            return Err(format!("`{text}` has no attribute behind `@`"));
        }
        let attribute = attribute.map(str::to_owned);
        Ok(ValueSelector { selector: Selector::parse(selector)?, attribute })
    }

    /// The text of the first element that matches and has one.
    pub(super) fn value(&self, document: &Document) -> Option<String> {
        let value = |node: &dom::NodeRef<'_>| match &self.attribute {
            Some(name) => text::one_line(&dom::attribute(node, name)),
            None => text::one_line(&node.text()),
        };
        self.selector.all(document).iter().map(value).find(|value| !value.is_empty())
    }
}

impl DateSelector {
    pub(super) fn value(&self, document: &Document) -> Option<Timestamp> {
        let written = self.select.value(document)?;
        match &self.format {
            Some(format) => Timestamp::parse_format(&written, format, self.zone),
            None => Timestamp::parse_in(&written, self.zone)
                .or_else(|| Timestamp::find_in(&written, self.zone)),
        }
    }
}
