//! Front matter: YAML into an article. The only module that knows the keys of the files.
//!
//! Shapes that mean something are accepted: one topic instead of a list, a provider that is only a
//! name, a title that is a number, YAML 1.1 booleans. Shapes that mean nothing are a finding, or
//! lose what they stand for where the article is whole without it, such as an image.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::lenient::{First, Many, Scalar, flag, name, names, text, too_long};
use super::{
    Article, Body, Media, Parsed, Provider, Reading, Related, Standing, YamlReader, identity,
};
use crate::date::Timestamp;
use crate::diagnostic::{Finding, Problem, Severity};
use crate::limits;
use crate::link::WebUrl;
use crate::yaml;

/// Reads the text between the fences. `date` stands in for a missing `publishedDateTime`.
pub(super) fn read(text: &str, date: Option<Timestamp>, reader: YamlReader) -> Parsed {
    let simple = match reader {
        YamlReader::Scanner => yaml::read_simple::<Keys>(text),
        YamlReader::Crate => None,
    };
    let keys = match simple.map_or_else(|| from_yaml(text), |keys| Ok(Some(keys))) {
        Ok(keys) => keys.unwrap_or_default(),
        Err(finding) => {
            // The rest of the file may still say that nobody may hear of it.
            let keys = from_yaml::<StandingKeys>(text);
            let standing = keys.ok().flatten().map(|keys| keys.standing(date));
            return Parsed {
                standing: standing.unwrap_or_default(),
                reading: Reading::Faulty(finding),
            };
        }
    };
    let published = keys.published_date_time.as_deref().and_then(Timestamp::parse);
    let addresses = [&keys.original_url, &keys.web_url];
    Parsed {
        standing: Standing {
            removed: keys.removed == Some(true) || keys.deleted == Some(true),
            unpublished: keys.published == Some(false) || keys.draft == Some(true),
            published: published.or(date),
            addresses: addresses.into_iter().flatten().cloned().collect(),
        },
        reading: keys.into_reading(text, date),
    }
}

/// The keys that are read; every other key is passed over unread.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, expecting = "a list of keys and values")]
struct Keys {
    #[serde(deserialize_with = "names")]
    category: Vec<String>,
    #[serde(deserialize_with = "text")]
    title: Option<String>,
    #[serde(deserialize_with = "text")]
    excerpt: Option<String>,
    #[serde(deserialize_with = "text")]
    published_date_time: Option<String>,
    #[serde(deserialize_with = "text")]
    updated_date_time: Option<String>,
    #[serde(deserialize_with = "text")]
    original_url: Option<String>,
    #[serde(deserialize_with = "text")]
    web_url: Option<String>,
    #[serde(deserialize_with = "name", rename = "type")]
    kind: Option<String>,
    quality: Scalar,
    #[serde(deserialize_with = "flag")]
    published: Option<bool>,
    #[serde(deserialize_with = "flag")]
    draft: Option<bool>,
    #[serde(deserialize_with = "flag")]
    removed: Option<bool>,
    #[serde(deserialize_with = "flag")]
    deleted: Option<bool>,
    provider: First<ProviderKeys>,
    #[serde(deserialize_with = "names")]
    topics: Vec<String>,
    images: Many<MediaKeys>,
    videos: Many<MediaKeys>,
    featured_content: Scalar,
    related: Many<RelatedKeys>,
}

