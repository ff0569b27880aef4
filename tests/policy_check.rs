//! What no policy may say: each fault with its field and what would be accepted.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use redress::{
    Amount, Anchor, ChannelTerms, Counter, Id, Kind, Length, Limit, Policy, PolicyFault, Reason, ReceiptExtension, Set,
    Silence, Span, Statutory, Tender, Transport, Window,
};

/// A change that must be refused, and the fields that are named.
type Wrong = (fn(&mut Policy), &'static [&'static str]);

const WRONG: &[Wrong] = &[
    (|policy| policy.name = Id::from(""), &["name"]),
    (|policy| policy.version = 0, &["version"]),
    (|policy| policy.limits[Limit::Recall] = Span::hours(0), &["limits.recall.length"]),
    (|policy| policy.limits[Limit::Ruling] = Span::days(3_651), &["limits.ruling.length"]),
    (|policy| policy.limits[Limit::Ruling] = Span::working_days(u32::MAX), &["limits.ruling.length"]),
    (|policy| policy.limits[Limit::Hold] = Span::days(3).since(Anchor::Applied), &["limits.hold.anchor"]),
    (|policy| policy.limits[Limit::ShipPromise] = Span::days(15), &["limits.ship_promise"]),
    (|policy| policy.limits[Limit::Payment] = Span::minutes(10), &["reminders.payment"]),
    (|policy| policy.limits[Limit::Ruling] = Span::hours(71), &["review_evidence"]),
    (
        |policy| policy.receipt_by_transport[Transport::Post] = Some(Span::days(2)),
        &["receipt_extension.last_days", "reminders.auto_confirm"],
    ),
    (|policy| policy.dispatch_by_kind[Kind::Repair] = Some(Span::hours(24)), &["reminders.dispatch"]),
    (|policy| policy.dispatch_by_kind[Kind::Repair] = Some(Span::days(4_000)), &["dispatch_by_kind.repair.length"]),
    (|policy| policy.first_backoffs = vec![Length::Hours(1), Length::Seconds(0)], &["first_backoffs.1"]),
    (|policy| policy.counters[Counter::Attempts] = 4, &["first_backoffs"]),
    (|policy| policy.counters[Counter::Attempts] = 0, &["counters.attempts", "first_backoffs"]),
    (|policy| policy.counters[Counter::Tries] = 0, &["counters.tries"]),
    (|policy| policy.counters[Counter::Notes] = 10_001, &["counters.notes"]),
    (|policy| policy.extensions[Limit::Dispatch] = Some(Length::Days(0)), &["extensions.dispatch"]),
    (|policy| extension(policy).days.clear(), &["receipt_extension.days"]),
    (|policy| extension(policy).days = vec![3, 7, 5, 10], &["receipt_extension.days"]),
    (|policy| extension(policy).days = vec![0, 3, 3], &["receipt_extension.days.0", "receipt_extension.days"]),
    (|policy| extension(policy).last_days = 11, &["receipt_extension.last_days"]),
    (|policy| policy.reminders[Limit::Hold] = Some(Length::Hours(24)), &["reminders.hold"]),
    (|policy| policy.review_evidence = Length::Hours(0), &["review_evidence"]),
    (|policy| policy.close_unpaid_after = Length::Minutes(30), &["close_unpaid_after"]),
    (
        |policy| policy.windows.by_reason[Reason::Other] = Window::Lasts(Span::days(0)),
        &["windows.by_reason.other.anchor", "windows.by_reason.other.length"],
    ),
    (
        |policy| policy.windows.by_kind[Kind::Repair] = Some(Window::Lasts(Span::days(1).since(Anchor::Applied))),
        &["windows.by_kind.repair.anchor"],
    ),
    (|policy| policy.windows.appeal = Length::Days(0), &["windows.appeal"]),
    (|policy| policy.windows.rating = Length::Days(9_999), &["windows.rating"]),
    (|policy| policy.windows.after_refusal = Length::Days(9_999), &["windows.after_refusal"]),
    (|policy| policy.texts.reason_least = 201, &["texts.reason_least"]),
    (|policy| policy.texts.reason_most = 0, &["texts.reason_most", "texts.reason_least"]),
    (|policy| policy.texts.note_most = u32::MAX, &["texts.note_most"]),
    (|policy| policy.reasons.undelivered = Set::NONE, &["reasons.undelivered"]),
    (|policy| Kind::ALL.iter().for_each(|&kind| policy.reasons.fits[kind] = Set::NONE), &["reasons.fits"]),
    (|policy| policy.reasons.no_reason_excluded.push(Id::from("\n")), &["reasons.no_reason_excluded.4"]),
    (
        |policy| policy.reasons.never_refused_categories = vec![Id::from("all"); 1_001],
        &["reasons.never_refused_categories"],
    ),
    (|policy| policy.fast_refund.standing = 1_001, &["fast_refund.standing"]),
    (|policy| policy.fast_refund.most = Amount::ZERO, &["fast_refund.on_ship_back"]),
    (|policy| policy.freight.most = Amount::new(u64::MAX), &["freight.most"]),
    (|policy| policy.amounts.goodwill_most = Amount::new(u64::MAX), &["amounts.goodwill_most"]),
    (|policy| card(policy).most_parts = 0, &["channels.card.most_parts"]),
    (|policy| card(policy).most_age = Length::Hours(23), &["channels.card.most_age"]),
    (|policy| card(policy).min_gap = Length::Days(2), &["channels.card.min_gap"]),
    (|policy| policy.return_address = Some(" ".into()), &["return_address"]),
    (|policy| policy.return_address = Some("1 Main Street\u{0}".into()), &["return_address"]),
    (
        |policy| {
            policy.counters[Counter::Reviews] = 0;
            policy.switches.direct_escalation = true;
            policy.switches.receipt_silence_escalates = true;
            policy.silence[Kind::Repair] = Silence::Escalates;
        },
        &["switches.direct_escalation", "switches.receipt_silence_escalates", "silence.repair"],
    ),
    (
        |policy| {
            policy.counters[Counter::Rejections] = 0;
            policy.switches.approval_silence_rejects = true;
        },
        &["switches.approval_silence_rejects"],
    ),
    (|policy| law(policy).window = Span::days(14), &["statutory.window.anchor"]),
    (|policy| law(policy).refund.anchor = Anchor::Delivered, &["statutory.refund.anchor"]),
    (|policy| law(policy).send_back.length = Length::Days(0), &["statutory.send_back.length"]),
    (|policy| law(policy).excluded.push(Id::from("")), &["statutory.excluded.4"]),
];

