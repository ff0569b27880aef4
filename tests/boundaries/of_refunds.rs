//! The liberties of a refund.

use super::kit::*;

#[test]
fn questions_and_attempts_of_a_refund() {
    let pend = |_| by_gateway(Refund::Pend);
    notes(&mut submitted(cn()), Counter::Asks, pend, nothing);
    // Sent five times; the sixth wait ends in somebody's hands.
    let mut shop = submitted(cn());
    let most = shop.policy.cap(Counter::Attempts);
    for attempt in 1..most {
        assert_eq!(u32::from(shop.trade.refunds[0].attempt), attempt);
        fails(&mut shop);
        shop.does(Request::by(merchant()).refund(1, Refund::Retry));
    }
    fails(&mut shop);
    refused(&shop, &Request::by(merchant()).refund(1, Refund::Retry), &["attempts_left"]);
    shop.now = shop.trade.due().unwrap().after(1);
    shop.tick();
    assert_eq!(shop.trade.refunds[0].state, refund::State::Abnormal);
}

#[test]
fn other_accounts_and_other_ways() {
    let mut shop = submitted(cn());
    go_abnormal(&mut shop);
    let redirect = |time: u32| {
        let redirect = Request::by(finance()).refund(1, Refund::Redirect).text("another card");
        redirect.with(|detail| detail.account = format!("account-{time}"))
    };
    counts(&mut shop, Counter::Redirects, "redirects_left", redirect, |_| ());
    let offline = |time: u32| {
        let pay = Request::by(finance()).refund(1, Refund::PayOffline);
        pay.with(|detail| detail.voucher = format!("voucher-{time}"))
    };
    let deny = |shop: &mut Shop| {
        shop.does(Request::by(buyer()).refund(1, Refund::Deny));
    };
    counts(&mut shop, Counter::Offline, "offline_left", offline, deny);
}

/// A refund of which nobody knows what became of it.
fn unresolved(shop: &mut Shop) {
    for _ in 0..20 {
        if shop.trade.refunds[0].state == refund::State::Unresolved {
            return;
        }
        shop.now = shop.trade.refunds[0].deadline.unwrap().until.after(1);
        shop.tick();
    }
    panic!("{:?}", shop.trade.refunds[0]);
}

#[test]
fn reconciliations_reversals_and_conflicts() {
    let mut policy = cn();
    policy.counters[Counter::Attempts] = 20;
    let mut shop = submitted(policy);
    unresolved(&mut shop);
    let unpaid = |_| {
        let reconcile = Request::by(finance()).refund(1, Refund::Reconcile).evidence("statement://1");
        reconcile.with(|detail| detail.found_paid = Some(false))
    };
    let lost_again = |shop: &mut Shop| {
        shop.does(Request::by(merchant()).refund(1, Refund::Retry));
        unresolved(shop);
    };
    counts(&mut shop, Counter::Reconciles, "reconciles_left", unpaid, lost_again);

    let mut shop = submitted(cn());
    shop.gateway_pays();
    let reverse = |time: u32| by_gateway(Refund::Reverse).amount(1_000).reference(format!("back-{time}").as_str());
    let pay_again = |shop: &mut Shop| {
        shop.does(Request::by(merchant()).refund(1, Refund::Retry)).gateway_pays();
    };
    notes(&mut shop, Counter::Reversals, reverse, pay_again);

    let mut shop = submitted(cn());
    shop.gateway_pays();
    let other = |time: u32| by_gateway(Refund::Succeed).amount(1_001).reference(format!("other-{time}").as_str());
    notes(&mut shop, Counter::Conflicts, other, nothing);
}

