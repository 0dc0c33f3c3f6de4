//! Writes the results of a distributed Map to the object store.

use serde_json::Value;

use super::WriteRequest;
use crate::driver::{ObjectStore, TaskFailure};
use crate::failure::names;

/// Writes every object. Doing it again writes the same, so a restart does no harm.
pub(crate) async fn write(
    store: Option<&dyn ObjectStore>,
    request: WriteRequest,
) -> Result<Value, TaskFailure> {
    let failed = |cause: String| TaskFailure::new(names::RESULT_WRITER, cause);
    let Some(store) = store else {
        return Err(failed(
            "The execution was given no object store to write results to.".to_owned(),
        ));
    };
    for (key, content) in request.objects {
        store
            .put(&request.bucket, &key, content.into_bytes())
            .await
            .map_err(|e| failed(e.to_string()))?;
    }
    Ok(Value::Null)
}
