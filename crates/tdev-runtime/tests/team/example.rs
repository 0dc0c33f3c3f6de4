//! The declared agents and teams of `examples/support`, as a user would register and run them.

use std::fs;

use serde_json::json;
use tdev_core::component::Component;

use crate::builtin::project::repository;
use crate::fakes::{Home, Scripted, asks, says};

/// The records in the order in which `tdev register agents teams` reads them.
fn records() -> Vec<Component> {
    let mut records = Vec::new();
    for folder in ["agents", "teams"] {
        let folder = repository().join("examples/support").join(folder);
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let record = Component::read(&text)
                .unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
            records.push(record);
        }
    }
    records
}

#[tokio::test]
async fn every_record_can_be_registered_after_those_before_it() {
    let records = records();
    assert_eq!(records.len(), 5);
    for (at, record) in records.iter().enumerate() {
        record
            .validate()
            .unwrap_or_else(|fault| panic!("{}: {fault}", record.name));
        let home = Home::of(None, records[..at].to_vec());
        home.check(record)
            .await
            .unwrap_or_else(|fault| panic!("{}: {fault}", record.name));
        for example in &record.examples {
            record.input_schema.check(&example.input).unwrap();
        }
    }
}

#[tokio::test]
async fn the_desk_routes_a_question_counts_days_and_remembers_the_customer() {
    // A model that routes refunds to billing, which counts days before it decides.
    let model = Scripted::by(|_, request| {
        let newest = serde_json::to_string(request.messages.last().unwrap()).unwrap();
        Ok(
            if !request
                .tools
                .iter()
                .any(|tool| tool.name == "DateArithmeticTool")
            {
                asks([(
                    "answer",
                    json!({"member": "BillingAgent", "why": "a refund is asked for"}),
                )])
            } else if newest.contains("days_until") {
                let late = newest.contains("-9");
                asks([("answer", json!({"reply": "Let me see.", "refund": !late}))])
            } else {
                asks([(
                    "DateArithmeticTool",
                    json!({"date": "2026-03-10", "until": "2026-03-01"}),
                )])
            },
        )
    });
    let home = Home::of(Some(&model), records());
    for text in [
        "I want my money back for what I bought on 2026-03-01",
        "And the other one?",
    ] {
        let input = json!({"text": text, "session": "customer-7"});
        let output = home.run("SupportDeskTeam", input).await.unwrap();
        assert_eq!(output["refund"], false);
        assert_eq!(output["routing"]["member"], "BillingAgent");
        assert_eq!(output["routing"]["by"], "model");
    }
    // Two of a router, twice two of the desk; the last conversation holds the first one.
    let requests = model.requests();
    assert_eq!(requests.len(), 6);
    assert!(
        serde_json::to_string(&requests[5].messages[0])
            .unwrap()
            .contains("money back")
    );
    let invoice = home
        .run("SupportDeskTeam", json!({"text": "My INVOICE is wrong"}))
        .await
        .unwrap();
    assert_eq!(invoice["routing"]["by"], "rules");
}

#[tokio::test]
async fn a_letter_is_answered_in_its_own_language() {
    let model = Scripted::by(|_, request| {
        assert!(request.system.contains("German"), "{}", request.system);
        Ok(says("Sehr geehrter Herr Kraus, …"))
    });
    let home = Home::of(Some(&model), records());
    let letter = "Ich warte seit drei Wochen auf mein Paket und niemand antwortet mir.";
    let output = home
        .run("LetterTeam", json!({"text": letter}))
        .await
        .unwrap();
    assert_eq!(output["language"], "de");
    assert_eq!(output["letter"], "Sehr geehrter Herr Kraus, …");
    assert_eq!(output["trace"].as_array().unwrap().len(), 2);
}
