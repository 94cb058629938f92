//! Measures the file system alone: `limits stat FOLDER` calls `stat` for every file, `limits read
//! FOLDER` reads every byte, `limits lines FILE` reads a file line by line, each into a buffer of its own.
//! `compare.py` and `stages.py` compile it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let reads = task.as_deref() == Some("read");
    let mut folders: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    if task.as_deref() == Some("lines") {
        let file = File::open(folders.pop().unwrap_or_default())?;
        let lines = BufReader::with_capacity(256 * 1024, file).split(b'\n');
        let bytes = lines.map(|line| line.map(|line| line.len()));
        println!("{} bytes", bytes.sum::<std::io::Result<usize>>()?);
        return Ok(());
    }
    let (mut bytes, mut buffer) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if reads {
                buffer.clear();
                bytes += File::open(entry.path())?.read_to_end(&mut buffer)? as u64;
            } else {
                bytes += entry.metadata()?.len();
            }
        }
    }
    println!("{bytes} bytes");
    Ok(())
}
