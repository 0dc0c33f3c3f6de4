//! Whatever a model does, no bound is ever exceeded and every ending is a clear one.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::model::{Content, ModelReply, StopReason, Usage};

use crate::fakes::{Home, Scripted, agent};

/// One thing a model may do, sensible or not.
#[derive(Debug, Clone)]
enum Deed {
    Say(String),
    Ask(Vec<(String, Value)>),
    Nothing,
    Cut,
}

fn deed() -> impl Strategy<Value = Deed> {
    let name = prop_oneof![
        Just("TextStatisticsTool".to_owned()),
        Just("answer".to_owned()),
        Just("EmailSenderTool".to_owned()),
        "[A-Za-z]{0,8}",
    ];
    let input = prop_oneof![
        "[a-z ]{0,200}".prop_map(|text| json!({"text": text})),
        Just(json!({"words": 3})),
        Just(json!({"words": "x"})),
        Just(json!({"txt": 1})),
        Just(json!(7)),
    ];
    prop_oneof![
        1 => "[a-z ]{0,300}".prop_map(Deed::Say),
        6 => proptest::collection::vec((name, input), 1..6).prop_map(Deed::Ask),
        1 => Just(Deed::Nothing),
        1 => Just(Deed::Cut),
    ]
}

/// How much a model claims to have read and written: what it may, or more.
#[derive(Debug, Clone, Copy)]
enum Honesty {
    Honest,
    Boastful(u64),
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn no_script_exceeds_turns_or_tokens(
        deeds in proptest::collection::vec((deed(), 0..100_u64), 1..12),
        turns in 1..9_u32,
        tokens in 2_000..30_000_u64,
        honesty in prop_oneof![
            3 => Just(Honesty::Honest),
            1 => (0..40_000_u64).prop_map(Honesty::Boastful),
        ],
    ) {
        let script = deeds.clone();
        let model = Scripted::by(move |at, request| {
            let (deed, share) = &script[at % script.len()];
            // It reads up to a token a byte, and writes up to what it may.
            let sent = serde_json::to_vec(request).unwrap().len() as u64;
            let usage = match honesty {
                Honesty::Honest => Usage {
                    input_tokens: (sent * share / 100).max(1),
                    output_tokens: (u64::from(request.max_tokens) * share / 100).max(1),
                },
                Honesty::Boastful(most) => Usage { input_tokens: most, output_tokens: most },
            };
            let (stop, content) = match deed {
                Deed::Say(text) => (StopReason::EndTurn, vec![Content::Text(text.clone())]),
                Deed::Nothing => (StopReason::EndTurn, vec![]),
                Deed::Cut => (StopReason::MaxTokens, vec![Content::Text("and the".to_owned())]),
                Deed::Ask(calls) => {
                    let content = calls.iter().enumerate().map(|(n, (name, input))| Content::ToolUse {
                        id: format!("{at}.{n}"),
                        name: name.clone(),
                        input: input.clone(),
                    });
                    (StopReason::ToolUse, content.collect())
                }
            };
            Ok(ModelReply { content, stop, usage })
        });
        let counter = agent("CounterAgent", &json!({
            "tools": ["TextStatisticsTool"],
            "output_schema": {"words": "integer"},
            "prompt": {"max_turns": turns, "max_tokens": tokens, "max_answer_tokens": 500}
        }));
        let home = Home::of(Some(&model), [counter]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ended = runtime.block_on(home.run("CounterAgent", json!({"text": "Boats return"})));
        hold(&model, turns, tokens, honesty, &deeds)?;
        match ended {
            Ok(output) => prop_assert_eq!(output, json!({"words": 3})),
            Err(error) => prop_assert!(
                matches!(error.code, Code::ComponentFailed | Code::BudgetExceeded | Code::ModelInvalid),
                "{}", error
            ),
        }
    }
}

fn hold(
    model: &Arc<Scripted>,
    turns: u32,
    tokens: u64,
    honesty: Honesty,
    deeds: &[(Deed, u64)],
) -> Result<(), TestCaseError> {
    let requests = model.requests();
    prop_assert!(requests.len() <= turns as usize);
    let mut used = 0;
    for (at, request) in requests.iter().enumerate() {
        prop_assert!(used < tokens, "a call was made with nothing left");
        prop_assert!(request.max_tokens >= 64 && request.max_tokens <= 500);
        let first = request.messages.first().unwrap();
        let last = request.messages.last().unwrap();
        for end in [first, last] {
            prop_assert_eq!(end.role, tdev_core::model::Role::User);
        }
        for pair in request.messages.windows(2) {
            prop_assert_ne!(pair[0].role, pair[1].role);
            answered(&pair[0].content, &pair[1].content)?;
        }
        let (_, share) = &deeds[at % deeds.len()];
        used += match honesty {
            Honesty::Honest => {
                let sent = serde_json::to_vec(request).unwrap().len() as u64;
                (sent * share / 100).max(1) + (u64::from(request.max_tokens) * share / 100).max(1)
            }
            Honesty::Boastful(most) => 2 * most,
        };
    }
    if let Honesty::Honest = honesty {
        prop_assert!(used <= tokens, "{} of {} tokens", used, tokens);
    }
    Ok(())
}

/// Every call of a turn has its answer in the next, and nothing else has one.
fn answered(asked: &[Content], told: &[Content]) -> Result<(), TestCaseError> {
    let asked: Vec<&String> = asked
        .iter()
        .filter_map(|piece| match piece {
            Content::ToolUse { id, .. } => Some(id),
            _ => None,
        })
        .collect();
    let told: Vec<&String> = told
        .iter()
        .filter_map(|piece| match piece {
            Content::ToolResult { id, .. } => Some(id),
            _ => None,
        })
        .collect();
    if !asked.is_empty() {
        prop_assert_eq!(asked, told);
    }
    Ok(())
}
