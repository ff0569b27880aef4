//! The presets, their stored form, and what no policy may say.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use redress::{
    Anchor, Bearer, Counter, End, FixedCalendar, Id, Kind, Length, Limit, Policy, Reason, Set, ShippingPart, Silence,
    Span, Start, Statutory, Tender, Time, Transport, Window,
};

fn stored(policy: &Policy) -> String {
    serde_json::to_string_pretty(policy).unwrap()
}

#[test]
fn the_presets_are_these() {
    insta::assert_snapshot!("cn_marketplace", stored(&Policy::cn_marketplace()));
    insta::assert_snapshot!("eu_distance_selling", stored(&Policy::eu_distance_selling()));
    assert_eq!(Policy::default(), Policy::cn_marketplace());
}

#[test]
fn the_presets_are_accepted_and_come_back_as_stored() {
    for policy in [Policy::cn_marketplace(), Policy::eu_distance_selling()] {
        assert_eq!(policy.check(), Ok(()));
        assert_eq!(serde_json::from_str::<Policy>(&stored(&policy)).unwrap(), policy);
    }
}

#[test]
fn what_is_not_said_is_as_in_cn_marketplace() {
    let read = |text: &str| serde_json::from_str::<Policy>(text).unwrap();
    let mut expected = Policy::cn_marketplace();
    assert_eq!(read("{}"), expected);
    expected.name = Id::from("shoes");
    expected.limits[Limit::Payment] = Span::minutes(45);
    expected.counters[Counter::Tries] = 3;
    expected.switches.direct_escalation = true;
    expected.reminders[Limit::Payment] = None;
    expected.reasons.fits[Kind::Repair] = Set::NONE;
    expected.statutory = Some(Statutory { withhold: false, ..Statutory::default() });
    let said = read(
        r#"{
            "name": "shoes",
            "limits": { "payment": { "length": { "minutes": 45 } } },
            "counters": { "tries": 3 },
            "switches": { "direct_escalation": true },
            "reminders": { "payment": null },
            "reasons": { "fits": { "repair": [] } },
            "statutory": { "withhold": false }
        }"#,
    );
    assert_eq!(said, expected);
}

