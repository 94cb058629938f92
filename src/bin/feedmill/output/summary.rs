//! The summary of a run as text.

use std::cmp::Reverse;
use std::fmt::Write as _;

use feedmill::{Change, Counts, Field, Gaps, Outline, Reason, Report, Settings, SiteGenerator};
use serde_json::json;

use crate::output::advice::rendered_advice;
use crate::output::{table::Table, terminal::escaped};

pub(crate) fn summary(settings: &Settings, report: &Report) -> String {
    let mut text = articles(settings, &report.stats.counts);
    let publication = &report.publication;
    let tense = if publication.preview { "would be " } else { "" };
    let changes: Vec<String> = [
        (Change::Added, tense, "added"),
        (Change::Replaced, tense, "changed"),
        (Change::Unchanged, "", "unchanged"),
        (Change::Removed, tense, "removed"),
        (Change::Held, tense, "kept"),
        (Change::Foreign, tense, "left alone"),
    ]
    .into_iter()
    .filter(|&(change, ..)| publication.count(change) > 0)
    .map(|(change, tense, verb)| format!("{} {tense}{verb}", publication.count(change)))
    .collect();
    if !changes.is_empty() {
        let feeds = plural(report.feeds.len(), "feed");
        let (out, changes) = (escaped(&settings.output), changes.join(", "));
        let _ = writeln!(text, "{feeds} in {out}: files {changes}");
    }
    text.push_str(&news(report));
    let Gaps { articles, places } = report.gaps;
    if places > 0 {
        let (places, articles) = (plural(places, "line"), plural(articles, "article"));
        let reason = "what their templates would show is not known (feedmill check lists them)";
        let _ = writeln!(text, "left out of {places} in {articles}: {reason}");
    }
    if let (1.., Some(rendered)) = (report.without_page, &settings.rendered) {
        let folder = rendered.folders.first().map(escaped).unwrap_or_default();
        let articles = plural(report.without_page, "article");
        let _ = writeln!(
            text,
            "{articles} without a page in {folder}: feeds show the text of the source (feedmill check lists them)"
        );
    }
    if let Some(newest) = report.feeds.iter().map(|feed| feed.newest).max() {
        let _ = writeln!(text, "newest article: {newest}");
    }
    if settings.site.base_url.is_none() && !report.feeds.is_empty() {
        text.push_str("set --base-url so that feeds link to themselves\n");
    }
    text
}

/// The feeds with the most new articles.
fn news(report: &Report) -> String {
    let mut feeds: Vec<(usize, &Outline)> =
        report.feeds.iter().map(|feed| (report.entry_delta(feed).added, feed)).collect();
    feeds.retain(|(added, _)| *added > 0);
    // The sort is stable, so feeds with equal numbers stay in the order of their names.
    feeds.sort_by_key(|(added, _)| Reverse(*added));
    if feeds.is_empty() {
        return String::new();
    }
    let row = |(added, feed): &(usize, &Outline)| {
        vec![json!(added), json!(feed.entries), json!(feed.newest.date()), json!(feed.location())]
    };
    let rows = feeds.iter().take(MAX_FEEDS).map(row).collect();
    let mut text = Table { columns: &["new", "items", "newest", "feed"], rows }.to_text();
    if feeds.len() > MAX_FEEDS {
        // Writing to a string does not fail.
        let _ = writeln!(text, "… and {} more with new articles", feeds.len() - MAX_FEEDS);
    }
    text
}

/// The number of feeds that are listed; the others are counted.
const MAX_FEEDS: usize = 10;

