//! Metrics of a run for Prometheus (text exposition format 0.0.4), in a file for the textfile collector
//! of its node exporter.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use feedmill::{Change, Outline, Report, Timestamp};

use crate::Exit;
use crate::output::json_report::change_name;

/// The beginning of every file of metrics, by which a file is known as ours.
const MARK: &str = "# HELP feedmill_exit_code ";

/// Writes the metrics of a run to a file. Without `report`, of a run that failed, only the exit code and
/// the times are written.
pub(crate) fn write(
    file: &Path,
    exit: Exit,
    now: Timestamp,
    took: Duration,
    report: Option<&Report>,
) -> anyhow::Result<()> {
    let mut text = String::new();
    let mut single = |name, help, value| family(&mut text, name, help, [(String::new(), value)]);
    let help = "Exit code of the last run, see feedmill build --help.";
    single("exit_code", help, (exit as u8).to_string());
    single("run_timestamp_seconds", "End of the last run.", now.unix_seconds().to_string());
    single("run_duration_seconds", "Duration of the last run.", took.as_secs_f64().to_string());
    if let Some(report) = report {
        add_report(&mut text, report);
    }
    feedmill::write_report(file, text.as_bytes(), MARK.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Adds the metrics of a complete run.
fn add_report(text: &mut String, report: &Report) {
    let counts = &report.stats.counts;
    let left_out = counts.left_out.iter().map(|(reason, count)| (reason.name(), *count));
    let files =
        [("article", counts.articles), ("error", counts.faulty)].into_iter().chain(left_out);
    let files = files.map(|(name, count)| (label("became", name), count.to_string()));
    family(text, "files", "Files of the source, by outcome.", files);
    let changes = [Change::Added, Change::Removed, Change::Replaced, Change::Unchanged];
    let changes = changes.map(|change| {
        let count = report.publication.count(change);
        (label("change", change_name(change)), count.to_string())
    });
    family(text, "output_files", "Files of the output folder, by change.", changes);
    let samples = |value: fn(&Report, &Outline) -> String| {
        report.feeds.iter().map(move |feed| (label("feed", feed.location()), value(report, feed)))
    };
    let items = samples(|_, feed| feed.entries.to_string());
    family(text, "feed_items", "Items of a feed.", items);
    let added = samples(|report, feed| report.entry_delta(feed).added.to_string());
    family(text, "feed_added_items", "Items of a feed that are new since the run before.", added);
    let bytes = samples(|report, feed| report.bytes(feed).to_string());
    family(text, "feed_bytes", "Size of the files of a feed.", bytes);
    let newest = samples(|_, feed| feed.newest.unix_seconds().to_string());
    let help = "Publication date of the newest item of a feed.";
    family(text, "feed_newest_timestamp_seconds", help, newest);
}

/// The labels and the value of a sample.
type Sample = (String, String);

/// Adds a metric family.
fn family(text: &mut String, name: &str, help: &str, samples: impl IntoIterator<Item = Sample>) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# HELP feedmill_{name} {help}\n# TYPE feedmill_{name} gauge");
    for (labels, value) in samples {
        let _ = writeln!(text, "feedmill_{name}{labels} {value}");
    }
}

fn label(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{{{name}=\"{value}\"}}")
}
