//! Hugo: articles in `content`, the configuration in `hugo.toml` or a file of one of its other names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::permalink::{Part, folder_of_pattern, is_letter, single};
use super::rules::Rules;
use super::shortcodes::{Shortcode, Stripped};
use super::{Defaults, GeneratorConfig, SiteContext};
use crate::front_matter::{Field, FieldKeys, Fields, Value};

pub(super) static HUGO: Rules = Rules {
    name: "hugo",
    config_files: &[
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
    ],
    has_own_config_name: false,
    config,
    fields: || Fields::from_keys(FIELD_KEYS).in_any_case(),
    dates_from_names: false,
    titles_from_names: false,
    is_article,
    describes_folder: |stem| stem == "_index" || is_index(stem),
    add_section,
    default_permalink: "/:sections/:slugorfilename/",
    pattern_part: |name, part| if name == "slug" { Part::SlugOrTitle } else { part },
    has_patterns_in_articles: false,
    adds_slash: |last, _| !last.contains('.'),
    dates_are_local: true,
    categories: |_| Vec::new(),
    file_name,
    folder_name: file_name,
    slug,
    title: |title| single(&file_name(&title.replace(['/', '+'], "-"))),
    image: |url, link, _| link.join(url).ok(),
    has_relative_recordings: false,
    marks: &[("{{<", ">}}"), ("{{%", "%}}")],
    expand,
};

/// In lower case, since keys may differ in case.
const FIELD_KEYS: &FieldKeys = &[
    (Field::Audio, &["audio", "audio_url", "audiourl", "podcast.src", "podcast_file"]),
    (Field::AudioLength, &["audiolength", "audio_length", "podcast.bytes", "podcast_bytes"]),
    (Field::Authors, &["authors", "author"]),
    (Field::Category, &["categories"]),
    (Field::Date, &["publishdate", "pubdate", "published", "date"]),
    (Field::Draft, &["headless"]),
    (Field::Duration, &["duration", "podcast.duration", "podcast_duration"]),
    (Field::Excerpt, &["summary", "description"]),
    (Field::Expires, &["expirydate", "unpublishdate"]),
    (Field::Explicit, &["explicit", "podcast.explicit"]),
    (Field::FeaturedContent, &[]),
    (Field::Images, &["images", "cover.image", "featured_image"]),
    (Field::Link, &[]),
    (Field::Permalink, &["url"]),
    // Whether a page is rendered, and whether lists name it.
    (Field::Published, &["build.render", "build.list", "_build.render", "_build.list"]),
    (Field::Topics, &["tags"]),
    (Field::Updated, &["lastmod", "modified"]),
    (Field::Url, &[]),
];

fn config(config: &Value<'_>) -> GeneratorConfig {
    let language = ["locale", "languageCode", "defaultContentLanguage"];
    let main = config.text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned());
    let languages = config.at("languages").entries().iter();
    let languages = languages.map(|(language, _)| language.to_string());
    let ugly = *config.at("uglyURLs") == Value::Bool(true);
    GeneratorConfig {
        title: config.text("title"),
        description: config.at("params").text("description"),
        language: language.iter().find_map(|key| config.text(key)),
        timezone: config.text("timeZone"),
        url: config.text("baseURL"),
        folder: config.text("contentDir").unwrap_or_else(|| "content".to_owned()),
        permalink: ugly.then(|| "/:sections/:slugorfilename.html".to_owned()),
        permalinks: permalinks(config),
        fields: date_keys(config.at("frontmatter")),
        defaults: config.mappings("cascade").map(cascade).collect(),
        translations: languages.filter(|language| *language != main).collect(),
        hiding: hiding(config),
    }
}

fn is_article(path: &Path, stem: &str, extension: &str, context: &SiteContext) -> bool {
    let mut folders = path.ancestors().skip(if is_index(stem) { 2 } else { 1 });
    context.is_page(stem, extension, &["md", "markdown", "mdown", "html", "htm"])
        && !folders.any(|folder| context.bundles.contains(folder))
}

