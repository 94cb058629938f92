//! Buckets: which files a fingerprint may be of, for files that are not where they were.

use super::Fingerprint;

/// As many as two bytes tell apart.
const BUCKETS: usize = 1 << 16;

/// The numbers of files by the first two bytes of their fingerprints, which spread evenly.
#[derive(Debug)]
pub(super) struct Buckets {
    /// Where each bucket starts among the numbers, and the last one ends.
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Buckets {
    /// The buckets of files whose fingerprints come in the order of their numbers.
    #[expect(clippy::indexing_slicing, reason = "two bytes are less than the number of buckets")]
    pub(super) fn of(fingerprints: &[[u8; 16]]) -> Buckets {
        let mut starts = vec![0; BUCKETS + 1];
        for fingerprint in fingerprints {
            starts[bucket(fingerprint) + 1] += 1;
        }
        let mut start = 0;
        for size in &mut starts {
            start += *size;
            *size = start;
        }
        let mut free = starts.clone();
        let mut numbers = vec![0; fingerprints.len()];
        for (number, fingerprint) in (0_u32..).zip(fingerprints) {
            let at = &mut free[bucket(fingerprint)];
            numbers[*at as usize] = number;
            *at += 1;
        }
        Buckets { starts, numbers }
    }

    /// The files that a fingerprint may be of.
    pub(super) fn candidates(&self, fingerprint: Fingerprint) -> &[u32] {
        let bucket = bucket(fingerprint.as_bytes());
        let start = |bucket: usize| self.starts.get(bucket).map_or(0, |&start| start as usize);
        self.numbers.get(start(bucket)..start(bucket + 1)).unwrap_or_default()
    }
}

fn bucket([first, second, ..]: &[u8; 16]) -> usize {
    usize::from(u16::from_be_bytes([*first, *second]))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_is_among_its_candidates() {
        let metadata = fs::metadata(env!("CARGO_MANIFEST_DIR")).unwrap();
        let of = |n: u32| Fingerprint::of(Path::new(&n.to_string()), &metadata);
        for count in [0, 1, 2, 3_000] {
            let files: Vec<Fingerprint> = (0..count).map(of).collect();
            let bytes: Vec<[u8; 16]> = files.iter().map(|file| *file.as_bytes()).collect();
            let buckets = Buckets::of(&bytes);
            for (number, &file) in (0_u32..).zip(&files) {
                assert!(buckets.candidates(file).contains(&number), "{number} of {count}");
            }
            assert!(buckets.candidates(of(count)).len() < 10);
        }
    }
}
