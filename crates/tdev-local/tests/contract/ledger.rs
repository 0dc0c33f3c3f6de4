//! What every ledger must do.

use tdev_core::Code;
use tdev_core::model::{Content, ModelReply, StopReason, Usage};
use tdev_core::ports::{Charge, Ledger, Reserved};

/// A call of `key` that is about to be made and may cost so much.
pub(crate) fn charge(run_id: &str, key: &str, micro_dollars: u64) -> Charge {
    Charge {
        run_id: run_id.to_owned(),
        key: key.to_owned(),
        step: "plan".to_owned(),
        model: "m".to_owned(),
        usage: Usage::default(),
        micro_dollars,
        priced: true,
        settled: false,
    }
}

/// The same call, done.
pub(crate) fn done(charge: &Charge, micro_dollars: u64) -> Charge {
    Charge {
        usage: Usage {
            input_tokens: 10,
            output_tokens: 2,
        },
        micro_dollars,
        settled: true,
        ..charge.clone()
    }
}

pub(crate) fn reply(words: &str) -> ModelReply {
    ModelReply {
        content: vec![Content::Text(words.to_owned())],
        stop: StopReason::EndTurn,
        usage: Usage {
            input_tokens: 10,
            output_tokens: 2,
        },
    }
}

pub(crate) async fn spent(ledger: &dyn Ledger, run_id: &str) -> u64 {
    let charges = ledger.of(run_id).await.unwrap();
    charges.iter().map(|charge| charge.micro_dollars).sum()
}

pub(crate) async fn suite(ledger: &dyn Ledger) {
    assert_eq!(ledger.of("r").await.unwrap(), []);
    let (a, b) = (charge("r", "a", 60), charge("r", "b", 50));

    // Charged in full before, at cost after, in order.
    assert_eq!(
        ledger.reserve(&a, Some(100)).await.unwrap(),
        Reserved::Granted
    );
    assert_eq!(ledger.of("r").await.unwrap(), std::slice::from_ref(&a));
    let refused = ledger.reserve(&b, Some(100)).await.unwrap_err();
    assert_eq!(refused.code, Code::BudgetExceeded);
    assert!(refused.message.contains("$0.00004 left"), "{refused}");
    assert_eq!(
        ledger.of("r").await.unwrap(),
        std::slice::from_ref(&a),
        "nothing is charged"
    );
    ledger.settle(&done(&a, 50), &reply("one")).await.unwrap();
    assert_eq!(ledger.of("r").await.unwrap(), [done(&a, 50)]);
    // To the very last of it.
    assert_eq!(
        ledger.reserve(&b, Some(100)).await.unwrap(),
        Reserved::Granted
    );
    assert_eq!(ledger.of("r").await.unwrap(), [done(&a, 50), b.clone()]);

    // What was settled is answered from here, even where nothing is left.
    let again = ledger.reserve(&a, Some(0)).await.unwrap();
    assert_eq!(again, Reserved::Answered(reply("one")));
    assert_eq!(spent(ledger, "r").await, 100);

    // What was begun and never settled stays charged, under whatever comes on top.
    let over = ledger.reserve(&b, Some(149)).await.unwrap_err();
    assert_eq!(over.code, Code::BudgetExceeded);
    assert_eq!(
        ledger.reserve(&b, Some(150)).await.unwrap(),
        Reserved::Granted
    );
    assert_eq!(spent(ledger, "r").await, 150);
    ledger.release(&b).await.unwrap();
    assert_eq!(spent(ledger, "r").await, 100, "the last call cost nothing");
    assert_eq!(ledger.reserve(&b, None).await.unwrap(), Reserved::Granted);
    ledger.settle(&done(&b, 7), &reply("two")).await.unwrap();
    assert_eq!(spent(ledger, "r").await, 107);
    ledger.release(&b).await.unwrap();
    assert_eq!(
        spent(ledger, "r").await,
        107,
        "what is settled is not taken back"
    );

    // A call that was turned away leaves nothing behind.
    let c = charge("r", "c", 5);
    ledger.reserve(&c, None).await.unwrap();
    ledger.release(&c).await.unwrap();
    assert_eq!(ledger.of("r").await.unwrap().len(), 2);

    // Runs are apart, and no amount is too much to be refused.
    let other = charge("s", "a", u64::MAX);
    let refused = ledger
        .reserve(&other, Some(u64::MAX / 4))
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::BudgetExceeded);
    assert_eq!(ledger.of("s").await.unwrap(), []);
    assert_eq!(spent(ledger, "r").await, 107);
}
