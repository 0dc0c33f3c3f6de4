//! What the template tells a function, read from its environment here and nowhere else.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tdev_aws::bedrock::Manner;
use tdev_aws::bedrock::titan::Length;
use tdev_aws::dynamo::Tables;
use tdev_aws::serve::{Level, Watch, stdout};
use tdev_aws::step_functions::{Machines, StepFunctions, Workshop};
use tdev_core::model::{Price, micro_dollars};
use tdev_core::ports::SystemClock;
use tdev_core::{Code, Error, Result};
use tdev_models::Prices;

/// Where a function finds the rest of its stack.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `TDEV_STACK`: what the names of tables and functions begin with.
    pub(crate) stack: String,
    /// `TDEV_BUCKET`: where artifacts lie.
    pub(crate) bucket: String,
    /// `LAMBDA_TASK_ROOT`: where the function's zip was unpacked.
    pub(crate) task_root: PathBuf,
    /// The language model, where there is one.
    pub(crate) model: Option<Model>,
    /// `TDEV_TITAN_DIMENSIONS`: how long the vectors are that Titan reads meanings into; nobody reads
    /// them where it is absent.
    pub(crate) embeddings: Option<Length>,
}

/// A model on Bedrock, and what runs may spend on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    /// `TDEV_MODEL`: the model's or inference profile's id.
    pub(crate) id: String,
    /// `TDEV_MODEL_REGION`: where it is, if not where the function is.
    pub(crate) region: Option<String>,
    /// `TDEV_MODEL_STREAM`: whether it answers in pieces.
    pub(crate) manner: Manner,
    /// `TDEV_MODEL_PRICE`: dollars per million tokens read and written, `3,15`.
    pub(crate) price: Option<Price>,
    /// `TDEV_MAX_COST_USD`: what each run may spend, in millionths of a dollar.
    pub(crate) most: Option<u64>,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// `InvalidConfig`, naming the variable that is missing or wrong.
    pub(crate) fn load() -> Result<Self> {
        Ok(Self {
            stack: variable("TDEV_STACK")?,
            bucket: variable("TDEV_BUCKET")?,
            task_root: variable("LAMBDA_TASK_ROOT")?.into(),
            model: Model::of(optional)?,
            embeddings: embeddings(optional("TDEV_TITAN_DIMENSIONS").as_deref())?,
        })
    }

    /// The tables of the stack.
    pub(crate) fn tables(&self) -> Tables {
        Tables::of_stack(&self.stack)
    }
}

fn embeddings(text: Option<&str>) -> Result<Option<Length>> {
    match text {
        None => Ok(None),
        Some("512") => Ok(Some(Length::Half)),
        Some("1024") => Ok(Some(Length::Full)),
        Some(other) => Err(wrong("TDEV_TITAN_DIMENSIONS", other, "`512` or `1024`")),
    }
}

impl Model {
    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let Some(id) = variable("TDEV_MODEL") else {
            return Ok(None);
        };
        let manner = match variable("TDEV_MODEL_STREAM").as_deref() {
            None | Some("true") => Manner::Streamed,
            Some("false") => Manner::Whole,
            Some(other) => return Err(wrong("TDEV_MODEL_STREAM", other, "`true` or `false`")),
        };
        let price = variable("TDEV_MODEL_PRICE").map(|text| {
            let (read, written) = text.split_once(',').unwrap_or_default();
            match (read.trim().parse(), written.trim().parse()) {
                (Ok(read), Ok(written)) => Prices::price(read, written),
                _ => Err(wrong(
                    "TDEV_MODEL_PRICE",
                    &text,
                    "dollars per million tokens read and written, as in `3,15`",
                )),
            }
        });
        let most = variable("TDEV_MAX_COST_USD").map(|text| {
            let dollars = text.parse().ok().and_then(micro_dollars);
            dollars.ok_or_else(|| wrong("TDEV_MAX_COST_USD", &text, "an amount of dollars"))
        });
        Ok(Some(Self {
            id,
            region: variable("TDEV_MODEL_REGION"),
            manner,
            price: price.transpose()?,
            most: most.transpose()?,
        }))
    }
}

