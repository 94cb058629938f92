//! Read options: everything that the reading of an article depends on, but for its file.

use std::collections::BTreeSet;

use super::{Dialect, Permalinks, SiteContext, SiteGenerator};
use crate::front_matter::{Fields, GroupKey, YamlReader};
use crate::page::{PageOptions, ShownPages};
use crate::types::date::Zone;

/// What the date at the beginning of a file name is good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameDate {
    /// Nothing.
    #[default]
    Ignored,
    /// It is the date of an article without another one; the address of no article contains it.
    Fallback,
    /// It is the date of an article without another one, and addresses contain it.
    FallbackKept,
    /// It is the date of an article without another one, whose address does not contain it.
    FallbackOnly,
    /// It is the date of the article, whatever else says.
    First,
}

/// How files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Whether an article may have the date at the beginning of its file name: `2021-06-09-title.md`.
    pub date_from_name: NameDate,
    /// The keys of each field.
    pub fields: Fields,
    /// The language tag of articles without one.
    pub language: String,
    /// The keys of groups that are known only because this run asks for them.
    pub groups: BTreeSet<GroupKey>,
    /// How an article without an address, or with a relative one, gets its address.
    pub permalinks: Option<Permalinks>,
    /// The zone of dates without one.
    pub zone: Zone,
    /// The program whose site the articles belong to.
    pub generator: Option<SiteGenerator>,
    /// What other files of the site say about the articles.
    pub site_context: SiteContext,
    /// What the Markdown of the articles means.
    pub dialect: Dialect,
    /// How pages are read, if the articles are the pages of a rendered site.
    pub pages: Option<PageOptions>,
    /// The pages that show the articles, if these are in a source beside a rendered site.
    pub shown: Option<ShownPages>,
    /// Who reads the YAML.
    pub yaml: YamlReader,
}
