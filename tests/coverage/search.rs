//! A search for rows that nobody has taken yet: trades in new situations are kept, and people try from there what is
//! still missing. The same seed makes the same search.

use std::collections::BTreeMap;
use std::rc::Rc;

use redress::after_sale::State as CaseState;
use redress::refund::{Ground, State as RefundState};
use redress::trade::{Asked, Denied, Event, Outcome, Request, Subject, run_due, step};
use redress::{Kind, Role, Roles, Time, order};

use super::seen::Seen;
use crate::shop::Shop;
use redress::testing::strategy::Chance;

/// How many trades are kept for one situation.
const KEPT: usize = 12;

/// Where one machine of a trade stands, and what else decides its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    Order(order::State),
    Case(CaseState, Option<CaseState>, Kind, bool),
    Refund(RefundState, Ground),
}

/// One row to take.
struct Goal {
    id: String,
    from: From,
    asked: Asked,
    by: Roles,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Order(order::State),
    Case(CaseState),
    Refund(RefundState),
}

/// What was done to get somewhere, the last first.
struct Step {
    before: Option<Rc<Self>>,
    now: Time,
    request: Option<Request>,
}

/// Trades in one situation, and how often it was walked on from.
#[derive(Default)]
struct Choices {
    kept: Vec<(Rc<Found>, u16)>,
    visits: u32,
}

/// A trade that was come to, and how.
#[derive(Clone)]
struct Found {
    shop: Shop,
    /// The trade that was walked on from.
    from: Rc<Shop>,
    way: Option<Rc<Step>>,
}

pub struct Search {
    chance: Chance,
    goals: Vec<Goal>,
    pool: BTreeMap<(At, order::State), Choices>,
    seen: Seen,
    seeds: u64,
    pub steps: u32,
}

impl Search {
    /// Goes on from where the scenes have ended.
    pub fn new(mut seen: Seen, seed: u64) -> Self {
        let ends = std::mem::take(&mut seen.ends);
        let mut search = Self { chance: Chance(seed), goals: goals(), pool: BTreeMap::new(), seen, seeds: 0, steps: 0 };
        for end in ends {
            search.start(end);
        }
        search
    }

    /// Until every row is taken, but at least and at most so many steps.
    pub fn run(mut self, least: u32, most: u32) -> (Seen, u32) {
        while self.steps < most {
            self.goals.retain(|goal| !self.seen.has_taken(&goal.id));
            if self.goals.is_empty() && self.steps >= least {
                break;
            }
            if self.chance.one_in(8) || self.pool.is_empty() {
                self.begin();
            } else if self.goals.is_empty() || self.chance.one_in(2) {
                self.explore();
            } else {
                self.aim();
            }
        }
        (self.seen, self.steps)
    }

    fn begin(&mut self) {
        self.seeds += 1;
        let (shop, _) = Shop::begun(self.seeds);
        self.seen.events(&shop.events);
        self.start(shop);
    }

    fn start(&mut self, mut shop: Shop) {
        let from = Rc::new(shop.clone());
        shop.events.clear();
        self.keep(&Rc::new(Found { shop, from, way: None }));
    }

    /// Walks a little from some situation, whichever it is.
    fn explore(&mut self) {
        let most = self.pool.len();
        let some: Vec<usize> = (0..8).map(|_| self.chance.below(most)).collect();
        let choices = self.pool.values_mut().enumerate().filter(|(at, _)| some.contains(at));
        let Some((_, choices)) = choices.min_by_key(|(_, choices)| choices.visits) else {
            return;
        };
        choices.visits += 1;
        let mut found = Rc::clone(&choices.kept[self.chance.below(choices.kept.len())].0);
        for _ in 0..8 {
            let mut here = (*found).clone();
            if self.chance.one_in(6) {
                here.shop.now = here.shop.trade.due().map_or(here.shop.now, |due| due.max(here.shop.now).after(1));
                if let Some(next) = self.tries(here, None) {
                    found = next;
                }
                continue;
            }
            here.shop.now = here.shop.now.after(self.chance.wait(&here.shop.scene()));
            let request = self.chance.request(&here.shop.scene());
            if let Some(next) = self.tries(here, Some(request)) {
                found = next;
            }
        }
    }

