//! Whether a policy makes sense.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::collect::{A_MOMENT, Check, TEN_YEARS, count};
use super::{FastRefund, Policy, PolicyFault, Silence, Window};
use crate::{Amount, Anchor, Counter, Kind, Length, Limit, Reason, Span, Transport};

/// The most that a counter, a list of refunds or a text may have.
const MANY: u64 = 10_000;
/// The most characters of a return address.
const MOST_ADDRESS: u64 = 500;

impl Policy {
    /// The longest that a policy may let anybody be waited for: ten years, more than any law or bank allows. With it, a
    /// typing mistake is found, and silence comes to rest at a date.
    pub const LONGEST_WAIT: Length = TEN_YEARS;

    /// Whether every number is within reason and no two settings contradict each other.
    ///
    /// # Errors
    ///
    /// All faults, each with the path of its field and what would be accepted.
    pub fn check(&self) -> Result<(), Vec<PolicyFault>> {
        let mut check = Check { policy: self, faults: Vec::new() };
        check.itself();
        check.limits();
        check.exceptions();
        check.order_of_times();
        check.windows();
        check.statutory();
        check.counters();
        check.texts();
        check.reasons();
        check.money();
        check.contradictions();
        if check.faults.is_empty() { Ok(()) } else { Err(check.faults) }
    }
}

