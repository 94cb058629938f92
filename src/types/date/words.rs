//! Dates with words, as Ruby, Go and JavaScript write and read them: `May 2, 2024 10:30 PM`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Names of zones, with their hours before or after UTC.
const ZONES: [(&str, i64); 13] = [
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("cet", 1),
    ("cest", 2),
];

/// The parts of a date, as they are found.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<(u32, u32, u32)>,
    is_afternoon: Option<bool>,
    offset: Option<TimeDelta>,
}

/// The local time and the offset of its zone, if there is one. The day comes before or after the name
/// of the month; dates of numbers alone begin with the year.
pub(super) fn parse(text: &str) -> Option<(NaiveDateTime, Option<TimeDelta>)> {
    // JavaScript adds the name of the zone in parentheses.
    let text = text.split_once('(').map_or(text, |(before, _)| before).to_ascii_lowercase();
    let mut parts = Parts::default();
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    for word in words.filter(|word| !word.is_empty()) {
        parts.take(word)?;
    }
    let date = NaiveDate::from_ymd_opt(parts.year?, parts.month?, parts.day?)?;
    Some((date.and_time(parts.time()?), parts.offset))
}

impl Parts {
    /// Takes in a word; `None` if it has no place in a date.
    fn take(&mut self, word: &str) -> Option<()> {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return self.take_number(word);
        }
        if word.starts_with(['+', '-']) {
            return set(&mut self.offset, offset(word)?);
        }
        let name = word.trim_end_matches('.');
        if let Some(month) = MONTHS.iter().position(|month| is_name(name, month)) {
            return set(&mut self.month, u32::try_from(month).ok()? + 1);
        }
        if let Some(afternoon) = afternoon(name) {
            return set(&mut self.is_afternoon, afternoon);
        }
        if name == "at" || WEEKDAYS.iter().any(|day| is_name(name, day)) {
            return Some(());
        }
        let (zone, rest) = name.split_at(name.find(['+', '-']).unwrap_or(name.len()));
        match ZONES.iter().find(|(known, _)| *known == zone) {
            Some((_, 0)) if !rest.is_empty() => set(&mut self.offset, offset(rest)?),
            // Behind an offset, the name of the zone says nothing new.
            _ if self.offset.is_some() => Some(()),
            Some((_, hours)) if rest.is_empty() => set(&mut self.offset, TimeDelta::hours(*hours)),
            _ => None,
        }
    }

    /// Takes in a time, a whole date, a year or a day.
    fn take_number(&mut self, word: &str) -> Option<()> {
        if word.contains(':') {
            let end = word.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(word.len());
            let (time, behind) = word.split_at_checked(end)?;
            if !behind.is_empty() {
                set(&mut self.is_afternoon, afternoon(behind)?)?;
            }
            return set(&mut self.time, clock(time)?);
        }
        let separator = word.chars().find(|c| !c.is_ascii_digit()).filter(|c| "-/.".contains(*c));
        let numbers: Vec<&str> = separator.map_or(Vec::new(), |c| word.split(c).collect());
        if let [year, month, day] = numbers.as_slice() {
            set(&mut self.month, number(month, 2)?)?;
            set(&mut self.day, number(day, 2)?)?;
            return set(&mut self.year, four_digits(year)?);
        }
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        match word.get(digits.len()..)? {
            "" if digits.len() == 4 => set(&mut self.year, four_digits(digits)?),
            "" | "st" | "nd" | "rd" | "th" => set(&mut self.day, number(digits, 2)?),
            _ => None,
        }
    }

    fn time(&self) -> Option<NaiveTime> {
        let (hour, minute, second) = self.time.unwrap_or_default();
        let hour = match self.is_afternoon {
            None => hour,
            Some(_) if !(1..=12).contains(&hour) || self.time.is_none() => return None,
            Some(is_afternoon) => hour % 12 + if is_afternoon { 12 } else { 0 },
        };
        NaiveTime::from_hms_opt(hour, minute, second)
    }
}

/// Sets a part that is not there yet, or is the same.
fn set<T: PartialEq>(part: &mut Option<T>, value: T) -> Option<()> {
    let fits = part.as_ref().is_none_or(|own| *own == value);
    fits.then(|| *part = Some(value))
}

/// Whether a word is a name, whole or in its first letters.
fn is_name(word: &str, name: &str) -> bool {
    word.len() >= 3 && name.starts_with(word) && (word.len() <= 4 || word == name)
}

fn afternoon(word: &str) -> Option<bool> {
    match word {
        "am" | "a.m" | "a.m." => Some(false),
        "pm" | "p.m" | "p.m." => Some(true),
        _ => None,
    }
}

fn number(digits: &str, max: usize) -> Option<u32> {
    let is_number = (1..=max).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

fn four_digits(digits: &str) -> Option<i32> {
    if digits.len() == 4 { i32::try_from(number(digits, 4)?).ok() } else { None }
}

/// `10:30` or `10:30:15.5`; the fraction is dropped.
fn clock(text: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = text.split(':');
    let (hour, minute) = (number(numbers.next()?, 2)?, number(numbers.next()?, 2)?);
    let second = match numbers.next() {
        Some(second) => number(second.split('.').next()?, 2)?,
        None => 0,
    };
    numbers.next().is_none().then_some((hour, minute, second.min(59)))
}

/// `+02:00`, `+0200` or `-5`.
fn offset(text: &str) -> Option<TimeDelta> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.get(1..)?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    (hours < 24 && minutes < 60)
        .then(|| TimeDelta::minutes(sign * (i64::from(hours) * 60 + i64::from(minutes))))
}
