//! What each side may do in the situations that everybody meets: within which bounds, until when, and in which words.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed step is a failed test")]
mod shop;

use redress::trade::{
    Bounds, Choice, Denied, Field, NewLine, Options, Request, Subject, Trade, TradeKey, deadlines, options, step,
};
use redress::{Actor, Amount, Id, Kind, Lang, Limit, Policy, Reason, Role, Time, after_sale, refund};
use shop::*;

fn listed(shop: &Shop, actor: &Actor) -> Options {
    options(&shop.book(), &shop.trade, actor, shop.now).unwrap()
}

fn at(text: &str) -> Option<Time> {
    Some(Time::parse(text).unwrap())
}

/// What is possible, by codes: the subject, the action and, if one is named, the kind.
fn possible(shop: &Shop, actor: &Actor) -> Vec<String> {
    let list = listed(shop, actor);
    let told = list.choices.iter().map(|choice| {
        let kind = choice.bounds.kind.map(|kind| format!(" {kind}")).unwrap_or_default();
        format!("{}: {}{kind}", choice.subject, choice.asked.code())
    });
    told.collect()
}

/// The same of a case alone; kinds left out.
fn of_case(shop: &Shop, actor: &Actor) -> Vec<&'static str> {
    let list = listed(shop, actor);
    let mut codes: Vec<&str> = list
        .choices
        .iter()
        .filter(|choice| choice.subject.to_string() == "case 1")
        .map(|choice| choice.asked.code())
        .collect();
    codes.dedup();
    codes
}

#[track_caller]
fn choice(shop: &Shop, actor: &Actor, code: &str, kind: Option<Kind>) -> Choice {
    let list = listed(shop, actor);
    let found = list.choices.into_iter().find(|choice| choice.asked.code() == code && choice.bounds.kind == kind);
    found.unwrap_or_else(|| panic!("{code} {kind:?} is not possible: {:#?}", possible(shop, actor)))
}

#[track_caller]
fn why_not(shop: &Shop, actor: &Actor, code: &str) -> Vec<&'static str> {
    let list = listed(shop, actor);
    let found = list.unavailable.iter().find(|no| no.asked.code() == code);
    found.unwrap_or_else(|| panic!("{code} is possible")).why.codes()
}

/// Two shirts of 99.00 and three mugs of 35.00, before anything is paid.
fn placed() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    let lines = vec![NewLine::new("shirt", 2, 9_900), NewLine::new("mug", 3, 3_500)];
    shop.place(new_order(lines));
    shop
}

fn paid() -> Shop {
    let mut shop = placed();
    shop.pay(30_300, "p-1");
    shop
}

fn delivered() -> Shop {
    let mut shop = paid();
    shop.ship("shirt", 2).ship("mug", 3).deliver("shirt", 2).deliver("mug", 3);
    shop
}

fn requested() -> Shop {
    let mut shop = delivered();
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1);
    shop.does(apply.reason(Reason::Quality).evidence("photo"));
    shop
}

fn by(actor: Actor, action: after_sale::Action) -> Request {
    Request::by(actor).case(1, action)
}

fn returning() -> Shop {
    let mut shop = requested();
    shop.does(by(merchant(), after_sale::Action::Agree).address("1 Return Road"));
    shop.does(by(buyer(), after_sale::Action::ShipBack).waybill("sf", "back-1"));
    shop
}

#[test]
fn a_placed_order_is_paid_or_called_off() {
    let shop = placed();
    assert_eq!(possible(&shop, &buyer()), ["order: cancel", "order: note"]);
    assert_eq!(possible(&shop, &merchant()), ["order: reprice", "order: note"]);
    assert_eq!(why_not(&shop, &merchant(), "ship"), ["wrong_state"]);
    assert_eq!(why_not(&shop, &merchant(), "cancel"), ["old_enough"]);

    let pay = choice(&shop, &gateway(), "pay", None);
    assert_eq!(pay.template.detail.amount.unwrap().amount, Amount::new(30_300));
    assert!(listed(&shop, &finance()).choices.is_empty());
}

