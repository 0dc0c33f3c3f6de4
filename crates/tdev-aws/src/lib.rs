//! Adapters for AWS. So far language models on Amazon Bedrock.

pub mod bedrock;
