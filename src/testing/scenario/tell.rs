//! Writes a story as a scenario that runs: every move, with what came of it as what is expected.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::check::total;
use super::expect::{Duty, State};
use super::head::Frame;
use super::keyword::{Claim, Column, Entry, Head, Joint, OfLine, YesNo};
use super::run::{Came, waits};
use super::write::{Pen, digits, name, quoted};
use crate::testing::{Move, Stage, Story};
use crate::trade::{Asked, Detail, Field, Subject, Sum, Wanted};
use crate::{Currency, Id, Lang, NewOrder, Request, Role, Rules, Time, order};

/// Plays a story and writes it down as a scenario, in which what came is what is expected.
///
/// Every story can be told: whatever was asked by whomever, well formed or not. The text can be read with
/// [`Scenario::parse`](super::Scenario::parse), and it runs. If the policy of the setting cannot be had, the text has no
/// steps and says why in a comment.
#[must_use]
pub fn tell(story: &Story, rules: &Rules, lang: Lang) -> String {
    let mut teller = Teller::new(story, lang);
    let mut stage = match Stage::set(&story.setting, rules.clone()) {
        Ok(stage) => stage,
        Err(fault) => {
            teller.line(&format!("# {fault}").replace('\n', " "));
            return teller.text;
        }
    };
    for (at, asked) in story.moves.iter().enumerate() {
        teller.say_move(asked);
        let events = stage.events.len();
        let made = story.moves.get(..at).unwrap_or_default();
        let answer = super::again::make(&mut stage, made, asked);
        let came = Came { answer, idle: false, asked: asked.request.is_some() };
        teller.came(&stage, &came, events);
    }
    teller.text
}

struct Teller {
    frame: Frame,
    text: String,
}

impl Teller {
    fn new(story: &Story, lang: Lang) -> Self {
        let setting = &story.setting;
        let mut frame = Frame::new(lang);
        frame.preset = setting.preset;
        frame.changes.clone_from(&setting.changes);
        frame.key = setting.key;
        frame.order = setting.order.clone();
        let orders = story.moves.iter().filter_map(|asked| asked.request.as_ref()?.detail.order.as_deref());
        for order in orders {
            let known = *order == frame.order || frame.others.iter().any(|(_, other)| other == order);
            if !known {
                let name = Id::from(format!("other-{}", frame.others.len() + 1).as_str());
                frame.others.push((name, order.clone()));
            }
        }
        let mut teller = Self { frame, text: String::new() };
        teller.head();
        teller
    }

    fn pen(&self) -> Pen<'_> {
        Pen::new(self.frame.lang, &self.frame)
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn head(&mut self) {
        let pen = self.pen();
        let (colon, title) = (pen.colon(), super::run::say(pen.lang, "a story as it was played", "一段实际经过"));
        let mut lines = Vec::from([format!("{}{colon}{title}", pen.word(Head::Scenario))]);
        lines.push(format!("{}{colon}{}", pen.word(Head::Policy), pen.word(self.frame.preset)));
        let changes = &self.frame.changes;
        let changed_later = |at: usize, path: &str| {
            let mut later = changes.iter().skip(at + 1);
            let within =
                |outer: &str| path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            later.any(|later| within(&later.path))
        };
        // Each place is said once: what stands in the end.
        let last = changes.iter().enumerate().filter(|(at, change)| !changed_later(*at, &change.path));
        for (_, change) in last {
            lines.push(format!("    {}: json {}", change.path, change.value));
        }
        lines.push(format!("{}{}", pen.word(Head::Order), colon.trim_end()));
        let mut entries =
            Vec::from([(Entry::Tenant, name(self.frame.key.tenant)), (Entry::Number, name(self.frame.key.order))]);
        entries.extend(order_entries(&pen, &self.frame.order));
        lines.extend(entries.iter().map(|(entry, value)| format!("    {}{colon}{value}", pen.word(*entry))));
        for (order_name, order) in &self.frame.others {
            lines.push(format!("{} {order_name}{}", pen.word(Head::Order), colon.trim_end()));
            let entries = order_entries(&pen, order);
            lines.extend(entries.iter().map(|(entry, value)| format!("    {}{colon}{value}", pen.word(*entry))));
        }
        for line in lines {
            self.line(&line);
        }
    }

    fn say_move(&mut self, asked: &Move) {
        let pen = self.pen();
        let at = pen.time(asked.at);
        let line = match &asked.request {
            None => format!("{at}  {}", pen.word(Role::Clock)),
            Some(request) => {
                let who = pen.actor(&request.actor);
                let what = pen.action(request.asked, request.subject);
                let fields = self.fields(request);
                let fields =
                    if fields.is_empty() { String::new() } else { format!("{}{}", pen.colon(), fields.join(", ")) };
                format!("{at}  {who} {what}{fields}")
            }
        };
        self.text.push('\n');
        self.line(&line);
    }

