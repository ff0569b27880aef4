//! The facts of an order: read off the trade as it stands, and as the request would leave it.

use super::super::act::{closing, is_in_transit, is_shippable, is_unconfirmed, names_line};
use super::super::ledger::Units as Range;
use super::super::work::{Turn, Work};
use super::super::{Asked, Bucket, Line, NewLine, NewOrder, Place, Purpose, Trade, Wanted};
use super::{offset_minutes, reason_given, running, uses};
use crate::fact::{Length, Units};
use crate::order::{Action, Facts};
use crate::refund::{Ground, State as RefundState};
use crate::{Amount, Counter, Id, Span};

/// What the conditions of the order see for this turn.
///
/// What is so of the trade is told for every action, so that an edited table may ask for it anywhere; what a request
/// names or would change is told where the action does so.
pub(crate) fn order(work: &Work<'_>, turn: &Turn<'_>) -> Facts {
    let Asked::Order(action) = turn.asked else {
        return Facts::default();
    };
    let mut facts = standing(work, turn);
    goods(&mut facts, &work.trade);
    money(&mut facts, &work.trade);
    receipt(&mut facts, work, turn);
    match action {
        Action::Place => place(&mut facts, turn),
        Action::Pay => facts.arriving = turn.amount(),
        Action::Reprice => reprice(&mut facts, &work.trade, turn.amount()),
        Action::Ship => ship(&mut facts, work, turn),
        Action::Deliver | Action::Bounce | Action::Lose => carry(&mut facts, &work.trade, turn, action),
        Action::ConfirmReceipt => confirm(&mut facts, &work.trade, turn),
        Action::Expire => lapse(&mut facts, work),
        Action::ReopenWindow => facts.reopens_until = turn.detail.until,
        Action::Goodwill => facts.goodwill_asked = turn.amount(),
        Action::Cancel
        | Action::Release
        | Action::Reject
        | Action::CancelRest
        | Action::Narrow
        | Action::Extend
        | Action::MarkDispute
        | Action::Exhaust
        | Action::Park
        | Action::Resume
        | Action::Restore
        | Action::Note => {}
    }
    facts
}

/// What needs no search: the head, the policy, the counters.
fn standing(work: &Work<'_>, turn: &Turn<'_>) -> Facts {
    let (trade, policy) = (&work.trade, work.book.policy);
    let used = uses(work, turn);
    let closable = |placed| Span::of(policy.close_unpaid_after).due(placed, work.book.calendar);
    Facts {
        now: work.now,
        offset_minutes: offset_minutes(work),
        deadline: running(trade.head.deadline.as_ref()),
        lines: lines(trade.lines.len()),
        currency: trade.currency,
        policy_currency: policy.currency,
        needs_hold: trade.head.bill.needs_hold,
        closable_from: trade.head.placed_at.map_or(work.now, closable),
        reason: reason_given(work, turn),
        open_case: trade.open_cases().next().map(|case| case.no),
        goodwill_room: policy.amounts.goodwill_most.less(trade.head.goodwill),
        tenders: used(Counter::Tenders),
        reprices: used(Counter::Reprices),
        surplus: used(Counter::Surplus),
        extensions: used(Counter::Extensions),
        reopenings: used(Counter::Reopenings),
        dispute_marks: used(Counter::DisputeMarks),
        goodwill: used(Counter::Goodwill),
        reconciles: used(Counter::Reconciles),
        revivals: used(Counter::Revivals),
        notes: used(Counter::Notes),
        ..Facts::default()
    }
}

/// Where the units are, in one walk over them.
fn goods(facts: &mut Facts, trade: &Trade) {
    let mut counted = None;
    for range in trade.goods.all().iter().filter(|range| !range.closed) {
        add(&mut facts.units_left, range.count);
        match range.place {
            Place::WithMerchant => {
                add(&mut facts.to_ship, range.count);
                facts.rest_claimed_by = first(facts.rest_claimed_by, trade.open_claim(range));
            }
            Place::Outbound => {
                add(&mut facts.undelivered, range.count);
                add(&mut facts.remaining, range.count);
            }
            Place::Lost => {}
            Place::Returned if range.bounced() => {}
            Place::WithBuyer | Place::Inbound | Place::Returned | Place::SentBack | Place::Replaced => {
                add(&mut facts.remaining, range.count);
            }
        }
        let unconfirmed = trade.line_at(range.line).is_some_and(|line| line.confirmed_at.is_none());
        if unconfirmed && counted != Some(range.line) {
            counted = Some(range.line);
            facts.lines_left += 1;
        }
    }
}