impl Check<'_> {
    fn itself(&mut self) {
        self.name("name", self.policy.name);
        self.number("version", self.policy.version.into(), 1, u32::MAX.into());
        if let Some(address) = &self.policy.return_address {
            let found = count(address.trim().chars().count());
            if found == 0 || found > MOST_ADDRESS || address.chars().any(char::is_control) {
                self.faults.push(PolicyFault::Text { field: "return_address".to_string(), found, most: MOST_ADDRESS });
            }
        }
    }

    fn limits(&mut self) {
        for (limit, span) in self.policy.limits.iter() {
            self.span(format!("limits.{limit}"), *span);
            if is_of_the_order(limit) {
                self.anchor(format!("limits.{limit}"), *span, |anchor| anchor != Anchor::Applied);
            }
        }
    }

    /// The times that some words have of their own.
    fn exceptions(&mut self) {
        let policy = self.policy;
        for (transport, span) in policy.receipt_by_transport.iter() {
            if let Some(span) = span {
                let field = format!("receipt_by_transport.{transport}");
                self.span(field.clone(), *span);
                self.anchor(field, *span, |anchor| anchor != Anchor::Applied);
            }
        }
        for (kind, span) in policy.dispatch_by_kind.iter() {
            if let Some(span) = span {
                self.span(format!("dispatch_by_kind.{kind}"), *span);
            }
        }
        for (at, wait) in policy.first_backoffs.iter().enumerate() {
            self.time(format!("first_backoffs.{at}"), *wait, A_MOMENT, TEN_YEARS);
        }
        for (limit, length) in policy.extensions.iter() {
            if let Some(length) = length {
                self.time(format!("extensions.{limit}"), *length, A_MOMENT, TEN_YEARS);
            }
        }
        for (limit, length) in policy.reminders.iter() {
            if let Some(length) = length {
                self.time(format!("reminders.{limit}"), *length, A_MOMENT, TEN_YEARS);
            }
        }
        self.time("review_evidence", policy.review_evidence, A_MOMENT, TEN_YEARS);
        self.receipt_extension();
    }

    fn receipt_extension(&mut self) {
        let Some(extension) = &self.policy.receipt_extension else {
            return;
        };
        self.entries("receipt_extension.days", extension.days.len(), 1, 31);
        for (at, days) in extension.days.iter().enumerate() {
            self.number(format!("receipt_extension.days.{at}"), (*days).into(), 1, 365);
        }
        self.ascending("receipt_extension.days", &extension.days);
        self.number("receipt_extension.last_days", extension.last_days.into(), 1, 365);
        for &transport in Transport::ALL {
            let last = Length::Days(extension.last_days.into());
            let receipt = self.policy.receipt(transport).length;
            self.at_most("receipt_extension.last_days", last, receipt_field(self.policy, transport), receipt);
        }
    }

    /// What must come before what.
    fn order_of_times(&mut self) {
        let policy = self.policy;
        for (limit, reminder) in policy.reminders.iter() {
            let Some(reminder) = *reminder else { continue };
            for (other, most) in lengths_of(policy, limit) {
                self.less_than(format!("reminders.{limit}"), reminder, other, most);
            }
        }
        let limit = |limit: Limit| (format!("limits.{limit}"), policy.limit(limit).length);
        let (ship_limit, latest) = limit(Limit::ShipLimit);
        let (ship_promise, promised) = limit(Limit::ShipPromise);
        self.at_most(ship_promise, promised, ship_limit, latest);
        let (ruling, most) = limit(Limit::Ruling);
        self.at_most("review_evidence", policy.review_evidence, ruling, most);
        let (payment, most) = limit(Limit::Payment);
        self.less_than("close_unpaid_after", policy.close_unpaid_after, payment, most);
    }

    fn windows(&mut self) {
        let windows = &self.policy.windows;
        for (reason, window) in windows.by_reason.iter() {
            self.window(format!("windows.by_reason.{reason}"), *window);
        }
        for (kind, window) in windows.by_kind.iter() {
            if let Some(window) = window {
                self.window(format!("windows.by_kind.{kind}"), *window);
            }
        }
        self.time("windows.after_refusal", windows.after_refusal, Length::Seconds(0), TEN_YEARS);
        self.time("windows.appeal", windows.appeal, A_MOMENT, TEN_YEARS);
        self.time("windows.rating", windows.rating, A_MOMENT, TEN_YEARS);
    }

    fn window(&mut self, field: String, window: Window) {
        match window {
            Window::UntilReceipt => {}
            Window::Lasts(span) => {
                self.anchor(field.clone(), span, is_event_of_the_order);
                self.span(field, span);
            }
        }
    }

    fn statutory(&mut self) {
        let Some(law) = &self.policy.statutory else { return };
        self.window("statutory.window".to_string(), Window::Lasts(law.window));
        for (field, span) in [("statutory.refund", law.refund), ("statutory.send_back", law.send_back)] {
            self.span(field.to_string(), span);
            self.anchor(field.to_string(), span, |anchor| anchor == Anchor::Applied);
        }
        self.categories("statutory.excluded", &law.excluded);
    }

    fn counters(&mut self) {
        for (counter, most) in self.policy.counters.iter() {
            self.number(format!("counters.{counter}"), (*most).into(), least(counter), MANY);
        }
        let attempts = self.policy.cap(Counter::Attempts);
        let waits = self.policy.first_backoffs.len();
        // After the last attempt nothing is waited for: more waits than attempts would never be read.
        self.entries("first_backoffs", waits, 0, u64::from(attempts.max(1)) - 1);
    }

    fn texts(&mut self) {
        let texts = &self.policy.texts;
        self.number("texts.reason_most", texts.reason_most.into(), 1, MANY);
        self.number("texts.reason_least", texts.reason_least.into(), 1, texts.reason_most.max(1).into());
        self.number("texts.note_most", texts.note_most.into(), 1, MANY);
    }

    fn reasons(&mut self) {
        let reasons = &self.policy.reasons;
        let most = count(Reason::COUNT);
        self.entries("reasons.undelivered", reasons.undelivered.iter().count(), 1, most);
        if Kind::ALL.iter().all(|&kind| reasons.fits[kind].is_empty()) {
            self.entries("reasons.fits", 0, 1, most);
        }
        self.categories("reasons.never_refused_categories", &reasons.never_refused_categories);
        self.categories("reasons.no_reason_excluded", &reasons.no_reason_excluded);
    }

    fn money(&mut self) {
        let policy = self.policy;
        let fast = &policy.fast_refund;
        self.number("fast_refund.standing", fast.standing.into(), 0, FastRefund::FULL_STANDING.into());
        for (field, amount) in [
            ("fast_refund.most", fast.most),
            ("amounts.approval_above", policy.amounts.approval_above),
            ("amounts.goodwill_most", policy.amounts.goodwill_most),
            ("amounts.fee_most", policy.amounts.fee_most),
            ("freight.most", policy.freight.most),
        ] {
            self.number(field, amount.minor(), 0, Amount::MOST.minor());
        }
        for (tender, channel) in policy.channels.iter() {
            let Some(channel) = channel else { continue };
            let field = |name: &str| format!("channels.{tender}.{name}");
            self.time(field("min_gap"), channel.min_gap, Length::Seconds(0), Length::Days(1));
            self.number(field("most_parts"), channel.most_parts.into(), 1, MANY);
            self.time(field("most_age"), channel.most_age, Length::Days(1), TEN_YEARS);
        }
    }

    /// What is on and can never happen.
    fn contradictions(&mut self) {
        let policy = self.policy;
        if policy.cap(Counter::Reviews) == 0 {
            let reviews = "counters.reviews";
            self.contradicts(policy.switches.direct_escalation, "switches.direct_escalation", "on", reviews);
            let escalates = policy.switches.receipt_silence_escalates;
            self.contradicts(escalates, "switches.receipt_silence_escalates", "on", reviews);
            for (kind, silence) in policy.silence.iter() {
                let escalates = *silence == Silence::Escalates;
                self.contradicts(escalates, &format!("silence.{kind}"), "`escalates`", reviews);
            }
        }
        if policy.cap(Counter::Rejections) == 0 {
            let rejects = policy.switches.approval_silence_rejects;
            self.contradicts(rejects, "switches.approval_silence_rejects", "on", "counters.rejections");
        }
        if policy.fast_refund.most.is_zero() {
            let most = "fast_refund.most";
            self.contradicts(policy.fast_refund.on_apply, "fast_refund.on_apply", "on", most);
            self.contradicts(policy.fast_refund.on_ship_back, "fast_refund.on_ship_back", "on", most);
        }
    }
}

