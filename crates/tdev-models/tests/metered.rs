//! The meter: charges before it asks, holds runs to their budgets, asks nothing twice.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::future::join_all;
use tdev_core::model::{
    Content, Message, ModelReply, ModelRequest, Price, StopReason, ToolChoice, Usage,
};
use tdev_core::ports::{Charge, LanguageModel, Ledger, Listener, ModelCard, Scope};
use tdev_core::{Code, Error, Result};
use tdev_models::{Budgets, Metered, Pricing};

use crate::ledger::InMemory;

/// One dollar for a million tokens read, ten for a million written.
const PRICE: Price = Price {
    input: 1_000_000,
    output: 10_000_000,
};

/// A model that answers, or fails, by script, and looks into the ledger when it is asked.
struct Fake {
    card: ModelCard,
    ledger: Arc<InMemory>,
    ends: Option<Code>,
    asked: AtomicUsize,
    seen: Mutex<Vec<Charge>>,
}

#[async_trait]
impl LanguageModel for Fake {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    async fn converse(
        &self,
        _: &ModelRequest,
        scope: &Scope,
        _: &dyn Listener,
    ) -> Result<ModelReply> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let seen = self.ledger.of(&scope.run_id).await?;
        self.seen.lock().unwrap().extend(seen);
        match self.ends {
            Some(code) => Err(Error::new(code, "by script")),
            None => Ok(ModelReply {
                content: vec![Content::Text("done".into())],
                stop: StopReason::EndTurn,
                usage: Usage {
                    input_tokens: 100,
                    output_tokens: 10,
                },
            }),
        }
    }
}

struct Limit(Option<u64>);

#[async_trait]
impl Budgets for Limit {
    async fn limit(&self, _: &str) -> Result<Option<u64>> {
        Ok(self.0)
    }
}

struct Bench {
    model: Arc<Fake>,
    ledger: Arc<InMemory>,
    meter: Metered,
}

fn bench(limit: Option<u64>, pricing: Pricing, ends: Option<Code>) -> Bench {
    let ledger = Arc::new(InMemory::default());
    let model = Arc::new(Fake {
        card: ModelCard {
            id: "m".into(),
            price: PRICE,
        },
        ledger: Arc::clone(&ledger),
        ends,
        asked: AtomicUsize::new(0),
        seen: Mutex::default(),
    });
    let meter = Metered {
        model: model.clone(),
        pricing,
        ledger: ledger.clone(),
        budgets: Arc::new(Limit(limit)),
    };
    Bench {
        model,
        ledger,
        meter,
    }
}

impl Bench {
    async fn ask(&self, words: &str) -> Result<ModelReply> {
        self.meter
            .converse(&question(words), &scope("t"), &())
            .await
    }

    async fn charged(&self) -> u64 {
        let charges = self.ledger.of("run").await.unwrap();
        charges.iter().map(|charge| charge.micro_dollars).sum()
    }

    fn asked(&self) -> usize {
        self.model.asked.load(Ordering::SeqCst)
    }
}

fn question(words: &str) -> ModelRequest {
    ModelRequest {
        system: String::new(),
        messages: vec![Message::user(words)],
        tools: Vec::new(),
        choice: ToolChoice::Auto,
        max_tokens: 100,
        temperature: None,
    }
}

fn scope(token: &str) -> Scope {
    Scope {
        run_id: "run".into(),
        step: "plan".into(),
        idempotency_token: token.into(),
        ..Scope::default()
    }
}

#[tokio::test]
async fn a_call_is_charged_in_full_before_and_at_cost_after() {
    let bench = bench(None, Pricing::Known(PRICE), None);
    bench.ask("hello").await.unwrap();
    let most = PRICE.at_most(&question("hello"));
    let seen = bench.model.seen.lock().unwrap().clone();
    assert_eq!((seen[0].micro_dollars, seen[0].settled), (most, false));
    let after = bench.ledger.of("run").await.unwrap();
    assert_eq!((after[0].micro_dollars, after[0].settled), (200, true));
    assert_eq!(
        (after[0].step.as_str(), after[0].usage.input_tokens),
        ("plan", 100)
    );
}

