//! Orders: sound ones, and such as are almost.

use alloc::vec::Vec;

use super::{BUYER, CARRIER, Chance, FINANCE, GATEWAY, MERCHANT};
use crate::trade::{NewLine, NewOrder};
use crate::{Amount, Currency, Id, words};

words! {
    /// What is wrong with an order that is nearly valid.
    pub enum Flawed {
        /// Nothing is ordered.
        NoLines = "no_lines", "it has no lines", "没有商品行";
        /// More is ordered than an order can hold.
        ManyLines = "many_lines", "it has one line too many", "商品行过多";
        /// Two lines have one id.
        SameLine = "same_line", "two of its lines have one id", "商品行编号重复";
        /// A line has no units.
        NoUnits = "no_units", "a line has no units", "商品件数为零";
        /// A line has one unit more than a line can.
        ManyUnits = "many_units", "a line has one unit too many", "商品件数过多";
        /// The total is one too high.
        TotalAbove = "total_above", "its total is one too high", "合计多一分";
        /// The total is one too low.
        TotalBelow = "total_below", "its total is one too low", "合计少一分";
        /// It is reduced by one more than it costs.
        BelowNothing = "below_nothing", "it is reduced below nothing", "优惠超过商品金额";
        /// A line is reduced by one more than it costs.
        LineBelowNothing = "line_below_nothing", "a line is reduced below nothing", "单行优惠超过商品金额";
        /// The buyer has no name.
        Nameless = "nameless", "its buyer has no id", "买家编号为空";
        /// The standing is one too high.
        Standing = "standing", "its buyer's standing is one too high", "买家信用分过高";
        /// It has one channel too many.
        ManyGateways = "many_gateways", "it names one channel too many", "支付渠道过多";
        /// It is in another currency than the policy.
        OtherCurrency = "other_currency", "it is in another currency than the policy", "币种与规则不一致";
    }
}

impl Chance {
    /// A sound order of one to three lines, with or without shipping, tax, discount, points and statutory rights.
    pub fn order(&mut self) -> NewOrder {
        let names = ["shirt", "mug", "lamp"];
        let count = 1 + self.below(3);
        let lines = names.iter().take(count).map(|name| {
            let units = self.pick(&[1, 2, 3]);
            let mut line = NewLine::new(*name, units, self.pick(&[1, 99, 1_000, 3_333, 9_900]));
            line.tax = Amount::new(self.pick(&[0, 0, 7, 130]));
            line
        });
        let mut order = NewOrder::new(BUYER, MERCHANT, Currency::CNY, lines.collect()).paid_through(GATEWAY);
        order.carriers.push(Id::from(CARRIER));
        order.finance.push(Id::from(FINANCE));
        order.shipping = Amount::new(self.pick(&[0, 800]));
        order.supplement = Amount::new(self.pick(&[0, 0, 450]));
        let goods = order.prices().and_then(Amount::sum).unwrap_or_default();
        order.discount = goods.share(self.pick(&[0, 0, 10, 33, 100]), 100);
        order.points = self.pick(&[0, 0, 101]);
        order.gifted_points = self.pick(&[0, 77]);
        order.coupon = self.pick(&[None, Some(Id::from("c-1"))]);
        order.insured = self.one_in(3);
        order.needs_hold = self.one_in(8);
        order.standing = self.pick(&[0, 649, 650, 900]);
        order.statutory = self.one_in(2);
        order.total = order.due().unwrap_or_default();
        order
    }

    /// An order with one thing wrong with it.
    pub fn flawed_order(&mut self) -> (NewOrder, Flawed) {
        let order = self.order();
        let flawed = self.pick(Flawed::ALL);
        (flawed.made_in(order), flawed)
    }
}

impl Flawed {
    /// A sound order with this wrong with it.
    #[must_use]
    pub fn made_in(self, mut order: NewOrder) -> NewOrder {
        let total = order.total.minor();
        let discount = order.prices().and_then(Amount::sum).unwrap_or_default().minor() + 1;
        let first = order.lines.first_mut();
        match self {
            Self::NoLines => order.lines.clear(),
            Self::ManyLines => {
                let line = |no: u32| NewLine::new(Id::from(alloc::format!("l-{no}").as_str()), 1, 1);
                order.lines = (0..201).map(line).collect();
            }
            Self::SameLine => {
                let again: Vec<NewLine> = order.lines.first().copied().into_iter().collect();
                order.lines.extend(again);
            }
            Self::NoUnits => set(first, |line| line.count = 0),
            Self::ManyUnits => set(first, |line| line.count = 1_000_001),
            Self::LineBelowNothing => set(first, |line| {
                line.discount = Amount::new(line.unit_price.minor() * u64::from(line.count) + 1);
            }),
            Self::TotalAbove => order.total = Amount::new(total + 1),
            Self::TotalBelow if total == 0 => order.total = Amount::new(1),
            Self::TotalBelow => order.total = Amount::new(total - 1),
            Self::BelowNothing => order.discount = Amount::new(discount),
            Self::Nameless => order.buyer = Id::from(""),
            Self::Standing => order.standing = 1_001,
            Self::ManyGateways => {
                order.gateways = (0..21).map(|no| Id::from(alloc::format!("g-{no}").as_str())).collect();
            }
            Self::OtherCurrency => {
                order.currency = if order.currency == Currency::JPY { Currency::CNY } else { Currency::JPY };
            }
        }
        let sums = matches!(
            self,
            Self::NoLines | Self::ManyLines | Self::SameLine | Self::NoUnits | Self::ManyUnits | Self::LineBelowNothing
        );
        if sums && let Some(due) = order.due() {
            order.total = due;
        }
        order
    }
}

fn set(line: Option<&mut NewLine>, change: impl FnOnce(&mut NewLine)) {
    if let Some(line) = line {
        change(line);
    }
}
