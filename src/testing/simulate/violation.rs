//! What must hold of every history, and where it did not.

use alloc::string::String;
use core::fmt;

use crate::{Id, words};

words! {
    /// What must hold of every history.
    pub enum Must {
        /// No refund is paid more than once, on whatever ways.
        PaidOnce = "paid_once", "no refund is paid twice", "任何退款不重复打款";
        /// What the trade says of a refund is what the channel has really done: it is paid if and only if money has moved,
        /// and then exactly its amount.
        PaidAsTold = "paid_as_told", "a refund is paid if and only if money has moved", "退款状态与渠道实际一致";
        /// No more goes back to a payment than has come in by it.
        WithinPaid = "within_paid", "no more goes back than was paid", "退款总额不超过实付";
        /// What somebody was told is done stands, for ever, as it was told.
        AcknowledgedStands = "acknowledged_stands", "what was acknowledged stands", "已确认的结果不丢失";
        /// What somebody was told is refused was not done, and is not done later.
        RefusedIsNotDone = "refused_is_not_done", "what was refused was not done", "已拒绝的请求不生效";
        /// Versions count the commits of a trade, and events are numbered one by one.
        VersionsCount = "versions_count", "versions count commits", "版本号与提交一致";
        /// A row is taken from the state in which its machine stands, and leads where it says.
        RowsFit = "rows_fit", "rows are taken from the state that stands", "仅从当前状态流转";
        /// Time acts only after a deadline that stands has passed.
        DeadlinesHold = "deadlines_hold", "a deadline fires after its time and only if it stands", "到期才触发";
        /// A task that is done was carried out, and every task comes to an end.
        TasksAreDone = "tasks_are_done", "a task is done once it was carried out", "任务执行后才算完成";
        /// Nobody claims a task while somebody else's claim lasts.
        ClaimsAreApart = "claims_are_apart", "claims of a task do not overlap", "任务不被重复领取";
        /// Units that are closed, let go and taken back into stock are so once each, in the trade and in the warehouse.
        GoodsAddUp = "goods_add_up", "goods add up", "货物数量一致";
        /// The stored history folds to the stored trade, and says what was committed.
        HistoryIsState = "history_is_state", "the history is the state", "历史即状态";
        /// When nothing goes wrong any more, everything comes to rest.
        NothingStuck = "nothing_stuck", "everything comes to rest", "最终无悬挂";
        /// Nothing that people can do finds a defect of the rules or of the code.
        NoDefect = "no_defect", "nothing is a defect", "无内部缺陷";
        /// A crash changes nothing: money and goods are as they would have come without it.
        AsWithoutCrash = "as_without_crash", "a crash changes nothing", "崩溃不改变结果";
    }
}

/// Something that must hold, and did not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What must hold.
    pub must: Must,
    /// Of which order, if of one.
    pub order: Option<Id>,
    /// What was seen instead.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = self.order.map(|order| alloc::format!(" of {order}")).unwrap_or_default();
        write!(f, "broken: {}{order}: {}", self.must.label(crate::Lang::En), self.found)
    }
}
