//! `[models]`: which language model plans, what it may cost, and the environment over it.

use serde::Deserialize;
use tdev_core::model::{Price, micro_dollars};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error, Result};
use tdev_models::Prices;

/// `[models]` as it is written.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ModelsTable {
    /// `openai`, `bedrock` or `none`.
    pub(crate) provider: Option<String>,
    /// The endpoint.
    pub(crate) url: Option<String>,
    /// The model's id.
    pub(crate) model: Option<String>,
    /// The secret that holds the key.
    pub(crate) key_secret: Option<String>,
    /// The AWS region, for Bedrock.
    pub(crate) region: Option<String>,
    /// Whether Bedrock answers in pieces; no, for models that cannot while they call tools.
    pub(crate) stream: Option<bool>,
    /// Dollars that each run may spend.
    pub(crate) max_cost_usd: Option<f64>,
    /// `[models.price]`, where the table of the program does not know it or is out of date.
    pub(crate) price: Option<PriceTable>,
}

/// `[models.price]`, in dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceTable {
    /// Read.
    pub(crate) input: f64,
    /// Written.
    pub(crate) output: f64,
}

/// What is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Models {
    /// Who answers.
    pub(crate) provider: Provider,
    /// What each run may spend, in millionths of a dollar.
    pub(crate) most: Option<u64>,
    /// The price that is said here.
    pub(crate) price: Option<Price>,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Provider {
    /// Nobody: the embedded minds think alone.
    None,
    /// An endpoint that speaks OpenAI's chat completions.
    OpenAi {
        /// Its base URL.
        url: String,
        /// The model's id there.
        model: String,
        /// The secret that holds the key, where one is needed.
        key_secret: Option<String>,
    },
    /// Amazon Bedrock.
    Bedrock(Place),
}

/// A model on Bedrock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The model's or inference profile's id.
    pub(crate) model: String,
    /// The region; that of the AWS configuration where absent.
    pub(crate) region: Option<String>,
    /// Another endpoint than AWS's.
    pub(crate) url: Option<String>,
    /// Whether answers come in pieces.
    pub(crate) stream: bool,
}

const PROVIDERS: [&str; 3] = ["openai", "bedrock", "none"];

impl Models {
    /// The table, and over it the variables `TDEV_MODEL_PROVIDER`, `TDEV_MODEL_URL`, `TDEV_MODEL`,
    /// `TDEV_MODEL_KEY_SECRET`, `TDEV_MODEL_REGION` and `TDEV_MAX_COST_USD`.
    ///
    /// # Errors
    /// `InvalidConfig` naming the key or variable.
    pub(super) fn resolve(
        table: &ModelsTable,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let over = |name: &str, written: &Option<String>| variable(name).or(written.clone());
        let url = over("TDEV_MODEL_URL", &table.url);
        let model = over("TDEV_MODEL", &table.model);
        let named = over("TDEV_MODEL_PROVIDER", &table.provider);
        let wanted = |field: &str| {
            wrong(format!("the language model has no `{field}`"))
                .field(format!("models.{field}"))
                .hint(format!(
                    "write it under [models], or set {}",
                    as_variable(field)
                ))
        };
        let provider = match named.as_deref() {
            Some("none") => Provider::None,
            // An address is enough to know who speaks there.
            None if url.is_none() => match model {
                None => Provider::None,
                Some(_) => {
                    return Err(wanted("provider")
                        .hint("provider = \"openai\" with a `url`, or provider = \"bedrock\""));
                }
            },
            Some("openai") | None => Provider::OpenAi {
                url: url.ok_or_else(|| wanted("url"))?,
                model: model.ok_or_else(|| wanted("model"))?,
                key_secret: over("TDEV_MODEL_KEY_SECRET", &table.key_secret),
            },
            Some("bedrock") => Provider::Bedrock(Place {
                model: model.ok_or_else(|| wanted("model"))?,
                region: over("TDEV_MODEL_REGION", &table.region),
                url,
                stream: table.stream.unwrap_or(true),
            }),
            Some(other) => {
                return Err(wrong(format!("there is no provider `{other}`"))
                    .field("models.provider")
                    .hint(
                        did_you_mean(other, PROVIDERS)
                            .unwrap_or_else(|| format!("known are {}", PROVIDERS.join(", "))),
                    ));
            }
        };
        let most = match variable("TDEV_MAX_COST_USD") {
            Some(text) => {
                Some(dollars(&text).map_err(|reason| wrong(reason).field("TDEV_MAX_COST_USD"))?)
            }
            None => table.max_cost_usd,
        };
        let most = most
            .map(|dollars| {
                micro_dollars(dollars).ok_or_else(|| {
                    wrong(format!("`{dollars}` is no amount of money")).field("models.max_cost_usd")
                })
            })
            .transpose()?;
        let price = table
            .price
            .map(|price| Prices::price(price.input, price.output))
            .transpose()?;
        Ok(Self {
            provider,
            most,
            price,
        })
    }
}

