//! Of people: strangers who are heard, and roles that are only painted on the page.

use redress::after_sale::Action;
use redress::trade::Request;
use redress::{Actor, Kind, Policy, Reason, order, refund};

use crate::kit::*;

fn asked() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    shop
}

/// niushop `Orderrefund.php`, likeshop: a case is looked up by its number alone, and any buyer may cancel it.
#[test]
fn another_buyer_is_a_stranger() {
    let mut shop = asked();
    shop.refuses(on(Actor::buyer("mallory"), 1, Action::Withdraw), &["stranger"]);
    shop.refuses(on(Actor::merchant("other"), 1, Action::Agree).address("mine"), &["stranger"]);
    shop.refuses(on(Actor::platform("other-mall", "cs-7"), 1, Action::Escalate).text("mine"), &["stranger"]);
}

/// litemall: the body of the client names a state. Whatever is asked, a row must lead there.
#[test]
fn a_buyer_does_not_agree_to_the_own_application() {
    let mut shop = asked();
    let denied = shop.ask(&on(buyer(), 1, Action::Agree).address("1 Return Road")).unwrap_err();
    assert!(denied.codes().contains(&"wrong_role"), "{denied}");
    shop.agrees(1);
}

/// shopware #3730: an order is cancelled from any state.
#[test]
fn a_delivered_order_is_not_cancelled() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    for who in [buyer(), merchant(), platform()] {
        let denied = shop.ask(&Request::by(who).order(order::Action::Cancel).text("no more")).unwrap_err();
        assert!(denied.codes().contains(&"wrong_state"), "{denied}");
    }
    shop.order_is(order::State::Delivered);
}

/// niushop, shopware #15489: a list of actions is painted from one place, and the server decides by another.
#[test]
fn what_is_not_offered_is_refused() {
    let shop = asked();
    for who in [buyer(), merchant(), platform(), finance()] {
        for not in redress::trade::options(&shop.book(), &shop.trade, &who, shop.now).unwrap().unavailable {
            assert_eq!(
                shop.ask(&not.tried).err().map(|denied| denied.codes()),
                Some(not.why.codes()),
                "{:?}",
                not.asked
            );
        }
    }
}

/// PrestaShop #24521: whoever may look may pay. A buyer reports no success, and a merchant approves no payout.
#[test]
fn money_is_reported_by_its_channel() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1));
    for who in [buyer(), merchant(), platform()] {
        let says = Request::by(who).refund(1, refund::Action::Succeed).amount(9_900).reference("r-1");
        let denied = shop.ask(&says).unwrap_err();
        assert!(denied.codes().contains(&"wrong_role"), "{denied}");
    }
    let other = Request::by(Actor::gateway("other")).refund(1, refund::Action::Succeed).amount(9_900).reference("r-1");
    shop.refuses(other, &["stranger"]).refund_is(1, refund::State::Submitted);
}

/// symfony #24501: *no* without a reason. Every blocker is named, and what would be accepted.
#[test]
fn no_is_said_with_all_its_reasons() {
    let mut shop = asked();
    let late = on(buyer(), 1, Action::Rate).with(|detail| detail.stars = Some(5));
    shop.says_no(late, &["wrong_state"], "this is possible when", "仅在");
}
