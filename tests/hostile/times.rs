//! Time, versions and terms.

use super::kit::*;

#[test]
fn times_outside_every_calendar_are_refused() {
    let mut shop = asked_back();
    let note = Request::by(buyer()).order(order::Action::Note).text("x");
    let last = shop.trade.at;
    for millis in [i64::MIN, -1, Time::LATEST.millis() + 1, i64::MAX] {
        shop.now = Time::from_millis(millis);
        malformed(&shop, &note, Field::Now, "out_of_range");
        assert!(matches!(run_due(&shop.book(), &shop.trade, shop.now), Err(Denied::Malformed(_))));
    }
    for millis in [0, last.millis() - 1] {
        shop.now = Time::from_millis(millis);
        denied(&shop, &note, &["backwards"]);
        assert!(matches!(run_due(&shop.book(), &shop.trade, shop.now), Err(Denied::Backwards { .. })));
    }
    shop.now = last;
    assert!(shop.ask(&note).is_ok(), "the same moment is not backwards");
    for millis in [-1, i64::MIN, i64::MAX, Time::LATEST.millis() + 1] {
        let until = Some(Time::from_millis(millis));
        let reopen = Request::by(platform()).order(order::Action::ReopenWindow).text("a reason");
        malformed(&shop, &reopen.with(|detail| detail.until = until), Field::Until, "out_of_range");
        let mark = Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1");
        let mark = mark.with(|detail| (detail.stage, detail.stage_at) = (Some(Dispute::Open), until));
        malformed(&shop, &mark, Field::StageAt, "out_of_range");
    }
}

#[test]
fn everything_ends_at_the_end_of_all_calendars() {
    let mut shop = asked_back();
    shop.now = Time::LATEST;
    for _ in 0..3 {
        shop.tick();
    }
    shop.does(Request::by(buyer()).order(order::Action::Note).text("the last day"));
}

#[test]
fn an_order_can_be_placed_at_either_end_of_time() {
    for now in [Time::EPOCH, Time::LATEST] {
        let mut shop = Shop::new(Policy::cn_marketplace());
        shop.now = now;
        shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)])).pay(19_800, "p-1").ship("shirt", 2);
        shop.deliver("shirt", 2);
        let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund);
        shop.does(apply.units("shirt", 1).reason(Reason::NoReason)).tick();
    }
}

#[test]
fn a_stale_or_imagined_version_is_refused_with_what_changed() {
    let shop = asked_back();
    let agree = |seen| Request::by(merchant()).case(1, after_sale::Action::Agree).address("1 Road").seen(seen);
    let version = shop.trade.version;
    assert!(shop.ask(&agree(version)).is_ok());
    for seen in [0, version - 1, version + 1, u64::MAX] {
        match shop.ask(&agree(seen)) {
            Err(Denied::Stale { found, changed, .. }) => {
                assert_eq!(found, version);
                assert_eq!(changed.contains(&Subject::Case(1)), seen < version, "{changed:?}");
            }
            other => panic!("{seen}: {other:?}"),
        }
    }
    // A fact is a fact, whatever its reporter has seen.
    let pay = Request::by(gateway()).order(order::Action::Pay).amount(5).tender(Tender::Card).reference("p-9");
    assert!(shop.ask(&pay.seen(0)).is_ok());
}

#[test]
fn other_rules_or_another_policy_than_those_of_the_trade() {
    let mut shop = asked_back();
    let note = Request::by(buyer()).order(order::Action::Note).text("x");
    shop.policy.version = 2;
    denied(&shop, &note, &["other_terms"]);
    assert!(matches!(run_due(&shop.book(), &shop.trade, shop.now), Err(Denied::OtherTerms { .. })));
    shop.policy.version = 1;
    shop.rules.version = 0;
    denied(&shop, &note, &["other_terms"]);
    shop.rules.version = 1;
    assert!(shop.ask(&note).is_ok());
}

/// A refusal leaves everything as it was: the step is given the trade to look at, and gives nothing back.
#[test]
fn a_refusal_changes_nothing() {
    let shop = asked_back();
    let before = serde_json::to_string(&shop.trade).unwrap();
    denied(&shop, &apply_for("mug", 1).amount(0), &["reason_fits", "within_refundable"]);
    assert_eq!(serde_json::to_string(&shop.trade).unwrap(), before);
}
