//! Front matter: YAML into an article. The only module that knows the keys of the files.
//!
//! Shapes that mean something are accepted: one topic instead of a list, a provider that is only a
//! name, a title that is a number, YAML 1.1 booleans. Shapes that mean nothing are a finding, or
//! lose what they stand for where the article is whole without it, such as an image.

use std::borrow::Cow;

use serde::Deserialize;
use uuid::Uuid;

use super::lenient::{First, Many, Scalar, flag, name, names, text, too_long};
use super::{
    Article, Body, Head, Media, Parsed, Provider, Reading, Related, Standing, YamlReader, identity,
};
use crate::date::Timestamp;
use crate::diagnostic::{Finding, Problem, Severity};
use crate::limits;
use crate::link::{Address, WebUrl};
use crate::yaml;

/// Reads the text between the fences. `date` stands in for a missing `publishedDateTime`.
pub(super) fn read(
    text: &str,
    date: Option<Timestamp>,
    reader: YamlReader,
) -> Parsed<'_, Judged<'_>> {
    let simple = match reader {
        YamlReader::Scanner => yaml::read_simple::<Keys<'_>>(text),
        YamlReader::Crate => None,
    };
    let keys = match simple.map_or_else(|| from_yaml(text), |keys| Ok(Some(keys))) {
        Ok(keys) => keys.unwrap_or_default(),
        Err(finding) => {
            // The rest of the file may still say that nobody may hear of it.
            let keys = from_yaml::<StandingKeys<'_>>(text);
            let standing = keys.ok().flatten().map(|keys| keys.standing(date));
            return Parsed {
                standing: standing.unwrap_or_default(),
                reading: Reading::Faulty(finding),
            };
        }
    };
    let published = keys.published_date_time.as_deref().and_then(Timestamp::parse);
    Parsed {
        standing: Standing {
            removed: keys.removed == Some(true) || keys.deleted == Some(true),
            unpublished: keys.published == Some(false) || keys.draft == Some(true),
            published: published.or(date),
            addresses: [keys.original_url.clone(), keys.web_url.clone()],
        },
        reading: keys.judged(text, published, date),
    }
}

/// An article that has been judged as a whole: whatever is made of it cannot fail any more.
pub(super) struct Judged<'a> {
    id: Uuid,
    published: Timestamp,
    updated: Option<Timestamp>,
    title: Cow<'a, str>,
    link: Address<'a>,
    via: Option<Address<'a>>,
    /// What else there is; the keys above are gone from it.
    keys: Keys<'a>,
}

impl<'a> Judged<'a> {
    /// What deciding about the article takes.
    pub(super) fn head(self) -> Head<'a> {
        Head {
            id: self.id,
            published: self.published,
            quality: self.keys.quality.integer(),
            kind: written(self.keys.kind),
            categories: self.keys.category,
            topics: self.keys.topics,
            provider: self.keys.provider.0.and_then(|provider| provider.name).unwrap_or_default(),
        }
    }

    /// The article, with what follows the front matter.
    pub(super) fn article(self, body: Body) -> Article {
        let keys = self.keys;
        Article {
            id: self.id,
            title: self.title.into_owned(),
            excerpt: keys.excerpt.unwrap_or_default().into_owned(),
            published: self.published,
            updated: self.updated,
            link: self.link.into(),
            via: self.via.map(WebUrl::from),
            categories: owned(keys.category),
            kind: written(keys.kind).map(Cow::into_owned),
            quality: keys.quality.integer(),
            topics: owned(keys.topics),
            provider: keys.provider.0.unwrap_or_default().into(),
            images: media(keys.images),
            videos: media(keys.videos),
            player: keys.featured_content.0.as_deref().and_then(embedded),
            related: keys.related.0.into_iter().filter_map(RelatedKeys::public).collect(),
            body,
        }
    }
}

/// A value, unless it is blank.
fn written(value: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    value.filter(|value| !value.trim().is_empty())
}

fn owned(names: Vec<Cow<'_, str>>) -> Vec<String> {
    names.into_iter().map(Cow::into_owned).collect()
}

/// The keys that are read; every other key is passed over unread.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[serde(bound(deserialize = "'de: 'a"), expecting = "a list of keys and values")]
struct Keys<'a> {
    #[serde(deserialize_with = "names")]
    category: Vec<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    title: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    excerpt: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    published_date_time: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    updated_date_time: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    original_url: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "text")]
    web_url: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "name", rename = "type")]
    kind: Option<Cow<'a, str>>,
    quality: Scalar<'a>,
    #[serde(deserialize_with = "flag")]
    published: Option<bool>,
    #[serde(deserialize_with = "flag")]
    draft: Option<bool>,
    #[serde(deserialize_with = "flag")]
    removed: Option<bool>,
    #[serde(deserialize_with = "flag")]
    deleted: Option<bool>,
    provider: First<ProviderKeys<'a>>,
    #[serde(deserialize_with = "names")]
    topics: Vec<Cow<'a, str>>,
    images: Many<MediaKeys<'a>>,
    videos: Many<MediaKeys<'a>>,
    featured_content: Scalar<'a>,
    related: Many<RelatedKeys<'a>>,
}

