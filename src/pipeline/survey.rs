//! The survey: every file is read once, and of each article only its card is kept.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use uuid::Uuid;

use super::edition::{Outdated, Planned};
use crate::article;
use crate::card::Card;
use crate::diagnostic::{Diagnostic, Finding, Problem};
use crate::error::Error;
use crate::findings::{Counts, Findings};
use crate::group::{Groups, Rank};
use crate::name::FeedNames;
use crate::select::{Reason, Verdict};
use crate::settings::Settings;
use crate::source::{self, Listing};

/// The bytes of a file, or why they cannot be had.
pub(super) type Bytes = Result<Vec<u8>, Problem>;

/// What the files of a source hold together.
pub(super) struct Survey {
    listing: Listing,
    /// Files that changed while they were looked at, as they were read last. They are not read
    /// again, or a busy file could keep a run from ending.
    pinned: BTreeMap<usize, Bytes>,
    /// By kind, in the order of the settings.
    groups: Vec<Groups>,
    pub(super) findings: Findings,
    /// The identities of articles that nobody may hear of, and the spellings of their addresses.
    pub(super) private: HashSet<Uuid>,
}

impl Survey {
    /// Reads the source.
    pub(super) fn of(
        settings: &Settings,
        stop: &(impl Fn() -> bool + Sync),
    ) -> Result<Survey, Error> {
        let listing = source::scan(&settings.source, &settings.output, stop)?;
        Survey::with(settings, listing, BTreeMap::new(), stop)
    }

    /// Reads the source again, some files of which have changed meanwhile.
    pub(super) fn again(
        mut self,
        settings: &Settings,
        outdated: Outdated,
        stop: &(impl Fn() -> bool + Sync),
    ) -> Result<Survey, Error> {
        self.pinned.extend(outdated.0);
        Survey::with(settings, self.listing, self.pinned, stop)
    }

    fn with(
        settings: &Settings,
        listing: Listing,
        pinned: BTreeMap<usize, Bytes>,
        stop: &(impl Fn() -> bool + Sync),
    ) -> Result<Survey, Error> {
        let groups = settings.kinds.iter().cloned().map(Groups::new).collect();
        let (findings, private) = (Findings::default(), HashSet::new());
        let survey = Survey { listing, pinned, groups, findings, private };
        let places = (0..survey.listing.files.len()).into_par_iter().with_min_len(FEW_FILES);
        let nothing = || Harvest::new(settings);
        let harvests = places.try_fold(nothing, |mut harvest, place| {
            if stop() {
                return Err(Error::Interrupted);
            }
            let mut buffer = std::mem::take(&mut harvest.buffer);
            match survey.read(place, &mut buffer)? {
                Ok(bytes) => harvest.add(settings, survey.path(place), place, bytes),
                Err(problem) => harvest.add_unreadable(survey.path(place), problem),
            }
            harvest.buffer = buffer;
            Ok(harvest)
        });
        let harvest = harvests.try_reduce(nothing, |one, other| Ok(one.merge(other)))?;
        Ok(survey.put_together(harvest))
    }

    fn put_together(mut self, harvest: Harvest) -> Survey {
        let mut counts = harvest.counts;
        let mut diagnostics = self.listing.diagnostics.clone();
        counts.files += diagnostics.len();
        counts.faulty += diagnostics.len();
        diagnostics.extend(harvest.diagnostics);
        let duplicates = self.duplicates(harvest.ranks);
        counts.duplicates = duplicates.len();
        diagnostics.extend(duplicates);
        diagnostics.sort_unstable();
        for groups in &harvest.groups {
            counts.ungrouped.insert(groups.kind().by, groups.ungrouped);
        }
        self.findings = Findings { counts, diagnostics };
        self.groups = harvest.groups;
        self.private = harvest.private;
        self
    }

    /// A warning for each article that a newer or earlier file with the same identity stands for.
    fn duplicates(&self, mut ranks: Vec<Rank>) -> Vec<Diagnostic> {
        ranks.sort_unstable_by_key(|&rank| (rank.id, rank));
        let path = |rank: &Rank| self.path(rank.place).to_owned();
        let same = ranks.chunk_by(|one, other| one.id == other.id);
        let pairs = same.filter_map(|same| same.split_first());
        pairs
            .flat_map(|(first, others)| others.iter().map(move |other| (first, other)))
            .map(|(first, other)| {
                Diagnostic::of_file(path(other), Problem::Duplicate { kept: path(first) })
            })
            .collect()
    }

