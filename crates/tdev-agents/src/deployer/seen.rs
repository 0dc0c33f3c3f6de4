//! Whether a source does no more than its record declares, as the classifier reads it.

use tdev_core::component::Component;
use tdev_core::{Code, Error};

use crate::classifier::classify;

/// What the classifier sees in a source and its record does not declare, a fault each.
pub(super) fn undeclared(component: &Component, code: &str) -> Vec<Error> {
    let found = match classify(code, component.path.as_deref()) {
        Ok(found) => found,
        Err(error) => return vec![error],
    };
    let declares = |kind: &str| {
        component
            .permissions
            .iter()
            .any(|declared| declared == kind || declared.starts_with(&format!("{kind}:")))
    };
    let fault = |field: &str, what: &str, missing: &str| {
        Error::new(
            Code::PermissionDenied,
            format!(
                "the source of `{}` {what} `{missing}`, which its record does not declare",
                component.pinned()
            ),
        )
        .field(field.to_owned())
        .hint(format!(
            "declare it in `{field}` and register the component again"
        ))
    };
    let kind_of = |permission: &str| permission.split(':').next().unwrap_or_default().to_owned();
    let mut faults: Vec<Error> = found
        .permissions
        .iter()
        .filter(|seen| !declares(&kind_of(seen)))
        .map(|seen| fault("permissions", "would touch", seen))
        .collect();
    let secrets = found.secrets.iter();
    faults.extend(
        secrets
            .filter(|seen| !component.secrets.contains(seen))
            .map(|seen| fault("secrets", "asks for the secret", seen)),
    );
    faults
}
