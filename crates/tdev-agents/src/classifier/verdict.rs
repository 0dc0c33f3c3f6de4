//! The verdict: what decides at run time, by what marks, agents and calls were found.

use serde_json::Value;
use tdev_core::agent_io::Evidence;
use tdev_core::component::{Kind, Reusability};

use super::effects::Effects;
use super::entry::{Entry, Sign};
use super::minds::Minds;
use super::module::Module;

/// What decides at run time.
pub(super) fn judge(
    entry: &Entry<'_>,
    minds: &Minds,
    effects: &Effects,
    module: &Module<'_>,
    evidence: &mut Vec<Evidence>,
) -> (Kind, u32) {
    let mut say = |line: u32, reason: String| evidence.push(Evidence { line, reason });
    let line = entry
        .definition
        .map_or(1, |definition| definition.line(module));
    let many = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    for brain in &minds.brains {
        say(
            brain.line,
            format!("builds `{}`: a model decides in it", brain.what),
        );
    }
    for leader in &minds.leaders {
        say(
            leader.line,
            format!("builds `{}`: it leads several agents", leader.what),
        );
    }
    for joined in &minds.joined {
        say(joined.line, joined.what.clone());
    }
    if minds.is_team() {
        for arranged in &minds.arranged {
            say(
                arranged.line,
                format!("`{}` puts deciders together", arranged.what),
            );
        }
    }
    for model in &effects.model {
        say(*model, "asks the model: a decision at run time".into());
    }
    let asks = !effects.model.is_empty() || !minds.brains.is_empty() || minds.is_team();
    match entry.sign {
        Sign::Marked(Kind::Tool) if asks => {
            say(
                line,
                "marked as a tool, but a model decides in it, so it has one brain".into(),
            );
            (Kind::Agent, 1)
        }
        Sign::Marked(Kind::Tool) => {
            say(line, "marked as a tool, and no model decides in it".into());
            (Kind::Tool, 0)
        }
        Sign::Marked(Kind::Agent) => {
            say(
                line,
                "marked as an agent: its author makes it the one that decides".into(),
            );
            (Kind::Agent, 1)
        }
        Sign::Marked(Kind::Team) => {
            let members = entry
                .said
                .get("members")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            say(line, "marked as a team".into());
            (Kind::Team, many(members.max(effects.agents.len()).max(2)))
        }
        _ if minds.is_team() => (Kind::Team, many(minds.team_brains())),
        _ if !minds.brains.is_empty() => (Kind::Agent, 1),
        // A framework's tool may use a model to do its work; choosing is left to the agent that
        // calls it.
        Sign::Offered if minds.asked_outside(&entry.offered).is_empty() => {
            say(
                line,
                "offered to an agent as a tool; nothing in it decides by a model".into(),
            );
            (Kind::Tool, 0)
        }
        _ => {
            let asked = minds.asked_outside(&entry.offered);
            for line in &asked {
                say(*line, "asks a model: a decision at run time".into());
            }
            let own = usize::from(!effects.model.is_empty() || !asked.is_empty());
            for (agent, at) in &effects.agents {
                say(*at, format!("runs the agent `{agent}`"));
            }
            match own + effects.agents.len() {
                0 => {
                    say(
                        line,
                        "no model decides in it; branches in code are no brain".into(),
                    );
                    (Kind::Tool, 0)
                }
                1 => (Kind::Agent, 1),
                brains => (Kind::Team, many(brains)),
            }
        }
    }
}

/// Notes what the code would touch.
pub(super) fn explain(effects: &Effects, evidence: &mut Vec<Evidence>) {
    let mut say = |line: u32, reason: String| evidence.push(Evidence { line, reason });
    for (permission, (line, why)) in &effects.permissions {
        say(*line, format!("{why}: needs `{permission}`"));
    }
    for (name, line) in &effects.tools {
        say(*line, format!("calls the tool `{name}`"));
    }
    for (name, line) in &effects.secrets {
        say(*line, format!("asks for the secret `{name}`"));
    }
    if let Some((host, line)) = &effects.service {
        say(
            *line,
            format!("speaks to `{host}` only: tied to one service"),
        );
    }
}

/// How widely it can be reused.
pub(super) fn tier(kind: Kind, effects: &Effects) -> Reusability {
    match kind {
        Kind::Tool => Reusability::A,
        _ if effects.service.is_some() => Reusability::D,
        Kind::Agent => Reusability::B,
        Kind::Team => Reusability::C,
    }
}
