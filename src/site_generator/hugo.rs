//! Hugo: articles in `content`, the configuration in `hugo.toml` or a file of one of its other names.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::permalink::{Part, encoded, folder_of_pattern, is_letter, without_accents};
use super::rules::Rules;
use super::site_context::{is_section, variables};
use super::templates::snippets::Language;
use super::templates::{Arguments, Body, Marks, Template, embed, liquid};
use super::{
    ContentRoot, Defaults, Dialect, GeneratorConfig, NameDate, NameStyle, Permalinks, Region,
    SiteContext, SiteLanguage, SitePatterns, UglyUrls,
};
use crate::front_matter::{Field, FieldKeys, Fields, Value};
use crate::types::WebUrl;
use crate::types::path_patterns::PatternSyntax;
use crate::types::text::escape;

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
    ],
    config_folders: &["config/_default", "config/production"],
    author_files: &[],
    template_folders: &["layouts/shortcodes", "layouts/_shortcodes"],
    template_name,
    data_folder: None,
    host_file: None,
    address_key: "baseURL",
    article_folder: None,
    config,
    fields: || Fields::from_keys(FIELD_KEYS).in_any_case(),
    dates_from_names: NameDate::Ignored,
    has_short_years: false,
    titles_from_names: false,
    article_rule: "it is the page of a section, or part of the page of its folder",
    page_keys: &["build.render", "build.list", "_build.render", "_build.list", "headless"],
    is_article,
    describes_folder: |stem| is_section(stem) || is_index(stem),
    allows_no_front_matter: false,
    allows_blank_lines: true,
    add_section,
    sections_have_files: true,
    default_permalink: "/:folders/:slugorfilename/",
    pattern_part: |name, part| if name == "slug" { Part::SlugOrTitle } else { part },
    has_patterns_in_articles: false,
    adds_slash: |last, is_own| !is_own || !last.contains('.'),
    own_has_language: |path| !path.starts_with('/'),
    address_dates: &["date", "publishdate", "pubdate", "published", "lastmod", "modified"],
    has_dates_of_ruby: false,
    dates_are_local: true,
    categories: |_| Vec::new(),
    file_name,
    folder_name: file_name,
    slug,
    title: |title, style| spoken(&title.replace('/', "-"), style),
    image: |url, link, _| link.join(url).ok(),
    has_relative_recordings: false,
    marks: &[("{{<", ">}}"), ("{{%", "%}}")],
    raw_blocks: &[("{{<", "highlight", ">}}"), ("{{%", "highlight", "%}}")],
    expand,
    shown: |code| shown(code, &[("{{<", ">}}"), ("{{%", "%}}")]),
    has_dialect: |_| false,
    to_common_markdown: |text, _| text.to_owned(),
    page_address: section_address,
};

/// In lower case, since keys may differ in case.
const FIELD_KEYS: &FieldKeys = &[
    (Field::Audio, &["audio", "audio_url", "audiourl", "podcast.src", "podcast_file"]),
    (Field::AudioLength, &["audiolength", "audio_length", "podcast.bytes", "podcast_bytes"]),
    (Field::Authors, &["authors", "author"]),
    (Field::Category, &["categories"]),
    (Field::Date, &["publishdate", "pubdate", "published", "date", "lastmod", "modified"]),
    (Field::Draft, &["headless"]),
    (Field::Duration, &["duration", "podcast.duration", "podcast_duration"]),
    (Field::Excerpt, &["summary", "description"]),
    (Field::Expires, &["expirydate", "unpublishdate"]),
    (Field::Explicit, &["explicit", "podcast.explicit"]),
    (Field::FeaturedContent, &[]),
    (Field::Images, &["images", "cover.image", "featured_image"]),
    (Field::Language, &[]),
    (Field::Link, &[]),
    (Field::Permalink, &["url"]),
    // Whether a page is rendered, and whether lists name it.
    (Field::Published, &["build.render", "build.list", "_build.render", "_build.list"]),
    (Field::Topics, &["tags"]),
    (Field::Updated, &["lastmod", "modified"]),
    (Field::Url, &[]),
];

