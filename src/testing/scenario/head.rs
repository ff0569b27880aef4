//! The head of a scenario: what it is called, its policy, and the orders that are placed in it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::cursor::{Cursor, Line};
use super::fault::{Problem, Read, ScenarioFault};
use super::keyword::{Entry, Head, Want};
use super::value::{amount, number, yes_no};
use super::{lexis, terms};
use crate::testing::{PolicyChange, Preset, SettingFault};
use crate::trade::{NewOrder, TradeKey};
use crate::{Amount, Currency, FixedCalendar, Id, Lang, Policy, PolicyFault};

/// What everything else in a file goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) lang: Lang,
    pub(super) title: String,
    pub(super) source: String,
    pub(super) preset: Preset,
    /// The preset with the changes that were read so far.
    policy: Policy,
    pub(super) changes: Vec<PolicyChange>,
    pub(super) key: TradeKey,
    /// The order that the scenario is about.
    pub(super) order: NewOrder,
    /// Other orders, which steps name.
    pub(super) others: Vec<(Id, NewOrder)>,
}

/// To which part of the head the indented lines belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Nothing,
    Policy,
    Order,
    Other,
    /// A heading that stands further up already; what is below it is not read.
    Again,
}

/// An unindented line of the head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading<'a> {
    pub(super) head: Head,
    /// The name of another order.
    pub(super) name: Option<&'a str>,
    /// What follows.
    cursor: Cursor<'a>,
}

impl<'a> Heading<'a> {
    /// The heading on a line. `None` if it is none.
    pub(super) fn at(line: Line<'a>) -> Option<Self> {
        let mut cursor = line.begin();
        let head = cursor.word::<Head>()?;
        let name = (head == Head::Order && !cursor.is_at(':') && !cursor.is_done()).then(|| cursor.token(&[]));
        // `order …` may begin a line that is no heading.
        (name.is_none() || cursor.is_at(':')).then_some(Self { head, name, cursor })
    }
}

impl Frame {
    pub(super) fn new(lang: Lang) -> Self {
        let preset = Preset::CnMarketplace;
        let policy = preset.policy();
        Self {
            lang,
            title: String::new(),
            source: String::new(),
            preset,
            changes: Vec::new(),
            key: TradeKey { tenant: Id::from("mall"), order: Id::from("o-1") },
            order: bare_order(policy.currency),
            policy,
            others: Vec::new(),
        }
    }

    pub(super) const fn currency(&self) -> Currency {
        self.order.currency
    }

    pub(super) fn calendar(&self) -> FixedCalendar {
        self.preset.calendar()
    }

    /// Reads a heading and what it says.
    pub(super) fn heading(&mut self, heading: &Heading<'_>) -> Read<Part> {
        let Heading { head, name, mut cursor } = *heading;
        cursor.colon()?;
        match head {
            Head::Scenario => self.title = String::from(cursor.rest()),
            Head::Source => self.source = String::from(cursor.rest()),
            Head::Policy => {
                if !self.order.lines.is_empty() {
                    return Err(cursor.wrong(cursor.rest().len(), Problem::TooLate));
                }
                self.preset = cursor.need::<Preset>()?;
                self.policy = self.preset.policy();
                self.order.currency = self.policy.currency;
                parenthesis(&mut cursor);
                cursor.end()?;
                return Ok(Part::Policy);
            }
            Head::Order => {
                cursor.end()?;
                let Some(name) = name else { return Ok(Part::Order) };
                self.others.push((Id::from(name), bare_order(self.policy.currency)));
                return Ok(Part::Other);
            }
        }
        Ok(Part::Nothing)
    }

