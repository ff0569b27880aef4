//! Actions that ask for something because of some units: which units of which lines, with which reasons, for how much.
//!
//! The bounds must hold for every mixture of them. Each reason is asked once for all units; where those differ in when
//! they came, or some of them stand in the way, for each line alone. What is accepted for each of several lines
//! alone is accepted for them together, with the same reason.

use alloc::vec;
use alloc::vec::Vec;

use super::ask::{Not, Seen, always_asks_for, ask, is_taken};
use super::bounds::{AmountBounds, Bounds, Parts, ReasonBounds, Within};
use super::class::{Answer, Taken, Terms};
use super::fill::named;
use super::plain::{at_most, bound, least, parts, words};
use super::stock::{Candidate, stock};
use super::{Nearest, Seek};
use crate::after_sale::Condition;
use crate::trade::draft::{Draft, case_of};
use crate::trade::fields;
use crate::trade::form::EVIDENCE_MOST;
use crate::trade::work::Turn;
use crate::trade::{Field, Request, Wanted, plan};
use crate::{Amount, Kind, Reason, Set};

/// So many units are asked for one by one where the units of a line differ; more are not offered then.
const ONE_BY_ONE: u32 = 32;

/// How an amount is named while it is searched for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Money {
    /// Not at all: all that there is.
    Whole,
    /// The least there is.
    Least,
}

/// One reason with everything that is taken with it, as the request names it.
struct Found {
    terms: Terms,
    seen: Seen,
}