fn config(config: &Value<'_>) -> GeneratorConfig {
    let main = config.text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned());
    let of_main = config.at("languages").at(&main);
    let text = |key: &str| of_main.text(key).or_else(|| config.text(key));
    let of_params = |of: &Value<'_>, key: &str| of.at("params").text(key);
    let param = |key: &str| of_params(of_main, key).or_else(|| of_params(config, key));
    let author = config.at("params").at("author");
    let (date_from_name, unsupported) = date_from_name(config.at("frontmatter"));
    let mut unsupported: Vec<String> = unsupported.into_iter().collect();
    let (roots, mount_patterns) = roots(config, &main, &mut unsupported);
    let ignored = config.texts("ignoreFiles");
    let ignored =
        SitePatterns { setting: "ignoreFiles", syntax: PatternSyntax::Regexes, patterns: ignored };
    GeneratorConfig {
        title: text("title"),
        description: param("description").or_else(|| text("description")),
        author: author.text("name").or_else(|| config.at("params").text("author")),
        language: text("locale").or_else(|| text("languageCode")).or_else(|| Some(main.clone())),
        languages: languages(config, &main),
        timezone: text("timeZone"),
        url: text("baseURL"),
        roots,
        permalinks: permalinks(config),
        names: NameStyle {
            keeps_case: is_true(config.at("disablePathToLower")),
            removes_accents: is_true(config.at("removePathAccents")),
            ..NameStyle::default()
        },
        ugly: ugly_urls(config.at("uglyURLs")),
        fields: date_keys(config.at("frontmatter")),
        date_from_name,
        defaults: config.mappings("cascade").map(cascade).collect(),
        excluded: [ignored, mount_patterns]
            .into_iter()
            .filter(SitePatterns::is_something)
            .collect(),
        unsupported,
        dialect: dialect(config),
        variables: variables(config),
        ..GeneratorConfig::default()
    }
}

/// What goldmark is told to read.
fn dialect(config: &Value<'_>) -> Dialect {
    let goldmark = config.at("markup").at("goldmark");
    let extensions = goldmark.at("extensions");
    let is_off = |name: &str| *extensions.at(name) == Value::Bool(false);
    Dialect {
        definition_lists: !is_off("definitionList"),
        emoji: *config.at("enableEmoji") == Value::Bool(true),
        plain_addresses: is_off("linkify"),
        block_attributes: is_true(goldmark.at("parser").at("attribute").at("block")),
        hard_wraps: is_true(goldmark.at("renderer").at("hardWraps")),
        bare_attributes: false,
    }
}

fn is_true(value: &Value<'_>) -> bool {
    *value == Value::Bool(true)
}

fn ugly_urls(value: &Value<'_>) -> UglyUrls {
    let sections = value.entries().iter();
    let sections = sections.map(|(section, value)| (section.to_lowercase(), is_true(value)));
    UglyUrls { all: is_true(value), sections: sections.collect() }
}

/// The languages of a site that names several or gives one a folder of its own, the main one first.
fn languages(config: &Value<'_>, main: &str) -> Vec<SiteLanguage> {
    let disabled = config.texts("disableLanguages");
    let all = config.at("languages").entries();
    let mut all: Vec<(&str, &Value<'_>)> = all
        .iter()
        .map(|(code, language)| (&**code, language))
        .filter(|(code, language)| {
            !is_true(language.at("disabled")) && !disabled.iter().any(|it| it == code)
        })
        .collect();
    let weight = |language: &Value<'_>| {
        language.at("weight").scalar().and_then(|weight| weight.parse::<i64>().ok())
    };
    all.sort_by_key(|(code, language)| {
        let weight = weight(language).filter(|weight| *weight > 0);
        (!code.eq_ignore_ascii_case(main), weight.unwrap_or(i64::MAX), code.to_lowercase())
    });
    if !all.iter().any(|(code, _)| code.eq_ignore_ascii_case(main)) {
        all.insert(0, (main, &Value::Null));
    }
    // Each language may be a site with an address of its own.
    let has_hosts =
        all.len() > 1 && all.iter().all(|(_, language)| language.text("baseURL").is_some());
    let main_has_folder = is_true(config.at("defaultContentLanguageInSubdir"));
    let languages = all.into_iter().map(|(code, language)| {
        let is_main = code.eq_ignore_ascii_case(main);
        let tag = language.text("locale").or_else(|| language.text("languageCode"));
        let tag = tag.or_else(|| config.text("languageCode").filter(|_| is_main));
        let has_folder = !has_hosts && (!is_main || main_has_folder);
        SiteLanguage {
            code: code.to_owned(),
            tag: tag.unwrap_or_else(|| code.to_owned()),
            url: language.text("baseURL").filter(|_| has_hosts),
            prefix: if has_folder { format!("{}/", code.to_lowercase()) } else { String::new() },
        }
    });
    languages.collect()
}

