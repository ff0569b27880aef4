//! Prepared questions for benchmarks: random walks through a table, and whole decisions with their facts.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "shared by benchmarks; a wrong trace must stop them"
)]

use redress::fact::{Deadline, Length, Units, Used};
use redress::refund::{Ground, Route};
use redress::rule::{Machine, Table};
use redress::{Amount, Dispute, Id, Kind, Limit, Reason, Role, Time, Word, after_sale, order, refund};

#[path = "../../tests/shop/mod.rs"]
pub mod shop;

use redress::testing::strategy::Chance;

/// How many questions a trace holds; more than a branch predictor can learn.
pub const LENGTH: usize = 1 << 16;
/// How many machines are alive at once.
pub const LIVE: usize = 4_096;

/// Who does what next, and where that leads if it is let through.
#[derive(Clone, Copy)]
pub struct Move<M: Machine> {
    pub action: M::Action,
    pub role: Role,
    pub next: M::State,
}

/// The next state if the move was let through, chosen without a branch, so that none but the rivals' own are measured.
pub fn chosen<S: Copy>(accepted: bool, here: S, next: S) -> S {
    [here, next][usize::from(accepted)]
}

/// A walk from state to state along rows of a table, with so many of a hundred moves that the table refuses.
pub fn walk<M: Machine>(table: &Table<M>, chance: &mut Chance, length: usize, refused: usize) -> Vec<Move<M>> {
    let mut state = M::State::ALL[0];
    let mut moves = Vec::with_capacity(length);
    while moves.len() < length {
        let rule = chance.pick(table.rules_from(state));
        let allowed: Vec<Role> = rule.by.iter().collect();
        let legal = Move { action: rule.action, role: chance.pick(&allowed), next: rule.next() };
        if chance.below(100) < refused {
            // Half of them for the role, half for whatever it is.
            let (mut role, mut action) = (legal.role, legal.action);
            let same_action = chance.one_in(2);
            while table.may(state, action, role) {
                role = chance.pick(Role::ALL);
                action = if same_action { action } else { chance.pick(M::Action::ALL) };
            }
            moves.push(Move { action, role, ..legal });
        } else {
            moves.push(legal);
            state = legal.next;
        }
    }
    moves
}

/// One walk for each living machine, interleaved: the first moves of all, then the second ones.
pub fn interleaved<M: Machine>(table: &Table<M>, chance: &mut Chance, refused: usize) -> Vec<Move<M>> {
    let rounds = LENGTH / LIVE;
    let walks: Vec<Vec<Move<M>>> = (0..LIVE).map(|_| walk(table, chance, rounds, refused)).collect();
    (0..LENGTH).map(|at| walks[at % LIVE][at / LIVE]).collect()
}

/// One whole decision to be made.
#[derive(Clone, Copy)]
pub struct Case<M: Machine> {
    pub state: M::State,
    pub action: M::Action,
    pub role: Role,
    /// The place of its facts.
    pub facts: usize,
}

/// Decisions over a pool of facts that the table accepts, and ones that it refuses.
pub struct Cases<M: Machine> {
    pub facts: Vec<M::Facts>,
    pub accepted: Vec<Case<M>>,
    pub refused: Vec<Case<M>>,
    /// Three of ten are refused.
    pub mixed: Vec<Case<M>>,
}

/// How many decisions of a kind there are; more than a branch predictor can learn.
pub const DECISIONS: usize = 1 << 16;
/// How many different facts they are made on.
const POOL: usize = 256;

pub fn cases<M: Machine>(table: &Table<M>, chance: &mut Chance, any: fn(&mut Chance) -> M::Facts) -> Cases<M> {
    let facts: Vec<M::Facts> = (0..POOL).map(|_| any(chance)).collect();
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    while accepted.len() < DECISIONS || refused.len() < DECISIONS {
        let rule = chance.pick(table.rules());
        let allowed: Vec<Role> = rule.by.iter().collect();
        let mut case =
            Case { state: rule.from, action: rule.action, role: chance.pick(&allowed), facts: chance.below(POOL) };
        // Some refusals are for the state; most are for conditions.
        if chance.one_in(8) {
            case.state = chance.pick(M::State::ALL);
        }
        let verdict = table.decide(case.state, case.action, case.role, &facts[case.facts]);
        let list = if verdict.is_ok() { &mut accepted } else { &mut refused };
        if list.len() < DECISIONS {
            list.push(case);
        }
    }
    let mixed = (0..DECISIONS).map(|at| if chance.below(10) < 3 { refused[at] } else { accepted[at] });
    let mixed = mixed.collect();
    Cases { facts, accepted, refused, mixed }
}

fn amount(chance: &mut Chance) -> Amount {
    Amount::new(chance.pick(&[0, 1_000, 1_000, 9_900]))
}

