//! Fields: the properties of an article, and the keys that hold them in the articles of a site.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::declared_key::DeclaredKey;
use super::value::Expected;
pub(crate) use crate::types::diagnostic::Key;

/// Defines [`Field`]: the documentation, the variant, its name in settings and its standard key.
macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident $name:literal $standard_key:literal,)*) => {
        /// A property of an article that front matter can hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])* $field,)*
        }

        impl Field {
            /// Every variant, in the order of their names.
            pub const ALL: [Field; [$($name),*].len()] = [$(Field::$field),*];

            /// The name in settings.
            pub fn name(self) -> &'static str {
                match self {
                    $(Field::$field => $name,)*
                }
            }

            /// The key of articles whose site has no keys of its own.
            pub(crate) fn standard_key(self) -> &'static str {
                match self {
                    $(Field::$field => $standard_key,)*
                }
            }
        }
    };
}

fields! {
    /// Audio files.
    Audio "audio" "audio",
    /// The length of the first audio or video file in bytes.
    AudioLength "audioLength" "audioLength",
    /// The names of persons.
    Authors "authors" "authors",
    /// Names of groups.
    Category "category" "category",
    /// The date of publication.
    Date "date" "publishedDateTime",
    /// Whether the article is gone.
    Deleted "deleted" "deleted",
    /// Whether the article is not published yet.
    Draft "draft" "draft",
    /// The duration of the first audio or video file.
    Duration "duration" "duration",
    /// An audio or video file.
    Enclosure "enclosure" "enclosure",
    /// A summary.
    Excerpt "excerpt" "excerpt",
    /// The date from which the article is gone.
    Expires "expires" "expiryDate",
    /// Whether the audio is unfit for children.
    Explicit "explicit" "explicit",
    /// HTML that embeds a player.
    FeaturedContent "featuredContent" "featuredContent",
    /// Images.
    Images "images" "images",
    /// The language tag.
    Language "language" "language",
    /// The address that readers are sent to.
    Link "link" "webUrl",
    /// The path of the article at its site, instead of one made from the pattern.
    Permalink "permalink" "permalink",
    /// The publisher.
    Provider "provider" "provider",
    /// Whether the article is published.
    Published "published" "published",
    /// A whole number; the better the article, the higher.
    Quality "quality" "quality",
    /// Other articles about the same thing.
    Related "related" "related",
    /// Whether the article is gone.
    Removed "removed" "removed",
    /// The last segment of its address at the site.
    Slug "slug" "slug",
    /// The title.
    Title "title" "title",
    /// Names of groups.
    Topics "topics" "topics",
    /// The name of a group.
    Type "type" "type",
    /// The date of the last change.
    Updated "updated" "updatedDateTime",
    /// The address that identifies the article.
    Url "url" "originalUrl",
    /// Videos.
    Videos "videos" "videos",
}

impl Field {
    /// The values that the field can have.
    fn expected(self) -> Expected {
        match self {
            Field::Date
            | Field::Excerpt
            | Field::Expires
            | Field::Link
            | Field::Title
            | Field::Type
            | Field::Updated
            | Field::Url => Expected::Text,
            Field::Category | Field::Topics => Expected::Texts,
            _ => Expected::Anything,
        }
    }

    /// For a flag about visibility: its value in an article that nobody may see.
    pub(crate) fn private_if(self) -> Option<bool> {
        match self {
            Field::Published => Some(false),
            Field::Deleted | Field::Draft | Field::Removed => Some(true),
            _ => None,
        }
    }
}

/// The keys of each field in the articles of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The keys of each field, the strongest first.
    keys: BTreeMap<Field, Vec<Key>>,
    /// The keys of groups that the configuration declares.
    groups: BTreeMap<DeclaredKey, Vec<Key>>,
    /// Keys whose text is a list of words.
    words: BTreeSet<Key>,
    /// Whether keys that differ only in case are the same.
    any_case: bool,
    /// Whether of a key that is there twice the last one counts.
    last_counts: bool,
    /// Whether each field has its standard key and no other.
    is_standard: bool,
}

/// The keys of some fields, the strongest first.
pub(crate) type FieldKeys = [(Field, &'static [&'static str])];

impl Default for Fields {
    /// The standard key of each field.
    fn default() -> Self {
        let standard = |field: Field| (field, vec![Cow::Borrowed(field.standard_key())]);
        let mut keys: BTreeMap<Field, Vec<Key>> = Field::ALL.into_iter().map(standard).collect();
        keys.entry(Field::Language).or_default().push(Cow::Borrowed("lang"));
        Fields {
            keys,
            groups: BTreeMap::new(),
            words: BTreeSet::new(),
            any_case: false,
            last_counts: false,
            is_standard: true,
        }
    }
}

