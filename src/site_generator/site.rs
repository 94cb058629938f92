//! Where a file lies in a site: whether it is an article by its place, and what folders and the site
//! as a whole say for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::front_matter::de::{Name, OneOrMany, Scalar};
use crate::front_matter::split;
use crate::front_matter::syntax;
use crate::front_matter::value::{Budget, Value};
use crate::types::date::{self, Zone};
use crate::types::diagnostic::Finding;

/// Which files are articles, by their names and places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Files {
    /// All of them.
    #[default]
    Any,
    /// Those of Hugo's content that are neither about a section nor belong to a page.
    Hugo,
    /// Those in a folder `_posts` that are named by date and slug.
    Jekyll,
    /// Those of Zola's content that are not about a section.
    Zola,
}

/// What is said for all files below a folder, where they do not say it themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The folder.
    pub below: PathBuf,
    /// By key, as if it stood in the front matter.
    pub values: BTreeMap<String, Value>,
    /// Nobody may hear of them, whatever they say.
    pub private: bool,
}

/// What the other files of a site say about an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteContext {
    /// What folders say.
    pub defaults: Vec<Defaults>,
    /// Folders that are one page as a whole: those of an `index.md`.
    pub bundles: BTreeSet<PathBuf>,
    /// The languages of translations, which are not read: `de` of `page.de.md`.
    pub translations: BTreeSet<String>,
}

impl Files {
    /// Whether a file may be an article.
    pub(crate) fn has(self, path: &Path, site_context: &SiteContext) -> bool {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return self == Files::Any;
        };
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let extension = extension.to_ascii_lowercase();
        let is_page = |extensions: &[&str]| {
            let language = stem.rsplit_once('.').map_or("", |(_, language)| language);
            let is_section = stem == "_index" || stem.starts_with("_index.");
            extensions.contains(&&*extension)
                && !is_section
                && !site_context.translations.contains(language)
        };
        match self {
            Files::Any => true,
            Files::Jekyll => is_post(path, stem),
            Files::Zola => is_page(&["md"]),
            Files::Hugo => {
                let is_index = stem == "index" || stem.starts_with("index.");
                let folders = path.ancestors().skip(if is_index { 2 } else { 1 });
                let in_bundle =
                    || folders.into_iter().any(|one| site_context.bundles.contains(one));
                is_page(&["md", "markdown", "mdown", "html", "htm"]) && !in_bundle()
            }
        }
    }

    /// Whether a file says something for the others of its folder.
    pub(crate) fn speaks_for_others(self, path: &Path) -> bool {
        let stem = || path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        match self {
            Files::Any | Files::Jekyll => false,
            Files::Hugo => matches!(stem(), "_index" | "index") || stem().starts_with("index."),
            Files::Zola => stem() == "_index",
        }
    }
}

/// `…/_posts/2024-05-01-slug.md`, in folders that are not hidden.
fn is_post(path: &Path, stem: &str) -> bool {
    let folders: Vec<_> = path.parent().into_iter().flat_map(Path::components).collect();
    let Some(posts) = folders.iter().rposition(|part| part.as_os_str() == "_posts") else {
        return false;
    };
    let hidden = |part: &Component<'_>| {
        part.as_os_str().to_str().is_none_or(|name| name.starts_with(['_', '.', '#']))
    };
    let is_dated = date::from_name(stem, Zone::default()).is_some();
    let has_slug = stem.get(10..).is_some_and(|rest| rest.starts_with('-') && rest.len() > 1);
    is_dated && has_slug && !folders.iter().skip(posts + 1).any(hidden)
}

impl SiteContext {
    /// What is said for the file at a path by something else, and whether nobody may hear of it.
    pub(crate) fn of(&self, path: &Path) -> (BTreeMap<String, Value>, bool) {
        let mut values = BTreeMap::new();
        let mut private = false;
        let above = self.defaults.iter().filter(|one| path.starts_with(&one.below));
        let mut above: Vec<&Defaults> = above.collect();
        // What is nearer counts more; the sort is stable, so of those of a folder the last one.
        above.sort_by_key(|one| one.below.components().count());
        for one in above {
            values.extend(one.values.clone());
            private |= one.private;
        }
        (values, private)
    }

    /// Takes in what a file says for the others of its folder.
    ///
    /// # Errors
    ///
    /// If it cannot be read, so that nobody knows whether the others may be shown; they are not.
    pub(crate) fn take_in(
        &mut self,
        files: Files,
        path: &Path,
        bytes: &[u8],
    ) -> Result<(), Finding> {
        let path = path.strip_prefix(".").unwrap_or(path);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if stem != "_index" {
            self.bundles.insert(folder);
            return Ok(());
        }
        let section = match section(bytes) {
            Ok(section) => section,
            Err(finding) => {
                let (below, values) = (folder, BTreeMap::new());
                self.defaults.push(Defaults { below, values, private: true });
                return Err(finding);
            }
        };
        if files == Files::Zola {
            let (below, values) = (folder, BTreeMap::new());
            if section.draft.is(true) {
                self.defaults.push(Defaults { below, values, private: true });
            }
            return Ok(());
        }
        for Cascade(values) in section.cascade.0 {
            self.defaults.push(Defaults { below: folder.clone(), values, private: false });
        }
        Ok(())
    }
}

/// What is read of a file about a section.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Section<'a> {
    draft: Scalar<'a>,
    #[serde(alias = "Cascade")]
    cascade: OneOrMany<Cascade>,
}

/// Values for the pages of a section. To which of them they apply is not looked at: rather too many
/// are hidden than too few.
struct Cascade(BTreeMap<String, Value>);

impl From<std::borrow::Cow<'_, str>> for Cascade {
    fn from(_: std::borrow::Cow<'_, str>) -> Cascade {
        Cascade(BTreeMap::new())
    }
}

impl<'de> Deserialize<'de> for Cascade {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cascade, D::Error> {
        deserializer.deserialize_map(AnyCascade)
    }
}

struct AnyCascade;

impl<'de> Visitor<'de> for AnyCascade {
    type Value = Cascade;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("keys and values")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Cascade, A::Error> {
        let mut values = BTreeMap::new();
        let mut budget = Budget::default();
        while let Some((Name(key), value)) = mapping.next_entry::<Name<'de>, Value>()? {
            budget.spend(key.len() + value.bytes())?;
            values.insert(key.to_lowercase(), value.in_lower_case());
        }
        Ok(Cascade(values))
    }
}

/// What a file says about its section; nothing if it has no front matter.
fn section(bytes: &[u8]) -> Result<Section<'_>, Finding> {
    let Some(split) = split::split(bytes)? else { return Ok(Section::default()) };
    let split::FrontMatter { text, syntax } = split.front_matter;
    let read = syntax::read::<Section<'_>>(syntax, text);
    read.map(Option::unwrap_or_default).map_err(|error| {
        let problem = format!("invalid front matter: {}", error.reason_without_content());
        let line = error.line + split.front_matter.first_line() - 1;
        Finding {
            line,
            column: error.column,
            problem: crate::types::diagnostic::Problem::Yaml(problem),
        }
    })
}