/// Begins the log and what watches over invocations: `TDEV_STAGE` for the metrics, or the stack
/// where no stage is named; `AWS_LAMBDA_LOG_LEVEL` and `AWS_XRAY_DAEMON_ADDRESS`, which Lambda sets.
///
/// # Errors
/// `InvalidConfig`, naming the variable that is missing or wrong.
pub(crate) fn watch() -> Result<Watch> {
    let stage = optional("TDEV_STAGE").map_or_else(|| variable("TDEV_STACK"), Ok)?;
    let level = optional("AWS_LAMBDA_LOG_LEVEL").map_or(Ok(Level::default()), |name| {
        Level::parse(&name)
            .ok_or_else(|| wrong("AWS_LAMBDA_LOG_LEVEL", &name, "`DEBUG`, `INFO`, `WARN`…"))
    })?;
    let daemon = optional("AWS_XRAY_DAEMON_ADDRESS").map(|text| {
        text.parse::<SocketAddr>()
            .map_err(|_| wrong("AWS_XRAY_DAEMON_ADDRESS", &text, "an address with a port"))
    });
    let watch = Watch::begin(&stage, level, stdout(), Arc::new(SystemClock));
    Ok(watch.traced(daemon.transpose()?))
}

/// `TDEV_ORCHESTRATION_ARN`, `TDEV_WORKFLOW_ARN` and `TDEV_DEPLOY_ARN`: the state machines runs are
/// executions of.
///
/// # Errors
/// `InvalidConfig`, naming the variable that is missing.
pub(crate) fn machines() -> Result<Machines> {
    Ok(Machines {
        orchestrate: variable("TDEV_ORCHESTRATION_ARN")?,
        workflow: variable("TDEV_WORKFLOW_ARN")?,
        deploy: variable("TDEV_DEPLOY_ARN")?,
    })
}

/// `TDEV_STEPS_ROLE_ARN`, `TDEV_COMPONENT_ARN` and `TDEV_APPROVAL_ARN`: what the executor makes state
/// machines of workflows with. Other functions are given none.
///
/// # Errors
/// `InvalidConfig`, naming the variable that is missing beside others.
pub(crate) fn workshop(settings: &Settings) -> Result<Option<Workshop>> {
    let Some(role) = optional("TDEV_STEPS_ROLE_ARN") else {
        return Ok(None);
    };
    Ok(Some(Workshop {
        stack: settings.stack.clone(),
        role,
        functions: StepFunctions {
            component: variable("TDEV_COMPONENT_ARN")?,
            approval: variable("TDEV_APPROVAL_ARN")?,
        },
    }))
}

/// `TDEV_PROJECT`: the project of callers who are bound to none.
///
/// # Errors
/// `InvalidConfig` where it is missing.
pub(crate) fn project() -> Result<String> {
    variable("TDEV_PROJECT")
}

/// `TDEV_PRINCIPALS`: which principals work in which projects, `{"arn:…:role/x": ["a", "b"]}`;
/// nothing where whoever is authorised works in the one project.
///
/// # Errors
/// `InvalidConfig` where it cannot be read.
pub(crate) fn principals() -> Result<Option<BTreeMap<String, Vec<String>>>> {
    let read = optional("TDEV_PRINCIPALS").map(|text| {
        serde_json::from_str(&text).map_err(|_| {
            wrong(
                "TDEV_PRINCIPALS",
                &text,
                "a JSON object of lists of projects by principal",
            )
        })
    });
    Ok(read
        .transpose()?
        .filter(|map: &BTreeMap<_, _>| !map.is_empty()))
}

