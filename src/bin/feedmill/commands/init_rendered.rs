//! `feedmill init --rendered`: writes a first configuration for the pages of a rendered site, and says how
//! sure it is.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, ensure};
use feedmill::{Agreement, Config, OwnFeedSummary, RenderedConfig, SiteGenerator, Study};

use super::init_file::{feeds, quoted, with_every_setting};
use crate::load_settings::{CONFIG_FILE, clock};
use crate::output::advice::rendered_advice;
use crate::output::summary::plural;

/// Writes the configuration, and returns what to say about it.
pub(super) fn write(folder: &Path) -> anyhow::Result<String> {
    let rendered = RenderedConfig { folder: folder.to_owned(), ..RenderedConfig::default() };
    let config = Config { rendered: Some(rendered), ..Config::default() };
    let is_missing = !folder.exists() && !folder.to_string_lossy().contains("://");
    let advice = || {
        let advice = rendered_advice(if is_missing { Path::new("") } else { folder });
        advice.unwrap_or_else(|| "name the folder that the generator of the site writes".to_owned())
    };
    ensure!(!is_missing, "there is no folder {}; {}", folder.display(), advice());
    // The source of a site has no first page, but the rendered site in it has one.
    let is_above = !folder.join("index.html").exists() && rendered_advice(folder).is_some();
    ensure!(!is_above, "{} is no rendered site; {}", folder.display(), advice());
    let study = feedmill::study(&config.clone().into_settings(clock()?)?, &|| false)?;
    ensure!(study.pages > 0, "no page (.html) is in {}; {}", folder.display(), advice());
    let lines = lines(folder, &study);
    // What the file says is what counts: an article may lack a title, or a site its address.
    let settings = Config::parse(&lines, Path::new(""))?.into_settings(clock()?)?;
    let articles = feedmill::articles(&settings, &|| false)?.len();
    ensure!(
        articles > 0,
        "no article found among {}: {}",
        plural(study.pages, "page"),
        no_date(&study)
    );
    let feeds = feeds(&settings, study.is_multilingual)?;
    let by: Vec<&str> = feeds.iter().map(|(by, _)| by.as_str()).collect();
    let head = format!("{lines}by: [{}]\nformat: [rss]\nout: out\n", by.join(", "));
    feedmill::create(Path::new(CONFIG_FILE), with_every_setting(head).as_bytes())
        .with_context(|| format!("cannot write {CONFIG_FILE}"))?;
    let feeds = feeds.iter().map(|(by, count)| format!("{count} by {by}"));
    let mut said = format!(
        "wrote {CONFIG_FILE} for {} among {}; feeds: {}\n",
        plural(articles, "article"),
        plural(study.pages, "page"),
        feeds.collect::<Vec<_>>().join(", ")
    );
    said += &reasons(&study);
    if let Some(generator) = SiteGenerator::detect(Path::new("")) {
        let folder = folder.display();
        let _ = writeln!(
            said,
            "this is a site of {}: `feedmill init . --rendered {folder}` also knows its drafts",
            generator.name()
        );
    }
    Ok(said + "feedmill serve shows the feeds, feedmill build writes them\n")
}

/// Why pages that are articles make none.
fn no_date(study: &Study) -> String {
    match (&study.selector, &study.feed) {
        (Some(selector), Some(feed)) => format!(
            "those of the posts in {} match `articles: {selector}`, but show no date; \
             let the template write <time datetime>, or set rendered.date",
            feed.files.join(", ")
        ),
        _ => "they show no date; let the template write <time datetime>, or set rendered.date"
            .to_owned(),
    }
}

/// The lines of the configuration that follow from the pages.
fn lines(folder: &Path, study: &Study) -> String {
    let mut lines = format!(
        "# The configuration of feedmill in this folder. Lines that begin with # show other settings.\n\n\
         rendered:\n  folder: {}\n",
        quoted(&folder.to_string_lossy())
    );
    // Writing to a string does not fail.
    if let Some(signal) = study.signal.as_ref().ok().filter(|_| study.selector.is_none()) {
        let _ = writeln!(lines, "  # Articles are known by {}.", signal.name());
    }
    let listed =
        |items: &[String]| items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ");
    if !study.include.is_empty() {
        let _ = writeln!(lines, "  include: [{}]", listed(&study.include));
    }
    for (key, value) in [
        ("articles", &study.selector),
        ("content", &study.content),
        ("title", &study.title_selector),
        ("date", &study.date),
    ] {
        if let Some(value) = value {
            let _ = writeln!(lines, "  {key}: {}", quoted(value));
        }
    }
    let selectors: Vec<String> =
        study.remove.iter().map(|(selector, _)| selector.clone()).collect();
    if !selectors.is_empty() {
        let _ = writeln!(
            lines,
            "  # The feed of the site does not have these.\n  remove: [{}]",
            listed(&selectors)
        );
    }
    for (selector, count) in &study.endings {
        let _ = writeln!(
            lines,
            "  # {} end with the same element. If it is no part of them:\n  #remove: [{}]",
            plural(*count, "article"),
            quoted(selector)
        );
    }
    if let Some(title) = &study.title {
        let _ = writeln!(lines, "title: {}", quoted(title));
    }
    if let Some(address) = study.address.as_ref().filter(|_| study.needs_address) {
        let _ = writeln!(lines, "site-url: {address}");
    }
    lines
}

/// Why these pages are the articles, and how they agree with the feed of the site.
fn reasons(study: &Study) -> String {
    let mut said = String::new();
    if let Ok(signal) = &study.signal {
        match &study.selector {
            Some(selector) => drop(write!(said, "articles are those that match {selector}")),
            None => match &study.date {
                Some(date) => drop(write!(said, "articles are known by a date in {date}")),
                None => drop(write!(said, "articles are known by {}", signal.name())),
            },
        }
        if !study.include.is_empty() {
            let _ = write!(said, " in {}", study.include.join(", "));
        }
        said.push('\n');
    }
    if let Some(address) = study.address.as_ref().filter(|_| study.has_placeholder) {
        let _ = writeln!(
            said,
            "the pages are made for {address}: set the address of the site in its generator and build it again, \
             or set site-url"
        );
    }
    match &study.feed {
        Some(feed) => said += &agreement(feed),
        None => {
            said += "the site has no feed of its own to compare with: look at `feedmill list articles`\n";
        }
    }
    said
}

fn agreement(OwnFeedSummary { files, agreement, unexpected, .. }: &OwnFeedSummary) -> String {
    let Agreement { posts, found, titles, dates, links, words: (same, whole), .. } = agreement;
    let mut said = format!(
        "{}: {found} of {} found, {titles} equal titles, {dates} dates, {links} links",
        files.join(", "),
        plural(*posts, "post"),
    );
    if *whole > 0 {
        let _ = write!(said, ", {same} of {whole} texts");
    }
    said.push('\n');
    if *unexpected > 0 {
        let _ = writeln!(
            said,
            "{} the feed of the site does not have: see `feedmill list articles`",
            plural(*unexpected, "article")
        );
    }
    said
}
