//! The fields of a request: what each is called, which an action needs and takes, and what can be wrong with one.

use alloc::string::String;

use serde::Serialize;

use super::{Asked, Detail};
use crate::{Amount, Currency, Lang, Set, Time, after_sale, order, refund, words};

words! {
    /// A field of a request.
    pub enum Field {
        /// The actor's ids.
        Actor = "actor", "the actor's id", "操作人编号";
        /// The machine that is meant.
        Subject = "subject", "the number of the case or refund", "单据编号";
        /// The key.
        Key = "key", "the request key", "请求编号";
        /// The time.
        Now = "now", "the time", "时间";
        /// The order to place.
        Order = "order", "the order", "订单内容";
        /// The kind of case.
        Kind = "kind", "the kind", "售后类型";
        /// The units.
        Units = "units", "the list of units", "商品件数";
        /// The amount.
        Amount = "amount", "the amount", "金额";
        /// The fee.
        Fee = "fee", "the fee", "费用";
        /// The difference of a cheaper exchange.
        Difference = "difference", "the difference", "差价";
        /// The return freight.
        Freight = "freight", "the freight", "运费";
        /// The reason.
        Reason = "reason", "the reason", "理由";
        /// The words.
        Text = "text", "the text", "文字说明";
        /// The evidence.
        Evidence = "evidence", "the evidence", "凭证";
        /// The waybill.
        Waybill = "waybill", "the waybill", "运单";
        /// The address.
        Address = "address", "the address", "地址";
        /// The account.
        Account = "account", "the account", "收款账户";
        /// The voucher.
        Voucher = "voucher", "the voucher", "打款凭证";
        /// The channel's reference.
        Reference = "reference", "the channel's reference", "渠道流水号";
        /// The key number.
        KeyNumber = "key_number", "the key number", "退款单号序号";
        /// The tender.
        Tender = "tender", "the tender", "支付方式";
        /// The blame.
        Blame = "blame", "the blame", "责任方";
        /// Who bears the freight.
        Bearer = "bearer", "who bears the freight", "运费承担方";
        /// The days.
        Days = "days", "the number of days", "天数";
        /// The stars.
        Stars = "stars", "the number of stars", "星级";
        /// The stage of a dispute.
        Stage = "stage", "the stage of the dispute", "争议阶段";
        /// The channel's own time.
        StageAt = "stage_at", "the channel's own time", "渠道时间";
        /// Until when.
        Until = "until", "the new end", "截止时间";
        /// Whether the goods may be kept.
        ReturnWaived = "return_waived", "whether the goods may be kept", "是否免退货";
        /// What reconciliation found.
        FoundPaid = "found_paid", "what was found", "对账结果";
    }
}

/// What is wrong with a field, and what would be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flaw {
    /// It is needed and not there.
    Missing,
    /// This action does not take it.
    NotTaken,
    /// It is too long or too many.
    TooLong {
        /// The most that is accepted.
        most: u64,
    },
    /// It is an amount above all bounds.
    TooMuch {
        /// The most that is accepted, in minor units.
        most: Amount,
    },
    /// It is no time that a request may carry.
    OutsideTime {
        /// The earliest that is accepted.
        earliest: Time,
        /// The latest that is accepted.
        latest: Time,
    },
    /// It is out of range.
    OutOfRange {
        /// The least that is accepted.
        least: u64,
        /// The most that is accepted.
        most: u64,
    },
    /// The same line or id stands in it twice.
    Repeated,
    /// It names something that the trade does not have.
    Unknown,
    /// It is not a name: see [`Id`](crate::Id).
    NotAnId,
    /// It names a case, but the action opens a new one.
    OpensNew,
    /// It is in another currency than the trade.
    OtherCurrency {
        /// The trade's own, which is accepted.
        accepted: Currency,
    },
    /// The actor's role can only be taken by the machine itself.
    NotForPeople,
    /// The action belongs to another machine than the subject.
    OtherMachine,
}

