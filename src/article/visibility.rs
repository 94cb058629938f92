//! Visibility: whether anybody may see an article, or hear that there is one. Nothing else decides it.
//!
//! An article is private while it is unpublished or a draft, before its date, after its expiry, once
//! it is removed or deleted, and in a section that is a draft or cannot be read. Where a site has
//! several keys for a flag, the one that makes the article private counts.

use std::borrow::Cow;
use std::path::Path;

use crate::front_matter::key_mapping::{KeyValues, MappedKeys};
use crate::front_matter::{Field, Key, Value, de};
use crate::site_generator::SiteContext;
use crate::types::{Reason, Timestamp};

/// What a file says about its own publication, as far as it can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visibility<'a> {
    /// `removed: true` or `deleted: true`.
    pub removed: bool,
    /// `published: false` or `draft: true`, or a section that hides its articles.
    pub unpublished: bool,
    /// Whether it has no page of its own, or no list of the site names it.
    pub unlisted: bool,
    /// `publishedDateTime`, if it can be read.
    pub published: Option<Timestamp>,
    /// `expiryDate`, if it can be read.
    pub expires: Option<Timestamp>,
    /// The addresses by which other articles may point to this one, as written: `originalUrl`,
    /// `webUrl`.
    pub addresses: [Option<Cow<'a, str>>; 2],
    /// What decided it.
    pub decided_by: DecidedBy,
}

/// What decides whether an article is in, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecidedBy {
    /// Its file alone.
    #[default]
    File,
    /// Its page as well, which was asked for what the file does not say: the next run must ask again.
    FileAndPage,
}

/// The flags of an article, each as far as the article has it.
pub(super) struct Flags {
    pub(super) published: Option<bool>,
    pub(super) draft: Option<bool>,
    pub(super) removed: Option<bool>,
    pub(super) deleted: Option<bool>,
}

impl<'a> Visibility<'a> {
    pub(super) fn new(
        flags: &Flags,
        published: Option<Timestamp>,
        expires: Option<Timestamp>,
        addresses: [Option<Cow<'a, str>>; 2],
    ) -> Visibility<'a> {
        Visibility {
            removed: flags.removed == Some(true) || flags.deleted == Some(true),
            unpublished: flags.published == Some(false) || flags.draft == Some(true),
            unlisted: false,
            published,
            expires,
            addresses,
            decided_by: DecidedBy::File,
        }
    }

    /// Hides an article in a section that is a draft, or whose own file cannot be read.
    pub(super) fn hide_in_section(&mut self, path: &Path, language: usize, context: &SiteContext) {
        let mut hidden = context.drafts.iter().chain(&context.unreadable);
        self.unpublished |= hidden.any(|region| context.is_in(region, path, language));
    }

    /// Whether the article is private whatever the time is.
    pub(super) fn is_marked_private(&self) -> bool {
        self.removed || self.unpublished || self.unlisted
    }

    /// Why the article may not be seen at an instant; `future` lets in articles before their date,
    /// and `unpublished` lets in drafts.
    pub(crate) fn hidden(&self, now: Timestamp, future: bool, unpublished: bool) -> Option<Reason> {
        if self.removed || self.expires.is_some_and(|date| date <= now) {
            Some(Reason::Removed)
        } else if self.unlisted {
            Some(Reason::Unlisted)
        } else if self.unpublished && !unpublished {
            Some(Reason::Unpublished)
        } else if self.published.is_some_and(|date| !is_due(date, now, future)) {
            Some(Reason::Future)
        } else {
            None
        }
    }

    /// Whether the article must not be mentioned at an instant.
    pub(crate) fn is_private(&self, now: Timestamp) -> bool {
        self.hidden(now, false, false).is_some()
    }
}

/// Whether an article with this date may be published at an instant, or a date of it be named.
pub(crate) fn is_due(date: Timestamp, now: Timestamp, future: bool) -> bool {
    date <= now || future
}

/// Maps the flags about visibility: of several keys the one that makes the article private, else one
/// that is no flag, so that the article is refused and not shown by mistake.
pub(super) fn add_flags<'v, 'a>(values: KeyValues<'v, 'a>, mapped: &mut MappedKeys<'v, 'a>) {
    for field in Field::ALL {
        let Some(private_if) = field.private_if() else { continue };
        let keys = || values.fields.keys(field).iter();
        let flag = |key: &Key| values.value(key).and_then(|value| flag(value, private_if));
        // A value that is no flag may belong to another field with the same key.
        let is_odd = |key: &&Key| {
            let is_something = values.value(key).is_some_and(Value::is_something);
            is_something && flag(key).is_none() && !values.fields.is_shared(field, key)
        };
        let key = keys()
            .find(|key| flag(key) == Some(private_if))
            .or_else(|| keys().find(is_odd))
            .or_else(|| keys().find(|key| flag(key).is_some()));
        let Some(key) = key else { continue };
        let value = match flag(key) {
            Some(flag) => Some(Cow::Owned(Value::Bool(flag))),
            None => values.value(key).map(Cow::Borrowed),
        };
        mapped.add(field, key, value.unwrap_or(Cow::Owned(Value::Null)));
    }
}

/// The flag that a value stands for, which may be a word for the state of an article. `private_if`
/// is the flag of an article that nobody may see.
fn flag(value: &Value<'_>, private_if: bool) -> Option<bool> {
    let word = value.scalar()?;
    de::boolean(word).or_else(|| match word.trim().to_ascii_lowercase().as_str() {
        // The last three are Hugo's words for a page that is not rendered or not listed.
        "draft" | "hidden" | "pending" | "private" | "unpublished" | "never" | "local" | "link" => {
            Some(private_if)
        }
        "public" | "publish" | "published" | "always" => Some(!private_if),
        _ => None,
    })
}
