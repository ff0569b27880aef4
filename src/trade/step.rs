//! One step: what is asked, decided by a row, carried out, and told to whoever must hear it, until nobody is told
//! anything.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::blocker::explain;
use super::fingerprint::Fingerprint;
use super::work::{CASCADE_MAX, Next, Tell, Told, Turn, Work};
use super::{
    Asked, Blocker, Cause, Change, Defect, Denied, Detail, Event, Field, Noted, Overridden, Refusal, Request, Rulebook,
    Rules, Subject, Task, Trade,
};
use super::{act, facts, flow, form, tasks};
use crate::rule::{Guard, Machine, Rule, Table};
use crate::{Actor, Role, Time, after_sale, order, refund};

/// How many deadlines one step may fire. A trade has few; more means a limit of no length.
const DUE_MAX: usize = 1_000;

/// What a step comes to: the new trade, and what happened on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "what was decided is lost unless it is stored"]
#[non_exhaustive]
pub struct Outcome {
    /// The trade as it is now. Store it only if the stored one still has the version before.
    pub trade: Trade,
    /// What happened, in order. Empty if the request was a fact that is known already.
    pub events: Vec<Event>,
}

impl Outcome {
    /// What the caller is asked to do, in order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.events.iter().flat_map(|event| &event.tasks)
    }

    /// The last moment before time acts on this trade: see [`Trade::due`], and [`Trade::acts_at`] for the first one
    /// after.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        self.trade.due()
    }
}

/// Decides one request on one trade at one time. Pure: the same input gives the same output on every machine.
///
/// Deadlines that have passed fire first, in the same step, so no request slips in ahead of time.
///
/// # Errors
///
/// [`Denied`] if the request is not carried out; then nothing has changed.
pub fn step(book: &Rulebook<'_>, trade: &Trade, request: &Request, now: Time) -> Result<Outcome, Denied> {
    admit(book, trade, request, now)?;
    let mut work = Work::new(*book, Cow::Borrowed(trade), now);
    fire(&mut work)?;
    form::check_against(request, &work.trade)?;
    let turn = Turn::of(request);
    if !facts::is_known(&work.trade, &turn) {
        form::check_room(request, &work.trade)?;
        take_or_note(&mut work, &turn)?;
        tell(&mut work)?;
    }
    finish(work)
}

/// All that a step asks beside the rows, on the trade as it is stored and as time has left it.
pub(crate) fn check(stored: &Trade, work: &Work<'_>, request: &Request) -> Result<(), Denied> {
    admit(&work.book, stored, request, work.now)?;
    form::check_against(request, &work.trade)?;
    if facts::is_known(&work.trade, &Turn::of(request)) { Ok(()) } else { form::check_room(request, &work.trade) }
}

/// Fires the deadlines that have passed, and nothing else.
///
/// # Errors
///
/// [`Denied`] if the time runs backwards or the terms are not those of the trade.
pub fn run_due(book: &Rulebook<'_>, trade: &Trade, now: Time) -> Result<Outcome, Denied> {
    finish(met(book, trade, now)?)
}

/// The trade as time has left it.
pub(crate) fn met<'a>(book: &Rulebook<'a>, trade: &'a Trade, now: Time) -> Result<Work<'a>, Denied> {
    check_terms(book, trade)?;
    check_time(trade, now)?;
    let mut work = Work::new(*book, Cow::Borrowed(trade), now);
    fire(&mut work)?;
    Ok(work)
}

/// What becomes of a trade if nobody ever acts again: time alone brings it to rest.
///
/// The last event tells when, and each names whose silence it was. A page can show it; a test can prove that it ends.
///
/// # Errors
///
/// [`Denied`] if the terms are not those of the trade, or if a limit of no length makes time run for ever.
pub fn silence(book: &Rulebook<'_>, trade: &Trade) -> Result<Outcome, Denied> {
    let mut outcome = Outcome { trade: trade.clone(), events: Vec::new() };
    for _ in 0..DUE_MAX {
        let Some(acts_at) = outcome.trade.acts_at() else { return Ok(outcome) };
        let next = run_due(book, &outcome.trade, acts_at)?;
        outcome.trade = next.trade;
        outcome.events.extend(next.events);
    }
    Err(Defect::Range { what: "silence" }.into())
}

