//! Permalinks: the address of an article at its own site, where the article does not say it, by the
//! rules of the program that makes the site.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deunicode::deunicode;
use unicode_normalization::char::is_combining_mark;

use crate::types::date::{self, Timestamp};
use crate::types::url::WebUrl;

/// Where the articles of a site are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permalinks {
    /// The address of the site; it ends with a slash.
    pub site: WebUrl,
    /// Folders that the files of the site are below; their names are no part of an address.
    pub roots: Vec<PathBuf>,
    /// The pattern of a section, by its name.
    pub sections: BTreeMap<String, Pattern>,
    /// The pattern of all others.
    pub pattern: Pattern,
    /// How names become parts of an address.
    pub slugs: Slugs,
}

/// How names become parts of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slugs {
    /// Hugo: lower case, `-` for spaces, without most signs; letters stay as they are.
    Hugo,
    /// Jekyll: `-` for everything that is neither a letter nor a digit nor allowed in a path.
    Jekyll,
    /// Zola: ASCII letters and digits in lower case, `-` for everything else.
    Zola,
}

/// What an address is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// The file.
    pub(crate) path: &'a Path,
    /// Its name, without extension and without a date that does not belong to it.
    pub(crate) name: &'a str,
    pub(crate) published: Option<Timestamp>,
    pub(crate) title: &'a str,
    /// What the article says instead of the name of its file.
    pub(crate) slug: Option<&'a str>,
    /// What the article says instead of the pattern.
    pub(crate) permalink: Option<&'a str>,
    pub(crate) categories: &'a [Cow<'a, str>],
}

/// The pattern of an address: `/:year/:month/:slug/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// What it says.
    Text(String),
    /// A part of the date (`strftime`).
    Date(&'static str),
    /// The folders of the file.
    Sections,
    /// The first folder of the file.
    Section,
    Categories,
    /// The same without signs.
    PlainCategories,
    /// What Jekyll calls posts.
    Collection,
    /// The slug, else the name of the file.
    Slug,
    /// The name of the file.
    Name,
    Title,
    /// The same in lower case and without signs.
    PlainSlug,
    /// The slug, else the title.
    SlugOrTitle,
    Extension,
}

/// The names of the parts of a pattern, the same for everybody.
const PARTS: [(&str, Part); 35] = [
    ("categories", Part::Categories),
    ("collection", Part::Collection),
    ("contentbasename", Part::Name),
    ("day", Part::Date("%d")),
    ("filename", Part::Name),
    ("hour", Part::Date("%H")),
    ("i_day", Part::Date("%-d")),
    ("i_month", Part::Date("%-m")),
    ("long_day", Part::Date("%A")),
    ("long_month", Part::Date("%B")),
    ("minute", Part::Date("%M")),
    ("month", Part::Date("%m")),
    ("monthname", Part::Date("%B")),
    ("name", Part::Name),
    ("output_ext", Part::Extension),
    ("path", Part::Name),
    ("second", Part::Date("%S")),
    ("section", Part::Section),
    ("sections", Part::Sections),
    ("short_day", Part::Date("%a")),
    ("short_month", Part::Date("%b")),
    ("short_year", Part::Date("%y")),
    ("slug", Part::Slug),
    ("slugified_categories", Part::PlainCategories),
    ("slugorcontentbasename", Part::Slug),
    ("slugorfilename", Part::Slug),
    ("title", Part::Title),
    ("w_day", Part::Date("%u")),
    ("w_year", Part::Date("%G")),
    ("week", Part::Date("%V")),
    ("weekday", Part::Date("%w")),
    ("weekdayname", Part::Date("%A")),
    ("y_day", Part::Date("%j")),
    ("year", Part::Date("%Y")),
    ("yearday", Part::Date("%-j")),
];

