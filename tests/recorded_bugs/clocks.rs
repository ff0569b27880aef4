//! Of time: settings that nobody reads, jobs that run once a day, clocks that any change starts anew.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, deadlines};
use redress::{Kind, Limit, Policy, Reason, Span, Transport, Window, order};

use crate::kit::*;

fn returns() -> redress::Request {
    apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)
}

/// lilishop: three times can be set (application, review, receipt), and no job ever reads them.
#[test]
fn every_time_that_can_be_set_runs() {
    let mut policy = Policy::cn_marketplace();
    policy.limits[Limit::MerchantReply] = Span::hours(5);
    policy.limits[Limit::BuyerReturn] = Span::hours(6);
    policy.limits[Limit::MerchantReceipt] = Span::hours(7);
    policy.limits[Limit::Inspection] = Span::hours(8);
    let begun = || {
        let mut shop = Shop::delivered(policy.clone(), shirt());
        shop.does(returns());
        shop
    };
    let hours = |shop: &Shop, count: i64| assert_eq!(shop.case_due(1), shop.now.after(count * 3_600_000));
    // The merchant who does not answer has agreed; the buyer who does not send has given up.
    let mut shop = begun();
    hours(&shop, 5);
    shop.lets_case_pass(1).case_is(1, State::AwaitingReturn);
    let mut shop = begun();
    shop.agrees(1);
    hours(&shop, 6);
    shop.lets_case_pass(1).case_is(1, State::Lapsed);
    // The merchant who receives or inspects nothing has accepted.
    let mut shop = begun();
    shop.agrees(1).ships_back(1);
    hours(&shop, 7);
    shop.lets_case_pass(1).case_is(1, State::Refunding);
    let mut shop = begun();
    shop.comes_back(1, "shirt", 1);
    hours(&shop, 8);
    shop.lets_case_pass(1).case_is(1, State::Refunding);
}

/// litemall: a job runs once a day, so that what is due at noon happens at midnight. Here a millisecond decides.
#[test]
fn what_is_due_happens_when_it_is_due() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returns());
    shop.now = shop.case_due(1);
    shop.tick().case_is(1, State::Requested);
    shop.now = shop.now.after(1);
    shop.tick().case_is(1, State::AwaitingReturn);
}

/// lawu: a deadline counts from `gmt_modified`, so that any change of the row moves it.
#[test]
fn a_note_moves_no_deadline() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returns());
    let due = shop.case_due(1);
    for who in [buyer(), merchant(), platform()] {
        shop.after_hours(1).does(on(who, 1, Action::Note).text("a note"));
        assert_eq!(shop.case_due(1), due, "{who}");
    }
    shop.does(on(buyer(), 1, Action::SubmitEvidence).evidence("photo://1"));
    assert_eq!(shop.case_due(1), due);
}

/// lawu: what is due is only done if a reminder was sent before; a job that missed it stops the deadline for ever.
#[test]
fn a_deadline_waits_for_no_reminder() {
    let reminded = Policy::cn_marketplace();
    let mut never = Policy::cn_marketplace();
    for limit in Limit::ALL.iter().copied() {
        never.reminders[limit] = None;
    }
    for (policy, is_reminded) in [(reminded, true), (never, false)] {
        let mut shop = Shop::delivered(policy, shirt());
        shop.does(returns());
        let due = deadlines(&shop.book(), &shop.trade, &merchant()).into_iter().next().unwrap();
        assert_eq!(due.remind_at.is_some(), is_reminded);
        // Nobody was at work when the reminder should have gone out.
        shop.lets_case_pass(1).case_is(1, State::AwaitingReturn);
    }
}

/// lawu: the key of a time is misspelt in the settings, so that it is never found and nothing is ever due.
#[test]
fn a_setting_that_is_misspelt_is_a_fault() {
    let set = |key: &str| {
        let mut policy = serde_json::to_value(Policy::cn_marketplace()).unwrap();
        policy["limits"][key] = policy["limits"]["merchant_reply"].clone();
        serde_json::from_value::<Policy>(policy)
    };
    assert!(set("merchant_reply").is_ok());
    let fault = set("to_be_confirmed_for_refund").unwrap_err().to_string();
    assert!(fault.contains("to_be_confirmed_for_refund"), "{fault}");
}

/// Sharetribe: of a state only one thing happens by time; if that fails, nothing ever does. Here it is due until it is
/// done, and a clock that comes late or twice does no harm.
#[test]
fn what_was_missed_is_done_later_and_once() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returns()).after_hours(24 * 40).case_is(1, State::AwaitingReturn);
    let version = shop.trade.version;
    shop.tick();
    assert_eq!(shop.trade.version, version, "the second time nothing is due");
    shop.lets_case_pass(1).case_is(1, State::UnderReview);
}

/// Spryker `Timeout.php`: the time that was computed for one item is used for every other one.
#[test]
fn each_line_has_its_own_time() {
    let mut post = NewLine::new("mug", 1, 2_500);
    post.transport = Transport::Post;
    let mut shop = Shop::paid(Policy::cn_marketplace(), new_order(vec![NewLine::new("shirt", 1, 9_900), post]));
    shop.ship("shirt", 1).ship("mug", 1);
    let until: Vec<_> = shop.trade.lines.iter().map(|line| line.receipt.unwrap().until).collect();
    assert!(until[0] < until[1], "a letter takes longer than a courier: {until:?}");
    let (first, second) = (until[0], until[1]);
    shop.now = first.after(1);
    shop.tick().order_is(order::State::Shipped);
    shop.now = second.after(1);
    shop.tick().order_is(order::State::Completed);
}

/// likeshop: where `refund_days` is zero, the check whether the money was already shared out is skipped as well.
#[test]
fn the_longest_window_ends_with_the_settlement() {
    let mut policy = Policy::cn_marketplace();
    for reason in Reason::ALL.iter().copied() {
        policy.windows.by_reason[reason] = Window::Lasts(Span::days(3_000));
    }
    let mut shop = Shop::delivered(policy, shirt());
    shop.does(redress::Request::by(buyer()).order(order::Action::ConfirmReceipt).units("shirt", 1));
    while !shop.trade.rests() {
        shop.now = shop.trade.due().unwrap().after(1);
        shop.tick();
    }
    shop.order_is(order::State::Settled).refuses(returns(), &["order_open"]);
}