impl Flaw {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotTaken => "not_taken",
            Self::TooLong { .. } => "too_long",
            Self::OutOfRange { .. } | Self::TooMuch { .. } | Self::OutsideTime { .. } => "out_of_range",
            Self::Repeated => "repeated",
            Self::Unknown => "unknown",
            Self::NotAnId => "not_an_id",
            Self::OpensNew => "opens_new",
            Self::OtherCurrency { .. } => "other_currency",
            Self::NotForPeople => "not_for_people",
            Self::OtherMachine => "other_machine",
        }
    }

    /// The rest of the sentence that begins with the field.
    #[must_use]
    pub fn sentence(self, lang: Lang) -> String {
        let zh = matches!(lang, Lang::Zh);
        let fixed = match self {
            Self::TooLong { most } if zh => return alloc::format!("过长或过多，最多 {most}"),
            Self::TooLong { most } => return alloc::format!("is too long or too many; at most {most} are accepted"),
            Self::OutOfRange { least, most } if zh => return alloc::format!("超出范围，应在 {least} 到 {most} 之间"),
            Self::OutOfRange { least, most } => {
                return alloc::format!("is out of range; {least} to {most} is accepted");
            }
            Self::TooMuch { most } if zh => return alloc::format!("超出范围，最多为 {} 个最小货币单位", most.minor()),
            Self::TooMuch { most } => {
                return alloc::format!("is out of range; at most {} minor units are accepted", most.minor());
            }
            Self::OutsideTime { earliest, latest } if zh => {
                return alloc::format!("超出范围，应在 {earliest} 到 {latest} 之间");
            }
            Self::OutsideTime { earliest, latest } => {
                return alloc::format!("is out of range; {earliest} to {latest} is accepted");
            }
            Self::OtherCurrency { accepted } if zh => return alloc::format!("币种与交易不一致，应为 {accepted}"),
            Self::OtherCurrency { accepted } => {
                return alloc::format!("is in another currency than the trade; {accepted} is accepted");
            }
            Self::OpensNew => ("must be 0, since this action opens a new case", "应为 0：该操作新建售后单"),
            Self::Missing => ("is missing", "缺失"),
            Self::NotTaken => ("is not taken by this action; leave it out", "不适用于该操作，请去掉"),
            Self::Repeated => ("names the same thing twice; name each once", "重复，请每项只写一次"),
            Self::Unknown => ("names something that this trade does not have", "不属于该交易"),
            Self::NotAnId => (
                "is not 1 to 46 bytes of printable text without blanks at its ends",
                "应为 1 到 46 字节的可见文字，首尾不含空白",
            ),
            Self::NotForPeople => ("may not claim to be time or the trade itself", "不能以时间或系统联动身份操作"),
            Self::OtherMachine => ("belongs to another machine than the action", "与操作不属于同一单据"),
        };
        String::from(if zh { fixed.1 } else { fixed.0 })
    }
}

/// The fields of an action: those that it needs, and those that it also takes. Any other is refused.
///
/// Whether a reason, evidence, a waybill or an address must be given is a condition of a row, so those are only taken
/// here.
#[must_use]
pub const fn fields(asked: Asked) -> (&'static [Field], &'static [Field]) {
    match asked {
        Asked::Order(action) => order_fields(action),
        Asked::Case(action) => case_fields(action),
        Asked::Refund(action) => refund_fields(action),
    }
}

const fn order_fields(action: order::Action) -> (&'static [Field], &'static [Field]) {
    use Field::{
        Amount, Days, Evidence, Order, Reason, Reference, Stage, StageAt, Tender, Text, Units, Until, Waybill,
    };
    use order::Action;
    match action {
        Action::Place => (&[Order], &[]),
        Action::Pay => (&[Amount, Tender, Reference], &[]),
        Action::Reprice => (&[Amount], &[Reason, Text]),
        Action::Cancel | Action::CancelRest | Action::Reject => (&[], &[Reason, Text]),
        Action::Ship => (&[Units, Waybill], &[]),
        Action::Deliver | Action::Bounce | Action::Lose => (&[Units], &[Waybill]),
        Action::ConfirmReceipt => (&[], &[Units]),
        Action::Extend => (&[Days], &[Reason, Text]),
        Action::ReopenWindow => (&[Until], &[Reason, Text]),
        Action::MarkDispute => (&[Reference, Stage, StageAt], &[Amount]),
        Action::Goodwill => (&[Amount], &[Reason, Text]),
        Action::Note => (&[Text], &[Evidence]),
        Action::Release
        | Action::Expire
        | Action::Narrow
        | Action::Exhaust
        | Action::Park
        | Action::Resume
        | Action::Restore => (&[], &[]),
    }
}

