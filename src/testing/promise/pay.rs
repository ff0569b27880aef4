//! What is promised of money on its way: advances and what comes back of them, refunds and their keys, who lets them go.

use alloc::format;

use super::moment::{Moment, OfCase, OfRefund, advanced, held, waits};
use super::{Kept, Promise};
use crate::after_sale::{Action as CaseAction, State as CaseState};
use crate::refund::{Action as A, Ground, Route, State as S};
use crate::trade::{Asked, Case, Change, Payment, Place, Subject, Tally};
use crate::{Amount, Counter, Effect, Role, Span};

/// Whether the policy trusts the buyer with money for this case before it is decided.
pub(super) fn is_trusted(at: &Moment<'_>, case: &Case) -> bool {
    let fast = &at.book.policy.fast_refund;
    at.before.head.bill.standing >= fast.standing && case.offer.amount <= fast.most
}

pub(super) fn of_case(now: &OfCase<'_>) -> Kept {
    advance(now)?;
    paid_late(now)?;
    recovery(now)?;
    sum_up(now)
}

/// Money goes out early only to whom the policy trusts, and once; and to those it does.
fn advance(now: &OfCase<'_>) -> Kept {
    let (at, fast) = (&now.at, &now.at.book.policy.fast_refund);
    let asked = at.event.tasks.iter().any(|task| task.what == Effect::AdvanceRefund);
    let pays = now.case.offer.kind == crate::Kind::ReturnAndRefund;
    let out = now.was.map_or(0, |was| advanced(at.before, was));
    let trusted = || is_trusted(at, now.case);
    let allowed = match now.action {
        CaseAction::Apply => at.role() == Role::Buyer && fast.on_apply && trusted(),
        CaseAction::ShipBack => fast.on_ship_back && trusted(),
        // Where the law lets no money wait for the goods, nobody's standing is asked for.
        CaseAction::Declare => at.book.policy.statutory.as_ref().is_some_and(|law| !law.withhold),
        _ => false,
    };
    let due = allowed && pays && out == 0 && !now.case.claim.total().is_zero();
    at.must(asked == due, Promise::AdvancedAsPolicy, || format!("it is advanced: {asked}; by the policy: {due}"))
}

/// What the buyer owes: advanced, not granted, neither repaid nor written off.
fn owed(now: &OfCase<'_>) -> u64 {
    let offer = now.case.offer;
    let agreed = if offer.kind.pays() { offer.amount } else { offer.difference };
    let granted = if now.case.partly_granted { agreed.minor() } else { 0 };
    let out = advanced(now.at.after, now.case).saturating_sub(granted);
    out.saturating_sub(now.case.written_off.minor())
}

/// What was advanced and is not granted comes back before anything else happens, or is given up by name.
fn recovery(now: &OfCase<'_>) -> Kept {
    use CaseState::{AwaitingSendBack, Dismissed, Lapsed, Recovering, Refunding, SendingBack, Withdrawn};
    let breaks =
        |holds, what: &str| now.at.must(holds, Promise::AdvanceRecovered, || format!("it is {}, and {what}", now.to));
    if now.to == Recovering && now.from != Recovering {
        // What the platform only looked into goes on as it stood, also where a part of it failed meanwhile and what is granted
        // covers the rest: time ends it.
        let looked_into = now.was.is_some_and(|was| was.before == Some(Recovering) && was.partly_granted);
        let as_it_stood = now.from == CaseState::UnderReview && looked_into;
        return breaks(as_it_stood || owed(now) + now.case.written_off.minor() > 0, "the buyer owes nothing");
    }
    if now.from != now.to && matches!(now.to, Withdrawn | Lapsed | Dismissed | AwaitingSendBack) {
        breaks(owed(now) == 0, "the buyer has money that was not granted")?;
    }
    if now.to == SendingBack && now.from == CaseState::Returning {
        breaks(owed(now) == 0, "the buyer has money that was not granted")?;
    }
    if now.from != Recovering || now.to == Recovering || now.to == CaseState::UnderReview {
        return Ok(());
    }
    let offer = now.case.offer;
    let agreed = if offer.kind.pays() { offer.amount } else { offer.difference };
    let partly = now.case.partly_granted && !agreed.is_zero();
    breaks(partly == (now.to == Refunding), "what is granted does not say so")?;
    match now.action {
        CaseAction::Repay | CaseAction::Expire | CaseAction::WriteOff => breaks(owed(now) == 0, "the buyer still owes"),
        _ => Ok(()),
    }?;
    if now.action != CaseAction::WriteOff {
        return Ok(());
    }
    let had = now.was.is_some_and(|was| advanced(now.at.before, was) > 0);
    breaks(had, "there was nothing to write off")?;
    // Staff give up by name only what is known to have reached the buyer.
    let is_out = |state| !matches!(state, S::Paid | S::Cancelled);
    let mut refunds = now.at.before.refunds_of(now.case.no).filter(|refund| refund.ground == Ground::Advance);
    breaks(!refunds.any(|refund| is_out(refund.state)), "nobody knows yet whether it has reached the buyer")
}

