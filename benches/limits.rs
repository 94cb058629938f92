//! Measures the file system alone: `limits stat FOLDER` calls `stat` for every file, `limits read
//! FOLDER` reads every byte. `compare.py` compiles it.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let reads = arguments.next().as_deref() == Some("read");
    let mut folders: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
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
