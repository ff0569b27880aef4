//! Refunds on their way to a payment channel: sent at least once, paid at most once. See [`channel`](crate::channel).

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::mem::replace;

use super::{Clerk, Delivery, Fed, Need, Sent};
use crate::channel::{self, Asked, ChannelContract, PayOut, Question, RefundKey, declined, paid, pending};
use crate::port::{Claimed, StoreError};
use crate::refund::State;
use crate::trade::{Payment, Payout, Request, Subject, Trade};
use crate::{Effect, Id, Time};

/// One task about a refund, from its claim to what came of it.
#[derive(Debug)]
pub(super) struct Remit<'a> {
    clerk: &'a Clerk,
    claimed: Claimed,
    at: At<'a>,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Came {
    /// No contract says how: it is carried out like any other task.
    ByHand,
    /// This.
    Told(Sent),
    /// Nothing was sent or asked here: it is given back, to be claimed from this time on, and this claim does not count.
    Back(Time),
    /// It is to be tried again at this time.
    Later(Time, String),
    /// A person must look.
    Aside(String),
    /// The store could not be asked.
    Lost(StoreError),
}

#[derive(Debug)]
enum At<'a> {
    Load,
    /// Waits for the time at which it is weighed.
    Weigh(Box<Trade>),
    Send(Box<Case<'a>>, PayOut),
    /// Waits for the time at which the answer is weighed.
    Sent(Box<Case<'a>>, channel::Sent),
    Ask(Box<Case<'a>>, Question),
    /// Waits for the time at which the answer is weighed.
    Asked(Box<Case<'a>>, Asked),
    Over(Came),
}

/// What is known of the refund that a task is about.
#[derive(Debug)]
struct Case<'a> {
    contract: &'a ChannelContract,
    /// The key number is the one that was sent last.
    key: RefundKey,
    refund: Payout,
    payment: Payment,
    pay_out: PayOut,
}

impl<'a> Remit<'a> {
    /// Whether a task is one that a contract may know more about.
    pub(super) fn concerns(clerk: &Clerk, claimed: &Claimed) -> bool {
        let is_refund = matches!(claimed.task.what, Effect::PayOut | Effect::QueryRefund);
        is_refund && !clerk.contracts.is_empty()
    }

    pub(super) const fn new(clerk: &'a Clerk, claimed: Claimed) -> Self {
        Self { clerk, claimed, at: At::Load }
    }

    pub(super) fn poll(&mut self, now: Time) -> Option<Need<'_>> {
        self.at = match replace(&mut self.at, At::Load) {
            At::Weigh(trade) => self.weigh(&trade, now),
            At::Sent(case, sent) => At::Over(self.sent(&case, sent, now)),
            At::Asked(case, asked) => self.asked(case, asked, now),
            settled => settled,
        };
        match &self.at {
            At::Load => Some(Need::Load(self.claimed.id.trade.order)),
            At::Send(_, pay_out) => Some(Need::Pay(pay_out)),
            At::Ask(_, question) => Some(Need::Ask(question)),
            At::Weigh(_) | At::Sent(..) | At::Asked(..) | At::Over(_) => None,
        }
    }

    pub(super) fn feed(&mut self, fed: Fed) {
        self.at = match (replace(&mut self.at, At::Load), fed) {
            (At::Load, Fed::Loaded(Ok(Some(trade)))) => At::Weigh(Box::new(trade)),
            (At::Load, Fed::Loaded(Ok(None))) => At::Over(Came::Aside("its trade is missing".into())),
            (At::Load, Fed::Loaded(Err(StoreError::Corrupt(corrupt)))) => {
                self.clerk.observer.corrupt(&corrupt);
                At::Over(Came::Told(Sent::Failed("its trade cannot be read".into())))
            }
            (At::Load, Fed::Loaded(Err(error))) if error.is_of_the_whole() => At::Over(Came::Lost(error)),
            (At::Load, Fed::Loaded(Err(error))) => At::Over(Came::Told(Sent::Failed(error.to_string()))),
            (At::Send(case, _), Fed::Paid(sent)) => At::Sent(case, sent),
            (At::Ask(case, _), Fed::Asked(asked)) => At::Asked(case, asked),
            (unmoved, _) => unmoved,
        };
    }

    /// The claim, and what came of it.
    pub(super) fn end(self) -> (Claimed, Came) {
        let came = match self.at {
            At::Over(came) => came,
            At::Load | At::Weigh(_) | At::Send(..) | At::Sent(..) | At::Ask(..) | At::Asked(..) => {
                Came::Told(Sent::Unknown("given up before an answer came".into()))
            }
        };
        (self.claimed, came)
    }

    fn weigh(&self, trade: &Trade, now: Time) -> At<'a> {
        let Subject::Refund(no) = self.claimed.task.subject else {
            return At::Over(Came::ByHand);
        };
        let found = trade.refund(no).and_then(|refund| Some((refund, trade.money.payment(refund.payment)?)));
        let Some((refund, payment)) = found else {
            return At::Over(Came::Aside(format!("its trade has no refund {no}")));
        };
        let Some(contract) = self.clerk.contracts.get(&payment.gateway) else {
            return At::Over(Came::ByHand);
        };
        let key = RefundKey { trade: trade.key, refund: no, number: refund.sent_key };
        if format!("{key}") != self.claimed.task.key {
            return self.moot("the channel has closed the key that it names");
        }
        let deadline = self.claimed.at.after(contract.window.millis());
        let pay_out = PayOut {
            channel: payment.gateway,
            trade: trade.key,
            key: self.claimed.task.key.clone(),
            payment: payment.reference,
            amount: refund.amount.of(trade.currency),
            total: payment.balance.paid.of(trade.currency),
            account: self.claimed.task.account.clone(),
            deadline,
        };
        let case = Case { contract, key, refund: refund.clone(), payment: payment.clone(), pay_out };
        match self.claimed.task.what {
            Effect::PayOut => self.may_send(case, now),
            _ => self.may_ask(case),
        }
    }

    /// Whether the refund may be sent: its trade must still wait for this very attempt, and whatever may have been sent
    /// before must be known again by the channel, or be asked for.
    fn may_send(&self, case: Case<'a>, now: Time) -> At<'a> {
        let Case { contract, ref refund, ref pay_out, .. } = case;
        if !awaits_first_word(refund, self.claimed.at) {
            return self.moot("its trade no longer waits for this attempt to be sent");
        }
        if now >= pay_out.deadline {
            // Those before it took too long. It has a time of its own from the next claim on.
            return At::Over(Came::Back(now));
        }
        let never_sent = self.is_first() && refund.key_since == refund.sent_at;
        let since = refund.key_since.unwrap_or(refund.opened_at);
        if never_sent || contract.remembers(since, pay_out.deadline) {
            case.send()
        } else if contract.answers(refund.known_as) {
            case.ask()
        } else {
            self.moot("the channel may have forgotten its key, and cannot be asked")
        }
    }

    /// Whether the channel can tell what became of it.
    fn may_ask(&self, case: Case<'a>) -> At<'a> {
        if !matches!(case.refund.state, State::Submitted | State::Unresolved) {
            return self.moot("its trade no longer waits for an answer");
        }
        if case.contract.answers(case.refund.known_as) {
            return case.ask();
        }
        let why = format!("{} cannot be asked about {}: look into its own books", case.contract.gateway, case.key);
        At::Over(Came::Aside(why))
    }

    fn asked(&self, case: Box<Case<'a>>, asked: Asked, now: Time) -> At<'a> {
        let is_query = self.claimed.task.what == Effect::QueryRefund;
        match asked {
            Asked::Paid(told) => At::Over(self.say(paid(case.contract.gateway, case.key, told))),
            // The channel said no to an earlier attempt under this key, and tries anew.
            Asked::Declined(told) if !is_query && case.tries_anew(&told) => self.resend(*case, now),
            Asked::Declined(told) if case.tries_anew(&told) => {
                At::Over(self.unless_underway(&case, now, || self.say(case.declined(&told))))
            }
            Asked::Declined(told) => At::Over(self.say(case.declined(&told))),
            Asked::Pending => At::Over(Came::Told(Sent::Done)),
            Asked::NotKnown if case.contract.ask != channel::Ask::ByOurKey => {
                At::Over(Came::Told(Sent::Unknown("the channel does not know its own id of it".into())))
            }
            Asked::NotKnown if is_query => At::Over(self.unless_underway(&case, now, || self.never_came(&case))),
            Asked::NotKnown => self.resend(*case, now),
            Asked::NotHere => At::Over(self.elsewhere(now)),
            Asked::Unknown(why) => At::Over(Came::Told(Sent::Unknown(why))),
        }
    }

    /// What was asked about is not paid; whatever of it is still on its way arrives while the key is remembered anew.
    fn resend(&self, case: Case<'a>, now: Time) -> At<'a> {
        match now < case.pay_out.deadline {
            true => case.send(),
            false => At::Over(Came::Later(now, "the channel answered too late to send it".into())),
        }
    }

    /// That it is not paid is believed once nothing of this attempt can arrive any more. Nothing is sent after the first
    /// question, so that time comes.
    fn unless_underway(&self, case: &Case<'_>, now: Time, say: impl FnOnce() -> Came) -> Came {
        let asked_since = case.refund.deadline.filter(|_| case.refund.state == State::Submitted).map(|it| it.since);
        let Some(asked_since) = asked_since else {
            return Came::Aside(format!(
                "the channel has not paid {}: look into its own books, and reconcile",
                case.key
            ));
        };
        let surely = asked_since.after(case.contract.shown_after());
        match self.claimed.at < surely {
            true => Came::Later(surely.max(now), "the channel has not paid it yet".into()),
            false => say(),
        }
    }

    /// The channel has never received it: it was never paid, and its key is as good as new.
    fn never_came(&self, case: &Case<'_>) -> Came {
        let told = channel::Declined::new(channel::No::Refused, "the channel does not know this key");
        self.say(declined(case.contract.gateway, channel::AfterFailure::SameKey, case.key, &told))
    }

    fn sent(&self, case: &Case<'_>, sent: channel::Sent, now: Time) -> Came {
        match sent {
            channel::Sent::Accepted { known_as: Some(name) } if case.contract.ask == channel::Ask::ByTheirId => {
                self.say(pending(case.contract.gateway, case.key, Some(name)))
            }
            channel::Sent::Accepted { .. } => Came::Told(Sent::Done),
            channel::Sent::Paid(told) => self.say(paid(case.contract.gateway, case.key, told)),
            // Taken up again by a person, perhaps before what was sent had arrived.
            channel::Sent::Declined(told) if case.tries_anew(&told) && self.claimed.tries <= 1 && !self.is_first() => {
                Came::Later(self.arrived(case).max(now), told.reason)
            }
            channel::Sent::Declined(told) => self.say(case.declined(&told)),
            channel::Sent::NotHere => self.elsewhere(now),
            channel::Sent::NotSent(why) => Came::Told(Sent::Failed(why)),
            channel::Sent::Unknown(why) => {
                let again = self.clerk.delivery.again(self.claimed.tries, now).max(self.arrived(case));
                Came::Later(again, format!("not known whether it was paid: {why}"))
            }
        }
    }

    /// Whether nobody can have sent it before.
    const fn is_first(&self) -> bool {
        self.claimed.first
    }

    /// It is left to a worker with a client for this channel, which has some time to find it.
    fn elsewhere(&self, now: Time) -> Came {
        let Delivery { first_wait, idle, .. } = &self.clerk.delivery;
        Came::Back(now.after(first_wait.millis().max(idle.millis())))
    }

    /// When whatever this claim has sent has arrived, by the clock of any worker.
    const fn arrived(&self, case: &Case<'_>) -> Time {
        self.claimed.at.after(case.contract.shown_after())
    }

    /// What the trade is to hear: once for each claim, however often it is said.
    fn say(&self, report: Request) -> Came {
        let Claimed { id, fence, .. } = self.claimed;
        let key = format!("answer:{}.{}.{fence}", id.event, id.nth);
        Came::Told(Sent::Answer(Box::new(report.key(Id::from(key.as_str())))))
    }

    /// There is nothing to send or to ask any more: what the trade waits for comes on another way.
    fn moot(&self, why: &'static str) -> At<'a> {
        self.clerk.observer.not_sent(self.claimed.id, why);
        At::Over(Came::Told(Sent::Done))
    }
}

impl<'a> Case<'a> {
    fn send(self) -> At<'a> {
        let pay_out = self.pay_out.clone();
        At::Send(Box::new(self), pay_out)
    }

    fn ask(self) -> At<'a> {
        let question = Question {
            channel: self.payment.gateway,
            trade: self.key.trade,
            key: self.pay_out.key.clone(),
            payment: self.payment.reference,
            amount: self.pay_out.amount,
            known_as: self.refund.known_as,
        };
        At::Ask(Box::new(self), question)
    }

    fn declined(&self, told: &channel::Declined) -> Request {
        declined(self.contract.gateway, self.contract.after_failure, self.key, told)
    }

    /// Whether the channel would try anew if it were sent the same key once more.
    fn tries_anew(&self, told: &channel::Declined) -> bool {
        told.no == channel::No::Refused && self.contract.after_failure == channel::AfterFailure::SameKey
    }
}

/// Whether a refund was sent and nothing has been heard or asked since; by the stored time of the claim alone.
fn awaits_first_word(refund: &Payout, claimed_at: Time) -> bool {
    let waits = refund.deadline.filter(|_| refund.state == State::Submitted);
    waits.is_some_and(|waits| Some(waits.since) == refund.sent_at && !waits.has_passed(claimed_at))
}