    /// Reads an indented line.
    pub(super) fn below(&mut self, part: Part, line: Line<'_>) -> Read<()> {
        let mut cursor = line.begin();
        if super::expect::begins(&mut cursor.clone()) {
            return Err(cursor.wrong(cursor.rest().len(), Problem::Stray));
        }
        match part {
            Part::Policy => {
                let change = terms::change(&mut cursor, &mut self.policy)?;
                self.changes.push(change);
                Ok(())
            }
            Part::Order => entry(&mut cursor, &mut self.order, Some(&mut self.key)),
            Part::Other => match self.others.last_mut() {
                Some((_, order)) => entry(&mut cursor, order, None),
                None => Err(cursor.wrong(cursor.rest().len(), Problem::Stray)),
            },
            Part::Nothing => Err(cursor.wrong(cursor.rest().len(), Problem::Stray)),
            Part::Again => Ok(()),
        }
    }

    /// What makes no sense in the policy as a whole; each fault at the last line that says something of it, of the lines
    /// that stand beside the changes, or else at the heading.
    pub(super) fn check_policy(&self, heading: Line<'_>, lines: &[Line<'_>]) -> Vec<ScenarioFault> {
        let faults = match self.setting(crate::Time::EPOCH).policy() {
            Ok(_) => return Vec::new(),
            Err(SettingFault::Policy(faults)) => faults,
            Err(fault) => return Vec::from([*heading.wrong(Problem::Policy(fault))]),
        };
        let at_its_line = |fault: PolicyFault| {
            let mut said = self.changes.iter().zip(lines).rev();
            let line = said.find(|(change, _)| names(&fault, &change.path)).map_or(heading, |(_, line)| *line);
            *line.wrong(Problem::Policy(SettingFault::Policy(Vec::from([fault]))))
        };
        faults.into_iter().map(at_its_line).collect()
    }

    /// The setting of a story that begins at this time.
    pub(super) fn setting(&self, at: crate::Time) -> crate::testing::Setting {
        crate::testing::Setting {
            preset: self.preset,
            changes: self.changes.clone(),
            key: self.key,
            at,
            by: crate::Actor::buyer(self.order.buyer),
            order: self.order.clone(),
        }
    }

    /// Fills in what is left out, once the whole head is read.
    pub(super) fn finish(&mut self) {
        let others = self.others.iter_mut().map(|(_, order)| order);
        for order in core::iter::once(&mut self.order).chain(others) {
            if order.total == UNSAID {
                order.total = order.due().unwrap_or(Amount::MOST);
            }
        }
    }
}

/// Whether a fault is about what stands at this path.
fn names(fault: &PolicyFault, path: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let fields = [Some(fault.field()), fault.other()];
    fields.into_iter().flatten().any(|field| within(field, path) || within(path, field))
}

/// A total that no file says: it is more than any amount may be.
const UNSAID: Amount = Amount::new(u64::MAX);

/// An order between the people that everybody is unless the file says otherwise.
pub(super) fn bare_order(currency: Currency) -> NewOrder {
    let mut order = NewOrder::new("alice", "acme", currency, Vec::new()).paid_through("pay");
    order.carriers.push(Id::from("sf"));
    order.finance.push(Id::from("fin-1"));
    order.total = UNSAID;
    order
}

/// What stands in parentheses after a name is for the reader.
fn parenthesis(cursor: &mut Cursor<'_>) {
    if cursor.is_at('(') {
        cursor.pass(cursor.rest().len());
    }
}

