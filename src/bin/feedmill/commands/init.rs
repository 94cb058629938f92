//! `feedmill init`: writes a first configuration, from the articles found and from the definition of
//! the command line, so that it lists every setting.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use feedmill::{Config, RenderedConfig, SiteGenerator};

use super::init_file::{feeds, quoted, with_every_setting};
use super::init_rendered;
use crate::Exit;
use crate::load_settings::{CONFIG_FILE, clock};
use crate::output::advice::advice;
use crate::output::printer::{Printer, print};
use crate::output::summary::{no_article, plural};

pub(crate) fn init(source: &[PathBuf], rendered: Option<&Path>) -> Exit {
    let written = match (source, rendered) {
        ([], Some(folder)) => free().and_then(|()| init_rendered::write(folder)),
        ([], None) => write(&[PathBuf::from(".")], None),
        (source, rendered) => write(source, rendered),
    };
    match written {
        Ok(message) => {
            print(&message);
            Exit::UpToDate
        }
        Err(error) => Printer::default().fail(&error, Exit::Usage),
    }
}

/// Fails if there is a configuration.
fn free() -> anyhow::Result<()> {
    let is_free = Path::new(CONFIG_FILE).symlink_metadata().is_err();
    ensure!(is_free, "{CONFIG_FILE} already exists");
    Ok(())
}

fn write(source: &[PathBuf], rendered: Option<&Path>) -> anyhow::Result<String> {
    free()?;
    let folder = source.first().map_or(Path::new(""), PathBuf::as_path);
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    let generator = SiteGenerator::detect_around(folder);
    let preset = generator.map(|generator| generator.name().to_owned());
    let config = Config {
        source: Some(source.to_vec()),
        preset,
        rendered: rendered.map(|folder| RenderedConfig {
            folder: folder.to_owned(),
            ..RenderedConfig::default()
        }),
        ..Config::default()
    };
    let mut config = config.with_site()?;
    // Some sites leave their URL to the host that builds them.
    let needs_url = generator.is_some() && config.site_url.is_none();
    if needs_url {
        config.site_url = Some("https://localhost/".to_owned());
    }
    let settings = config.into_settings(clock()?)?;
    let articles = feedmill::articles(&settings, &|| false)?.len();
    if articles == 0 {
        let counts = feedmill::check(&settings, &|| false)?.counts;
        let reason = match counts.files {
            0 => String::new(),
            _ => format!(": {}", no_article(&settings, &counts)),
        };
        let site = generator.map(|generator| format!(" (a site of {})", generator.name()));
        let advice = advice(folder, generator);
        bail!("no article found{}{reason}; {advice}", site.unwrap_or_default());
    }
    let feeds = feeds(&settings, generator.is_some())?;
    let text = configuration(source, rendered, generator, needs_url, &feeds);
    feedmill::create(Path::new(CONFIG_FILE), text.as_bytes())
        .with_context(|| format!("cannot write {CONFIG_FILE}"))?;
    let feeds = feeds.iter().map(|(by, count)| format!("{count} by {by}"));
    let (articles, feeds) = (plural(articles, "article"), feeds.collect::<Vec<_>>().join(", "));
    let first = if needs_url { "set site-url in it first; then " } else { "" };
    Ok(format!(
        "wrote {CONFIG_FILE} for {articles}; feeds: {feeds}\n\
         {first}feedmill serve shows the feeds, feedmill build writes them\n"
    ))
}

fn configuration(
    source: &[PathBuf],
    rendered: Option<&Path>,
    generator: Option<SiteGenerator>,
    needs_url: bool,
    feeds: &[(String, usize)],
) -> String {
    let source: Vec<String> = source.iter().map(|path| quoted(&path.to_string_lossy())).collect();
    let by: Vec<&str> = feeds.iter().map(|(by, _)| by.as_str()).collect();
    let (source, by) = (source.join(", "), by.join(", "));
    let mut text = format!(
        "# The configuration of feedmill in this folder. Lines that begin with # show other settings.\n\
         \n\
         source: [{source}]\nby: [{by}]\nformat: [rss]\nout: out\n"
    );
    if let Some(generator) = generator {
        // Writing to a string does not fail.
        let _ = writeln!(text, "preset: {}", generator.name());
    }
    if needs_url {
        text += "# The URL of the site, which its own configuration does not set.\nsite-url:\n";
    }
    if let Some(rendered) = rendered {
        let _ = writeln!(text, "rendered: {}", quoted(&rendered.to_string_lossy()));
    }
    with_every_setting(text)
}