    /// Tries to take a row that is missing, from a trade that stands where it begins.
    fn aim(&mut self) {
        let goal = &self.goals[self.chance.below(self.goals.len())];
        let (from, asked, by) = (goal.from, goal.asked, goal.by);
        let fits: Vec<_> = self.pool.iter().filter(|((at, _), _)| stands(*at, from)).collect();
        if fits.is_empty() || !by.has(Role::Clock) && by.has(Role::Trade) {
            return self.explore();
        }
        let choices = fits[self.chance.below(fits.len())].1;
        let (found, no) = choices.kept[self.chance.below(choices.kept.len())].clone();
        if by.has(Role::Clock) {
            let mut here = (*found).clone();
            let due = deadline(&here, from, no);
            here.shop.now = due.map_or(here.shop.now, |due| due.max(here.shop.now).after(1));
            self.tries(here, None);
            return;
        }
        for _ in 0..6 {
            let mut here = (*found).clone();
            let request = match self.chance.somebody(&here.shop.scene(), by) {
                Some(actor) => {
                    let subject = match from {
                        From::Order(_) => Subject::Order,
                        From::Case(_) => Subject::Case(no),
                        From::Refund(_) => Subject::Refund(no),
                    };
                    let detail = self.chance.detail(&here.shop.scene(), asked);
                    Request { actor, subject, asked, detail, seen: None, key: None }
                }
                None => self.chance.request(&here.shop.scene()),
            };
            if self.chance.one_in(3) {
                here.shop.now = here.shop.now.after(self.chance.wait(&here.shop.scene()));
            }
            self.tries(here, Some(request));
        }
    }

    fn tries(&mut self, mut here: Found, request: Option<Request>) -> Option<Rc<Found>> {
        self.steps += 1;
        let shop = &mut here.shop;
        let answer = match &request {
            Some(request) => step(&shop.book(), &shop.trade, request, shop.now),
            None => run_due(&shop.book(), &shop.trade, shop.now),
        };
        match answer {
            Ok(Outcome { trade, events, .. }) => {
                shop.trade = trade;
                here.way = Some(Rc::new(Step { before: here.way.take(), now: here.shop.now, request }));
                if let Some(row) = self.looked_for(&events) {
                    let takes = |answer: &Answer| answer.as_ref().is_ok_and(|taken| has(&taken.events, &row));
                    println!("{row}: {}\n", shortest(&here, takes));
                }
                self.seen.events(&events);
                let found = Rc::new(here);
                self.keep(&found);
                Some(found)
            }
            Err(Denied::Defect(defect)) => {
                here.way = Some(Rc::new(Step { before: here.way.take(), now: here.shop.now, request }));
                let way = shortest(&here, |answer| matches!(answer, Err(Denied::Defect(_))));
                panic!("{defect}\n{way}");
            }
            Err(denied) => {
                self.seen.denied(&denied);
                None
            }
        }
    }

    /// The row whose way is to be shown, if it was just taken first: `LOOK=row cargo test --test coverage -- --nocapture`.
    fn looked_for(&self, events: &[Event]) -> Option<String> {
        let rows = std::env::var("LOOK").ok()?;
        let mut rows = rows.split(' ').filter(|row| !self.seen.has_taken(row) && has(events, row));
        rows.next().map(str::to_owned)
    }

    fn keep(&mut self, found: &Rc<Found>) {
        let trade = &found.shop.trade;
        let order = trade.head.state;
        let mut machines = vec![(At::Order(order), 0)];
        let advanced = |no| {
            let mut refunds = trade.refunds_of(no);
            refunds.any(|refund| refund.ground == Ground::Advance && refund.state == RefundState::Paid)
        };
        machines.extend((trade.cases.iter()).map(|case| {
            let at = At::Case(case.state, case.before, case.offer.kind, advanced(case.no));
            (at, case.no)
        }));
        machines.extend((trade.refunds.iter()).map(|refund| (At::Refund(refund.state, refund.ground), refund.no)));
        machines.push((At::Case(CaseState::Absent, None, Kind::RefundOnly, false), 0));
        for (at, no) in machines {
            let kept = &mut self.pool.entry((at, order)).or_default().kept;
            if kept.len() < KEPT {
                kept.push((Rc::clone(found), no));
            } else if self.chance.one_in(4) {
                kept[self.chance.below(KEPT)] = (Rc::clone(found), no);
            }
        }
    }
}

