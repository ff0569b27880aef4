//! What a refusal says: who may, when, and how often.

use redress::after_sale::{Action, Condition, Shield};
use redress::rule::Finding;
use redress::trade::Overridden;
use redress::{Amount, Currency, Id, Kind, Lang, Policy, Reason, Time, order};

use crate::kit::*;

#[test]
fn who_may_do_it_elsewhere_is_told_where() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.agrees(1).ships_back(1);
    let escalate = on(buyer(), 1, Action::Escalate).text("at once, please");
    shop.says_no(
        escalate,
        &["wrong_role"],
        "the buyer may not do this now, only the platform; the buyer may when it is waiting for the merchant's reply, or",
        "买家当前不能这样做，只有平台可以；买家仅在“待商家处理”、“商家逾期未处理”",
    );
    // Whoever never may is told who may, and no more.
    let denied = shop.ask(&on(buyer(), 1, Action::AcceptGoods)).unwrap_err();
    assert!(denied.to_string().ends_with("the buyer may not do this, only the merchant"), "{denied}");
}

#[test]
fn a_limit_that_is_never_extended_says_so() {
    let mut policy = Policy::cn_marketplace();
    policy.extensions[redress::Limit::MerchantReceipt] = None;
    let mut shop = Shop::delivered(policy, shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.agrees(1).ships_back(1);
    let extend = on(merchant(), 1, Action::Extend).text("the warehouse is full");
    shop.says_no(extend, &["extension_left"], "0 extensions were given, and 0 are allowed here", "此处允许0次");
}

#[test]
fn what_staff_overrode_is_stored_as_data_and_read_in_either_language() {
    use Condition as If;
    let (at, line) = (Time::from_millis(1_773_072_000_000), Id::from("shirt"));
    let money = |minor: u64| Amount::new(minor).of(Currency::EUR);
    let seen = [
        (If::NotDisputed, Finding::Plain),
        (If::TriesLeft, Finding::Count { used: 2, of: 3 }),
        (If::WithinRefundable, Finding::Amount { asked: money(5), most: money(4) }),
        (If::WithinWindow, Finding::Until { at, offset_minutes: 480 }),
        (If::UnitsFree, Finding::Units { line, asked: 2, free: 1 }),
        (If::ReapplyAllowed, Finding::Case { no: 7 }),
        // The order and a reason of the buyer's have one code.
        (If::OrderOpen, Finding::word(order::State::Late)),
        (If::ReasonFits, Finding::word(Reason::Late)),
        (If::KindFits, Finding::word(Kind::Repair)),
        (If::RefusalAllowed, Finding::word(Shield::Policy)),
        (If::EvidenceGiven, Finding::Length { used: 0, least: 1, most: 20 }),
        (If::WithinFeeCap, Finding::Who { id: line }),
    ];
    for (condition, finding) in seen {
        let overridden = Overridden { condition, finding };
        let stored = serde_json::to_string(&overridden).unwrap();
        assert_eq!(serde_json::from_str::<Overridden>(&stored).unwrap(), overridden, "{stored}");
        let (en, zh) = (overridden.told(Lang::En), overridden.told(Lang::Zh));
        assert!(!en.is_empty() && !zh.is_empty() && !stored.contains(&en) && !stored.contains(&zh), "{stored}");
    }
    let read = |text: &str| serde_json::from_str::<Overridden>(text).unwrap_err().to_string();
    let unknown = read(r#"{"condition":"order_open","finding":{"word":{"code":"repair"}}}"#);
    assert!(unknown.starts_with("`order_open` sees no word `repair`"), "{unknown}");
    assert!(read(r#"{"condition":"order_open","finding":"odd"}"#).starts_with("unknown variant `odd`"));
    assert!(read(r#"{"condition":"order_open","finding":{"case":{"no":1,"of":2}}}"#).starts_with("unknown field `of`"));
}
