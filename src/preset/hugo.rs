//! Hugo: articles in `content`, the site in `hugo.toml` or one of its other names.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{FieldKeys, SiteFacts, written};
use crate::article::Field;

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
    (Field::Date, &["publishdate", "pubdate", "date", "published"]),
    (Field::Draft, &["headless"]),
    (Field::Excerpt, &["summary", "description"]),
    (Field::Expires, &["expirydate", "unpublishdate"]),
    (Field::FeaturedContent, &[]),
    (Field::Images, &["images", "cover.image", "featured_image"]),
    (Field::Link, &[]),
    (Field::Permalink, &["url"]),
    (Field::Topics, &["tags"]),
    (Field::Updated, &["lastmod", "modified"]),
    (Field::Url, &[]),
];

/// What is read of the site's configuration.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Site {
    title: Option<String>,
    #[serde(alias = "languageCode", alias = "languagecode", alias = "defaultContentLanguage")]
    locale: Option<String>,
    #[serde(rename = "baseURL", alias = "baseurl", alias = "baseUrl", alias = "BaseURL")]
    base_url: Option<String>,
    #[serde(rename = "contentDir", alias = "contentdir")]
    content_dir: Option<String>,
    #[serde(rename = "uglyURLs", alias = "uglyurls")]
    ugly_urls: bool,
    params: Params,
    permalinks: BTreeMap<String, Permalink>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Params {
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Permalink {
    Pattern(String),
    /// By section, under the kind of page.
    OfKind(BTreeMap<String, String>),
}

impl From<Site> for SiteFacts {
    fn from(site: Site) -> SiteFacts {
        let mut permalinks = BTreeMap::new();
        for (name, permalink) in site.permalinks {
            match permalink {
                Permalink::Pattern(pattern) => {
                    permalinks.insert(name, pattern);
                }
                Permalink::OfKind(patterns) if name == "page" => permalinks.extend(patterns),
                // Lists of articles are not articles.
                Permalink::OfKind(_) => {}
            }
        }
        SiteFacts {
            title: written(site.title),
            description: written(site.params.description),
            language: written(site.locale),
            url: written(site.base_url),
            folder: written(site.content_dir).unwrap_or_else(|| "content".to_owned()),
            permalink: site.ugly_urls.then(|| "/:sections/:slugorfilename.html".to_owned()),
            permalinks,
        }
    }
}