#[test]
fn finance_rejects_a_case_once() {
    let mut policy = cn();
    policy.amounts.approval_above = Amount::ZERO;
    let mut shop = delivered(policy);
    shop.does(apply(Kind::RefundOnly, "mug", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Agree));
    let reject = |no: u16| Request::by(finance()).refund(no, Refund::Reject).text("too much");
    shop.does(reject(1));
    assert_eq!(shop.case(1).state, after_sale::State::UnderReview);
    // What the platform rules is not contestable; what counts is that a second rejection is refused.
    shop.does(Request::by(platform()).case(1, Case::RuleForBuyer).text("it is owed"));
    let again = codes(&shop, &reject(2));
    assert!(again.contains(&"rejections_left"), "{again:?}");
}

/// The event by which a case was told something that it did not hear.
fn unheard(shop: &Shop, action: Case) -> Option<&Event> {
    let told =
        |event: &&Event| matches!(event.cause, Cause::Told(_)) && event.asked == redress::trade::Asked::Case(action);
    let last = shop.events.iter().rev().find(told)?;
    let alerts = last.tasks.iter().any(|task| task.what == Effect::Alert);
    (last.row.is_none() && alerts).then_some(last)
}

/// Three payments are given back in advance, all of it is called off, and the channel pays them late, one after another.
#[test]
fn what_was_paid_too_much_is_asked_back_so_often() {
    let mut policy = cn();
    (policy.fast_refund.standing, policy.fast_refund.on_apply) = (0, true);
    let mut shop = Shop::new(policy);
    shop.place(new_order(vec![NewLine::new("shirt", 1, 3_000)]));
    for reference in ["p-1", "p-2", "p-3"] {
        shop.pay(1_000, reference);
    }
    shop.after_hours(1).ship("shirt", 1).after_hours(24).deliver("shirt", 1);
    shop.does(apply(Kind::ReturnAndRefund, "shirt", 1, Reason::Quality));
    let by_channel = |no: u16, action| Request::by(gateway()).refund(no, action);
    for no in 1..=3 {
        shop.does(by_channel(no, Refund::GoAbnormal));
    }
    shop.does(Request::by(buyer()).case(1, Case::Withdraw));
    assert!(shop.trade.refunds.iter().all(|refund| refund.state == refund::State::Cancelled));
    let late = |no: u16| by_channel(no, Refund::Succeed).amount(1_000).reference(format!("late-{no}").as_str());
    assert_eq!(shop.policy.cap(Counter::Overpays), 2);
    for no in 1..=2 {
        shop.does(late(no));
        assert_eq!(shop.case(1).state, after_sale::State::Recovering, "payment {no}");
        shop.does(Request::by(platform()).case(1, Case::WriteOff).text("not worth it"));
        assert!(unheard(&shop, Case::Overpay).is_none());
    }
    shop.does(late(3));
    assert_eq!(shop.case(1).state, after_sale::State::Dismissed, "the third one is not asked back");
    assert!(unheard(&shop, Case::Overpay).is_some(), "but somebody is told of it");
    assert_eq!((shop.refunded(), shop.case(1).written_off), (3_000, Amount::new(2_000)));
}

/// A refund that the bank takes back again and again is paid again all the same.
#[test]
fn a_case_that_was_over_is_taken_up_again_so_often() {
    let mut policy = few(Counter::Revivals, 1);
    policy.counters[Counter::Reversals] = 3;
    let mut shop = submitted(policy);
    shop.gateway_pays();
    let reverse = |time: u32| by_gateway(Refund::Reverse).amount(1_000).reference(format!("back-{time}").as_str());
    for (time, state) in [(1, after_sale::State::Refunding), (2, after_sale::State::Completed)] {
        shop.does(reverse(time));
        assert_eq!(shop.case(1).state, state, "reversal {time}");
        assert_eq!(unheard(&shop, Case::Unsettle).is_some(), time == 2, "reversal {time}");
        shop.does(Request::by(merchant()).refund(1, Refund::Retry)).gateway_pays();
        let refund = &shop.trade.refunds[0];
        assert_eq!((shop.case(1).state, refund.state), (after_sale::State::Completed, refund::State::Paid));
    }
}