#[test]
fn a_paid_order_is_shipped_or_its_money_asked_for() {
    let shop = paid();
    assert_eq!(possible(&shop, &buyer()), ["order: note", "new case: apply refund_only"]);
    assert_eq!(why_not(&shop, &buyer(), "cancel"), ["wrong_role"]);

    let apply = choice(&shop, &buyer(), "apply", Some(Kind::RefundOnly));
    let Bounds { units, reasons, .. } = &apply.bounds;
    let lines: Vec<_> = units.iter().map(|units| (units.line, units.least, units.most, units.each.minor())).collect();
    assert_eq!(lines, [(Id::from("shirt"), 1, 2, 9_900), (Id::from("mug"), 1, 3, 3_500)]);
    let no_reason = reasons.iter().find(|of| of.reason == Reason::NoReason).unwrap();
    let amount = no_reason.amount.unwrap();
    assert!(amount.whole, "what never came is refunded whole");
    assert_eq!((amount.least.minor(), amount.most.minor()), (30_300, 30_300));
    assert!(reasons.iter().all(|of| of.reason != Reason::Quality), "nobody has seen the goods");

    let ship = choice(&shop, &merchant(), "ship", None);
    assert_eq!(ship.until, at("2026-03-15T10:00:00+08:00"), "late is still in time");
}

#[test]
fn a_delivered_order_has_six_kinds_of_cases() {
    let shop = delivered();
    let kinds: Vec<_> = listed(&shop, &buyer()).choices.iter().filter_map(|choice| choice.bounds.kind).collect();
    assert_eq!(kinds, Kind::ALL);

    let returned = choice(&shop, &buyer(), "apply", Some(Kind::ReturnAndRefund));
    assert_eq!(returned.until, at("2026-03-08T23:59:59.999+08:00"), "seven days from the next midnight");
    let quality = returned.bounds.reasons.iter().find(|of| of.reason == Reason::Quality).unwrap();
    assert_eq!(quality.evidence.least, 1);
    assert_eq!(quality.until, at("2026-03-16T23:59:59.999+08:00"));
    assert_eq!(quality.amount.unwrap().least, Amount::new(1), "less than all may be asked for");

    let compensation = choice(&shop, &buyer(), "apply", Some(Kind::Compensation));
    assert!(compensation.bounds.needs.has(Field::Amount), "how much is for the buyer to say");
    assert_eq!(why_not(&shop, &buyer(), "extend"), ["within_last_days"]);
}

#[test]
fn an_application_waits_for_the_merchant() {
    let shop = requested();
    assert_eq!(of_case(&shop, &buyer()), ["modify", "withdraw", "submit_evidence", "note"]);
    let merchants = ["agree", "refuse", "propose", "escalate", "submit_evidence", "extend", "note"];
    assert_eq!(of_case(&shop, &merchant()), merchants);
    assert_eq!(of_case(&shop, &platform()), ["agree", "escalate", "note"]);

    let refuse = choice(&shop, &merchant(), "refuse", None);
    assert_eq!(refuse.until, at("2026-03-03T10:00:00+08:00"));
    let text = refuse.bounds.text.unwrap();
    assert_eq!((text.least, text.most), (2, 200));
    assert_eq!(refuse.bounds.evidence.unwrap().least, 1, "against a defect the merchant must show something");
    assert!(refuse.bounds.needs.has(Field::Text) && refuse.bounds.needs.has(Field::Evidence));

    let agree = choice(&shop, &merchant(), "agree", None);
    assert!(agree.bounds.needs.has(Field::Address), "somebody must say where to send the goods");
    let propose = choice(&shop, &merchant(), "propose", Some(Kind::ReturnAndRefund));
    assert_eq!(propose.bounds.amount.unwrap().most, Amount::new(9_900), "a return's amount may only go down");

    // The other shirt is still free, this one is not.
    let apply = choice(&shop, &buyer(), "apply", Some(Kind::ReturnAndRefund));
    assert_eq!(apply.bounds.units.first().unwrap().most, 1);
}

