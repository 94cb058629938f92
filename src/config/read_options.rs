//! The part of the configuration that says how articles are read, together with the site generator's
//! own configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::values::{folder_url, invalid, named};
use super::{Config, ConfigError, PermalinkConfig};
use crate::article::{DeclaredKey, GroupKey};
use crate::feed::FeedSet;
use crate::front_matter::{Field, Fields, Key};
use crate::objects;
use crate::site_generator::{
    ContentRoot, Defaults, Dialect, GeneratorConfig, NameDate, NameStyle, Pattern, Permalinks,
    ReadOptions, Region, SiteBase, SiteContext, SiteGenerator, SitePatterns, UglyUrls,
};
use crate::types::date::Zone;
use crate::types::{PathPatterns, language};

/// Settings that only the configuration of a site generator can make.
#[derive(Clone, Debug, Default)]
pub struct SiteConfig {
    /// The configuration of the site.
    file: Option<PathBuf>,
    /// The file that the pattern of addresses is from, if it is from the site.
    pattern_file: Option<PathBuf>,
    fields: BTreeMap<Field, Vec<Key>>,
    date_from_name: Option<NameDate>,
    names: NameStyle,
    ugly: UglyUrls,
    site_context: SiteContext,
    /// What the site leaves out.
    pub(super) excluded: Vec<PathPatterns>,
    dialect: Dialect,
}

impl Config {
    /// Adds the settings of the site that the first source belongs to, where this configuration has
    /// none. Changes nothing if no `preset` is set or no site is found.
    ///
    /// # Errors
    ///
    /// If the configuration of the site cannot be read, or has settings that feedmill does not know.
    pub fn with_site(mut self) -> Result<Config, ConfigError> {
        let Some(generator) = self.preset()? else { return Ok(self) };
        let source = self.source.iter().flatten().next().cloned().unwrap_or_default();
        if objects::is_address(&source) {
            return Err(invalid("preset", "reads sites on this machine, not in object storage"));
        }
        let source = source.strip_prefix(".").unwrap_or(&source).to_owned();
        let site = source.ancestors().find_map(|folder| {
            let site_config = generator.find_config(folder).transpose()?;
            Some(site_config.map(|site_config| (folder, site_config)))
        });
        // A site of Jekyll needs no configuration file.
        let default = || {
            let mut around = source.ancestors();
            let bare = around.find_map(|folder| Some((folder, generator.bare_config(folder)?)));
            let config = generator.default_config();
            let has_folder = config.roots.iter().any(|root| source.join(&root.folder).is_dir());
            bare.or_else(|| has_folder.then_some((&*source, config)))
        };
        let Some((folder, site_config)) = site.transpose()?.or_else(default) else {
            return Ok(self);
        };
        if source == folder {
            if self.source.as_ref().is_some_and(|sources| sources.len() != 1) {
                return Err(invalid("preset", "reads one site at a time"));
            }
            // Of the files of a site only those in its folders of articles are articles.
            self.source = None;
        }
        self.with_site_config(site_config, folder)
    }

