//! The liberties in a case.

use super::kit::*;

#[test]
fn applications_on_the_same_units() {
    let withdraw = |shop: &mut Shop| {
        let no = u16::try_from(shop.trade.cases.len()).unwrap();
        shop.does(Request::by(buyer()).case(no, Case::Withdraw));
    };
    let ask = |_| apply(Kind::ReturnAndRefund, "mug", 1, Reason::Quality);
    counts(&mut delivered(cn()), Counter::Tries, "tries_left", ask, withdraw);
}

#[test]
fn changes_and_rounds_of_an_application() {
    let modify =
        |time: u32| Request::by(buyer()).case(1, Case::Modify).amount(u64::from(9_000 + time)).evidence("photo://1");
    counts(&mut asked_back(cn(), Reason::Quality), Counter::Modifies, "modifies_left", modify, nothing);
    let propose =
        |time: u32| Request::by(merchant()).case(1, Case::Propose).kind(Kind::Compensation).amount(u64::from(time));
    let decline = |shop: &mut Shop| {
        shop.does(Request::by(buyer()).case(1, Case::Decline));
    };
    counts(&mut asked_back(cn(), Reason::Quality), Counter::Rounds, "rounds_left", propose, decline);
}

#[test]
fn a_parcel_is_recalled_once() {
    let mut shop = paid(cn());
    shop.after_hours(1).ship("shirt", 2);
    shop.does(apply(Kind::RefundOnly, "shirt", 2, Reason::NoReason));
    let intercept = |_| Request::by(merchant()).case(1, Case::Intercept);
    let fail = |shop: &mut Shop| {
        shop.does(Request::by(carrier()).case(1, Case::RecallFail));
    };
    counts(&mut shop, Counter::Intercepts, "intercept_left", intercept, fail);
}

#[test]
fn extensions_once_a_state_and_side() {
    let extend = |_| Request::by(merchant()).case(1, Case::Extend).text("the boss is ill");
    counts(&mut asked_back(cn(), Reason::Quality), Counter::Extensions, "extension_left", extend, nothing);
    let extend = |_| Request::by(buyer()).case(1, Case::Extend).text("on a journey");
    counts(&mut agreed(cn()), Counter::Extensions, "extension_left", extend, nothing);
    // The buyer's does not use up the merchant's.
    let mut shop = delivered(cn());
    let days = |actor| Request::by(actor).order(Order::Extend).with(|detail| detail.days = Some(3));
    shop.now = named_end(&shop, &days(buyer()), "within_last_days");
    shop.does(days(buyer()));
    shop.now = shop.trade.due().unwrap();
    refused(&shop, &days(buyer()), &["extension_left"]);
    shop.does(days(merchant()));
    shop.now = shop.trade.due().unwrap();
    refused(&shop, &days(merchant()), &["extension_left"]);
}

#[test]
fn corrections_of_a_waybill() {
    let correct =
        |time: u32| Request::by(buyer()).case(1, Case::CorrectWaybill).waybill("sf", format!("back-{time}").as_str());
    counts(&mut returning(cn()), Counter::Corrections, "corrections_left", correct, nothing);
}

#[test]
fn each_side_brings_the_platform_in_once_a_point() {
    let mut shop = asked_back(cn(), Reason::Quality);
    shop.does(Request::by(merchant()).case(1, Case::Refuse).text("not so").evidence("photo://2"));
    let escalate = |_| Request::by(buyer()).case(1, Case::Escalate);
    let call_off = |shop: &mut Shop| {
        shop.does(Request::by(buyer()).case(1, Case::CallOff));
    };
    counts(&mut shop, Counter::Reviews, "reviews_left", escalate, call_off);
    // The merchant's own is still there.
    accepted(&shop, &Request::by(merchant()).case(1, Case::Escalate));
}

