//! Which rows are taken while nobody acts: those of the clock, and those that siblings take because FLOW tells them so.

use alloc::vec::Vec;

use super::super::Asked;
use super::super::flow::{FLOW, Flow, Proviso, What, applies};
use crate::after_sale::{Action as CaseAction, AfterSale, Condition as CaseCondition};
use crate::order::{Action as OrderAction, Order};
use crate::refund::{Action as RefundAction, Condition as RefundCondition, Refund};
use crate::rule::{Machine, Rule, Table};
use crate::{Policy, Role, Rules, Silence};

/// The rows that are taken while nobody acts, of each machine.
pub(super) struct Quiet<'r> {
    pub(super) order: Rows<'r, Order>,
    pub(super) case: Rows<'r, AfterSale>,
    pub(super) refund: Rows<'r, Refund>,
    rules: &'r Rules,
}

/// Some rows of one table.
pub(super) struct Rows<'r, M: Machine> {
    table: &'r Table<M>,
    /// One for each row of the table.
    taken: Vec<bool>,
}

impl<'r, M: Machine> Rows<'r, M> {
    fn new(table: &'r Table<M>, first: impl Fn(&Rule<M>) -> bool) -> Self {
        Self { table, taken: table.rules().iter().map(first).collect() }
    }

    /// The rows that are taken.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Rule<M>> {
        self.table.rules().iter().zip(&self.taken).filter_map(|(rule, taken)| taken.then_some(rule))
    }

    /// Whether this very row of the table is taken.
    pub(super) fn has(&self, rule: &Rule<M>) -> bool {
        self.iter().any(|taken| core::ptr::eq(taken, rule))
    }

    /// Adds the rows that fit; whether any was new.
    fn add(&mut self, fits: impl Fn(&Rule<M>) -> bool) -> bool {
        let mut any = false;
        for (rule, taken) in self.table.rules().iter().zip(&mut self.taken) {
            if !*taken && fits(rule) {
                *taken = true;
                any = true;
            }
        }
        any
    }
}

impl<'r> Quiet<'r> {
    /// Begins with the rows of the clock, and adds what each row tells until nothing is added.
    pub(super) fn of(rules: &'r Rules, policy: &Policy, disputed: bool) -> Self {
        let order = Rows::new(&rules.order, |rule| rule.action == OrderAction::Expire && by_clock(rule));
        let case = Rows::new(&rules.after_sale, |rule| {
            rule.action == CaseAction::Expire && by_clock(rule) && case_may(rule, policy)
        });
        let refund = Rows::new(&rules.refund, |rule| {
            rule.action == RefundAction::Expire && by_clock(rule) && refund_may(rule, policy, disputed)
        });
        let mut quiet = Self { order, case, refund, rules };
        while quiet.tell(policy, disputed) {}
        quiet
    }

    /// Adds what is told because of the rows so far; whether any row was new.
    fn tell(&mut self, policy: &Policy, disputed: bool) -> bool {
        let told = |what: What| followed(what).map(move |row| (row, what));
        let told: Vec<(&Flow, What)> = self.happens().flat_map(told).collect();
        let by_trade = |by: crate::Roles| by.has(Role::Trade);
        let order = |rule: &Rule<Order>| told.iter().any(|(row, _)| row.tells.asks_for(Asked::Order(rule.action)));
        let order = self.order.add(|rule| by_trade(rule.by) && order(rule));
        let case = |rule: &Rule<AfterSale>| told.iter().any(|(row, what)| case_hears(row, what, rule));
        let case = self.case.add(|rule| by_trade(rule.by) && case_may(rule, policy) && case(rule));
        let rules = self.rules;
        let refund = |rule: &Rule<Refund>| told.iter().any(|(row, what)| refund_hears(rules, row, what, rule));
        let refund = self.refund.add(|rule| by_trade(rule.by) && refund_may(rule, policy, disputed) && refund(rule));
        order || case || refund
    }

    fn happens(&self) -> impl Iterator<Item = What> {
        let order = self.order.iter().map(|rule| What::Order(*rule));
        let case = self.case.iter().map(|rule| What::Case(0, *rule));
        order.chain(case).chain(self.refund.iter().map(|rule| What::Refund(0, *rule)))
    }
}

/// What FLOW says when this happens. What a bank gives back is never among it: banks report, and nobody does.
pub(super) fn followed(what: What) -> impl Iterator<Item = &'static Flow> {
    let may = move |row: &&Flow| row.only.iter().all(|proviso| proviso.may_hold(&what, None));
    FLOW.iter().filter(move |row| applies(row.when, &what)).filter(may)
}

fn by_clock<M: Machine>(rule: &Rule<M>) -> bool {
    rule.by.has(Role::Clock)
}

/// Whether a case that stands there is told to do this.
fn case_hears(row: &Flow, what: &What, rule: &Rule<AfterSale>) -> bool {
    let may_hold = |proviso: &Proviso| proviso.may_hold(what, Some(rule.from));
    row.tells.asks_for(Asked::Case(rule.action)) && row.only.iter().all(may_hold)
}

/// Whether a refund that stands there is told to do this.
fn refund_hears(rules: &Rules, row: &Flow, what: &What, rule: &Rule<Refund>) -> bool {
    // It hears this itself, where it has just come to, or where it was called off from there meanwhile.
    let is_there = || match what {
        What::Refund(_, cause) => {
            let entered = cause.next();
            let mut called_off = rules.refund.rules_for(entered, RefundAction::Void).iter().map(Rule::next);
            rule.from == entered || called_off.any(|state| state == rule.from)
        }
        What::Order(_) | What::Case(..) | What::Noted => true,
    };
    row.tells.asks_for(Asked::Refund(rule.action)) && (!row.tells.tells_itself() || is_there())
}

/// Whether the policy lets the conditions of a row of a case ever hold.
fn case_may(rule: &Rule<AfterSale>, policy: &Policy) -> bool {
    let means = |silence: Silence| policy.silence.iter().any(|(_, meant)| *meant == silence);
    let switches = &policy.switches;
    [
        (CaseCondition::SilenceGrants, means(Silence::Grants)),
        (CaseCondition::SilenceEscalates, means(Silence::Escalates)),
        (CaseCondition::ReceiptSilenceEscalates, switches.receipt_silence_escalates),
        (CaseCondition::RulingSilenceDismisses, switches.ruling_silence_dismisses),
        (CaseCondition::ShippingClosesCase, switches.shipping_closes_case),
    ]
    .iter()
    .all(|(condition, may_hold)| *may_hold || !rule.when.contains(*condition))
}

/// The same of a refund; no bank opens or closes a dispute while nobody acts.
pub(super) fn refund_may(rule: &Rule<Refund>, policy: &Policy, disputed: bool) -> bool {
    [
        (RefundCondition::ApprovalSilenceRejects, policy.switches.approval_silence_rejects),
        (RefundCondition::PaymentDisputed, disputed),
    ]
    .iter()
    .all(|(condition, may_hold)| *may_hold || !rule.when.contains(*condition))
}
