//! What a refusal says: who may, when, and how often.

use redress::{Kind, Policy, Reason, after_sale::Action};

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
