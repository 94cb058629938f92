//! Metrics: what a run did, for Prometheus (text exposition format 0.0.4), written to a file that its
//! node exporter picks up.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use feedmill::{Change, Report, Timestamp};

use crate::Exit;
use crate::output::json_report::change_name;

/// What a run did, as far as it can be counted.
pub(crate) struct Metrics(String);

/// The first words of every file of metrics.
const MARK: &str = "# HELP feedmill_exit_code ";

impl Metrics {
    /// Those of a run that did its work.
    pub(crate) fn of(report: &Report) -> Metrics {
        let mut metrics = Metrics(String::new());
        let counts = &report.stats.counts;
        let became = counts.left_out.iter().map(|(reason, count)| (reason.name(), *count));
        let became =
            [("article", counts.articles), ("error", counts.faulty)].into_iter().chain(became);
        metrics.family(
            "files",
            "Files of the source, by what became of them.",
            became.map(|(name, count)| (label("became", name), count.to_string())),
        );
        let changes = [Change::Added, Change::Removed, Change::Replaced, Change::Unchanged];
        metrics.family(
            "output_files",
            "Files of the output folder, by what the run did to them.",
            changes.map(|change| {
                let count = report.publication.count(change);
                (label("change", change_name(change)), count.to_string())
            }),
        );
        let feed = |value: fn(&Report, &feedmill::Outline) -> String| {
            let feeds = report.feeds.iter();
            feeds.map(move |feed| (label("feed", feed.location()), value(report, feed)))
        };
        metrics.family("feed_items", "Items of a feed.", feed(|_, feed| feed.entries.to_string()));
        metrics.family(
            "feed_added_items",
            "Items of a feed that the run before did not find.",
            feed(|report, feed| report.entry_delta(feed).added.to_string()),
        );
        metrics.family(
            "feed_bytes",
            "Bytes of the files of a feed.",
            feed(|report, feed| report.bytes(feed).to_string()),
        );
        metrics.family(
            "feed_newest_timestamp_seconds",
            "When the newest item of a feed was published.",
            feed(|_, feed| feed.newest.unix_seconds().to_string()),
        );
        metrics
    }

    /// A name and a meaning, and the samples with their labels.
    fn family(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (String, String)>,
    ) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP feedmill_{name} {help}\n# TYPE feedmill_{name} gauge");
        for (labels, value) in samples {
            let _ = writeln!(self.0, "feedmill_{name}{labels} {value}");
        }
    }
}

fn label(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{{{name}=\"{value}\"}}")
}

/// Writes the metrics of a run; of one that failed there is only how it ended, and when.
pub(crate) fn write(
    file: &Path,
    exit: Exit,
    ended: Timestamp,
    took: Duration,
    run: Option<Metrics>,
) -> anyhow::Result<()> {
    let mut metrics = Metrics(String::new());
    let mut one = |name, help, value| metrics.family(name, help, [(String::new(), value)]);
    one(
        "exit_code",
        "How the last run ended, see feedmill build --help.",
        (exit as u8).to_string(),
    );
    one("run_timestamp_seconds", "When the last run ended.", ended.unix_seconds().to_string());
    one("run_duration_seconds", "How long the last run took.", took.as_secs_f64().to_string());
    let text = metrics.0 + &run.map(|run| run.0).unwrap_or_default();
    feedmill::write_report(file, text.as_bytes(), MARK.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))
}
