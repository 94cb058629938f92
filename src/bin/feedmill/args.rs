//! The command line: what can be typed, and the configuration that it stands for.

#[cfg(feature = "serve")]
use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
#[cfg(feature = "serve")]
use clap::parser::ValueSource;
use clap::{
    ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};
use feedmill::{Config, Locking, Mode, PermalinkConfig, Publishing, Removals};

use crate::commands::man::Shell;

/// Turns a folder of articles into feeds: RSS, Atom or JSON Feed, one per topic or provider.
#[derive(Debug, Parser)]
#[command(
    name = "feedmill",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(Box<BuildArgs>),
    Check(Box<CheckArgs>),
    Explain(Box<ExplainArgs>),
    /// Write a feedmill.yaml for the articles in this folder
    ///
    /// It says where the articles are and which feeds they make, and shows everything else that can be
    /// said, with what it means. A file that is there already is left alone.
    Init {
        /// Folders with articles
        #[arg(value_name = "SOURCE", default_value = ".")]
        source: Vec<PathBuf>,
    },
    List(Box<ListArgs>),
    #[cfg(feature = "serve")]
    Serve(Box<ServeArgs>),
    /// Print the completions of a shell
    ///
    /// For example: feedmill completions bash > ~/.local/share/bash-completion/completions/feedmill
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of the program or of a command
    ///
    /// For example: feedmill man build | man -l -
    Man {
        /// The command; without it, the program
        command: Option<String>,
    },
}

/// Build the feeds and write those that changed
///
/// Articles are the .md, .markdown, .html, .htm and .txt files below SOURCE that begin with front
/// matter. What stands under Feeds, Site, Selection and Articles can also stand in feedmill.yaml,
/// under the same name, and in the environment, as `FEEDMILL_BASE_URL` for --base-url. A flag beats
/// the environment, which beats the file.
///
/// Exit codes: 0 feeds are up to date; 1 so they are, but some articles have errors and were left
/// out (or --check found a difference); 2 usage or configuration error; 3 stopped, every feed is
/// whole; 4 refused: no article found, or most feeds would go; 5 another run holds the lock.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    #[command(flatten)]
    pub(crate) formats: FormatArgs,

    /// Say what would change, and write nothing
    #[arg(short = 'n', long, help_heading = "Run")]
    dry_run: bool,

    /// Write nothing, and exit with 1 if anything would change
    #[arg(long, help_heading = "Run")]
    pub(crate) check: bool,

    /// Let most feeds go, or all of them
    #[arg(long, help_heading = "Run")]
    allow_removals: bool,

    /// Wait while another run writes to DIR
    #[arg(long, help_heading = "Run")]
    wait: bool,

    /// Take no lock, for file systems that have none
    #[arg(long, conflicts_with = "wait", help_heading = "Run")]
    no_lock: bool,

    /// Print a report as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,

    /// Write what the run did to FILE, for Prometheus
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) metrics: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Judge every article and the configuration, and write nothing
///
/// Says all that `build` says with -v, and what is odd about articles that are in: keys that are
/// nearly right, dates in file names that contradict, text that is escaped twice, images without a
/// size, other spellings of a group, articles in no feed.
///
/// Exit codes: 0 no errors; 1 errors, or with --strict warnings; 2 usage or configuration error; 3
/// the source cannot be read; 4 no article found.
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// How to say it
    #[arg(long, value_name = "HOW", value_enum, default_value_t = CheckFormat::Human, help_heading = "Output")]
    pub(crate) format: CheckFormat,

    /// Exit with 1 for warnings too
    #[arg(long, help_heading = "Output")]
    pub(crate) strict: bool,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Say in which feeds an article is, or why not
///
/// FILE is a file of the source, or an address of an article (originalUrl or webUrl). Says what was
/// read, which rule left it out, its place in each feed, or what pushed it out.
///
/// Exit codes: 0 the article is in a feed; 1 it is in none; 2 usage or configuration error, or no
/// such article; 3 the source cannot be read.
#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The file, or an address of the article
    #[arg(value_name = "FILE|URL")]
    pub(crate) target: String,

    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// List groups, feeds or articles, with their counts and dates
