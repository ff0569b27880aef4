//! Everything that anybody could ask, listed or not: every action of the three tables, on every subject, with a complete
//! payload.
//!
//! The requests are made once for each walker; what depends on the trade is put in place when they are asked.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use crate::testing::{Move, World};
use crate::trade::{Asked, Bucket, Detail, Field, Request, Subject, Trade, Wanted, Waybill, fields};
use crate::{Actor, Amount, Dispute, Id, Kind, Reason, Role, Tender, Time, after_sale, order, refund};

const DAY: i64 = 86_400_000;

/// One request of one person, as it is asked of any trade.
pub(super) struct Blind {
    pub(super) person: usize,
    pub(super) asked: Move,
    sum: Option<Sum>,
    reference: bool,
}

/// How much is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sum {
    /// What there is to pay, to give or to report.
    Natural,
    /// More than was ever paid.
    TooMuch,
    /// Next to nothing, under a key that nobody has given.
    Wrong,
}

/// On what an action is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    Order,
    NewCase,
    EachCase,
    EachRefund,
}

/// Everything that the people of a world could ask.
pub(super) fn everything(world: &World) -> Vec<Blind> {
    let mut blind = Vec::new();
    for (person, actor) in world.people.iter().enumerate() {
        for asked in all_actions() {
            let kinds: &[Option<Kind>] = if fields(asked).0.contains(&Field::Kind) {
                const {
                    &[
                        Some(Kind::RefundOnly),
                        Some(Kind::ReturnAndRefund),
                        Some(Kind::Exchange),
                        Some(Kind::Repair),
                        Some(Kind::Reship),
                        Some(Kind::Compensation),
                    ]
                }
            } else {
                &[None]
            };
            // Where an amount need not be named, it is left out, and named too high.
            let may = fields(asked).1.contains(&Field::Amount);
            for &kind in kinds {
                blind.push(of(world, person, *actor, asked, kind));
                blind.extend(may.then(|| Blind { sum: Some(Sum::TooMuch), ..of(world, person, *actor, asked, kind) }));
                // A wrong report is told by somebody who may not tell it: it is refused for that, and for what is wrong.
                let told = person == 0 && fields(asked).0.contains(&Field::Amount);
                blind.extend(told.then(|| Blind { sum: Some(Sum::Wrong), ..of(world, person, *actor, asked, kind) }));
            }
        }
    }
    blind
}

fn all_actions() -> impl Iterator<Item = Asked> {
    let order = order::Action::ALL.iter().filter(|&&action| action != order::Action::Place);
    let order = order.map(|&action| Asked::Order(action));
    let case = after_sale::Action::ALL.iter().map(|&action| Asked::Case(action));
    order.chain(case).chain(refund::Action::ALL.iter().map(|&action| Asked::Refund(action)))
}

fn of(world: &World, person: usize, actor: Actor, asked: Asked, kind: Option<Kind>) -> Blind {
    let subject = match asked {
        Asked::Order(_) => Subject::Order,
        Asked::Case(_) => Subject::Case(0),
        Asked::Refund(_) => Subject::Refund(0),
    };
    let mut detail = Detail { kind, ..Detail::default() };
    let (needs, takes) = fields(asked);
    let proofs = [Field::Text, Field::Evidence, Field::Waybill, Field::Address, Field::Account, Field::Voucher];
    // A carrier speaks of units, whichever their parcel.
    let proofs = takes
        .iter()
        .filter(|&&field| proofs.contains(&field) && !(field == Field::Waybill && subject == Subject::Order));
    for &field in needs.iter().chain(proofs) {
        fill(&mut detail, field, world);
    }
    let request = Request { actor, subject, asked, detail, seen: None, key: None };
    Blind {
        person,
        asked: Move { at: world.setting.at, request: Some(request) },
        sum: needs.contains(&Field::Amount).then_some(Sum::Natural),
        reference: needs.contains(&Field::Reference),
    }
}

fn fill(detail: &mut Detail, field: Field, world: &World) {
    match field {
        Field::Units => {
            let wanted =
                |line: &crate::NewLine| Wanted { line: line.id, count: line.count, condition: None, reason: None };
            detail.units = world.setting.order.lines.iter().map(wanted).collect();
        }
        Field::Reason => detail.reason = Some(Reason::NoReason),
        Field::Text => detail.text = "because".to_string(),
        Field::Evidence => detail.evidence = vec!["photo".to_string()],
        Field::Waybill => {
            detail.waybill = Some(Waybill { carrier: Id::from("post"), number: Id::from("waybill") });
        }
        Field::Address => detail.address = "address".to_string(),
        Field::Account => detail.account = "account".to_string(),
        Field::Voucher => detail.voucher = "voucher".to_string(),
        Field::Tender => detail.tender = Some(Tender::Wallet),
        Field::Days => detail.days = Some(1),
        Field::Stars => detail.stars = Some(5),
        Field::Stage => detail.stage = Some(Dispute::Open),
        Field::FoundPaid => detail.found_paid = Some(true),
        // Put in place for each trade.
        Field::Amount | Field::Reference | Field::StageAt | Field::Until => {}
        Field::Kind
        | Field::Actor
        | Field::Subject
        | Field::Key
        | Field::Now
        | Field::Order
        | Field::Fee
        | Field::Difference
        | Field::Freight
        | Field::KeyNumber
        | Field::Blame
        | Field::Bearer
        | Field::ReturnWaived => {}
    }
}

