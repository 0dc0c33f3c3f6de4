//! The SDK's client: one TLS stack, bounded times, and no second try of what may be paid for.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::RetryClassifierPriority;
use tokio::sync::OnceCell;

/// Tries of one question, the first included.
const ATTEMPTS: u32 = 4;

/// Where the configuration of the SDK comes from.
enum Source {
    /// From where AWS's own tools have it: environment, profile, the machine's role.
    Usual {
        region: Option<String>,
        endpoint: Option<String>,
    },
    /// From here.
    Given(Box<SdkConfig>),
}

/// A client that is made when the first question is asked.
pub(super) struct Lazy {
    source: Source,
    client: OnceCell<Client>,
}

impl Lazy {
    /// By the usual configuration.
    pub(super) fn usual(region: Option<&str>, endpoint: Option<&str>) -> Self {
        Self::of(Source::Usual {
            region: region.map(str::to_owned),
            endpoint: endpoint.map(str::to_owned),
        })
    }

    /// By a configuration of the caller's.
    pub(super) fn over(config: SdkConfig) -> Self {
        Self::of(Source::Given(Box::new(config)))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            client: OnceCell::new(),
        }
    }

    pub(super) async fn get(&self) -> &Client {
        self.client
            .get_or_init(|| async {
                match &self.source {
                    Source::Given(config) => over(config),
                    Source::Usual { region, endpoint } => {
                        over(&usual(region.as_deref(), endpoint.as_deref()).await)
                    }
                }
            })
            .await
    }
}

/// The configuration that AWS's own tools have.
async fn usual(region: Option<&str>, endpoint: Option<&str>) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader.load().await
}

/// A client by such a configuration.
fn over(config: &SdkConfig) -> Client {
    let mut builder =
        aws_sdk_bedrockruntime::config::Builder::from(config).retry_classifier(NothingTwice);
    if config.http_client().is_none() {
        builder = builder.http_client(
            aws_smithy_http_client::Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https(),
        );
    }
    if config
        .timeout_config()
        .is_none_or(|times| !times.has_timeouts())
    {
        let times = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .operation_attempt_timeout(Duration::from_secs(180));
        builder = builder.timeout_config(times.build());
    }
    Client::from_conf(builder.build())
}

/// Forbids another try after one that did not answer in time: the model may be at work all the
/// same, and be paid for it.
#[derive(Debug)]
struct NothingTwice;

impl ClassifyRetry for NothingTwice {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.output_or_error() {
            Some(Err(error)) if error.is_timeout_error() => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "nothing twice"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
