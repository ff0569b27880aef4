//! For each promise, something that breaks it.

use std::sync::Arc;

use redress::after_sale::{Action as CaseAction, State as CaseState};
use redress::order::{Action as OrderAction, State as OrderState};
use redress::refund::{Action as RefundAction, State as RefundState};
use redress::testing::promise::{self, Excuses, Promise as P};
use redress::trade::{
    Asked, Bucket, Case, CaseChange, Cause, Change, Defect, Denied, Part, Payout, RefundChange, Split, Subject, Trade,
    UnitChange, silence,
};
use redress::{
    Actor, Amount, Dispute, Effect, Id, Kind, Length, Limit, Reason, Role, Set, Silence, Span, Tender, Time, Window,
};

use super::steps::Tamper::{self, Other, Step as S, Told, Trade as T};
use super::steps::{Step, seen};

fn amount(minor: u64) -> Amount {
    Amount::new(minor)
}

/// Changes the first case that fits.
fn case(trade: &mut Trade, fits: impl Fn(&Case) -> bool, change: impl FnOnce(&mut Case)) -> bool {
    let found = trade.cases.iter_mut().find(|case| fits(case));
    found.map(|case| change(Arc::make_mut(case))).is_some()
}

/// Changes the first refund that fits.
fn refund(trade: &mut Trade, fits: impl Fn(&Payout) -> bool, change: impl FnOnce(&mut Payout)) -> bool {
    let found = trade.refunds.iter_mut().find(|refund| fits(refund));
    found.map(|refund| change(Arc::make_mut(refund))).is_some()
}

/// Whether the request is one of these.
fn asks(step: &Step, wanted: &[Asked]) -> bool {
    let request = step.asked.request.as_ref().unwrap();
    wanted.contains(&request.asked)
        && step.outcome.events.iter().any(|event| event.cause == Cause::Request && event.row.is_some())
}

fn case_asks(step: &Step, action: CaseAction) -> bool {
    asks(step, &[Asked::Case(action)])
}

/// Changes every change of the step; whether any was changed.
fn changes(step: &mut Step, change: impl FnMut(&mut Change) -> bool) -> bool {
    let all = step.outcome.events.iter_mut().flat_map(|event| &mut event.changes);
    all.map(change).fold(false, |any, one| any | one)
}

/// Takes out the changes that fit.
fn without(step: &mut Step, fits: impl Fn(&Change) -> bool) -> bool {
    let mut any = false;
    for event in &mut step.outcome.events {
        let before = event.changes.len();
        event.changes.retain(|change| !fits(change));
        any |= event.changes.len() < before;
    }
    any
}

fn subject_case(step: &Step) -> u16 {
    match step.asked.request.as_ref().unwrap().subject {
        Subject::Case(no) => no,
        _ => 0,
    }
}

fn subject_refund(step: &Step) -> u16 {
    match step.asked.request.as_ref().unwrap().subject {
        Subject::Refund(no) => no,
        _ => 0,
    }
}

/// Changes the case of the request as it stood before.
fn case_before(step: &mut Step, change: impl FnOnce(&mut Case)) -> bool {
    let no = subject_case(step);
    case(&mut step.before, |case| case.no == no, change)
}

fn disputed(trade: &mut Trade) -> bool {
    let at = Time::EPOCH;
    trade.money.payments.iter_mut().for_each(|payment| payment.dispute = Some((Dispute::Open, at)));
    !trade.money.payments.is_empty()
}

fn expired(step: &Step, asked: Asked) -> bool {
    step.outcome.events.iter().any(|event| event.asked == asked && matches!(event.cause, Cause::Silence(_)))
}

fn no_time(span: &mut Span) {
    span.length = Length::Seconds(0);
}

fn broken(kept: Result<(), promise::Broken>) -> Option<P> {
    kept.err().map(|broken| broken.promise)
}

/// The promise that a trade breaks at rest, and what it would be excused by left out.
fn at_rest(step: &Step, change: impl FnOnce(&mut Trade)) -> Option<P> {
    let mut end = silence(&step.book(), &step.outcome.trade).ok()?.trade;
    change(&mut end);
    broken(promise::of_rest(&step.book(), &end, Excuses::NONE))
}