impl Blind {
    /// On what it is asked.
    pub(super) fn on(&self) -> On {
        use after_sale::Action;
        match self.asked.request.as_ref().map(|request| request.asked) {
            Some(Asked::Case(Action::Apply | Action::Declare | Action::Grant | Action::Offer)) => On::NewCase,
            Some(Asked::Case(_)) => On::EachCase,
            Some(Asked::Refund(_)) => On::EachRefund,
            Some(Asked::Order(_)) | None => On::Order,
        }
    }

    /// Puts in place what depends on the trade.
    pub(super) fn aim(&mut self, trade: &Trade, subject: Subject, now: Time, payments: usize) -> &Move {
        let (sum, reference) = (self.sum, self.reference);
        self.asked.at = now;
        if let Some(request) = &mut self.asked.request {
            request.subject = subject;
            let amount = sum.map(|sum| match sum {
                Sum::Natural => natural(trade, subject, request.asked),
                Sum::TooMuch => Amount::new(trade.money.total().paid.minor().saturating_add(1)),
                Sum::Wrong => Amount::new(1),
            });
            let keyed = fields(request.asked).1.contains(&Field::KeyNumber);
            request.detail.key_number = (sum == Some(Sum::Wrong) && keyed).then_some(9);
            if let Some(amount) = amount {
                request.detail.amount = Some(amount.into());
            }
            if reference {
                request.detail.reference = Some(reference_of(trade, subject, request.asked, payments));
            }
            match request.asked {
                Asked::Order(order::Action::MarkDispute) => request.detail.stage_at = Some(now),
                Asked::Order(order::Action::ReopenWindow) => request.detail.until = Some(now.after(DAY)),
                _ => {}
            }
        }
        &self.asked
    }
}

/// What there is to pay, to give back or to report.
fn natural(trade: &Trade, subject: Subject, asked: Asked) -> Amount {
    match (subject, asked) {
        (Subject::Order, Asked::Order(order::Action::Pay | order::Action::Reprice)) => {
            let lines = trade.lines.iter().flat_map(|line| [line.goods, line.tax]);
            let price = Amount::sum(lines.chain([trade.head.bill.shipping, trade.head.bill.supplement]));
            price.unwrap_or_default().less(trade.money.pot(Bucket::Unapplied).paid)
        }
        (Subject::Case(no), Asked::Case(after_sale::Action::PayFee)) => {
            let paid = trade.money.pot(Bucket::Fee(no)).paid;
            trade.case(no).map_or(Amount::ZERO, |case| case.terms().fee.less(paid))
        }
        (Subject::Case(no), Asked::Case(after_sale::Action::Repay)) => {
            let refunds = trade.refunds_of(no).filter(|refund| refund.state == refund::State::Paid);
            let paid = Amount::sum(refunds.map(|refund| refund.amount)).unwrap_or_default();
            trade.case(no).map_or(Amount::ZERO, |case| paid.less(case.repaid))
        }
        (Subject::Case(no), _) => trade.case(no).map_or(Amount::ZERO, |case| case.offer.amount),
        (Subject::Refund(no), _) => trade.refund(no).map_or(Amount::ZERO, |refund| refund.amount),
        (Subject::Order, _) => Amount::new(1),
    }
}

/// Which reference a channel gives: the next one that is not known, as long as there are new ones; names repeat from
/// world to world, so that trades do.
pub(super) fn reference_of(trade: &Trade, subject: Subject, asked: Asked, payments: usize) -> Id {
    match (subject, asked) {
        (Subject::Refund(no), Asked::Refund(refund::Action::Succeed | refund::Action::Reverse)) => {
            let times = trade.refund(no).map_or(0, |refund| refund.reversals.len());
            let what = if asked == Asked::Refund(refund::Action::Reverse) { "back" } else { "out" };
            Id::from(format!("{what}-{no}-{times}").as_str())
        }
        (Subject::Order, Asked::Order(order::Action::MarkDispute)) => {
            trade.money.payments.first().map_or(Id::from("in-1"), |payment| payment.reference)
        }
        _ => {
            let repaid = trade.cases.iter().map(|case| case.repayments.len()).sum::<usize>();
            let known = trade.money.payments.len() + repaid;
            let next = if known < payments { known + 1 } else { 1 };
            Id::from(format!("in-{next}").as_str())
        }
    }
}

/// A request that nobody may make: by a stranger who claims this role.
pub(super) fn stranger(request: &Request, role: Role) -> Request {
    let nobody = Actor { role, id: Id::from("nobody"), tenant: None, account: None };
    Request { actor: nobody, ..request.clone() }
}
