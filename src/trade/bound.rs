//! How long silence can take: computed from the tables, the policy and the calendar, and of one trade as it stands.
//!
//! Nobody acts. Then time takes the rows of the clock, and siblings those that FLOW tells them to: the bound looks at no
//! others. It adds up, from below:
//!
//! - *A refund* waits, and nothing but its own limits makes it wait on. Its longest way is that of its table.
//! - *A case* waits for its own limits; where it is led by its refunds, and where it rests beside them, for the longest
//!   way of a refund. What it is told before a limit has passed only makes a wait shorter.
//! - *The order* waits for its own limits. Its receipts and its after-sales period stand still beside open cases, so
//!   its longest way begins anew when the last case is over. What it then opens is paid as long as a refund takes.
//!
//! All cases run at once, and so do all refunds: a trade takes as long as its longest case, not as all of them. Which row
//! applies is not asked, but for what the policy has switched off and for payment disputes, which no silence opens.

mod quiet;
mod waits;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::flow::What;
use super::{Asked, Case, Deadline, Payout, Point, Rulebook, Subject, Trade, tally};
use crate::after_sale::{Action as CaseAction, AfterSale, State as CaseState};
use crate::order::{Condition as OrderCondition, Order};
use crate::refund::{Action as RefundAction, Condition as RefundCondition, Refund, State as RefundState};
use crate::rule::{Guard, Longest, Machine, Restless, RowId, Rule, Standing, Table, Way};
use crate::{Counter, Dispute, Effect, Lang, Length, Limit, Policy, Time, Word};

use quiet::{Quiet, followed, refund_may};
use waits::Waits;

/// Time acts so much after the last moment of a limit.
const NEXT: i64 = 1;
const DAY: i64 = 86_400_000;

/// Why it cannot be said how long silence can take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unbounded {
    /// A limit ends at no date. A policy that is [checked](Policy::check) has none so long.
    #[error("limit `{limit}` runs {length}: no date comes out; at most {} is accepted", Policy::LONGEST_WAIT)]
    Limit {
        /// The limit.
        limit: Limit,
        /// How long the policy has it run.
        length: Length,
    },
    /// Time alone can take a row again and again.
    #[error(transparent)]
    Restless(#[from] Restless),
    /// A case that waits for nobody's limit is set going again by what the order tells it.
    #[error("row `{row}` sets going a case that waits for no limit; only states that wait can be told so by the order")]
    SetGoing {
        /// The row.
        row: RowId,
    },
    /// Each limit and each counter is within reason, but together they last beyond all dates.
    #[error("with nobody acting, limits and counters together last {days} days: no date comes out")]
    Beyond {
        /// How many days.
        days: i64,
    },
}

/// How long silence can take at most, in milliseconds, if nothing that already runs ends later than one that begins now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AtMost {
    /// A refund, from wherever it stands.
    pub refund: i64,
    /// A case with its refunds.
    pub case: i64,
    /// The whole trade.
    pub trade: i64,
}

/// How long silence can take: see [`Rulebook::silence_bound`].
#[derive(Clone, Debug)]
pub struct SilenceBound {
    undisputed: Bound,
    disputed: Bound,
}

/// The longest ways of the three machines.
#[derive(Clone, Debug)]
struct Bound {
    order: Longest<Order>,
    case: Longest<AfterSale>,
    refund: Longest<Refund>,
    /// How long a refund takes that is opened, or set going again, meanwhile.
    opened: i64,
    /// How long one takes from wherever it can stand.
    standing: i64,
    /// The rows that were looked at, sorted.
    rows: Vec<RowId>,
}

