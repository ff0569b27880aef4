//! What must hold of every trade at every moment.

use alloc::format;

use super::moment::{meets, towards_order, waits, within};
use super::{Broken, Kept, Promise, must};
use crate::after_sale::State as CaseState;
use crate::refund::{Ground, State as RefundState};
use crate::rule::Standing;
use crate::trade::{Balance, Bucket, Case, Counts, Place, Split, Subject, Trade, UnitSpan, Units};
use crate::{Amount, Counter, Limit, Rulebook, Time, order};

/// What must hold of a trade at every moment, whatever was done.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_trade(book: &Rulebook<'_>, trade: &Trade, now: Time) -> Result<(), Broken> {
    money_is_conserved(trade)?;
    nothing_is_paid_twice(trade)?;
    units_are_conserved(trade)?;
    one_case_per_unit(trade)?;
    claims_apart(trade)?;
    claims_agree(trade)?;
    spent_within_worth(trade)?;
    paid_in_full(trade)?;
    funds_within_paid(trade)?;
    deadlines_run(book, trade, now)?;
    liberties_within_caps(book, trade)?;
    states_fit_terms(trade)
}

/// A column of a balance, with its name.
type Column = (&'static str, fn(&Balance) -> Amount);

const COLUMNS: [Column; 5] = [
    ("paid", |balance| balance.paid),
    ("claimed", |balance| balance.claimed),
    ("reserved", |balance| balance.reserved),
    ("refunded", |balance| balance.refunded),
    ("lost", |balance| balance.lost),
];

/// Added up here: nothing is in two columns, and payments and pots hold the same in each.
fn money_is_conserved(trade: &Trade) -> Kept {
    let breaks =
        |holds, what: &dyn Fn() -> alloc::string::String| must(holds, Promise::MoneyConserved, Subject::Order, what);
    let within = |balance: &Balance| {
        let out = [balance.claimed, balance.reserved, balance.refunded, balance.lost];
        out.iter().map(|amount| amount.minor()).sum::<u64>() <= balance.paid.minor()
    };
    for payment in &trade.money.payments {
        breaks(within(&payment.balance), &|| format!("payment {} holds less than is taken of it", payment.reference))?;
    }
    for pot in &trade.money.pots {
        breaks(within(&pot.balance), &|| format!("the pot {:?} holds less than is taken of it", pot.bucket))?;
    }
    for (name, of) in COLUMNS {
        let payments: u64 = trade.money.payments.iter().map(|payment| of(&payment.balance).minor()).sum();
        let pots: u64 = trade.money.pots.iter().map(|pot| of(&pot.balance).minor()).sum();
        breaks(payments == pots, &|| format!("{name}: {payments} by payments, {pots} by pots"))?;
    }
    Ok(())
}

/// What each payment holds is what the cases and refunds of the trade say, and refunds never come to more than was paid.
fn nothing_is_paid_twice(trade: &Trade) -> Kept {
    for (at, payment) in (0_u16..).zip(&trade.money.payments) {
        let claimed: u64 = trade.cases.iter().map(|case| case.claim.of_payment(at).minor()).sum();
        let sum = |fits: fn(RefundState) -> bool, of: fn(&Split, u16) -> u64| -> u64 {
            let refunds = trade.refunds.iter().filter(|refund| fits(refund.state));
            refunds.map(|refund| of(&refund.split, at)).sum()
        };
        let of_payment = |split: &Split, at| split.of_payment(at).minor();
        let under_way = sum(|state| waits(state) || state == RefundState::Unresolved, of_payment);
        let repaid: u64 = trade.refunds.iter().map(|refund| refund.repaid.of_payment(at).minor()).sum();
        let gone_back = sum(|state| state == RefundState::Paid, of_payment).saturating_sub(repaid);
        let told = [claimed, under_way, gone_back];
        let Balance { paid, claimed, reserved, refunded, .. } = payment.balance;
        let kept = [claimed, reserved, refunded].map(Amount::minor);
        must(told == kept, Promise::NothingPaidTwice, Subject::Order, || {
            format!(
                "of payment {}: claimed, under way and gone back are {told:?}, and {kept:?} in the ledger",
                payment.reference
            )
        })?;
        must(under_way + gone_back <= paid.minor(), Promise::NothingPaidTwice, Subject::Order, || {
            format!("of {paid:?} paid {under_way} is under way and {gone_back} has gone back")
        })?;
    }
    Ok(())
}

/// Every unit of every line is in exactly one place.
fn units_are_conserved(trade: &Trade) -> Kept {
    let mut all = trade.goods.all().iter();
    for (at, line) in (0_u16..).zip(&trade.lines) {
        let mut next = 0;
        while next < line.count {
            let here = all.next().filter(|units| units.line == at && units.first == next && units.count > 0);
            must(here.is_some(), Promise::UnitsConserved, Subject::Order, || {
                format!("unit {next} of {} is nowhere, or in two places", line.id)
            })?;
            next += here.map_or(u32::MAX, |units| units.count);
        }
        must(next == line.count, Promise::UnitsConserved, Subject::Order, || {
            format!("{next} units of {} where {} were ordered", line.id, line.count)
        })?;
    }
    must(all.next().is_none(), Promise::UnitsConserved, Subject::Order, || "there are units of no line".into())
}

/// Whether a case still has its units: it is open, or nobody knows what became of its money. A case that was completed
/// and only sends again what the bank took back, or asks back what was paid beside, has none where somebody else has asked for
/// them since; nor has the review of that.
fn has_units(trade: &Trade, case: &Case) -> bool {
    let again = [CaseState::Recovering, CaseState::Refunding].map(Some);
    let recovers =
        case.state == CaseState::Recovering || case.state == CaseState::UnderReview && again.contains(&case.before);
    let pays = recovers || matches!(case.state, CaseState::Refunding | CaseState::Unresolved);
    let sends_again =
        pays && trade.goods.of_case(case.no).next().is_none() && trade.refunds_of(case.no).next().is_some();
    (case.is_open() || case.state == CaseState::Unresolved) && !sends_again
}

/// From the cases' own spans: no two cases that have units have one in common.
fn one_case_per_unit(trade: &Trade) -> Kept {
    for (at, case) in trade.cases.iter().enumerate() {
        for other in trade.cases.iter().skip(at + 1).filter(|other| has_units(trade, other) && has_units(trade, case)) {
            let shared = case.units.iter().any(|one| other.units.iter().any(|two| meets(one, two)));
            must(!shared, Promise::OneCasePerUnit, Subject::Case(case.no), || {
                format!("case {} names units of it as well", other.no)
            })?;
        }
    }
    Ok(())
}

/// The units of which a case claims money.
fn claims(case: &Case) -> impl Iterator<Item = UnitSpan> {
    case.claim.parts.iter().filter(|part| !part.amount.is_zero()).filter_map(|part| part.units)
}

/// No two cases claim money of one unit, also where one has no units any more and only asks back what was paid beside.
fn claims_apart(trade: &Trade) -> Kept {
    for (at, case) in trade.cases.iter().enumerate() {
        for other in trade.cases.iter().skip(at + 1) {
            let shared = claims(case).any(|one| claims(other).any(|two| meets(&one, &two)));
            must(!shared, Promise::OneCasePerUnit, Subject::Case(case.no), || {
                format!("case {} claims money of its units as well", other.no)
            })?;
        }
    }
    Ok(())
}

/// What a case claims, both ledgers show, and what rests claims nothing.
fn claims_agree(trade: &Trade) -> Kept {
    for case in &trade.cases {
        let subject = Subject::Case(case.no);
        let claims = |units: &&Units| units.claim == Some(case.no);
        if has_units(trade, case) {
            let named = within(trade, &case.units);
            let all = named.iter().all(|units| units.claim == Some(case.no));
            must(all, Promise::ClaimsAgree, subject, || "it names units that it does not claim".into())?;
            let (named, claimed) = (total(&named), total(trade.goods.all().iter().filter(claims)));
            must(named == claimed, Promise::ClaimsAgree, subject, || {
                format!("it names {named} units and claims {claimed}")
            })?;
        } else {
            let units = total(trade.goods.all().iter().filter(claims));
            must(units == 0, Promise::RestClaimsNothing, subject, || format!("it rests and claims {units} units"))?;
            let money = if case.is_open() { Amount::ZERO } else { case.claim.total() };
            must(money.is_zero(), Promise::RestClaimsNothing, subject, || format!("it rests and claims {money:?}"))?;
        }
    }
    for pot in &trade.money.pots {
        let claimed: u64 = trade.cases.iter().map(|case| case.claim.of_bucket(pot.bucket).minor()).sum();
        must(claimed == pot.balance.claimed.minor(), Promise::ClaimsAgree, Subject::Order, || {
            format!("of {:?} the cases claim {claimed}, and the pot says {:?}", pot.bucket, pot.balance.claimed)
        })?;
    }
    Ok(())
}

fn total<'u>(units: impl IntoIterator<Item = &'u Units>) -> u64 {
    units.into_iter().map(|units| u64::from(units.count)).sum()
}

