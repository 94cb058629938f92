//! The schema of front matter: every key that is read, and what its value becomes.

use std::borrow::Cow;

use serde::Deserialize;

use super::visibility::{Flags, Visibility};
use super::{Media, Provider, Recording, Related};
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
    pub(super) enclosure: OneOrMany<RecordingKeys<K>>,
    pub(super) audio: OneOrMany<RecordingKeys<K>>,
    pub(super) videos: OneOrMany<RecordingKeys<K>>,
    pub(super) audio_length: K,
    pub(super) duration: K,
    pub(super) explicit: K,
    pub(super) featured_content: K,
    pub(super) related: OneOrMany<RelatedKeys<K>>,
    pub(super) authors: OneOrMany<AuthorKeys<Scalar<'a>>>,
    #[serde(alias = "lang")]
    pub(super) language: Scalar<'a>,
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
    pub(super) authors: OneOrMany<AuthorKeys<Scalar<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "K: Keep<'de>"))]
pub(super) struct AuthorKeys<K> {
    pub(super) name: K,
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

/// The keys of an audio or video file in the podcasts of many sites.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "K: Keep<'de>"))]
pub(super) struct RecordingKeys<K> {
    url: K,
    path: K,
    src: K,
    file: K,
    mp3: K,
    m4a: K,
    ogg: K,
    opus: K,
    length: K,
    size: K,
    bytes: K,
    duration: K,
    #[serde(rename = "type")]
    kind: K,
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

impl<'de: 'a, 'a> Keep<'de> for Scalar<'a> {}

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

impl<'de, K: Default + From<Cow<'de, str>>> From<Cow<'de, str>> for RecordingKeys<K> {
    fn from(url: Cow<'de, str>) -> RecordingKeys<K> {
        let url = url.into();
        RecordingKeys { url, ..RecordingKeys::default() }
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

/// The names of persons, as [`persons`] has them.
pub(super) fn names_of<'k, 'a>(
    keys: &'k OneOrMany<AuthorKeys<Scalar<'a>>>,
) -> impl Iterator<Item = Cow<'a, str>> + use<'k, 'a> {
    let names = keys.0.iter().filter_map(|author| author.name.0.clone());
    names.filter(|name| !too_long(name))
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

impl RecordingKeys<Scalar<'_>> {
    /// The recording, if it has an address. Its length and type may follow the address, as in the key
    /// `enclosure` of many sites.
    pub(super) fn recording(self) -> Option<Recording> {
        let keys = [self.url, self.path, self.src, self.file];
        let formats = [self.mp3, self.m4a, self.ogg, self.opus];
        let address = keys.into_iter().chain(formats).find_map(|key| written(key.0))?;
        let mut words = address.split_whitespace();
        let (url, length) = (words.next().unwrap_or_default(), words.next());
        let length = length.and_then(|length| length.parse().ok());
        let bytes = [&self.length, &self.size, &self.bytes].into_iter().find_map(bytes);
        let media_type = self.kind.0.as_deref();
        Some(Recording {
            url: if length.is_some() { url } else { address.trim() }.to_owned(),
            media_type: media_type.or(words.next()).unwrap_or_default().trim().to_owned(),
            bytes: bytes.or(length.filter(|&length| length > 0)),
            seconds: seconds(&self.duration),
        })
    }
}

/// A positive number of bytes.
pub(super) fn bytes(number: &Scalar<'_>) -> Option<u64> {
    u64::try_from(number.integer()?).ok().filter(|&number| number > 0)
}

/// A duration as `HH:MM:SS`, `MM:SS` or a number of seconds, without the fraction of a second.
pub(super) fn seconds(duration: &Scalar<'_>) -> Option<u32> {
    let text = duration.0.as_deref()?.trim();
    let (text, _) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
    let first = parts.next()??;
    let add = |sum: u32, part: Option<u32>| {
        sum.checked_mul(60)?.checked_add(part.filter(|&part| part < 60)?)
    };
    let is_long = text.matches(':').count() > 2;
    parts.try_fold(first, add).filter(|&seconds| seconds > 0 && !is_long)
}

/// Whether a recording is explicit, also in the words of podcasts.
pub(super) fn explicit(word: &Scalar<'_>) -> Option<bool> {
    word.boolean().or_else(|| match word.0.as_deref()?.trim().to_ascii_lowercase().as_str() {
        "explicit" => Some(true),
        "clean" => Some(false),
        _ => None,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> Scalar<'_> {
        Scalar(Some(text.into()))
    }

    #[test]
    fn durations_have_the_forms_of_podcasts() {
        for (text, expected) in [
            ("842", Some(842)),
            ("842.5", Some(842)),
            ("14:02", Some(842)),
            (" 1:08:08 ", Some(4_088)),
            ("00:00:07", Some(7)),
            ("100:00", Some(6_000)),
            ("0", None),
            ("14:60", None),
            ("1:2:3:4", None),
            ("-5", None),
            ("14 minutes", None),
            ("99999999:00:00", None),
            ("", None),
        ] {
            assert_eq!(seconds(&scalar(text)), expected, "{text}");
        }
    }

    #[test]
    fn an_address_may_have_its_length_and_type_behind_it() {
        let recording = |text: &str| {
            let keys = RecordingKeys { url: scalar(text), ..RecordingKeys::default() };
            let recording = keys.recording().unwrap();
            (recording.url, recording.bytes, recording.media_type)
        };
        let own = |url: &str, bytes, kind: &str| (url.to_owned(), bytes, kind.to_owned());
        assert_eq!(
            recording("https://e.org/1 5 audio/mpeg"),
            own("https://e.org/1", Some(5), "audio/mpeg")
        );
        assert_eq!(recording("/1.mp3\n5\n"), own("/1.mp3", Some(5), ""));
        assert_eq!(recording("/1.mp3 0"), own("/1.mp3", None, ""));
        assert_eq!(recording("/the talk.mp3"), own("/the talk.mp3", None, ""));
    }
}
