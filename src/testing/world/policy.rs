//! Policies with small numbers, as changes of a preset.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value, json};

use crate::testing::PolicyChange;
use crate::{Counter, Each, Kind, Length, Limit, Reason, Tender};

/// The changes that make a policy small, one after another.
#[derive(Clone, Debug)]
pub struct Numbers(Vec<PolicyChange>);

/// Counters that may not be nothing, since they count facts from outside.
const FACTS: &[Counter] = &[
    Counter::Tries,
    Counter::Evidence,
    Counter::FeePayments,
    Counter::Repayments,
    Counter::Asks,
    Counter::Attempts,
    Counter::Reconciles,
    Counter::Reversals,
    Counter::Conflicts,
    Counter::Tenders,
    Counter::DisputeMarks,
    Counter::Surplus,
    Counter::Overpays,
    Counter::Revivals,
];

/// Limits that somebody may extend.
const EXTENDED: &[Limit] = &[
    Limit::MerchantReply,
    Limit::Inspection,
    Limit::BuyerReturn,
    Limit::MerchantReceipt,
    Limit::SendBack,
    Limit::Dispatch,
    Limit::ParcelReceipt,
];

/// Liberties that are there once in every world: taken at every trade, and mostly not walked on from.
const ONCE: &[Counter] = &[
    Counter::Notes,
    Counter::Goodwill,
    Counter::Offers,
    Counter::Grants,
    Counter::Modifies,
    Counter::Corrections,
    Counter::Conversions,
    Counter::Extensions,
    Counter::Rounds,
];

/// A span of so many whole days that ends with the last of them.
fn days(count: u32) -> Value {
    json!({ "length": { "days": count }, "start": "next_midnight" })
}

fn days_from(anchor: &str, count: u32) -> Value {
    json!({ "length": { "days": count }, "anchor": anchor, "start": "next_midnight" })
}

impl Default for Numbers {
    fn default() -> Self {
        Self::smallest()
    }
}

impl Numbers {
    /// Every counter as low as it may be, some liberties once, every limit one day, no reason but that it is no longer
    /// wanted, and no exception.
    #[must_use]
    pub fn smallest() -> Self {
        let mut numbers = Self(Vec::new());
        let counters = Each::<Counter, u32, { Counter::COUNT }>::new(|counter| {
            u32::from(FACTS.contains(&counter) || ONCE.contains(&counter))
        });
        numbers.set("counters", value(&counters));
        let limits: serde_json::Map<String, Value> =
            Limit::ALL.iter().map(|limit| (limit.code().into(), days(1))).collect();
        numbers.set("limits", limits);
        let nothing = |codes: &[&str]| -> Value {
            codes.iter().map(|code| ((*code).into(), Value::Null)).collect::<serde_json::Map<_, _>>().into()
        };
        let codes: Vec<&str> = Limit::ALL.iter().map(|limit| limit.code()).collect();
        numbers.set("reminders", nothing(&codes));
        let day = |limit: &Limit| (limit.code().into(), json!({ "hours": 24 }));
        numbers.set("extensions", EXTENDED.iter().map(day).collect::<serde_json::Map<_, _>>());
        numbers.set("receipt_by_transport.post", Value::Null);
        numbers.set("dispatch_by_kind.repair", Value::Null);
        numbers.set("first_backoffs", json!([]));
        numbers.set("receipt_extension", Value::Null);
        let tenders: Vec<&str> = Tender::ALL.iter().map(|tender| tender.code()).collect();
        numbers.set("channels", nothing(&tenders));
        numbers.windows();
        numbers
    }

    /// All windows are one day from delivery.
    fn windows(&mut self) {
        let lasts = json!({ "lasts": days_from("delivered", 1) });
        let reasons: serde_json::Map<String, Value> =
            Reason::ALL.iter().map(|reason| (reason.code().into(), lasts.clone())).collect();
        self.set("windows.by_reason", reasons);
        let kinds: serde_json::Map<String, Value> =
            Kind::ALL.iter().map(|kind| (kind.code().into(), Value::Null)).collect();
        self.set("windows.by_kind", kinds);
        self.set("windows.after_refusal", value(&Length::Seconds(0)));
        self.set("windows.appeal", value(&Length::Hours(12)));
        self.set("windows.rating", value(&Length::Hours(12)));
        self.set("review_evidence", value(&Length::Hours(12)));
        for kind in Kind::ALL {
            self.set(&format!("reasons.fits.{kind}"), json!([]));
        }
        // Some kind must be offered: this one goes by its own reason, which is of no use to anybody else.
        self.set("reasons.fits.compensation", json!(["price_drop"]));
        self.set("reasons.undelivered", json!(["no_reason"]));
        self.set("reasons.evidence", json!([]));
        self.set("reasons.refusal_evidence", json!([]));
        self.set("reasons.goods_refusal_evidence", false);
        self.set("reasons.never_refused", json!([]));
        self.set("return_address", "1 Return Road");
    }

    fn set(&mut self, path: &str, value: impl Into<Value>) {
        self.0.push(PolicyChange { path: path.into(), value: value.into() });
    }

    /// Something else.
    #[must_use]
    pub fn with(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.set(path, value);
        self
    }

    /// How often something may be done.
    #[must_use]
    pub fn count(self, counter: Counter, most: u32) -> Self {
        self.with(&format!("counters.{counter}"), most)
    }

    /// How many days a limit lasts.
    #[must_use]
    pub fn limit(self, limit: Limit, count: u32) -> Self {
        self.with(&format!("limits.{limit}"), days(count))
    }

    /// How many days after delivery something may be asked for.
    #[must_use]
    pub fn window(self, reason: Reason, count: u32) -> Self {
        self.with(&format!("windows.by_reason.{reason}"), json!({ "lasts": days_from("delivered", count) }))
    }

    /// With which reasons a kind may be asked for.
    #[must_use]
    pub fn fits(self, kind: Kind, reasons: &[Reason]) -> Self {
        let reasons: Vec<&str> = reasons.iter().map(|reason| reason.code()).collect();
        self.with(&format!("reasons.fits.{kind}"), json!(reasons))
    }

    /// The changes.
    #[must_use]
    pub fn changes(self) -> Vec<PolicyChange> {
        self.0
    }
}

fn value(of: &impl serde::Serialize) -> Value {
    serde_json::to_value(of).unwrap_or(Value::Null)
}