#[test]
fn a_replacement_is_sent_again_once() {
    let mut shop = dispatched();
    let lose = Request::by(carrier()).case(1, Case::Lose);
    shop.does(lose.clone());
    assert_eq!(shop.case(1).state, after_sale::State::AwaitingDispatch);
    shop.does(Request::by(merchant()).case(1, Case::Dispatch).waybill("sf", "part-2")).does(lose);
    assert_eq!(shop.case(1).state, after_sale::State::Refunding, "lost twice, it is paid");
}

#[test]
fn a_service_is_turned_into_money_once() {
    let mut shop = delivered(few(Counter::Conversions, 1));
    shop.does(apply(Kind::Exchange, "shirt", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Agree).address("1 Return Road"));
    let convert = Request::by(merchant()).case(1, Case::ConvertToRefund).text("out of stock");
    shop.does(convert);
    assert!(shop.case(1).offer.kind.pays(), "it is about money from now on");
    assert_eq!(shop.case(1).state, after_sale::State::AwaitingReturn);
}

#[test]
fn evidence_is_counted_by_the_piece_and_a_side() {
    let submit = |actor, pieces: usize| {
        let submit = Request::by(actor).case(1, Case::SubmitEvidence);
        (0..pieces).fold(submit, |request, at| request.evidence(format!("photo://{at}")))
    };
    let mut shop = asked_back(cn(), Reason::Quality);
    let most = usize::try_from(shop.policy.cap(Counter::Evidence)).unwrap();
    shop.does(submit(merchant(), most - 2));
    refused(&shop, &submit(merchant(), 3), &["evidence_left"]);
    accepted(&shop, &submit(merchant(), 2));
    shop.does(submit(merchant(), 1)).does(submit(merchant(), 1));
    refused(&shop, &submit(merchant(), 1), &["evidence_left"]);
    accepted(&shop, &submit(buyer(), 1));
}

#[test]
fn notes_a_side() {
    let note = |_| Request::by(buyer()).case(1, Case::Note).text("hello");
    let mut shop = asked_back(cn(), Reason::Quality);
    counts(&mut shop, Counter::Notes, "notes_left", note, nothing);
    accepted(&shop, &Request::by(merchant()).case(1, Case::Note).text("hello"));
    accepted(&shop, &Request::by(buyer()).order(Order::Note).text("hello"));
    let note = |_| Request::by(merchant()).order(Order::Note).text("hello");
    counts(&mut shop, Counter::Notes, "notes_left", note, nothing);
}

#[test]
fn appeals_and_ratings() {
    let mut shop = asked_back(cn(), Reason::Quality);
    shop.does(Request::by(buyer()).case(1, Case::Withdraw));
    let rate = |_| Request::by(buyer()).case(1, Case::Rate).with(|detail| detail.stars = Some(5));
    counts(&mut shop, Counter::Ratings, "rating_left", rate, nothing);
    let reopen = |_| Request::by(platform()).case(1, Case::Reopen).text("by mistake");
    let dismiss = |shop: &mut Shop| {
        shop.does(Request::by(platform()).case(1, Case::RuleForMerchant).text("no defect"));
    };
    counts(&mut shop, Counter::Appeals, "appeals_left", reopen, dismiss);
}

#[test]
fn parts_of_a_fee_and_of_a_repayment() {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Repair, "shirt", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Propose).kind(Kind::Repair).fee(3_000));
    shop.does(Request::by(buyer()).case(1, Case::Accept));
    let part = |time: u32| {
        let fee = Request::by(gateway()).case(1, Case::PayFee).amount(1).tender(Tender::Card);
        fee.reference(format!("f-{time}").as_str())
    };
    notes(&mut shop, Counter::FeePayments, part, nothing);

    let mut shop = recovering();
    let part = |time: u32| {
        let repay = Request::by(gateway()).case(1, Case::Repay).amount(1).tender(Tender::Card);
        repay.reference(format!("b-{time}").as_str())
    };
    notes(&mut shop, Counter::Repayments, part, nothing);
}