    fn with_site_config(
        self,
        site_config: GeneratorConfig,
        folder: &Path,
    ) -> Result<Config, ConfigError> {
        let file = site_config.files.first().map(|file| folder.join(file));
        let name = || file.as_deref().unwrap_or(folder).display().to_string();
        if let Some(setting) = site_config.unsupported.first() {
            return Err(invalid(name(), format!("{setting} is not supported")));
        }
        let excluded = site_config.excluded.iter().map(|patterns| {
            let SitePatterns { setting, syntax, patterns } = patterns;
            let reason = |pattern| format!("`{setting}`: cannot read the pattern `{pattern}`");
            PathPatterns::new(*syntax, folder, patterns).map_err(|it| invalid(name(), reason(it)))
        });
        let excluded = excluded.collect::<Result<_, _>>()?;
        let in_site = |root: &ContentRoot| {
            let path = folder.join(&root.folder);
            let target = root.target.clone();
            ContentRoot { folder: path, target, language: root.language.clone() }
        };
        let roots: Vec<ContentRoot> = site_config.roots.iter().map(in_site).collect();
        let sources = roots.iter().map(|root| {
            let is_here = root.folder.as_os_str().is_empty();
            if is_here { PathBuf::from(".") } else { root.folder.clone() }
        });
        let sources = sources.filter(|source| roots.len() == 1 || source.is_dir()).collect();
        let defaults = site_config.defaults.into_iter().flat_map(|defaults| {
            let below = |root: &ContentRoot| {
                let region = Region {
                    folder: root.folder.join(&defaults.below.folder),
                    language: defaults.below.language.clone(),
                };
                Defaults { below: region, values: defaults.values.clone() }
            };
            roots.iter().map(below).collect::<Vec<_>>()
        });
        let site_context = SiteContext {
            defaults: defaults.collect(),
            roots: roots.clone(),
            languages: site_config.languages,
            author: site_config.author,
            authors: site_config.authors,
            variables: site_config.variables,
            templates: site_config.templates,
            data: site_config.data,
            ..SiteContext::default()
        };
        let fields = site_config.fields.into_iter();
        let fields = fields.map(|(field, keys)| (field, keys.into_iter().map(Key::from).collect()));
        let permalink = if site_config.permalinks.is_empty() {
            site_config.permalink.map(PermalinkConfig::One)
        } else {
            Some(PermalinkConfig::BySection(site_config.permalinks))
        };
        // Some sites have a word that is no tag.
        let tag = site_config.language.as_deref().and_then(language::tag);
        Ok(Config {
            source: self.source.or(Some(sources)),
            site: SiteConfig {
                file: file.clone(),
                pattern_file: file.filter(|_| self.permalink.is_none()),
                fields: fields.collect(),
                date_from_name: site_config.date_from_name,
                names: site_config.names,
                ugly: site_config.ugly,
                site_context,
                excluded,
                dialect: site_config.dialect,
            },
            title: self.title.or(site_config.title),
            description: self.description.or(site_config.description),
            language: self.language.or(tag),
            site_url: self.site_url.or_else(|| site_config.url.and_then(absolute)),
            timezone: self.timezone.or(site_config.timezone),
            permalink: self.permalink.or(permalink),
            ..self
        })
    }

    fn preset(&self) -> Result<Option<SiteGenerator>, ConfigError> {
        let generators = SiteGenerator::ALL.map(|generator| (generator.name(), generator));
        self.preset.as_ref().map(|name| named("preset", name, &generators)).transpose()
    }

    /// How articles are read.
    pub(super) fn read_options(&self, kinds: &[FeedSet]) -> Result<ReadOptions, ConfigError> {
        let generator = self.preset()?;
        let options = generator.map(SiteGenerator::options).unwrap_or_default();
        let from_names = self
            .date_from_name
            .map(|is_set| if is_set { NameDate::Fallback } else { NameDate::Ignored });
        let of_generator = || generator.map(|generator| generator.rules().dates_from_names);
        let from_names = from_names.or(self.site.date_from_name).or_else(of_generator);
        let zone = self.timezone.as_deref().map(|name| {
            let reason = || format!("`{name}` is not a time zone such as `Europe/Berlin`");
            Zone::named(name).ok_or_else(|| invalid("timezone", reason()))
        });
        Ok(ReadOptions {
            zone: zone.transpose()?.unwrap_or_default(),
            fields: self.fields(&options)?,
            site_context: self.site_context(kinds),
            language: self.language.clone().unwrap_or_else(|| "en".to_owned()),
            groups: kinds
                .iter()
                .flat_map(FeedSet::group_keys)
                .filter(|key| key.is_optional())
                .collect(),
            dialect: self.dialect(generator),
            permalinks: self.permalinks(generator)?,
            date_from_name: from_names.unwrap_or_default(),
            ..options
        })
    }

    /// What the site says about articles. The names of sources are no part of addresses.
    fn site_context(&self, kinds: &[FeedSet]) -> SiteContext {
        let mut context = self.site.site_context.clone();
        context.reads_translations = kinds.iter().any(|kind| kind.by.has(GroupKey::Language));
        let sources = self.source.iter().flatten();
        context.roots.extend(sources.map(|source| {
            let folder = source.strip_prefix(".").unwrap_or(source).to_owned();
            ContentRoot { folder, ..ContentRoot::default() }
        }));
        context
    }

