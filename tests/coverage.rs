//! Every row of the tables is taken, and every refusal is met, by people and time alone: through `step` and `run_due`.
//!
//! Scenes take the rows that need a particular course; a search takes the rest.
#![cfg(feature = "testing")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a failed step is a failed test"
)]

mod shop;

/// The search, the scenes, and what they have seen.
mod coverage {
    pub mod advances;
    pub mod answers;
    pub mod exchanges;
    #[path = "../stories/kit.rs"]
    #[allow(unused_imports, reason = "shared with the stories")]
    mod kit;
    pub mod liberties;
    pub mod money;
    pub mod orders;
    pub mod refusals;
    pub mod search;
    pub mod seen;
}

use std::collections::BTreeSet;
use std::sync::LazyLock;

use coverage::refusals::{every_condition, only_choosing};
use coverage::search::Search;
use coverage::seen::{Seen, every_row};
use coverage::{advances, answers, exchanges, liberties, money, orders, refusals};
use redress::after_sale::AfterSale;
use redress::order::Order;
use redress::refund::Refund;
use redress::trade::Rules;

/// How long the search goes on, and when it gives up. A few thousand steps are enough for the rows; the rest is for
/// refusals, and for defects.
const LEAST_STEPS: u32 = 20_000;
const MOST_STEPS: u32 = 200_000;

