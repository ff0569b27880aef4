//! The words of the grammar itself. What is said of orders, cases and refunds has its words where it is at home.
#![allow(unreachable_pub, dead_code, reason = "`words!` declares more than is needed, and public; these stay within")]

use crate::words;

words! {
    /// What an unindented line of the head begins with.
    pub enum Head {
        /// What the scenario is called.
        Scenario = "scenario", "scenario", "场景";
        /// Where the story comes from.
        Source = "source", "source", "出处";
        /// Under which policy it is played.
        Policy = "policy", "policy", "政策";
        /// What is ordered.
        Order = "order", "order", "订单";
    }
}

words! {
    /// What an indented line below `order:` begins with.
    pub enum Entry {
        /// Who buys.
        Buyer = "buyer", "buyer", "买家";
        /// Who sells.
        Merchant = "merchant", "merchant", "商家";
        /// Who approves payouts for the merchant.
        Finance = "finance", "finance", "财务";
        /// Which channels may report.
        Gateways = "gateways", "payment gateways", "支付渠道";
        /// Which carriers may report.
        Carriers = "carriers", "carriers", "物流";
        /// Whose shop or marketplace it is.
        Tenant = "tenant", "tenant", "租户";
        /// The order's own number.
        Number = "number", "number", "订单号";
        /// The currency of all amounts.
        Currency = "currency", "currency", "币种";
        /// A line of the order.
        Line = "line", "line", "商品";
        /// What the whole order is reduced by.
        Discount = "discount", "discount", "优惠";
        /// Standard shipping.
        Shipping = "shipping", "shipping", "运费";
        /// What faster shipping costs more.
        Supplement = "supplement", "supplement", "加急费";
        /// What is to be paid in all.
        Total = "total", "total", "应付总额";
        /// Points used.
        Points = "points", "points", "使用积分";
        /// Points given.
        GiftedPoints = "gifted_points", "gifted points", "赠送积分";
        /// The coupon used.
        Coupon = "coupon", "coupon", "优惠券";
        /// Whether the return freight is insured.
        Insured = "insured", "insured", "运费险";
        /// Whether it must be checked before it may ship.
        NeedsHold = "needs_hold", "needs a check", "需核查";
        /// The buyer's standing.
        Standing = "standing", "standing", "买家信用";
        /// Whether the law lets the buyer withdraw.
        Statutory = "statutory", "statutory", "法定撤回权";
    }
}

words! {
    /// What else is said of a line of the order.
    pub enum OfLine {
        /// What the line alone is reduced by.
        Discount = "discount", "discount", "优惠";
        /// The tax on the whole line.
        Tax = "tax", "tax", "税费";
        /// The category that the policy goes by.
        Category = "category", "category", "类目";
        /// How it travels.
        Transport = "transport", "transport", "运输方式";
    }
}

words! {
    /// How far an order has come before the story begins.
    pub enum Given {
        /// It is placed.
        Placed = "placed", "placed", "已下单";
        /// And paid in full.
        Paid = "paid", "paid", "已付款";
        /// And shipped whole.
        Shipped = "shipped", "shipped", "已发货";
        /// And delivered whole.
        Delivered = "delivered", "delivered", "已签收";
    }
}

words! {
    /// Words that join others.
    pub enum Joint {
        /// `given delivered`: what has happened before.
        Given = "given", "given", "前情";
        /// Nobody acts; time goes on.
        Silence = "silence", "silence", "无人处理";
        /// `silence until …`, `requested until …`.
        Until = "until", "until", "至";
        /// Until nothing waits any more.
        Rest = "rest", "rest", "终结";
        /// The last moment that is still in time.
        Due = "due", "due", "到期时";
        /// The moment after that.
        PastDue = "past due", "past due", "逾期后";
        /// `platform cs-7 of acme-mall`, `past due of case 1`.
        Of = "of", "of", "属于";
        /// Nothing, or nobody.
        Nothing = "none", "none", "无";
        /// What stands still.
        Frozen = "frozen", "frozen", "已暂停";
        /// `buyer may apply`.
        May = "may", "may", "可以";
        /// `buyer may not apply`.
        MayNot = "may not", "may not", "不可以";
        /// The order of the file, where an order is named as a field.
        Main = "main", "main", "本单";
        /// The version of the trade that somebody saw.
        Seen = "seen", "seen", "所见版本";
        /// In what condition units came back.
        Condition = "condition", "condition", "商品状况";
    }
}

words! {
    /// What a request or an expectation is about.
    pub enum About {
        /// The order.
        Order = "order", "order", "订单";
        /// A case that is yet to be opened.
        NewCase = "new case", "new case", "新售后单";
        /// The case with a number.
        Case = "case", "case", "售后单";
        /// The refund with a number.
        Refund = "refund", "refund", "退款单";
    }
}

words! {
    /// What an expectation begins with.
    pub enum Claim {
        /// A row was taken.
        Accepted = "accepted", "accepted", "受理";
        /// It was stored with an alert, and moved nothing.
        Noted = "noted", "noted", "仅记录";
        /// It was known already.
        Known = "known", "known", "已知";
        /// It was refused, for these reasons.
        Refused = "refused", "refused", "不予受理";
        /// The sentence of the refusal has this in it.
        Says = "says", "says", "提示";
        /// What the caller is asked to do.
        Tasks = "tasks", "tasks", "任务";
        /// Which rows were taken.
        Rows = "rows", "rows", "规则";
        /// Until when time waits.
        Due = "due", "due", "下一期限";
        /// Nothing moves the trade any more.
        Rests = "rests", "rests", "交易终结";
    }
}