    /// The fields of a request as they are written.
    fn fields(&self, request: &Request) -> Vec<String> {
        let pen = self.pen();
        let detail = &request.detail;
        let places = request.asked == Asked::Order(order::Action::Place);
        let mut fields: Vec<String> = Vec::new();
        for &field in Field::ALL {
            let given = crate::trade::is_given(detail).has(field);
            let said = match field {
                Field::Order => self.order_of(detail, places),
                _ if given => written_field(&pen, field, detail),
                _ => None,
            };
            fields.extend(said.map(|said| format!("{} {said}", pen.word(field))));
        }
        fields.extend(request.key.map(|key| format!("{} {}", pen.word(Field::Key), name(key))));
        fields.extend(request.seen.map(|seen| format!("{} {seen}", pen.word(Joint::Seen))));
        fields
    }

    /// How the order of a request is named, unless it goes without saying.
    fn order_of(&self, detail: &Detail, places: bool) -> Option<String> {
        let pen = self.pen();
        match detail.order.as_deref() {
            None if places => Some(pen.nothing()),
            None => None,
            Some(order) if *order == self.frame.order => (!places).then(|| pen.word(Joint::Main).to_string()),
            Some(order) => {
                self.frame.others.iter().find(|(_, other)| other == order).map(|(order_name, _)| order_name.to_string())
            }
        }
    }

    /// What came, as what is expected.
    fn came(&mut self, stage: &Stage, came: &Came, before: usize) {
        let pen = self.pen();
        let mut lines = Vec::new();
        match &came.answer {
            Err(denied) => {
                let codes: Vec<String> = denied.codes().iter().map(ToString::to_string).collect();
                lines.push(pen.refused(&codes, false));
                lines.push(format!("{} {}", pen.word(Claim::Says), quoted(&denied.sentence(pen.lang))));
            }
            Ok(events) => {
                if let Some(taken) = came.taken().filter(|_| came.asked) {
                    lines.push(pen.verdict(taken));
                }
                let mut subjects: Vec<Subject> = events.iter().map(|event| event.subject).collect();
                subjects.sort_unstable();
                subjects.dedup();
                lines.extend(subjects.iter().filter_map(|&subject| state(&pen, stage, subject)));
                let tasks: Vec<Duty> = events
                    .iter()
                    .flat_map(|event| &event.tasks)
                    .map(|task| Duty { what: task.what, amount: task.amount, points: task.points })
                    .collect();
                let rows: Vec<String> = events.iter().filter_map(|event| Some(event.row?.to_string())).collect();
                lines.push(pen.tasks(&tasks, false));
                lines.push(pen.rows(&rows, false));
                let balance = stage.trade.money.total();
                let totals = Column::ALL.iter().map(|&column| (column, total(&balance, column)));
                let totals = totals.filter(|(_, amount)| stage.events.len() > before && !amount.is_zero());
                let totals: Vec<String> = totals.map(|(column, amount)| pen.total(column, amount)).collect();
                lines.extend((!totals.is_empty()).then(|| totals.join(", ")));
            }
        }
        for line in lines {
            self.line(&format!("    -> {line}"));
        }
    }
}

fn state(pen: &Pen<'_>, stage: &Stage, subject: Subject) -> Option<String> {
    let state = match subject {
        Subject::Order => State::Order(stage.trade.head.state),
        Subject::Case(no) => State::Case(stage.trade.case(no)?.state),
        Subject::Refund(no) => State::Refund(stage.trade.refund(no)?.state),
    };
    let waits = waits(&stage.trade, subject);
    Some(pen.expected_state(subject, state, waits.due, waits.frozen))
}

fn names(pen: &Pen<'_>, ids: &[Id]) -> String {
    if ids.is_empty() { pen.nothing() } else { ids.iter().map(|&id| name(id)).collect::<Vec<_>>().join(", ") }
}

fn yes_no(pen: &Pen<'_>, said: bool) -> String {
    pen.word(if said { YesNo::Yes } else { YesNo::No }).to_string()
}

