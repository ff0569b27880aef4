//! Asking the tables: the same facts and the same decision as a step, without carrying anything out.

use super::bounds::Within;
use crate::after_sale::{self, AfterSale};
use crate::rule::{Finding, Guard, Machine, Rule, Table};
use crate::trade::draft::Draft;
use crate::trade::work::{Turn, Work};
use crate::trade::{Asked, Denied, Request, Rules, facts, form, step};
use crate::{Amount, Role, Time, Word};

use alloc::vec::Vec;

/// What the conditions of the row saw that takes a request: how far its payload could go.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The most money.
    pub(super) most: Option<Amount>,
    /// The money that is asked for.
    pub(super) asked: Option<Amount>,
    /// Less than this is not accepted, if it is not nothing.
    pub(super) whole: Amount,
    pub(super) fee: Option<Amount>,
    pub(super) text: Option<Within>,
    pub(super) evidence: Option<Within>,
    /// The last moment of the window.
    pub(super) window: Option<Time>,
    /// For a request that names units: what it comes to.
    pub(super) draft: Option<Draft>,
}

/// Why no row takes a request, as far as the search for one that is taken goes by it.
#[derive(Debug, Default)]
pub(super) struct Not {
    /// How many blockers there are.
    pub(super) blockers: usize,
    /// How many of them another amount, or one that is named, could take away.
    pub(super) by_amount: usize,
    /// How many of them another reason could take away, an amount or evidence included.
    pub(super) by_reason: usize,
    /// Shipping is asked for, and another case has it.
    pub(super) shipping: bool,
    /// How many units of the first line that is short can be named.
    pub(super) free: Option<u32>,
    /// The bound of an amount.
    pub(super) amount: Option<Amount>,
    /// What the units of the request hold.
    pub(super) goods: Option<Amount>,
}

/// Whether a row takes this request on the trade as it stands, and what its conditions saw.
pub(super) fn ask(work: &Work<'_>, request: &Request) -> Result<Seen, Not> {
    form::check_against(request, &work.trade).map_err(|_| Not { blockers: 1, ..Not::default() })?;
    let (turn, trade, rules) = (Turn::of(request), &work.trade, work.book.rules);
    match request.asked {
        Asked::Order(action) => {
            let facts = facts::order(work, &turn);
            look(&rules.order, trade.head.state, action, turn.actor.role, &facts)
        }
        Asked::Refund(action) => {
            let facts = facts::refund(work, &turn);
            let state = facts::refund_state(trade, request.subject);
            look(&rules.refund, state, action, turn.actor.role, &facts)
        }
        Asked::Case(action) => {
            let (facts, draft) = facts::after_sale(work, &turn);
            let state = facts::case_state(trade, request.subject);
            match look(&rules.after_sale, state, action, turn.actor.role, &facts) {
                Ok(seen) => Ok(Seen { draft: Some(draft), ..seen }),
                Err(not) => Err(Not { goods: Some(draft.room.goods), ..not }),
            }
        }
    }
}

fn look<M: Machine>(
    table: &Table<M>,
    state: M::State,
    action: M::Action,
    role: Role,
    facts: &M::Facts,
) -> Result<Seen, Not> {
    match table.decide(state, action, role, facts) {
        Ok(rule) => Ok(learn(rule, facts)),
        Err(denial) => {
            let mut not = Not {
                blockers: usize::from(denial.state_blocks()) + usize::from(denial.role_blocks()),
                ..Not::default()
            };
            for (condition, finding) in denial.findings(facts) {
                not.learn(condition.code(), finding);
            }
            Err(not)
        }
    }
}

/// What the conditions of a row saw that bound its payload. A condition is known by its stable code.
fn learn<M: Machine>(rule: &Rule<M>, facts: &M::Facts) -> Seen {
    let mut seen = Seen::default();
    for condition in rule.when() {
        let finding = condition.finding(facts);
        seen.learn(condition, finding);
    }
    seen
}

impl Seen {
    /// Few findings bound anything, and only of those is the condition's code looked at.
    fn learn(&mut self, condition: impl Guard, finding: Finding) {
        match finding {
            Finding::Amount { asked, most } => match condition.code() {
                "within_refundable" | "amount_not_raised" | "within_case" | "within_goodwill_cap" => {
                    self.most = Some(self.most.map_or(most.amount, |so_far| so_far.min(most.amount)));
                    self.asked = Some(asked.amount);
                }
                "whole_share" => self.whole = most.amount,
                "within_fee_cap" => self.fee = Some(most.amount),
                _ => {}
            },
            Finding::Length { least, most, .. } => match condition.code() {
                "reason_given" => self.text = Some(Within { least, most }),
                "evidence_given" => self.evidence = Some(Within { least, most }),
                _ => {}
            },
            Finding::Count { used, of } if condition.code() == "evidence_left" => {
                self.evidence = Some(Within { least: 1, most: of.saturating_sub(used) });
            }
            Finding::Until { at, .. } if condition.code() == "within_window" => self.window = Some(at),
            _ => {}
        }
    }
}

impl Not {
    fn learn(&mut self, code: &str, finding: Finding) {
        self.blockers += 1;
        let by_amount = matches!(code, "within_refundable" | "whole_share" | "shipping_unspent" | "not_disputed");
        let by_reason = matches!(code, "within_window" | "reason_fits" | "evidence_given");
        self.by_amount += usize::from(by_amount);
        self.by_reason += usize::from(by_amount || by_reason);
        self.shipping |= code == "shipping_unspent";
        match finding {
            Finding::Units { free, .. } => self.free = self.free.or(Some(free)),
            Finding::Amount { most, .. } => self.amount = self.amount.max(Some(most.amount)),
            _ => {}
        }
    }
}

