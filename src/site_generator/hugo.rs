//! Hugo: articles in `content`, the site in `hugo.toml` or one of its other names.

use std::collections::BTreeMap;

use super::{ConfigValue, FieldKeys, SiteFacts, folder_of_pattern};
use crate::front_matter::{Field, Value};
use crate::site_generator::Defaults;

pub(super) const SITE_FILES: [&str; 12] = [
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
    "config/_default/hugo.toml",
    "config/_default/hugo.yaml",
    "config/_default/config.toml",
    "config/_default/config.yaml",
];

/// In lower case: capitals mean nothing here.
pub(super) const FIELDS: &FieldKeys = &[
    (Field::Authors, &["authors", "author"]),
    (Field::Category, &["categories"]),
    (Field::Date, &["publishdate", "pubdate", "published", "date"]),
    (Field::Draft, &["headless"]),
    (Field::Excerpt, &["summary", "description"]),
    (Field::Expires, &["expirydate", "unpublishdate"]),
    (Field::FeaturedContent, &[]),
    (Field::Images, &["images", "cover.image", "featured_image"]),
    (Field::Link, &[]),
    (Field::Permalink, &["url"]),
    // Whether a page is rendered, and whether others list it.
    (Field::Published, &["build.render", "build.list", "_build.render", "_build.list"]),
    (Field::Topics, &["tags"]),
    (Field::Updated, &["lastmod", "modified"]),
    (Field::Url, &[]),
];

/// What the configuration of a site says.
pub(super) fn facts(site: &ConfigValue) -> SiteFacts {
    let language = ["locale", "languageCode", "defaultContentLanguage"];
    let main = site.text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned());
    let languages = site.entries("languages").map(|(language, _)| language.clone());
    let ugly = site.at("uglyURLs").and_then(serde_json::Value::as_bool).unwrap_or(false);
    SiteFacts {
        title: site.text("title"),
        description: site.inside("params").text("description"),
        language: language.iter().find_map(|key| site.text(key)),
        timezone: site.text("timeZone"),
        url: site.text("baseURL"),
        folder: site.text("contentDir").unwrap_or_else(|| "content".to_owned()),
        permalink: ugly.then(|| "/:sections/:slugorfilename.html".to_owned()),
        permalinks: permalinks(site),
        fields: dates(&site.inside("frontmatter")),
        defaults: site.mappings("cascade").iter().map(cascade).collect(),
        translations: languages.filter(|language| *language != main).collect(),
        hiding: hiding(site),
    }
}

/// The patterns of sections, which may stand under the kind of page.
fn permalinks(site: &ConfigValue) -> BTreeMap<String, String> {
    let mut patterns = BTreeMap::new();
    for (name, value) in site.entries("permalinks") {
        match value {
            serde_json::Value::String(pattern) => {
                patterns.insert(name.to_lowercase(), pattern.clone());
            }
            serde_json::Value::Object(sections) if name == "page" => {
                let texts = sections.iter().filter_map(|(name, pattern)| {
                    Some((name.to_lowercase(), pattern.as_str()?.to_owned()))
                });
                patterns.extend(texts);
            }
            // Lists of articles are not articles.
            _ => {}
        }
    }
    patterns
}

/// The keys that say dates, where the site says which. `:default` are the usual ones, and the others
/// with a colon are no keys.
fn dates(frontmatter: &ConfigValue) -> BTreeMap<Field, Vec<String>> {
    let keys = |name: &str, field: Field| -> Vec<String> {
        let usual =
            FIELDS.iter().find(|(other, _)| *other == field).map_or(&[][..], |(_, keys)| keys);
        let mut keys = Vec::new();
        for key in frontmatter.texts(name) {
            match key.strip_prefix(':') {
                None => keys.push(key.to_lowercase()),
                Some("default") => keys.extend(usual.iter().map(|&key| key.to_owned())),
                Some(_) => {}
            }
        }
        keys
    };
    let mut fields = BTreeMap::new();
    // When a page is published counts more than its date.
    let mut date = keys("publishDate", Field::Date);
    date.extend(keys("date", Field::Date));
    for (field, mut keys) in [
        (Field::Date, date),
        (Field::Expires, keys("expiryDate", Field::Expires)),
        (Field::Updated, keys("lastmod", Field::Updated)),
    ] {
        let mut seen = std::collections::BTreeSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        if !keys.is_empty() {
            fields.insert(field, keys);
        }
    }
    fields
}

/// What is said for all pages below a folder.
fn cascade(said: &ConfigValue) -> Defaults {
    let target = [said.inside("target"), said.inside("_target")];
    let path = target.iter().find_map(|target| target.text("path"));
    let below = path.map(|path| folder_of_pattern(&path)).unwrap_or_default();
    let values = said.0.as_object().into_iter().flatten();
    let values = values.map(|(key, value)| (key.to_lowercase(), Value::of_json(value)));
    Defaults { below, values: values.collect(), private: false }
}

/// Settings by which files of the folder are no pages, or others are.
fn hiding(site: &ConfigValue) -> Vec<String> {
    let mut hiding = Vec::new();
    if !site.texts("ignoreFiles").is_empty() {
        hiding.push("ignoreFiles".to_owned());
    }
    let mounts = site.inside("module").mappings("mounts");
    if mounts.iter().any(|mount| mount.text("target").is_some_and(|to| to.starts_with("content"))) {
        hiding.push("module.mounts".to_owned());
    }
    hiding
}
