//! What must be true for a row of a refund order.

use super::{Facts, Route};
use crate::fact::Deadline;
use crate::rule::Finding;
use crate::{Amount, Dispute, Limit, conditions};

conditions! {
    /// What must be true for a row of a refund order.
    pub enum Condition for Facts, within Limit {
        /// The payment and the lines still hold the amount, its own claim included.
        WithinBalance = "within_balance", "the payment still holds the amount", "未超出该笔付款的可退余额",
            else "the refund is of {asked}, and the payment holds {most}", "退款金额{asked}超出可退余额{most}";
        /// The amount is zero: what was paid with points alone, or a claim that a lost dispute has used up.
        NothingToPay = "nothing_to_pay", "there is nothing to pay", "无需退款（金额为零）",
            else "{asked} is to be paid", "应退金额为{asked}";
        /// The amount is above what the policy lets out without a second person.
        NeedsApproval = "needs_approval", "the amount needs approval", "金额超过免审额度",
            else "{asked} needs no approval; only what is above {most} does", "{asked}未超过免审额度{most}，无需审核";
        /// Whoever acts is not the one who granted the refund (on `Redirect`: who asked for the other account).
        AnotherPerson = "another_person", "it is another person than the first", "经办人与首位经办人不同",
            else "it takes another person than {who}", "须由{who}以外的人员操作";
        /// A reason is given, not too short and not too long.
        ReasonGiven = "reason_given", "a reason is given", "已填写原因",
            else "a reason of {least} to {most} characters is needed, {used} are given",
                "须填写{least}至{most}字的原因，当前{used}字";
        /// It rests on the merchant's consent or silence. A ruling, a statutory declaration, the policy's own grant, an
        /// advance and what an order owes are not finance's to send back.
        Contestable = "contestable", "it rests on the merchant's consent or silence", "由商家同意或超时产生",
            else "it rests on {word} and cannot be rejected", "退款依据为“{word}”，不可驳回";
        /// The policy lets the silence of finance reject, not pay.
        ApprovalSilenceRejects = "approval_silence_rejects", "the policy lets silence reject it", "规则为审核超时即驳回",
            else "the policy lets silence pay it", "规则为审核超时即放款";
        /// Finance has not yet rejected as many refunds of this case as it may.
        RejectionsLeft counts Rejections = "rejections_left", "a rejection is left", "仍可驳回",
            else "{used} of {of} rejections in this case are used", "本售后单驳回次数已用{used}/{of}";

        /// The payment's dispute is open: nothing may be sent.
        PaymentDisputed = "payment_disputed", "the payment is in dispute", "该笔付款存在未决争议",
            else "the payment is not in dispute", "该笔付款没有未决争议";
        /// The payment's dispute is not open: there is none, the bank only asks, or it has decided.
        NotDisputed = "not_disputed", "the payment is not in dispute", "该笔付款没有未决争议",
            else "the payment is in dispute until the bank has decided", "该笔付款存在争议，待银行裁定";
        /// The bank has paid the buyer all that this refund was to pay.
        DisputeLost = "dispute_lost", "the bank has paid the buyer after a lost dispute", "争议败诉且银行已向买家付款",
            else "of {asked} the bank has paid the buyer {most}", "应退{asked}，银行已向买家支付{most}";
        /// The bank paid this refund after a lost dispute, and has since taken the money back from the buyer.
        LossUndone = "loss_undone", "the bank has taken back what it paid the buyer", "银行已收回争议赔付",
            else "of {asked} the bank has still paid the buyer {most}", "应退{asked}，银行赔付{most}仍有效";
        /// The channel takes no more refunds of this payment, because of its age, their number or a lost dispute.
        ChannelClosed = "channel_closed", "the channel takes no more refunds of this payment", "渠道已不支持该笔付款退款",
            else "the channel takes refunds of this payment", "渠道仍支持该笔付款退款";
        /// The channel still takes refunds of this payment.
        ChannelOpen = "channel_open", "the channel takes refunds of this payment", "渠道支持该笔付款退款",
            else "the channel takes no more refunds of this payment: {word}", "渠道已不支持该笔付款退款：{word}";

        /// The gateway reports exactly the amount that was sent.
        AmountMatches = "amount_matches", "the amount is the one that was sent", "金额与退款单一致",
            else "the refund is of {most}, the report says {asked}", "退款单金额为{most}，通知金额为{asked}";
        /// The report is about the key that was sent last. An older key's refusal says nothing about the new one.
        CurrentKey = "current_key", "it is about the key that was sent last", "对应最近一次退款单号",
            else "it is about key {used}, and the last one is {of}", "通知对应第{used}号，当前为第{of}号";
        /// The report is about an older key; if money came by it, it came.
        EarlierKey = "earlier_key", "it is about an earlier key", "对应较早的退款单号",
            else "it is about key {used}, and the last one is {of}", "通知对应第{used}号，当前为第{of}号";
        /// The key of the report was sent and is not closed yet; the report closes it, and the next attempt takes a new
        /// one.
        KeyOpen counts itself = "key_open", "the key is open with the channel", "该退款单号在渠道尚未关闭",
            else "key {used} is not open with the channel, and the newest is {of}", "第{used}号未发送或已关闭，当前为第{of}号";
        /// The report is about the key that was paid last. What is taken back of another key is not this money.
        PaidKey = "paid_key", "it is about the key that was paid last", "对应最近一次到账的退款单号",
            else "it is about key {used}, and key {of} was paid last", "通知对应第{used}号，最近到账的为第{of}号";
        /// The refund was paid through the channel: only then can the bank take it back there.
        PaidByChannel = "paid_by_channel", "it was paid through the channel", "经渠道退款到账",
            else "it was not paid through the channel but so: {word}", "并非经渠道到账：{word}";

        /// The buyer has repaid nothing of what this refund's case advanced: what came back once cannot come back
        /// twice.
        NotRepaid = "not_repaid", "the buyer has not repaid it", "买家尚未归还",
            else "the buyer has already repaid {asked} of {most}", "买家已归还{asked}（共{most}）";

        /// Questions to the gateway are left.
        AsksLeft counts Asks = "asks_left", "the gateway may be asked again", "仍可查询",
            else "{used} of {of} questions to the gateway are used", "渠道查询次数已用{used}/{of}";
        /// Attempts are left.
        AttemptsLeft counts Attempts = "attempts_left", "attempts are left", "仍有退款尝试次数",
            else "{used} of {of} attempts are used", "退款尝试次数已用{used}/{of}";
        /// Another account may be asked for.
        RedirectsLeft counts Redirects = "redirects_left", "another account may be asked for", "仍可申请更换账户",
            else "another account was asked for {used} of {of} times", "申请更换账户次数已用{used}/{of}";
        /// Another offline payment may be claimed.
        OfflineLeft counts Offline = "offline_left", "an offline payment may be claimed", "仍可线下打款",
            else "{used} of {of} offline payments are used", "线下打款次数已用{used}/{of}";
        /// The bank may take it back once more; beyond that, people must look at it.
        ReversalsLeft counts Reversals = "reversals_left", "a reversal can be taken in", "仍可受理银行退回",
            else "{used} of {of} reversals are taken in", "银行退回次数已用{used}/{of}";
        /// What the bank had paid, it may be told to have taken back once more: once for each report on a dispute of the payment.
        DisputeMarksLeft counts DisputeMarks = "dispute_marks_left", "it may be owed again after a dispute", "仍可因争议恢复应退",
            else "after disputes it was owed again {used} of {of} times", "因争议恢复应退已{used}/{of}次";
        /// Reports that contradict what is known are stored, up to a number.
        ConflictsLeft counts Conflicts = "conflicts_left", "a conflicting report can be stored", "仍可记录冲突通知",
            else "{used} of {of} conflicting reports are stored", "冲突通知已记录{used}/{of}";
        /// An unknown outcome may be opened up again.
        ReconcilesLeft counts Reconciles = "reconciles_left", "it may be reconciled again", "仍可重新对账",
            else "{used} of {of} reconciliations are used", "对账次数已用{used}/{of}";

        /// The account to which the money is to go is named.
        AccountGiven = "account_given", "an account is given", "已提供收款账户",
            else "the receiving account is missing", "缺少收款账户";
        /// Nobody has asked for this account yet: this is the first of two people.
        AccountNew = "account_new", "nobody has asked for this account yet", "尚无人申请该收款账户",
            else "{who} has asked for this account, and it takes another person to send it there",
                "{who}已申请该收款账户，须由另一人确认打款";
        /// Somebody has asked for this very account; sending the money there uses that up.
        AccountAsked counts itself = "account_asked", "somebody has asked for this account", "该收款账户已有人申请",
            else "nobody has asked for this account", "该收款账户尚无人申请";
        /// The voucher of the offline payment is attached.
        VoucherGiven = "voucher_given", "a voucher is given", "已上传打款凭证",
            else "the voucher of the payment is missing", "缺少打款凭证";
        /// What was found is attached.
        EvidenceGiven = "evidence_given", "evidence is given", "已提供证据",
            else "{least} to {most} pieces of evidence are needed, {used} are given",
                "须提供{least}至{most}份证据，当前{used}份";
        /// Finance found that the money was paid.
        FoundPaid = "found_paid", "it was found to be paid", "核实已到账",
            else "it was not found to be paid", "未核实到账";
        /// Finance found that the money was not paid: only then may it be sent again.
        FoundUnpaid = "found_unpaid", "it was found not to be paid", "核实未到账",
            else "it was not found to be unpaid", "未核实为未到账";
    }
}

