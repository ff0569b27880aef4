//! Measures: how a shop does its after-sales work, folded from histories alone.
//!
//! Each history is read once into a [`Record`], and records are counted into [`Measures`]. Nothing is asked of a clock or
//! a store, only integers are used, and the order of the trades does not matter. Give the histories of one merchant to
//! measure that merchant, of all to measure the marketplace.
//!
//! Only what falls into the [`Period`] is counted, and each measure says which event must fall into it. What is still open
//! counts as far as it is known. Corrections count: money that the bank took back was not paid.
//!
//! # Where the definitions come from
//!
//! | measure | source |
//! |---|---|
//! | satisfaction | Douyin life services: ratings of 4 and 5 stars among all ratings given in 30 days, by the time of the rating (<https://m.douyinlk.cn/nd.jsp?id=14>) |
//! | intervention rate | Tmall's special services: refunds in which the platform stepped in among those applied for, however it ruled (quoted at <https://yunyingwang.cc>, tag 天猫售后服务流程退换货) |
//! | refund rate | Taobao: refunds that succeeded per order that was paid, in 30 days (quoted at <http://sj.lvsu.com/sjff/77677.html>) |
//! | dispute rate | Stripe: disputes among payments, by the date of the payment, not of the dispute (<https://docs.stripe.com/disputes/measuring>) |
//! | time to refund | Taobao's 退款自主完结时长, the time to the end of a refund (named at <https://www.yubaibai.com.cn/h/wenda/360775.html>); from where to where exactly is this crate's choice |
//! | reply time, share granted by silence | this crate's choice |
//! | star rating | weights of intervention, time to refund and silence by the 3 : 2 : 1 of Taobao's 售后服务综合指标 (same page); the rest is this crate's choice, see [`Scale`] |
//!
//! ```
//! use redress::measure::{Measures, Period, Scale};
//! use redress::trade::Event;
//! use redress::Time;
//!
//! let histories: Vec<Vec<Event>> = Vec::new();
//! let month = Period::last_days(30, Time::parse("2026-04-01T00:00:00+08:00").unwrap());
//! let measures = Measures::of(month, &histories);
//! assert_eq!(measures.reply.mean(), None, "nobody asked, so nobody was slow");
//! assert_eq!(Scale::default().stars(&measures), None);
//! ```

mod number;
mod record;
mod scale;

pub use number::{Period, Ratio, Times};
pub use record::Record;
pub use scale::{Dimension, Scale, ScaleFault, Stars, Steps};

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::trade::Event;
use crate::{Currency, words};

words! {
    /// A measure that has one number, so that it can be compared and weighted.
    pub enum Measure {
        /// The mean of [`Measures::reply`], in minutes.
        ReplyTime = "reply_time", "mean reply time", "平均响应时长";
        /// The mean of [`Measures::refund`], in minutes.
        RefundTime = "refund_time", "mean time to refund", "平均退款时长";
        /// [`Measures::refund_rate`], in per mille.
        RefundRate = "refund_rate", "refund rate", "退款率";
        /// [`Measures::dispute_rate`], in per mille.
        DisputeRate = "dispute_rate", "payment dispute rate", "支付争议率";
        /// [`Measures::intervention_rate`], in per mille.
        InterventionRate = "intervention_rate", "platform intervention rate", "平台介入率";
        /// [`Measures::silence_share`], in per mille.
        SilenceShare = "silence_share", "share granted by silence", "超时默认同意率";
        /// [`Measures::satisfaction`], in per mille.
        Satisfaction = "satisfaction", "after-sales satisfaction", "售后满意度";
    }
}

