//! What a Task's `Resource` says about how it is called and what its history looks like.

/// A task's resource, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resource {
    /// As written.
    pub(crate) text: String,
    pub(crate) form: Form,
    pub(crate) pattern: Pattern,
}

/// The family of a resource, which decides the names of its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// A Lambda function by its own ARN: the result is the payload alone.
    Function,
    /// `lambda:invoke`: the result is an envelope around the payload.
    LambdaInvoke,
    /// Any other service integration, or a name of the host's own.
    Service {
        /// Such as `sqs`.
        service: String,
        /// Such as `sendMessage`.
        action: String,
    },
}

/// When a task is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// When the call returns.
    Response,
    /// `.sync`: when the job the call started is over; the handler waits for it.
    Sync,
    /// `.waitForTaskToken`: when someone answers the token.
    Token,
}

impl Resource {
    /// Whether `text` names an activity, whose workers ask for work instead of being called.
    pub(crate) fn is_activity(text: &str) -> bool {
        text.starts_with("arn:") && text.contains(":activity:")
    }

    pub(crate) fn read(text: &str) -> Self {
        let (base, pattern) = if let Some(base) = text.strip_suffix(".waitForTaskToken") {
            (base, Pattern::Token)
        } else if let Some((base, _)) = text.rsplit_once(".sync") {
            (base, Pattern::Sync)
        } else {
            (text, Pattern::Response)
        };
        let form = if let Some(integration) = integration(base) {
            let (service, action) = integration.rsplit_once(':').unwrap_or((integration, ""));
            if service == "lambda" && action == "invoke" {
                Form::LambdaInvoke
            } else {
                Form::Service {
                    service: service.to_owned(),
                    action: action.to_owned(),
                }
            }
        } else if base.starts_with("arn:") && base.contains(":lambda:") {
            Form::Function
        } else {
            let (service, action) = base.split_once(':').unwrap_or((base, ""));
            Form::Service {
                service: service.to_owned(),
                action: action.to_owned(),
            }
        };
        Self {
            text: text.to_owned(),
            form,
            pattern,
        }
    }
}

impl Resource {
    /// What AWS calls the resource where it complains of it: the service, or the function's ARN.
    pub(crate) fn label(&self) -> &str {
        match &self.form {
            Form::LambdaInvoke => "lambda",
            Form::Service { service, .. } => service,
            Form::Function => &self.text,
        }
    }
}

/// The part after `arn:aws:states:::`, in any partition.
fn integration(text: &str) -> Option<&str> {
    let mut parts = text.splitn(6, ':');
    let arn = parts.next()? == "arn" && parts.next().is_some() && parts.next()? == "states";
    let anywhere = parts.next()?.is_empty() && parts.next()?.is_empty();
    let rest = parts.next()?;
    (arn && anywhere).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_patterns_are_told_apart() {
        let read = |text: &str| {
            let resource = Resource::read(text);
            (resource.form, resource.pattern)
        };
        assert_eq!(
            read("arn:aws:states:::lambda:invoke.waitForTaskToken"),
            (Form::LambdaInvoke, Pattern::Token)
        );
        assert_eq!(
            read("arn:aws:lambda:eu-west-1:1:function:f"),
            (Form::Function, Pattern::Response)
        );
        assert_eq!(
            read("arn:aws:states:::states:startExecution.sync:2"),
            (
                Form::Service {
                    service: "states".to_owned(),
                    action: "startExecution".to_owned()
                },
                Pattern::Sync
            )
        );
        assert_eq!(
            read("arn:aws:states:::aws-sdk:s3:getObject").0,
            Form::Service {
                service: "aws-sdk:s3".to_owned(),
                action: "getObject".to_owned()
            }
        );
    }
}
