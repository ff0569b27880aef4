//! Where a use of a liberty is counted: on which machine, and apart for which state, side, point or payment.

use super::work::Turn;
use super::{Asked, Counts, Point, Subject, Tally, Trade};
use crate::{Counter, Each, Role, after_sale, order};

/// What a case is told of rejections is counted apart from the rejections themselves.
const TOLD: u16 = 1;

/// Where this use is counted; `None` where something else keeps the count: the units their tries, the refund its
/// attempts.
///
/// What a sibling tells is counted by who is told, as everything else is.
pub(crate) fn place(trade: &Trade, turn: &Turn<'_>, subject: Subject, counter: Counter) -> Option<(Subject, Tally)> {
    let whole = Tally { counter, apart: 0 };
    let apart = |apart| Tally { counter, apart };
    match counter {
        Counter::Tries | Counter::Attempts => None,
        Counter::Offers | Counter::Grants => Some((Subject::Order, whole)),
        Counter::Rejections => match subject {
            // What finance rejects is counted for the case, and what the case is told of it apart.
            Subject::Refund(no) => {
                let case = trade.refund(no).and_then(|refund| refund.case);
                Some((case.map_or(subject, Subject::Case), whole))
            }
            Subject::Order | Subject::Case(_) => Some((subject, apart(TOLD))),
        },
        Counter::Extensions => Some((subject, apart(16 * state(trade, subject) + side(turn.actor.role)))),
        Counter::Evidence | Counter::Notes => Some((subject, apart(side(turn.actor.role)))),
        Counter::Reviews => Some((subject, apart(review(trade, turn, subject)))),
        Counter::DisputeMarks => match subject {
            Subject::Order => Some((subject, apart(payment(trade, turn)))),
            Subject::Case(_) | Subject::Refund(_) => Some((subject, whole)),
        },
        Counter::Modifies
        | Counter::Rounds
        | Counter::Intercepts
        | Counter::Corrections
        | Counter::Redispatches
        | Counter::Conversions
        | Counter::Appeals
        | Counter::Ratings
        | Counter::FeePayments
        | Counter::Repayments
        | Counter::Asks
        | Counter::Redirects
        | Counter::Offline
        | Counter::Reconciles
        | Counter::Reversals
        | Counter::Conflicts
        | Counter::Reprices
        | Counter::Tenders
        | Counter::Goodwill
        | Counter::Surplus
        | Counter::Overpays
        | Counter::Revivals
        | Counter::Reopenings => Some((subject, whole)),
    }
}

/// How often the turn's actor has used each liberty where this turn would count it. Few are ever used, so the uses are
/// walked over and not the liberties.
pub(crate) fn used(trade: &Trade, turn: &Turn<'_>) -> Each<Counter, u32, { Counter::COUNT }> {
    let mut used = Each::of(0);
    let own = (turn.subject != Subject::Order).then_some(turn.subject);
    let case = match turn.subject {
        Subject::Refund(no) => trade.refund(no).and_then(|refund| refund.case).map(Subject::Case),
        Subject::Order | Subject::Case(_) => None,
    };
    for home in [Some(Subject::Order), own, case].into_iter().flatten() {
        for (tally, uses) in counts(trade, home).into_iter().flat_map(Counts::iter) {
            if place(trade, turn, turn.subject, tally.counter) == Some((home, tally)) {
                used[tally.counter] = uses;
            }
        }
    }
    used
}

fn counts(trade: &Trade, subject: Subject) -> Option<&Counts> {
    match subject {
        Subject::Order => Some(&trade.head.counts),
        Subject::Case(no) => trade.case(no).map(|case| &case.counts),
        Subject::Refund(no) => trade.refund(no).map(|refund| &refund.counts),
    }
}

/// What a review would be about in this state.
pub(crate) const fn point(state: after_sale::State) -> Point {
    use after_sale::State;
    match state {
        State::AwaitingReturn
        | State::Returning
        | State::Inspecting
        | State::GoodsRefused
        | State::AwaitingSendBack
        | State::SendingBack
        | State::Recovering => Point::Goods,
        State::AwaitingDispatch | State::Dispatched => Point::Replacement,
        State::Absent
        | State::Requested
        | State::Overdue
        | State::Proposed
        | State::AwaitingPayment
        | State::Refused
        | State::Intercepting
        | State::UnderReview
        | State::Refunding
        | State::Completed
        | State::Withdrawn
        | State::Lapsed
        | State::Dismissed
        | State::Unresolved => Point::Application,
    }
}

/// The buyer's reviews are counted apart from everybody else's, so that nobody can use them up.
fn review(trade: &Trade, turn: &Turn<'_>, subject: Subject) -> u16 {
    let state = match subject {
        Subject::Case(no) => trade.case(no).map_or(after_sale::State::Absent, |case| case.state),
        Subject::Order | Subject::Refund(_) => after_sale::State::Absent,
    };
    let starter = u16::from(turn.actor.role != Role::Buyer);
    1 + 2 * ordinal(point(state).ordinal()) + starter
}

fn state(trade: &Trade, subject: Subject) -> u16 {
    match subject {
        Subject::Order => ordinal(match trade.head.state {
            // Receipt is one wait, whether the parcels have come or not.
            order::State::Delivered => order::State::Shipped.ordinal(),
            state => state.ordinal(),
        }),
        Subject::Case(no) => ordinal(trade.case(no).map_or(0, |case| case.state.ordinal())),
        Subject::Refund(no) => ordinal(trade.refund(no).map_or(0, |refund| refund.state.ordinal())),
    }
}

fn side(role: Role) -> u16 {
    1 + ordinal(role.ordinal())
}

/// The place of the payment that a gateway speaks of, counted from 1.
fn payment(trade: &Trade, turn: &Turn<'_>) -> u16 {
    let reference = turn.detail.reference.filter(|_| matches!(turn.asked, Asked::Order(_)));
    let named = reference.and_then(|reference| trade.money.payment_by(turn.actor.id, reference));
    named.map_or(0, |(at, _)| at.saturating_add(1))
}

fn ordinal(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
