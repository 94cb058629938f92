//! Metrics of a run for Prometheus (text exposition format 0.0.4), in a file for the textfile collector
//! of its node exporter.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use feedmill::{Change, Report, Timestamp};

use crate::Exit;
use crate::output::json_report::change_name;

/// The metrics of a run as text.
pub(crate) struct Metrics(String);

/// The beginning of every file of metrics, by which a file is known as ours.
const MARK: &str = "# HELP feedmill_exit_code ";

impl Metrics {
    /// The metrics of a complete run.
    pub(crate) fn new(report: &Report) -> Metrics {
        let mut metrics = Metrics(String::new());
        let counts = &report.stats.counts;
        let left_out = counts.left_out.iter().map(|(reason, count)| (reason.name(), *count));
        let files = [("article", counts.articles), ("error", counts.faulty)];
        let files = files.into_iter().chain(left_out);
        metrics.family(
            "files",
            "Files of the source, by outcome.",
            files.map(|(name, count)| (label("became", name), count.to_string())),
        );
        let changes = [Change::Added, Change::Removed, Change::Replaced, Change::Unchanged];
        metrics.family(
            "output_files",
            "Files of the output folder, by change.",
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
            "Items of a feed that are new since the run before.",
            feed(|report, feed| report.entry_delta(feed).added.to_string()),
        );
        metrics.family(
            "feed_bytes",
            "Size of the files of a feed.",
            feed(|report, feed| report.bytes(feed).to_string()),
        );
        metrics.family(
            "feed_newest_timestamp_seconds",
            "Publication date of the newest item of a feed.",
            feed(|_, feed| feed.newest.unix_seconds().to_string()),
        );
        metrics
    }

    /// Adds a metric family: name, help, and samples as labels and value.
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

/// Writes the metrics of a run to a file. Of a run that failed, `run` is `None`, and only the exit code
/// and the times are written.
pub(crate) fn write(
    file: &Path,
    exit: Exit,
    now: Timestamp,
    took: Duration,
    run: Option<Metrics>,
) -> anyhow::Result<()> {
    let mut metrics = Metrics(String::new());
    let help = "Exit code of the last run, see feedmill build --help.";
    let mut family = |name, help, value| metrics.family(name, help, [(String::new(), value)]);
    family("exit_code", help, (exit as u8).to_string());
    family("run_timestamp_seconds", "End of the last run.", now.unix_seconds().to_string());
    family("run_duration_seconds", "Duration of the last run.", took.as_secs_f64().to_string());
    let text = metrics.0 + &run.map(|run| run.0).unwrap_or_default();
    feedmill::write_report(file, text.as_bytes(), MARK.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))
}
