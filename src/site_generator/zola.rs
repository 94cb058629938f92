//! Zola: articles in `content`, the configuration in `zola.toml` or `config.toml`.

use std::path::Path;

use deunicode::deunicode;

use super::hugo::{section_address, shown, template_name};
use super::permalink::{encoded, is_letter, words};
use super::rules::Rules;
use super::site_context::{is_section, variables};
use super::templates::snippets::Language;
use super::templates::{Arguments, Body, Template, embed};
use super::{
    ContentRoot, Dialect, GeneratorConfig, NameDate, NameStyle, Region, Signs, SiteContext,
    SiteLanguage, SitePatterns,
};
use crate::front_matter::{Field, Fields, Value, de};
use crate::types::path_patterns::PatternSyntax;

pub(super) static ZOLA: Rules = Rules {
    name: "zola",
    config_files: &["zola.toml", "config.toml"],
    config_folders: &[],
    author_files: &[],
    template_folders: &["templates/shortcodes"],
    template_name,
    data_folder: None,
    host_file: None,
    address_key: "base_url",
    article_folder: None,
    config,
    fields,
    dates_from_names: NameDate::Fallback,
    has_short_years: false,
    titles_from_names: false,
    article_rule: "it is the page of a section, or no file `.md`",
    page_keys: &["render"],
    is_article: |_, stem, extension, _| extension == "md" && !is_section(stem),
    describes_folder: is_section,
    allows_no_front_matter: false,
    allows_blank_lines: true,
    add_section,
    sections_have_files: false,
    default_permalink: "/:sections/:slugorfilename/",
    pattern_part: |_, part| part,
    has_patterns_in_articles: false,
    adds_slash: |last, is_own| is_own || !last.contains('.'),
    own_has_language: |_| false,
    address_dates: &[],
    has_dates_of_ruby: false,
    dates_are_local: false,
    categories: |_| Vec::new(),
    file_name,
    folder_name: |name, _| encoded(name),
    slug: file_name,
    title: file_name,
    image: |url, link, _| link.join(url).ok(),
    has_relative_recordings: false,
    marks: MARKS,
    raw_blocks: &[],
    expand,
    shown: |code| shown(code, &[("{{", "}}"), ("{%", "%}")]),
    has_dialect: |_| false,
    to_common_markdown: |text, _| text.to_owned(),
    page_address: section_address,
};

/// Shortcodes, comments, and links to other pages.
const MARKS: &[(&str, &str)] = &[
    ("{{", "}}"),
    ("{%", "%}"),
    ("{# ", "#}"),
    ("](@/", ")"),
    ("]: @/", "\n"),
    ("href=\"@/", "\""),
];

fn config(config: &Value<'_>) -> GeneratorConfig {
    let patterns = config.texts("ignored_content");
    let ignored =
        SitePatterns { setting: "ignored_content", syntax: PatternSyntax::Globs, patterns };
    let slugify = config.at("slugify");
    let keeps_dates = *slugify.at("paths_keep_dates") == Value::Bool(true);
    let root = ContentRoot { folder: "content".into(), ..ContentRoot::default() };
    let markdown = config.at("markdown");
    let is_on = |name: &str| *markdown.at(name) == Value::Bool(true);
    GeneratorConfig {
        title: config.text("title"),
        description: config.text("description"),
        author: config.text("author"),
        language: config.text("default_language"),
        languages: languages(config),
        url: config.text("base_url"),
        roots: vec![root],
        names: NameStyle { signs: signs(slugify), ..NameStyle::default() },
        date_from_name: keeps_dates.then_some(NameDate::FallbackKept),
        excluded: [ignored].into_iter().filter(SitePatterns::is_something).collect(),
        variables: variables(config),
        dialect: Dialect {
            bare_attributes: true,
            definition_lists: is_on("definition_list"),
            emoji: is_on("render_emoji"),
            plain_addresses: true,
            block_attributes: false,
            hard_wraps: false,
        },
        ..GeneratorConfig::default()
    }
}

