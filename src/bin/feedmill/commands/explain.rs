//! `feedmill explain`: what became of one article, in words.

use std::fmt::Write as _;

use anyhow::anyhow;
use feedmill::{
    Diagnostic, ExplainedArticle, Explanation, Membership, Outcome, Position, Reason, Settings,
};

use crate::args::ExplainArgs;
use crate::output::printer::{Place, Printer, print};
use crate::output::terminal::Escaped;
use crate::{Exit, command};

pub(crate) fn explain(arguments: &ExplainArgs) -> Exit {
    let printer = Printer::new(&arguments.output, false);
    command(&printer, &arguments.feeds, None, |settings, watch| {
        let target = &arguments.target;
        let Some(explanation) = feedmill::explain(settings, target, watch)? else {
            printer.error(&anyhow!("no file of the source and no article is {target}"));
            return Ok(Exit::Usage);
        };
        print(&in_words(settings, &explanation));
        Ok(if is_in_a_feed(&explanation) { Exit::UpToDate } else { Exit::Incomplete })
    })
}

fn is_in_a_feed(explanation: &Explanation) -> bool {
    let Outcome::Article(article, _) = &explanation.outcome else { return false };
    let feeds = &article.feeds;
    feeds.iter().any(|membership| matches!(membership.position, Position::Entry { .. }))
}

fn in_words(settings: &Settings, explanation: &Explanation) -> String {
    let path = &explanation.path;
    let mut text = format!("{}\n", Escaped(&path.to_string_lossy()));
    // Writing to a string does not fail.
    let _ = match &explanation.outcome {
        Outcome::Invalid(finding) => {
            let diagnostic = Diagnostic { path: path.clone(), finding: finding.clone() };
            let problem = finding.problem.to_string();
            writeln!(text, "left out: {}: {}", Place(&diagnostic), Escaped(&problem))
        }
        Outcome::LeftOut(reason) => writeln!(text, "left out: {}", rule(settings, *reason)),
        Outcome::Article(article, _) => {
            text.push_str(&what_was_read(article));
            let feeds = &article.feeds;
            if feeds.is_empty() {
                let kinds: Vec<String> = settings.kinds.iter().map(|kind| kind.by.name()).collect();
                writeln!(text, "in no feed: has none of {}", kinds.join(", "))
            } else {
                feeds.iter().try_for_each(|feed| writeln!(text, "{}", membership(settings, feed)))
            }
        }
    };
    text
}

fn what_was_read(article: &ExplainedArticle) -> String {
    let ExplainedArticle { id, title, published, link, .. } = article;
    let title = Escaped(title);
    format!(
        "title:     {title}\npublished: {published}\nlink:      {link}\nid:        {}\n",
        id.urn()
    )
}

/// The rule that left a file out, and what would let it in. No word of the file itself: it may be
/// private.
fn rule(settings: &Settings, reason: Reason) -> String {
    let words = match reason {
        Reason::Unpublished => "`published: false` or `draft: true`; --unpublished lets it in",
        Reason::Removed => "`removed: true` or `deleted: true`, or it has expired",
        Reason::Future => "it is not due yet; --future lets it in",
        Reason::Undated => {
            "it has no `publishedDateTime`; --date-from-name takes that of its file name"
        }
        Reason::Quality => "its `quality` is below --min-quality, or it has none",
        Reason::Old => "it was published before --since",
        Reason::Type => "its `type` is not one of --type",
        Reason::Topic => "its `topics` are left out by --only or --except",
        Reason::NotAnArticle => "it has no title, address or date, so it is not an article",
        Reason::NoFrontMatter => "it does not begin with front matter (a line `---`)",
    };
    match reason {
        Reason::Future => format!("{words} (now is {})", settings.selection.now),
        _ => words.to_owned(),
    }
}

fn membership(settings: &Settings, membership: &Membership) -> String {
    let feed = &membership.feed;
    match &membership.position {
        Position::Entry { number, count } => {
            format!("in {feed}: number {number} of {count}")
        }
        Position::Duplicate { kept: path } => {
            let path = path.to_string_lossy();
            format!(
                "not in {feed}: {} stands for it, which has the same originalUrl",
                Escaped(&path)
            )
        }
        Position::PushedOut { newer: count, last: path, published } => {
            let path = path.to_string_lossy();
            format!(
                "not in {feed}: {count} newer ones fill it, the last of {published}: {}",
                Escaped(&path)
            )
        }
        Position::ProviderLimit { newer: count } => {
            format!(
                "not in {feed}: {count} newer ones are of the same provider (--max-per-provider)"
            )
        }
        Position::TooFew { count } => {
            format!("not in {feed}: {count} of at least {} articles", settings.min_items)
        }
    }
}