/// What comes of a refund that was called off is asked back where the buyer gets something beside it: goods that are sent or go
/// back, or money that is paid anew; or where nothing is granted any more. While it is open what the case pays, it is an
/// advance on that.
fn paid_late(now: &OfCase<'_>) -> Kept {
    use CaseState::{AwaitingSendBack, Completed, Dismissed, Lapsed, Refunding, SendingBack, Withdrawn};
    if now.action != CaseAction::Overpay {
        return Ok(());
    }
    let is_open =
        !matches!(now.from, AwaitingSendBack | SendingBack | Refunding | Completed | Withdrawn | Lapsed | Dismissed);
    let sends = now.was.is_some_and(|was| was.terms().kind.sends());
    let going_back = now.units_before().iter().any(|units| units.place == Place::SentBack);
    now.at.must(!is_open || sends || going_back, Promise::AdvanceRecovered, || {
        format!("it was {}, and what the buyer is to be paid is asked back", now.from)
    })
}

/// A case is settled, put aside and taken up again as its refunds stand.
fn sum_up(now: &OfCase<'_>) -> Kept {
    let (trade, case) = (now.at.before, now.case);
    let breaks =
        |holds, what: &str| now.at.must(holds, Promise::RefundsSumUp, || format!("it is {}, and {what}", now.to));
    let owes = if case.offer.kind.pays() { case.offer.amount } else { case.offer.difference };
    let covered = owes.minor() <= held(trade, case);
    let any = |fits: &dyn Fn(S) -> bool| trade.refunds_of(case.no).any(|refund| fits(refund.state));
    match now.action {
        CaseAction::Settle => {
            let done = !any(&|state| !matches!(state, S::Paid | S::Cancelled));
            breaks(done && covered, "not all that it owes is paid")
        }
        CaseAction::Park => breaks(
            any(&|state| state == S::Unresolved) && !any(&waits),
            "no refund of it is unresolved, or one still waits",
        ),
        CaseAction::Resume => breaks(any(&waits), "no refund of it waits"),
        // What had been given up is not with the buyer: it never came, or was taken back.
        CaseAction::Unsettle if now.to == CaseState::AwaitingSendBack => {
            let gone_out = now.was.is_some_and(|was| advanced(trade, was) > 0);
            let came_back = any(&|state| matches!(state, S::Failed | S::Abnormal));
            breaks(came_back && !gone_out, "the buyer has what was advanced")
        }
        CaseAction::Unsettle => {
            breaks(any(&|state| state == S::Failed) || !covered, "the bank has taken nothing of it back")
        }
        CaseAction::Stall => {
            breaks(trade.refunds_of(case.no).any(|refund| refund.rejected), "no refund of it was rejected")
        }
        _ if now.to == CaseState::Completed && now.from != now.to => breaks(covered, "it owes a difference"),
        CaseAction::ConfirmReceipt | CaseAction::Expire | CaseAction::Withdraw
            if now.to == CaseState::Refunding && now.from != CaseState::Recovering && !now.case.offer.kind.pays() =>
        {
            breaks(!covered, "no difference is owed")
        }
        _ => Ok(()),
    }
}

pub(super) fn of_refund(now: &OfRefund<'_>) -> Kept {
    approval(now)?;
    second_person(now)?;
    sent(now)?;
    disputed(now)?;
    reported(now)?;
    elsewhere(now)?;
    paid(now)
}

