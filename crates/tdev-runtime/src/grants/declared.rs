//! What a component's metadata says it needs of one kind: nothing, anything, or named scopes.

use tdev_core::component::Component;
use tdev_core::{Code, Error};

/// The scopes a component declares for one kind of permission.
#[derive(Debug, Clone)]
pub struct Declared {
    component: String,
    kind: &'static str,
    scopes: Option<Vec<String>>,
}

impl Declared {
    /// Reads `kind` and `kind:scope` out of the component's permissions.
    pub fn of(component: &Component, kind: &'static str) -> Self {
        let mut scopes: Option<Vec<String>> = None;
        let mut anything = false;
        for permission in &component.permissions {
            match permission.split_once(':') {
                Some((name, scope)) if name == kind => {
                    scopes.get_or_insert_default().push(scope.to_owned());
                }
                None if permission == kind => anything = true,
                _ => {}
            }
        }
        let scopes = if anything { Some(Vec::new()) } else { scopes };
        Self {
            component: component.name.clone(),
            kind,
            scopes,
        }
    }

    /// Whether the kind is declared for something `covers` says yes to.
    pub fn allows(&self, covers: impl Fn(&str) -> bool) -> bool {
        self.scopes
            .as_ref()
            .is_some_and(|scopes| scopes.is_empty() || scopes.iter().any(|scope| covers(scope)))
    }

    /// The component's name, for messages.
    pub fn component(&self) -> &str {
        &self.component
    }

    /// The refusal where the metadata does not declare what is asked.
    pub fn refusal(&self, what: &str, scope: &str, field: &str) -> Error {
        let kind = self.kind;
        let permission = if self.scopes.is_some() {
            format!("{kind}:{scope}")
        } else {
            kind.to_owned()
        };
        Error::new(
            Code::PermissionDenied,
            format!("the metadata of {} does not declare {what}", self.component),
        )
        .field(field)
        .hint(format!("add `{permission}` to its `permissions`"))
    }
}
