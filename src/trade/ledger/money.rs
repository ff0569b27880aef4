//! The money ledger: at every step, per payment and per pot, paid = kept + claimed + reserved + refunded + lost.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::trade::{Defect, UnitSpan};
use crate::{Amount, Dispute, Id, Tender, Time};

/// How the money of one payment or one pot stands. What is in none of the other columns is *kept*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Balance {
    /// What came in.
    pub paid: Amount,
    /// What open cases claim of it.
    pub claimed: Amount,
    /// What refunds that are under way hold of it.
    pub reserved: Amount,
    /// What has gone back.
    pub refunded: Amount,
    /// What the bank took back in a dispute.
    pub lost: Amount,
}

impl Balance {
    /// What is left: paid less claimed, reserved, refunded and lost. `None` if that is below zero: a defect.
    #[must_use]
    pub fn checked_kept(&self) -> Option<Amount> {
        [self.claimed, self.reserved, self.refunded, self.lost].into_iter().try_fold(self.paid, Amount::minus)
    }

    /// What is left.
    #[must_use]
    pub fn kept(&self) -> Amount {
        self.checked_kept().unwrap_or_default()
    }
}

/// What a pot of money was paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// The goods of a line.
    Goods(u16),
    /// The tax on a line.
    Tax(u16),
    /// Standard shipping.
    Shipping,
    /// What faster or special shipping cost more.
    Supplement,
    /// The fee of a case: a repair, or the difference of a dearer exchange.
    Fee(u16),
    /// Paid towards an order that is not paid in full.
    Unapplied,
    /// Paid beyond what was due, twice or too late.
    Surplus,
}

/// The money of one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pot {
    /// Paid for what.
    pub bucket: Bucket,
    /// How it stands.
    pub balance: Balance,
}

/// What a payment was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The order.
    Order,
    /// The fee of a case.
    Fee(u16),
}

/// One payment that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Payment {
    /// What it was made with.
    pub tender: Tender,
    /// The channel that reported it.
    pub gateway: Id,
    /// The channel's own reference.
    pub reference: Id,
    /// When it was reported.
    pub at: Time,
    /// What for.
    pub purpose: Purpose,
    /// How its money stands.
    pub balance: Balance,
    /// How far a dispute of it has come, and when by the channel's own time.
    #[serde(default)]
    pub dispute: Option<(Dispute, Time)>,
    /// What the bank took of it, and from where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Part>,
    /// How many refunds were sent back to it.
    #[serde(default)]
    pub refunds: u32,
    /// When the last of them was sent.
    #[serde(default)]
    pub refunded_at: Option<Time>,
}

impl Payment {
    /// Whether its refunds must wait: a dispute is open.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        matches!(self.dispute, Some((Dispute::Open, _)))
    }
}

/// Money of one bucket and, for goods and tax, of which units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Paid for what.
    pub bucket: Bucket,
    /// Of which units; `None` outside lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<UnitSpan>,
    /// How much.
    pub amount: Amount,
}

/// Money of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The place of the payment in the ledger.
    pub payment: u16,
    /// How much.
    pub amount: Amount,
}

/// An amount seen from both sides: for what it was paid, and with which payments. Both sum to the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// For what.
    pub parts: Vec<Part>,
    /// With which payments.
    pub shares: Vec<Share>,
}

impl Split {
    /// The whole amount.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.shares.iter().fold(Amount::ZERO, |sum, share| sum.plus(share.amount).unwrap_or(Amount::MOST))
    }

    /// How much of it falls on a payment.
    #[must_use]
    pub fn of_payment(&self, payment: u16) -> Amount {
        let shares = self.shares.iter().filter(|share| share.payment == payment);
        shares.fold(Amount::ZERO, |sum, share| sum.plus(share.amount).unwrap_or(Amount::MOST))
    }

    /// How much of it falls on a bucket.
    #[must_use]
    pub fn of_bucket(&self, bucket: Bucket) -> Amount {
        let parts = self.parts.iter().filter(|part| part.bucket == bucket);
        parts.fold(Amount::ZERO, |sum, part| sum.plus(part.amount).unwrap_or(Amount::MOST))
    }
}

/// A column of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Kept,
    Claimed,
    Reserved,
    Refunded,
    Lost,
}

/// Where all money of the trade is, by payment and by pot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ledger {
    /// The payments, in the order of their arrival.
    pub payments: Vec<Payment>,
    /// The pots.
    pub pots: Vec<Pot>,
}

impl Ledger {
    /// The payment at this place.
    #[must_use]
    pub fn payment(&self, at: u16) -> Option<&Payment> {
        self.payments.get(usize::from(at))
    }

    /// The payment that a channel reported under this reference.
    #[must_use]
    pub fn payment_by(&self, gateway: Id, reference: Id) -> Option<(u16, &Payment)> {
        let at = self.payments.iter().position(|paid| paid.gateway == gateway && paid.reference == reference)?;
        Some((u16::try_from(at).ok()?, self.payments.get(at)?))
    }

    /// How the money of a bucket stands.
    #[must_use]
    pub fn pot(&self, bucket: Bucket) -> Balance {
        self.pots.iter().find(|pot| pot.bucket == bucket).map(|pot| pot.balance).unwrap_or_default()
    }

