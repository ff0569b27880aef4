//! Each row that excuses an end with both the goods and the money is there and is needed.

use redress::after_sale::{self, Action};
use redress::testing::promise::{self, Excuses};
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, Silence, order, refund};

use crate::kit::*;

/// To the end: the channel pays what it is sent, and nobody else does anything.
fn ends(mut shop: Shop) -> Shop {
    loop {
        shop.gateway_pays();
        let Some(due) = shop.trade.due() else { return shop };
        shop.now = due.max(shop.now).after(1);
        shop.tick();
    }
}

fn delivered(change: impl FnOnce(&mut Policy)) -> Shop {
    let mut policy = Policy::cn_marketplace();
    change(&mut policy);
    let mut order = shirt();
    order.standing = if policy.fast_refund.on_apply { 900 } else { 0 };
    Shop::delivered(policy, order)
}

/// Money is asked for a shirt that the buyer has and keeps.
fn asked(change: impl FnOnce(&mut Policy)) -> Shop {
    let mut shop = delivered(change);
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo://1"));
    shop
}

/// A return, agreed.
fn returning(change: impl FnOnce(&mut Policy)) -> Shop {
    let mut shop = delivered(change);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).agrees(1);
    shop
}

/// A part is to be sent for a shirt that the buyer has.
fn part() -> Shop {
    let mut shop = delivered(|_| ());
    shop.does(apply(Kind::Reship, Reason::MissingParts).units("shirt", 1).evidence("photo://1"));
    shop.case_does(merchant(), 1, Action::Agree);
    shop
}

fn dispatched(mut shop: Shop) -> Shop {
    shop.does(on(merchant(), 1, Action::Dispatch).waybill("sf", "new-1"));
    shop
}

fn then(mut shop: Shop, does: impl FnOnce(&mut Shop)) -> Shop {
    does(&mut shop);
    shop
}

/// What is sent fails as often as it may be sent.
fn failed_twice(how: Action) -> Shop {
    let mut shop = dispatched(part());
    shop.case_does(carrier(), 1, how);
    shop = dispatched(shop);
    // The last parcel that comes back is reviewed first, if that is left.
    shop.policy.counters[redress::Counter::Reviews] = 0;
    shop.case_does(carrier(), 1, how);
    shop
}

/// Two units are on their way, each in a parcel of its own.
fn half_shipped() -> Shop {
    let mut shop = Shop::paid(Policy::cn_marketplace(), new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    shop.ship("shirt", 1).ship("shirt", 1);
    shop
}

/// A return of two units, of which one has come and the other is on its way.
fn half_delivered(change: impl FnOnce(&mut Policy)) -> Shop {
    let mut policy = Policy::cn_marketplace();
    change(&mut policy);
    let mut shop = Shop::paid(policy, new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    shop.ship("shirt", 1).ship("shirt", 1).deliver("shirt", 1);
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 2).evidence("photo://1"));
    shop
}

/// The unit that is on its way is lost.
fn lost(mut shop: Shop) -> Shop {
    shop.does(Request::by(carrier()).order(order::Action::Lose).units("shirt", 1));
    shop
}

fn keeps(policy: &mut Policy) {
    policy.silence[Kind::RefundOnly] = Silence::Lapses;
}

/// Two were advanced, and one came.
fn half_came() -> Shop {
    let mut order = new_order(vec![NewLine::new("shirt", 2, 4_000)]);
    order.standing = 650;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 2)).agrees(1).ships_back(1).gateway_pays();
    shop.does(on(merchant(), 1, Action::AcceptGoods).units("shirt", 1));
    shop
}

