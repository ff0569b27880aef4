//! A payment channel, as small as can be: it pays a key once, however often it is asked.

use std::collections::BTreeMap;

use redress::trade::Task;
use redress::{Amount, Id, Request, refund};

use serde::{Deserialize, Serialize};

use crate::script::pay;

/// What the channel does with a refund.
#[derive(Clone, Copy)]
pub enum Answer {
    /// It fails; the same key may be tried again.
    Fails,
    /// It closes the refund; another attempt needs another key.
    Closes,
    /// It pays, and its answer is lost on the way.
    PaysUnheard,
}

/// How refunds of each order go, one after the other; after the last answer they are paid.
pub type Answers = BTreeMap<Id, Vec<Answer>>;

/// The channel's own books.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Books {
    /// By key: the channel's reference, for which order, and how much.
    paid: BTreeMap<String, (Id, Id, Amount)>,
    reversed: BTreeMap<Id, u64>,
    /// How often an order's refunds were answered.
    answered: BTreeMap<Id, usize>,
}

impl Books {
    /// Pays a refund, or not. What is returned is the channel's report; an error is a line that broke.
    pub fn pay_out(&mut self, answers: &Answers, order: Id, no: u16, task: &Task) -> Result<Request, &'static str> {
        let report = |action| Request::by(pay()).refund(no, action);
        if !self.paid.contains_key(&task.key) {
            let answered = self.answered.entry(order).or_default();
            let answer = answers.get(&order).and_then(|answers| answers.get(*answered));
            *answered += 1;
            match answer {
                Some(Answer::Fails) => return Ok(report(refund::Action::Fail)),
                Some(Answer::Closes) => return Ok(report(refund::Action::Close)),
                Some(Answer::PaysUnheard) | None => {}
            }
            let reference = format!("r-{}", self.paid.len() + 1);
            let paid = (Id::from(reference.as_str()), order, task.amount.unwrap_or_default());
            self.paid.insert(task.key.clone(), paid);
            if answer.is_some() {
                return Err("the connection was lost before the channel answered");
            }
        }
        self.query(no, task)
    }

    /// Says what became of a refund. The same key is the same answer.
    pub fn query(&self, no: u16, task: &Task) -> Result<Request, &'static str> {
        let (reference, _, amount) = self.paid.get(&task.key).ok_or("the channel does not know this key")?;
        let report = Request::by(pay()).refund(no, refund::Action::Succeed);
        Ok(report.amount(*amount).reference(*reference))
    }

    /// The buyer's bank sends money back to the channel.
    pub fn reverses(&mut self, order: Id, amount: Amount) {
        *self.reversed.entry(order).or_default() += amount.minor();
    }

    /// What the buyer of this order really has back, by the channel's own books.
    pub fn paid_for(&self, order: Id) -> u64 {
        let of_order = self.paid.values().filter(|(_, paid_for, _)| *paid_for == order);
        let paid: u64 = of_order.map(|(_, _, amount)| amount.minor()).sum();
        paid - self.reversed.get(&order).copied().unwrap_or_default()
    }
}