impl Pattern {
    /// Reads a pattern. What stands behind a `:` is a name, the same as in Jekyll and Hugo; `:title`
    /// is the name of the file in Jekyll, and `:slug` is the title in Hugo where there is no slug.
    ///
    /// # Errors
    ///
    /// With the name that means nothing.
    pub fn parse(text: &str, slugs: Slugs) -> Result<Pattern, String> {
        let (first, rest) = text.split_once(':').map_or((text, None), |(a, b)| (a, Some(b)));
        let mut parts = vec![Part::Text(first.to_owned())];
        for piece in rest.into_iter().flat_map(|rest| rest.split(':')) {
            let letter = |c: char| c.is_ascii_lowercase() || c == '_';
            let end = piece.find(|c| !letter(c)).unwrap_or(piece.len());
            let (name, after) = piece.split_at_checked(end).unwrap_or((piece, ""));
            let (_, part) = PARTS.iter().find(|(known, _)| *known == name).ok_or(name)?;
            // A part of the folders is none that is known.
            if after.starts_with('[') {
                return Err(format!("{name}["));
            }
            parts.push(match (part, slugs) {
                (Part::Title, Slugs::Jekyll) => Part::Slug,
                (Part::Slug, Slugs::Jekyll) => Part::PlainSlug,
                (Part::Slug, Slugs::Hugo) if name == "slug" => Part::SlugOrTitle,
                (part, _) => part.clone(),
            });
            parts.push(Part::Text(after.to_owned()));
        }
        Ok(Pattern(parts))
    }
}

impl Permalinks {
    /// The address of an article; `None` if it needs a date and there is none, or if it would be no
    /// address of the web.
    pub(crate) fn of(&self, facts: &Facts<'_>) -> Option<WebUrl> {
        let own = facts.permalink.map(str::trim).filter(|path| !path.is_empty());
        let path = match own {
            // Only Jekyll has patterns there too.
            Some(own) if self.slugs == Slugs::Jekyll => match Pattern::parse(own, self.slugs) {
                Ok(pattern) => self.filled(&pattern, facts)?,
                Err(_) => own.to_owned(),
            },
            Some(own) => own.to_owned(),
            None => self.filled(self.pattern_of(facts), facts)?,
        };
        let last = path.rsplit('/').next().unwrap_or_default();
        let is_folder = match self.slugs {
            Slugs::Jekyll => false,
            Slugs::Hugo => !last.contains('.'),
            Slugs::Zola => own.is_some() || !last.contains('.'),
        };
        let ends = if is_folder && !last.is_empty() { "/" } else { "" };
        self.absolute(&format!("{path}{ends}"))
    }

    /// An address that may be one of this site, without scheme and host.
    pub(crate) fn absolute(&self, path: &str) -> Option<WebUrl> {
        if path.contains("://") {
            return WebUrl::parse(path).ok();
        }
        // A segment before the first slash is never a scheme or a host.
        self.site.join(&format!("./{}", path.trim_start_matches('/'))).ok()
    }

    /// Whether dates are those of the place where they were written.
    pub(crate) fn has_local_dates(&self) -> bool {
        self.slugs == Slugs::Hugo
    }

    /// The categories that the folders of a file say, as Jekyll has it: those before `_posts`.
    pub(crate) fn categories(&self, path: &Path) -> Vec<String> {
        let folders = if self.slugs == Slugs::Jekyll { self.folders(path) } else { Vec::new() };
        match folders.iter().position(|folder| folder == "_posts") {
            Some(posts) => folders.into_iter().take(posts).collect(),
            None => Vec::new(),
        }
    }

    /// The address of an image of the article at `link`, as far as the site has rules for it.
    pub(crate) fn image(&self, link: &WebUrl, url: String) -> String {
        let own = match self.slugs {
            _ if url.contains("://") || url.starts_with("//") => None,
            Slugs::Jekyll => self.absolute(&url),
            // From the root of the host, or beside the article.
            Slugs::Hugo | Slugs::Zola => link.join(&url).ok(),
        };
        own.map_or(url, |own| own.to_string())
    }