/// Reads an amount of dollars.
pub(crate) fn dollars(text: &str) -> Result<f64, String> {
    let dollars: f64 = text
        .trim_start_matches('$')
        .parse()
        .map_err(|_| format!("`{text}` is no amount of dollars"))?;
    match micro_dollars(dollars) {
        Some(_) => Ok(dollars),
        None => Err(format!("`{text}` is no amount of dollars, 0 or more")),
    }
}

fn as_variable(field: &str) -> String {
    match field {
        "model" => "TDEV_MODEL".to_owned(),
        field => format!("TDEV_MODEL_{}", field.to_uppercase()),
    }
}

fn wrong(message: String) -> Error {
    Error::new(Code::InvalidConfig, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(toml: &str, variables: &[(&str, &str)]) -> Result<Models> {
        let table: ModelsTable = toml::from_str(toml).unwrap();
        Models::resolve(&table, |name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_a_word_there_is_no_model() {
        let models = resolved("", &[]).unwrap();
        assert_eq!(models.provider, Provider::None);
        assert_eq!(models.most, None);
    }

    #[test]
    fn the_environment_stands_over_the_file() {
        let file = r#"
            provider = "openai"
            url = "https://api.openai.com/v1"
            model = "gpt-4o"
            key_secret = "OPENAI_API_KEY"
            max_cost_usd = 0.25
            [price]
            input = 2.5
            output = 10
        "#;
        let written = resolved(file, &[]).unwrap();
        assert_eq!(written.most, Some(250_000));
        assert_eq!(written.price.unwrap().input, 2_500_000);
        let variables = [
            ("TDEV_MODEL_URL", "http://127.0.0.1:11434/v1"),
            ("TDEV_MODEL", "llama3.2"),
            ("TDEV_MAX_COST_USD", "$1.50"),
        ];
        let over = resolved(file, &variables).unwrap();
        assert_eq!(
            over.provider,
            Provider::OpenAi {
                url: "http://127.0.0.1:11434/v1".into(),
                model: "llama3.2".into(),
                key_secret: Some("OPENAI_API_KEY".into()),
            }
        );
        assert_eq!(over.most, Some(1_500_000));
        let off = resolved(file, &[("TDEV_MODEL_PROVIDER", "none")]).unwrap();
        assert_eq!(off.provider, Provider::None);
        assert!(matches!(
            resolved("", &variables).unwrap().provider,
            Provider::OpenAi { .. }
        ));
    }

    #[test]
    fn what_is_not_enough_or_not_right_names_its_key() {
        for (file, variables, field) in [
            ("provider = 'openai'\nmodel = 'm'", vec![], "models.url"),
            ("provider = 'bedrock'", vec![], "models.model"),
            ("model = 'm'", vec![], "models.provider"),
            ("provider = 'opnai'", vec![], "models.provider"),
            ("max_cost_usd = -1", vec![], "models.max_cost_usd"),
            ("", vec![("TDEV_MAX_COST_USD", "much")], "TDEV_MAX_COST_USD"),
        ] {
            let error = resolved(file, &variables).unwrap_err();
            assert_eq!(error.code, Code::InvalidConfig);
            assert_eq!(error.field.as_deref(), Some(field), "{error}");
        }
    }
}
