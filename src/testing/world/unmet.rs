//! What no small world can meet, and why.

use super::World;

const UNMET: &[(&str, &str)] = &[
    ("after_sale.fee_due", "only an acceptance asks for it without a nearer row, and every kind has a row of that"),
    (
        "order.dispute_marks_left",
        "a channel is not refused, its report is noted; nobody else has payments, and of none that is unknown a mark is counted",
    ),
    ("order.due_in_full", "what is not due in full is a part of it, and the row for that is as near and comes first"),
    ("order.lines_given", "without it the request is malformed, and no row is looked at"),
    ("order.part_of_due", "what is no part of what is due is all of it, and another row takes that"),
    ("refund.account_asked", "an account that nobody has asked for is new, and the row that asks for that is as near"),
    (
        "refund.dispute_marks_left",
        "it is counted once a report of the bank on the dispute, and the first of them takes what another gives back",
    ),
    ("refund.found_paid", "what was not found paid was found unpaid, and the row for that is as near"),
    ("refund.found_unpaid", "what was not found unpaid was found paid, and the row for that is nearer"),
];

impl World {
    /// The refusals that no small world meets, each with the reason: a condition of a row by its machine and its code. There
    /// is no row that none takes. The example `explore` holds the list against what the small worlds come to.
    pub fn unmet() -> impl Iterator<Item = (&'static str, &'static str)> {
        UNMET.iter().copied()
    }
}
