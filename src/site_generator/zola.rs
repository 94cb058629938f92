//! Zola: articles in `content`, the configuration in `zola.toml` or `config.toml`.

use std::path::Path;

use deunicode::deunicode;

use super::permalink::{encoded, is_letter, words};
use super::rules::Rules;
use super::{GeneratorConfig, SiteContext};
use crate::front_matter::{Field, Fields, Value, de};

pub(super) static ZOLA: Rules = Rules {
    name: "zola",
    config_files: &["zola.toml", "config.toml"],
    has_own_config_name: false,
    config,
    fields,
    dates_from_names: true,
    titles_from_names: false,
    is_article: |_, stem, extension, context| context.is_page(stem, extension, &["md"]),
    describes_folder: |stem| stem == "_index",
    add_section,
    default_permalink: "/:sections/:slugorfilename/",
    pattern_part: |_, part| part,
    has_patterns_in_articles: false,
    adds_slash: |last, is_own| is_own || !last.contains('.'),
    dates_are_local: false,
    categories: |_| Vec::new(),
    file_name,
    folder_name: encoded,
    slug: file_name,
    title: file_name,
    image: |url, link, _| link.join(url).ok(),
    has_relative_recordings: false,
    marks: &[("{{", "}}"), ("{%", "%}"), ("{#", "#}")],
    expand: |_, _| {},
};

fn config(config: &Value<'_>) -> GeneratorConfig {
    let languages = config.at("languages").entries().iter();
    let ignored = !config.texts("ignored_content").is_empty();
    GeneratorConfig {
        title: config.text("title"),
        description: config.text("description"),
        language: config.text("default_language"),
        url: config.text("base_url"),
        folder: "content".to_owned(),
        translations: languages.map(|(language, _)| language.to_string()).collect(),
        hiding: if ignored { vec!["ignored_content".to_owned()] } else { Vec::new() },
        ..GeneratorConfig::default()
    }
}

fn fields() -> Fields {
    Fields::from_keys(&[
        (Field::Audio, &["extra.audio", "extra.audio_url"]),
        (Field::AudioLength, &["extra.audio_length"]),
        (Field::Authors, &["authors", "taxonomies.authors"]),
        (Field::Category, &["taxonomies.categories"]),
        (Field::Date, &["date"]),
        (Field::Duration, &["extra.duration"]),
        (Field::Enclosure, &["extra.enclosure"]),
        (Field::Excerpt, &["summary", "description"]),
        (Field::Explicit, &["extra.explicit"]),
        (Field::Images, &["extra.image", "extra.cover"]),
        (Field::Link, &[]),
        (Field::Permalink, &["path"]),
        // A page that is not rendered has no address.
        (Field::Published, &["render"]),
        (Field::Topics, &["taxonomies.tags"]),
        (Field::Updated, &["updated"]),
        (Field::Url, &[]),
    ])
}

fn add_section(folder: &Path, section: &Value<'_>, context: &mut SiteContext) {
    if section.at("draft").scalar().and_then(de::boolean) == Some(true) {
        context.drafts.insert(folder.to_owned());
    }
}

/// ASCII letters and digits in lower case, and `-` for everything else.
fn file_name(name: &str) -> String {
    words(&deunicode(name).to_ascii_lowercase(), is_letter)
}