    fn pattern_of(&self, facts: &Facts<'_>) -> &Pattern {
        let section = self.folders(facts.path).into_iter().next();
        section.and_then(|section| self.sections.get(&section)).unwrap_or(&self.pattern)
    }

    /// The folders between the root and the file; the folder of an `index.md` is its name.
    fn folders(&self, path: &Path) -> Vec<String> {
        let below = self.roots.iter().find_map(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        let folder = below.parent().unwrap_or(Path::new(""));
        let folder = if date::is_index(path) { folder.parent() } else { Some(folder) };
        let parts = folder.into_iter().flat_map(Path::components);
        let names = parts.filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        });
        names.collect()
    }

    fn filled(&self, pattern: &Pattern, facts: &Facts<'_>) -> Option<String> {
        let mut path = String::new();
        for part in &pattern.0 {
            path.push_str(&self.part(part, facts)?);
        }
        // What is empty leaves no slash of its own.
        let ends = if path.ends_with('/') { "/" } else { "" };
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        Some(format!("{}{ends}", parts.join("/")))
    }

    fn part(&self, part: &Part, facts: &Facts<'_>) -> Option<String> {
        let slug = facts.slug.map(str::trim).filter(|slug| !slug.is_empty());
        let name = || self.of_name(facts.name);
        let folders = || -> Vec<String> {
            self.folders(facts.path).iter().map(|one| self.of_folder(one)).collect()
        };
        Some(match part {
            Part::Text(text) => text.clone(),
            Part::Date(format) => {
                let text = facts.published?.formatted(format);
                if self.slugs == Slugs::Hugo { text.to_lowercase() } else { text }
            }
            Part::Sections => folders().join("/"),
            Part::Section => folders().into_iter().next().unwrap_or_default(),
            Part::Categories | Part::PlainCategories => {
                let is_plain = *part == Part::PlainCategories;
                let mut names: Vec<String> = Vec::new();
                for name in facts.categories {
                    let name = name.trim().to_lowercase();
                    let name = if is_plain { words(&name, is_letter) } else { encoded(&name) };
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                names.join("/")
            }
            Part::Collection => "posts".to_owned(),
            Part::Slug => slug.map_or_else(name, |slug| self.of_slug(slug)),
            Part::PlainSlug => {
                let slug = slug.unwrap_or(facts.name).to_lowercase();
                words(&slug, is_letter)
            }
            Part::SlugOrTitle => match slug {
                Some(slug) => self.of_slug(slug),
                None => self.of_title(facts.title),
            },
            Part::Name => name(),
            Part::Title => self.of_title(facts.title),
            Part::Extension => {
                let is_text = facts.path.extension().is_some_and(|extension| extension == "txt");
                if is_text { ".txt" } else { ".html" }.to_owned()
            }
        })
    }

    /// The name of a file as a part of an address.
    fn of_name(&self, name: &str) -> String {
        match self.slugs {
            // A gap stays one where a sign beside it goes.
            Slugs::Hugo => {
                let plain = name.to_lowercase();
                let plain = plain.chars().map(|c| if c.is_whitespace() { '-' } else { c });
                plain.filter(|&c| is_letter(c) || ".-_+~@".contains(c)).collect()
            }
            Slugs::Jekyll => words(name, |c| is_letter(c) || "._~!$&'()+,;=@".contains(c)),
            Slugs::Zola => words(&deunicode(name).to_ascii_lowercase(), is_letter),
        }
    }

    fn of_folder(&self, name: &str) -> String {
        if self.slugs == Slugs::Zola { encoded(name) } else { self.of_name(name) }
    }

    /// What an article gives as its slug.
    fn of_slug(&self, slug: &str) -> String {
        match self.slugs {
            Slugs::Hugo => slug
                .split('/')
                .map(|part| single(&self.of_name(part)))
                .collect::<Vec<_>>()
                .join("/"),
            Slugs::Jekyll | Slugs::Zola => self.of_name(slug),
        }
    }

    fn of_title(&self, title: &str) -> String {
        match self.slugs {
            Slugs::Hugo => single(&self.of_name(&title.replace(['/', '+'], "-"))),
            Slugs::Jekyll | Slugs::Zola => self.of_name(title),
        }
    }
}

