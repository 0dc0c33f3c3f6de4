//! Budgets of runs: never overspent, whoever charges at once and whatever is killed.

use std::sync::Arc;

use futures::future::join_all;
use proptest::prelude::*;
use tdev_core::Code;
use tdev_core::ports::{Ledger, Reserved};
use tdev_local::Home;

use crate::child;
use crate::contract::ledger::{charge, done, reply, spent};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Two homes on one folder stand for two processes.
    #[test]
    fn reservations_side_by_side_never_exceed_the_limit(
        amounts in prop::collection::vec(1_u64..400, 1..24),
        limit in 0_u64..2_000,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let refused = runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let homes = [(); 2].map(|()| Home::open(dir.path(), Vec::new()).unwrap().ledger());
            let tasks = amounts.iter().enumerate().map(|(at, amount)| {
                let ledger: Arc<dyn Ledger> = Arc::clone(&homes[at % 2]);
                let (key, amount) = (format!("call-{at}"), *amount);
                tokio::spawn(async move {
                    let one = charge("run", &key, amount);
                    match ledger.reserve(&one, Some(limit)).await {
                        Ok(Reserved::Granted) => None,
                        Ok(Reserved::Answered(_)) => panic!("nobody answered"),
                        Err(error) => {
                            assert_eq!(error.code, Code::BudgetExceeded);
                            Some(amount)
                        }
                    }
                })
            });
            let refused: Vec<u64> = join_all(tasks).await.into_iter().filter_map(Result::unwrap).collect();
            let total = spent(&*homes[0], "run").await;
            let granted: u64 = amounts.iter().sum::<u64>() - refused.iter().sum::<u64>();
            assert_eq!(total, granted, "all that was granted stands, and nothing else");
            assert!(total <= limit);
            refused.into_iter().map(|amount| total + amount).collect::<Vec<_>>()
        });
        // What was refused would have been too much.
        prop_assert!(refused.into_iter().all(|with| with > limit));
    }
}

#[test]
#[ignore = "a process that another test starts and kills"]
fn a_process_that_asks_a_model() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let ledger = child::home().ledger();
        let settled = charge("run", "settled", 70);
        ledger.reserve(&settled, Some(100)).await.unwrap();
        ledger
            .settle(&done(&settled, 30), &reply("done"))
            .await
            .unwrap();
        ledger
            .reserve(&charge("run", "begun", 60), Some(100))
            .await
            .unwrap();
        child::say("begun");
        child::await_parent();
    });
}

#[tokio::test]
async fn a_call_under_way_when_its_process_is_killed_stays_charged_in_full() {
    let dir = tempfile::tempdir().unwrap();
    let mut process = child::start(child::command(
        "budgets::a_process_that_asks_a_model",
        dir.path(),
    ));
    assert_eq!(process.hear().as_deref(), Some("begun"));
    process.kill();
    let ledger = Home::open(dir.path(), Vec::new()).unwrap().ledger();
    assert_eq!(spent(&*ledger, "run").await, 90);
    // What was answered is not asked again.
    let again = ledger
        .reserve(&charge("run", "settled", 70), Some(90))
        .await
        .unwrap();
    assert_eq!(again, Reserved::Answered(reply("done")));
    // What was cut off may be asked again only if there is enough for both.
    let over = ledger
        .reserve(&charge("run", "begun", 60), Some(100))
        .await
        .unwrap_err();
    assert_eq!(over.code, Code::BudgetExceeded);
    assert_eq!(spent(&*ledger, "run").await, 90);
}
