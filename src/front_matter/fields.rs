//! Fields: what can be said of an article, and by which keys the articles of a site say it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use crate::types::diagnostic::Key;

/// What can be said of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The names of persons.
    Authors,
    /// Groups.
    Category,
    /// When it was published.
    Date,
    /// It is gone.
    Deleted,
    /// It is not published yet.
    Draft,
    /// A summary.
    Excerpt,
    /// When it is gone.
    Expires,
    /// HTML that embeds a player.
    FeaturedContent,
    /// Images.
    Images,
    /// Where readers go.
    Link,
    /// Its address at the site, in place of the usual one.
    Permalink,
    /// Who published it.
    Provider,
    /// It is published, or not.
    Published,
    /// How good it is.
    Quality,
    /// Other articles.
    Related,
    /// It is gone.
    Removed,
    /// The last part of its address at the site.
    Slug,
    /// Its title.
    Title,
    /// Groups.
    Topics,
    /// A group.
    Type,
    /// When it was changed.
    Updated,
    /// Its address, which is its identity.
    Url,
    /// Videos.
    Videos,
}

impl Field {
    /// Every variant, in the order of their names.
    pub const ALL: [Field; 23] = [
        Field::Authors,
        Field::Category,
        Field::Date,
        Field::Deleted,
        Field::Draft,
        Field::Excerpt,
        Field::Expires,
        Field::FeaturedContent,
        Field::Images,
        Field::Link,
        Field::Permalink,
        Field::Provider,
        Field::Published,
        Field::Quality,
        Field::Related,
        Field::Removed,
        Field::Slug,
        Field::Title,
        Field::Topics,
        Field::Type,
        Field::Updated,
        Field::Url,
        Field::Videos,
    ];

    /// The name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Field::Authors => "authors",
            Field::Category => "category",
            Field::Date => "date",
            Field::Deleted => "deleted",
            Field::Draft => "draft",
            Field::Excerpt => "excerpt",
            Field::Expires => "expires",
            Field::FeaturedContent => "featuredContent",
            Field::Images => "images",
            Field::Link => "link",
            Field::Permalink => "permalink",
            Field::Provider => "provider",
            Field::Published => "published",
            Field::Quality => "quality",
            Field::Related => "related",
            Field::Removed => "removed",
            Field::Slug => "slug",
            Field::Title => "title",
            Field::Topics => "topics",
            Field::Type => "type",
            Field::Updated => "updated",
            Field::Url => "url",
            Field::Videos => "videos",
        }
    }

    /// The key where nothing else is said.
    pub(crate) fn standard_key(self) -> &'static str {
        match self {
            Field::Date => "publishedDateTime",
            Field::Expires => "expiryDate",
            Field::Link => "webUrl",
            Field::Updated => "updatedDateTime",
            Field::Url => "originalUrl",
            other => other.name(),
        }
    }

    /// For a field that says whether anybody may hear of the article: what it says if nobody may.
    pub(crate) fn private_if(self) -> Option<bool> {
        match self {
            Field::Published => Some(false),
            Field::Deleted | Field::Draft | Field::Removed => Some(true),
            _ => None,
        }
    }
}

/// The keys by which articles say what can be said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The keys of each field, the strongest first.
    keys: BTreeMap<Field, Vec<Key>>,
    /// Keys whose text is a list of words.
    words: BTreeSet<Key>,
    /// Whether capitals in keys mean nothing.
    any_case: bool,
    /// Whether each field has its standard key, and no other.
    is_standard: bool,
}

impl Default for Fields {
    /// Each field by its standard key.
    fn default() -> Self {
        let standard = |field: Field| (field, vec![Cow::Borrowed(field.standard_key())]);
        let keys = Field::ALL.into_iter().map(standard).collect();
        Fields { keys, words: BTreeSet::new(), any_case: false, is_standard: true }
    }
}

