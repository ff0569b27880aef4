//! What is promised when a case is opened, changed or opened again: for which units, for how much, until when and why.

use alloc::format;

use super::moment::{OfCase, count, held, was_had, within, worth_and_spent, worth_of};
use super::{Kept, Promise};
use crate::after_sale::{Action as A, State as S};
use crate::trade::{Bucket, Case, Line, Place, Purpose, Trade, Units};
use crate::{Anchor, Counter, Kind, Reason, Role, Time, Window, order, refund};

pub(super) fn of_case(now: &OfCase<'_>) -> Kept {
    let opens = matches!(now.action, A::Apply | A::Declare | A::Grant | A::Offer);
    let amends = now.action == A::Modify && now.from != S::GoodsRefused;
    if !opens && !amends && now.action != A::Reopen {
        return Ok(());
    }
    units_are_free(now)?;
    claims_what_it_is_for(now)?;
    if now.action == A::Reopen {
        return Ok(());
    }
    order_is_open(now)?;
    kind_fits(now, now.case.offer.kind)?;
    // What the law gives takes what is left of the shipping, whoever has the rest.
    if now.action != A::Declare {
        ships_money_back_once(now)?;
        whole_share(now, now.case.offer.kind, now.case.offer.amount.minor())?;
    }
    let by_buyer = now.at.role() == Role::Buyer;
    if by_buyer {
        in_time(now)?;
    }
    let (fee, most) = (now.case.offer.fee, now.at.book.policy.amounts.fee_most);
    now.at.must(fee <= most, Promise::FeeWithinCap, || format!("a fee of {fee:?}, at most {most:?}"))?;
    match now.action {
        A::Apply if by_buyer => {
            reason_and_evidence(now)?;
            whole_lines(now)?;
            not_lapsed(now)?;
            not_disputed(now)?;
            granted_as_policy(now)
        }
        A::Modify => {
            reason_and_evidence(now)?;
            whole_lines(now)
        }
        A::Declare => by_law(now),
        A::Grant => {
            now.at.must(now.case.offer.kind.pays() && !now.case.offer.kind.returns(), Promise::GrantedAsPolicy, || {
                format!("{} was granted unasked", now.case.offer.kind)
            })
        }
        _ => Ok(()),
    }
}

/// No unit of it is closed, or has another case; and they are as many as were asked for.
fn units_are_free(now: &OfCase<'_>) -> Kept {
    let own = |units: &Units| units.claim.is_none_or(|claim| claim == now.case.no);
    let taken = now.units_before().into_iter().find(|units| units.closed || !own(units));
    now.at.must(taken.is_none(), Promise::UnitsFree, || format!("units were not free: {taken:?}"))?;
    let asked: u64 = now.at.detail.units.iter().map(|wanted| u64::from(wanted.count)).sum();
    let named = count(&now.case.units);
    now.at.must(named > 0 && (asked == 0 || asked == named), Promise::UnitsFree, || {
        let units = if asked == 1 { "unit was" } else { "units were" };
        format!("{asked} {units} asked for, and {named} are in the case")
    })
}

/// A case claims all that it is about, something unless its units cost nothing, and no more than they still hold.
fn claims_what_it_is_for(now: &OfCase<'_>) -> Kept {
    let (at, case) = (&now.at, now.case);
    let (claim, due) = (case.claim.total().minor(), worth_of(case).minor().saturating_sub(held(at.after, case)));
    let paid_on = [S::Refunding].contains(&now.to);
    at.must(claim == due || paid_on, Promise::WithinRoom, || format!("it is about {due}, and claims {claim}"))?;
    let units = now.units_before();
    let (worth, spent) = worth_and_spent(at.before, &units);
    let of_goods = case.claim.parts.iter().filter(|part| part.units.is_some()).map(|part| part.amount.minor());
    let of_goods: u64 = of_goods.sum();
    at.must(of_goods + spent <= worth, Promise::WithinRoom, || {
        format!("{of_goods} is claimed of units worth {worth}, of which {spent} is spent")
    })?;
    let asks = worth == 0 || !worth_of(case).is_zero() || (now.action == A::Reopen && due == 0);
    at.must(asks, Promise::WithinRoom, || "it is about nothing".into())
}

