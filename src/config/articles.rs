//! What a configuration says about how articles are read: presets, fields, permalinks, and what a site
//! says about itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Config, ConfigError, PermalinkConfig, folder_address, names};
use crate::front_matter::{Field, Key};
use crate::site_generator::permalink::{Pattern, Permalinks, Slugs};
use crate::site_generator::{DateFallback, Defaults, ReadOptions, SiteContext};
use crate::site_generator::{SiteFacts, SiteGenerator};
use crate::types::date::Zone;

/// What a site says about its articles, and nobody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteConfig {
    /// The folder whose name is no part of an address.
    root: Option<PathBuf>,
    fields: BTreeMap<Field, Vec<Key>>,
    site_context: SiteContext,
}

impl Config {
    /// What the site of a preset says about itself, in the folder where it says so.
    pub fn of_site(facts: SiteFacts, folder: &Path) -> Config {
        let articles = folder.join(&facts.folder);
        let here = articles.as_os_str().is_empty();
        let source = if here { PathBuf::from(".") } else { articles.clone() };
        let defaults = facts.defaults.into_iter();
        let below = |one: Defaults| Defaults { below: articles.join(&one.below), ..one };
        let site_context = SiteContext {
            defaults: defaults.map(below).collect(),
            bundles: BTreeSet::new(),
            translations: facts.translations,
        };
        let fields = facts.fields.into_iter();
        let owned = |(field, keys): (Field, Vec<String>)| {
            (field, keys.into_iter().map(Key::from).collect())
        };
        let permalink = if facts.permalinks.is_empty() {
            facts.permalink.map(PermalinkConfig::One)
        } else {
            Some(PermalinkConfig::BySection(facts.permalinks))
        };
        Config {
            source: Some(vec![source]),
            site: SiteConfig {
                root: Some(articles),
                fields: fields.map(owned).collect(),
                site_context,
            },
            title: facts.title,
            description: facts.description,
            // Sites often write `en_US`.
            language: facts.language.map(|tag| tag.replace('_', "-")),
            site_url: facts.url,
            timezone: facts.timezone,
            permalink,
            ..Config::default()
        }
    }

    /// The preset that the configuration names.
    ///
    /// # Errors
    ///
    /// If there is none of that name.
    pub fn preset(&self) -> Result<Option<SiteGenerator>, ConfigError> {
        let presets = SiteGenerator::ALL.map(|preset| (preset.name(), preset));
        let named = names("preset", self.preset.iter().cloned().collect(), &presets)?;
        Ok(named.first().copied())
    }

    /// How articles are read.
    pub(super) fn options(&self) -> Result<ReadOptions, ConfigError> {
        let preset = self.preset()?;
        let known = preset.map(SiteGenerator::options).unwrap_or_default();
        let names_say = self.date_from_name.or(preset.map(SiteGenerator::dates_from_names));
        let zone = self.timezone.as_deref().map(|name| {
            Zone::named(name).ok_or_else(|| ConfigError::Value {
                key: "timezone".to_owned(),
                reason: format!("`{name}` is not a zone such as `Europe/Berlin`"),
            })
        });
        Ok(ReadOptions {
            zone: zone.transpose()?.unwrap_or_default(),
            fields: known.fields.clone().with(self.site.fields.clone()).with(self.own_fields()?),
            site_context: self.site.site_context.clone(),
            permalinks: self.permalinks(preset)?,
            date_fallback: if names_say.unwrap_or(false) {
                DateFallback::FileName
            } else {
                DateFallback::None
            },
            ..known
        })
    }

    fn own_fields(&self) -> Result<BTreeMap<Field, Vec<Key>>, ConfigError> {
        let known = Field::ALL.map(|field| (field.name(), field));
        let mut own = BTreeMap::new();
        let mut given = BTreeSet::new();
        for (name, keys) in &self.fields {
            let error = |reason| ConfigError::Value { key: format!("fields.{name}"), reason };
            let fields = names("fields", vec![name.clone()], &known)?;
            for key in keys {
                if key.trim().is_empty() {
                    return Err(error("a key is empty".to_owned()));
                }
                if key.split('.').any(|part| part.eq_ignore_ascii_case("secured")) {
                    return Err(error(format!("`{key}` is private, and never read")));
                }
                if key.matches('.').count() > 1 {
                    return Err(error(format!("`{key}` lies deeper than one mapping in another")));
                }
                if !given.insert(key.as_str()) {
                    return Err(error(format!("`{key}` is the key of another field, too")));
                }
            }
            let keys: Vec<Key> = keys.iter().cloned().map(Key::from).collect();
            own.extend(fields.into_iter().map(|field| (field, keys.clone())));
        }
        Ok(own)
    }

    fn permalinks(&self, preset: Option<SiteGenerator>) -> Result<Option<Permalinks>, ConfigError> {
        if preset.is_none() && self.permalink.is_none() {
            return Ok(None);
        }
        let error = |key: &str, reason: String| ConfigError::Value { key: key.to_owned(), reason };
        let site = folder_address("site-url", self.site_url.clone())?.ok_or_else(|| {
            let file = preset.and_then(|preset| preset.site_files().first());
            let said = file.map(|file| format!(", and no {file} says it")).unwrap_or_default();
            error("site-url", format!("is missing{said}; addresses of articles begin with it"))
        })?;
        let slugs = preset.map_or(Slugs::Zola, SiteGenerator::slugs);
        let parse = |pattern: &str| {
            let unknown = |name| error("permalink", format!("`:{name}` is no part of an address"));
            Pattern::parse(pattern, slugs).map_err(unknown)
        };
        let usual = preset.map_or(PATTERN, SiteGenerator::pattern);
        let mut sections = BTreeMap::new();
        let pattern = match &self.permalink {
            None => parse(usual)?,
            Some(PermalinkConfig::One(pattern)) => parse(pattern)?,
            Some(PermalinkConfig::BySection(patterns)) => {
                for (section, pattern) in patterns {
                    sections.insert(section.clone(), parse(pattern)?);
                }
                parse(usual)?
            }
        };
        let source = self.source.iter().flatten();
        let roots = self.site.root.iter().chain(source).cloned().collect();
        Ok(Some(Permalinks { site, roots, sections, pattern, slugs }))
    }
}

/// The addresses of sections for which nothing is said.
const PATTERN: &str = "/:sections/:slug/";