#[tokio::test]
async fn a_call_the_budget_may_not_cover_is_not_made() {
    let most = PRICE.at_most(&question("hello"));
    let bench = bench(Some(most - 1), Pricing::Known(PRICE), None);
    let error = bench.ask("hello").await.unwrap_err();
    assert_eq!(error.code, Code::BudgetExceeded);
    assert_eq!((bench.asked(), bench.charged().await), (0, 0));
}

#[tokio::test]
async fn an_unknown_price_and_a_budget_do_not_go_together() {
    let limited = bench(Some(u64::MAX), Pricing::Unknown, None);
    let error = limited.ask("hello").await.unwrap_err();
    assert_eq!((error.code, limited.asked()), (Code::BudgetExceeded, 0));
    let free = bench(None, Pricing::Unknown, None);
    free.ask("hello").await.unwrap();
    let charge = free.ledger.of("run").await.unwrap().remove(0);
    assert!(!charge.priced && charge.usage.output_tokens == 10);
}

#[tokio::test]
async fn the_same_call_made_again_is_answered_from_the_ledger_and_charged_once() {
    let bench = bench(None, Pricing::Known(PRICE), None);
    let first = bench.ask("hello").await.unwrap();
    let again = bench.ask("hello").await.unwrap();
    assert_eq!(
        (first, bench.asked(), bench.charged().await),
        (again, 1, 200)
    );
    bench.ask("something else").await.unwrap();
    assert_eq!((bench.asked(), bench.charged().await), (2, 400));
    let other_work = scope("u");
    bench
        .meter
        .converse(&question("hello"), &other_work, &())
        .await
        .unwrap();
    assert_eq!((bench.asked(), bench.charged().await), (3, 600));
}

#[tokio::test]
async fn a_call_turned_away_costs_nothing_and_one_that_broke_off_stays_charged() {
    let most = PRICE.at_most(&question("hello"));
    for (ends, charged) in [
        (Code::ModelThrottled, 0),
        (Code::ModelRefused, 0),
        (Code::ModelUnavailable, most),
        (Code::ModelInvalid, most),
    ] {
        let bench = bench(None, Pricing::Known(PRICE), Some(ends));
        assert_eq!(bench.ask("hello").await.unwrap_err().code, ends);
        assert_eq!(bench.charged().await, charged, "{ends}");
    }
}

#[tokio::test]
async fn a_call_cut_off_and_made_again_comes_on_top_of_what_it_may_have_cost() {
    let most = PRICE.at_most(&question("hello"));
    let bench = bench(
        Some(2 * most),
        Pricing::Known(PRICE),
        Some(Code::ModelUnavailable),
    );
    for charged in [most, 2 * most] {
        assert_eq!(
            bench.ask("hello").await.unwrap_err().code,
            Code::ModelUnavailable
        );
        assert_eq!(bench.charged().await, charged);
    }
    assert_eq!(
        bench.ask("hello").await.unwrap_err().code,
        Code::BudgetExceeded
    );
    assert_eq!(bench.asked(), 2);
}

#[tokio::test]
async fn calls_side_by_side_never_spend_more_than_the_budget() {
    let most = PRICE.at_most(&question("hello 00"));
    let bench = bench(
        Some(3 * most),
        Pricing::Known(PRICE),
        Some(Code::ModelUnavailable),
    );
    let words: Vec<String> = (0..40).map(|at| format!("hello {at:02}")).collect();
    let ends = join_all(words.iter().map(|words| bench.ask(words))).await;
    let refused = ends
        .iter()
        .filter(|end| end.as_ref().unwrap_err().code == Code::BudgetExceeded);
    assert_eq!((refused.count(), bench.asked()), (37, 3));
    assert_eq!(bench.charged().await, 3 * most);
}

#[tokio::test]
async fn what_is_asked_outside_of_runs_is_charged_to_itself() {
    let bench = bench(None, Pricing::Known(PRICE), None);
    let scope = Scope {
        idempotency_token: "one".into(),
        ..Scope::default()
    };
    bench
        .meter
        .converse(&question("hello"), &scope, &())
        .await
        .unwrap();
    assert_eq!(bench.ledger.of("ask:one").await.unwrap().len(), 1);
}
