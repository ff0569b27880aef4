//! What must be true for a row of an order.

use super::Facts;
use crate::fact::Deadline;
use crate::rule::Finding;
use crate::{Amount, Id, Limit, conditions};

conditions! {
    /// What must be true for a row of an order.
    pub enum Condition for Facts, within Limit {
        /// It has at least one line and not too many.
        LinesGiven = "lines_given", "it has lines", "订单含商品行",
            else "an order has {least} to {most} lines, this one has {used}", "订单须有{least}至{most}行，当前{used}行";
        /// Every line has a name of its own, at least one unit and a share that fits them.
        LinesValid = "lines_valid", "every line is valid", "各商品行有效",
            else "line {who} is named twice, has no units or no valid price", "商品行{who}重复、数量为零或价格无效";
        /// The paid shares of the lines and of shipping, tax and fees sum to what the order states.
        SumsMatch = "sums_match", "the lines sum to the total", "各行金额合计等于总额",
            else "the lines sum to {most}, the order says {asked}", "各行合计{most}，订单总额为{asked}";
        /// It is in the currency of the policy, in which every cap and limit is stated.
        CurrencyMatches = "currency_matches", "it is in the policy's currency", "币种与规则一致",
            else "orders under this policy are in {who}", "该规则下的订单须以{who}计价";
        /// Points and coupons have paid it in full.
        NothingDue = "nothing_due", "no money is due", "无需付款",
            else "{asked} is due", "应付{asked}";
        /// Money is due.
        SomethingDue = "something_due", "money is due", "有应付金额",
            else "something must remain due", "应付金额须大于零";

        /// With this payment, less than what is due has been paid.
        PartOfDue = "part_of_due", "it is a part of what is due", "未付足应付金额",
            else "{asked} has been paid of {most} due", "已付{asked}，应付{most}";
        /// With this payment, at least what is due has been paid.
        DueInFull = "due_in_full", "what is due is paid in full", "已付足应付金额",
            else "{asked} has been paid of {most} due", "已付{asked}，应付{most}";
        /// No payment has come.
        NothingPaid = "nothing_paid", "nothing is paid", "尚未付款",
            else "{asked} has been paid", "已付{asked}";
        /// It must not be shipped at once: a risk check, or a group that is still forming.
        NeedsHold = "needs_hold", "it must be checked before shipping", "发货前需核查",
            else "it needs no check", "无需核查";
        /// Some time has passed since it was placed, so that no merchant closes it under the buyer's hands.
        OldEnough = "old_enough", "it is old enough to be closed", "已满最短保留时间",
            else "the merchant can close it from {at}", "商家可于{at}后关闭";
        /// A reason is given, not too short and not too long.
        ReasonGiven = "reason_given", "a reason is given", "已填写原因",
            else "a reason of {least} to {most} characters is needed, {used} are given",
                "须填写{least}至{most}字的原因，当前{used}字";

        /// The units are with the merchant, not closed, and claimed by no open case that bars shipping. Units are
        /// finite.
        UnitsShippable counts itself = "units_shippable", "the units can be shipped", "商品可发货",
            else "{asked} units of line {line} are named, {free} can be shipped", "商品行{line}：申请发货{asked}件，可发{free}件";
        /// Nothing is left to ship: every unit is shipped or closed. Units under an open case are still left.
        AllShipped = "all_shipped", "nothing is left to ship", "已全部发货",
            else "{used} units are still to be shipped", "还有{used}件待发货";
        /// No case is open.
        NoOpenCase = "no_open_case", "no case is open", "无进行中的售后",
            else "case {case} is open and must be answered first", "售后单{case}进行中，请先处理";
        /// No open case claims the units that are not shipped.
        RestUnclaimed = "rest_unclaimed", "no case claims the rest", "未发货部分无进行中的售后",
            else "case {case} claims units that are not shipped", "售后单{case}涉及未发货商品";

        /// The units are on their way to the buyer. Units are finite, and each arrives, bounces or is lost once.
        UnitsInTransit counts itself = "units_in_transit", "the units are on their way", "商品在途",
            else "{asked} units of line {line} are named, {free} are on their way",
                "商品行{line}：通知{asked}件，在途{free}件";
        /// Every unit that was shipped, and is not closed, bounced or lost, is with the buyer. Whether others are still
        /// to be shipped is `AllShipped`.
        AllDelivered = "all_delivered", "all that was shipped is with the buyer", "已发商品均已签收",
            else "{used} units are on their way", "还有{used}件在途未签收";
        /// Of what was shipped no unit would be left that is not closed: all of them bounced or are lost.
        LeavesNothing = "leaves_nothing", "nothing else is left of what was shipped", "已发商品已无其他有效商品",
            else "{used} units are left", "还有{used}件有效商品";
        /// Units that were shipped, and are not closed, are with the buyer, on their way, or back from there.
        GoodsRemain = "goods_remain", "goods of it were sent and count", "仍有已发出的有效商品",
            else "no goods that were sent are left of it", "已无已发出的有效商品";

        /// The request names a line that is not confirmed yet.
        LinesNamed = "lines_named", "lines are left to confirm", "有待确认的商品行",
            else "no line is left to confirm", "没有待确认的商品行";
        /// No open case holds a line that is named.
        LinesFree = "lines_free", "no case holds these lines", "所选商品行无进行中的售后",
            else "case {case} is open on one of these lines", "所选商品行有进行中的售后单{case}";
        /// Other lines stay unconfirmed: they are held by a case, not due or not named. Lines are finite.
        LinesHeld counts itself = "lines_held", "other lines are not confirmed", "其他商品行尚未确认",
            else "it is the last line", "已是最后一行";
        /// Every line is confirmed or closed.
        AllConfirmed = "all_confirmed", "every line is confirmed or closed", "各商品行均已确认或关闭",
            else "{used} lines are not confirmed", "还有{used}行未确认";
        /// A line's time to confirm is running. It stands still under an open case.
        LineRuns = "line_runs", "a line's time to confirm is running", "确认收货倒计时进行中",
            else "the time to confirm stands still", "确认收货倒计时已暂停";
        /// The time to confirm is nearly over.
        WithinLastDays = "within_last_days", "it is in its last days", "已临近自动确认收货",
            else "it can be extended from {at}", "可于{at}后申请延长";
        /// The policy offers an extension of so many days.
        DaysOffered = "days_offered", "so many days are offered", "延长天数可选",
            else "{used} days are not offered; some of {least} to {most} are", "不可延长{used}天，可选范围{least}至{most}天";

        /// The new end that is named has not passed.
        UntilLater = "until_later", "the new end lies ahead", "新的截止时间晚于当前时间",
            else "the new end must lie after {at}", "新的截止时间须晚于{at}";
        /// A case is open; it ends, whatever anybody does, and so does this.
        CaseOpen counts itself = "case_open", "a case is open", "有进行中的售后",
            else "no case is open", "无进行中的售后";
        /// More than nothing, and with what was given before within what staff may give above the refundable.
        WithinGoodwillCap = "within_goodwill_cap", "it is within the cap for goodwill", "未超出商誉补偿上限",
            else "{asked} is asked; more than nothing and at most {most} can be given",
                "申请{asked}，补偿金额须大于零且不超过{most}";
        /// Every unit is closed, or all money has been paid back, if there was any. What is reserved is not paid.
        NothingLeft = "nothing_left", "everything has gone back", "商品或款项已全部退回",
            else "{asked} has not gone back", "尚有{asked}未退回";
        /// No refund of this order is under way or unresolved: what is left is rightly kept.
        NothingOwed = "nothing_owed", "nothing more is owed", "已无待退款项",
            else "refunds are under way or unresolved: {used}", "仍有{used}笔退款处理中或挂账";
        /// What became of a refund of this order cannot be found out, and no other refund is under way.
        RefundUnresolved = "refund_unresolved", "a refund is unresolved", "有退款挂账待核",
            else "no refund is unresolved, or {used} are still under way", "无挂账待核的退款，或尚有{used}笔处理中";
        /// A refund of this order is under way.
        RefundWaits = "refund_waits", "a refund is under way", "有退款处理中",
            else "no refund is under way", "没有处理中的退款";

        /// Another payment is taken in towards what is due.
        TendersLeft counts Tenders = "tenders_left", "another payment is possible", "仍可分笔付款",
            else "{used} of {of} payments are used", "支付笔数已用{used}/{of}";
        /// The price may be changed again.
        RepricesLeft counts Reprices = "reprices_left", "the price may be changed", "仍可改价",
            else "the price was changed {used} of {of} times", "改价次数已用{used}/{of}";
        /// Another payment that is not due is taken in.
        SurplusLeft counts Surplus = "surplus_left", "another surplus payment can be taken in", "仍可受理多付款项",
            else "{used} of {of} surplus payments are taken in", "多付款项已受理{used}/{of}笔";
        /// This side may extend the time to confirm.
        ExtensionLeft counts Extensions = "extension_left", "an extension is left", "仍可延长",
            else "{used} extensions were given, and {of} are allowed here", "已延长{used}次，此处允许{of}次";
        /// The after-sales period may be opened again.
        ReopeningsLeft counts Reopenings = "reopenings_left", "it may be reopened", "仍可重开",
            else "{used} of {of} reopenings are used", "重开次数已用{used}/{of}";
        /// Another report on a dispute of this payment is taken in.
        DisputeMarksLeft counts DisputeMarks = "dispute_marks_left", "another report can be taken in", "仍可受理争议通知",
            else "{used} of {of} reports on this payment are taken in", "该笔付款争议通知已受理{used}/{of}次";
        /// Goodwill may be given again.
        GoodwillLeft counts Goodwill = "goodwill_left", "goodwill is left", "仍可商誉补偿",
            else "{used} of {of} goodwill credits are used", "商誉补偿次数已用{used}/{of}";
        /// What is put aside was not resumed as often as it may be; its refunds go on, and close it, all the same.
        ReconcilesLeft counts Reconciles = "reconciles_left", "it may be resumed", "仍可恢复处理",
            else "it was resumed {used} of {of} times", "恢复处理次数已用{used}/{of}";
        /// It was not taken up again as often as it may be because money that had gone back has come again.
        RevivalsLeft counts Revivals = "revivals_left", "it may be taken up again", "仍可重新处理",
            else "it was taken up again {used} of {of} times", "重新处理次数已用{used}/{of}";
        /// This side may leave another note.
        NotesLeft counts Notes = "notes_left", "a note is left", "仍可留言",
            else "{used} of {of} notes are used", "留言条数已用{used}/{of}";
    }
}

