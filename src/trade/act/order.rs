//! What the rows of the order do to the data.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::draft;
use super::super::ledger::{Place, Units};
use super::super::work::{Turn, Work};
use super::super::{
    Bill, Bucket, Case, Change, Defect, Denied, Line, NewOrder, Parcel, Part, Parties, Placed, Purpose, Trade,
    UnitChange, UnitSpan,
};
use super::{loss, take_in};
use crate::after_sale::{self as case_words, AfterSale};
use crate::order::{Action, Order, State};
use crate::rule::{Guard, Rule, Table, To};
use crate::{Amount, Anchor, Counter, Role, Time};

/// Carries out the action of the row.
pub(crate) fn order(work: &mut Work<'_>, turn: &Turn<'_>, action: Action, rule: &Rule<Order>) -> Result<(), Denied> {
    match action {
        Action::Place => place(work, turn, rule)?,
        Action::Pay => pay(work, turn, rule)?,
        Action::Reprice => reprice(work, turn)?,
        Action::Ship => ship(work, turn)?,
        Action::Deliver => arrive(work, turn, |at| UnitChange::Delivered { at })?,
        Action::Bounce => arrive(work, turn, |_| UnitChange::CameBack { condition: None })?,
        Action::Lose => arrive(work, turn, |_| UnitChange::At(Place::Lost))?,
        Action::ConfirmReceipt => {
            let lines = named_lines(&work.trade, turn);
            receive(work, &lines)?;
            let now = work.now;
            lines.into_iter().try_for_each(|line| confirm(work, line, now))?;
        }
        Action::Extend => {
            let days = i64::from(turn.detail.days.unwrap_or_default());
            extend(work, days * 24 * 3_600_000)?;
        }
        Action::Expire => {
            // Silence confirmed it when the time was over, however late the clock comes by.
            let now = work.now;
            let ended = |line: &Line| line.receipt.filter(|receipt| receipt.has_passed(now));
            let lines = (0..).zip(&work.trade.lines);
            let lines: Vec<_> = lines.filter_map(|(at, line)| Some((at, ended(line)?.until))).collect();
            // At its last millisecond the buyer was still in time.
            lines.into_iter().try_for_each(|(line, until)| confirm(work, line, until.after(1)))?;
        }
        Action::ReopenWindow => {
            let until = turn.detail.until.unwrap_or(work.now);
            work.change(Change::Reopened(until, turn.detail.reason))?;
        }
        Action::Goodwill => work.change(Change::Goodwill(turn.amount()))?,
        Action::MarkDispute => loss::mark_dispute(work, turn)?,
        Action::Cancel
        | Action::Release
        | Action::Reject
        | Action::CancelRest
        | Action::Narrow
        | Action::Exhaust
        | Action::Park
        | Action::Resume
        | Action::Restore
        | Action::Note => {}
    }
    Ok(())
}

fn place(work: &mut Work<'_>, turn: &Turn<'_>, rule: &Rule<Order>) -> Result<(), Defect> {
    let Some(order) = turn.detail.order.as_deref() else {
        return Err(Defect::Range { what: "the order" });
    };
    let placed = Placed {
        terms: work.book.terms(),
        parties: Parties {
            buyer: order.buyer,
            merchant: order.merchant,
            finance: order.finance.clone(),
            gateways: order.gateways.clone(),
            carriers: order.carriers.clone(),
        },
        currency: order.currency,
        lines: lines(order)?,
        bill: Bill {
            shipping: order.shipping,
            supplement: order.supplement,
            gifted_points: order.gifted_points,
            coupon: order.coupon,
            insured: order.insured,
            needs_hold: order.needs_hold,
            standing: order.standing,
            statutory: order.statutory,
            points_restored: 0,
            points_clawed: 0,
            coupon_restored: false,
        },
    };
    work.change(Change::Placed(Box::new(placed)))?;
    let now = work.now;
    work.change(Change::Reached(Anchor::Placed, now))?;
    // Points and coupons alone have paid it.
    match rule.to {
        To::Enter(State::Unpaid) | To::Stay => Ok(()),
        To::Enter(_) => work.change(Change::Reached(Anchor::Paid, now)),
    }
}

/// Gives each line its paid share: the order's own discount and the points are allocated by largest remainder.
fn lines(order: &NewOrder) -> Result<Vec<Line>, Defect> {
    let defect = Defect::Range { what: "the lines" };
    let prices = order.prices().ok_or(defect)?;
    let weights: Vec<u64> = prices.iter().map(|price| price.minor()).collect();
    let discounts = order.discount.split(&weights);
    let points = Amount::new(order.points).split(&weights);
    let mut lines = Vec::with_capacity(order.lines.len());
    for (((new, price), discount), points) in order.lines.iter().zip(prices).zip(discounts).zip(points) {
        lines.push(Line {
            id: new.id,
            count: new.count,
            goods: price.minus(discount).ok_or(defect)?,
            tax: new.tax,
            price,
            points: points.minor(),
            category: new.category,
            confirmed_at: None,
            receipt: None,
            transport: new.transport,
        });
    }
    Ok(lines)
}