/// For each promise, something that breaks it.
#[rustfmt::skip]
pub const BREAKS: &[(P, Tamper)] = &[
    // Of every trade.
    (P::MoneyConserved, T(|trade, _| { let first = trade.money.payments.first_mut(); first.map(|paid| paid.balance.paid = amount(1)).is_some() })),
    (P::NothingPaidTwice, T(|trade, _| refund(trade, |one| one.state == RefundState::Submitted && !one.amount.is_zero(), |one| one.state = RefundState::Paid))),
    (P::UnitsConserved, T(|trade, _| { trade.lines[0].count += 1; true })),
    (P::OneCasePerUnit, T(|trade, _| {
        let Some(open) = trade.cases.iter().find(|case| case.is_open() && case.state != CaseState::Refunding).cloned() else { return false };
        let mut second = Case::clone(&open);
        second.claim = Split::default();
        trade.cases.push(Arc::new(second));
        true
    })),
    (P::ClaimsAgree, T(|trade, _| case(trade, Case::is_open, |case| case.units.clear()))),
    (P::RestClaimsNothing, T(|trade, _| case(trade, Case::is_open, |case| case.state = CaseState::Withdrawn))),
    (P::SpentWithinWorth, T(|trade, _| { trade.lines.iter_mut().for_each(|line| { line.goods = amount(0); line.tax = amount(0); }); true })),
    (P::PaidBeforeFulfilled, T(|trade, _| { trade.head.bill.shipping = amount(12_345); true })),
    (P::FundsWithinPaid, T(|trade, _| { trade.head.released = amount(1 << 40); true })),
    (P::DeadlinesRun, T(|trade, _| trade.head.deadline.take().is_some())),
    (P::LibertiesWithinCaps, T(|trade, policy| { redress::Counter::ALL.iter().for_each(|counter| policy.counters[*counter] = 0); trade.version > 0 })),
    (P::GoodwillWithinCap, T(|trade, _| { trade.head.goodwill = amount(1 << 40); true })),
    (P::StateFitsTerms, T(|trade, _| case(trade, |case| case.state == CaseState::AwaitingReturn, |case| case.offer.kind = Kind::RefundOnly))),
    (P::FeePaidFirst, T(|trade, _| case(trade, |case| case.state == CaseState::AwaitingDispatch, |case| case.offer.fee = amount(1 << 40)))),
    (P::GoodsWhereTheyMust, T(|trade, _| case(trade, |case| case.state == CaseState::Requested, |case| case.state = CaseState::SendingBack))),

    // Of every step.
    (P::HistoryIsState, Told(|step| { step.outcome.trade.head.touched += 1; true })),
    (P::VersionsFollow, Told(|step| { step.outcome.events.clear(); step.outcome.trade != step.before })),
    (P::TimeForwards, S(|step| { step.asked.at = step.asked.at.after(1); !step.outcome.events.is_empty() })),
    (P::KeysApart, S(|step| {
        let Some(event) = step.outcome.events.iter_mut().find(|event| event.tasks.iter().any(|task| task.what != Effect::QueryRefund)) else { return false };
        let again = event.tasks.iter().find(|task| task.what != Effect::QueryRefund).cloned();
        event.tasks.extend(again);
        true
    })),
    (P::ActorIsAsker, S(|step| { step.request().actor = Actor::buyer("mallory"); true })),
    (P::OnlyParties, S(|step| { step.before.parties.buyer = Id::from("mallory"); step.request().actor.role == Role::Buyer && step.before.version > 0 })),
    (P::ActsByRight, S(|step| {
        let merchant = Actor::merchant(step.before.parties.merchant.as_str());
        step.request().actor = merchant;
        step.outcome.events.iter_mut().filter(|event| event.cause == Cause::Request).for_each(|event| event.actor = merchant);
        asks(step, &[Asked::Case(CaseAction::Withdraw), Asked::Case(CaseAction::Accept)])
    })),
    (P::LeadsWhereItMay, S(|step| case_asks(step, CaseAction::Withdraw) && changes(step, |change| match change {
        Change::Case(_, state) => { *state = CaseState::Dispatched; true }
        _ => false,
    }))),
    (P::NotedMovesNothing, S(|step| { step.outcome.events.iter_mut().for_each(|event| event.row = None); case_asks_any(step) })),
    (P::FactsHeard, S(|step| {
        if !asks(step, &[Asked::Refund(RefundAction::Fail)]) { return false }
        step.outcome.events.iter_mut().for_each(|event| { event.row = None; event.changes.clear(); event.tasks.clear(); });
        true
    })),
    (P::LibertiesCounted, S(|step| without(step, |change| matches!(change, Change::Counted(..))))),
    (P::LibertiesCounted, S(|step| {
        let told = step.outcome.events.iter_mut().filter(|event| matches!(event.cause, Cause::Told(_)));
        told.map(|event| { let all = event.changes.len(); event.changes.retain(|change| !matches!(change, Change::Counted(..))); all > event.changes.len() })
            .fold(false, |any, was| any | was)
    })),
    (P::TriesKept, S(|step| without(step, |change| matches!(change, Change::Units(_, UnitChange::Tried))))),
    (P::ReasonsGiven, S(|step| { step.policy.texts.reason_least = 400; true })),
    (P::TimeNotEarly, S(|step| {
        let Some(deadline) = step.before.head.deadline.as_mut() else { return false };
        deadline.until = Time::LATEST;
        expired(step, Asked::Order(OrderAction::Expire))
    })),
    (P::TimeForgetsNothing, S(|step| {
        let Some(deadline) = step.before.head.deadline.as_mut() else { return false };
        deadline.until = Time::EPOCH;
        case_asks(step, CaseAction::Note)
    })),
    (P::LimitsAsPolicy, S(|step| { Limit::ALL.iter().for_each(|limit| step.policy.limits[*limit] = Span::minutes(1)); true })),

    // Of a case that is opened or changed.
    (P::OrderOpen, S(|step| { step.before.head.state = OrderState::Settled; case_asks(step, CaseAction::Apply) })),
    (P::UnitsFree, S(|step| { step.request().detail.units.iter_mut().for_each(|wanted| wanted.count += 1); case_asks(step, CaseAction::Apply) })),
    (P::WithinRoom, S(|step| changes(step, |change| match change {
        Change::Opened(case) if case.offer.kind.pays() => { case.offer.amount = case.offer.amount.plus(amount(1)).unwrap(); true }
        _ => false,
    }))),
    (P::WholeShare, S(|step| {
        step.before.lines.iter_mut().for_each(|line| line.goods = line.goods.plus(amount(100_000)).unwrap());
        case_asks(step, CaseAction::Apply)
    })),
    (P::ShippingOnce, S(|step| {
        let part = Part { bucket: Bucket::Shipping, units: None, amount: amount(1) };
        case(&mut step.before, |case| !case.is_open(), |case| case.claim.parts.push(part)) && case_asks(step, CaseAction::Apply)
    })),
    (P::KindFits, S(|step| case_asks(step, CaseAction::Grant) && changes(step, |change| match change {
        Change::Opened(case) => { case.offer.kind = Kind::Compensation; true }
        _ => false,
    }))),
    (P::WithinWindow, S(|step| {
        let windows = &mut step.policy.windows;
        for reason in Reason::ALL {
            if let Window::Lasts(span) = &mut windows.by_reason[*reason] { no_time(span) }
        }
        for kind in Kind::ALL {
            if let Some(Window::Lasts(span)) = &mut windows.by_kind[*kind] { no_time(span) }
        }
        case_asks(step, CaseAction::Apply)
    })),
    (P::ReasonFits, S(|step| {
        step.policy.reasons.undelivered = Set::NONE;
        Kind::ALL.iter().for_each(|kind| step.policy.reasons.fits[*kind] = Set::NONE);
        case_asks(step, CaseAction::Apply)
    })),
    (P::EvidenceGiven, S(|step| {
        step.policy.reasons.evidence = Set::of(Reason::ALL);
        step.request().detail.evidence.clear();
        case_asks(step, CaseAction::Apply)
    })),
    (P::WholeLines, S(|step| { step.policy.switches.whole_line_only = true; true })),
    (P::UndisputedOnly, S(|step| disputed(&mut step.before) && case_asks(step, CaseAction::Apply))),
    (P::GrantedAsPolicy, S(|step| { let grants = &mut step.policy.switches.unshipped_is_granted; *grants = !*grants; true })),
    (P::ByLaw, S(|step| { step.before.head.bill.statutory = false; case_asks(step, CaseAction::Declare) })),

    // Of the talk between the sides, and the platform's part.
    (P::AmountNotRaised, S(|step| case_asks(step, CaseAction::Propose) && changes(step, |change| match change {
        Change::OfCase(_, CaseChange::Proposal(Some(offer))) => { offer.amount = amount(1 << 40); offer.difference = amount(1 << 40); true }
        _ => false,
    }))),
    (P::FeeWithinCap, S(|step| { step.policy.amounts.fee_most = amount(0); true })),
    (P::DeductionsExplained, S(|step| { step.request().detail.units.clear(); case_asks(step, CaseAction::Propose) })),
    (P::AcceptedAsProposed, S(|step| case_asks(step, CaseAction::Accept) && changes(step, |change| match change {
        Change::OfCase(_, CaseChange::Granted(_, by)) => { *by = None; true }
        _ => false,
    }))),
    (P::BackToBefore, S(|step| case_asks(step, CaseAction::Decline) && case_before(step, |case| {
        case.before = match case.before { Some(CaseState::Absent) => Some(CaseState::Requested), _ => Some(CaseState::Absent) };
    }))),
    (P::RefusedAsPolicy, S(|step| case_asks(step, CaseAction::Refuse) && case_before(step, |case| case.statutory = true))),
    (P::EscalatedAsPolicy, S(|step| { step.policy.switches.direct_escalation = false; true })),
    (P::SilenceAsPolicy, S(|step| {
        for kind in Kind::ALL {
            step.policy.silence[*kind] = match step.policy.silence[*kind] { Silence::Grants => Silence::Lapses, _ => Silence::Grants };
        }
        expired(step, Asked::Case(CaseAction::Expire))
    })),
    (P::AddressKnown, S(|step| {
        step.before.cases.iter_mut().for_each(|case| { let case = Arc::make_mut(case); case.address = match case.address { Some(_) => None, None => Some("here".to_owned()) }; });
        expired(step, Asked::Case(CaseAction::Expire))
    })),
    (P::InTime, S(|step| {
        step.policy.windows.rating = Length::Seconds(0);
        step.policy.windows.appeal = Length::Seconds(0);
        step.policy.review_evidence = Length::Seconds(0);
        true
    })),
    (P::RulingWithinCase, S(|step| {
        step.request().detail.amount = Some(amount(1 << 40).into());
        asks(step, &[Asked::Case(CaseAction::RuleForBuyer), Asked::Case(CaseAction::RuleSplit)])
    })),
    (P::ParcelsTold, S(|step| { step.request().detail.waybill = None; case_asks(step, CaseAction::ShipBack) })),

    // Of money.
    (P::AdvancedAsPolicy, S(|step| { step.before.head.bill.standing = 0; step.policy.fast_refund.standing = 1_000; true })),
    (P::AdvanceRecovered, S(|step| without(step, |change| matches!(change, Change::OfCase(_, CaseChange::WrittenOff(_)))) || changes(step, |change| match change {
        Change::Case(_, state) if *state == CaseState::Recovering => { *state = CaseState::Withdrawn; true }
        _ => false,
    }))),
    (P::RefundsSumUp, S(|step| {
        step.before.cases.iter_mut().for_each(|case| { let case = Arc::make_mut(case); case.offer.amount = amount(1 << 40); });
        asks(step, &[Asked::Refund(RefundAction::Succeed)])
    })),
    (P::ApprovedAsPolicy, S(|step| { step.policy.amounts.approval_above = amount(0); true })),
    (P::SecondPerson, S(|step| {
        let (no, by) = (subject_refund(step), step.request().actor.person());
        refund(&mut step.before, |one| one.no == no, |one| one.requested_by = Some(by)) && asks(step, &[Asked::Refund(RefundAction::Approve)])
    })),
    (P::SentOnce, S(|step| {
        let sent = step.outcome.tasks().any(|task| task.what == Effect::PayOut);
        step.outcome.events.iter_mut().for_each(|event| event.tasks.retain(|task| task.what != Effect::PayOut));
        sent
    })),
    (P::NotWhileDisputed, S(|step| disputed(&mut step.before) && step.outcome.tasks().any(|task| task.what == Effect::PayOut))),
    (P::ChannelOpen, S(|step| {
        Tender::ALL.iter().for_each(|tender| if let Some(channel) = &mut step.policy.channels[*tender] { channel.most_parts = 0 });
        step.outcome.tasks().any(|task| task.what == Effect::PayOut)
    })),
    (P::ReportsFit, S(|step| { step.request().detail.amount = Some(amount(1 << 40).into()); asks(step, &[Asked::Refund(RefundAction::Succeed)]) })),
    (P::ElsewhereByTwo, S(|step| { step.request().detail.account = "elsewhere".to_owned(); asks(step, &[Asked::Refund(RefundAction::Redirect)]) })),
    (P::ProofGiven, S(|step| {
        let detail = &mut step.request().detail;
        detail.voucher.clear();
        detail.evidence.clear();
        asks(step, &[Asked::Refund(RefundAction::PayOffline), Asked::Refund(RefundAction::Reconcile)])
    })),
    (P::PaidSomeWay, S(|step| without(step, |change| matches!(change, Change::OfRefund(_, RefundChange::Route(Some(_))))))),

    // Of the order.
    (P::OrderSound, S(|step| { let order = &mut step.request().detail.order; order.as_mut().map(|order| order.total = amount(1 << 40)).is_some() })),
    (P::CancelledAsAllowed, S(|step| {
        step.policy.close_unpaid_after = Length::Days(3_000);
        let open = step.before.cases.iter().any(|case| case.is_open());
        let reopened = !open && case(&mut step.before, |case| case.state == CaseState::Withdrawn, |case| case.state = CaseState::Requested);
        asks(step, &[Asked::Order(OrderAction::Cancel)]) && (reopened || step.before.cases.is_empty())
    })),
    (P::ShipsOnlyFree, S(|step| { step.request().detail.units.iter_mut().for_each(|wanted| wanted.count += 1); asks(step, &[Asked::Order(OrderAction::Ship)]) })),
    (P::CarrierSaysTrue, S(|step| { step.request().detail.units.iter_mut().for_each(|wanted| wanted.count += 1); asks(step, &[Asked::Order(OrderAction::Deliver)]) })),
    (P::ConfirmedAsHeld, S(|step| asks(step, &[Asked::Order(OrderAction::ConfirmReceipt)]) && without(step, |change| matches!(change, Change::Confirmed(..))))),
    (P::ExtendedAsOffered, S(|step| { step.policy.receipt_extension = None; true })),
    (P::StatesOfOrder, S(|step| asks(step, &[Asked::Order(OrderAction::Ship)]) && changes(step, |change| match change {
        Change::Order(state) => { *state = if *state == OrderState::Shipped { OrderState::PartShipped } else { OrderState::Shipped }; true }
        _ => false,
    }))),

    // Of refusals, offers, silence and rest.
    (P::RefusalExplains, Other(|step| {
        let denied = Denied::Defect(Defect::Placing);
        broken(promise::of_move(&step.book(), &[], &step.before, &step.asked, Err(&denied)))
    })),
    (P::RefusalStable, Other(|step| broken(promise::of_move(&step.book(), &[], &step.before, &step.asked, Err(&Denied::KeyReused))))),
    (P::RightHeard, Other(|step| {
        if !case_asks(step, CaseAction::Agree) { return None }
        let table = &step.rules.after_sale;
        let agrees = table.rules().iter().filter(|rule| rule.action == CaseAction::Agree);
        let mut step = step.clone();
        step.rules.after_sale = agrees.fold(table.edit(), |edit, rule| edit.remove(&rule.id())).done().ok()?;
        let denied = redress::trade::step(&step.book(), &step.before, step.asked.request.as_ref().unwrap(), step.asked.at).err()?;
        broken(promise::of_move(&step.book(), &[], &step.before, &step.asked, Err(&denied)))
    })),
    (P::WaitedForCanAct, Other(|step| {
        if !case_asks(step, CaseAction::Apply) { return None }
        let mut seen = seen(step);
        seen.iter_mut().for_each(|(_, options)| options.choices.retain(|choice| choice.subject == Subject::Order));
        broken(promise::of_choices(&step.book(), &step.outcome.trade, step.asked.at, &seen))
    })),
    (P::OfferedIsAccepted, Other(|step| {
        if !case_asks(step, CaseAction::Apply) { return None }
        let mut seen = seen(step);
        seen.iter_mut().flat_map(|(_, options)| &mut options.choices).for_each(|choice| choice.template.actor = Actor::buyer("mallory"));
        broken(promise::of_choices(&step.book(), &step.outcome.trade, step.asked.at, &seen))
    })),
    (P::SomebodyCanAct, Other(|step| {
        let trade = frozen(step)?;
        broken(promise::of_choices(&step.book(), &trade, step.asked.at, &[]))
    })),
    (P::SilenceEnds, Other(|step| {
        let trade = frozen(step)?;
        promise::of_silence(&step.book(), &step.book().silence_bound(), &trade, step.asked.at).err().map(|broken| broken.promise)
    })),
    (P::SilenceEnds, Other(|step| {
        // A bound of somebody who waits a minute at most, and one of somebody whose silence means something else.
        let mut hasty = step.policy.clone();
        Limit::ALL.iter().for_each(|limit| hasty.limits[*limit] = Span::minutes(1));
        too_low(step, &hasty)
    })),
    (P::SilenceEnds, Other(|step| {
        let mut other = step.policy.clone();
        Kind::ALL.iter().for_each(|kind| other.silence[*kind] = Silence::Lapses);
        if !case_asks(step, CaseAction::Apply) { return None }
        too_low(step, &other)
    })),
    (P::SilenceEnds, Other(|step| {
        let mut unbounded = step.policy.clone();
        unbounded.limits[Limit::Ruling] = Span::days(u32::MAX);
        too_low(step, &unbounded)
    })),
    (P::RestHoldsNothing, Other(|step| broken(promise::of_rest(&step.book(), &step.outcome.trade, Excuses::NONE)))),
    (P::NotBoth, Other(|step| if asks(step, &[Asked::Refund(RefundAction::Succeed)]) { at_rest(step, |_| ()) } else { None })),
    (P::NotNeither, Other(|step| {
        if !asks(step, &[Asked::Order(OrderAction::ConfirmReceipt)]) { return None }
        at_rest(step, |trade| {
            let mut stored = serde_json::to_value(&*trade).unwrap();
            stored["goods"].as_array_mut().unwrap().iter_mut().for_each(|units| units["place"] = "returned".into());
            *trade = serde_json::from_value(stored).unwrap();
        })
    })),
];

/// What silence breaks, if it is to last as long as under another policy.
fn too_low(step: &Step, policy: &redress::Policy) -> Option<P> {
    let bound = redress::trade::Rulebook::new(&step.rules, policy, &step.calendar).silence_bound();
    promise::of_silence(&step.book(), &bound, &step.outcome.trade, step.asked.at).err().map(|broken| broken.promise)
}

/// Whether the request was on a case, and taken.
fn case_asks_any(step: &Step) -> bool {
    matches!(step.asked.request.as_ref().unwrap().asked, Asked::Case(_))
}

/// The trade with every time limit standing still.
fn frozen(step: &Step) -> Option<Trade> {
    let mut trade = step.outcome.trade.clone();
    let deadline = trade.head.deadline.as_mut()?;
    deadline.frozen = Some(0);
    let others = trade.deadlines().filter(|(subject, _)| *subject != Subject::Order).count();
    (others == 0).then_some(trade)
}