/// Reads one entry of an order.
fn entry(cursor: &mut Cursor<'_>, order: &mut NewOrder, key: Option<&mut TradeKey>) -> Read<()> {
    let start = *cursor;
    let entry = cursor.need::<Entry>()?;
    cursor.colon()?;
    let currency = order.currency;
    match entry {
        Entry::Buyer => order.buyer = cursor.name(&[])?,
        Entry::Merchant => order.merchant = cursor.name(&[])?,
        Entry::Finance => order.finance = ids(cursor)?,
        Entry::Gateways => order.gateways = ids(cursor)?,
        Entry::Carriers => order.carriers = ids(cursor)?,
        Entry::Tenant | Entry::Number => {
            let name = cursor.name(&[])?;
            match (key, entry) {
                (Some(key), Entry::Tenant) => key.tenant = name,
                (Some(key), _) => key.order = name,
                (None, _) => return Err(start.wrong_here(Problem::Stray)),
            }
        }
        Entry::Currency => {
            let said = currency_code(cursor)?;
            if !order.lines.is_empty() {
                return Err(cursor.wrong_since(&start, Problem::TooLate));
            }
            order.currency = said;
        }
        Entry::Line => {
            let line = super::goods::new_line(cursor, currency)?;
            order.lines.push(line);
        }
        Entry::Discount => order.discount = amount(cursor, currency)?,
        Entry::Shipping => order.shipping = amount(cursor, currency)?,
        Entry::Supplement => order.supplement = amount(cursor, currency)?,
        Entry::Total => order.total = amount(cursor, currency)?,
        Entry::Points => order.points = number(cursor, 0, u64::MAX)?,
        Entry::GiftedPoints => order.gifted_points = number(cursor, 0, u64::MAX)?,
        Entry::Coupon => order.coupon = Some(cursor.name(&[])?),
        Entry::Insured => order.insured = yes_no(cursor)?,
        Entry::NeedsHold => order.needs_hold = yes_no(cursor)?,
        Entry::Standing => {
            order.standing = u16::try_from(number(cursor, 0, u64::from(u16::MAX))?).unwrap_or(u16::MAX);
        }
        Entry::Statutory => order.statutory = yes_no(cursor)?,
    }
    cursor.end()
}

/// Which entry of an order stands on a line, as it is written there.
pub(super) fn entry_at(line: Line<'_>) -> Option<String> {
    let mut cursor = line.begin();
    let start = cursor;
    cursor.word::<Entry>()?;
    let entry = String::from(cursor.read_since(&start));
    cursor.is_at(':').then_some(entry)
}

fn currency_code(cursor: &mut Cursor<'_>) -> Read<Currency> {
    let start = *cursor;
    let code = cursor.token(&[]);
    code.parse().map_err(|_| {
        let all = ["CNY", "EUR", "USD", "JPY"].map(String::from).to_vec();
        start.wrong(code.len(), super::fault::no_such_word(code, Want::Currency, Vec::new(), all, start.lang()))
    })
}

/// Names with a comma between them, or `none`.
fn ids(cursor: &mut Cursor<'_>) -> Read<Vec<Id>> {
    let mut names = Vec::new();
    if cursor.is_word(super::keyword::Joint::Nothing) {
        return Ok(names);
    }
    loop {
        names.push(cursor.name(&[])?);
        if !cursor.eat(',') {
            return Ok(names);
        }
    }
}

/// In which language a file is: that of the word with which its first line begins.
pub(super) fn language(text: &str) -> Lang {
    let first = Line::all(text, Lang::En).next();
    let is_chinese = first.is_some_and(|line| {
        let word: String = line.text.trim_start().chars().take(2).collect();
        let said = Head::ALL.iter().any(|head| word.starts_with(head.label(Lang::Zh)));
        said || line
            .text
            .chars()
            .take_while(|letter| !matches!(letter, ':' | '：'))
            .any(|letter| super::fault::width(letter) == 2)
    });
    if is_chinese { Lang::Zh } else { Lang::En }
}

/// What an unindented line may begin with, for whoever wrote another word.
pub(super) fn beginnings(lang: Lang) -> Vec<String> {
    let heads = lexis::list::<Head>(lang);
    let roles = crate::Role::ALL.iter().map(|&role| lexis::shown(role, lang));
    let joints = [super::keyword::Joint::Given, super::keyword::Joint::Silence].map(|word| lexis::shown(word, lang));
    let times = match lang {
        Lang::Zh => ["+48小时", "2026-03-01 10:00", "→"],
        Lang::En => ["+48h", "2026-03-01 10:00", "->"],
    };
    heads.into_iter().chain(roles).chain(joints).chain(times.map(String::from)).collect()
}

/// A fault, kept with the others.
pub(super) fn keep<T>(read: Read<T>, faults: &mut Vec<ScenarioFault>) -> Option<T> {
    read.map_err(|fault: Box<ScenarioFault>| faults.push(*fault)).ok()
}
