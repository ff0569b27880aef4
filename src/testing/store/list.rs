//! The list of all obligations, and what is made of it.

/// Hands the list of all obligations to one of the arms of [`__store_each`]. The only place that lists them.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_obligations {
    ($($head:tt)+) => {
        $crate::__store_each! { $($head)+
            commits::what_was_committed_is_loaded_as_it_was =
                "What was committed is loaded as it was, as one version.",
            commits::a_commit_that_does_not_fit_together_is_refused =
                "A commit that does not fit together, or is another tenant's, is Unfit, and nothing is written.",
            commits::a_stale_commit_is_refused_and_leaves_no_trace =
                "A commit on another version than the stored one is Stale, and no part of it is written.",
            commits::a_trade_that_is_not_there_has_version_zero =
                "A trade that is not there has version 0; one that is there cannot be placed again.",
            commits::what_people_write_comes_back_byte_for_byte =
                "Whatever people write comes back byte for byte.",
            keys::a_request_key_is_answered_with_the_first_receipt_for_ever =
                "The same request with the same key is answered with the first receipt, however much later.",
            keys::a_request_key_with_another_request_is_refused =
                "Another request with the same key is KeyReused.",
            keys::the_request_key_is_checked_before_the_version =
                "The request key is checked before the version.",
            keys::the_request_key_is_checked_before_the_fence =
                "The request key is checked before the fence.",
            keys::the_version_is_checked_before_the_fence =
                "The version is checked before the fence.",
            keys::call_backs_have_keys_of_their_own =
                "The keys of people and of call-backs never meet.",
            keys::one_key_on_two_orders_is_two_requests =
                "A key belongs to its order: on another one it is another request.",
            races::of_racing_commits_one_wins =
                "Of commits that race for one version exactly one is stored, the others are Stale.",
            races::of_racing_births_one_wins =
                "Of racing commits that place the same order exactly one is stored.",
            races::racing_repeats_of_one_request_are_one =
                "Of racing repeats of one request one is stored, the others are answered with its receipt.",
            races::trades_do_not_hinder_each_other =
                "Racing commits on different orders are all stored.",
            races::readers_see_whole_commits =
                "Whoever reads while others commit sees whole commits only.",
            races::no_task_is_claimed_twice_at_a_time =
                "Workers that race for tasks share them out: none is claimed twice, none is left.",
            races::of_a_late_commit_and_a_new_claim_one_wins =
                "Of a commit that ends a task and a new claim of it one wins, wholly.",
            listing::trades_are_due_strictly_after_their_time_the_earliest_first =
                "Trades are due strictly after their time, the earliest first, page by page without a gap.",
            listing::a_trade_that_moves_on_is_due_at_its_new_time_only =
                "A trade that moved on is due at its new time only.",
            listing::history_comes_in_pages_without_a_gap =
                "History comes in order, page by page, without a gap.",
            listing::orders_are_listed_by_id_page_by_page =
                "Orders are listed by their id, byte by byte, page by page without a gap.",
            listing::what_was_committed_verifies =
                "What was committed verifies, and verification changes nothing.",
            listing::extreme_numbers_are_answered =
                "The largest and smallest times, numbers and limits are answered like any other.",
            tasks::tasks_are_ready_at_their_time_and_not_before =
                "A task is handed out at its time and not before, as its event asked for it.",
            tasks::what_has_been_ready_longest_is_claimed_first =
                "The task that has been ready longest is claimed first; no more than asked for.",
            tasks::a_claim_that_is_over_is_taken_by_another_and_fenced =
                "A claim that is over may be taken by another; its old fence ends nothing any more.",
            tasks::a_fence_that_was_never_given_ends_nothing =
                "A fence that was never given ends nothing, by settling or by committing.",
            tasks::a_task_that_is_done_stays_done =
                "A task that is done stays done; ending it once more with its fence is no error.",
            tasks::a_task_waits_for_its_next_try =
                "A task that is to be tried again waits for its time.",
            tasks::a_claim_that_is_returned_does_not_count =
                "A claim that is returned does not count among the tries, and leaves the task as it was.",
            tasks::a_commit_ends_the_task_that_it_answers =
                "A commit ends the task that it answers, in the same unit.",
            tasks::a_commit_may_end_a_task_once_more =
                "A commit may end once more what its fence has ended.",
            tasks::a_commit_with_a_fenced_claim_writes_nothing =
                "A commit whose claim is over writes nothing.",
            shelf::a_task_that_is_set_aside_waits_for_a_person =
                "A task that was set aside is not handed out until a person says so.",
            shelf::a_task_off_the_shelf_is_as_if_never_tried =
                "A task off the shelf is as if never tried, but keeps its fence.",
            shelf::only_what_is_on_the_shelf_can_be_taken_off =
                "Only what was set aside can be taken off the shelf.",
            shelf::the_shelf_comes_in_pages =
                "What was set aside is listed by trade and number, page by page without a gap.",
            tenants::tenants_never_see_each_other =
                "What one tenant keeps is never read, claimed, counted or fenced through another's handle.",
            tenants::handles_of_one_tenant_are_equal =
                "Two handles of one tenant are equal: each sees at once what the other has done.",
            tenants::a_tenant_without_a_name_is_refused =
                "A tenant without a well-formed id is refused.",
            faults::what_was_acknowledged_is_there_when_opened_anew =
                "What was acknowledged is there for whoever opens the storage anew.",
            faults::a_dropped_commit_is_whole_or_absent =
                "A commit whose future was dropped is stored wholly or not at all, and holds nothing.",
            faults::an_outcome_that_is_not_known_is_called_so =
                "Unavailable means that nothing was changed; what may have been stored is Indeterminate.",
            damage::a_damaged_trade_is_named_and_harms_no_other =
                "A trade that cannot be read is Corrupt with its key, listed all the same, and harms no other.",
            damage::a_damaged_event_is_named_by_its_number =
                "An event that is missing or cannot be read is Corrupt with its number, and harms no other trade.",
            damage::a_damaged_task_is_set_aside_and_the_others_are_handed_out =
                "A task that cannot be read is reported, set aside, and the others are handed out.",
            damage::a_task_of_a_later_release_waits_for_who_can_read_it =
                "A task that a later release has written is reported, put off, and left as it is for those who can read it.",
            damage::a_damaged_answer_is_neither_replayed_nor_overwritten =
                "An answer that cannot be read is Corrupt: neither replayed nor overwritten.",
            damage::verification_finds_what_was_altered =
                "Verification finds a row that was altered and can still be read.",
            damage::verification_finds_what_is_gone =
                "Verification finds a row that is gone, the last event of a history among them.",
            damage::verification_reports_every_damaged_row =
                "Verification reports every damaged row, not only the first.",
            damage::errors_are_silent_about_people =
                "An error never says what stands in a row.",
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_each {
    (list $($part:ident::$name:ident = $says:literal,)+) => {
        Vec::from([$( Obligation { name: stringify!($name), says: $says, check: $part::$name } ),+])
    };
    (optional_tests ($stand:expr) $($part:ident::$name:ident = $says:literal,)+) => {
        $(
            #[test]
            fn $name() {
                if let Some(stand) = $stand {
                    $crate::testing::store::keeps(stringify!($name), &stand);
                }
            }
        )+
    };
    (tests ($stand:expr) $($part:ident::$name:ident = $says:literal,)+) => {
        $(
            #[test]
            fn $name() {
                $crate::testing::store::keeps(stringify!($name), &$stand);
            }
        )+
    };
}

/// Makes one `#[test]` of each obligation of a store. The expression makes a [`Stand`](crate::testing::store::Stand), anew for
/// each of them. With `optional` before it, it makes an `Option` of one: for a stand that not every machine has. See
/// [`testing::store`](crate::testing::store).
#[macro_export]
macro_rules! store_conformance {
    (optional $stand:expr) => {
        $crate::__store_obligations! { optional_tests ($stand) }
    };
    ($stand:expr) => {
        $crate::__store_obligations! { tests ($stand) }
    };
}
