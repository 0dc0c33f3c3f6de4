//! Steps that wait for a person: a task token, its answer, its expiry.

use serde_json::json;

use super::super::step::{Approve, OnExpiry, Step};
use super::chain::Chain;
use super::expression::wrap;
use super::{APPROVAL_RESOURCE, Compiler};
use crate::Code;

impl Compiler<'_> {
    pub(super) fn approval(&mut self, step: &Step, approval: &Approve) -> Chain {
        let variable = &self.assign(&step.id);
        let name = self.names.state(&step.id, "");
        let (answered, rejected, expired) = (
            self.names.state(&step.id, "answered"),
            self.names.state(&step.id, "rejected"),
            self.names.state(&step.id, "expired"),
        );
        let mut chain = Chain::of(
            &name,
            json!({
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                "Arguments": {
                    "FunctionName": APPROVAL_RESOURCE,
                    "Payload": {
                        "step": name,
                        "message": self.value(&json!(approval.message)),
                        "expires_seconds": approval.expires_seconds,
                        "task_token": "{% $states.context.Task.Token %}"
                    }
                },
                "TimeoutSeconds": approval.expires_seconds,
                "Assign": {variable: "{% $states.result %}"},
                "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": expired}]
            }),
        );
        chain.append(Chain::of(&answered, json!({
            "Type": "Choice",
            "Choices": [{"Condition": wrap(&format!("${variable}.approved = true")), "Next": self.names.state(&step.id, "approved")}],
            "Default": rejected
        })));
        // The Choice names what follows it itself.
        let mut approved = Chain::of(
            &self.names.state(&step.id, "approved"),
            json!({"Type": "Pass"}),
        );
        approved.terminal(
            &rejected,
            json!({
                "Type": "Fail",
                "Error": Code::ApprovalRejected.as_str(),
                "Cause": wrap(&format!("\"{} was rejected by \" & ${variable}.by", step.id))
            }),
        );
        match approval.on_expiry {
            OnExpiry::Fail => approved.terminal(&expired, json!({
                "Type": "Fail",
                "Error": Code::ApprovalExpired.as_str(),
                "Cause": format!("nobody answered {} within {} s", step.id, approval.expires_seconds)
            })),
            OnExpiry::Approve => approved.beside(&expired, json!({
                "Type": "Pass",
                "Assign": {variable: {"approved": true, "by": "expiry", "comment": ""}}
            })),
        }
        chain.join_choice(approved);
        chain
    }
}