/// What is to be paid for each pot.
fn bill(trade: &Trade) -> Vec<Part> {
    let lines = (0_u16..)
        .zip(&trade.lines)
        .flat_map(|(at, line)| [(Bucket::Goods(at), line.goods), (Bucket::Tax(at), line.tax)]);
    let shipping = [(Bucket::Shipping, trade.head.bill.shipping), (Bucket::Supplement, trade.head.bill.supplement)];
    let parts = lines.chain(shipping).filter(|(_, amount)| !amount.is_zero());
    parts.map(|(bucket, amount)| Part { bucket, units: None, amount }).collect()
}

fn pay(work: &mut Work<'_>, turn: &Turn<'_>, rule: &Rule<Order>) -> Result<(), Defect> {
    let amount = turn.amount();
    let towards = match (rule.from, rule.to) {
        (State::Unpaid | State::Cancelled, To::Enter(_)) => Bucket::Unapplied,
        (State::Unpaid, To::Stay) if !is_surplus(rule) => Bucket::Unapplied,
        _ => Bucket::Surplus,
    };
    take_in(work, turn, Purpose::Order, &[Part { bucket: towards, units: None, amount }])?;
    if rule.from == State::Unpaid && matches!(rule.to, To::Enter(_)) {
        paid_in_full(work)?;
    }
    Ok(())
}

/// Whether the row takes a payment in as too much: by what it counts it as.
fn is_surplus(rule: &Rule<Order>) -> bool {
    rule.when().any(|condition| condition.counter() == Some(Counter::Surplus))
}

/// What was paid towards the order, and no bank has taken since, becomes what it was paid for; the rest is a surplus.
fn paid_in_full(work: &mut Work<'_>) -> Result<(), Defect> {
    let mut parts = bill(&work.trade);
    let due = Amount::sum(parts.iter().map(|part| part.amount)).unwrap_or(Amount::MOST);
    let paid = work.trade.money.pot(Bucket::Unapplied).kept();
    let surplus = paid.less(due);
    if paid < due {
        // A row may be content with less than is due.
        let weights: Vec<u64> = parts.iter().map(|part| part.amount.minor()).collect();
        for (part, share) in parts.iter_mut().zip(paid.split(&weights)) {
            part.amount = share;
        }
        parts.retain(|part| !part.amount.is_zero());
    }
    if !surplus.is_zero() {
        parts.push(Part { bucket: Bucket::Surplus, units: None, amount: surplus });
    }
    work.change(Change::Applied(parts))?;
    let now = work.now;
    work.change(Change::Reached(Anchor::Paid, now))
}

fn reprice(work: &mut Work<'_>, turn: &Turn<'_>) -> Result<(), Defect> {
    let trade = &work.trade;
    let beside = trade.lines.iter().map(|line| line.tax).chain([trade.head.bill.shipping, trade.head.bill.supplement]);
    let goods = Amount::sum(beside).and_then(|beside| turn.amount().minus(beside));
    let weights: Vec<u64> = trade.lines.iter().map(|line| line.goods.minor()).collect();
    let shares = goods.ok_or(Defect::Range { what: "the price" })?.split(&weights);
    let prices = shares.into_iter().zip(&trade.lines).map(|(goods, line)| (goods, line.tax)).collect();
    work.change(Change::Repriced(prices))
}

fn ship(work: &mut Work<'_>, turn: &Turn<'_>) -> Result<(), Defect> {
    let Some(waybill) = turn.detail.waybill else {
        return Err(Defect::Range { what: "the waybill" });
    };
    let now = work.now;
    let spans = shippable(work, turn);
    let parcel = u16::try_from(work.trade.parcels.len()).map_err(|_| Defect::Range { what: "the parcels" })?;
    work.change(Change::Parcel(Parcel { carrier: waybill.carrier, waybill: waybill.number, at: now, failed: false }))?;
    for span in spans {
        work.change(Change::Units(span, UnitChange::Shipped { parcel, at: now }))?;
    }
    work.change(Change::Reached(Anchor::Shipped, now))
}

/// The units that the request would ship: free ones first, then those whose case shipping would close.
pub(crate) fn shippable(work: &Work<'_>, turn: &Turn<'_>) -> Vec<UnitSpan> {
    let closes = closing(work);
    let mut spans = Vec::new();
    for wanted in &turn.detail.units {
        let Some((line, _)) = work.trade.line(wanted.line) else {
            continue;
        };
        let free = work.trade.goods.pick(line, wanted.count, |units| is_shippable(&work.trade, units, None));
        let taken = free.iter().fold(0_u32, |sum, span| sum.saturating_add(span.count));
        let left = wanted.count.saturating_sub(taken);
        spans.extend(free);
        if closes.is_some() {
            let claimed = |units: &Units| units.claim.is_some() && is_shippable(&work.trade, units, closes);
            spans.extend(work.trade.goods.pick(line, left, claimed));
        }
    }
    spans
}

/// The rows by which shipping closes a case, where the policy lets it.
pub(crate) fn closing<'w>(work: &Work<'w>) -> Option<&'w Table<AfterSale>> {
    work.book.policy.switches.shipping_closes_case.then_some(&work.book.rules.after_sale)
}