/// What is due, what was paid towards it, and what has gone back.
fn money(facts: &mut Facts, trade: &Trade) {
    let sum = |sum: Amount, amount: Amount| sum.plus(amount).unwrap_or(Amount::MOST);
    let bill = trade.head.bill;
    let of_lines = trade.lines.iter().flat_map(|line| [line.goods, line.tax]);
    facts.due = of_lines.chain([bill.shipping, bill.supplement]).fold(Amount::ZERO, sum);
    (facts.total, facts.lines_sum) = (facts.due, facts.due);
    for pot in &trade.money.pots {
        if !matches!(pot.bucket, Bucket::Surplus | Bucket::Fee(_)) {
            facts.paid = sum(facts.paid, pot.balance.paid);
        }
    }
    facts.taken = trade.money.pot(Bucket::Unapplied).lost;
    let mut came_in = Amount::ZERO;
    for payment in trade.money.payments.iter().filter(|payment| payment.purpose == Purpose::Order) {
        let balance = payment.balance;
        came_in = sum(came_in, balance.paid);
        facts.money_left = sum(facts.money_left, balance.paid.less(balance.refunded).less(balance.lost));
    }
    for refund in &trade.refunds {
        match refund.state {
            RefundState::Paid if refund.ground == Ground::Advance => {
                let case = refund.case.and_then(|no| trade.case(no));
                if case.is_some_and(|case| case.state != crate::after_sale::State::Completed) {
                    facts.money_left = sum(facts.money_left, refund.amount.less(refund.repaid.total()));
                }
            }
            RefundState::Absent | RefundState::Paid | RefundState::Cancelled => {}
            RefundState::Unresolved => facts.unresolved += 1,
            RefundState::AwaitingApproval
            | RefundState::Held
            | RefundState::Submitted
            | RefundState::Failed
            | RefundState::Abnormal
            | RefundState::Offline => facts.waiting += 1,
        }
    }
    // What was repaid of an advance is there again, and was counted twice.
    facts.money_left = facts.money_left.min(came_in);
}

/// The time to confirm: that of the earliest line that runs, and how it may be extended.
fn receipt(facts: &mut Facts, work: &Work<'_>, turn: &Turn<'_>) {
    let lines = work.trade.lines.iter().filter_map(|line| running(line.receipt.as_ref()));
    facts.deadline = facts.deadline.or(lines.min_by_key(|deadline| deadline.due));
    facts.extendable_from = work.now;
    let asked = turn.detail.days.unwrap_or_default();
    facts.extension = Length { used: asked, least: 0, most: 0 };
    if let Some(rule) = &work.book.policy.receipt_extension {
        let offered = |day: Option<&u16>| day.copied().map_or(0, u32::from);
        facts.extension.least = offered(rule.days.first());
        facts.extension.most = offered(rule.days.last());
        facts.extension_offered = rule.days.iter().any(|&days| u32::from(days) == asked);
        let last_days = crate::Length::Days(rule.last_days.into()).millis();
        if let Some(deadline) = facts.deadline {
            facts.extendable_from = deadline.due.after(-last_days);
        }
    }
}

fn place(facts: &mut Facts, turn: &Turn<'_>) {
    let Some(order) = turn.detail.order.as_deref() else {
        return;
    };
    facts.lines = lines(order.lines.len());
    facts.faulty_line = faulty_line(order);
    facts.currency = order.currency;
    (facts.total, facts.due) = (order.total, order.total);
    // A sum below nothing or beyond all bounds matches no total.
    facts.lines_sum = order.due().unwrap_or(match order.total {
        Amount::ZERO => Amount::MOST,
        _ => Amount::ZERO,
    });
    facts.needs_hold = order.needs_hold;
}

/// The first line that is named twice, has no units, or is reduced below nothing or beyond all bounds.
fn faulty_line(order: &NewOrder) -> Option<Id> {
    let is_valid = |line: &NewLine| {
        let list = line.unit_price.minor().checked_mul(line.count.into()).map(Amount::new);
        let whole = list.and_then(|list| list.minus(line.discount)?.plus(line.tax));
        line.count > 0 && list <= Some(Amount::MOST) && whole.is_some_and(|whole| whole <= Amount::MOST)
    };
    let mut lines = order.lines.iter().enumerate();
    let faulty = lines.find(|(at, line)| {
        let named_before = order.lines.iter().take(*at).any(|earlier| earlier.id == line.id);
        named_before || !is_valid(line)
    });
    faulty.map(|(_, line)| line.id)
}

