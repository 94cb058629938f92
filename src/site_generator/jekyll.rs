//! Jekyll: posts in folders `_posts`, the configuration in `_config.yml`.

use std::path::{Component, Path};

use super::permalink::{Part, Permalinks, folder_of_pattern, is_letter, words};
use super::rules::Rules;
use super::shortcodes::{Shortcode, Stripped};
use super::{Defaults, GeneratorConfig};
use crate::front_matter::{Field, Fields, Value};
use crate::types::date::{self, Zone};

pub(super) static JEKYLL: Rules = Rules {
    name: "jekyll",
    config_files: &["_config.yml", "_config.yaml"],
    has_own_config_name: true,
    config,
    fields,
    dates_from_names: true,
    titles_from_names: true,
    is_article: |path, stem, _, _| is_post(path, stem),
    describes_folder: |_| false,
    add_section: |_, _, _| {},
    default_permalink: PATTERN,
    pattern_part: |_, part| match part {
        Part::Title => Part::Slug,
        Part::Slug => Part::PlainSlug,
        part => part,
    },
    has_patterns_in_articles: true,
    adds_slash: |_, _| false,
    dates_are_local: false,
    categories,
    file_name,
    folder_name: file_name,
    slug: file_name,
    title: file_name,
    image: |url, _, permalinks| permalinks.absolute(url),
    has_relative_recordings: true,
    marks: &[("{{", "}}"), ("{%", "%}"), ("{:", "}")],
    expand,
};

/// The style `date`, which is the usual one.
const PATTERN: &str = "/:categories/:year/:month/:day/:title:output_ext";

/// Blocks of Liquid that show their text on a condition, or never.
const HIDING: [&str; 7] = ["capture", "case", "comment", "for", "if", "tablerow", "unless"];

fn config(config: &Value<'_>) -> GeneratorConfig {
    let base = config.text("baseurl").unwrap_or_default();
    let base = base.trim_matches('/');
    let folder = config.text("source").unwrap_or_default();
    let posts = config.at("collections").at("posts");
    let permalink = posts.text("permalink").or_else(|| config.text("permalink"));
    GeneratorConfig {
        title: config.text("title"),
        description: config.text("description"),
        language: config.text("lang"),
        timezone: config.text("timezone"),
        url: config.text("url").map(|url| format!("{}/{base}", url.trim_end_matches('/'))),
        folder: folder.trim_start_matches("./").trim_end_matches('/').to_owned(),
        permalink: permalink.map(pattern),
        defaults: config.mappings("defaults").filter_map(defaults).collect(),
        hiding: hiding(config),
        ..GeneratorConfig::default()
    }
}

/// The keys for the bytes of an audio file.
const LENGTH_KEYS: &[&str] =
    &["audio_length", "audio_bytes", "audio_file_size", "podcast_length", "podcast_bytes"];

/// The text of a key in the plural is a list of words; in the singular it is one name.
fn fields() -> Fields {
    let fields = Fields::from_keys(&[
        (Field::Audio, &["audio", "audio_url", "audio_file_path", "podcast_link", "podcast_file"]),
        (Field::AudioLength, LENGTH_KEYS),
        (Field::Authors, &["author", "authors"]),
        (Field::Category, &["categories", "category"]),
        (Field::Date, &["date"]),
        (Field::Duration, &["duration", "audio_duration", "podcast_duration"]),
        (Field::Excerpt, &["excerpt", "description"]),
        (Field::Images, &["image"]),
        (Field::Link, &[]),
        (Field::Topics, &["tags", "tag"]),
        (Field::Updated, &["last_modified_at"]),
        (Field::Url, &[]),
    ]);
    fields.with_words(&["categories", "tags"])
}

/// Posts are `…/_posts/2024-05-01-slug.md`, in folders that are not hidden.
fn is_post(path: &Path, stem: &str) -> bool {
    let folders: Vec<_> = path.parent().into_iter().flat_map(Path::components).collect();
    let Some(posts) = folders.iter().rposition(|part| part.as_os_str() == "_posts") else {
        return false;
    };
    let is_hidden = |part: &Component<'_>| {
        part.as_os_str().to_str().is_none_or(|name| name.starts_with(['_', '.', '#']))
    };
    let is_dated = date::from_name(stem, Zone::default()).is_some();
    let has_slug = stem.get(10..).is_some_and(|rest| rest.starts_with('-') && rest.len() > 1);
    is_dated && has_slug && !folders.iter().skip(posts + 1).any(is_hidden)
}

/// The folders before `_posts`.
fn categories(mut folders: Vec<String>) -> Vec<String> {
    let posts = folders.iter().position(|folder| folder == "_posts");
    folders.truncate(posts.unwrap_or(0));
    folders
}

/// `-` for everything that is neither a letter nor a digit nor allowed in a path.
fn file_name(name: &str) -> String {
    words(name, |c| is_letter(c) || "._~!$&'()+,;=@".contains(c))
}

/// Does what Liquid does, as far as that depends on nothing but the address of the site.
fn expand(shortcode: &Shortcode<'_>, body: &mut Stripped<'_>) {
    match shortcode.word() {
        "raw" => {
            let raw = body.skip_block("raw");
            body.text.push_str(raw);
        }
        // Whether the text is shown only Jekyll knows.
        name if HIDING.contains(&name) => {
            body.skip_block(name);
        }
        ":comment" => {
            body.rest = body.rest.split_once("{:/comment}").map_or("", |(_, after)| after);
        }
        "highlight" => {
            let language = shortcode.inside.split_whitespace().nth(1);
            body.text.extend(["\n```", language.unwrap_or_default()]);
        }
        "endhighlight" => body.text.push_str("```\n"),
        _ if shortcode.marks.0 == "{{" => {
            let address = body.permalinks.and_then(|site| address(shortcode.inside, site));
            body.text.extend(address);
        }
        _ => {}
    }
}

/// The values for all posts below a folder.
fn defaults(defaults: &Value<'_>) -> Option<Defaults> {
    let scope = defaults.at("scope");
    let is_for_posts = scope.text("type").is_none_or(|kind| kind == "posts");
    let below = folder_of_pattern(&scope.text("path").unwrap_or_default());
    is_for_posts.then(|| Defaults::new(below, defaults.at("values"), str::to_owned))
}

/// The setting `exclude`, if it may hide posts.
fn hiding(config: &Value<'_>) -> Vec<String> {
    let excluded = config.texts("exclude");
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

/// What Liquid makes of `site.baseurl`, `site.url` and `"/path" | relative_url`.
fn address(value: &str, permalinks: &Permalinks) -> Option<String> {
    let site = permalinks.site.as_str().trim_end_matches('/');
    let (value, filter) = value.split_once('|').unwrap_or((value, ""));
    match (value.trim(), filter.trim()) {
        // A path from the root of the host follows, with or without `site.baseurl`.
        ("site.url", _) => Some(permalinks.site.root().as_str().trim_end_matches('/').to_owned()),
        ("site.baseurl", _) => {
            let root = permalinks.site.root();
            let path = site.strip_prefix(root.as_str())?;
            (!path.is_empty()).then(|| format!("/{path}"))
        }
        (quoted, "relative_url" | "absolute_url") => {
            let path = quoted.trim_matches(['"', '\'']);
            Some(permalinks.absolute(path)?.to_string())
        }
        _ => None,
    }
}
