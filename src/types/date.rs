//! Dates: lenient in, exact out. The only module that knows how a date is written.
//!
//! In: what Jekyll, Hugo and YAML 1.1 accept. A date without a zone is UTC, never the zone of the
//! machine; a date without a time is midnight. Out: RFC 822 for RSS, RFC 3339 for the others.

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;
use std::time::SystemTime;

use chrono::format::{Item, StrftimeItems};
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, SecondsFormat, SubsecRound,
    TimeDelta, TimeZone as _, Utc,
};
use chrono_tz::Tz;

/// The format that every entry of RSS is written in, taken apart once.
static RFC_822: LazyLock<Vec<Item<'_>>> =
    LazyLock::new(|| StrftimeItems::new("%a, %d %b %Y %H:%M:%S GMT").collect());

/// An instant in UTC between the years 1 and 9999, so that every format can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Reads a date as articles write it, for example `2021-06-09T13:33:00Z`,
    /// `2020-05-10 05:45:41 +0200`, `2020-05-10` or `Sun, 10 May 2020 05:45:41 GMT`.
    ///
    /// Returns `None` for what is not a date, and for days, hours and offsets that do not exist.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        parse_iso(text).or_else(|| {
            DateTime::parse_from_rfc2822(text).ok().and_then(|date| Timestamp::new(date.to_utc()))
        })
    }

    /// Reads a date as [`parse`](Self::parse) does; one without a zone is of this one.
    pub(crate) fn parse_in(text: &str, zone: Zone) -> Option<Timestamp> {
        if zone == Zone::default() {
            return Timestamp::parse(text);
        }
        let mut rest = Rest(text.trim());
        match parse_local(&mut rest) {
            Some(local) if rest.0.is_empty() => zone.instant(local),
            _ => Timestamp::parse(text),
        }
    }

    /// What a clock of a zone shows then, taken for UTC.
    pub(crate) fn shown_in(self, zone: Zone) -> Timestamp {
        let local = self.0.with_timezone(&zone.0).naive_local();
        Timestamp::new(local.and_utc()).unwrap_or(self)
    }

    /// Reads a date as [`parse`](Self::parse) does, but says of it what a clock showed there.
    pub(crate) fn parse_as_written(text: &str) -> Option<Timestamp> {
        let date = Timestamp::parse(text)?;
        let mut rest = Rest(text.trim());
        let offset = parse_local(&mut rest).and_then(|_| rest.zone());
        Some(offset.and_then(|offset| Timestamp::new(date.0 + offset)).unwrap_or(date))
    }

    /// A leap second becomes the second before it: formats and readers do not know the sixty-first.
    fn new(date: DateTime<Utc>) -> Option<Timestamp> {
        let nanos = date.timestamp_subsec_nanos() % 1_000_000_000;
        let date = DateTime::from_timestamp(date.timestamp(), nanos)?;
        (1..=9999).contains(&date.year()).then_some(Timestamp(date))
    }

    /// What a clock shows, if its year lies within 1 to 9999.
    pub fn from_system(clock: SystemTime) -> Option<Timestamp> {
        Timestamp::new(DateTime::from(clock))
    }

    /// Without the fraction of the second, which no feed writes.
    #[must_use]
    pub fn whole_seconds(self) -> Timestamp {
        Timestamp(self.0.trunc_subsecs(0))
    }

    /// As RSS 2.0 writes it: `Wed, 09 Jun 2021 13:33:00 GMT` (RFC 822 with a four-digit year).
    pub fn to_rfc822(self) -> String {
        let mut text = String::with_capacity("Wed, 09 Jun 2021 13:33:00 GMT".len());
        // It cannot fail, for a text takes whatever is written.
        let _ = self.0.format_with_items(RFC_822.iter()).write_to(&mut text);
        text
    }

    /// As Atom and JSON Feed write it, in whole seconds: `2021-06-09T13:33:00Z` (RFC 3339).
    pub fn to_rfc3339(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The day: `2021-06-09`.
    pub fn date(self) -> String {
        self.0.format("%Y-%m-%d").to_string()
    }

    /// A part of the date, as `strftime` names it.
    pub(crate) fn formatted(self, part: &'static str) -> String {
        self.0.format(part).to_string()
    }

    /// The day before, the day and the day after.
    pub(crate) fn days_around(self) -> [String; 3] {
        [-1, 0, 1].map(|days| {
            let other = self.0.checked_add_signed(TimeDelta::days(days)).unwrap_or(self.0);
            Timestamp(other).date()
        })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, which are negative before.
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// Seconds since 1970, and the nanoseconds after.
    pub(crate) fn parts(self) -> (i64, u32) {
        (self.0.timestamp(), self.0.timestamp_subsec_nanos())
    }

    /// The inverse of [`parts`](Self::parts).
    pub(crate) fn from_parts((seconds, nanos): (i64, u32)) -> Option<Timestamp> {
        DateTime::from_timestamp(seconds, nanos).and_then(Timestamp::new)
    }

    /// As the Atom crate wants it.
    pub(crate) fn to_fixed(self) -> DateTime<FixedOffset> {
        self.0.fixed_offset()
    }
}

/// A time zone of the IANA database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Default for Zone {
    fn default() -> Self {
        Zone(Tz::UTC)
    }
}