impl Fields {
    /// These fields with other keys for some of them, the strongest first; `extra.image` is the key
    /// `image` in the mapping `extra`. A key that is given to one field is taken from the others,
    /// but what says that nobody may hear of an article keeps saying it.
    #[must_use]
    pub fn with(mut self, keys: BTreeMap<Field, Vec<Key>>) -> Fields {
        self.is_standard &= keys.is_empty();
        let keys: BTreeMap<Field, Vec<Key>> = if self.any_case {
            let lower = |keys: Vec<Key>| keys.iter().map(|key| key.to_lowercase().into()).collect();
            keys.into_iter().map(|(field, keys)| (field, lower(keys))).collect()
        } else {
            keys
        };
        let given: BTreeSet<Key> = keys.values().flatten().cloned().collect();
        for (field, own) in &mut self.keys {
            if field.private_if().is_none() {
                own.retain(|key| !given.contains(key));
            }
        }
        for (field, mut keys) in keys {
            let old = self.keys.entry(field).or_default();
            if field.private_if().is_some() {
                keys.append(old);
            }
            *old = keys;
        }
        self
    }

    /// These fields, with keys whose text is a list of words between spaces.
    #[must_use]
    pub(crate) fn with_words(self, words: &[&'static str]) -> Fields {
        let words = words.iter().map(|&key| Cow::Borrowed(key)).collect();
        Fields { words, is_standard: false, ..self }
    }

    /// These fields, with keys in which capitals mean nothing.
    #[must_use]
    pub(crate) fn in_any_case(self) -> Fields {
        Fields { any_case: true, is_standard: false, ..self }
    }

    /// Whether each field has its standard key.
    pub(crate) fn is_standard(&self) -> bool {
        self.is_standard
    }

    /// The keys of a field, the strongest first.
    pub(crate) fn keys(&self, field: Field) -> &[Key] {
        self.keys.get(&field).map_or(&[], Vec::as_slice)
    }

    /// What to call a field when something is wrong with it: its strongest key. An address that is
    /// not said is made.
    pub(crate) fn key(&self, field: Field) -> Key {
        let first = match (field, self.keys(field).first()) {
            (Field::Url, None) => self.keys(Field::Permalink).first(),
            (_, first) => first,
        };
        first.map_or(Cow::Borrowed(field.standard_key()), Clone::clone)
    }

    /// Every key at the top of front matter that is read.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &str> {
        self.keys.values().flatten().map(|key| key.split('.').next().unwrap_or_default())
    }

    /// Whether the text of a key is a list of words.
    pub(crate) fn is_words(&self, key: &str) -> bool {
        self.words.contains(key)
    }

    /// Whether capitals in keys mean nothing.
    pub(crate) fn is_any_case(&self) -> bool {
        self.any_case
    }

    /// A key as front matter writes it, in the form of the keys here.
    pub(crate) fn normal<'k>(&self, key: Cow<'k, str>) -> Cow<'k, str> {
        if self.any_case && key.chars().any(char::is_uppercase) {
            Cow::Owned(key.to_lowercase())
        } else {
            key
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(keys: &[(Field, &[&'static str])]) -> Fields {
        let owned = |(field, keys): &(Field, &[&'static str])| {
            (*field, keys.iter().map(|&key| Cow::Borrowed(key)).collect())
        };
        Fields::default().with(keys.iter().map(owned).collect())
    }

    #[test]
    fn standard_keys_are_those_of_the_front_matter() {
        assert!(Fields::default().is_standard());
        assert!(!with(&[(Field::Title, &["name"])]).is_standard());
    }

    #[test]
    fn a_key_that_is_given_away_is_gone_elsewhere() {
        let fields = with(&[(Field::Url, &["webUrl", "originalUrl", "link"])]);
        assert_eq!(fields.keys(Field::Url), ["webUrl", "originalUrl", "link"]);
        assert_eq!(fields.keys(Field::Link), [""; 0]);
        assert_eq!(fields.key(Field::Url), "webUrl");
    }

    #[test]
    fn what_keeps_an_article_private_cannot_be_given_away() {
        let fields = with(&[(Field::Draft, &["wip"]), (Field::Title, &["published"])]);
        assert_eq!(fields.keys(Field::Draft), ["wip", "draft"]);
        assert_eq!(fields.keys(Field::Published), ["published"]);
    }
}
