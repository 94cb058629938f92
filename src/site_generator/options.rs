//! How files are read.

use super::permalink::Permalinks;
use super::{Files, Shortcodes, SiteContext};
use crate::front_matter::Fields;
use crate::types::date::Zone;

/// Where the date of an article without `publishedDateTime` comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateFallback {
    /// From nowhere: the article is undated.
    #[default]
    None,
    /// From the beginning of the file name: `2021-06-09-title.md`.
    FileName,
}

/// Who reads the YAML of front matter. Both say the same; this is for comparing them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YamlReader {
    /// The scanner for simple YAML, and the crate for all that is not simple.
    #[default]
    Scanner,
    /// The crate alone.
    Crate,
}

/// Where the title of an article comes from that does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TitleFallback {
    /// From nowhere: the article is faulty.
    #[default]
    None,
    /// From the file name behind the date.
    FileName,
}

/// How files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Where the date of an article comes from that does not say it.
    pub date_fallback: DateFallback,
    /// Where the title of an article comes from that does not say it.
    pub title_fallback: TitleFallback,
    /// By which keys articles say what can be said of them.
    pub fields: Fields,
    /// Where articles are that do not say it, and those that only say where at the site.
    pub permalinks: Option<Permalinks>,
    /// Where dates are from that say no zone.
    pub zone: Zone,
    /// Whose templates stand in bodies.
    pub templates: Shortcodes,
    /// Which files are articles, by their names and places.
    pub files: Files,
    /// What the rest of the site says about each of them.
    pub site_context: SiteContext,
    /// Who reads the YAML.
    pub yaml: YamlReader,
}
