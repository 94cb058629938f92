//! Permalinks: the address of an article at its own site, made by the rules of the site's generator.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicode_normalization::char::is_combining_mark;

use super::SiteGenerator;
use crate::types::{Timestamp, WebUrl, date};

/// How the articles of a site get their addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permalinks {
    /// The address of the site; it ends with a slash.
    pub site: WebUrl,
    /// Folders that hold all articles; their names are no part of an address.
    pub roots: Vec<PathBuf>,
    /// The patterns of sections, by their names.
    pub sections: BTreeMap<String, Pattern>,
    /// The pattern of all other articles.
    pub pattern: Pattern,
    /// The program by whose rules names become parts of an address.
    pub generator: SiteGenerator,
}

/// What an address is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PermalinkInput<'a> {
    /// The path of the file.
    pub(crate) path: &'a Path,
    /// The name of the file, without its extension and its date.
    pub(crate) name: &'a str,
    pub(crate) published: Option<Timestamp>,
    pub(crate) title: &'a str,
    /// The article's replacement for the name of its file.
    pub(crate) slug: Option<&'a str>,
    /// The article's replacement for the pattern.
    pub(crate) permalink: Option<&'a str>,
    pub(crate) categories: &'a [Cow<'a, str>],
}

/// The pattern of an address: `/:year/:month/:slug/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The same text in every address.
    Text(String),
    /// A part of the date, as a `strftime` format.
    Date(&'static str),
    /// The folders of the file.
    Sections,
    /// The first folder of the file.
    Section,
    Categories,
    /// The categories without signs.
    PlainCategories,
    /// The word `posts`.
    Collection,
    /// The slug, else the name of the file.
    Slug,
    /// The name of the file.
    Name,
    Title,
    /// The slug, else the name of the file, in lower case and without signs.
    PlainSlug,
    /// The slug, else the title.
    SlugOrTitle,
    Extension,
}

/// The parts of a pattern by their names, before the rules of a generator.
const PARTS: [(&[&str], Part); 28] = [
    (&["categories"], Part::Categories),
    (&["collection"], Part::Collection),
    (&["day"], Part::Date("%d")),
    (&["filename", "contentbasename", "name", "path"], Part::Name),
    (&["hour"], Part::Date("%H")),
    (&["i_day"], Part::Date("%-d")),
    (&["i_month"], Part::Date("%-m")),
    (&["minute"], Part::Date("%M")),
    (&["month"], Part::Date("%m")),
    (&["monthname", "long_month"], Part::Date("%B")),
    (&["output_ext"], Part::Extension),
    (&["second"], Part::Date("%S")),
    (&["section"], Part::Section),
    (&["sections"], Part::Sections),
    (&["short_day"], Part::Date("%a")),
    (&["short_month"], Part::Date("%b")),
    (&["short_year"], Part::Date("%y")),
    (&["slug", "slugorcontentbasename", "slugorfilename"], Part::Slug),
    (&["slugified_categories"], Part::PlainCategories),
    (&["title"], Part::Title),
    (&["w_day"], Part::Date("%u")),
    (&["w_year"], Part::Date("%G")),
    (&["week"], Part::Date("%V")),
    (&["weekday"], Part::Date("%w")),
    (&["weekdayname", "long_day"], Part::Date("%A")),
    (&["y_day"], Part::Date("%j")),
    (&["year"], Part::Date("%Y")),
    (&["yearday"], Part::Date("%-j")),
];

