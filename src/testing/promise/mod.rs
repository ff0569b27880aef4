//! What is promised of every trade, every step, every refusal, every silence and every rest, said a second time.
//!
//! Nothing here asks the tables or their conditions. Each promise is stated again from what it means in the trade, out of
//! the facts of the trade, the request, the policy and the calendar; so a wrong row, a missing condition or a wrong act is
//! noticed by something that does not share its mistake.
//!
//! They are stated for the process that comes with the crate. A row of a user's own is taken at its word in who may take it
//! and which state it leads to, and in nothing else: [`of_move`] says exactly where. [`Excuses`] name the rows after which
//! a buyer rightly has both the goods and the money.
//!
//! # Where each is stated
//!
//! [`Promise`] lists them in this order. A file has one function for each action or fact; its name says of what.
//!
//! | promises | stated in |
//! |---|---|
//! | of every trade | `trade.rs` |
//! | of every step: history and people; rights; what is counted and explained; time; who was told | `step.rs`; `rights.rs`; `counted.rs`; `time.rs`; `outcome.rs` |
//! | of a case that is opened or changed | `open.rs` |
//! | of the talk between the sides; the platform's part; goods and parcels | `deal.rs`; `ruling.rs`; `goods.rs` |
//! | of money | `pay.rs` |
//! | of the order | `process.rs` |
//! | of refusals; offers; silence; rest | `refusal.rs`; `choices.rs`; `silence.rs`; `rest.rs`, with `excuse.rs` |
//! | of all ways through a world together | [`explore`](super::explore) |
//!
//! # What no promise can notice
//!
//! A row that forgets one of these conditions does nothing that is promised not to happen:
//!
//! | condition | why |
//! |---|---|
//! | refund `EarlierKey` | money of an older key is money all the same; the row beside it only leaves an alert out |
//! | refund `WithinBalance` | the ledger itself refuses: it shows as a defect, [`Promise::RefusalExplains`] |
//! | order `LineRuns` | without a line that runs nothing is in its last days: [`Promise::ExtendedAsOffered`] says so once |
//! | order `PartOfDue`, `AllDelivered` on `CancelRest` and on silence | which of two targets: the next parcel corrects it |
//! | case `Pays`, `Returns`, `Sends`, `Keeps`, where the rows above have taken every other kind | nothing else is left to fall through |
//! | case `Advanced`, `AdvancedMore` beside a row for the rest | which of two targets; each is held to what is owed there |
//! | case `ReceivesRest`, `SomeReceived` beside `Returning` | which of two targets; the goods say which is right |
//!
//! Nor is it promised here who is notified, what is restocked, booked and insured, how points and freight are shared, and
//! what a report says beside its figures: the stories and the ledgers' own tests hold these.

mod choices;
mod counted;
mod deal;
mod excuse;
mod goods;
mod moment;
mod moves;
mod open;
mod outcome;
mod pay;
mod process;
mod refusal;
mod rest;
mod rights;
mod ruling;
mod silence;
mod step;
mod time;
mod trade;

pub use choices::of_choices;
pub use excuse::Excuses;
pub use moves::of_move;
pub use rest::{is_unresolved, of_rest};
pub use silence::of_silence;
pub use trade::of_trade;

use alloc::string::String;
use core::fmt;

use crate::testing::shown::with_amounts;
use crate::trade::Subject;
use crate::{Currency, words};

