//! Offered means accepted: what is listed as possible is, within its bounds and not beyond; what is not, is refused for the
//! reasons given; and whatever is accepted was listed.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]
mod offers;
mod shop;

use offers::{beyond, within};
use proptest::prelude::*;
use redress::testing::strategy::Chance;
use redress::trade::{Cause, Choice, Denied, Options, Outcome, Request, deadlines, options, run_due, step};
use redress::{Actor, Id, Policy, order};
use shop::*;

fn listed(shop: &Shop, actor: &Actor) -> Options {
    options(&shop.book(), &shop.trade, actor, shop.now).unwrap()
}

fn people() -> [Actor; 6] {
    [buyer(), merchant(), platform(), finance(), carrier(), gateway()]
}

/// Whatever is listed holds, at any moment of any trade.
#[track_caller]
fn holds_what_it_offers(shop: &Shop, chance: &mut Chance) {
    for actor in people() {
        let list = listed(shop, &actor);
        for choice in &list.choices {
            let taken = |request: &Request| step(&shop.book(), &shop.trade, request, shop.now);
            assert!(choice.admits(&choice.template), "the template is within its bounds: {choice:#?}");
            let outcome = taken(&choice.template).unwrap_or_else(|denied| panic!("template: {denied}\n{choice:#?}"));
            assert!(a_row_takes_it(&outcome), "{choice:#?}");
            for _ in 0..3 {
                let sampled = (0..20).map(|_| within(chance, choice)).find(|request| choice.admits(request));
                let request = sampled.unwrap_or_else(|| panic!("nothing is within these bounds: {choice:#?}"));
                if let Err(denied) = taken(&request) {
                    panic!("within: {denied}\n{:#?}\n{:#?}\n{:#?}", request.detail, choice.bounds, shop.trade);
                }
            }
            ends_when_it_says(shop, choice);
            if actor.role.reports_facts() {
                continue;
            }
            for (what, request) in beyond(choice) {
                assert!(!choice.admits(&request), "{what}: {choice:#?}");
                assert!(taken(&request).is_err(), "{what}: {choice:#?}\n{:#?}\n{:#?}", request.detail, shop.trade);
            }
        }
        if actor.role.reports_facts() {
            continue;
        }
        for unavailable in &list.unavailable {
            let refused = step(&shop.book(), &shop.trade, &unavailable.tried, shop.now);
            assert_eq!(refused.map(|_| ()), Err(unavailable.why.clone()), "{unavailable:#?}");
        }
    }
}

/// A carrier's or gateway's report is accepted even where it is only noted.
fn a_row_takes_it(outcome: &Outcome) -> bool {
    outcome.events.iter().any(|event| event.cause == Cause::Request && event.row.is_some())
}

/// A choice lasts until its last moment and no longer, if nobody does anything else and time is kept.
#[track_caller]
fn ends_when_it_says(shop: &Shop, choice: &Choice) {
    let Some(until) = choice.until else { return };
    let mut then = shop.clone();
    let request = Request { seen: None, ..choice.template.clone() };
    then.trade = run_due(&then.book(), &then.trade, then.now).unwrap().trade;
    while let Some(due) = then.trade.due().filter(|&due| due < until) {
        then.now = due.after(1);
        then.trade = run_due(&then.book(), &then.trade, then.now).unwrap().trade;
    }
    for (at, is_taken) in [(until, true), (until.after(1), false)] {
        then.now = at;
        let answer = then.ask(&request);
        assert_eq!(answer.as_ref().is_ok_and(a_row_takes_it), is_taken, "{choice}: at {at} {answer:?}");
    }
}

/// Whatever is accepted was listed.
fn lists_what_it_accepts(shop: &Shop, chance: &mut Chance) {
    for _ in 0..10 {
        let request = chance.request(&shop.scene());
        if request.actor.role.reports_facts() || shop.ask(&request).is_err() {
            continue;
        }
        let list = listed(shop, &request.actor);
        let named = request.detail.kind;
        let same = |choice: &&Choice| {
            let is_kind = named.is_none() || choice.bounds.kind == named;
            choice.subject == request.subject && choice.asked == request.asked && is_kind
        };
        assert!(
            list.choices.iter().any(|choice| same(&choice)),
            "accepted, and not listed: {request:#?}\n{:#?}\n{:#?}",
            list.unavailable.iter().find(|no| no.asked == request.asked && no.subject == request.subject),
            shop.trade
        );
    }
}