impl Zone {
    /// The zone of a name such as `Europe/Berlin`.
    pub fn named(name: &str) -> Option<Zone> {
        name.trim().parse().ok().map(Zone)
    }

    /// When a clock of the zone shows this: the first time if it does so twice. Where it leaps over
    /// it, the same distance behind the leap.
    fn instant(self, local: NaiveDateTime) -> Option<Timestamp> {
        let at = |local: NaiveDateTime| self.0.from_local_datetime(&local).earliest();
        let day = TimeDelta::days(1);
        let leapt = || Some(at(local.checked_sub_signed(day)?)? + day);
        at(local).or_else(leapt).and_then(|date| Timestamp::new(date.to_utc()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// The name that says what a file is: without its extension; that of its folder for an `index`.
pub(crate) fn named(path: &Path) -> Option<&str> {
    let named = if is_index(path) { path.parent()?.file_name()? } else { path.file_stem()? };
    named.to_str()
}

/// Whether a file stands for its folder.
pub(crate) fn is_index(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "index")
}

/// The date that a name begins with: `2021-06-09-title`.
pub(crate) fn of_name(name: &str, zone: Zone) -> Option<Timestamp> {
    after_date(name)?;
    Timestamp::parse_in(name.get(..10)?, zone)
}

/// A name without the date that it begins with, if there is more to it.
pub(crate) fn without_date(name: &str) -> &str {
    after_date(name).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// What follows the date that a name begins with.
fn after_date(name: &str) -> Option<&str> {
    Timestamp::parse(name.get(..10)?)?;
    let rest = name.get(10..)?;
    let separated = rest.is_empty() || rest.starts_with(['-', '_', '.', ' ']);
    let mut after = rest.chars();
    after.next();
    separated.then_some(after.as_str())
}

/// `YYYY-M-D`, then perhaps a time after `T` or spaces, then perhaps a zone.
fn parse_iso(text: &str) -> Option<Timestamp> {
    let mut rest = Rest(text);
    let local = parse_local(&mut rest)?;
    let offset = rest.zone()?;
    Timestamp::new(local.checked_sub_signed(offset)?.and_utc())
}

/// What stands before the zone.
fn parse_local(rest: &mut Rest<'_>) -> Option<NaiveDateTime> {
    let year = rest.digits(4, 4)?;
    let separator = if rest.skip('-') { '-' } else { rest.skip('/').then_some('/')? };
    let month = rest.digits(1, 2)?;
    rest.skip(separator).then_some(())?;
    let day = rest.digits(1, 2)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    if rest.0.is_empty() {
        return date.and_hms_opt(0, 0, 0);
    }
    if !(rest.skip('T') || rest.skip('t')) {
        rest.blanks().then_some(())?;
    }
    let hour = rest.digits(1, 2)?;
    rest.skip(':').then_some(())?;
    let minute = rest.digits(2, 2)?;
    let mut second = 0;
    let mut nanos = 0;
    if rest.skip(':') {
        second = rest.digits(2, 2)?;
        // The leap second, as in `new`.
        second -= u32::from(second == 60);
        if rest.skip('.') || rest.skip(',') {
            nanos = rest.fraction()?;
        }
    }
    rest.blanks();
    date.and_hms_nano_opt(hour, minute, second, nanos)
}

/// What is still to be read of a date.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn skip(&mut self, wanted: char) -> bool {
        self.0.strip_prefix(wanted).is_some_and(|rest| {
            self.0 = rest;
            true
        })
    }

    fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let any = rest.len() < self.0.len();
        self.0 = rest;
        any
    }

    /// The longest run of ASCII digits here, if it has `least` to `most` of them.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        (least..=most).contains(&end).then(|| digits.parse().ok())?
    }

    /// Digits after the point of the seconds, as nanoseconds; those after the ninth are dropped.
    fn fraction(&mut self) -> Option<u32> {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
        (end > 0).then(|| nine.parse().ok())?
    }