impl Pattern {
    /// Reads a pattern. A name behind a `:` means the same for every generator, but for `:title`,
    /// which is the name of the file in Jekyll, and `:slug`, which may be the title in Hugo.
    ///
    /// # Errors
    ///
    /// With the unknown name.
    pub fn parse(text: &str, generator: SiteGenerator) -> Result<Pattern, String> {
        let (first, rest) = text.split_once(':').map_or((text, None), |(a, b)| (a, Some(b)));
        let mut parts = vec![Part::Text(first.to_owned())];
        for piece in rest.into_iter().flat_map(|rest| rest.split(':')) {
            let letter = |c: char| c.is_ascii_lowercase() || c == '_';
            let end = piece.find(|c| !letter(c)).unwrap_or(piece.len());
            let (name, after) = piece.split_at_checked(end).unwrap_or((piece, ""));
            let (_, part) = PARTS.iter().find(|(names, _)| names.contains(&name)).ok_or(name)?;
            // Hugo's `:sections[1:]` is not supported.
            if after.starts_with('[') {
                return Err(format!("{name}["));
            }
            parts.push((generator.rules().pattern_part)(name, part.clone()));
            parts.push(Part::Text(after.to_owned()));
        }
        Ok(Pattern(parts))
    }
}

impl Permalinks {
    /// The address of an article; `None` if it needs a date and there is none, or if it would be no
    /// web address.
    pub(crate) fn address(&self, input: &PermalinkInput<'_>) -> Option<WebUrl> {
        let rules = self.generator.rules();
        let own = input.permalink.map(str::trim).filter(|path| !path.is_empty());
        let path = match own {
            Some(own) if rules.has_patterns_in_articles => {
                match Pattern::parse(own, self.generator) {
                    Ok(pattern) => self.fill(&pattern, input)?,
                    Err(_) => own.to_owned(),
                }
            }
            Some(own) => own.to_owned(),
            None => self.fill(self.pattern_of(input), input)?,
        };
        let last = path.rsplit('/').next().unwrap_or_default();
        let has_end = last.is_empty() || !(rules.adds_slash)(last, own.is_some());
        self.absolute(&format!("{path}{}", if has_end { "" } else { "/" }))
    }

    /// The address of a path at this site, which may also be an address with scheme and host.
    pub(crate) fn absolute(&self, path: &str) -> Option<WebUrl> {
        if path.contains("://") {
            return WebUrl::parse(path).ok();
        }
        // A segment before the first slash is never a scheme or a host.
        self.site.join(&format!("./{}", path.trim_start_matches('/'))).ok()
    }

    /// The categories of an article by its folders.
    pub(crate) fn categories(&self, path: &Path) -> Vec<String> {
        (self.generator.rules().categories)(self.folders(path))
    }

    /// The address of an image of the article at `link`, as written if it is already an address.
    pub(crate) fn image(&self, link: &WebUrl, url: String) -> String {
        if url.contains("://") || url.starts_with("//") {
            return url;
        }
        let own = (self.generator.rules().image)(&url, link, self);
        own.map_or(url, |own| own.to_string())
    }

