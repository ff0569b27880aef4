//! Jobs before a store that fails: at each of their needs each fault, alone and in twos. Whatever was lost, asking again
//! brings the trades to where they would have come without; nothing happens twice, and no answer claims what is not so.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use std::cell::RefCell;
use std::collections::BTreeMap;

use redress::job::{Clerk, DeskError, Fed, Job, Need, Sent};
use redress::port::{Call, Claim, Claimed, Commit, Settle, Storage, Store, StoreError};
use redress::store::{Memory, MemoryStore};
use redress::trade::{Asked, Request};
use redress::{Id, Length, ManualClock};
use stored::{minute, note, now, pay, place};

/// What befalls a call. A read that is not answered changes nothing, so it is simply not answered.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// It is not made, and that is known.
    Refused,
    /// It is made, and nobody hears of it.
    Unheard,
    /// It is lost, and nobody hears of it.
    Lost,
    /// Nobody hears of it, and it is made just before the call after so many more.
    Late(usize),
    /// Its reply comes twice.
    Twice,
    /// The process dies before it is made …
    DiesBefore,
    /// … or after.
    DiesAfter,
}

const FAULTS: [Fault; 8] = [
    Fault::Refused,
    Fault::Unheard,
    Fault::Lost,
    Fault::Late(1),
    Fault::Late(2),
    Fault::Twice,
    Fault::DiesBefore,
    Fault::DiesAfter,
];

/// How many calls apart two faults are at most.
const NEAR: usize = 7;

/// Which call of a job is befallen by what.
type Plan = [(usize, Fault)];

/// What happened to each trade, and the keys of the tasks that were carried out.
type Stands = (BTreeMap<Id, Vec<(Asked, String)>>, Vec<String>);

/// A call that is held up.
enum Held {
    Commit(Box<Commit>),
    Claim(Claim),
    Settle(Settle),
    Send(Box<Claimed>),
}

/// A store with trades on it, and the world that tasks are carried out in.
struct World {
    store: MemoryStore,
    clock: ManualClock,
    clerk: Clerk,
    /// How often each task was carried out, by its key.
    sent: RefCell<BTreeMap<String, u32>>,
    /// Whether what comes of a task is said to its trade.
    answers: bool,
    held: RefCell<Vec<(usize, Held)>>,
}

impl World {
    /// Three orders, two of them paid: their stock is to be reserved and their merchant told.
    fn new(answers: bool) -> Self {
        let clock = ManualClock::at(minute(0));
        let store = Memory::new().tenant(Id::from("acme-mall")).unwrap();
        let clerk = Clerk::builder().tenant("acme-mall").clerk().unwrap();
        let (sent, held) = (RefCell::default(), RefCell::default());
        let world = Self { store, clock, clerk, sent, answers, held };
        for order in ["A-1", "A-2", "A-3"] {
            world.surely(world.clerk.submit(order, &place())).unwrap();
        }
        for order in ["A-1", "A-2"] {
            world.surely(world.clerk.submit(order, &pay(order))).unwrap();
        }
        world
    }

    /// Carries a task out, and says what came of it.
    fn send(&self, claimed: &Claimed) -> Sent {
        *self.sent.borrow_mut().entry(claimed.task.key.clone()).or_default() += 1;
        match self.answers {
            true => Sent::Answer(Box::new(came_of(claimed))),
            false => Sent::Done,
        }
    }