/// The refusal that a step would give, with every reason; `None` if a row takes the request.
pub(super) fn refusal(work: &Work<'_>, request: &Request) -> Option<Denied> {
    refuse(work, request).err()
}

fn refuse(work: &Work<'_>, request: &Request) -> Result<(), Denied> {
    form::check(request)?;
    form::check_against(request, &work.trade)?;
    let (turn, trade, rules) = (Turn::of(request), &work.trade, work.book.rules);
    match request.asked {
        Asked::Order(action) => {
            let facts = facts::order(work, &turn);
            step::decide(&rules.order, work.now, trade.head.state, action, &turn, &facts).map(|_| ())
        }
        Asked::Refund(action) => {
            let facts = facts::refund(work, &turn);
            let state = facts::refund_state(trade, request.subject);
            step::decide(&rules.refund, work.now, state, action, &turn, &facts).map(|_| ())
        }
        Asked::Case(action) => {
            let facts = facts::after_sale(work, &turn).0;
            let state = facts::case_state(trade, request.subject);
            step::decide(&rules.after_sale, work.now, state, action, &turn, &facts).map(|_| ())
        }
    }
}

/// Whether a row takes this request.
pub(super) fn is_taken(work: &Work<'_>, request: &Request) -> bool {
    decided(work, request, |_, _| ()).is_some()
}

/// Until when the conditions still hold of the row that takes a request, if one of them ends by itself; `None` if no
/// row takes it.
pub(super) fn lasts(work: &Work<'_>, request: &Request) -> Option<Option<Time>> {
    let ends = decided(work, request, closes)?;
    // A new end that is named lies ahead until it is reached.
    let named = request.detail.until.map(|until| until.after(-1));
    Some(ends.into_iter().chain(named).min())
}

/// What is made of the row of a case that takes a request; the default of it for a row of another machine.
fn decided<T: Default>(
    work: &Work<'_>,
    request: &Request,
    of_case: impl FnOnce(&Rule<AfterSale>, after_sale::Facts) -> T,
) -> Option<T> {
    form::check_against(request, &work.trade).ok()?;
    let (turn, trade, rules) = (Turn::of(request), &work.trade, work.book.rules);
    let role = turn.actor.role;
    match request.asked {
        Asked::Order(action) => {
            let facts = facts::order(work, &turn);
            rules.order.taken(trade.head.state, action, role, &facts).map(|_| T::default())
        }
        Asked::Refund(action) => {
            let facts = facts::refund(work, &turn);
            let state = facts::refund_state(trade, request.subject);
            rules.refund.taken(state, action, role, &facts).map(|_| T::default())
        }
        Asked::Case(action) => {
            let (facts, _) = facts::after_sale(work, &turn);
            let state = facts::case_state(trade, request.subject);
            rules.after_sale.taken(state, action, role, &facts).map(|rule| of_case(rule, facts))
        }
    }
}

/// The last moment at which every condition of a row still holds that holds now, if one of them ends by itself.
fn closes(rule: &Rule<AfterSale>, mut facts: after_sale::Facts) -> Option<Time> {
    let now = facts.now;
    let mut first: Option<Time> = None;
    for condition in rule.when() {
        let Finding::Until { at, .. } = condition.finding(&facts) else {
            continue;
        };
        facts.now = at.after(1);
        if at >= now && !condition.holds(&facts) {
            first = Some(first.map_or(at, |first| first.min(at)));
        }
        facts.now = now;
    }
    first
}

/// Whether a role has a row for an action: in the state where its subject stands, and in any.
pub(super) fn has_row(work: &Work<'_>, request: &Request) -> bool {
    let (role, trade, rules) = (request.actor.role, &work.trade, work.book.rules);
    match request.asked {
        Asked::Order(action) => rules.order.may(trade.head.state, action, role),
        Asked::Case(action) => {
            let state = facts::case_state(trade, request.subject);
            rules.after_sale.may(state, action, role)
        }
        Asked::Refund(action) => {
            let state = facts::refund_state(trade, request.subject);
            rules.refund.may(state, action, role)
        }
    }
}

/// Whether every row by which this role may do this to the case, where it stands, asks for a condition.
pub(super) fn always_asks_for(work: &Work<'_>, request: &Request, condition: after_sale::Condition) -> bool {
    let Asked::Case(action) = request.asked else { return false };
    let state = facts::case_state(&work.trade, request.subject);
    let rows = work.book.rules.after_sale.rules_for(state, action).iter();
    let mut rows = rows.filter(|rule| rule.by.has(request.actor.role));
    rows.all(|rule| rule.when.contains(condition))
}

/// Every action that some row of the three tables gives to a role.
pub(super) struct Actions {
    pub(super) order: Vec<Asked>,
    pub(super) opening: Vec<Asked>,
    pub(super) case: Vec<Asked>,
    pub(super) refund: Vec<Asked>,
}

impl Actions {
    pub(super) fn of(rules: &Rules, role: Role) -> Self {
        let (opening, case) = given(&rules.after_sale, role).partition(|&action| form::opens(action));
        let cases = |actions: Vec<after_sale::Action>| actions.into_iter().map(Asked::Case).collect();
        // Whoever meets a trade meets one that is placed.
        let order = given(&rules.order, role).filter(|&action| action != crate::order::Action::Place);
        Self {
            order: order.map(Asked::Order).collect(),
            opening: cases(opening),
            case: cases(case),
            refund: given(&rules.refund, role).map(Asked::Refund).collect(),
        }
    }
}

fn given<M: Machine>(table: &Table<M>, role: Role) -> impl Iterator<Item = M::Action> {
    let actions = M::Action::ALL.iter().copied();
    actions.filter(move |&action| table.gives(action, role))
}
