//! `feedmill map`: turns articles into lines that any program can sort.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use feedmill::{MapInput, Mapping};

use crate::args::MapArgs;
use crate::output::printer::{Printer, lines};
use crate::{Exit, command, load_settings};

/// What is piped in: it can be read by many threads.
type Input = Box<dyn BufRead + Send>;

pub(crate) fn map(arguments: &MapArgs) -> Exit {
    let printer = Printer::new(&arguments.output, true);
    let input = match input(arguments) {
        Ok(input) => input,
        Err(error) => return printer.fail(&error, Exit::Usage),
    };
    let mapping =
        Mapping { shard: arguments.shard, memory: arguments.memory.saturating_mul(1024 * 1024) };
    command(&printer, &arguments.feeds, |settings, bar| {
        let found = feedmill::map(settings, input, mapping, lines(), bar)?;
        printer.found(&found);
        Ok(Exit::UpToDate)
    })
}

/// Where the articles are. The time must be known: two mappers would disagree about it.
fn input(arguments: &MapArgs) -> anyhow::Result<MapInput<Input>> {
    let config = load_settings::configuration(&arguments.feeds)?;
    if config.now.is_none() {
        let example = "give all mappers the same, such as --now \"$(date -u +%FT%TZ)\"";
        return Err(anyhow!("now: map needs the time that counts as the current one; {example}"));
    }
    Ok(if let Some(list) = &arguments.files_from {
        MapInput::Files(paths(open(list)?).with_context(|| list.display().to_string())?)
    } else if let Some(records) = &arguments.records {
        MapInput::Records(Box::new(BufReader::with_capacity(256 * 1024, open(records)?)))
    } else {
        MapInput::Source
    })
}

/// A file, or stdin for `-`.
fn open(path: &Path) -> anyhow::Result<Box<dyn Read + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Box::new(file))
}

/// The paths of a list, each with a line feed or a NUL behind it.
fn paths(mut list: impl Read) -> io::Result<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    list.read_to_end(&mut bytes)?;
    let end = if bytes.contains(&0) { 0 } else { b'\n' };
    let paths = bytes.split(|&byte| byte == end).filter(|path| !path.is_empty());
    Ok(paths.map(|path| std::ffi::OsString::from_vec(path.to_vec()).into()).collect())
}