/// The keys that say whether anybody may hear of the file.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
struct StandingKeys<'a> {
    published: Scalar<'a>,
    draft: Scalar<'a>,
    removed: Scalar<'a>,
    deleted: Scalar<'a>,
    published_date_time: Scalar<'a>,
    original_url: Scalar<'a>,
    web_url: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct ProviderKeys<'a> {
    #[serde(deserialize_with = "name")]
    name: Option<Cow<'a, str>>,
    domain: Scalar<'a>,
    images: Many<MediaKeys<'a>>,
    authors: Many<AuthorKeys<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct AuthorKeys<'a> {
    name: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct MediaKeys<'a> {
    url: Scalar<'a>,
    width: Scalar<'a>,
    height: Scalar<'a>,
    title: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
struct RelatedKeys<'a> {
    title: Scalar<'a>,
    web_url: Scalar<'a>,
    original_url: Scalar<'a>,
    published: Scalar<'a>,
    draft: Scalar<'a>,
    removed: Scalar<'a>,
    deleted: Scalar<'a>,
    published_date_time: Scalar<'a>,
}

impl<'a> Keys<'a> {
    /// `published` is what `publishedDateTime` says, if it can be read.
    fn judged(
        self,
        text: &str,
        published: Option<Timestamp>,
        date: Option<Timestamp>,
    ) -> Reading<Judged<'a>> {
        let is_written =
            |key: &Option<Cow<'_, str>>| key.as_deref().is_some_and(|s| !s.trim().is_empty());
        let [has_title, has_original, has_web, has_date] =
            [&self.title, &self.original_url, &self.web_url, &self.published_date_time]
                .map(is_written);
        if !(has_title || has_original || has_web || has_date) {
            return Reading::NotAnArticle;
        }
        let published = match if has_date { published } else { date } {
            Some(published) => published,
            None if has_date => {
                return Reading::Faulty(bad_date(text, "publishedDateTime", Severity::Error));
            }
            None => return Reading::Undated,
        };
        match self.dated(text, published) {
            Ok((judged, findings)) => Reading::Article(judged, findings),
            Err(finding) => Reading::Faulty(finding),
        }
    }

    fn dated(
        mut self,
        text: &str,
        published: Timestamp,
    ) -> Result<(Judged<'a>, Vec<Finding>), Finding> {
        let mut findings = Vec::new();
        let updated = self.updated_date_time.take().and_then(|written| {
            let updated = Timestamp::parse(&written);
            if updated.is_none() && !written.trim().is_empty() {
                findings.push(bad_date(text, "updatedDateTime", Severity::Warning));
            }
            updated
        });
        let title = written(self.title.take()).ok_or_else(|| missing(text, "title"))?;
        if too_long(&title) {
            return Err(located(text, "title", Problem::TitleLong));
        }

        let original = written(self.original_url.take());
        let web = written(self.web_url.take());
        if original.is_none() && web.is_none() {
            return Err(missing(text, "originalUrl"));
        }
        let mut address = |key: &'static str, url: Cow<'a, str>| {
            let reason = match Address::read(url) {
                Ok(address) => return Some(address),
                Err(reason) => reason,
            };
            let problem = Problem::Address { key, reason, severity: Severity::Warning };
            findings.push(located(text, key, problem));
            None
        };
        let [original_written, web_written] = [original.clone(), web.clone()];
        // Mostly both are the same.
        let web = web.filter(|web| original.as_ref() != Some(web));
        let original = original.and_then(|url| address("originalUrl", url));
        let web = web.and_then(|url| address("webUrl", url));
        // A placeholder is no identity: many articles may have the same one.
        let identifying = original_written.filter(|_| original.is_some()).or(web_written);
        let (link, via) = match (web, original) {
            (Some(web), original) => {
                let via = original.filter(|original| original.as_str() != web.as_str());
                (web, via)
            }
            (None, Some(original)) => (original, None),
            (None, None) => {
                return Err(findings.pop().map_or_else(|| missing(text, "originalUrl"), as_error));
            }
        };
        let id = identity(&identifying.unwrap_or_default());
        Ok((Judged { id, published, updated, title, link, via, keys: self }, findings))
    }
}

impl<'a> StandingKeys<'a> {
    fn standing(self, date: Option<Timestamp>) -> Standing<'a> {
        let published = self.published_date_time.0.as_deref().and_then(Timestamp::parse);
        let addresses = [self.original_url.0, self.web_url.0];
        Standing {
            removed: self.removed.is(true) || self.deleted.is(true),
            unpublished: self.published.is(false) || self.draft.is(true),
            published: published.or(date),
            addresses,
        }
    }
}

