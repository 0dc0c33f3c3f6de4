//! Workflow variables: a branch or an iteration sees the outer ones and keeps its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Json;

/// The variables visible in one frame.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    own: BTreeMap<Arc<str>, Json>,
    outer: Option<Arc<Scope>>,
}

impl Scope {
    /// The scope of a branch or an iteration inside `outer`.
    pub(crate) fn inside(outer: &Arc<Self>) -> Arc<Self> {
        if outer.own.is_empty() {
            // Nothing to shadow, so the frames may share one scope.
            return Arc::clone(outer);
        }
        Arc::new(Self {
            own: BTreeMap::new(),
            outer: Some(Arc::clone(outer)),
        })
    }

    /// The innermost value of `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        let mut scope = self;
        loop {
            match (scope.own.get(name), &scope.outer) {
                (Some(value), _) => return Some(value),
                (None, Some(outer)) => scope = outer,
                (None, None) => return None,
            }
        }
    }

    /// Assigns in this scope; outer scopes never change.
    pub(crate) fn set(&mut self, name: Arc<str>, value: Json) {
        self.own.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_inner_scope_sees_out_but_never_writes_out() {
        let mut outer = Scope::default();
        outer.set("a".into(), Arc::new(json!(1)));
        let outer = Arc::new(outer);
        let mut inner = Scope::inside(&outer);
        Arc::make_mut(&mut inner).set("b".into(), Arc::new(json!(2)));
        Arc::make_mut(&mut inner).set("a".into(), Arc::new(json!(3)));
        assert_eq!(inner.get("a").map(|v| &**v), Some(&json!(3)));
        assert_eq!(outer.get("a").map(|v| &**v), Some(&json!(1)));
        assert!(outer.get("b").is_none());
    }

    #[test]
    fn sharing_an_empty_scope_is_not_seen() {
        let outer = Arc::new(Scope::default());
        let mut inner = Scope::inside(&outer);
        Arc::make_mut(&mut inner).set("b".into(), Arc::new(json!(2)));
        assert!(outer.get("b").is_none());
    }
}