/// A large refund is seen by finance, a small one is not; and only what can be contested is sent back.
fn approval(now: &OfRefund<'_>) -> Kept {
    let (at, policy) = (&now.at, now.at.book.policy);
    let breaks =
        |holds, what: &str| at.must(holds, Promise::ApprovedAsPolicy, || format!("it is {}, and {what}", now.to));
    let large = now.refund.amount > policy.amounts.approval_above;
    if now.action == A::Open {
        let nothing = now.refund.amount.is_zero();
        breaks(nothing == (now.to == S::Paid), "whether there is something to pay")?;
        return breaks(large == (now.to == S::AwaitingApproval), "whether its amount is seen by finance");
    }
    if now.from != S::AwaitingApproval {
        return Ok(());
    }
    let contestable = matches!(now.refund.ground, Ground::Agreement | Ground::Silence);
    match (now.action, now.to) {
        (A::Reject, _) => breaks(contestable, "it is not finance's to reject"),
        (A::Expire, S::Cancelled) => {
            breaks(contestable && policy.switches.approval_silence_rejects, "silence does not reject it")
        }
        (A::Expire, _) => {
            // What the case was told of them is counted apart.
            let rejections = Tally { counter: Counter::Rejections, apart: 0 };
            let case = now.refund.case.and_then(|no| at.before.case(no));
            let used = case.map_or(0, |case| case.counts.used(rejections));
            let left = used < policy.cap(Counter::Rejections);
            let rejects = contestable && policy.switches.approval_silence_rejects && left;
            breaks(!rejects, "silence rejects it")
        }
        _ => Ok(()),
    }
}

/// Whoever approves it is not who granted it, by no name.
fn second_person(now: &OfRefund<'_>) -> Kept {
    let approves = matches!(now.action, A::Approve | A::Reject);
    let Some(first) = now.refund.requested_by.filter(|_| approves) else { return Ok(()) };
    let second = now.at.event.actor.person();
    now.at.must(first.shared_with(second).is_none(), Promise::SecondPerson, || {
        format!("{first:?} granted it and decides on it as well")
    })
}

fn payment<'a>(now: &OfRefund<'a>) -> Option<&'a Payment> {
    now.at.before.money.payment(now.refund.payment)
}

/// Whether the channel takes another refund of the payment: by its age, by how many it took, by a lost dispute.
fn channel_open(now: &OfRefund<'_>) -> bool {
    let Some(paid) = payment(now) else { return false };
    if matches!(paid.dispute, Some((crate::Dispute::Lost, _))) {
        return false;
    }
    let Some(contract) = now.at.book.policy.channel(paid.tender) else { return true };
    let by_age = now.at.now() <= Span::of(contract.most_age).due(paid.at, now.at.book.calendar);
    let own = u32::from(now.was.is_some_and(|was| was.attempt > 0));
    by_age && paid.refunds.saturating_sub(own) < contract.most_parts
}

/// It is sent when it is with the channel and only then; never while a key may have paid, and under a new key only after
/// the old one was closed, or where another amount or account is sent.
fn sent(now: &OfRefund<'_>) -> Kept {
    let at = &now.at;
    let task = at.event.tasks.iter().find(|task| task.what == Effect::PayOut);
    let entered = now.to == S::Submitted && now.from != S::Submitted;
    at.must(entered == task.is_some(), Promise::SentOnce, || {
        format!("it is {}, and sent: {}", now.to, task.is_some())
    })?;
    let grown = now.was.map_or(1, |was| was.key_number) != now.refund.key_number;
    let closed = matches!(now.action, A::Close | A::Reverse);
    let cut = now.was.is_some_and(|was| was.amount != now.refund.amount);
    let moved = now.was.is_some_and(|was| was.account != now.refund.account);
    let may_grow = closed || cut || moved;
    at.must(!grown || may_grow, Promise::SentOnce, || "it has a new key, and the old one was not closed".into())?;
    let was_seen = now.was.is_some_and(|was| was.sent_key == now.refund.key_number);
    at.must(!moved || !was_seen, Promise::SentOnce, || "another account would be sent under a key of before".into())?;
    let Some(task) = task else { return Ok(()) };
    let may_have_paid = matches!(now.from, S::Submitted | S::Offline | S::Paid | S::Unresolved | S::Cancelled);
    at.must(!may_have_paid, Promise::SentOnce, || format!("it was {}, and is sent once more", now.from))?;
    at.must(task.amount == Some(now.refund.amount), Promise::SentOnce, || format!("{task:?} is not its amount"))?;
    let free = payment(now).is_some_and(|paid| !paid.is_disputed());
    at.must(free, Promise::NotWhileDisputed, || "its payment is in dispute".into())?;
    let unpaid = now.refund.bank_paid < now.refund.amount;
    at.must(unpaid, Promise::NotWhileDisputed, || "the bank has paid it".into())?;
    let open = channel_open(now) || now.refund.account.is_some();
    at.must(open, Promise::ChannelOpen, || "the channel takes no more refunds of its payment".into())
}

