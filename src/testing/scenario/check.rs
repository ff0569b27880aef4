//! What was expected of a step held against what came.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Scenario;
use super::expect::{Duty, Expectation, Expected, State, Wait};
use super::keyword::{Column, Plain, Sized};
use super::line::{Act, Step};
use super::mismatch::Difference;
use super::run::{Came, Taken, is_verdict, moment, say, waits};
use super::value::When;
use super::write::{Pen, codes_of};
use crate::testing::Stage;
use crate::trade::{Asked, Balance, Options, Subject, Task, options};
use crate::{Actor, Amount, Denied, Kind, Time, Word};

/// Everything that came out otherwise.
pub(super) fn step(stage: &Stage, step: &Step, came: &Came, scenario: &Scenario) -> Vec<Difference> {
    let checker = Checker { stage, came, pen: Pen::new(scenario.frame.lang, &scenario.frame) };
    let mut differences: Vec<Difference> = Vec::new();
    let verdict = step.expected.iter().any(|expected| is_verdict(&expected.what));
    if came.idle {
        let expected = say(checker.pen.lang, "something waits until a time", "有正在等待的期限");
        let found = say(
            checker.pen.lang,
            "nothing waits here, so there is no time at which it is due",
            "没有等待中的期限，无从到期",
        );
        return alloc::vec![Difference { line: step.line, text: String::new(), from: 0, to: 0, expected, came: found }];
    }
    if !verdict {
        let asked = matches!(step.act, Act::Ask(_));
        let accepted = checker.verdict(&Expected::Accepted).filter(|_| asked || came.answer.is_err());
        differences.extend(accepted.map(|(expected, came)| Difference {
            line: step.line,
            text: String::new(),
            from: 0,
            to: 0,
            expected,
            came,
        }));
    }
    for Expectation { line, from, to, what } in &step.expected {
        let found = checker.one(what);
        differences.extend(found.map(|(expected, came)| Difference {
            line: *line,
            text: String::new(),
            from: *from,
            to: *to,
            expected,
            came,
        }));
    }
    differences
}

struct Checker<'a> {
    stage: &'a Stage,
    came: &'a Came,
    pen: Pen<'a>,
}

/// What was expected and what came instead; nothing if it came as expected.
type Apart = Option<(String, String)>;

fn apart(holds: bool, expected: impl FnOnce() -> String, came: impl FnOnce() -> String) -> Apart {
    (!holds).then(|| (expected(), came()))
}

