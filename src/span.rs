//! How long a window or a limit runs, from where, and when exactly it ends.

use core::fmt;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::calendar::MOST_DAYS_OFF;
use crate::{Calendar, Time, words};

/// One day of 24 hours, in milliseconds.
const DAY: i64 = 24 * HOUR;
const HOUR: i64 = 60 * MINUTE;
const MINUTE: i64 = 60 * SECOND;
const SECOND: i64 = 1_000;
/// The beginning of the year 0: earlier anchors are taken as this one.
const FIRST: Time = Time::from_millis(-62_167_219_200_000);
/// More working days than this, about 40 years, end at the end of time: nobody walks the calendar for longer.
const MOST_WORKING_DAYS: u32 = 10_000;

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Seconds.
    Seconds(u32),
    /// Minutes.
    Minutes(u32),
    /// Hours.
    Hours(u32),
    /// Days: of 24 hours each, or, from the next midnight on, whole days of the calendar.
    Days(u32),
    /// Days that the calendar calls working days.
    WorkingDays(u32),
}

impl Length {
    /// The length in milliseconds; a working day counts as one day, so this is the least that it can be.
    #[must_use]
    pub const fn millis(self) -> i64 {
        match self {
            Self::Seconds(count) => count as i64 * SECOND,
            Self::Minutes(count) => count as i64 * MINUTE,
            Self::Hours(count) => count as i64 * HOUR,
            Self::Days(count) | Self::WorkingDays(count) => count as i64 * DAY,
        }
    }

    /// Whether this is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.millis() == 0
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(count) => write!(f, "{count} s"),
            Self::Minutes(count) => write!(f, "{count} min"),
            Self::Hours(count) => write!(f, "{count} h"),
            Self::Days(count) => write!(f, "{count} d"),
            Self::WorkingDays(count) => write!(f, "{count} working days"),
        }
    }
}

words! {
    /// From which event a window or limit counts.
    ///
    /// A *limit* whose event has not happened counts from entry, and it never ends before entry. A *window* whose event
    /// has not happened has not begun: whoever asks is in time.
    pub enum Anchor {
        /// The state was entered.
        Entry = "entry", "from entry", "自进入该状态起";
        /// The order was placed.
        Placed = "placed", "from the order", "自下单起";
        /// The order was paid.
        Paid = "paid", "from payment", "自付款起";
        /// The last unit concerned was shipped.
        Shipped = "shipped", "from shipping", "自发货起";
        /// The last unit concerned was delivered.
        Delivered = "delivered", "from delivery", "自签收起";
        /// The last unit of the whole order was delivered.
        LastDelivered = "last_delivered", "from the last delivery", "自最后一件签收起";
        /// The order was completed.
        Completed = "completed", "from completion", "自交易成功起";
        /// The case was opened: the application, offer or statutory declaration was made.
        Applied = "applied", "from the application", "自申请起";
    }
}

words! {
    /// When a window or limit begins.
    pub enum Start {
        /// At the event itself.
        Rolling = "rolling", "at once", "即时起算";
        /// At the local midnight after the event.
        NextMidnight = "next_midnight", "from the next midnight", "次日零时起算";
    }
}

words! {
    /// When a window or limit ends.
    pub enum End {
        /// When its length has run.
        Exact = "exact", "to the minute", "到期即止";
        /// With the end of the next working day, if its last day is none.
        NextWorkingDay = "next_working_day", "on a working day", "遇非工作日顺延";
    }
}

/// How long a window or limit runs: a length, from an event, with a rule for its first and its last day.
///
/// ```
/// use redress::{Anchor, End, FixedCalendar, Span, Start, Time};
/// // Seven days without a reason in China begin with the midnight after delivery …
/// let no_reason = Span::days(7).since(Anchor::Delivered).starting(Start::NextMidnight);
/// let delivered = Time::parse("2026-03-01T10:00:00+08:00").unwrap();
/// let last = Time::parse("2026-03-08T23:59:59.999+08:00").unwrap();
/// assert_eq!(no_reason.due(delivered, &FixedCalendar::china()), last);
/// // … and the fourteen days of the EU do not end on a weekend: the 15th of March 2026 is a Sunday.
/// let withdrawal = Span::days(14).starting(Start::NextMidnight).ending(End::NextWorkingDay);
/// let last = Time::parse("2026-03-16T23:59:59.999Z").unwrap();
/// assert_eq!(withdrawal.due(delivered, &FixedCalendar::utc()), last);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// How long.
    pub length: Length,
    /// From which event; from entry, if not said.
    #[serde(default = "from_entry", skip_serializing_if = "is_from_entry")]
    pub anchor: Anchor,
    /// From when on; at once, if not said.
    #[serde(default = "at_once", skip_serializing_if = "is_at_once")]
    pub start: Start,
    /// Until when; exactly, if not said.
    #[serde(default = "exactly", skip_serializing_if = "is_exactly")]
    pub end: End,
}

