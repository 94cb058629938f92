//! Jekyll: posts in folders `_posts`, the site in `_config.yml`.

use super::{ConfigValue, FieldKeys, SiteFacts, folder_of_pattern};
use crate::front_matter::{Field, Value};
use crate::site_generator::Defaults;

pub(super) const SITE_FILES: [&str; 2] = ["_config.yml", "_config.yaml"];

pub(super) const FIELDS: &FieldKeys = &[
    (Field::Authors, &["author", "authors"]),
    (Field::Category, &["categories", "category"]),
    (Field::Date, &["date"]),
    (Field::Excerpt, &["excerpt", "description"]),
    (Field::Images, &["image"]),
    (Field::Link, &[]),
    (Field::Topics, &["tags", "tag"]),
    (Field::Updated, &["last_modified_at"]),
    (Field::Url, &[]),
];

/// Keys whose text is a list of words; in the singular it is one name.
pub(super) const WORDS: [&str; 2] = ["categories", "tags"];

/// The style `date`, which is the usual one.
pub(super) const PATTERN: &str = "/:categories/:year/:month/:day/:title:output_ext";

/// What the configuration of a site says.
pub(super) fn facts(site: &ConfigValue) -> SiteFacts {
    let base = site.text("baseurl").unwrap_or_default();
    let base = base.trim_matches('/');
    let folder = site.text("source").unwrap_or_default();
    let collections = site.inside("collections");
    let permalink =
        collections.inside("posts").text("permalink").or_else(|| site.text("permalink"));
    SiteFacts {
        title: site.text("title"),
        description: site.text("description"),
        language: site.text("lang"),
        timezone: site.text("timezone"),
        url: site.text("url").map(|url| format!("{}/{base}", url.trim_end_matches('/'))),
        folder: folder.trim_start_matches("./").trim_end_matches('/').to_owned(),
        permalink: permalink.map(pattern),
        defaults: site.mappings("defaults").iter().filter_map(defaults).collect(),
        hiding: hiding(site),
        ..SiteFacts::default()
    }
}

/// What is said for all posts below a folder.
fn defaults(said: &ConfigValue) -> Option<Defaults> {
    let scope = said.inside("scope");
    let is_for_posts = scope.text("type").is_none_or(|kind| kind == "posts");
    let values = said.entries("values");
    let values = values.map(|(key, value)| (key.clone(), Value::of_json(value))).collect();
    let below = folder_of_pattern(&scope.text("path").unwrap_or_default());
    is_for_posts.then_some(Defaults { below, values, private: false })
}

/// Files that Jekyll is told not to read, if they may be posts.
fn hiding(site: &ConfigValue) -> Vec<String> {
    let excluded = site.texts("exclude");
    let posts = excluded.iter().any(|path| path.contains("_posts") || path.starts_with('*'));
    if posts { vec!["exclude".to_owned()] } else { Vec::new() }
}

/// The pattern that a style stands for.
fn pattern(style: String) -> String {
    match style.as_str() {
        "date" => PATTERN.to_owned(),
        "pretty" => "/:categories/:year/:month/:day/:title/".to_owned(),
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext".to_owned(),
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext".to_owned(),
        "none" => "/:categories/:title:output_ext".to_owned(),
        _ => style,
    }
}