    fn pattern_of(&self, input: &PermalinkInput<'_>) -> &Pattern {
        let section = self.folders(input.path).into_iter().next();
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

    fn fill(&self, pattern: &Pattern, input: &PermalinkInput<'_>) -> Option<String> {
        let mut path = String::new();
        for part in &pattern.0 {
            path.push_str(&self.part(part, input)?);
        }
        // An empty part leaves no slash of its own.
        let end = if path.ends_with('/') { "/" } else { "" };
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        Some(format!("{}{end}", parts.join("/")))
    }

    fn part(&self, part: &Part, input: &PermalinkInput<'_>) -> Option<String> {
        let rules = self.generator.rules();
        let slug = input.slug.map(str::trim).filter(|slug| !slug.is_empty());
        let folders =
            || self.folders(input.path).into_iter().map(|name| (rules.folder_name)(&name));
        Some(match part {
            Part::Text(text) => text.clone(),
            Part::Date(format) => {
                let text = input.published?.formatted(format);
                if rules.dates_are_local { text.to_lowercase() } else { text }
            }
            Part::Sections => folders().collect::<Vec<_>>().join("/"),
            Part::Section => folders().next().unwrap_or_default(),
            Part::Categories => categories(input.categories, encoded),
            Part::PlainCategories => categories(input.categories, |name| words(name, is_letter)),
            Part::Collection => "posts".to_owned(),
            Part::Slug => {
                slug.map_or_else(|| (rules.file_name)(input.name), |slug| (rules.slug)(slug))
            }
            Part::PlainSlug => words(&slug.unwrap_or(input.name).to_lowercase(), is_letter),
            Part::SlugOrTitle => {
                slug.map_or_else(|| (rules.title)(input.title), |slug| (rules.slug)(slug))
            }
            Part::Name => (rules.file_name)(input.name),
            Part::Title => (rules.title)(input.title),
            Part::Extension => {
                let is_text = input.path.extension().is_some_and(|extension| extension == "txt");
                if is_text { ".txt" } else { ".html" }.to_owned()
            }
        })
    }
}

/// Categories in lower case as parts of an address, each once.
fn categories(categories: &[Cow<'_, str>], to_part: impl Fn(&str) -> String) -> String {
    let mut parts: Vec<String> = Vec::new();
    for name in categories {
        let part = to_part(&name.trim().to_lowercase());
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// The folder at the beginning of a pattern of paths.
pub(super) fn folder_of_pattern(pattern: &str) -> PathBuf {
    let parts = pattern.trim_start_matches('/').split('/');
    parts.take_while(|part| !part.contains(['*', '?', '[', '{'])).collect()
}

/// Whether a character is part of a word in some language, as a mark on a letter is.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit() || is_combining_mark(c)
}

/// The words of a text with one `-` between them.
pub(super) fn words(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let words = text.split(|c| !is_kept(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A text with one `-` instead of several, and none at its ends.
pub(super) fn single(text: &str) -> String {
    text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A text without the signs that end the path of an address; every other sign is encoded when the
/// address is parsed.
pub(super) fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://example.org/blog/";

    fn permalinks(pattern: &str, generator: SiteGenerator) -> Permalinks {
        Permalinks {
            site: WebUrl::parse(SITE).unwrap(),
            roots: vec![PathBuf::from("site/content")],
            sections: BTreeMap::new(),
            pattern: Pattern::parse(pattern, generator).unwrap(),
            generator,
        }
    }

    fn check(generator: SiteGenerator, pattern: &str, path: &str, expected: &str) {
        let path = Path::new(path);
        let categories = ["Field Notes", "field notes"].map(Cow::Borrowed);
        let input = PermalinkInput {
            path,
            name: date::base_name(path).map(date::without_date).unwrap(),
            published: Timestamp::parse("2024-05-01T08:00:00Z"),
            title: "Of Boats & Birds, again",
            slug: None,
            permalink: None,
            categories: &categories,
        };
        let address = permalinks(pattern, generator).address(&input).unwrap();
        assert_eq!(address.as_str().strip_prefix(SITE), Some(expected));
    }

    #[test]
    fn patterns() {
        use SiteGenerator::{Hugo, Jekyll, Zola};
        let usual = "/:categories/:year/:month/:day/:title:output_ext";
        let boat = "field%20notes/2024/05/01/My_Boat.html";
        check(Jekyll, usual, "site/content/2024-05-01-My_Boat.md", boat);
        check(Jekyll, "/:year/:y_day/:slug/", "site/content/2024-05-01-a b.md", "2024/122/a-b/");
        let usual = "/:sections/:slugorfilename/";
        check(Hugo, usual, "site/content/posts/My Boat.md", "posts/my-boat/");
        check(Hugo, usual, "site/content/posts/My Boat/index.md", "posts/my-boat/");
        let (path, title) = ("site/content/posts/x.md", "of-boats-birds-again/");
        check(Hugo, "/:year/:monthname/:title/", path, &format!("2024/may/{title}"));
        check(Hugo, "/:section/:slug", path, &format!("posts/{title}"));
        let path = "site/content/Feld/2024-05-01-Möwe_1.md";
        check(Zola, "/:sections/:slug/", path, "Feld/mowe-1/");
        check(Zola, "/:sections/:slug/", "x.md", "x/");
    }

    #[test]
    fn no_address_leaves_the_site() {
        let permalinks = permalinks("/:title/", SiteGenerator::Hugo);
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
    fn an_unknown_name() {
        assert_eq!(Pattern::parse("/:yeer/", SiteGenerator::Hugo), Err("yeer".to_owned()));
    }
}