/// The languages of a site that has several, the main one first.
fn languages(config: &Value<'_>) -> Vec<SiteLanguage> {
    let main = config.text("default_language").unwrap_or_else(|| "en".to_owned());
    let others = config.at("languages").entries().iter().map(|(code, _)| code.to_string());
    let others: Vec<String> = others.filter(|code| *code != main).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let language = |code: &String| SiteLanguage {
        code: code.clone(),
        tag: code.clone(),
        url: None,
        prefix: if *code == main { String::new() } else { format!("{code}/") },
    };
    std::iter::once(&main).chain(&others).map(language).collect()
}

/// Does what the shortcodes do that Zola brings along. Only what looks like a call is a shortcode.
fn expand(template: &Template<'_>, body: &mut Body<'_>) {
    let (opening, closing) = template.marks;
    match opening {
        "{# " => {}
        "{{" | "{%" if template.inside.starts_with("/*") => {
            let written = [opening, template.inside, closing].concat();
            body.text.push_str(&shown(&written, &[template.marks]));
        }
        "{{" | "{%" => shortcode(template, body),
        _ => {
            let (path, title) = template.inside.split_once(' ').unwrap_or((template.inside, ""));
            body.text.push_str(opening.trim_end_matches("@/"));
            let address = internal(path.trim_end(), body);
            body.fill(template, address);
            if !title.is_empty() {
                body.text.extend([" ", title]);
            }
            body.text.push_str(closing);
        }
    }
}

fn shortcode(template: &Template<'_>, body: &mut Body<'_>) {
    let word = template.word();
    let is_block = template.marks.0 == "{%";
    let is_name = |name: &str| {
        let mut chars = name.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if is_block && matches!(template.inside.trim(), "end" | "raw" | "endraw") {
        if word == "end" {
            body.close_own("");
        }
        return;
    }
    if !template.rest().starts_with('(') || !is_name(word) {
        body.keep(template);
    } else if body.push_own(template, Language::Tera, &Arguments::parse(template.rest()), is_block)
    {
    } else if let Some(html) = embed(word, &Arguments::parse(template.rest())) {
        body.push_html(template, &html);
    } else if let Some(html) = body.picture_of(word, &Arguments::parse(template.rest())) {
        body.push_html(template, &html);
    } else if is_block {
        body.open_unknown();
    } else {
        body.leave_out(template);
    }
}

/// The address of a page that is named by its path in `content`.
fn internal(path: &str, body: &Body<'_>) -> Option<String> {
    let (path, fragment) = match path.split_once('#') {
        Some((path, fragment)) => (path, format!("#{fragment}")),
        None => (path, String::new()),
    };
    let address = body.page.files.address(&body.permalinks?.in_source(Path::new(path)))?;
    Some(format!("{address}{fragment}"))
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
        (Field::Language, &[]),
        (Field::Link, &[]),
        (Field::Permalink, &["path"]),
        // A page that is not rendered has no address.
        (Field::Published, &["render"]),
        (Field::Topics, &["taxonomies.tags"]),
        (Field::Updated, &["updated"]),
        (Field::Url, &[]),
    ])
}

fn add_section(region: &Region, section: &Value<'_>, context: &mut SiteContext) {
    if section.at("draft").scalar().and_then(de::boolean) == Some(true) {
        context.drafts.insert(region.clone());
    }
}

/// ASCII letters and digits in lower case, and `-` for everything else, unless the site keeps more.
fn file_name(name: &str, style: NameStyle) -> String {
    match style.signs {
        Signs::Letters => words(&deunicode(name).to_ascii_lowercase(), is_letter),
        Signs::Safe => {
            let safe = name.trim_end_matches([' ', '.']).chars();
            encoded(&safe.filter(|c| !r#"<>:"/\|?*"#.contains(*c)).collect::<String>())
        }
        Signs::All => encoded(name),
    }
}

/// Which signs of names stay in addresses.
fn signs(slugify: &Value<'_>) -> Signs {
    match slugify.text("paths").as_deref() {
        Some("safe") => Signs::Safe,
        Some("off") => Signs::All,
        _ => Signs::Letters,
    }
}