/// What is asked before any row, each alone.
fn admit(book: &Rulebook<'_>, trade: &Trade, request: &Request, now: Time) -> Result<(), Denied> {
    form::check(request)?;
    if !is_party(book.rules, trade, request) {
        return Err(Denied::Stranger);
    }
    check_terms(book, trade)?;
    check_version(trade, request)?;
    check_time(trade, now)
}

/// Whether the actor belongs to the trade. Whoever places an order must be its buyer, or staff of its tenant.
fn is_party(rules: &Rules, trade: &Trade, request: &Request) -> bool {
    let actor = &request.actor;
    if trade.version == 0 {
        let order = request.detail.order.as_deref();
        return order.is_some_and(|order| match actor.role {
            Role::Buyer => order.buyer == actor.id,
            Role::Platform => actor.tenant == Some(trade.key.tenant),
            Role::Merchant => order.merchant == actor.id,
            Role::Finance | Role::Carrier | Role::Gateway | Role::Clock | Role::Trade => false,
        });
    }
    trade.parties.include(actor, trade.key.tenant) && facts::names_own(rules, trade, request)
}

fn check_terms(book: &Rulebook<'_>, trade: &Trade) -> Result<(), Denied> {
    if trade.version == 0 || trade.terms.admit(&book.terms()) {
        return Ok(());
    }
    Err(Denied::OtherTerms { runs_under: trade.terms, given: book.terms() })
}

/// An amount must never be agreed that has just been altered. Call-backs report facts, whatever was seen.
fn check_version(trade: &Trade, request: &Request) -> Result<(), Denied> {
    let Some(seen) = request.seen.filter(|&seen| seen != trade.version && !request.actor.role.reports_facts()) else {
        return Ok(());
    };
    let order = (trade.head.touched > seen).then_some(Subject::Order);
    let cases = trade.cases.iter().filter(|case| case.touched > seen).map(|case| Subject::Case(case.no));
    let refunds = trade.refunds.iter().filter(|refund| refund.touched > seen).map(|refund| Subject::Refund(refund.no));
    let changed = order.into_iter().chain(cases).chain(refunds).collect();
    Err(Denied::Stale { seen, found: trade.version, changed })
}

fn check_time(trade: &Trade, now: Time) -> Result<(), Denied> {
    if !now.is_sane() {
        return Err(form::flawed(Field::Now, form::OUTSIDE_TIME));
    }
    if now < trade.at { Err(Denied::Backwards { now, last: trade.at }) } else { Ok(()) }
}

/// Fires every deadline that has passed, the earliest first; each new state counts from now.
fn fire(work: &mut Work<'_>) -> Result<(), Denied> {
    for _ in 0..DUE_MAX {
        let passed = work.trade.deadlines().filter(|(_, deadline)| deadline.has_passed(work.now));
        let Some((subject, deadline)) = passed.min_by_key(|(subject, deadline)| (deadline.until, *subject)) else {
            return Ok(());
        };
        let turn = Turn {
            actor: Actor::clock(),
            cause: Cause::Silence(deadline.waits_for),
            subject,
            asked: expire(subject),
            detail: &Detail::default(),
            key: None,
            opening: None,
        };
        take(work, &turn, 0)?;
        tell(work)?;
    }
    Err(Defect::Range { what: "a time limit" }.into())
}

const fn expire(subject: Subject) -> Asked {
    match subject {
        Subject::Order => Asked::Order(order::Action::Expire),
        Subject::Case(_) => Asked::Case(after_sale::Action::Expire),
        Subject::Refund(_) => Asked::Refund(refund::Action::Expire),
    }
}

/// Follows the flow and tells siblings, first told first heard, until nobody is told anything.
fn tell(work: &mut Work<'_>) -> Result<(), Denied> {
    while let Some(next) = work.next.pop_front() {
        match next {
            Next::Follow(row, happened) => flow::follow(work, row, &happened),
            Next::Tell(tell) if tell.depth > CASCADE_MAX => return Err(Defect::Cascade(CASCADE_MAX).into()),
            Next::Tell(tell) => hear(work, &tell)?,
        }
    }
    Ok(())
}