/// Units give back no more than they are worth, and what they gave is what the pots of their line gave.
fn spent_within_worth(trade: &Trade) -> Kept {
    for (at, line) in (0_u16..).zip(&trade.lines) {
        let mut spent = 0;
        for units in trade.goods.of_line(at) {
            let worth = line.value(units.first, units.count);
            must(units.spent <= worth, Promise::SpentWithinWorth, Subject::Order, || {
                format!("{:?} is spent of units of {} worth {worth:?}", units.spent, line.id)
            })?;
            spent += units.spent.minor();
        }
        let out = [Bucket::Goods(at), Bucket::Tax(at)].map(|bucket| {
            let Balance { reserved, refunded, lost, .. } = trade.money.pot(bucket);
            reserved.minor() + refunded.minor() + lost.minor()
        });
        let out: u64 = out.iter().sum();
        must(spent == out, Promise::SpentWithinWorth, Subject::Order, || {
            format!("{spent} is spent of the units of {}, and {out} of its pots", line.id)
        })?;
    }
    Ok(())
}

/// Nothing of an order is fulfilled before it is paid, and what was never paid is cancelled.
fn paid_in_full(trade: &Trade) -> Kept {
    use order::State::{Cancelled, Completed, Delivered, Late, OnHold, Paid, PartShipped, Shipped};
    let state = trade.head.state;
    if matches!(state, OnHold | Paid | Late | PartShipped | Shipped | Delivered | Completed) {
        let bill = trade.head.bill;
        let lines = (0_u16..).zip(&trade.lines);
        let lines = lines.flat_map(|(at, line)| [(Bucket::Goods(at), line.goods), (Bucket::Tax(at), line.tax)]);
        let mut due = lines.chain([(Bucket::Shipping, bill.shipping), (Bucket::Supplement, bill.supplement)]);
        let lacking = due.find(|(bucket, due)| trade.money.pot(*bucket).paid != *due);
        must(lacking.is_none(), Promise::PaidBeforeFulfilled, Subject::Order, || {
            format!("it is {state}, and {lacking:?} is not what was paid")
        })?;
    }
    let unpaid = state != Cancelled || towards_order(trade) == 0;
    must(unpaid, Promise::PaidBeforeFulfilled, Subject::Order, || "it is cancelled, and money is there".into())
}

