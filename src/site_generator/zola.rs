//! Zola: articles in `content`, the site in `zola.toml` or `config.toml`.

use super::{ConfigValue, FieldKeys, SiteFacts};
use crate::front_matter::Field;

pub(super) const SITE_FILES: [&str; 2] = ["zola.toml", "config.toml"];

pub(super) const FIELDS: &FieldKeys = &[
    (Field::Authors, &["authors", "taxonomies.authors"]),
    (Field::Category, &["taxonomies.categories"]),
    (Field::Date, &["date"]),
    (Field::Excerpt, &["summary", "description"]),
    (Field::Images, &["extra.image", "extra.cover"]),
    (Field::Link, &[]),
    (Field::Permalink, &["path"]),
    // A page that is not rendered is nowhere.
    (Field::Published, &["render"]),
    (Field::Topics, &["taxonomies.tags"]),
    (Field::Updated, &["updated"]),
    (Field::Url, &[]),
];

/// What the configuration of a site says.
pub(super) fn facts(site: &ConfigValue) -> SiteFacts {
    let ignored = !site.texts("ignored_content").is_empty();
    SiteFacts {
        title: site.text("title"),
        description: site.text("description"),
        language: site.text("default_language"),
        url: site.text("base_url"),
        folder: "content".to_owned(),
        translations: site.entries("languages").map(|(language, _)| language.clone()).collect(),
        hiding: if ignored { vec!["ignored_content".to_owned()] } else { Vec::new() },
        ..SiteFacts::default()
    }
}
