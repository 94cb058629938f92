//! Front matter: keys and values into an article.
//!
//! Shapes that mean something are accepted: one topic instead of a list, a provider that is only a
//! name, a title that is a number, YAML 1.1 booleans. Shapes that mean nothing are a finding, or
//! lose what they stand for where the article is whole without it, such as an image.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeSeed;
use uuid::Uuid;

use super::schema::{Keep, Keys, StandingKeys, embedded, media, owned, persons, written};
use super::{Article, ArticleMeta, Body, GroupKey, Parsed, Provider, Visibility, meta};
use crate::front_matter::de::{Scalar, too_long};
use crate::front_matter::mapping::{KeyMapping, Mapped, Resolver};
use crate::front_matter::split::FrontMatter;
use crate::front_matter::syntax::{self, Syntax};
use crate::front_matter::{Field, Key};
use crate::site_generator::permalink::Facts;
use crate::site_generator::{ReadOptions, TitleFallback, YamlReader};
use crate::types::date::{self, Timestamp, Zone};
use crate::types::diagnostic::{Finding, Problem, Severity};
use crate::types::id::article_id;
use crate::types::limits;
use crate::types::outcome::{Outcome, Reason};
use crate::types::slug::FeedSlugs;
use crate::types::url::WebUrl;

/// Reads the front matter of the file at a path. `date` stands in for a missing date.
///
/// The judgement is the same whatever is kept.
pub(super) fn read<'a, K: Keep<'a>>(
    front_matter: FrontMatter<'a>,
    path: &Path,
    date: Option<Timestamp>,
    options: &ReadOptions,
) -> Parsed<'a, ValidArticle<'a, K>> {
    let fields = &options.fields;
    let mut context = Context { front_matter, path, date, options, roles: None };
    if fields.is_standard() {
        return context.read();
    }
    let (defaults, private) = options.site_context.of(path);
    let look = Resolver { fields, defaults: &defaults };
    let roles = match scanned(front_matter, options.yaml, look) {
        Some(roles) => Ok(Some(roles)),
        None => by_crate(front_matter, look),
    };
    let mut parsed = match roles {
        Ok(roles) => {
            context.roles = Some(roles.unwrap_or_else(|| look.of_nothing()));
            context.read()
        }
        Err(finding) => {
            Parsed { visibility: Visibility::default(), outcome: Outcome::Invalid(finding) }
        }
    };
    parsed.visibility.unpublished |= private;
    parsed
}

/// What it takes to read the front matter of one file.
struct Context<'c, 'a> {
    front_matter: FrontMatter<'a>,
    path: &'c Path,
    date: Option<Timestamp>,
    options: &'c ReadOptions,
    /// What stands for what, if the keys are not the standard ones.
    roles: Option<KeyMapping>,
}

