//! Who asks: what API Gateway's authoriser found out, and the projects that principal works in.
//!
//! Signers (`AWS_IAM`) are known by their ARN, bearers of a token (`JWT`) by its `sub`. A caller who
//! works in several projects names one by the header `x-tdev-project`; the first is meant otherwise.

use std::collections::BTreeMap;

use serde_json::Value;
use tdev_api::Refusal;

/// The header that names a project.
const HEADER: &str = "x-tdev-project";

/// Which principals work where.
pub(super) struct Rules {
    /// The project of callers who are bound to none.
    pub(super) project: String,
    /// Projects by principal: an ARN (of a role, for all who assume it) or a token's `sub`.
    pub(super) principals: Option<BTreeMap<String, Vec<String>>>,
    /// The claim of a token that lists its bearer's projects.
    pub(super) claim: Option<String>,
}

/// Somebody, and the project this request is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Caller {
    pub(super) name: String,
    pub(super) project: String,
}

impl Rules {
    /// Who asks for what. Liveness is for anybody.
    ///
    /// # Errors
    /// `Unauthenticated` where nobody was authorised; `ProjectNotFound` for a project that is not
    /// the caller's, whether it is another's or nobody's.
    pub(super) fn caller(&self, event: &Value) -> Result<Caller, Refusal> {
        let Some((name, projects)) = self.principal(&event["requestContext"]["authorizer"]) else {
            return match event["rawPath"].as_str() {
                Some("/health") => Ok(Caller {
                    name: String::new(),
                    project: self.project.clone(),
                }),
                _ => Err(Refusal::Unauthenticated),
            };
        };
        let project = match event["headers"][HEADER].as_str() {
            Some(named) => projects.into_iter().find(|project| project == named),
            None => projects.into_iter().next(),
        };
        let project = project.ok_or(Refusal::ProjectNotFound)?;
        Ok(Caller { name, project })
    }

    /// The principal's name and projects.
    fn principal(&self, authorizer: &Value) -> Option<(String, Vec<String>)> {
        if let Some(arn) = authorizer["iam"]["userArn"].as_str() {
            return Some((arn.to_owned(), self.bound(arn, role(arn).as_deref())));
        }
        let claims = &authorizer["jwt"]["claims"];
        let subject = claims["sub"].as_str()?;
        let projects = match &self.claim {
            Some(claim) => listed(&claims[claim.as_str()]),
            None => self.bound(subject, None),
        };
        Some((subject.to_owned(), projects))
    }

    fn bound(&self, name: &str, role: Option<&str>) -> Vec<String> {
        let Some(principals) = &self.principals else {
            return vec![self.project.clone()];
        };
        let projects = principals
            .get(name)
            .or_else(|| principals.get(role?))
            .cloned();
        projects.unwrap_or_default()
    }
}

/// The role behind a session of it: `arn:aws:sts::1:assumed-role/Dev/alice` is
/// `arn:aws:iam::1:role/Dev`.
fn role(arn: &str) -> Option<String> {
    let (partition, rest) = arn.strip_prefix("arn:")?.split_once(":sts::")?;
    let (account, session) = rest.split_once(":assumed-role/")?;
    let (role, _) = session.split_once('/')?;
    Some(format!("arn:{partition}:iam::{account}:role/{role}"))
}

