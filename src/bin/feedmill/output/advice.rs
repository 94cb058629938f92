//! What to run instead, where a folder has no article.

use std::path::Path;

use feedmill::SiteGenerator;

use crate::output::terminal::escaped;

/// Says what to run instead of `init` in a folder without articles, read as the site of `generator`.
pub(crate) fn advice(folder: &Path, generator: Option<SiteGenerator>) -> String {
    let below = SiteGenerator::detect_below(folder);
    if let Some((first, of)) = below.first() {
        let first = escaped(first);
        return match below.len() - 1 {
            0 => format!("a site of {} is in {first}: run `feedmill init {first}`", of.name()),
            others => format!(
                "a site of {} is in {first}, and {others} more below: run `feedmill init {first}`",
                of.name()
            ),
        };
    }
    let again = "then run `feedmill init` again";
    if let Some(generator) = generator {
        let name = generator.name();
        return format!(
            "change that, {again}; or name the folder that {name} writes: \
             `feedmill init --rendered DIR`"
        );
    }
    if let Some(error) = SiteGenerator::fault_of_config(folder) {
        return format!("{error}: correct it, {again}");
    }
    let site = |up| Some((up, SiteGenerator::detect(&folder.join(up))?));
    match ["..", "../..", "../../.."].into_iter().find_map(site) {
        Some((up, generator)) if folder.as_os_str().is_empty() => format!(
            "it is inside a site of {}: run `cd {up}`, then `feedmill init`",
            generator.name()
        ),
        _ => rendered_advice(folder).unwrap_or_else(|| {
            "name the folder of the articles: `feedmill init SOURCE`; or the folder that a site \
             generator writes: `feedmill init --rendered DIR`"
                .to_owned()
        }),
    }
}

/// What to run for the rendered site that is below a folder, or will be when its generator has run.
pub(crate) fn rendered_advice(folder: &Path) -> Option<String> {
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    let shown = |name: &str| escaped(folder.join(name));
    // A folder of feedmill's own feeds has a page as well.
    let is_site = |name: &&&str| {
        let has = |file| folder.join(name).join(file).is_file();
        has("index.html") && !has(".feedmill.json")
    };
    if let Some(name) = RENDERED.iter().find(is_site) {
        let name = shown(name);
        return Some(format!(
            "a rendered site is in {name}: run `feedmill init --rendered {name}`"
        ));
    }
    let is_there = |file: &str| {
        let endings = ["", ".mjs", ".ts", ".js", ".cjs", ".mts"];
        endings.iter().any(|ending| folder.join(format!("{file}{ending}")).is_file())
    };
    let (_, generator, name) = GENERATORS.iter().find(|(file, ..)| is_there(file))?;
    let name = shown(name);
    Some(format!(
        "this is a site of {generator}: build it, then run `feedmill init --rendered {name}`"
    ))
}

/// Folders that generators write.
const RENDERED: [&str; 12] = [
    "dist",
    "build",
    "public",
    "_site",
    "site",
    "out",
    "output",
    "_website",
    "_build/html",
    "build/html",
    ".vitepress/dist",
    "docs/.vitepress/dist",
];

/// The configuration files of generators, without the ending of a script, and the folders that they write.
const GENERATORS: [(&str, &str, &str); 11] = [
    ("astro.config", "Astro", "dist"),
    ("docusaurus.config", "Docusaurus", "build"),
    ("eleventy.config", "Eleventy", "_site"),
    (".eleventy", "Eleventy", "_site"),
    ("gatsby-config", "Gatsby", "public"),
    ("next.config", "Next.js", "out"),
    ("mkdocs.yml", "MkDocs", "site"),
    ("_quarto.yml", "Quarto", "_site"),
    ("pelicanconf.py", "Pelican", "output"),
    (".vitepress/config", "VitePress", ".vitepress/dist"),
    ("docs/.vitepress/config", "VitePress", "docs/.vitepress/dist"),
];
