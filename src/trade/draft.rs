//! What an application, an offer or a change of one comes to: which units, for how much. Conditions look at it, the
//! action carries it out.

mod fresh;

use alloc::vec::Vec;

use fresh::Fresh;
pub(crate) use fresh::lapsed_on_the_buyer;

use super::ledger::{Place, Units};
use super::plan::{self, Room};
use super::work::Turn;
use super::{Asked, Case, Line, Offer, Rulebook, Split, Subject, Trade, UnitSpan};
use crate::fact::Units as Shortage;
use crate::{Amount, Blame, Id, Kind, Reason, ShippingPart, after_sale};

/// The terms that a request comes to.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) reason: Reason,
    /// The units that it would claim.
    pub(crate) units: Vec<UnitSpan>,
    /// The line that lacks the most free units; none if no line lacks any.
    pub(crate) lacking: Option<Shortage>,
    /// What could go back for them.
    pub(crate) room: Room,
    /// The terms asked for.
    pub(crate) offer: Offer,
    /// What they are worth in money if they cannot be fulfilled.
    pub(crate) worth: Amount,
    /// The case that already has the shipping, if shipping is asked for.
    pub(crate) shipping_holder: Option<u16>,
}

impl Draft {
    /// The draft of a request that names no terms: those of its case as they stand, and no units.
    pub(crate) fn quiet(case: Option<&Case>) -> Self {
        Self {
            reason: case.map_or(Reason::NoReason, |case| case.reason),
            units: Vec::new(),
            lacking: None,
            room: Room::default(),
            offer: case.map_or(NOTHING, |case| case.offer),
            worth: case.map_or(Amount::ZERO, |case| case.worth),
            shipping_holder: None,
        }
    }
}

const NOTHING: Offer =
    Offer { kind: Kind::RefundOnly, amount: Amount::ZERO, fee: Amount::ZERO, difference: Amount::ZERO };

/// What the request comes to, for a new case or a change of one.
pub(crate) fn draft(book: Rulebook<'_>, trade: &Trade, turn: &Turn<'_>, own: Option<&Case>) -> Draft {
    let detail = turn.detail;
    // A declaration takes whatever it can take; what must come back comes back. See below.
    let declares = turn.asked == Asked::Case(after_sale::Action::Declare);
    let kind = detail.kind.or(own.map(|case| case.offer.kind)).unwrap_or(Kind::RefundOnly);
    // Staff who reopen a case say why they do; the buyer's reason is the buyer's.
    let reopens = turn.asked == Asked::Case(after_sale::Action::Reopen);
    let reason = detail.reason.filter(|_| !reopens);
    let reason = reason.or(own.map(|case| case.reason)).unwrap_or(Reason::NoReason);
    let fresh = Fresh::new(book, trade, turn, (kind, reason), own);
    let (units, lacking) = pick(trade, turn, (kind, reason), own, fresh.as_ref());
    let none = Split::default();
    let own_claim = own.map_or(&none, |case| &case.claim);
    let fits = |each: &Units| units.iter().any(|span| overlaps(*span, each));
    let shipped = |span: &UnitSpan| trade.goods.within(*span).any(|units| units.shipped_at.is_some());
    let unshipped = !units.is_empty() && !units.iter().any(shipped);
    let statutory = declares || own.is_some_and(|case| case.statutory);
    let room = Room {
        goods: plan::goods_room(trade, &units, own_claim),
        shipping: shipping(book, trade, own_claim, reason, statutory, unshipped, fits),
    };
    let kind = match kind {
        _ if declares && unshipped => Kind::RefundOnly,
        _ if declares => Kind::ReturnAndRefund,
        kind => kind,
    };
    let offer = terms(turn, kind, room, own);
    let worth = worth(offer, room);
    // What is sent instead is claimed by its worth, and that may reach beyond the goods as well.
    let asks_shipping = worth > room.goods;
    Draft {
        reason,
        lacking,
        worth,
        room,
        offer,
        shipping_holder: if asks_shipping { shipping_holder(trade, own) } else { None },
        units,
    }
}

/// The amount of the terms: what was asked, or else all that can go back.
fn terms(turn: &Turn<'_>, kind: Kind, room: Room, own: Option<&Case>) -> Offer {
    let detail = turn.detail;
    let kept = own.filter(|case| detail.kind.is_none_or(|kind| kind == case.offer.kind) && detail.units.is_empty());
    let asked = detail.amount.map(|sum| sum.amount).or(kept.map(|case| case.offer.amount));
    let whole = match kind {
        // The buyer keeps the goods: how much is for the buyer to say.
        Kind::Compensation => Amount::ZERO,
        Kind::RefundOnly | Kind::ReturnAndRefund => room.total(),
        Kind::Exchange | Kind::Repair | Kind::Reship => room.goods,
    };
    let offer = with_extras(turn, kind, asked.unwrap_or(whole));
    // A buyer who asks for a dearer replacement offers to pay for it, until the buyer says otherwise.
    match kept.filter(|_| detail.fee.is_none()) {
        Some(case) => Offer { fee: case.offer.fee, ..offer },
        None => offer,
    }
}