/// The folders of articles: mounts, or those of the languages.
fn roots(
    config: &Value<'_>,
    main: &str,
    unsupported: &mut Vec<String>,
) -> (Vec<ContentRoot>, SitePatterns) {
    let mut patterns = Vec::new();
    let mut roots = Vec::new();
    for mount in config.at("module").mappings("mounts") {
        let (Some(source), Some(target)) = (mount.text("source"), mount.text("target")) else {
            continue;
        };
        let target = Path::new(&target).components().as_path().to_owned();
        let Ok(target) = target.strip_prefix("content") else { continue };
        let source = source.trim_start_matches("./").trim_end_matches('/').to_owned();
        for key in ["includeFiles", "files"] {
            if !mount.texts(key).is_empty() {
                unsupported.push(format!("`{key}` of a mount in `module.mounts`"));
            }
        }
        let excluded = mount.texts("excludeFiles").into_iter();
        patterns.extend(excluded.map(|glob| format!("/{source}/{}", glob.trim_start_matches('/'))));
        roots.push(ContentRoot {
            folder: source.into(),
            target: target.to_owned(),
            language: mount
                .text("lang")
                .or_else(|| mount.at("sites").at("matrix").texts("languages").pop()),
        });
    }
    if roots.is_empty() {
        roots = roots_of_languages(config, main);
    }
    let setting = "module.mounts";
    (roots, SitePatterns { setting, syntax: PatternSyntax::Globs, patterns })
}

/// The folder of articles of each language, or that of all.
fn roots_of_languages(config: &Value<'_>, main: &str) -> Vec<ContentRoot> {
    let usual = config.text("contentDir").unwrap_or_else(|| "content".to_owned());
    let languages = config.at("languages").entries().iter();
    let own =
        languages.filter_map(|(code, language)| Some((&**code, language.text("contentDir")?)));
    let own: Vec<(&str, String)> = own.collect();
    let main_has_own = own.iter().any(|(code, _)| code.eq_ignore_ascii_case(main));
    let mut roots: Vec<ContentRoot> = Vec::new();
    let usual = (!main_has_own).then_some((None, usual));
    let own = own.into_iter().map(|(code, folder)| (Some(code), folder));
    for (code, folder) in own.chain(usual) {
        let folder = PathBuf::from(folder.trim_start_matches("./").trim_end_matches('/'));
        if let Some(root) = roots.iter_mut().find(|root| root.folder == folder) {
            // The names of its files say the language.
            root.language = None;
        } else {
            let (language, target) = (code.map(str::to_owned), PathBuf::new());
            roots.push(ContentRoot { folder, target, language });
        }
    }
    // Of two folders, one of which holds the other, the inner one counts.
    roots.sort_by_key(|root| std::cmp::Reverse(root.folder.components().count()));
    roots
}

fn is_article(path: &Path, stem: &str, extension: &str, context: &SiteContext) -> bool {
    let mut folders = path.ancestors().skip(if is_index(stem) { 2 } else { 1 });
    let is_text = ["md", "markdown", "mdown", "html", "htm"].contains(&extension);
    is_text && !is_section(stem) && !folders.any(|folder| context.bundles.contains(folder))
}

