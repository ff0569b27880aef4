//! A first guess for each field of a request: from the trade, the policy and who asks.

use alloc::string::String;
use alloc::vec;

use super::Seek;
use super::ask::always_asks_for;
use crate::trade::fields;
use crate::trade::work::Work;
use crate::trade::{Asked, Bucket, Detail, Field, Payment, Request, Subject, Trade, Wanted, Waybill, act};
use crate::{Amount, Dispute, Id, Kind, Limit, Reason, Role, Tender, after_sale, order};

/// Fields that prove or explain something. A row may ask for them, and none is refused for having them.
pub(super) const PROOFS: [Field; 6] =
    [Field::Text, Field::Evidence, Field::Waybill, Field::Address, Field::Account, Field::Voucher];

impl Seek<'_> {
    /// A request with every field that its action needs, and every proof that it takes.
    pub(super) fn guess(&self, subject: Subject, asked: Asked, kind: Option<Kind>) -> Request {
        let mut request =
            Request { actor: self.actor, subject, asked, detail: Detail::default(), seen: self.seen, key: None };
        let (needs, takes) = fields(asked);
        for &field in needs {
            self.fill(&mut request, field);
        }
        // A carrier's report may name its waybill, but need not.
        let proves =
            |field: &&Field| PROOFS.contains(field) && (**field != Field::Waybill || subject != Subject::Order);
        for &field in takes.iter().filter(proves) {
            self.fill(&mut request, field);
        }
        if kind.is_some() {
            request.detail.kind = kind;
        }
        request
    }

    fn fill(&self, request: &mut Request, field: Field) {
        let (trade, policy) = (&self.work.trade, self.work.book.policy);
        let (subject, asked) = (request.subject, request.asked);
        let detail = &mut request.detail;
        match field {
            Field::Kind => detail.kind = Some(Kind::RefundOnly),
            Field::Units => detail.units = trade.lines.iter().take(1).map(|line| named(line.id, 1)).collect(),
            Field::Amount => detail.amount = Some(self.amount(subject, asked).into()),
            Field::Reason => detail.reason = Some(Reason::NoReason),
            Field::Text => detail.text = self.words(),
            Field::Evidence => detail.evidence = vec![String::from("evidence")],
            Field::Waybill => {
                detail.waybill = Some(Waybill { carrier: self.carrier(), number: Id::from("waybill") });
            }
            Field::Address => detail.address = String::from("address"),
            Field::Account => detail.account = String::from("account"),
            Field::Voucher => detail.voucher = String::from("voucher"),
            Field::Reference => detail.reference = Some(self.reference(asked)),
            Field::Tender => detail.tender = Some(Tender::Wallet),
            Field::Days => detail.days = Some(self.days().next().unwrap_or(1)),
            Field::Stars => detail.stars = Some(5),
            Field::Stage => detail.stage = Some(Dispute::Inquiry),
            Field::StageAt => detail.stage_at = Some(self.work.now),
            Field::Until => {
                let more = policy.limit(Limit::AfterSales).length.millis();
                detail.until = Some(self.work.now.after(more));
            }
            Field::FoundPaid => detail.found_paid = Some(true),
            Field::Actor
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

    /// The days that the policy offers.
    pub(super) fn days(&self) -> impl Iterator<Item = u32> {
        let rule = self.work.book.policy.receipt_extension.iter();
        rule.flat_map(|rule| rule.days.iter().map(|&days| days.into()))
    }

    /// The payments that a channel may speak of.
    pub(super) fn payments(&self) -> impl Iterator<Item = &Payment> {
        let payments = self.work.trade.money.payments.iter();
        payments.filter(|payment| payment.gateway == self.actor.id)
    }

    /// What there is to pay, to give or to report.
    fn amount(&self, subject: Subject, asked: Asked) -> Amount {
        let trade = &self.work.trade;
        match (subject, asked) {
            (Subject::Order, Asked::Order(order::Action::Goodwill)) => self.work.book.policy.amounts.goodwill_most,
            (Subject::Order, Asked::Order(order::Action::Pay)) => unpaid(trade),
            (Subject::Case(no), Asked::Case(after_sale::Action::PayFee)) => act::fee_due(trade, no),
            (Subject::Case(no), Asked::Case(after_sale::Action::Repay)) => act::owed_by_buyer(trade, no),
            (Subject::Case(no), _) => trade.case(no).map_or(Amount::ZERO, act::claimed),
            (Subject::Refund(no), _) => trade.refund(no).map_or(Amount::ZERO, |refund| refund.amount),
            (Subject::Order, _) => price(trade),
        }
    }

    /// A text that is long enough for any reason.
    fn words(&self) -> String {
        let texts = &self.work.book.policy.texts;
        let least = usize::try_from(texts.reason_least).unwrap_or_default();
        let most = usize::try_from(texts.reason_most).unwrap_or(usize::MAX);
        "(reason)".chars().cycle().take(least.max(8).min(most)).collect()
    }

    fn carrier(&self) -> Id {
        if self.actor.role == Role::Carrier {
            return self.actor.id;
        }
        let known = self.work.trade.parties.carriers.first();
        known.copied().unwrap_or(Id::from("carrier"))
    }

    /// The reference of a payment for what is reported of one, else one that is not known yet.
    fn reference(&self, asked: Asked) -> Id {
        let disputed = asked == Asked::Order(order::Action::MarkDispute);
        if let Some(payment) = self.payments().next().filter(|_| disputed) {
            return payment.reference;
        }
        let trade = &self.work.trade;
        let known = |id: Id| {
            let paid = trade.money.payments.iter().any(|payment| payment.reference == id);
            paid || trade.refunds.iter().any(|refund| refund.reference == Some(id))
        };
        let mut names = (1_u32..).map(|no| Id::from(alloc::format!("reference-{no}").as_str()));
        names.find(|&id| !known(id)).unwrap_or(Id::from("reference"))
    }
}

/// So many units of a line.
pub(super) const fn named(line: Id, count: u32) -> Wanted {
    Wanted { line, count, condition: None, reason: None }
}

/// Whether an action names units for a reason, and asks for what they hold: one that opens a case, or its change,
/// unless every row of it leaves the units as they are.
pub(super) fn asks_for_units(work: &Work<'_>, request: &Request) -> bool {
    match (request.subject, request.asked) {
        (Subject::Case(0), _) => true,
        (Subject::Case(_), Asked::Case(after_sale::Action::Modify)) => {
            !always_asks_for(work, request, after_sale::Condition::UnitsKept)
        }
        _ => false,
    }
}

/// What the order costs.
fn price(trade: &Trade) -> Amount {
    let of_lines = trade.lines.iter().flat_map(|line| [line.goods, line.tax]);
    let bill = trade.head.bill;
    Amount::sum(of_lines.chain([bill.shipping, bill.supplement])).unwrap_or(Amount::MOST)
}

/// What of it is still to be paid; all of it once it is paid, for a payment that is not due.
fn unpaid(trade: &Trade) -> Amount {
    let price = price(trade);
    let left = price.less(trade.money.pot(Bucket::Unapplied).kept());
    if trade.head.paid_at.is_none() && !left.is_zero() { left } else { price.max(Amount::new(1)) }
}
