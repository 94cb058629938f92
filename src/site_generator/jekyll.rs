//! Jekyll: posts in folders `_posts`, the configuration in `_config.yml`.

use std::path::{Component, Path, PathBuf};

use super::permalink::{Part, Permalinks, folder_of_pattern, is_letter, words};
use super::rules::Rules;
use super::shortcodes::{Shortcode, Stripped};
use super::{ContentRoot, Defaults, GeneratorConfig, NameDate, NameStyle, SitePatterns};
use crate::front_matter::{Field, Fields, Value};
use crate::types::date;
use crate::types::path_patterns::{PatternSyntax, escaped_glob};

pub(super) static JEKYLL: Rules = Rules {
    name: "jekyll",
    config_files: &["_config.yml", "_config.yaml"],
    config_folders: &[],
    author_files: &["_data/authors.yml", "_data/authors.yaml", "_data/authors.json"],
    host_file: Some("CNAME"),
    article_folder: Some("_posts"),
    config,
    fields,
    dates_from_names: NameDate::Fallback,
    has_short_years: true,
    titles_from_names: true,
    article_rule: "a post is a file in a folder `_posts`, named like `2024-05-01-title.md`",
    page_keys: &[],
    is_article: |path, stem, _, _| is_post(path, stem),
    describes_folder: |_| false,
    allows_blank_lines: false,
    add_section: |_, _, _| {},
    sections_have_files: false,
    default_permalink: PATTERN,
    pattern_part: |_, part| match part {
        Part::Title => Part::Slug,
        Part::Slug => Part::PlainSlug,
        part => part,
    },
    has_patterns_in_articles: true,
    adds_slash: |_, _| false,
    own_has_language: |_| false,
    address_dates: &[],
    has_dates_of_ruby: true,
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
    let folder = |key: &str| {
        let folder = config.text(key).unwrap_or_default();
        folder.trim_start_matches("./").trim_matches('/').to_owned()
    };
    let source = PathBuf::from(folder("source"));
    let posts = config.at("collections").at("posts");
    let permalink = posts.text("permalink").or_else(|| config.text("permalink"));
    let author = config.at("author");
    let root =
        ContentRoot { folder: source.join(folder("collections_dir")), ..ContentRoot::default() };
    GeneratorConfig {
        title: config.text("title").or_else(|| config.text("name")),
        description: config.text("description"),
        author: author.text("name").or_else(|| config.text("author")),
        language: config.text("lang").or_else(|| config.text("locale")),
        timezone: config.text("timezone"),
        url: config.text("url").map(|url| format!("{}/{base}", url.trim_end_matches('/'))),
        roots: vec![root],
        permalink: permalink.map(pattern),
        defaults: config.mappings("defaults").filter_map(defaults).collect(),
        excluded: vec![excluded(config, &source)],
        ..GeneratorConfig::default()
    }
}

/// The keys for the bytes of an audio file.
const LENGTH_KEYS: &[&str] =
    &["audio_length", "audio_bytes", "audio_file_size", "podcast_length", "podcast_bytes"];

/// What is left out: `exclude` without `include`. A pattern stands for a whole path, or for its
/// beginning as it is.
fn excluded(config: &Value<'_>, source: &Path) -> SitePatterns {
    let included = config.texts("include");
    let mut excluded = config.texts("exclude");
    let usual = ["node_modules", "vendor/bundle/", "vendor/cache/", "vendor/gems/", "vendor/ruby/"];
    excluded.extend(usual.map(str::to_owned));
    excluded.retain(|pattern| !included.contains(pattern));
    let in_source = |pattern: &str| {
        let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
        format!("/{}", source.join(pattern).display())
    };
    let globs = excluded.iter().filter(|pattern| !pattern.trim_matches('/').is_empty());
    let globs = globs.flat_map(|pattern| {
        let pattern = in_source(pattern);
        // `{a,b}` means itself.
        let glob = pattern.replace('{', "[{]").replace('}', "[}]");
        [glob, format!("{}*", escaped_glob(&pattern))]
    });
    SitePatterns { setting: "exclude", syntax: PatternSyntax::Globs, patterns: globs.collect() }
}

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
        (Field::Language, &["lang", "locale", "language"]),
        (Field::Link, &[]),
        (Field::Topics, &["tags", "tag"]),
        (Field::Updated, &["last_modified_at"]),
        (Field::Url, &[]),
    ]);
    fields.with_words(&["categories", "tags"]).with_last_keys()
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
    let after_date = date::split_name(stem, true).map(|(_, rest)| rest);
    let has_slug = after_date.is_some_and(|rest| rest.starts_with('-') && rest.len() > 1);
    has_slug && !folders.iter().skip(posts + 1).any(is_hidden)
}

/// The folders before `_posts`.
fn categories(mut folders: Vec<String>) -> Vec<String> {
    let posts = folders.iter().position(|folder| folder == "_posts");
    folders.truncate(posts.unwrap_or(0));
    folders
}

/// `-` for everything that is neither a letter nor a digit nor allowed in a path.
fn file_name(name: &str, _: NameStyle) -> String {
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
    is_for_posts.then(|| Defaults::new(below.into(), defaults.at("values"), str::to_owned))
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
