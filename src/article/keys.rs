//! The schema of front matter: every key that is read, and what its value becomes.

use std::borrow::Cow;

use serde::Deserialize;

use super::visibility::{Flags, Visibility};
use super::{Media, Provider, Related};
use crate::front_matter::de::{OneOrMany, Scalar, Skipped, flag, name, names, text, too_long};
use crate::types::date::{Timestamp, Zone};

/// The keys of an article; every other key is passed over unread.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[serde(bound(deserialize = "'de: 'a, K: Keep<'de>"), expecting = "a list of keys and values")]
pub(super) struct ArticleKeys<'a, K> {
    #[serde(deserialize_with = "names")]
    pub(super) category: Vec<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    pub(super) title: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    pub(super) excerpt: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    pub(super) published_date_time: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    pub(super) updated_date_time: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    pub(super) expiry_date: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    pub(super) original_url: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    pub(super) web_url: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "name", rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) quality: Scalar<'a>,
    #[serde(deserialize_with = "flag")]
    pub(super) published: Option<bool>,
    #[serde(deserialize_with = "flag")]
    pub(super) draft: Option<bool>,
    #[serde(deserialize_with = "flag")]
    pub(super) removed: Option<bool>,
    #[serde(deserialize_with = "flag")]
    pub(super) deleted: Option<bool>,
    pub(super) provider: OneOrMany<ProviderKeys<'a, K>, 1>,
    #[serde(deserialize_with = "names")]
    pub(super) topics: Vec<Cow<'a, str>>,
    pub(super) images: OneOrMany<MediaKeys<K>>,
    pub(super) videos: OneOrMany<MediaKeys<K>>,
    pub(super) featured_content: K,
    pub(super) related: OneOrMany<RelatedKeys<K>>,
    pub(super) authors: OneOrMany<AuthorKeys<K>>,
    pub(super) slug: Scalar<'a>,
    pub(super) permalink: Scalar<'a>,
}

/// The keys that decide about visibility. They are read even if other keys have mistakes.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct VisibilityKeys<'a> {
    published: Scalar<'a>,
    draft: Scalar<'a>,
    removed: Scalar<'a>,
    deleted: Scalar<'a>,
    published_date_time: Scalar<'a>,
    expiry_date: Scalar<'a>,
    original_url: Scalar<'a>,
    web_url: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a, K: Keep<'de>"))]
pub(super) struct ProviderKeys<'a, K> {
    #[serde(deserialize_with = "name")]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) domain: K,
    pub(super) images: OneOrMany<MediaKeys<K>>,
    pub(super) authors: OneOrMany<AuthorKeys<K>>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "K: Keep<'de>"))]
pub(super) struct AuthorKeys<K> {
    name: K,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "K: Keep<'de>"))]
pub(super) struct MediaKeys<K> {
    url: K,
    path: K,
    width: K,
    height: K,
    title: K,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "K: Keep<'de>"))]
pub(super) struct RelatedKeys<K> {
    title: K,
    web_url: K,
    original_url: K,
    published: K,
    draft: K,
    removed: K,
    deleted: K,
    published_date_time: K,
}

/// What is kept of a value that only matters to an article in a feed: the value, or nothing.
pub(super) trait Keep<'a>: Deserialize<'a> + Default + From<Cow<'a, str>> {}

impl<'a> Keep<'a> for Scalar<'a> {}

impl Keep<'_> for Skipped {}

impl<'a> VisibilityKeys<'a> {
    /// What the keys say; `date` is that of the file name.
    pub(super) fn visibility(self, date: Option<Timestamp>, zone: Zone) -> Visibility<'a> {
        let instant = |date: Scalar<'_>| Timestamp::parse_in(date.0.as_deref()?, zone);
        let flags = Flags {
            published: self.published.boolean(),
            draft: self.draft.boolean(),
            removed: self.removed.boolean(),
            deleted: self.deleted.boolean(),
        };
        let published = instant(self.published_date_time).or(date);
        let addresses = [self.original_url.0, self.web_url.0];
        Visibility::new(&flags, published, instant(self.expiry_date), addresses)
    }
}