impl Checker<'_> {
    fn one(&self, expected: &Expected) -> Apart {
        let trade = &self.stage.trade;
        match expected {
            Expected::Accepted | Expected::Noted | Expected::Known | Expected::Refused(..) | Expected::Says(_) => {
                self.verdict(expected)
            }
            Expected::State(subject, state, wait) => self.state(*subject, *state, *wait),
            Expected::Total(column, amount) => {
                let found = total(&trade.money.total(), *column);
                apart(found == *amount, || self.pen.total(*column, *amount), || self.pen.total(*column, found))
            }
            Expected::Sized(subject, sized, amount) => self.sized(*subject, *sized, *amount),
            Expected::Kind(no, kind) => {
                let found = trade.case(*no).map(|case| case.terms().kind);
                let name = |kind: Option<Kind>| {
                    format!(
                        "{} {}",
                        self.pen.subject(Subject::Case(*no)),
                        kind.map_or(self.pen.nothing(), |kind| self.pen.shown(kind))
                    )
                };
                apart(found == Some(*kind), || name(Some(*kind)), || name(found))
            }
            Expected::Tasks(wanted, more) => self.tasks(wanted, *more),
            Expected::Rows(wanted, more) => self.rows(wanted, *more),
            Expected::May(actor, asked, subject, kind, codes) => {
                self.may(actor, *asked, *subject, *kind, codes.as_deref())
            }
            Expected::Due(when) => {
                let found = trade.due();
                let holds = when.map_or(found.is_none(), |when| self.is_at(when, found));
                apart(holds, || self.pen.due(when.and_then(|when| moment(self.stage, when))), || self.pen.due(found))
            }
            Expected::Rests => apart(trade.rests(), || self.pen.rests(), || self.pen.waiting(trade)),
        }
    }

    fn verdict(&self, expected: &Expected) -> Apart {
        let taken = self.came.taken();
        let found = || self.pen.answer(self.came, &self.stage.trade);
        match (expected, &self.came.answer) {
            (Expected::Refused(codes, more), Err(denied)) => {
                let found_codes = denied.codes();
                let all_there = codes.iter().all(|code| found_codes.contains(&code.as_str()));
                let none_left = *more || found_codes.iter().all(|code| codes.iter().any(|other| other == code));
                let by_name = !codes.is_empty() || !must_be_named(denied);
                let expected = || match by_name {
                    true => self.pen.refused(codes, *more),
                    false => self.pen.refused_by_a_rule(denied),
                };
                apart(all_there && none_left && by_name, expected, found)
            }
            (Expected::Says(part), Err(denied)) => {
                let core = [crate::Lang::En, crate::Lang::Zh].map(|lang| denied.sentence(lang));
                let holds =
                    core.into_iter().chain([self.pen.sentence(denied)]).any(|said| said.contains(part.as_str()));
                apart(holds, || format!("“{part}”"), || self.pen.sentence(denied))
            }
            (Expected::Refused(codes, more), Ok(_)) => apart(false, || self.pen.refused(codes, *more), found),
            (Expected::Says(part), Ok(_)) => apart(false, || format!("“{part}”"), found),
            (Expected::Noted, _) => apart(taken == Some(Taken::Noted), || self.pen.verdict(Taken::Noted), found),
            (Expected::Known, _) => apart(taken == Some(Taken::Known), || self.pen.verdict(Taken::Known), found),
            _ => {
                // Where nobody asked, whatever time did is accepted.
                let holds = taken == Some(Taken::Row) || (self.came.answer.is_ok() && !self.came.asked);
                apart(holds, || self.pen.verdict(Taken::Row), found)
            }
        }
    }

    /// Whether a time is the one that was said, as exactly as it was said.
    fn is_at(&self, when: When, found: Option<Time>) -> bool {
        let Some((found, wanted)) = found.zip(moment(self.stage, when)) else { return false };
        match when {
            When::At(_, precision) => (0..precision).contains(&found.since(wanted)),
            When::Same | When::After(_) | When::Due(..) => found == wanted,
        }
    }

    fn state(&self, subject: Subject, state: State, wait: Option<Wait>) -> Apart {
        let trade = &self.stage.trade;
        let found = match subject {
            Subject::Order => Some(State::Order(trade.head.state)),
            Subject::Case(no) => trade.case(no).map(|case| State::Case(case.state)),
            Subject::Refund(no) => trade.refund(no).map(|refund| State::Refund(refund.state)),
        };
        let waits = waits(trade, subject);
        let in_time = match wait {
            None => true,
            Some(Wait::Until(when)) => self.is_at(when, waits.due),
            Some(Wait::Frozen) => waits.frozen,
            Some(Wait::Nothing) => waits.due.is_none() && !waits.frozen,
        };
        let expected = || {
            let until = match wait {
                Some(Wait::Until(when)) => Some(moment(self.stage, when)),
                Some(Wait::Nothing) => Some(None),
                None | Some(Wait::Frozen) => None,
            };
            self.pen.state(subject, Some(state), until, wait == Some(Wait::Frozen))
        };
        let came = || match found {
            Some(_) => self.pen.state(subject, found, wait.map(|_| waits.due).filter(|_| !waits.frozen), waits.frozen),
            None => self.pen.none_such(subject, trade),
        };
        apart(found == Some(state) && in_time, expected, came)
    }

    fn sized(&self, subject: Subject, sized: Sized, amount: Amount) -> Apart {
        let trade = &self.stage.trade;
        let found = match (subject, sized) {
            (Subject::Case(no), Sized::Amount) => trade.case(no).map(|case| case.terms().amount),
            (Subject::Case(no), Sized::Fee) => trade.case(no).map(|case| case.terms().fee),
            (Subject::Case(no), Sized::Difference) => trade.case(no).map(|case| case.terms().difference),
            (Subject::Case(no), Sized::Freight) => trade.case(no).map(|case| case.freight),
            (Subject::Refund(no), Sized::Amount) => trade.refund(no).map(|refund| refund.amount),
            (Subject::Order | Subject::Refund(_), _) => None,
        };
        let pen = &self.pen;
        apart(found == Some(amount), || pen.sized(subject, sized, Some(amount)), || pen.sized(subject, sized, found))
    }

    fn tasks(&self, wanted: &[Duty], more: bool) -> Apart {
        let events = self.came.answer.as_deref().unwrap_or_default();
        let came: Vec<&Task> = events.iter().flat_map(|event| &event.tasks).collect();
        let mut left = came.clone();
        // What says most is looked for first.
        let mut by_detail: Vec<&Duty> = wanted.iter().collect();
        by_detail.sort_by_key(|duty| duty.amount.is_none() && duty.points.is_none());
        let is = |duty: &Duty, task: &Task| {
            task.what == duty.what
                && (duty.amount.is_none() || task.amount == duty.amount)
                && (duty.points.is_none() || task.points == duty.points)
        };
        let all_there = by_detail.iter().all(|duty| {
            let at = left.iter().position(|task| is(duty, task));
            at.map(|at| left.remove(at)).is_some()
        });
        let found: Vec<Duty> =
            came.iter().map(|task| Duty { what: task.what, amount: task.amount, points: task.points }).collect();
        apart(all_there && (more || left.is_empty()), || self.pen.tasks(wanted, more), || self.pen.tasks(&found, false))
    }

    fn rows(&self, wanted: &[String], more: bool) -> Apart {
        let events = self.came.answer.as_deref().unwrap_or_default();
        let came: Vec<String> = events.iter().filter_map(|event| Some(event.row?.to_string())).collect();
        let holds = if more { wanted.iter().all(|row| came.contains(row)) } else { came == wanted };
        apart(holds, || self.pen.rows(wanted, more), || self.pen.rows(&came, false))
    }

    fn may(
        &self,
        actor: &Actor,
        asked: Asked,
        subject: Subject,
        kind: Option<Kind>,
        codes: Option<&[String]>,
    ) -> Apart {
        let pen = &self.pen;
        let expected = || pen.may(actor, asked, subject, kind, codes);
        let found = match options(&self.stage.book(), &self.stage.trade, actor, self.stage.now) {
            Ok(found) => found,
            Err(denied) => {
                let named = |codes: &[String]| match codes.is_empty() {
                    true => !must_be_named(&denied),
                    false => codes.iter().all(|code| denied.codes().contains(&code.as_str())),
                };
                return apart(codes.is_some_and(named), expected, || pen.sentence(&denied));
            }
        };
        let choice = found.choices.iter().find(|choice| {
            (choice.subject, choice.asked) == (subject, asked) && (kind.is_none() || choice.bounds.kind == kind)
        });
        let why = if choice.is_some() { None } else { why_not(self.stage, &found, asked, subject, kind) };
        let seen = why.as_ref().map(Denied::codes);
        let holds = match (codes, choice) {
            (None, choice) => choice.is_some(),
            (Some(_), Some(_)) => false,
            (Some(codes), None) => codes.is_empty() || seen.as_ref().is_some_and(|seen| same(codes, seen)),
        };
        let came = || match (choice, why) {
            (Some(choice), _) => choice.sentence(pen.lang),
            (None, Some(why)) => {
                format!("{}{}{} ({})", subject.label(pen.lang), pen.colon(), pen.sentence(&why), codes_of(&why))
            }
            (None, None) => say(pen.lang, "no rule gives this to the role", "没有任何规则允许该角色这样做"),
        };
        apart(holds, expected, came)
    }
}

