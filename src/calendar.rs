//! Calendars: which local time it is, and which days are worked.

use alloc::string::ToString;
use alloc::vec::Vec;

use chrono::{Datelike, Days, FixedOffset, NaiveDate, Offset, Utc};
use serde::{Deserialize, Serialize};

use crate::{Set, Time, words};

/// Within so many days one is worked, in every calendar.
pub(crate) const MOST_DAYS_OFF: u32 = 60;

/// What a window or limit needs to know about the place where it runs.
///
/// To ensure correctness:
///
/// - *Pure.* The same question has the same answer, for ever and on every machine: deadlines are computed once and
///   stored, but a preview, a replay in a test and two workers must agree. A calendar that learns next year's holidays
///   may change its answers only for days that no running window reaches.
/// - *Total.* It answers for every time from the year 0 to the year 9999 and never panics. Where it does not know (a
///   year whose holidays are not published yet), it answers by the week.
/// - *Quick.* It reads no file and asks no network: it is called within a decision.
/// - *Some day is worked.* Within 60 days one is a working day. If none is, a day that was looked for is taken as it
///   stands, so that time still moves everybody.
pub trait Calendar {
    /// How far local time is ahead of UTC at this time (behind, if negative).
    fn offset(&self, at: Time) -> FixedOffset;

    /// Whether this local day is a working day.
    fn is_working_day(&self, day: NaiveDate) -> bool;

    /// The most days that so many working days take, whatever day they follow.
    ///
    /// How long a wait can be is told from it, so it is never too low. Unless a calendar knows better, each working day
    /// is 60 days after the one before.
    fn most_days(&self, working_days: u32) -> u32 {
        working_days.saturating_mul(MOST_DAYS_OFF)
    }

    /// By how many milliseconds clocks are set back between any two times, at most: 0 where they never are. Unless a calendar
    /// knows better, as much as two offsets can differ: two days.
    fn most_set_back(&self) -> i64 {
        2 * 24 * 3_600_000
    }
}

impl<C: Calendar + ?Sized> Calendar for &C {
    fn offset(&self, at: Time) -> FixedOffset {
        (**self).offset(at)
    }

    fn is_working_day(&self, day: NaiveDate) -> bool {
        (**self).is_working_day(day)
    }

    fn most_days(&self, working_days: u32) -> u32 {
        (**self).most_days(working_days)
    }

    fn most_set_back(&self) -> i64 {
        (**self).most_set_back()
    }
}

words! {
    /// A day of the week.
    pub enum Weekday {
        /// Monday.
        Monday = "monday", "Monday", "星期一";
        /// Tuesday.
        Tuesday = "tuesday", "Tuesday", "星期二";
        /// Wednesday.
        Wednesday = "wednesday", "Wednesday", "星期三";
        /// Thursday.
        Thursday = "thursday", "Thursday", "星期四";
        /// Friday.
        Friday = "friday", "Friday", "星期五";
        /// Saturday.
        Saturday = "saturday", "Saturday", "星期六";
        /// Sunday.
        Sunday = "sunday", "Sunday", "星期日";
    }
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Self {
        match day {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }
}

/// A calendar of one fixed offset, a weekend, holidays and worked days.
///
/// Right for places without daylight saving, such as China. Elsewhere implement [`Calendar`] over a time zone library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct FixedCalendar {
    offset: FixedOffset,
    weekend: Set<Weekday>,
    holidays: Vec<NaiveDate>,
    worked: Vec<NaiveDate>,
}

/// Why data is not a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarFault {
    /// The offset is a day or more.
    #[error("`offset_minutes` is {found}; more than -1440 and less than 1440 is accepted")]
    Offset {
        /// The offset given, in minutes.
        found: i32,
    },
    /// The weekend is the whole week.
    #[error("`weekend` lists every day of the week; at least one day must be worked")]
    NoWorkingDay,
    /// A day is listed as a holiday and as worked.
    #[error("`holidays` and `worked` both list {day}; a day is one or the other")]
    Both {
        /// The day.
        day: NaiveDate,
    },
}