/// What was measured in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Measures {
    /// How long merchants took to answer an application: one time for each wait that ended in the period.
    ///
    /// A wait begins whenever a case comes to wait for the merchant (`Requested`): on application, on a change of it, and
    /// again after a proposal was declined or a recall failed. It ends with the merchant's own act that moves the case:
    /// agreeing, refusing, proposing, intercepting, bringing the platform in; when overdue, too. Notes, evidence and an
    /// extension answer nothing.
    ///
    /// Silence counts as the whole time that the merchant was given, extensions included, up to the deadline; how late time
    /// acted on it does not matter. Left out are waits that run, and waits that others ended before the deadline (the buyer
    /// changed or withdrew the application or called the platform, staff answered in the merchant's place, the order told
    /// of its goods): nobody knows when the merchant would have answered.
    pub reply: Times,
    /// How long buyers waited for their money: one time for each case whose money was paid in the period.
    ///
    /// From the application (or statutory declaration) to the last of the case's refunds that stands as paid, whoever had
    /// the case meanwhile. Only cases that are `Completed` with money count. Left out are cases still under way, a refund
    /// that the bank took back until it is paid again, cases that the merchant or staff began unasked, refunds of a fee, and
    /// what the bank paid after a dispute.
    pub refund: Times,
    /// How many cases were paid, for each order paid in the period. More than one a case an order: it can pass 1,000 ‰.
    ///
    /// A case is paid if money stands as refunded for it, in full or in part, less what the buyer repaid of an advance.
    /// Left out are refunds over nothing (points alone), of a fee, of a surplus and of orders that were never delivered:
    /// they belong to no case or are no money for goods; and what the bank paid, which the dispute rate shows.
    pub refund_rate: Ratio,
    /// The same by amount, each currency apart: what stands as refunded for cases, of what the paid orders came to.
    ///
    /// What the orders came to is goods, tax and shipping; neither surplus payments nor fees of cases. Goodwill is left
    /// out: it comes from the platform's own ledger. So is return freight that was reimbursed: it is no money of the order.
    pub refunded: BTreeMap<Currency, Ratio>,
    /// How many payments were disputed (charged back), for each order paid in the period, whenever the dispute came.
    ///
    /// Each payment counts once, from the stage `Open` on, also if the merchant won. Left out are mere inquiries, which
    /// block nothing.
    pub dispute_rate: Ratio,
    /// How many cases the platform reviewed, of those opened in the period.
    ///
    /// A case counts once, whoever or whatever started its review and however it ended, also if the buyer called it off.
    pub intervention_rate: Ratio,
    /// How many cases were granted by the merchant's silence on the application, of those opened in the period that were
    /// granted at all.
    ///
    /// A case counts once, whatever followed. Granted is: agreed, accepted, given unasked, trusted by policy, declared by
    /// law, ruled, or let pass by silence. Left out are cases that became refunds since their goods never came: nobody
    /// granted them. Returned goods that were accepted by silence were granted before.
    pub silence_share: Ratio,
    /// How many ratings have 4 or 5 stars, of those given in the period. Platforms take the last 30 days.
    ///
    /// A case has one rating: if it was rated again, the last one counts.
    pub satisfaction: Ratio,
}

impl Measures {
    /// Measures these histories, each that of one trade.
    #[must_use]
    pub fn of<'a, H>(period: Period, histories: impl IntoIterator<Item = H>) -> Self
    where
        H: IntoIterator<Item = &'a Event>,
    {
        let mut measures = Self::default();
        for history in histories {
            measures.count(period, &Record::of(history));
        }
        measures
    }

    /// Counts one trade more. Count each trade once, and always in the same period.
    pub fn count(&mut self, period: Period, record: &Record) {
        record.count(period, self);
    }

    /// The one number of a measure, rounded down: minutes for times, per mille for rates. `None` if nothing was counted.
    #[must_use]
    pub fn value(&self, measure: Measure) -> Option<u64> {
        let (part, of) = self.fraction(measure);
        u64::try_from(part.checked_div(of)?).ok()
    }

    /// How many things a measure rests on: answers, refunds, orders, cases or ratings.
    #[must_use]
    pub fn samples(&self, measure: Measure) -> u64 {
        match measure {
            Measure::ReplyTime => self.reply.len(),
            Measure::RefundTime => self.refund.len(),
            Measure::RefundRate => self.refund_rate.of,
            Measure::DisputeRate => self.dispute_rate.of,
            Measure::InterventionRate => self.intervention_rate.of,
            Measure::SilenceShare => self.silence_share.of,
            Measure::Satisfaction => self.satisfaction.of,
        }
    }

    /// A measure in its own unit, exactly: the numerator, and the denominator, which is zero if nothing was counted.
    fn fraction(&self, measure: Measure) -> (u128, u128) {
        const MINUTE: u128 = 60_000;
        let minutes = |times: &Times| (times.sum(), u128::from(times.len()) * MINUTE);
        let per_mille = |ratio: Ratio| (u128::from(ratio.part) * 1_000, u128::from(ratio.of));
        match measure {
            Measure::ReplyTime => minutes(&self.reply),
            Measure::RefundTime => minutes(&self.refund),
            Measure::RefundRate => per_mille(self.refund_rate),
            Measure::DisputeRate => per_mille(self.dispute_rate),
            Measure::InterventionRate => per_mille(self.intervention_rate),
            Measure::SilenceShare => per_mille(self.silence_share),
            Measure::Satisfaction => per_mille(self.satisfaction),
        }
    }
}