/// Whether it belongs to a word in any language: also a sign that stands on a letter.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit() || is_combining_mark(c)
}

/// The words of a text with one `-` between them.
fn words(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let words = text.split(|c| !is_kept(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A text with one `-` where there are several, and none at its ends.
fn single(text: &str) -> String {
    text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A text that ends no path: the rest of what an address does not hold is encoded where it is read.
fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permalinks(pattern: &str, slugs: Slugs) -> Permalinks {
        Permalinks {
            site: WebUrl::parse("https://example.org/blog/").unwrap(),
            roots: vec![PathBuf::from("site/content")],
            sections: BTreeMap::new(),
            pattern: Pattern::parse(pattern, slugs).unwrap(),
            slugs,
        }
    }

    fn address(path: &str, pattern: &str, slugs: Slugs) -> String {
        let categories = ["Field Notes", "field notes"].map(Cow::Borrowed);
        let facts = Facts {
            path: Path::new(path),
            name: date::base_name(Path::new(path)).map(date::without_date).unwrap(),
            published: Timestamp::parse("2024-05-01T08:00:00Z"),
            title: "Of Boats & Birds, again",
            slug: None,
            permalink: None,
            categories: &categories,
        };
        permalinks(pattern, slugs).of(&facts).unwrap().to_string()
    }

    #[test]
    fn patterns() {
        for (path, pattern, slugs, expected) in [
            (
                "site/content/2024-05-01-My_Boat.md",
                "/:categories/:year/:month/:day/:title:output_ext",
                Slugs::Jekyll,
                "field%20notes/2024/05/01/My_Boat.html",
            ),
            (
                "site/content/2024-05-01-a b.md",
                "/:year/:y_day/:slug/",
                Slugs::Jekyll,
                "2024/122/a-b/",
            ),
            (
                "site/content/posts/My Boat.md",
                "/:sections/:slugorfilename/",
                Slugs::Hugo,
                "posts/my-boat/",
            ),
            (
                "site/content/posts/My Boat/index.md",
                "/:sections/:slugorfilename/",
                Slugs::Hugo,
                "posts/my-boat/",
            ),
            (
                "site/content/posts/x.md",
                "/:year/:monthname/:title/",
                Slugs::Hugo,
                "2024/may/of-boats-birds-again/",
            ),
            (
                "site/content/posts/x.md",
                "/:section/:slug",
                Slugs::Hugo,
                "posts/of-boats-birds-again/",
            ),
            (
                "site/content/Feld/2024-05-01-Möwe_1.md",
                "/:sections/:slug/",
                Slugs::Zola,
                "Feld/mowe-1/",
            ),
            ("x.md", "/:sections/:slug/", Slugs::Zola, "x/"),
        ] {
            assert_eq!(
                address(path, pattern, slugs),
                format!("https://example.org/blog/{expected}")
            );
        }
    }

    #[test]
    fn no_address_leaves_the_site() {
        let permalinks = permalinks("/:title/", Slugs::Hugo);
        for (path, expected) in [
            ("//evil.example/x", "https://example.org/blog/evil.example/x"),
            ("javascript:alert(1)", "https://example.org/blog/javascript:alert(1)"),
            ("../../../x", "https://example.org/x"),
            ("https://other.example/x", "https://other.example/x"),
        ] {
            assert_eq!(permalinks.absolute(path).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn a_name_without_a_meaning() {
        assert_eq!(Pattern::parse("/:yeer/", Slugs::Hugo), Err("yeer".to_owned()));
    }
}