#[test]
fn a_proposal_waits_for_the_buyer() {
    let mut shop = requested();
    shop.does(by(merchant(), after_sale::Action::Propose).kind(Kind::Compensation).amount(1_000));
    assert_eq!(of_case(&shop, &buyer()), ["withdraw", "accept", "decline", "note"]);
    assert_eq!(of_case(&shop, &merchant()), ["retract", "note"]);
    assert_eq!(choice(&shop, &buyer(), "accept", None).until, at("2026-03-08T10:00:00+08:00"));
}

#[test]
fn goods_on_their_way_back_wait_for_the_merchant() {
    let shop = returning();
    let merchants = ["correct_waybill", "receive", "accept_goods", "refuse_goods", "submit_evidence", "extend", "note"];
    assert_eq!(of_case(&shop, &merchant()), merchants);
    assert_eq!(of_case(&shop, &carrier()), ["cancel_ship_back", "receive", "lose", "bounce"]);
    let receive = choice(&shop, &merchant(), "receive", None);
    let units: Vec<_> = receive.bounds.units.iter().map(|units| (units.line, units.most)).collect();
    assert_eq!(units, [(Id::from("shirt"), 1)]);

    let other = Actor::carrier("owl");
    assert_eq!(options(&shop.book(), &shop.trade, &other, shop.now), Err(Denied::Stranger));
}

#[test]
fn a_deduction_after_inspection_is_explained_unit_by_unit() {
    let mut shop = returning();
    shop.does(by(merchant(), after_sale::Action::Receive).units("shirt", 1));
    let propose = choice(&shop, &merchant(), "propose", Some(Kind::ReturnAndRefund));
    assert!(propose.bounds.explained);
    let less = by(merchant(), after_sale::Action::Propose).kind(Kind::ReturnAndRefund).amount(5_000);
    assert!(!propose.admits(&less));
    let explained = less.units_for("shirt", 1, Reason::Damaged);
    assert!(propose.admits(&explained) && shop.ask(&explained).is_ok());
}

#[test]
fn a_review_waits_for_the_platform() {
    let mut shop = returning();
    shop.does(by(merchant(), after_sale::Action::Receive).units("shirt", 1));
    shop.does(by(merchant(), after_sale::Action::Escalate).text("not what was sent"));
    let rulings = ["rule_for_buyer", "rule_split", "rule_for_merchant", "note"];
    assert_eq!(of_case(&shop, &platform()), rulings);
    assert_eq!(of_case(&shop, &buyer()), ["withdraw", "submit_evidence", "note"]);
    let split = choice(&shop, &platform(), "rule_split", None).bounds.amount.unwrap();
    assert_eq!((split.least.minor(), split.most.minor()), (1, 9_900), "amounts within the case");
    assert!(why_not(&shop, &buyer(), "call_off").contains(&"escalated_by_buyer"));
}

#[test]
fn an_abnormal_refund_waits_for_another_way() {
    let mut shop = paid();
    shop.does(Request::by(buyer()).apply(Kind::RefundOnly).units("shirt", 2).units("mug", 3).reason(Reason::NoReason));
    assert_eq!(possible(&shop, &finance()), [""; 0], "the gateway has it");
    shop.does(Request::by(gateway()).refund(1, refund::Action::GoAbnormal));
    let ways = ["refund 1: redirect", "refund 1: pay_offline"];
    assert_eq!(possible(&shop, &finance()), ways);
    let redirect = choice(&shop, &finance(), "redirect", None);
    assert!(redirect.bounds.needs.has(Field::Account));
    assert_eq!(redirect.until, at("2026-03-08T10:00:00+08:00"));
    assert_eq!(why_not(&shop, &finance(), "retry"), ["wrong_state"]);
}