    fn reply(&self, need: Need<'_>) -> Fed {
        match need {
            Need::Load(order) => Fed::Loaded(self.store.load(order)),
            Need::Commit(commit) => Fed::Committed(self.store.commit(commit)),
            Need::Receipt(key) => Fed::Receipt(self.store.receipt(key)),
            Need::History { order, from, limit } => Fed::History(self.store.history(order, from, limit)),
            Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit)),
            Need::Claim(claim) => Fed::Claimed(self.store.claim(claim)),
            Need::Settle(settle) => Fed::Settled(self.store.settle(settle)),
            Need::Pay(_) | Need::Ask(_) => panic!("no channel has a contract here"),
            Need::Send(claimed) => Fed::Sent(self.send(claimed)),
            Need::Wait(length) => {
                self.clock.set(now(&self.clock).after(i64::try_from(length.as_millis()).unwrap()));
                Fed::Waited
            }
        }
    }

    /// Makes the calls whose time has come.
    fn release(&self, step: usize) {
        let mut held = self.held.borrow_mut();
        for (_, call) in held.extract_if(.., |(at, _)| *at <= step) {
            match call {
                Held::Commit(commit) => drop(self.store.commit(&commit)),
                Held::Claim(claim) => drop(self.store.claim(&claim)),
                Held::Settle(settle) => drop(self.store.settle(&settle)),
                Held::Send(claimed) => drop(self.send(&claimed)),
            }
        }
    }

    /// Drives a job while the plan befalls it.
    fn drive<J: Job>(&self, mut job: J, plan: &Plan, told: &mut Vec<String>) -> J::Done {
        let (mut step, mut waits) = (0, 0);
        while let Some(need) = job.poll(now(&self.clock)) {
            assert!(step < 200, "it comes to no end: {told:#?}");
            self.release(step);
            let fault = plan.iter().find(|(at, _)| *at == step).map(|(_, fault)| *fault);
            told.push(format!("{step}: {} {}", name(need), fault.map_or(String::new(), |fault| format!("{fault:?}"))));
            waits += u32::from(matches!(need, Need::Wait(_)));
            let fed = match fault {
                Some(Fault::DiesBefore) => break,
                Some(Fault::DiesAfter) => {
                    drop(self.reply(need));
                    break;
                }
                None | Some(Fault::Twice) => self.reply(need),
                Some(Fault::Refused) => unanswered(need, true),
                Some(Fault::Unheard) => {
                    drop(self.reply(need));
                    unanswered(need, false)
                }
                Some(Fault::Lost) => unanswered(need, false),
                Some(Fault::Late(by)) => {
                    self.held.borrow_mut().extend(hold(need).map(|call| (step + by, call)));
                    unanswered(need, false)
                }
            };
            if fault == Some(Fault::Twice) {
                job.feed(fed.clone());
                // The job has gone on by the time the reply comes again. It is not heard, unless the next call is of
                // the same kind: then whoever drives must tell replies apart, and throws it away.
                if !job.poll(now(&self.clock)).is_some_and(|need| same(need, &fed)) {
                    job.feed(fed);
                }
            } else {
                job.feed(fed);
            }
            step += 1;
            if waits == 2 {
                job.stop();
            }
        }
        job.end()
    }

    fn surely<J: Job>(&self, job: J) -> J::Done {
        self.drive(job, &[], &mut Vec::new())
    }

    /// Where everything stands: what happened to each trade, and which tasks were carried out.
    fn stands(&self) -> Stands {
        let orders = self.store.orders(None, 10).unwrap().rows;
        let events = |order: Id| {
            let events = self.store.history(order, 1, 1_000).unwrap();
            events.iter().map(|event| (event.asked, event.row.map_or(String::new(), |row| row.to_string()))).collect()
        };
        let whole = |order: &Id| {
            let verified = self.store.verify(*order).unwrap();
            assert_eq!(verified.damaged, [], "{order}");
        };
        orders.iter().for_each(whole);
        (orders.into_iter().map(|order| (order, events(order))).collect(), self.sent.borrow().keys().cloned().collect())
    }
}

/// What is said to a trade when one of its tasks was carried out.
fn came_of(claimed: &Claimed) -> Request {
    note("done").key(format!("done-{}-{}", claimed.id.event, claimed.id.nth).as_str())
}

