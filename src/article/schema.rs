//! The schema of front matter: every key that is read, and what its value becomes.

use std::borrow::Cow;

use serde::Deserialize;

use super::visibility::{Flags, Visibility};
use super::{Media, Provider, Related};
use crate::front_matter::de::{FirstOf, OneOrMany, Scalar, flag, name, names, text, too_long};
use crate::types::date::{Timestamp, Zone};

/// The keys of an article; every other key is passed over unread.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
#[serde(expecting = "a list of keys and values")]
pub(super) struct ArticleKeys<'a> {
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
    pub(super) provider: FirstOf<ProviderKeys<'a>>,
    #[serde(deserialize_with = "names")]
    pub(super) topics: Vec<Cow<'a, str>>,
    pub(super) images: OneOrMany<MediaKeys<'a>>,
    pub(super) videos: OneOrMany<MediaKeys<'a>>,
    pub(super) featured_content: Scalar<'a>,
    pub(super) related: OneOrMany<RelatedKeys<'a>>,
    pub(super) authors: OneOrMany<AuthorKeys<'a>>,
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
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct ProviderKeys<'a> {
    #[serde(deserialize_with = "name")]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) domain: Scalar<'a>,
    pub(super) images: OneOrMany<MediaKeys<'a>>,
    pub(super) authors: OneOrMany<AuthorKeys<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct AuthorKeys<'a> {
    name: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct MediaKeys<'a> {
    url: Scalar<'a>,
    path: Scalar<'a>,
    width: Scalar<'a>,
    height: Scalar<'a>,
    title: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct RelatedKeys<'a> {
    title: Scalar<'a>,
    web_url: Scalar<'a>,
    original_url: Scalar<'a>,
    published: Scalar<'a>,
    draft: Scalar<'a>,
    removed: Scalar<'a>,
    deleted: Scalar<'a>,
    published_date_time: Scalar<'a>,
}

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

impl RelatedKeys<'_> {
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
        (!visibility.removed && !visibility.unpublished).then_some(())?;
        let [original, web] = visibility.addresses;
        Some(Related {
            published: visibility.published,
            title: written(self.title.0).filter(|title| !too_long(title))?.into_owned(),
            addresses: owned([web, original].into_iter().flatten().collect()),
        })
    }
}

impl<'a> From<ProviderKeys<'a>> for Provider {
    fn from(keys: ProviderKeys<'a>) -> Provider {
        Provider {
            name: keys.name.unwrap_or_default().into_owned(),
            domain: keys.domain.0.unwrap_or_default().into_owned(),
            images: media(keys.images),
            authors: persons(keys.authors).collect(),
        }
    }
}

impl<'de: 'a, 'a> From<Cow<'de, str>> for ProviderKeys<'a> {
    fn from(name: Cow<'de, str>) -> ProviderKeys<'a> {
        let name = Some(name);
        ProviderKeys { name, ..ProviderKeys::default() }
    }
}

impl<'de: 'a, 'a> From<Cow<'de, str>> for AuthorKeys<'a> {
    fn from(name: Cow<'de, str>) -> AuthorKeys<'a> {
        AuthorKeys { name: name.into() }
    }
}

impl<'de: 'a, 'a> From<Cow<'de, str>> for MediaKeys<'a> {
    fn from(url: Cow<'de, str>) -> MediaKeys<'a> {
        let url = url.into();
        MediaKeys { url, ..MediaKeys::default() }
    }
}

impl From<Cow<'_, str>> for RelatedKeys<'_> {
    /// Drops an address without a title to show.
    fn from(_: Cow<'_, str>) -> Self {
        RelatedKeys::default()
    }
}

pub(super) fn persons(keys: OneOrMany<AuthorKeys<'_>>) -> impl Iterator<Item = String> {
    let names = keys.0.into_iter().filter_map(|author| author.name.0);
    names.filter(|name| !too_long(name)).map(Cow::into_owned)
}

pub(super) fn media(keys: OneOrMany<MediaKeys<'_>>) -> Vec<Media> {
    let pixels = |scalar: &Scalar<'_>| {
        let number = scalar.integer().filter(|&number| number > 0)?;
        u32::try_from(number).ok()
    };
    let read = |keys: MediaKeys<'_>| {
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