fn order_is_open(now: &OfCase<'_>) -> Kept {
    use order::State::{Completed, Delivered, Late, OnHold, Paid, PartShipped, Shipped};
    let state = now.at.before.head.state;
    let open = matches!(state, OnHold | Paid | Late | PartShipped | Shipped | Delivered | Completed);
    now.at.must(open, Promise::OrderOpen, || format!("the order was {state}"))
}

/// Where the goods and the money are decides which kinds there are.
pub(super) fn kind_fits(now: &OfCase<'_>, kind: Kind) -> Kept {
    let units = now.units_before();
    let any = |places: &[Place]| units.iter().any(|units| places.contains(&units.place));
    let breaks = |holds, what: &str| now.at.must(holds, Promise::KindFits, || format!("{kind}, and {what}"));
    breaks(kind == Kind::RefundOnly || !any(&[Place::WithMerchant]), "units of it were not shipped")?;
    let replaced = now.was.is_some_and(Case::has_replacement);
    breaks(kind.returns() || replaced || !any(&[Place::Inbound, Place::Returned]), "the goods are with the merchant")?;
    let back = |units: &Units| matches!(units.place, Place::Inbound | Place::Returned) && !units.bounced();
    let applies = matches!(now.action, A::Apply | A::Declare | A::Modify);
    breaks(!applies || !units.iter().any(back), "an earlier case has brought the goods back")?;
    let advanced = now.was.map_or(0, |was| super::moment::advanced(now.at.before, was));
    breaks(kind.pays() || advanced == 0, "money is advanced")
}

/// Money back for what the buyer never had is all of its share, or all that the payments hold.
pub(super) fn whole_share(now: &OfCase<'_>, kind: Kind, amount: u64) -> Kept {
    let trade = now.at.before;
    let line = |units: &Units| trade.line_at(units.line);
    let never: alloc::vec::Vec<Units> =
        now.units_before().into_iter().filter(|units| line(units).is_some_and(|line| !was_had(units, line))).collect();
    if kind != Kind::RefundOnly || never.is_empty() {
        return Ok(());
    }
    let (worth, spent) = worth_and_spent(trade, &never);
    let of_order = (0_u16..).zip(&trade.money.payments).filter(|(_, payment)| payment.purpose == Purpose::Order);
    let own = |at: u16| now.was.map_or(0, |was| was.claim.of_payment(at).minor());
    let rooms: u64 = of_order.map(|(at, payment)| payment.balance.kept().minor() + own(at)).sum();
    let room = rooms.saturating_sub(trade.money.pot(Bucket::Surplus).kept().minor());
    let whole = (worth.saturating_sub(spent)).min(room);
    now.at.must(whole <= amount, Promise::WholeShare, || {
        format!("{amount} for units that never came, of which {whole} is left")
    })
}

/// Shipping goes back once: no other case has it.
fn ships_money_back_once(now: &OfCase<'_>) -> Kept {
    let asks =
        |case: &Case| [Bucket::Shipping, Bucket::Supplement].iter().any(|of| !case.claim.of_bucket(*of).is_zero());
    if !asks(now.case) {
        return Ok(());
    }
    let other = |no: u16| no != now.case.no;
    let claimed = now.at.before.cases.iter().any(|case| other(case.no) && asks(case));
    let refunded = now.at.before.refunds.iter().any(|refund| {
        refund.state != refund::State::Cancelled
            && refund.case.is_some_and(other)
            && [Bucket::Shipping, Bucket::Supplement].iter().any(|of| !refund.split.of_bucket(*of).is_zero())
    });
    now.at.must(!claimed && !refunded, Promise::ShippingOnce, || "another case has the shipping".into())
}