/// The keys that say whether anybody may hear of the file.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct StandingKeys {
    published: Scalar,
    draft: Scalar,
    removed: Scalar,
    deleted: Scalar,
    published_date_time: Scalar,
    original_url: Scalar,
    web_url: Scalar,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProviderKeys {
    #[serde(deserialize_with = "name")]
    name: Option<String>,
    domain: Scalar,
    images: Many<MediaKeys>,
    authors: Many<AuthorKeys>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AuthorKeys {
    name: Scalar,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MediaKeys {
    url: Scalar,
    width: Scalar,
    height: Scalar,
    title: Scalar,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RelatedKeys {
    title: Scalar,
    web_url: Scalar,
    original_url: Scalar,
    published: Scalar,
    draft: Scalar,
    removed: Scalar,
    deleted: Scalar,
    published_date_time: Scalar,
}

impl Keys {
    fn into_reading(self, text: &str, date: Option<Timestamp>) -> Reading {
        let written = |key: &Option<String>| key.as_deref().is_some_and(|s| !s.trim().is_empty());
        let [has_title, has_original, has_web, has_date] =
            [&self.title, &self.original_url, &self.web_url, &self.published_date_time]
                .map(written);
        if !(has_title || has_original || has_web || has_date) {
            return Reading::NotAnArticle;
        }
        if !has_date && date.is_none() {
            return Reading::Undated;
        }
        match self.into_article(text, date) {
            Ok((article, findings)) => Reading::Article(Box::new(article), findings),
            Err(finding) => Reading::Faulty(finding),
        }
    }

    fn into_article(
        self,
        text: &str,
        date: Option<Timestamp>,
    ) -> Result<(Article, Vec<Finding>), Finding> {
        let mut findings = Vec::new();
        let published = match self.published_date_time.filter(|date| !date.trim().is_empty()) {
            Some(written) => Timestamp::parse(&written)
                .ok_or_else(|| bad_date(text, "publishedDateTime", Severity::Error))?,
            None => date.ok_or_else(|| missing(text, "publishedDateTime"))?,
        };
        let updated = self.updated_date_time.and_then(|written| {
            let updated = Timestamp::parse(&written);
            if updated.is_none() && !written.trim().is_empty() {
                findings.push(bad_date(text, "updatedDateTime", Severity::Warning));
            }
            updated
        });
        let title = self
            .title
            .filter(|title| !title.trim().is_empty())
            .ok_or_else(|| missing(text, "title"))?;
        if too_long(&title) {
            return Err(located(text, "title", Problem::TitleLong));
        }

        let original = self.original_url.filter(|url| !url.trim().is_empty());
        let web = self.web_url.filter(|url| !url.trim().is_empty());
        if original.is_none() && web.is_none() {
            return Err(missing(text, "originalUrl"));
        }
        let written = [original.clone(), web.clone()];
        let mut address =
            |key: &'static str, url: Option<String>| match url.map(|url| WebUrl::parse(&url)) {
                Some(Ok(url)) => Some(url),
                Some(Err(reason)) => {
                    let severity = Severity::Warning;
                    let problem = Problem::Address { key, reason, severity };
                    findings.push(located(text, key, problem));
                    None
                }
                None => None,
            };
        // Mostly both are the same.
        let web = web.filter(|web| original.as_ref() != Some(web));
        let original = address("originalUrl", original);
        let web = address("webUrl", web);
        let Some(link) = web.or_else(|| original.clone()) else {
            return Err(findings.pop().map_or_else(|| missing(text, "originalUrl"), as_error));
        };
        // A placeholder is no identity: many articles may have the same one.
        let [original_written, web_written] = written;
        let identifying = original_written.filter(|_| original.is_some()).or(web_written);
        let id = identity(&identifying.unwrap_or_default());
        let article = Article {
            id,
            title,
            excerpt: self.excerpt.unwrap_or_default(),
            published,
            updated,
            via: original.filter(|original| *original != link),
            link,
            categories: self.category,
            kind: self.kind.filter(|kind| !kind.trim().is_empty()),
            quality: self.quality.integer(),
            topics: self.topics,
            provider: self.provider.0.unwrap_or_default().into(),
            images: media(self.images),
            videos: media(self.videos),
            player: self.featured_content.0.as_deref().and_then(embedded),
            related: self.related.0.into_iter().filter_map(RelatedKeys::public).collect(),
            body: Body::default(),
        };
        Ok((article, findings))
    }
}

impl StandingKeys {
    fn standing(self, date: Option<Timestamp>) -> Standing {
        let published = self.published_date_time.0.as_deref().and_then(Timestamp::parse);
        let addresses = [self.original_url.0, self.web_url.0];
        Standing {
            removed: self.removed.is(true) || self.deleted.is(true),
            unpublished: self.published.is(false) || self.draft.is(true),
            published: published.or(date),
            addresses: addresses.into_iter().flatten().collect(),
        }
    }
}

impl RelatedKeys {
    /// The related article, unless it has no title or says itself that it may not be shown.
    fn public(self) -> Option<Related> {
        let hidden = self.removed.is(true)
            || self.deleted.is(true)
            || self.published.is(false)
            || self.draft.is(true);
        (!hidden).then_some(())?;
        Some(Related {
            published: self.published_date_time.0.as_deref().and_then(Timestamp::parse),
            title: self.title.0.filter(|title| !title.trim().is_empty() && !too_long(title))?,
            addresses: [self.web_url.0, self.original_url.0].into_iter().flatten().collect(),
        })
    }
}

impl From<ProviderKeys> for Provider {
    fn from(keys: ProviderKeys) -> Provider {
        Provider {
            name: keys.name.unwrap_or_default(),
            domain: keys.domain.0.unwrap_or_default(),
            images: media(keys.images),
            authors: keys
                .authors
                .0
                .into_iter()
                .filter_map(|author| author.name.0.filter(|name| !too_long(name)))
                .collect(),
        }
    }
}

impl From<String> for ProviderKeys {
    fn from(name: String) -> ProviderKeys {
        let name = Some(name);
        ProviderKeys { name, ..ProviderKeys::default() }
    }
}

impl From<String> for AuthorKeys {
    fn from(name: String) -> AuthorKeys {
        AuthorKeys { name: Scalar(Some(name)) }
    }
}

impl From<String> for MediaKeys {
    fn from(url: String) -> MediaKeys {
        let url = Scalar(Some(url));
        MediaKeys { url, ..MediaKeys::default() }
    }
}

impl From<String> for RelatedKeys {
    /// An address alone has no title to show.
    fn from(_: String) -> RelatedKeys {
        RelatedKeys::default()
    }
}

fn media(keys: Many<MediaKeys>) -> Vec<Media> {
    let pixels = |scalar: &Scalar| {
        let number = scalar.integer().filter(|&number| number > 0)?;
        u32::try_from(number).ok()
    };
    let read = |keys: MediaKeys| {
        Some(Media {
            width: pixels(&keys.width),
            height: pixels(&keys.height),
            url: keys.url.0.filter(|url| !url.trim().is_empty())?,
            title: keys.title.0.unwrap_or_default(),
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
fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<Option<T>, Finding> {
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
