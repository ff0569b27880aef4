//! What a person reads: timelines with the refusals met on the way, and the ledgers.

use redress::trade::{Bucket, Cause, Event, Place};
use redress::{Amount, Calendar, Currency, FixedCalendar, Id, Lang, Role, Time, Trade};

use crate::diary::Met;
use crate::world::{Any, Shop};

/// In which language, with its small words.
#[derive(Clone, Copy)]
pub struct Printer {
    pub lang: Lang,
}

impl Printer {
    pub fn say(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.lang {
            Lang::Zh => chinese,
            _ => english,
        }
    }

    /// A whole trade: what happened, what was refused, where money and goods are.
    pub fn trade(self, desk: &Shop, title: (&'static str, &'static str), order: &str, met: &[Met]) -> Result<(), Any> {
        let trade = desk.trade(order)?;
        println!("\n{}\n", self.say(title.0, title.1));
        let mut lines: Vec<(Time, String)> = Vec::new();
        for event in desk.history(order)? {
            lines.push((event.at, self.event(&event, trade.currency)));
        }
        for met in met.iter().filter(|met| met.order == order) {
            lines.push((met.at, self.refusal(met)));
        }
        lines.sort_by_key(|(at, _)| *at);
        for (_, line) in lines {
            println!("{line}");
        }
        println!();
        self.money(&trade);
        self.goods(&trade);
        Ok(())
    }

    fn event(self, event: &Event, currency: Currency) -> String {
        let told = event.told(self.lang, FixedCalendar::china().offset(event.at));
        let mut line = format!("  {}", told.in_currency(currency));
        let said = &event.said;
        // What siblings and time do has been said by somebody before.
        if event.cause == Cause::Request && !said.text.is_empty() {
            line.push_str(&format!("\n{SAID}“{}”", said.text));
        }
        if event.cause == Cause::Request && !said.evidence.is_empty() {
            line.push_str(&format!("\n{SAID}{}", said.evidence.join(", ")));
        }
        for overridden in &event.overrode {
            let told = overridden.told(self.lang);
            line.push_str(&format!("\n{SAID}{} {told}", self.say("overrode", "特批")));
        }
        line
    }

    fn refusal(self, met: &Met) -> String {
        let offset = FixedCalendar::china().offset(met.at);
        let at = met.at.at_offset(offset).map(|at| at.format("%Y-%m-%d %H:%M").to_string());
        let (role, id) = (met.actor.role.label(self.lang), met.actor.id);
        let [english, chinese] = &met.why;
        let why = if self.lang == Lang::Zh { chinese } else { english };
        format!("  {}  ✗ {role} {id}: {why}", at.unwrap_or_default())
    }

    /// Per payment and per pot: paid = kept + claimed + reserved + refunded + lost.
    fn money(self, trade: &Trade) {
        let ledger = &trade.money;
        let head = match self.lang {
            Lang::Zh => ["已付", "= 留存", "+ 占用", "+ 预留", "+ 已退", "+ 损失"],
            _ => ["paid", "= kept", "+ claimed", "+ reserved", "+ refunded", "+ lost"],
        };
        let head: String = head.iter().map(|name| right(name, COLUMN)).collect();
        println!("  {}{head}", left(trade.currency.code(), NAME));
        for paid in &ledger.payments {
            let name = format!("{} {} {}", self.say("payment", "付款"), paid.reference, paid.tender.label(self.lang));
            self.row(&name, paid.balance, trade.currency);
        }
        for pot in ledger.pots.iter().filter(|pot| !pot.balance.paid.is_zero()) {
            self.row(&self.bucket(pot.bucket, trade), pot.balance, trade.currency);
        }
        let charged: u64 = trade.cases.iter().map(|case| case.charged.minor()).sum();
        let lost: u64 = trade.cases.iter().map(|case| case.written_off.minor()).sum();
        let credited: u64 = trade.cases.iter().map(|case| case.freight_credited.minor()).sum();
        for (amount, name) in [
            (charged, self.say("charged to the merchant for the platform", "向商家扣款")),
            (lost, self.say("written off by the platform", "平台核销")),
            (credited, self.say("return freight credited to the buyer", "补偿买家退货运费")),
        ] {
            if amount > 0 {
                println!("  {name}: {}", Amount::new(amount).of(trade.currency));
            }
        }
    }

    fn row(self, name: &str, balance: redress::trade::Balance, currency: Currency) {
        let columns = [balance.paid, balance.kept(), balance.claimed, balance.reserved, balance.refunded, balance.lost];
        let figures = columns.iter().map(|amount| {
            let money = amount.of(currency).to_string();
            right(money.trim_end_matches(currency.code()).trim_end(), COLUMN)
        });
        println!("  {}{}", left(name, NAME), figures.collect::<String>());
    }

    fn bucket(self, bucket: Bucket, trade: &Trade) -> String {
        let line = |at| trade.line_at(at).map_or("?", |line| line.id.as_str()).to_owned();
        match bucket {
            Bucket::Goods(at) => format!("{} {}", self.say("line", "商品"), line(at)),
            Bucket::Tax(at) => format!("{} {}", self.say("tax on", "税费"), line(at)),
            Bucket::Shipping => self.say("shipping", "运费").to_owned(),
            Bucket::Supplement => self.say("express shipping", "加急运费").to_owned(),
            Bucket::Fee(no) => format!("{} {no}", self.say("fee of case", "补款，售后单")),
            Bucket::Unapplied => self.say("paid in part", "部分付款").to_owned(),
            Bucket::Surplus => self.say("paid too much", "多付").to_owned(),
        }
    }

    fn goods(self, trade: &Trade) {
        for (at, line) in (0..).zip(&trade.lines) {
            let place = |&place: &Place| {
                let count = trade.goods.count(at, |units| units.place == place);
                (count > 0).then(|| format!("{count} {}", place.label(self.lang)))
            };
            let places: Vec<String> = Place::ALL.iter().filter_map(place).collect();
            println!("  {} × {}: {}", line.id, line.count, places.join(self.say(", ", "，")));
        }
    }
}

/// What does not add up in a trade.
pub fn faults(trade: &Trade, really_refunded: u64) -> Vec<String> {
    let order: Id = trade.key.order;
    let mut faults = Vec::new();
    if !trade.money.is_conserved() {
        faults.push(format!("{order}: payments and pots do not add up: {:?}", trade.money));
    }
    for (at, line) in (0..).zip(&trade.lines) {
        if trade.goods.count(at, |_| true) != line.count {
            faults.push(format!("{order}: of {} {} not every unit is somewhere", line.count, line.id));
        }
    }
    let refunded = trade.money.total().refunded.minor();
    let repaid: u64 = trade.cases.iter().map(|case| case.repaid.minor()).sum();
    if refunded + repaid != really_refunded {
        faults.push(format!("{order}: {refunded} refunded, but the channel has paid {really_refunded}"));
    }
    if !trade.rests() {
        faults.push(format!("{order}: something still waits, though nothing is left to happen"));
    }
    faults
}

/// Who was silent in a history, and how often.
pub fn silences(history: &[Event]) -> impl Iterator<Item = Role> {
    history.iter().filter_map(|event| match event.cause {
        Cause::Silence(role) => Some(role),
        Cause::Request | Cause::Told(_) => None,
    })
}

const SAID: &str = "                      ";
const NAME: usize = 26;
const COLUMN: usize = 12;

/// How many columns a terminal gives a text: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if letter >= '\u{1100}' { 2 } else { 1 }).sum()
}

fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}
