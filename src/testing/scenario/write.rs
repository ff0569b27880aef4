//! Writes the parts of a scenario, and says what was expected and what came, in the language of the file.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::expect::{Duty, State};
use super::head::Frame;
use super::keyword::{Claim, Column, Joint, Sized};
use super::lexis::{shown, written};
use super::line::{opens, same_machine, usual};
use super::run::{Came, Taken, say};
use crate::trade::{Asked, Subject};
use crate::{Actor, Amount, Calendar, Currency, Denied, FixedCalendar, Id, Kind, Lang, Time, Trade, Word, order};

/// What writes in one language, with one currency and one calendar.
#[derive(Clone, Debug)]
pub(super) struct Pen<'f> {
    pub(super) lang: Lang,
    pub(super) frame: &'f Frame,
    calendar: FixedCalendar,
}

impl<'f> Pen<'f> {
    pub(super) fn new(lang: Lang, frame: &'f Frame) -> Self {
        Self { lang, frame, calendar: frame.calendar() }
    }

    pub(super) fn word(&self, word: impl Word) -> &'static str {
        written(word, self.lang)
    }

    pub(super) fn shown(&self, word: impl Word) -> String {
        shown(word, self.lang)
    }

    pub(super) fn nothing(&self) -> String {
        self.word(Joint::Nothing).to_string()
    }

    pub(super) fn amount(&self, amount: Amount) -> String {
        digits(amount, self.frame.currency())
    }

    /// A time by the clocks of the policy, as exactly as needed.
    pub(super) fn time(&self, at: Time) -> String {
        let offset = self.calendar.offset(at);
        let sane = at.is_sane().then(|| at.at_offset(offset)).flatten();
        let Some(local) = sane else { return format!("@{}", at.millis()) };
        let form = match at.millis() {
            millis if millis % 60_000 == 0 => "%Y-%m-%d %H:%M",
            millis if millis % 1_000 == 0 => "%Y-%m-%d %H:%M:%S",
            _ => "%Y-%m-%d %H:%M:%S%.3f",
        };
        local.format(form).to_string()
    }

    pub(super) fn subject(&self, subject: Subject) -> String {
        match (self.lang, subject) {
            (Lang::Zh, Subject::Case(no)) if no > 0 => format!("售后单 {no}"),
            (Lang::Zh, Subject::Refund(no)) => format!("退款单 {no}"),
            (lang, subject) => subject.label(lang),
        }
    }

    fn comma(&self) -> &'static str {
        if matches!(self.lang, Lang::Zh) { "，" } else { ", " }
    }

    pub(super) fn colon(&self) -> &'static str {
        if matches!(self.lang, Lang::Zh) { "：" } else { ": " }
    }

    pub(super) fn total(&self, column: Column, amount: Amount) -> String {
        format!("{} {}", self.word(column), self.amount(amount))
    }

    pub(super) fn sized(&self, subject: Subject, sized: Sized, amount: Option<Amount>) -> String {
        let amount = amount.map_or(self.nothing(), |amount| self.amount(amount));
        format!("{} {} {amount}", self.subject(subject), self.word(sized))
    }

    pub(super) fn due(&self, due: Option<Time>) -> String {
        format!("{} {}", self.word(Claim::Due), due.map_or(self.nothing(), |due| self.time(due)))
    }

    pub(super) fn rests(&self) -> String {
        say(self.lang, "the trade rests: nothing waits any more", "交易已终结：没有任何期限在走")
    }

    pub(super) fn waiting(&self, trade: &Trade) -> String {
        let each = trade.deadlines().map(|(subject, deadline)| {
            let until = deadline.due().map_or(self.word(Joint::Frozen).to_string(), |due| self.time(due));
            format!("{} ({}) {until}", self.subject(subject), deadline.limit.label(self.lang))
        });
        format!("{}{}", say(self.lang, "waiting: ", "等待中："), each.collect::<Vec<_>>().join(self.comma()))
    }

    /// A state, with until when it waits if that is asked.
    pub(super) fn state(
        &self,
        subject: Subject,
        state: Option<State>,
        until: Option<Option<Time>>,
        frozen: bool,
    ) -> String {
        let state = state.map_or(say(self.lang, "does not exist", "不存在"), |state| match self.lang {
            Lang::Zh => format!("{} ({})", state.label(Lang::Zh), state.code()),
            Lang::En => format!("{} ({})", state.code(), state.label(Lang::En)),
        });
        let mut text = format!("{} {state}", self.subject(subject));
        if frozen {
            text.push(' ');
            text.push_str(self.word(Joint::Frozen));
        } else if let Some(until) = until {
            let until = until.map_or(self.nothing(), |until| self.time(until));
            text.push_str(&format!(" {} {until}", self.word(Joint::Until)));
        }
        text
    }

    /// That there is no such case or refund, and which there are.
    pub(super) fn none_such(&self, subject: Subject, trade: &Trade) -> String {
        let cases = || trade.cases.iter().map(|case| self.subject(Subject::Case(case.no)));
        let refunds = || trade.refunds.iter().map(|refund| self.subject(Subject::Refund(refund.no)));
        let there: Vec<String> = match subject {
            Subject::Case(_) => cases().collect(),
            Subject::Order | Subject::Refund(_) => refunds().collect(),
        };
        let missing = self.state(subject, None, None, false);
        if there.is_empty() {
            return missing;
        }
        format!("{missing}{}{}", say(self.lang, "; there is ", "；现有"), there.join(self.comma()))
    }

    /// A state as it is expected.
    pub(super) fn expected_state(&self, subject: Subject, state: State, due: Option<Time>, frozen: bool) -> String {
        let state = if matches!(self.lang, Lang::Zh) { state.label(Lang::Zh) } else { state.code() };
        let mut text = format!("{} {state}", self.subject(subject));
        if frozen {
            text.push_str(&format!(" {}", self.word(Joint::Frozen)));
        } else if let Some(due) = due {
            text.push_str(&format!(" {} {}", self.word(Joint::Until), self.time(due)));
        }
        text
    }

    pub(super) fn verdict(&self, taken: Taken) -> String {
        let claim = match taken {
            Taken::Row => Claim::Accepted,
            Taken::Noted => Claim::Noted,
            Taken::Known => Claim::Known,
        };
        self.word(claim).to_string()
    }

    fn list(&self, items: Vec<String>, more: bool) -> String {
        let mut items = items;
        if more {
            items.push(String::from("..."));
        }
        if items.is_empty() { self.nothing() } else { items.join(self.comma()) }
    }

    pub(super) fn refused(&self, codes: &[String], more: bool) -> String {
        let codes = self.list(codes.to_vec(), more);
        format!("{}{}{codes}", self.word(Claim::Refused), self.colon())
    }

    /// That a rule of the trade was to refuse, and not this.
    pub(super) fn refused_by_a_rule(&self, denied: &Denied) -> String {
        let codes: Vec<String> = denied.codes().iter().map(ToString::to_string).collect();
        let named = self.refused(&codes, false);
        match self.lang {
            Lang::Zh => format!("{}（须由交易规则拒绝；若确实如此，请写“{named}”）", self.word(Claim::Refused)),
            Lang::En => {
                format!("{} by a rule of the trade (if this is meant, write `{named}`)", self.word(Claim::Refused))
            }
        }
    }

    /// The sentence of a refusal, with times by the clocks of the policy.
    pub(super) fn sentence(&self, denied: &Denied) -> String {
        let Denied::Backwards { now, last } = denied else { return denied.sentence(self.lang) };
        let (now, last) = (self.time(*now), self.time(*last));
        match self.lang {
            Lang::Zh => format!("时间 {now} 早于最近一次记录，应不早于 {last}"),
            Lang::En => format!("the time {now} lies before the last event; {last} or later is accepted"),
        }
    }

    /// What came of a step, in short.
    pub(super) fn answer(&self, came: &Came, trade: &Trade) -> String {
        match &came.answer {
            Err(denied) => {
                let codes: Vec<String> = denied.codes().iter().map(ToString::to_string).collect();
                let mut text = format!("{}\n{}", self.refused(&codes, false), self.sentence(denied));
                if *denied == Denied::Stranger && trade.head.state == order::State::Absent {
                    text.push('\n');
                    text.push_str(&say(
                        self.lang,
                        "the order is not placed yet: write `given placed`, `paid`, `shipped` or `delivered` before this step",
                        "订单尚未下单：请在这一步之前写“前情 已下单”、“已付款”、“已发货”或“已签收”",
                    ));
                }
                text
            }
            Ok(events) => {
                let taken = match came.taken().filter(|_| came.asked) {
                    Some(taken) => self.verdict(taken),
                    None if events.is_empty() => say(self.lang, "nothing happened", "什么也没有发生"),
                    None => say(self.lang, "time alone acted", "到期自动处理"),
                };
                let lines = events.iter().map(|event| self.event(event));
                let lines: Vec<String> = core::iter::once(taken).chain(lines).collect();
                lines.join("\n")
            }
        }
    }

    /// An event as people read it.
    pub(super) fn event(&self, event: &crate::Event) -> String {
        event.told(self.lang, self.calendar.offset(event.at)).in_currency(self.frame.currency()).to_string()
    }

    pub(super) fn tasks(&self, tasks: &[Duty], more: bool) -> String {
        let each = tasks.iter().map(|duty| {
            let what = self.word(duty.what);
            match (duty.amount, duty.points) {
                (Some(amount), _) => format!("{what} {}", self.amount(amount)),
                (None, Some(points)) => format!("{what} {points}"),
                (None, None) => what.to_string(),
            }
        });
        format!("{}{}{}", self.word(Claim::Tasks), self.colon(), self.list(each.collect(), more))
    }

    pub(super) fn rows(&self, rows: &[String], more: bool) -> String {
        format!("{}{}{}", self.word(Claim::Rows), self.colon(), self.list(rows.to_vec(), more))
    }

    pub(super) fn may(
        &self,
        actor: &Actor,
        asked: Asked,
        subject: Subject,
        kind: Option<Kind>,
        codes: Option<&[String]>,
    ) -> String {
        let may = self.word(if codes.is_some() { Joint::MayNot } else { Joint::May });
        let mut text = format!("{} {may} {}", self.actor(actor), self.action(asked, subject));
        if let Some(kind) = kind {
            text.push_str(&format!(" ({})", self.word(kind)));
        }
        if let Some(codes) = codes.filter(|codes| !codes.is_empty()) {
            text.push_str(&format!("{}{}", self.colon(), self.list(codes.to_vec(), false)));
        }
        text
    }

    /// Somebody, with what differs from whoever it is usually.
    pub(super) fn actor(&self, actor: &Actor) -> String {
        let usual = usual(actor.role, self.frame);
        let mut text = self.word(actor.role).to_string();
        if actor.id != usual.id {
            text.push_str(&format!(" {}", quoted(actor.id.as_str())));
        }
        if let Some(account) = actor.account {
            text.push_str(&format!("/{}", name(account)));
        }
        if actor.tenant != usual.tenant {
            let tenant = actor.tenant.map_or(self.nothing(), |tenant| quoted(tenant.as_str()));
            text.push_str(&format!(" {} {tenant}", self.word(Joint::Of)));
        }
        text
    }

    /// An action, with what it is done to unless that goes without saying.
    pub(super) fn action(&self, asked: Asked, subject: Subject) -> String {
        let action = if matches!(self.lang, Lang::Zh) { asked.label(Lang::Zh) } else { asked.code() };
        let goes_without_saying = match (asked, subject) {
            (Asked::Order(_), Subject::Order) => true,
            (Asked::Case(action), Subject::Case(0)) => opens(action),
            _ => false,
        };
        if goes_without_saying {
            return action.to_string();
        }
        if same_machine(asked, subject) {
            return format!("{action} {}", self.subject(subject));
        }
        let machine = match asked {
            Asked::Order(_) => "order",
            Asked::Case(_) => "after_sale",
            Asked::Refund(_) => "refund",
        };
        format!("{machine}.{} {}", asked.code(), self.subject(subject))
    }
}

/// The codes of a refusal with commas between them.
pub(super) fn codes_of(denied: &Denied) -> String {
    denied.codes().join(", ")
}

/// An amount with all its decimal places.
pub(in crate::testing) fn digits(amount: Amount, currency: Currency) -> String {
    let minor = amount.minor();
    match currency.decimals() {
        0 => minor.to_string(),
        places => {
            let unit = 10_u64.pow(places);
            format!("{}.{:0width$}", minor / unit, minor % unit, width = places as usize)
        }
    }
}

/// A name: bare if it cannot be taken for anything else.
pub(super) fn name(id: Id) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let text = id.as_str();
    let is_plain = !text.is_empty() && text.chars().all(plain) && super::lexis::find::<Joint>(text).is_none();
    if is_plain { text.to_string() } else { quoted(text) }
}

/// A text in quotation marks, on one line whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                written.push_str(&format!("\\u{{{:x}}}", u32::from(letter)));
            }
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}