/// A sibling hears what it is told, if it has a row for it where it stands now.
fn hear(work: &mut Work<'_>, tell: &Tell) -> Result<(), Denied> {
    let (one_of, must) = match &tell.told {
        Told::Must(asked) => (core::slice::from_ref(asked), true),
        Told::May(one_of) => (*one_of, false),
    };
    for &asked in one_of {
        if !flow::is_heard(work, tell.subject, asked) {
            continue;
        }
        let turn = Turn {
            actor: Actor::trade(),
            cause: Cause::Told(tell.from),
            subject: tell.subject,
            asked,
            detail: &Detail::default(),
            key: None,
            opening: tell.opening.as_ref(),
        };
        match take(work, &turn, tell.depth) {
            Ok(()) => return Ok(()),
            Err(Denied::Refused(refusal)) if !must && !is_used_up(asked, &refusal) => {}
            Err(Denied::Refused(refusal)) => return unheard(work, tell, asked, &turn, &refusal),
            Err(denied) => return Err(denied),
        }
    }
    Ok(())
}

/// Whether nothing but a count that is used up keeps a sibling from hearing it. What is put aside and not resumed any more is
/// settled by its refunds all the same: nobody has to look at that.
fn is_used_up(asked: Asked, refusal: &Refusal) -> bool {
    fn counts<C: Guard>(blocker: &Blocker) -> bool {
        C::from_code(blocker.code()).is_some_and(|condition| condition.counter().is_some())
    }
    let is_settled = matches!(asked, Asked::Order(order::Action::Resume) | Asked::Case(after_sale::Action::Resume));
    !is_settled
        && refusal.blockers.iter().all(match asked {
            Asked::Order(_) => counts::<order::Condition>,
            Asked::Case(_) => counts::<after_sale::Condition>,
            Asked::Refund(_) => counts::<refund::Condition>,
        })
}

/// What a sibling must hear and its rows, or their counts, do not let it: somebody has to look at it. Where the ledger lacks
/// the room that it must have, it is broken.
fn unheard(work: &mut Work<'_>, tell: &Tell, asked: Asked, turn: &Turn<'_>, refusal: &Refusal) -> Result<(), Denied> {
    let lacks_room = |blocker: &&Blocker| blocker.code() == refund::Condition::WithinBalance.code();
    if let Some(blocker) = refusal.blockers.iter().find(lacks_room) {
        return Err(Defect::Untold { subject: tell.subject, action: asked.code(), why: blocker.code() }.into());
    }
    let opener = tell.opening.as_ref().map(|opening| opening.case.map_or(Subject::Order, Subject::Case));
    note(work, &Turn { subject: opener.unwrap_or(tell.subject), ..*turn }, None)
}

/// A fact from outside is never refused for want of a row: it is stored with an alert and moves no state. Said again it
/// is known, and of one subject only so many are stored.
fn take_or_note(work: &mut Work<'_>, turn: &Turn<'_>) -> Result<(), Denied> {
    if facts::contradicts(&work.trade, turn) {
        return match noted(work, turn) {
            Some(noted) => note(work, turn, Some(noted)),
            None => Ok(()),
        };
    }
    match take(work, turn, 0) {
        Err(Denied::Refused(refusal)) if turn.actor.role.reports_facts() && refusal.is_for_the_role() => {
            // Money that came is never left out, and its own reference tells a repeat.
            let noted = noted(work, turn);
            if noted.is_some() || turn.asked.brings_money() {
                act::note_fact(work, turn)?;
                note(work, turn, noted)?;
                flow::react(work, turn, 0, flow::What::Noted);
            }
            Ok(())
        }
        other => other,
    }
}

/// What is to be noted of a report; none if it was noted before, or so many were that one more says nothing.
fn noted(work: &Work<'_>, turn: &Turn<'_>) -> Option<Noted> {
    let new = Noted { subject: turn.subject, report: Fingerprint::of_turn(work.trade.key.order, turn) };
    let so_far = || work.trade.noted.iter().filter(|noted| noted.subject == new.subject);
    (so_far().count() < Noted::MOST && so_far().all(|noted| *noted != new)).then_some(new)
}

fn note(work: &mut Work<'_>, turn: &Turn<'_>, noted: Option<Noted>) -> Result<(), Denied> {
    if let Some(noted) = noted {
        work.change(Change::Noted(noted))?;
    }
    tasks::alert(work, turn.subject);
    work.record(turn, turn.subject, None, Vec::new())
}