/// Every unit is asked for in its own time. What a change leaves as it was need only have been.
fn in_time(now: &OfCase<'_>) -> Kept {
    let (at, case) = (&now.at, now.case);
    let window = match (now.action, &at.book.policy.statutory) {
        (A::Declare, Some(law)) => Window::Lasts(law.window),
        _ => at.book.policy.window(case.offer.kind, case.reason),
    };
    let late = now.units_before().into_iter().find(|units| {
        let was = now.was.filter(|was| was.reason == case.reason && was.names(units.span()));
        let in_time = |was: &Case| was.offer.kind == case.offer.kind || is_by(now, window, units, was.opened_at);
        !is_by(now, window, units, at.now()) && !was.is_some_and(in_time)
    });
    at.must(late.is_none(), Promise::WithinWindow, || {
        format!("the window of {} for {} is over: {late:?}", case.reason, case.offer.kind)
    })
}

/// Whether the application was made within the window of its reason.
pub(super) fn was_in_time(now: &OfCase<'_>) -> bool {
    let window = now.at.book.policy.window(now.case.offer.kind, now.case.reason);
    now.units_before().iter().all(|units| is_by(now, window, units, now.case.opened_at))
}

/// Whether the window of a unit has not ended at this time, or a grace was given so long, or the platform has opened it.
fn is_by(now: &OfCase<'_>, window: Window, units: &Units, time: Time) -> bool {
    let head = &now.at.before.head;
    let named = head.reopened_for.is_none_or(|reason| reason == now.case.reason);
    let later = [units.grace, head.reopened_until.filter(|_| named)];
    let over = ends(now, window, units).is_some_and(|end| end < time);
    !over || later.into_iter().flatten().any(|until| time <= until)
}

/// When the window of a unit ends; none while it has not begun.
fn ends(now: &OfCase<'_>, window: Window, units: &Units) -> Option<Time> {
    let trade = now.at.before;
    let line = trade.line_at(units.line)?;
    let Window::Lasts(span) = window else {
        let silent = line.receipt.and_then(|receipt| receipt.due());
        return line.confirmed_at.map(|at| at.after(-1)).or(silent);
    };
    let came = |units: &Units, line: &Line| units.delivered_at.or(units.shipped_at.and(line.confirmed_at));
    let head = &trade.head;
    let began = match span.anchor {
        Anchor::Entry | Anchor::Applied => Some(now.case.opened_at),
        Anchor::Placed => head.placed_at,
        Anchor::Paid => head.paid_at,
        Anchor::Completed => head.completed_at,
        Anchor::Shipped => units.shipped_at,
        Anchor::Delivered => came(units, line),
        Anchor::LastDelivered => last_came(trade, came),
    };
    Some(span.due(began?, now.at.book.calendar))
}

/// When the last unit of the order came; none while one is awaited.
fn last_came(trade: &Trade, came: impl Fn(&Units, &Line) -> Option<Time>) -> Option<Time> {
    let mut last = None;
    for units in trade.goods.all() {
        let at = trade.line_at(units.line).and_then(|line| came(units, line));
        let awaited = !units.closed && matches!(units.place, Place::WithMerchant | Place::Outbound);
        if at.is_none() && awaited {
            return None;
        }
        last = last.max(at);
    }
    last
}

/// The policy offers the kind for the reason, and what it wants to see is there.
fn reason_and_evidence(now: &OfCase<'_>) -> Kept {
    let (at, case, policy) = (&now.at, now.case, now.at.book.policy);
    let (kind, reason) = (case.offer.kind, case.reason);
    for units in now.units_before() {
        let Some(line) = at.before.line_at(units.line) else { continue };
        let fits = policy.reason_fits(kind, reason, was_had(&units, line));
        let excluded = kind.returns() && reason == Reason::NoReason && !policy.no_reason_allowed(line.category);
        at.must(fits && !excluded, Promise::ReasonFits, || format!("{reason} is no reason for {kind} of {}", line.id))?;
    }
    let shown = at.detail.evidence.len();
    let fits =
        (shown > 0 || !policy.evidence_needed(reason)) && shown as u64 <= u64::from(policy.cap(Counter::Evidence));
    at.must(fits, Promise::EvidenceGiven, || format!("{shown} pieces of evidence for {reason}"))
}

