//! The order's own part: its head, lines, parcels, units and money.

use super::Look;
use super::digest::Digest;
use crate::trade::{
    Balance, Bill, Bucket, Head, Ledger, Line, Parcel, Part, Parties, Payment, Pot, Purpose, Share, Split, Trade, Units,
};
use crate::{Anchor, Time};

impl Look<'_> {
    pub(super) fn trade(&mut self, trade: &Trade) {
        let Trade {
            key: _,
            version,
            events: _,
            at: _,
            terms: _,
            parties,
            currency: _,
            head,
            parcels,
            lines,
            goods,
            money,
            cases,
            refunds,
            // Neither a row nor a promise of the trade or its rest reads them: see the head of this module.
            noted: _,
        } = trade;
        // Only whether the order was placed at all.
        self.digest.flag(*version > 0);
        let Parties { buyer: _, merchant: _, finance: _, gateways: _, carriers } = parties;
        self.digest.bag(carriers, |digest, carrier| digest.id(*carrier));
        self.head(head);
        self.digest.list(parcels, |digest, own| {
            // A carrier may speak of one parcel alone, by its waybill.
            digest.id(own.waybill);
            parcel(digest, own);
        });
        lines.iter().for_each(|line| self.line(line));
        self.digest.number(goods.all().len());
        goods.all().iter().for_each(|units| self.units(units));
        self.money(trade, money);
        self.digest.number(cases.len());
        cases.iter().for_each(|case| self.case(trade, case));
        self.digest.number(refunds.len());
        refunds.iter().for_each(|refund| self.refund(refund));
    }

    fn head(&mut self, head: &Head) {
        let Head {
            state,
            deadline,
            counts,
            touched: _,
            placed_at,
            paid_at,
            shipped_at,
            delivered_at,
            completed_at,
            reopened_until,
            reopened_for,
            bill,
            goodwill,
            released,
        } = head;
        self.digest.number(state.ordinal());
        self.deadline(deadline.as_ref());
        self.counts(counts);
        self.ago_of(*placed_at, Anchor::Placed);
        self.ago_of(*paid_at, Anchor::Paid);
        self.ago_of(*shipped_at, Anchor::Shipped);
        self.ago_of(*delivered_at, Anchor::LastDelivered);
        self.ago_of(*completed_at, Anchor::Completed);
        self.still(*reopened_until);
        self.digest.maybe(*reopened_for, |digest, reason| digest.number(reason.ordinal()));
        bill_of(self.digest, bill);
        self.digest.amount(*goodwill);
        self.digest.amount(*released);
    }

    fn line(&mut self, line: &Line) {
        // What it is never changes but for its price; that was fixed when it was placed.
        let Line { id: _, count: _, goods, tax, price: _, points: _, category: _, confirmed_at, receipt, transport: _ } =
            line;
        self.digest.amount(*goods);
        self.digest.amount(*tax);
        self.ago_of(*confirmed_at, Anchor::Delivered);
        self.deadline(receipt.as_ref());
    }

    fn units(&mut self, units: &Units) {
        let Units {
            line,
            first,
            count,
            place,
            claim,
            closed,
            spent,
            tries,
            parcel,
            shipped_at,
            delivered_at,
            grace,
            condition,
            returns,
            restocked,
            let_go,
        } = *units;
        let digest = &mut *self.digest;
        digest.word(u64::from(line) << 48 ^ u64::from(first) << 24 ^ u64::from(count));
        digest
            .word((place.ordinal() as u64) << 32 ^ u64::from(tries) << 8 ^ u64::from(closed) << 1 ^ u64::from(let_go));
        digest.maybe(claim, |digest, case| digest.word(case.into()));
        digest.amount(spent);
        digest.maybe(parcel, |digest, parcel| digest.word(parcel.into()));
        digest.maybe(condition, |digest, condition| digest.number(condition.ordinal()));
        digest.flag(returns > 0);
        digest.flag(returns > restocked);
        self.ago_of(shipped_at, Anchor::Shipped);
        self.ago_of(delivered_at, Anchor::Delivered);
        self.still(grace);
    }

    fn money(&mut self, trade: &crate::trade::Trade, money: &Ledger) {
        let Ledger { payments, pots } = money;
        self.digest.number(payments.len());
        payments.iter().for_each(|payment| self.payment(payment, trade.head.placed_at));
        self.digest.bag(pots, |digest, pot| {
            let Pot { bucket, balance } = pot;
            bucket_of(digest, *bucket);
            balance_of(digest, balance);
        });
        debug_assert!(trade.money.is_conserved());
    }

    fn payment(&mut self, payment: &Payment, placed_at: Option<Time>) {
        let Payment {
            tender,
            gateway,
            reference,
            at,
            purpose,
            balance,
            dispute,
            lost,
            refunds,
            // When the last refund was sent is nowhere read: the spacing goes by the refunds themselves.
            refunded_at: _,
        } = payment;
        self.digest.number(tender.ordinal());
        self.digest.id(*gateway);
        self.digest.id(*reference);
        match *purpose {
            Purpose::Order => self.digest.word(u64::MAX),
            Purpose::Fee(case) => self.digest.word(case.into()),
        }
        balance_of(self.digest, balance);
        match *dispute {
            None => self.digest.word(0),
            Some((stage, at)) => {
                self.digest.number(1 + stage.ordinal());
                // A mark counts if it is no earlier by the channel's own time: now, or one from before the order.
                self.ago(at, 1);
                self.digest.flag(Some(at) < placed_at);
            }
        }
        self.digest.list(lost, part);
        // Without a contract nothing limits the channel: neither age nor number.
        if let Some(channel) = self.lens.policy.channel(*tender) {
            self.ago(*at, channel.most_age.millis() + super::DAY);
            self.digest.word((*refunds).into());
        }
    }
}