#[test]
fn the_trade_is_met_as_time_has_left_it() {
    let mut shop = requested();
    shop.now = shop.now.after(48 * 3_600_000);
    assert!(of_case(&shop, &merchant()).contains(&"agree"), "at the last moment");
    shop.now = shop.now.after(1);
    assert_eq!(of_case(&shop, &merchant()), ["give_address", "ship_back", "convert_to_refund", "note"]);
    assert_eq!(shop.case(1).state, after_sale::State::Requested, "nothing was fired for good");
    let list = listed(&shop, &merchant());
    assert_eq!((list.version, list.at), (shop.trade.version, shop.now));
}

#[test]
fn a_template_names_the_version_that_was_seen() {
    let mut shop = requested();
    let agree = choice(&shop, &merchant(), "agree", None).template;
    shop.does(by(buyer(), after_sale::Action::Modify).amount(5_000).evidence("photo"));
    assert!(matches!(shop.ask(&agree), Err(Denied::Stale { .. })), "the amount was altered meanwhile");
}

#[test]
fn an_absent_trade_has_no_options() {
    let shop = placed();
    let absent = Trade::absent(TradeKey { tenant: Id::from(TENANT), order: Id::from("o-2") });
    for actor in [buyer(), platform(), gateway()] {
        assert_eq!(options(&shop.book(), &absent, &actor, shop.now), Err(Denied::Stranger));
    }
    let earlier = shop.now.after(-1);
    assert!(matches!(options(&shop.book(), &shop.trade, &buyer(), earlier), Err(Denied::Backwards { .. })));
    let other = Policy { version: 2, ..Policy::cn_marketplace() };
    let book = redress::trade::Rulebook::new(shop.book().rules, &other, shop.book().calendar);
    assert!(matches!(options(&book, &shop.trade, &buyer(), shop.now), Err(Denied::OtherTerms { .. })));
}

#[test]
fn deadlines_say_whose_turn_it_is() {
    let shop = requested();
    let dues = deadlines(&shop.book(), &shop.trade, &merchant());
    let told: Vec<_> =
        dues.iter().map(|due| (due.limit, due.line, due.waits_for, due.yours, due.until.is_some())).collect();
    let (shirt, mug) = (Some(Id::from("shirt")), Some(Id::from("mug")));
    assert_eq!(
        told,
        [
            (Limit::MerchantReply, None, Role::Merchant, true, true),
            (Limit::AutoConfirm, mug, Role::Buyer, false, true),
            (Limit::AutoConfirm, shirt, Role::Buyer, false, false),
        ]
    );
    let [reply, _, frozen] = dues.as_slice() else { panic!("{dues:#?}") };
    assert_eq!(reply.remind_at, at("2026-03-02T22:00:00+08:00"), "twelve hours before");
    assert!(reply.rows.iter().all(|row| row.to_string().starts_with("after_sale.requested.expire.")));
    assert_eq!(reply.rows.len(), 6);
    assert_eq!(frozen.left, Some(10 * 86_400_000));
}

/// A page keeps a button that may be of use later, and takes away one that cannot.
#[test]
fn a_refusal_tells_whether_the_same_request_may_succeed_later() {
    let mut shop = requested();
    let later = |shop: &Shop, request: Request| shop.ask(&request).unwrap_err().may_succeed_later();
    let extend = |actor| by(actor, after_sale::Action::Extend).text("on holiday");
    // Another state: not now, and perhaps when it is dispatched.
    assert!(later(&shop, extend(buyer())), "the buyer may extend in another state");
    assert!(later(&shop, by(buyer(), after_sale::Action::Rate).with(|detail| detail.stars = Some(5))));
    // Never: no row anywhere, or a condition of which no time is known.
    assert!(!later(&shop, by(buyer(), after_sale::Action::WriteOff)));
    assert!(!later(&shop, by(merchant(), after_sale::Action::Refuse)));
    // What was seen does not become newer; a copy that lags does.
    let seen = |version| by(merchant(), after_sale::Action::Agree).seen(version);
    let version = shop.trade.version;
    assert!(!later(&shop, seen(version - 1)) && later(&shop, seen(version + 1)));
    shop.now = shop.trade.at.after(-1);
    assert!(later(&shop, by(merchant(), after_sale::Action::Agree)));
}