fn used(chance: &mut Chance) -> Used {
    Used { used: u32::from(chance.one_in(4)) * 3, of: 3 }
}

fn length(chance: &mut Chance) -> Length {
    Length { used: chance.pick(&[0, 5, 5, 5]), least: 1, most: 9 }
}

/// A limit that mostly has passed.
fn passed(chance: &mut Chance, limits: &[Limit]) -> Option<Deadline> {
    let limit = chance.pick(limits);
    let due = Time::from_millis(chance.pick(&[1, 1, 1, 9]));
    Some(Deadline { limit, due })
}

const NOW: Time = Time::from_millis(5);

pub fn refund_facts(chance: &mut Chance) -> refund::Facts {
    use Limit::{Approval, Backoff, Dispute as Disputed, GatewayAnswer, Manual, OfflineConfirm};
    let people = [None, Some(Id::from("mia").into()), Some(Id::from("fay").into())];
    refund::Facts {
        now: NOW,
        deadline: passed(chance, &[Approval, Backoff, Disputed, GatewayAnswer, Manual, OfflineConfirm]),
        amount: amount(chance),
        room: Amount::new(9_900),
        approval_above: amount(chance),
        ground: chance.pick(Ground::ALL),
        route: chance.pick(&[None, Some(Route::Channel), Some(Route::Bank)]),
        dispute: chance.pick(&[None, None, Some(Dispute::Open), Some(Dispute::Lost)]),
        bank_paid: amount(chance),
        by: chance.pick(&people),
        first_person: chance.pick(&people),
        reason: length(chance),
        evidence: length(chance),
        account_given: !chance.one_in(3),
        account_asked: !chance.one_in(3),
        voucher_given: !chance.one_in(3),
        found_paid: chance.pick(&[None, Some(true), Some(false)]),
        reported: amount(chance),
        asks: used(chance),
        attempts: used(chance),
        redirects: used(chance),
        offline: used(chance),
        reversals: used(chance),
        conflicts: used(chance),
        reconciles: used(chance),
        ..refund::Facts::default()
    }
}

fn units(chance: &mut Chance) -> Units {
    Units { line: Id::from("shirt"), asked: 1, free: chance.pick(&[0, 1, 1, 2]) }
}

fn few(chance: &mut Chance) -> u32 {
    chance.pick(&[0, 0, 1, 2])
}

pub fn order_facts(chance: &mut Chance) -> order::Facts {
    let total = amount(chance);
    order::Facts {
        now: NOW,
        deadline: passed(chance, Limit::ALL),
        lines: length(chance),
        total,
        lines_sum: total,
        due: total,
        paid: amount(chance),
        arriving: amount(chance),
        needs_hold: chance.one_in(4),
        reason: length(chance),
        shippable: units(chance),
        in_transit: units(chance),
        to_ship: few(chance),
        undelivered: few(chance),
        remaining: few(chance),
        lines_named: few(chance),
        lines_left: few(chance),
        extension: length(chance),
        extension_offered: true,
        goodwill_asked: amount(chance),
        goodwill_room: Amount::new(9_900),
        units_left: few(chance),
        money_left: amount(chance),
        tenders: used(chance),
        reprices: used(chance),
        notes: used(chance),
        ..order::Facts::default()
    }
}

pub fn case_facts(chance: &mut Chance) -> after_sale::Facts {
    let mut facts = after_sale::Facts {
        now: NOW,
        deadline: passed(chance, Limit::ALL),
        kind: chance.pick(Kind::ALL),
        reason: chance.pick(Reason::ALL),
        asked: amount(chance),
        ..after_sale::Facts::default()
    };
    facts.given.reason_text = length(chance);
    facts.given.evidence = length(chance);
    facts.given.waybill = !chance.one_in(4);
    facts.given.address = !chance.one_in(4);
    facts.room.order_open = true;
    facts.room.window_end = Some(Time::from_millis(chance.pick(&[9, 9, 9, 1])));
    facts.room.reason_fits = !chance.one_in(4);
    facts.room.refundable = Amount::new(9_900);
    facts.so_far.kind = facts.kind;
    facts.so_far.claim = facts.asked;
    facts.goods.units = 2;
    facts.goods.unshipped = few(chance);
    facts.goods.in_transit = few(chance);
    facts.goods.with_buyer = few(chance);
    facts.goods.coming_back = few(chance);
    facts.goods.at_merchant = few(chance);
    facts.allows.silence_grants = chance.one_in(2);
    facts.allows.refusal = !chance.one_in(4);
    facts.counts.tries = used(chance);
    facts.counts.rounds = used(chance);
    facts.counts.notes = used(chance);
    facts
}
