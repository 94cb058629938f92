//! The command line: commands and flags.

use std::any::TypeId;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{BoolishValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use feedmill::{Config, Faults, Locking, Mode, Publishing, Removals, RenderedConfig, Shard};

use crate::commands::man::Shell;

/// Turns a folder of articles into feeds: RSS, Atom or JSON Feed, one per topic or provider.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(Box<BuildArgs>),
    Check(Box<CheckArgs>),
    Explain(Box<ExplainArgs>),
    /// Write a feedmill.yaml for the articles in a folder
    ///
    /// The file names the articles and the feeds to build from them, and lists every other setting
    /// with its meaning. A feedmill.yaml that exists is never overwritten.
    Init {
        /// Folders with articles
        #[arg(value_name = "SOURCE")]
        source: Vec<PathBuf>,
        /// Take articles from the rendered site in DIR, and say how they agree with its own feed
        #[arg(long, value_name = "DIR")]
        rendered: Option<PathBuf>,
    },
    List(Box<ListArgs>),
    Map(Box<MapArgs>),
    Reduce(Box<ReduceArgs>),
    Finish(Box<FinishArgs>),
    #[cfg(feature = "serve")]
    Serve(Box<ServeArgs>),
    /// Print the completion script for a shell
    ///
    /// For example: feedmill completions bash > ~/.local/share/bash-completion/completions/feedmill
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of feedmill or of a command
    ///
    /// For example: feedmill man build | man -l -
    Man {
        /// The command [default: feedmill itself]
        command: Option<String>,
    },
}

/// Build the feeds and write those that changed
///
/// Articles are the .md, .markdown, .html, .htm and .txt files below SOURCE that begin with front
/// matter; of an .ndjson or .jsonl file that is SOURCE itself, each line is one. The options under Feeds, Site, Selection and Articles can also be set in feedmill.yaml,
/// under the same names, and in the environment, for example `FEEDMILL_BASE_URL` for --base-url. A
/// flag takes precedence over the environment, and the environment over the file.
///
/// An error of an article is reported once: a later run that prints to no terminal passes over it until
/// the file changes, unless -v or --no-cache is given.
///
/// Exit codes: 0 the feeds are up to date; 1 the feeds are up to date, but articles with errors were
/// left out and reported, no article is in any feed, or --check found a difference; 2 usage or configuration error; 3 the run stopped, and
/// every feed is whole; 4 refused: no article found, or most feeds would be removed; 5 another run
/// holds the lock.
#[derive(Args, Debug)]
#[command(arg = format())]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Show what would change without writing anything
    #[arg(short = 'n', long, help_heading = "Run")]
    dry_run: bool,

    /// Write nothing, and exit with 1 if anything would change
    #[arg(long, help_heading = "Run")]
    pub(crate) check: bool,

    /// Allow the run to remove more than half of the feeds
    #[arg(long, help_heading = "Run")]
    allow_removals: bool,

    #[command(flatten)]
    lock: LockArgs,

    /// Print a report as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,

    /// Write metrics of the run to FILE, for Prometheus
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) metrics: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What to do about the lock of the output folder.
#[derive(Args, Debug)]
pub(crate) struct LockArgs {
    /// Wait while another run writes to DIR
    #[arg(long, help_heading = "Run")]
    wait: bool,

    /// Do not lock DIR, for file systems without locks
    #[arg(long, conflicts_with = "wait", help_heading = "Run")]
    no_lock: bool,
}

impl LockArgs {
    pub(crate) fn locking(&self) -> Locking {
        match (self.wait, self.no_lock) {
            (_, true) => Locking::Skip,
            (true, false) => Locking::Wait,
            (false, false) => Locking::Fail,
        }
    }
}

/// Turn articles into lines, the first of three stages past one machine
///
/// Reads a part of the articles and prints a line for each group that an article may be in the feed of.
/// Sort the lines of all parts by bytes, and give them to `feedmill reduce`. The three commands read the same
/// configuration file, environment and flags as `build`, and leave byte for byte what `build` leaves.
///
/// Exit codes: 0 all articles of the part are mapped; 2 usage or configuration error; 3 the run stopped.
#[derive(Args, Debug)]
#[command(arg = format())]
pub(crate) struct MapArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Read the files that FILE lists, one in a line or with NUL between them; - for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "records", help_heading = "Run")]
    pub(crate) files_from: Option<PathBuf>,

    /// Read records from FILE, one in a line (NDJSON); - for stdin
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub(crate) records: Option<PathBuf>,

    /// Name this part I of N, and read only that part of SOURCE
    #[arg(long, value_name = "I/N", help_heading = "Run")]
    pub(crate) shard: Option<Shard>,

    /// Memory for records in MiB; beyond it, lines are printed early, more than needed
    #[arg(long, value_name = "MIB", default_value_t = 256, help_heading = "Run")]
    pub(crate) memory: usize,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Publish the feeds in sorted lines, the second of three stages past one machine