const fn case_fields(action: after_sale::Action) -> (&'static [Field], &'static [Field]) {
    use Field::{
        Address, Amount, Bearer, Blame, Difference, Evidence, Fee, Freight, Kind, Reason, Reference, ReturnWaived,
        Stars, Tender, Text, Units, Waybill,
    };
    use after_sale::Action;
    match action {
        Action::Apply => (&[Kind, Units, Reason], &[Amount, Fee, Text, Evidence]),
        // What the law gives is of the kind that it makes it, by where the goods are.
        Action::Declare => (&[Units], &[Reason, Text]),
        Action::Grant | Action::Offer => (&[Kind, Units], &[Amount, Fee, Difference, Reason, Text, Evidence]),
        Action::Modify => (&[], &[Kind, Units, Amount, Fee, Reason, Text, Evidence]),
        Action::Agree | Action::GiveAddress => (&[], &[Address, Text]),
        Action::Refuse | Action::RefuseGoods => (&[], &[Reason, Text, Evidence]),
        Action::Propose => (&[], &[Kind, Amount, Fee, Difference, Units, Reason, Text, Evidence]),
        Action::PayFee | Action::Repay => (&[Amount, Tender, Reference], &[]),
        Action::ShipBack => (&[], &[Waybill, Freight, Text]),
        Action::CorrectWaybill => (&[Waybill], &[Freight]),
        Action::Dispatch => (&[], &[Waybill, Text]),
        Action::Receive => (&[Units], &[Text, Evidence]),
        Action::AcceptGoods => (&[], &[Units, Text]),
        Action::RuleForBuyer => (&[], &[Kind, Amount, Blame, Bearer, ReturnWaived, Reason, Text]),
        Action::RuleForMerchant => (&[], &[Blame, Bearer, Reason, Text]),
        Action::RuleSplit => (&[Amount], &[Blame, Bearer, Reason, Text]),
        Action::SubmitEvidence => (&[Evidence], &[Text]),
        Action::Rate => (&[Stars], &[Text]),
        Action::Note => (&[Text], &[Evidence]),
        Action::Extend
        | Action::Escalate
        | Action::ConvertToRefund
        | Action::WriteOff
        | Action::Reopen
        | Action::Withdraw
        | Action::Decline
        | Action::Accept => (&[], &[Reason, Text, Evidence]),
        Action::Intercept
        | Action::AgreeIfRejected
        | Action::Recall
        | Action::RecallFail
        | Action::ConfirmReceipt
        | Action::Lose
        | Action::Bounce
        | Action::TakeBack
        | Action::CallOff
        | Action::Retract
        | Action::CancelShipBack
        | Action::Expire
        | Action::Settle
        | Action::Stall
        | Action::Park
        | Action::Resume
        | Action::Unsettle
        | Action::Overpay
        | Action::Overtake
        | Action::Undelivered => (&[], &[Text]),
    }
}

const fn refund_fields(action: refund::Action) -> (&'static [Field], &'static [Field]) {
    use Field::{Account, Amount, Evidence, FoundPaid, KeyNumber, Reason, Reference, Text, Voucher};
    use refund::Action;
    match action {
        Action::Approve | Action::Retry | Action::Confirm | Action::Deny => (&[], &[Text]),
        Action::Reject => (&[], &[Reason, Text]),
        Action::Succeed | Action::Reverse => (&[Amount, Reference], &[KeyNumber]),
        Action::Fail | Action::Close | Action::GoAbnormal | Action::Pend => (&[], &[KeyNumber, Reference, Text]),
        Action::Redirect => (&[], &[Account, Reason, Text]),
        Action::PayOffline => (&[], &[Voucher, Text]),
        Action::Reconcile => (&[FoundPaid], &[Evidence, Text]),
        Action::Open | Action::Free | Action::Void | Action::Expire => (&[], &[]),
    }
}

/// The fields in which something stands.
pub(crate) fn given(detail: &Detail) -> Set<Field> {
    #[rustfmt::skip]
    let Detail {
        order, kind, units, amount, fee, difference, freight, reason, text, evidence, waybill, address, account, voucher,
        reference, key_number, tender, blame, bearer, days, stars, stage, stage_at, until, return_waived, found_paid,
    } = detail;
    let given = [
        (Field::Order, order.is_some()),
        (Field::Kind, kind.is_some()),
        (Field::Units, !units.is_empty()),
        (Field::Amount, amount.is_some()),
        (Field::Fee, fee.is_some()),
        (Field::Difference, difference.is_some()),
        (Field::Freight, freight.is_some()),
        (Field::Reason, reason.is_some()),
        (Field::Text, !text.is_empty()),
        (Field::Evidence, !evidence.is_empty()),
        (Field::Waybill, waybill.is_some()),
        (Field::Address, !address.is_empty()),
        (Field::Account, !account.is_empty()),
        (Field::Voucher, !voucher.is_empty()),
        (Field::Reference, reference.is_some()),
        (Field::KeyNumber, key_number.is_some()),
        (Field::Tender, tender.is_some()),
        (Field::Blame, blame.is_some()),
        (Field::Bearer, bearer.is_some()),
        (Field::Days, days.is_some()),
        (Field::Stars, stars.is_some()),
        (Field::Stage, stage.is_some()),
        (Field::StageAt, stage_at.is_some()),
        (Field::Until, until.is_some()),
        (Field::ReturnWaived, *return_waived),
        (Field::FoundPaid, found_paid.is_some()),
    ];
    given.into_iter().fold(Set::NONE, |set, (field, given)| if given { set.with(field) } else { set })
}