/// The merchant never holds more than came in and has not gone back, unless the platform advanced it.
fn funds_within_paid(trade: &Trade) -> Kept {
    let (total, released) = (trade.money.total(), trade.head.released);
    let left = total.paid.less(total.refunded).less(total.lost);
    let advanced = trade.refunds.iter().any(|refund| refund.ground == Ground::Advance);
    let most = if advanced { total.paid } else { left };
    must(released <= most, Promise::FundsWithinPaid, Subject::Order, || {
        format!("the merchant was given {released:?} where {most:?} is left")
    })
}

/// Who is waited for has a time limit, which runs or stands still for an open case; nobody else has one.
fn deadlines_run(book: &Rulebook<'_>, trade: &Trade, _now: Time) -> Kept {
    let breaks = |holds, subject, what: &'static str| must(holds, Promise::DeadlinesRun, subject, || what.into());
    let rules = book.rules;
    for case in &trade.cases {
        let waits = matches!(rules.after_sale.standing(case.state), Standing::Waits(_));
        let runs = case.deadline.is_some_and(|deadline| deadline.frozen.is_none());
        breaks(
            runs == waits,
            Subject::Case(case.no),
            "it waits without a time limit, or has one and waits for nobody",
        )?;
    }
    for refund in &trade.refunds {
        let waits = matches!(rules.refund.standing(refund.state), Standing::Waits(_));
        let runs = refund.deadline.is_some_and(|deadline| deadline.frozen.is_none());
        breaks(
            runs == waits,
            Subject::Refund(refund.no),
            "it waits without a time limit, or has one and waits for nobody",
        )?;
    }
    let state = trade.head.state;
    let by_line = rules.order.limit(state) == Some(Limit::AutoConfirm);
    let waits = matches!(rules.order.standing(state), Standing::Waits(_)) && !by_line;
    breaks(
        trade.head.deadline.is_some() == waits,
        Subject::Order,
        "it waits without a time limit, or has one and waits for nobody",
    )?;
    let stands = trade.head.deadline.is_some_and(|deadline| deadline.frozen.is_some());
    breaks(!stands || trade.open_cases().next().is_some(), Subject::Order, "it stands still, and no case is open")?;
    for (at, line) in (0_u16..).zip(&trade.lines) {
        let unclosed = |units: &&Units| !units.closed;
        let open = line.confirmed_at.is_none() && trade.goods.of_line(at).any(|units| unclosed(&units));
        // Whose money is on its way back is not waited for.
        let awaited = trade.goods.of_line(at).filter(unclosed).any(|units| !is_paid_back(trade, units));
        let has = line.receipt.is_some();
        let fits = if has { by_line && open } else { !(by_line && open && awaited) };
        breaks(fits, Subject::Order, "a line waits for receipt without a time limit, or has one and waits for none")?;
        let claimed = |units: &Units| units.claim.and_then(|no| trade.case(no)).is_some_and(Case::is_open);
        let held = trade.goods.of_line(at).any(claimed);
        let frozen = line.receipt.is_some_and(|receipt| receipt.frozen.is_some());
        breaks(
            line.receipt.is_none() || frozen == held,
            Subject::Order,
            "receipt stands still for an open case, and only for one",
        )?;
    }
    Ok(())
}