/// Whether units can be shipped: with the merchant, their money not on its way back, and claimed by no open case, or by
/// one that shipping would close.
pub(crate) fn is_shippable(trade: &Trade, units: &Units, closes_case: Option<&Table<AfterSale>>) -> bool {
    let closes =
        |case: &Case| closes_case.is_some_and(|rules| rules.may(case.state, case_words::Action::Overtake, Role::Trade));
    let claim_allows = units.claim.and_then(|no| trade.case(no)).is_none_or(closes);
    units.place == Place::WithMerchant && !units.closed && !draft::is_spent(trade, units) && claim_allows
}

/// The units that a carrier's report names: on their way out, in the named parcel if one is named.
pub(crate) fn in_transit(trade: &Trade, turn: &Turn<'_>) -> Vec<UnitSpan> {
    let mut spans = Vec::new();
    for wanted in &turn.detail.units {
        let Some((line, _)) = trade.line(wanted.line) else {
            continue;
        };
        spans.extend(trade.goods.pick(line, wanted.count, |units| is_in_transit(trade, turn, units)));
    }
    spans
}

/// Whether units are on their way to the buyer, in a parcel of the carrier that reports.
pub(crate) fn is_in_transit(trade: &Trade, turn: &Turn<'_>, units: &Units) -> bool {
    let parcel = units.parcel.and_then(|at| trade.parcels.get(usize::from(at)));
    units.place == Place::Outbound
        && parcel.is_some_and(|parcel| {
            parcel.carrier == turn.actor.id
                && turn.detail.waybill.is_none_or(|waybill| waybill.number == parcel.waybill)
        })
}

fn arrive(work: &mut Work<'_>, turn: &Turn<'_>, change: impl Fn(crate::Time) -> UnitChange) -> Result<(), Defect> {
    let now = work.now;
    for span in in_transit(&work.trade, turn) {
        work.change(Change::Units(span, change(now)))?;
    }
    all_there(work)
}

/// The last delivery is the one after which nothing is awaited.
fn all_there(work: &mut Work<'_>) -> Result<(), Defect> {
    let (now, ships) = (work.now, work.trade.head.state.may_ship());
    let awaited = |units: &Units| match units.place {
        Place::Outbound => !units.closed,
        Place::WithMerchant => ships && !units.closed,
        Place::WithBuyer | Place::Inbound | Place::Returned | Place::SentBack | Place::Lost | Place::Replaced => false,
    };
    let goods = &work.trade.goods;
    if !goods.any(awaited) && goods.any(|units| units.delivered_at == Some(now)) {
        work.change(Change::Reached(Anchor::LastDelivered, now))?;
    }
    Ok(())
}

/// The buyer has what the buyer confirms, though no carrier has reported it.
fn receive(work: &mut Work<'_>, lines: &[u16]) -> Result<(), Defect> {
    let now = work.now;
    let came = |units: &&Units| lines.contains(&units.line) && units.place == Place::Outbound && !units.closed;
    let spans: Vec<UnitSpan> = work.trade.goods.all().iter().filter(came).map(Units::span).collect();
    for span in spans {
        work.change(Change::Units(span, UnitChange::Delivered { at: now }))?;
    }
    all_there(work)
}

/// The lines that a confirmation names and that are left to confirm; all that no case holds if it names none.
fn named_lines(trade: &Trade, turn: &Turn<'_>) -> Vec<u16> {
    let names_all = turn.detail.units.is_empty();
    (0_u16..)
        .zip(&trade.lines)
        .filter(|(at, line)| names_line(turn, line) && is_unconfirmed(trade, *at))
        .map(|(at, _)| at)
        .filter(|&at| !names_all || !has_open_case(trade, at))
        .collect()
}

/// Whether a confirmation names a line; it names all if it has no list.
pub(crate) fn names_line(turn: &Turn<'_>, line: &Line) -> bool {
    let list = &turn.detail.units;
    list.is_empty() || list.iter().any(|wanted| wanted.line == line.id)
}

/// Whether receipt of a line is still to be confirmed: it was not, and not all of its units are closed.
pub(crate) fn is_unconfirmed(trade: &Trade, line: u16) -> bool {
    let open = trade.line_at(line).is_some_and(|line| line.confirmed_at.is_none());
    open && trade.goods.of_line(line).any(|units| !units.closed)
}

/// Whether an open case claims units of a line.
pub(crate) fn has_open_case(trade: &Trade, line: u16) -> bool {
    trade.goods.of_line(line).any(|units| trade.open_claim(units).is_some())
}

fn confirm(work: &mut Work<'_>, line: u16, at: Time) -> Result<(), Defect> {
    work.change(Change::Confirmed(line, at))?;
    work.change(Change::Receipt(line, None))
}

fn extend(work: &mut Work<'_>, millis: i64) -> Result<(), Defect> {
    let running: Vec<_> = (0..).zip(&work.trade.lines).filter_map(|(at, line)| Some((at, line.receipt?))).collect();
    for (line, receipt) in running {
        work.change(Change::Receipt(line, Some(receipt.extend(millis))))?;
    }
    Ok(())
}