impl Rulebook<'_> {
    /// How long it can take, with nobody acting, until everything rests: from the tables, the policy and the calendar alone.
    /// Compute it once; it then [says of each trade](SilenceBound::rests_by) by when it rests.
    ///
    /// ```
    /// use redress::{FixedCalendar, Policy, Rulebook, Rules};
    /// let (rules, policy, calendar) = (Rules::built_in(), Policy::cn_marketplace(), FixedCalendar::china());
    /// let bound = Rulebook::new(&rules, &policy, &calendar).silence_bound()?;
    /// println!("{bound}");
    /// assert!(bound.undisputed().case < bound.disputed().case, "a bank takes its time");
    /// # Ok::<(), redress::trade::Unbounded>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Unbounded`] if there is no such time: a limit of a policy that was never checked, or rows of your own that
    /// silence can take for ever.
    pub fn silence_bound(&self) -> Result<SilenceBound, Unbounded> {
        let waits = Waits::of(self)?;
        let bound =
            SilenceBound { undisputed: Bound::of(self, &waits, false)?, disputed: Bound::of(self, &waits, true)? };
        let longest = bound.disputed().trade.max(bound.undisputed().trade);
        if longest >= Time::LATEST.since(Time::EPOCH) {
            return Err(Unbounded::Beyond { days: longest / DAY });
        }
        Ok(bound)
    }
}

impl SilenceBound {
    /// While no payment is in dispute.
    #[must_use]
    pub fn undisputed(&self) -> AtMost {
        self.undisputed.within()
    }

    /// While one is.
    #[must_use]
    pub fn disputed(&self) -> AtMost {
        self.disputed.within()
    }

    /// The rows that silence takes in the case that takes longest, while no payment is in dispute: where the time goes. None
    /// under a policy with so many counts that they are not all looked at.
    #[must_use]
    pub fn longest_case(&self) -> &[RowId] {
        self.undisputed.case.way()
    }

    /// The same of the order, once its last case is over.
    #[must_use]
    pub fn longest_order(&self) -> &[RowId] {
        self.undisputed.order.way()
    }

    /// The moment by which this trade rests, if nobody acts from `now` on and time acts when it may.
    ///
    /// What stands is kept: limits that were extended, and an after-sales period that somebody has set. From the latest of
    /// these on, what begins in silence is bounded by the tables and the policy.
    #[must_use]
    pub fn rests_by(&self, trade: &Trade, now: Time) -> Time {
        self.of(trade).rests_by(trade, now.max(trade.at))
    }

    /// Whether silence can take this row of such a trade: the bound looked at no others.
    #[must_use]
    pub fn foresees(&self, trade: &Trade, row: &RowId) -> bool {
        self.of(trade).rows.binary_search(row).is_ok()
    }

    /// How long silence can take beside such a trade: with or without a payment in dispute.
    #[must_use]
    pub fn within(&self, trade: &Trade) -> AtMost {
        self.of(trade).within()
    }

    fn of(&self, trade: &Trade) -> &Bound {
        let open = |payment: &super::Payment| matches!(payment.dispute, Some((Dispute::Open, _)));
        if trade.money.payments.iter().any(open) { &self.disputed } else { &self.undisputed }
    }
}

impl SilenceBound {
    /// In a sentence, in whole days, begun ones counted.
    #[must_use]
    pub fn label(&self, lang: Lang) -> String {
        let days = |millis: i64| (millis + DAY - 1) / DAY;
        let [calm, disputed] = [self.undisputed(), self.disputed()].map(|of| [of.refund, of.case, of.trade].map(days));
        let ([refund, case, trade], [late_refund, late_case, late_trade]) = (calm, disputed);
        match lang {
            Lang::En => format!(
                "a refund rests within {refund} days, a case within {case}, a whole trade within {trade}; while a payment is in \
                 dispute, within {late_refund}, {late_case} and {late_trade}"
            ),
            Lang::Zh => format!(
                "退款单最迟{refund}天、售后单最迟{case}天、整笔交易最迟{trade}天了结；有支付争议时分别为{late_refund}天、\
                 {late_case}天、{late_trade}天"
            ),
        }
    }
}

impl fmt::Display for SilenceBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label(Lang::En))
    }
}