/// A claim's list as API Gateway writes it: `[a b]` where it was an array, the text itself else.
fn listed(claim: &Value) -> Vec<String> {
    let text = claim.as_str().unwrap_or_default();
    let text = text.trim_start_matches('[').trim_end_matches(']');
    text.split([' ', ','])
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(principals: Value, claim: Option<&str>) -> Rules {
        Rules {
            project: "main".to_owned(),
            principals: serde_json::from_value(principals).unwrap(),
            claim: claim.map(str::to_owned),
        }
    }

    /// A request as API Gateway hands it over, payload 2.0.
    fn event(authorizer: &Value, project: Option<&str>) -> Value {
        let mut headers = json!({"host": "abc.execute-api.eu-west-1.amazonaws.com"});
        if let Some(project) = project {
            headers[HEADER] = json!(project);
        }
        json!({
            "version": "2.0", "routeKey": "GET /api/runs", "rawPath": "/api/runs",
            "headers": headers,
            "requestContext": {"accountId": "123456789012", "authorizer": authorizer,
                "http": {"method": "GET", "path": "/api/runs"}},
        })
    }

    fn iam(arn: &str) -> Value {
        json!({"iam": {"accessKey": "AKIA", "accountId": "123456789012", "callerId": "AROA:alice",
            "cognitoIdentity": null, "principalOrgId": "o-1", "userArn": arn, "userId": "AROA:alice"}})
    }

    fn jwt(claims: &Value) -> Value {
        json!({"jwt": {"claims": claims, "scopes": null}})
    }

    const ALICE: &str = "arn:aws:sts::123456789012:assumed-role/Dev/alice";

    #[test]
    fn whoever_is_authorised_works_in_the_one_project_where_nobody_is_bound() {
        let rules = rules(Value::Null, None);
        for (authorizer, name) in [
            (iam(ALICE), ALICE),
            (jwt(&json!({"sub": "u-1", "iss": "https://idp"})), "u-1"),
        ] {
            let caller = rules.caller(&event(&authorizer, None)).unwrap();
            assert_eq!(
                (caller.name.as_str(), caller.project.as_str()),
                (name, "main")
            );
            assert_eq!(
                rules.caller(&event(&authorizer, Some("other"))),
                Err(Refusal::ProjectNotFound)
            );
        }
    }

    #[test]
    fn a_role_is_bound_for_all_who_assume_it_and_a_stranger_has_no_project() {
        let rules = rules(
            json!({"arn:aws:iam::123456789012:role/Dev": ["a", "b"], "u-1": ["c"]}),
            None,
        );
        let project = |authorizer: Value, named| {
            rules
                .caller(&event(&authorizer, named))
                .map(|caller| caller.project)
        };
        assert_eq!(project(iam(ALICE), None).unwrap(), "a");
        assert_eq!(project(iam(ALICE), Some("b")).unwrap(), "b");
        assert_eq!(project(jwt(&json!({"sub": "u-1"})), None).unwrap(), "c");
        for (authorizer, named) in [
            (iam(ALICE), Some("c")),
            (iam(ALICE), Some("main")),
            (iam(ALICE), Some("a,b")),
            (iam("arn:aws:iam::123456789012:user/bo"), None),
            (
                iam("arn:aws:sts::999999999999:assumed-role/Dev/alice"),
                None,
            ),
            (jwt(&json!({"sub": "u-2"})), None),
        ] {
            assert_eq!(project(authorizer, named), Err(Refusal::ProjectNotFound));
        }
    }

    #[test]
    fn a_token_lists_its_bearers_projects_in_a_claim() {
        let rules = rules(Value::Null, Some("cognito:groups"));
        let with = |groups: Value| {
            let claims = json!({"sub": "u-1", "cognito:groups": groups});
            let caller = rules.caller(&event(&jwt(&claims), None));
            caller.map(|caller| caller.project)
        };
        assert_eq!(with(json!("[reports sales]")).unwrap(), "reports");
        assert_eq!(with(json!("sales, reports")).unwrap(), "sales");
        assert_eq!(with(json!("")), Err(Refusal::ProjectNotFound));
        assert_eq!(with(Value::Null), Err(Refusal::ProjectNotFound));
    }

    #[test]
    fn nobody_may_ask_for_nothing_but_liveness() {
        let rules = rules(Value::Null, None);
        for authorizer in [
            Value::Null,
            json!({}),
            jwt(&json!({"email": "bo@example.com"})),
        ] {
            let refused = rules.caller(&event(&authorizer, None));
            assert_eq!(refused, Err(Refusal::Unauthenticated));
        }
        let mut health = event(&Value::Null, None);
        health["rawPath"] = json!("/health");
        assert_eq!(rules.caller(&health).unwrap().name, "");
        health["rawPath"] = json!("/health/../api/runs");
        assert_eq!(rules.caller(&health), Err(Refusal::Unauthenticated));
    }
}
