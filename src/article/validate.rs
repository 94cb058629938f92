//! Validation: from the keys of a file to a valid article, or to what is wrong with it.

use std::borrow::Cow;

use uuid::Uuid;

use super::Parsed;
use super::keys::{
    ArticleKeys, AuthorKeys, RecordingKeys, VisibilityKeys, bytes, embedded, explicit, is_written,
    media, names_of, owned, persons, seconds, written,
};
use super::meta::OptionalGroups;
use super::visibility::{DecidedBy, Flags, Visibility};
use super::{Article, ArticleMeta, Body, GroupKey, Provider, meta};
use crate::front_matter::de::{Scalar, too_long};
use crate::front_matter::key_mapping::MappedKeys;
use crate::front_matter::split::Split;
use crate::front_matter::syntax::Syntax;
use crate::front_matter::{Field, Key};
use crate::site_generator::{NameDate, Place, ReadOptions, permalink::PermalinkInput};
use crate::types::{
    FeedSlugs, Finding, Outcome, Problem, Reason, Severity, Timestamp, WebUrl, Zone, date,
    guid::article_id, language, limits, text::escape,
};

/// A file with front matter, and what else its article depends on.
pub(super) struct File<'c, 'a> {
    pub(super) split: Split<'a>,
    pub(super) place: &'c Place<'c>,
    /// The date in the file name, if it counts.
    pub(super) date: Option<Timestamp>,
    pub(super) options: &'c ReadOptions,
    /// The keys of the file, unless they are the standard ones.
    pub(super) mapped: Option<&'c MappedKeys<'c, 'a>>,
}

/// An article without errors: turning it into an [`Article`] cannot fail.
pub(super) struct ValidArticle<'a, K> {
    /// What follows the front matter.
    pub(super) body: &'a [u8],
    id: Uuid,
    published: Timestamp,
    updated: Option<Timestamp>,
    title: Cow<'a, str>,
    link: WebUrl,
    via: Option<WebUrl>,
    zone: Zone,
    language: Option<String>,
    is_translation: bool,
    optional_groups: OptionalGroups<Cow<'a, str>>,
    /// All other keys; those above have been taken out.
    keys: ArticleKeys<'a, K>,
}