/// Terms with what goes beside the amount: only what is sent has a fee, and only what is exchanged can be cheaper.
fn with_extras(turn: &Turn<'_>, kind: Kind, amount: Amount) -> Offer {
    let extra = |given: Option<super::Sum>, applies: bool| match given {
        Some(sum) if applies => sum.amount,
        Some(_) | None => Amount::ZERO,
    };
    Offer {
        kind,
        amount,
        fee: extra(turn.detail.fee, kind.sends()),
        difference: extra(turn.detail.difference, kind == Kind::Exchange),
    }
}

/// What terms are worth in money if they cannot be fulfilled: a reshipment the value that was asked, else what the
/// units hold.
fn worth(offer: Offer, room: Room) -> Amount {
    match offer.kind {
        Kind::RefundOnly | Kind::ReturnAndRefund | Kind::Compensation | Kind::Reship => offer.amount,
        Kind::Exchange | Kind::Repair => room.goods,
    }
}

/// The units that a request names, and the line that lacks the most free ones; those of the case if it names none.
fn pick(
    trade: &Trade,
    turn: &Turn<'_>,
    (kind, reason): (Kind, Reason),
    own: Option<&Case>,
    fresh: Option<&Fresh<'_>>,
) -> (Vec<UnitSpan>, Option<Shortage>) {
    let free = |units: &Units| is_free(trade, units, own);
    if let Some(case) = own.filter(|_| turn.detail.units.is_empty()) {
        return (case.units.clone(), lacking_of(trade, &case.units, free));
    }
    let mut lacking = None;
    let mut picked = Vec::new();
    for wanted in &turn.detail.units {
        let Some(line) = trade.line(wanted.line) else {
            continue;
        };
        shorter(&mut lacking, wanted.line, wanted.count, trade.goods.count(line.0, free));
        pick_of_line(trade, line, wanted.count, (kind, reason), &free, fresh, &mut picked);
    }
    (picked, lacking)
}

/// So many free units of a line. The buyer names a number of units, not which: those that were asked for too often, or
/// came earlier, bar no others.
fn pick_of_line(
    trade: &Trade,
    (at, line): (u16, &Line),
    count: u32,
    (kind, reason): (Kind, Reason),
    free: &dyn Fn(&Units) -> bool,
    fresh: Option<&Fresh<'_>>,
    picked: &mut Vec<UnitSpan>,
) {
    let enough = |fits: &dyn Fn(&Units) -> bool| trade.goods.count(at, |units| free(units) && fits(units)) >= count;
    let suited = |units: &Units| suits(kind, units) && !is_spent(trade, units);
    let fresh = fresh.filter(|_| Fresh::may_differ(trade.goods.of_line(at).filter(|units| free(units))));
    let is_fresh = |units: &Units| fresh.is_none_or(|fresh| fresh.are(units));
    // Units that share a fate go together where they can, so that one case is about one situation.
    let in_one_place = |wanted: &dyn Fn(&Units) -> bool| {
        let mut places = places(reason).iter();
        places.find(|places| enough(&|units| suited(units) && wanted(units) && places.contains(&units.place)))
    };
    let together = in_one_place(&is_fresh).or_else(|| in_one_place(&|_| true));
    // Where there are too few that suit, whatever is free: the kind is then refused for where they are.
    let any_kind = together.is_none() && !enough(&suited);
    let fits = |units: &Units| {
        let in_place = || together.is_none_or(|places| places.contains(&units.place));
        any_kind || (suited(units) && in_place())
    };
    let fresh_alone = enough(&|units| fits(units) && is_fresh(units));
    let fits = |units: &Units| free(units) && fits(units) && (!fresh_alone || is_fresh(units));
    let end = fresh.and_then(|fresh| {
        let of_line: Vec<&Units> = trade.goods.of_line(at).filter(|units| fits(units)).collect();
        fresh.common_end(&of_line, line, count).map(|end| (fresh, end))
    });
    let fits = |units: &Units| fits(units) && end.is_none_or(|(fresh, end)| fresh.last_until(units, line, end));
    trade.goods.pick_into(picked, at, count, fits);
}