impl<'a> Context<'_, 'a> {
    fn read<K: Keep<'a>>(&self) -> Parsed<'a, ValidArticle<'a, K>> {
        let keys = match self.keys() {
            Ok(keys) => keys.unwrap_or_default(),
            Err(finding) => {
                // The rest of the file may still say that nobody may hear of it.
                let keys = self.by_crate::<StandingKeys<'a>>();
                let visibility =
                    keys.ok().flatten().map(|keys| keys.visibility(self.date, self.options.zone));
                return Parsed {
                    visibility: visibility.unwrap_or_default(),
                    outcome: Outcome::Invalid(finding),
                };
            }
        };
        let published = keys.published_date_time.as_deref().and_then(|date| self.instant(date));
        let is_article = keys.is_article()
            || self.options.title_fallback == TitleFallback::FileName && self.date.is_some();
        let keys = self.completed(keys, published.or(self.date));
        Parsed {
            visibility: Visibility {
                removed: keys.removed == Some(true) || keys.deleted == Some(true),
                unpublished: keys.published == Some(false) || keys.draft == Some(true),
                published: published.or(self.date),
                expires: keys.expiry_date.as_deref().and_then(|date| self.instant(date)),
                addresses: [keys.original_url.clone(), keys.web_url.clone()],
            },
            outcome: if is_article {
                keys.judged(self, published)
            } else {
                Outcome::LeftOut(Reason::NotAnArticle)
            },
        }
    }

    fn instant(&self, date: &str) -> Option<Timestamp> {
        Timestamp::parse_in(date, self.options.zone)
    }

    /// The keys by their standard names.
    ///
    /// The scanner refuses no value for what it is, kept or not. The crate does, so it gets to see
    /// all of them.
    fn keys<K: Keep<'a>>(&self) -> Result<Option<Keys<'a, K>>, Finding> {
        match self.scanned() {
            Some(keys) => Ok(Some(keys)),
            None => self.by_crate().map(|keys| keys.map(K::of)),
        }
    }

    /// What the scanner can say.
    fn scanned<T: Deserialize<'a>>(&self) -> Option<T> {
        let seed = PhantomData::<T>;
        match &self.roles {
            None => scanned(self.front_matter, self.options.yaml, seed),
            Some(roles) if roles.twice().is_some() => None,
            Some(roles) => scanned(self.front_matter, self.options.yaml, Mapped(roles, seed)),
        }
    }

    /// What the crate says.
    fn by_crate<T: Deserialize<'a>>(&self) -> Result<Option<T>, Finding> {
        let seed = PhantomData::<T>;
        match &self.roles {
            None => by_crate(self.front_matter, seed),
            Some(roles) => match roles.twice() {
                None => by_crate(self.front_matter, Mapped(roles, seed))
                    .map(|keys| keys.or_else(|| roles.alone())),
                Some(key) => {
                    let problem = format!("invalid front matter: duplicate field `{key}`");
                    Err(self.located(key, Problem::Yaml(problem)))
                }
            },
        }
    }

    /// The keys with what the site and the name of the file add to them.
    fn completed<K>(&self, mut keys: Keys<'a, K>, published: Option<Timestamp>) -> Keys<'a, K> {
        let Some(permalinks) = &self.options.permalinks else { return keys };
        let dated = self.date.is_some();
        let name = date::base_name(self.path).unwrap_or_default();
        let name = if dated { date::without_date(name) } else { name };
        let folders = permalinks.categories(self.path).into_iter().map(Cow::Owned);
        keys.category = folders.chain(std::mem::take(&mut keys.category)).collect();
        let is_blank =
            |value: &Option<Cow<'_, str>>| value.as_deref().is_none_or(|v| v.trim().is_empty());
        if is_blank(&keys.title) && dated && self.options.title_fallback == TitleFallback::FileName
        {
            keys.title = Some(Cow::Owned(in_capitals(name)));
        }
        for address in [&mut keys.original_url, &mut keys.web_url] {
            let relative =
                address.as_deref().filter(|url| !url.trim().is_empty() && !url.contains("://"));
            if let Some(absolute) = relative.and_then(|path| permalinks.absolute(path)) {
                *address = Some(Cow::Owned(absolute.to_string()));
            }
        }
        if is_blank(&keys.original_url) && is_blank(&keys.web_url) {
            let written =
                keys.published_date_time.as_deref().filter(|_| permalinks.has_local_dates());
            let published = written
                .and_then(Timestamp::parse_as_written)
                .or_else(|| published.map(|date| date.shown_in(self.options.zone)));
            let address = permalinks.of(&Facts {
                path: self.path,
                name,
                published,
                title: keys.title.as_deref().unwrap_or_default(),
                slug: keys.slug.0.as_deref(),
                permalink: keys.permalink.0.as_deref(),
                categories: &keys.category,
            });
            keys.original_url = match address {
                Some(address) => Some(Cow::Owned(address.to_string())),
                // What it says is no address, which will be said.
                None => keys.permalink.0.take(),
            };
        }
        keys
    }

    /// What the file calls a field, or should.
    fn key(&self, field: Field) -> Key {
        let written = self.roles.as_ref().and_then(|roles| roles.key(field));
        written.map_or_else(|| self.options.fields.key(field), |key| Cow::Owned(key.to_owned()))
    }

    fn missing(&self, field: Field) -> Finding {
        let key = self.key(field);
        self.located(&key.clone(), Problem::Missing(key))
    }

    fn bad_date(&self, field: Field, severity: Severity) -> Finding {
        let key = self.key(field);
        self.located(&key.clone(), Problem::Date { key, severity })
    }

    /// A finding at the value of a top-level key, or at the opening fence if it cannot be found.
    fn located(&self, key: &str, problem: Problem) -> Finding {
        let FrontMatter { text, syntax } = self.front_matter;
        let sign = if syntax == Syntax::Toml { '=' } else { ':' };
        let place = text.lines().enumerate().find_map(|(number, line)| {
            let outdented = if syntax == Syntax::Json { line.trim_start() } else { line };
            let unquoted = outdented.strip_prefix(['"', '\'']).unwrap_or(outdented);
            let after = unquoted.strip_prefix(key)?;
            let after = after.strip_prefix(['"', '\'']).unwrap_or(after);
            let value = after.trim_start().strip_prefix(sign)?.trim_start();
            let column = line.chars().count() - value.chars().count() + 1;
            Some((number + self.front_matter.first_line(), column))
        });
        let (line, column) = place.unwrap_or((1, 1));
        Finding::new(line, column, problem)
    }
}

