//! Parses dates leniently and writes them exactly.
//!
//! It accepts what Jekyll, Hugo, JavaScript and YAML 1.1 accept. A date without a zone is UTC, never the zone of
//! the machine; a date without a time is midnight. It writes RFC 822 for RSS and RFC 3339 for the
//! other formats.

mod words;

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;
use std::time::SystemTime;

use chrono::format::{Item, StrftimeItems};
use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, SecondsFormat, SubsecRound,
    TimeDelta, TimeZone as _, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The format of each date in RSS, parsed once.
static RFC_822: LazyLock<Vec<Item<'_>>> =
    LazyLock::new(|| StrftimeItems::new("%a, %d %b %Y %H:%M:%S GMT").collect());

/// An instant in UTC in the years 1 to 9999, which every format can express.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.parts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let parts = Deserialize::deserialize(deserializer)?;
        Timestamp::from_parts(parts).ok_or_else(|| de::Error::custom("no date"))
    }
}

impl Timestamp {
    /// Parses a date as articles write it, for example `2021-06-09T13:33:00Z`,
    /// `2020-05-10 05:45:41 +0200`, `2020-05-10`, `Sun, 10 May 2020 05:45:41 GMT`, `May 10, 2020` or
    /// `1589089541`, the seconds since 1970.
    ///
    /// Returns `None` for other text, and for days, hours and offsets that do not exist.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let rfc_2822 = || Timestamp::new(DateTime::parse_from_rfc2822(text).ok()?.to_utc());
        let in_words = || {
            let (local, offset) = words::parse(text)?;
            let utc = local.checked_sub_signed(offset.unwrap_or_default())?;
            Timestamp::new(utc.and_utc())
        };
        parse_iso(text).or_else(rfc_2822).or_else(in_words).or_else(|| parse_unix(text))
    }

    /// Parses a date as [`parse`](Self::parse) does, but takes a date without a zone for local time
    /// in `zone`.
    pub(crate) fn parse_in(text: &str, zone: Zone) -> Option<Timestamp> {
        if zone == Zone::default() {
            return Timestamp::parse(text);
        }
        let mut rest = Rest(text.trim());
        match rest.local_time() {
            Some(local) if rest.0.is_empty() => zone.instant(local),
            _ => match words::parse(text) {
                Some((local, None)) => zone.instant(local),
                _ => Timestamp::parse(text),
            },
        }
    }

    /// Parses a date in a form that is written in the notation of `strftime`: a date with or without a
    /// time, and that with or without a zone.
    pub(crate) fn parse_format(text: &str, format: &str, zone: Zone) -> Option<Timestamp> {
        let text = text.trim();
        if let Ok(date) = DateTime::parse_from_str(text, format) {
            return Timestamp::new(date.to_utc());
        }
        let midnight = |text| NaiveDate::parse_from_str(text, format).ok()?.and_hms_opt(0, 0, 0);
        zone.instant(NaiveDateTime::parse_from_str(text, format).ok().or_else(|| midnight(text))?)
    }

    /// The first date in a text, as [`parse_in`](Self::parse_in) reads it: `By Ann on 3 May 2024, updated`.
    pub(crate) fn find_in(text: &str, zone: Zone) -> Option<Timestamp> {
        let words: Vec<&str> = text.split_whitespace().take(MAX_WORDS).collect();
        let is_date =
            |text: &&str| text.len() >= MIN_DATE && !text.bytes().all(|b| b.is_ascii_digit());
        (0..words.len()).find_map(|from| {
            (from + 1..=words.len().min(from + MAX_DATE_WORDS)).rev().find_map(|to| {
                let joined = words.get(from..to)?.join(" ");
                let date = joined.trim_matches(|c: char| c.is_ascii_punctuation());
                Some(date).filter(is_date).and_then(|date| Timestamp::parse_in(date, zone))
            })
        })
    }

    /// Parses a date of numbers that begins with the day, as Ruby reads it: `11-9-2017`.
    pub(crate) fn parse_day_first(text: &str, zone: Zone) -> Option<Timestamp> {
        let text = text.trim();
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (date, time) = text.split_at_checked(end)?;
        let separator = date.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
        let parts: Vec<&str> = date.split(separator).collect();
        let [day, month, year] = parts.as_slice() else { return None };
        Timestamp::parse_in(&format!("{year}-{month}-{day}{time}"), zone)
    }

    /// Parses a date that something else follows, as Ruby reads it, unless that may be a time.
    pub(crate) fn parse_beginning(text: &str, zone: Zone) -> Option<Timestamp> {
        let (date, rest) = text.trim().split_once(char::is_whitespace)?;
        let bytes = rest.as_bytes();
        let is_time = bytes
            .windows(3)
            .any(|three| matches!(three, [a, b':', b] if a.is_ascii_digit() && b.is_ascii_digit()));
        if is_time { None } else { Timestamp::parse_in(date, zone) }
    }

    /// Whether a text is a date with a time and without a zone, as YAML 1.1 has it: that is an instant
    /// in UTC, while any other text is left to the program that reads it.
    pub(crate) fn is_yaml(text: &str) -> bool {
        let mut rest = Rest(text.trim());
        rest.local_time().is_some() && rest.0.is_empty() && text.matches(':').count() == 2
    }

    /// The day in a path: `/2024/05/01/name`.
    pub(crate) fn in_path(path: &str, zone: Zone) -> Option<Timestamp> {
        let parts: Vec<&str> = path.split('/').collect();
        parts.windows(3).find_map(|parts| {
            let [year, month, day] = parts else { return None };
            let is_date = year.len() == 4 && month.len() == 2 && day.len() == 2;
            is_date.then(|| Timestamp::parse_in(&format!("{year}-{month}-{day}"), zone))?
        })
    }

    /// The local time in a zone, as if it were UTC.
    pub(crate) fn shown_in(self, zone: Zone) -> Timestamp {
        let local = self.0.with_timezone(&zone.0).naive_local();
        Timestamp::new(local.and_utc()).unwrap_or(self)
    }

    /// Parses a date as [`parse`](Self::parse) does, but ignores its zone, so that the result has the
    /// day and the hour of the text.
    pub(crate) fn parse_as_written(text: &str) -> Option<Timestamp> {
        let date = Timestamp::parse(text)?;
        let mut rest = Rest(text.trim());
        let offset = rest.local_time().and_then(|_| rest.offset());
        let as_written = || offset.and_then(|offset| Timestamp::new(date.0 + offset));
        let in_words = || {
            let (local, _) = words::parse(text).filter(|_| parse_iso(text.trim()).is_none())?;
            Timestamp::new(local.and_utc())
        };
        Some(as_written().or_else(in_words).unwrap_or(date))
    }

    /// A leap second becomes the second before it: neither formats nor readers accept second 60.
    fn new(date: DateTime<Utc>) -> Option<Timestamp> {
        let nanos = date.timestamp_subsec_nanos() % 1_000_000_000;
        let date = DateTime::from_timestamp(date.timestamp(), nanos)?;
        (1..=9999).contains(&date.year()).then_some(Timestamp(date))
    }

    /// The time of a clock; `None` outside the years 1 to 9999.
    pub fn from_system(clock: SystemTime) -> Option<Timestamp> {
        Timestamp::new(DateTime::from(clock))
    }

    /// Drops the fraction of the second, which no feed contains.
    #[must_use]
    pub fn whole_seconds(self) -> Timestamp {
        Timestamp(self.0.trunc_subsecs(0))
    }

    /// The form of RSS 2.0: `Wed, 09 Jun 2021 13:33:00 GMT` (RFC 822 with a four-digit year).
    pub fn to_rfc822(self) -> String {
        let mut text = String::with_capacity("Wed, 09 Jun 2021 13:33:00 GMT".len());
        // Writing to a string cannot fail.
        let _ = self.0.format_with_items(RFC_822.iter()).write_to(&mut text);
        text
    }

    /// The form of Atom and JSON Feed, in whole seconds: `2021-06-09T13:33:00Z` (RFC 3339).
    pub fn to_rfc3339(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The day: `2021-06-09`.
    pub fn date(self) -> String {
        self.0.format("%Y-%m-%d").to_string()
    }

    /// A part of the date, in the notation of `strftime`.
    pub(crate) fn formatted(self, part: &'static str) -> String {
        self.0.format(part).to_string()
    }

    /// The day before, the day and the day after.
    pub(crate) fn days_around(self) -> [String; 3] {
        [-1, 0, 1].map(|days| {
            let date = self.0.checked_add_signed(TimeDelta::days(days)).unwrap_or(self.0);
            Timestamp(date).date()
        })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z; negative before.
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// Whole seconds since 1970, and the nanoseconds after them.
    pub(crate) fn parts(self) -> (i64, u32) {
        (self.0.timestamp(), self.0.timestamp_subsec_nanos())
    }

    /// The inverse of [`parts`](Self::parts).
    pub(crate) fn from_parts((seconds, nanos): (i64, u32)) -> Option<Timestamp> {
        DateTime::from_timestamp(seconds, nanos).and_then(Timestamp::new)
    }

    /// The type that the Atom crate requires.
    pub(crate) fn to_fixed(self) -> DateTime<FixedOffset> {
        self.0.fixed_offset()
    }
}

/// Bytes of the shortest date that is looked for in a text: `1 May 24`.
const MIN_DATE: usize = 8;

/// Words of the longest date: `Sun, 10 May 2020 05:45:41 PM GMT`.
const MAX_DATE_WORDS: usize = 7;

/// Words of a text in which a date is looked for.
const MAX_WORDS: usize = 40;

/// A time zone of the IANA database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// The zone with a name such as `Europe/Berlin`.
    pub fn named(name: &str) -> Option<Zone> {
        name.trim().parse().ok().map(Zone)
    }

    /// The instant of a local time: the earlier of two, and for a time that a clock change skips, a
    /// day after the same time of the day before.
    fn instant(self, local: NaiveDateTime) -> Option<Timestamp> {
        let instant = |local: NaiveDateTime| self.0.from_local_datetime(&local).earliest();
        let day = TimeDelta::days(1);
        let skipped = || Some(instant(local.checked_sub_signed(day)?)? + day);
        instant(local).or_else(skipped).and_then(|date| Timestamp::new(date.to_utc()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// The name of an article's file without its extension; for an `index` file, the name of its folder.
pub(crate) fn base_name(path: &Path) -> Option<&str> {
    let name = if is_index(path) { path.parent()?.file_name()? } else { path.file_stem()? };
    name.to_str()
}

/// Whether a file contains the article of its folder.
pub(crate) fn is_index(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "index")
}

/// The date at the beginning of a name: `2021-06-09-title`.
pub(crate) fn from_name(name: &str, short_years: bool, zone: Zone) -> Option<Timestamp> {
    let (date, _) = split_name(name, short_years)?;
    zone.instant(date.and_hms_opt(0, 0, 0)?)
}

/// A name without the date at its beginning, unless the date is the whole name.
pub(crate) fn without_date(name: &str, short_years: bool) -> &str {
    let rest = split_name(name, short_years).and_then(|(_, rest)| rest.get(1..));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// The date at the beginning of a name, and the rest, which is empty or begins with a separator. A year
/// of two digits counts if `short_years`, and is one of 1969 to 2068; a day after the end of a month is
/// then one of the next month. Both are what Ruby makes of them.
pub(crate) fn split_name(name: &str, short_years: bool) -> Option<(NaiveDate, &str)> {
    let mut rest = Rest(name);
    let digits = rest.digits();
    let year = match digits.len() {
        4 => digits.parse().ok()?,
        2 if short_years => {
            digits.parse::<i32>().ok().map(|year| year + if year < 69 { 2000 } else { 1900 })?
        }
        _ => return None,
    };
    rest.skip('-').then_some(())?;
    let month = rest.number(1, 2)?;
    rest.skip('-').then_some(())?;
    let day = rest.number(1, 2)?;
    let after_end = || {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let days = Days::new(u64::from(day.saturating_sub(1)));
        (short_years && (29..=31).contains(&day)).then(|| first.checked_add_days(days))?
    };
    let date = NaiveDate::from_ymd_opt(year, month, day).or_else(after_end)?;
    let is_end = rest.0.is_empty() || rest.0.starts_with(['-', '_', '.', ' ']);
    is_end.then_some((date, rest.0))
}

/// Parses `YYYY-M-D`, optionally with a time after `T` or spaces, optionally with a zone.
fn parse_iso(text: &str) -> Option<Timestamp> {
    let mut rest = Rest(text);
    let local = rest.local_time()?;
    let offset = rest.offset()?;
    Timestamp::new(local.checked_sub_signed(offset)?.and_utc())
}

/// Parses the seconds since 1970, or the milliseconds as JavaScript has them. A shorter number may be a
/// day or a year.
fn parse_unix(text: &str) -> Option<Timestamp> {
    let number: i64 =
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())??;
    let seconds = match text.len() {
        9 | 10 => number,
        12 | 13 => number / 1000,
        _ => return None,
    };
    Timestamp::from_parts((seconds, 0))
}

/// The part of a date that is not parsed yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// The date and the time, up to the zone.
    fn local_time(&mut self) -> Option<NaiveDateTime> {
        let year = self.number(4, 4)?;
        let separator = if self.skip('-') { '-' } else { self.skip('/').then_some('/')? };
        let month = self.number(1, 2)?;
        self.skip(separator).then_some(())?;
        let day = self.number(1, 2)?;
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        if self.0.is_empty() {
            return date.and_hms_opt(0, 0, 0);
        }
        (self.skip('T') || self.skip('t') || self.skip_blanks()).then_some(())?;
        let hour = self.number(1, 2)?;
        self.skip(':').then_some(())?;
        let minute = self.number(2, 2)?;
        let mut second = 0;
        let mut nanos = 0;
        if self.skip(':') {
            second = self.number(2, 2)?;
            // A leap second, as in `Timestamp::new`.
            second -= u32::from(second == 60);
            if self.skip('.') || self.skip(',') {
                nanos = self.nanoseconds()?;
            }
        }
        self.skip_blanks();
        date.and_hms_nano_opt(hour, minute, second, nanos)
    }

    fn skip(&mut self, expected: char) -> bool {
        let rest = self.0.strip_prefix(expected);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn skip_blanks(&mut self) -> bool {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let skipped = rest.len() < self.0.len();
        self.0 = rest;
        skipped
    }

    /// The longest run of ASCII digits here.
    fn digits(&mut self) -> &'a str {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        digits
    }

    /// The longest run of ASCII digits here, if it has `min` to `max` of them.
    fn number(&mut self, min: usize, max: usize) -> Option<u32> {
        let digits = self.digits();
        (min..=max).contains(&digits.len()).then(|| digits.parse().ok())?
    }

    /// The digits of a fraction of a second; those after the ninth are dropped.
    fn nanoseconds(&mut self) -> Option<u32> {
        let digits = self.digits();
        (!digits.is_empty()).then(|| format!("{digits:0<9.9}").parse().ok())?
    }

    /// Nothing, `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02` or `-5`, up to the end.
    fn offset(&mut self) -> Option<TimeDelta> {
        if ["", "z", "utc", "gmt"].iter().any(|utc| utc.eq_ignore_ascii_case(self.0)) {
            return Some(TimeDelta::zero());
        }
        let sign = if self.skip('+') { 1 } else { self.skip('-').then_some(-1)? };
        let (hours, minutes) = match self.0.split_once(':') {
            Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
            Some(_) => return None,
            None if self.0.len() == 4 => self.0.split_at_checked(2)?,
            None => (self.0, "0"),
        };
        let whole = |text: &str| -> Option<u32> {
            let mut rest = Rest(text);
            rest.number(1, 2).filter(|_| rest.0.is_empty())
        };
        let (hours, minutes) = (whole(hours)?, whole(minutes)?);
        (hours < 24 && minutes < 60)
            .then(|| TimeDelta::minutes(sign * (i64::from(hours) * 60 + i64::from(minutes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_in_all_its_forms() {
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
            "June 9, 2021 1:33 PM",
            "Jun. 9th 2021, 13:33:00",
            "Wednesday, 9 June 2021 at 1:33pm",
            "Wed Jun 09 2021 15:33:00 GMT+0200 (CEST)",
            "Wed Jun  9 13:33:00 UTC 2021",
            "2021-06-09 08:33:00 EST",
            "2021-06-09 08:33:00 2021 -0500",
            "2021-06-09 15:33:00 +0200 CEST",
            "2021.06.09 13:33",
            "1623245580",
            "1623245580000",
        ] {
            let date = Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(date.to_rfc3339(), "2021-06-09T13:33:00Z", "{text}");
            assert_eq!(date.to_rfc822(), "Wed, 09 Jun 2021 13:33:00 GMT", "{text}");
        }
        for text in ["2021-06-09", "June 9, 2021", "09 Jun 2021", "Jun 09 2021", "9 june 2021"] {
            let midnight = Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(midnight.to_rfc3339(), "2021-06-09T00:00:00Z");
        }
        let midnight = Timestamp::parse("12:05 am, June 9, 2021").unwrap();
        assert_eq!(midnight.to_rfc3339(), "2021-06-09T00:05:00Z");
    }

    #[test]
    fn fractions_are_compared_but_not_written() {
        let early = Timestamp::parse("2021-06-09T13:33:00.1Z").unwrap();
        let late = Timestamp::parse("2021-06-09T13:33:00.123456789123Z").unwrap();
        assert!(early < late);
        assert_eq!(early.to_rfc3339(), late.to_rfc3339());
        assert_eq!(late.whole_seconds().to_fixed().to_rfc3339(), "2021-06-09T13:33:00+00:00");
    }

    #[test]
    fn a_leap_second_becomes_the_second_before_it() {
        for text in ["2016-12-31T23:59:60Z", "Sat, 31 Dec 2016 23:59:60 GMT"] {
            assert_eq!(Timestamp::parse(text).unwrap().to_rfc3339(), "2016-12-31T23:59:59Z");
        }
        assert_eq!(Timestamp::parse("2016-12-31T23:59:61Z"), None);
    }

    #[test]
    fn other_text_is_not_a_date() {
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
            "June 2021",
            "June 31, 2021",
            "June July 9 2021",
            "9 Juno 2021",
            "6/9/2021",
            "09.06.2021",
            "June 9, 2021 13:00 PM",
            "June 9, 2021 pm",
            "June 9, 2021 10:00 somewhere",
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
    fn dates_in_names_and_paths() {
        let day = |name: &str, short_years| {
            let date = from_name(name, short_years, Zone::default());
            date.map(Timestamp::date)
        };
        for (name, expected) in [
            ("2021-06-09-title", Some("2021-06-09")),
            ("2021-6-9-title", Some("2021-06-09")),
            ("2021-06-09", Some("2021-06-09")),
            ("2021-06-09title", None),
            ("2021-06-31-title", None),
            ("21-06-09-title", None),
            ("12021-06-09-title", None),
        ] {
            assert_eq!(day(name, false).as_deref(), expected, "{name}");
        }
        assert_eq!(day("21-6-9-title", true).as_deref(), Some("2021-06-09"));
        assert_eq!(day("98-6-9-title", true).as_deref(), Some("1998-06-09"));
        assert_eq!(without_date("2021-6-9-title", false), "title");
        assert_eq!(without_date("2021-06-09", false), "2021-06-09");
        let beginning = |text| Timestamp::parse_beginning(text, Zone::default());
        let expected = Timestamp::parse("2019-07-09");
        assert_eq!(beginning("2019-07-09 18::48::00"), expected);
        for text in ["2019-07-09 25:00", "2019-07-09", "soon, on 2019-07-09"] {
            assert_eq!(beginning(text), None, "{text}");
        }
        let day_first = |text| Timestamp::parse_day_first(text, Zone::default());
        assert_eq!(day_first("11-9-2017").unwrap().date(), "2017-09-11");
        assert_eq!(day_first("02.05.2024 10:00").unwrap().to_rfc3339(), "2024-05-02T10:00:00Z");
        assert_eq!(day_first("2024-05-02"), None);
        let path = |path: &str| Timestamp::in_path(path, Zone::default()).map(Timestamp::date);
        assert_eq!(path("/2024/05/01/name").as_deref(), Some("2024-05-01"));
        assert_eq!(path("blog/2024/05/01/").as_deref(), Some("2024-05-01"));
        for other in ["/2024/05/name", "/2024/13/01/name", "/12024/05/01/", ""] {
            assert_eq!(path(other), None, "{other}");
        }
    }

    #[test]
    fn dates_without_a_zone_are_in_the_given_zone() {
        let zone = Zone::named("America/New_York").unwrap();
        for (text, instant) in [
            ("2024-05-01 22:00", "2024-05-02T02:00:00Z"),
            ("2024-01-01", "2024-01-01T05:00:00Z"),
            ("2024-05-01T22:00:00Z", "2024-05-01T22:00:00Z"),
            ("2024-05-01 22:00 +0200", "2024-05-01T20:00:00Z"),
            ("May 1, 2024 10:00 PM", "2024-05-02T02:00:00Z"),
            ("May 1, 2024", "2024-05-01T04:00:00Z"),
            // A clock change repeats the first of these times and skips the second.
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
        for text in ["2024-03-09T23:30:00-05:00", "Sat, 09 Mar 2024 23:30:00 -0500"] {
            assert_eq!(Timestamp::parse_as_written(text).unwrap().date(), "2024-03-09", "{text}");
        }
        assert_eq!(Zone::named("Mars/Olympus"), None);
    }

    #[test]
    fn dates_in_texts() {
        let found = |text| Timestamp::find_in(text, Zone::default()).map(Timestamp::date);
        for (text, expected) in [
            ("By ann, Thu 15 October 2020, modified Fri 16 October 2020", Some("2020-10-15")),
            ("Posted on: May 3, 2024 by Ann (3 minutes)", Some("2024-05-03")),
            ("Published 2024-05-03.", Some("2024-05-03")),
            ("3 minutes, 2024 words", None),
            ("1234567890", None),
            ("", None),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }
}
