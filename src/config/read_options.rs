//! The part of the configuration that says how articles are read, together with the site generator's
//! own configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Config, ConfigError, PermalinkConfig, folder_url, invalid, named};
use crate::front_matter::{Field, Key};
use crate::site_generator::{
    Defaults, GeneratorConfig, Pattern, Permalinks, ReadOptions, SiteContext, SiteGenerator,
};
use crate::types::date::Zone;

/// Settings that only the configuration of a site generator can make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteConfig {
    /// The folder of the articles, which is not part of their URLs.
    root: Option<PathBuf>,
    fields: BTreeMap<Field, Vec<Key>>,
    site_context: SiteContext,
}

impl Config {
    /// Adds the settings of the site that the first source belongs to, where this configuration has
    /// none. Changes nothing if no `preset` is set or no site is found.
    ///
    /// # Errors
    ///
    /// If the configuration of the site cannot be read, or hides files by rules that feedmill does not
    /// know.
    pub fn with_site(mut self) -> Result<Config, ConfigError> {
        let Some(generator) = self.preset()? else { return Ok(self) };
        let source = self.source.iter().flatten().next().cloned().unwrap_or_default();
        let source = source.strip_prefix(".").unwrap_or(&source);
        let site = source.ancestors().find_map(|folder| {
            let site_config = generator.find_config(folder).transpose()?;
            Some(site_config.map(|site_config| (folder, site_config)))
        });
        let (folder, site_config) = match site.transpose()? {
            Some(site) => site,
            // A site of Jekyll needs no configuration file.
            None if source.join(generator.default_config().folder).is_dir() => {
                (source, generator.default_config())
            }
            None => return Ok(self),
        };
        if source == folder {
            if self.source.as_ref().is_some_and(|sources| sources.len() != 1) {
                return Err(invalid("preset", "reads one site at a time"));
            }
            if !site_config.hiding.is_empty() {
                let keys = site_config.hiding.join("` and `");
                let reason = format!(
                    "feedmill does not know what `{keys}` of the site hides; name the folders with articles"
                );
                return Err(invalid("source", reason));
            }
            // Of the files of a site only those in its folder of articles are articles.
            self.source = None;
        }
        Ok(self.with_site_config(site_config, folder))
    }

    fn with_site_config(self, site_config: GeneratorConfig, folder: &Path) -> Config {
        let root = folder.join(&site_config.folder);
        let is_here = root.as_os_str().is_empty();
        let source = if is_here { PathBuf::from(".") } else { root.clone() };
        let defaults = site_config.defaults.into_iter();
        let defaults = defaults.map(|one| Defaults { below: root.join(&one.below), ..one });
        let site_context = SiteContext {
            defaults: defaults.collect(),
            translations: site_config.translations,
            ..SiteContext::default()
        };
        let fields = site_config.fields.into_iter();
        let fields = fields.map(|(field, keys)| (field, keys.into_iter().map(Key::from).collect()));
        let permalink = if site_config.permalinks.is_empty() {
            site_config.permalink.map(PermalinkConfig::One)
        } else {
            Some(PermalinkConfig::BySection(site_config.permalinks))
        };
        Config {
            source: self.source.or_else(|| Some(vec![source])),
            site: SiteConfig { root: Some(root), fields: fields.collect(), site_context },
            title: self.title.or(site_config.title),
            description: self.description.or(site_config.description),
            // Sites often write `en_US`.
            language: self.language.or_else(|| Some(site_config.language?.replace('_', "-"))),
            site_url: self.site_url.or(site_config.url),
            timezone: self.timezone.or(site_config.timezone),
            permalink: self.permalink.or(permalink),
            ..self
        }
    }

    fn preset(&self) -> Result<Option<SiteGenerator>, ConfigError> {
        let generators = SiteGenerator::ALL.map(|generator| (generator.name(), generator));
        self.preset.as_ref().map(|name| named("preset", name, &generators)).transpose()
    }

    /// How articles are read.
    pub(super) fn read_options(&self) -> Result<ReadOptions, ConfigError> {
        let generator = self.preset()?;
        let options = generator.map(SiteGenerator::options).unwrap_or_default();
        let from_names =
            self.date_from_name.or(generator.map(|generator| generator.rules().dates_from_names));
        let zone = self.timezone.as_deref().map(|name| {
            let reason = || format!("`{name}` is not a time zone such as `Europe/Berlin`");
            Zone::named(name).ok_or_else(|| invalid("timezone", reason()))
        });
        Ok(ReadOptions {
            zone: zone.transpose()?.unwrap_or_default(),
            fields: options.fields.clone().with(self.site.fields.clone()).with(self.own_fields()?),
            site_context: self.site.site_context.clone(),
            permalinks: self.permalinks(generator)?,
            date_from_name: from_names.unwrap_or(false),
            ..options
        })
    }

    fn own_fields(&self) -> Result<BTreeMap<Field, Vec<Key>>, ConfigError> {
        let known = Field::ALL.map(|field| (field.name(), field));
        let mut fields = BTreeMap::new();
        let mut used = BTreeSet::new();
        for (name, keys) in &self.fields {
            let field = named("fields", name, &known)?;
            for key in keys {
                let reason = if key.trim().is_empty() {
                    "a key is empty".to_owned()
                } else if key.split('.').any(|part| part.eq_ignore_ascii_case("secured")) {
                    format!("`{key}` is private and is never read")
                } else if key.matches('.').count() > 1 {
                    format!("`{key}` has more than two parts")
                } else if !used.insert(key.as_str()) {
                    format!("`{key}` is also the key of another field")
                } else {
                    continue;
                };
                return Err(invalid(format!("fields.{name}"), reason));
            }
            fields.insert(field, keys.iter().cloned().map(Key::from).collect());
        }
        Ok(fields)
    }

    fn permalinks(
        &self,
        generator: Option<SiteGenerator>,
    ) -> Result<Option<Permalinks>, ConfigError> {
        if generator.is_none() && self.permalink.is_none() {
            return Ok(None);
        }
        let site = folder_url("site-url", self.site_url.as_deref())?.ok_or_else(|| {
            let file = generator.and_then(|generator| generator.config_files().first());
            let where_else = file.map(|file| format!(", here or in {file}")).unwrap_or_default();
            let reason = format!("must be set{where_else}: the URLs of articles begin with it");
            invalid("site-url", reason)
        })?;
        // Without a preset, names become parts of a URL as in Zola.
        let name_rules = generator.unwrap_or(SiteGenerator::Zola);
        let parse = |pattern: &str| {
            let unknown = |name| invalid("permalink", format!("unknown placeholder `:{name}`"));
            Pattern::parse(pattern, name_rules).map_err(unknown)
        };
        let mut pattern =
            generator.map_or("/:sections/:slug/", |generator| generator.rules().default_permalink);
        let mut sections = BTreeMap::new();
        match &self.permalink {
            None => {}
            Some(PermalinkConfig::One(one)) => pattern = one,
            Some(PermalinkConfig::BySection(patterns)) => {
                for (section, pattern) in patterns {
                    sections.insert(section.clone(), parse(pattern)?);
                }
            }
        }
        let roots = self.site.root.iter().chain(self.source.iter().flatten()).cloned().collect();
        Ok(Some(Permalinks {
            site,
            roots,
            sections,
            pattern: parse(pattern)?,
            generator: name_rules,
        }))
    }
}