impl Condition {
    /// Whether it is so: one line a condition.
    fn holds_in(self, facts: &Facts) -> bool {
        match self {
            Self::WithinBalance => facts.amount <= facts.room,
            Self::NothingToPay => facts.amount.is_zero(),
            Self::NeedsApproval => facts.approval_above < facts.amount,
            Self::AnotherPerson => facts.same_person().is_none(),
            Self::ReasonGiven => facts.reason.fits(),
            Self::Contestable => facts.ground.is_contestable(),
            Self::ApprovalSilenceRejects => facts.approval_silence_rejects,
            Self::RejectionsLeft => facts.rejections.is_left(),
            Self::PaymentDisputed => facts.dispute == Some(Dispute::Open),
            Self::NotDisputed => facts.dispute != Some(Dispute::Open),
            Self::DisputeLost => facts.bank_paid_all(),
            Self::LossUndone => facts.route == Some(Route::Bank) && !facts.bank_paid_all(),
            Self::ChannelClosed => facts.bar().is_some(),
            Self::ChannelOpen => facts.bar().is_none(),
            Self::AmountMatches => facts.reported == facts.amount,
            Self::CurrentKey => facts.reported_key == facts.key,
            Self::KeyOpen => facts.key_sent && facts.reported_key == facts.key,
            Self::EarlierKey => facts.reported_key < facts.key,
            Self::PaidKey => facts.reported_key == facts.paid_key,
            Self::PaidByChannel => facts.route == Some(Route::Channel),
            Self::NotRepaid => facts.repaid.is_zero(),
            Self::AsksLeft => facts.asks.is_left(),
            Self::AttemptsLeft => facts.attempts.is_left(),
            Self::RedirectsLeft => facts.redirects.is_left(),
            Self::OfflineLeft => facts.offline.is_left(),
            Self::ReversalsLeft => facts.reversals.is_left(),
            Self::DisputeMarksLeft => facts.dispute_marks.is_left(),
            Self::ConflictsLeft => facts.conflicts.is_left(),
            Self::ReconcilesLeft => facts.reconciles.is_left(),
            Self::AccountGiven => facts.account_given,
            Self::AccountNew => !facts.account_asked,
            Self::AccountAsked => facts.account_asked,
            Self::VoucherGiven => facts.voucher_given,
            Self::EvidenceGiven => facts.evidence.fits(),
            Self::FoundPaid => facts.found_paid == Some(true),
            Self::FoundUnpaid => facts.found_paid == Some(false),
            Self::Past(limit) => facts.deadline.is_some_and(|deadline| deadline.has_passed(limit, facts.now)),
        }
    }

