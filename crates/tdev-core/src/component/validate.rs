//! Rules that metadata must meet before it enters a registry.

use super::{Component, Kind, Reusability, Runtime};
use crate::{Code, Error, Result};

impl Component {
    /// Checks the rules that hold between the fields of one record.
    ///
    /// # Errors
    /// `InvalidComponent` naming the field, the reason and the nearest right thing.
    pub fn validate(&self) -> Result<()> {
        let fault = |field: &str, message: String| {
            Error::new(Code::InvalidComponent, message).field(field.to_owned())
        };
        let camel = self.name.chars().next().is_some_and(char::is_uppercase)
            && self.name.chars().all(|c| c.is_ascii_alphanumeric());
        if !camel || self.name.len() > 64 {
            return Err(fault(
                "name",
                format!(
                    "`{}` is not a CamelCase name of up to 64 letters and digits",
                    self.name
                ),
            )
            .hint(format!("for example `{}`", super::camel_case(&self.name))));
        }
        let (least, most) = match self.kind {
            Kind::Tool => (0, 0),
            Kind::Agent => (1, 1),
            Kind::Team => (2, u32::MAX),
        };
        if !(least..=most).contains(&self.brain_count) {
            return Err(fault(
                "brain_count",
                format!(
                    "{} {} has {}",
                    if self.kind == Kind::Agent { "an" } else { "a" },
                    self.kind.as_str(),
                    match self.kind {
                        Kind::Tool => "no brain",
                        Kind::Agent => "one brain",
                        Kind::Team => "two brains or more",
                    }
                ),
            )
            .hint(format!("set it to {least}, or change `type`")));
        }
        if self.kind == Kind::Tool && self.reusability != Reusability::A {
            return Err(fault("reusability", "a tool is of tier `A`".into()));
        }
        if let Some(permission) = self.permissions.iter().find(|p| !known_permission(p)) {
            return Err(
                fault("permissions", format!("`{permission}` is not a permission"))
                    .hint(format!("known are {}", PERMISSIONS.join(", "))),
            );
        }
        self.validate_mind()?;
        if self.runtime == Runtime::Python
            && self.code_hash.is_none()
            && self.path.is_none()
            && self.class_path.is_none()
        {
            return Err(fault("path", "a python component needs its source".into())
                .hint("give `path`, or `class_path`"));
        }
        self.input_schema
            .validate_shape()
            .map_err(|e| within(e, "input_schema"))?;
        self.output_schema
            .validate_shape()
            .map_err(|e| within(e, "output_schema"))
    }

    /// That a declared mind is there where the runtime asks for one, and nowhere else.
    fn validate_mind(&self) -> Result<()> {
        let fault = |field: &str, message: &str| {
            Error::new(Code::InvalidComponent, message).field(field.to_owned())
        };
        match (&self.prompt, &self.team) {
            (None, None) if self.runtime == Runtime::Prompt => Err(fault(
                "prompt",
                "a component of the runtime `prompt` has no source",
            )
            .hint(
                "write `prompt` with `instructions` for an agent, `team` with a `mode` for a team",
            )),
            (None, None) => Ok(()),
            (Some(_), Some(_)) => Err(fault(
                "team",
                "a component is an agent by `prompt` or a team by `team`, not both",
            )),
            (Some(_), None) | (None, Some(_)) if self.runtime != Runtime::Prompt => Err(fault(
                "runtime",
                "`prompt` and `team` belong to the runtime `prompt`",
            )
            .hint("set `runtime` to `prompt`")),
            (Some(prompt), None) => prompt.check(self),
            (None, Some(team)) => team.check(self),
        }
    }
}

fn within(error: Error, field: &str) -> Error {
    let path = error
        .field
        .as_deref()
        .map_or_else(|| field.to_owned(), |rest| format!("{field}.{rest}"));
    error.field(path)
}

/// What a component can be granted.
pub(super) const PERMISSIONS: &[&str] = &["fs.read", "fs.write", "net.http", "net.smtp", "db.read"];

fn known_permission(permission: &str) -> bool {
    PERMISSIONS.contains(&permission.split(':').next().unwrap_or(permission))
        || is_aws_action(permission)
}

/// An action as IAM writes it, on one resource or on any: `s3:PutObject:bucket`.
fn is_aws_action(permission: &str) -> bool {
    let mut parts = permission.splitn(3, ':');
    let service = parts.next().unwrap_or_default();
    let action = parts.next().unwrap_or_default();
    service.starts_with(|c: char| c.is_ascii_lowercase())
        && service
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && action.starts_with(|c: char| c.is_ascii_uppercase())
        && action.chars().all(|c| c.is_ascii_alphanumeric())
        && parts.next().is_none_or(|resource| !resource.is_empty())
}