/// `674 files: 425 articles, 246 unpublished`, and a hint if there are no articles.
pub(crate) fn articles(settings: &Settings, counts: &Counts) -> String {
    let mut parts = Vec::new();
    if counts.articles > 0 {
        parts.push(plural(counts.articles, "article"));
    }
    let left_out = counts.left_out.iter();
    parts.extend(left_out.map(|(reason, count)| format!("{count} {}", phrase(settings, *reason))));
    if counts.faulty > 0 {
        parts.push(format!("{} with errors", counts.faulty));
    }
    let files = plural(counts.files, "file");
    let mut text = if parts.is_empty() { files } else { format!("{files}: {}", parts.join(", ")) };
    text.push_str(".\n");
    for (by, count) in counts.ungrouped.iter().filter(|(_, count)| **count > 0) {
        let (articles, by) = (plural(*count, "article"), by.name());
        let _ = writeln!(text, "{articles} without a {by}, in no feed by {by}");
    }
    if counts.duplicates > 0 {
        let duplicates = plural(counts.duplicates, "duplicate");
        let reason = "a newer article has the same address (-v lists them)";
        let _ = writeln!(text, "{duplicates} skipped: {reason}");
    }
    if counts.articles == 0 {
        let has = |reason| counts.left_out.contains_key(&reason);
        let options = &settings.options;
        let is_plain = options.generator.is_none() && options.pages.is_none();
        if has(Reason::NotAnArticle) && is_plain {
            text += "A file without a title, URL and date is not an article. If your articles use other \
                     keys for them, set `fields` in feedmill.yaml.\n";
        }
        if has(Reason::Unpublished) && !settings.selection.unpublished {
            text.push_str("Use --unpublished to include unpublished articles.\n");
        }
        if has(Reason::Future) && !settings.selection.future {
            text.push_str("Use --future to include articles with a date in the future.\n");
        }
    }
    text
}

/// Why a run made no feed, and what to do about it.
pub(crate) fn no_feed(settings: &Settings, counts: &Counts) -> String {
    let articles = plural(counts.articles, "article");
    let without = counts.ungrouped.iter().find(|(_, count)| **count == counts.articles);
    let reason = match without {
        Some((by, _)) if counts.articles > 0 => {
            format!("none of {articles} has a {}; --by all makes one feed of all", by.name())
        }
        _ if counts.articles > 0 => {
            format!("no group of the {articles} has {} (--min-items)", settings.min_items)
        }
        _ => no_article(settings, counts),
    };
    format!("no feed: {reason}{}", source_hint(settings, counts))
}

/// What to do if the source is that of a site, and is not read as one.
fn source_hint(settings: &Settings, counts: &Counts) -> String {
    let hint = site_hint(settings);
    let is_plain = settings.options.generator.is_none() && settings.options.pages.is_none();
    let folder = settings.source.first().filter(|_| is_plain && counts.articles == 0);
    match folder.and_then(|folder| rendered_advice(folder)) {
        Some(advice) if hint.is_empty() => format!("; {advice}"),
        _ => hint,
    }
}

/// Why a source has no article that is in, by the reason that most files have.
pub(crate) fn no_article(settings: &Settings, counts: &Counts) -> String {
    let most = counts.left_out.iter().max_by_key(|(reason, count)| (**count, Reverse(**reason)));
    let files = format!("{} files", counts.files);
    let Some((reason, count)) = most.filter(|(_, count)| **count >= counts.faulty) else {
        return match counts.faulty {
            0 => "no article found".to_owned(),
            count => format!("{count} of {files} have errors (`feedmill check` lists them)"),
        };
    };
    let key = settings.options.fields.key(Field::Date);
    let words = match reason {
        Reason::Undated => format!("have no `{key}`"),
        Reason::Unpublished => "are drafts; --unpublished includes them".to_owned(),
        Reason::Future => "have a date in the future; --future includes them".to_owned(),
        Reason::NotAnArticle => match settings.options.generator {
            Some(generator) => format!("are not articles: {}", generator.article_rule()),
            None if settings.options.pages.is_some() => "are not articles".to_owned(),
            None => "have no title, URL or date; if they use other keys, set `fields`".to_owned(),
        },
        reason => format!("are {}", reason.as_str()),
    };
    format!("{count} of {files} {words}")
}

/// What to do if the source is the site of a generator, and is not read as one.
pub(crate) fn site_hint(settings: &Settings) -> String {
    let is_plain = settings.options.generator.is_none() && settings.options.pages.is_none();
    let folder = settings.source.first().filter(|_| is_plain);
    let found = folder.and_then(|folder| SiteGenerator::detect_around(folder));
    found.map_or_else(String::new, |generator| {
        let name = generator.name();
        format!("; this is a site of {name}: run `feedmill init`, or use --preset {name}")
    })
}

fn phrase(settings: &Settings, reason: Reason) -> &'static str {
    match reason {
        Reason::Unpublished if settings.options.generator.is_none() => {
            "unpublished (published: false)"
        }
        reason => reason.as_str(),
    }
}

pub(crate) fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