    /// What it saw.
    fn found_in(self, facts: &Facts) -> Finding {
        match self {
            Self::WithinBalance => facts.money(facts.amount, facts.room),
            Self::NothingToPay => facts.money(facts.amount, Amount::ZERO),
            Self::NeedsApproval => facts.money(facts.amount, facts.approval_above),
            Self::AnotherPerson => facts.same_person().map_or(Finding::Plain, |id| Finding::Who { id }),
            Self::ReasonGiven => facts.reason.into(),
            Self::Contestable => Finding::word(facts.ground),
            Self::RejectionsLeft => facts.rejections.into(),
            Self::DisputeLost | Self::LossUndone => facts.money(facts.amount, facts.bank_paid),
            Self::ChannelOpen => facts.bar().map_or(Finding::Plain, Finding::word),
            Self::AmountMatches => facts.money(facts.reported, facts.amount),
            Self::CurrentKey | Self::EarlierKey | Self::KeyOpen => {
                Finding::Count { used: facts.reported_key, of: facts.key }
            }
            Self::PaidKey => Finding::Count { used: facts.reported_key, of: facts.paid_key },
            Self::PaidByChannel => facts.route.map_or(Finding::Plain, Finding::word),
            Self::NotRepaid => facts.money(facts.repaid, facts.amount),
            Self::AsksLeft => facts.asks.into(),
            Self::AttemptsLeft => facts.attempts.into(),
            Self::RedirectsLeft => facts.redirects.into(),
            Self::OfflineLeft => facts.offline.into(),
            Self::ReversalsLeft => facts.reversals.into(),
            Self::DisputeMarksLeft => facts.dispute_marks.into(),
            Self::ConflictsLeft => facts.conflicts.into(),
            Self::ReconcilesLeft => facts.reconciles.into(),
            Self::AccountNew => facts.first_person.map_or(Finding::Plain, |first| Finding::Who { id: first.id }),
            Self::EvidenceGiven => facts.evidence.into(),
            Self::Past(_) => facts.deadline.map_or(Finding::Plain, |Deadline { due: at, .. }| Finding::Until {
                at,
                offset_minutes: facts.offset_minutes,
            }),
            Self::ApprovalSilenceRejects
            | Self::PaymentDisputed
            | Self::NotDisputed
            | Self::ChannelClosed
            | Self::AccountGiven
            | Self::AccountAsked
            | Self::VoucherGiven
            | Self::FoundPaid
            | Self::FoundUnpaid => Finding::Plain,
        }
    }
}
