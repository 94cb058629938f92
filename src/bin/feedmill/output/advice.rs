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
        _ => "name the folder of the articles: `feedmill init SOURCE`; or the folder that a site \
              generator writes: `feedmill init --rendered DIR`"
            .to_owned(),
    }
}