fn has(events: &[Event], row: &str) -> bool {
    events.iter().filter_map(|event| event.row).any(|taken| taken.to_string() == row)
}

fn stands(at: At, from: From) -> bool {
    match at {
        At::Order(state) => from == From::Order(state),
        At::Case(state, ..) => from == From::Case(state),
        At::Refund(state, _) => from == From::Refund(state),
    }
}

fn deadline(found: &Found, from: From, no: u16) -> Option<Time> {
    let trade = &found.shop.trade;
    let subject = match from {
        From::Order(_) => Subject::Order,
        From::Case(_) => Subject::Case(no),
        From::Refund(_) => Subject::Refund(no),
    };
    let mut deadlines = trade.deadlines().filter(|(of, _)| *of == subject);
    deadlines.find_map(|(_, deadline)| deadline.due())
}

fn goals() -> Vec<Goal> {
    let rules = redress::trade::Rules::built_in();
    let orders = rules.order.rules().iter().map(|rule| Goal {
        id: rule.id().to_string(),
        from: From::Order(rule.from),
        asked: Asked::Order(rule.action),
        by: rule.by,
    });
    let cases = rules.after_sale.rules().iter().map(|rule| Goal {
        id: rule.id().to_string(),
        from: From::Case(rule.from),
        asked: Asked::Case(rule.action),
        by: rule.by,
    });
    let refunds = rules.refund.rules().iter().map(|rule| Goal {
        id: rule.id().to_string(),
        from: From::Refund(rule.from),
        asked: Asked::Refund(rule.action),
        by: rule.by,
    });
    orders.chain(cases).chain(refunds).collect()
}

/// The fewest steps that still come to the same, for people.
fn shortest(found: &Found, what: impl Fn(&Answer) -> bool) -> String {
    let mut steps: Vec<(Time, Option<Request>)> = Vec::new();
    let mut step = found.way.clone();
    while let Some(this) = step {
        steps.insert(0, (this.now, this.request.clone()));
        step = this.before.clone();
    }
    let mut at = steps.len();
    while let Some(before) = at.checked_sub(1) {
        at = before;
        let mut fewer = steps.clone();
        fewer.remove(at);
        if happens(&found.from, &fewer, &what).is_some() {
            (steps, at) = (fewer, steps.len() - 1);
        }
    }
    let mut lines = vec![happens(&found.from, &steps, &what).unwrap_or_default()];
    lines.extend(steps.iter().map(|(now, request)| format!("{now} {}", told(request.as_ref()))));
    lines.join("\n")
}

type Answer = Result<Outcome, Denied>;

/// The history up to the first answer of this sort.
fn happens(from: &Shop, steps: &[(Time, Option<Request>)], what: impl Fn(&Answer) -> bool) -> Option<String> {
    let mut shop = from.clone();
    for (now, request) in steps {
        shop.now = (*now).max(shop.now);
        let answer = match request {
            Some(request) => step(&shop.book(), &shop.trade, request, shop.now),
            None => run_due(&shop.book(), &shop.trade, shop.now),
        };
        let happens = what(&answer);
        if let Ok(outcome) = answer {
            shop.trade = outcome.trade;
            shop.events.extend(outcome.events);
        }
        if happens {
            let offset = chrono::FixedOffset::east_opt(8 * 3_600).unwrap();
            let told = (shop.events.iter()).map(|event| format!("\n  {}", event.told(redress::Lang::En, offset)));
            return Some(told.collect());
        }
    }
    None
}

/// A request without what it does not name.
fn told(request: Option<&Request>) -> String {
    let Some(request) = request else {
        return "time acts".to_owned();
    };
    let mut detail = serde_json::to_value(&request.detail).unwrap();
    let empty = |value: &serde_json::Value| {
        value.is_null() || *value == false || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)
    };
    if let Some(fields) = detail.as_object_mut() {
        fields.retain(|_, value| !empty(value));
    }
    let Request { actor, subject, asked, .. } = request;
    format!("{:?} {asked:?} of {subject}: {detail}", actor.role)
}