    /// Nothing, `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02` or `-5`, up to the end.
    fn zone(&mut self) -> Option<TimeDelta> {
        let zone = self.0;
        if ["", "z", "utc", "gmt"].iter().any(|utc| utc.eq_ignore_ascii_case(zone)) {
            return Some(TimeDelta::zero());
        }
        let sign = if self.skip('+') { 1 } else { self.skip('-').then_some(-1)? };
        let (hours, minutes) = match self.0.split_once(':') {
            Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
            Some(_) => return None,
            None if self.0.len() == 4 => self.0.split_at_checked(2)?,
            None => (self.0, "0"),
        };
        let hours = Rest(hours).whole(2)?;
        let minutes = Rest(minutes).whole(2)?;
        (hours < 24 && minutes < 60)
            .then(|| TimeDelta::minutes(sign * (i64::from(hours) * 60 + i64::from(minutes))))
    }

    fn whole(mut self, most: usize) -> Option<u32> {
        let number = self.digits(1, most)?;
        self.0.is_empty().then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_instant() {
        for text in [
            "2021-06-09T13:33:00Z",
            "2021-06-09t13:33:00z",
            "2021-06-09 13:33:00 +0000",
            "2021-06-09 15:33:00 +02:00",
            "2021-06-09 15:33 +02",
            "2021-6-9 8:33:00 -5",
            "2021-06-09T13:33:00.000",
            "2021/06/09 13:33",
            " 2021-06-09 13:33:00 UTC ",
            "Wed, 09 Jun 2021 13:33:00 GMT",
            "9 Jun 2021 15:33:00 +0200",
        ] {
            let date = Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(date.to_rfc3339(), "2021-06-09T13:33:00Z", "{text}");
            assert_eq!(date.to_rfc822(), "Wed, 09 Jun 2021 13:33:00 GMT", "{text}");
        }
        let midnight = Timestamp::parse("2021-06-09").unwrap();
        assert_eq!(midnight.to_rfc3339(), "2021-06-09T00:00:00Z");
    }

    #[test]
    fn fractions_order_but_are_not_written() {
        let early = Timestamp::parse("2021-06-09T13:33:00.1Z").unwrap();
        let late = Timestamp::parse("2021-06-09T13:33:00.123456789123Z").unwrap();
        assert!(early < late);
        assert_eq!(early.to_rfc3339(), late.to_rfc3339());
        assert_eq!(late.whole_seconds().to_fixed().to_rfc3339(), "2021-06-09T13:33:00+00:00");
    }

    #[test]
    fn a_leap_second_is_the_second_before_it() {
        for text in ["2016-12-31T23:59:60Z", "Sat, 31 Dec 2016 23:59:60 GMT"] {
            assert_eq!(Timestamp::parse(text).unwrap().to_rfc3339(), "2016-12-31T23:59:59Z");
        }
        assert_eq!(Timestamp::parse("2016-12-31T23:59:61Z"), None);
    }

    #[test]
    fn what_is_not_a_date() {
        for text in [
            "",
            "yesterday",
            "true",
            "2021",
            "2021-13-01",
            "2021-02-30",
            "2021-06-09T25:00:00Z",
            "2021-06-09T13:60:00Z",
            "2021-06-09T13:33:00+99:00",
            "2021-06-09T13:33:00+01:2",
            "2021-06-09T13:33:00Zulu",
            "2021-06-09T",
            "2021-06-09x13:33",
            "2021-06/09",
            "20210609",
            "12021-06-09",
            "0000-01-01",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "२०२१-०६-०९",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert!(Timestamp::parse("0001-01-01").is_some());
        assert!(Timestamp::parse("9999-12-31T23:59:59Z").is_some());
    }

    #[test]
    fn dates_without_a_zone_are_of_the_zone_that_is_said() {
        let zone = Zone::named("America/New_York").unwrap();
        for (text, instant) in [
            ("2024-05-01 22:00", "2024-05-02T02:00:00Z"),
            ("2024-01-01", "2024-01-01T05:00:00Z"),
            ("2024-05-01T22:00:00Z", "2024-05-01T22:00:00Z"),
            ("2024-05-01 22:00 +0200", "2024-05-01T20:00:00Z"),
            // Shown twice: the first time. Leapt over: as far behind.
            ("2024-11-03 01:30", "2024-11-03T05:30:00Z"),
            ("2024-03-10 02:30", "2024-03-10T07:30:00Z"),
        ] {
            let date = Timestamp::parse_in(text, zone).map(Timestamp::to_rfc3339);
            assert_eq!(date.as_deref(), Some(instant), "{text}");
        }
        assert_eq!(
            Timestamp::parse("2024-05-02T02:00:00Z").unwrap().shown_in(zone).date(),
            "2024-05-01"
        );
        assert_eq!(
            Timestamp::parse_as_written("2024-03-09T23:30:00-05:00").unwrap().date(),
            "2024-03-09"
        );
        assert_eq!(Zone::named("Mars/Olympus"), None);
    }
}