///
/// Reads lines of `feedmill map` from stdin, sorted by bytes, with all lines of a group. Writes the feeds and
/// their pages, and prints lines for `feedmill finish`. Reducers may run side by side, each with other groups,
/// and may run again.
///
/// Exit codes: 0 the feeds are up to date; 2 usage or configuration error, or lines of other settings; 3
/// the run stopped, or a line is damaged, and every feed is whole; 4 too many feeds; 5 another run holds
/// the lock.
#[derive(Args, Debug)]
#[command(arg = format())]
pub(crate) struct ReduceArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Name this part I of N, so that finish misses it
    #[arg(long, value_name = "I/N", help_heading = "Run")]
    pub(crate) shard: Option<Shard>,

    /// Also take the lines `!private` of FILE
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub(crate) private: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) lock: LockArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// List the feeds of all reducers and remove others, the last of three stages past one machine
///
/// Reads the lines of all reducers from stdin, in any order. Writes the lists of feeds and the manifest, removes
/// feeds whose groups are gone, pings the hub, and reports as `build` does. The feeds are published by
/// then, so a refusal protects the others only.
///
/// Exit codes: as those of `build`; 2 also for lines of two runs, 3 for a damaged line, 4 for a part that is
/// missing.
#[derive(Args, Debug)]
#[command(arg = format())]
pub(crate) struct FinishArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Allow the run to remove more than half of the feeds, and to do without parts that are missing
    #[arg(long, help_heading = "Run")]
    pub(crate) allow_removals: bool,

    /// Also take the lines `!private` of FILE
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub(crate) private: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) lock: LockArgs,

    /// Print a report as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,

    /// Write metrics of the run to FILE, for Prometheus
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) metrics: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Check articles and configuration without writing anything
///
/// Reports every error and warning of `build -v`, and what looks like a mistake in an article that is
/// published: misspelled keys, a file name with another date, text that is escaped twice, images
/// without a size, a second spelling of a group, an article in no feed.
///
/// Exit codes: 0 no errors; 1 errors, with --strict also warnings; 2 usage or configuration error; 3
/// the source cannot be read; 4 no article found.
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Format of the report
    #[arg(id = "report_format", long = "format", value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Human, help_heading = "Output")]
    pub(crate) format: ReportFormat,

    /// Exit with 1 if there are warnings
    #[arg(long, help_heading = "Output")]
    pub(crate) strict: bool,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Show which feeds contain an article, or why it is left out
///
/// FILE is a file of the source, URL the originalUrl or webUrl of an article. Shows what was read from
/// the article, and its position in each feed, or the rule or the newer articles that keep it out.
///
/// Exit codes: 0 the article is in a feed; 1 it is in no feed; 2 usage or configuration error, or no
/// such article; 3 the source cannot be read.
#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The file or a URL of the article
    #[arg(value_name = "FILE|URL")]
    pub(crate) target: String,

    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// List groups, feeds or articles, with counts and dates
///
/// Groups are listed with all their articles, whatever the limit of a feed, the largest first: to find
/// the busiest sources, and names that are used only once. Feeds are listed as `build` would write
/// them.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// What to list; also a key of `groups` in the configuration
    #[arg(value_name = "WHAT", value_parser = ListParser)]
    pub(crate) what: ListWhat,

    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Print the list as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What `list` lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListWhat {
    /// What every configuration has.
    Known(ListKind),
    /// The groups by a key that the configuration declares.
    Groups(String),
}

/// Reads what to list. Which keys are declared is only known with the settings.
#[derive(Clone, Debug)]
struct ListParser;

impl TypedValueParser for ListParser {
    type Value = ListWhat;