const fn from_entry() -> Anchor {
    Anchor::Entry
}

const fn at_once() -> Start {
    Start::Rolling
}

const fn exactly() -> End {
    End::Exact
}

fn is_from_entry(anchor: &Anchor) -> bool {
    *anchor == from_entry()
}

fn is_at_once(start: &Start) -> bool {
    *start == at_once()
}

fn is_exactly(end: &End) -> bool {
    *end == exactly()
}

impl From<Length> for Span {
    fn from(length: Length) -> Self {
        Self::of(length)
    }
}

impl Span {
    /// This length, from entry, at once, to its exact end.
    #[must_use]
    pub const fn of(length: Length) -> Self {
        Self { length, anchor: from_entry(), start: at_once(), end: exactly() }
    }

    /// So many minutes from entry.
    #[must_use]
    pub const fn minutes(count: u32) -> Self {
        Self::of(Length::Minutes(count))
    }

    /// So many hours from entry.
    #[must_use]
    pub const fn hours(count: u32) -> Self {
        Self::of(Length::Hours(count))
    }

    /// So many days from entry.
    #[must_use]
    pub const fn days(count: u32) -> Self {
        Self::of(Length::Days(count))
    }

    /// So many working days from entry.
    #[must_use]
    pub const fn working_days(count: u32) -> Self {
        Self::of(Length::WorkingDays(count))
    }