words! {
    /// Something that is promised.
    pub enum Promise {
        // Of every trade.

        /// Per payment, per pot and in all: paid = kept + claimed + reserved + refunded + lost.
        MoneyConserved = "money_conserved", "money is conserved", "资金守恒";
        /// What is claimed, under way and gone back of a payment is what its cases and refunds say, and no more than was paid.
        NothingPaidTwice = "nothing_paid_twice", "nothing is paid twice", "同一款项不重复退";
        /// Every unit of every line is in exactly one place.
        UnitsConserved = "units_conserved", "every unit is in exactly one place", "每件商品恰在一处";
        /// A unit has at most one open case, by the cases' own words.
        OneCasePerUnit = "one_case_per_unit", "a unit has at most one open case", "同一商品至多一个进行中的售后单";
        /// What an open case claims stands in both ledgers.
        ClaimsAgree = "claims_agree", "claims agree with both ledgers", "售后占用与账本一致";
        /// A case at rest claims nothing.
        RestClaimsNothing = "rest_claims_nothing", "a case at rest claims nothing", "已了结的售后单不占用商品与款项";
        /// Units give back no more than they are worth, and what they gave is what their pots gave.
        SpentWithinWorth = "spent_within_worth", "units give back no more than they are worth", "退款不超过商品实付";
        /// Nothing is fulfilled before it is paid for.
        PaidBeforeFulfilled = "paid_before_fulfilled", "an order is paid before it is fulfilled", "先付款后履约";
        /// The merchant holds no more than came in and has not gone back.
        FundsWithinPaid = "funds_within_paid", "the merchant is given no more than was paid", "商家结算不超过实收";
        /// Whoever is waited for has a time limit; it stands still only for an open case.
        DeadlinesRun = "deadlines_run", "who is waited for has a time limit", "凡等待必有期限";
        /// No counted liberty is used more often than the policy allows.
        LibertiesWithinCaps = "liberties_within_caps", "liberties stay within their caps", "次数不超过上限";
        /// Staff give no more goodwill than the policy allows, and something.
        GoodwillWithinCap = "goodwill_within_cap", "goodwill stays within its cap", "商誉补偿不超过上限";
        /// Where a case stands fits what it is about.
        StateFitsTerms = "state_fits_terms", "where a case stands fits its terms", "售后状态与方案相符";
        /// Nothing is sent before its fee is paid, and a fee is awaited only if it is due.
        FeePaidFirst = "fee_paid_first", "a fee is paid before its service", "先补款后服务";
        /// Goods are where the state of their case needs them, and nobody has to give what somebody else has.
        GoodsWhereTheyMust = "goods_where_they_must", "goods are where their case needs them", "商品去向与售后状态相符";

        // Of every step.

        /// Folding the events gives the trade.
        HistoryIsState = "history_is_state", "the events fold to the trade", "历史即状态";
        /// A step makes one version and numbers its events; without an event nothing is changed.
        VersionsFollow = "versions_follow", "versions and events follow each other", "版本与事件连续编号";
        /// No step lies before the one it follows.
        TimeForwards = "time_forwards", "time runs forward", "时间不倒流";
        /// A key of a task stands for one thing to do.
        KeysApart = "keys_apart", "a key stands for one thing to do", "任务编号不重复";
        /// Who acted is who asked, or time, or a sibling that was told.
        ActorIsAsker = "actor_is_asker", "who acted is who asked", "操作人即请求人";
        /// Only the parties act, by identity.
        OnlyParties = "only_parties", "only the parties act", "仅当事人可操作";
        /// Whoever acts may, in that role and state.
        ActsByRight = "acts_by_right", "who acts may do so", "操作人有权操作";
        /// An action leads where it may lead.
        LeadsWhereItMay = "leads_where_it_may", "an action leads where it may lead", "操作结果合乎流程";
        /// A report that no row took moves nothing.
        NotedMovesNothing = "noted_moves_nothing", "what is only noted moves nothing", "仅备案的通知不改变状态";
        /// Money that came, a definite no and a parcel on its way are heard.
        FactsHeard = "facts_heard", "facts from outside are heard", "外部事实不被忽略";
        /// Each use of a liberty is counted.
        LibertiesCounted = "liberties_counted", "liberties are counted", "每次使用均计数";
        /// Applications are counted on each unit, and stay within the policy.
        TriesKept = "tries_kept", "applications are counted on their units", "申请次数按件计数";
        /// What must be explained is explained.
        ReasonsGiven = "reasons_given", "what must be explained is explained", "须填原因者已填原因";
        /// Time acts only after a limit has passed, for the party that it waited for.
        TimeNotEarly = "time_not_early", "time never acts early", "不提前超时";
        /// After a step nothing is overdue.
        TimeForgetsNothing = "time_forgets_nothing", "nothing that is overdue is forgotten", "到期必处理";
        /// A limit runs as long as the policy says.
        LimitsAsPolicy = "limits_as_policy", "limits are those of the policy", "期限与规则一致";

        // Of a case that is opened or changed.

        /// The order is paid and neither settled nor being closed.
        OrderOpen = "order_open", "cases are opened on open orders", "订单可售后";
        /// The units of a case were nobody else's, and as many as were asked for.
        UnitsFree = "units_free", "only free units are named", "仅占用可申请的商品";
        /// A case claims what it is about: something, and no more than there is.
        WithinRoom = "within_room", "a case claims what there is, and all that it is for", "申请金额在可退范围内";
        /// What never came is refunded whole.
        WholeShare = "whole_share", "what never came is refunded whole", "未收到的商品全额退款";
        /// Shipping goes back once.
        ShippingOnce = "shipping_once", "shipping goes back once", "运费只退一次";
        /// The kind fits where the goods and the money are.
        KindFits = "kind_fits", "the kind fits where goods and money are", "售后类型与现状相符";
        /// The buyer asks within the window.
        WithinWindow = "within_window", "the buyer asks in time", "在申请期限内";
        /// The reason fits the kind.
        ReasonFits = "reason_fits", "the reason fits the kind", "原因与类型相符";
        /// The evidence that is needed is there.
        EvidenceGiven = "evidence_given", "evidence is given where it is needed", "须举证者已举证";
        /// Lines are asked for as the policy lets them be: whole, or once more after they lapsed.
        WholeLines = "whole_lines", "lines are asked for as the policy lets them be", "按规则整行申请或再次申请";
        /// A buyer asks for no money of a payment in dispute.
        UndisputedOnly = "undisputed_only", "no disputed money is asked for", "不申请争议款项";
        /// What is granted at once the policy grants at once, and the other way round.
        GrantedAsPolicy = "granted_as_policy", "what is granted at once is what the policy grants", "即时同意与规则一致";
        /// Who declares a withdrawal has the right by law.
        ByLaw = "by_law", "a withdrawal is by law", "法定撤回有据";

        // Of the talk between the sides, and the platform's part.

        /// A proposal, or who asks again, asks for no more than the case is about.
        AmountNotRaised = "amount_not_raised", "an amount is not raised", "金额不被提高";
        /// A merchant asks for no higher fee than the policy allows.
        FeeWithinCap = "fee_within_cap", "a fee is within its cap", "补款不超过上限";
        /// A deduction says why.
        DeductionsExplained = "deductions_explained", "deductions have reasons", "扣减须说明";
        /// What was proposed is what is accepted, and whoever proposed it has granted it.
        AcceptedAsProposed = "accepted_as_proposed", "what is accepted is what was proposed", "接受的即提出的方案";
        /// Without an agreement things stand as they stood before.
        BackToBefore = "back_to_before", "without agreement things stand as before", "未达成一致则恢复原状";
        /// What cannot be refused is not refused.
        RefusedAsPolicy = "refused_as_policy", "what cannot be refused is not", "不可拒绝者未被拒绝";
        /// A review is started and called off by whom the policy lets.
        EscalatedAsPolicy = "escalated_as_policy", "reviews are started and called off by right", "平台介入合乎规则";
        /// Silence means what the policy says.
        SilenceAsPolicy = "silence_as_policy", "silence means what the policy says", "逾期后果与规则一致";
        /// Who is to send goods knows where to.
        AddressKnown = "address_known", "who is to send goods knows where to", "退货地址已知";
        /// Evidence, appeals and ratings come in time.
        InTime = "in_time", "evidence, appeals and ratings come in time", "举证、申诉与评价不逾期";
        /// A ruling is within the case.
        RulingWithinCase = "ruling_within_case", "a ruling is within its case", "裁决不超出售后单";
        /// Parcels have waybills, and what is reported of them was on its way.
        ParcelsTold = "parcels_told", "parcels are told as they are", "包裹信息真实";

        // Of money.

        /// Money goes out early only as the policy says.
        AdvancedAsPolicy = "advanced_as_policy", "money is advanced as the policy says", "垫付与规则一致";
        /// What was advanced and is not granted comes back first, or is given up by name.
        AdvanceRecovered = "advance_recovered", "an advance that is not granted comes back", "不应退的垫付款须追缴";
        /// A case is settled, put aside and taken up again as its refunds stand.
        RefundsSumUp = "refunds_sum_up", "a case ends as its refunds do", "售后结果与退款一致";
        /// A large refund is seen by finance; what it sends back can be contested.
        ApprovedAsPolicy = "approved_as_policy", "refunds are approved as the policy says", "退款审核与规则一致";
        /// Whoever lets money go is not who granted it.
        SecondPerson = "second_person", "a second person lets money go", "复核人与经办人不同";
        /// A refund is sent once, under one key, until that key was closed.
        SentOnce = "sent_once", "a refund is sent once for each key", "同一退款不重复发起";
        /// Nothing is sent while the bank decides, or after it has paid.
        NotWhileDisputed = "not_while_disputed", "nothing is sent while a dispute is open", "争议期间不退款";
        /// A channel is sent what it takes.
        ChannelOpen = "channel_open", "a channel is sent what it takes", "渠道可退才发起";
        /// A channel's report counts for what it was asked.
        ReportsFit = "reports_fit", "a report counts for what was asked", "渠道通知与退款单相符";
        /// Money goes to another account by the word of two people.
        ElsewhereByTwo = "elsewhere_by_two", "another account takes two people", "更换账户须两人";
        /// What was paid by hand or found in the books has a proof.
        ProofGiven = "proof_given", "payments by hand have a proof", "人工打款与对账有凭证";
        /// What is paid went on some way.
        PaidSomeWay = "paid_some_way", "what is paid went on some way", "已退款者有去向";

        // Of the order.

        /// An order costs what its lines cost.
        OrderSound = "order_sound", "an order costs what its lines cost", "订单金额无误";
        /// An order is called off only as it may be.
        CancelledAsAllowed = "cancelled_as_allowed", "an order is called off as it may be", "取消合乎规则";
        /// Only what the merchant has and nobody claims is shipped.
        ShipsOnlyFree = "ships_only_free", "only free units are shipped", "仅发可发的商品";
        /// A carrier reports its own parcels.
        CarrierSaysTrue = "carrier_says_true", "what a carrier reports was on its way", "物流通知与在途相符";
        /// A line under an open case is not confirmed.
        ConfirmedAsHeld = "confirmed_as_held", "a line under a case is not confirmed", "售后中的商品行不确认收货";
        /// Receipt is extended as the policy offers, and a window that is reopened is open for some time.
        ExtendedAsOffered = "extended_as_offered", "receipt is extended as offered", "延长收货合乎规则";
        /// The order stands where its units and its money are.
        StatesOfOrder = "states_of_order", "the order stands where its units and money are", "订单状态与商品及款项相符";

        // Of refusals, offers, silence and rest.

        /// A refusal says why, in both languages, and what would be accepted.
        RefusalExplains = "refusal_explains", "a refusal says why", "拒绝必有说明";
        /// The same request is refused for the same reasons.
        RefusalStable = "refusal_stable", "a refusal is the same when asked again", "拒绝结果稳定";
        /// Whose right it is is not told that the role or the state is wrong.
        RightHeard = "right_heard", "who may do something is heard", "有权者不被拒于门外";
        /// Whoever is waited for can do something there.
        WaitedForCanAct = "waited_for_can_act", "who is waited for can act", "被等待者可操作";
        /// What is offered is accepted.
        OfferedIsAccepted = "offered_is_accepted", "what is offered is accepted", "所列操作必被接受";
        /// Somebody can act, or time will.
        SomebodyCanAct = "somebody_can_act", "somebody can act, or time will", "总有人可操作或到期自动推进";
        /// Time alone brings everything to rest.
        SilenceEnds = "silence_ends", "silence comes to rest", "无人操作终会了结";
        /// What rests holds nothing and waits for nobody.
        RestHoldsNothing = "rest_holds_nothing", "what rests holds nothing", "已了结者不占用任何资源";
        /// The buyer does not end with both the goods and the money, unless a row says so.
        NotBoth = "not_both", "the buyer does not end with both goods and money", "买家不会钱货两得";
        /// The buyer does not end with neither.
        NotNeither = "not_neither", "the buyer does not end with neither goods nor money", "买家不会钱货两失";

        // Of all ways through a world together.

        /// No way leads back to where it came from.
        LoopsAreCounted = "loops_are_counted", "every loop is counted", "循环必有次数限制";
        /// A late request meets the trade as time has left it.
        TimeComesFirst = "time_comes_first", "what is overdue comes before a late request", "到期事项先于迟到的请求";
        /// A stranger, and whoever has seen an earlier trade, is not heard.
        OthersUnheard = "others_unheard", "strangers and stale requests are not heard", "外人与过时的请求不予受理";
        /// What cannot matter any more changes no answer.
        SameEssence = "same_essence", "what cannot matter changes nothing", "无关之处不影响结果";
    }
}

/// A promise that was broken: which, on what, and how that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// The promise.
    pub promise: Promise,
    /// The machine on which it shows.
    pub subject: Subject,
    /// What was found, in words.
    pub what: String,
}

impl Broken {
    /// With the amounts as people write them in this currency.
    pub(super) fn in_currency(self, currency: Currency) -> Self {
        Self { what: with_amounts(&self.what, currency), ..self }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken: {} ({}): {}", self.promise.label(crate::Lang::En), self.subject, self.what)
    }
}

impl core::error::Error for Broken {}

/// The answer of a single promise.
type Kept = Result<(), Broken>;

/// Breaks a promise unless the fact holds; the words are made only when it does not.
fn must(holds: bool, promise: Promise, subject: Subject, what: impl FnOnce() -> String) -> Kept {
    if holds { Ok(()) } else { Err(Broken { promise, subject, what: what() }) }
}