/// Whether a limit runs in a state of the order, where no case has been applied for.
const fn is_of_the_order(limit: Limit) -> bool {
    match limit {
        Limit::Payment
        | Limit::Hold
        | Limit::ShipPromise
        | Limit::ShipLimit
        | Limit::AutoConfirm
        | Limit::AfterSales => true,
        Limit::MerchantReply
        | Limit::BuyerAnswer
        | Limit::FeePayment
        | Limit::Recall
        | Limit::BuyerReturn
        | Limit::MerchantReceipt
        | Limit::Inspection
        | Limit::SendBack
        | Limit::Dispatch
        | Limit::ParcelReceipt
        | Limit::Ruling
        | Limit::Repayment
        | Limit::Approval
        | Limit::GatewayAnswer
        | Limit::Dispute
        | Limit::Backoff
        | Limit::Manual
        | Limit::OfflineConfirm => false,
    }
}

/// Whether a window can count from this: whoever applies has entered nothing and applied for nothing yet.
const fn is_event_of_the_order(anchor: Anchor) -> bool {
    match anchor {
        Anchor::Placed
        | Anchor::Paid
        | Anchor::Shipped
        | Anchor::Delivered
        | Anchor::LastDelivered
        | Anchor::Completed => true,
        Anchor::Entry | Anchor::Applied => false,
    }
}

/// The least that a counter may be: at least one where facts from outside are counted, which are never refused, or
/// where nobody could ask, pay or be heard at all; none where it only takes a liberty away.
const fn least(counter: Counter) -> u64 {
    match counter {
        Counter::Tries
        | Counter::Evidence
        | Counter::FeePayments
        | Counter::Repayments
        | Counter::Asks
        | Counter::Attempts
        | Counter::Reconciles
        | Counter::Reversals
        | Counter::Conflicts
        | Counter::Tenders
        | Counter::DisputeMarks
        | Counter::Surplus
        | Counter::Overpays
        | Counter::Revivals => 1,
        Counter::Modifies
        | Counter::Rounds
        | Counter::Intercepts
        | Counter::Extensions
        | Counter::Corrections
        | Counter::Reviews
        | Counter::Redispatches
        | Counter::Conversions
        | Counter::Notes
        | Counter::Appeals
        | Counter::Ratings
        | Counter::Redirects
        | Counter::Offline
        | Counter::Rejections
        | Counter::Reprices
        | Counter::Offers
        | Counter::Grants
        | Counter::Goodwill
        | Counter::Reopenings => 0,
    }
}

/// The field that says how long receipt takes with this transport.
fn receipt_field(policy: &Policy, transport: Transport) -> String {
    match policy.receipt_by_transport[transport] {
        Some(_) => format!("receipt_by_transport.{transport}"),
        None => format!("limits.{}", Limit::AutoConfirm),
    }
}

/// Every length that a limit can have, and the field that says so.
fn lengths_of(policy: &Policy, limit: Limit) -> Vec<(String, Length)> {
    let mut lengths = Vec::from([(format!("limits.{limit}"), policy.limit(limit).length)]);
    let mut or = |name: &str, word: &dyn core::fmt::Display, span: Option<Span>| {
        lengths.extend(span.map(|span| (format!("{name}.{word}"), span.length)));
    };
    if limit == Limit::AutoConfirm {
        let own = policy.receipt_by_transport.iter();
        own.for_each(|(transport, span)| or("receipt_by_transport", &transport, *span));
    } else if limit == Limit::Dispatch {
        let own = policy.dispatch_by_kind.iter();
        own.for_each(|(kind, span)| or("dispatch_by_kind", &kind, *span));
    } else if limit == Limit::Backoff {
        let own = policy.first_backoffs.iter().enumerate();
        own.for_each(|(at, wait)| or("first_backoffs", &at, Some(Span::of(*wait))));
    }
    lengths
}
