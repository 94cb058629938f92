//! Helpers that read as sentences.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use feedmill::{CacheConfig, Config, Error, Format, Publishing, Report, Settings, Timestamp};
use tempfile::TempDir;

/// A folder of its own with articles in `in` and feeds in `out`.
pub(crate) struct Workspace {
    folder: TempDir,
    config: String,
    remembers: bool,
}

impl Workspace {
    pub(crate) fn new() -> Workspace {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        let config = "format: [rss, atom, json]\n".to_owned();
        Workspace { folder, config, remembers: false }
    }

    /// Remembers between runs what files said.
    pub(crate) fn remembering(mut self) -> Workspace {
        self.remembers = true;
        self
    }

    /// Says more in the configuration.
    pub(crate) fn with(mut self, line: &str) -> Workspace {
        self.config.push_str(line);
        self.config.push('\n');
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Workspace {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn remove(&self, name: &str) -> &Workspace {
        std::fs::remove_file(self.path(name)).unwrap();
        self
    }

    /// Writes an ordinary article number `n` about a topic.
    pub(crate) fn article(&self, n: u32, topic: &str) -> &Workspace {
        self.write(&format!("in/{n}.md"), article(n, topic, ""))
    }

    pub(crate) fn settings(&self) -> Settings {
        let config = Config::parse(&self.config, Path::new("")).unwrap();
        let config = Config {
            source: config.source.or_else(|| Some(vec![self.path("in")])),
            out: config.out.or_else(|| Some(self.path("out"))),
            ..config
        };
        let clock = Timestamp::parse("2026-01-01").unwrap();
        let mut settings = config.into_settings(clock).unwrap();
        if self.remembers {
            // As if the files had lain there for long enough; the clock of the file system only
            // ticks every few milliseconds.
            std::thread::sleep(Duration::from_millis(10));
            let clock = Timestamp::from_system(SystemTime::now() + Duration::from_secs(2));
            let (folder, clock) = (self.path("cache"), clock.unwrap());
            settings.cache = Some(CacheConfig { folder, clock });
        }
        settings
    }

    pub(crate) fn run(&self) -> Report {
        self.try_run(Publishing::default()).unwrap()
    }

    pub(crate) fn try_run(&self, publishing: Publishing) -> Result<Report, Error> {
        feedmill::run(&self.settings(), publishing, &|| false)
    }

    /// Runs the program in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("XDG_CACHE_HOME", self.path("cache")).env_remove("CACHE_DIRECTORY");
        command
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The published feeds by name.
    pub(crate) fn feeds(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = tree(&self.path("out"));
        files.retain(|name, _| !name.starts_with('.') && Format::is_feed(name));
        files
    }
}

/// An ordinary article with more lines of front matter.
pub(crate) fn article(n: u32, topic: &str, more: &str) -> String {
    format!(
        "---\ntitle: Article {n}\nexcerpt: About {n}.\npublishedDateTime: 2024-01-01T{:02}:{:02}:00Z\n\
         originalUrl: https://example.org/{n}\ntopics: [{topic:?}]\n{more}\n---\n",
        n / 60 % 24,
        n % 60,
    )
}

/// Every file below a folder, by its name relative to it.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder).unwrap();
            files.insert(name.to_str().unwrap().to_owned(), std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
