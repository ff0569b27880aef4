//! Stories 1 to 4: asked, answered, sent back, ruled.

use redress::after_sale::{Action, State};
use redress::trade::Place;
use redress::{Actor, Blame, Kind, Reason, Request, Tender, order};

use crate::script::{Ending, Story, merchant, on_case, pay, shirt, staff};

/// A buyer asks to return the shirt.
fn wants_to_return(buyer: Actor, reason: Reason) -> Request {
    let apply = Request::by(buyer).apply(Kind::ReturnAndRefund);
    apply.units("shirt", 1).reason(reason)
}

/// The merchant has the parcel.
fn receives() -> Request {
    on_case(merchant(), Action::Receive).units("shirt", 1)
}

pub fn torn_shirt() -> Story {
    let alice = Actor::buyer("alice");
    let torn = wants_to_return(alice, Reason::Damaged);
    let keep_it = on_case(merchant(), Action::Propose)
        .kind(Kind::Compensation)
        .amount(1_000)
        .text("keep it: freight both ways would be 20.00");
    Story::new(
        "o-1",
        "1. The torn shirt: 99.00 paid, a return asked; 10.00 are paid back, the buyer keeps it, 89.00 remain refundable.",
        "1. 破损的衬衫：付款99.00，申请退货；协商后退10.00，买家留下商品，仍可退89.00。",
    )
    .buys(shirt("alice"))
    .delivered()
    .refused("03-03 20:10", torn.clone(), "evidence_given")
    .does("03-03 20:15", torn.clone().evidence("photo://torn"))
    .does("03-04 09:30", keep_it)
    .does("03-04 12:05", on_case(alice, Action::Accept))
    .refused(
        "03-04 12:30",
        torn.amount(8_901).evidence("photo://torn"),
        "within_refundable",
    )
    .ends(
        "03-04 12:31",
        Ending::of(order::State::Delivered, &[State::Completed])
            .kept(8_900)
            .refunded(&[1_000])
            .goods("shirt", 1, Place::WithBuyer),
    )
}

pub fn silence_is_consent() -> Story {
    let bob = Actor::buyer("bob");
    let mut order = shirt("bob");
    order.insured = true;
    let ships_back = on_case(bob, Action::ShipBack).waybill("sf", "back-1").freight(1_200);
    Story::new(
        "o-2",
        "2. Silence is consent: the merchant never says a word; all is refunded, the insurance pays the return.",
        "2. 沉默即同意：商家始终未处理，全额退款，运费险承担退货运费。",
    )
    .buys(order)
    .delivered()
    .does("03-03 12:00", wants_to_return(bob, Reason::NoReason))
    .refused("03-04 12:00", ships_back.clone(), "wrong_state")
    .does("03-06 09:00", ships_back)
    .ends(
        "03-17 09:00",
        Ending::of(order::State::Refunded, &[State::Completed]).refunded(&[9_900]).goods("shirt", 1, Place::Returned),
    )
}

/// Sent back by a buyer who is trusted: the platform pays at once.
fn advanced(story: Story, name: &str) -> Story {
    let buyer = Actor::buyer(name);
    let mut order = shirt(name);
    order.standing = 650;
    story
        .buys(order)
        .delivered()
        .does("03-03 12:00", wants_to_return(buyer, Reason::NoReason))
        .does("03-03 15:00", on_case(merchant(), Action::Agree))
        .does("03-04 10:00", on_case(buyer, Action::ShipBack).waybill("sf", "back-1").freight(1_200))
        .does("03-07 10:00", receives())
}

pub fn trusted_buyer() -> Story {
    let story = Story::new(
        "o-3a",
        "3. The trusted buyer: the refund is advanced on shipping back; the goods are fine, the merchant pays the platform.",
        "3. 极速退款：寄回即由平台垫付；商家验收后，平台向商家扣款。",
    );
    advanced(story, "carol")
        .refused("03-07 10:30", on_case(Actor::buyer("mallory"), Action::Withdraw), "stranger")
        .does("03-07 11:00", on_case(merchant(), Action::AcceptGoods))
        .ends(
            "03-07 12:00",
            Ending::of(order::State::Refunded, &[State::Completed]).refunded(&[9_900]).charged(9_900).goods(
                "shirt",
                1,
                Place::Returned,
            ),
        )
}

/// The box holds stones, and the platform rules for the merchant.
fn stones(story: Story, name: &str) -> Story {
    let refuse = on_case(merchant(), Action::RefuseGoods).text("stones in the box");
    advanced(story, name)
        .refused("03-07 11:00", refuse.clone(), "evidence_given")
        .does("03-07 11:05", refuse.evidence("video://unboxing"))
        .does("03-07 11:10", on_case(merchant(), Action::Escalate))
        .does("03-09 09:00", on_case(staff(), Action::RuleForMerchant))
}

fn repays(amount: u64, reference: &str) -> Request {
    let repay = on_case(pay(), Action::Repay).amount(amount);
    repay.tender(Tender::Wallet).reference(reference)
}