/// Whoever sleeps until time acts and then lets it act never wakes in vain.
#[test]
fn time_acts_at_the_moment_that_is_told() {
    let mut shop = requested();
    let mut acted = 0;
    while let Some(at) = shop.trade.acts_at() {
        assert!(
            redress::run_due(&shop.book(), &shop.trade, at.after(-1)).unwrap().events.is_empty(),
            "not before {at}"
        );
        let outcome = redress::run_due(&shop.book(), &shop.trade, at).unwrap();
        assert!(!outcome.events.is_empty() && outcome.trade.acts_at() != Some(at), "at {at}");
        shop.now = at;
        shop.take(outcome);
        acted += 1;
    }
    assert!(acted > 2 && shop.trade.rests());
}

#[test]
fn a_settled_order_is_reopened_until_a_moment_that_lies_ahead() {
    let mut shop = delivered();
    while shop.trade.head.state != redress::order::State::Settled {
        shop.now = shop.trade.due().unwrap().after(1);
        shop.tick();
    }
    let reopen = choice(&shop, &platform(), "reopen_window", None);
    assert_eq!(reopen.bounds.later_than, Some(shop.now));
    let until = |end: Time| Request {
        detail: redress::trade::Detail { until: Some(end), ..reopen.template.detail.clone() },
        ..reopen.template.clone()
    };
    assert!(reopen.admits(&until(shop.now.after(1))) && shop.ask(&until(shop.now.after(1))).is_ok());
    assert!(!reopen.admits(&until(shop.now)) && shop.ask(&until(shop.now)).is_err());
    // Its own end is a moment like any other: as a request it is good until then.
    let last = reopen.template.detail.until.unwrap().after(-1);
    assert_eq!(reopen.until, Some(last));
    let at = |now| Shop { now, ..shop.clone() }.ask(&Request { seen: None, ..reopen.template.clone() }).is_ok();
    assert!(at(last) && !at(last.after(1)));
}

#[test]
fn everything_is_said_in_words() {
    let shop = requested();
    let agree = choice(&shop, &merchant(), "agree", None);
    assert_eq!(agree.to_string(), "case 1: agree, until 2026-03-03 10:00 +08:00");
    assert_eq!(agree.sentence(Lang::Zh), "售后单1：同意申请，截止 2026-03-03 10:00 +08:00");
    let apply = choice(&shop, &buyer(), "apply", Some(Kind::Compensation));
    let english =
        "new case: apply, compensation, shirt × 1, mug × 3, at most 204.00 CNY, until 2026-03-16 23:59 +08:00";
    assert_eq!(apply.to_string(), english);
    let chinese = "新售后单：申请售后，补偿，shirt × 1，mug × 3，最多 204.00 CNY，截止 2026-03-16 23:59 +08:00";
    assert_eq!(apply.sentence(Lang::Zh), chinese);

    let list = listed(&shop, &buyer());
    let rate = list.unavailable.iter().find(|no| no.asked.code() == "rate").unwrap();
    assert!(
        rate.to_string()
            .starts_with("case 1: cannot rate: it is waiting for the merchant's reply; this is possible when")
    );
    assert!(rate.sentence(Lang::Zh).starts_with("售后单1：不能评价售后：当前状态为“待商家处理”"));

    let dues = deadlines(&shop.book(), &shop.trade, &merchant());
    let [reply, _, frozen] = dues.as_slice() else { panic!("{dues:#?}") };
    assert_eq!(reply.to_string(), "case 1: the merchant's reply, it is your turn, until 2026-03-03 10:00 +08:00");
    assert_eq!(reply.sentence(Lang::Zh), "售后单1：商家处理期限，待您处理，截止 2026-03-03 10:00 +08:00");
    assert_eq!(frozen.to_string(), "order: receipt of shirt, waiting for the buyer, stands still with 240 h left");
    assert_eq!(frozen.sentence(Lang::Zh), "订单：自动确认收货期限（shirt），等待买家，已暂停，剩余 240 小时");
}

