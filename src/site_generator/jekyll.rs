//! Jekyll: posts in folders `_posts`, the configuration in `_config.yml`.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use super::permalink::{Part, Permalinks, folder_of_pattern, is_letter, words};
use super::rules::Rules;
use super::site_context::variables;
use super::templates::{Arguments, Body, Template, blocks, embed, liquid, on_one_line, picture};
use super::{
    ContentRoot, Defaults, Dialect, GeneratorConfig, NameDate, NameStyle, SitePatterns, kramdown,
};
use crate::front_matter::{Field, Fields, Value};
use crate::types::WebUrl;
use crate::types::date;
use crate::types::path_patterns::{PatternSyntax, escaped_glob};

pub(super) static JEKYLL: Rules = Rules {
    name: "jekyll",
    config_files: &["_config.yml", "_config.yaml"],
    config_folders: &[],
    author_files: &["_data/authors.yml", "_data/authors.yaml", "_data/authors.json"],
    template_folders: &["_includes"],
    template_name: |path| Some(path.to_owned()),
    data_folder: Some("_data"),
    host_file: Some("CNAME"),
    address_key: "url",
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
    allows_no_front_matter: true,
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
    marks: &[("{{", "}}"), ("{%", "%}")],
    raw_blocks: &[("{%", "highlight", "%}")],
    expand,
    shown,
    has_dialect: kramdown::is_needed,
    to_common_markdown: kramdown::to_common_markdown,
    page_address,
};

/// The style `date`, which is the usual one.
const PATTERN: &str = "/:categories/:year/:month/:day/:title:output_ext";

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
        dialect: dialect(config),
        variables: variables(config),
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

