//! What of a trade can still matter.
//!
//! Two trades with the same essence answer alike, from now on and for ever: with the same rows, the same refusals, and
//! with trades that again have the same essence. So a walk over everything that can happen need visit one of them. Pairs
//! of trades that share an essence are compared on the way, and must do so.
//!
//! That is said of every request *of the walk*, not of any that could be written. What the walk never says may tell two
//! trades apart that share an essence:
//!
//! | the walk says | it never says |
//! |---|---|
//! | of a dispute, the channel's own time as now, or as before the order was placed | a time in between, which a mark between two others would compare |
//! | of a parcel of the order, no waybill, that of a parcel, or one that no parcel has | two parcels of one waybill |
//! | of parcels of a case, any waybill | that a carrier's report is about one of them by its waybill: none compares it |
//! | references and keys of the channels as they come, one after another; one that is known, and one that is not | a reference that an earlier trade would have given |
//! | amounts at their bounds, one beyond, and what the world names between | every amount between |
//! | texts of one word, too short, or none | what is meant by them |
//!
//! Whatever [`of_trade`], [`of_rest`], [`of_silence`] and [`of_choices`] read of a trade must be in its essence as well: they
//! are asked of the first of its kind alone. Pairs that share an essence are asked all but the last of these, and must
//! come to the same.
//!
//! [`of_trade`]: super::promise::of_trade
//! [`of_rest`]: super::promise::of_rest
//! [`of_silence`]: super::promise::of_silence
//! [`of_choices`]: super::promise::of_choices
//!
//! Every field is named here, without `..`: whoever adds one must say whether it matters. What is left out, and why:
//!
//! | left out | since |
//! |---|---|
//! | the key, the terms, the parties but the carriers, the currency, what a line is | they are the same in all trades of one world |
//! | the version, `touched`, the number of events | they only tell a stale request from a fresh one, by being equal or not |
//! | when the last event was | only a time before it is refused, and time does not run backwards |
//! | a time as such | only how long ago it was, or how long it still is: every rule adds a span or compares |
//! | how long ago something was, beyond the longest span that counts from it | the span is over, and stays over; whether a case was opened before a window ended is kept apart |
//! | since when a limit runs | only until when matters |
//! | a grace, a window or an extension that is over | over stays over |
//! | what a report said that moved nothing | it only tells whether somebody is asked to look once more; no promise reads it |
//! | when a payment was disputed | a mark of the walk is later than every one before, or older than the order: only which of these it was is kept |
//! | waybills of a case, texts, addresses, stars, when a parcel left | no row reads them |
//! | who granted or asked for a refund | where none is ever large enough to wait for a second person |
//! | what a case was about that ended without money | where it can be neither reopened nor rated nor written about |
//! | how often units came back | only whether that is in stock again |

mod case;
mod digest;
mod order;
mod refund;

use alloc::vec::Vec;
use core::hash::Hash as _;

use crate::trade::{Counts, Deadline, Trade, UnitSpan};
use crate::{
    Amount, Anchor, Calendar as _, Counter, FixedCalendar, Limit, Policy, Reason, Span, Time, Transport, Window,
};
use digest::Digest;

use super::promise::Excuses;

const DAY: i64 = 86_400_000;

/// What of a trade can still matter, in 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Essence(u128);

impl Essence {
    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }
}

/// How trades under one policy are looked at: what is long enough ago not to matter.
#[derive(Clone, Debug)]
pub struct Lens<'a> {
    policy: &'a Policy,
    calendar: &'a FixedCalendar,
    /// How long each anchor counts.
    spans: [i64; Anchor::COUNT],
    /// How long a case can be appealed or rated.
    rested: i64,
    /// Whether a span ends on a working day: then it matters which day it is.
    working_days: bool,
    /// Whether some refund may ever wait for a second person: then it matters who granted it.
    approved: bool,
    /// Whether a case that has ended without money can still be touched.
    touchable: bool,
    /// Whether windows are looked at as they were when a case was opened: in a change of it, and in a refusal.
    compared: bool,
    /// Every window that something may be asked for in.
    windows: Vec<Window>,
}

impl<'a> Lens<'a> {
    /// How trades under this policy are looked at, none of which ever gives back more than `most` at once.
    #[must_use]
    pub fn new(policy: &'a Policy, calendar: &'a FixedCalendar, most: Amount) -> Self {
        let mut lens = Self {
            policy,
            calendar,
            spans: [1; Anchor::COUNT],
            rested: 1,
            working_days: false,
            approved: policy.amounts.approval_above < most,
            touchable: [Counter::Appeals, Counter::Ratings].iter().any(|&of| policy.cap(of) > 0),
            compared: policy.cap(Counter::Modifies) > 0 || !policy.reasons.never_refused.is_empty(),
            windows: windows(policy),
        };
        spans(policy).for_each(|span| lens.count(span));
        lens.count(Span::of(policy.close_unpaid_after).since(Anchor::Placed));
        for (counter, length) in [(Counter::Appeals, policy.windows.appeal), (Counter::Ratings, policy.windows.rating)]
        {
            if policy.cap(counter) > 0 {
                lens.rested = lens.rested.max(length.millis() + DAY);
            }
        }
        lens
    }

