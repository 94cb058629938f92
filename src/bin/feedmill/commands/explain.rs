//! `feedmill explain`: shows what became of one article.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::anyhow;
use feedmill::{
    ExplainedPage, Explanation, Field, Membership, NameDate, Outcome, Position, Reason, Settings,
    SiteGenerator,
};

use crate::args::ExplainArgs;
use crate::output::printer::{Printer, location, print};
use crate::output::summary::plural;
use crate::output::terminal::escaped;
use crate::{Exit, command};

pub(crate) fn explain(arguments: &ExplainArgs) -> Exit {
    let printer = Printer::new(&arguments.output, false);
    command(&printer, &arguments.feeds, |settings, bar| {
        let target = &arguments.target;
        let Some(explanation) = feedmill::explain(settings, target, bar)? else {
            let reason = if Path::new(target).exists() {
                "is not read: it is outside of the source, excluded, or neither Markdown, HTML nor text"
            } else {
                "is neither a file of the source nor a URL of an article"
            };
            return Ok(printer.fail(&anyhow!("{target} {reason}"), Exit::Usage));
        };
        print(&report(settings, &explanation));
        Ok(if is_in_a_feed(&explanation) { Exit::UpToDate } else { Exit::Incomplete })
    })
}

fn is_in_a_feed(explanation: &Explanation) -> bool {
    let Outcome::Article(article, _) = &explanation.outcome else { return false };
    article.feeds.iter().any(|feed| matches!(feed.position, Position::Entry { .. }))
}

fn report(settings: &Settings, explanation: &Explanation) -> String {
    let path = &explanation.path;
    let mut text = format!("{}\n", escaped(path));
    match &explanation.outcome {
        Outcome::Invalid(finding) => {
            let problem = escaped(finding.problem.to_string());
            // Writing to a string does not fail.
            let _ = writeln!(text, "left out: {}: {problem}", location(path, finding));
        }
        Outcome::LeftOut(reason) => {
            let of_page = explanation.page.as_ref().and_then(|page| page.reason);
            let of_page = of_page.map(|reason| reason.as_str().to_owned());
            let reason = of_page.unwrap_or_else(|| rule(settings, *reason));
            let _ = writeln!(text, "left out: {reason}");
        }
        Outcome::Article(article, _) => {
            let _ = writeln!(text, "title:     {}", escaped(&article.title));
            let _ = writeln!(text, "published: {}", article.published);
            let _ = writeln!(text, "link:      {}", article.link);
            let _ = writeln!(text, "id:        {}", article.id.urn());
            text.push_str(&explanation.page.as_ref().map(from_page).unwrap_or_default());
            for membership in &article.feeds {
                let _ = writeln!(text, "{}", position(settings, membership));
            }
            if article.feeds.is_empty() {
                let kinds: Vec<String> = settings.kinds.iter().map(|kind| kind.by.name()).collect();
                let _ = writeln!(text, "in no feed: it has no {}", kinds.join(", no "));
            }
        }
    }
    text
}

/// Where each fact of a page was found.
fn from_page(page: &ExplainedPage) -> String {
    let facts = page.facts.iter().map(|(fact, rule)| format!("{fact} from {rule}"));
    let facts = facts.collect::<Vec<_>>().join(", ");
    let signal = page.signal.map(|signal| format!("known by:  {}\n", signal.name()));
    format!("{}facts:     {facts}\n", signal.unwrap_or_default())
}

/// The rule that leaves a file out, and the flag that includes it. Nothing of the file itself is
/// shown, since it may be private.
fn rule(settings: &Settings, reason: Reason) -> String {
    let generator = settings.options.generator;
    let key = |field| settings.options.fields.key(field);
    let text = match reason {
        Reason::Unpublished => match generator {
            Some(SiteGenerator::Hugo | SiteGenerator::Zola) => {
                "`draft: true`, in the article or in a section above it; --unpublished includes it"
            }
            _ => "`published: false` or `draft: true`; --unpublished includes it",
        },
        Reason::Removed => {
            return format!(
                "`removed: true` or `deleted: true`, or `{}` has passed",
                key(Field::Expires)
            );
        }
        Reason::Unlisted => {
            let keys = generator.map_or(&[][..], SiteGenerator::page_keys).join("`, `");
            return format!(
                "it has no page of its own or is not listed: `{keys}`, in the article or in a section above it"
            );
        }
        Reason::Future => {
            let now = settings.selection.now;
            return format!("its date is after the current time, {now}; --future includes it");
        }
        Reason::Undated if settings.options.pages.is_some() => {
            "it shows no date; `rendered.date` in feedmill.yaml says where one is"
        }
        Reason::Undated => {
            let hint = if settings.options.date_from_name == NameDate::Ignored {
                "; --date-from-name takes the date from its file name"
            } else {
                ""
            };
            return format!("it has no `{}`{hint}", key(Field::Date));
        }
        Reason::Quality => "its `quality` is below --min-quality, or missing",
        Reason::Old => "it was published before --since",
        Reason::Type => "its `type` is not one of --type",
        Reason::Topic => {
            return format!("its `{}` are excluded by --only or --except", key(Field::Topics));
        }
        Reason::Translation => {
            "it is in another language than the site; `--by language` makes feeds of each language"
        }
        Reason::NotAnArticle => {
            let no_keys = "it has no title, URL or date, so it is not an article";
            return generator.map_or(no_keys.to_owned(), |generator| {
                format!(
                    "it is not an article: {}, or it has no title and no date",
                    generator.article_rule()
                )
            });
        }
        Reason::NoFrontMatter => "it does not begin with front matter (a line `---`)",
    };
    text.to_owned()
}

/// The position of an article in a feed, or the reason why the feed does not contain it.
fn position(settings: &Settings, membership: &Membership) -> String {
    let feed = &membership.feed;
    match &membership.position {
        Position::Entry { number, count } => format!("in {feed}: number {number} of {count}"),
        Position::Duplicate { kept } => {
            format!("not in {feed}: {} is newer and has the same address", escaped(kept))
        }
        Position::PushedOut { newer: count, last, published } => {
            let newer = plural(*count, "newer article");
            let verb = if *count == 1 { "fills" } else { "fill" };
            let last = escaped(last);
            format!("not in {feed}: {newer} {verb} it, the oldest from {published}: {last}")
        }
        Position::ProviderLimit { newer: count } => {
            let newer = plural(*count, "newer article");
            format!("not in {feed}: it has {newer} of the same provider (--max-per-provider)")
        }
        Position::TooFew { count } => {
            let (articles, min) = (plural(*count, "article"), settings.min_items);
            format!("not in {feed}: it would have {articles}, fewer than {min} (--min-items)")
        }
    }
}
