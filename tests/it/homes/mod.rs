//! One suite over two homes: every case is a function over a home's HTTP API. It runs here against
//! `tdev serve`, and by `make cloud-test` against the deployed stack.

mod home;
mod local;

mod approvals;
mod differential;
mod failures;
mod goals;
mod requests;
mod sources;
mod workflows;

use home::Home;

/// Makes a test of each case for each home. Names are all that a table of them needs.
macro_rules! in_both_homes {
    ($($room:ident: $($case:ident),+ $(,)?;)+) => {
        mod on_this_machine {
            $($(#[test] fn $case() { super::$room::$case(&super::local::start()); })+)+
        }
        mod deployed {
            $($(#[test] #[ignore = "needs the deployed home: make cloud-test"] fn $case() {
                super::$room::$case(&super::Home::deployed());
            })+)+
        }
    };
}

in_both_homes! {
    goals:
        a_goal_whose_agent_is_missing_ends_with_it_written_tested_and_run,
        a_list_a_loop_a_pair_and_a_condition_run_over_real_files,
        a_plan_under_the_threshold_is_refined_and_kept_for_a_person,
        a_specification_becomes_a_component_that_holds_on_unseen_input,
        code_alone_is_classified,
        code_with_a_goal_is_registered_and_used;
    failures:
        the_classifier_refuses_code_that_is_none,
        the_planner_says_what_is_missing,
        the_evaluator_refuses_a_workflow_that_cannot_be_right,
        agno_refuses_examples_that_contradict_each_other,
        agno_says_what_it_tried,
        the_registrar_refuses_a_name_that_is_taken,
        the_executor_names_the_step_that_raised,
        the_executor_names_the_input_that_is_missing;
    requests:
        a_run_is_accepted_with_its_place_and_read_until_it_ends,
        who_waits_gets_the_result_itself,
        what_a_request_lacks_is_named,
        the_same_key_is_the_same_run,
        a_body_over_the_limit_is_refused,
        runs_are_listed_page_by_page,
        components_are_listed_page_by_page,
        runs_at_the_same_time_do_not_mix,
        a_run_of_another_project_is_not_found,
        a_cancelled_run_ends_and_its_question_with_it;
    approvals:
        a_plan_waits_for_a_person_and_goes_on_with_the_answer,
        a_plan_that_is_refused_does_not_run;
    workflows:
        a_stored_workflow_runs_with_its_trace,
        a_failing_step_is_tried_again_and_its_default_taken,
        a_result_beyond_what_a_state_carries_fails_by_its_code,
        a_workflow_asks_a_person_and_goes_on_with_the_answer,
        a_workflow_whose_question_is_refused_ends_by_it,
        a_workflow_that_fails_after_its_question_names_the_step,
        a_workflow_that_waits_for_a_person_can_be_cancelled;
}
