//! Texts, numbers and fields.

use super::kit::*;

#[test]
fn texts_that_are_too_long_and_too_many_pieces_are_refused() {
    let shop = asked_back();
    let note = |text: String| Request::by(buyer()).case(1, after_sale::Action::Note).text(text);
    // Counted in characters, not in bytes.
    assert!(shop.ask(&note("字".repeat(500))).is_ok());
    malformed(&shop, &note("字".repeat(501)), Field::Text, "too_long");
    malformed(&shop, &note("x".repeat(10_000_000)), Field::Text, "too_long");
    let agree = Request::by(merchant()).case(1, after_sale::Action::Agree);
    malformed(&shop, &agree.address("x".repeat(501)), Field::Address, "too_long");
    let evidence = Request::by(buyer()).case(1, after_sale::Action::SubmitEvidence);
    malformed(&shop, &evidence.clone().evidence("x".repeat(501)), Field::Evidence, "too_long");
    malformed(&shop, &evidence.clone().evidence(""), Field::Evidence, "missing");
    malformed(&shop, &evidence, Field::Evidence, "missing");
    let pieces =
        |count: usize| (0..count).fold(evidence.clone(), |request, at| request.evidence(format!("photo://{at}")));
    assert!(shop.ask(&pieces(20)).is_ok());
    malformed(&shop, &pieces(21), Field::Evidence, "too_long");
    let redirect = Request::by(merchant()).refund(1, refund::Action::Redirect);
    malformed(&submitted(), &redirect.with(|detail| detail.account = "x".repeat(501)), Field::Account, "too_long");
}

#[test]
fn fields_that_an_action_needs_or_does_not_take() {
    let shop = asked_back();
    malformed(&shop, &Request::by(buyer()).order(order::Action::Note), Field::Text, "missing");
    malformed(&shop, &Request::by(buyer()).order(order::Action::Place), Field::Order, "missing");
    malformed(&shop, &Request::by(gateway()).order(order::Action::Pay).amount(1), Field::Reference, "missing");
    let apply = Request::by(buyer()).case(0, after_sale::Action::Apply).units("mug", 1).reason(Reason::NoReason);
    malformed(&shop, &apply, Field::Kind, "missing");
    malformed(&shop, &apply_for("mug", 1).with(|detail| detail.stars = Some(5)), Field::Stars, "not_taken");
    malformed(&shop, &apply_for("mug", 1).address("elsewhere"), Field::Address, "not_taken");
    malformed(&shop, &apply_for("mug", 1).freight(3), Field::Freight, "not_taken");
    let waived = Request::by(merchant()).case(1, after_sale::Action::Agree).with(|detail| detail.return_waived = true);
    malformed(&shop, &waived, Field::ReturnWaived, "not_taken");
    let extend = Request::by(buyer()).order(order::Action::Extend);
    for days in [0, 366, u32::MAX] {
        let extend = extend.clone().with(|detail| detail.days = Some(days));
        malformed(&shop, &extend, Field::Days, "out_of_range");
    }
    for stars in [0, 6, u8::MAX] {
        let rate = Request::by(buyer()).case(1, after_sale::Action::Rate).with(|detail| detail.stars = Some(stars));
        malformed(&shop, &rate, Field::Stars, "out_of_range");
    }
}

#[test]
fn numbers_and_machines_that_do_not_exist() {
    let shop = asked_back();
    for no in [2, 7, u16::MAX] {
        malformed(&shop, &Request::by(buyer()).case(no, after_sale::Action::Note).text("x"), Field::Subject, "unknown");
        malformed(&shop, &Request::by(finance()).refund(no, refund::Action::Approve), Field::Subject, "unknown");
    }
    malformed(&shop, &Request::by(finance()).refund(0, refund::Action::Approve), Field::Subject, "unknown");
    malformed(&shop, &Request::by(buyer()).case(0, after_sale::Action::Withdraw), Field::Subject, "unknown");
    // An application opens a case; it is not made on one.
    let mut on_one = apply_for("mug", 1);
    on_one.subject = Subject::Case(1);
    malformed(&shop, &on_one, Field::Subject, "opens_new");
    let pairs = [
        (Subject::Order, Asked::Case(after_sale::Action::Withdraw)),
        (Subject::Order, Asked::Refund(refund::Action::Approve)),
        (Subject::Case(1), Asked::Order(order::Action::Cancel)),
        (Subject::Case(1), Asked::Refund(refund::Action::Approve)),
        (Subject::Refund(1), Asked::Order(order::Action::Cancel)),
        (Subject::Refund(1), Asked::Case(after_sale::Action::Withdraw)),
    ];
    for (subject, asked) in pairs {
        let mut request = Request::by(buyer()).order(order::Action::Cancel);
        (request.subject, request.asked) = (subject, asked);
        malformed(&shop, &request, Field::Subject, "other_machine");
    }
}