impl RelatedKeys<'_> {
    /// The related article, unless it has no title or says itself that it may not be shown.
    fn public(self) -> Option<Related> {
        let keys = StandingKeys {
            published: self.published,
            draft: self.draft,
            removed: self.removed,
            deleted: self.deleted,
            published_date_time: self.published_date_time,
            original_url: self.original_url,
            web_url: self.web_url,
        };
        let standing = keys.standing(None);
        (!standing.removed && !standing.unpublished).then_some(())?;
        let [original, web] = standing.addresses;
        Some(Related {
            published: standing.published,
            title: written(self.title.0).filter(|title| !too_long(title))?.into_owned(),
            addresses: owned([web, original].into_iter().flatten().collect()),
        })
    }
}

impl From<ProviderKeys<'_>> for Provider {
    fn from(keys: ProviderKeys<'_>) -> Provider {
        Provider {
            name: keys.name.unwrap_or_default().into_owned(),
            domain: keys.domain.0.unwrap_or_default().into_owned(),
            images: media(keys.images),
            authors: keys
                .authors
                .0
                .into_iter()
                .filter_map(|author| author.name.0.filter(|name| !too_long(name)))
                .map(Cow::into_owned)
                .collect(),
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
        AuthorKeys { name: Scalar(Some(name)) }
    }
}

impl<'de: 'a, 'a> From<Cow<'de, str>> for MediaKeys<'a> {
    fn from(url: Cow<'de, str>) -> MediaKeys<'a> {
        let url = Scalar(Some(url));
        MediaKeys { url, ..MediaKeys::default() }
    }
}

impl<'de: 'a, 'a> From<Cow<'de, str>> for RelatedKeys<'a> {
    /// An address alone has no title to show.
    fn from(_: Cow<'de, str>) -> RelatedKeys<'a> {
        RelatedKeys::default()
    }
}

fn media(keys: Many<MediaKeys<'_>>) -> Vec<Media> {
    let pixels = |scalar: &Scalar<'_>| {
        let number = scalar.integer().filter(|&number| number > 0)?;
        u32::try_from(number).ok()
    };
    let read = |keys: MediaKeys<'_>| {
        Some(Media {
            width: pixels(&keys.width),
            height: pixels(&keys.height),
            url: written(keys.url.0)?.into_owned(),
            title: keys.title.0.unwrap_or_default().into_owned(),
        })
    };
    keys.0.into_iter().filter_map(read).collect()
}

/// The `src` of the first `<iframe>`.
fn embedded(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let frame = lower.find("<iframe")?;
    let source = frame + lower.get(frame..)?.find("src=")? + "src=".len();
    let value = html.get(source..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (address, _) = value.get(1..)?.split_once(quote)?;
    Some(htmlize::unescape_attribute(address).into_owned())
}

/// Refuses what would cost the YAML parser more than its size suggests.
fn check_cost(text: &str) -> Result<(), Finding> {
    let (mut depth, mut opened) = (0_usize, 0_usize);
    for (number, line) in text.lines().enumerate() {
        let refuse = |problem: &str| {
            let problem = Problem::Yaml(format!("invalid front matter: {problem}"));
            Err(Finding::new(number + 2, 1, problem))
        };
        if line.starts_with('%') {
            return refuse("a line starts with `%`");
        }
        if line.trim_start().starts_with("<<") {
            return refuse("keys of another mapping are merged with `<<`");
        }
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => {
                    depth += 1;
                    opened += 1;
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            // A comment may close what YAML leaves open, so there is a bound for all as well.
            if depth > limits::FLOW_DEPTH || opened > limits::FLOW_OPENED {
                return refuse("too many open `[` or `{`");
            }
        }
    }
    Ok(())
}

/// `Ok(None)` for front matter that is empty or holds nothing but comments.
fn from_yaml<'de, T: Deserialize<'de>>(text: &'de str) -> Result<Option<T>, Finding> {
    check_cost(text)?;
    yaml::read(text).map_err(|error| {
        let problem =
            Problem::Yaml(format!("invalid front matter: {}", error.reason_without_content()));
        // The line after the opening fence is the second one of the file.
        Finding::new(error.line + 1, error.column, problem)
    })
}

fn missing(text: &str, key: &'static str) -> Finding {
    located(text, key, Problem::Missing(key))
}

fn bad_date(text: &str, key: &'static str, severity: Severity) -> Finding {
    located(text, key, Problem::Date { key, severity })
}

fn as_error(mut finding: Finding) -> Finding {
    if let Problem::Address { severity, .. } = &mut finding.problem {
        *severity = Severity::Error;
    }
    finding
}

/// A finding at the value of a top-level key, or at the opening fence if it cannot be found.
fn located(text: &str, key: &str, problem: Problem) -> Finding {
    let place = text.lines().enumerate().find_map(|(number, line)| {
        let unquoted = line.strip_prefix(['"', '\'']).unwrap_or(line);
        let after = unquoted.strip_prefix(key)?;
        let after = after.strip_prefix(['"', '\'']).unwrap_or(after);
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        let column = line.chars().count() - value.chars().count() + 1;
        Some((number + 2, column))
    });
    let (line, column) = place.unwrap_or((1, 1));
    Finding::new(line, column, problem)
}
