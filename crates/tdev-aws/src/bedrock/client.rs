//! The SDK's client: one TLS stack, bounded times, and no second try of what may be paid for.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::RetryClassifierPriority;

/// Tries of one question, the first included.
const ATTEMPTS: u32 = 4;

/// The configuration that AWS's own tools have.
pub(super) async fn usual(region: Option<&str>, endpoint: Option<&str>) -> SdkConfig {
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
pub(super) fn over(config: &SdkConfig) -> Client {
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