fn order_entries(pen: &Pen<'_>, order: &NewOrder) -> Vec<(Entry, String)> {
    let currency = order.currency;
    let mut entries = Vec::from([
        (Entry::Buyer, name(order.buyer)),
        (Entry::Merchant, name(order.merchant)),
        (Entry::Finance, names(pen, &order.finance)),
        (Entry::Gateways, names(pen, &order.gateways)),
        (Entry::Carriers, names(pen, &order.carriers)),
        (Entry::Currency, currency.code().to_string()),
    ]);
    for line in &order.lines {
        let mut text = format!("{} × {} {}", name(line.id), line.count, digits(line.unit_price, currency));
        let amounts = [(OfLine::Discount, line.discount), (OfLine::Tax, line.tax)];
        for (word, amount) in amounts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            text.push_str(&format!(", {} {}", pen.word(word), digits(amount, currency)));
        }
        if let Some(category) = line.category {
            text.push_str(&format!(", {} {}", pen.word(OfLine::Category), name(category)));
        }
        text.push_str(&format!(", {} {}", pen.word(OfLine::Transport), pen.word(line.transport)));
        entries.push((Entry::Line, text));
    }
    let amounts =
        [(Entry::Discount, order.discount), (Entry::Shipping, order.shipping), (Entry::Supplement, order.supplement)];
    let amounts = amounts.into_iter().filter(|(_, amount)| !amount.is_zero());
    entries.extend(amounts.map(|(entry, amount)| (entry, digits(amount, currency))));
    entries.push((Entry::Total, digits(order.total, currency)));
    let points = [(Entry::Points, order.points), (Entry::GiftedPoints, order.gifted_points)];
    entries.extend(
        points.into_iter().filter(|(_, points)| *points > 0).map(|(entry, points)| (entry, points.to_string())),
    );
    entries.extend(order.coupon.map(|coupon| (Entry::Coupon, name(coupon))));
    let switches =
        [(Entry::Insured, order.insured), (Entry::NeedsHold, order.needs_hold), (Entry::Statutory, order.statutory)];
    entries.extend(switches.into_iter().filter(|(_, on)| *on).map(|(entry, on)| (entry, yes_no(pen, on))));
    entries.extend((order.standing > 0).then(|| (Entry::Standing, order.standing.to_string())));
    entries
}

fn sum(pen: &Pen<'_>, sum: Option<Sum>) -> Option<String> {
    let Sum { amount, currency } = sum?;
    Some(match currency {
        None => pen.amount(amount),
        Some(other) => format!("{} {}", digits(amount, other), Currency::code(&other)),
    })
}

fn units(pen: &Pen<'_>, units: &[Wanted]) -> String {
    let each = units.iter().map(|wanted| {
        let mut marks = Vec::new();
        marks.extend(
            wanted.condition.map(|condition| format!("{} {}", pen.word(Joint::Condition), pen.word(condition))),
        );
        marks.extend(wanted.reason.map(|reason| format!("{} {}", pen.word(Field::Reason), pen.word(reason))));
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        format!("{} × {}{marks}", name(wanted.line), wanted.count)
    });
    each.collect::<Vec<_>>().join(" + ")
}

fn written_field(pen: &Pen<'_>, field: Field, detail: &Detail) -> Option<String> {
    let time = |at: Option<Time>| at.map(|at| pen.time(at));
    Some(match field {
        Field::Kind => pen.word(detail.kind?).to_string(),
        Field::Units => units(pen, &detail.units),
        Field::Amount => sum(pen, detail.amount)?,
        Field::Fee => sum(pen, detail.fee)?,
        Field::Difference => sum(pen, detail.difference)?,
        Field::Freight => sum(pen, detail.freight)?,
        Field::Reason => pen.word(detail.reason?).to_string(),
        Field::Text => quoted(&detail.text),
        Field::Evidence => detail.evidence.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(" + "),
        Field::Waybill => {
            detail.waybill.map(|waybill| format!("{} {}", name(waybill.carrier), name(waybill.number)))?
        }
        Field::Address => quoted(&detail.address),
        Field::Account => quoted(&detail.account),
        Field::Voucher => quoted(&detail.voucher),
        Field::Reference => name(detail.reference?),
        Field::KeyNumber => detail.key_number?.to_string(),
        Field::Tender => pen.word(detail.tender?).to_string(),
        Field::Blame => pen.word(detail.blame?).to_string(),
        Field::Bearer => pen.word(detail.bearer?).to_string(),
        Field::Days => detail.days?.to_string(),
        Field::Stars => detail.stars?.to_string(),
        Field::Stage => pen.word(detail.stage?).to_string(),
        Field::StageAt => time(detail.stage_at)?,
        Field::Until => time(detail.until)?,
        Field::ReturnWaived => yes_no(pen, true),
        Field::FoundPaid => yes_no(pen, detail.found_paid?),
        Field::Order | Field::Actor | Field::Subject | Field::Key | Field::Now => return None,
    })
}