impl<'a> File<'_, 'a> {
    /// A file with a mistake; `keys` may still say that its article is private.
    pub(super) fn invalid<K>(
        &self,
        finding: Finding,
        keys: Option<VisibilityKeys<'a>>,
    ) -> Parsed<'a, ValidArticle<'a, K>> {
        let visibility = keys.map(|keys| keys.visibility(self.date, self.options.zone));
        Parsed { visibility: visibility.unwrap_or_default(), outcome: Outcome::Invalid(finding) }
    }

    /// Decides what the file is.
    pub(super) fn validate<K>(&self, keys: ArticleKeys<'a, K>) -> Parsed<'a, ValidArticle<'a, K>> {
        let mut published = self.published(&keys);
        let is_article = keys.is_article() || self.has_title_in_name();
        let mut keys = self.completed(keys, published);
        let is_page_asked = is_article && self.add_shown(&mut keys, &mut published);
        let flags = Flags {
            published: keys.published,
            draft: keys.draft,
            removed: keys.removed,
            deleted: keys.deleted,
        };
        let expires =
            keys.expiry_date.as_deref().and_then(|date| self.instant(Field::Expires, date));
        let addresses = [keys.original_url.clone(), keys.web_url.clone()];
        let visibility = Visibility {
            decided_by: if is_page_asked { DecidedBy::FileAndPage } else { DecidedBy::File },
            ..Visibility::new(&flags, published, expires, addresses)
        };
        let has_date = is_written(keys.published_date_time.as_ref());
        // A date that is no date is never replaced by that of the name.
        let is_first = self.options.date_from_name == NameDate::First && self.date.is_some();
        let is_wrong = has_date
            && !is_first
            && keys
                .published_date_time
                .as_deref()
                .is_some_and(|date| self.instant(Field::Date, date).is_none());
        let outcome = match published.filter(|_| !is_wrong) {
            _ if !is_article => Outcome::LeftOut(Reason::NotAnArticle),
            Some(published) => {
                let mut findings = Vec::new();
                match self.article(keys, published, &mut findings) {
                    Ok(article) => Outcome::Article(article, findings),
                    Err(finding) => Outcome::Invalid(finding),
                }
            }
            None if has_date => Outcome::Invalid(self.bad_date(Field::Date, Severity::Error)),
            None => Outcome::LeftOut(Reason::Undated),
        };
        Parsed { visibility, outcome }
    }

    /// Adds what the page of the article says and its file does not: the title, the date, topics. Returns
    /// whether the page was asked.
    fn add_shown<K>(
        &self,
        keys: &mut ArticleKeys<'a, K>,
        published: &mut Option<Timestamp>,
    ) -> bool {
        let Some(shown) = &self.options.shown else { return false };
        let has_title = is_written(keys.title.as_ref());
        let has_date = published.is_some() || is_written(keys.published_date_time.as_ref());
        if has_title && has_date && !keys.topics.is_empty() {
            return false;
        }
        let urls = [&keys.web_url, &keys.original_url];
        let address = urls.into_iter().flatten().find_map(|url| WebUrl::parse(url).ok());
        let Some(facts) = address.and_then(|address| shown.facts(&address)) else { return true };
        if !has_date {
            *published = facts.marked_date();
        }
        if let (false, Some(title)) = (has_title, facts.title) {
            keys.title = Some(Cow::Owned(escape(&title.value).into_owned()));
        }
        if let (true, Some(topics)) = (keys.topics.is_empty(), facts.topics) {
            keys.topics = topics.value.into_iter().map(Cow::Owned).collect();
        }
        true
    }

    fn instant(&self, field: Field, date: &str) -> Option<Timestamp> {
        let zone = self.options.zone;
        if zone != Zone::default() && Timestamp::is_yaml(date) && self.has_yaml_dates(field) {
            return Timestamp::parse(date);
        }
        let generator = self.options.generator;
        let day_first = || {
            let is_ruby = generator.is_some_and(|generator| generator.rules().has_dates_of_ruby);
            let beginning = || Timestamp::parse_beginning(date, zone);
            Timestamp::parse_day_first(date, zone).or_else(beginning).filter(|_| is_ruby)
        };
        Timestamp::parse_in(date, zone).or_else(day_first)
    }

    /// Whether the date of a field is one of YAML, and not a text that looks like one.
    fn has_yaml_dates(&self, field: Field) -> bool {
        let front_matter = self.split.front_matter;
        let generator = self.options.generator;
        generator.is_some_and(|generator| generator.rules().has_dates_of_ruby)
            && front_matter.syntax == Syntax::Yaml
            && self.mapped.is_some_and(|mapped| !front_matter.is_quoted(&mapped.key(field)))
    }

    /// Whether the file name has a title for an article without one.
    fn has_title_in_name(&self) -> bool {
        let generator = self.options.generator;
        self.date.is_some()
            && generator.is_some_and(|generator| generator.rules().titles_from_names)
    }

    /// The name of the file as addresses have it: mostly without its date.
    fn name_in_address(&self, has_other_date: bool) -> &str {
        let name = date::base_name(&self.place.path).unwrap_or_default();
        let is_kept = match self.options.date_from_name {
            NameDate::FallbackOnly => has_other_date,
            NameDate::FallbackKept => true,
            _ => self.date.is_none(),
        };
        let generator = self.options.generator;
        let short_years = generator.is_some_and(|generator| generator.rules().has_short_years);
        if is_kept { name } else { date::without_date(name, short_years) }
    }

    /// Whether the rest of the file name is the slug: in Hugo, if its date is that of the article.
    fn is_name_a_slug(&self, has_other_date: bool) -> bool {
        let counts = match self.options.date_from_name {
            NameDate::First => true,
            NameDate::FallbackOnly => !has_other_date,
            _ => false,
        };
        counts && self.date.is_some()
    }

    /// The date of publication: that of the key or of the file name.
    fn published<K>(&self, keys: &ArticleKeys<'a, K>) -> Option<Timestamp> {
        let written = keys.published_date_time.as_deref();
        let written = written.and_then(|date| self.instant(Field::Date, date));
        let known = match self.options.date_from_name {
            NameDate::First => self.date.or(written),
            _ => written.or(self.date),
        };
        let in_path = || Timestamp::in_path(keys.permalink.0.as_deref()?, self.options.zone);
        known.or_else(in_path)
    }

    /// Adds to the keys what the site and the file name say.
    fn completed<K>(
        &self,
        mut keys: ArticleKeys<'a, K>,
        published: Option<Timestamp>,
    ) -> ArticleKeys<'a, K> {
        let Some(permalinks) = &self.options.permalinks else { return keys };
        let has_date = is_written(keys.published_date_time.as_ref());
        let name = self.name_in_address(has_date);
        let folders = permalinks.categories(&self.place.path).into_iter().map(Cow::Owned);
        keys.category = folders.chain(std::mem::take(&mut keys.category)).collect();
        if !is_written(keys.title.as_ref()) && self.has_title_in_name() {
            keys.title = Some(Cow::Owned(capitalized(name)));
        }
        self.name_authors(&mut keys.authors.0);
        for address in [&mut keys.original_url, &mut keys.web_url] {
            let is_relative = |url: &&str| !url.trim().is_empty() && !url.contains("://");
            let relative = address.as_deref().filter(is_relative);
            if let Some(absolute) = relative.and_then(|path| permalinks.absolute(path)) {
                *address = Some(Cow::Owned(absolute.to_string()));
            }
        }
        if !is_written(keys.original_url.as_ref()) && !is_written(keys.web_url.as_ref()) {
            let rules = permalinks.generator.rules();
            let date = self.mapped.and_then(|mapped| mapped.text(rules.address_dates));
            let date = date.or(keys.published_date_time.as_deref());
            let is_of_name = self.options.date_from_name == NameDate::First && self.date.is_some();
            let local = date.filter(|_| rules.dates_are_local && !is_of_name);
            let published = local
                .and_then(Timestamp::parse_as_written)
                .or_else(|| published.map(|date| date.shown_in(self.options.zone)));
            let written_slug = keys.slug.0.as_deref().filter(|slug| !slug.trim().is_empty());
            let address = permalinks.address(&PermalinkInput {
                path: &self.place.path,
                language: self.place.language,
                is_section: &self.place.is_section,
                name,
                published,
                title: keys.title.as_deref().unwrap_or_default(),
                slug: written_slug.or_else(|| self.is_name_a_slug(has_date).then_some(name)),
                permalink: keys.permalink.0.as_deref(),
                categories: &keys.category,
            });
            keys.original_url = match address {
                Some(address) => Some(Cow::Owned(address.to_string())),
                // A permalink that makes no address becomes a finding.
                None => keys.permalink.0.take(),
            };
        }
        keys
    }

    /// Puts the names that the site has for its authors, and the author of the site where there is none.
    fn name_authors(&self, authors: &mut Vec<AuthorKeys<Scalar<'a>>>) {
        let context = &self.options.site_context;
        for author in &mut *authors {
            let known = author.name.0.as_deref().and_then(|key| context.authors.get(key.trim()));
            author.name = known.map_or_else(
                || std::mem::take(&mut author.name),
                |name| Scalar(Some(Cow::Owned(name.clone()))),
            );
        }
        if authors.is_empty() {
            let name = context.author.clone().map(|name| Scalar(Some(Cow::Owned(name))));
            authors.extend(name.map(|name| AuthorKeys { name }));
        }
    }

    /// # Errors
    ///
    /// With the first mistake that an article cannot have; `findings` gets the others.
    fn article<K>(
        &self,
        mut keys: ArticleKeys<'a, K>,
        published: Timestamp,
        findings: &mut Vec<Finding>,
    ) -> Result<ValidArticle<'a, K>, Finding> {
        // Without the date nobody knows for how long the article may be seen.
        if written(keys.expiry_date.take())
            .is_some_and(|date| self.instant(Field::Expires, &date).is_none())
        {
            return Err(self.bad_date(Field::Expires, Severity::Error));
        }
        let updated = keys.updated_date_time.take().and_then(|written| {
            let updated = self.instant(Field::Updated, &written);
            if updated.is_none() && !written.trim().is_empty() {
                findings.push(self.bad_date(Field::Updated, Severity::Warning));
            }
            updated
        });
        let missing = |field| self.finding(field, Problem::Missing);
        let title = written(keys.title.take()).ok_or_else(|| missing(Field::Title))?;
        if too_long(&title) {
            return Err(self.finding(Field::Title, |_| Problem::TitleLong));
        }

        let original = written(keys.original_url.take());
        let web = written(keys.web_url.take());
        if original.is_none() && web.is_none() {
            return Err(missing(Field::Url));
        }
        let [original_written, web_written] = [original.clone(), web.clone()];
        let mut address = |field: Field, url: Cow<'a, str>| {
            let reason = match WebUrl::parse(&url) {
                Ok(address) => return Some(address),
                Err(reason) => reason,
            };
            let severity = Severity::Warning;
            findings.push(self.finding(field, |key| Problem::Address { key, reason, severity }));
            None
        };
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
                return Err(findings.pop().map_or_else(|| missing(Field::Url), as_error));
            }
        };
        let id = article_id(&identifying.unwrap_or_default());
        let (body, zone) = (self.split.body, self.options.zone);
        if body.len() > limits::BODY_BYTES {
            findings.push(Finding::new(0, 0, Problem::BodyLong));
        }
        let language = self.language(keys.language.0.as_deref());
        let optional_groups = self.optional_groups(&keys, language.as_deref());
        let is_translation = self.place.language > 0;
        Ok(ValidArticle {
            body,
            id,
            published,
            updated,
            title,
            link,
            via,
            zone,
            language,
            is_translation,
            optional_groups,
            keys,
        })
    }

    /// The language tag of an article: its own, else that of its place in the site.
    fn language(&self, written: Option<&str>) -> Option<String> {
        let of_place = || self.options.site_context.languages.get(self.place.language);
        let tag = written.and_then(language::tag);
        tag.or_else(|| language::tag(&of_place()?.tag))
    }

    /// The names of groups by the keys that the run asks for.
    fn optional_groups<K>(
        &self,
        keys: &ArticleKeys<'a, K>,
        language: Option<&str>,
    ) -> OptionalGroups<Cow<'a, str>> {
        let names = |key: GroupKey| match key {
            GroupKey::Author => {
                let of_provider = keys.provider.0.first().map(|provider| &provider.authors);
                of_provider.into_iter().chain([&keys.authors]).flat_map(names_of).collect()
            }
            GroupKey::Language => {
                let tag = language.unwrap_or(&self.options.language).to_owned();
                vec![Cow::Owned(tag)]
            }
            GroupKey::Section => self.section().map(Cow::Owned).into_iter().collect(),
            GroupKey::Declared(name) => {
                self.mapped.map_or_else(Vec::new, |mapped| mapped.names(name))
            }
            _ => Vec::new(),
        };
        self.options.groups.iter().map(|&key| (key, names(key))).collect()
    }

    /// The first folder below the source.
    fn section(&self) -> Option<String> {
        let mut names = self.place.path.components();
        let first = names.next()?.as_os_str().to_str()?;
        // The last is the file itself.
        names.next().map(|_| first.to_owned())
    }

    /// A finding at the value of a field.
    fn finding(&self, field: Field, problem: impl FnOnce(Key) -> Problem) -> Finding {
        let fields = &self.options.fields;
        let key = self.mapped.map_or_else(|| fields.key(field), |mapped| mapped.key(field));
        self.split.front_matter.finding(&key.clone(), problem(key))
    }

    fn bad_date(&self, field: Field, severity: Severity) -> Finding {
        self.finding(field, |key| Problem::Date { key, severity })
    }
}

