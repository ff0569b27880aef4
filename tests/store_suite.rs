//! The conformance suite can fail: a store that breaks an obligation is caught by the one that says so.

#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broken;

use broken::{Fault, Faulty};
use redress::testing::store::{Finding, conformance, obligations};

/// What each fault must be caught by.
const CAUGHT: &[(Fault, &str)] = &[
    (Fault::LoadsNothing, "what_was_committed_is_loaded_as_it_was"),
    (Fault::ForgetsText, "what_people_write_comes_back_byte_for_byte"),
    (Fault::TakesWhatIsUnfit, "a_commit_that_does_not_fit_together_is_refused"),
    (Fault::LosesUpdates, "a_stale_commit_is_refused_and_leaves_no_trace"),
    (Fault::PlacesAgain, "of_racing_births_one_wins"),
    (Fault::SaysAWrongVersion, "a_trade_that_is_not_there_has_version_zero"),
    (Fault::ForgetsKeys, "a_request_key_is_answered_with_the_first_receipt_for_ever"),
    (Fault::ForgetsKeys, "racing_repeats_of_one_request_are_one"),
    (Fault::ReplaysAnything, "a_request_key_with_another_request_is_refused"),
    (Fault::ChecksTheVersionFirst, "the_request_key_is_checked_before_the_version"),
    (Fault::ChecksTheFenceFirst, "the_version_is_checked_before_the_fence"),
    (Fault::ChecksTheFenceBeforeTheKey, "the_request_key_is_checked_before_the_fence"),
    (Fault::MixesChannels, "call_backs_have_keys_of_their_own"),
    (Fault::MixesOrdersOfKeys, "one_key_on_two_orders_is_two_requests"),
    (Fault::ChecksThenWrites, "of_racing_commits_one_wins"),
    (Fault::LocksEverything, "trades_do_not_hinder_each_other"),
    (Fault::SplitsCommits, "readers_see_whole_commits"),
    (Fault::DueAtItsTime, "trades_are_due_strictly_after_their_time_the_earliest_first"),
    (Fault::DueBackwards, "trades_are_due_strictly_after_their_time_the_earliest_first"),
    (Fault::DueAgain, "a_trade_that_moves_on_is_due_at_its_new_time_only"),
    (Fault::PagesFromTheStart, "trades_are_due_strictly_after_their_time_the_earliest_first"),
    (Fault::PagesFromTheStart, "the_shelf_comes_in_pages"),
    (Fault::HistoryFromZero, "history_comes_in_pages_without_a_gap"),
    (Fault::HistoryWithoutTheLast, "history_comes_in_pages_without_a_gap"),
    (Fault::OrdersByLength, "orders_are_listed_by_id_page_by_page"),
    (Fault::SeesDamage, "what_was_committed_verifies"),
    (Fault::ChokesOnNumbers, "extreme_numbers_are_answered"),
    (Fault::ClaimsEarly, "tasks_are_ready_at_their_time_and_not_before"),
    (Fault::ClaimsTooMany, "what_has_been_ready_longest_is_claimed_first"),
    (Fault::ClaimsTheLatestFirst, "what_has_been_ready_longest_is_claimed_first"),
    (Fault::ClaimsTwice, "no_task_is_claimed_twice_at_a_time"),
    (Fault::SettlesAnyFence, "a_claim_that_is_over_is_taken_by_another_and_fenced"),
    (Fault::SettlesUnknownFences, "a_fence_that_was_never_given_ends_nothing"),
    (Fault::TriesAtOnce, "a_task_waits_for_its_next_try"),
    (Fault::CountsWhatIsReturned, "a_claim_that_is_returned_does_not_count"),
    (Fault::DoneIsNotForEver, "a_task_that_is_done_stays_done"),
    (Fault::ForgetsTheTask, "a_commit_ends_the_task_that_it_answers"),
    (Fault::ForgetsTheTask, "of_a_late_commit_and_a_new_claim_one_wins"),
    (Fault::EndsAfterwards, "a_commit_with_a_fenced_claim_writes_nothing"),
    (Fault::EndsOnce, "a_commit_may_end_a_task_once_more"),
    (Fault::HandsOutTheShelf, "a_task_that_is_set_aside_waits_for_a_person"),
    (Fault::CountsOnAfterTheShelf, "a_task_off_the_shelf_is_as_if_never_tried"),
    (Fault::UnshelvesAnything, "only_what_is_on_the_shelf_can_be_taken_off"),
    (Fault::MixesTenants, "tenants_never_see_each_other"),
    (Fault::AnyTenant, "a_tenant_without_a_name_is_refused"),
    (Fault::HandlesApart, "handles_of_one_tenant_are_equal"),
    (Fault::HandlesApart, "what_was_acknowledged_is_there_when_opened_anew"),
    (Fault::DropsHalf, "a_dropped_commit_is_whole_or_absent"),
    (Fault::CallsItUnavailable, "an_outcome_that_is_not_known_is_called_so"),
    (Fault::BlindToDamage, "a_damaged_trade_is_named_and_harms_no_other"),
    (Fault::BlindToDamage, "a_damaged_event_is_named_by_its_number"),
    (Fault::BlindToDamage, "a_damaged_task_is_set_aside_and_the_others_are_handed_out"),
    (Fault::BlindToDamage, "a_task_of_a_later_release_waits_for_who_can_read_it"),
    (Fault::BlindToDamage, "a_damaged_answer_is_neither_replayed_nor_overwritten"),
    (Fault::BlindToDamage, "verification_finds_what_was_altered"),
    (Fault::BlindToDamage, "verification_finds_what_is_gone"),
    (Fault::BlindToDamage, "verification_reports_every_damaged_row"),
    (Fault::BlindToDamage, "errors_are_silent_about_people"),
];

#[test]
fn a_store_that_breaks_an_obligation_is_caught_by_it() {
    std::panic::set_hook(Box::new(|_| {}));
    let all = obligations::<Faulty>();
    let mut missed = Vec::new();
    for (fault, name) in CAUGHT {
        let obligation = all.iter().find(|obligation| obligation.name == *name);
        let finding = obligation.map(|obligation| obligation.check(&Faulty::new(*fault)));
        if !matches!(finding, Some(Finding::Broken(_))) {
            missed.push(format!("{fault:?} is not caught by {name}: {finding:?}"));
        }
    }
    let _ = std::panic::take_hook();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_obligation_is_broken_by_some_fault() {
    let unbroken: Vec<_> = obligations::<Faulty>()
        .iter()
        .map(|obligation| obligation.name)
        .filter(|name| !CAUGHT.iter().any(|(_, caught)| caught == name))
        .collect();
    assert!(unbroken.is_empty(), "no fault shows that these can fail: {unbroken:?}");
}

#[test]
fn without_a_fault_the_same_store_keeps_them_all() {
    let report = conformance(|| Faulty::new(Fault::None));
    assert!(report.is_kept(), "{report}");
    assert!(report.to_string().lines().last().unwrap().contains(" 0 broken"));
}