/// Only the price of the goods is changed: tax and shipping are the least that a new total must cover.
fn reprice(facts: &mut Facts, trade: &Trade, total: Amount) {
    let bill = trade.head.bill;
    let beside = trade.lines.iter().map(|line| line.tax).chain([bill.shipping, bill.supplement]);
    (facts.total, facts.due) = (total, total);
    facts.lines_sum = total.max(Amount::sum(beside).unwrap_or(Amount::MOST));
}

fn ship(facts: &mut Facts, work: &Work<'_>, turn: &Turn<'_>) {
    let closes = closing(work);
    let fits = |range: &Range| is_shippable(&work.trade, range, closes);
    let taken;
    (facts.shippable, taken) = named(&work.trade, turn, fits);
    facts.to_ship = facts.to_ship.saturating_sub(taken);
}

fn carry(facts: &mut Facts, trade: &Trade, turn: &Turn<'_>, action: Action) {
    let taken;
    (facts.in_transit, taken) = named(trade, turn, |range| is_in_transit(trade, turn, range));
    facts.undelivered = facts.undelivered.saturating_sub(taken);
    if action != Action::Deliver {
        facts.remaining = facts.remaining.saturating_sub(taken);
    }
}

/// The line of which most is lacking, and how many units that are not closed the request takes in all.
fn named(trade: &Trade, turn: &Turn<'_>, fits: impl Fn(&Range) -> bool) -> (Units, u32) {
    let mut shortest = Units { line: Id::known("-"), asked: 0, free: 0 };
    let mut open = 0;
    for &Wanted { line, count, .. } in &turn.detail.units {
        let Some((at, _)) = trade.line(line) else { continue };
        let (mut left, mut free) = (count, 0);
        for range in trade.goods.of_line(at).filter(|range| fits(range)) {
            let taken = range.count.min(left);
            left -= taken;
            add(&mut free, range.count);
            add(&mut open, if range.closed { 0 } else { taken });
        }
        if shortest.asked == 0 || left > shortest.asked.saturating_sub(shortest.free) {
            shortest = Units { line, asked: count, free };
        }
    }
    (shortest, open)
}

/// What a confirmation names: the lines of its list, or without one every line that no case holds.
fn confirm(facts: &mut Facts, trade: &Trade, turn: &Turn<'_>) {
    let mut held_by = None;
    for (at, line) in (0_u16..).zip(&trade.lines) {
        if !names_line(turn, line) || !is_unconfirmed(trade, at) {
            continue;
        }
        let holder = holder(trade, at);
        held_by = first(held_by, holder);
        // A list names what it names, free or not; without one, a held line is not meant.
        facts.lines_named += u32::from(holder.is_none() || !turn.detail.units.is_empty());
    }
    let means_held = !turn.detail.units.is_empty() || facts.lines_named == 0;
    facts.line_held_by = held_by.filter(|_| means_held);
    facts.lines_left = facts.lines_left.saturating_sub(facts.lines_named);
}

/// The lines whose time to confirm has passed are confirmed by silence. It runs for none where nobody is to confirm.
fn lapse(facts: &mut Facts, work: &Work<'_>) {
    let passed = |line: &&Line| line.receipt.is_some_and(|receipt| receipt.has_passed(work.now));
    let passed = work.trade.lines.iter().filter(passed).count();
    facts.lines_left = facts.lines_left.saturating_sub(u32::try_from(passed).unwrap_or(u32::MAX));
}

/// Counts on; more than can be counted is as many as can be.
const fn add(sum: &mut u32, count: u32) {
    *sum = sum.saturating_add(count);
}

/// The first open case on a line.
fn holder(trade: &Trade, line: u16) -> Option<u16> {
    let claims = trade.goods.of_line(line).filter_map(|range| trade.open_claim(range));
    claims.min()
}

fn first(one: Option<u16>, other: Option<u16>) -> Option<u16> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn lines(count: usize) -> Length {
    Length { used: u32::try_from(count).unwrap_or(u32::MAX), least: 1, most: super::super::form::LINES_MOST as u32 }
}