impl Bound {
    fn of(book: &Rulebook<'_>, waits: &Waits, disputed: bool) -> Result<Self, Unbounded> {
        let (rules, policy) = (book.rules, book.policy);
        let quiet = Quiet::of(rules, policy, disputed);
        let refund = longest(&rules.refund, waits, 0, |rule| quiet.refund.has(rule).then(|| refund_way(rule, policy)))?;
        let states = || RefundState::ALL.iter().copied();
        let waits_on = |state| matches!(rules.refund.standing(state), Standing::Waits(_));
        let opened = states().filter(|state| !waits_on(*state)).map(|state| refund.from(state)).max().unwrap_or(0);
        let is_met = |state| {
            let mut rows = rules.refund.rules().iter();
            rows.any(|rule| rule.to.entered() == Some(state) && refund_may(rule, policy, disputed))
        };
        let standing = states().filter(|state| is_met(*state)).map(|state| refund.from(state)).fold(opened, i64::max);
        set_going(&quiet, &rules.after_sale)?;
        let stalls = stalls(&quiet, policy);
        let case = longest(&rules.after_sale, waits, opened, |rule| {
            quiet.case.has(rule).then(|| case_way(rule, policy, stalls))
        })?;
        let way =
            |rule: &Rule<Order>| (quiet.order.has(rule) && !is_beside(rule)).then(|| order_way(rule, policy, opened));
        let alone = longest(&rules.order, waits, 0, way)?;
        // An order that is led or rests goes on only where its refunds make it wait again.
        let order = rules.order.longest(|state| waits.wait(&rules.order, state, opened.min(alone.from(state))), way)?;
        let mut rows: Vec<RowId> = quiet.order.iter().map(Rule::id).collect();
        rows.extend(quiet.case.iter().map(Rule::id).chain(quiet.refund.iter().map(Rule::id)));
        rows.sort_unstable();
        Ok(Self { order, case, refund, opened, standing, rows })
    }

    fn within(&self) -> AtMost {
        // A refund that stands for longer than one that is opened puts off whatever waits for it.
        let case = self.case.most().saturating_add(self.standing - self.opened);
        AtMost { refund: self.standing, case, trade: case.max(self.standing).saturating_add(self.order.most()) }
    }

    fn rests_by(&self, trade: &Trade, now: Time) -> Time {
        let refunds = |of: Option<u16>| {
            let own = trade.refunds.iter().filter(move |refund| of.is_none() || refund.case == of);
            own.map(|refund| self.refund_rests_by(refund, now)).max().unwrap_or(now)
        };
        let all = refunds(None);
        // A refund that takes longer than one that is opened now puts off whatever waits for it.
        let put_off = (all.since(now) - self.opened).max(0);
        let (mut over, mut rests) = (now, all);
        for case in &trade.cases {
            let by = self.case_rests_by(case, now, refunds(Some(case.no))).after(put_off);
            rests = rests.max(by);
            if case.is_open() || self.case.after(case.state) > 0 {
                over = over.max(by);
            }
        }
        rests.max(self.order_rests_by(trade, now, over, rests)).min(Time::LATEST)
    }

    fn refund_rests_by(&self, refund: &Payout, now: Time) -> Time {
        let passes = |due: Deadline| due.until.max(now).after(NEXT).after(self.refund.after(refund.state));
        refund.deadline.map_or(now, passes)
    }

    /// A case that waits for no limit moves only if its refunds do.
    fn case_rests_by(&self, case: &Case, now: Time, refunds: Time) -> Time {
        let after = self.case.after(case.state);
        match case.deadline {
            Some(due) => due.until.max(now).after(NEXT).after(after),
            None if refunds > now => refunds.after(after),
            None => now,
        }
    }

    /// `over` is when the last case is, and `rests` when every case and refund that there is rests.
    fn order_rests_by(&self, trade: &Trade, now: Time, over: Time, rests: Time) -> Time {
        let state = trade.head.state;
        let due = || trade.deadlines().filter(|(subject, _)| *subject == Subject::Order).map(|(_, due)| due);
        if due().next().is_none() {
            return rests.after(self.order.from(state));
        }
        let stands = due().filter_map(Deadline::due).chain(trade.head.reopened_until).fold(now, Time::max);
        let left = due().filter_map(|due| due.frozen).max();
        // Beside an open case its limit stands still, and may begin anew when it has passed.
        let anew = left.max((over > now).then(|| self.order.wait(state)));
        let passes = anew.map_or(stands, |anew| stands.max(over.after(anew)));
        passes.after(NEXT).after(self.order.after(state))
    }
}

fn longest<M: Machine<Limit = Limit>>(
    table: &Table<M>,
    waits: &Waits,
    others: i64,
    way: impl Fn(&Rule<M>) -> Option<Way>,
) -> Result<Longest<M>, Restless> {
    table.longest(|state| waits.wait(table, state, others), way)
}