/// Adds the values of cascades. Which pages they are meant for is not looked at: hiding too many
/// is better than showing one too many.
fn add_section(folder: &Path, section: &Value<'_>, context: &mut SiteContext) {
    let cascades = section.mappings("cascade");
    let defaults = cascades.map(|values| Defaults::new(folder.to_owned(), values, lower_case));
    context.defaults.extend(defaults);
}

/// Lower case with `-` for spaces and without most signs; letters stay as they are.
fn file_name(name: &str) -> String {
    let lower = name.to_lowercase();
    // Where a sign between two spaces is dropped, both gaps stay.
    let dashed = lower.chars().map(|c| if c.is_whitespace() { '-' } else { c });
    dashed.filter(|&c| is_letter(c) || ".-_+~@".contains(c)).collect()
}

/// The name of each part, with single `-`.
fn slug(slug: &str) -> String {
    let parts = slug.split('/').map(|part| single(&file_name(part)));
    parts.collect::<Vec<_>>().join("/")
}

/// Keeps a shortcode that is only shown: `{{</* name */>}}`.
fn expand(shortcode: &Shortcode<'_>, body: &mut Stripped<'_>) {
    if let Some(shown) = shortcode.inside.strip_prefix("/*") {
        let (opening, closing) = shortcode.marks;
        let shown = shown.trim_start_matches("/*").trim_end_matches("*/");
        body.text.extend([opening, shown, closing]);
    }
}

fn is_index(stem: &str) -> bool {
    stem == "index" || stem.starts_with("index.")
}

fn lower_case(key: &str) -> String {
    key.to_lowercase()
}

/// The patterns of sections, at the top or under the kind `page`.
fn permalinks(config: &Value<'_>) -> BTreeMap<String, String> {
    let permalinks = config.at("permalinks").entries().iter();
    let all = permalinks.flat_map(|entry| match entry {
        (name, Value::Mapping(sections)) if name == "page" => sections.as_slice(),
        entry => std::slice::from_ref(entry),
    });
    all.filter_map(|(name, pattern)| Some((name.to_lowercase(), pattern.as_text()?.to_owned())))
        .collect()
}

/// The keys of dates that the site has chosen. `:default` stands for the usual ones; other names with
/// a colon are no keys.
fn date_keys(frontmatter: &Value<'_>) -> BTreeMap<Field, Vec<String>> {
    let keys = |name: &str, field: Field| -> Vec<String> {
        let usual = FIELD_KEYS.iter().find(|(other, _)| *other == field);
        let usual = usual.map_or(&[][..], |(_, keys)| keys);
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
    // The date of publication counts more than the date of the page.
    let mut date = keys("publishDate", Field::Date);
    date.extend(keys("date", Field::Date));
    let fields = [
        (Field::Date, date),
        (Field::Expires, keys("expiryDate", Field::Expires)),
        (Field::Updated, keys("lastmod", Field::Updated)),
    ];
    let unique = |(field, mut keys): (Field, Vec<String>)| {
        let mut seen = BTreeSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        (field, keys)
    };
    fields.into_iter().map(unique).filter(|(_, keys)| !keys.is_empty()).collect()
}

/// The values of a cascade of the configuration.
fn cascade(cascade: &Value<'_>) -> Defaults {
    let targets = ["target", "_target"].map(|target| cascade.at(target).text("path"));
    let path = targets.into_iter().flatten().next();
    let below = path.map(|path| folder_of_pattern(&path)).unwrap_or_default();
    Defaults::new(below, cascade, lower_case)
}

/// Settings that hide files of the folder, or add others.
fn hiding(config: &Value<'_>) -> Vec<String> {
    let is_content = |mount: &Value<'_>| {
        mount.text("target").is_some_and(|target| target.starts_with("content"))
    };
    let ignores = !config.texts("ignoreFiles").is_empty();
    let mounts = config.at("module").mappings("mounts").any(is_content);
    let settings = [(ignores, "ignoreFiles"), (mounts, "module.mounts")];
    let hiding = settings.into_iter().filter(|(is_set, _)| *is_set);
    hiding.map(|(_, setting)| setting.to_owned()).collect()
}
