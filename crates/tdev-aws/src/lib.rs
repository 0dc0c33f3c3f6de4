//! Adapters for AWS; so far Bedrock.
