//! Permalinks: the address of an article at its own site, made by the rules of the site's generator.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::SiteGenerator;
use crate::types::{Timestamp, WebUrl, date};

/// How the articles of a site get their addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permalinks {
    /// The address of the site; it ends with a slash.
    pub site: WebUrl,
    /// The folder of the articles, which links to other articles are relative to.
    pub root: PathBuf,
    /// The address of the site in each language; empty for a site in one.
    pub bases: Vec<SiteBase>,
    /// The patterns of sections, by their names.
    pub sections: BTreeMap<String, Pattern>,
    /// The pattern of all other articles.
    pub pattern: Pattern,
    /// Whether addresses end as the pattern does, whatever the rules of the program.
    pub keeps_end: bool,
    /// Which addresses end with `.html` instead of a slash.
    pub ugly: UglyUrls,
    /// How names become parts of an address.
    pub names: NameStyle,
    /// The program by whose rules names become parts of an address.
    pub generator: SiteGenerator,
}

/// The address of a site in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteBase {
    /// The address of the site; it ends with a slash.
    pub site: WebUrl,
    /// The folder of the language, such as `de/`; mostly empty for the main language.
    pub prefix: String,
}

/// Which addresses end with `.html` instead of a slash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UglyUrls {
    /// Whether those of all sections do that are not named.
    pub all: bool,
    /// Whether those of a section do, by its name in lower case.
    pub sections: BTreeMap<String, bool>,
}

/// How names become parts of an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameStyle {
    /// Whether capitals stay.
    pub keeps_case: bool,
    /// Whether letters lose their accents.
    pub removes_accents: bool,
    /// Which signs stay, with Zola.
    pub signs: Signs,
}

/// Which signs of a name stay in an address of Zola.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signs {
    /// ASCII letters and digits in lower case.
    #[default]
    Letters,
    /// All that file names may have.
    Safe,
    /// All.
    All,
}

/// What an address is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PermalinkInput<'a> {
    /// The path of the file below all articles.
    pub(crate) path: &'a Path,
    /// The index of its language.
    pub(crate) language: usize,
    /// For each of its folders, whether it has a section file.
    pub(crate) is_section: &'a [bool],
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
    Folders,
    /// Those folders of the file that are sections, or some of them.
    Sections(Slice),
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

/// Some of several things that stand in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slice {
    first: usize,
    /// The number of things at the end that are left out; `None` for only the first one.
    omitted: Option<usize>,
    /// Whether only the last one is meant.
    is_last: bool,
}

/// The parts of a pattern by their names, before the rules of a generator.
const PARTS: [(&[&str], Part); 38] = [
    (&["01"], Part::Date("%m")),
    (&["02"], Part::Date("%d")),
    (&["06"], Part::Date("%y")),
    (&["1"], Part::Date("%-m")),
    (&["2"], Part::Date("%-d")),
    (&["2006"], Part::Date("%Y")),
    (&["Jan"], Part::Date("%b")),
    (&["January"], Part::Date("%B")),
    (&["Mon"], Part::Date("%a")),
    (&["folders"], Part::Folders),
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
    (&["section", "sectionslug"], Part::Section),
    (
        &["sections", "sectionslugs"],
        Part::Sections(Slice { first: 0, omitted: Some(0), is_last: false }),
    ),
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
        let text = with_marked_colons(text);
        let (first, rest) = text.split_once(':').map_or((&*text, None), |(a, b)| (a, Some(b)));
        let mut parts = vec![Part::Text(first.to_owned())];
        for piece in rest.into_iter().flat_map(|rest| rest.split(':')) {
            let is_word = piece.starts_with(|c: char| c.is_ascii_lowercase());
            let letter = |c: char| {
                c.is_ascii_lowercase() || c == '_' || !is_word && c.is_ascii_alphanumeric()
            };
            let end = piece.find(|c| !letter(c)).unwrap_or(piece.len());
            let (name, after) = piece.split_at_checked(end).unwrap_or((piece, ""));
            let (_, part) = PARTS.iter().find(|(names, _)| names.contains(&name)).ok_or(name)?;
            let mut part = (generator.rules().pattern_part)(name, part.clone());
            let mut after = after;
            if let (Part::Sections(slice), Some(inside)) = (&mut part, after.strip_prefix('[')) {
                let wrong = || format!("{name}[");
                let (inside, rest) = inside.split_once(']').ok_or_else(wrong)?;
                *slice = Slice::parse(inside).ok_or_else(wrong)?;
                after = rest;
            }
            parts.push(part);
            parts.push(Part::Text(after.to_owned()));
        }
        Ok(Pattern(parts))
    }

    /// Whether addresses of this pattern end with a slash.
    pub(super) fn ends_with_slash(&self) -> bool {
        let texts = self.0.iter().rev().filter(|part| **part != Part::Text(String::new()));
        matches!(texts.take(1).next(), Some(Part::Text(text)) if text.ends_with('/'))
    }
}

