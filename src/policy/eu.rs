//! The policy of a shop that sells to consumers in the European Union at a distance.

use alloc::vec::Vec;

use super::cn::{self, days_from_delivery, ids, whole};
use super::{Amounts, Policy, ShippingPart, Silence, Statutory, Window, Windows};
use crate::{Anchor, Bearer, Currency, Each, End, Id, Limit, Reason, Set, Span, Start};

impl Policy {
    /// A shop that sells to consumers in the European Union at a distance, in EUR.
    ///
    /// Withdrawal by right as in Directive 2011/83/EU (see [`Statutory`]). What the law leaves to the shop is as in
    /// [`Policy::cn_marketplace`], except that silence on an application brings the platform in instead of granting it,
    /// nothing is advanced, and goods not in conformity can be complained of for two years (Directive (EU) 2019/771,
    /// Art. 10).
    #[must_use]
    pub fn eu_distance_selling() -> Self {
        let mut policy = Self {
            name: Id::from("eu_distance_selling"),
            currency: Currency::EUR,
            windows: windows(),
            silence: Each::new(|_| Silence::Escalates),
            statutory: Some(statutory()),
            amounts: Amounts { approval_above: whole(1_000), goodwill_most: whole(50), fee_most: whole(500) },
            ..Self::cn_marketplace()
        };
        // Art. 18(1): goods are delivered within 30 days of the contract, unless agreed otherwise.
        policy.limits[Limit::ShipLimit] = Span::days(30).since(Anchor::Placed);
        policy.limits[Limit::AutoConfirm] = Span::days(30).since(Anchor::Shipped);
        // The order stays open for longer than any withdrawal that begins with its completion.
        policy.limits[Limit::AfterSales] = Span::days(30);
        policy.limits[Limit::BuyerReturn] = Span::days(14);
        policy.limits[Limit::MerchantReceipt] = Span::days(14);
        policy.fast_refund.on_ship_back = false;
        policy.fast_refund.most = whole(100);
        policy.freight.most = whole(15);
        policy.shipping_refund.with_last_line = ShippingPart::Standard;
        policy.shipping_refund.not_with_last_line = Set::NONE;
        policy.reasons.no_reason_excluded = excluded();
        policy
    }
}

/// A period of calendar days that does not end on a day off, as Regulation (EEC, Euratom) No 1182/71 has it: the day
/// of the event does not count, and a last day that is a holiday, Saturday or Sunday is followed by the next working
/// day.
const fn period(days: u32, anchor: Anchor) -> Span {
    Span::days(days).since(anchor).starting(Start::NextMidnight).ending(End::NextWorkingDay)
}

pub(super) fn statutory() -> Statutory {
    Statutory {
        // Art. 9(1) and 9(2)(b): 14 days from possession of the last good.
        window: period(14, Anchor::LastDelivered),
        // Art. 13(1): within 14 days of being informed.
        refund: period(14, Anchor::Applied),
        // Art. 14(1): sent back within 14 days of having informed.
        send_back: period(14, Anchor::Applied),
        // Art. 13(3): until the goods or evidence of sending them, whichever is the earlier.
        withhold: true,
        // Art. 13(1) and (2): the costs of delivery, without supplements for more than the least expensive one.
        shipping: ShippingPart::Standard,
        // Art. 14(1): the consumer bears the direct cost, unless agreed otherwise.
        return_freight: Bearer::Buyer,
        // Art. 14(2): liable for handling beyond what is needed to establish nature and functioning.
        diminished_value: true,
        excluded: excluded(),
    }
}

/// Art. 16 (c), (d), (j) and (m). Goods that lose the right only once they are unsealed (e, i) are not excluded as a
/// category: the state in which they come back decides.
fn excluded() -> Vec<Id> {
    ids(&["custom_made", "perishable", "press", "digital_content"])
}

fn window(reason: Reason) -> Window {
    match reason {
        Reason::NoReason => Window::Lasts(period(14, Anchor::LastDelivered)),
        // Two years, and never a day less for a leap year.
        Reason::Quality
        | Reason::NotAsDescribed
        | Reason::WrongItem
        | Reason::MissingParts
        | Reason::Damaged
        | Reason::Counterfeit => days_from_delivery(731),
        Reason::PriceDrop
        | Reason::Negotiated
        | Reason::Other
        | Reason::NotReceived
        | Reason::Late
        | Reason::OutOfStock => cn::window(reason),
    }
}

fn windows() -> Windows {
    Windows { by_reason: Each::new(window), by_kind: Each::new(|_| None), ..cn::windows() }
}