/// Whether units can be asked for: their money has not gone back and is not on its way, and no other case claims them.
pub(crate) fn is_free(trade: &Trade, units: &Units, own: Option<&Case>) -> bool {
    let claimable = units.claim.is_none() || units.claim == own.map(|case| case.no);
    !units.closed && claimable && !goes_back_with_order(trade, units)
}

/// Whether the order itself is paying back these units, which it could not deliver: they are closed once that is done.
fn goes_back_with_order(trade: &Trade, units: &Units) -> bool {
    let refunds = trade.refunds.iter().filter(|refund| !refund.units.is_empty());
    let mut under_way = refunds.filter(|refund| refund.is_unpaid());
    under_way.any(|refund| refund.units.iter().any(|span| overlaps(*span, units)))
}

/// The line of which the fewest of these units are free, by how many are missing.
fn lacking_of(trade: &Trade, spans: &[UnitSpan], free: impl Fn(&Units) -> bool) -> Option<Shortage> {
    let mut lacking = None;
    for (at, span) in spans.iter().enumerate() {
        let first = !spans.iter().take(at).any(|earlier| earlier.line == span.line);
        if let Some(line) = trade.line_at(span.line).filter(|_| first) {
            let of_line = spans.iter().filter(|other| other.line == span.line);
            let there = of_line.clone().flat_map(|span| trade.goods.within(*span)).filter(&free);
            let asked = of_line.fold(0_u32, |sum, span| sum.saturating_add(span.count));
            let there = there.fold(0_u32, |sum, units| sum.saturating_add(units.count));
            shorter(&mut lacking, line.id, asked, there);
        }
    }
    lacking
}

/// Keeps the line that lacks the most units.
fn shorter(lacking: &mut Option<Shortage>, line: Id, asked: u32, free: u32) {
    let worst = lacking.map_or(0, |worst| worst.asked.saturating_sub(worst.free));
    if asked.saturating_sub(free) > worst {
        *lacking = Some(Shortage { line, asked, free });
    }
}

/// Whether units that cost something have nothing left to give back.
pub(crate) fn is_spent(trade: &Trade, units: &Units) -> bool {
    if units.spent.is_zero() {
        return false;
    }
    let worth = trade.line_at(units.line).map_or(Amount::ZERO, |line| line.value(units.first, units.count));
    !worth.is_zero() && worth <= units.spent
}

/// Where units are taken from first for a kind of case: a return needs goods that were shipped, not received.
fn suits(kind: Kind, units: &Units) -> bool {
    match kind {
        Kind::RefundOnly => {
            matches!(units.place, Place::WithMerchant | Place::Outbound | Place::WithBuyer | Place::Lost)
        }
        Kind::ReturnAndRefund | Kind::Exchange | Kind::Repair => {
            matches!(units.place, Place::Outbound | Place::WithBuyer)
        }
        Kind::Reship => matches!(units.place, Place::Outbound | Place::WithBuyer | Place::Lost),
        Kind::Compensation => units.place == Place::WithBuyer,
    }
}

/// Which units a reason speaks of first.
pub(crate) const fn places(reason: Reason) -> &'static [&'static [Place]] {
    match reason {
        Reason::Quality
        | Reason::NotAsDescribed
        | Reason::WrongItem
        | Reason::MissingParts
        | Reason::Damaged
        | Reason::Counterfeit
        | Reason::PriceDrop => &[&[Place::WithBuyer], &[Place::Outbound], &[Place::WithMerchant]],
        Reason::NotReceived => &[&[Place::Outbound, Place::Lost], &[Place::WithMerchant], &[Place::WithBuyer]],
        Reason::NoReason | Reason::Late | Reason::Negotiated | Reason::OutOfStock | Reason::Other => {
            &[&[Place::WithMerchant], &[Place::WithBuyer], &[Place::Outbound]]
        }
    }
}

/// What of the shipping goes with these units: the most generous occasion of the policy that applies.
fn shipping(
    book: Rulebook<'_>,
    trade: &Trade,
    own: &Split,
    reason: Reason,
    statutory: bool,
    unshipped: bool,
    fits: impl Fn(&Units) -> bool,
) -> Amount {
    let policy = &book.policy.shipping_refund;
    let stays = |units: &Units| !plan::goes_back(trade, units) && !plan::is_asked_back(trade, units) && !fits(units);
    let takes_the_rest = !trade.goods.any(stays);
    let nothing_left_yet = unshipped && trade.head.shipped_at.is_none();
    let mut part = ShippingPart::Nothing;
    let mut occasion = |applies: bool, gives: ShippingPart| {
        if applies && gives.ordinal() > part.ordinal() {
            part = gives;
        }
    };
    occasion(takes_the_rest && nothing_left_yet, policy.before_anything_shipped);
    occasion(takes_the_rest && !policy.not_with_last_line.has(reason), policy.with_last_line);
    occasion(reason.blame() == Blame::Merchant, policy.at_merchants_fault);
    if let Some(law) = book.policy.statutory.as_ref().filter(|_| statutory) {
        occasion(takes_the_rest, law.shipping);
    }
    match part {
        ShippingPart::Nothing => Amount::ZERO,
        ShippingPart::Standard => plan::shipping_room(trade, own, false),
        ShippingPart::Whole => plan::shipping_room(trade, own, true),
    }
}

