//! What was seen: rows that were taken, and codes with which something was refused.

use std::collections::BTreeSet;

use redress::trade::{Blocker, Denied, Event, Request, Rules};

use super::refusals::machine;
use crate::shop::Shop;

#[derive(Clone, Default)]
pub struct Seen {
    rows: BTreeSet<String>,
    codes: BTreeSet<String>,
    /// How the scenes ended.
    pub ends: Vec<Shop>,
}

impl Seen {
    pub fn events(&mut self, events: &[Event]) {
        let rows = events.iter().filter_map(|event| event.row);
        self.rows.extend(rows.map(|row| row.to_string()));
    }

    /// What happened in these scenes.
    pub fn watch(&mut self, shops: impl IntoIterator<Item = Shop>) {
        for shop in shops {
            assert_eq!(shop.policy.check(), Ok(()), "no scene needs a policy that nobody may have");
            self.events(&shop.events);
            self.ends.push(shop);
        }
    }

    pub fn denied(&mut self, denied: &Denied) {
        self.codes.extend(codes(denied));
    }

    /// Is refused with this code among others.
    #[track_caller]
    pub fn asks(&mut self, shop: &Shop, request: &Request, code: &str) {
        match shop.ask(request) {
            Ok(_) => panic!("accepted, and not refused as {code}: {request:?}"),
            Err(denied) => {
                let codes = codes(&denied);
                assert!(codes.iter().any(|met| met == code), "{codes:?}, not {code}");
                self.codes.extend(codes);
            }
        }
    }

    pub fn has_taken(&self, row: &str) -> bool {
        self.rows.contains(row)
    }

    pub fn has_met(&self, code: &str) -> bool {
        self.codes.contains(code)
    }
}

/// The codes of a refusal: of a condition with its machine, since two machines may use one word.
pub fn codes(denied: &Denied) -> Vec<String> {
    match denied {
        Denied::Refused(refusal) => {
            let machine = machine(refusal.asked);
            let code = |blocker: &Blocker| match blocker {
                Blocker::Condition { code, .. } => format!("{machine}.{code}"),
                other => other.code().to_owned(),
            };
            refusal.blockers.iter().map(code).collect()
        }
        Denied::Malformed(malformed) => vec![format!("malformed.{}", malformed.flaw.code())],
        other => vec![other.code().to_owned()],
    }
}

/// Every row of the three tables.
pub fn every_row() -> BTreeSet<String> {
    let rules = Rules::built_in();
    let order = rules.order.rules().iter().map(|rule| rule.id());
    let cases = rules.after_sale.rules().iter().map(|rule| rule.id());
    let refunds = rules.refund.rules().iter().map(|rule| rule.id());
    order.chain(cases).chain(refunds).map(|id| id.to_string()).collect()
}
