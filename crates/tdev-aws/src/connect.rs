//! How AWS is reached: region, credentials and endpoints from the SDK's own places, over the one
//! TLS stack of the workspace, which is set up by the first request rather than by the first client.

use std::sync::{Arc, LazyLock};

use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// A configuration to add to: what is not said is found where the SDK looks for it, in the
/// environment of a function or the profile of a person.
pub fn loader() -> ConfigLoader {
    let client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(Later(client))
}

/// What is needed to make clients of any service. Nothing is asked for before the first of them
/// makes a request.
pub async fn connect() -> SdkConfig {
    loader().load().await
}

/// A service's client that is made when it is first used: each reads tables of its own while it is
/// made, and a function uses few of them before its first answer.
pub(crate) type Unmade<C> = Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>;

/// A client that `make` makes of this configuration, later.
pub(crate) fn unmade<C: 'static>(sdk: &SdkConfig, make: fn(&SdkConfig) -> C) -> Unmade<C> {
    let sdk = sdk.clone();
    Arc::new(LazyLock::new(Box::new(move || make(&sdk))))
}

/// A client whose connections are thought of when the first is needed. The SDK would have every
/// service's client read the machine's certificates while it is made: most of a cold start, five
/// times over.
#[derive(Debug)]
struct Later(SharedHttpClient);

impl HttpClient for Later {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}
