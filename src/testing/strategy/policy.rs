//! Policies around a given one: other numbers, other switches, never a contradiction.

use alloc::borrow::ToOwned as _;

use super::Chance;
use crate::testing::Preset;
use crate::{
    Amount, Anchor, Bearer, Counter, Kind, Length, Limit, Policy, Reason, RefundSplit, Set, ShippingPart, Silence,
    Span, Statutory, Tender, Window,
};

/// One thing in which policies differ.
type Twist = fn(&mut Chance, &mut Policy);

/// What tenants differ in, and what makes the rows of a table be taken.
const TWISTS: &[Twist] =
    &[switches, split, approval, address, silences, counters, limits, reasons, windows, by_law, money, channels];

/// What differs in the walks of the built-in rules: what the presets were made for.
const USUAL: &[Twist] = &[switches, split, approval, address, silences];

impl Chance {
    /// A policy around this one. All of them pass [`Policy::check`], if this one does.
    pub fn policy(&mut self, around: &Policy) -> Policy {
        self.twisted(around, TWISTS)
    }

    /// One of the presets, with other switches.
    pub(in crate::testing) fn usual_policy(&mut self) -> Policy {
        let preset = if self.one_in(3) { Preset::EuDistanceSelling } else { Preset::CnMarketplace };
        self.twisted(&preset.policy(), USUAL)
    }

    /// The policy with these twists, as far as it then passes its check.
    fn twisted(&mut self, around: &Policy, twists: &[Twist]) -> Policy {
        let mut policy = around.clone();
        for twist in twists {
            let mut twisted = policy.clone();
            twist(self, &mut twisted);
            if twisted.check().is_ok() {
                policy = twisted;
            }
        }
        policy
    }

    fn length(&mut self) -> Length {
        self.pick(&[Length::Minutes(30), Length::Hours(1), Length::Hours(36), Length::Days(2), Length::Days(20)])
    }

    fn reasons(&mut self) -> Set<Reason> {
        Reason::ALL.iter().fold(Set::NONE, |set, &reason| if self.one_in(2) { set.with(reason) } else { set })
    }
}

fn switches(chance: &mut Chance, policy: &mut Policy) {
    let switches = &mut policy.switches;
    for switch in [
        &mut switches.unshipped_is_granted,
        &mut switches.receipt_silence_escalates,
        &mut switches.ruling_silence_dismisses,
        &mut switches.approval_silence_rejects,
        &mut switches.shipping_closes_case,
        &mut switches.direct_escalation,
        &mut switches.partial_payout_closes_units,
        &mut policy.fast_refund.on_apply,
        &mut policy.fast_refund.on_ship_back,
    ] {
        if chance.one_in(4) {
            *switch = !*switch;
        }
    }
}

fn split(chance: &mut Chance, policy: &mut Policy) {
    if chance.one_in(3) {
        policy.refund_split = RefundSplit::Proportional;
    }
}

fn approval(chance: &mut Chance, policy: &mut Policy) {
    if chance.one_in(3) {
        policy.amounts.approval_above = Amount::new(500);
    }
}

fn address(chance: &mut Chance, policy: &mut Policy) {
    policy.return_address = (!chance.one_in(3)).then(|| super::ADDRESS.to_owned());
}

fn silences(chance: &mut Chance, policy: &mut Policy) {
    for &kind in Kind::ALL {
        if chance.one_in(3) {
            policy.silence[kind] = chance.pick(Silence::ALL);
        }
    }
}

fn counters(chance: &mut Chance, policy: &mut Policy) {
    for &counter in Counter::ALL {
        if chance.one_in(6) {
            let was = core::mem::replace(&mut policy.counters[counter], chance.pick(&[0, 1, 2, 3, 7]));
            if policy.check().is_err() {
                policy.counters[counter] = was;
            }
        }
    }
}

fn limits(chance: &mut Chance, policy: &mut Policy) {
    for &limit in Limit::ALL {
        if chance.one_in(6) {
            let was = policy.limits[limit];
            policy.limits[limit] = Span { length: chance.length(), ..was };
            if policy.check().is_err() {
                policy.limits[limit] = was;
            }
        }
        if chance.one_in(9) {
            policy.extensions[limit] = chance.one_in(2).then(|| chance.length());
        }
    }
}

fn reasons(chance: &mut Chance, policy: &mut Policy) {
    for &kind in Kind::ALL {
        if chance.one_in(4) {
            policy.reasons.fits[kind] = chance.reasons();
        }
    }
    if chance.one_in(3) {
        policy.reasons.evidence = chance.reasons();
    }
    if chance.one_in(3) {
        policy.reasons.refusal_evidence = chance.reasons();
    }
    if chance.one_in(3) {
        policy.reasons.never_refused = chance.reasons();
    }
    policy.reasons.goods_refusal_evidence ^= chance.one_in(4);
    policy.switches.whole_line_only ^= chance.one_in(4);
    policy.switches.reapply_after_lapse ^= chance.one_in(4);
}

fn windows(chance: &mut Chance, policy: &mut Policy) {
    for &reason in Reason::ALL {
        if chance.one_in(8) {
            let days = Span::days(chance.pick(&[1, 7, 30])).since(chance.pick(&[Anchor::Delivered, Anchor::Paid]));
            policy.windows.by_reason[reason] = chance.pick(&[Window::UntilReceipt, Window::Lasts(days)]);
        }
    }
    if chance.one_in(4) {
        policy.windows.after_refusal = chance.length();
    }
}

fn by_law(chance: &mut Chance, policy: &mut Policy) {
    if chance.one_in(4) {
        policy.statutory = chance.one_in(2).then(|| Statutory { withhold: chance.one_in(2), ..Statutory::default() });
    }
}

fn money(chance: &mut Chance, policy: &mut Policy) {
    for amount in [
        &mut policy.amounts.goodwill_most,
        &mut policy.amounts.fee_most,
        &mut policy.freight.most,
        &mut policy.fast_refund.most,
    ] {
        if chance.one_in(4) {
            *amount = Amount::new(chance.pick(&[1, 500, 100_000]));
        }
    }
    policy.fast_refund.standing = chance.pick(&[policy.fast_refund.standing, 0, 650]);
    for part in [
        &mut policy.shipping_refund.before_anything_shipped,
        &mut policy.shipping_refund.with_last_line,
        &mut policy.shipping_refund.at_merchants_fault,
    ] {
        if chance.one_in(4) {
            *part = chance.pick(ShippingPart::ALL);
        }
    }
    for &reason in Reason::ALL {
        if chance.one_in(6) {
            policy.freight.payer[reason] = chance.pick(Bearer::ALL);
        }
    }
}

fn channels(chance: &mut Chance, policy: &mut Policy) {
    for &tender in Tender::ALL {
        if chance.one_in(6) {
            policy.channels[tender] = None;
        } else if let Some(channel) = &mut policy.channels[tender]
            && chance.one_in(4)
        {
            channel.most_parts = chance.pick(&[1, 2, 50]);
            channel.min_gap = chance.pick(&[Length::Seconds(0), Length::Hours(1)]);
        }
    }
}