    /// The same, from another event.
    #[must_use]
    pub const fn since(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// The same, with another beginning.
    #[must_use]
    pub const fn starting(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// The same, with another end.
    #[must_use]
    pub const fn ending(self, end: End) -> Self {
        Self { end, ..self }
    }

    /// The last moment that is still in time, if the event was at `from`.
    ///
    /// - Seconds, minutes, hours and rolling days run to the millisecond, a day being 24 hours. Hours from the next
    ///   midnight run from that midnight.
    /// - Days from the next midnight are days of the calendar: the last ends with its last millisecond.
    /// - Working days are those after the day of the event. The last ends at the event's time of day; with its last
    ///   millisecond, if the span starts at the next midnight or the event was not on a working day.
    /// - [`End::NextWorkingDay`] looks at the local day of that moment. If it is not worked, the end of the next
    ///   working day takes its place.
    ///
    /// Where clocks change, a local time is the first moment from which on clocks never read less: its second coming,
    /// or the change that skips it. The result is never before `from` and never after [`Time::LATEST`]; a `from`
    /// outside the years 0 to 9999 counts as the nearest time within.
    #[must_use]
    pub fn due(&self, from: Time, calendar: &dyn Calendar) -> Time {
        let from = from.clamp(FIRST, Time::LATEST);
        let due = self.end_after(from, calendar).unwrap_or(Time::LATEST);
        due.clamp(from, Time::LATEST)
    }

    /// The longest, in milliseconds, that this can run from any event: [`due`](Self::due) is never later than that after it.
    /// `None` if it ends at no date: it is longer than the years that a calendar can name, or has more working days than
    /// are counted.
    ///
    /// ```
    /// use redress::{End, FixedCalendar, Span, Start};
    /// const DAY: i64 = 86_400_000;
    /// let week = |span: Span| span.longest(&FixedCalendar::utc());
    /// assert_eq!(week(Span::days(7)), Some(7 * DAY));
    /// // Whole days begin with the midnight after the event; the day of the event comes on top.
    /// assert_eq!(week(Span::days(7).starting(Start::NextMidnight)), Some(8 * DAY));
    /// // The last of them may be followed by a weekend. Five working days have one in between, and the rest of a day.
    /// assert_eq!(week(Span::days(7).starting(Start::NextMidnight).ending(End::NextWorkingDay)), Some(11 * DAY));
    /// assert_eq!(week(Span::working_days(5)), Some(8 * DAY));
    /// ```
    #[must_use]
    pub fn longest(&self, calendar: &dyn Calendar) -> Option<i64> {
        let days = |count: u32| i64::from(count) * DAY;
        let whole = match (self.length, self.start) {
            (Length::WorkingDays(count), _) if count > MOST_WORKING_DAYS => return None,
            (Length::WorkingDays(count), _) => days(calendar.most_days(count)) + DAY,
            (length, Start::NextMidnight) => length.millis() + DAY,
            (length, Start::Rolling) => length.millis(),
        };
        let (worked, by_days) = match self.end {
            End::Exact => (0, matches!(self.length, Length::WorkingDays(_)) || self.start == Start::NextMidnight),
            End::NextWorkingDay => (days(calendar.most_days(1)), true),
        };
        let set_back = if by_days { calendar.most_set_back() } else { 0 };
        let longest = whole + worked + set_back;
        (longest < Time::LATEST.since(Time::EPOCH)).then_some(longest)
    }

    /// The end; `None` beyond the days that a calendar can name.
    fn end_after(&self, from: Time, calendar: &dyn Calendar) -> Option<Time> {
        let event = || local(from, calendar);
        let end = match (self.length, self.start) {
            (Length::Days(count), Start::NextMidnight) => {
                let last = event()?.date().checked_add_days(Days::new(count.into()))?;
                return end_of_day(self.worked(last, calendar), calendar);
            }
            (Length::WorkingDays(count), start) => {
                let event = event()?;
                let last = working_day_after(event.date(), count, calendar)?;
                if start == Start::NextMidnight || !calendar.is_working_day(event.date()) {
                    return end_of_day(last, calendar);
                }
                instant(last.and_time(event.time()), calendar)
            }
            (length, Start::NextMidnight) => {
                let midnight = event()?.date().succ_opt()?.and_time(NaiveTime::MIN);
                instant(midnight, calendar).after(length.millis())
            }
            (length, Start::Rolling) => from.after(length.millis()),
        };
        if self.end == End::Exact {
            return Some(end);
        }
        let last = local(end, calendar)?.date();
        let worked = self.worked(last, calendar);
        if worked == last { Some(end) } else { end_of_day(worked, calendar) }
    }

    /// The day on which a span ends whose length ends on `last`.
    fn worked(&self, last: NaiveDate, calendar: &dyn Calendar) -> NaiveDate {
        match self.end {
            End::Exact => last,
            End::NextWorkingDay => first_working_day(last, calendar),
        }
    }
}

/// The local time at a time; `None` if no calendar can name it.
fn local(at: Time, calendar: &dyn Calendar) -> Option<NaiveDateTime> {
    if at > Time::LATEST {
        return None;
    }
    at.at_offset(calendar.offset(at)).map(|at| at.naive_local())
}

/// The last millisecond of a local day.
fn end_of_day(day: NaiveDate, calendar: &dyn Calendar) -> Option<Time> {
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    Some(instant(midnight, calendar).after(-1))
}

/// The first working day from `day` on; `day` itself if the calendar has none for [`MOST_DAYS_OFF`].
fn first_working_day(day: NaiveDate, calendar: &dyn Calendar) -> NaiveDate {
    day.iter_days().take(MOST_DAYS_OFF as usize).find(|&day| calendar.is_working_day(day)).unwrap_or(day)
}

/// The `count`-th working day after `day`; `None` beyond what is walked.
fn working_day_after(day: NaiveDate, count: u32, calendar: &dyn Calendar) -> Option<NaiveDate> {
    if count > MOST_WORKING_DAYS {
        return None;
    }
    let mut last = day;
    for _ in 0..count {
        last = first_working_day(last.succ_opt()?, calendar);
    }
    Some(last)
}

/// The first moment from which on clocks never read less than `wanted`: usually when they read it; the second time, if
/// they were set back across it; the moment of the change, if they skipped it.
fn instant(wanted: NaiveDateTime, calendar: &dyn Calendar) -> Time {
    // Both as if they were UTC: what clocks are to read, and what they read at a time.
    let wanted = Time::from_millis(wanted.and_utc().timestamp_millis());
    let offset = |at: Time| i64::from(calendar.offset(at).local_minus_utc()) * SECOND;
    let reading = |at: Time| at.after(offset(at));
    // Offsets are shorter than a day, so these are the ones before and after any change near the wanted time.
    let (before, after) = (offset(wanted.after(-DAY)), offset(wanted.after(DAY)));
    let early = wanted.after(-before.max(after));
    let late = wanted.after(-before.min(after));
    if reading(late) == wanted && reading(late.after(-1)) < wanted {
        return late;
    }
    if reading(early) == wanted {
        return early;
    }
    // Skipped: the change is between the two. At most 28 halvings of two days.
    let (mut not_yet, mut passed) = (early, late);
    while passed.since(not_yet) > 1 {
        let middle = not_yet.after(passed.since(not_yet) / 2);
        if reading(middle) < wanted {
            not_yet = middle;
        } else {
            passed = middle;
        }
    }
    passed
}
