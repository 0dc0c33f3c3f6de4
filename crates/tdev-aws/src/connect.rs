//! How AWS is reached: region, credentials and endpoints from the SDK's own places, over the one
//! TLS stack of the workspace.

use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// A configuration to add to: what is not said is found where the SDK looks for it, in the
/// environment of a function or the profile of a person.
pub fn loader() -> ConfigLoader {
    let client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client)
}

/// What is needed to make clients of any service. Nothing is asked for before the first of them
/// makes a request.
pub async fn connect() -> SdkConfig {
    loader().load().await
}
