//! What must be true for a row of a case: the names, and the sentences of a refusal. What each means stands in
//! `holds.rs`.

use super::Facts;
use crate::{Limit, conditions};

conditions! {
    /// What must be true for a row of a case.
    pub enum Condition for Facts, within Limit {
        // What can be asked for.

        /// The order is paid and neither settled nor being closed: `OnHold` to `Completed`.
        OrderOpen = "order_open", "the order is paid and not settled yet", "订单已付款且未结算",
            else "the order is {word}: a case can be opened from payment until it is settled",
                "订单当前为“{word}”，仅可在付款后至结算前发起售后";
        /// The window of the reason and the kind has not ended; for what was not delivered yet it has not begun to.
        WithinWindow = "within_window", "within the window of this reason", "在该原因的申请期限内",
            else "the window for this reason closed on {at}", "该原因的申请期限已于{at}截止";
        /// These units were applied for less often than the policy allows, withdrawn applications counted. For a
        /// statutory declaration, declarations alone are counted.
        TriesLeft counts Tries = "tries_left", "these units may be applied for again", "仍有申请次数",
            else "these units were applied for {used} of {of} times", "同一商品申请次数已用{used}/{of}";
        /// No unit is closed or claimed by another open case.
        UnitsFree = "units_free", "the units are free", "商品未被其他售后占用",
            else "{asked} of {line} are asked for, and {free} are free", "商品{line}申请{asked}件，可申请{free}件";
        /// The policy takes single units, or all of each line are asked for.
        WholeLines = "whole_lines", "all units of each line are asked for, or need not be", "按整行申请或规则允许部分申请",
            else "{asked} of {line} are asked for, and only all {free} can be", "商品{line}须整行申请：共{free}件，仅申请{asked}件";
        /// No earlier case on these units lapsed for the buyer's silence, or the policy lets the buyer ask again.
        ReapplyAllowed = "reapply_allowed", "these units may be asked for again", "允许再次申请",
            else "case {case} on these units lapsed, and they cannot be asked for again", "售后单{case}已逾期关闭，不可再次申请";
        /// The kind fits where the goods are: before shipping only `RefundOnly`, with goods at the merchant or on
        /// their way there only kinds that return them, and only kinds that pay while money is advanced. An application
        /// is for no goods that are back: the buyer has nothing to send, and what more is given for those is goodwill.
        KindFits = "kind_fits", "the kind fits where the goods and the money are", "售后类型与商品及款项状态相符",
            else "“{word}” does not fit where the goods and the money are", "“{word}”与商品及款项当前状态不符";
        /// Nothing is advanced, or the kind pays: what was advanced for goods that are sent after all would stay with
        /// the buyer, as would what was paid for goods that the case no longer has and that cannot come back in it.
        AdvanceFits = "advance_fits", "no money is advanced, or the kind pays", "未垫付退款，或售后类型涉及退款",
            else "money is advanced, and for “{word}” it has to come back first", "退款已垫付，若改为“{word}”须先追回";
        /// No kind is named, or what else is ruled leaves it the kind that is named: money is paid under a kind that pays, a
        /// return is waived under one that has none, and goods that are back are not dealt with as if the buyer kept them.
        KindAsNamed = "kind_as_named", "the rest of the ruling fits the kind that it names", "裁决内容与所写售后类型一致",
            else "“{word}” does not go with the amount, the waived return or where the goods are: leave the kind or the other out",
                "“{word}”与裁决的金额、免退货或商品所在不一致：请去掉售后类型或另一项";
        /// The policy offers this kind for this reason, by whether the goods were delivered.
        ReasonFits = "reason_fits", "the reason fits the kind", "申请原因与售后类型相符",
            else "“{word}” is no reason for this kind here", "该售后类型不适用原因“{word}”";
        /// As many pieces of evidence as the reason demands or, for a refusal, as the merchant must give.
        EvidenceGiven = "evidence_given", "the evidence that is needed is given", "已提供所需凭证",
            else "{least} to {most} pieces of evidence are needed, {used} are given", "须提供{least}至{most}份凭证，当前{used}份";
        /// Above nothing (or nothing, for units paid with points alone) and no more than is left, other claims taken
        /// off.
        WithinRefundable = "within_refundable", "the amount can still be refunded", "未超出可退金额",
            else "{asked} is asked for, which must be above zero; at most {most} can still be refunded",
                "申请金额{asked}须大于零，且最多可退{most}";
        /// Money back for units that the buyer never had is money back for all of their share.
        WholeShare = "whole_share", "what never came is refunded whole", "未收到的商品全额退款",
            else "{asked} is asked for, and what the buyer never had is refunded whole: {most}",
                "未收到的商品须全额退款{most}，当前为{asked}";
        /// No shipping is asked for, or no case has it: it goes back once.
        ShippingUnspent = "shipping_unspent", "the shipping was not refunded yet", "运费尚未退还",
            else "case {case} already has the shipping", "运费已计入售后单{case}";
        /// No payment that the refund would touch is in an open dispute.
        NotDisputed = "not_disputed", "no payment of it is in dispute", "相关付款无未决争议",
            else "a payment of it is in dispute at the bank", "相关付款存在未决争议";
        /// The law gives a right of withdrawal for these units.
        StatutoryRight = "statutory_right", "the law gives a right of withdrawal", "享有法定撤回权",
            else "there is no statutory right of withdrawal for these units", "该商品不享有法定撤回权";
        /// The merchant has offered fewer cases on this order than the policy allows.
        OffersLeft counts Offers = "offers_left", "the merchant may offer another case", "商家仍可发起售后",
            else "the merchant has offered {used} of {of} cases on this order", "商家发起次数已用{used}/{of}";
        /// Fewer refunds were granted unasked on this order than the policy allows.
        GrantsLeft counts Grants = "grants_left", "another refund may be granted", "仍可主动退款",
            else "{used} of {of} refunds were granted on this order", "主动退款次数已用{used}/{of}";

        // The terms on the table.

        /// The terms pay money to the buyer.
        Pays = "pays", "money goes to the buyer", "涉及退款",
            else "“{word}” pays the buyer nothing", "“{word}”不涉及退款";
        /// The terms have the goods sent back.
        Returns = "returns", "the goods go back", "涉及退货",
            else "with “{word}” no goods go back", "“{word}”不涉及退货";
        /// The terms have goods sent to the buyer.
        Sends = "sends", "goods are sent to the buyer", "涉及补换寄",
            else "“{word}” sends nothing to the buyer", "“{word}”不涉及向买家寄货";
        /// The terms leave the goods where they are.
        Keeps = "keeps", "no goods go back", "无需退货",
            else "with “{word}” the goods go back", "“{word}”需要退货";
        /// No more than the case claims.
        AmountNotRaised = "amount_not_raised", "the amount is not raised", "金额未提高",
            else "{asked} is more than the {most} of the case", "金额{asked}高于售后单金额{most}";
        /// Above nothing, if money is paid at all and the case claims any: who would pay nothing refuses.
        AmountAboveZero = "amount_above_zero", "the amount is above zero", "金额大于零",
            else "{asked} is proposed, which must be above zero and at most {most}", "协商金额{asked}须大于零且不超过{most}";
        /// The kind stays as it is: the goods are back already.
        KindKept = "kind_kept", "the kind stays as it is", "售后类型未变更",
            else "the goods are back, so it stays “{word}”", "商品已退回，售后类型须保持“{word}”";
        /// No units are named: the goods that are back are those of the case, and the buyer may ask for less, not for
        /// others.
        UnitsKept = "units_kept", "the units stay as they are", "售后商品未变更",
            else "the goods are back, so the units stay as they are: leave them out", "商品已退回，不可更换售后商品，请去掉商品列表";
        /// The fee is no higher than the policy lets one be, whoever offers it or asks for it.
        WithinFeeCap = "within_fee_cap", "the fee is within its cap", "补款未超上限",
            else "the fee is {asked}, and may be at most {most}", "补款{asked}超出上限{most}";
        /// A proposal says for each unit why something is taken off.
        ReasonPerUnit = "reason_per_unit", "each deduction has its reason", "逐件说明扣减原因",
            else "{used} of {of} deductions have a reason", "{of}项扣减中仅{used}项说明原因";
        /// A reason is given, not too short and not too long.
        ReasonGiven = "reason_given", "a reason is given", "已填写原因",
            else "a reason of {least} to {most} characters is needed, {used} are given",
                "须填写{least}至{most}字的原因，当前{used}字";
        /// The application may be changed again.
        ModifiesLeft counts Modifies = "modifies_left", "the application may be changed", "仍可修改申请",
            else "the application was changed {used} of {of} times", "修改申请次数已用{used}/{of}";
        /// The merchant may propose again.
        RoundsLeft counts Rounds = "rounds_left", "another proposal may be made", "仍可协商",
            else "{used} of {of} rounds of negotiation are used", "协商轮次已用{used}/{of}";

        // What the policy lets happen at once, or not at all.

        /// Units that are not shipped are granted at once.
        UnshippedIsGranted = "unshipped_is_granted", "the policy grants what is not shipped", "规则为未发货秒退",
            else "the policy does not grant what is not shipped", "规则未开通未发货秒退";
        /// The policy lets money out on application, for such a buyer and such an amount.
        FastRefundOnApply = "fast_refund_on_apply", "a fast refund on application", "符合申请即极速退款",
            else "this application does not qualify for a fast refund", "不符合申请即极速退款条件";
        /// The policy lets money out when the goods are sent back, for such a buyer and such an amount.
        FastRefundOnShipBack = "fast_refund_on_ship_back", "a fast refund on sending back", "符合寄回即极速退款",
            else "this return does not qualify for a fast refund", "不符合寄回即极速退款条件";
        /// The merchant may refuse: never what was not shipped, a statutory withdrawal, or what the policy protects.
        RefusalAllowed = "refusal_allowed", "the merchant may refuse it", "允许商家拒绝",
            else "it cannot be refused: {word}", "不可拒绝：{word}";
        /// It is no statutory withdrawal: there the state of the goods lowers the amount and is no ground to refuse
        /// them.
        GoodsRefusalAllowed = "goods_refusal_allowed", "the goods may be refused", "允许拒收退货",
            else "in a statutory withdrawal goods are not refused; their state may lower the amount",
                "法定撤回不可拒收退货，仅可按商品状况扣减";
        /// The case is a statutory withdrawal.
        Statutory = "statutory", "it is a statutory withdrawal", "属于法定撤回",
            else "it is no statutory withdrawal", "不属于法定撤回";
        /// The law of the withdrawal, as the policy has it, does not let the money wait for the goods or a proof of
        /// sending.
        NotWithheld = "not_withheld", "the money may not wait for the goods", "退款不得待收货后支付",
            else "the money may wait for the goods or a proof of sending", "退款可待收货或寄出凭证后支付";
        /// The buyer may bring the platform in while the merchant still has time.
        DirectEscalation = "direct_escalation", "the platform may be brought in at once", "可直接申请平台介入",
            else "the platform can be brought in once the merchant has answered or is overdue", "商家处理或逾期后方可申请平台介入";
        /// Shipping units closes the case that asks for their money.
        ShippingClosesCase = "shipping_closes_case", "shipping closes the case", "发货即关闭售后",
            else "shipping does not close the case", "发货不关闭售后";
        /// A merchant's silence on this kind of application counts as consent.
        SilenceGrants = "silence_grants", "the merchant's silence counts as consent", "商家逾期视为同意",
            else "the merchant's silence does not count as consent", "商家逾期不视为同意";
        /// A merchant's silence on this kind of application brings the platform in.
        SilenceEscalates = "silence_escalates", "the merchant's silence brings the platform in", "商家逾期转平台处理",
            else "the merchant's silence does not bring the platform in", "商家逾期不转平台处理";
        /// A merchant's silence on the returned goods brings the platform in.
        ReceiptSilenceEscalates = "receipt_silence_escalates",
            "silence on the returned goods brings the platform in", "收货逾期转平台处理",
            else "silence on the returned goods counts as acceptance", "收货逾期视为验收通过";
        /// The platform's silence is for the merchant.
        RulingSilenceDismisses = "ruling_silence_dismisses", "the platform's silence is for the merchant", "平台逾期支持商家",
            else "the platform's silence is for the buyer", "平台逾期支持买家";

        // Where the goods are.

        /// Nothing of it was shipped.
        Unshipped = "unshipped", "nothing of it was shipped", "商品均未发货",
            else "{used} of {of} units were not shipped", "{of}件商品中{used}件未发货";
        /// All of it is on its way to the buyer.
        InTransit = "in_transit", "all of it is on its way to the buyer", "商品均在运输途中",
            else "{used} of {of} units are on their way to the buyer", "{of}件商品中{used}件在运输途中";
        /// The goods, or the replacement, are with the buyer or on their way there, and none are back at the merchant.
        GoodsWithBuyer = "goods_with_buyer", "the goods are with the buyer", "商品在买家处",
            else "the goods are not with the buyer", "商品不在买家处";
        /// Goods have left the buyer and are neither lost nor on their way back, and no replacement stands for them.
        GoodsAtMerchant = "goods_at_merchant", "the goods are with the merchant or on their way there", "商品已退至商家或退货途中",
            else "the merchant has no goods of the buyer", "商家处没有买家退回的商品";
        /// The merchant has sent the goods back to the buyer, and they are not known to be lost or bounced.
        GoodsGoingBack = "goods_going_back", "the goods are on their way back to the buyer", "商品正在退回买家",
            else "no goods are on their way back to the buyer", "没有正在退回买家的商品";
        /// A replacement, a part or the repaired goods were dispatched, and are not known to be lost or bounced.
        ReplacementSent = "replacement_sent", "what was to be sent was dispatched", "已向买家发货",
            else "nothing was dispatched to the buyer", "尚未向买家发货";
        /// An address for the return is given, or the merchant has a default one.
        AddressGiven = "address_given", "a return address is given", "已提供退货地址",
            else "the return address is missing", "缺少退货地址";
        /// The buyer does not know where to send the goods.
        AddressAwaited = "address_awaited", "the return address is still to be given", "待商家提供退货地址",
            else "the return address was given", "退货地址已提供";
        /// A waybill is given.
        WaybillGiven = "waybill_given", "a waybill is given", "已填写运单号",
            else "the waybill is missing", "缺少运单号";
        /// What the return cost is not touched: that is the buyer's to say.
        FreightKept = "freight_kept", "the cost of the return stays as it is", "退货运费未变更",
            else "what the return cost is the buyer's to say: leave the freight out", "退货运费由买家填写，请去掉运费金额";
        /// The carrier has not picked the return up.
        NotPickedUp = "not_picked_up", "the return was not picked up", "退货尚未揽收",
            else "the carrier has picked the return up", "退货已被揽收";
        /// The units that the receipt names are on their way back, and none of them twice.
        UnitsReturning counts itself = "units_returning", "these units are on their way back", "商品在退货途中",
            else "{asked} of {line} are received, and {free} are on their way", "商品{line}签收{asked}件，退货途中仅{free}件";
        /// The units that the carrier reports are on their way, to the merchant or to the buyer.
        UnitsUnderway counts itself = "units_underway", "these units are on their way", "商品在途",
            else "{asked} of {line} are reported, and {free} are on their way", "商品{line}上报{asked}件，在途仅{free}件";
        /// With this receipt every announced unit has come.
        ReceivesRest = "receives_rest", "every unit has come", "退货已全部签收",
            else "{used} of {of} units have come", "{of}件退货中已签收{used}件";
        /// At least one announced unit has come.
        SomeReceived = "some_received", "some units have come", "已签收部分退货",
            else "{used} of {of} units have come", "{of}件退货中已签收{used}件";
        /// The parcel may be recalled.
        InterceptLeft counts Intercepts = "intercept_left", "the parcel may be intercepted", "仍可拦截",
            else "the parcel was intercepted {used} of {of} times", "拦截次数已用{used}/{of}";
        /// The address or the waybill may be corrected.
        CorrectionsLeft counts Corrections = "corrections_left", "it may be corrected", "仍可更正",
            else "{used} of {of} corrections are used", "更正次数已用{used}/{of}";
        /// It may be sent once more.
        RedispatchesLeft counts Redispatches = "redispatches_left", "it may be sent once more", "仍可重新发货",
            else "it was sent again {used} of {of} times", "重新发货次数已用{used}/{of}";

        // What stood before the proposal or the review.

        /// The proposal is an offer with which the merchant started the case.
        MerchantOffered = "merchant_offered", "the merchant started it", "由商家发起",
            else "the buyer started it", "由买家发起";
        /// The merchant made the proposal about goods that had come back.
        AfterReturn = "after_return", "the goods had come back before", "商品此前已退回",
            else "no goods had come back before", "商品此前未退回";
        /// The merchant had refused the application.
        WasRefused = "was_refused", "the application had been refused", "此前申请被拒绝",
            else "the application had not been refused", "此前申请未被拒绝";
        /// The merchant had refused the goods.
        GoodsWereRefused = "goods_were_refused", "the goods had been refused", "此前退货被拒收",
            else "the goods had not been refused", "此前退货未被拒收";
        /// The merchant had not answered the application.
        WasUnanswered = "was_unanswered", "the application had not been answered", "此前商家未处理",
            else "the application had been answered", "此前商家已处理";
        /// The goods were to be sent back.
        ReturnWasAgreed = "return_was_agreed", "the goods were to be sent back", "此前已同意退货",
            else "the goods were not to be sent back", "此前未同意退货";
        /// The buyer brought the platform in.
        EscalatedByBuyer = "escalated_by_buyer", "the buyer brought the platform in", "由买家申请平台介入",
            else "the buyer did not bring the platform in", "并非由买家申请平台介入";

        // Money.

        /// A fee that the buyer agreed to is not paid yet; only what is sent has a fee. It is paid once, and to offer
        /// or to propose another is counted.
        FeeDue counts itself = "fee_due", "a fee is due", "有待付补款",
            else "no fee is due", "没有待付补款";
        /// The payment covers what is due of the fee.
        FeeInFull = "fee_in_full", "the fee is paid in full", "补款已付清",
            else "{asked} is paid, and {most} is due", "已付{asked}，应付{most}";
        /// Money was paid, or is on its way and cannot be stopped, before the goods are accepted.
        Advanced = "advanced", "money was advanced", "已垫付退款",
            else "no money was advanced", "未垫付退款";
        /// No money was advanced, or all of it was repaid.
        NotAdvanced = "not_advanced", "no money is advanced", "无垫付款",
            else "{asked} is advanced", "已垫付{asked}";
        /// More was advanced than is now granted.
        AdvancedMore = "advanced_more", "more was advanced than is granted", "垫付超出应退金额",
            else "{asked} was advanced, and {most} is granted", "已垫付{asked}，应退{most}";
        /// All that was advanced has reached the buyer: what is not known to have been paid is no loss yet.
        AdvanceArrived = "advance_arrived", "what was advanced has reached the buyer", "垫付款已到账",
            else "{asked} is advanced, and of that only {most} is known to have been paid", "已垫付{asked}，确认到账仅{most}";
        /// Part of it is granted all the same.
        PartlyGranted = "partly_granted", "part of it is granted", "部分应退",
            else "nothing of it is granted", "无应退金额";
        /// The replacement is cheaper, and the difference was not refunded yet.
        DifferenceOwed = "difference_owed", "the price difference is owed", "应退差价",
            else "no price difference is owed", "无应退差价";
        /// The payment covers what was advanced beyond what is granted, and all of that has reached the buyer: nobody
        /// repays what is still with the channel.
        RepaidInFull = "repaid_in_full", "it is repaid in full", "已全额归还",
            else "{asked} is repaid, and {most} is owed", "已归还{asked}，应归还{most}";
        /// All refund orders of the case are paid, and together hold what it owes.
        AllRefundsPaid = "all_refunds_paid", "all refunds are paid", "退款均已完成",
            else "{used} of {of} refunds are paid", "{of}笔退款中已完成{used}笔";
        /// Finance has just rejected a refund order of the case.
        RefundRejected = "refund_rejected", "finance rejected a refund", "财务驳回退款",
            else "no refund was rejected", "没有被驳回的退款";
        /// A refund order rests with an unknown outcome, and none is left that waits.
        RefundUnresolved = "refund_unresolved", "a refund's outcome is unknown", "有退款结果不明",
            else "no refund's outcome is unknown", "没有结果不明的退款";
        /// A refund order of the case is under way again.
        RefundWaits = "refund_waits", "a refund is under way", "有退款处理中",
            else "no refund is under way", "没有处理中的退款";
        /// The fee may be paid in more parts.
        FeePaymentsLeft counts FeePayments = "fee_payments_left", "a part of the fee can be taken in", "仍可分次补款",
            else "{used} of {of} payments of the fee are used", "补款次数已用{used}/{of}";
        /// The buyer may repay in more parts.
        RepaymentsLeft counts Repayments = "repayments_left", "a part repayment can be taken in", "仍可分次归还",
            else "{used} of {of} repayments are used", "归还次数已用{used}/{of}";
        /// The case was not set back by finance as often as it may be. It counts that itself, beside what finance has rejected.
        RejectionsLeft counts Rejections = "rejections_left", "within the rejections of the case", "未超出财务驳回次数",
            else "{used} of {of} rejections by finance are used", "财务驳回次数已用{used}/{of}";
        /// It was not taken up again as often as it may be because the bank had taken a refund back, or given back what it took.
        RevivalsLeft counts Revivals = "revivals_left", "it may be taken up again", "仍可重新处理",
            else "it was taken up again {used} of {of} times", "重新处理次数已用{used}/{of}";
        /// What is put aside was not resumed as often as it may be; its refunds go on, and settle it, all the same.
        ReconcilesLeft counts Reconciles = "reconciles_left", "it may be resumed", "仍可恢复处理",
            else "it was resumed {used} of {of} times", "恢复处理次数已用{used}/{of}";
        /// What was paid beyond what is owed was not asked back as often as it may be; beyond that people see to it outside the trade.
        OverpaysLeft counts Overpays = "overpays_left", "an overpayment may be asked back", "仍可追缴超付款项",
            else "overpayments were asked back {used} of {of} times", "超付追缴次数已用{used}/{of}";
        /// What is to be paid may be turned into a refund.
        ConversionsLeft counts Conversions = "conversions_left", "it may be turned into a refund", "仍可转退款",
            else "it was turned into a refund {used} of {of} times", "转退款次数已用{used}/{of}";

        // Reviews, and the rest.

        /// This side may bring the platform in on this point.
        ReviewsLeft counts Reviews = "reviews_left", "the platform may be brought in", "仍可申请平台介入",
            else "{used} of {of} reviews of this point are used", "本环节平台介入次数已用{used}/{of}";
        /// This side may still add evidence to the review.
        WithinEvidenceTime = "within_evidence_time", "within the time for evidence", "在举证期限内",
            else "evidence was taken until {at}", "举证期限已于{at}截止";
        /// This side has not given as many pieces of evidence as it may; those of the request are counted.
        EvidenceLeft counts Evidence = "evidence_left", "more evidence may be given", "仍可举证",
            else "{used} of {of} pieces of evidence are given", "举证条数已用{used}/{of}";
        /// The ruling says that the goods need not come back.
        ReturnWaived = "return_waived", "the goods need not come back", "裁决无需退货",
            else "the ruling does not waive the return", "裁决未免除退货";
        /// The ruling grants something, and no more than the case claims.
        WithinCase = "within_case", "the amount is within the case", "未超出售后单金额",
            else "{asked} is granted, which must be above zero and at most {most}", "裁决金额{asked}须大于零且不超过{most}";
        /// The limit of this state may be extended by this side.
        ExtensionLeft counts Extensions = "extension_left", "the limit may be extended", "仍可延期",
            else "{used} extensions were given, and {of} are allowed here", "已延期{used}次，此处允许{of}次";
        /// The case rested so short a time ago that staff may reopen it.
        WithinAppeal = "within_appeal", "within the time for an appeal", "在申诉期限内",
            else "it could be reopened until {at}", "申诉期限已于{at}截止";
        /// It may be reopened.
        AppealsLeft counts Appeals = "appeals_left", "it may be reopened", "仍可申诉",
            else "it was reopened {used} of {of} times", "申诉次数已用{used}/{of}";
        /// The case rested so short a time ago that the buyer may rate it.
        WithinRating = "within_rating", "within the time for a rating", "在评价期限内",
            else "it could be rated until {at}", "评价期限已于{at}截止";
        /// It may be rated.
        RatingLeft counts Ratings = "rating_left", "it was not rated yet", "尚未评价",
            else "it was rated {used} of {of} times", "评价次数已用{used}/{of}";
        /// This side may write another note.
        NotesLeft counts Notes = "notes_left", "another note may be written", "仍可留言",
            else "{used} of {of} notes are written", "留言条数已用{used}/{of}";
    }
}