/// `TDEV_PROJECTS_CLAIM`: the claim of a token that lists its bearer's projects.
pub(crate) fn projects_claim() -> Option<String> {
    optional("TDEV_PROJECTS_CLAIM")
}

/// `TDEV_HOSTS`: the names the API is called by, joined by commas.
///
/// # Errors
/// `InvalidConfig` where it is missing.
pub(crate) fn hosts() -> Result<Vec<String>> {
    let names = variable("TDEV_HOSTS")?;
    let names = names.split(',').map(str::trim);
    Ok(names.filter(|n| !n.is_empty()).map(str::to_owned).collect())
}

/// `TDEV_NOTICES_TOPIC`: the topic that is told when a person is asked; nobody is where it is absent.
pub(crate) fn notices_topic() -> Option<String> {
    optional("TDEV_NOTICES_TOPIC")
}

/// Where the notifier's messages go.
pub(crate) struct Channels {
    /// `TDEV_STACK`: the secret's name begins with it.
    pub(crate) stack: String,
    /// `TDEV_MESSAGES_TOPIC`: the topic that people subscribed to by e-mail.
    pub(crate) topic: String,
    /// `TDEV_SLACK_SECRET`: the secret that holds the address of Slack's webhook.
    pub(crate) slack_secret: Option<String>,
}

/// Where the notifier's messages go.
///
/// # Errors
/// `InvalidConfig`, naming the variable that is missing.
pub(crate) fn channels() -> Result<Channels> {
    Ok(Channels {
        stack: variable("TDEV_STACK")?,
        topic: variable("TDEV_MESSAGES_TOPIC")?,
        slack_secret: optional("TDEV_SLACK_SECRET"),
    })
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).map_err(|_| {
        Error::new(
            Code::InvalidConfig,
            format!("the function's environment has no `{name}`"),
        )
        .hint("deploy it by the template")
    })
}

/// A template cannot leave a variable out by a parameter: an empty one is none.
fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn wrong(name: &str, text: &str, wanted: &str) -> Error {
    Error::new(
        Code::InvalidConfig,
        format!("`{name}` is `{text}` in the function's environment"),
    )
    .field(name)
    .hint(format!("write {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(variables: &[(&str, &str)]) -> Result<Option<Model>> {
        Model::of(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_model_is_there_where_it_is_named() {
        assert_eq!(model(&[("TDEV_MAX_COST_USD", "1")]).unwrap(), None);
        let whole = model(&[
            ("TDEV_MODEL", "eu.amazon.nova-pro-v1:0"),
            ("TDEV_MODEL_STREAM", "false"),
            ("TDEV_MODEL_PRICE", "0.8, 3.2"),
            ("TDEV_MAX_COST_USD", "0.25"),
        ]);
        let whole = whole.unwrap().unwrap();
        assert_eq!(
            (whole.manner, whole.most, whole.price.unwrap().output),
            (Manner::Whole, Some(250_000), 3_200_000)
        );
    }

    #[test]
    fn meanings_are_read_where_their_length_is_named() {
        assert!(embeddings(None).unwrap().is_none());
        let length = embeddings(Some("512")).unwrap().unwrap();
        assert_eq!(length.dimensions(), 512);
        let error = embeddings(Some("384")).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("TDEV_TITAN_DIMENSIONS"));
    }

    #[test]
    fn what_makes_no_sense_names_its_variable() {
        for (name, text) in [
            ("TDEV_MODEL_STREAM", "maybe"),
            ("TDEV_MODEL_PRICE", "3"),
            ("TDEV_MODEL_PRICE", "a,b"),
            ("TDEV_MAX_COST_USD", "much"),
            ("TDEV_MAX_COST_USD", "-1"),
        ] {
            let error = model(&[("TDEV_MODEL", "m"), (name, text)]).unwrap_err();
            assert_eq!(error.code, Code::InvalidConfig);
            assert_eq!(error.field.as_deref(), Some(name));
        }
    }
}
