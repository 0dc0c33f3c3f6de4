//! Artifacts in S3: content-addressed bytes, verified whenever they are read.
//!
//! An object's key is `<project>/<sha256>`, so that no project reads what another stored. S3 checks
//! the hash as well when it takes the bytes, and keeps it with the object.

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use tdev_core::ports::{ArtifactStore, content_hash};
use tdev_core::{Code, Error, Result};

use crate::connect::Unmade;
use crate::fault;

/// Artifacts of one project.
pub(crate) struct Artifacts {
    client: Unmade<Client>,
    bucket: String,
    project: String,
}

impl Artifacts {
    pub(crate) fn new(client: Unmade<Client>, bucket: &str, project: &str) -> Self {
        Self {
            client,
            bucket: bucket.to_owned(),
            project: project.to_owned(),
        }
    }

    fn key(&self, hash: &str) -> String {
        format!("{}/{hash}", self.project)
    }

    fn fault<E, R>(&self, doing: &str, error: &aws_sdk_s3::error::SdkError<E, R>) -> Error
    where
        E: aws_sdk_s3::error::ProvideErrorMetadata,
    {
        fault::of(&format!("{doing} the bucket `{}`", self.bucket), error)
    }
}

#[async_trait]
impl ArtifactStore for Artifacts {
    async fn put(&self, bytes: &[u8]) -> Result<String> {
        let hash = content_hash(bytes);
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(self.key(&hash))
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .body(ByteStream::from(bytes.to_vec()))
            .send()
            .await
            .map_err(|e| self.fault("write to", &e))?;
        Ok(hash)
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>> {
        let is_hash =
            hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hash {
            return Err(missing(hash).hint("an artifact is named by 64 lowercase hex digits"));
        }
        let answer = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(self.key(hash))
            .send()
            .await
            .map_err(|error| {
                if error.as_service_error().is_some_and(|e| e.is_no_such_key()) {
                    missing(hash)
                } else {
                    self.fault("read", &error)
                }
            })?;
        let bytes = answer.body.collect().await.map_err(|_| {
            Error::new(
                Code::StoreUnavailable,
                format!("the artifact `{hash}` could not be read to its end"),
            )
        })?;
        let bytes = bytes.to_vec();
        if content_hash(&bytes) == hash {
            Ok(bytes)
        } else {
            Err(Error::new(
                Code::StoreCorrupt,
                format!("the artifact `{hash}` no longer has the content it is named by"),
            )
            .hint("store the file again to repair it"))
        }
    }
}

fn missing(hash: &str) -> Error {
    Error::new(Code::ArtifactNotFound, format!("no artifact `{hash}`"))
}
