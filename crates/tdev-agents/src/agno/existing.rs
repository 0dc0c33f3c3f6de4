//! Whether a component already is what a spec asks for.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Component, Kind};
use tdev_core::schema::{Fit, fit};

/// The component made from the same spec, or an agent built on the same tools that takes what the
/// spec gives and gives what the spec wants.
pub(super) fn find<'a>(
    spec: &AgentSpec,
    hash: &str,
    components: impl Iterator<Item = &'a Arc<Component>>,
) -> Option<Arc<Component>> {
    let runnable: Vec<&Arc<Component>> = components.filter(|c| c.status.runnable()).collect();
    let made_from_it = |c: &&&Arc<Component>| {
        c.provenance
            .as_ref()
            .and_then(|p| p.get("spec_hash"))
            .and_then(Value::as_str)
            == Some(hash)
    };
    let found = runnable.iter().find(made_from_it).or_else(|| {
        runnable
            .iter()
            .find(|c| spec.name.as_ref().is_none_or(|name| *name == c.name) && same_work(spec, c))
    });
    found.map(|component| Arc::clone(component))
}

fn same_work(spec: &AgentSpec, component: &Component) -> bool {
    let wanted: BTreeSet<&str> = spec.tools.iter().map(String::as_str).collect();
    let uses: BTreeSet<&str> = component
        .tools
        .iter()
        .map(|t| t.split('@').next().unwrap_or(t))
        .collect();
    component.kind == Kind::Agent
        && !wanted.is_empty()
        && wanted == uses
        && gives(spec, component)
        && takes(spec, component)
}

/// Every field the spec wants comes out of it.
fn gives(spec: &AgentSpec, component: &Component) -> bool {
    let outputs = component.output_schema.fields();
    spec.output_schema.fields().iter().all(|want| {
        outputs.iter().any(|out| {
            out.name == want.name && !matches!(fit(&out.schema, &want.schema), Fit::No(_))
        })
    })
}

/// Everything it needs is given by the spec.
fn takes(spec: &AgentSpec, component: &Component) -> bool {
    let given = spec.input_schema.fields();
    component
        .input_schema
        .fields()
        .iter()
        .filter(|f| f.required)
        .all(|need| {
            given
                .iter()
                .any(|g| g.name == need.name && !matches!(fit(&g.schema, &need.schema), Fit::No(_)))
        })
}