/// Takes the first row that fits: decides, changes, records, and finds out who must be told.
fn take(work: &mut Work<'_>, turn: &Turn<'_>, depth: u8) -> Result<(), Denied> {
    match turn.asked {
        Asked::Order(action) => {
            let seen = facts::order(work, turn);
            let rules = &work.book.rules.order;
            let rule = *decide(rules, work.now, work.trade.head.state, action, turn, &seen)?;
            count(work, turn, Subject::Order, &rule)?;
            act::order(work, turn, action, &rule)?;
            act::enter_order(work, &rule)?;
            tasks::emit(work, turn, Subject::Order, rule.then())?;
            work.record(turn, Subject::Order, Some(rule.id()), Vec::new())?;
            flow::react(work, turn, depth, flow::What::Order(rule));
        }
        Asked::Case(action) => {
            let state = facts::case_state(&work.trade, turn.subject);
            let (seen, draft) = facts::after_sale(work, turn);
            let rules = &work.book.rules.after_sale;
            let rule = *decide(rules, work.now, state, action, turn, &seen)?;
            let overrode = overridden(work, turn, action, &rule, &seen);
            let no = act::open_case(work, turn, &draft)?;
            count(work, turn, Subject::Case(no), &rule)?;
            act::case(work, turn, no, action, &rule, &draft)?;
            act::enter_case(work, turn, no, &rule)?;
            tasks::emit(work, turn, Subject::Case(no), rule.then())?;
            work.record(turn, Subject::Case(no), Some(rule.id()), overrode)?;
            flow::react(work, turn, depth, flow::What::Case(no, rule));
        }
        Asked::Refund(action) => {
            let state = facts::refund_state(&work.trade, turn.subject);
            let seen = facts::refund(work, turn);
            let rules = &work.book.rules.refund;
            let rule = *decide(rules, work.now, state, action, turn, &seen)?;
            let no = act::open_refund(work, turn)?;
            count(work, turn, Subject::Refund(no), &rule)?;
            act::refund(work, turn, no, action, &rule)?;
            act::enter_refund(work, no, &rule)?;
            tasks::emit(work, turn, Subject::Refund(no), rule.then())?;
            work.record(turn, Subject::Refund(no), Some(rule.id()), Vec::new())?;
            flow::react(work, turn, depth, flow::What::Refund(no, rule));
        }
    }
    Ok(())
}

/// Asks the table; a refusal is explained in full.
pub(crate) fn decide<'t, M: Machine>(
    table: &'t Table<M>,
    now: Time,
    state: M::State,
    action: M::Action,
    turn: &Turn<'_>,
    facts: &M::Facts,
) -> Result<&'t Rule<M>, Denied> {
    let decided = table.decide(state, action, turn.actor.role, facts);
    decided.map_err(|denial| Denied::Refused(Box::new(explain(table, now, turn, &denial, facts))))
}

/// For staff who open a case: the conditions of the buyer's plain row that did not hold.
fn overridden(
    work: &Work<'_>,
    turn: &Turn<'_>,
    action: after_sale::Action,
    rule: &Rule<after_sale::AfterSale>,
    facts: &after_sale::Facts,
) -> Vec<Overridden> {
    if turn.actor.role != Role::Platform || rule.from != after_sale::State::Absent {
        return Vec::new();
    }
    let plain = work.book.rules.after_sale.decide(rule.from, action, Role::Buyer, facts);
    let unmet = plain.err().into_iter().flat_map(|denial| denial.findings(facts).collect::<Vec<_>>());
    unmet.map(|(condition, finding)| Overridden { condition, finding }).collect()
}

/// Spends the counters that the row is counted by.
fn count<M: Machine>(work: &mut Work<'_>, turn: &Turn<'_>, subject: Subject, rule: &Rule<M>) -> Result<(), Denied> {
    let mut counters = rule.when().filter_map(|condition| condition.counter());
    counters.try_for_each(|counter| act::spend(work, turn, subject, counter))
}

/// The last check of every step: what it would store must add up.
fn finish(work: Work<'_>) -> Result<Outcome, Denied> {
    if !work.trade.money.is_conserved() {
        return Err(Defect::Money { what: "money" }.into());
    }
    Ok(Outcome { trade: work.trade.into_owned(), events: work.events })
}
