//! Whether a request is well formed: asked first, before the actor and long before any row.

use super::field::{fields, given};
use super::{Asked, Denied, Detail, Field, Flaw, Malformed, NewOrder, Request, Subject, Sum, Trade};
use crate::{Amount, Kind, Role, Set, Time, after_sale};

/// The most bytes of any text.
pub(crate) const TEXT_MOST: usize = 500;
/// The most pieces of evidence in one request.
pub(crate) const EVIDENCE_MOST: usize = 20;
/// The most lines of an order.
pub(crate) const LINES_MOST: usize = 200;
/// The most units of one line.
const UNITS_MOST: u32 = 1_000_000;
/// The most ids in a list of parties.
const PARTIES_MOST: usize = 20;

/// Checks what can be said without the trade.
pub(crate) fn check(request: &Request) -> Result<(), Denied> {
    let Request { actor, subject, asked, detail, .. } = request;
    ensure(actor.is_well_formed(), Field::Actor, Flaw::NotAnId)?;
    ensure(request.key.is_none_or(|key| key.is_well_formed()), Field::Key, Flaw::NotAnId)?;
    let fits = matches!(
        (subject, asked),
        (Subject::Order, Asked::Order(_)) | (Subject::Case(_), Asked::Case(_)) | (Subject::Refund(_), Asked::Refund(_))
    );
    ensure(fits, Field::Subject, Flaw::OtherMachine)?;
    let internal = matches!(actor.role, Role::Clock | Role::Trade);
    ensure(!internal, Field::Actor, Flaw::NotForPeople)?;
    given_fields(*asked, detail)?;
    texts(detail)?;
    ids(detail)?;
    numbers(detail)?;
    detail.order.as_deref().map_or(Ok(()), new_order)
}

/// Checks what names something of the trade: numbers, lines, currencies.
pub(crate) fn check_against(request: &Request, trade: &Trade) -> Result<(), Denied> {
    if let (Subject::Case(1..), Asked::Case(action)) = (request.subject, request.asked) {
        ensure(!opens(action), Field::Subject, Flaw::OpensNew)?;
    }
    let known = match (request.subject, request.asked) {
        (Subject::Order, _) => true,
        (Subject::Case(0), Asked::Case(action)) => opens(action),
        (Subject::Case(no), Asked::Case(_)) => trade.case(no).is_some(),
        (Subject::Case(_), _) => false,
        (Subject::Refund(no), _) => trade.refund(no).is_some(),
    };
    ensure(known, Field::Subject, Flaw::Unknown)?;
    let detail = &request.detail;
    terms_taken(request, trade)?;
    for wanted in &detail.units {
        let (_, line) = trade.line(wanted.line).ok_or_else(|| flawed(Field::Units, Flaw::Unknown))?;
        let most = Flaw::OutOfRange { least: 1, most: u64::from(line.count) };
        ensure((1..=line.count).contains(&wanted.count), Field::Units, most)?;
    }
    sums(detail).try_for_each(|(field, sum)| {
        let other = Flaw::OtherCurrency { accepted: trade.currency };
        ensure(sum.currency.is_none_or(|currency| currency == trade.currency), field, other)
    })
}

/// Nothing of the terms is passed over in silence: an amount is for what is paid, a fee for what is sent, a difference
/// for what is exchanged.
fn terms_taken(request: &Request, trade: &Trade) -> Result<(), Denied> {
    use after_sale::Action;
    let detail = &request.detail;
    let Asked::Case(action) = request.asked else { return Ok(()) };
    let stands = match request.subject {
        Subject::Case(no) => trade.case(no).map(|case| case.offer.kind),
        Subject::Order | Subject::Refund(_) => None,
    };
    let Some(kind) = detail.kind.or(stands) else { return Ok(()) };
    let (money, extras) = match action {
        // A reshipment says what the missing part is worth.
        Action::Apply | Action::Offer | Action::Grant | Action::Modify => (kind.pays() || kind == Kind::Reship, true),
        // What a case is worth that sends something stands already.
        Action::Propose => (kind.pays(), true),
        _ => return Ok(()),
    };
    ensure(money || detail.amount.is_none(), Field::Amount, Flaw::NotTaken)?;
    ensure(!extras || kind.sends() || detail.fee.is_none(), Field::Fee, Flaw::NotTaken)?;
    ensure(!extras || kind == Kind::Exchange || detail.difference.is_none(), Field::Difference, Flaw::NotTaken)
}

/// All payments of a trade together stay below the bound of an amount, so that no sum of it can overflow.
pub(crate) fn check_room(request: &Request, trade: &Trade) -> Result<(), Denied> {
    let Some(sum) = request.detail.amount.filter(|_| request.asked.brings_money()) else {
        return Ok(());
    };
    let room = Amount::MOST.less(trade.money.total().paid);
    ensure(sum.amount <= room, Field::Amount, Flaw::TooMuch { most: room })
}

/// Whether the action opens a case.
pub(crate) const fn opens(action: after_sale::Action) -> bool {
    use after_sale::Action;
    matches!(action, Action::Apply | Action::Declare | Action::Grant | Action::Offer)
}

fn given_fields(asked: Asked, detail: &Detail) -> Result<(), Denied> {
    let (needs, takes) = fields(asked);
    let (needs, takes) = (Set::of(needs), Set::of(takes));
    let given = given(detail);
    if given.holds_all(needs) && needs.or(takes).holds_all(given) {
        return Ok(());
    }
    for &field in Field::ALL {
        let (given, needed) = (given.has(field), needs.has(field));
        ensure(given || !needed, field, Flaw::Missing)?;
        ensure(!given || needed || takes.has(field), field, Flaw::NotTaken)?;
    }
    Ok(())
}

