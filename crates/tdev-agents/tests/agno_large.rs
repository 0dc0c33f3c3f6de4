//! Composition where the registry is large: it is found among the components that are near, not
//! among all.

use serde_json::json;
use tdev_agents::Agent;
use tdev_agents::agno::Agno;
use tdev_core::component::Component;
use tdev_core::ports::Scope;

use crate::agno::deps;
use crate::fakes::component;

/// Components about other things, enough that the search is not given all.
fn others(count: usize) -> Vec<Component> {
    let things = [
        "invoice", "parcel", "ticket", "meter", "lease", "badge", "cargo", "roster",
    ];
    let acts = [
        "archives",
        "prices",
        "audits",
        "schedules",
        "signs",
        "weighs",
    ];
    (0..count)
        .map(|n| {
            let (thing, act) = (
                things[n % things.len()],
                acts[n / things.len() % acts.len()],
            );
            component(
                &format!("Thing{n}Tool"),
                &format!("It {act} the {thing} of region {n}"),
                json!({format!("{thing}_{n}"): "string"}),
                json!({format!("{act}_{n}"): "number"}),
            )
        })
        .collect()
}

#[tokio::test]
async fn two_tools_among_hundreds_are_put_together() {
    let mut all = others(600);
    all.push(component(
        "PageFetchTool",
        "Fetches the page at a URL and returns its text",
        json!({"url": "string"}),
        json!({"text": "string"}),
    ));
    all.push(component(
        "WordCountTool",
        "Counts the words of a text",
        json!({"text": "string"}),
        json!({"count": "integer"}),
    ));
    let (deps, _) = deps(None, all);
    let request = serde_json::from_value(json!({"spec": {
        "type": "agent", "goal": "Fetch the page at a URL and count the words of its text",
        "input": {"url": "string"}, "output": {"count": "integer"},
    }}))
    .unwrap();
    let made = Agno::new(deps)
        .run(request, Scope::default())
        .await
        .unwrap();
    assert_eq!(made.provenance["mind"], "composer");
    assert_eq!(made.metadata.tools, ["PageFetchTool", "WordCountTool"]);
}