/// For each excuse a story that nothing else excuses.
#[rustfmt::skip]
fn story(row: &str) -> Option<Shop> {
    Some(match row {
        "after_sale.requested.agree.refunding" => then(asked(|_| ()), |shop| { shop.case_does(merchant(), 1, Action::Agree); }),
        "after_sale.requested.expire.refunding" => asked(|policy| policy.silence[Kind::RefundOnly] = Silence::Grants),
        "after_sale.overdue.agree.refunding" => then(asked(keeps), |shop| { shop.lets_case_pass(1).case_does(merchant(), 1, Action::Agree); }),
        "after_sale.refused.agree.refunding" => then(asked(keeps), |shop| {
            shop.does(on(merchant(), 1, Action::Refuse).text("it works").evidence("photo://2")).case_does(merchant(), 1, Action::Agree);
        }),
        "after_sale.proposed.accept.refunding" => then(returning(|_| ()), |shop| {
            shop.case_does(buyer(), 1, Action::Withdraw);
            shop.does(Request::by(merchant()).opens(Action::Offer, Kind::RefundOnly).units("shirt", 1).reason(Reason::Quality));
            shop.case_does(buyer(), 2, Action::Accept);
        }),
        "after_sale.absent.grant.refunding" => then(delivered(|_| ()), |shop| {
            shop.does(Request::by(merchant()).opens(Action::Grant, Kind::RefundOnly).units("shirt", 1).reason(Reason::Other).text("sorry"));
        }),
        "after_sale.absent.apply.refunding.fast" => asked(|policy| policy.fast_refund.on_apply = true),
        "after_sale.awaiting_return.convert_to_refund.refunding" => then(returning(|_| ()), |shop| { shop.case_does(merchant(), 1, Action::ConvertToRefund); }),
        "after_sale.awaiting_return.expire.refunding" => then(delivered(|policy| {
            policy.return_address = None;
            policy.counters[redress::Counter::Reviews] = 0;
            policy.silence[Kind::ReturnAndRefund] = Silence::Grants;
        }), |shop| { shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)); }),
        "after_sale.awaiting_dispatch.convert_to_refund.refunding" => then(part(), |shop| {
            shop.does(on(merchant(), 1, Action::ConvertToRefund).text("out of stock"));
        }),
        "after_sale.awaiting_dispatch.expire.refunding" => part(),
        "after_sale.dispatched.lose.refunding" => failed_twice(Action::Lose),
        "after_sale.dispatched.bounce.refunding" => failed_twice(Action::Bounce),
        "after_sale.under_review.rule_for_buyer.refunding" => then(asked(|_| ()), |shop| {
            shop.does(on(platform(), 1, Action::Escalate).text("looked into")).case_does(platform(), 1, Action::RuleForBuyer);
        }),
        "after_sale.under_review.rule_for_buyer.refunding.waived" => then(returning(|_| ()), |shop| {
            shop.does(on(platform(), 1, Action::Escalate).text("looked into"));
            shop.does(on(platform(), 1, Action::RuleForBuyer).with(|detail| detail.return_waived = true));
        }),
        "after_sale.under_review.rule_split.refunding" => then(asked(|_| ()), |shop| {
            shop.does(on(platform(), 1, Action::Escalate).text("looked into"));
            shop.does(on(platform(), 1, Action::RuleSplit).amount(9_900));
        }),
        "after_sale.under_review.expire.refunding" => then(asked(|_| ()), |shop| { shop.does(on(platform(), 1, Action::Escalate).text("looked into")); }),
        "after_sale.recovering.expire.dismissed" => then(delivered(|policy| {
            policy.fast_refund.on_apply = true;
            policy.return_address = Some("1 Return Road".to_owned());
        }), |shop| {
            shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
        }),
        "after_sale.recovering.write_off.dismissed" => then(delivered(|policy| policy.fast_refund.on_apply = true), |shop| {
            shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).gateway_pays();
            shop.case_does(buyer(), 1, Action::Withdraw).does(on(platform(), 1, Action::WriteOff).text("too little"));
        }),
        "after_sale.recovering.expire.refunding" => half_came(),
        "after_sale.recovering.write_off.refunding" => then(half_came(), |shop| {
            shop.does(on(platform(), 1, Action::WriteOff).text("too little"));
        }),
        "after_sale.requested.undelivered.refunding" => lost(half_delivered(|_| ())),
        "after_sale.overdue.undelivered.refunding" => lost(then(half_delivered(|policy| {
            policy.silence[Kind::ReturnAndRefund] = Silence::Lapses;
        }), |shop| { shop.lets_case_pass(1); })),
        "after_sale.proposed.undelivered.refunding" => lost(then(half_delivered(|_| ()), |shop| {
            shop.does(on(merchant(), 1, Action::Propose).amount(9_900));
        })),
        "after_sale.refused.undelivered.refunding" => lost(then(half_delivered(|_| ()), |shop| {
            shop.does(on(merchant(), 1, Action::Refuse).text("it works").evidence("photo://2"));
        })),
        "after_sale.awaiting_payment.undelivered.refunding" => then(lost(then(half_shipped(), |shop| {
            let ask = apply(Kind::Reship, Reason::MissingParts).units("shirt", 2).evidence("photo://1");
            shop.does(ask.with(|detail| detail.fee = Some(redress::Amount::new(100).into())));
            shop.case_does(merchant(), 1, Action::Agree);
        })), |shop| { shop.deliver("shirt", 1); }),
        "after_sale.intercepting.undelivered.refunding" => then(lost(then(half_shipped(), |shop| {
            shop.does(apply(Kind::RefundOnly, Reason::Other).units("shirt", 2)).case_does(merchant(), 1, Action::Intercept);
        })), |shop| { shop.deliver("shirt", 1); }),
        "after_sale.awaiting_return.undelivered.refunding" => lost(then(half_delivered(|_| ()), |shop| { shop.agrees(1); })),
        "after_sale.under_review.undelivered.refunding" => lost(then(half_delivered(|_| ()), |shop| {
            shop.does(on(platform(), 1, Action::Escalate).text("looked into"));
        })),
        _ => return None,
    })
}

#[test]
fn each_excuse_names_rows_that_are_there() {
    for (row, why) in Excuses::rows() {
        let cases = after_sale::RULES.rules().iter().map(|rule| rule.id());
        let mut ids = cases.chain(refund::RULES.rules().iter().map(|rule| rule.id()));
        let there = ids.any(|id| id.as_str() == row);
        assert!(there && !why.is_empty(), "no row is named {row}");
    }
}

#[test]
fn each_excuse_is_needed() {
    let mut needless = Vec::new();
    for (row, _) in Excuses::rows() {
        let Some(shop) = story(row).map(ends) else {
            needless.push(format!("{row}: no story"));
            continue;
        };
        let met = shop.events.iter().fold(Excuses::NONE, Excuses::after);
        let with = promise::of_rest(&shop.book(), &shop.trade, met);
        let others = shop.events.iter().filter(|event| event.row.is_none_or(|of| of.as_str() != row));
        let without = promise::of_rest(&shop.book(), &shop.trade, others.fold(Excuses::NONE, Excuses::after));
        if with.is_err() || without.is_ok() {
            needless.push(format!("{row}: {with:?}\n{}", shop.told(redress::Lang::En)));
        }
    }
    assert!(needless.is_empty(), "not needed:\n{}", needless.join("\n\n"));
}