/// The words of a file name as a title.
fn in_capitals(name: &str) -> String {
    let words = name.split(['-', ' ']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().into_iter().flat_map(char::to_uppercase);
        first.chain(chars.as_str().chars()).collect::<String>()
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}

/// Reads front matter by a seed, if it is YAML that the scanner is sure of.
fn scanned<'de, S: DeserializeSeed<'de>>(
    FrontMatter { text, syntax }: FrontMatter<'de>,
    reader: YamlReader,
    seed: S,
) -> Option<S::Value> {
    let may_scan = syntax == Syntax::Yaml && reader == YamlReader::Scanner;
    may_scan.then(|| syntax::read_simple(text, seed))?
}

/// Reads front matter by a seed; `Ok(None)` if it is empty or holds nothing but comments.
fn by_crate<'de, S: DeserializeSeed<'de>>(
    FrontMatter { text, syntax }: FrontMatter<'de>,
    seed: S,
) -> Result<Option<S::Value>, Finding> {
    if syntax == Syntax::Yaml {
        check_cost(text)?;
    }
    syntax::read_with(syntax, text, seed).map_err(|error| {
        let problem =
            Problem::Yaml(format!("invalid front matter: {}", error.reason_without_content()));
        let before = FrontMatter { text, syntax }.first_line() - 1;
        Finding::new(error.line + before, error.column, problem)
    })
}

/// An article that has been judged as a whole: whatever is made of it cannot fail any more.
pub(super) struct ValidArticle<'a, K> {
    id: Uuid,
    published: Timestamp,
    updated: Option<Timestamp>,
    title: Cow<'a, str>,
    link: WebUrl,
    via: Option<WebUrl>,
    zone: Zone,
    /// What else there is; the keys above are gone from it.
    keys: Keys<'a, K>,
}

impl<'a, K> ValidArticle<'a, K> {
    /// What decides where the article goes.
    pub(super) fn meta(&self, slugs: &mut FeedSlugs) -> ArticleMeta {
        ArticleMeta {
            id: self.id,
            published: self.published,
            quality: self.keys.quality.integer(),
            groups: meta::groups(|key| self.group_names(key), slugs),
        }
    }

    fn group_names(&self, key: GroupKey) -> &[Cow<'a, str>] {
        let keys = &self.keys;
        match key {
            GroupKey::All => &[],
            GroupKey::Category => &keys.category,
            GroupKey::Provider => {
                keys.provider.0.as_ref().map_or(&[], |provider| provider.name.as_slice())
            }
            GroupKey::Topic => &keys.topics,
            GroupKey::Type => keys.kind.as_slice(),
        }
    }
}

impl<'a> ValidArticle<'a, Scalar<'a>> {
    /// The article, with what follows the front matter.
    pub(super) fn article(self, body: Body) -> Article {
        let keys = self.keys;
        let (related, zone) = (keys.related.0.into_iter(), self.zone);
        let mut provider = Provider::from(keys.provider.0.unwrap_or_default());
        provider.authors.extend(persons(keys.authors));
        Article {
            id: self.id,
            title: self.title.into_owned(),
            excerpt: keys.excerpt.unwrap_or_default().into_owned(),
            published: self.published,
            updated: self.updated,
            link: self.link,
            via: self.via,
            categories: owned(keys.category),
            kind: written(keys.kind).map(Cow::into_owned),
            quality: keys.quality.integer(),
            topics: owned(keys.topics),
            provider,
            images: media(keys.images),
            videos: media(keys.videos),
            player: keys.featured_content.0.as_deref().and_then(embedded),
            related: related.filter_map(|related| related.public(zone)).collect(),
            body,
        }
    }
}

