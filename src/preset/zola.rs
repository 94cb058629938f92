//! Zola: articles in `content`, the site in `zola.toml` or `config.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{FieldKeys, SiteFacts, written};
use crate::article::Field;

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

/// What is read of the site's configuration.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Site {
    title: Option<String>,
    description: Option<String>,
    default_language: Option<String>,
    base_url: Option<String>,
}

impl From<Site> for SiteFacts {
    fn from(site: Site) -> SiteFacts {
        SiteFacts {
            title: written(site.title),
            description: written(site.description),
            language: written(site.default_language),
            url: written(site.base_url),
            folder: "content".to_owned(),
            permalink: None,
            permalinks: BTreeMap::new(),
        }
    }
}