#[test]
fn unknown_fields_and_codes_are_refused() {
    let refused = |text: &str| serde_json::from_str::<Policy>(text).unwrap_err().to_string();
    let sentences = [
        refused(r#"{"nmae":"shoes"}"#),
        refused(r#"{"switches":{"free_beer":true}}"#),
        refused(r#"{"limits":{"payments":{"length":{"minutes":45}}}}"#),
        refused(r#"{"limits":{"payment":{"length":{"minutes":45}},"payment":{"length":{"minutes":30}}}}"#),
        refused(r#"{"counters":{"tries":-1}}"#),
        refused(r#"{"counters":[5]}"#),
        refused(r#"{"silence":{"repair":"explodes"}}"#),
        refused(r#"{"reasons":{"evidence":["boredom"]}}"#),
        refused(r#"{"refund_split":"half"}"#),
        refused(r#"{"currency":"XTS"}"#),
        refused(r#"{"name":""}"#),
        refused(r#"{"windows":{"by_reason":{"late":"until_christmas"}}}"#),
        refused(r#"{"channels":{"cash":null}}"#),
        refused(r#"{"receipt_extension":{"days":[3]}}"#),
    ];
    insta::assert_snapshot!(sentences.join("\n"));
}

#[test]
fn the_marketplace_answers_as_platforms_in_china_do() {
    let policy = Policy::cn_marketplace();
    assert_eq!(policy.limit(Limit::MerchantReply), Span::hours(48));
    assert_eq!(policy.receipt(Transport::Express).length, Length::Days(10));
    assert_eq!(policy.receipt(Transport::Post).length, Length::Days(30));
    assert_eq!(policy.dispatch(Kind::Exchange), Span::hours(72));
    assert_eq!(policy.dispatch(Kind::Repair), Span::days(15));
    assert_eq!(policy.case_limit(Limit::Dispatch, Kind::Repair, false), Span::days(15));
    assert_eq!(policy.case_limit(Limit::BuyerReturn, Kind::ReturnAndRefund, true), Span::days(7));
    assert_eq!(policy.cap(Counter::Tries), 5);
    assert_eq!(policy.silence(Kind::Exchange), Silence::Grants);
    assert_eq!(policy.reminder(Limit::Payment), Some(Length::Minutes(10)));
    assert_eq!(policy.extension(Limit::MerchantReply), Some(Length::Hours(24)));
    assert_eq!(policy.extension(Limit::Ruling), None);
    assert_eq!(policy.freight_payer(Reason::NoReason), Bearer::Buyer);
    assert_eq!(policy.freight_payer(Reason::Quality), Bearer::Merchant);
    assert_eq!(policy.channel(Tender::Balance), None);
    assert_eq!(policy.channel(Tender::Card).map(|channel| channel.most_parts), Some(50));
    assert_eq!(policy.statutory_right(None), None);
}

#[test]
fn a_failed_refund_waits_longer_each_time() {
    let policy = Policy::cn_marketplace();
    let waits = [0, 1, 2, 3, 4, 5, u32::MAX].map(|attempts| policy.backoff(attempts));
    let (minute, day) = (Span::minutes(1), Span::hours(24));
    assert_eq!(waits, [minute, minute, Span::minutes(10), Span::hours(1), Span::hours(6), day, day]);
}

#[test]
fn a_window_is_that_of_the_kind_or_of_the_reason() {
    let policy = Policy::cn_marketplace();
    let days = |count| Window::Lasts(Span::days(count).since(Anchor::Delivered).starting(Start::NextMidnight));
    assert_eq!(policy.window(Kind::ReturnAndRefund, Reason::NoReason), days(7));
    assert_eq!(policy.window(Kind::ReturnAndRefund, Reason::Counterfeit), days(90));
    assert_eq!(policy.window(Kind::Exchange, Reason::NoReason), days(15));
    assert_eq!(policy.window(Kind::Repair, Reason::Quality), days(365));
    assert_eq!(policy.window(Kind::RefundOnly, Reason::NotReceived), Window::UntilReceipt);
}

#[test]
fn a_reason_fits_a_kind_and_where_the_units_are() {
    let policy = Policy::cn_marketplace();
    assert!(policy.reason_fits(Kind::RefundOnly, Reason::NoReason, false));
    assert!(!policy.reason_fits(Kind::RefundOnly, Reason::NoReason, true));
    assert!(policy.reason_fits(Kind::RefundOnly, Reason::Damaged, true));
    assert!(!policy.reason_fits(Kind::Repair, Reason::PriceDrop, true));
    assert!(policy.reason_fits(Kind::Compensation, Reason::PriceDrop, true));
    for kind in Kind::ALL {
        assert!(policy.reason_fits(*kind, Reason::Negotiated, true), "{kind}");
    }
    assert!(policy.evidence_needed(Reason::Damaged) && !policy.evidence_needed(Reason::NoReason));
}

#[test]
fn some_returns_are_never_refused() {
    let mut policy = Policy::cn_marketplace();
    assert!(!policy.refusable(Kind::ReturnAndRefund, Reason::NoReason, None));
    assert!(policy.refusable(Kind::RefundOnly, Reason::NoReason, None));
    assert!(policy.refusable(Kind::ReturnAndRefund, Reason::Quality, Some(Id::from("seeds"))));
    policy.reasons.never_refused_categories.push(Id::from("seeds"));
    assert!(!policy.refusable(Kind::ReturnAndRefund, Reason::Quality, Some(Id::from("seeds"))));
    assert!(policy.no_reason_allowed(None) && !policy.no_reason_allowed(Some(Id::from("custom_made"))));
}

#[test]
fn withdrawal_in_the_union_follows_the_directive() {
    let policy = Policy::eu_distance_selling();
    let law = policy.statutory_right(Some(Id::from("shoes"))).unwrap();
    assert_eq!(policy.statutory_right(Some(Id::from("perishable"))), None);
    let fourteen = |anchor| {
        let days = Span::days(14).since(anchor);
        days.starting(Start::NextMidnight).ending(End::NextWorkingDay)
    };
    assert_eq!(law.window, fourteen(Anchor::LastDelivered));
    assert_eq!(law.refund, fourteen(Anchor::Applied));
    assert!(law.withhold);
    assert_eq!((law.shipping, law.return_freight), (ShippingPart::Standard, Bearer::Buyer));
    // The law bounds the merchant in a withdrawal, and the policy in everything else.
    let limit = |limit, statutory| policy.case_limit(limit, Kind::ReturnAndRefund, statutory);
    assert_eq!(limit(Limit::MerchantReceipt, true), law.refund);
    assert_eq!(limit(Limit::Inspection, true), law.refund);
    assert_eq!(limit(Limit::BuyerReturn, true), law.send_back);
    assert_eq!(limit(Limit::MerchantReceipt, false), Span::days(14));
    // Saturday the 28th of February and fourteen days: Saturday the 14th of March, so Monday the 16th.
    let due = law.window.due(Time::parse("2026-02-28T15:00:00Z").unwrap(), &FixedCalendar::utc());
    assert_eq!(due, Time::parse("2026-03-16T23:59:59.999Z").unwrap());
}