    /// The path of the file at a place.
    pub(super) fn path(&self, place: usize) -> &Path {
        self.listing.files.get(place).map_or(Path::new(""), PathBuf::as_path)
    }

    /// The bytes of the file at a place, in the buffer or pinned.
    pub(super) fn read<'b>(
        &'b self,
        place: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Result<&'b [u8], Problem>, Error> {
        match self.pinned.get(&place) {
            Some(Ok(bytes)) => Ok(Ok(bytes)),
            Some(Err(problem)) => Ok(Err(problem.clone())),
            None => source::read(self.path(place), buffer),
        }
    }

    /// The feeds to be, in the order of the kinds asked for, each sorted by file name.
    pub(super) fn feeds(&self, min_items: usize) -> Vec<Planned<'_>> {
        let mut feeds = Vec::new();
        for groups in &self.groups {
            let kind = groups.kind();
            let large = groups.sorted().filter(|(_, members)| members.len() >= min_items);
            feeds.extend(large.map(|(name, members)| Planned { kind, name, members }));
        }
        feeds
    }
}

/// Files that are not worth a thread of their own.
const FEW_FILES: usize = 64;

/// What some of the files hold together.
struct Harvest {
    groups: Vec<Groups>,
    counts: Counts,
    diagnostics: Vec<Diagnostic>,
    /// Every article that is in, to find those that stand in several files.
    ranks: Vec<Rank>,
    private: HashSet<Uuid>,
    names: FeedNames,
    buffer: Vec<u8>,
}

impl Harvest {
    fn new(settings: &Settings) -> Harvest {
        Harvest {
            groups: settings.kinds.iter().cloned().map(Groups::new).collect(),
            counts: Counts::default(),
            diagnostics: Vec::new(),
            ranks: Vec::new(),
            private: HashSet::new(),
            names: FeedNames::default(),
            buffer: Vec::new(),
        }
    }

    fn add_unreadable(&mut self, path: &Path, problem: Problem) {
        self.counts.files += 1;
        self.counts.faulty += 1;
        self.diagnostics.push(Diagnostic::of_file(path.to_owned(), problem));
    }

    fn add(&mut self, settings: &Settings, path: &Path, place: usize, bytes: &[u8]) {
        self.counts.files += 1;
        let parsed = article::skim(path, bytes, settings.dialect);
        let reading = parsed.reading.map(|head| Card::of(&head, &mut self.names));
        let report = |finding: Finding| Diagnostic { path: path.to_owned(), finding };
        match settings.selection.judge(&parsed.standing, reading) {
            Verdict::In(card, findings) => {
                self.counts.articles += 1;
                self.diagnostics.extend(findings.into_iter().map(report));
                let rank = Rank::new(&card, place);
                self.ranks.push(rank);
                for groups in &mut self.groups {
                    groups.insert(rank, &card);
                }
            }
            Verdict::Out(reason) => {
                *self.counts.left_out.entry(reason).or_default() += 1;
                if reason.is_private() {
                    let addresses = parsed.standing.addresses.iter().flatten();
                    self.private.extend(addresses.flat_map(|address| {
                        [article::identity(address), article::spelling(address)]
                    }));
                } else if reason == Reason::Undated {
                    self.diagnostics.push(Diagnostic::of_file(path.to_owned(), Problem::Undated));
                }
            }
            Verdict::Faulty(finding) => {
                self.counts.faulty += 1;
                self.diagnostics.push(report(finding));
            }
        }
    }

    fn merge(mut self, other: Harvest) -> Harvest {
        let groups = self.groups.into_iter().zip(other.groups);
        self.groups = groups.map(|(one, other)| one.merge(other)).collect();
        self.counts.add(&other.counts);
        self.diagnostics.extend(other.diagnostics);
        self.ranks.extend(other.ranks);
        self.private.extend(other.private);
        self
    }
}