fn extension(policy: &mut Policy) -> &mut ReceiptExtension {
    policy.receipt_extension.as_mut().unwrap()
}

fn card(policy: &mut Policy) -> &mut ChannelTerms {
    policy.channels[Tender::Card].as_mut().unwrap()
}

fn law(policy: &mut Policy) -> &mut Statutory {
    policy.statutory.get_or_insert_default()
}

#[test]
fn every_fault_names_its_field_and_what_would_be_accepted() {
    let mut sentences = Vec::new();
    for (change, fields) in WRONG {
        let mut policy = Policy::cn_marketplace();
        change(&mut policy);
        let faults = policy.check().unwrap_err();
        let named: Vec<&str> = faults.iter().map(PolicyFault::field).collect();
        assert_eq!(&named, fields, "{faults:?}");
        sentences.extend(faults.iter().map(ToString::to_string));
    }
    insta::assert_snapshot!(sentences.join("\n"));
}

#[test]
fn all_faults_are_listed_together() {
    let mut policy = Policy::cn_marketplace();
    policy.version = 0;
    policy.limits[Limit::Recall] = Span::hours(0);
    policy.counters[Counter::Tries] = 0;
    assert_eq!(policy.check().unwrap_err().len(), 3);
}

#[test]
fn what_a_shop_may_turn_off_is_accepted() {
    let mut policy = Policy::cn_marketplace();
    policy.reasons.fits[Kind::Repair] = Set::NONE;
    policy.receipt_extension = None;
    policy.counters[Counter::Reviews] = 0;
    policy.counters[Counter::Intercepts] = 0;
    policy.first_backoffs.clear();
    policy.fast_refund.on_ship_back = false;
    policy.fast_refund.most = Amount::ZERO;
    policy.channels[Tender::Card] = None;
    policy.close_unpaid_after = Length::Seconds(0);
    policy.return_address = Some("1 Main Street, 10115 Berlin".into());
    assert_eq!(policy.check(), Ok(()));
}