/// A course of things, by name.
type Scene = (&'static str, fn(&mut Seen));

const SCENES: &[Scene] = &[
    ("advanced on application", advances::on_application),
    ("advanced for more than came", advances::for_more_than_came),
    ("advanced for more than is asked in the end", advances::for_more_than_is_asked_in_the_end),
    ("advanced for refused goods", advances::for_refused_goods),
    ("advanced before a deduction", advances::before_a_deduction),
    ("advanced before a ruling", advances::before_a_ruling),
    ("advanced for a parcel that bounces", advances::of_a_parcel_that_bounces),
    ("an advance that never arrived", advances::that_never_arrived),
    ("paid late and repaid in between", advances::paid_late_and_repaid_in_between),
    ("paid beside an exchange", advances::paid_beside_an_exchange),
    ("paid for nothing", advances::paid_for_nothing),
    ("given up and never arrived", advances::given_up_and_never_arrived),
    ("answered at once, late and after all", answers::at_once_late_and_after_all),
    ("while overdue or refused", answers::while_overdue_or_refused),
    ("a parcel on its way", answers::of_a_parcel_on_its_way),
    ("overtaken by the parcel", answers::overtaken_by_the_parcel),
    ("escalated and called off", answers::escalated_and_called_off),
    ("without an address", answers::without_an_address),
    ("by law", answers::by_law),
    ("unpaid, the goods at the merchant", exchanges::unpaid_with_the_goods_at_the_merchant),
    ("a part for a fee", exchanges::a_part_for_a_fee),
    ("half comes back", exchanges::of_which_half_comes_back),
    ("a cheaper exchange", exchanges::cheaper),
    ("goods instead of money", exchanges::instead_of_money),
    ("refused first", exchanges::refused_first),
    ("a replacement that never arrives", exchanges::that_never_arrives),
    ("under review as dispatched", exchanges::under_review_as_dispatched),
    ("a fee under review", exchanges::with_a_fee_under_review),
    ("under review on the way", exchanges::under_review_on_the_way),
    ("a silent merchant", exchanges::sent_back_to_a_silent_merchant),
    ("settled for less", exchanges::settled_for_less),
    ("awaiting approval", money::awaiting_approval),
    ("held", money::held),
    ("paid by the bank", money::paid_by_the_bank),
    ("failed", money::failed),
    ("called off", money::called_off),
    ("rightly kept", money::rightly_kept),
    ("late parcels", orders::late_parcels),
    ("less to ship", orders::with_less_to_ship),
    ("nothing left", orders::with_nothing_left),
    ("confirmed by time", orders::confirmed_by_time),
    ("paid in parts", orders::paid_in_parts),
    ("lost under a case", orders::lost_under_a_case),
    ("lost under a part of its worth", orders::lost_under_a_part_of_its_worth),
    ("asked of nobody", orders::asked_of_nobody),
    ("paid with points", orders::paid_with_points),
    ("put off", orders::put_off),
    ("stopped", orders::stopped),
    ("found out", orders::found_out),
    ("refused before any row", refusals::before_any_row),
    ("orders refused", refusals::of_orders),
    ("the rest refused", refusals::of_the_rest),
    ("applications refused", refusals::of_applications),
    ("returned goods", refusals::of_returned_goods),
    ("liberties in cases and orders", liberties::of_cases_and_orders),
    ("proposals", liberties::of_proposals),
    ("time and place", liberties::of_time_and_place),
    ("payments", liberties::of_payments),
    ("reports", liberties::of_reports),
    ("ways to pay a refund", liberties::of_refunds),
    ("looking into a refund", liberties::of_looking_into_it),
];

/// What the scenes and the search have seen, once for all tests. A longer search, or another, is a hunt for defects:
/// `SEED=7 STEPS=1000000 cargo test --test coverage -- --nocapture`.
static SEEN: LazyLock<Seen> = LazyLock::new(|| {
    let mut seen = Seen::default();
    for (name, scene) in SCENES {
        println!("scene: {name}");
        scene(&mut seen);
    }
    let asked = |name| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let least = asked("STEPS").unwrap_or(LEAST_STEPS);
    let search = Search::new(seen, asked("SEED").unwrap_or(1).into());
    let (seen, steps) = search.run(least, least.max(MOST_STEPS));
    println!("{steps} steps searched");
    seen
});

/// Every row is taken: a row that nobody can take is a hole in the proof.
#[test]
fn every_row_is_taken() {
    let all = every_row();
    let missing: Vec<&String> = all.iter().filter(|row| !SEEN.has_taken(row)).collect();
    println!("{} of {} rows taken; never taken: {missing:#?}", all.len() - missing.len(), all.len());
    assert!(missing.is_empty(), "rows never taken: {missing:#?}");
}

/// Codes that stand in no refusal by a trade, and why.
const NEVER_MET: &[(&str, &str)] = &[
    ("defect", "the crate would have broken its promise"),
    ("key_reused", "the store compares keys; a trade alone does not keep them"),
    ("order.lines_given", "an order without lines is malformed before any row is asked"),
    ("order.part_of_due", "what is no part of what is due is due in full: another row takes it"),
    ("order.due_in_full", "what is not due in full is a part of it: an earlier row is as near"),
    (
        "refund.dispute_marks_left",
        "counted once a report of the bank on the dispute, and the first one takes what another gives back",
    ),
    ("after_sale.fee_due", "asked for by `Accept` alone without a nearer row, and every kind has a row of `Accept`"),
    ("refund.account_asked", "if nobody has asked for the account, it is new: the row that asks for it is as near"),
    ("refund.found_paid", "if it was not found paid, it was found unpaid: that row is as near"),
    ("refund.found_unpaid", "if it was not found unpaid, it was found paid: that row is nearer"),
];

/// Every code of a refusal is met, or it is known why it cannot be.
#[test]
fn every_refusal_is_met() {
    let rules = Rules::built_in();
    let mut all: BTreeSet<String> = OTHER_CODES.iter().map(|code| (*code).to_owned()).collect();
    all.extend(every_condition::<Order>());
    all.extend(every_condition::<AfterSale>());
    all.extend(every_condition::<Refund>());
    let mut choosing = only_choosing(&rules.order);
    choosing.extend(only_choosing(&rules.after_sale));
    choosing.extend(only_choosing(&rules.refund));
    println!("conditions that only choose between rows: {choosing:#?}");
    let met_all_the_same: Vec<&String> = choosing.iter().filter(|code| SEEN.has_met(code)).collect();
    assert!(met_all_the_same.is_empty(), "only choosing, and yet met: {met_all_the_same:#?}");
    let known = |code: &str| choosing.contains(code) || NEVER_MET.iter().any(|(never, _)| *never == code);
    let missing: Vec<&String> = all.iter().filter(|code| !SEEN.has_met(code) && !known(code)).collect();
    assert!(missing.is_empty(), "codes never met: {missing:#?}");
    let stale: Vec<_> = NEVER_MET.iter().filter(|(code, _)| SEEN.has_met(code)).collect();
    assert!(stale.is_empty(), "met after all: {stale:#?}");
}

/// The codes beside those of conditions.
const OTHER_CODES: &[&str] = &[
    "malformed.missing",
    "malformed.not_taken",
    "malformed.too_long",
    "malformed.out_of_range",
    "malformed.repeated",
    "malformed.unknown",
    "malformed.not_an_id",
    "malformed.other_currency",
    "malformed.not_for_people",
    "malformed.other_machine",
    "stranger",
    "key_reused",
    "stale",
    "backwards",
    "other_terms",
    "defect",
    "wrong_state",
    "wrong_role",
    "no_row",
];
