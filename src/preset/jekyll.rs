//! Jekyll: posts in `_posts`, the site in `_config.yml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{FieldKeys, SiteFacts, written};
use crate::article::Field;

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

/// What is read of the site's configuration.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Site {
    title: Option<String>,
    description: Option<String>,
    lang: Option<String>,
    url: Option<String>,
    baseurl: Option<String>,
    permalink: Option<String>,
    collections_dir: Option<String>,
}

impl From<Site> for SiteFacts {
    fn from(site: Site) -> SiteFacts {
        let base = written(site.baseurl).unwrap_or_default();
        let base = base.trim_matches('/');
        let url = written(site.url).map(|url| format!("{}/{base}", url.trim_end_matches('/')));
        let collections = written(site.collections_dir).unwrap_or_default();
        SiteFacts {
            title: written(site.title),
            description: written(site.description),
            language: written(site.lang),
            url,
            folder: format!("{}/_posts", collections.trim_matches('/'))
                .trim_start_matches('/')
                .to_owned(),
            permalink: written(site.permalink).map(pattern),
            permalinks: BTreeMap::new(),
        }
    }
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