impl Condition {
    /// Whether it is so: one line a condition.
    fn holds_in(self, facts: &Facts) -> bool {
        match self {
            Self::LinesGiven => facts.lines.fits(),
            Self::LinesValid => facts.faulty_line.is_none(),
            Self::SumsMatch => facts.total == facts.lines_sum,
            Self::CurrencyMatches => facts.currency == facts.policy_currency,
            Self::NothingDue => facts.due.is_zero(),
            Self::SomethingDue => !facts.due.is_zero(),
            Self::PartOfDue => facts.paid_with_this() < facts.due,
            Self::DueInFull => facts.due <= facts.paid_with_this(),
            Self::NothingPaid => facts.paid.is_zero(),
            Self::NeedsHold => facts.needs_hold,
            Self::OldEnough => facts.closable_from <= facts.now,
            Self::ReasonGiven => facts.reason.fits(),
            Self::UnitsShippable => facts.shippable.are_there(),
            Self::AllShipped => facts.to_ship == 0,
            Self::NoOpenCase => facts.open_case.is_none(),
            Self::RestUnclaimed => facts.rest_claimed_by.is_none(),
            Self::UnitsInTransit => facts.in_transit.are_there(),
            Self::AllDelivered => facts.undelivered == 0,
            Self::LeavesNothing => facts.remaining == 0,
            Self::GoodsRemain => facts.remaining > 0,
            Self::LinesNamed => facts.lines_named > 0,
            Self::LinesFree => facts.line_held_by.is_none(),
            Self::LinesHeld => facts.lines_left > 0,
            Self::AllConfirmed => facts.lines_left == 0,
            Self::LineRuns => facts.deadline.is_some(),
            Self::WithinLastDays => facts.extendable_from <= facts.now,
            Self::DaysOffered => facts.extension_offered,
            Self::UntilLater => facts.reopens_until.is_none_or(|until| facts.now < until),
            Self::CaseOpen => facts.open_case.is_some(),
            Self::WithinGoodwillCap => !facts.goodwill_asked.is_zero() && facts.goodwill_asked <= facts.goodwill_room,
            Self::NothingLeft => facts.units_left == 0 || (facts.money_left.is_zero() && !facts.paid.is_zero()),
            Self::NothingOwed => facts.waiting == 0 && facts.unresolved == 0,
            Self::RefundUnresolved => facts.unresolved > 0 && facts.waiting == 0,
            Self::RefundWaits => facts.waiting > 0,
            Self::TendersLeft => facts.tenders.is_left(),
            Self::RepricesLeft => facts.reprices.is_left(),
            Self::SurplusLeft => facts.surplus.is_left(),
            Self::ExtensionLeft => facts.extensions.is_left(),
            Self::ReopeningsLeft => facts.reopenings.is_left(),
            Self::DisputeMarksLeft => facts.dispute_marks.is_left(),
            Self::GoodwillLeft => facts.goodwill.is_left(),
            Self::ReconcilesLeft => facts.reconciles.is_left(),
            Self::RevivalsLeft => facts.revivals.is_left(),
            Self::NotesLeft => facts.notes.is_left(),
            Self::Past(limit) => facts.deadline.is_some_and(|deadline| deadline.has_passed(limit, facts.now)),
        }
    }