///
/// Groups are listed with all their articles, the largest first, whatever the limit of a feed: to find
/// chatty sources and names that nobody else uses. Feeds are listed as `build` would make them.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// What to list
    #[arg(value_name = "WHAT", value_enum)]
    pub(crate) what: ListKind,

    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    /// Print a document for programs
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListKind {
    Articles,
    Categories,
    Feeds,
    Providers,
    Topics,
    Types,
}

/// How `check` says what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Lines for people, with the line of the article that each is about
    Human,
    /// One document
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Build the feeds, serve them on this machine, and build them again when an article changes
///
/// For looking at feeds before they are published, in a browser and in a reader. They go into a
/// temporary folder and say that they are where they are served, whatever feedmill.yaml says of
/// `out` and `base-url`. With --out they are what `build` would make there. No hub is told.
#[cfg(feature = "serve")]
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) feeds: FeedArgs,

    #[command(flatten)]
    pub(crate) formats: FormatArgs,

    /// Whether --out was typed: what stands in the environment is meant for `build`.
    #[arg(skip)]
    pub(crate) into_folder: bool,

    /// Port to listen on; 0 for one that is free
    #[arg(long, value_name = "PORT", default_value_t = 8000, help_heading = "Server")]
    pub(crate) port: u16,

    /// Address to listen on; any but this machine's own shows the feeds to others
    #[arg(long, value_name = "IP", default_value = "127.0.0.1", help_heading = "Server")]
    pub(crate) host: IpAddr,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Which feeds to make, and of what.
#[derive(Args, Debug)]
pub(crate) struct FeedArgs {
    /// Folders or files with articles [default: from feedmill.yaml, else .]
    #[arg(value_name = "SOURCE")]
    source: Vec<PathBuf>,

    /// Folder for the feeds [default: out]
    #[arg(short, long, value_name = "DIR", env = "FEEDMILL_OUT", hide_env = true)]
    pub(crate) out: Option<PathBuf>,

    /// Configuration file [default: feedmill.yaml, if there is one]
    #[arg(short, long, value_name = "FILE", env = "FEEDMILL_CONFIG", hide_env = true)]
    pub(crate) config: Option<PathBuf>,