    fn count(&mut self, span: Span) {
        // One that begins or ends with a day may be longer by as much.
        let length = span.length.millis() + 2 * DAY;
        self.working_days |= matches!(span.length, crate::Length::WorkingDays(_)) || span.end != crate::End::Exact;
        if let Some(kept) = self.spans.get_mut(span.anchor.ordinal()) {
            *kept = (*kept).max(length);
        }
    }

    /// The essence of a trade at a time, and of what was excused on the way to it.
    #[must_use]
    pub fn essence(&self, trade: &Trade, now: Time, excuses: Excuses) -> Essence {
        let mut digest = Digest::new();
        excuses.hash(&mut digest);
        let mut look = Look { lens: self, now, digest: &mut digest };
        look.time_of_day();
        look.trade(trade);
        Essence(digest.end())
    }

    fn span(&self, anchor: Anchor) -> i64 {
        self.spans.get(anchor.ordinal()).copied().unwrap_or(i64::MAX)
    }
}

/// Every span of a policy that counts from something.
fn spans(policy: &Policy) -> impl Iterator<Item = Span> {
    let lasts = |window: Window| window.span();
    let limits = Limit::ALL.iter().map(|&limit| policy.limit(limit));
    let receipts = Transport::ALL.iter().map(|&transport| policy.receipt(transport));
    let reasons = Reason::ALL.iter().filter_map(move |&reason| lasts(policy.windows.by_reason[reason]));
    let kinds = policy.windows.by_kind.iter().filter_map(move |(_, window)| lasts((*window)?));
    let law = policy.statutory.iter().flat_map(|law| [law.window, law.refund, law.send_back]);
    limits.chain(receipts).chain(reasons).chain(kinds).chain(law)
}

/// Every window of a policy, each once.
fn windows(policy: &Policy) -> Vec<Window> {
    let of_reasons = Reason::ALL.iter().map(|&reason| policy.windows.by_reason[reason]);
    let of_kinds = policy.windows.by_kind.iter().filter_map(|(_, window)| *window);
    let mut windows: Vec<Window> = Vec::new();
    for window in of_reasons.chain(of_kinds) {
        if !windows.contains(&window) {
            windows.push(window);
        }
    }
    windows
}

/// One trade looked at, at one time.
struct Look<'a> {
    lens: &'a Lens<'a>,
    now: Time,
    digest: &'a mut Digest,
}

impl Look<'_> {
    /// Spans that begin at midnight see the time of day, those that end on a working day see the day.
    fn time_of_day(&mut self) {
        let offset = self.lens.calendar.offset(self.now).local_minus_utc();
        let local = self.now.after(i64::from(offset) * 1_000).millis();
        let seen = if self.lens.working_days { local } else { local.rem_euclid(DAY) };
        self.digest.word(seen.unsigned_abs());
    }

    /// How long ago it was, up to how long that can matter.
    fn ago(&mut self, at: Time, most: i64) {
        self.digest.word(self.now.since(at).clamp(0, most.max(1)).unsigned_abs());
    }

    fn ago_of(&mut self, at: Option<Time>, anchor: Anchor) {
        match at {
            Some(at) => self.ago(at, self.lens.span(anchor)),
            None => self.digest.word(u64::MAX),
        }
    }

    /// How long it still is; what is over is over.
    fn still(&mut self, until: Option<Time>) {
        let left = until.map_or(-1, |until| until.since(self.now)).max(-1);
        self.digest.word((left + 1).unsigned_abs());
    }

    fn deadline(&mut self, deadline: Option<&Deadline>) {
        let now = self.now;
        self.digest.maybe(deadline, |digest, deadline| {
            let Deadline { limit, since: _, until, waits_for, frozen } = deadline;
            digest.number(limit.ordinal());
            digest.number(waits_for.ordinal());
            match frozen {
                // While it stands still, only what is left of it matters.
                Some(left) => {
                    digest.flag(true);
                    digest.word(left.unsigned_abs());
                    // It may be given more time than a fresh one would have: the later end counts.
                    digest.word((until.since(now).max(0)).unsigned_abs());
                }
                None => {
                    digest.flag(false);
                    digest.word((until.since(now) + 1).max(0).unsigned_abs());
                }
            }
        });
    }

    fn counts(&mut self, counts: &Counts) {
        self.digest.bag(counts.iter(), |digest, (tally, used)| {
            digest.number(tally.counter.ordinal());
            digest.word(tally.apart.into());
            digest.word(used.into());
        });
    }

    fn span(digest: &mut Digest, span: &UnitSpan) {
        let UnitSpan { line, first, count } = *span;
        digest.word(u64::from(line) << 48 ^ u64::from(first) << 24 ^ u64::from(count));
    }
}
