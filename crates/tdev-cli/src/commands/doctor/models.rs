//! Which mind plans, and what it costs. The model itself is not asked: that would cost something.

use tdev_core::model::{Price, in_dollars};
use tdev_core::{Code, Error, Result};
use tdev_models::Pricing;

use crate::app::model;
use crate::config::{Config, EnvSecrets, Models, Provider};

/// What is configured, in a line.
///
/// # Errors
/// What keeps the configured model from being asked.
pub(super) fn found(config: &Config) -> Result<String> {
    let models = config.models()?;
    let who = match &models.provider {
        Provider::None => {
            return Ok("none configured; the composer plans, at no cost".to_owned());
        }
        Provider::OpenAi {
            url,
            model,
            key_secret,
        } => {
            model::key(&EnvSecrets::of(&config.root), key_secret.as_deref())?;
            format!("`{model}` at {url}")
        }
        Provider::Bedrock(place) if !cfg!(feature = "aws") => {
            return Err(Error::new(
                Code::Unsupported,
                format!("this build has no Amazon Bedrock to ask `{}`", place.model),
            )
            .hint("build it with `cargo build --release -p tdev-cli --features aws`"));
        }
        Provider::Bedrock(place) => {
            let region = place.region.as_deref().unwrap_or("the configured region");
            format!("`{}` on Bedrock in {region}", place.model)
        }
    };
    let cost = cost(&models)?;
    let most = match models.most {
        Some(most) => format!("at most {} a run", in_dollars(most)),
        None => "no limit a run (`max_cost_usd` under [models] sets one)".to_owned(),
    };
    Ok(format!(
        "{who} plans, {cost}, {most}; the composer stands in where it fails"
    ))
}

fn cost(models: &Models) -> Result<String> {
    let per = |price: Price| {
        format!(
            "{} read and {} written per million tokens",
            in_dollars(price.input),
            in_dollars(price.output)
        )
    };
    match model::pricing(models)? {
        (Pricing::Known(price), None) => Ok(format!("{} (tdev.toml)", per(price))),
        (Pricing::Known(price), Some(row)) => Ok(format!(
            "{} (as of {}, {})",
            per(price),
            row.date,
            row.source
        )),
        (Pricing::Unknown, _) if models.most.is_some() => Err(Error::new(
            Code::InvalidConfig,
            "runs have a budget, and what the model costs is not known",
        )
        .field("models.price")
        .hint(
            "say it under [models.price], in dollars per million tokens; 0 where it costs nothing",
        )),
        (Pricing::Unknown, _) => Ok("at a price that is not known".to_owned()),
    }
}