/// The other open case, or the refund's case, that has the shipping.
fn shipping_holder(trade: &Trade, own: Option<&Case>) -> Option<u16> {
    use super::Bucket::{Shipping, Supplement};
    let other = |no: &u16| own.is_none_or(|case| case.no != *no);
    let has = |split: &Split| [Shipping, Supplement].iter().any(|bucket| !split.of_bucket(*bucket).is_zero());
    let claimed = trade.cases.iter().find(|case| has(&case.claim) && other(&case.no)).map(|case| case.no);
    claimed.or_else(|| {
        let refunds = trade.refunds.iter().filter(|refund| refund.state != crate::refund::State::Cancelled);
        refunds.filter(|refund| has(&refund.split)).find_map(|refund| refund.case).filter(other)
    })
}

/// Whether a span and a range of the ledger have units in common.
pub(crate) fn overlaps(span: UnitSpan, units: &Units) -> bool {
    let own = units.span();
    span.line == own.line && span.first < own.end() && own.first < span.end()
}

pub(crate) fn total(spans: &[UnitSpan]) -> u32 {
    spans.iter().fold(0, |sum, span| sum.saturating_add(span.count))
}

/// The case that a turn is about.
pub(crate) fn case_of<'t>(trade: &'t Trade, turn: &Turn<'_>) -> Option<&'t Case> {
    match turn.subject {
        Subject::Case(no) => trade.case(no),
        Subject::Order | Subject::Refund(_) => None,
    }
}

/// The terms that a ruling comes to: those of the case, unless it awards something else.
pub(crate) fn ruled(trade: &Trade, turn: &Turn<'_>, case: &Case) -> Offer {
    let detail = turn.detail;
    let split = turn.asked == Asked::Case(after_sale::Action::RuleSplit);
    // What bounced never was the buyer's to return: the order pays it back.
    let back = |units: &Units| units.place.at_merchant() && !units.bounced() || units.place == Place::Inbound;
    let at_merchant = trade.goods.of_case(case.no).any(back);
    let awarded = detail.amount.map(|sum| sum.amount);
    let awards_money = split || awarded.is_some();
    let kind = match detail.kind.unwrap_or(case.offer.kind) {
        // Money instead of goods, or for goods that stay with the buyer.
        kind if awards_money && !kind.pays() => money_kind(at_merchant),
        // Whoever has parted with the goods is paid for them or gets others, and does not keep them.
        Kind::Compensation if at_merchant => Kind::ReturnAndRefund,
        Kind::Reship if at_merchant => Kind::Exchange,
        Kind::ReturnAndRefund if split && !at_merchant => Kind::Compensation,
        Kind::ReturnAndRefund if detail.return_waived => Kind::RefundOnly,
        kind if detail.return_waived && !kind.pays() => Kind::RefundOnly,
        kind => kind,
    };
    let whole = if kind == case.offer.kind { case.offer.amount } else { case.worth };
    Offer {
        kind,
        amount: awarded.unwrap_or(whole),
        // What the buyer agreed to pay for a service is still its price.
        fee: if kind.sends() { case.offer.fee } else { Amount::ZERO },
        difference: case.offer.difference,
    }
}

/// Under which kind a case that cannot be fulfilled otherwise pays: the goods are back, or the buyer keeps what there
/// is.
pub(crate) const fn money_kind(at_merchant: bool) -> Kind {
    if at_merchant { Kind::ReturnAndRefund } else { Kind::Compensation }
}

/// The terms that a proposal comes to: those of the case, with what it changes.
pub(crate) fn proposed(turn: &Turn<'_>, case: &Case) -> Offer {
    let detail = turn.detail;
    let kind = detail.kind.unwrap_or(case.offer.kind);
    let whole = if kind == case.offer.kind { case.offer.amount } else { case.worth };
    with_extras(turn, kind, detail.amount.map_or(whole, |sum| sum.amount))
}
