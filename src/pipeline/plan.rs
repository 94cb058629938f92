//! Planned feeds: which articles will be in which feed.

use std::collections::BTreeSet;

use crate::cache::FeedRecord;
use crate::feed::FeedSet;
use crate::feed::group::{Groups, Rank};
use crate::listing::Outline;
use crate::settings::Settings;
use crate::types::{FeedSlug, WebUrl};

/// A feed that will be built.
pub(super) struct PlannedFeed<'a> {
    pub(super) set: &'a FeedSet,
    pub(super) slug: &'a FeedSlug,
    /// Newest first.
    pub(super) members: &'a BTreeSet<Rank>,
    groups: &'a Groups,
}

impl<'a> PlannedFeed<'a> {
    /// The feeds of some groups with at least `min_items` members, sorted by slug.
    pub(super) fn from_groups(
        groups: &'a Groups,
        min_items: usize,
    ) -> impl Iterator<Item = PlannedFeed<'a>> {
        let large = groups.sorted().filter(move |(_, members)| members.len() >= min_items);
        large.map(|(slug, members)| PlannedFeed { set: groups.feed_set(), slug, members, groups })
    }

    /// The indices of the files of its members.
    pub(super) fn files(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(|rank| rank.file)
    }

    /// The feed without the extension of a format, relative to the output folder: `topic/ai`.
    pub(super) fn location(&self) -> String {
        self.set.location(self.slug)
    }

    /// The names of its files, relative to the output folder: one for each format, then its page.
    pub(super) fn file_names(&self, settings: &Settings) -> Vec<String> {
        file_names(settings, &self.location())
    }

    /// Its outline, made from the record of a build from the same articles.
    pub(super) fn outline(&self, record: &FeedRecord, settings: &Settings) -> Option<Outline> {
        let location = self.location();
        Some(Outline {
            by: self.set.by,
            name: record.name.clone(),
            title: record.title.clone(),
            home: WebUrl::parse(&record.home).ok()?,
            files: settings.formats.iter().map(|format| format.file_at(&location)).collect(),
            page: settings.site.page_of(&location),
            entries: self.len(),
            newest: self.members.first()?.published.0.whole_seconds(),
            newest_title: record.newest_title.clone(),
            newest_link: WebUrl::parse(&record.newest_link).ok()?,
        })
    }

    /// The provider of the article in a file, if the feed limits entries per provider.
    pub(super) fn provider(&self, file: usize) -> Option<&FeedSlug> {
        self.groups.provider(file)
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }
}

/// The names of the files of the feed at a location: one for each format, then its page.
pub(super) fn file_names(settings: &Settings, location: &str) -> Vec<String> {
    let formats = settings.formats.iter().map(|format| format.file_at(location));
    formats.chain(settings.site.page_of(location)).collect()
}