impl<'a, K> Keys<'a, K> {
    /// Whether the file wants to be an article.
    fn is_article(&self) -> bool {
        let is_written =
            |key: &Option<Cow<'_, str>>| key.as_deref().is_some_and(|s| !s.trim().is_empty());
        [&self.title, &self.original_url, &self.web_url, &self.published_date_time]
            .into_iter()
            .any(is_written)
    }

    /// `published` is what the date of publication says, if it can be read.
    fn judged(
        self,
        context: &Context<'_, 'a>,
        published: Option<Timestamp>,
    ) -> Outcome<ValidArticle<'a, K>> {
        let is_written =
            |key: &Option<Cow<'_, str>>| key.as_deref().is_some_and(|s| !s.trim().is_empty());
        let has_date = is_written(&self.published_date_time);
        let published = match if has_date { published } else { context.date } {
            Some(published) => published,
            None if has_date => {
                return Outcome::Invalid(context.bad_date(Field::Date, Severity::Error));
            }
            None => return Outcome::LeftOut(Reason::Undated),
        };
        match self.dated(context, published) {
            Ok((judged, findings)) => Outcome::Article(judged, findings),
            Err(finding) => Outcome::Invalid(finding),
        }
    }

    fn dated(
        mut self,
        context: &Context<'_, 'a>,
        published: Timestamp,
    ) -> Result<(ValidArticle<'a, K>, Vec<Finding>), Finding> {
        let mut findings = Vec::new();
        // Nobody knows for how long the article may be seen.
        if written(self.expiry_date.take()).is_some_and(|date| context.instant(&date).is_none()) {
            return Err(context.bad_date(Field::Expires, Severity::Error));
        }
        let updated = self.updated_date_time.take().and_then(|written| {
            let updated = context.instant(&written);
            if updated.is_none() && !written.trim().is_empty() {
                findings.push(context.bad_date(Field::Updated, Severity::Warning));
            }
            updated
        });
        let title = written(self.title.take()).ok_or_else(|| context.missing(Field::Title))?;
        if too_long(&title) {
            return Err(context.located(&context.key(Field::Title), Problem::TitleLong));
        }

        let original = written(self.original_url.take());
        let web = written(self.web_url.take());
        if original.is_none() && web.is_none() {
            return Err(context.missing(Field::Url));
        }
        let mut address = |field: Field, url: Cow<'a, str>| {
            let reason = match WebUrl::parse(&url) {
                Ok(address) => return Some(address),
                Err(reason) => reason,
            };
            let key = context.key(field);
            let problem =
                Problem::Address { key: key.clone(), reason, severity: Severity::Warning };
            findings.push(context.located(&key, problem));
            None
        };
        let [original_written, web_written] = [original.clone(), web.clone()];
        // Mostly both are the same.
        let web = web.filter(|web| original.as_ref() != Some(web));
        let original = original.and_then(|url| address(Field::Url, url));
        let web = web.and_then(|url| address(Field::Link, url));
        // A placeholder is no identity: many articles may have the same one.
        let identifying = original_written.filter(|_| original.is_some()).or(web_written);
        let (link, via) = match (web, original) {
            (Some(web), original) => {
                let via = original.filter(|original| original.as_str() != web.as_str());
                (web, via)
            }
            (None, Some(original)) => (original, None),
            (None, None) => {
                return Err(findings.pop().map_or_else(|| context.missing(Field::Url), as_error));
            }
        };
        let id = article_id(&identifying.unwrap_or_default());
        let zone = context.options.zone;
        Ok((ValidArticle { id, published, updated, title, link, via, zone, keys: self }, findings))
    }
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

fn as_error(mut finding: Finding) -> Finding {
    if let Problem::Address { severity, .. } = &mut finding.problem {
        *severity = Severity::Error;
    }
    finding
}