words! {
    /// Where the money of a trade is, in all.
    pub enum Column {
        /// What came in.
        Paid = "paid", "paid", "已付";
        /// What is neither claimed nor gone.
        Kept = "kept", "kept", "留存";
        /// What open cases ask for.
        Claimed = "claimed", "claimed", "申请中";
        /// What is on its way back.
        Reserved = "reserved", "reserved", "退款中";
        /// What went back.
        Refunded = "refunded", "refunded", "已退";
        /// What the bank took.
        Lost = "lost", "lost", "损失";
    }
}

words! {
    /// An amount of a case or refund.
    pub enum Sized {
        /// What is asked for, offered or paid.
        Amount = "amount", "amount", "金额";
        /// What the buyer is to pay.
        Fee = "fee", "fee", "费用";
        /// What the buyer gets back since an exchange is cheaper.
        Difference = "difference", "difference", "差价";
        /// What the return cost.
        Freight = "freight", "freight", "运费";
    }
}

words! {
    /// Yes or no.
    pub enum YesNo {
        /// Yes.
        Yes = "yes", "yes", "是";
        /// No.
        No = "no", "no", "否";
    }
}

words! {
    /// Reasons of a refusal that no condition names.
    pub enum Plain {
        /// The state does not allow it.
        WrongState = "wrong_state", "wrong state", "状态不符";
        /// The role does not allow it.
        WrongRole = "wrong_role", "wrong role", "角色不符";
        /// Nothing knows this.
        NoRow = "no_row", "no row", "无此规则";
        /// The request is not well formed.
        Malformed = "malformed", "malformed", "格式有误";
        /// The actor is no party.
        Stranger = "stranger", "stranger", "非当事人";
        /// The key was used with another request.
        KeyReused = "key_reused", "key reused", "编号重复";
        /// Somebody changed something since.
        Stale = "stale", "stale", "版本过期";
        /// Time runs backwards.
        Backwards = "backwards", "backwards", "时间倒退";
        /// Other rules or another policy.
        OtherTerms = "other_terms", "other terms", "条款不符";
        /// The crate broke its own promise.
        Defect = "defect", "defect", "内部错误";
    }
}

words! {
    /// What is wanted at some place of a line.
    pub enum Want {
        /// What a line begins with.
        Beginning = "beginning", "how a line begins", "行首";
        /// A preset.
        Preset = "preset", "a policy", "政策名称";
        /// An entry of the order.
        Entry = "entry", "an entry of the order", "订单项目";
        /// An entry of a line.
        OfLine = "of_line", "an entry of a line", "商品项目";
        /// A transport.
        Transport = "transport", "a transport", "运输方式";
        /// Somebody.
        Role = "role", "a role", "角色";
        /// What is done.
        Action = "action", "an action", "操作";
        /// A field.
        Field = "field", "a field", "字段";
        /// A kind.
        Kind = "kind", "a kind of case", "售后类型";
        /// A reason.
        Reason = "reason", "a reason", "理由";
        /// A tender.
        Tender = "tender", "a tender", "支付方式";
        /// Whose doing.
        Blame = "blame", "whose doing it is", "责任方";
        /// Who bears.
        Bearer = "bearer", "who bears it", "承担方";
        /// A stage of a dispute.
        Dispute = "dispute", "a stage of a dispute", "争议阶段";
        /// The condition of goods.
        Condition = "condition", "the condition of goods", "商品状况";
        /// A state.
        State = "state", "a state", "状态";
        /// An effect.
        Effect = "effect", "a task", "任务";
        /// An expectation.
        Claim = "claim", "an expectation", "预期";
        /// A code of a refusal.
        Code = "code", "a code of a refusal", "拒绝代码";
        /// How far it has come.
        Given = "given", "how far the order has come", "前情";
        /// Yes or no.
        YesNo = "yes_no", "yes or no", "是或否";
        /// The order, a case or a refund.
        Subject = "subject", "an order, a case or a refund", "单据";
        /// A name.
        Name = "name", "a name", "名称";
        /// A text.
        Text = "text", "a text in quotation marks", "引号内的文字";
        /// An amount.
        Amount = "amount", "an amount", "金额";
        /// A number.
        Number = "number", "a number", "数字";
        /// How many.
        Count = "count", "a count", "件数";
        /// A carrier, and the number of a waybill.
        Waybill = "waybill", "a carrier before the number of the waybill", "运单号前的承运方";
        /// A time.
        Time = "time", "a time", "时间";
        /// A time of day.
        Clock = "clock", "a time of day", "时刻";
        /// A length.
        Length = "length", "a length of time", "时长";
        /// A colon.
        Colon = "colon", "a colon", "冒号";
        /// A closing parenthesis.
        Closing = "closing", "a closing parenthesis", "右括号";
        /// A currency.
        Currency = "currency", "a currency", "币种";
        /// A row.
        Row = "row", "the name of a row", "规则名称";
        /// Words that join.
        Joint = "joint", "a word that stands here", "此处的词语";
        /// The name of an order in the file.
        OrderName = "order_name", "the name of an order in this file", "本文件中的订单名称";
        /// A path in the policy.
        Path = "path", "a field of the policy", "政策字段";
        /// A value of the policy.
        Value = "value", "a value of the policy", "政策取值";
    }
}