    /// What the articles of a feed have in common: topic, provider, category, type, all, or two at
    /// once, such as topic+provider [default: topic]
    #[arg(
        long,
        value_name = "KIND",
        value_delimiter = ',',
        env = "FEEDMILL_BY",
        hide_env = true,
        help_heading = "Feeds"
    )]
    by: Option<Vec<String>>,

    /// Entries of a feed at most, the newest ones; 0 for all [default: 50]
    #[arg(long, value_name = "N", env = "FEEDMILL_LIMIT", hide_env = true, help_heading = "Feeds")]
    limit: Option<usize>,

    /// Entries of one provider in a feed at most, the newest ones, but for feeds of providers; 0 for
    /// all [default: 0]
    #[arg(
        long,
        value_name = "N",
        env = "FEEDMILL_MAX_PER_PROVIDER",
        hide_env = true,
        help_heading = "Feeds"
    )]
    max_per_provider: Option<usize>,

    /// Write no feed with fewer entries [default: 1]
    #[arg(
        long,
        value_name = "N",
        env = "FEEDMILL_MIN_ITEMS",
        hide_env = true,
        help_heading = "Feeds"
    )]
    min_items: Option<usize>,

    /// Refuse to write more feeds than this [default: 10000]
    #[arg(
        long,
        value_name = "N",
        env = "FEEDMILL_MAX_FEEDS",
        hide_env = true,
        help_heading = "Feeds"
    )]
    max_feeds: Option<usize>,

    /// What an entry holds of its article: full, excerpt [default: full]
    #[arg(
        long,
        value_name = "WHAT",
        env = "FEEDMILL_CONTENT",
        hide_env = true,
        help_heading = "Feeds"
    )]
    content: Option<String>,

    /// Address that DIR is served at, for the feeds' links to themselves
    #[arg(
        long,
        value_name = "URL",
        env = "FEEDMILL_BASE_URL",
        hide_env = true,
        help_heading = "Site"
    )]
    base_url: Option<String>,

    /// WebSub hub to name in feeds, and to tell of those that changed
    #[arg(long, value_name = "URL", env = "FEEDMILL_HUB", hide_env = true, help_heading = "Site")]
    hub: Option<String>,

    /// Write index.html, feeds.opml and feed.css too [default: true]
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true, value_name = "BOOL", env = "FEEDMILL_INDEX", hide_env = true, help_heading = "Site")]
    index: Option<bool>,

    /// Address of the site for people
    #[arg(
        long,
        value_name = "URL",
        env = "FEEDMILL_SITE_URL",
        hide_env = true,
        help_heading = "Site"
    )]
    site_url: Option<String>,

    /// Name of the site
    #[arg(
        long,
        value_name = "TEXT",
        env = "FEEDMILL_TITLE",
        hide_env = true,
        help_heading = "Site"
    )]
    title: Option<String>,

    /// A sentence about the site
    #[arg(
        long,
        value_name = "TEXT",
        env = "FEEDMILL_DESCRIPTION",
        hide_env = true,
        help_heading = "Site"
    )]
    description: Option<String>,

    /// Language of the articles [default: en]
    #[arg(
        long,
        value_name = "TAG",
        env = "FEEDMILL_LANGUAGE",
        hide_env = true,
        help_heading = "Site"
    )]
    language: Option<String>,

    /// Let in articles with `published: false` or `draft: true`
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true, value_name = "BOOL", env = "FEEDMILL_UNPUBLISHED", hide_env = true, help_heading = "Selection")]
    unpublished: Option<bool>,

    /// Let in articles that are not due yet
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true, value_name = "BOOL", env = "FEEDMILL_FUTURE", hide_env = true, help_heading = "Selection")]
    future: Option<bool>,

    /// Leave out articles of a lower quality
    #[arg(
        long,
        value_name = "N",
        env = "FEEDMILL_MIN_QUALITY",
        hide_env = true,
        allow_negative_numbers = true,
        help_heading = "Selection"
    )]
    min_quality: Option<i64>,

    /// Leave out articles published before
    #[arg(
        long,
        value_name = "DATE",
        env = "FEEDMILL_SINCE",
        hide_env = true,
        help_heading = "Selection"
    )]
    since: Option<String>,

    /// Only articles of these types
    #[arg(
        long = "type",
        value_name = "TYPE",
        value_delimiter = ',',
        env = "FEEDMILL_TYPE",
        hide_env = true,
        help_heading = "Selection"
    )]
    types: Option<Vec<String>>,

    /// Only articles with one of these topics
    #[arg(
        long,
        value_name = "TOPIC",
        env = "FEEDMILL_ONLY",
        hide_env = true,
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    only: Option<Vec<String>>,

    /// No articles with one of these topics
    #[arg(
        long,
        value_name = "TOPIC",
        env = "FEEDMILL_EXCEPT",
        hide_env = true,
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    except: Option<Vec<String>>,

    /// Read the articles of a Jekyll, Hugo or Zola site: jekyll, hugo, zola
    #[arg(
        long,
        value_name = "NAME",
        env = "FEEDMILL_PRESET",
        hide_env = true,
        help_heading = "Articles"
    )]
    preset: Option<String>,

    /// Where articles are at the site that do not say it, such as /:year/:month/:slug/
    #[arg(
        long,
        value_name = "PATTERN",
        env = "FEEDMILL_PERMALINK",
        hide_env = true,
        help_heading = "Articles"
    )]
    permalink: Option<String>,

    /// Zone of dates that say none, such as Europe/Berlin [default: UTC]
    #[arg(
        long,
        value_name = "NAME",
        env = "FEEDMILL_TIMEZONE",
        hide_env = true,
        help_heading = "Articles"
    )]
    timezone: Option<String>,

    /// Date an article that says no date by its file name (2021-06-09-title.md)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true, value_name = "BOOL", env = "FEEDMILL_DATE_FROM_NAME", hide_env = true, help_heading = "Articles")]
    date_from_name: Option<bool>,

    /// Take this for now, to repeat a build [default: the clock]
    #[arg(
        long,
        value_name = "DATE",
        env = "FEEDMILL_NOW",
        hide_env = true,
        help_heading = "Selection"
    )]
    now: Option<String>,

    /// Remember in DIR what files say [default: `$XDG_CACHE_HOME/feedmill`]
    #[arg(
        long,
        value_name = "DIR",
        env = "FEEDMILL_CACHE_DIR",
        hide_env = true,
        help_heading = "Run"
    )]
    cache_dir: Option<PathBuf>,

    /// Remember nothing, and read every file
    #[arg(long, help_heading = "Run")]
    pub(crate) no_cache: bool,

    /// Threads [default: one for each core]
    #[arg(
        short,
        long,
        value_name = "N",
        env = "FEEDMILL_JOBS",
        hide_env = true,
        help_heading = "Run"
    )]
    jobs: Option<usize>,

    /// Read all YAML with the YAML crate, for comparison
    #[arg(long, hide = true)]
    pub(crate) yaml_only: bool,
}