/// Why something is not offered. Of a kind it is what is answered to the nearest request that is put together for it, or
/// for another kind, with this kind named in it.
fn why_not(stage: &Stage, found: &Options, asked: Asked, subject: Subject, kind: Option<Kind>) -> Option<Denied> {
    let listed = found.unavailable.iter().find(|other| (other.subject, other.asked) == (subject, asked));
    let listed = listed.map(|other| other.why.clone());
    let Some(kind) = kind else { return listed };
    let offered = found.choices.iter().map(|choice| &choice.template);
    let tried = offered.chain(found.unavailable.iter().map(|other| &other.tried));
    let tried = tried.filter(|request| (request.subject, request.asked) == (subject, asked));
    let of_kind = tried.flat_map(|request| {
        let whole = request.clone().with(|detail| detail.kind = Some(kind));
        let without_money = whole.clone().with(|detail| {
            (detail.amount, detail.fee, detail.difference, detail.freight) = (None, None, None, None);
        });
        [whole, without_money]
    });
    let denied = of_kind.filter_map(|request| crate::step(&stage.book(), &stage.trade, &request, stage.now).err());
    denied.min_by_key(|denied| (must_be_named(denied), denied.codes().len())).or(listed)
}

/// Whether a refusal is none of the trade's rules, but of a request that misses them: of somebody unknown, without form,
/// or out of time. Nobody expects these who only says `refused`; they are expected by their codes.
fn must_be_named(denied: &Denied) -> bool {
    denied.codes().iter().any(|code| {
        let plain = Plain::from_code(code);
        plain.is_some_and(|plain| {
            matches!(plain, Plain::Stranger | Plain::Malformed | Plain::Backwards | Plain::OtherTerms | Plain::Defect)
        })
    })
}

fn same(codes: &[String], seen: &[&str]) -> bool {
    codes.iter().all(|code| seen.contains(&code.as_str()))
        && seen.iter().all(|code| codes.iter().any(|other| other == code))
}

pub(super) fn total(balance: &Balance, column: Column) -> Amount {
    match column {
        Column::Paid => balance.paid,
        Column::Kept => balance.kept(),
        Column::Claimed => balance.claimed,
        Column::Reserved => balance.reserved,
        Column::Refunded => balance.refunded,
        Column::Lost => balance.lost,
    }
}
