//! When windows and limits end: on the calendar, to the millisecond, whatever the zone does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{FixedOffset, NaiveDate};
use redress::{Calendar, End, FixedCalendar, Length, Set, Span, Start, Time, Weekday};

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A zone that changes its offset once: hours before, hours after, and when.
struct Zone(i32, i32, Time);

impl Calendar for Zone {
    fn offset(&self, at: Time) -> FixedOffset {
        let hours = if at < self.2 { self.0 } else { self.1 };
        FixedOffset::east_opt(hours * 3600).unwrap()
    }

    fn is_working_day(&self, day: NaiveDate) -> bool {
        FixedCalendar::utc().is_working_day(day)
    }
}

fn berlin_in_spring() -> Zone {
    Zone(1, 2, at("2026-03-29T01:00:00Z"))
}

fn berlin_in_autumn() -> Zone {
    Zone(2, 1, at("2026-10-25T01:00:00Z"))
}

/// China around a National Day: the 1st to the 7th free, the 10th, a Saturday, worked.
fn china_in_october() -> FixedCalendar {
    let holidays = (1..=7).map(|date| NaiveDate::from_ymd_opt(2026, 10, date).unwrap());
    let weekend = Set::of(&[Weekday::Saturday, Weekday::Sunday]);
    FixedCalendar::new(8 * 60, weekend, holidays, [day("2026-10-10")]).unwrap()
}

/// UTC, and nobody ever works.
struct Idle;

impl Calendar for Idle {
    fn offset(&self, _: Time) -> FixedOffset {
        FixedOffset::east_opt(0).unwrap()
    }

    fn is_working_day(&self, _: NaiveDate) -> bool {
        false
    }
}

fn whole_days(count: u32) -> Span {
    Span::days(count).starting(Start::NextMidnight)
}

fn on_working_day(count: u32) -> Span {
    whole_days(count).ending(End::NextWorkingDay)
}

#[track_caller]
fn ends(span: Span, calendar: &dyn Calendar, from: &str, due: &str) {
    let found = span.due(at(from), calendar);
    let local = found.at_offset(calendar.offset(found)).unwrap();
    assert_eq!(found, at(due), "{from}: ends at {local}, not at {due}");
}

#[test]
fn hours_and_rolling_days_run_to_the_millisecond() {
    let china = FixedCalendar::china();
    ends(Span::minutes(30), &china, "2026-03-01T10:00:00.001+08:00", "2026-03-01T10:30:00.001+08:00");
    ends(Span::hours(48), &china, "2026-02-27T10:00:00+08:00", "2026-03-01T10:00:00+08:00");
    ends(Span::days(7), &china, "2026-12-28T23:59:59.999+08:00", "2027-01-04T23:59:59.999+08:00");
    ends(Span::of(Length::Seconds(10)), &china, "2028-02-28T23:59:55Z", "2028-02-29T00:00:05Z");
}

#[test]
fn a_rolling_day_is_24_hours_even_if_clocks_change() {
    ends(Span::days(1), &berlin_in_spring(), "2026-03-28T12:00:00+01:00", "2026-03-29T13:00:00+02:00");
}

#[test]
fn whole_days_begin_at_the_local_midnight_and_end_with_the_last_millisecond() {
    let china = FixedCalendar::china();
    let last = "2026-03-08T23:59:59.999+08:00";
    ends(whole_days(7), &china, "2026-03-01T00:00:00+08:00", last);
    ends(whole_days(7), &china, "2026-03-01T23:59:59.999+08:00", last);
    ends(whole_days(7), &china, "2026-03-02T00:00:00+08:00", "2026-03-09T23:59:59.999+08:00");
    // The same event where it is eight hours earlier.
    ends(whole_days(7), &FixedCalendar::utc(), "2026-03-02T07:59:59.999+08:00", "2026-03-08T23:59:59.999Z");
}

#[test]
fn whole_days_cross_months_years_and_leap_days() {
    let utc = FixedCalendar::utc();
    ends(whole_days(1), &utc, "2026-02-27T12:00:00Z", "2026-02-28T23:59:59.999Z");
    ends(whole_days(1), &utc, "2028-02-28T12:00:00Z", "2028-02-29T23:59:59.999Z");
    ends(whole_days(7), &utc, "2026-12-30T12:00:00Z", "2027-01-06T23:59:59.999Z");
    ends(whole_days(365), &utc, "2027-03-01T00:00:00Z", "2028-02-29T23:59:59.999Z");
}

#[test]
fn hours_from_the_next_midnight_run_from_that_midnight() {
    let week = Span::hours(168).starting(Start::NextMidnight);
    ends(week, &FixedCalendar::china(), "2026-03-01T10:00:00+08:00", "2026-03-09T00:00:00+08:00");
}

#[test]
fn whole_days_follow_the_clocks_when_they_change() {
    ends(whole_days(7), &berlin_in_spring(), "2026-03-26T12:00:00+01:00", "2026-04-02T23:59:59.999+02:00");
    ends(whole_days(7), &berlin_in_autumn(), "2026-10-20T12:00:00+02:00", "2026-10-27T23:59:59.999+01:00");
    // The last day is the one on which they change: it has 23 hours, and 25.
    ends(whole_days(1), &berlin_in_spring(), "2026-03-28T12:00:00+01:00", "2026-03-29T23:59:59.999+02:00");
    ends(whole_days(1), &berlin_in_autumn(), "2026-10-24T12:00:00+02:00", "2026-10-25T23:59:59.999+01:00");
}