impl Seek<'_> {
    /// The greatest request of one kind that is taken, and its bounds.
    pub(super) fn terms(&self, mut request: Request, nearest: &mut Nearest) -> Option<(Request, Bounds)> {
        let (needs, takes) = fields(request.asked);
        let named = request.detail.kind;
        let needs = Set::of(needs).with(Field::Units);
        let mut bounds = Bounds {
            needs: if named.is_some() { needs.with(Field::Kind) } else { needs },
            takes: Set::of(takes),
            kind: named.or(self.unnamed),
            ..Bounds::default()
        };
        let mut stock = stock(self.work, &request);
        if stock.is_empty() {
            let not = ask(self.work, &request).err();
            nearest.consider(&request, not.map_or(1, |not| not.blockers));
        }
        let mut money = Money::Whole;
        let mut best: Option<(u32, Request, Seen)> = None;
        let kind = bounds.kind.unwrap_or(Kind::RefundOnly);
        let mut answers: Vec<Answer> = Vec::new();
        for reason in self.reasons(&request, kind) {
            request.detail.reason = Some(reason);
            let mut answer = self.unanswered(&request, kind, reason, &stock, money);
            if let Some(same) = answers.iter().find(|other| other.goes_for(&answer)) {
                let anew = || {
                    let (mut request, mut stock, mut money) = (request.clone(), stock.clone(), money);
                    self.with_reason(&mut request, &mut stock, &mut money, &mut Nearest::default())
                };
                debug_assert!(same.is(anew().map(|found| found.terms)), "reasons of one class: {reason:?}");
                if let Some(terms) = &same.terms {
                    terms.add_to(reason, &mut bounds);
                }
                continue;
            }
            if let Some(Found { terms, seen }) = self.with_reason(&mut request, &mut stock, &mut money, nearest) {
                terms.add_to(reason, &mut bounds);
                let count = terms.units.iter().map(|units| units.most).sum();
                if best.as_ref().is_none_or(|(most, ..)| count > *most) {
                    best = Some((count, request.clone(), seen));
                }
                answer.terms = Some(terms);
            }
            answers.push(answer);
        }
        let (_, mut template, seen) = best?;
        self.strip(&mut template, &mut bounds);
        self.finish(&mut template, &seen, &mut bounds);
        Some((template, bounds))
    }

    /// The reasons that are looked at: those that the policy has for the kind, where every row asks that they fit; else
    /// all.
    fn reasons(&self, request: &Request, kind: Kind) -> Vec<Reason> {
        let policy = self.work.book.policy;
        let must_fit = always_asks_for(self.work, request, Condition::ReasonFits);
        let fits = |reason| policy.reason_fits(kind, reason, true) || policy.reason_fits(kind, reason, false);
        let reasons = Reason::ALL.iter().copied();
        reasons.filter(|&reason| !must_fit || fits(reason)).collect()
    }

    /// Everything that is taken with the request's reason. The request then names all of it.
    fn with_reason(
        &self,
        request: &mut Request,
        stock: &mut [Candidate],
        money: &mut Money,
        nearest: &mut Nearest,
    ) -> Option<Found> {
        let groups = Self::groups(stock);
        let whole_lines = self.work.book.policy.switches.whole_line_only;
        if let ([(group, true)], false) = (groups.as_slice(), whole_lines) {
            match self.together(request, all_of(stock, group), money) {
                Ok(found) => return Some(found),
                Err(not) if settles(request, stock, group, &not, nearest) => return None,
                Err(_) => {}
            }
        }
        let mut units = Vec::new();
        for (group, alike) in &groups {
            if *alike && !whole_lines && groups.len() > 1 {
                let all = all_of(stock, group);
                request.detail.units = names(&all);
                match self.ask_for(request, money) {
                    Ok(_) => {
                        units.extend(all);
                        continue;
                    }
                    Err(not) if settles(request, stock, group, &not, nearest) => continue,
                    Err(_) => {}
                }
            }
            self.one_by_one(request, stock, group, money, nearest, &mut units);
        }
        if !units.is_empty() {
            return self.together(request, units, money).ok();
        }
        if groups.len() < 2 {
            return None;
        }
        // One line may hold what another could not ask for alone.
        let all = groups.iter().flat_map(|(group, _)| all_of(stock, group)).collect();
        let mut found = self.together(request, all, money).ok()?;
        found.terms.bounds.together = true;
        Some(found)
    }

    /// The lines that go together, and whether they do.
    fn groups(stock: &[Candidate]) -> Vec<(Vec<usize>, bool)> {
        let mut groups: Vec<(Vec<usize>, bool)> = Vec::new();
        for (at, line) in stock.iter().enumerate().filter(|(_, line)| !line.hopeless) {
            let with = |(group, _): &&mut (Vec<usize>, bool)| {
                let first = group.first().and_then(|&first| stock.get(first));
                first.is_some_and(|first| line.goes_with(first))
            };
            match groups.iter_mut().find(with) {
                Some((group, _)) => group.push(at),
                None => groups.push((vec![at], line.goes_with(line))),
            }
        }
        groups
    }

    /// What is taken of each line of a group alone.
    fn one_by_one(
        &self,
        request: &mut Request,
        stock: &mut [Candidate],
        group: &[usize],
        money: &mut Money,
        nearest: &mut Nearest,
        found: &mut Vec<Taken>,
    ) {
        for (place, &at) in group.iter().enumerate() {
            let (before, rest) = stock.split_at_mut(at);
            let Some(line) = rest.first_mut() else { continue };
            let mut asked = group.iter().take(place).filter_map(|&other| before.get(other));
            if let Some(other) = asked.find(|other| line.is_like(other)) {
                line.hopeless = other.hopeless;
                let same = found.iter().find(|units| units.line == other.id);
                found.extend(same.map(|units| Taken { line: line.id, each: line.each, ..*units }));
                continue;
            }
            match self.most(request, line, money) {
                Ok((least, most)) => found.push(Taken { least, most, ..whole(line) }),
                Err(not) => {
                    nearest.consider(request, not.blockers);
                    // Where all units are alike, no other reason takes away what is not the reason's doing.
                    line.hopeless = line.is_uniform() && not.by_reason < not.blockers;
                }
            }
        }
    }

    /// The least and the most units of a line of which every number between them is taken.
    fn most(&self, request: &mut Request, line: &Candidate, money: &mut Money) -> Result<(u32, u32), Not> {
        let mut taken = |count: u32| {
            request.detail.units = vec![named(line.id, count)];
            self.ask_for(request, money)
        };
        // The policy may take only whole lines; not every row asks for that.
        let whole_lines = self.work.book.policy.switches.whole_line_only && line.free > 1;
        if line.is_uniform() {
            match taken(line.free) {
                Ok(_) => {
                    let fewest = if whole_lines && taken(1).is_err() { line.free } else { 1 };
                    return Ok((fewest, line.free));
                }
                // Units that are alike but for an odd cent: fewer of them may be worth nothing, and then be taken.
                Err(not) if not.by_amount == not.blockers && not.blockers > 0 => {}
                Err(not) => return Err(not),
            }
        }
        // Another number takes other units. Of several runs of numbers that are taken, the last is listed.
        let first = taken(1);
        let mut run = first.is_ok().then_some((1, 1));
        let all = (line.free > ONE_BY_ONE).then_some(line.free);
        for count in (2..=line.free.min(ONE_BY_ONE)).chain(all) {
            if taken(count).is_ok() {
                run = match run {
                    Some((least, most)) if most + 1 == count => Some((least, count)),
                    Some(_) | None => Some((count, count)),
                };
            }
        }
        match (run, first) {
            (Some(run), _) => Ok(run),
            (None, Ok(_)) => Ok((1, 1)),
            (None, Err(not)) => Err(not),
        }
    }

    /// Asks with the amount left out, or, where it must be named, with the least.
    fn ask_for(&self, request: &mut Request, money: &mut Money) -> Result<Seen, Not> {
        let named = match money {
            Money::Whole => None,
            Money::Least => Some(Amount::new(1)),
        };
        request.detail.amount = named.map(Into::into);
        let not = match ask(self.work, request) {
            Ok(seen) => return self.of_kind(request, seen),
            Err(not) => not,
        };
        if !names_money(request) || not.by_amount < not.blockers || not.blockers == 0 {
            return Err(not);
        }
        // Only what the units hold, where others have the shipping; or a little, or nothing at all.
        let goods = not.goods.filter(|_| not.shipping);
        for amount in goods.into_iter().chain([Amount::new(1), Amount::ZERO]) {
            request.detail.amount = Some(amount.into());
            if let Ok(seen) = ask(self.work, request) {
                if goods.is_none() && !amount.is_zero() {
                    *money = Money::Least;
                }
                return self.of_kind(request, seen);
            }
        }
        Err(not)
    }

    /// Where the request names no kind, each is listed with what comes to it.
    fn of_kind(&self, request: &Request, seen: Seen) -> Result<Seen, Not> {
        let kind = seen.draft.as_ref().map(|draft| draft.offer.kind);
        if kind == request.detail.kind.or(self.unnamed) { Ok(seen) } else { Err(Not::default()) }
    }

    /// Asks for all these units with the reason of the request, and how much they may ask for.
    fn together(&self, request: &mut Request, units: Vec<Taken>, money: &mut Money) -> Result<Found, Not> {
        request.detail.units = names(&units);
        let seen = self.ask_for(request, money)?;
        let amount_needed = request.detail.amount.is_some();
        let amount = match seen.most.filter(|_| names_money(request)) {
            Some(most) => {
                let most = self.most_money(request, &seen, most);
                Some(AmountBounds { whole: !seen.whole.is_zero(), ..bound(least(&seen, most), most) })
            }
            None => None,
        };
        let any_evidence = Within { least: 0, most: EVIDENCE_MOST as u32 };
        let bounds = ReasonBounds {
            reason: request.detail.reason.unwrap_or(Reason::NoReason),
            evidence: at_most(seen.evidence.unwrap_or(any_evidence)),
            amount,
            together: false,
            until: seen.window,
        };
        let terms = Terms { units, bounds, most: seen.most, amount_needed };
        Ok(Found { terms, seen })
    }

    /// The most that the request may name, and names then: all that can be refunded, unless something stands against
    /// that.
    fn most_money(&self, request: &mut Request, seen: &Seen, most: Amount) -> Amount {
        let taken = seen.asked.unwrap_or_default();
        let mut reaches = |amount: Amount| {
            request.detail.amount = Some(amount.into());
            is_taken(self.work, request)
        };
        let (mut least, mut above) = (taken.minor(), most.minor().saturating_add(1));
        if taken < most && reaches(most) {
            least = most.minor();
        }
        // Less is taken wherever more is.
        while least + 1 < above && least < most.minor() {
            let middle = least.midpoint(above);
            if reaches(Amount::new(middle)) {
                least = middle;
            } else {
                above = middle;
            }
        }
        request.detail.amount = Some(Amount::new(least).into());
        Amount::new(least)
    }

    /// What the amount is made of; not known for a case that has a claim already, since that would be let go first.
    fn parts(&self, draft: &Draft, most: Amount) -> Option<Parts> {
        let split = plan::split(&self.work.trade, self.work.book.policy.refund_split, &draft.units, most)?;
        Some(parts(&split))
    }

    fn finish(&self, template: &mut Request, seen: &Seen, bounds: &mut Bounds) {
        if bounds.takes.has(Field::Reason) {
            let own = case_of(&self.work.trade, &Turn::of(template));
            let unsaid = own.map_or(Reason::NoReason, |case| case.reason);
            let listed = bounds.reasons.iter().any(|bounds| bounds.reason == unsaid);
            bounds.unsaid = Some(unsaid).filter(|_| listed);
        }
        words(seen, bounds);
        bounds.parts = seen.draft.as_ref().and_then(|draft| self.parts(draft, template.detail.amount?.amount));
        bounds.fee = self.fee(template, seen);
        self.close(template, bounds);
        // How much evidence is needed depends on the reason.
        if bounds.needs.has(Field::Evidence) {
            bounds.needs = bounds.needs.without(Field::Evidence);
            bounds.takes = bounds.takes.with(Field::Evidence);
        }
        bounds.evidence = None;
    }
}