/// In which formats to write feeds.
#[derive(Args, Debug)]
pub(crate) struct FormatArgs {
    /// Formats: rss, atom, json [default: rss]
    #[arg(
        long,
        value_name = "FORMAT",
        value_delimiter = ',',
        env = "FEEDMILL_FORMAT",
        hide_env = true,
        help_heading = "Feeds"
    )]
    pub(crate) format: Option<Vec<String>>,
}

/// What to print.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Print no summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Print the summary anywhere, and warnings
    #[arg(short, long, action = ArgAction::SetTrue, help_heading = "Output")]
    pub(crate) verbose: bool,

    /// Color the diagnostics
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

impl CommandLine {
    /// Reads the command line.
    pub(crate) fn read() -> Result<CommandLine, clap::Error> {
        let matches = CommandLine::command().try_get_matches()?;
        #[cfg_attr(not(feature = "serve"), expect(unused_mut, reason = "only serve asks for more"))]
        let mut arguments = CommandLine::from_arg_matches(&matches)?;
        #[cfg(feature = "serve")]
        if let (Command::Serve(serve), Some((_, matches))) =
            (&mut arguments.command, matches.subcommand())
        {
            serve.into_folder = matches.value_source("out") == Some(ValueSource::CommandLine);
        }
        Ok(arguments)
    }
}

impl FeedArgs {
    /// What was typed or stands in the environment, as a configuration.
    pub(crate) fn to_config(&self) -> Config {
        Config {
            source: (!self.source.is_empty()).then(|| self.source.clone()),
            out: self.out.clone(),
            by: self.by.clone(),
            limit: self.limit,
            base_url: self.base_url.clone(),
            hub: self.hub.clone(),
            index: self.index,
            site_url: self.site_url.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            language: self.language.clone(),
            max_per_provider: self.max_per_provider,
            min_items: self.min_items,
            max_feeds: self.max_feeds,
            content: self.content.clone(),
            unpublished: self.unpublished,
            future: self.future,
            min_quality: self.min_quality,
            since: self.since.clone(),
            types: self.types.clone(),
            only: self.only.clone(),
            except: self.except.clone(),
            date_from_name: self.date_from_name,
            preset: self.preset.clone(),
            timezone: self.timezone.clone(),
            permalink: self.permalink.clone().map(PermalinkConfig::One),
            cache_dir: self.cache_dir.clone(),
            jobs: self.jobs,
            now: self.now.clone(),
            ..Config::default()
        }
    }
}

impl BuildArgs {
    /// How the run deals with the output folder.
    pub(crate) fn publishing(&self) -> Publishing {
        Publishing {
            mode: if self.dry_run || self.check { Mode::Preview } else { Mode::Write },
            locking: match (self.wait, self.no_lock) {
                (_, true) => Locking::Skip,
                (true, false) => Locking::Wait,
                (false, false) => Locking::Fail,
            },
            removals: if self.allow_removals { Removals::Allow } else { Removals::Guarded },
        }
    }
}