impl Fields {
    /// The standard keys, but for some fields.
    pub(crate) fn from_keys(keys: &FieldKeys) -> Fields {
        let borrowed = |keys: &[&'static str]| keys.iter().map(|&key| Key::from(key)).collect();
        Fields::default().with(keys.iter().map(|(field, keys)| (*field, borrowed(keys))).collect())
    }

    /// Replaces the keys of some fields; the strongest comes first, and `extra.image` is the key
    /// `image` in the mapping `extra`. A key that is given to one field is taken from the others;
    /// only the flags about visibility keep all their keys.
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

    /// Lets the text of some keys be a list of words.
    #[must_use]
    pub(crate) fn with_words(self, words: &[&'static str]) -> Fields {
        let words = words.iter().map(|&key| Cow::Borrowed(key)).collect();
        Fields { words, is_standard: false, ..self }
    }

    /// Lets keys differ in case.
    #[must_use]
    pub(crate) fn in_any_case(self) -> Fields {
        Fields { any_case: true, is_standard: false, ..self }
    }

    /// Reads the keys of groups, too.
    #[must_use]
    pub(crate) fn with_groups(mut self, groups: BTreeMap<DeclaredKey, Vec<Key>>) -> Fields {
        self.is_standard &= groups.is_empty();
        let normal = |keys: Vec<Key>| keys.into_iter().map(|key| self.normal(key)).collect();
        let groups = groups.into_iter().map(|(name, keys)| (name, normal(keys))).collect();
        Fields { groups, ..self }
    }

    /// The kind of groups with a name, if it is declared.
    pub fn declared(&self, name: &str) -> Option<DeclaredKey> {
        self.groups.keys().copied().find(|key| key.name() == name)
    }

    /// The kinds of groups that are declared.
    pub fn all_declared(&self) -> impl Iterator<Item = DeclaredKey> {
        self.groups.keys().copied()
    }

    /// The keys of groups.
    pub(crate) fn group_keys(&self, name: DeclaredKey) -> &[Key] {
        self.groups.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Lets the last of two equal keys count.
    #[must_use]
    pub(crate) fn with_last_keys(self) -> Fields {
        Fields { last_counts: true, is_standard: false, ..self }
    }

    /// Whether of two equal keys the last one counts, which never holds for a key about visibility.
    pub(crate) fn last_key_counts(&self, key: &str) -> bool {
        let decides = |field: Field| field.private_if().is_some() || field == Field::Expires;
        let is_of =
            |field: Field| self.keys(field).iter().any(|own| own.split('.').next() == Some(key));
        self.last_counts && !Field::ALL.into_iter().any(|field| decides(field) && is_of(field))
    }

    /// Whether two equal keys with the same value are one.
    pub(crate) fn repeated_key_counts(&self) -> bool {
        self.last_counts
    }

    /// Whether each field has its standard key.
    pub(crate) fn is_standard(&self) -> bool {
        self.is_standard
    }

    /// The value that a key at the top of front matter has to have; `None` if it stands for no field.
    pub(crate) fn expected(&self, key: &str) -> Option<Expected> {
        let mut found = None;
        let of_fields = self.keys.iter().map(|(field, keys)| (field.expected(), keys));
        let of_groups = self.groups.values().map(|keys| (Expected::Anything, keys));
        for (expected, keys) in of_fields.chain(of_groups) {
            for known in keys {
                let expected = match known.split_once('.') {
                    None if known == key && !keys.iter().any(|key| self.is_words(key)) => expected,
                    None if known == key => Expected::Anything,
                    Some((outer, _)) if outer == key => Expected::Anything,
                    _ => continue,
                };
                let is_same = found.is_none_or(|other| other == expected);
                found = Some(if is_same { expected } else { Expected::Anything });
            }
        }
        found
    }

    /// The keys of a field, the strongest first.
    pub(crate) fn keys(&self, field: Field) -> &[Key] {
        self.keys.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The key that a message names for a field: the strongest. A field `url` without a key is made
    /// from the permalink.
    pub fn key(&self, field: Field) -> Key {
        let usual = self.keys(field).iter().find(|key| *key == "date");
        let first = match (field, self.keys(field).first()) {
            // The key that one would add.
            (Field::Date, Some(_)) if usual.is_some() => usual,
            (Field::Url, None) => self.keys(Field::Permalink).first(),
            (_, first) => first,
        };
        first.map_or(Cow::Borrowed(field.standard_key()), Clone::clone)
    }

    /// Every key at the top of front matter that may stand for a field.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &str> {
        let keys = self.keys.values().chain(self.groups.values()).flatten();
        keys.map(|key| key.split('.').next().unwrap_or_default())
    }

    /// Whether a key of a field is that of another field, too.
    pub(crate) fn is_shared(&self, field: Field, key: &Key) -> bool {
        self.keys.iter().any(|(other, keys)| *other != field && keys.contains(key))
    }

    /// Whether the text of a key is a list of words.
    pub(crate) fn is_words(&self, key: &str) -> bool {
        self.words.contains(key)
    }

    /// A key as written, in the form of the keys here.
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

    #[test]
    fn standard_keys_are_those_of_the_front_matter() {
        assert!(Fields::default().is_standard());
        assert!(!Fields::from_keys(&[(Field::Title, &["name"])]).is_standard());
    }

    #[test]
    fn a_key_that_is_given_away_is_gone_elsewhere() {
        let fields = Fields::from_keys(&[(Field::Url, &["webUrl", "originalUrl", "link"])]);
        assert_eq!(fields.keys(Field::Url), ["webUrl", "originalUrl", "link"]);
        assert_eq!(fields.keys(Field::Link), [""; 0]);
        assert_eq!(fields.key(Field::Url), "webUrl");
    }

    #[test]
    fn what_keeps_an_article_private_cannot_be_given_away() {
        let fields = Fields::from_keys(&[(Field::Draft, &["wip"]), (Field::Title, &["published"])]);
        assert_eq!(fields.keys(Field::Draft), ["wip", "draft"]);
        assert_eq!(fields.keys(Field::Published), ["published"]);
    }
}
