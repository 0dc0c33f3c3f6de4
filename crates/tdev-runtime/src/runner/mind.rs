//! What declared components think and remember with, as far as a home has it.

use std::sync::Arc;

use tdev_core::component::Component;
use tdev_core::ports::{LanguageModel, SessionStore};
use tdev_core::{Code, Error, Result};

use crate::prompt::not_configured;

/// What a home lends to components that ask a model.
#[derive(Clone, Default)]
pub struct Mind {
    /// The language model, where one is configured; it keeps within the run's budget by itself.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// Where sessions are remembered.
    pub sessions: Option<Arc<dyn SessionStore>>,
}

impl Mind {
    /// The model a component asks, which is `wanted` where it wants one.
    ///
    /// # Errors
    /// `ModelNotConfigured`.
    pub(crate) fn model_for(
        &self,
        component: &Component,
        wanted: Option<&str>,
    ) -> Result<Arc<dyn LanguageModel>> {
        let model = self
            .model
            .clone()
            .ok_or_else(|| not_configured(component))?;
        match wanted {
            Some(wanted) if wanted != model.card().id => Err(Error::new(
                Code::ModelNotConfigured,
                format!(
                    "`{}` asks for the model `{wanted}`, and this project has `{}`",
                    component.name,
                    model.card().id
                ),
            )
            .field("model")
            .hint(
                "leave `model` out to take the project's, or name it under [models] in tdev.toml",
            )),
            _ => Ok(model),
        }
    }
}
