//! Calendars and spans as data, and what holds for every span on every calendar.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{FixedOffset, NaiveDate};
use proptest::prelude::*;
use redress::{Anchor, Calendar, CalendarFault, End, FixedCalendar, Length, Set, Span, Start, Time, Weekday};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// China around a National Day: the 1st to the 7th free, the 10th, a Saturday, worked.
fn china_in_october() -> FixedCalendar {
    let holidays = (1..=7).map(|date| NaiveDate::from_ymd_opt(2026, 10, date).unwrap());
    let weekend = Set::of(&[Weekday::Saturday, Weekday::Sunday]);
    FixedCalendar::new(8 * 60, weekend, holidays, [day("2026-10-10")]).unwrap()
}

/// Nobody ever works, and the offset is another one at every moment.
struct Hostile;

impl Calendar for Hostile {
    fn offset(&self, at: Time) -> FixedOffset {
        let seconds = i32::try_from(at.millis().rem_euclid(172_799)).unwrap() - 86_399;
        FixedOffset::east_opt(seconds).unwrap()
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

#[test]
fn a_fixed_calendar_is_data() {
    let head = r#"{"offset_minutes":480,"weekend":["saturday","sunday"]"#;
    let read = |tail: &str| serde_json::from_str::<FixedCalendar>(&format!("{head}{tail}")).unwrap();
    let calendar = read(r#","holidays":["2026-10-02","2026-10-01","2026-10-01"],"worked":["2026-10-10"]}"#);
    let sorted = r#","holidays":["2026-10-01","2026-10-02"],"worked":["2026-10-10"]}"#;
    assert_eq!(serde_json::to_string(&calendar).unwrap(), format!("{head}{sorted}"));
    assert_eq!(read("}"), FixedCalendar::china());
}

#[test]
fn what_is_no_calendar_is_refused_with_the_reason() {
    let refused = |text: &str| serde_json::from_str::<FixedCalendar>(text).unwrap_err().to_string();
    let sentences = [
        refused(r#"{"offset_minutes":1440,"weekend":[]}"#),
        refused(r#"{"offset_minutes":2147483647,"weekend":[]}"#),
        refused(r#"{"offset_minutes":0,"weekend":["funday"]}"#),
        refused(
            r#"{"offset_minutes":0,"weekend":
                ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]}"#,
        ),
        refused(r#"{"offset_minutes":0,"weekend":[],"holidays":["2026-02-30"]}"#),
        refused(r#"{"offset_minutes":0,"weekend":[],"holidays":["2026-10-01"],"worked":["2026-10-01"]}"#),
        refused(r#"{"offset_minutes":0,"weekend":[],"hollidays":[]}"#),
    ];
    insta::assert_snapshot!(sentences.join("\n"));
    let both = FixedCalendar::new(0, Set::NONE, [day("2026-10-01")], [day("2026-10-01")]);
    assert_eq!(both, Err(CalendarFault::Both { day: day("2026-10-01") }));
}

#[test]
fn a_span_says_only_what_is_special() {
    let span: Span = serde_json::from_str(r#"{"length":{"hours":48}}"#).unwrap();
    assert_eq!(span, Span::hours(48));
    let text = r#"{"length":{"days":14},"anchor":"last_delivered","start":"next_midnight","end":"next_working_day"}"#;
    let withdrawal = on_working_day(14).since(Anchor::LastDelivered);
    assert_eq!(serde_json::to_string(&withdrawal).unwrap(), text);
    assert_eq!(serde_json::from_str::<Span>(text).unwrap(), withdrawal);
    let refused = |text: &str| serde_json::from_str::<Span>(text).unwrap_err().to_string();
    let sentences = [
        refused(r#"{"length":{"fortnights":1}}"#),
        refused(r#"{"length":{"days":-1}}"#),
        refused(r#"{"length":{"days":4294967296}}"#),
        refused(r#"{"length":{"days":1},"anchor":"moon"}"#),
        refused(r#"{"length":{"days":1},"from":"paid"}"#),
        refused("{}"),
    ];
    insta::assert_snapshot!(sentences.join("\n"));
}

#[test]
fn beyond_the_end_of_time_it_is_the_end_of_time() {
    let china = FixedCalendar::china();
    for length in [Length::Seconds, Length::Minutes, Length::Hours, Length::Days, Length::WorkingDays] {
        for (start, end) in [
            (Start::Rolling, End::Exact),
            (Start::Rolling, End::NextWorkingDay),
            (Start::NextMidnight, End::Exact),
            (Start::NextMidnight, End::NextWorkingDay),
        ] {
            let span = Span::of(length(u32::MAX)).starting(start).ending(end);
            for from in [Time::LATEST, Time::from_millis(i64::MAX), Time::LATEST.after(-1)] {
                assert_eq!(span.due(from, &china), Time::LATEST, "{span:?}");
            }
            assert!(span.due(Time::EARLIEST, &china) <= Time::LATEST);
        }
    }
    assert_eq!(Span::days(u32::MAX).due(Time::EPOCH, &china), Time::LATEST);
    assert_eq!(Span::working_days(u32::MAX).due(Time::EPOCH, &china), Time::LATEST);
}

fn any_span() -> impl Strategy<Value = Span> {
    let length = (0_u32..5_000, 0..5).prop_map(|(count, unit)| match unit {
        0 => Length::Seconds(count),
        1 => Length::Minutes(count),
        2 => Length::Hours(count),
        3 => Length::Days(count),
        _ => Length::WorkingDays(count % 300),
    });
    (length, any::<bool>(), any::<bool>()).prop_map(|(length, midnight, working)| {
        let start = if midnight { Start::NextMidnight } else { Start::Rolling };
        let end = if working { End::NextWorkingDay } else { End::Exact };
        Span::of(length).starting(start).ending(end)
    })
}

const YEAR_2100: i64 = 4_102_444_800_000;

proptest! {
    /// Except that an end on a day off moves to the end of a day in the middle of which a later event may end.
    #[test]
    fn a_later_event_never_ends_sooner(span in any_span(), from in 0..YEAR_2100, later in 0_i64..200_000_000) {
        let whole_days = matches!((span.length, span.start), (Length::Days(_), Start::NextMidnight));
        let span = if whole_days { span } else { span.ending(End::Exact) };
        let (first, second) = (Time::from_millis(from), Time::from_millis(from + later));
        for calendar in [FixedCalendar::china(), china_in_october(), FixedCalendar::utc()] {
            prop_assert!(span.due(first, &calendar) <= span.due(second, &calendar));
        }
    }

    #[test]
    fn whole_days_end_with_the_last_millisecond_of_a_day_that_may_end_them(count in 1_u32..800, from in 0..YEAR_2100) {
        let from = Time::from_millis(from);
        let china = china_in_october();
        let local = |at: Time| at.at_offset(china.offset(at)).unwrap().naive_local();
        let moved = on_working_day(count).due(from, &china);
        prop_assert!(china.is_working_day(local(moved).date()));
        prop_assert_ne!(local(moved).date(), local(moved.after(1)).date());
        let plain = whole_days(count).due(from, &china);
        prop_assert_eq!((local(plain).date() - local(from).date()).num_days(), i64::from(count));
        prop_assert!(moved >= plain);
    }

    #[test]
    fn no_calendar_makes_it_panic_or_go_back(span in any_span(), from in any::<i64>()) {
        let from = Time::from_millis(from);
        let due = span.due(from, &Hostile);
        prop_assert!(due <= Time::LATEST && due >= from.min(Time::LATEST));
    }
}
