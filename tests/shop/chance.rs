//! Random people for walks: any actor, any action, any payload, any time.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "shared by several test files"
)]

use redress::trade::{Asked, Detail, Field, NewLine, NewOrder, Request, Subject, Sum, Wanted, Waybill, fields};
use redress::{
    Actor, Amount, Bearer, Blame, Dispute, GoodsCondition, Id, Kind, Policy, Reason, RefundSplit, Role, Roles, Silence,
    Tender, Time, after_sale, order, refund,
};

use super::{Shop, TENANT, buyer, carrier, finance, gateway, merchant, new_order, platform};

/// A small generator of choices (SplitMix64): the same seed makes the same walk.
#[derive(Clone, Copy, Debug)]
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// An order of one to three lines, with or without shipping, tax, discount, points and statutory rights.
pub fn any_order(chance: &mut Chance) -> NewOrder {
    let names = ["shirt", "mug", "lamp"];
    let count = 1 + chance.below(3);
    let lines = names.iter().take(count).map(|name| {
        let mut line = NewLine::new(
            *name,
            1 + u32::try_from(chance.below(3)).unwrap(),
            chance.pick(&[1, 99, 1_000, 3_333, 9_900]),
        );
        line.tax = Amount::new(chance.pick(&[0, 0, 7, 130]));
        line
    });
    let mut order = new_order(lines.collect());
    order.shipping = Amount::new(chance.pick(&[0, 800]));
    order.supplement = Amount::new(chance.pick(&[0, 0, 450]));
    let goods = Amount::sum(order.prices().unwrap()).unwrap();
    order.discount = goods.share(chance.pick(&[0, 0, 10, 33, 100]), 100);
    order.points = chance.pick(&[0, 0, 101]);
    order.gifted_points = chance.pick(&[0, 77]);
    order.coupon = chance.pick(&[None, Some(Id::from("c-1"))]);
    order.insured = chance.one_in(3);
    order.needs_hold = chance.one_in(8);
    order.standing = chance.pick(&[0, 649, 650, 900]);
    order.statutory = chance.one_in(2);
    order.total = order.due().unwrap();
    order
}

/// A walk begins with a placed and mostly paid order under one of the presets.
pub fn begin(seed: u64) -> (Shop, Chance) {
    let mut chance = Chance(seed);
    let mut policy = if chance.one_in(3) { Policy::eu_distance_selling() } else { Policy::cn_marketplace() };
    vary(&mut chance, &mut policy);
    let mut shop = Shop::new(policy);
    let mut order = any_order(&mut chance);
    order.currency = shop.policy.currency;
    let total = order.total.minor();
    shop.place(order);
    if total > 0 && !chance.one_in(8) {
        if chance.one_in(3) {
            shop.pay(total / 2, "ref-0");
        }
        let paid = shop.trade.money.total().paid.minor();
        shop.pay(total - paid, "ref-1");
    }
    if chance.one_in(2) {
        let lines: Vec<(String, u32)> = shop.trade.lines.iter().map(|line| (line.id.to_string(), line.count)).collect();
        if matches!(shop.trade.head.state, order::State::Paid | order::State::Late) {
            for (line, count) in &lines {
                shop.ship(line, *count);
            }
            if chance.one_in(2) {
                for (line, count) in &lines {
                    shop.deliver(line, *count);
                }
            }
        }
    }
    (shop, chance)
}

/// Policies differ in their switches.
fn vary(chance: &mut Chance, policy: &mut Policy) {
    let switches = &mut policy.switches;
    for switch in [
        &mut switches.unshipped_is_granted,
        &mut switches.receipt_silence_escalates,
        &mut switches.ruling_silence_dismisses,
        &mut switches.approval_silence_rejects,
        &mut switches.shipping_closes_case,
        &mut switches.direct_escalation,
        &mut switches.partial_payout_closes_units,
        &mut policy.fast_refund.on_apply,
        &mut policy.fast_refund.on_ship_back,
    ] {
        if chance.one_in(4) {
            *switch = !*switch;
        }
    }
    if chance.one_in(3) {
        policy.refund_split = RefundSplit::Proportional;
    }
    if chance.one_in(3) {
        policy.amounts.approval_above = Amount::new(500);
    }
    policy.return_address = (!chance.one_in(3)).then(|| "1 Return Road".to_owned());
    for kind in Kind::ALL {
        if chance.one_in(3) {
            policy.silence[*kind] = chance.pick(Silence::ALL);
        }
    }
}

