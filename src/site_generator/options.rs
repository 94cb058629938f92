//! Read options: everything that the reading of an article depends on, but for its file.

use super::{Permalinks, SiteContext, SiteGenerator};
use crate::front_matter::{Fields, YamlReader};
use crate::types::date::Zone;

/// How files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Whether an article without `publishedDateTime` has the date at the beginning of its file name:
    /// `2021-06-09-title.md`.
    pub date_from_name: bool,
    /// The keys of each field.
    pub fields: Fields,
    /// How an article without an address, or with a relative one, gets its address.
    pub permalinks: Option<Permalinks>,
    /// The zone of dates without one.
    pub zone: Zone,
    /// The program whose site the articles belong to.
    pub generator: Option<SiteGenerator>,
    /// What other files of the site say about the articles.
    pub site_context: SiteContext,
    /// Who reads the YAML.
    pub yaml: YamlReader,
}
