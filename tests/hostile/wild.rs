//! Wild values, and what is spoilt with them.

use super::kit::*;

pub const WILD: [u64; 12] = [0, 1, 2, 99, 9_900, 20_800, MOST - 1, MOST, MOST + 1, 1 << 62, i64::MAX as u64, u64::MAX];
pub const NAMES: [&str; 12] =
    ["", "alice", "acme", "shirt", "mug", "lamp", "sf", "pay", "ref-1", "x\0", "naïve ☃", "mallory"];

pub fn wild_id(chance: &mut Chance) -> Id {
    Id::from(chance.pick(&NAMES))
}

pub fn wild_sum(chance: &mut Chance) -> Sum {
    let amount = Amount::new(chance.pick(&WILD));
    let currency = chance.pick(&[None, None, Some(Currency::CNY), Some(Currency::EUR), Some(Currency::JPY)]);
    Sum { amount, currency }
}

pub fn wild_time(chance: &mut Chance, shop: &Shop) -> Time {
    let now = shop.now.millis();
    Time::from_millis(chance.pick(&[i64::MIN, -1, 0, now - 1, now, now + 1, Time::LATEST.millis(), i64::MAX]))
}

pub fn wild_text(chance: &mut Chance) -> String {
    let long = "☃".repeat(501);
    chance.pick(&["", "x", "because", "\0\n\u{202e}", "{asked} {most} {", long.as_str()]).to_owned()
}

pub fn wild_units(chance: &mut Chance) -> Vec<Wanted> {
    (0..chance.below(4))
        .map(|_| Wanted {
            line: wild_id(chance),
            count: chance.pick(&[0, 1, 1, 2, 3, 1_000_000, u32::MAX]),
            condition: None,
            reason: chance.one_in(3).then(|| chance.pick(Reason::ALL)),
        })
        .collect()
}

pub fn wild_order(chance: &mut Chance) -> NewOrder {
    let mut order = chance.order();
    for line in &mut order.lines {
        if chance.one_in(2) {
            line.count = chance.pick(&[0, 1, 1_000_000, u32::MAX]);
            line.unit_price = Amount::new(chance.pick(&WILD));
            line.discount = Amount::new(chance.pick(&WILD));
            line.tax = Amount::new(chance.pick(&WILD));
        }
    }
    order.discount = Amount::new(chance.pick(&WILD));
    order.shipping = Amount::new(chance.pick(&WILD));
    order.points = chance.pick(&WILD);
    order.gifted_points = chance.pick(&WILD);
    order.total = if chance.one_in(2) { order.due().unwrap_or_default() } else { Amount::new(chance.pick(&WILD)) };
    order
}

/// One field of a request becomes something wild.
pub fn spoil(chance: &mut Chance, shop: &Shop, request: &mut Request) {
    let detail = &mut request.detail;
    match chance.below(30) {
        0 => detail.units = wild_units(chance),
        1 => detail.amount = Some(wild_sum(chance)),
        2 => detail.fee = Some(wild_sum(chance)),
        3 => detail.difference = Some(wild_sum(chance)),
        4 => detail.freight = Some(wild_sum(chance)),
        5 => detail.text = wild_text(chance),
        6 => detail.evidence = (0..chance.below(25)).map(|_| wild_text(chance)).collect(),
        7 => detail.waybill = Some(Waybill { carrier: wild_id(chance), number: wild_id(chance) }),
        8 => detail.address = wild_text(chance),
        9 => detail.account = wild_text(chance),
        10 => detail.voucher = wild_text(chance),
        11 => detail.reference = Some(wild_id(chance)),
        12 => detail.key_number = Some(chance.pick(&[0, 1, 2, u16::MAX])),
        13 => detail.days = Some(chance.pick(&[0, 1, 3, 365, 366, u32::MAX])),
        14 => detail.stars = Some(chance.pick(&[0, 1, 5, 6, u8::MAX])),
        15 => detail.stage_at = Some(wild_time(chance, shop)),
        16 => detail.until = Some(wild_time(chance, shop)),
        17 => detail.order = Some(Box::new(wild_order(chance))),
        18 => detail.kind = Some(chance.pick(Kind::ALL)),
        19 => detail.reason = Some(chance.pick(Reason::ALL)),
        20 => {
            request.subject = chance.pick(&[
                Subject::Order,
                Subject::Case(0),
                Subject::Case(1),
                Subject::Case(u16::MAX),
                Subject::Refund(0),
                Subject::Refund(1),
                Subject::Refund(u16::MAX),
            ])
        }
        21 => request.asked = Asked::Order(chance.pick(order::Action::ALL)),
        22 => request.asked = Asked::Case(chance.pick(after_sale::Action::ALL)),
        23 => request.asked = Asked::Refund(chance.pick(refund::Action::ALL)),
        24 => request.actor.role = chance.pick(Role::ALL),
        25 => request.actor.id = wild_id(chance),
        26 => {
            request.actor.tenant =
                chance.pick(&[None, Some(Id::from(TENANT)), Some(Id::from("other-mall")), Some(Id::from(""))])
        }
        27 => request.seen = Some(chance.pick(&[0, shop.trade.version, u64::MAX])),
        28 => request.key = Some(wild_id(chance)),
        _ => *detail = Detail::default(),
    }
}

/// Any request at all: mostly one that has a chance, with some of its fields spoilt.
pub fn wild_request(chance: &mut Chance, shop: &Shop) -> Request {
    let mut request = chance.request(&shop.scene());
    for _ in 0..chance.pick(&[0, 0, 1, 1, 2, 5, 20]) {
        spoil(chance, shop, &mut request);
    }
    request
}

pub fn begin(chance: &mut Chance) -> Shop {
    let mut shop = Shop::new(if chance.one_in(3) { Policy::eu_distance_selling() } else { Policy::cn_marketplace() });
    let mut order = chance.order();
    order.currency = shop.policy.currency;
    let total = order.total.minor();
    shop.place(order);
    if total > 0 && !chance.one_in(6) {
        shop.pay(total, "ref-1");
    }
    shop
}

/// Some number or text somewhere in it becomes another one.
pub fn spoil_json(chance: &mut Chance, value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Array(items) if !items.is_empty() => {
            let at = chance.below(items.len());
            match chance.below(12) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                _ => spoil_json(chance, &mut items[at]),
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            let at = chance.below(fields.len());
            if let Some(inner) = fields.values_mut().nth(at) {
                spoil_json(chance, inner);
            }
        }
        Value::Number(_) => *value = Value::from(chance.pick(&[0, 1, 2, 3, 65_535, 4_294_967_295, 1 << 53, i64::MAX])),
        Value::Bool(truth) => *truth = !*truth,
        Value::Null => *value = Value::from(1),
        Value::String(_) | Value::Array(_) | Value::Object(_) => {}
    }
}
