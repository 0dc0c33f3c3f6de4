//! What declared agents and teams are made of: model, bounds, mode, rules and instructions.

use tdev_core::component::{
    Component, Memory, Mode, PromptDefinition, Route, RouteBy, TeamDefinition,
};

use super::{Line, Look, wrap};

/// Labels and what stands beside them; nothing of a component that is code.
pub(crate) fn facts(component: &Component) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(prompt) = &component.prompt {
        facts.extend(of_agent(prompt));
    }
    if let Some(team) = &component.team {
        facts.extend(of_team(team));
    }
    facts
}

/// Every word that its model is told, under a heading.
pub(crate) fn instructions(component: &Component, width: usize) -> Vec<Line> {
    let of_agent = component.prompt.as_ref().map(|prompt| &prompt.instructions);
    let of_team = component
        .team
        .as_ref()
        .and_then(|team| team.instructions.as_ref());
    let Some(text) = of_agent.or(of_team) else {
        return Vec::new();
    };
    let heading = [Line::new(), Line::new().with(Look::Faint, "instructions")];
    let body = wrap(text, width.saturating_sub(2))
        .into_iter()
        .map(|line| Line::plain("  ").and(line));
    heading.into_iter().chain(body).collect()
}

fn of_agent(prompt: &PromptDefinition) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        model(prompt.model.as_deref()),
        bounds(Bounds {
            rounds: format!("{} turns", prompt.max_turns),
            tokens: prompt.max_tokens,
            answer_tokens: prompt.max_answer_tokens,
            temperature: prompt.temperature,
        }),
    ];
    if let Some(memory) = prompt.memory {
        let kept = match memory {
            Memory::Turns(turns) => format!("{turns} turns"),
            Memory::Chars(chars) => format!("{chars} characters"),
        };
        facts.push(("remembers", format!("the last {kept} of a session")));
    }
    facts
}

fn of_team(team: &TeamDefinition) -> Vec<(&'static str, String)> {
    let mut facts = vec![("mode", format!("{}: {}", team.mode.as_str(), how(team)))];
    for (place, route) in team.routes.iter().enumerate() {
        let label = if place == 0 { "rules" } else { "" };
        facts.push((label, rule(route)));
    }
    if let Some(member) = &team.default {
        facts.push(("otherwise", member.clone()));
    }
    let asks = match team.mode {
        Mode::Supervisor => true,
        Mode::Router => matches!(team.route_by, RouteBy::Auto | RouteBy::Model),
        Mode::Sequential | Mode::Parallel => false,
    };
    if asks {
        let rounds = match team.mode {
            Mode::Supervisor => format!("{} rounds", team.max_rounds),
            _ => String::new(),
        };
        facts.push(model(team.model.as_deref()));
        facts.push(bounds(Bounds {
            rounds,
            tokens: team.max_tokens,
            answer_tokens: team.max_answer_tokens,
            temperature: team.temperature,
        }));
    }
    facts
}

fn how(team: &TeamDefinition) -> String {
    match team.mode {
        Mode::Sequential => {
            "one after the other, each given what the team and those before it gave".to_owned()
        }
        Mode::Parallel => match &team.aggregator {
            Some(member) => format!("all at once, and {member} makes one output of theirs"),
            None => "all at once, on the team's input".to_owned(),
        },
        Mode::Router => {
            let first = if team.routes.is_empty() {
                ""
            } else {
                "by the first rule that holds, else "
            };
            match team.route_by {
                RouteBy::Auto => {
                    format!("one of them, {first}by a model where there is one, else by likeness")
                }
                RouteBy::Rules => "one of them, by the first rule that holds".to_owned(),
                RouteBy::Model => format!("one of them, {first}by a model"),
                RouteBy::Likeness => format!("one of them, {first}by likeness"),
            }
        }
        Mode::Supervisor => "a model delegates to them until it has the answer".to_owned(),
    }
}

fn rule(route: &Route) -> String {
    let tests = [
        route.equals.as_ref().map(|value| format!("is {value}")),
        route
            .contains
            .as_ref()
            .map(|text| format!("contains {text:?}")),
    ];
    let tests: Vec<String> = tests.into_iter().flatten().collect();
    format!(
        "where {} {} → {}",
        route.field,
        tests.join(" and "),
        route.member
    )
}

fn model(id: Option<&str>) -> (&'static str, String) {
    ("model", id.unwrap_or("the project's own").to_owned())
}

/// What a mind is held to.
struct Bounds {
    /// How often it is asked, in words; nothing where it is asked once.
    rounds: String,
    tokens: u64,
    answer_tokens: u32,
    temperature: Option<f64>,
}

fn bounds(bounds: Bounds) -> (&'static str, String) {
    let mut parts = vec![
        bounds.rounds,
        format!("{} tokens", bounds.tokens),
        format!("{} an answer", bounds.answer_tokens),
    ];
    if let Some(temperature) = bounds.temperature {
        parts.push(format!("temperature {temperature}"));
    }
    parts.retain(|part| !part.is_empty());
    ("bounds", parts.join(", "))
}