    /// The keys of fields: those of the program, of its site, and of this configuration.
    fn fields(&self, options: &ReadOptions) -> Result<Fields, ConfigError> {
        let groups = self.groups.iter();
        let groups = groups.map(|(name, keys)| {
            (DeclaredKey::new(name), keys.iter().cloned().map(Key::from).collect())
        });
        let fields = options.fields.clone().with(self.site.fields.clone()).with(self.own_fields()?);
        Ok(fields.with_groups(groups.collect()))
    }

    /// That of the site, else that of a site of the generator without configuration.
    fn dialect(&self, generator: Option<SiteGenerator>) -> Dialect {
        match (generator, &self.site.file) {
            (Some(generator), None) => generator.default_config().dialect,
            _ => self.site.dialect,
        }
    }

    fn own_fields(&self) -> Result<BTreeMap<Field, Vec<Key>>, ConfigError> {
        let known = Field::ALL.map(|field| (field.name(), field));
        let mut fields = BTreeMap::new();
        let mut used = BTreeSet::new();
        for (name, keys) in &self.fields {
            let field = named("fields", name, &known)?;
            for key in keys {
                let reason = if let Some(reason) = refusal_of_key(key) {
                    reason
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
            let usual = generator.and_then(|generator| generator.config_files().first());
            let file = self.site.file.clone().or_else(|| usual.map(PathBuf::from));
            let where_else = file.map(|file| format!(", here or in {}", file.display()));
            let where_else = where_else.unwrap_or_default();
            let reason = format!("must be set{where_else}: the URLs of articles begin with it");
            invalid("site-url", reason)
        })?;
        // Without a preset, names become parts of a URL as in Zola.
        let name_rules = generator.unwrap_or(SiteGenerator::Zola);
        let parse = |pattern: &str| {
            let unknown = |name| match &self.site.pattern_file {
                None => invalid("permalink", format!("unknown placeholder `:{name}`")),
                Some(file) => {
                    let reason = format!(
                        "unknown placeholder `:{name}` in `{pattern}`; set `permalink` in feedmill.yaml"
                    );
                    invalid(file.display().to_string(), reason)
                }
            };
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
        let bases = self.site.site_context.languages.iter().map(|language| {
            let own = language.url.clone().and_then(absolute);
            let own = own.and_then(|url| folder_url("site-url", Some(&url)).ok().flatten());
            SiteBase { site: own.unwrap_or_else(|| site.clone()), prefix: language.prefix.clone() }
        });
        Ok(Some(Permalinks {
            root: self.site.site_context.roots.first().cloned().unwrap_or_default().folder,
            bases: bases.collect(),
            keeps_end: generator.is_none(),
            site: site.clone(),
            sections,
            pattern: parse(pattern)?,
            ugly: self.site.ugly.clone(),
            names: self.site.names,
            generator: name_rules,
        }))
    }
}

/// Why one of these keys of front matter cannot be read.
pub(super) fn refusal_of_keys(keys: &[String]) -> Option<String> {
    let is_missing = keys.is_empty().then(|| "names no key".to_owned());
    is_missing.or_else(|| keys.iter().find_map(|key| refusal_of_key(key)))
}

/// Why a key of front matter cannot be read.
fn refusal_of_key(key: &str) -> Option<String> {
    if key.trim().is_empty() {
        Some("a key is empty".to_owned())
    } else if key.split('.').any(|part| part.trim().eq_ignore_ascii_case("secured")) {
        Some(format!("`{key}` is private and is never read"))
    } else if key.matches('.').count() > 1 {
        Some(format!("`{key}` has more than two parts"))
    } else {
        None
    }
}

/// The address of a site as its configuration has it; nothing for a path, which its host completes.
fn absolute(url: String) -> Option<String> {
    match url.strip_prefix("//") {
        Some(rest) => Some(format!("https://{rest}")),
        None => url.contains("://").then_some(url),
    }
}
