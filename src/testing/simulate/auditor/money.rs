//! The money of one order: what came in, and what has gone back on which way.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::super::shop::TENANT;
use super::super::violation::Must;
use super::{Board, Complaints};
use crate::channel::{RefundKey, SimulatedChannel};
use crate::refund::Route;
use crate::trade::{Change, RefundChange, Subject, Trade};
use crate::{Amount, Effect, Id};

/// Money in and out, in minor units.
#[derive(Debug, Default)]
pub(super) struct Cash {
    payments: Vec<u64>,
    refunds: BTreeMap<u16, Refund>,
}

#[derive(Debug, Default)]
struct Refund {
    amount: u64,
    payment: u16,
    route: Option<Route>,
}

/// Payments that were really made, by key.
type Paid = BTreeMap<String, Vec<Amount>>;

impl Cash {
    pub(super) fn changed(&mut self, change: &Change) {
        if let Change::Paid(payment, parts) = change {
            let parts: u64 = parts.iter().map(|part| part.amount.minor()).sum();
            self.payments.push(parts.max(payment.balance.paid.minor()));
        } else if let Change::Reserved(payout) = change {
            let (amount, payment, route) = (payout.amount.minor(), payout.payment, payout.route);
            self.refunds.insert(payout.no, Refund { amount, payment, route });
        } else if let Change::OfRefund(no, RefundChange::Route(route)) = change
            && let Some(refund) = self.refunds.get_mut(no)
        {
            refund.route = *route;
        }
    }

    /// Whether a key is that of one of this order's refunds.
    pub(super) fn knows(&self, order: Id, key: &str) -> bool {
        refund_of(key).is_some_and(|(of, no)| of == order && self.refunds.contains_key(&no))
    }

    /// How often each refund was really paid by the channel.
    pub(super) fn times_paid(&self, order: Id, channel: &SimulatedChannel) -> BTreeMap<u16, usize> {
        let paid = channel.paid();
        self.refunds.keys().map(|no| (*no, amounts_of(&paid, order, *no).count())).collect()
    }

    pub(super) fn close(
        &self,
        trade: &Trade,
        paid: &Paid,
        states: &BTreeMap<Subject, &'static str>,
        board: &Board,
        complaints: &mut Complaints<'_>,
    ) {
        let order = trade.key.order;
        let mut back = BTreeMap::<u16, u64>::new();
        let mut told = 0;
        for (&no, refund) in &self.refunds {
            let state = states.get(&Subject::Refund(no)).copied().unwrap_or("absent");
            let amounts: Vec<u64> = amounts_of(paid, order, no).collect();
            let credited = board.carried_out(order, Effect::CreditBalance, Subject::Refund(no)) > 0;
            let offline = state == "paid" && refund.route == Some(Route::Offline);
            let ways = amounts.len() + usize::from(credited) + usize::from(offline);
            let how = || {
                format!(
                    "refund {no} of {} is {state} by {:?}; the channel paid {amounts:?}, balance credited: {credited}",
                    refund.amount, refund.route
                )
            };
            complaints.must(ways <= 1, Must::PaidOnce, how);
            let expected = match (state, refund.route) {
                ("paid", Some(Route::Channel)) => amounts == [refund.amount],
                ("paid", Some(Route::Balance)) => amounts.is_empty() && credited,
                ("paid", Some(Route::Offline | Route::Nothing | Route::Bank)) => amounts.is_empty() && !credited,
                ("paid", None) => false,
                // What became of it cannot be found out, and it says so.
                ("unresolved", _) => true,
                _ => amounts.is_empty() && !credited,
            };
            complaints.must(expected, Must::PaidAsTold, how);
            *back.entry(refund.payment).or_default() += amounts.iter().sum::<u64>();
            told += if state == "paid" { refund.amount } else { 0 };
        }
        for (&payment, &back) in &back {
            let came_in = self.payments.get(usize::from(payment)).copied().unwrap_or_default();
            complaints.must(back <= came_in, Must::WithinPaid, || {
                format!("{back} went back to payment {payment}, by which {came_in} came in")
            });
        }
        let total = trade.money.total();
        let (paid_in, refunded) = (total.paid.minor(), total.refunded.minor());
        let came_in: u64 = self.payments.iter().sum();
        complaints.must(paid_in == came_in && refunded == told && told <= came_in, Must::PaidAsTold, || {
            format!("{came_in} came in and {told} is told to have gone back; the ledger says {paid_in} and {refunded}")
        });
    }
}

/// The amounts that were really paid for a refund, under whichever keys.
fn amounts_of(paid: &Paid, order: Id, no: u16) -> impl Iterator<Item = u64> {
    let of_refund = paid.iter().filter(move |(key, _)| refund_of(key) == Some((order, no)));
    of_refund.flat_map(|(_, amounts)| amounts.iter().map(|amount| amount.minor()))
}

fn refund_of(key: &str) -> Option<(Id, u16)> {
    let key = RefundKey::parse(TENANT.into(), key).ok()?;
    Some((key.trade.order, key.refund))
}

impl fmt::Display for Cash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "paid {:?}", self.payments)?;
        for (no, Refund { amount, payment, route }) in &self.refunds {
            write!(f, "; refund {no} of {amount} to payment {payment} by {route:?}")?;
        }
        Ok(())
    }
}