#[test]
fn options_can_be_sent_to_a_page() {
    let shop = requested();
    let json = serde_json::to_value(listed(&shop, &buyer())).unwrap();
    let template = json["choices"][0]["template"].clone();
    let request: Request = serde_json::from_value(template).unwrap();
    assert!(step(&shop.book(), &shop.trade, &request, shop.now).is_ok(), "and its template back");
    assert_eq!(json["unavailable"][0]["why"]["refused"]["asked"]["order"], "cancel");
}

#[test]
fn a_withdrawal_by_law_is_listed_where_the_policy_offers_no_return() {
    let mut policy = Policy::eu_distance_selling();
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Compensation) {
        policy.reasons.fits[*kind] = redress::Set::NONE;
    }
    let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
    (order.statutory, order.currency) = (true, policy.currency);
    let mut shop = Shop::new(policy);
    shop.place(order);
    shop.pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let declare = choice(&shop, &buyer(), "declare", Some(Kind::ReturnAndRefund));
    assert!(shop.ask(&declare.template).is_ok());
}

#[test]
fn what_was_asked_for_too_often_elsewhere_does_not_keep_a_buyer_from_changing_a_case() {
    let mut policy = Policy::cn_marketplace();
    policy.counters[redress::Counter::Tries] = 1;
    let mut shop = Shop::new(policy);
    shop.place(new_order(vec![NewLine::new("mug", 2, 501)])).pay(1_002, "p-1").ship("mug", 2).deliver("mug", 2);
    let apply = Request::by(buyer()).apply(Kind::RefundOnly).units("mug", 1).reason(Reason::Quality).evidence("photo");
    shop.does(apply.clone());
    shop.does(apply);
    shop.does(by(buyer(), after_sale::Action::Withdraw));
    // The other mug is free again, and has been asked for as often as this one.
    let change = choice(&shop, &buyer(), "modify", Some(Kind::RefundOnly));
    assert_eq!(change.subject, Subject::Case(2));
    assert_eq!(change.bounds.units.iter().map(|units| (units.least, units.most)).collect::<Vec<_>>(), [(1, 1)]);
    shop.does(change.template);
}

#[test]
fn a_ruling_of_another_kind_than_that_of_the_case_must_name_it() {
    let mut shop = requested();
    shop.does(by(platform(), after_sale::Action::Escalate).text("to be looked into"));
    let needs_kind = |kind| choice(&shop, &platform(), "rule_for_buyer", Some(kind)).bounds.needs.has(Field::Kind);
    assert!(!needs_kind(Kind::ReturnAndRefund), "it is what the case is about");
    assert!(needs_kind(Kind::RefundOnly));
}

#[test]
fn a_second_ruling_of_another_kind_names_an_amount_that_the_first_has_left() {
    let mut shop = requested();
    shop.does(by(platform(), after_sale::Action::Escalate).text("to be looked into"));
    shop.does(by(platform(), after_sale::Action::RuleForBuyer).amount(100));
    shop.does(by(buyer(), after_sale::Action::Escalate));
    let ruling = choice(&shop, &platform(), "rule_for_buyer", Some(Kind::RefundOnly));
    assert!(ruling.bounds.needs.has(Field::Amount), "left out, it would be the worth of the shirt");
    assert_eq!(ruling.bounds.amount.unwrap().most, Amount::new(100));
    shop.does(ruling.template);
}