/// A dispute holds it, frees it or has paid it; nobody pays by hand what the bank may pay.
fn disputed(now: &OfRefund<'_>) -> Kept {
    let at = &now.at;
    let open = payment(now).is_some_and(Payment::is_disputed);
    let by_bank = now.was.is_some_and(|was| was.amount <= was.bank_paid);
    let breaks =
        |holds, what: &str| at.must(holds, Promise::NotWhileDisputed, || format!("it is {}, and {what}", now.to));
    match (now.action, now.to) {
        (_, S::Held) => breaks(open, "its payment is not in dispute"),
        (A::Free, S::Paid) => breaks(by_bank, "the bank has not paid it"),
        (A::Free, _) => breaks(!open, "its payment is in dispute"),
        (A::PayOffline | A::Redirect, _) => breaks(!open && !by_bank, "the bank decides on it"),
        (A::Expire, S::Paid) if now.from == S::Failed => breaks(by_bank, "nobody has paid it"),
        (A::Expire, S::Paid) if now.from == S::Abnormal => breaks(by_bank || !open, "its payment is in dispute"),
        (A::Expire, S::Unresolved) if now.from == S::Abnormal => {
            breaks(open && !by_bank, "its payment is not in dispute")
        }
        (A::Expire, _) if now.from == S::Failed => breaks(!by_bank, "the bank has paid it"),
        (A::Reverse, _) if at.role() == Role::Trade => {
            let was_by_bank = now.was.is_some_and(|was| was.route == Some(Route::Bank));
            breaks(was_by_bank && !by_bank, "the bank's payment of it stands")
        }
        (_, S::Abnormal) if matches!(now.action, A::Open | A::Approve) || now.from == S::AwaitingApproval => {
            breaks(!channel_open(now), "its channel takes it")
        }
        _ => Ok(()),
    }
}

/// What a channel reports counts for the amount and the key that it was asked for.
fn reported(now: &OfRefund<'_>) -> Kept {
    let at = &now.at;
    let Some(was) = now.was.filter(|_| at.role() == Role::Gateway) else { return Ok(()) };
    let moves = now.from != now.to || now.action == A::Pend;
    let breaks = |holds, what: &str| {
        at.must(holds, Promise::ReportsFit, || format!("{} makes it {}, and {what}", at.event.asked.code(), now.to))
    };
    let key = |unsaid: u16| at.detail.key_number.unwrap_or(unsaid);
    let last = if was.sent_key == 0 { was.key_number } else { was.sent_key };
    let same_amount = at.amount() == Some(was.amount);
    match now.action {
        A::Succeed if moves => breaks(same_amount, "of another amount"),
        A::Succeed => {
            breaks(!same_amount || matches!(was.state, S::Paid | S::Cancelled), "of the amount that was sent")
        }
        A::Reverse => {
            let by_channel = was.route == Some(Route::Channel) && key(was.paid_key) == was.paid_key;
            let repaid = was.repaid.total().is_zero();
            breaks(same_amount && by_channel && repaid, "it is not the money that was paid")
        }
        A::Close if !moves => {
            breaks(key(last) == was.key_number && was.sent_key == was.key_number, "of a key that is not open")
        }
        A::Fail | A::Close | A::GoAbnormal | A::Pend => breaks(key(last) == was.key_number, "about another key"),
        _ => Ok(()),
    }
}

