//! A date with a time of day, as it is written.

use alloc::boxed::Box;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::cursor::Cursor;
use super::fault::{Problem, Read, ScenarioFault};
use super::keyword::Want;
use super::value::{MINUTE, SECOND, When, digits};
use crate::{Calendar, FixedCalendar, Time};

/// Reads a date with a time: `2026-03-01 10:00`, `2026-03-01T10:00:30.500Z`, `2026年3月1日 10:00`.
pub(super) fn stamp(cursor: &mut Cursor<'_>, calendar: &FixedCalendar) -> Read<When> {
    let mut after = *cursor;
    let date = date(&mut after).ok_or_else(|| no_time(cursor))?;
    let clock = after;
    if !clock.rest().starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(clock.missing(Want::Clock, &["10:00"]));
    }
    let (time, precision) = time_of_day(&mut after)?;
    let offset = offset(&mut after).unwrap_or_else(|| calendar.offset(Time::EPOCH));
    if after.goes_on() {
        // `10:00pm`
        return Err(no_time(&clock));
    }
    *cursor = after;
    Ok(When::At(instant(date.and_time(time), offset), precision))
}

/// That what stands here up to the next space is no time.
fn no_time(cursor: &Cursor<'_>) -> Box<ScenarioFault> {
    let rest = cursor.rest();
    let end = rest.find(|letter: char| letter.is_whitespace() || letter == ',').unwrap_or(rest.len());
    cursor.wrong(end, Problem::Time)
}

fn date(after: &mut Cursor<'_>) -> Option<NaiveDate> {
    let year = part(after)?;
    let chinese = after.eat_any(&["年"]);
    if !chinese && !after.eat_any(&["-"]) {
        return None;
    }
    let month = part(after)?;
    if !after.eat_any(if chinese { &["月"] } else { &["-"] }) {
        return None;
    }
    let day = part(after)?;
    after.eat_any(if chinese { &["日"] } else { &["T"] });
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Reads the time of day, and to how many milliseconds it is written.
fn time_of_day(cursor: &mut Cursor<'_>) -> Read<(NaiveTime, i64)> {
    let start = *cursor;
    let read = |cursor: &mut Cursor<'_>| {
        let hour = part(cursor)?;
        let minute = if cursor.eat(':') { part(cursor)? } else { return None };
        let second = if cursor.eat_any(&[":"]) { Some(part(cursor)?) } else { None };
        Some((hour, minute, second))
    };
    let Some((hour, minute, second)) = read(cursor) else { return Err(no_time(&start)) };
    let (mut milli, mut precision) = (0, if second.is_some() { SECOND } else { MINUTE });
    if second.is_some() && cursor.rest().starts_with('.') {
        cursor.pass(1);
        let digits = digits(cursor);
        if digits.len() > 3 {
            cursor.pass(digits.len());
            return Err(cursor.wrong_since(&start, Problem::TooFine));
        }
        milli = alloc::format!("{digits:0<3}").parse().map_err(|_| no_time(&start))?;
        cursor.pass(digits.len());
        precision = 1;
    }
    let time = NaiveTime::from_hms_milli_opt(hour, minute, second.unwrap_or(0), milli);
    Ok((time.ok_or_else(|| no_time(&start))?, precision))
}

fn part(cursor: &mut Cursor<'_>) -> Option<u32> {
    let digits = digits(cursor);
    let number = digits.parse().ok()?;
    cursor.pass(digits.len());
    Some(number)
}

/// `Z`, `+08:00` or `-05:00`, if it stands here.
fn offset(cursor: &mut Cursor<'_>) -> Option<FixedOffset> {
    if cursor.rest().starts_with('Z') {
        cursor.pass(1);
        return FixedOffset::east_opt(0);
    }
    let mut after = *cursor;
    let west = after.rest().starts_with('-');
    if !west && !after.rest().starts_with('+') {
        return None;
    }
    after.pass(1);
    let hours = digits(&after);
    after.pass(hours.len());
    let colon = after.rest().starts_with(':');
    after.pass(usize::from(colon));
    let minutes = digits(&after);
    after.pass(minutes.len());
    if hours.len() != 2 || !colon || minutes.len() != 2 {
        return None;
    }
    let seconds = 3_600 * hours.parse::<i32>().ok()? + 60 * minutes.parse::<i32>().ok()?;
    let offset = FixedOffset::east_opt(if west { -seconds } else { seconds })?;
    *cursor = after;
    Some(offset)
}

fn instant(local: NaiveDateTime, offset: FixedOffset) -> Time {
    let reading = Time::from_millis(local.and_utc().timestamp_millis());
    reading.after(-SECOND * i64::from(offset.local_minus_utc()))
}