/// When it left no row reads, nor the waybill of a parcel of a case; whether it failed, and who may speak of it, some do.
fn parcel(digest: &mut Digest, parcel: &Parcel) {
    let Parcel { carrier, waybill: _, at: _, failed } = parcel;
    digest.id(*carrier);
    digest.flag(*failed);
}

pub(super) fn parcel_of(digest: &mut Digest, own: Option<Parcel>) {
    digest.maybe(own, |digest, own| parcel(digest, &own));
}

fn bill_of(digest: &mut Digest, bill: &Bill) {
    let Bill {
        // Fixed when the order was placed.
        shipping: _,
        supplement: _,
        gifted_points: _,
        coupon: _,
        insured: _,
        needs_hold: _,
        standing: _,
        statutory: _,
        points_restored,
        points_clawed,
        coupon_restored,
    } = bill;
    digest.word(*points_restored);
    digest.word(*points_clawed);
    digest.flag(*coupon_restored);
}

fn bucket_of(digest: &mut Digest, bucket: Bucket) {
    digest.word(match bucket {
        Bucket::Goods(line) => 1 << 32 ^ u64::from(line),
        Bucket::Tax(line) => 2 << 32 ^ u64::from(line),
        Bucket::Shipping => 3 << 32,
        Bucket::Supplement => 4 << 32,
        Bucket::Fee(case) => 5 << 32 ^ u64::from(case),
        Bucket::Unapplied => 6 << 32,
        Bucket::Surplus => 7 << 32,
    });
}

fn balance_of(digest: &mut Digest, balance: &Balance) {
    let Balance { paid, claimed, reserved, refunded, lost } = *balance;
    [paid, claimed, reserved, refunded, lost].into_iter().for_each(|amount| digest.amount(amount));
}

fn part(digest: &mut Digest, part: &Part) {
    let Part { bucket, units, amount } = part;
    bucket_of(digest, *bucket);
    digest.maybe(*units, |digest, span| Look::span(digest, &span));
    digest.amount(*amount);
}

pub(super) fn split_of(digest: &mut Digest, split: &Split) {
    let Split { parts, shares } = split;
    digest.list(parts, part);
    digest.list(shares, |digest, share| {
        let Share { payment, amount } = *share;
        digest.word(payment.into());
        digest.amount(amount);
    });
}