/// What kramdown reads, or another program of the configuration.
fn dialect(config: &Value<'_>) -> Dialect {
    let plugins = ["plugins", "gems"].map(|key| config.texts(key)).concat();
    let markdown = config.text("markdown").unwrap_or_default().to_lowercase();
    Dialect {
        bare_attributes: false,
        definition_lists: !markdown.starts_with("commonmark"),
        emoji: plugins.iter().any(|plugin| plugin == "jemoji" || plugin == "github-pages"),
        plain_addresses: true,
        block_attributes: false,
        hard_wraps: *config.at("kramdown").at("hard_wrap") == Value::Bool(true),
    }
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

/// Characters between lines.
const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// Does what Liquid does, as far as that depends on what is known of the page and its site.
fn expand(template: &Template<'_>, body: &mut Body<'_>) {
    if template.marks.0 == "{{" {
        let expression = template.inside.trim_matches('-').trim();
        let value = liquid::value(expression, body);
        match (expression, value) {
            ("site.url" | "site.baseurl", Some(address)) => body.push_site_address(&address),
            (_, value) => body.fill(template, value),
        }
        return;
    }
    let word = template.word();
    match word {
        "raw" => {
            let raw = body.skip_raw("{%", "raw", "%}");
            body.text.push_str(raw);
        }
        "comment" => {
            body.skip_raw("{%", "comment", "%}");
        }
        "highlight" => {
            let code = body.skip_raw("{%", "highlight", "%}");
            let language = template.rest().split_whitespace().next().unwrap_or_default();
            body.push_code(template, language, shown(code).trim_matches(LINE_ENDS));
        }
        "assign" => {
            if let Some((name, expression)) = template.rest().split_once('=') {
                let name = name.trim().to_owned();
                match liquid::evaluate(expression, body) {
                    Some(value) => body.assigned.insert(name, value),
                    None => body.assigned.remove(&name),
                };
            }
        }
        "link" => {
            let address = linked(template.rest().trim_matches(['"', '\'']), body);
            body.push_address(template, address);
        }
        "post_url" => {
            let name = Path::new(template.rest().trim_matches(['"', '\'', '/']));
            let is_post = |path: &Path| {
                let is_below = path.components().any(|part| part.as_os_str() == "_posts");
                is_below && path.with_extension("").ends_with(name)
            };
            let files = body.page.files;
            let address = files.find(&is_post).and_then(|path| files.address(&path));
            body.push_address(template, address);
        }
        "include" | "include_relative" | "include_cached" => include(template, body),
        "youtube" | "vimeo" | "gist" | "tweet" | "twitter" => {
            match embed(word, &Arguments::parse(template.rest())) {
                Some(html) => body.push_html(template, &html),
                None => body.leave_out(template),
            }
        }
        _ if blocks::expand(template, body) => {}
        "increment" | "decrement" | "cycle" => {}
        word if word.starts_with("end") => {}
        _ => body.leave_out(template),
    }
}

/// The address of a file, by its path in the site.
fn linked(path: &str, body: &Body<'_>) -> Option<WebUrl> {
    let permalinks = body.permalinks?;
    let path = Path::new(path.trim_start_matches('/'));
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is_page =
        matches!(extension, "md" | "markdown" | "mkd" | "mkdn" | "mkdown" | "html" | "htm");
    if is_page {
        body.page.files.address(&permalinks.in_source(path))
    } else {
        permalinks.absolute(path.to_str()?)
    }
}

/// An included file, as far as what it shows is known; else the picture or the player that its
/// arguments name.
fn include(template: &Template<'_>, body: &mut Body<'_>) {
    let rest = template.rest();
    let (file, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let arguments = Arguments::parse(arguments);
    let values = arguments.mapping(|word| liquid::evaluate(word, body));
    let given = arguments.resolved(|word| liquid::value(word, body));
    let text = included_text(template, file, body);
    let shown = text.as_ref().and_then(|text| body.included(text, values, &JEKYLL));
    if let Some((text, has_holes)) = shown {
        if has_holes {
            body.forget(template);
        }
        let text = text.trim();
        if text.starts_with('<') && !text.contains("markdown=") {
            body.push_html(template, &on_one_line(text));
        } else {
            body.text.push_str(text);
        }
        return;
    }
    let name = file.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let is_player = ["youtube", "vimeo"].into_iter().find(|player| name.starts_with(player));
    let shows_picture = match &text {
        Some(text) => text.contains("<img"),
        None => ["figure", "image", "img", "picture"].iter().any(|word| name.contains(word)),
    };
    let html = is_player.and_then(|player| embed(player, &given)).or_else(|| {
        let path = given.picture().filter(|_| shows_picture)?;
        let marks = ["relative_url", "absolute_url", "baseurl"];
        let has_base = text.is_some_and(|text| marks.iter().any(|mark| text.contains(mark)));
        if path.starts_with('/') && !has_base {
            return Some(picture(path, &given));
        }
        // The template of an include knows no other folder than that of the site.
        Some(picture(body.permalinks?.absolute(path)?.as_str(), &given))
    });
    match html {
        Some(html) => body.push_html(template, &html),
        None => body.leave_out(template),
    }
}

/// The text of the file that a template includes.
fn included_text(template: &Template<'_>, file: &str, body: &Body<'_>) -> Option<String> {
    let files = body.page.files;
    if template.word() == "include_relative" {
        return files.text(&body.page.path.parent()?.join(file));
    }
    let own = body.options.site_context.templates.get(file);
    own.cloned().or_else(|| {
        let path = Path::new("_includes").join(file);
        files.text(&body.permalinks?.in_source(&path))
    })
}

/// Code without the marks around what Liquid must not read.
fn shown(code: &str) -> Cow<'_, str> {
    if !code.contains("{%") || !code.contains("endraw") {
        return Cow::Borrowed(code);
    }
    let mut shown = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, mark)) = rest.split_once("{%") {
        let (inside, after) = mark.split_once("%}").unwrap_or((mark, ""));
        let word = inside.trim_matches(['-', ' ']);
        shown.push_str(before);
        if word != "raw" && word != "endraw" {
            shown.extend([
                "{%",
                inside,
                if after.is_empty() && !mark.ends_with("%}") { "" } else { "%}" },
            ]);
        }
        rest = after;
    }
    Cow::Owned(shown + rest)
}

/// The address of a page that is no post.
fn page_address(path: &Path, keys: &Value<'_>, permalinks: &Permalinks) -> Option<WebUrl> {
    if let Some(own) = keys.text("permalink") {
        let own = own.replace(":output_ext", ".html");
        return if own.contains(':') { None } else { permalinks.absolute(&own) };
    }
    let folder = path.parent()?.to_str()?;
    if folder.split('/').any(|folder| folder.starts_with('_')) {
        return None;
    }
    let stem = path.file_stem()?.to_str()?;
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    permalinks.absolute(&match stem {
        "index" => folder,
        stem if permalinks.pattern.ends_with_slash() => format!("{folder}{stem}/"),
        stem => format!("{folder}{stem}.html"),
    })
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