/// Adds the values of cascades. Which pages they are meant for is not looked at: hiding too many
/// is better than showing one too many.
fn add_section(region: &Region, section: &Value<'_>, context: &mut SiteContext) {
    let cascades = section.mappings("cascade");
    let defaults = cascades.map(|values| Defaults::new(region.clone(), values, lower_case));
    context.defaults.extend(defaults);
}

/// Lower case with `-` for spaces and without most signs; letters stay as they are.
fn file_name(name: &str, style: NameStyle) -> String {
    let name = if style.removes_accents { without_accents(name) } else { name.to_owned() };
    let name = if style.keeps_case { name } else { name.to_lowercase() };
    // Where a sign between two spaces is dropped, both gaps stay.
    let dashed = name.chars().map(|c| if c.is_whitespace() { '-' } else { c });
    let kept: String = dashed.filter(|&c| is_letter(c) || ".-_+~@#".contains(c)).collect();
    encoded(&kept)
}

/// A slug, without `-` at its ends.
fn slug(slug: &str, style: NameStyle) -> String {
    spoken(slug, style).trim_matches('-').to_owned()
}

/// A text as part of an address. A sum of words has two `-` where the `+` was: it is a space in addresses,
/// but only after the spaces around it have become `-`.
fn spoken(text: &str, style: NameStyle) -> String {
    let joined = joined(&joined(text).replace('+', " "));
    joined.split('/').map(|part| file_name(part, style)).collect::<Vec<_>>().join("/")
}

/// A text without most signs, and with `-` for the spaces between what is left.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let (mut has_gap, mut is_joined) = (false, false);
    for c in text.chars() {
        if is_letter(c) || "./_-+~@#".contains(c) {
            is_joined = c == '-';
            if has_gap && !is_joined {
                joined.push('-');
            }
            has_gap = false;
            joined.push(c);
        } else if !joined.is_empty() && !is_joined && c.is_whitespace() {
            has_gap = true;
        }
    }
    joined
}

/// Does what the shortcodes do that Hugo brings along.
fn expand(template: &Template<'_>, body: &mut Body<'_>) {
    let (opening, closing) = template.marks;
    if template.inside.starts_with("/*") {
        let written = [opening, template.inside, closing].concat();
        body.text.push_str(&shown(&written, &[template.marks]));
        return;
    }
    let name = template.word();
    let arguments = || Arguments::parse(template.rest());
    match name {
        "highlight" => {
            let code = body.skip_raw(opening, "highlight", closing);
            if template.rest().contains("hl_inline=true") {
                body.push_code_span(code.trim());
                return;
            }
            let language = arguments();
            body.push_code(template, language.at(0).unwrap_or_default(), code);
        }
        "ref" | "relref" => {
            let arguments = arguments();
            let path = arguments.named("path").or_else(|| arguments.at(0)).unwrap_or_default();
            let address = referred(path, body);
            body.fill(template, address);
        }
        "param" => {
            let arguments = arguments();
            let key = arguments.at(0).or_else(|| arguments.named("name")).unwrap_or_default();
            let variables = &body.options.site_context.variables;
            let keys = body.page.keys;
            let value = liquid::parameter(keys, key)
                .or_else(|| liquid::parameter(keys.at("params"), key))
                .or_else(|| variables.get(&format!("params.{key}")).cloned());
            body.fill(template, value);
        }
        "comment" => {
            body.skip_raw(opening, "comment", closing);
        }
        name if name.starts_with('/') => {
            body.close_own(template.inside.trim().trim_start_matches('/').trim());
        }
        name => {
            let is_end = |other: &Template<'_>| {
                let end = other.inside.trim().strip_prefix('/');
                end.is_some_and(|end| end.trim() == name)
            };
            let arguments = arguments();
            let has_end = !template.inside.ends_with('/') && body.has_end(name, is_end);
            if body.push_own(template, Language::Go, &arguments, has_end) {
                return;
            }
            match embed(name, &arguments).or_else(|| body.picture_of(name, &arguments)) {
                None if has_end && name == "details" => {
                    let summary = arguments.named("summary").or_else(|| arguments.at(0));
                    let summary = escape(summary.unwrap_or("Details"));
                    let start = format!("<details><summary>{summary}</summary>");
                    body.open(template, name, &start, "</details>");
                }
                Some(html) => body.push_html(template, &html),
                // The text inside stays.
                None if has_end => {}
                None => body.leave_out(template),
            }
        }
    }
}