impl FixedCalendar {
    /// A calendar with this offset from UTC in minutes, weekend, holidays that fall on other days, and days of the
    /// weekend that are worked all the same, as China makes up for its holidays (调休). The lists need not be sorted.
    ///
    /// # Errors
    ///
    /// If the offset is a day or more, no day of the week is worked, or a day is both a holiday and worked.
    pub fn new(
        offset_minutes: i32,
        weekend: Set<Weekday>,
        holidays: impl IntoIterator<Item = NaiveDate>,
        worked: impl IntoIterator<Item = NaiveDate>,
    ) -> Result<Self, CalendarFault> {
        let offset = offset_minutes
            .checked_mul(60)
            .and_then(FixedOffset::east_opt)
            .ok_or(CalendarFault::Offset { found: offset_minutes })?;
        if weekend == Set::of(Weekday::ALL) {
            return Err(CalendarFault::NoWorkingDay);
        }
        let (holidays, worked) = (sorted(holidays), sorted(worked));
        if let Some(&day) = worked.iter().find(|day| holidays.binary_search(day).is_ok()) {
            return Err(CalendarFault::Both { day });
        }
        Ok(Self { offset, weekend, holidays, worked })
    }

    /// +08:00, Saturday and Sunday free, no holidays listed: those are announced each year and belong to the caller.
    #[must_use]
    pub fn china() -> Self {
        Self { offset: FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| Utc.fix()), ..Self::utc() }
    }

    /// UTC, Saturday and Sunday free, no holidays.
    #[must_use]
    pub fn utc() -> Self {
        Self {
            offset: Utc.fix(),
            weekend: Set::of(&[Weekday::Saturday, Weekday::Sunday]),
            holidays: Vec::new(),
            worked: Vec::new(),
        }
    }
}

impl Calendar for FixedCalendar {
    fn offset(&self, _: Time) -> FixedOffset {
        self.offset
    }

    fn is_working_day(&self, day: NaiveDate) -> bool {
        if self.weekend.has(day.weekday().into()) {
            self.worked.binary_search(&day).is_ok()
        } else {
            self.holidays.binary_search(&day).is_err()
        }
    }

    /// Counted over all days that are listed, and over the weeks before and after them.
    fn most_days(&self, working_days: u32) -> u32 {
        let promised = working_days.saturating_mul(MOST_DAYS_OFF);
        let listed = || self.holidays.iter().chain(&self.worked);
        let some_day = NaiveDate::default();
        let (first, last) = (listed().min().unwrap_or(&some_day), listed().max().unwrap_or(&some_day));
        // Whatever a week is like, one day of it is worked; and two weeks more than are asked for.
        let margin = Days::new(7 * (u64::from(working_days) + 2) + self.holidays.len() as u64);
        let (Some(from), Some(to)) = (first.checked_sub_days(margin), last.checked_add_days(margin)) else {
            return promised;
        };
        let days = from.iter_days().take_while(|day| *day <= to);
        let worked: Vec<NaiveDate> = days.filter(|&day| self.is_working_day(day)).collect();
        let nth_after = worked.iter().skip(working_days as usize);
        let most = worked.iter().zip(nth_after).map(|(day, nth)| nth.signed_duration_since(*day).num_days()).max();
        most.and_then(|most| u32::try_from(most).ok()).map_or(promised, |most| most.min(promised))
    }

    fn most_set_back(&self) -> i64 {
        0
    }
}

fn sorted(days: impl IntoIterator<Item = NaiveDate>) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = days.into_iter().collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// A fixed calendar as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    offset_minutes: i32,
    weekend: Set<Weekday>,
    #[serde(default)]
    holidays: Vec<Day>,
    #[serde(default)]
    worked: Vec<Day>,
}

/// A day in ISO 8601, such as `2026-10-01`.
struct Day(NaiveDate);

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_string())
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = alloc::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let wrong = |_| serde::de::Error::custom(format_args!("`{text}` is not a day such as `2026-10-01`"));
        text.parse().map(Self).map_err(wrong)
    }
}

impl From<FixedCalendar> for Stored {
    fn from(calendar: FixedCalendar) -> Self {
        Self {
            offset_minutes: calendar.offset.local_minus_utc() / 60,
            weekend: calendar.weekend,
            holidays: calendar.holidays.into_iter().map(Day).collect(),
            worked: calendar.worked.into_iter().map(Day).collect(),
        }
    }
}

impl TryFrom<Stored> for FixedCalendar {
    type Error = CalendarFault;

    fn try_from(stored: Stored) -> Result<Self, CalendarFault> {
        let days = |days: Vec<Day>| days.into_iter().map(|day| day.0);
        Self::new(stored.offset_minutes, stored.weekend, days(stored.holidays), days(stored.worked))
    }
}
