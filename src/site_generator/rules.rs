//! The rules that every site generator states, each in its own file.

use std::borrow::Cow;
use std::path::Path;

use super::permalink::{NameStyle, Part, Permalinks};
use super::templates::{Body, FindCode, Marks, RawBlock, Template};
use super::{GeneratorConfig, NameDate, Region, SiteContext};
use crate::front_matter::{Fields, Value};
use crate::types::url::WebUrl;

/// The rules of one site generator.
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub(crate) struct Rules {
    /// The name in settings.
    pub(super) name: &'static str,

    /// The names of the configuration file, relative to the folder of the site; the first that is
    /// there counts.
    pub(super) config_files: &'static [&'static str],
    /// Folders whose files are parts of the configuration, named after the part; a later one counts
    /// more.
    pub(super) config_folders: &'static [&'static str],
    /// The files that may have the names of authors; the first that is there counts.
    pub(super) author_files: &'static [&'static str],
    /// The folders with the site's own templates of shortcodes, in the folder of the site or of a theme; a
    /// later one counts more.
    pub(super) template_folders: &'static [&'static str],
    /// The name by which a body calls the template at a path in such a folder; `None` for other files.
    pub(super) template_name: fn(&str) -> Option<String>,
    /// The folder of files with values that a body may show.
    pub(super) data_folder: Option<&'static str>,
    /// The file that names the host of a site without an address.
    pub(super) host_file: Option<&'static str>,
    /// The key of the address in the configuration.
    pub(super) address_key: &'static str,
    /// The folder by which a site without a configuration is known.
    pub(super) article_folder: Option<&'static str>,
    /// Takes from a configuration what feeds depend on; null is a configuration without settings.
    pub(super) config: fn(&Value<'_>) -> GeneratorConfig,

    /// The keys of the fields.
    pub(super) fields: fn() -> Fields,
    /// What dates in file names are good for.
    pub(crate) dates_from_names: NameDate,
    /// Whether the years of dates in file names may have two digits.
    pub(crate) has_short_years: bool,
    /// Whether an article without a title has that of its file name.
    pub(crate) titles_from_names: bool,

    /// What an article is, as a message says it.
    pub(super) article_rule: &'static str,
    /// The keys that say that an article has no page, or that no list names it.
    pub(crate) page_keys: &'static [&'static str],
    /// Whether a file may be an article, by its path, its stem and its extension in lower case.
    pub(super) is_article: fn(&Path, &str, &str, &SiteContext) -> bool,
    /// Whether a file with this stem says something about the other files of its folder.
    pub(super) describes_folder: fn(&str) -> bool,
    /// Whether an article may have no front matter.
    pub(crate) allows_no_front_matter: bool,
    /// Whether blank lines may come before the front matter.
    pub(crate) allows_blank_lines: bool,
    /// Adds what the section file of a folder says to the context of the other files.
    pub(super) add_section: fn(&Region, &Value<'_>, &mut SiteContext),

    /// Whether a folder below the first is a section only with a section file.
    pub(super) sections_have_files: bool,
    /// The pattern of addresses in a site that has none.
    pub(crate) default_permalink: &'static str,
    /// The part of an address that a name in a pattern stands for; given is that of all generators.
    pub(super) pattern_part: fn(&str, Part) -> Part,
    /// Whether the permalink of a single article may be a pattern.
    pub(super) has_patterns_in_articles: bool,
    /// Whether an address with this last segment gets a slash; the flag says whether the article has
    /// its own permalink.
    pub(super) adds_slash: fn(&str, bool) -> bool,
    /// Whether an article's own permalink is below the folder of its language.
    pub(super) own_has_language: fn(&str) -> bool,
    /// The keys of the date in addresses, the strongest first; empty for the date of publication.
    pub(crate) address_dates: &'static [&'static str],
    /// Whether dates are read as Ruby reads them: one with a time, without a zone and quotes is an instant
    /// in UTC, and the day may come before the month.
    pub(crate) has_dates_of_ruby: bool,
    /// Whether addresses have the dates of the place where they were written, in lower case.
    pub(crate) dates_are_local: bool,
    /// The categories of an article by its folders, the outermost first.
    pub(super) categories: fn(Vec<String>) -> Vec<String>,
    /// The name of a file as part of an address.
    pub(super) file_name: fn(&str, NameStyle) -> String,
    /// The name of a folder as part of an address.
    pub(super) folder_name: fn(&str, NameStyle) -> String,
    /// The slug of an article as part of an address.
    pub(super) slug: fn(&str, NameStyle) -> String,
    /// The title of an article as part of an address.
    pub(super) title: fn(&str, NameStyle) -> String,
    /// The address of an image without a host, in the article with this address.
    pub(super) image: fn(&str, &WebUrl, &Permalinks) -> Option<WebUrl>,
    /// Whether the path of an audio or video file without a leading slash is relative to the site; else
    /// nobody knows.
    pub(crate) has_relative_recordings: bool,

    /// The marks around templates.
    pub(super) marks: &'static [Marks],
    /// Templates around code.
    pub(super) raw_blocks: &'static [RawBlock],
    /// Writes what a template stands for.
    pub(super) expand: fn(&Template<'_>, &mut Body<'_>),
    /// Code without the marks by which an author shows template code.
    pub(super) shown: fn(&str) -> Cow<'_, str>,
    /// Whether Markdown may have something that only the generator reads, and rewrites it for everybody.
    pub(super) has_dialect: fn(&str) -> bool,
    pub(super) to_common_markdown: fn(&str, FindCode) -> String,
    /// The address of a page that is no article, by its path in the site and its front matter.
    pub(crate) page_address: fn(&Path, &Value<'_>, &Permalinks) -> Option<WebUrl>,
}
