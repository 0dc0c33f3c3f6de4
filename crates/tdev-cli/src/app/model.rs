//! The language model of a project: chosen by its configuration, metered over its ledger.

use std::sync::Arc;

use tdev_core::model::Price;
use tdev_core::ports::{Clock, LanguageModel, Ledger, ModelCard, RunStore};
use tdev_core::{Code, Error, Result};
use tdev_models::openai::{Limits, OpenAi, Parts};
use tdev_models::patience::{Patience, TimerPause};
use tdev_models::{Listed, Metered, Prices, Pricing, RunBudgets};
use tdev_runtime::grants::SecretSource;

use crate::config::{EnvSecrets, Models, Place, Provider};

/// What a model is built on.
pub(super) struct Ground {
    pub(super) secrets: EnvSecrets,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) runs: Arc<dyn RunStore>,
}

/// The model that is configured, which charges runs and holds them to their budgets.
///
/// # Errors
/// `InvalidConfig`; `Unsupported` for a provider this build has not.
pub(super) fn language_model(
    models: &Models,
    ground: Ground,
) -> Result<Option<Arc<dyn LanguageModel>>> {
    let pricing = pricing(models)?.0;
    let price = match pricing {
        Pricing::Known(price) => price,
        Pricing::Unknown => Price::default(),
    };
    let model: Arc<dyn LanguageModel> = match &models.provider {
        Provider::None => return Ok(None),
        Provider::OpenAi {
            url,
            model,
            key_secret,
        } => {
            let (secrets, name) = (ground.secrets, key_secret.clone());
            Arc::new(OpenAi::new(Parts {
                url: url.clone(),
                card: ModelCard {
                    id: model.clone(),
                    price,
                },
                key: Box::new(move || key(&secrets, name.as_deref())),
                limits: Limits::default(),
                patience: Patience::default(),
                pause: Arc::new(TimerPause),
                clock: ground.clock,
            })?)
        }
        Provider::Bedrock(place) => bedrock(price, place)?,
    };
    Ok(Some(Arc::new(Metered {
        model,
        pricing,
        ledger: ground.ledger,
        budgets: Arc::new(RunBudgets {
            runs: ground.runs,
            most: models.most,
        }),
    })))
}

/// What the model costs, and the row of the table that says so; what the project says has no row.
///
/// # Errors
/// `InvalidConfig` for a table that cannot be read.
pub(crate) fn pricing(models: &Models) -> Result<(Pricing, Option<Listed>)> {
    if let Some(price) = models.price {
        return Ok((Pricing::Known(price), None));
    }
    let id = match &models.provider {
        Provider::None => return Ok((Pricing::Unknown, None)),
        Provider::OpenAi { model, .. } => model,
        Provider::Bedrock(place) => &place.model,
    };
    let listed = Prices::built_in()?.of(id).cloned();
    Ok(match listed {
        Some(listed) => (Pricing::Known(listed.price), Some(listed)),
        None => (Pricing::Unknown, None),
    })
}

/// The key, where the configuration names one.
///
/// # Errors
/// `SecretNotFound` where it is named and not set.
pub(crate) fn key(secrets: &EnvSecrets, name: Option<&str>) -> Result<Option<String>> {
    let Some(name) = name else { return Ok(None) };
    match secrets.secret(name)? {
        Some(key) => Ok(Some(key)),
        None => Err(Error::new(
            Code::SecretNotFound,
            format!("the key of the language model, `{name}`, is not set"),
        )
        .field("models.key_secret")
        .hint(format!(
            "put {name}=… into .env.local, which is not committed"
        ))),
    }
}

#[cfg(feature = "aws")]
fn bedrock(price: Price, place: &Place) -> Result<Arc<dyn LanguageModel>> {
    use tdev_aws::bedrock::{Bedrock, Manner};
    let card = ModelCard {
        id: place.model.clone(),
        price,
    };
    let manner = if place.stream {
        Manner::Streamed
    } else {
        Manner::Whole
    };
    let (region, url) = (place.region.as_deref(), place.url.as_deref());
    Ok(Arc::new(Bedrock::lazy(card, manner, region, url)))
}

#[cfg(not(feature = "aws"))]
fn bedrock(_: Price, place: &Place) -> Result<Arc<dyn LanguageModel>> {
    Err(
        Error::new(
            Code::Unsupported,
            format!("this build of tdev has no Amazon Bedrock to ask `{}`", place.model),
        )
        .field("models.provider")
        .hint("build it with `cargo build --release -p tdev-cli --features aws`, or set TDEV_MODEL_PROVIDER=none to plan without a model"),
    )
}