/// A request of anybody for anything; mostly one that has a chance.
pub fn any_request(chance: &mut Chance, shop: &Shop) -> Request {
    let (actor, subject, asked) = match guided(chance, shop).filter(|_| !chance.one_in(6)) {
        Some(guided) => guided,
        None => {
            let (subject, asked) = any_action(chance, shop);
            (any_actor(chance), subject, asked)
        }
    };
    let detail = any_detail(chance, shop, asked);
    let seen = chance.one_in(20).then(|| shop.trade.version.saturating_sub(chance.next() % 2));
    Request { actor, subject, asked, detail, seen, key: None }
}

/// What goes with an action: all that it needs, and mostly what it also takes.
pub fn any_detail(chance: &mut Chance, shop: &Shop, asked: Asked) -> Detail {
    let mut detail = Detail::default();
    let (needs, takes) = fields(asked);
    for &field in needs {
        fill(chance, shop, field, &mut detail);
    }
    for &field in takes {
        if !chance.one_in(3) {
            fill(chance, shop, field, &mut detail);
        }
    }
    detail
}

/// A row of the state in which some machine of the trade stands, asked for by somebody who may.
fn guided(chance: &mut Chance, shop: &Shop) -> Option<(Actor, Subject, Asked)> {
    let trade = &shop.trade;
    let number = |chance: &mut Chance, len: usize| u16::try_from(len - chance.below(len.min(2))).unwrap();
    let (subject, asked, by) = match chance.below(8) {
        0 | 1 => {
            let rule = chance.pick(shop.rules.order.rules_from(trade.head.state));
            (Subject::Order, Asked::Order(rule.action), rule.by)
        }
        2..=5 if !trade.cases.is_empty() && !chance.one_in(9) => {
            let no = number(chance, trade.cases.len());
            let rule = chance.pick(shop.rules.after_sale.rules_from(trade.case(no)?.state));
            (Subject::Case(no), Asked::Case(rule.action), rule.by)
        }
        6 | 7 if !trade.refunds.is_empty() => {
            let no = number(chance, trade.refunds.len());
            let rule = chance.pick(shop.rules.refund.rules_from(trade.refund(no)?.state));
            (Subject::Refund(no), Asked::Refund(rule.action), rule.by)
        }
        _ => {
            let rule = chance.pick(shop.rules.after_sale.rules_from(after_sale::State::Absent));
            (Subject::Case(0), Asked::Case(rule.action), rule.by)
        }
    };
    let actor = somebody(chance, by)?;
    Some((actor, subject, asked))
}

/// Somebody in one of these roles; nobody if only time and the trade itself have them.
pub fn somebody(chance: &mut Chance, by: Roles) -> Option<Actor> {
    let roles: Vec<Role> = by.iter().filter(|role| !matches!(role, Role::Clock | Role::Trade)).collect();
    Some(match roles.get(chance.below(roles.len()))? {
        Role::Buyer => buyer(),
        Role::Merchant => merchant(),
        Role::Finance => chance.pick(&[finance(), Actor::tenant_finance(TENANT, "fin-2")]),
        Role::Platform => platform(),
        Role::Carrier => carrier(),
        _ => gateway(),
    })
}

pub fn any_actor(chance: &mut Chance) -> Actor {
    let people = [
        buyer(),
        merchant(),
        platform(),
        carrier(),
        gateway(),
        finance(),
        buyer(),
        merchant(),
        gateway(),
        Actor::tenant_finance(TENANT, "fin-2"),
        Actor::finance("fin-1"),
    ];
    if chance.one_in(40) { Actor::buyer("mallory") } else { chance.pick(&people) }
}

fn any_action(chance: &mut Chance, shop: &Shop) -> (Subject, Asked) {
    let cases = shop.trade.cases.len();
    let refunds = shop.trade.refunds.len();
    match chance.below(10) {
        0..=2 => (Subject::Order, Asked::Order(chance.pick(order::Action::ALL))),
        3..=6 => {
            let opens = [
                after_sale::Action::Apply,
                after_sale::Action::Apply,
                after_sale::Action::Declare,
                after_sale::Action::Grant,
                after_sale::Action::Offer,
            ];
            if cases == 0 || chance.one_in(8) {
                return (Subject::Case(0), Asked::Case(chance.pick(&opens)));
            }
            let no = u16::try_from(1 + chance.below(cases)).unwrap();
            (Subject::Case(no), Asked::Case(chance.pick(after_sale::Action::ALL)))
        }
        _ if refunds == 0 => (Subject::Order, Asked::Order(order::Action::Ship)),
        _ => {
            let no = u16::try_from(1 + chance.below(refunds)).unwrap();
            (Subject::Refund(no), Asked::Refund(chance.pick(refund::Action::ALL)))
        }
    }
}

