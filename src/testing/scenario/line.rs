//! One step as it is written: when, who, what, on what, with what.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::cursor::Cursor;
use super::expect::Expectation;
use super::fault::{Problem, Read};
use super::head::Frame;
use super::keyword::{Given, Joint, Want};
use super::value::{self, When};
use super::{fields, lexis};
use crate::trade::{Asked, Request, Subject};
use crate::{Actor, Id, Role, after_sale, order, refund};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The line on which it stands.
    pub(super) line: usize,
    pub(super) when: When,
    pub(super) act: Act,
    /// What is expected of it.
    pub(super) expected: Vec<Expectation>,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Somebody asks.
    Ask(Box<Ask>),
    /// Time alone acts, once, however much is overdue.
    Clock,
    /// Nobody acts: each deadline passes in its time.
    Silence {
        /// Until nothing waits any more.
        to_rest: bool,
    },
    /// The order has come so far.
    Given(Given),
}

/// What somebody asks; times that are said as lengths are filled in when it is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) request: Request,
    pub(super) until: Option<When>,
    pub(super) stage_at: Option<When>,
    /// Whether `order none` was said, so that an order is placed without one.
    pub(super) without_order: bool,
}

/// Reads a step without its fields; the cursor stands behind the action, at the colon if there is one.
pub(super) fn step(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<Step> {
    let line = cursor.line.no;
    let calendar = frame.calendar();
    let said = value::when(cursor, &calendar)?;
    let when = said.unwrap_or(When::Same);
    let act = if cursor.is_word(Joint::Silence) {
        return silence(cursor, frame, line, said);
    } else if cursor.is_word(Joint::Given) {
        cursor.eat(':');
        Act::Given(cursor.need::<Given>()?)
    } else {
        match ask(cursor, frame)? {
            Some(request) => Act::Ask(Box::new(Ask { request, until: None, stage_at: None, without_order: false })),
            None => Act::Clock,
        }
    };
    Ok(Step { line, when, act, expected: Vec::new() })
}

/// `silence`, `silence 3d`, `silence until rest`, `+3d silence`, `past due of case 1 silence`.
fn silence(cursor: &mut Cursor<'_>, frame: &Frame, line: usize, said: Option<When>) -> Read<Step> {
    let until = cursor.is_word(Joint::Until);
    let to_rest = cursor.is_word(Joint::Rest);
    let when = match said {
        Some(when) => when,
        None if to_rest => When::Same,
        None if cursor.is_done() => When::Due(None, true),
        None if until => value::need_when(cursor, &frame.calendar())?,
        None => When::After(value::length(cursor)?),
    };
    Ok(Step { line, when, act: Act::Silence { to_rest }, expected: Vec::new() })
}

/// Reads who asks for what on what; `None` for time, which acts without asking.
fn ask(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<Option<Request>> {
    if !cursor.sees::<Role>() {
        let names = lexis::all_names::<Role>(cursor.lang());
        let heads = lexis::all_names::<super::keyword::Head>(cursor.lang());
        let joints = lexis::all_names::<Joint>(cursor.lang());
        let names = names.chain(heads).chain(joints).collect();
        return Err(cursor.unknown(Want::Beginning, names, super::head::beginnings(cursor.lang())));
    }
    let mut named = *cursor;
    let (actor, bare) = who(cursor, frame)?;
    if actor.role == Role::Clock && bare && cursor.is_done() {
        return Ok(None);
    }
    if bare && is_before_action(*cursor) {
        return Err(nobody(cursor, &actor));
    }
    let before = value::try_subject(cursor)?;
    if !bare && (cursor.is_done() || cursor.is_at(':')) {
        // What was taken for a name was to be an action.
        named.word::<Role>();
        return Err(no_such_action(&named, actor.role, before));
    }
    let (asked, subject) = what(cursor, actor.role, before)?;
    let mut request = Request::by(actor).order(order::Action::Note);
    (request.asked, request.subject) = (asked, subject);
    Ok(Some(request))
}

/// Reads who it is. What is left out is as the order says; whether everything was left out stands beside it.
pub(super) fn who(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<(Actor, bool)> {
    let role = cursor.need::<Role>()?;
    let mut actor = usual(role, frame);
    let bare = !names_somebody(cursor, frame);
    if !bare && !cursor.is_at('/') && lexis::find::<Joint>(cursor.rest()).is_none_or(|(word, _)| word != Joint::Of) {
        actor.id = cursor.name(&['/', '／'])?;
    }
    if cursor.eat('/') {
        actor.account = Some(cursor.name(&[])?);
    }
    if cursor.is_word(Joint::Of) {
        actor.tenant = if cursor.is_word(Joint::Nothing) { None } else { Some(cursor.name(&[])?) };
    }
    Ok((actor, bare))
}

/// Whether a name stands here, and not yet what is done.
fn names_somebody(cursor: &Cursor<'_>, frame: &Frame) -> bool {
    let (word, at_end) =
        (lexis::find::<Joint>(cursor.rest()), cursor.is_done() || cursor.is_at(':') || cursor.is_at(','));
    let joins = word.is_some_and(|(word, _)| matches!(word, Joint::May | Joint::MayNot));
    let acts = action(cursor.rest()).is_some() || cursor.sees::<super::keyword::About>();
    let qualified = machine(cursor.rest()).is_some();
    !(joins || at_end || acts || qualified) && is_name(*cursor, frame)
}

/// Whether what stands here is a name and no other word: it stands in quotation marks, is that of a party of the file,
/// has a digit in it as `cs-7` has, or goes on with a sub-account or a tenant.
fn is_name(mut cursor: Cursor<'_>, frame: &Frame) -> bool {
    let joins = |cursor: &Cursor<'_>| {
        cursor.is_at('/') || lexis::find::<Joint>(cursor.rest()).is_some_and(|(word, _)| word == Joint::Of)
    };
    if joins(&cursor) || matches!(cursor.quoted(), Ok(Some(_)) | Err(_)) {
        return true;
    }
    let token = cursor.token(&['/', '／']);
    token.contains(|letter: char| letter.is_ascii_digit()) || joins(&cursor) || is_party(token, frame)
}

/// Whether somebody of this name has a part in an order of the file.
fn is_party(name: &str, frame: &Frame) -> bool {
    let orders = core::iter::once(&frame.order).chain(frame.others.iter().map(|(_, order)| order));
    let parties = orders.flat_map(|order| {
        let lists = order.finance.iter().chain(&order.gateways).chain(&order.carriers);
        [&order.buyer, &order.merchant].into_iter().chain(lists)
    });
    let mut parties = parties.chain([&frame.key.tenant]);
    parties.any(|id| id.as_str() == name)
}

/// Whether a word stands here that is none of the grammar, and an action after it.
fn is_before_action(mut cursor: Cursor<'_>) -> bool {
    let acts = |cursor: &Cursor<'_>| machine(cursor.rest()).is_some() || action(cursor.rest()).is_some();
    if acts(&cursor) || cursor.sees::<super::keyword::About>() {
        return false;
    }
    let word = cursor.token(&[]);
    !word.is_empty() && acts(&cursor)
}

/// Whether a word of this vocabulary stands after the next piece.
pub(super) fn is_before<W: lexis::Vocabulary>(mut cursor: Cursor<'_>) -> bool {
    !cursor.token(&[]).is_empty() && cursor.sees::<W>()
}

/// That a word before what is done is nobody's name.
pub(super) fn nobody(cursor: &Cursor<'_>, usual: &Actor) -> Box<super::fault::ScenarioFault> {
    let found = alloc::string::String::from(cursor.next_token());
    let role = alloc::string::String::from(lexis::written(usual.role, cursor.lang()));
    let party = alloc::string::String::from(usual.id.as_str());
    cursor.wrong_here(Problem::Nobody { found, role, party })
}

/// Who it is in this role, unless somebody else is named.
pub(super) fn usual(role: Role, frame: &Frame) -> Actor {
    let order = &frame.order;
    let first = |ids: &[Id], usual: &'static str| ids.first().copied().unwrap_or_else(|| Id::from(usual));
    match role {
        Role::Buyer => Actor::buyer(order.buyer),
        Role::Merchant => Actor::merchant(order.merchant),
        Role::Finance => Actor::finance(first(&order.finance, "fin-1")),
        Role::Platform => Actor::platform(frame.key.tenant, "cs-1"),
        Role::Carrier => Actor::carrier(first(&order.carriers, "sf")),
        Role::Gateway => Actor::gateway(first(&order.gateways, "pay")),
        Role::Clock => Actor::clock(),
        Role::Trade => Actor::trade(),
    }
}

/// Which machine is named before a dot, as in `order.ship`, and how long that is.
fn machine(text: &str) -> Option<(Subject, usize)> {
    let machines = [("order.", Subject::Order), ("after_sale.", Subject::Case(0)), ("refund.", Subject::Refund(0))];
    machines.iter().find(|(name, _)| text.starts_with(name)).map(|(name, subject)| (*subject, name.len()))
}

/// The actions with the longest name with which the text begins, one of each machine at most, and how long it is.
fn action(text: &str) -> Option<(Vec<Asked>, usize)> {
    let order = lexis::find::<order::Action>(text).map(|(action, len)| (Asked::Order(action), len));
    let case = lexis::find::<after_sale::Action>(text).map(|(action, len)| (Asked::Case(action), len));
    let refund = lexis::find::<refund::Action>(text).map(|(action, len)| (Asked::Refund(action), len));
    let found: Vec<(Asked, usize)> = [order, case, refund].into_iter().flatten().collect();
    let longest = found.iter().map(|(_, len)| *len).max()?;
    Some((found.into_iter().filter(|(_, len)| *len == longest).map(|(asked, _)| asked).collect(), longest))
}

/// Reads what is done, and on what unless that stood before it.
pub(super) fn what(cursor: &mut Cursor<'_>, role: Role, before: Option<Subject>) -> Read<(Asked, Subject)> {
    let start = *cursor;
    let named = machine(cursor.rest());
    if let Some((_, len)) = named {
        cursor.pass(len);
    }
    let Some((found, len)) = action(cursor.rest()) else {
        return Err(no_such_action(cursor, role, before));
    };
    let is_part = cursor.is_part(len);
    cursor.pass(len);
    if is_part && !cursor.sees::<super::keyword::About>() {
        return Err(no_such_action(&start, role, before));
    }
    let after_action = *cursor;
    let said = match before {
        Some(subject) => Some(subject),
        None => value::try_subject(cursor)?,
    };
    if let Some((machine, _)) = named {
        let asked = found.iter().copied().find(|&asked| same_machine(asked, machine));
        let asked =
            asked.ok_or_else(|| start.wrong(len, Problem::OtherMachine { fits: fits(&found, start.lang()) }))?;
        return which(asked, said, &after_action, &start);
    }
    let Some(subject) = said else {
        let asked =
            found.iter().copied().find(|asked| matches!(asked, Asked::Order(_))).or_else(|| found.first().copied());
        let asked = asked.unwrap_or(Asked::Order(order::Action::Note));
        return which(asked, None, &after_action, &start);
    };
    let asked = found.iter().copied().find(|&asked| same_machine(asked, subject));
    match asked {
        Some(asked) => Ok((asked, subject)),
        None => Err(start.wrong(len, Problem::OtherMachine { fits: fits(&found, start.lang()) })),
    }
}

/// On what an action is done of which only the machine is known.
fn which(asked: Asked, said: Option<Subject>, after: &Cursor<'_>, start: &Cursor<'_>) -> Read<(Asked, Subject)> {
    match (said, asked) {
        (Some(subject), _) => Ok((asked, subject)),
        (None, Asked::Order(_)) => Ok((asked, Subject::Order)),
        (None, Asked::Case(action)) if opens(action) => Ok((asked, Subject::Case(0))),
        (None, Asked::Case(_) | Asked::Refund(_)) => Err(not_which(asked, after, start)),
    }
}

/// That it is not said on which case or refund: nothing is, or another word stands where it is to be.
fn not_which(asked: Asked, after: &Cursor<'_>, start: &Cursor<'_>) -> Box<super::fault::ScenarioFault> {
    if after.is_done() || [':', '(', ',', ';'].iter().any(|&mark| after.is_at(mark)) {
        return after.wrong_since(start, Problem::WhichOne { asked });
    }
    after.unknown(Want::Subject, lexis::all_names::<super::keyword::About>(after.lang()).collect(), {
        fits(&[asked], after.lang())
    })
}

/// Whether the action opens a case.
pub(super) const fn opens(action: after_sale::Action) -> bool {
    use after_sale::Action;
    matches!(action, Action::Apply | Action::Declare | Action::Grant | Action::Offer)
}

pub(super) const fn same_machine(asked: Asked, subject: Subject) -> bool {
    matches!(
        (asked, subject),
        (Asked::Order(_), Subject::Order) | (Asked::Case(_), Subject::Case(_)) | (Asked::Refund(_), Subject::Refund(_))
    )
}

fn fits(found: &[Asked], lang: crate::Lang) -> Vec<alloc::string::String> {
    let example = |asked: &Asked| match asked {
        Asked::Order(_) => Subject::Order,
        Asked::Case(action) if opens(*action) => Subject::Case(0),
        Asked::Case(_) => Subject::Case(1),
        Asked::Refund(_) => Subject::Refund(1),
    };
    found.iter().map(|asked| example(asked).label(lang)).collect()
}

/// That no such action is known; what this role may ever do is listed.
fn no_such_action(cursor: &Cursor<'_>, role: Role, before: Option<Subject>) -> Box<super::fault::ScenarioFault> {
    let lang = cursor.lang();
    let before = before.or_else(|| {
        let mut after = *cursor;
        after.token(&[]);
        value::try_subject(&mut after).ok().flatten()
    });
    let (order, case, refund) = (&order::RULES, &after_sale::RULES, &refund::RULES);
    let mut all = Vec::new();
    if before.is_none_or(|subject| subject == Subject::Order) {
        let may = |action| order::State::ALL.iter().any(|&state| order.may(state, action, role));
        all.extend(
            order::Action::ALL.iter().copied().filter(|&action| may(action)).map(|action| lexis::shown(action, lang)),
        );
    }
    if before.is_none_or(|subject| matches!(subject, Subject::Case(_))) {
        let may = |action| after_sale::State::ALL.iter().any(|&state| case.may(state, action, role));
        all.extend(
            after_sale::Action::ALL
                .iter()
                .copied()
                .filter(|&action| may(action))
                .map(|action| lexis::shown(action, lang)),
        );
    }
    if before.is_none_or(|subject| matches!(subject, Subject::Refund(_))) {
        let may = |action| refund::State::ALL.iter().any(|&state| refund.may(state, action, role));
        all.extend(
            refund::Action::ALL.iter().copied().filter(|&action| may(action)).map(|action| lexis::shown(action, lang)),
        );
    }
    let names = lexis::all_names::<order::Action>(lang)
        .chain(lexis::all_names::<after_sale::Action>(lang))
        .chain(lexis::all_names::<refund::Action>(lang));
    cursor.unknown(Want::Action, names.collect(), lexis::each_once(all))
}

/// Reads the fields of a step, if it has any.
pub(super) fn fields(cursor: &mut Cursor<'_>, frame: &Frame, step: &mut Step) -> Read<()> {
    if !cursor.eat(':') {
        return cursor.end();
    }
    more_fields(cursor, frame, step)
}

/// Reads fields with a comma between them.
pub(super) fn more_fields(cursor: &mut Cursor<'_>, frame: &Frame, step: &mut Step) -> Read<()> {
    let Act::Ask(ask) = &mut step.act else { return cursor.end() };
    while !cursor.is_done() {
        fields::field(cursor, frame, ask)?;
        if !cursor.eat(',') && !cursor.eat(';') {
            break;
        }
    }
    cursor.end()
}
