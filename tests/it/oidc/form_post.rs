//! The modules of the Basic OP plan again, with every answer by form: that is what the Form Post plan asks.

use super::browser::by_form;
use super::registration::suite;
use super::{codes, library, objects, prompts, requests, step_up};

macro_rules! again {
    ($($module:ident [$($name:ident)+])+) => {
        both! {
            $($(async fn $name(world: World) {
                Box::pin(by_form($module::$name(world))).await;
            })+)+
        }
    };
}

again! {
    suite [
        a_request_without_nonce_and_pkce_is_served
        a_scope_gives_what_we_hold_and_the_rest_is_absent
        an_essential_claim_is_given_and_one_we_do_not_hold_is_no_error
        a_proof_young_enough_is_not_asked_for_again_and_its_time_is_told
        a_code_used_again_half_a_minute_later_ends_what_it_gave
        a_refreshed_id_token_is_of_the_same_person_and_proof
    ]
    library [a_standard_library_signs_in_at_every_kind_of_client]
    requests [
        r13_only_the_code_flow_is_there
        a_post_reads_no_cookie_and_comes_back_by_get
    ]
    prompts [
        what_changes_nothing_is_passed_over
        q09_max_age_and_prompt_login_ask_for_a_new_proof_once
        q09_prompt_none_answers_at_once_and_changes_nothing
        an_expired_hint_still_says_who_is_meant
        a_hint_stands_where_she_would_type_it
    ]
    step_up [acr_values_are_tried_and_the_answer_says_what_was_reached]
    codes [c01_a_code_twice_kills_all_it_gave c03_c04_c05_the_verifier_is_that_of_the_challenge]
    objects [t01_t02_an_object_without_a_signature_is_nothing]
}