    fn parse_ref(
        &self,
        _: &clap::Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<ListWhat, clap::Error> {
        let name = value.to_string_lossy();
        let known = ListKind::from_str(&name, false).map(ListWhat::Known);
        Ok(known.unwrap_or_else(|_| ListWhat::Groups(name.into_owned())))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(ListKind::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

/// What `list` can list in every configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListKind {
    Articles,
    Authors,
    Categories,
    Feeds,
    Languages,
    Providers,
    Sections,
    Topics,
    Types,
}

/// The format of the report of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Text, with the line of the article that a warning is about
    Human,
    /// One JSON document
    Json,
    /// Annotations for GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Serve a preview of the feeds, and rebuild it when an article changes
///
/// Shows the feeds in a browser or a feed reader before they are published. They are written to a
/// temporary folder and link to the preview, whatever feedmill.yaml sets for `out` and `base-url`.
/// With --out they are what `build` would write to DIR. No hub is pinged.
#[cfg(feature = "serve")]
#[derive(Args, Debug)]
#[command(arg = format())]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Port to listen on; 0 for any free port
    #[arg(long, value_name = "PORT", default_value_t = 8000, help_heading = "Server")]
    pub(crate) port: u16,

    /// Address to listen on; any other than this machine's own shows the feeds to others
    #[arg(long, value_name = "IP", default_value = "127.0.0.1", help_heading = "Server")]
    pub(crate) host: std::net::IpAddr,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Which feeds to build, and from which articles.
#[derive(Args, Debug)]
pub(crate) struct FeedArgs {
    #[command(flatten)]
    pub(crate) settings: SettingArgs,

    /// Read the configuration from FILE [default: feedmill.yaml, if it exists]
    #[arg(short, long, value_name = "FILE", env = "FEEDMILL_CONFIG", hide_env = true)]
    pub(crate) config: Option<PathBuf>,

    /// Use no cache, and read every file
    #[arg(long, help_heading = "Run")]
    pub(crate) no_cache: bool,
}

/// The settings with a flag or an environment variable, which override those of the file.
#[derive(Debug)]
pub(crate) struct SettingArgs(ArgMatches);

impl SettingArgs {
    /// Overrides the settings of `config` that have a flag or a variable.
    pub(crate) fn override_config(&self, config: &mut Config) -> Result<(), clap::Error> {
        // A limit for all feeds also replaces the limits of single sets of feeds in the file.
        for set in config.kinds.values_mut() {
            if self.0.contains_id("limit") {
                set.limit = None;
            }
            if self.0.contains_id("max_per_provider") {
                set.max_per_provider = None;
            }
        }
        // Commands that write no feeds do not have this flag.
        if let Ok(Some(formats)) = self.0.try_get_many("format") {
            config.format = Some(formats.cloned().collect());
        }
        let of_file = config.rendered.take();
        config.update_from_arg_matches(&self.0)?;
        // The flag names another folder, whose pages are read as the file says.
        config.rendered = match (config.rendered.take(), of_file) {
            (Some(flag), Some(of_file)) => Some(RenderedConfig { folder: flag.folder, ..of_file }),
            (flag, of_file) => flag.or(of_file),
        };
        Ok(())
    }

    /// Whether a setting has a flag on the command line.
    #[cfg(feature = "serve")]
    pub(crate) fn has_flag(&self, setting: &str) -> bool {
        self.0.value_source(setting) == Some(clap::parser::ValueSource::CommandLine)
    }
}

impl FromArgMatches for SettingArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<SettingArgs, clap::Error> {
        Ok(SettingArgs(matches.clone()))
    }
    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

impl Args for SettingArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        let settings = Config::augment_args(clap::Command::new("settings"));
        command.args(settings.get_arguments().cloned().map(setting))
    }
    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        SettingArgs::augment_args(command)
    }
}

/// Adds to a flag what all settings have in common: `FEEDMILL_` and its name as the environment
/// variable, commas between the values of a list, and `true` as the value of a switch without one.
fn setting(argument: Arg) -> Arg {
    let Some(name) = argument.get_long() else { return argument };
    let variable = format!("FEEDMILL_{}", name.replace('-', "_").to_uppercase());
    let argument = argument.env(variable).hide_env(true);
    if argument.get_value_parser().type_id() == TypeId::of::<bool>() {
        argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(BoolishValueParser::new())
            .hide_possible_values(true)
            .value_name("BOOL")
    } else if matches!(argument.get_action(), ArgAction::Append) {
        argument.value_delimiter(',')
    } else {
        argument
    }
}

/// The flag of the setting `format`, for the commands that write feeds.
fn format() -> Arg {
    let flag = Arg::new("format").long("format").value_name("FORMAT").action(ArgAction::Append);
    setting(flag.help("Formats to write: rss, atom, json [default: rss]").help_heading("Feeds"))
}

/// What to print.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Print no summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Print warnings, and the summary even if stdout is not a terminal
    #[arg(short, long, action = ArgAction::SetTrue, help_heading = "Output")]
    pub(crate) verbose: bool,

    /// Color errors and warnings
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, help_heading = "Output")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

impl BuildArgs {
    /// How the run treats the output folder.
    pub(crate) fn publishing(&self, faults: Faults) -> Publishing {
        Publishing {
            mode: if self.dry_run || self.check { Mode::Preview } else { Mode::Write },
            locking: self.lock.locking(),
            removals: if self.allow_removals { Removals::Allow } else { Removals::Guarded },
            faults,
        }
    }
}