fn whole_lines(now: &OfCase<'_>) -> Kept {
    if !now.at.book.policy.switches.whole_line_only {
        return Ok(());
    }
    for span in &now.case.units {
        let of_line = now.case.units.iter().filter(|other| other.line == span.line).map(|other| u64::from(other.count));
        let free = |units: &Units| !units.closed && units.claim.is_none_or(|claim| claim == now.case.no);
        let (asked, free) = (of_line.sum::<u64>(), now.at.before.goods.count(span.line, free));
        now.at.must(asked >= u64::from(free), Promise::WholeLines, || format!("{asked} of {free} units of a line"))?;
    }
    Ok(())
}

/// What the buyer let lapse is not asked for again where the policy says so.
fn not_lapsed(now: &OfCase<'_>) -> Kept {
    if now.at.book.policy.switches.reapply_after_lapse {
        return Ok(());
    }
    let lapsed = now.at.before.cases.iter().find(|case| {
        let by_buyer = case.state == S::Lapsed && case.silent == Some(Role::Buyer) && case.started_by != Role::Merchant;
        by_buyer
            && case.units.iter().any(|span| {
                !within(now.at.before, &[*span]).is_empty()
                    && now.case.units.iter().any(|own| {
                        own.line == span.line
                            && own.first < span.first + span.count
                            && span.first < own.first + own.count
                    })
            })
    });
    now.at.must(lapsed.is_none(), Promise::WholeLines, || {
        format!("{:?} lapsed on these units", lapsed.map(|case| case.no))
    })
}

/// No money of a payment in dispute is asked for.
fn not_disputed(now: &OfCase<'_>) -> Kept {
    let claims = now.case.claim.shares.iter().filter(|share| !share.amount.is_zero());
    let mut payments = claims.filter_map(|share| now.at.before.money.payment(share.payment));
    now.at.must(!payments.any(|payment| payment.is_disputed()), Promise::UndisputedOnly, || {
        "a payment of it is in dispute".into()
    })
}

/// What is granted at once the policy grants at once, and what it grants at once is.
fn granted_as_policy(now: &OfCase<'_>) -> Kept {
    let (at, case, policy) = (&now.at, now.case, now.at.book.policy);
    let kind = case.offer.kind;
    let unshipped = now.units_before().iter().all(|units| units.place == Place::WithMerchant);
    let by_place = unshipped && kind.pays() && policy.switches.unshipped_is_granted;
    let by_trust = kind.pays() && policy.fast_refund.on_apply && super::pay::is_trusted(at, case);
    let fits = match now.to {
        S::Refunding => by_place || (by_trust && !kind.returns()),
        S::AwaitingReturn => by_trust && kind.returns(),
        _ => !by_place && !by_trust,
    };
    at.must(fits, Promise::GrantedAsPolicy, || {
        format!("{kind} is {}; granted unshipped: {by_place}, granted on trust: {by_trust}", now.to)
    })
}

/// The law gives the right, for these units, to this buyer; and what was not shipped need not come back.
fn by_law(now: &OfCase<'_>) -> Kept {
    let (at, policy) = (&now.at, now.at.book.policy);
    let right = |units: &Units| {
        at.before.line_at(units.line).is_some_and(|line| policy.statutory_right(line.category).is_some())
    };
    let units = now.units_before();
    let lawful = at.before.head.bill.statutory && units.iter().all(right);
    at.must(lawful, Promise::ByLaw, || "the law gives no right of withdrawal for it".into())?;
    let unshipped = units.iter().all(|units| units.place == Place::WithMerchant);
    at.must(unshipped == (now.to == S::Refunding), Promise::ByLaw, || {
        format!("it is {}, and not shipped: {unshipped}", now.to)
    })
}