impl Slice {
    /// Reads what is between brackets: `1:`, `:last`, `2` or `last`.
    fn parse(text: &str) -> Option<Slice> {
        let (first, end) = text.split_once(COLON).map_or((text, None), |(a, b)| (a, Some(b)));
        if first == "last" {
            return Some(Slice { is_last: true, ..Slice::default() });
        }
        let first = if first.is_empty() && end.is_some() { 0 } else { first.parse().ok()? };
        let omitted = match end {
            None => None,
            Some("") => Some(0),
            Some("last") => Some(1),
            Some(_) => return None,
        };
        Some(Slice { first, omitted, is_last: false })
    }

    fn of<T>(&self, things: Vec<T>) -> Vec<T> {
        let (first, count) = match (self.is_last, self.omitted) {
            (true, _) => (things.len().saturating_sub(1), 1),
            (false, None) => (self.first, 1),
            (false, Some(omitted)) => {
                (self.first, things.len().saturating_sub(self.first + omitted))
            }
        };
        things.into_iter().skip(first).take(count).collect()
    }
}

/// Stands for a colon between brackets, which is none of a name.
const COLON: char = '\u{1F}';

/// A pattern in which colons between brackets are marked.
fn with_marked_colons(pattern: &str) -> String {
    let mut inside = false;
    let mark = |c: char| {
        inside = c == '[' || inside && c != ']';
        if inside && c == ':' { COLON } else { c }
    };
    pattern.chars().map(mark).collect()
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
        let path = if own.is_none() && self.is_ugly(input) {
            format!("{}.html", path.trim_end_matches('/'))
        } else if self.keeps_end || last.is_empty() || !(rules.adds_slash)(last, own.is_some()) {
            path
        } else {
            format!("{path}/")
        };
        match self.bases.get(input.language) {
            Some(base)
                if path.contains("://")
                    || own.is_some_and(|own| !(rules.own_has_language)(own)) =>
            {
                join(&base.site, &path)
            }
            Some(base) => {
                join(&base.site, &format!("{}{}", base.prefix, path.trim_start_matches('/')))
            }
            None => self.absolute(&path),
        }
    }

    /// Whether the address of an article ends with `.html`.
    fn is_ugly(&self, input: &PermalinkInput<'_>) -> bool {
        let section = folders(input.path).into_iter().next().unwrap_or_default();
        self.ugly.sections.get(&section.to_lowercase()).copied().unwrap_or(self.ugly.all)
    }

    /// The address of a path at this site, which may also be an address with scheme and host.
    pub(crate) fn absolute(&self, path: &str) -> Option<WebUrl> {
        join(&self.site, path)
    }

    /// The path of a file by its path in the site.
    pub(super) fn in_source(&self, path: &Path) -> PathBuf {
        self.root.strip_prefix(".").unwrap_or(&self.root).join(path)
    }

    /// The path of a file in the site; `None` if it lies elsewhere.
    pub(crate) fn below_source<'f>(&self, path: &'f Path) -> Option<&'f Path> {
        path.strip_prefix(self.root.strip_prefix(".").unwrap_or(&self.root)).ok()
    }

    /// The categories of an article by its folders.
    pub(crate) fn categories(&self, path: &Path) -> Vec<String> {
        (self.generator.rules().categories)(folders(path))
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
        // The pages of no section have that of the slash.
        let section = folders(input.path).into_iter().next().unwrap_or_else(|| "/".to_owned());
        let pattern = self.sections.get(&section);
        pattern.or_else(|| self.sections.get(&section.to_lowercase())).unwrap_or(&self.pattern)
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
        let style = self.names;
        let own_folders =
            || folders(input.path).into_iter().map(|name| (rules.folder_name)(&name, style));
        Some(match part {
            Part::Text(text) => text.clone(),
            Part::Date(format) => {
                let text = input.published?.formatted(format);
                if rules.dates_are_local { text.to_lowercase() } else { text }
            }
            Part::Folders => own_folders().collect::<Vec<_>>().join("/"),
            Part::Sections(slice) => {
                let is_section = input.is_section.iter().copied().chain(std::iter::repeat(false));
                let sections = own_folders().zip(is_section).enumerate();
                let sections = sections.filter(|(n, (_, is_section))| {
                    *n == 0 || *is_section || !rules.sections_have_files
                });
                slice.of(sections.map(|(_, (name, _))| name).collect()).join("/")
            }
            Part::Section => own_folders().next().unwrap_or_default(),
            Part::Categories => categories(input.categories, encoded),
            Part::PlainCategories => categories(input.categories, |name| words(name, is_letter)),
            Part::Collection => "posts".to_owned(),
            Part::Slug => slug.map_or_else(
                || (rules.file_name)(input.name, style),
                |slug| (rules.slug)(slug, style),
            ),
            Part::PlainSlug => words(&slug.unwrap_or(input.name).to_lowercase(), is_letter),
            Part::SlugOrTitle => slug.map_or_else(
                || (rules.title)(input.title, style),
                |slug| (rules.slug)(slug, style),
            ),
            Part::Name => (rules.file_name)(input.name, style),
            Part::Title => (rules.title)(input.title, style),
            Part::Extension => {
                let is_text = input.path.extension().is_some_and(|extension| extension == "txt");
                if is_text { ".txt" } else { ".html" }.to_owned()
            }
        })
    }
}