/// A placed and mostly paid order, some of it shipped and delivered, under one of the presets with other switches.
fn begin(seed: u64) -> (Shop, Chance) {
    let mut chance = Chance(seed);
    let mut policy = if chance.one_in(3) { Policy::eu_distance_selling() } else { Policy::cn_marketplace() };
    let switches = &mut policy.switches;
    for switch in [
        &mut switches.unshipped_is_granted,
        &mut switches.shipping_closes_case,
        &mut switches.direct_escalation,
        &mut switches.whole_line_only,
        &mut switches.reapply_after_lapse,
        &mut switches.partial_payout_closes_units,
        &mut policy.fast_refund.on_apply,
    ] {
        *switch ^= chance.one_in(4);
    }
    policy.refund_split = chance.pick(redress::RefundSplit::ALL);
    policy.return_address = (!chance.one_in(3)).then(|| "1 Return Road".to_owned());
    let mut shop = Shop::new(policy);
    let mut order = chance.order();
    order.currency = shop.policy.currency;
    let total = order.total.minor();
    shop.place(order);
    if total > 0 && !chance.one_in(8) {
        shop.pay(total, "ref-0");
    }
    let lines: Vec<(Id, u32)> = shop.trade.lines.iter().map(|line| (line.id, line.count)).collect();
    for (line, count) in lines {
        if shop.trade.head.paid_at.is_none() || shop.trade.head.state == order::State::OnHold || chance.one_in(3) {
            continue;
        }
        let shipped = 1 + u32::try_from(chance.below(count as usize)).unwrap();
        shop.ship(line.as_str(), shipped);
        shop.now = shop.now.after(chance.pick(&[0, 3_600_000]));
        if !chance.one_in(3) {
            shop.deliver(line.as_str(), 1 + u32::try_from(chance.below(shipped as usize)).unwrap());
        }
    }
    (shop, chance)
}

/// How many walks a property takes, of twenty looks each.
const CASES: u32 = 64;

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn offered_means_accepted_at_every_moment_of_any_trade(seed: u64) {
        walk(seed, holds_what_it_offers);
    }

    #[test]
    fn whatever_is_accepted_was_offered(seed: u64) {
        walk(seed, lists_what_it_accepts);
    }

    #[test]
    fn a_stranger_learns_nothing(seed: u64) {
        walk(seed, |shop, _| {
            for stranger in strangers() {
                assert_eq!(options(&shop.book(), &shop.trade, &stranger, shop.now), Err(Denied::Stranger));
                assert_eq!(deadlines(&shop.book(), &shop.trade, &stranger), []);
            }
        });
    }
}

/// Walks on which something was once accepted that had not been offered.
#[test]
fn what_was_once_left_out_is_offered() {
    walk(2_497_820_186_349_317_696, lists_what_it_accepts);
}

fn strangers() -> [Actor; 8] {
    [
        Actor::buyer("mallory"),
        Actor::merchant("alice"),
        Actor::platform("other-mall", "cs-7"),
        Actor::finance("cs-7"),
        Actor::carrier("owl"),
        Actor::gateway("sf"),
        Actor::clock(),
        Actor::trade(),
    ]
}

/// A look at every moment of a walk of twenty requests.
fn walk(seed: u64, mut look: impl FnMut(&Shop, &mut Chance)) {
    let (mut shop, mut chance) = begin(seed);
    for _ in 0..20 {
        shop.now = shop.now.after(chance.wait(&shop.scene()));
        look(&shop, &mut chance);
        let request = chance.request(&shop.scene());
        if let Ok(outcome) = shop.ask(&request) {
            shop.take(outcome);
        }
    }
}