    /// What it saw.
    fn found_in(self, facts: &Facts) -> Finding {
        let count = |used| Finding::Count { used, of: 0 };
        let case = |no: Option<u16>| no.map_or(Finding::Plain, |no| Finding::Case { no });
        match self {
            Self::LinesGiven => facts.lines.into(),
            Self::LinesValid => facts.faulty_line.map_or(Finding::Plain, |id| Finding::Who { id }),
            Self::SumsMatch => facts.money(facts.total, facts.lines_sum),
            Self::CurrencyMatches => Finding::Who { id: Id::from(facts.policy_currency.code()) },
            Self::NothingDue => facts.money(facts.due, Amount::ZERO),
            Self::PartOfDue | Self::DueInFull => facts.money(facts.paid_with_this(), facts.due),
            Self::NothingPaid => facts.money(facts.paid, Amount::ZERO),
            Self::OldEnough => facts.until(facts.closable_from),
            Self::ReasonGiven => facts.reason.into(),
            Self::UnitsShippable => facts.shippable.into(),
            Self::AllShipped => count(facts.to_ship),
            Self::NoOpenCase | Self::CaseOpen => case(facts.open_case),
            Self::RestUnclaimed => case(facts.rest_claimed_by),
            Self::UnitsInTransit => facts.in_transit.into(),
            Self::AllDelivered => count(facts.undelivered),
            Self::LeavesNothing => count(facts.remaining),
            Self::LinesNamed => count(facts.lines_named),
            Self::LinesFree => case(facts.line_held_by),
            Self::LinesHeld | Self::AllConfirmed => count(facts.lines_left),
            Self::WithinLastDays => facts.until(facts.extendable_from),
            Self::DaysOffered => facts.extension.into(),
            Self::UntilLater => facts.until(facts.now),
            Self::WithinGoodwillCap => facts.money(facts.goodwill_asked, facts.goodwill_room),
            Self::NothingLeft => facts.money(facts.money_left, Amount::ZERO),
            Self::NothingOwed => count(facts.waiting.saturating_add(facts.unresolved)),
            Self::RefundUnresolved => count(facts.waiting),
            Self::TendersLeft => facts.tenders.into(),
            Self::RepricesLeft => facts.reprices.into(),
            Self::SurplusLeft => facts.surplus.into(),
            Self::ExtensionLeft => facts.extensions.into(),
            Self::ReopeningsLeft => facts.reopenings.into(),
            Self::DisputeMarksLeft => facts.dispute_marks.into(),
            Self::GoodwillLeft => facts.goodwill.into(),
            Self::ReconcilesLeft => facts.reconciles.into(),
            Self::RevivalsLeft => facts.revivals.into(),
            Self::NotesLeft => facts.notes.into(),
            Self::Past(_) => facts.deadline.map_or(Finding::Plain, |Deadline { due, .. }| facts.until(due)),
            Self::SomethingDue | Self::NeedsHold | Self::LineRuns | Self::RefundWaits | Self::GoodsRemain => {
                Finding::Plain
            }
        }
    }
}