    /// All payments together.
    #[must_use]
    pub fn total(&self) -> Balance {
        let column = |of: fn(&Balance) -> Amount| {
            self.payments.iter().fold(Amount::ZERO, |sum, paid| sum.plus(of(&paid.balance)).unwrap_or(Amount::MOST))
        };
        Balance {
            paid: column(|balance| balance.paid),
            claimed: column(|balance| balance.claimed),
            reserved: column(|balance| balance.reserved),
            refunded: column(|balance| balance.refunded),
            lost: column(|balance| balance.lost),
        }
    }

    /// Whether both sides agree: every balance holds, and payments and pots sum to the same in every column.
    #[must_use]
    pub fn is_conserved(&self) -> bool {
        let holds = |balance: &Balance| balance.checked_kept().is_some();
        let columns: [fn(&Balance) -> Amount; 5] = [
            |balance| balance.paid,
            |balance| balance.claimed,
            |balance| balance.reserved,
            |balance| balance.refunded,
            |balance| balance.lost,
        ];
        self.payments.iter().all(|paid| holds(&paid.balance))
            && self.pots.iter().all(|pot| holds(&pot.balance))
            && columns.iter().all(|of| {
                let paid = Amount::sum(self.payments.iter().map(|paid| of(&paid.balance)));
                paid.is_some() && paid == Amount::sum(self.pots.iter().map(|pot| of(&pot.balance)))
            })
    }

    /// Takes in a payment, each part of it into a pot.
    pub(crate) fn take_in(&mut self, payment: Payment, parts: &[Part]) -> Result<(), Defect> {
        if Amount::sum(parts.iter().map(|part| part.amount)) != Some(payment.balance.paid) {
            return Err(Defect::Money { what: "payment" });
        }
        // A payment is known by its place, and the last place of all stays free: what counts them must not run over.
        if self.payments.len() >= usize::from(u16::MAX) - 1 {
            return Err(Defect::Range { what: "the payments" });
        }
        self.payments.push(payment);
        parts.iter().try_for_each(|part| self.fill(part.bucket, part.amount))
    }

    /// Turns money paid towards the order into what it was paid for.
    pub(crate) fn apply(&mut self, parts: &[Part]) -> Result<(), Defect> {
        for part in parts {
            let unapplied = self.pot_mut(Bucket::Unapplied);
            unapplied.paid = unapplied.paid.minus(part.amount).ok_or(Defect::Money { what: "payment" })?;
            self.fill(part.bucket, part.amount)?;
        }
        // Only what a bank has taken stays behind.
        let unapplied = self.pot(Bucket::Unapplied);
        if unapplied.paid == unapplied.lost { Ok(()) } else { Err(Defect::Money { what: "payment" }) }
    }

    /// Moves money from one column to another, on both sides.
    pub(crate) fn shift(&mut self, split: &Split, from: Column, to: Column) -> Result<(), Defect> {
        let for_what = Amount::sum(split.parts.iter().map(|part| part.amount));
        if for_what.is_none() || for_what != Amount::sum(split.shares.iter().map(|share| share.amount)) {
            return Err(Defect::Money { what: "split" });
        }
        for part in &split.parts {
            shift(self.pot_mut(part.bucket), part.amount, from, to)?;
        }
        for share in &split.shares {
            let payment = self.payments.get_mut(usize::from(share.payment));
            shift(&mut payment.ok_or(Defect::Money { what: "payment" })?.balance, share.amount, from, to)?;
        }
        Ok(())
    }

    fn fill(&mut self, bucket: Bucket, amount: Amount) -> Result<(), Defect> {
        let pot = self.pot_mut(bucket);
        pot.paid = pot.paid.plus(amount).ok_or(Defect::Money { what: "pot" })?;
        Ok(())
    }

    fn pot_mut(&mut self, bucket: Bucket) -> &mut Balance {
        let at = match self.pots.iter().position(|pot| pot.bucket == bucket) {
            Some(at) => at,
            None => {
                self.pots.push(Pot { bucket, balance: Balance::default() });
                self.pots.len() - 1
            }
        };
        #[expect(clippy::indexing_slicing, reason = "the place was just found or pushed")]
        &mut self.pots[at].balance
    }
}

fn shift(balance: &mut Balance, amount: Amount, from: Column, to: Column) -> Result<(), Defect> {
    let defect = Defect::Money { what: "balance" };
    if from == Column::Kept && balance.kept() < amount {
        return Err(defect);
    }
    if let Some(column) = column(balance, from) {
        *column = column.minus(amount).ok_or(Defect::Money { what: "balance" })?;
    }
    if let Some(column) = column(balance, to) {
        *column = column.plus(amount).ok_or(defect)?;
    }
    Ok(())
}

const fn column(balance: &mut Balance, column: Column) -> Option<&mut Amount> {
    match column {
        Column::Kept => None,
        Column::Claimed => Some(&mut balance.claimed),
        Column::Reserved => Some(&mut balance.reserved),
        Column::Refunded => Some(&mut balance.refunded),
        Column::Lost => Some(&mut balance.lost),
    }
}
