//! The names IAM has for what AWS's Python library calls by method. Most are the method in capitals;
//! what is not is listed, as in the service authorization reference.

/// A service's prefix in IAM.
pub(super) fn prefix(service: &str) -> &str {
    match service {
        "bedrock-runtime" | "bedrock-agent-runtime" | "bedrock-agent" => "bedrock",
        "stepfunctions" => "states",
        "sesv2" => "ses",
        "elbv2" | "elb" => "elasticloadbalancing",
        "apigatewaymanagementapi" => "execute-api",
        "opensearch" => "es",
        "iot-data" => "iot",
        "dynamodbstreams" => "dynamodb",
        "sagemaker-runtime" => "sagemaker",
        "lexv2-runtime" => "lex",
        other => other,
    }
}

/// The keywords by which a service's operations say what they act on.
pub(super) fn resource_keys(service: &str) -> &'static [&'static str] {
    match service {
        "s3" => &["Bucket"],
        "dynamodb" => &["TableName"],
        "sqs" => &["QueueUrl", "QueueName"],
        "sns" => &["TopicArn"],
        "lambda" => &["FunctionName"],
        "secretsmanager" => &["SecretId"],
        "ssm" => &["Name"],
        "stepfunctions" => &["stateMachineArn"],
        "kinesis" => &["StreamName"],
        "firehose" => &["DeliveryStreamName"],
        "logs" => &["logGroupName"],
        "bedrock-runtime" => &["modelId"],
        "bedrock-agent-runtime" => &["agentId"],
        "kms" => &["KeyId"],
        "sagemaker-runtime" => &["EndpointName"],
        _ => &[],
    }
}

/// Methods of clients that ask AWS nothing.
const LOCAL: &[&str] = &[
    "can_paginate",
    "close",
    "exceptions",
    "get_paginator",
    "get_waiter",
    "generate_presigned_post",
    "get_available_subresources",
    "meta",
];

/// The actions an operation needs. `kind` is that of the thing it is a method of (`Table`,
/// `Bucket`), absent for a client's.
pub(super) fn actions(service: &str, kind: Option<&str>, method: &str) -> Vec<String> {
    let several = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    if LOCAL.contains(&method) {
        return Vec::new();
    }
    if let Some(kind) = kind {
        return of_thing(service, kind, method)
            .map(|action| vec![action])
            .unwrap_or_default();
    }
    match (service, method) {
        ("s3", "upload_file" | "upload_fileobj" | "create_multipart_upload" | "upload_part")
        | ("s3", "complete_multipart_upload") => several(&["PutObject"]),
        ("s3", "download_file" | "download_fileobj" | "head_object" | "select_object_content") => {
            several(&["GetObject"])
        }
        ("s3", "list_objects" | "list_objects_v2" | "head_bucket") => several(&["ListBucket"]),
        ("s3", "list_buckets") => several(&["ListAllMyBuckets"]),
        ("s3", "list_object_versions") => several(&["ListBucketVersions"]),
        ("s3", "delete_objects") => several(&["DeleteObject"]),
        ("s3", "copy" | "copy_object" | "upload_part_copy") => several(&["GetObject", "PutObject"]),
        ("dynamodb", "transact_write_items") => {
            several(&["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"])
        }
        ("dynamodb", "transact_get_items") => several(&["GetItem"]),
        ("dynamodb", "execute_statement" | "batch_execute_statement" | "execute_transaction") => {
            several(&[
                "PartiQLDelete",
                "PartiQLInsert",
                "PartiQLSelect",
                "PartiQLUpdate",
            ])
        }
        ("lambda", "invoke" | "invoke_async") => several(&["InvokeFunction"]),
        ("lambda", "invoke_with_response_stream") => several(&["InvokeFunction"]),
        ("bedrock-runtime", "converse" | "invoke_model") => several(&["InvokeModel"]),
        ("bedrock-runtime", "converse_stream" | "invoke_model_with_response_stream") => {
            several(&["InvokeModelWithResponseStream"])
        }
        ("sqs", "send_message_batch") => several(&["SendMessage"]),
        ("sqs", "delete_message_batch") => several(&["DeleteMessage"]),
        ("sns", "publish_batch") => several(&["Publish"]),
        ("apigatewaymanagementapi", _) => several(&["ManageConnections"]),
        ("iot-data", "publish") => several(&["Publish"]),
        (_, method) if method.contains("presigned") => Vec::new(),
        (_, method) => vec![in_capitals(method)],
    }
}

/// What a method of a table, bucket, object, queue or topic needs; `None` for what asks nothing.
fn of_thing(service: &str, kind: &str, method: &str) -> Option<String> {
    let action = match (service, kind, method) {
        ("dynamodb", "Table.batch", _) => "BatchWriteItem",
        ("dynamodb", "Table", "load" | "reload") => "DescribeTable",
        ("dynamodb", "Table", "batch_writer") => "BatchWriteItem",
        ("dynamodb", "Table", "delete") => "DeleteTable",
        ("dynamodb", "Table", "update") => "UpdateTable",
        ("dynamodb", "Table", method) => return Some(in_capitals(method)),
        ("s3", "objects", "delete") => "DeleteObject",
        ("s3", "objects", "all" | "filter" | "limit" | "page_size" | "pages") => "ListBucket",
        ("s3", "Bucket", "put_object" | "upload_file" | "upload_fileobj") => "PutObject",
        ("s3", "Bucket", "download_file" | "download_fileobj") => "GetObject",
        ("s3", "Bucket", "delete_objects") => "DeleteObject",
        ("s3", "Bucket", "create") => "CreateBucket",
        ("s3", "Bucket", "delete") => "DeleteBucket",
        ("s3", "Object" | "ObjectSummary", "put" | "upload_file" | "upload_fileobj") => "PutObject",
        ("s3", "Object" | "ObjectSummary", "copy" | "copy_from") => "PutObject",
        (
            "s3",
            "Object" | "ObjectSummary",
            "get" | "load" | "download_file" | "download_fileobj",
        ) => "GetObject",
        ("s3", "Object" | "ObjectSummary", "delete") => "DeleteObject",
        ("sqs", "Queue", "send_message" | "send_messages") => "SendMessage",
        ("sqs", "Queue", "receive_messages") => "ReceiveMessage",
        ("sqs", "Queue", "delete_messages") => "DeleteMessage",
        ("sqs", "Queue", "purge") => "PurgeQueue",
        ("sns", "Topic", "publish") => "Publish",
        ("sns", "Topic", "subscribe") => "Subscribe",
        _ => return None,
    };
    Some(action.to_owned())
}

/// `describe_db_instances` as `DescribeDBInstances`.
fn in_capitals(method: &str) -> String {
    method
        .split('_')
        .map(|word| match word {
            "db" | "mfa" | "saml" => word.to_ascii_uppercase(),
            word => {
                let mut chars = word.chars();
                chars.next().map_or_else(String::new, |first| {
                    first.to_ascii_uppercase().to_string() + chars.as_str()
                })
            }
        })
        .collect()
}