fn texts(detail: &Detail) -> Result<(), Denied> {
    let texts = [
        (Field::Text, &detail.text),
        (Field::Address, &detail.address),
        (Field::Account, &detail.account),
        (Field::Voucher, &detail.voucher),
    ];
    let evidence = detail.evidence.iter().map(|reference| (Field::Evidence, reference));
    for (field, text) in texts.into_iter().chain(evidence) {
        // No text has more characters than bytes.
        let fits = text.len() <= TEXT_MOST || text.chars().count() <= TEXT_MOST;
        ensure(fits, field, Flaw::TooLong { most: TEXT_MOST as u64 })?;
    }
    ensure(detail.evidence.iter().all(|reference| !reference.is_empty()), Field::Evidence, Flaw::Missing)?;
    let most = Flaw::TooLong { most: EVIDENCE_MOST as u64 };
    ensure(detail.evidence.len() <= EVIDENCE_MOST, Field::Evidence, most)
}

fn ids(detail: &Detail) -> Result<(), Denied> {
    let waybill = detail.waybill.iter().flat_map(|waybill| [waybill.carrier, waybill.number]);
    let ids = waybill.map(|id| (Field::Waybill, id)).chain(detail.reference.map(|id| (Field::Reference, id)));
    for (field, id) in ids.chain(detail.units.iter().map(|wanted| (Field::Units, wanted.line))) {
        ensure(id.is_well_formed(), field, Flaw::NotAnId)?;
    }
    for (at, wanted) in detail.units.iter().enumerate() {
        let repeated = detail.units.iter().take(at).any(|earlier| earlier.line == wanted.line);
        ensure(!repeated, Field::Units, Flaw::Repeated)?;
        let most = Flaw::OutOfRange { least: 1, most: u64::from(UNITS_MOST) };
        ensure((1..=UNITS_MOST).contains(&wanted.count), Field::Units, most)?;
    }
    ensure(detail.units.len() <= LINES_MOST, Field::Units, Flaw::TooLong { most: LINES_MOST as u64 })
}

fn numbers(detail: &Detail) -> Result<(), Denied> {
    sums(detail)
        .try_for_each(|(field, sum)| ensure(sum.amount <= Amount::MOST, field, Flaw::TooMuch { most: Amount::MOST }))?;
    let stars = detail.stars.is_none_or(|stars| (1..=5).contains(&stars));
    ensure(stars, Field::Stars, Flaw::OutOfRange { least: 1, most: 5 })?;
    let days = detail.days.is_none_or(|days| (1..=365).contains(&days));
    ensure(days, Field::Days, Flaw::OutOfRange { least: 1, most: 365 })?;
    for (field, at) in [(Field::Until, detail.until), (Field::StageAt, detail.stage_at)] {
        ensure(at.is_none_or(Time::is_sane), field, OUTSIDE_TIME)?;
    }
    Ok(())
}

fn sums(detail: &Detail) -> impl Iterator<Item = (Field, Sum)> {
    [
        (Field::Amount, detail.amount),
        (Field::Fee, detail.fee),
        (Field::Difference, detail.difference),
        (Field::Freight, detail.freight),
    ]
    .into_iter()
    .filter_map(|(field, sum)| Some((field, sum?)))
}

fn new_order(order: &NewOrder) -> Result<(), Denied> {
    let own = [Some(order.buyer), Some(order.merchant), order.coupon];
    let lists = order.finance.iter().chain(&order.gateways).chain(&order.carriers);
    let lines = order.lines.iter().flat_map(|line| [Some(line.id), line.category]);
    let all = own.into_iter().flatten().chain(lists.copied()).chain(lines.flatten());
    for id in all {
        ensure(id.is_well_formed(), Field::Order, Flaw::NotAnId)?;
    }
    for list in [&order.finance, &order.gateways, &order.carriers] {
        ensure(list.len() <= PARTIES_MOST, Field::Order, Flaw::TooLong { most: PARTIES_MOST as u64 })?;
    }
    let most = Flaw::OutOfRange { least: 1, most: LINES_MOST as u64 };
    ensure((1..=LINES_MOST).contains(&order.lines.len()), Field::Order, most)?;
    for (at, line) in order.lines.iter().enumerate() {
        let repeated = order.lines.iter().take(at).any(|earlier| earlier.id == line.id);
        ensure(!repeated, Field::Order, Flaw::Repeated)?;
        let most = Flaw::OutOfRange { least: 1, most: u64::from(UNITS_MOST) };
        ensure((1..=UNITS_MOST).contains(&line.count), Field::Order, most)?;
    }
    ensure(order.standing <= 1_000, Field::Order, Flaw::OutOfRange { least: 0, most: 1_000 })
}

/// Of a time that no request may carry.
pub(crate) const OUTSIDE_TIME: Flaw = Flaw::OutsideTime { earliest: Time::EPOCH, latest: Time::LATEST };

pub(crate) const fn flawed(field: Field, flaw: Flaw) -> Denied {
    Denied::Malformed(Malformed { field, flaw })
}

const fn ensure(holds: bool, field: Field, flaw: Flaw) -> Result<(), Denied> {
    if holds { Ok(()) } else { Err(flawed(field, flaw)) }
}
