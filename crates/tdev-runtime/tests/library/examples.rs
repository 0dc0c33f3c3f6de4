//! Every agent and team does, in the sandbox and with the real tools, what its examples say.

use tdev_core::component::Runtime;
use tdev_runtime::library::components;

use super::home::{home, run};
use crate::builtin::examples::{says, with_files};

#[tokio::test]
async fn every_example_of_every_agent_and_team_holds() {
    let (builtins, runner) = home();
    let mut wrong = Vec::new();
    for component in components()
        .unwrap()
        .iter()
        .filter(|c| c.runtime == Runtime::Python)
    {
        for (at, example) in component.examples.iter().enumerate() {
            match run(
                &runner,
                &component.name,
                with_files(&builtins, &example.input),
            )
            .await
            {
                Ok(found) if says(&example.output, &found) => {}
                other => wrong.push(format!(
                    "{} example {at}:\n  wanted {}\n  got {other:?}",
                    component.name, example.output
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