/// Money goes elsewhere by the word of two people on one account, and by other means with a voucher.
fn elsewhere(now: &OfRefund<'_>) -> Kept {
    let (at, detail) = (&now.at, now.at.detail);
    match now.action {
        A::Redirect if now.from == now.to => {
            let asked = now.refund.elsewhere.as_ref().is_some_and(|asked| asked.account == detail.account);
            let new = now.was.is_some_and(|was| was.elsewhere.as_ref().is_none_or(|old| old.account != detail.account));
            at.must(asked && new && !detail.account.is_empty(), Promise::ElsewhereByTwo, || {
                "no new account was named".into()
            })
        }
        A::Redirect => {
            let first = now.was.and_then(|was| was.elsewhere.as_ref());
            let two = first.is_some_and(|first| {
                first.account == detail.account && first.by.shared_with(at.event.actor.person()).is_none()
            });
            let there = now.refund.account.as_ref() == Some(&detail.account);
            at.must(two && there, Promise::ElsewhereByTwo, || {
                format!("{first:?} asked, and {} sends it", at.event.actor)
            })
        }
        A::PayOffline => at.must(!detail.voucher.is_empty(), Promise::ProofGiven, || "no voucher".into()),
        A::Reconcile => {
            let found = detail.found_paid == Some(now.to == S::Paid);
            at.must(found && !detail.evidence.is_empty(), Promise::ProofGiven, || {
                format!("found {:?}", detail.found_paid)
            })
        }
        _ => Ok(()),
    }
}

/// Money that is paid has gone back on some way, and credited money is credited.
fn paid(now: &OfRefund<'_>) -> Kept {
    let at = &now.at;
    let breaks = |holds, what: &str| at.must(holds, Promise::PaidSomeWay, || format!("it is {}, and {what}", now.to));
    breaks((now.to == S::Paid) == now.refund.route.is_some(), "whether the buyer has it")?;
    if now.to != S::Paid || now.from == S::Paid {
        return Ok(());
    }
    let credit = at.event.tasks.iter().filter(|task| task.what == Effect::CreditBalance);
    let credited: Amount = Amount::sum(credit.filter_map(|task| task.amount)).unwrap_or(Amount::MOST);
    let fits = match now.refund.route {
        Some(Route::Balance) => credited == now.refund.amount && now.from == S::Abnormal && now.action == A::Expire,
        Some(Route::Nothing) => now.refund.amount.is_zero(),
        _ => credited.is_zero(),
    };
    breaks(fits, "not on that way")
}

/// A report that was only noted said nothing that should have been heard: money that came, or a definite no.
pub(super) fn is_no_news(at: &Moment<'_>) -> Kept {
    let (Asked::Refund(action), Subject::Refund(no)) = (at.event.asked, at.event.subject) else { return Ok(()) };
    let Some(refund) = at.before.refund(no) else { return Ok(()) };
    let key = at.detail.key_number.unwrap_or(if refund.sent_key == 0 { refund.key_number } else { refund.sent_key });
    let current = key == refund.key_number;
    let reconciles = Tally { counter: Counter::Reconciles, apart: 0 };
    let found_out =
        refund.state == S::Unresolved && refund.counts.used(reconciles) < at.book.policy.cap(Counter::Reconciles);
    let news = match action {
        A::Succeed => {
            let unpaid = waits(refund.state) && refund.state != S::AwaitingApproval || refund.state == S::Unresolved;
            unpaid && at.amount() == Some(refund.amount)
        }
        A::Fail => current && (refund.state == S::Submitted || found_out),
        // A key that the channel has closed must never be sent again. Only what was sent can be closed.
        A::Close => {
            let back = matches!(refund.state, S::Held | S::Submitted | S::Failed | S::Abnormal | S::Offline);
            current && (back && refund.sent_key == refund.key_number || found_out)
        }
        A::GoAbnormal => current && (matches!(refund.state, S::Submitted | S::Failed) || found_out),
        _ => false,
    };
    let moved = at.event.changes.iter().any(|change| !matches!(change, Change::Noted(_)));
    at.must(!news || moved, Promise::FactsHeard, || format!("{} was only noted", at.event.asked.code()))
}