#[test]
fn a_midnight_that_is_skipped_is_the_moment_of_the_change() {
    // At 00:00 clocks read 01:00, as they did in São Paulo: the day before ends with the change.
    let change = at("2018-11-04T03:00:00Z");
    let zone = Zone(-3, -2, change);
    assert_eq!(whole_days(1).due(at("2018-11-02T12:00:00-03:00"), &zone), change.after(-1));
    let one_hour = Span::hours(1).starting(Start::NextMidnight);
    assert_eq!(one_hour.due(at("2018-11-03T12:00:00-03:00"), &zone), change.after(3_600_000));
    // At 23:30 they read 00:30.
    let change = at("2026-03-29T22:30:00Z");
    let zone = Zone(1, 2, change);
    assert_eq!(whole_days(1).due(at("2026-03-28T12:00:00+01:00"), &zone), change.after(-1));
}

#[test]
fn a_midnight_that_comes_twice_ends_the_day_when_no_more_of_it_comes() {
    // At 01:00 clocks are set back to 00:00, as in Havana: both hours belong to the next day.
    let havana = Zone(-4, -5, at("2026-11-01T05:00:00Z"));
    ends(whole_days(1), &havana, "2026-10-30T12:00:00-04:00", "2026-10-31T23:59:59.999-04:00");
    // At 00:00 they are set back to 23:00: the day has 25 hours.
    let beirut = Zone(3, 2, at("2026-10-24T21:00:00Z"));
    ends(whole_days(1), &beirut, "2026-10-23T12:00:00+03:00", "2026-10-24T23:59:59.999+02:00");
    // At 00:30 they are set back to 23:30.
    let moved = Zone(3, 2, at("2026-10-24T21:30:00Z"));
    ends(whole_days(1), &moved, "2026-10-23T12:00:00+03:00", "2026-10-24T23:59:59.999+02:00");
}

#[test]
fn the_end_moves_to_the_next_working_day() {
    let utc = FixedCalendar::utc();
    // The 14th day is a Friday, a Saturday, a Sunday.
    ends(on_working_day(14), &utc, "2026-02-27T10:00:00Z", "2026-03-13T23:59:59.999Z");
    ends(on_working_day(14), &utc, "2026-02-28T10:00:00Z", "2026-03-16T23:59:59.999Z");
    ends(on_working_day(14), &utc, "2026-03-01T10:00:00Z", "2026-03-16T23:59:59.999Z");
    // What ends in the middle of a day off moves as well; what ends on a working day stays.
    ends(Span::hours(48).ending(End::NextWorkingDay), &utc, "2026-03-12T10:00:00Z", "2026-03-16T23:59:59.999Z");
    ends(Span::hours(24).ending(End::NextWorkingDay), &utc, "2026-03-12T10:00:00Z", "2026-03-13T10:00:00Z");
}

#[test]
fn the_day_that_counts_is_the_local_one() {
    // Friday 20:00 UTC is Saturday in China.
    let friday = "2026-03-12T20:00:00Z";
    let one_day = Span::hours(24).ending(End::NextWorkingDay);
    ends(one_day, &FixedCalendar::utc(), friday, "2026-03-13T20:00:00Z");
    ends(one_day, &FixedCalendar::china(), friday, "2026-03-16T23:59:59.999+08:00");
}

#[test]
fn holidays_are_skipped_in_a_chain_and_make_up_days_are_worked() {
    let china = china_in_october();
    ends(on_working_day(14), &china, "2026-09-17T10:00:00+08:00", "2026-10-08T23:59:59.999+08:00");
    ends(on_working_day(7), &china, "2026-09-30T10:00:00+08:00", "2026-10-08T23:59:59.999+08:00");
    // The 10th is a Saturday that is worked; the 11th is a Sunday that is not.
    ends(on_working_day(1), &china, "2026-10-09T10:00:00+08:00", "2026-10-10T23:59:59.999+08:00");
    ends(on_working_day(2), &china, "2026-10-09T10:00:00+08:00", "2026-10-12T23:59:59.999+08:00");
}

#[test]
fn working_days_are_counted_on_the_calendar() {
    let china = china_in_october();
    // From a working day, at its time of day: the 8th, the 9th, the worked Saturday.
    ends(Span::working_days(3), &china, "2026-09-30T10:00:00+08:00", "2026-10-10T10:00:00+08:00");
    let whole = Span::working_days(3).starting(Start::NextMidnight);
    ends(whole, &china, "2026-09-30T10:00:00+08:00", "2026-10-10T23:59:59.999+08:00");
    // From a day off: the next three whole.
    ends(Span::working_days(3), &china, "2026-10-04T10:00:00+08:00", "2026-10-10T23:59:59.999+08:00");
    ends(Span::working_days(1), &china, "2026-10-09T00:00:00+08:00", "2026-10-10T00:00:00+08:00");
}

#[test]
fn a_time_of_day_that_a_working_day_skips_or_repeats() {
    // Changes on a Monday, so that the day is a working one.
    let skipped = Zone(1, 2, at("2026-03-30T01:00:00Z"));
    ends(Span::working_days(1), &skipped, "2026-03-27T02:30:00+01:00", "2026-03-30T01:00:00Z");
    let repeated = Zone(2, 1, at("2026-10-26T01:00:00Z"));
    ends(Span::working_days(1), &repeated, "2026-10-23T02:30:00+02:00", "2026-10-26T02:30:00+01:00");
}

#[test]
fn a_calendar_on_which_nobody_works_still_ends() {
    let from = at("2026-03-01T00:00:00Z");
    assert_eq!(on_working_day(14).due(from, &Idle), at("2026-03-15T23:59:59.999Z"));
    assert_eq!(Span::working_days(2).due(from, &Idle), at("2026-03-03T23:59:59.999Z"));
}