fn name(need: Need<'_>) -> &'static str {
    match need {
        Need::Load(_) => "load",
        Need::Commit(_) => "commit",
        Need::Receipt(_) => "receipt",
        Need::History { .. } => "history",
        Need::Due { .. } => "due",
        Need::Claim(_) => "claim",
        Need::Send(_) => "send",
        Need::Settle(_) => "settle",
        Need::Pay(_) => "pay",
        Need::Ask(_) => "ask",
        Need::Wait(_) => "wait",
    }
}

/// Whether this would be taken for the answer.
fn same(need: Need<'_>, fed: &Fed) -> bool {
    let kind = match fed {
        Fed::Loaded(_) => "load",
        Fed::Committed(_) => "commit",
        Fed::Receipt(_) => "receipt",
        Fed::History(_) => "history",
        Fed::Due(_) => "due",
        Fed::Claimed(_) => "claim",
        Fed::Sent(_) => "send",
        Fed::Settled(_) => "settle",
        Fed::Paid(_) => "pay",
        Fed::Asked(_) => "ask",
        Fed::Waited => "wait",
    };
    name(need) == kind
}

/// The reply of whoever hears nothing, or hears that nothing was done.
fn unanswered(need: Need<'_>, refused: bool) -> Fed {
    let unavailable = |call| StoreError::Unavailable { call, trade: None, reason: "no line".into() };
    let unknown = |call| match refused {
        true => unavailable(call),
        false => StoreError::Indeterminate { call, trade: None, reason: "the line went dead".into() },
    };
    match need {
        Need::Load(_) => Fed::Loaded(Err(unavailable(Call::Load))),
        Need::Commit(_) => Fed::Committed(Err(unknown(Call::Commit))),
        Need::Receipt(_) => Fed::Receipt(Err(unavailable(Call::Receipt))),
        Need::History { .. } => Fed::History(Err(unavailable(Call::History))),
        Need::Due { .. } => Fed::Due(Err(unavailable(Call::Due))),
        Need::Claim(_) => Fed::Claimed(Err(unknown(Call::Claim))),
        Need::Settle(_) => Fed::Settled(Err(unknown(Call::Settle))),
        Need::Send(_) if refused => Fed::Sent(Sent::Failed("the warehouse is closed".into())),
        Need::Send(_) => Fed::Sent(Sent::Unknown("the warehouse does not answer".into())),
        Need::Pay(_) | Need::Ask(_) => panic!("no channel has a contract here"),
        Need::Wait(_) => Fed::Waited,
    }
}

fn hold(need: Need<'_>) -> Option<Held> {
    match need {
        Need::Commit(commit) => Some(Held::Commit(Box::new(commit.clone()))),
        Need::Claim(claim) => Some(Held::Claim(*claim)),
        Need::Settle(settle) => Some(Held::Settle(settle.clone())),
        Need::Send(claimed) => Some(Held::Send(Box::new(claimed.clone()))),
        Need::Load(_) | Need::Receipt(_) | Need::History { .. } | Need::Due { .. } | Need::Wait(_) => None,
        Need::Pay(_) | Need::Ask(_) => None,
    }
}

/// One job: run while the plan befalls it, and run again afterwards until there is nothing to do.
struct Case {
    name: &'static str,
    answers: bool,
    /// What it says may be wrong: then it fails here.
    run: fn(&World, &Plan, &mut Vec<String>),
    again: fn(&World),
}

/// An answer that says *stored* is in the store, and one that says *not stored* is not, unless it was before.
fn honest(world: &World, request: &Request, answer: &Result<redress::Receipt, DeskError>) {
    let key = redress::port::RequestKey::of(Id::from("A-1"), request).unwrap();
    let stored = world.store.receipt(&key).unwrap().map(|answer| answer.receipt);
    match answer {
        Ok(receipt) => {
            assert_eq!(stored.map(|first| (first.version, first.taken)), Some((receipt.version, receipt.taken.clone())))
        }
        Err(DeskError::Store(StoreError::Indeterminate { .. })) => {}
        Err(DeskError::Store(StoreError::Unavailable { .. })) => assert_eq!(stored, None, "nothing was changed"),
        Err(other) => panic!("nobody else is there: {other}"),
    }
}

fn claim_one(world: &World) -> Option<Claimed> {
    let at = now(&world.clock);
    let claim = Claim { now: at, until: at.after(60_000), limit: 1, worker: Id::from("w") };
    world.store.claim(&claim).unwrap().rows.pop()
}

fn deliver_all(world: &World) {
    for _ in 0..5 {
        world.clock.advance(Length::Minutes(6));
        world.surely(world.clerk.deliver(u32::MAX)).unwrap();
    }
    assert_eq!(world.surely(world.clerk.deliver(u32::MAX)).unwrap(), Default::default(), "tasks are left");
    assert_eq!(world.store.shelved(None, 10).unwrap().rows, []);
}

const CASES: &[Case] = &[
    Case {
        name: "submit",
        answers: false,
        run: |world, plan, told| {
            let request = note("once").key("n-1");
            let answer = world.drive(world.clerk.submit("A-1", &request), plan, told);
            world.release(usize::MAX);
            honest(world, &request, &answer);
        },
        again: |world| {
            let request = note("once").key("n-1");
            let first = world.surely(world.clerk.submit("A-1", &request)).unwrap();
            assert_eq!(world.surely(world.clerk.submit("A-1", &request)).unwrap().version, first.version);
        },
    },
    Case {
        name: "answer",
        answers: true,
        run: |world, plan, told| {
            let claimed = claim_one(world).unwrap();
            assert_eq!(world.send(&claimed), Sent::Answer(Box::new(came_of(&claimed))));
            let request = came_of(&claimed);
            let answer = world.drive(world.clerk.answer(&claimed, &request), plan, told);
            world.release(usize::MAX);
            honest(world, &request, &answer);
        },
        again: deliver_all,
    },
    Case {
        name: "run_due",
        answers: false,
        run: |world, plan, told| {
            world.clock.advance(Length::Days(40));
            let ran = world.drive(world.clerk.run_due(100), plan, told);
            for fired in ran.map(|ran| ran.fired).unwrap_or_default() {
                let trade = world.store.load(fired.trade.order).unwrap().unwrap();
                assert!(trade.version >= fired.version, "{fired}");
            }
        },
        again: |world| {
            while !world.surely(world.clerk.run_due(100)).unwrap().fired.is_empty() {}
        },
    },
    Case {
        name: "deliver",
        answers: false,
        run: |world, plan, told| drop(world.drive(world.clerk.deliver(u32::MAX), plan, told)),
        again: deliver_all,
    },
    Case {
        name: "deliver and answer",
        answers: true,
        run: |world, plan, told| drop(world.drive(world.clerk.deliver(u32::MAX), plan, told)),
        again: deliver_all,
    },
    Case {
        name: "work",
        answers: true,
        run: |world, plan, told| {
            let _ = world.drive(world.clerk.work(), plan, told);
        },
        again: deliver_all,
    },
    Case {
        name: "recount",
        answers: false,
        run: |world, plan, told| {
            if let Ok((trade, events)) = world.drive(world.clerk.recount("A-1"), plan, told) {
                assert_eq!(u64::try_from(events.len()).unwrap(), trade.events);
            }
        },
        again: |world| drop(world.surely(world.clerk.recount("A-1")).unwrap()),
    },
];

/// Runs a case under a plan; where everything stands when all was asked again, and how many calls it took.
fn stands_after(case: &Case, plan: &Plan) -> (Stands, usize) {
    let mut told = Vec::new();
    let world = World::new(case.answers);
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        (case.run)(&world, plan, &mut told);
        // What was held up is made at the latest now.
        world.release(usize::MAX);
        (case.again)(&world);
        // Each fault costs one more sending at most, and where there is none everything is sent once.
        let sent = world.sent.borrow().values().copied().max().unwrap_or_default();
        assert!(sent as usize <= 1 + plan.len(), "sent {sent} times");
        world.stands()
    }));
    match ran {
        Ok(stands) => (stands, told.len()),
        Err(_) => panic!("{} under {plan:?}:\n{}", case.name, told.join("\n")),
    }
}

#[test]
fn each_fault_at_each_need_and_each_two_come_right() {
    let mut runs = 0;
    for case in CASES {
        let (expected, calls) = stands_after(case, &[]);
        let calls = calls + 3;
        let mut meet = |plan: &Plan| {
            let (stands, _) = stands_after(case, plan);
            assert!(stands == expected, "{} under {plan:?}: {stands:#?}\ninstead of {expected:#?}", case.name);
            runs += 1;
        };
        for first in 0..calls {
            for fault in FAULTS {
                meet(&[(first, fault)]);
                // Two that lie farther apart meet another task or trade.
                for second in first + 1..calls.min(first + NEAR) {
                    FAULTS.iter().for_each(|other| meet(&[(first, fault), (second, *other)]));
                }
            }
        }
    }
    println!("{runs} runs");
    assert!(runs > 20_000, "{runs}");
}