impl RelatedKeys<Scalar<'_>> {
    /// The related article, unless it has no title or is marked as private itself.
    pub(super) fn related(self, zone: Zone) -> Option<Related> {
        let keys = VisibilityKeys {
            published: self.published,
            draft: self.draft,
            removed: self.removed,
            deleted: self.deleted,
            published_date_time: self.published_date_time,
            expiry_date: Scalar(None),
            original_url: self.original_url,
            web_url: self.web_url,
        };
        let visibility = keys.visibility(None, zone);
        (!visibility.is_marked_private()).then_some(())?;
        let [original, web] = visibility.addresses;
        Some(Related {
            published: visibility.published,
            title: written(self.title.0).filter(|title| !too_long(title))?.into_owned(),
            addresses: owned([web, original].into_iter().flatten().collect()),
        })
    }
}

impl<'a> From<ProviderKeys<'a, Scalar<'a>>> for Provider {
    fn from(keys: ProviderKeys<'a, Scalar<'a>>) -> Provider {
        Provider {
            name: keys.name.unwrap_or_default().into_owned(),
            domain: keys.domain.0.unwrap_or_default().into_owned(),
            images: media(keys.images),
            authors: persons(keys.authors).collect(),
        }
    }
}

impl<'de: 'a, 'a, K: Default> From<Cow<'de, str>> for ProviderKeys<'a, K> {
    fn from(name: Cow<'de, str>) -> ProviderKeys<'a, K> {
        let name = Some(name);
        ProviderKeys { name, ..ProviderKeys::default() }
    }
}

impl<'de, K: From<Cow<'de, str>>> From<Cow<'de, str>> for AuthorKeys<K> {
    fn from(name: Cow<'de, str>) -> AuthorKeys<K> {
        AuthorKeys { name: name.into() }
    }
}

impl<'de, K: Default + From<Cow<'de, str>>> From<Cow<'de, str>> for MediaKeys<K> {
    fn from(url: Cow<'de, str>) -> MediaKeys<K> {
        let url = url.into();
        MediaKeys { url, ..MediaKeys::default() }
    }
}

impl<'de, K: Default> From<Cow<'de, str>> for RelatedKeys<K> {
    /// Drops an address without a title to show.
    fn from(_: Cow<'de, str>) -> RelatedKeys<K> {
        RelatedKeys::default()
    }
}

pub(super) fn persons(keys: OneOrMany<AuthorKeys<Scalar<'_>>>) -> impl Iterator<Item = String> {
    let names = keys.0.into_iter().filter_map(|author| author.name.0);
    names.filter(|name| !too_long(name)).map(Cow::into_owned)
}

pub(super) fn media(keys: OneOrMany<MediaKeys<Scalar<'_>>>) -> Vec<Media> {
    let pixels = |scalar: &Scalar<'_>| {
        let number = scalar.integer().filter(|&number| number > 0)?;
        u32::try_from(number).ok()
    };
    let read = |keys: MediaKeys<Scalar<'_>>| {
        Some(Media {
            width: pixels(&keys.width),
            height: pixels(&keys.height),
            url: written(keys.url.0).or_else(|| written(keys.path.0))?.into_owned(),
            title: keys.title.0.unwrap_or_default().into_owned(),
        })
    };
    keys.0.into_iter().filter_map(read).collect()
}

/// The `src` of the first `<iframe>` of some HTML.
pub(super) fn embedded(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let frame = lower.find("<iframe")?;
    let source = frame + lower.get(frame..)?.find("src=")? + "src=".len();
    let value = html.get(source..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (address, _) = value.get(1..)?.split_once(quote)?;
    Some(htmlize::unescape_attribute(address).into_owned())
}

/// Whether a value is there and not blank.
pub(super) fn is_written(value: Option<&Cow<'_, str>>) -> bool {
    value.is_some_and(|value| !value.trim().is_empty())
}

/// A value, unless it is blank.
pub(super) fn written(value: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    value.filter(|value| is_written(Some(value)))
}

pub(super) fn owned(names: Vec<Cow<'_, str>>) -> Vec<String> {
    names.into_iter().map(Cow::into_owned).collect()
}