/// Whether a refund of the order itself is under way for these units.
fn is_paid_back(trade: &Trade, units: &Units) -> bool {
    let under_way =
        trade.refunds.iter().filter(|refund| waits(refund.state) || refund.state == RefundState::Unresolved);
    let mut spans = under_way.flat_map(|refund| &refund.units);
    spans.any(|span| span.line == units.line && span.first <= units.first && units.first < span.first + span.count)
}

/// No counted liberty was used more often than the policy allows.
fn liberties_within_caps(book: &Rulebook<'_>, trade: &Trade) -> Kept {
    let within = |counts: &Counts, subject| {
        let over = counts.iter().find(|(tally, used)| *used > book.policy.cap(tally.counter));
        must(over.is_none(), Promise::LibertiesWithinCaps, subject, || {
            let (tally, used) = over.unwrap_or((crate::trade::Tally { counter: Counter::Tries, apart: 0 }, 0));
            format!("{} used {used} of {} times", tally.counter, book.policy.cap(tally.counter))
        })
    };
    within(&trade.head.counts, Subject::Order)?;
    trade.cases.iter().try_for_each(|case| within(&case.counts, Subject::Case(case.no)))?;
    trade.refunds.iter().try_for_each(|refund| within(&refund.counts, Subject::Refund(refund.no)))?;
    let (given, most) = (trade.head.goodwill, book.policy.amounts.goodwill_most);
    must(given <= most, Promise::GoodwillWithinCap, Subject::Order, || {
        format!("{given:?} of goodwill, at most {most:?}")
    })
}

/// Where a case stands fits what it is about: who is to send goods has agreed to, and who is to pay owes something.
fn states_fit_terms(trade: &Trade) -> Kept {
    for case in &trade.cases {
        let kind = case.offer.kind;
        let subject = Subject::Case(case.no);
        let fits = match case.state {
            CaseState::AwaitingReturn | CaseState::Returning | CaseState::Inspecting | CaseState::GoodsRefused => {
                kind.returns()
            }
            CaseState::AwaitingDispatch | CaseState::Dispatched | CaseState::AwaitingPayment => kind.sends(),
            // The difference of a cheaper replacement is paid under the kind that it has.
            CaseState::Refunding => kind.pays() || !case.offer.difference.is_zero(),
            _ => true,
        };
        must(fits, Promise::StateFitsTerms, subject, || format!("it is {} and for {kind}", case.state))?;
        let by_law = case.state != CaseState::GoodsRefused || !case.statutory;
        must(by_law, Promise::StateFitsTerms, subject, || "the goods of a statutory withdrawal were refused".into())?;
        let served = matches!(
            case.state,
            CaseState::AwaitingReturn | CaseState::Returning | CaseState::AwaitingDispatch | CaseState::Dispatched
        );
        // What the bank takes of a fee afterwards was paid all the same.
        let pot = trade.money.pot(Bucket::Fee(case.no));
        let (fee, paid) = (case.offer.fee.minor(), pot.kept().minor() + pot.lost.minor());
        must(!served || !kind.sends() || fee <= paid, Promise::FeePaidFirst, subject, || {
            format!("it is {}, and of a fee of {fee} only {paid} is paid", case.state)
        })?;
        let at = |places: &[Place]| within(trade, &case.units).iter().any(|units| places.contains(&units.place));
        let there = match case.state {
            CaseState::Inspecting | CaseState::GoodsRefused => at(&[Place::Returned]),
            CaseState::AwaitingSendBack => at(&[Place::Returned, Place::Inbound]),
            CaseState::SendingBack => at(&[Place::SentBack]),
            _ => true,
        };
        must(there, Promise::GoodsWhereTheyMust, subject, || {
            format!("it is {}, and no goods of it are there", case.state)
        })?;
    }
    Ok(())
}