fn any_sum(chance: &mut Chance, shop: &Shop) -> Sum {
    let refund = shop.trade.refunds.last().map_or(0, |payout| payout.amount.minor());
    let case = shop.trade.cases.last().map_or(0, |case| case.offer.amount.minor());
    let fee = shop.trade.cases.last().map_or(0, |case| case.offer.fee.minor());
    let paid = shop.trade.money.total().paid.minor();
    let due = shop.trade.lines.iter().map(|line| line.goods.minor() + line.tax.minor()).sum::<u64>()
        + shop.trade.head.bill.shipping.minor()
        + shop.trade.head.bill.supplement.minor();
    chance
        .pick(&[0, 1, refund, refund, case, case / 2, case + 1, fee, fee, 500, paid, due, due, due / 2, due + 5])
        .into()
}

fn fill(chance: &mut Chance, shop: &Shop, field: Field, detail: &mut Detail) {
    match field {
        Field::Order => detail.order = Some(Box::new(any_order(chance))),
        Field::Kind => detail.kind = Some(chance.pick(Kind::ALL)),
        Field::Units => detail.units = any_units(chance, shop),
        Field::Amount => detail.amount = Some(any_sum(chance, shop)),
        Field::Fee => detail.fee = chance.one_in(3).then(|| any_sum(chance, shop)),
        Field::Difference => detail.difference = chance.one_in(3).then(|| any_sum(chance, shop)),
        Field::Freight => detail.freight = Some(chance.pick(&[0, 1_200, 9_000]).into()),
        Field::Reason => detail.reason = Some(chance.pick(Reason::ALL)),
        Field::Text => detail.text = chance.pick(&["because", "because", "because", "x"]).to_owned(),
        Field::Evidence => detail.evidence = vec!["photo://1".to_owned()],
        Field::Waybill => detail.waybill = Some(Waybill { carrier: Id::from("sf"), number: Id::from("w-1") }),
        Field::Address => detail.address = "1 Return Road".to_owned(),
        Field::Account => detail.account = "acct-2".to_owned(),
        Field::Voucher => detail.voucher = "voucher-1".to_owned(),
        Field::Reference => detail.reference = Some(any_reference(chance, shop)),
        Field::KeyNumber => detail.key_number = chance.one_in(3).then(|| u16::try_from(chance.below(3)).unwrap()),
        Field::Tender => detail.tender = Some(chance.pick(Tender::ALL)),
        Field::Blame => detail.blame = Some(chance.pick(Blame::ALL)),
        Field::Bearer => detail.bearer = Some(chance.pick(Bearer::ALL)),
        Field::Days => detail.days = Some(chance.pick(&[1, 3, 5, 7, 10, 11])),
        Field::Stars => detail.stars = Some(u8::try_from(1 + chance.below(5)).unwrap()),
        Field::Stage => detail.stage = Some(chance.pick(Dispute::ALL)),
        Field::StageAt => {
            detail.stage_at = Some(Time::from_millis(shop.now.millis() - chance.pick(&[0, 0, 1_000, 90_000_000])))
        }
        Field::Until => detail.until = Some(shop.now.after(chance.pick(&[0, 86_400_000, 864_000_000]))),
        Field::ReturnWaived => detail.return_waived = chance.one_in(3),
        Field::FoundPaid => detail.found_paid = Some(chance.one_in(2)),
        _ => {}
    }
}

/// One that was seen before, or a new one.
fn any_reference(chance: &mut Chance, shop: &Shop) -> Id {
    let payments = &shop.trade.money.payments;
    match chance.below(3) {
        0 if !payments.is_empty() => payments[chance.below(payments.len())].reference,
        1 => Id::from(format!("ref-{}", chance.below(6)).as_str()),
        _ => Id::from(format!("new-{}", chance.next()).as_str()),
    }
}

fn any_units(chance: &mut Chance, shop: &Shop) -> Vec<Wanted> {
    let mut units = Vec::new();
    for line in &shop.trade.lines {
        if chance.one_in(3) && shop.trade.lines.len() > 1 {
            continue;
        }
        units.push(Wanted {
            line: line.id,
            count: 1 + u32::try_from(chance.below(usize::try_from(line.count).unwrap())).unwrap(),
            condition: chance.one_in(2).then(|| chance.pick(GoodsCondition::ALL)),
            reason: chance.one_in(2).then(|| chance.pick(Reason::ALL)),
        });
    }
    units
}

/// A time jump: mostly none or small, sometimes to just before, at or after the next deadline, or far beyond.
pub fn any_wait(chance: &mut Chance, shop: &Shop) -> i64 {
    let to_due = shop.trade.due().map_or(0, |due| due.since(shop.now));
    match chance.below(24) {
        0..=17 => 0,
        18 => 1_000,
        19 => 3_600_000,
        20 => to_due.max(0),
        21 | 22 => to_due.max(0) + 1,
        _ => 86_400_000,
    }
}