/// Whether an amount says something: money is asked for, or the value of what is to be sent.
pub(super) fn names_money(request: &Request) -> bool {
    let kind = request.detail.kind.is_some_and(|kind| kind.pays() || !kind.returns());
    kind && fields(request.asked).1.contains(&Field::Amount)
}

/// Whether a refusal of all units of a group together is one of each of its lines: where all of them are alike, and it
/// is not about how much they hold. What is neither the reason's nor the amount's doing goes for every reason.
fn settles(request: &Request, stock: &mut [Candidate], group: &[usize], not: &Not, nearest: &mut Nearest) -> bool {
    let of_group = || group.iter().filter_map(|&at| stock.get(at));
    let first = of_group().next();
    let alike = of_group().all(|line| first.is_some_and(|first| line.has_fate_of(first)));
    let hopeless = not.by_reason < not.blockers;
    if !alike || not.blockers == 0 || (!hopeless && not.by_amount > 0) {
        return false;
    }
    nearest.consider(request, not.blockers);
    for &at in group {
        if let Some(line) = stock.get_mut(at) {
            line.hopeless = hopeless;
        }
    }
    true
}

fn names(units: &[Taken]) -> Vec<Wanted> {
    units.iter().map(|units| named(units.line, units.most)).collect()
}

/// All units of these lines.
fn all_of(stock: &[Candidate], group: &[usize]) -> Vec<Taken> {
    group.iter().filter_map(|&at| stock.get(at)).map(whole).collect()
}

const fn whole(line: &Candidate) -> Taken {
    Taken { line: line.id, least: 1, most: line.free, each: line.each }
}