/// The folders of a file below all articles; the folder of an `index.md` is its name.
fn folders(path: &Path) -> Vec<String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = if date::is_index(path) { folder.parent() } else { Some(folder) };
    let parts = folder.into_iter().flat_map(Path::components);
    let names = parts.filter_map(|part| match part {
        std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    names.collect()
}

/// The address of a path at a site, which may also be an address with scheme and host.
fn join(site: &WebUrl, path: &str) -> Option<WebUrl> {
    if path.contains("://") {
        return WebUrl::parse(path).ok();
    }
    // A segment before the first slash is never a scheme or a host.
    site.join(&format!("./{}", path.trim_start_matches('/'))).ok()
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

/// A text whose letters have no accents.
pub(super) fn without_accents(text: &str) -> String {
    text.nfd().filter(|&c| !is_combining_mark(c)).nfc().collect()
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
            root: PathBuf::new(),
            bases: Vec::new(),
            keeps_end: false,
            sections: BTreeMap::new(),
            pattern: Pattern::parse(pattern, generator).unwrap(),
            ugly: UglyUrls::default(),
            names: NameStyle::default(),
            generator,
        }
    }

    fn check(generator: SiteGenerator, pattern: &str, path: &str, expected: &str) {
        let path = Path::new(path);
        let categories = ["Field Notes", "field notes"].map(Cow::Borrowed);
        let input = PermalinkInput {
            path,
            language: 0,
            is_section: &[],
            name: date::base_name(path).map(|name| date::without_date(name, false)).unwrap(),
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
        check(Jekyll, usual, "2024-05-01-My_Boat.md", boat);
        check(Jekyll, "/:year/:y_day/:slug/", "2024-05-01-a b.md", "2024/122/a-b/");
        let usual = "/:sections/:slugorfilename/";
        check(Hugo, usual, "posts/My Boat.md", "posts/my-boat/");
        check(Hugo, usual, "posts/My Boat/index.md", "posts/my-boat/");
        let (path, title) = ("posts/x.md", "of-boats-birds-again/");
        check(Hugo, "/:year/:monthname/:title/", path, &format!("2024/may/{title}"));
        check(Hugo, "/:section/:slug", path, &format!("posts/{title}"));
        check(Hugo, "/:section/:slug.html", path, "posts/of-boats-birds-again.html/");
        let path = "Feld/2024-05-01-Möwe_1.md";
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
