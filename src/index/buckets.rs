//! Buckets: which files a fingerprint may be of, for files that are not where they were.

use super::Fingerprint;

/// As many as two bytes tell apart.
const BUCKETS: usize = 1 << 16;

/// The numbers of files by the first two bytes of their fingerprints, which spread evenly.
#[derive(Debug)]
pub(super) struct Buckets {
    /// Where each bucket ends among the numbers, and the next one begins.
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Buckets {
    /// The buckets of files whose fingerprints come in the order of their numbers. `None` if there
    /// are too many.
    pub(super) fn of<'f>(fingerprints: impl Iterator<Item = &'f [u8; 16]> + Clone) -> Option<Self> {
        let mut ends = vec![0_u32; BUCKETS];
        let mut count = 0_u32;
        for fingerprint in fingerprints.clone() {
            *ends.get_mut(bucket(fingerprint))? += 1;
            count = count.checked_add(1)?;
        }
        // Each bucket is filled from its end, which becomes its beginning.
        let mut end = 0;
        for size in &mut ends {
            end += *size;
            *size = end;
        }
        let mut numbers = vec![0; count as usize];
        for (number, fingerprint) in (0_u32..).zip(fingerprints) {
            let end = ends.get_mut(bucket(fingerprint))?;
            *end -= 1;
            *numbers.get_mut(*end as usize)? = number;
        }
        // Where the next one begins a bucket ends.
        ends.rotate_left(1);
        *ends.last_mut()? = count;
        Some(Buckets { ends, numbers })
    }

    /// The files that a fingerprint may be of.
    pub(super) fn candidates(&self, fingerprint: Fingerprint) -> &[u32] {
        let bucket = bucket(fingerprint.as_bytes());
        let end = |bucket: usize| self.ends.get(bucket).map_or(0, |&end| end as usize);
        let start = bucket.checked_sub(1).map_or(0, end);
        self.numbers.get(start..end(bucket)).unwrap_or_default()
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
            let buckets = Buckets::of(files.iter().map(Fingerprint::as_bytes)).unwrap();
            for (number, &file) in (0_u32..).zip(&files) {
                assert!(buckets.candidates(file).contains(&number), "{number} of {count}");
            }
            assert!(buckets.candidates(of(count)).len() < 10);
        }
    }
}
