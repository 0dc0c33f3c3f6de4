//! A home of its own for each test, in whatever stands in for AWS.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use tdev_aws::Home;
use tdev_aws::dynamo::Tables;
use tdev_core::ports::SystemClock;

/// Where the emulated AWS listens.
const ENDPOINT: &str = "TDEV_AWS_ENDPOINT";

/// A fresh stack: tables and a bucket.
pub(crate) struct Bench {
    pub(crate) sdk: SdkConfig,
    pub(crate) tables: Tables,
    pub(crate) bucket: String,
}

impl Bench {
    /// The stack of one test, named after it. What an earlier run left of it is deleted.
    pub(crate) async fn new(test: &str) -> Self {
        let endpoint = std::env::var(ENDPOINT).expect("make cloud-test says where");
        let sdk = tdev_aws::connect::loader()
            .endpoint_url(endpoint)
            .region(Region::from_static("us-east-1"))
            .test_credentials()
            .load()
            .await;
        let bench = Self {
            sdk,
            tables: Tables::of_stack(&format!("tdev-{test}")),
            bucket: format!("tdev-{test}-artifacts"),
        };
        bench.make_tables().await;
        bench
            .s3()
            .create_bucket()
            .bucket(&bench.bucket)
            .send()
            .await
            .unwrap();
        bench
    }

    async fn make_tables(&self) {
        let dynamo = self.dynamo();
        let attribute = |name: &str| {
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
                .unwrap()
        };
        let key = |name: &str, kind: KeyType| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .unwrap()
        };
        for name in self.tables.names() {
            // There is none in a fresh emulator.
            let _ = dynamo.delete_table().table_name(name).send().await;
            dynamo
                .create_table()
                .table_name(name)
                .attribute_definitions(attribute("pk"))
                .attribute_definitions(attribute("sk"))
                .key_schema(key("pk", KeyType::Hash))
                .key_schema(key("sk", KeyType::Range))
                .billing_mode(BillingMode::PayPerRequest)
                .send()
                .await
                .unwrap();
        }
    }

    pub(crate) fn dynamo(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.sdk)
    }

    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        // An emulator has no host name for each bucket.
        let config = aws_sdk_s3::config::Builder::from(&self.sdk).force_path_style(true);
        aws_sdk_s3::Client::from_conf(config.build())
    }

    pub(crate) fn home(&self, project: &str) -> Home {
        Home::of(
            &self.sdk,
            self.tables.clone(),
            &self.bucket,
            project,
            Arc::new(SystemClock),
        )
        .unwrap()
    }
}

impl Bench {
    /// A state machine by that definition; its ARN.
    pub(crate) async fn machine(&self, name: &str, definition: &serde_json::Value) -> String {
        let sfn = aws_sdk_sfn::Client::new(&self.sdk);
        let made = sfn
            .create_state_machine()
            .name(format!("{}-{name}", self.bucket))
            .definition(definition.to_string())
            .role_arn("arn:aws:iam::000000000000:role/states")
            .send()
            .await
            .unwrap();
        made.state_machine_arn
    }
}