pub fn stones_in_the_box() -> Story {
    let story = Story::new(
        "o-3b",
        "3, the bad branch. Stones in the box: ruled for the merchant; 40.00 are recovered, the rest is written off.",
        "3（反例）. 箱中是石头：平台支持商家；追回40.00，其余核销。",
    );
    stones(story, "dave").does("03-10 10:00", repays(4_000, "b-1")).ends(
        "03-25 09:00",
        Ending::of(order::State::Delivered, &[State::Dismissed]).kept(4_000).refunded(&[5_900]).written_off(5_900),
    )
}

pub fn stones_paid_back() -> Story {
    let story = Story::new(
        "o-3c",
        "3, the bad branch once more. Stones in the box: the buyer repays all and gets the box back.",
        "3（反例之二）. 箱中是石头：买家全额归还，商家寄回箱子。",
    );
    let dispatch = on_case(merchant(), Action::Dispatch);
    stones(story, "dora")
        .does("03-10 10:00", repays(9_900, "b-1"))
        .refused("03-11 09:00", dispatch.clone(), "waybill_given")
        .does("03-11 10:00", dispatch.waybill("sf", "again-1"))
        .does("03-13 10:00", on_case(Actor::buyer("dora"), Action::ConfirmReceipt))
        .ends(
            "03-13 11:00",
            Ending::of(order::State::Delivered, &[State::Dismissed]).kept(9_900).refunded(&[0]).goods(
                "shirt",
                1,
                Place::WithBuyer,
            ),
        )
}

/// Refused with evidence, brought before the platform, with evidence from both sides.
fn disputed(story: Story, name: &str) -> Story {
    let buyer = Actor::buyer(name);
    let evidence = |actor, what: &str| on_case(actor, Action::SubmitEvidence).evidence(what);
    let refuse = on_case(merchant(), Action::Refuse).text("it was worn");
    story
        .buys(shirt(name))
        .delivered()
        .does("03-03 12:00", wants_to_return(buyer, Reason::Quality).evidence("photo://seam"))
        .refused("03-03 12:30", on_case(buyer, Action::Escalate), "direct_escalation")
        .refused("03-04 09:00", refuse.clone(), "evidence_given")
        .does("03-04 09:05", refuse.evidence("photo://worn"))
        .does("03-04 18:00", on_case(buyer, Action::Escalate))
        .does("03-05 09:00", evidence(buyer, "video://seam"))
        .does("03-05 10:00", evidence(merchant(), "photo://washed"))
        .refused("03-05 11:00", on_case(merchant(), Action::Agree), "wrong_state")
        .refused("03-08 09:00", evidence(buyer, "photo://late"), "within_evidence_time")
}

/// A ruling with the blame on somebody.
fn ruling(action: Action, blame: Blame) -> Request {
    on_case(staff(), action).with(|detail| detail.blame = Some(blame))
}

pub fn ruled_for_the_buyer() -> Story {
    let story = Story::new(
        "o-4a",
        "4. Refused, escalated, ruled for the buyer: the goods go back, all is refunded, the freight of 12.00 is credited.",
        "4. 拒绝、介入、支持买家：退货全额退款，并补偿退货运费12.00。",
    );
    let back = on_case(Actor::buyer("erin"), Action::ShipBack).waybill("sf", "back-1");
    disputed(story, "erin")
        .does("03-09 10:00", ruling(Action::RuleForBuyer, Blame::Merchant))
        .does("03-10 10:00", back.freight(1_200))
        .does("03-12 10:00", receives())
        .does("03-12 11:00", on_case(merchant(), Action::AcceptGoods))
        .ends(
            "03-12 12:00",
            Ending::of(order::State::Refunded, &[State::Completed]).refunded(&[9_900]).goods(
                "shirt",
                1,
                Place::Returned,
            ),
        )
}

pub fn ruled_for_the_merchant() -> Story {
    let story = Story::new(
        "o-4b",
        "4, ruled for the merchant: nothing is refunded; the buyer keeps the shirt.",
        "4（支持商家）. 不退款，买家留下商品。",
    );
    disputed(story, "frank").does("03-09 10:00", ruling(Action::RuleForMerchant, Blame::Buyer)).ends(
        "03-09 10:01",
        Ending::of(order::State::Delivered, &[State::Dismissed]).kept(9_900).refunded(&[0]).goods(
            "shirt",
            1,
            Place::WithBuyer,
        ),
    )
}

pub fn split() -> Story {
    let story = Story::new(
        "o-4c",
        "4, split: both bear it; 40.00 of the 99.00 go back, the buyer keeps the shirt.",
        "4（双方承担）. 99.00中退40.00，买家留下商品。",
    );
    disputed(story, "grace")
        .refused("03-09 10:00", ruling(Action::RuleSplit, Blame::Both).amount(9_901), "within_case")
        .does("03-09 10:05", ruling(Action::RuleSplit, Blame::Both).amount(4_000))
        .ends(
            "03-09 10:10",
            Ending::of(order::State::Delivered, &[State::Completed]).kept(5_900).refunded(&[4_000]).goods(
                "shirt",
                1,
                Place::WithBuyer,
            ),
        )
}