/// The address of the page that a reference means: a path in the site or from this page, or the name
/// of a file.
fn referred(reference: &str, body: &Body<'_>) -> Option<String> {
    let (path, fragment) = match reference.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (reference, None),
    };
    let permalinks = body.permalinks?;
    let address = if path.is_empty() {
        body.page.link.clone()
    } else {
        let wanted = Path::new(path.trim_matches('/'));
        let here = body.page.path.parent().unwrap_or(Path::new(""));
        let exact = [permalinks.in_source(wanted), here.join(wanted)];
        let exact = if path.starts_with('/') { exact.get(..1) } else { exact.get(..) };
        let exact = exact.unwrap_or_default();
        let names = |file: &Path| {
            let is_bundle =
                file.file_stem().is_some_and(|stem| stem == "index" || stem == "_index");
            let page = if is_bundle { file.parent().map(Path::to_owned) } else { None };
            [Some(file.to_owned()), Some(file.with_extension("")), page].into_iter().flatten()
        };
        let is_exact = |file: &Path| names(file).any(|name| exact.contains(&name));
        let is_named = |file: &Path| names(file).any(|name| name.ends_with(wanted));
        let files = body.page.files;
        let file = files.find(&is_exact).or_else(|| files.find(&is_named))?;
        files.address(&file)?
    };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    Some(format!("{address}{fragment}"))
}

/// Code without the comment signs inside of shortcodes that are only shown: `{{</* name */>}}`.
pub(super) fn shown<'c>(code: &'c str, marks: &[Marks]) -> Cow<'c, str> {
    let mut shown = Cow::Borrowed(code);
    for (opening, closing) in marks {
        let [commented, end] = [format!("{opening}/*"), format!("*/{closing}")];
        if shown.contains(&commented) {
            shown = Cow::Owned(shown.replace(&commented, opening).replace(&end, closing));
        }
    }
    shown
}

/// The address of the page of a section.
pub(super) fn section_address(
    path: &Path,
    keys: &Value<'_>,
    permalinks: &Permalinks,
) -> Option<WebUrl> {
    if path.file_stem()? != "_index" {
        return None;
    }
    let own = ["url", "path"].iter().find_map(|key| keys.text(key));
    let folder = path.parent()?.to_str()?;
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    permalinks.absolute(&own.unwrap_or(folder))
}

/// The name of a shortcode by the path of its template.
pub(super) fn template_name(path: &str) -> Option<String> {
    let (name, extension) = path.rsplit_once('.')?;
    matches!(extension, "html" | "md").then(|| name.to_owned())
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
    Defaults::new(below.into(), cascade, lower_case)
}

/// What dates in file names are good for by the list of places where dates are, and why the list is
/// not supported.
fn date_from_name(frontmatter: &Value<'_>) -> (Option<NameDate>, Option<String>) {
    let places: Vec<String> =
        frontmatter.texts("date").iter().map(|place| place.to_lowercase()).collect();
    let at = |place: &str| places.iter().position(|other| other == place);
    let outside = [":git", ":filemodtime"].iter().filter_map(|place| at(place)).min();
    let is_first = |other: &usize| {
        let keys = places.iter().position(|place| !place.starts_with(':') || place == ":default");
        keys.is_none_or(|key| *other < key)
    };
    // A date that only git or the file system knows changes with them.
    let unsupported = outside.filter(is_first).and_then(|place| places.get(place)).map(|place| {
        format!("`{place}` in `frontmatter.date`, since only dates in files are read")
    });
    let date = at(":filename")
        .map(|name| if is_first(&name) { NameDate::First } else { NameDate::FallbackOnly });
    (date, unsupported)
}
