//! An order as it is placed: what it consists of, and what it must sum to.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{Amount, Currency, Id, Transport};

/// A line of an order that is being placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    /// Its id, unique within the order.
    pub id: Id,
    /// How many units; 1 to 1,000,000.
    pub count: u32,
    /// The list price of one unit, in minor units.
    pub unit_price: Amount,
    /// What this line alone is reduced by.
    #[serde(default)]
    pub discount: Amount,
    /// The tax on the whole line, on top of the price.
    #[serde(default)]
    pub tax: Amount,
    /// The category that exclusions of the policy go by.
    #[serde(default)]
    pub category: Option<Id>,
    /// How it travels.
    pub transport: Transport,
}

impl NewLine {
    /// So many units of something at a list price each, by express.
    #[must_use]
    pub fn new(id: impl Into<Id>, count: u32, unit_price: u64) -> Self {
        Self {
            id: id.into(),
            count,
            unit_price: Amount::new(unit_price),
            discount: Amount::ZERO,
            tax: Amount::ZERO,
            category: None,
            transport: Transport::Express,
        }
    }
}

/// An order that is being placed.
///
/// Build it in your own service, from your own prices and your own records of the buyer. Never pass on what a client
/// sent: it names the prices, who may report payments and deliveries, who approves payouts, and the buyer's standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// Who buys.
    pub buyer: Id,
    /// Who sells.
    pub merchant: Id,
    /// Who approves payouts on the merchant's side.
    #[serde(default)]
    pub finance: Vec<Id>,
    /// The payment channels that may report on it.
    pub gateways: Vec<Id>,
    /// The carriers that may report on it, beside those of its waybills.
    #[serde(default)]
    pub carriers: Vec<Id>,
    /// The one currency of all its amounts.
    pub currency: Currency,
    /// What is ordered: 1 to 200 lines.
    pub lines: Vec<NewLine>,
    /// What the order as a whole is reduced by (coupon, points, campaigns); shared by the lines by largest remainder.
    #[serde(default)]
    pub discount: Amount,
    /// Standard shipping.
    #[serde(default)]
    pub shipping: Amount,
    /// What faster or special shipping costs more.
    #[serde(default)]
    pub supplement: Amount,
    /// What the buyer has to pay in all; must be the sum of the rest.
    pub total: Amount,
    /// Points that were used, restored as far as goods go back.
    #[serde(default)]
    pub points: u64,
    /// Points that the buyer is given for the order, clawed back as far as goods go back.
    #[serde(default)]
    pub gifted_points: u64,
    /// The coupon that was used, restored when all goods have gone back.
    #[serde(default)]
    pub coupon: Option<Id>,
    /// Whether the return freight is insured.
    #[serde(default)]
    pub insured: bool,
    /// Whether it must be checked before it may ship.
    #[serde(default)]
    pub needs_hold: bool,
    /// The buyer's standing with the tenant, 0 to 1,000.
    #[serde(default)]
    pub standing: u16,
    /// Whether the law lets the buyer withdraw: a consumer who buys at a distance.
    #[serde(default)]
    pub statutory: bool,
}

impl NewOrder {
    /// An order of these lines without discounts or shipping. Its total is their sum.
    #[must_use]
    pub fn new(buyer: impl Into<Id>, merchant: impl Into<Id>, currency: Currency, lines: Vec<NewLine>) -> Self {
        let mut order = Self {
            buyer: buyer.into(),
            merchant: merchant.into(),
            finance: Vec::new(),
            gateways: Vec::new(),
            carriers: Vec::new(),
            currency,
            lines,
            discount: Amount::ZERO,
            shipping: Amount::ZERO,
            supplement: Amount::ZERO,
            total: Amount::ZERO,
            points: 0,
            gifted_points: 0,
            coupon: None,
            insured: false,
            needs_hold: false,
            standing: 0,
            statutory: false,
        };
        order.total = order.due().unwrap_or(Amount::MOST);
        order
    }

    /// Names a payment channel that may report on it.
    #[must_use]
    pub fn paid_through(mut self, gateway: impl Into<Id>) -> Self {
        self.gateways.push(gateway.into());
        self
    }

    /// What the lines come to before the order's own discount, each; `None` if a line is reduced below nothing.
    #[must_use]
    pub fn prices(&self) -> Option<Vec<Amount>> {
        let price = |line: &NewLine| {
            let list = line.unit_price.minor().checked_mul(u64::from(line.count)).map(Amount::new)?;
            list.minus(line.discount)
        };
        self.lines.iter().map(price).collect()
    }

    /// What the parts sum to: lines, tax and shipping less discounts. `None` if that is below nothing or too much.
    #[must_use]
    pub fn due(&self) -> Option<Amount> {
        let goods = Amount::sum(self.prices()?)?.minus(self.discount)?;
        let tax = Amount::sum(self.lines.iter().map(|line| line.tax))?;
        Amount::sum([goods, tax, self.shipping, self.supplement]).filter(|due| *due <= Amount::MOST)
    }
}
