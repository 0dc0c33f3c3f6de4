//! The language model of the functions: on Bedrock, metered over the ledger of the project.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use tdev_aws::Home;
use tdev_aws::bedrock::Bedrock;
use tdev_aws::serve::{Counted, Spending};
use tdev_core::Result;
use tdev_core::model::Price;
use tdev_core::ports::{LanguageModel, ModelCard};
use tdev_models::{Metered, Prices, Pricing, RunBudgets};

use crate::config::Model;

/// The model that is configured, which charges runs and holds them to their budgets, and counts
/// what each invocation spends.
///
/// # Errors
/// `InvalidConfig` for a table of prices that cannot be read.
pub(crate) fn language_model(
    model: &Model,
    sdk: &SdkConfig,
    home: &Home,
    spending: &Spending,
) -> Result<Arc<dyn LanguageModel>> {
    let pricing = match model.price {
        Some(price) => Pricing::Known(price),
        None => match Prices::built_in()?.of(&model.id) {
            Some(listed) => Pricing::Known(listed.price),
            None => Pricing::Unknown,
        },
    };
    let price = match pricing {
        Pricing::Known(price) => price,
        Pricing::Unknown => Price::default(),
    };
    let mut place = sdk.to_builder();
    place.set_region(match &model.region {
        Some(region) => Some(Region::new(region.clone())),
        None => sdk.region().cloned(),
    });
    let card = ModelCard {
        id: model.id.clone(),
        price,
    };
    let asked = Counted {
        model: Arc::new(Bedrock::over(card, model.manner, place.build())),
        price,
        spending: spending.clone(),
    };
    Ok(Arc::new(Metered {
        model: Arc::new(asked),
        pricing,
        ledger: home.ledger(),
        budgets: Arc::new(RunBudgets {
            runs: home.runs(),
            most: model.most,
        }),
    }))
}