/// How often a row is taken on one machine, if a counter says so.
fn counted<M: Machine>(rule: &Rule<M>, policy: &Policy, point: u32) -> Option<(u32, u32)> {
    let state = rule.from.ordinal() as u32;
    rule.when().filter_map(|condition| condition.counter()).find_map(|counter| {
        // Tries are counted on the units that somebody names, attempts where a refund is sent.
        let sends = || rule.then().any(|effect| effect.code() == Effect::PayOut.code());
        let is_spent = counter != Counter::Tries && (counter != Counter::Attempts || sends());
        // As the uses themselves are counted apart: reviews for each point, extensions for each state.
        let reviews = if counter == Counter::Reviews { point } else { 0 };
        let apart = if counter == Counter::Extensions { state } else { reviews };
        let number = (counter.ordinal() as u32).saturating_mul(1_000).saturating_add(apart);
        is_spent.then(|| (number, policy.cap(counter)))
    })
}

fn refund_way(rule: &Rule<Refund>, policy: &Policy) -> Way {
    Way { counted: counted(rule, policy, 0), beside: 0 }
}

/// `stalls` is how often finance sends a payout of it back in silence: a case that is told so as often as it hears it, and no
/// oftener, would be left waiting for a refund that is no more.
fn case_way(rule: &Rule<AfterSale>, policy: &Policy, stalls: Option<u32>) -> Way {
    let mut counted =
        counted(rule, policy, point(rule.from)).filter(|_| rule.action != CaseAction::Stall || stalls.is_some());
    let stalls = stalls.unwrap_or(u32::MAX);
    if let Some((_, most)) = counted.as_mut().filter(|_| rule.action == CaseAction::Resume) {
        // In silence less often: it was put aside with no refund under way, and has opened one then: for its fee, which goes
        // back once, and once more for each time that finance has sent it back.
        *most = stalls.saturating_add(1).min(*most);
    }
    Way { counted, beside: 0 }
}

/// What a review from this state is counted by: its point.
fn point(state: CaseState) -> u32 {
    let point: Point = tally::point(state);
    point.ordinal() as u32
}

/// How often finance sends a payout of one case back by its silence; none if nothing counts it.
fn stalls(quiet: &Quiet<'_>, policy: &Policy) -> Option<u32> {
    let mut rejecting = quiet
        .refund
        .iter()
        .filter(|rule| rule.to.entered() == Some(RefundState::Cancelled) && rule.action != RefundAction::Void);
    let any = rejecting.next();
    let is_counted = |rule: &Rule<Refund>| rule.when.contains(RefundCondition::RejectionsLeft);
    let all_counted = any.into_iter().chain(rejecting).all(is_counted);
    all_counted.then(|| if any.is_some() { policy.cap(Counter::Rejections) } else { 0 })
}

/// What an order that acts by itself tells its cases must only make a wait shorter.
fn set_going(quiet: &Quiet<'_>, table: &Table<AfterSale>) -> Result<(), Unbounded> {
    let told: Vec<_> = quiet.order.iter().flat_map(|rule| followed(What::Order(*rule))).collect();
    let by_order = |action| told.iter().any(|row| row.tells.asks_for(Asked::Case(action)));
    let waits = |state| matches!(table.standing(state), Standing::Waits(_));
    let wrong = quiet.case.iter().find(|rule| by_order(rule.action) && !waits(rule.from));
    wrong.map_or(Ok(()), |rule| Err(Unbounded::SetGoing { row: rule.id() }))
}

/// Whether a row leaves the order where it is, beside what it waits for: one line is confirmed by silence while others
/// have their own time; or the after-sales period has passed beside a case, and begins anew when that is over.
fn is_beside(rule: &Rule<Order>) -> bool {
    let stays = rule.to.entered().is_none_or(|state| state == rule.from);
    stays && (rule.limit() == Some(Limit::AutoConfirm) || rule.when.contains(OrderCondition::CaseOpen))
}

fn order_way(rule: &Rule<Order>, policy: &Policy, opened: i64) -> Way {
    let opens = followed(What::Order(*rule)).any(|row| row.tells.opens());
    Way { counted: counted(rule, policy, 0), beside: if opens { opened } else { 0 } }
}