impl<K> ArticleKeys<'_, K> {
    /// Whether the file is meant to be an article.
    fn is_article(&self) -> bool {
        [&self.title, &self.original_url, &self.web_url, &self.published_date_time]
            .into_iter()
            .any(|key| is_written(key.as_ref()))
    }
}

impl<'a, K> ValidArticle<'a, K> {
    /// What decides where the article goes.
    pub(super) fn meta(&self, slugs: &mut FeedSlugs) -> ArticleMeta {
        ArticleMeta {
            id: self.id,
            published: self.published,
            quality: self.keys.quality.integer(),
            is_translation: self.is_translation,
            groups: meta::groups(|key| self.group_names(key), &self.optional_groups, slugs),
        }
    }

    fn group_names(&self, key: GroupKey) -> &[Cow<'a, str>] {
        let keys = &self.keys;
        match key {
            GroupKey::All => &[],
            GroupKey::Author | GroupKey::Declared(_) | GroupKey::Language | GroupKey::Section => {
                meta::optional_names(&self.optional_groups, key)
            }
            GroupKey::Category => &keys.category,
            GroupKey::Provider => {
                keys.provider.0.first().map_or(&[], |provider| provider.name.as_slice())
            }
            GroupKey::Topic => &keys.topics,
            GroupKey::Type => keys.kind.as_slice(),
        }
    }
}

impl<'a> ValidArticle<'a, Scalar<'a>> {
    /// The article with its body, which is `self.body` as text.
    pub(super) fn article(self, body: Body) -> Article {
        let keys = self.keys;
        let (related, zone) = (keys.related.0.into_iter(), self.zone);
        let mut provider = Provider::from(keys.provider.0.into_iter().next().unwrap_or_default());
        provider.authors.extend(persons(keys.authors));
        let recordings = [keys.enclosure, keys.audio, keys.videos].into_iter();
        let recordings = recordings.flat_map(|recordings| recordings.0);
        let mut recordings: Vec<_> = recordings.filter_map(RecordingKeys::recording).collect();
        if let Some(first) = recordings.first_mut() {
            first.bytes = first.bytes.or_else(|| bytes(&keys.audio_length));
            first.seconds = first.seconds.or_else(|| seconds(&keys.duration));
        }
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
            language: self.language,
            is_translation: self.is_translation,
            optional_groups: self
                .optional_groups
                .into_iter()
                .map(|(key, names)| (key, owned(names)))
                .collect(),
            provider,
            images: media(keys.images),
            recordings,
            explicit: explicit(&keys.explicit),
            player: keys.featured_content.0.as_deref().and_then(embedded),
            related: related.filter_map(|related| related.related(zone)).collect(),
            body,
        }
    }
}

/// The words of a file name as a title, each with a capital.
fn capitalized(name: &str) -> String {
    let words = name.split(['-', ' ']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().into_iter().flat_map(char::to_uppercase);
        first.chain(chars.as_str().chars()).collect::<String>()
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}

/// The finding about an address, which is the only one of its article.
fn as_error(mut finding: Finding) -> Finding {
    if let Problem::Address { severity, .. } = &mut finding.problem {
        *severity = Severity::Error;
    }
    finding
}
